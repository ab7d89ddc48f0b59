//! The first steps: an inventory to fill in, the query for an export, and errors that name the way out.

use std::fs;

use serde_json::json;

use crate::support::folders::folder;
use crate::support::program::{answer, command, finish, read, run};

const FILES: [&str; 5] = ["vnets.csv", "gateways.csv", "sites.csv", "peerings.csv", "s2s.csv"];

#[test]
fn an_empty_inventory_says_what_comes_next() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("new");
    let made = finish(command().arg("init").arg(&place));
    assert_eq!((made.code, made.stdout.as_str()), (Some(0), ""));
    assert!(made.stderr.contains("next: `tunnelog check "), "{}", made.stderr);
    for file in FILES {
        let text = fs::read_to_string(place.join(file)).unwrap();
        assert_eq!(text.lines().count(), 1, "{file}: {text}");
        let readme = fs::read_to_string(place.join("README.md")).unwrap();
        let (_, section) = readme.split_once(&format!("\n## {file}: ")).unwrap();
        let section = section.split("\n## ").next().unwrap();
        for column in text.trim_end().split(',') {
            assert!(section.contains(&format!("\n| `{column}` | ")), "{file}: {column}");
        }
        assert_eq!(section.matches("\n| `").count(), text.split(',').count(), "{file}");
    }
    // A file of clients without rows would leave nobody to answer for.
    assert!(!place.join("clients.csv").exists());
    let checked = finish(command().arg("check").arg(&place).args(["--format", "table"]));
    assert_eq!(checked.code, Some(0));
    assert!(checked.stdout.contains("note[no-vnet]: "), "{}", checked.stdout);
    assert!(checked.stdout.contains("below the header of `vnets.csv`"), "{}", checked.stdout);
    // What the note says is enough for an answer.
    fs::write(place.join("vnets.csv"), "name,address_space\nHub,10.1.0.0/16\n").unwrap();
    let header = fs::read_to_string(place.join("gateways.csv")).unwrap();
    fs::write(place.join("gateways.csv"), format!("{header}Hub,192.168.0.0/24\n")).unwrap();
    let reached = finish(command().arg("reach").arg(&place));
    assert_eq!((reached.code, reached.stderr.as_str()), (Some(0), ""));
    assert!(
        reached.stdout.contains("Hub,windows,Hub,10.1.0.0/16,reachable,own-vnet\n"),
        "{}",
        reached.stdout
    );
}

#[test]
fn nothing_is_ever_overwritten() {
    for taken in FILES.into_iter().chain(["README.md"]) {
        let folder = folder(&[(taken, "mine")]);
        let made = finish(command().arg("init").arg(folder.path()));
        assert_eq!((made.code, made.stdout.as_str()), (Some(2), ""));
        let path = folder.path().join(taken);
        let expected = format!(
            "error: `{}` exists already\n\nhelp: name another folder, as nothing is ever overwritten\n",
            path.display()
        );
        assert_eq!(made.stderr, expected);
        assert_eq!(fs::read_to_string(path).unwrap(), "mine");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else was written");
    }
}

#[test]
fn the_example_is_without_a_flaw() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(finish(command().args(["init", "--example", "--quiet"]).arg(folder.path())).stderr, "");
    let checked = finish(command().arg("check").arg(folder.path()).args(["--format", "table"]));
    assert_eq!((checked.code, checked.stdout.as_str()), (Some(0), "nothing found\n"));
    let reached = finish(command().arg("reach").arg(folder.path()).args(["--class", "windows"]));
    let expected = "\
gateway,class,network,destination,status,reason
Hub,windows,Hub,10.1.0.0/16,reachable,own-vnet
Hub,windows,Office,10.101.0.0/16,needs-route,no-client-route
Hub,windows,Spoke,10.2.0.0/16,reachable,transit-spoke
";
    assert_eq!(reached.stdout, expected);
}

