//! What gateways learned over BGP tells what sites announce.

use crate::support::loaded::Loaded;
use serde_json::{Value, json};

use tunnelog::answer::Request;
use tunnelog::diagnostic::Report;
use tunnelog::language::parse::parse_changes;
use tunnelog::scenarios::Baseline;
use tunnelog::sweep::Weight;

use super::describe::{assert_says, describe, messages};
use super::resources::{between, files, gateway, local_gateway, to_site, vnet};

fn route(network: &str, peer: &str, path: &str) -> Value {
    let origin = if path.is_empty() { "Network" } else { "EBgp" };
    json!({ "network": network, "nextHop": peer, "sourcePeer": peer, "origin": origin, "asPath": path,
        "localAddress": "10.1.255.30", "weight": 32768 })
}

/// A hub with a branch and, beyond a tunnel to another gateway, a depot; and learned routes.
fn read(name: &str, routes: &[Value]) -> Loaded {
    let bgp = json!({ "enableBgp": true });
    let speaker = |asn: u32, address: &str| json!({ "enableBgp": true, "bgpSettings": { "asn": asn, "bgpPeeringAddress": address } });
    let network = json!([
        vnet("hub", "10.1.0.0/16"),
        vnet("far", "10.2.0.0/16"),
        gateway("gw-hub", "hub", &speaker(65001, "10.1.255.30")),
        gateway("gw-far", "far", &speaker(65002, "10.2.255.30")),
        local_gateway("branch", &["192.168.5.1/32"], &speaker(65100, "192.168.5.1")),
        local_gateway("depot", &["192.168.6.1/32"], &speaker(65200, "192.168.6.1")),
        between("hub-far", "gw-hub", "gw-far", &bgp),
        between("far-hub", "gw-far", "gw-hub", &bgp),
        to_site("hub-branch", "gw-hub", "branch", &bgp),
        to_site("far-depot", "gw-far", "depot", &bgp),
    ]);
    files(&[("network.json", network.to_string()), (name, json!({ "value": routes }).to_string())])
}

fn sites(loaded: &Loaded) -> Vec<String> {
    let inventory = loaded.inventory.as_ref().unwrap();
    describe(inventory).lines().filter(|line| line.starts_with("site")).map(str::to_owned).collect()
}

#[test]
fn a_site_announces_what_came_from_it() {
    let loaded = read(
        "learned.gw-hub.json",
        &[
            route("10.1.0.0/16", "10.1.255.30", ""),
            route("192.168.50.0/24", "192.168.5.1", "65100"),
            route("192.168.51.0/24", "192.168.5.1", "65100-65100"),
            route("192.168.52.0/24", "192.168.5.1", "65100-64900"),
            route("0.0.0.0/0", "192.168.5.1", "65100"),
        ],
    );
    assert_eq!(
        sites(&loaded)[0],
        "site branch 65100 0.0.0.0/0 192.168.50.0/24 192.168.51.0/24 192.168.52.0/24"
    );
    assert!(messages(&loaded.report).contains(
        &"site `branch` advertises `0.0.0.0/0`, `192.168.50.0/24`, `192.168.51.0/24`, `192.168.52.0/24`, as learned routes show"
    ));
}

#[test]
fn what_others_own_is_not_a_sites() {
    let loaded = read(
        "learned.json",
        &[
            // A VNet, a part of one, the host routes of peers and the numbering of a link.
            route("10.2.0.0/16", "192.168.5.1", "65100"),
            route("10.1.4.0/24", "192.168.5.1", "65100"),
            route("192.168.6.1/32", "192.168.5.1", "65100"),
            route("169.254.21.0/30", "192.168.5.1", "65100"),
            // Started at another gateway, and at another site.
            route("10.60.0.0/16", "192.168.5.1", "65100-65002"),
            route("10.61.0.0/16", "192.168.5.1", "65100-65200"),
            // From the other gateway, of its own.
            route("10.62.0.0/16", "10.2.255.30", "65002"),
        ],
    );
    assert_eq!(sites(&loaded), ["site branch 65100 transit", "site depot 65200"]);
    let said = messages(&loaded.report);
    assert_eq!(
        said,
        [
            "site `branch` passes routes on, as the AS path `65100-65002` shows: `transit` is true",
            "what site `branch` holds is not in the export",
            "what site `depot` holds is not in the export"
        ]
    );
}

