//! Pages of `report`: the data in them, and what they are made of.

use std::fs;

use serde_json::{Value, json};

use super::formats::valid;
use crate::support::folders::folder;
use crate::support::program::{answer, command, finish, read, run};
use crate::support::topologies::topologies;

/// The data of the page.
fn data(arguments: &str) -> Value {
    serde_json::from_str(&answer(&format!("report {arguments} --format json"))).unwrap()
}

/// The rows of the page as `reach` has them.
fn reach(document: &Value, state: usize) -> String {
    let name = |number: &Value| {
        let place = usize::try_from(number.as_u64().unwrap()).unwrap();
        document["networks"][place]["name"].as_str().unwrap()
    };
    let mut rows = String::from("gateway,class,network,destination,status,reason\n");
    for clients in document["states"][state]["clients"].as_array().unwrap() {
        for row in clients["reach"].as_array().unwrap() {
            let reasons = row[3].as_array().unwrap().iter().map(|word| word.as_str().unwrap());
            let cells = [
                name(&clients["gateway"]),
                clients["class"].as_str().unwrap(),
                name(&row[0]),
                row[1].as_str().unwrap(),
                row[2].as_str().unwrap(),
                &reasons.collect::<Vec<_>>().join(";"),
            ];
            rows.push_str(&cells.join(","));
            rows.push('\n');
        }
    }
    rows
}

#[test]
fn pages_say_what_was_written_by_hand_for_every_topology() {
    let names = topologies();
    assert!(names.len() >= 8, "{names:?}");
    for name in names {
        let document = data(&format!("facts/{name}"));
        valid("report", &document);
        assert_eq!(reach(&document, 0), read(&format!("facts/{name}/expected/reach.csv")), "{name}");
        // A small topology is explained in full.
        let left_out = &document["states"][0]["left_out"]["explanations"];
        assert_eq!(*left_out, 0, "{name}");
    }
}

