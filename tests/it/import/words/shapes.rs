//! Resources with every field that is read, in the shapes of what writes them.

use serde_json::{Value, json};

use crate::import::resources::id;
use crate::import::terraform::{resource, state};

fn body(collection: &str, name: &str, properties: &Value) -> Value {
    json!({ "id": id(collection, name), "name": name, "properties": properties })
}

/// A resource of each type, with every field that is read.
pub(in crate::import) fn resources() -> Vec<Value> {
    let (hub, spoke) = (id("virtualNetworks", "hub"), id("virtualNetworks", "spoke"));
    let side = |remote: &str| {
        json!({ "name": "p", "properties": {
        "allowGatewayTransit": true, "useRemoteGateways": false, "allowVirtualNetworkAccess": true,
        "peerCompleteVnets": true, "enableOnlyIPv6Peering": false, "peeringState": "Connected",
        "peeringSyncLevel": "FullyInSync", "remoteVirtualNetwork": { "id": remote },
        "remoteVirtualNetworkAddressSpace": { "addressPrefixes": ["10.2.0.0/16"] },
        "remoteAddressSpace": { "addressPrefixes": ["10.2.0.0/16"] },
    } })
    };
    vec![
        body(
            "virtualNetworks",
            "hub",
            &json!({
                "addressSpace": { "addressPrefixes": ["10.1.0.0/16"] }, "virtualNetworkPeerings": [side(&spoke)],
                "subnets": [{ "name": "s", "properties": { "addressPrefixes": ["10.1.0.0/24"] } }],
            }),
        ),
        body("virtualNetworks", "spoke", &json!({ "addressSpace": { "addressPrefixes": ["10.2.0.0/16"] } })),
        body("publicIPAddresses", "pip", &json!({ "ipAddress": "203.0.113.9" })),
        body(
            "virtualNetworkGateways",
            "gw",
            &json!({
                "gatewayType": "Vpn", "vpnType": "RouteBased", "enableBgp": true, "sku": { "name": "VpnGw1" },
                "ipConfigurations": [{ "name": "d", "properties": {
                    "publicIPAddress": { "id": id("publicIPAddresses", "pip") },
                    "subnet": { "id": format!("{hub}/subnets/GatewaySubnet") } } }],
                "bgpSettings": { "asn": 65010, "bgpPeeringAddress": "10.1.255.30,10.1.255.31", "bgpPeeringAddresses": [{
                    "defaultBgpIpAddresses": ["10.1.255.30"], "customBgpIpAddresses": ["169.254.21.2"],
                    "tunnelIpAddresses": ["203.0.113.9"] }] },
                "vpnClientConfiguration": { "vpnClientAddressPool": { "addressPrefixes": ["172.16.0.0/24"] },
                    "vpnClientProtocols": ["OpenVPN"] },
                "customRoutes": { "addressPrefixes": ["10.99.0.0/16"] },
            }),
        ),
        body(
            "localNetworkGateways",
            "site",
            &json!({
                "localNetworkAddressSpace": { "addressPrefixes": ["10.101.0.0/16"] }, "gatewayIpAddress": "198.51.100.7",
                "bgpSettings": { "asn": 65101, "bgpPeeringAddress": "10.101.255.1" },
            }),
        ),
        body(
            "connections",
            "c",
            &json!({
                "connectionType": "IPsec", "connectionStatus": "Connected", "enableBgp": true,
                "usePolicyBasedTrafficSelectors": false,
                "virtualNetworkGateway1": { "id": id("virtualNetworkGateways", "gw") },
                "localNetworkGateway2": { "id": id("localNetworkGateways", "site") },
            }),
        ),
        body(
            "routeTables",
            "rt",
            &json!({ "disableBgpRoutePropagation": false, "routes": [
                { "name": "r", "properties": { "nextHopType": "VirtualAppliance", "addressPrefix": "10.0.0.0/8",
                    "nextHopIpAddress": "10.1.0.4" } },
                { "name": "e", "properties": { "nextHopType": "VirtualApplianceEcmp", "addressPrefix": "10.9.0.0/16",
                    "nextHop": { "nextHopIpAddresses": ["10.1.0.4", "10.1.0.5"] } } },
            ] }),
        ),
        body("azureFirewalls", "fw", &holder("ipConfigurations", "10.1.0.4", &hub)),
        body("loadBalancers", "lb", &holder("frontendIPConfigurations", "10.1.0.6", &hub)),
        body("networkInterfaces", "nic", &{
            let mut properties = holder("ipConfigurations", "10.1.0.5", &hub);
            properties["enableIPForwarding"] = json!(true);
            properties
        }),
    ]
}