#[test]
fn the_number_tells_where_the_peer_does_not() {
    let loaded = read(
        "learned.json",
        &[
            // Handed over by the second instance of the gateway.
            route("192.168.50.0/24", "10.1.255.31", "65100"),
            // The depot's, by way of the other gateway.
            route("192.168.60.0/24", "10.2.255.30", "65002-65200"),
            // From behind the branch, handed over.
            route("192.168.53.0/24", "10.1.255.31", "65100-64900"),
        ],
    );
    assert_eq!(
        sites(&loaded),
        ["site branch 65100 192.168.50.0/24 192.168.53.0/24", "site depot 65200 192.168.60.0/24"]
    );
}

#[test]
fn a_peers_address_counts_for_its_own_gateway() {
    // The file is the far gateway's, which has no session with the branch: the address is another's there.
    let stray = [route("192.168.50.0/24", "192.168.5.1", "64999")];
    assert_eq!(sites(&read("learned-gw-far.json", &stray))[0], "site branch 65100");
    // Without a name, the local address tells that the hub asked.
    assert_eq!(sites(&read("learned.json", &stray))[0], "site branch 65100 192.168.50.0/24");
}

#[test]
fn routes_of_strangers_are_noted() {
    let loaded = read(
        "learned.json",
        &[route("10.70.0.0/16", "10.1.0.4", "12076-64999"), route("10.71.0.0/16", "10.1.0.4", "12076")],
    );
    assert_eq!(sites(&loaded), ["site branch 65100", "site depot 65200"]);
    assert!(
        messages(&loaded.report)
            .contains(&"learned routes come from no router of the export: `10.70.0.0/16`, `10.71.0.0/16`")
    );
}

#[test]
fn advertised_routes_are_left_alone() {
    let mut advertised = route("10.1.0.0/16", "", "65001");
    advertised["sourcePeer"] = Value::Null;
    let loaded = read("advertised.json", &[advertised]);
    assert_eq!(sites(&loaded), ["site branch 65100", "site depot 65200"]);
}

#[test]
fn a_site_without_bgp_announces_nothing() {
    let network = json!([
        vnet("hub", "10.1.0.0/16"),
        gateway("gw", "hub", &json!({})),
        local_gateway(
            "branch",
            &["10.50.0.0/16"],
            &json!({ "bgpSettings": { "asn": 65100, "bgpPeeringAddress": "10.50.0.1" } })
        ),
        to_site("c", "gw", "branch", &json!({ "enableBgp": false })),
    ]);
    let routes = json!({ "value": [route("10.51.0.0/16", "10.50.0.1", "65100")] });
    let loaded = files(&[("a.json", network.to_string()), ("b.json", routes.to_string())]);
    assert_eq!(sites(&loaded), ["site branch 65100 10.50.0.0/16"]);
}