#[test]
fn links_are_told_apart_by_kind_and_state() {
    let folder = folder(&[
        (
            "vnets.csv",
            "name,address_space\nA,10.1.0.0/16\nB,10.2.0.0/16\nC,10.3.0.0/16\nD,10.4.0.0/16\nE,10.5.0.0/16\n",
        ),
        ("gateways.csv", "vnet,client_pool,asn\nA,192.168.0.0/24,65001\nB,,65002\nC,,65001\n"),
        ("sites.csv", "name,address_space\nX,10.101.0.0/16\nY,10.102.0.0/16\n"),
        (
            "peerings.csv",
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,state\n\
             A,D,true,false,Connected\nD,A,false,true,Connected\n\
             D,E,false,false,Connected\nE,D,false,false,Disconnected\n\
             A,E,false,false,Connected\n\
             B,E,false,false,Connected\nE,B,false,false,Connected\n",
        ),
        (
            "s2s.csv",
            "from,to,bgp,status\nA,B,true,Connected\nA,C,true,Connected\nA,X,false,Connected\nA,Y,false,NotConnected\n",
        ),
    ]);
    let path = folder.path().to_str().unwrap();
    let document = data(path);
    valid("report", &document);
    let links: Vec<Value> = document["states"][0]["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| json!([link["from"], link["to"], link["kind"]]))
        .collect();
    // A to E are 0 to 4, X and Y 5 and 6. Both ends of A's tunnel to C have the ASN 65001.
    let expected = json!([
        [0, 3, "gateway-transit"],
        [0, 4, "peering-one-sided"],
        [1, 4, "peering"],
        [3, 4, "peering-disconnected"],
        [0, 1, "tunnel-bgp"],
        [0, 2, "tunnel-bgp-idle"],
        [0, 5, "tunnel-static"],
        [0, 6, "tunnel-down"]
    ]);
    assert_eq!(Value::from(links), expected);
}

#[test]
fn what_carries_nothing_for_want_of_access_or_a_gateway_is_told_apart() {
    let folder = folder(&[
        ("vnets.csv", "name,address_space\nA,10.1.0.0/16\nB,10.2.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\nA,192.168.0.0/24\n"),
        ("sites.csv", "name,address_space\nX,10.101.0.0/16\n"),
        (
            "peerings.csv",
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,allow_vnet_access\n\
             A,B,false,false,true\nB,A,false,false,false\n",
        ),
        ("s2s.csv", "from,to,bgp\nB,X,false\n"),
    ]);
    let document = data(folder.path().to_str().unwrap());
    valid("report", &document);
    let links = &document["states"][0]["links"];
    assert_eq!(
        (&links[0]["kind"], &links[0]["notes"]),
        (&json!("peering-without-access"), &json!(["B: no access allowed"]))
    );
    assert_eq!(links[1]["kind"], "tunnel-without-gateway");
}

#[test]
fn changes_give_two_states_and_what_differs() {
    let arguments =
        ["report", "facts/s2s-chain", "--with", "+ bgp(VNet1, VNet2)", "--with", "+ bgp(VNet2, VNet3)"];
    let run = finish(command().args(arguments).args(["--format", "json", "--quiet"]));
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    valid("report", &document);
    assert_eq!(reach(&document, 0), read("facts/s2s-chain/expected/reach.csv"));
    assert_eq!(reach(&document, 1), read("facts/s2s-chain-bgp/expected/reach.csv"));
    assert_eq!(document["states"][1]["changes"], json!(["+ bgp(VNet1, VNet2)", "+ bgp(VNet2, VNet3)"]));
    let command = "facts/s2s-chain --with '+ bgp(VNet1, VNet2)' --with '+ bgp(VNet2, VNet3)'";
    assert_eq!(document["states"][1]["command"], command);
    let others = &document["comparison"]["clients"][0];
    assert_eq!((&others["class"], &others["download"]), (&json!("non-windows"), &json!(false)));
    assert_eq!(others["gained"], json!([["10.3.0.0/16", ["bgp"]]]));
    assert_eq!(others["reach"][0], json!([1, "10.2.0.0/16", "blackhole", "reachable", null]));
    // What the missing way back was warned of is settled.
    assert_eq!(document["comparison"]["gone_findings"], json!([0]));
    assert_eq!(document["states"][0]["findings"][0]["code"], "no-route-back");
}

#[test]
fn appliances_the_internet_and_both_ways_are_told() {
    let document = data("facts/forced-tunnelling-firewall");
    valid("report", &document);
    // Hub, Spoke and then the Internet, which is in no part.
    let networks: Vec<&Value> =
        document["networks"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
    assert_eq!(networks, ["vnet", "vnet", "internet"]);
    assert_eq!(document["networks"][2], json!({ "name": "Internet", "kind": "internet" }));
    let state = &document["states"][0];
    let firewall = json!({ "name": "Firewall", "network": 0, "addresses": ["10.0.1.4"], "stateful": true, "at": "appliances.csv:2" });
    assert_eq!(state["appliances"], json!([firewall]));
    let ways = |network: usize, direction: &str| -> Vec<&Value> {
        let of = |one: &&Value| one["network"] == network;
        let lines = state["explanations"].as_array().unwrap().iter().filter(of);
        let lines =
            lines.flat_map(|one| one["parts"].as_array().unwrap()).flat_map(|part| part.as_array().unwrap());
        let ways = lines.filter(|line| line["kind"] == "holds" && line["direction"] == direction);
        ways.map(|line| &line["way"]).collect()
    };
    // Both halves of all addresses leave by the firewall, and answers start there.
    let (there, back) = (ways(2, "there"), ways(2, "back"));
    assert!(!there.is_empty() && there.iter().all(|way| **way == json!([0, "Firewall", 2])), "{there:?}");
    assert!(!back.is_empty() && back.iter().all(|way| **way == json!(["Firewall", 0])), "{back:?}");
    // Past the firewall there and back: what Microsoft recommends.
    let document = data("facts/hub-and-firewall");
    let lines =
        document["states"][0]["explanations"].as_array().unwrap().iter().filter(|one| one["network"] == 1);
    let lines: Vec<&Value> = lines.flat_map(|one| one["parts"][0].as_array().unwrap()).collect();
    let way =
        |direction: &str| lines.iter().find(|line| line["direction"] == direction).map(|line| &line["way"]);
    assert_eq!(way("there"), Some(&json!([0, "Firewall", 1])));
    assert_eq!(way("back"), Some(&json!([1, "Firewall", 0])));
}

#[test]
fn the_head_of_the_page_is_what_the_call_gave_and_asks_no_clock() {
    let tool = concat!("tunnelog ", env!("CARGO_PKG_VERSION"));
    assert_eq!(data("facts/s2s-chain")["page"], json!({ "tool": tool }));
    let arguments = "facts/s2s-chain --title CHG0012345 --note <b>Owner --date 2026-11-28";
    let document = data(arguments);
    valid("report", &document);
    let expected = json!({ "tool": tool, "title": "CHG0012345", "note": "<b>Owner", "date": "2026-11-28" });
    assert_eq!(document["page"], expected);
    let page = run(&format!("report {arguments} --quiet")).stdout;
    assert!(page.contains("\"note\":\"\\u003cb\\u003eOwner\""));
}

#[test]
fn an_older_inventory_is_the_state_before() {
    let document = data("facts/s2s-chain-bgp --compare facts/s2s-chain");
    valid("report", &document);
    assert_eq!(document["inventories"], json!(["facts/s2s-chain", "facts/s2s-chain-bgp"]));
    assert_eq!(reach(&document, 0), read("facts/s2s-chain/expected/reach.csv"));
    assert_eq!(reach(&document, 1), read("facts/s2s-chain-bgp/expected/reach.csv"));
}

#[test]
fn a_query_file_has_one_scenario_or_one_is_named() {
    let folder = folder(&[(
        "plans.query",
        "scenario first\n+ bgp(VNet1, VNet2)\nscenario second\n+ bgp(VNet2, VNet3)\nscenario asks\n? bgp(?a, ?b)\n",
    )]);
    let file = folder.path().join("plans.query");
    let report = |more: &[&str]| {
        let mut command = command();
        command
            .args(["report", "facts/s2s-chain", "--format=json", "--quiet", "--query"])
            .arg(&file)
            .args(more);
        finish(&mut command)
    };
    let unclear = report(&[]);
    assert_eq!(unclear.code, Some(2));
    assert!(unclear.stderr.contains("has several scenarios with changes"), "{}", unclear.stderr);
    assert!(unclear.stderr.contains("`--scenario`: `first`, `second`"), "{}", unclear.stderr);
    let document: Value = serde_json::from_str(&report(&["--scenario", "second"]).stdout).unwrap();
    assert_eq!(document["states"][1]["changes"], json!(["+ bgp(VNet2, VNet3)"]));
    let unknown = report(&["--scenario", "third"]);
    assert!(unknown.code == Some(2) && unknown.stderr.contains("has no scenario `third`"), "{unknown:?}");
}

#[test]
fn what_was_written_is_said() {
    let folder = tempfile::tempdir().unwrap();
    for (verb, name) in [("report", "a page.html"), ("graph", "map.md")] {
        let file = folder.path().join(name);
        let run = finish(command().args([verb, "facts/s2s-chain", "-o"]).arg(&file));
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
        assert!(run.stderr.starts_with(&format!("wrote `{}`\n", file.display())), "{}", run.stderr);
        let piped = finish(command().args([verb, "facts/s2s-chain"]));
        assert!(!piped.stderr.contains("wrote"), "{}", piped.stderr);
    }
}

#[test]
fn a_page_is_one_file_that_asks_no_network() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.html");
    let page = || {
        let mut command = command();
        let run = finish(command.args(["report", "facts/s2s-chain", "--quiet", "-o"]).arg(&file));
        assert_eq!((run.code, run.stdout, run.stderr), (Some(0), String::new(), String::new()));
        fs::read_to_string(&file).unwrap()
    };
    let text = page();
    assert!(text == page(), "two runs have to give the same bytes");
    assert!(text.starts_with("<!doctype html>"));
    assert!(text.contains("default-src 'none'; script-src 'sha256-"));
    for element in ["<link", "<iframe", "<object", "<embed", "<base", " src=\"", "@import", "url("] {
        let own = text.split("<script>").next().unwrap();
        assert!(!own.contains(element), "{element}");
    }
    // Two scripts, and the data.
    assert_eq!(text.matches("</script>").count(), 3);
}

#[test]
fn names_cannot_end_the_element_that_they_stand_in() {
    let hostile = "</script><script>alert(1)</script>\u{2028}&";
    let vnets = format!("name,address_space\n{hostile},10.1.0.0/16\n");
    let gateways = format!("vnet,client_pool\n{hostile},192.168.0.0/24\n");
    let folder = folder(&[("vnets.csv", &vnets), ("gateways.csv", &gateways)]);
    let page = finish(command().arg("report").arg(folder.path()).arg("--quiet")).stdout;
    assert_eq!(page.matches("</script>").count(), 3);
    assert!(
        !page.contains("alert(1)</script>") && page.contains("alert(1)\\u003c/script\\u003e\\u2028\\u0026")
    );
    let (_, after) = page.split_once("id=\"data\">").unwrap();
    let document: Value = serde_json::from_str(after.split_once("</script>").unwrap().0).unwrap();
    assert_eq!(document["networks"][0]["name"], hostile);
}

#[test]
fn too_many_networks_are_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let made = run(&format!("generate --shape hubs --vnets 10400 -o {path}"));
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let refused = run(&format!("report {path} --quiet"));
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    assert!(
        refused.stderr.contains("a page takes 10000 networks, and there are 10400"),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains("`--gateway`") && refused.stderr.contains("`--around`"));
    let narrowed = data(&format!("{path} --gateway hub-00001-0000 --class windows"));
    let count = narrowed["networks"].as_array().unwrap().len();
    assert!((2..=1000).contains(&count), "{count}");
    let gateways: Vec<&Value> =
        narrowed["states"][0]["clients"].as_array().unwrap().iter().map(|one| &one["gateway"]).collect();
    assert_eq!(gateways.len(), 1);
    let around = data(&format!("{path} --around hub-00001-0000 --hops 0"));
    assert_eq!(around["networks"].as_array().unwrap().len(), 1);
}

