//! `verify` as scripts meet it: what deviates, why, and how it ends.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use super::formats::valid;
use crate::support::folders::folder;
use crate::support::program::{Run, answer, command, finish, run, two_hubs};

pub(crate) const HEADER: &str = "kind,prefix,cause,reason,neighbour,line,help\n";

/// Runs `verify` on an inventory and a file with this text.
fn verify(inventory: &str, options: &str, text: &str) -> Run {
    let file = folder(&[("routes", text)]);
    let mut command = command();
    command.args(["verify", inventory, "--quiet"]).args(options.split_whitespace());
    finish(command.arg(file.path().join("routes")))
}

/// The exit code, and the rows without their last column.
fn found(inventory: &str, options: &str, text: &str) -> (Option<i32>, Vec<String>) {
    let run = verify(inventory, options, text);
    assert_eq!(run.stderr, "", "{text}");
    let mut reader = csv::Reader::from_reader(run.stdout.as_bytes());
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>().join(",") + "\n", HEADER);
    let row = |record: csv::StringRecord| record.iter().take(6).collect::<Vec<_>>().join(" ");
    (run.code, reader.records().map(|record| row(record.unwrap())).collect())
}

/// A table of Linux with these routes through the tunnel, and the pool.
fn tunnel(prefixes: &str) -> String {
    let first = ["default via 172.20.4.1 dev eth0\n", "192.168.0.2 dev tun0 scope link\n"].map(String::from);
    let routes = prefixes.split_whitespace().map(|prefix| format!("{prefix} dev tun0\n"));
    first.into_iter().chain(routes).collect()
}

const WINDOWS: &str = "--gateway VNet1 --class windows";
const OTHERS: &str = "--gateway VNet1 --class non-windows";
const CHAIN: &str = "facts/s2s-chain-branch-bgp";

#[test]
fn what_should_be_there_and_nothing_else_is_clean() {
    let table = "verify facts/s2s-chain-branch-bgp --gateway VNet1 --class windows tests/fixtures/routes";
    assert_eq!(answer(&format!("{table}/route-print-german.txt")), HEADER);
    let whole = "10.1.0.0/16 10.2.0.0/16 10.3.0.0/16 10.101.0.0/16";
    assert_eq!(found(CHAIN, OTHERS, &tunnel(whole)), (Some(0), Vec::new()));
    // However it is cut, it is the same addresses.
    let cut = "10.1.0.0/17 10.1.128.0/17 10.2.0.0/15 10.101.0.0/16 10.101.4.0/24";
    assert_eq!(found(CHAIN, OTHERS, &tunnel(cut)), (Some(0), Vec::new()));
}

