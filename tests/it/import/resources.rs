//! Resources as Azure writes them, with the parts that a test is about.

use crate::support::loaded::{Loaded, load};
use serde_json::{Value, json};

/// The id of a resource in the group `net`.
pub(crate) fn id(collection: &str, name: &str) -> String {
    id_in("net", collection, name)
}

/// The id of a resource in any group.
pub(crate) fn id_in(group: &str, collection: &str, name: &str) -> String {
    format!("/subscriptions/sub/resourceGroups/{group}/providers/Microsoft.Network/{collection}/{name}")
}

/// No properties beyond the usual.
pub(crate) fn none() -> Value {
    json!({})
}

fn resource(collection: &str, name: &str, properties: &Value) -> Value {
    json!({ "id": id(collection, name), "name": name, "properties": properties })
}

pub(crate) fn vnet(name: &str, space: &str) -> Value {
    peered_vnet(name, space, &json!([]))
}

pub(crate) fn peered_vnet(name: &str, space: &str, peerings: &Value) -> Value {
    resource(
        "virtualNetworks",
        name,
        &json!({ "addressSpace": { "addressPrefixes": [space] }, "virtualNetworkPeerings": peerings }),
    )
}

/// A peering of any VNet, as nested in it.
pub(crate) fn peering(remote: &str, state: &str) -> Value {
    json!({
        "name": format!("to-{remote}"),
        "properties": { "peeringState": state, "remoteVirtualNetwork": { "id": id("virtualNetworks", remote) } },
    })
}

/// A route-based VPN gateway, with `more` among its properties.
pub(crate) fn gateway(name: &str, vnet: &str, more: &Value) -> Value {
    let subnet = format!("{}/subnets/GatewaySubnet", id("virtualNetworks", vnet));
    let mut properties = json!({
        "gatewayType": "Vpn",
        "vpnType": "RouteBased",
        "sku": { "name": "VpnGw1" },
        "ipConfigurations": [{ "properties": { "subnet": { "id": subnet } } }],
    });
    merge(&mut properties, more);
    resource("virtualNetworkGateways", name, &properties)
}

fn merge(properties: &mut Value, more: &Value) {
    for (field, value) in more.as_object().unwrap() {
        properties[field] = value.clone();
    }
}

pub(crate) fn local_gateway(name: &str, prefixes: &[&str], more: &Value) -> Value {
    let mut properties = json!({ "localNetworkAddressSpace": { "addressPrefixes": prefixes } });
    merge(&mut properties, more);
    resource("localNetworkGateways", name, &properties)
}

/// A connection from the gateway `near` to the gateway `far`.
pub(crate) fn between(name: &str, near: &str, far: &str, more: &Value) -> Value {
    let mut properties = json!({
        "connectionType": "Vnet2Vnet",
        "virtualNetworkGateway1": { "id": id("virtualNetworkGateways", near) },
        "virtualNetworkGateway2": { "id": id("virtualNetworkGateways", far) },
    });
    merge(&mut properties, more);
    resource("connections", name, &properties)
}

/// A connection from the gateway `near` to the local network gateway `site`.
pub(crate) fn to_site(name: &str, near: &str, site: &str, more: &Value) -> Value {
    let mut properties = json!({
        "connectionType": "IPsec",
        "virtualNetworkGateway1": { "id": id("virtualNetworkGateways", near) },
        "localNetworkGateway2": { "id": id("localNetworkGateways", site) },
    });
    merge(&mut properties, more);
    resource("connections", name, &properties)
}

/// Reads one file that lists `resources`.
pub(crate) fn export(resources: &[Value]) -> Loaded {
    files(&[("export.json", json!({ "value": resources }).to_string())])
}

/// Reads a folder of files.
pub(crate) fn files(files: &[(&str, String)]) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    files_in(folder.path(), files);
    load(folder.path())
}

/// Writes files into a folder, which is made where there is none.
pub(crate) fn files_in(folder: &std::path::Path, files: &[(&str, String)]) {
    std::fs::create_dir_all(folder).unwrap();
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
}