/// The kinds of resources that a query asks for.
fn types(query: &str) -> Vec<&str> {
    let (_, rest) = query.split_once("| where type in~ (").unwrap();
    rest.split_once(')').unwrap().0.split(',').map(|kind| kind.trim().trim_matches('\'')).collect()
}

#[test]
fn the_query_projects_whole_rows_and_expands_nothing() {
    let all = answer("export-query");
    let expected = [
        "microsoft.network/virtualnetworks",
        "microsoft.network/virtualnetworkgateways",
        "microsoft.network/localnetworkgateways",
        "microsoft.network/connections",
        "microsoft.network/publicipaddresses",
        "microsoft.network/routetables",
        "microsoft.network/azurefirewalls",
        "microsoft.network/networkinterfaces",
        "microsoft.network/loadbalancers",
        "microsoft.network/dnsresolvers/inboundendpoints",
        "microsoft.network/privatednszones",
        "microsoft.network/privatednszones/virtualnetworklinks",
        "microsoft.network/privateendpoints",
        "microsoft.network/networksecuritygroups",
    ];
    assert_eq!(types(&all), expected);
    assert!(all.ends_with("| project id, name, type, location, properties\n| order by id asc\n"), "{all}");
    assert!(!all.contains("mv-expand"));
    assert!(all.contains("// ") && all.contains("--skip-token"), "{all}");
    assert_eq!(types(&answer("export-query gateways sites")), expected[1..3]);
    // Of types of which there are thousands, only those that matter are asked for.
    let conditions = |query: &str| query.lines().filter(|line| line.contains("!~")).count();
    assert_eq!((conditions(&all), conditions(&answer("export-query vnets route-tables"))), (3, 0));
    assert_eq!(conditions(&answer("export-query interfaces")), 1);
    // The document about exports has the same one.
    let document = read("docs/export.md");
    let (_, query) = all.split_once("resources\n").unwrap();
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    assert!(bare(&document).contains(&bare(query)), "{query}");
    let script = answer("export-query --script");
    assert!(script.starts_with("#!/bin/sh\n") && script.contains(query), "{script}");
    assert_eq!(answer("export-query --script=sh"), script);
    // In PowerShell the query is a text of its own, which ends on a line of its own.
    let script = answer("export-query --script=powershell");
    assert!(script.contains(&format!("@'\nresources\n{query}'@\n")), "{script}");
}

/// The answer to the query, as the command line gives it, for a hub with a spoke and an office.
fn exported() -> String {
    let id = |kind: &str, name: &str| {
        format!("/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/{kind}/{name}")
    };
    let row = |kind: &str, name: &str, properties: serde_json::Value| {
        let lower = format!("microsoft.network/{}", kind.to_lowercase());
        json!({ "id": id(kind, name), "name": name, "type": lower, "properties": properties })
    };
    let peering = |to: &str, allow: bool, uses: bool| {
        json!({ "name": "peer", "id": id("virtualNetworks", to), "properties": {
            "peeringState": "Connected", "allowVirtualNetworkAccess": true, "allowGatewayTransit": allow,
            "useRemoteGateways": uses, "remoteVirtualNetwork": { "id": id("virtualNetworks", to) } } })
    };
    let vnet = |name: &str, prefix: &str, side: serde_json::Value| {
        let space = json!({ "addressPrefixes": [prefix] });
        row("virtualNetworks", name, json!({ "addressSpace": space, "virtualNetworkPeerings": [side] }))
    };
    let subnet = format!("{}/subnets/GatewaySubnet", id("virtualNetworks", "hub"));
    let address = json!({ "id": id("publicIPAddresses", "gw-ip") });
    let gateway = json!({
        "gatewayType": "Vpn", "vpnType": "RouteBased", "enableBgp": true, "sku": { "name": "VpnGw1" },
        "bgpSettings": { "asn": 65001, "bgpPeeringAddress": "10.1.255.30" },
        "ipConfigurations": [{ "properties": { "subnet": { "id": subnet }, "publicIPAddress": address } }],
        "vpnClientConfiguration": {
            "vpnClientAddressPool": { "addressPrefixes": ["192.168.0.0/24"] },
            "vpnClientProtocols": ["OpenVPN"] },
    });
    let office = json!({
        "localNetworkAddressSpace": { "addressPrefixes": ["10.101.0.0/16"] }, "gatewayIpAddress": "198.51.100.7",
        "bgpSettings": { "asn": 65101, "bgpPeeringAddress": "10.101.0.1" },
    });
    let connection = json!({
        "connectionType": "IPsec", "enableBgp": true, "connectionStatus": "Connected",
        "virtualNetworkGateway1": { "id": id("virtualNetworkGateways", "gw") },
        "localNetworkGateway2": { "id": id("localNetworkGateways", "office") },
    });
    let rows = [
        row("connections", "to-office", connection),
        row("localNetworkGateways", "office", office),
        row("publicIPAddresses", "gw-ip", json!({ "ipAddress": "203.0.113.9" })),
        row("virtualNetworkGateways", "gw", gateway),
        vnet("hub", "10.1.0.0/16", peering("spoke", true, false)),
        vnet("spoke", "10.2.0.0/16", peering("hub", false, true)),
    ];
    json!({ "count": 6, "data": rows, "skip_token": null, "total_records": 6 }).to_string()
}

