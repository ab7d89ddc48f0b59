//! What a peering carries, in every shape that exports say it in.

use serde_json::{Value, json};
use tunnelog::answer::{Analysis, Request};
use tunnelog::inventory::Inventory;

use super::describe::{assert_says, lines, messages};
use super::resources::{export, files, gateway, id, none, peered_vnet, peering};
use super::terraform;
use crate::support::loaded::{Loaded, load};
use crate::support::topologies::root;

/// Destinations with their statuses, each once, as any class has them.
fn reached(inventory: &Inventory, network: &str) -> Vec<String> {
    let analysis = Analysis::new(inventory);
    let rows = analysis.reach(&Request::default());
    let mut told: Vec<String> = rows
        .filter(|row| row.network == network)
        .map(|row| format!("{} {}", row.prefix, row.status.word()))
        .collect();
    told.sort();
    told.dedup();
    told
}

fn fixture(name: &str) -> Loaded {
    load(&root().join("tests/fixtures/exports/peerings").join(name))
}

#[test]
fn of_single_subnets_the_rest_is_out_of_reach() {
    let loaded = fixture("subnets");
    assert_eq!(
        lines(&loaded, "peering"),
        [
            "peering vnet-hub vnet-spoke allow-transit only[10.1.0.0/24 10.1.2.0/24]",
            "peering vnet-spoke vnet-hub use-remote only[10.0.255.0/27 10.0.1.0/24]",
        ]
    );
    let inventory = loaded.inventory.expect("an inventory");
    let reached = reached(&inventory, "vnet-spoke");
    assert!(reached.contains(&"10.1.0.0/24 reachable".to_owned()), "{reached:?}");
    assert!(reached.contains(&"10.1.2.0/24 reachable".to_owned()), "{reached:?}");
    assert!(reached.contains(&"10.1.1.0/24 unreachable".to_owned()), "{reached:?}");
    assert_eq!(reached.iter().filter(|row| row.ends_with(" reachable")).count(), 2, "{reached:?}");
}

#[test]
fn what_waits_for_a_sync_is_out_of_reach() {
    let loaded = fixture("out-of-sync");
    // That the hub's side lacks a prefix says all that its sync level says.
    assert_eq!(messages(&loaded.report), Vec::<&str>::new());
    let inventory = loaded.inventory.expect("an inventory");
    assert_eq!(reached(&inventory, "vnet-spoke"), ["10.1.0.0/16 reachable", "10.9.0.0/16 unreachable"]);
}

#[test]
fn of_ipv6_alone_no_ipv4_is_reached() {
    let inventory = fixture("ipv6-only").inventory.expect("an inventory");
    assert_eq!(reached(&inventory, "vnet-spoke"), ["10.1.0.0/16 unreachable", "fd00:0:1::/48 reachable"]);
}

/// A side to `spoke` with more properties.
fn side(more: &Value) -> Value {
    let mut side = peering("spoke", "Connected");
    for (field, value) in more.as_object().expect("properties") {
        side["properties"][field] = value.clone();
    }
    side
}

/// Reads a hub whose side of the peering has these properties, and a spoke with two subnets.
fn hub_with(more: &Value) -> Loaded {
    let mut spoke = peered_vnet("spoke", "10.1.0.0/16", &json!([]));
    spoke["properties"]["addressSpace"]["addressPrefixes"] = json!(["10.1.0.0/16", "fd00:1::/48"]);
    spoke["properties"]["subnets"] = json!([
        { "name": "app", "properties": { "addressPrefix": "10.1.4.0/24" } },
        { "name": "Dual", "properties": { "addressPrefixes": ["10.1.5.0/24", "fd00:1:0:5::/64"] } },
    ]);
    export(&[peered_vnet("hub", "10.0.0.0/16", &json!([side(more)])), spoke])
}

#[test]
fn azure_resource_manager_tells_it_in_several_ways() {
    let told = |more: &Value| lines(&hub_with(more), "peering").remove(0);
    let whole = "peering hub spoke";
    assert_eq!(told(&none()), whole);
    assert_eq!(told(&json!({ "peerCompleteVnets": true, "enableOnlyIPv6Peering": false })), whole);
    let space = |prefixes: &[&str]| json!({ "addressPrefixes": prefixes });
    assert_eq!(told(&json!({ "remoteAddressSpace": space(&["10.1.0.0/16", "fd00:1::/48"]) })), whole);
    assert_eq!(
        told(&json!({ "remoteAddressSpace": space(&["10.1.0.0/16"]) })),
        "peering hub spoke only[10.1.0.0/16]"
    );
    // PowerShell calls it so.
    assert_eq!(
        told(&json!({ "PeeredRemoteAddressSpace": space(&["10.1.0.0/16"]) })),
        "peering hub spoke only[10.1.0.0/16]"
    );
    // What the other VNet holds now is not what the peering carries.
    assert_eq!(told(&json!({ "remoteVirtualNetworkAddressSpace": space(&["10.1.0.0/16"]) })), whole);
    // A body that is yet to be deployed names subnets alone, in whatever case.
    assert_eq!(
        told(&json!({ "peerCompleteVnets": false, "remoteSubnetNames": ["APP", "dual"] })),
        "peering hub spoke only[10.1.4.0/24 10.1.5.0/24 fd00:1:0:5::/64]"
    );
    assert_eq!(
        told(&json!({
            "peerCompleteVnets": false, "remoteSubnetNames": ["app", "dual"], "enableOnlyIPv6Peering": true,
        })),
        "peering hub spoke only[fd00:1:0:5::/64]"
    );
    assert_eq!(
        told(&json!({ "peerCompleteVnets": false, "enableOnlyIPv6Peering": true })),
        "peering hub spoke only[fd00:1::/48]"
    );
    // The Python SDK has dictionaries in snake case, in which it spells this name so.
    assert_eq!(told(&json!({ "enable_only_i_pv6_peering": true })), "peering hub spoke only[fd00:1::/48]");
}