/// Two hubs with a tunnel between them, and a branch with a tunnel to each; and learned routes of the first hub.
fn ring(routes: &[Value], names: &[&str]) -> Vec<(&'static str, String)> {
    let bgp = json!({ "enableBgp": true });
    let speaker = |asn: u32, address: &str, more: Value| {
        let mut settings =
            json!({ "enableBgp": true, "bgpSettings": { "asn": asn, "bgpPeeringAddress": address } });
        for (field, value) in more.as_object().unwrap() {
            settings[field] = value.clone();
        }
        settings
    };
    let pool = json!({ "vpnClientConfiguration": { "vpnClientAddressPool": { "addressPrefixes": ["172.16.0.0/24"] } } });
    let mut network = vec![
        vnet("hub", "10.1.0.0/16"),
        vnet("far", "10.2.0.0/16"),
        gateway("gw-hub", "hub", &speaker(65001, "10.1.255.30", pool)),
        gateway("gw-far", "far", &speaker(65002, "10.2.255.30", json!({}))),
        between("hub-far", "gw-hub", "gw-far", &bgp),
        between("far-hub", "gw-far", "gw-hub", &bgp),
    ];
    for (index, name) in names.iter().enumerate() {
        let address = format!("192.168.5.{}", index + 1);
        network.push(local_gateway(name, &["192.168.50.0/24"], &speaker(65100, &address, json!({}))));
        network.push(to_site(&format!("hub-{name}"), "gw-hub", name, &bgp));
        network.push(to_site(&format!("far-{name}"), "gw-far", name, &bgp));
    }
    let routes = json!({ "value": routes }).to_string();
    vec![("network.json", json!(network).to_string()), ("learned.gw-hub.json", routes)]
}

#[test]
fn a_site_between_two_others_passes_routes_on() {
    for path in ["65100-65002", "65100-65100-65002", "65100-64900-65002"] {
        let loaded = files(&ring(&[route("10.2.0.0/16", "192.168.5.1", path)], &["branch"]));
        assert_eq!(sites(&loaded), ["site branch 65100 transit 192.168.50.0/24"], "{path}");
        let said =
            format!("site `branch` passes routes on, as the AS path `{path}` shows: `transit` is true");
        assert_eq!(messages(&loaded.report), [said]);
    }
    // In the middle of a path, and told by its number where the peer is the gateway's second instance.
    for path in ["65002-65100-65003-65001", "65100-65002"] {
        let loaded = files(&ring(&[route("10.7.0.0/16", "10.1.255.31", path)], &["branch"]));
        assert!(sites(&loaded)[0].contains("transit"), "{path}");
    }
}

#[test]
fn what_starts_at_a_site_or_behind_it_is_not_passed_on() {
    for path in ["65100", "65100-65100", "65100-64900", "65002-65100"] {
        let loaded = files(&ring(&[route("192.168.50.0/24", "192.168.5.1", path)], &["branch"]));
        assert_eq!(sites(&loaded), ["site branch 65100 192.168.50.0/24"], "{path}");
        assert_eq!(messages(&loaded.report), [""; 0], "{path}");
    }
}

#[test]
fn what_is_not_known_is_said() {
    let unknown = "whether site `branch` passes on what one gateway tells it to another is not in the export; it is taken not to";
    let loaded = files(&ring(&[], &["branch"]));
    assert_eq!(sites(&loaded), ["site branch 65100 192.168.50.0/24"]);
    assert_eq!(messages(&loaded.report), [unknown]);
    // Two sites have the number, and neither is the peer.
    let loaded = files(&ring(&[route("10.7.0.0/16", "10.1.255.31", "65100-65002")], &["branch", "depot"]));
    assert!(sites(&loaded).iter().all(|site| !site.contains("transit")));
    assert_says(
        &loaded,
        "incomplete",
        "one of the sites `branch`, `depot` passes routes on, as the AS path `65100-65002` shows; which one is not known",
    );
}

/// Where the branch passes routes on, the tunnel between the hubs is not the only way.
#[test]
fn a_sweep_knows_the_other_way() {
    let lost = |path: &str| {
        let loaded = files(&ring(&[route("10.2.0.0/16", "192.168.5.1", path)], &["branch"]));
        let inventory = loaded.inventory.unwrap();
        let changes = parse_changes("change", "- s2s(far, hub)", &mut Report::default());
        Weight::of(&Baseline::new(&inventory, Request::default()).outcome(&changes, false)).lost
    };
    assert_eq!(lost("65100-65002"), 0);
    assert_eq!(lost("65100"), 2);
}