#[test]
fn a_route_that_the_system_does_not_use_is_missing() {
    let table = tunnel("10.1.0.0/16 10.101.0.0/16") + "10.2.0.0/15 via 192.168.0.1 dev tun0 dead linkdown\n";
    let rows = ["10.2.0.0/16", "10.3.0.0/16"].map(|prefix| format!("missing {prefix}"));
    let (code, found) = found(CHAIN, OTHERS, &table);
    let found: Vec<String> =
        found.iter().map(|row| row.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!((code, found), (Some(1), rows.to_vec()));
}

#[test]
fn a_machine_makes_routes_of_its_own() {
    let routes = "10.1.0.0/16 10.1.255.255/32 192.168.0.0/24 203.0.113.77/32 224.0.0.0/4 169.254.0.0/16 \
                  255.255.255.255/32 fe80::/64 ff00::/8 10.1.0.0/16";
    assert_eq!(found(CHAIN, WINDOWS, &tunnel(routes)), (Some(0), Vec::new()));
}

#[test]
fn an_old_package_is_the_cause_on_windows_alone() {
    // VNet2 and VNet4 use the gateway, VNet3 does not; the package is from when VNet3 did and VNet4 did not.
    let table = tunnel("10.1.0.0/16 10.2.0.0/16 10.3.0.0/16");
    let rows = |cause: &str, missing: &str| {
        (
            Some(1),
            vec![
                format!("missing 10.4.0.0/16 {missing} transit-spoke  "),
                format!("surplus 10.3.0.0/16 {cause}   5"),
            ],
        )
    };
    assert_eq!(found("facts/peered-vnets", WINDOWS, &table), rows("old-package", "old-package"));
    assert_eq!(found("facts/peered-vnets", OTHERS, &table), rows("old-session", "not-delivered"));
}

#[test]
fn what_the_old_inventory_had_is_stale() {
    let old = folder(&[
        ("vnets.csv", "name,address_space\nVNet1,10.1.0.0/16\nVNet2,10.2.0.0/16\nVNet9,10.9.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\nVNet1,192.168.0.0/24\n"),
        (
            "peerings.csv",
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\nVNet1,VNet2,true,false\n\
             VNet2,VNet1,false,true\nVNet1,VNet9,true,false\nVNet9,VNet1,false,true\n",
        ),
    ]);
    let table = tunnel("10.1.0.0/16 10.9.0.0/16 10.3.0.0/16");
    let with_old = format!("{WINDOWS} --old {}", old.path().display());
    let expected = [
        // The old package had VNet2 as well, so that it is something else that keeps it away.
        "missing 10.2.0.0/16 not-delivered transit-spoke  ",
        "missing 10.4.0.0/16 old-package transit-spoke  ",
        "stale 10.9.0.0/16 old-package transit-spoke  4",
        // Neither inventory gives it.
        "surplus 10.3.0.0/16 local-route   5",
    ];
    assert_eq!(
        found("facts/peered-vnets", &with_old, &table),
        (Some(1), expected.map(String::from).to_vec())
    );
}

#[test]
fn bgp_is_down_where_all_of_a_neighbour_is_missing() {
    let lost = ["10.101.0.0/16", "10.2.0.0/16", "10.3.0.0/16"]
        .map(|prefix| format!("missing {prefix} bgp-down bgp VNet2 "));
    assert_eq!(found(CHAIN, OTHERS, &tunnel("10.1.0.0/16")), (Some(1), lost.to_vec()));
    let some = tunnel("10.1.0.0/16 10.2.0.0/16 10.3.0.0/16");
    let expected = vec!["missing 10.101.0.0/16 not-delivered bgp  ".to_owned()];
    assert_eq!(found(CHAIN, OTHERS, &some), (Some(1), expected));
}

#[test]
fn a_package_tells_nothing_of_sessions() {
    let package =
        "<VpnProfile><VpnServer>a.b</VpnServer><Routes>10.1.0.0/16,192.168.0.0/24</Routes></VpnProfile>";
    let lost = ["10.101.0.0/16", "10.2.0.0/16", "10.3.0.0/16"]
        .map(|prefix| format!("missing {prefix} old-package bgp  "));
    assert_eq!(found(CHAIN, OTHERS, package), (Some(1), lost.to_vec()));
}

#[test]
fn a_custom_route_may_not_have_arrived() {
    let rows = found("facts/custom-route", WINDOWS, &tunnel("10.1.0.0/16"));
    let expected = ["10.101.0.0/16", "10.2.0.0/16"]
        .map(|prefix| format!("missing {prefix} custom-route custom-route  "));
    assert_eq!(rows, (Some(1), expected.to_vec()));
}

#[test]
fn surplus_routes_have_causes_of_their_own() {
    let cases = [
        // It answers, and the gateway gives Windows clients no route.
        ("10.2.0.0/16", "added-by-hand"),
        ("0.0.0.0/0", "default-route"),
        ("10.77.0.0/16", "local-route"),
        // A host that is not public may be what somebody added by hand.
        ("10.77.0.9/32", "local-route"),
    ];
    for (prefix, cause) in cases {
        let rows = found(CHAIN, WINDOWS, &tunnel(&format!("10.1.0.0/16 {prefix}")));
        assert_eq!(rows, (Some(1), vec![format!("surplus {prefix} {cause}   4")]));
    }
    let narrow = folder(&[
        ("vnets.csv", "name,address_space\nHub,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\nHub,172.16.201.0/24\n"),
    ]);
    let table = "172.16.201.2 dev tun0\n10.1.0.0/16 dev tun0\n172.16.0.0/16 dev tun0\n";
    let rows = found(narrow.path().to_str().unwrap(), "--gateway hub --class windows", table);
    assert_eq!(rows, (Some(1), vec!["surplus 172.16.0.0/16 class-route   3".to_owned()]));
}

#[test]
fn a_machine_that_is_not_connected_lacks_everything() {
    let table = "default via 172.20.4.1 dev eth0\n172.20.4.0/24 dev eth0 scope link\n";
    let expected = ["10.1.0.0/16", "192.168.0.0/24"].map(|prefix| {
        let reason = if prefix.starts_with("10.") { "own-vnet" } else { "client-pool" };
        format!("missing {prefix} not-connected {reason}  ")
    });
    assert_eq!(found(CHAIN, WINDOWS, table), (Some(1), expected.to_vec()));
    let told = verify(CHAIN, &format!("{WINDOWS} --format table"), table).stdout;
    let flowing = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flowing.contains("nothing in it has an address or a route in the address pool"), "{told}");
}

