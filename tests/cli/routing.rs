//! Route tables on the command line: what follows them.

use std::fs;

use crate::support::program::{answer, command, finish};

#[test]
fn questions_and_changes_follow_route_tables() {
    let ask = |question: &str| answer(&format!("ask facts/hub-and-firewall --format csv {question}"));
    assert_eq!(ask("user_route(?table,_,appliance(10.0.1.4))"), "table\nfrom-spokes\nto-spokes\n");
    assert_eq!(ask("appliance(?name,Hub,?address)"), "name,address\nFirewall,10.0.1.4\n");
    assert_eq!(ask("uses_table(Spoke,?subnet,from-spokes)"), "subnet\nApp\nData\n");
    assert_eq!(ask("delivered(Hub,Spoke,?prefix)"), "prefix\n10.1.0.0/16\n");
    let whatif = finish(command().args([
        "whatif",
        "facts/hub-and-firewall",
        "- uses_table(Hub, GatewaySubnet, to-spokes)",
        "--class",
        "windows",
        "--format",
        "csv",
    ]));
    assert!(whatif.stdout.contains("Spoke,10.1.0.0/16,reachable,blackhole"), "{}", whatif.stdout);
}

#[test]
fn facts_have_route_tables_and_say_what_they_leave_out() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("facts");
    let run = finish(command().args(["facts", "facts/hub-and-firewall", "--output"]).arg(&place));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("is left out"), "{}", run.stderr);
    let file = |name: &str| fs::read_to_string(place.join(name)).unwrap();
    assert_eq!(
        file("user_route.facts"),
        "from-spokes\t0.0.0.0/0\tappliance(10.0.1.4)\nto-spokes\t10.1.0.0/16\tappliance(10.0.1.4)\n"
    );
    assert_eq!(file("gateway_routes.facts"), "to-spokes\n");
    assert_eq!(file("delivered.tsv"), "");
    assert!(!file("attached.tsv").is_empty());
}