/// A configuration with an address in a subnet.
fn holder(configurations: &str, address: &str, vnet: &str) -> Value {
    let properties = json!({ "privateIPAddress": address, "subnet": { "id": format!("{vnet}/subnets/s") } });
    json!({ configurations: [{ "name": "c", "properties": properties }] })
}

/// The same resources with the fields of `properties` lifted out, as the command line prints them.
pub(in crate::import) fn flat(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut lifted = serde_json::Map::new();
            for (name, inner) in fields {
                match (name.as_str(), flat(inner)) {
                    ("properties", Value::Object(inner)) => lifted.extend(inner),
                    (_, inner) => drop(lifted.insert(name.clone(), inner)),
                }
            }
            Value::Object(lifted)
        }
        Value::Array(list) => list.iter().map(flat).collect(),
        _ => value.clone(),
    }
}

/// The same as the outputs of azure-native, which are `lifted`, in a state of Pulumi.
pub(in crate::import) fn of_native(lifted: &Value) -> Value {
    let native = |it: &Value| json!({ "type": "azure-native:network:X", "id": it["id"], "outputs": it });
    let resources: Vec<Value> = lifted.as_array().unwrap().iter().map(native).collect();
    json!({ "deployment": { "manifest": {}, "resources": resources } })
}

/// The values of a resource of azapi whose body is that of `it`.
pub(in crate::import) fn azapi_values(it: &Value) -> Value {
    let id = it["id"].to_string();
    let (_, path) = id.split_once("/providers/").unwrap_or_default();
    let kinds = path.split('/').enumerate().filter(|(at, _)| *at == 0 || at % 2 == 1);
    let kind = kinds.map(|(_, word)| word).collect::<Vec<_>>().join("/");
    json!({ "id": it["id"], "name": it["name"], "type": format!("{kind}@2025-01-01"), "body": { "properties": it["properties"] } })
}

/// The same as bodies of azapi, in a state.
pub(in crate::import) fn of_azapi(nested: &Value) -> Value {
    let values = nested.as_array().unwrap().iter().map(azapi_values).enumerate();
    let resources = values.map(|(index, values)| resource(&format!("azapi_resource.r{index}"), &values));
    state(&resources.collect::<Vec<_>>())
}

/// The same with every name of a field changed.
pub(in crate::import) fn renamed(value: &Value, rename: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::Object(fields) => {
            fields.iter().map(|(name, inner)| (rename(name), renamed(inner, rename))).collect()
        }
        Value::Array(list) => list.iter().map(|inner| renamed(inner, rename)).collect(),
        _ => value.clone(),
    }
}

pub(in crate::import) fn pascal(name: &str) -> String {
    name[..1].to_uppercase() + &name[1..]
}

pub(in crate::import) fn snake(name: &str) -> String {
    if name == "enableOnlyIPv6Peering" {
        return "enable_only_i_pv6_peering".into();
    }
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    first + &parts.map(pascal).collect::<String>()
}

