//! The Internet as a destination: asked for by name and by address, in changes, and where it is not known.

use super::formats::valid;
use crate::support::folders::folder;
use crate::support::program::{answer, command, finish, run};

const HEAD: &str = "gateway,class,network,destination,status,reason\n";

#[test]
fn it_is_asked_for_by_name_and_by_address() {
    // No client of the hub holds a public route, so that nothing is said of the Internet unasked.
    assert!(!answer("reach facts/hub-and-firewall --format csv").contains("Internet"));
    let dropped = "unreachable,no-client-route;no-way-back;no-way-there\n";
    let expected =
        format!("{HEAD}Hub,windows,Internet,0.0.0.0/0,{dropped}Hub,windows,Internet,::/0,{dropped}");
    assert_eq!(answer("reach facts/hub-and-firewall --to internet --class windows"), expected);
    let expected = format!("{HEAD}Hub,windows,Internet,::/0,{dropped}");
    assert_eq!(answer("reach facts/hub-and-firewall --to 2001:db8::1 --class windows"), expected);
    // A private address that no network holds is none of the Internet, whoever holds routes there.
    assert_eq!(answer("reach facts/forced-tunnelling-firewall --to 10.99.0.1"), HEAD);
    let expected = format!("{HEAD}Hub,windows,Internet,0.0.0.0/0,reachable,custom-route\n");
    assert_eq!(answer("reach facts/forced-tunnelling-firewall --to 1.1.1.1 --class windows"), expected);
    assert_eq!(
        answer("reach facts/forced-tunnelling-firewall --to 10.1.1.4 --class windows"),
        format!("{HEAD}Hub,windows,Spoke,10.1.0.0/16,reachable,transit-spoke\n")
    );
}

#[test]
fn a_network_of_that_name_comes_first() {
    let asked = answer("reach facts/lab-forced-tunnelling --to Internet --class windows");
    let expected = format!(
        "{HEAD}VNet1,windows,Internet,0.0.0.0/1,reachable,custom-route\n\
         VNet1,windows,Internet,128.0.0.0/1,reachable,custom-route\n"
    );
    assert_eq!(asked, expected);
}

#[test]
fn a_change_that_cuts_it_off_is_told() {
    let change = "- user_route(from-clients, 0.0.0.0/1, appliance(10.0.1.4))";
    let of_windows = ["--format", "csv", "--class", "windows"];
    let told =
        finish(command().args(["whatif", "facts/forced-tunnelling-firewall", change]).args(of_windows));
    let rows: Vec<&str> = told.stdout.lines().filter(|line| line.contains(",Internet,")).collect();
    assert_eq!(rows.len(), 1, "{}{}", told.stdout, told.stderr);
    assert!(rows[0].contains("0.0.0.0/1,reachable,blackhole"), "{rows:?}");
}