#[test]
fn both_families_are_compared() {
    let four = "10.1.0.0 255.255.0.0 On-link 192.168.0.2 26\n10.2.0.0 255.255.0.0 On-link 192.168.0.2 26\n";
    // IPv6 rows name the interface by its number, and an address of the pool tells which it is.
    let six = " 23 281 fd00:ffff::2/128 On-link\n 23 281 fd00:1::/48 On-link\n 7 281 fd00:2::/48 On-link\n";
    let rows = found("facts/dual-stack", WINDOWS, &format!("{four}{six}"));
    assert_eq!(rows, (Some(1), vec!["missing fd00:2::/48 old-package transit-spoke  ".to_owned()]));
    let own = " 23 281 fd00:2::/48 On-link\n 7 281 fd00:9::/48 On-link\n";
    assert_eq!(found("facts/dual-stack", WINDOWS, &format!("{four}{six}{own}")), (Some(0), Vec::new()));
    let linux = "192.168.0.0/24 dev tun0 scope link src 192.168.0.2\n10.1.0.0/16 dev tun0\n10.2.0.0/15 dev tun0\n\
                 fd00:1::/48 dev tun0\nfd00:2::/48 dev tun0\nfd00:3::/48 dev tun0\nfd00:101::/48 dev tun0\ndefault dev tun0\n";
    let rows = found("facts/dual-stack", OTHERS, linux);
    assert_eq!(rows, (Some(1), vec!["surplus 0.0.0.0/0 default-route   8".to_owned()]));
}

#[test]
fn the_interface_may_be_named() {
    let table = "default via 172.20.4.1 dev eth0\n10.1.0.0/16 dev ppp7\n";
    assert_eq!(found(CHAIN, &format!("{WINDOWS} --interface ppp7"), table), (Some(0), Vec::new()));
    let wrong = verify(CHAIN, &format!("{WINDOWS} --interface ppp8"), table);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (Some(2), ""));
    assert!(wrong.stderr.contains("help: its routes go through eth0 and ppp7"), "{}", wrong.stderr);
}

#[test]
fn a_client_has_the_routes_that_its_user_added() {
    let inventory = two_hubs();
    let of = |table: &str| {
        let file = folder(&[("routes", table)]);
        let mut command = command();
        command.arg("verify").arg(inventory.path()).args(["--client", "zoe", "--quiet"]);
        finish(command.arg(file.path().join("routes")))
    };
    let rest = "192.168.1.2 dev tun0\n10.1.0.0/16 dev tun0\n";
    let lacking = of(rest);
    let row = "missing,10.2.0.0/16,manual-route,manual,,,Add it; `tunnelog client-config` writes what is missing.\n";
    assert_eq!((lacking.code, lacking.stdout), (Some(1), format!("{HEADER}{row}")));
    assert_eq!(of(&format!("{rest}10.2.0.0/16 dev tun0\n")).code, Some(0));
    // What the package holds is none of the user's routes.
    let package = "<VpnProfile><Routes>10.1.0.0/16,192.168.1.0/24</Routes></VpnProfile>";
    assert_eq!(of(package).code, Some(0));
}

#[test]
fn profiles_are_compared_with_what_belongs_into_them() {
    let fixtures =
        "verify facts/s2s-chain-branch-bgp --gateway VNet1 --class windows --quiet tests/fixtures/routes";
    let settings = run(&format!("{fixtures}/VpnSettings.xml"));
    let row =
        "surplus,10.9.0.0/16,local-route,,,5,\"Remove the route, unless somebody knows what it is for.\"\n";
    assert_eq!((settings.code, settings.stdout), (Some(1), format!("{HEADER}{row}")));
    let profile = run(&format!("{fixtures}/azurevpnconfig.xml"));
    let rows = "\
missing,10.1.7.0/24,excluded-route,own-vnet,,,Take it out of `<excluderoutes>`.
missing,10.101.0.0/16,needs-route,,,,\"Add the route to `<includeroutes>`, as `tunnelog client-config` writes it.\"
missing,10.3.0.0/16,needs-route,,,,\"Add the route to `<includeroutes>`, as `tunnelog client-config` writes it.\"
surplus,10.55.0.0/16,local-route,,,9,\"Take the route out of `<includeroutes>`, unless somebody knows what it is for.\"
";
    assert_eq!((profile.code, profile.stdout), (Some(1), format!("{HEADER}{rows}")));
}