#[test]
fn a_subnet_that_is_not_in_the_export_is_named() {
    let loaded = hub_with(&json!({ "peerCompleteVnets": false, "remoteSubnetNames": ["app", "web"] }));
    assert_eq!(lines(&loaded, "peering"), ["peering hub spoke only[10.1.4.0/24]"]);
    assert_says(
        &loaded,
        "incomplete",
        "the peering of `hub` with `spoke` carries the subnet `web`, whose prefixes are not in the export; it is left out",
    );
    let loaded = hub_with(&json!({ "peerCompleteVnets": false }));
    assert_eq!(lines(&loaded, "peering"), ["peering hub spoke only[]"]);
    assert_says(
        &loaded,
        "incomplete",
        "the peering of `hub` with `spoke` is one of single subnets and does not say of which; it counts as carrying \
         nothing",
    );
}

#[test]
fn subnets_may_be_resources_of_their_own() {
    let subnet = json!({
        "id": format!("{}/subnets/app", id("virtualNetworks", "spoke")),
        "name": "app",
        "type": "Microsoft.Network/virtualNetworks/subnets",
        "properties": { "addressPrefix": "10.1.4.0/24" },
    });
    let side = side(&json!({ "peerCompleteVnets": false, "remoteSubnetNames": ["app"] }));
    let vnets = [
        peered_vnet("hub", "10.0.0.0/16", &json!([side])),
        peered_vnet("spoke", "10.1.0.0/16", &json!([])),
        subnet,
    ];
    assert_eq!(lines(&export(&vnets), "peering"), ["peering hub spoke only[10.1.4.0/24]"]);
}

#[test]
fn terraform_names_subnets() {
    let vnet = |name: &str, space: &str| {
        terraform::resource(&format!("azurerm_virtual_network.{name}"), &terraform::vnet(name, space))
    };
    let subnet = |name: &str, space: &str| {
        let values = json!({
            "id": format!("{}/subnets/{name}", id("virtualNetworks", "spoke")), "name": name,
            "resource_group_name": "net", "virtual_network_name": "spoke", "address_prefixes": [space],
        });
        terraform::resource(&format!("azurerm_subnet.{name}"), &values)
    };
    let told = |more: &Value| {
        let side = terraform::peering("p", "hub", "spoke", more);
        let state = terraform::state(&[
            vnet("hub", "10.0.0.0/16"),
            vnet("spoke", "10.1.0.0/16"),
            subnet("app", "10.1.4.0/24"),
            subnet("web", "10.1.6.0/24"),
            terraform::resource("azurerm_virtual_network_peering.p", &side),
        ]);
        lines(&files(&[("state.json", state.to_string())]), "peering").remove(0)
    };
    let whole = json!({ "peer_complete_virtual_networks_enabled": true, "only_ipv6_peering_enabled": null });
    assert_eq!(told(&whole), "peering hub spoke");
    assert_eq!(
        told(&json!({
            "peer_complete_virtual_networks_enabled": false, "local_subnet_names": ["x"],
            "remote_subnet_names": ["web"],
        })),
        "peering hub spoke only[10.1.6.0/24]"
    );
    assert_eq!(
        told(&json!({ "peer_complete_virtual_networks_enabled": false, "only_ipv6_peering_enabled": true })),
        "peering hub spoke only[]"
    );
}

#[test]
fn a_query_tells_prefixes() {
    let (hub, spoke) = (id("virtualNetworks", "hub"), id("virtualNetworks", "spoke"));
    let vnets =
        format!("id,name,addressPrefixes\n{hub},hub,10.0.0.0/16\n{spoke},spoke,10.1.0.0/16;10.9.0.0/16\n");
    let peerings = format!(
        "vnetId,name,remoteVnetId,peeringState,allowGatewayTransit,useRemoteGateways,remoteAddressPrefixes\n\
         {hub},p,{spoke},Connected,true,false,10.1.0.0/16\n{spoke},p,{hub},Connected,false,true,10.0.0.0/16\n"
    );
    let loaded = files(&[("vnets.csv", vnets), ("peerings.csv", peerings)]);
    assert_eq!(
        lines(&loaded, "peering"),
        ["peering hub spoke allow-transit only[10.1.0.0/16]", "peering spoke hub use-remote"]
    );
}

#[test]
fn two_snapshots_that_differ_carry_what_both_do() {
    let vnets = |space: &[&str]| {
        let side = side(&json!({ "remoteAddressSpace": { "addressPrefixes": space } }));
        let spoke = peered_vnet("spoke", "10.0.0.0/14", &json!([]));
        json!([peered_vnet("hub", "10.8.0.0/16", &json!([side])), spoke, gateway("gw", "hub", &none())])
    };
    let loaded = files(&[
        ("a.json", vnets(&["10.1.0.0/16", "10.2.0.0/16"]).to_string()),
        ("b.json", vnets(&["10.2.0.0/16", "10.3.0.0/16"]).to_string()),
    ]);
    assert_eq!(lines(&loaded, "peering"), ["peering hub spoke only[10.2.0.0/16]"]);
    assert_says(
        &loaded,
        "incomplete",
        "the export has peering `to-spoke` of `hub` twice, and not alike; what lets less through is taken",
    );
}
