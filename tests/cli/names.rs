//! `names`, and changes to what resolves names, as people and scripts meet them.

use super::formats::valid;
use crate::support::program::{answer, command, finish, run};

const BLOB: &str = "privatelink.blob.core.windows.net";

#[test]
fn people_are_told_what_resolves_and_what_is_missing() {
    let text = answer("names facts/names-resolver-in-hub --class windows --format table");
    let expected = "\
Windows clients of Hub

  ✓ resolves  privatelink.blob.core.windows.net  10.0.1.4  a DNS Private Resolver
  · no        privatelink.database.windows.net   10.0.1.4  the zone is not linked to its VNet

  Names of privatelink.blob.core.windows.net resolve.
  Names of privatelink.database.windows.net do not resolve.
  Download the profile again after a change to the DNS servers of the VNet: until then Windows
    clients keep those of the last download.

  Model: article.
";
    assert_eq!(text, expected);
    let text = answer("names facts/names-azure-dns-only --class non-windows --format table");
    assert!(
        text.contains("\n  · no  privatelink.blob.core.windows.net     no DNS server is given\n"),
        "{text}"
    );
    assert!(text.contains("\n  They are given no DNS server, as the VNet has Azure's own"), "{text}");
    let text = answer("names facts/names-without-zones --class non-windows --format table");
    assert!(text.contains("\n  + depends  any name  10.0.2.4  a server of your own\n"), "{text}");
}

#[test]
fn one_line_below_what_is_reached_says_what_clients_get_for_names() {
    let text = answer("reach facts/names-resolver-in-hub --class windows --format table");
    let expected = "\
  DNS by 10.0.1.4: names of privatelink.blob.core.windows.net resolve; names of
    privatelink.database.windows.net do not resolve (the zone is not linked to its VNet).
";
    assert!(text.contains(expected), "{text}");
    let line = |topology: &str, expected: &str| {
        let text = answer(&format!("reach facts/{topology} --class non-windows --format table"));
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(expected), "{topology}: {text}");
    };
    line("names-azure-dns-only", "DNS: no server is given, so that no name of a private zone resolves.");
    line("names-without-zones", "DNS by 10.0.2.4: names of any zone depend on a server that forwards.");
    let far = "do not resolve (a server is out of reach, no forward path to it).";
    line("names-resolver-in-spoke-without-transit", far);
    // Where nothing is known of names, where rows are left out, and for programs all stays as it was.
    let is_silent = |arguments: &str| {
        let text = answer(arguments);
        assert!(!text.contains("DNS"), "{arguments}: {text}");
    };
    is_silent("reach facts/s2s-chain --format table");
    is_silent("reach facts/names-resolver-in-hub --to Spoke --format table");
    is_silent("reach facts/names-resolver-in-hub --status reachable --format table");
    is_silent("reach facts/names-resolver-in-hub --format json");
    is_silent("names facts/names-resolver-in-hub --format csv");
}

#[test]
fn a_page_has_the_line_too() {
    let names = |topology: &str| {
        let text = answer(&format!("report facts/{topology} --format json"));
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        valid("report", &document);
        document["states"][0]["clients"][1]["names"].clone()
    };
    let expected =
        "DNS by 10.0.2.4: names of privatelink.blob.core.windows.net depend on a server that forwards.";
    assert_eq!(names("names-old-server"), expected);
    assert_eq!(names("s2s-chain"), serde_json::Value::Null);
}

#[test]
fn a_status_may_be_refused() {
    assert_eq!(run("names facts/names-azure-dns-only --fail-on no").code, Some(1));
    assert_eq!(run("names facts/names-resolver-in-spoke --fail-on depends").code, Some(0));
    assert_eq!(run("names facts/names-forwarder --fail-on depends,no").code, Some(1));
    // Where nobody knows a zone or a server, there is nothing to refuse.
    let plain = run("names facts/s2s-chain --fail-on no");
    assert_eq!((plain.code, &*plain.stdout), (Some(0), "gateway,class,zone,server,status,reason\n"));
}

