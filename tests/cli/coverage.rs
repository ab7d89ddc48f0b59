//! `ask --coverage`: which rows and rules expectations rest on, worked out by hand.

use serde_json::Value;

use super::formats::valid;
use crate::support::program::{Run, command, finish, two_hubs};

fn ask(topology: &str, arguments: &[&str]) -> Run {
    finish(command().args(["ask", &format!("facts/{topology}"), "--coverage", "--quiet"]).args(arguments))
}

/// The names of what expectations rest on, of `row` or `rule`.
fn exercised(run: &Run, kind: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(run.stdout.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["kind", "name", "file", "line", "expectations"]);
    let rows = reader.records().map(Result::unwrap).filter(|row| &row[0] == kind && &row[4] != "0");
    rows.map(|row| row[1].to_owned()).collect()
}

#[test]
fn an_expectation_rests_on_the_rows_and_rules_of_its_proof() {
    let run = ask("s2s-chain", &["expect access(VNet1, windows, VNet1, reachable)"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(exercised(&run, "row"), ["vnet(VNet1)", "gateway(VNet1)"]);
    let expected = [
        "own-vnet",
        "client-pool",
        "network-part",
        "pool-part",
        "arrives",
        "delivered-here",
        "returns",
        "way-back",
        "own-vnet-route",
    ];
    assert_eq!(exercised(&run, "rule"), expected);
    // Rows stand in the order of the files, with their lines.
    assert!(
        run.stdout.contains("\nrow,\"s2s(VNet2, VNet3)\",facts/s2s-chain/s2s.csv,3,0\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn packets_rest_on_the_way_that_they_take() {
    let run = ask("relaying-site", &["expect delivered(VNet1, VNet2, 10.2.0.0/16)"]);
    let expected = ["vnet(VNet2)", "gateway(VNet2)", "site(Site1)", "s2s(VNet1, Site1)", "s2s(Site1, VNet2)"];
    assert_eq!(exercised(&run, "row"), expected);
    let rules = exercised(&run, "rule");
    assert!(rules.contains(&"transit-site-relays".to_owned()), "{rules:?}");
    assert!(!rules.contains(&"own-vnet-route".to_owned()), "{rules:?}");
}

#[test]
fn what_is_not_rests_on_what_is_there_instead() {
    // The packet gets as far as VNet2 by the static prefix of the tunnel, and no answer comes back.
    let run = ask("s2s-chain", &["expect no access(VNet1, non-windows, VNet2, reachable)"]);
    let rows = exercised(&run, "row");
    assert!(rows.contains(&"s2s(VNet1, VNet2)".to_owned()), "{rows:?}");
    assert!(!rows.contains(&"s2s(VNet2, VNet3)".to_owned()), "{rows:?}");
    // What has no proof rests on nothing.
    let run = ask("s2s-chain", &["expect no advertised(VNet1, windows, 10.3.0.0/16, _)"]);
    assert_eq!(exercised(&run, "row"), Vec::<String>::new());
}

#[test]
fn what_route_tables_steer_rests_on_their_rows() {
    let run = ask("hub-and-firewall", &["expect access(Hub, windows, Spoke, reachable)"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let expected = [
        "appliance(Firewall, Hub)",
        "gateway(Hub)",
        "peered(Hub, Spoke)",
        "peered(Spoke, Hub)",
        "user_route(from-spokes, 0.0.0.0/0)",
        "user_route(to-spokes, 10.1.0.0/16)",
        "subnet(Hub, GatewaySubnet)",
        "subnet(Spoke, App)",
        "subnet(Spoke, Data)",
        "vnet(Spoke)",
    ];
    let mut rows = exercised(&run, "row");
    rows.sort_unstable();
    let mut expected = expected.map(str::to_owned);
    expected.sort_unstable();
    assert_eq!(rows, expected);
    let rules = exercised(&run, "rule");
    let steered =
        ["by-system-route", "by-gateway-route", "gateway-to-appliance", "arrives-at-pool", "to-appliance"];
    assert!(steered.iter().all(|clause| rules.contains(&(*clause).to_owned())), "{rules:?}");
    // Packets for the hub itself move by another clause, on which nothing rests; what plain routers do with packets is none.
    assert!(run.stdout.contains("\nrule,arrives-attached,,,0\n"), "{}", run.stdout);
    assert!(!run.stdout.contains("\nrule,delivered-here,"), "{}", run.stdout);
    // A packet that is dropped rests on what takes it as far as it gets.
    let run = ask("firewall-without-way-back", &["expect no access(Hub, windows, Spoke, reachable)"]);
    let rows = exercised(&run, "row");
    assert!(rows.contains(&"user_route(from-spokes, 0.0.0.0/0)".to_owned()), "{rows:?}");
    let run = ask("hub-and-firewall", &["expect delivered(Hub, Hub, 192.168.0.0/24)"]);
    assert_eq!(exercised(&run, "row"), ["gateway(Hub)"]);
}

#[test]
fn what_scenarios_add_is_no_row_of_the_inventory() {
    let scenario = ["scenario BGP", "+ bgp(VNet1, VNet2)", "expect learned(VNet1, VNet2, 10.2.0.0/16)"];
    let run = ask("s2s-chain", &scenario);
    let rows = exercised(&run, "row");
    assert_eq!(rows, ["vnet(VNet2)"], "the connection and the gateways are not as they stand in the files");
    assert!(exercised(&run, "rule").contains(&"bgp-attached".to_owned()));
}

#[test]
fn the_document_and_the_page_say_the_same() {
    let expectation = "expect client_pool(VNet1, 192.168.0.0/24)";
    let run = ask("s2s-chain", &[expectation, "--format", "json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    valid("ask", &document);
    assert_eq!(document["coverage"]["expectations"], 1);
    let rows = document["coverage"]["rows"].as_array().unwrap();
    let counts: Vec<_> = rows.iter().map(|row| row["expectations"].as_u64().unwrap()).collect();
    assert_eq!(counts, [0, 0, 0, 1, 0, 0, 0, 0]);
    let page = ask("s2s-chain", &[expectation, "--format", "table"]).stdout;
    assert!(page.contains("exercised: 1 of 8 rows, 0 of 16 rules"), "{page}");
    assert!(page.contains("[static-entry]") && !page.contains("gateway(VNet1)"), "{page}");
    let failed = ask("s2s-chain", &["expect site(_)"]);
    assert_eq!(failed.code, Some(1));
    let refused = ask("s2s-chain", &[expectation, "--format", "junit"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
}

/// What single tuples of every relation rest on, in the order of the files: facts on the rows that state them, the others on
/// those of their proofs.
#[test]
fn a_tuple_rests_on_the_rows_that_say_so() {
    let cases: [(&str, &str, &[&str]); 14] = [
        ("custom-route", "vnet(VNet2)", &["vnet(VNet2)"]),
        ("custom-route", "address(VNet2, 10.2.0.0/16)", &["vnet(VNet2)"]),
        ("custom-route", "gateway(VNet1)", &["gateway(VNet1)"]),
        ("custom-route", "asn(VNet1, 65001)", &["gateway(VNet1)"]),
        ("custom-route", "custom_route(VNet1, 10.2.0.0/16)", &["gateway(VNet1)"]),
        ("custom-route", "site(Site1)", &["site(Site1)"]),
        ("relaying-site", "transit_site(Site1)", &["site(Site1)"]),
        ("custom-route", "peered(VNet1, VNet2)", &["peered(VNet1, VNet2)"]),
        ("custom-route", "s2s(VNet1, Site1)", &["s2s(VNet1, Site1)"]),
        ("custom-route", "bgp(Site1, VNet1)", &["s2s(VNet1, Site1)"]),
        ("custom-route", "advertised(VNet1, windows, 10.2.0.0/16, custom-route)", &["gateway(VNet1)"]),
        ("custom-route", "attached(Site1, Site1, 10.101.0.0/16)", &["site(Site1)"]),
        ("custom-route", "attached(VNet1, VNet1, 192.168.0.0/24)", &["gateway(VNet1)"]),
        ("custom-route", "learned(VNet1, Site1, 10.101.0.0/16)", &["site(Site1)", "s2s(VNet1, Site1)"]),
    ];
    for (topology, tuple, rows) in cases {
        let run = ask(topology, &[&format!("expect {tuple}")]);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{tuple}");
        assert_eq!(exercised(&run, "row"), rows, "{tuple}");
    }
}

#[test]
fn what_is_said_of_clients_rests_on_their_rows() {
    let folder = two_hubs();
    for (tuple, rows) in [
        ("os(zoe, windows)", ["client(zoe, East)"]),
        ("client(adam, West)", ["client(adam, West)"]),
        ("manual_route(zoe, 10.2.0.0/16)", ["client(zoe, East)"]),
    ] {
        let expectation = format!("expect {tuple}");
        let run =
            finish(command().arg("ask").arg(folder.path()).args(["--coverage", "--quiet", &expectation]));
        assert_eq!(exercised(&run, "row"), rows, "{tuple}");
    }
}