#[test]
fn hops_are_counted_from_the_network() {
    let names = |arguments: &str| -> Vec<String> {
        let document = data(arguments);
        let networks = document["networks"].as_array().unwrap().clone();
        networks.iter().map(|network| network["name"].as_str().unwrap().to_owned()).collect()
    };
    let chain = "facts/s2s-chain-branch-bgp";
    assert_eq!(names(&format!("{chain} --around site1 --hops 1")), ["Site1", "VNet3"]);
    assert_eq!(names(&format!("{chain} --around Site1")), ["Site1", "VNet2", "VNet3"]);
}

#[test]
fn exit_codes_are_those_of_the_contract() {
    assert_eq!(run("report facts/s2s-chain --format json --deny warnings --quiet").code, Some(1));
    assert_eq!(run("report facts/s2s-chain-bgp --format json --deny warnings --quiet").code, Some(0));
    assert_eq!(run("report no-such-folder --format json").code, Some(2));
    assert_eq!(run("report facts/s2s-chain --gateway Nowhere").code, Some(2));
    assert_eq!(run("report facts/s2s-chain --class windows-native").code, Some(2));
    assert_eq!(run("report facts/s2s-chain --hops 3").code, Some(2));
}

#[test]
fn vendored_libraries_are_what_their_sums_say() {
    let folder = "assets/report/vendor";
    let sums = read(&format!("{folder}/SHA256SUMS"));
    let readme = read(&format!("{folder}/README.md"));
    assert_eq!(sums.lines().count(), 4);
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").unwrap();
        assert!(readme.contains(&format!("| `{name}` |")) && readme.contains(&format!("`{sum}`")), "{name}");
        let licence =
            format!("{folder}/LICENSE-{}.txt", name.trim_end_matches(".js").trim_end_matches(".min"));
        assert!(read(&licence).contains("Permission is hereby granted"), "{licence}");
    }
}