#[test]
fn a_change_of_servers_asks_for_a_download_and_says_what_holds_until_then() {
    let changes = ["+ dns_server(Hub, 10.0.1.4)", "- dns_server(Hub, 10.0.2.4)"];
    let whatif = |format: &str| {
        finish(
            command().args(["whatif", "facts/names-old-server", "--format", format, "--quiet"]).args(changes),
        )
        .stdout
    };
    let expected = format!(
        "scenario,gateway,class,kind,network,prefix,before,after,until_download,reason,fact\n\
         ,,,fact-added,,,,,,,\"dns_server(Hub, 10.0.1.4)\"\n\
         ,,,fact-removed,,,,,,,\"dns_server(Hub, 10.0.2.4)\"\n\
         ,Hub,non-windows,zone,{BLOB},,depends,resolves,,resolver,\n\
         ,Hub,windows,download,,,,,,,\n\
         ,Hub,windows,zone,{BLOB},,depends,resolves,depends,resolver,\n"
    );
    assert_eq!(whatif("csv"), expected);
    valid("whatif", &serde_json::from_str(&whatif("json")).unwrap());
    let text = whatif("table");
    assert!(
        text.contains(&format!("\n  names  {BLOB}  depends → resolves  a DNS Private Resolver\n")),
        "{text}"
    );
    assert!(text.contains("until then, to them,"), "{text}");
}

#[test]
fn changes_to_names_say_what_comes_along_and_what_cannot_be() {
    let made = |topology: &str, changes: &[&str]| {
        let run =
            finish(command().args(["whatif", &format!("facts/{topology}"), "--format", "csv"]).args(changes));
        (run.code, run.stdout, run.stderr)
    };
    // A zone keeps its name when its last link goes, and is missed by all.
    let (code, text, _) = made("names-old-server", &[&format!("- zone_link({BLOB}, Hub)")]);
    assert_eq!(code, Some(0));
    // The forwarder may still answer: only the reason tells of the link.
    assert!(text.contains(&format!("fact-removed,,,,,,,\"zone_link({BLOB}, Hub)\"")), "{text}");
    assert!(!text.contains(",zone,"), "{text}");
    let (code, _, told) = made("names-resolver-in-hub", &[&format!("- private_zone({BLOB})")]);
    assert_eq!(code, Some(2));
    assert!(told.contains("is linked to VNets"), "{told}");
    let (_, _, told) = made("names-resolver-in-hub", &["+ zone_link(web.example, Hub)"]);
    assert!(told.contains("the private zone `web.example` is new"), "{told}");
    let (_, _, told) = made("names-resolver-in-hub", &["- dns_server(Hub, 10.0.1.4)"]);
    assert!(told.contains("hands out no DNS server any more"), "{told}");
    let (code, _, told) = made("names-resolver-in-hub", &["+ resolver(Hub, 10.1.0.4)"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("`10.1.0.4` lies in no prefix of the VNet `Hub`"), "{told}");
    let (code, _, told) = made("names-resolver-in-hub", &["+ private_zone(\"two words\")"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("is not the name of a DNS zone"), "{told}");
}

#[test]
fn a_resolver_that_goes_takes_names_with_it() {
    let arguments = ["sweep", "facts/names-resolver-in-spoke", "--remove", "peered", "--format", "csv"];
    let run = finish(command().args(arguments));
    // Without the peering, which is listed once, the spoke and the zone that its resolver knows are lost, for each class.
    assert!(
        run.stdout.contains(&format!("\"- peered(Hub, Spoke); - peered(Spoke, Hub)\",4,0,1,Spoke;{BLOB},")),
        "{}",
        run.stdout
    );
}

#[test]
fn names_are_explained_down_to_rows() {
    let explain = |topology: &str, options: &str| {
        run(&format!("explain facts/{topology} --from Hub --class windows --quiet --zone {options}"))
    };
    let text = explain("names-forwarder", "privatelink.database.windows.net").stdout;
    for line in [
        "  + depends: a server that they reach may forward to Azure\n",
        "  ✓ Hub hands it out (dns.csv:2)\n",
        "  ✗ privatelink.database.windows.net is not linked to Hub\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    let text = explain("names-azure-dns-only", BLOB).stdout;
    assert!(text.contains("✗ Hub hands out no DNS server"), "{text}");
    let text = explain("names-azure-resolver-as-server", BLOB).stdout;
    assert!(text.contains("✗ it is Azure's own resolver"), "{text}");
    for topology in ["names-resolver-in-hub", "names-office-server-bgp", "names-azure-resolver-as-server"] {
        let document = explain(topology, &format!("{BLOB} --format json")).stdout;
        valid("explain-zone", &serde_json::from_str(&document).unwrap());
    }
    let slip = explain("names-forwarder", "privatelink.blob.core.window.net");
    assert_eq!(slip.code, Some(2));
    assert!(slip.stderr.contains(&format!("did you mean `{BLOB}`?")), "{}", slip.stderr);
    assert_eq!(explain("names-forwarder", &format!("{BLOB} --format dot")).code, Some(2));
}