/// What a gateway says that it learned, each prefix from a neighbour's address.
fn list(prefixes: &str) -> String {
    let routes = prefixes.split_whitespace().map(|prefix| {
        format!("{{\"network\":\"{prefix}\",\"origin\":\"EBgp\",\"sourcePeer\":\"10.2.255.30\"}}")
    });
    format!("{{\"value\":[{}]}}", routes.collect::<Vec<_>>().join(",\n"))
}

#[test]
fn learned_routes_are_those_of_the_gateway() {
    let gateway = "--gateway VNet1";
    // VNet2 offers its own space, and what it learned; its pool has no clients and is none.
    let whole = list("10.2.0.0/16 10.3.0.0/16 10.101.0.0/16 10.2.255.30/32 169.254.21.0/30");
    assert_eq!(found(CHAIN, gateway, &whole), (Some(0), Vec::new()));
    let expected =
        ["missing 10.101.0.0/16 not-learned  VNet2 ", "surplus 10.102.0.0/16 not-in-inventory   3"];
    let rows = found(CHAIN, gateway, &list("10.2.0.0/16 10.3.0.0/16 10.102.0.0/16"));
    assert_eq!(rows, (Some(1), expected.map(String::from).to_vec()));
    let down = found(CHAIN, gateway, &list("10.1.0.0/16"));
    let expected = ["10.101.0.0/16", "10.2.0.0/16", "10.3.0.0/16"]
        .map(|prefix| format!("missing {prefix} bgp-down  VNet2 "));
    assert_eq!(down, (Some(1), expected.to_vec()));
    // Before BGP was taken off the tunnel from VNet2 to VNet3, their prefixes came from there.
    let old = format!("{gateway} --old {CHAIN}");
    let rows = found("facts/bgp-then-static", &old, &list("10.2.0.0/16 10.3.0.0/16"));
    assert!(rows.1.iter().all(|row| !row.starts_with("surplus 10.3.0.0/16")), "{rows:?}");
}

#[test]
fn advertised_routes_go_to_a_neighbour() {
    let advertised = |prefixes: &str| {
        let routes = prefixes
            .split_whitespace()
            .map(|prefix| format!("{{\"network\":\"{prefix}\",\"origin\":\"Igp\"}}"));
        format!("{{\"value\":[{}]}}", routes.collect::<Vec<_>>().join(",\n"))
    };
    // VNet1 tells VNet2 of itself and its pool, and VNet2 tells VNet1 of the rest.
    let all = advertised("10.1.0.0/16 192.168.0.0/24");
    assert_eq!(found(CHAIN, "--gateway VNet1", &all), (Some(0), Vec::new()));
    let some = found(CHAIN, "--gateway VNet1", &advertised("10.1.0.0/16 10.44.0.0/16"));
    let expected =
        ["missing 192.168.0.0/24 not-advertised  VNet2 ", "surplus 10.44.0.0/16 not-in-inventory   2"];
    assert_eq!(some, (Some(1), expected.map(String::from).to_vec()));
    // VNet2 has two neighbours, and no clients.
    let which = verify(CHAIN, "--gateway VNet2", &all);
    assert_eq!((which.code, which.stdout.as_str()), (Some(2), ""));
    assert!(which.stderr.contains("`--neighbour` with one of `VNet1`, `VNet3`"), "{}", which.stderr);
    let towards = advertised("10.1.0.0/16 10.2.0.0/16 192.168.0.0/24");
    assert_eq!(found(CHAIN, "--gateway VNet2 --neighbour vnet3", &towards), (Some(0), Vec::new()));
    let wrong = verify(CHAIN, "--gateway VNet2 --neighbour Site1", &all);
    assert_eq!(wrong.code, Some(2));
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    let run = verify(CHAIN, WINDOWS, "10.1.0.0/16 dev tun0\n10.2.0.1/16 dev tun0\n10.3.0.1/16 dev tun0\n");
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert_eq!(run.stderr.matches("error[bad-route]").count(), 2, "{}", run.stderr);
    assert!(run.stderr.contains("routes:2:1\n") && run.stderr.contains("did you mean `10.2.0.0/16`?"));
    let unknown = verify(CHAIN, WINDOWS, "hello\n");
    assert!(unknown.stderr.starts_with("error[unknown-format]"), "{}", unknown.stderr);
    assert_eq!(unknown.code, Some(2));
    assert_eq!(crate::support::program::run(&format!("verify {CHAIN} {WINDOWS} no-such-file")).code, Some(2));
    assert_eq!(verify("tests/fixtures/diagnostics/bad-prefix", WINDOWS, &tunnel("")).code, Some(2));
    assert_eq!(verify(CHAIN, "--gateway VNet1", &tunnel("")).code, Some(2));
    assert_eq!(verify(CHAIN, &format!("{WINDOWS} --kind netstat"), &tunnel("")).code, Some(2));
}

