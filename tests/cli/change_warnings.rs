//! What is doubtful only after a change, where messages say it stands, and what is given where there is no answer.

use serde_json::{Value, json};

use super::formats::valid;
use crate::support::folders::folder;
use crate::support::program::{Run, command, finish};

/// Two gateways with one number, joined without BGP, and nobody's clients.
fn equal_numbers() -> tempfile::TempDir {
    folder(&[
        ("vnets.csv", "name,address_space\nEast,10.1.0.0/16\nWest,10.2.0.0/16\n"),
        ("gateways.csv", "vnet,bgp,asn\nEast,true,65010\nWest,true,65010\n"),
        ("s2s.csv", "from,to,bgp\nEast,West,false\n"),
    ])
}

fn tunnelog(verb: &str, path: &std::path::Path, arguments: &[&str]) -> Run {
    finish(command().arg(verb).arg(path).args(arguments))
}

#[test]
fn whatif_tells_the_warnings_that_come_and_go() {
    let folder = equal_numbers();
    let run = tunnelog("whatif", folder.path(), &["+ bgp(East, West)", "--force", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    valid("whatif", &document);
    let new = json!([{
        "scenario": "",
        "code": "same-asn",
        "message": "`East` and `West` both have ASN 65010, so BGP between them never comes up",
    }]);
    assert_eq!(document["warnings"]["new"], new);
    assert!(run.stderr.contains("warning[same-asn]"), "{}", run.stderr);
    assert!(run.stderr.contains("--> change '+ bgp(East, West)':1:3\n"), "{}", run.stderr);
    let equal = std::path::Path::new("facts/equal-asns");
    let apart = tunnelog("whatif", equal, &["+ asn(VNet2, 65020)", "--format", "json"]);
    let document: Value = serde_json::from_str(&apart.stdout).unwrap();
    assert_eq!(document["warnings"]["new"], json!([]));
    assert_eq!(document["warnings"]["gone"][0]["code"], "same-asn");
    let denied = ["+ bgp(East, West)", "--force", "--deny", "warnings"];
    assert_eq!(tunnelog("whatif", folder.path(), &denied).code, Some(1));
}

#[test]
fn a_table_names_new_warnings_below_the_facts() {
    let run = finish(command().args([
        "whatif",
        "facts/s2s-chain-bgp",
        "+ asn(VNet2, 65001)",
        "--force",
        "--class=windows",
        "--format=table",
        "--quiet",
    ]));
    // The session of the first tunnel ends, and with it everything behind; Windows clients never had routes for it.
    let expected = "  + asn(VNet2, 65001)
  - asn(VNet2, 65002)
  - bgp(VNet1, VNet2)

  warning new: `VNet1` and `VNet2` both have ASN 65001, so BGP between them never comes up
    [same-asn]

Windows clients of VNet1

  VNet2  10.2.0.0/16  needs-route → unreachable  no route on the client, no return path, no forward path
  VNet3  10.3.0.0/16  needs-route → unreachable  no route on the client, no return path, no forward path

  Model: article.
";
    assert_eq!(run.stdout, expected);
}

#[test]
fn a_place_in_a_change_shows_the_change() {
    let folder = equal_numbers();
    let forced = ["--with", "+ vnet(North)", "--with", "+ bgp(East, West)", "--force", "--format=csv"];
    let run = tunnelog("reach", folder.path(), &[&forced[..], &["--deny", "warnings"]].concat());
    assert!(run.stderr.contains("--> --with '+ bgp(East, West)':1:3\n"), "{}", run.stderr);
    let wrong = tunnelog("reach", folder.path(), &["--with", "+ bgp(Eats, West)"]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (Some(2), ""));
    assert!(wrong.stderr.contains("--> --with '+ bgp(Eats, West)':1:3\n"), "{}", wrong.stderr);
    assert!(wrong.stderr.contains("did you mean `East`?"), "{}", wrong.stderr);
}

#[test]
fn a_mistake_in_a_change_stands_alone() {
    let run = finish(command().args(["whatif", "facts/one-sided-peering", "+ peering(VNet1, VNet4)"]));
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.starts_with("error[unknown-relation]: "), "{}", run.stderr);
    assert!(!run.stderr.contains("peerings.csv"), "{}", run.stderr);
    assert!(
        run.stderr.ends_with("\n3 warnings: `tunnelog check facts/one-sided-peering`\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn without_an_answer_nothing_is_written() {
    let impossible = "scenario one\n+ bgp(VNet1, VNet3)\nscenario two\n- gateway(VNet1)\n";
    let files = folder(&[
        ("impossible.query", impossible),
        ("mixed.query", &format!("{impossible}scenario three\n- s2s(VNet1, VNet2)\n")),
    ]);
    let path = |name: &str| files.path().join(name).to_str().unwrap().to_owned();
    let whatif = |arguments: &[&str]| {
        let run = finish(command().args(["whatif", "facts/s2s-chain", "--quiet"]).args(arguments));
        assert_eq!(run.code, Some(2), "{arguments:?}");
        run.stdout
    };
    for format in ["csv", "json", "ndjson", "markdown", "table"] {
        assert_eq!(whatif(&["+ bgp(VNet1, VNet3)", "--format", format]), "");
        assert_eq!(whatif(&["--query", &path("impossible.query"), "--format", format]), "");
    }
    for name in ["impossible.query", "mixed.query"] {
        let all = whatif(&["--query", &path(name)]);
        assert_eq!(all.is_empty(), name == "impossible.query");
        for count in [2, 3, 4] {
            let share = |number: usize| {
                let shard = format!("{number}/{count}");
                let file = path(name);
                let run = command()
                    .args(["whatif", "facts/s2s-chain", "--query", &file, "--shard", &shard])
                    .output();
                String::from_utf8(run.unwrap().stdout).unwrap()
            };
            assert_eq!((1..=count).map(share).collect::<String>(), all, "{name} in {count} shares");
        }
    }
}

#[test]
fn a_gateway_that_a_change_adds_can_be_asked_for() {
    let only = ["--gateway", "vnet3", "--class", "windows", "--quiet"];
    let run = finish(
        command()
            .args(["whatif", "facts/isolated-vnet", "+ vnet(VNet3)", "+ address(VNet3, 10.3.0.0/16)"])
            .args(["+ gateway(VNet3)", "+ client_pool(VNet3, 192.168.3.0/24)"])
            .args(only),
    );
    let expected = "\
scenario,gateway,class,kind,network,prefix,before,after,until_download,reason,fact
,,,fact-added,,,,,,,\"address(VNet3, 10.3.0.0/16)\"
,,,fact-added,,,,,,,\"asn(VNet3, 65515)\"
,,,fact-added,,,,,,,\"client_pool(VNet3, 192.168.3.0/24)\"
,,,fact-added,,,,,,,gateway(VNet3)
,,,fact-added,,,,,,,vnet(VNet3)
,VNet3,windows,appears,,,,,,,
,VNet3,windows,route-gained,,10.3.0.0/16,,,,own-vnet,
,VNet3,windows,route-gained,,192.168.3.0/24,,,,client-pool,
,VNet3,windows,status,VNet3,10.3.0.0/16,,reachable,,own-vnet,
";
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), expected));
    let unknown = finish(command().args(["whatif", "facts/isolated-vnet", "+ vnet(VNet3)"]).args(only));
    assert_eq!((unknown.code, unknown.stdout.as_str()), (Some(2), ""));
}