/// The same in columns of queries.
pub(in crate::import) fn projected() -> Value {
    let (hub, spoke) = (id("virtualNetworks", "hub"), id("virtualNetworks", "spoke"));
    json!([
        { "id": hub, "name": "hub", "addressPrefixes": ["10.1.0.0/16"], "peerings": [{ "name": "p", "remoteVnetId": spoke,
            "allowGatewayTransit": true, "useRemoteGateways": false, "allowVnetAccess": true, "state": "Connected",
            "syncLevel": "FullyInSync", "remoteAddressPrefixes": ["10.2.0.0/16"] }] },
        { "id": spoke, "name": "spoke", "addressSpace": { "addressPrefixes": ["10.2.0.0/16"] } },
        { "id": id("virtualNetworkGateways", "gw"), "name": "gw", "gatewayType": "Vpn", "vpnType": "RouteBased", "bgp": true,
            "asn": 65010, "bgpPeeringAddress": "10.1.255.30", "sku": "VpnGw1", "clientPool": ["172.16.0.0/24"],
            "customRoutes": { "addressPrefixes": ["10.99.0.0/16"] }, "protocols": ["OpenVPN"],
            "subnetId": format!("{hub}/subnets/GatewaySubnet"), "publicIp": ["203.0.113.9"] },
        { "id": id("localNetworkGateways", "site"), "name": "site", "addressSpace": ["10.101.0.0/16"],
            "gatewayIp": "198.51.100.7", "asn": 65101, "bgpPeerIp": "10.101.255.1" },
        { "id": id("connections", "c"), "name": "c", "connectionType": "IPsec", "status": "Connected", "bgp": true,
            "gatewayId": id("virtualNetworkGateways", "gw"), "localGatewayId": id("localNetworkGateways", "site") },
        { "id": format!("{hub}/subnets/s"), "name": "s", "prefix": "10.1.0.0/24", "routeTableId": id("routeTables", "rt") },
        { "id": id("routeTables", "rt"), "name": "rt", "disableBgpRoutePropagation": false, "routes": [{ "name": "r",
            "addressPrefix": "10.0.0.0/8", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.1.0.4" }] },
        { "id": id("networkInterfaces", "nic"), "name": "nic", "ip": "10.1.0.4", "subnetId": format!("{hub}/subnets/s"),
            "enableIPForwarding": true },
    ])
}

/// Resources of azurerm with every field that is read.
pub(in crate::import) fn azurerm() -> Vec<(&'static str, Value)> {
    let (hub, spoke) = (id("virtualNetworks", "hub"), id("virtualNetworks", "spoke"));
    let named = |collection: &str, name: &str, mut values: Value| {
        values["id"] = json!(id(collection, name));
        values["name"] = json!(name);
        values["resource_group_name"] = json!("net");
        values
    };
    vec![
        (
            "azurerm_virtual_network.hub",
            named(
                "virtualNetworks",
                "hub",
                json!({
            "address_space": ["10.1.0.0/16"], "subnet": [{ "name": "s", "address_prefixes": ["10.1.0.0/24"] }] }),
            ),
        ),
        (
            "azurerm_virtual_network.spoke",
            named("virtualNetworks", "spoke", json!({ "address_space": ["10.2.0.0/16"] })),
        ),
        (
            "azurerm_virtual_network_peering.p",
            json!({
            "id": format!("{hub}/virtualNetworkPeerings/p"), "name": "p", "resource_group_name": "net",
            "virtual_network_name": "hub", "remote_virtual_network_id": spoke, "allow_gateway_transit": true,
            "use_remote_gateways": false, "allow_virtual_network_access": true,
            "peer_complete_virtual_networks_enabled": true, "only_ipv6_peering_enabled": false }),
        ),
        ("azurerm_public_ip.pip", named("publicIPAddresses", "pip", json!({ "ip_address": "203.0.113.9" }))),
        (
            "azurerm_virtual_network_gateway.gw",
            named(
                "virtualNetworkGateways",
                "gw",
                json!({
            "type": "Vpn", "vpn_type": "RouteBased", "bgp_enabled": true, "sku": "VpnGw1",
            "ip_configuration": [{ "subnet_id": format!("{hub}/subnets/GatewaySubnet"),
                "public_ip_address_id": id("publicIPAddresses", "pip") }],
            "bgp_settings": [{ "asn": 65010, "peering_addresses": [{ "default_addresses": ["10.1.255.30"],
                "apipa_addresses": ["169.254.21.2"], "tunnel_ip_addresses": ["203.0.113.9"] }] }],
            "vpn_client_configuration": [{ "address_space": ["172.16.0.0/24"], "vpn_client_protocols": ["OpenVPN"] }],
            "custom_route": [{ "address_prefixes": ["10.99.0.0/16"] }] }),
            ),
        ),
        (
            "azurerm_local_network_gateway.site",
            named(
                "localNetworkGateways",
                "site",
                json!({
            "address_space": ["10.101.0.0/16"], "gateway_address": "198.51.100.7",
            "bgp_settings": [{ "asn": 65101, "bgp_peering_address": "10.101.255.1" }] }),
            ),
        ),
        (
            "azurerm_virtual_network_gateway_connection.c",
            named(
                "connections",
                "c",
                json!({
            "type": "IPsec", "bgp_enabled": true, "use_policy_based_traffic_selectors": false,
            "virtual_network_gateway_id": id("virtualNetworkGateways", "gw"),
            "local_network_gateway_id": id("localNetworkGateways", "site") }),
            ),
        ),
        (
            "azurerm_route_table.rt",
            named(
                "routeTables",
                "rt",
                json!({ "bgp_route_propagation_enabled": true, "route": [{ "name": "r", "address_prefix": "10.0.0.0/8",
                "next_hop_type": "VirtualAppliance", "next_hop_in_ip_address": "10.1.0.4" }] }),
            ),
        ),
        (
            "azurerm_network_interface.nic",
            named(
                "networkInterfaces",
                "nic",
                json!({ "ip_forwarding_enabled": true, "ip_configuration": [{ "name": "c",
                "private_ip_address": "10.1.0.4", "subnet_id": format!("{hub}/subnets/s") }] }),
            ),
        ),
    ]
}

pub(in crate::import) fn of_terraform(values: &Value) -> Value {
    let kinds: Vec<&str> = azurerm().into_iter().map(|(address, _)| address).collect();
    let values = values.as_array().unwrap();
    state(&kinds.iter().zip(values).map(|(address, values)| resource(address, values)).collect::<Vec<_>>())
}

/// The same resources by the older provider of Pulumi: camel case, and blocks without a list around them.
pub(in crate::import) fn pulumi_outputs(values: &Value) -> Value {
    fn unwrapped(value: &Value) -> Value {
        match value {
            Value::Object(fields) => fields
                .iter()
                .map(|(name, inner)| {
                    let is_block =
                        ["bgp_settings", "vpn_client_configuration", "custom_route"].contains(&name.as_str());
                    let name = match name.as_str() {
                        "address_space" => "addressSpaces".to_owned(),
                        "ip_configuration" => "ipConfigurations".to_owned(),
                        "route" => "routes".to_owned(),
                        "default_addresses" | "apipa_addresses" => camel(name),
                        "tunnel_ip_addresses" => "tunnelIpAddresses".to_owned(),
                        name => camel(name),
                    };
                    (name, unwrapped(if is_block { &inner[0] } else { inner }))
                })
                .collect(),
            Value::Array(list) => list.iter().map(unwrapped).collect(),
            _ => value.clone(),
        }
    }
    unwrapped(values)
}

/// A state with these outputs.
pub(in crate::import) fn of_outputs(outputs: &Value) -> Value {
    let resource = |outputs: &Value| json!({ "urn": "urn:pulumi:dev::net::x", "custom": true, "type": "azure:network/x:X", "id": outputs["id"], "outputs": outputs });
    let resources: Vec<Value> = outputs.as_array().unwrap().iter().map(resource).collect();
    json!({ "version": 3, "deployment": { "manifest": { "version": "v3.140.0" }, "resources": resources } })
}