#[test]
fn the_standard_input_is_read_and_what_counts_is_said() {
    let mut command = command();
    command.args(["verify", CHAIN, "--gateway", "VNet1", "--class", "windows", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(tunnel("10.1.0.0/16").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), HEADER.as_bytes()), "{said}");
    assert_eq!(said, "`-`: `ip route` of Linux, routes through `tun0`, found by the address pool\n");
}

#[test]
fn people_are_told_what_to_do() {
    let told = verify(
        "facts/peered-vnets",
        &format!("{WINDOWS} --format table"),
        &tunnel("10.1.0.0/16 10.2.0.0/16"),
    );
    let lines: Vec<&str> = told.stdout.lines().collect();
    assert_eq!(lines[0], "Windows clients of VNet1");
    let flowing = told.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flowing.contains("`: `ip route` of Linux, routes through `tun0`, found by the address pool"),
        "{flowing}"
    );
    let rest = [
        "",
        "  missing  10.4.0.0/16  old-package  spoke of the gateway",
        "",
        "  old-package: The installed package is older than the network. Download the profile again.",
        "",
        "  Model: article.",
    ];
    assert_eq!(lines[lines.len() - rest.len()..], rest);
    let clean = verify(CHAIN, &format!("{WINDOWS} --format table"), &tunnel("10.1.0.0/16")).stdout;
    assert!(
        clean.ends_with(
            "\n  Nothing is missing of 2 routes, and nothing else is there.\n\n  Model: article.\n"
        ),
        "{clean}"
    );
}

#[test]
fn documents_hold_to_their_schema() {
    let document = |options: &str, text: &str| -> Value {
        let run = verify(CHAIN, &format!("{options} --format json"), text);
        let document = serde_json::from_str(&run.stdout).unwrap();
        valid("verify", &document);
        document
    };
    let lost = document(OTHERS, &tunnel("10.1.0.0/16 10.77.0.0/16"));
    assert_eq!(lost["interfaces"], serde_json::json!(["tun0"]));
    assert_eq!(lost["kind"], "ip-route");
    assert_eq!(lost["rows"][0]["neighbours"], serde_json::json!(["VNet2"]));
    assert_eq!(lost["rows"][0]["reasons"], serde_json::json!(["bgp"]));
    document(WINDOWS, &tunnel("10.1.0.0/16"));
    let learned = document("--gateway VNet1", &list("10.102.0.0/16"));
    assert!(learned.get("class").is_none(), "{learned}");
    let lines =
        verify(CHAIN, &format!("{OTHERS} --format ndjson"), &tunnel("10.1.0.0/16 10.77.0.0/16")).stdout;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(Value::from(lines), lost["rows"]);
    let table = verify(CHAIN, &format!("{WINDOWS} --format markdown"), &tunnel("")).stdout;
    assert!(table.starts_with("| kind | prefix | cause | reason | neighbour | line | help |\n"), "{table}");
}