#[test]
fn what_the_query_answers_is_read_in_full() {
    let folder = folder(&[("page-1.json", &exported())]);
    let reached = finish(command().arg("reach").arg(folder.path()).args(["--class", "non-windows"]));
    let expected = "\
gateway,class,network,destination,status,reason
hub,non-windows,hub,10.1.0.0/16,reachable,own-vnet
hub,non-windows,office,10.101.0.0/16,reachable,bgp
hub,non-windows,spoke,10.2.0.0/16,reachable,transit-spoke
";
    assert_eq!((reached.stderr.as_str(), reached.stdout.as_str()), ("", expected));
    // `Search-AzGraph` gives the rows alone, each with its id once more.
    let mut answered: serde_json::Value = serde_json::from_str(&exported()).unwrap();
    let mut rows = answered["data"].take();
    for row in rows.as_array_mut().unwrap() {
        row["ResourceId"] = row["id"].clone();
    }
    let folder = crate::support::folders::folder(&[("page-1.json", &rows.to_string())]);
    let reached = finish(command().arg("reach").arg(folder.path()).args(["--class", "non-windows"]));
    assert_eq!((reached.stderr.as_str(), reached.stdout.as_str()), ("", expected));
}

#[test]
fn whatever_is_no_inventory_names_the_way_out() {
    let help = "`tunnelog export-query` prints the query that exports a network from Azure; an inventory written by \
                hand is a folder with `vnets.csv`, which `tunnelog init` begins";
    let empty = tempfile::tempdir().unwrap();
    let of = |path: &str| {
        let run = run(&format!("reach {path}"));
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{path}");
        assert!(run.stderr.starts_with("error[not-an-inventory]: "), "{path}: {}", run.stderr);
        run.stderr
    };
    assert!(of(empty.path().to_str().unwrap()).contains(help));
    let schema = of("docs/schema/reach.json");
    assert!(schema.contains(help) && schema.contains("--> docs/schema/reach.json:1:1"), "{schema}");
    assert!(of("README.md").contains("neither JSON nor CSV with resource ids"));
    let nothing = of("/dev/null");
    assert!(nothing.starts_with("error[not-an-inventory]: the file is empty\n"), "{nothing}");
    let above = of("facts");
    assert!(above.contains("name one of them, such as `facts/bgp-then-static`"), "{above}");
    let parts = folder(&[("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\n")]);
    let parts = of(parts.path().to_str().unwrap());
    assert!(parts.contains("has no `vnets.csv`") && parts.contains("`name` and `address_space`"), "{parts}");
    let exports = "tests/fixtures/exports/cli";
    let several = of(&format!("{exports}/connections.json {exports}/vnet-list.json"));
    assert!(several.contains("put files that belong together into one folder"), "{several}");
    assert!(several.contains("`tunnelog import`"), "{several}");
}