/// What `explain` says of Windows clients, on one line.
fn explained(topology: &str, from: &str, to: &str) -> String {
    let told = answer(&format!("explain --proof facts/{topology} --from {from} --to {to} --class windows"));
    told.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_way_there_and_back_is_explained() {
    let told = explained("forced-tunnelling-firewall", "Hub", "8.8.8.8");
    let expected = "\
Clients of Hub to Internet, 0.0.0.0/1 ✓ reachable: Windows clients have a route, and there is a forward and a return path \
The route on the client ✓ Windows clients have a route [custom-route] clients of Hub get 0.0.0.0/1, a custom route of \
the gateway (gateways.csv:2) Windows clients have the routes of the last download of their profile: one that lacks \
this route has to download it again. \
Forward path ✓ Hub → Firewall → Internet [gateway-to-appliance] Hub sends packets for the Internet to Firewall, as no \
entry of its own covers them, and the user route 0.0.0.0/1 of from-clients, the route table of GatewaySubnet, does \
(routes.csv:3, subnets.csv:2, appliances.csv:2) [by-system-default] Firewall sends packets for the Internet out, as no \
route covers them but 0.0.0.0/0, which Azure adds and which leads to the Internet \
Return path ✓ Firewall → Hub [by-gateway-route] Firewall sends packets for the address pool 192.168.0.0/24 to Hub, longest-prefix match: 192.168.0.0/24, a route of the gateway (gateways.csv:2) [arrives-at-pool] Hub delivers packets \
for the address pool 192.168.0.0/24 to its clients, longest-prefix match: 192.168.0.0/24 (gateways.csv:2) \
Appliances on the path ✓ packets pass Firewall [appliance-permits] what the rule sets of appliances permit is not \
known: that they permit this connection is an assumption";
    assert_eq!(told, expected);
    // A site leads out without a subnet or a route table, too.
    let told = explained("forced-tunnelling-site", "VNet1", "internet");
    for sentence in [
        "✓ VNet1 → Branch → Internet [forwards] VNet1 sends packets for the Internet to Branch, longest-prefix match: 0.0.0.0/0 (sites.csv:2, s2s.csv:2)",
        "[leaves-by-site] Branch sends packets for the Internet out, longest-prefix match: 0.0.0.0/0, a default route \
         of its own (sites.csv:2)",
        "✓ Branch → VNet1 [forwards-own] Branch sends packets for the address pool 192.168.0.0/24 to VNet1,",
        // No client has an IPv6 address, and nothing leads there.
        "Clients of VNet1 to Internet, ::/0 · unreachable",
        "✗ traffic to the Internet is dropped at VNet1 - VNet1's gateway has no route to the \
         Internet, and a gateway by itself sends no client there",
        "✗ no answer gets back - clients of VNet1 have no IPv6 address",
    ] {
        assert!(told.contains(sentence), "no `{sentence}` in {told}");
    }
}

#[test]
fn what_lacks_on_the_way_is_named() {
    // There is no route there, so nothing leaves and nothing comes back.
    let told = explained("hub-and-firewall", "Hub", "8.8.8.8");
    for sentence in [
        "Clients of Hub to Internet, 0.0.0.0/1 · unreachable",
        "- Hub's gateway has no route to the Internet that it could push to clients",
        "- Hub's gateway has no route to the Internet, and a gateway by itself sends no client there",
        "✗ no answer gets back - answers start where packets leave for the Internet, and none leaves",
    ] {
        assert!(told.contains(sentence), "no `{sentence}` in {told}");
    }
    // Clients who lack the route are told what to add: halves, as a default route is no custom route.
    let inventory = folder(&[
        ("vnets.csv", "name,address_space\nVNet1,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool,asn\nVNet1,192.168.0.0/24,65001\n"),
        ("sites.csv", "name,address_space,asn\nBranch,0.0.0.0/0,65101\n"),
        ("s2s.csv", "from,to,bgp\nVNet1,Branch,true\n"),
    ]);
    let words = ["--from", "VNet1", "--to", "9.9.9.9", "--class", "windows", "--format", "json"];
    let run = finish(command().args(["explain", "--proof"]).arg(inventory.path()).args(words));
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let item = &document["explanations"][0];
    assert_eq!((&item["network"], &item["destinations"][0]), (&"Internet".into(), &"0.0.0.0/1".into()));
    let missing = item["routes"][0]["missing"].to_string();
    assert!(missing.contains("the custom routes 0.0.0.0/1 and 128.0.0.0/1 of VNet1's gateway"), "{missing}");
    let last = &item["there"]["walks"][0]["stops"][1]["moves"][0];
    let left = serde_json::json!({
        "rule": "leaves-by-site", "prefix": "0.0.0.0/0", "arrives": { "target": "network", "of": "Internet" }
    });
    assert_eq!(*last, left);
    assert_eq!(item["back"]["walks"][0]["stops"][0]["at"], "sender");
}

#[test]
fn a_user_route_may_drop_it_or_lead_it_out() {
    let of_route = |hop: &str| {
        folder(&[
            ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\n"),
            ("gateways.csv", "vnet,client_pool,custom_routes\nHub,192.168.0.0/24,0.0.0.0/1 128.0.0.0/1\n"),
            (
                "subnets.csv",
                "vnet,name,address_space,route_table\nHub,GatewaySubnet,10.0.0.0/27,there\nHub,Fw,10.0.1.0/24,out\n",
            ),
            ("route_tables.csv", "name\nthere\nout\n"),
            (
                "routes.csv",
                &format!(
                    "route_table,prefix,next_hop,next_hop_address\nthere,0.0.0.0/1,VirtualAppliance,10.0.1.4\n\
                     there,128.0.0.0/1,Internet,\nout,0.0.0.0/0,{hop},\n"
                ),
            ),
            ("appliances.csv", "name,vnet,address\nFw,Hub,10.0.1.4\n"),
        ])
    };
    let told = |hop: &str, to: &str| {
        let inventory = of_route(hop);
        let words = ["--from", "Hub", "--to", to, "--class", "windows", "--quiet"];
        let run = finish(command().args(["explain", "--proof"]).arg(inventory.path()).args(words));
        run.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let out = told("Internet", "8.8.8.8");
    let sentence = "[by-internet-route] Fw sends packets for the Internet out, as the user route 0.0.0.0/0 of out, the \
                    route table of Fw, leads to the Internet (routes.csv:4, subnets.csv:3)";
    assert!(out.contains(sentence), "{out}");
    let dropped = told("None", "8.8.8.8");
    let sentence = "✗ traffic to the Internet from Hub is dropped at Fw";
    assert!(dropped.contains(sentence), "{dropped}");
    assert!(dropped.contains("the route table of Fw, drops packets: its next hop is None"), "{dropped}");
    // A gateway sends nobody out, not even by such a user route.
    let refused = told("None", "200.0.0.1");
    assert!(refused.contains("leads to the Internet, and a gateway sends no client there"), "{refused}");
}

#[test]
fn no_measure_leads_there() {
    for to in ["Internet", "8.8.8.8"] {
        let run = run(&format!("fix facts/hub-and-firewall --from Hub --to {to}"));
        assert_eq!(run.code, Some(2), "{}", run.stdout);
        assert!(
            run.stderr.contains("no measure is known that leads clients to the Internet"),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains("help: which site or appliance is the way out"), "{}", run.stderr);
    }
    let run = run("fix facts/hub-and-firewall --from Hub --to 10.99.0.1");
    assert!(run.stderr.contains("no network holds `10.99.0.1`"), "{}", run.stderr);
}

#[test]
fn questions_and_expectations_know_it() {
    let ask = |topology: &str, question: &str| {
        finish(command().args(["ask", &format!("facts/{topology}"), question, "--format", "csv", "--quiet"]))
            .stdout
    };
    let expected = "class,status\nnon-windows,reachable\nwindows,reachable\n";
    assert_eq!(ask("forced-tunnelling-firewall", "? access(Hub, ?class, Internet, ?status)"), expected);
    // Asked for by name it is told of whether or not a client holds a route; of IPv6 only where clients have addresses.
    let expected = "class,status\nnon-windows,unreachable\nwindows,unreachable\n";
    assert_eq!(ask("hub-and-firewall", "? access(Hub, ?class, internet, ?status)"), expected);
    // Unasked, there is no row of it, whatever was asked before.
    let all = "? access(Hub, windows, ?network, ?status)";
    let both = ["ask", "facts/hub-and-firewall", "? access(_, _, Internet, ?status)", all, "--quiet"];
    let stdout = finish(command().args(both)).stdout;
    assert_eq!(stdout.matches("Internet").count(), 1, "{stdout}");
    // What it is joined with is looked for everywhere.
    let expected = "gateway,network\nHub,Internet\n";
    let joined =
        "? access(?gateway, windows, ?network, reachable), ?network = Internet, not attached(_, ?network, _)";
    assert_eq!(ask("forced-tunnelling-firewall", joined), expected);
    let run = run("ask facts/hub-and-firewall delivered(Hub,Internet,?prefix)");
    assert!(
        run.stderr.contains("only `access`, `asymmetric` and `passes` know the Internet"),
        "{}",
        run.stderr
    );
}

#[test]
fn expectations_about_it_rest_on_rows() {
    let run = finish(command().args([
        "ask",
        "facts/forced-tunnelling-firewall",
        "--coverage",
        "--quiet",
        "expect access(Hub, windows, Internet, reachable)",
    ]));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let rested = |name: &str| run.stdout.lines().any(|line| line.contains(name) && !line.ends_with(",0"));
    for name in [
        "user_route(from-clients, 0.0.0.0/1)",
        "user_route(from-clients, 128.0.0.0/1)",
        "appliance(Firewall, Hub)",
    ] {
        assert!(rested(name), "{name}: {}", run.stdout);
    }
    assert!(!rested("user_route(from-spokes, 0.0.0.0/0)"), "{}", run.stdout);
    assert!(rested("by-system-default"), "{}", run.stdout);
    // Where no client holds a route there, its clauses are none that could be exercised.
    for topology in ["hub-and-firewall", "default-route-site"] {
        let path = format!("facts/{topology}");
        let none = finish(command().args(["ask", &path, "--coverage", "--quiet", "expect vnet(_)"]));
        assert!(none.stdout.contains("\nrule,"), "{}{}", none.stdout, none.stderr);
        assert!(
            !none.stdout.contains("by-system-default") && !none.stdout.contains("leaves-by-site"),
            "{}",
            none.stdout
        );
    }
}

#[test]
fn rows_name_the_appliances_on_the_way() {
    let rows = |topology: &str, more: &str| {
        let told = answer(&format!("reach facts/{topology} --class windows --format json {more}"));
        let document: serde_json::Value = serde_json::from_str(&told).unwrap();
        valid("reach", &document);
        let rows = document["rows"].as_array().unwrap().iter();
        rows.map(|row| (row["network"].as_str().unwrap().to_owned(), row["appliances"].clone()))
            .collect::<Vec<_>>()
    };
    let both = serde_json::json!({ "there": ["Firewall"], "back": ["Firewall"] });
    let none = serde_json::Value::Null;
    let expected =
        [("Hub".into(), none.clone()), ("Internet".into(), both.clone()), ("Spoke".into(), both.clone())];
    assert_eq!(rows("forced-tunnelling-firewall", ""), expected);
    let back = serde_json::json!({ "there": [], "back": ["Firewall"] });
    assert_eq!(rows("firewall-without-gateway-route", "--to Spoke"), [("Spoke".into(), back)]);
    assert_eq!(rows("s2s-chain", "--to VNet2"), [("VNet2".into(), none)]);
    // One of two subnets is behind the firewall; both are told in one row.
    let both = serde_json::json!({ "there": ["Firewall"], "back": ["Firewall"] });
    assert_eq!(rows("firewall-for-one-subnet", "--to Spoke"), [("Spoke".into(), both)]);
    // Other forms have no place for them.
    assert!(!answer("reach facts/hub-and-firewall --format csv").contains("Firewall"));
}

#[test]
fn longer_public_prefixes_have_rows_of_their_own() {
    let inventory = folder(&[
        ("vnets.csv", "name,address_space\nVNet1,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool,custom_routes,asn\nVNet1,192.168.0.0/24,20.60.0.0/16,65001\n"),
        ("sites.csv", "name,address_space,asn\nBranch,0.0.0.0/0 20.0.0.0/24,65101\n"),
        ("s2s.csv", "from,to,bgp\nVNet1,Branch,true\n"),
    ]);
    let run =
        finish(command().arg("reach").arg(inventory.path()).args(["--format", "csv", "--class", "windows"]));
    // The site announces a default route, so that all of the Internet is there and back; clients have a route for a piece.
    let expected = format!(
        "{HEAD}VNet1,windows,Branch,20.0.0.0/24,needs-route,no-client-route\n\
         VNet1,windows,Internet,0.0.0.0/0,needs-route,no-client-route\n\
         VNet1,windows,Internet,20.60.0.0/16,reachable,custom-route\n\
         VNet1,windows,VNet1,10.1.0.0/16,reachable,own-vnet\n"
    );
    assert_eq!(run.stdout, expected, "{}", run.stderr);
}