/// A pool that is also a custom route, and learned from a site, is an interface's own all the same.
#[test]
fn the_pool_is_not_missed_whatever_else_gives_its_prefix() {
    let with = |custom: &str, site: &str| {
        folder(&[
            ("vnets.csv", "name,address_space\nVNet1,10.1.0.0/16\n"),
            (
                "gateways.csv",
                &format!("vnet,client_pool,asn,custom_routes\nVNet1,192.168.0.0/24,65010,{custom}\n"),
            ),
            ("sites.csv", &format!("name,address_space,asn\nSite1,{site},65101\n")),
            ("s2s.csv", "from,to,bgp\nVNet1,Site1,true\n"),
        ])
    };
    let pool = "192.168.0.0/24";
    for (custom, site) in [
        (pool, "10.101.0.0/16"),
        ("192.168.0.0/24;192.168.0.128/25", "10.101.0.0/16"),
        ("", "10.101.0.0/16;192.168.0.0/24"),
        (pool, "10.101.0.0/16;192.168.0.0/24"),
    ] {
        let inventory = with(custom, site);
        let found = |routes: &str| found(inventory.path().to_str().unwrap(), OTHERS, &tunnel(routes));
        assert_eq!(found("10.1.0.0/16 10.101.0.0/16"), (Some(0), Vec::new()), "{custom} {site}");
        // Nor does it keep BGP from being told as down, or take the blame for a route of the class.
        let lost = "missing 10.101.0.0/16 bgp-down bgp Site1 ";
        assert_eq!(found("10.1.0.0/16"), (Some(1), vec![lost.to_owned()]), "{custom} {site}");
        // The machine's own address in a table of its own is no other network's.
        let own =
            "10.1.0.0/16 dev tun0\n10.101.0.0/16 dev tun0\n192.168.0.0/24 dev tun0\n192.168.0.2 dev lo\n";
        assert_eq!(self::found(inventory.path().to_str().unwrap(), OTHERS, own), (Some(0), Vec::new()));
    }
}

const SUBNET: &str = "verify facts/hub-and-firewall tests/fixtures/routes/effective-routes.json";

#[test]
fn the_routes_of_a_subnet_are_found_by_its_name_or_an_address_in_it() {
    let by_name = run(&format!("{SUBNET} --subnet spoke/app --quiet"));
    assert_eq!((by_name.code, by_name.stderr.as_str()), (Some(1), ""));
    let rows = "other-hop,0.0.0.0/0,other-next-hop,,,36,\"it leads to `appliance(10.0.1.5)`, and expected is `appliance(10.0.1.4)`: \
                See which route table the subnet has, and where its route leads.\"\n\
                surplus,192.168.0.0/24,gateway-routes-on,,,20,\"it leads to `gateway`: Switch propagation of gateway routes off, or set \
                `gateway_routes` to `true` in `route_tables.csv`.\"\n";
    assert_eq!(by_name.stdout, format!("{HEADER}{rows}"));
    let by_address = run(&format!("{SUBNET} --subnet 10.1.1.4 --quiet"));
    assert_eq!((by_address.code, by_address.stdout), (Some(1), by_name.stdout));
    let document = run(&format!("{SUBNET} --subnet Spoke/App --format json")).stdout;
    let document: Value = serde_json::from_str(&document).unwrap();
    valid("verify", &document);
    assert_eq!((&document["subnet"], document.get("gateway")), (&Value::from("Spoke/App"), None));
}

#[test]
fn a_subnet_that_is_not_there_or_not_meant_is_refused() {
    let refused = |line: &str| {
        let run = run(line);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{line}");
        run.stderr
    };
    let slip = refused(&format!("{SUBNET} --subnet Spoke/Ap"));
    assert!(
        slip.contains("no subnet is called `Spoke/Ap`") && slip.contains("did you mean `Spoke/App`?"),
        "{slip}"
    );
    let outside = refused(&format!("{SUBNET} --subnet 10.7.0.4"));
    assert!(outside.contains("holds the address `10.7.0.4`"), "{outside}");
    let without = refused(&format!("{SUBNET} --gateway Hub"));
    assert!(without.contains("`--subnet VNET/SUBNET`"), "{without}");
    let other = "verify facts/hub-and-firewall tests/fixtures/routes/netstat.txt --subnet Spoke/App";
    assert!(refused(other).contains("tells nothing of a subnet"));
    let none = "verify facts/peered-vnets tests/fixtures/routes/effective-routes.json --subnet VNet2/App";
    assert!(refused(none).contains("lists no subnets"));
    let both = refused(&format!("{SUBNET} --subnet Spoke/App --gateway Hub"));
    assert!(both.contains("cannot be used with"), "{both}");
    assert!(refused(SUBNET).contains("--client"));
}
