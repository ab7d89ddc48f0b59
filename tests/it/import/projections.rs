//! Rows of other people's queries: names that are known are read, and what is not read is named.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::describe::{assert_says, lines, messages};
use super::resources::{export, files, gateway, id, local_gateway, none, to_site, vnet};
use crate::support::loaded::load;
use crate::support::topologies::root;

fn fixture(name: &str) -> String {
    let path: PathBuf = root().join("tests/fixtures/projections").join(name);
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn names_that_kusto_gives_and_short_ones_are_read() {
    for name in ["auto-names.csv", "short-alias.csv"] {
        let loaded = files(&[("g.csv", fixture("gateways.csv")), (name, fixture(name))]);
        assert_eq!(
            lines(&loaded, ""),
            [
                "vnet hub 10.0.0.0/16",
                "vnet spoke 10.1.0.0/16",
                "gateway hub VpnGw1AZ 65515 pool[172.16.50.0/24] custom[] protocols[OpenVPN IkeV2]",
                "peering hub spoke allow-transit",
                "peering spoke hub use-remote",
            ],
            "{name}"
        );
        assert_eq!(messages(&loaded.report), [""; 0], "{name}");
    }
}

#[test]
fn names_of_the_askers_choice_are_read() {
    let loaded = files(&[("vnets.json", fixture("jmespath-aliases.json"))]);
    assert_eq!(
        lines(&loaded, ""),
        [
            "vnet vnet-hub 10.0.0.0/16",
            "vnet vnet-spoke 10.1.0.0/16 10.9.0.0/16",
            "peering vnet-hub vnet-spoke allow-transit",
            "peering vnet-spoke vnet-hub use-remote",
        ]
    );
    assert_eq!(messages(&loaded.report), [""; 0]);
}

#[test]
fn names_without_ids_are_refused() {
    let loaded = files(&[("rows.csv", fixture("names-only.csv"))]);
    assert_says(
        &loaded,
        "not-an-inventory",
        "neither JSON nor CSV with resource ids, without which nothing tells what belongs together",
    );
}

#[test]
fn pools_and_custom_routes_have_many_names() {
    let (hub, gw) = (id("virtualNetworks", "hub"), id("virtualNetworkGateways", "gw"));
    let expected =
        ["gateway hub VpnGw1AZ bgp 65010 pool[172.16.0.0/24] custom[10.9.0.0/16] protocols[OpenVPN]"];
    for (pool, custom, subnet) in [
        ("addressPool", "customRoutes", "vnetId"),
        ("p2s_address_pool", "custom_routes", "subnet_id"),
        ("Client Address Pool", "Custom Routes", "Gateway Subnet"),
        (
            "properties_vpnClientConfiguration_vpnClientAddressPool_addressPrefixes",
            "properties_customRoutes_addressPrefixes",
            "properties_ipConfigurations_0_properties_subnet_id",
        ),
        (
            "vpnClientConfiguration.vpnClientAddressPool.addressPrefixes",
            "properties.customRoutes.addressPrefixes",
            "ipConfigurations[0].subnet.id",
        ),
    ] {
        let subnet_id = if subnet == "vnetId" { hub.clone() } else { format!("{hub}/subnets/GatewaySubnet") };
        let header = format!("id,name,gatewayType,skuName,bgp,asn,protocols,{pool},{custom},{subnet}\n");
        let row = format!(
            "{gw},gw,Vpn,VpnGw1AZ,true,65010,OpenVPN,172.16.0.0/24,\"[\"\"10.9.0.0/16\"\"]\",{subnet_id}\n"
        );
        let vnets = json!([vnet("hub", "10.1.0.0/16")]).to_string();
        let loaded = files(&[("vnets.json", vnets.clone()), ("gateways.csv", header + &row)]);
        assert_eq!(lines(&loaded, "gateway"), expected, "{pool}");
        assert_eq!(messages(&loaded.report), [""; 0], "{pool}");
        // The same row as JSON, with lists as lists and as the text of lists.
        for (pool_value, custom_value) in [
            (json!(["172.16.0.0/24"]), json!({ "addressPrefixes": ["10.9.0.0/16"] })),
            (json!("[\"172.16.0.0/24\"]"), json!("10.9.0.0/16")),
        ] {
            let mut row = json!({ "id": gw, "name": "gw", "gatewayType": "Vpn", "skuName": "VpnGw1AZ", "bgp": true,
                "asn": 65010, "protocols": ["OpenVPN"] });
            row[pool] = pool_value;
            row[custom] = custom_value;
            row[subnet] = json!(subnet_id);
            let rows = json!({ "data": [row] }).to_string();
            let loaded = files(&[("vnets.json", vnets.clone()), ("gateways.json", rows)]);
            assert_eq!(lines(&loaded, "gateway"), expected, "{pool}");
        }
    }
}

#[test]
fn what_is_not_read_is_named_once_a_file() {
    let hub = id("virtualNetworks", "hub");
    let named = "columns or fields that are not read: `costCentre`, `routing_notes`";
    let header = "id,name,location,tags,addressPrefixes,costCentre,routing_notes,owner\n";
    let rows = format!(
        "{hub},hub,westeurope,{{}},10.1.0.0/16,42,x,\n{},spoke,westeurope,,10.2.0.0/16,,y,\n",
        id("virtualNetworks", "spoke")
    );
    let loaded = files(&[("vnets.csv", header.to_owned() + &rows)]);
    assert_eq!(messages(&loaded.report), [named]);
    assert_says(&loaded, "unknown-column", named);
    let row = json!({ "id": hub, "name": "hub", "prefixes": ["10.1.0.0/16"], "costCentre": 42, "routing_notes": "x",
        "owner": null, "peers": [] });
    let loaded = files(&[("a.json", json!([row, row]).to_string())]);
    assert_eq!(messages(&loaded.report), [named]);
    let second = json!([{ "id": id("virtualNetworks", "b"), "prefixes": "10.3.0.0/16", "colour": "red" }]);
    let loaded = files(&[("a.json", json!([row]).to_string()), ("b.json", second.to_string())]);
    assert_eq!(messages(&loaded.report), [named, "columns or fields that are not read: `colour`"]);
}

#[test]
fn what_a_peering_carries_is_read_of_projected_columns() {
    let (hub, spoke) = (id("virtualNetworks", "hub"), id("virtualNetworks", "spoke"));
    let header = "vnetId,remoteVnetId,peeringName,allowGatewayTransit,useRemoteGateways,allowVirtualNetworkAccess,peeringState,\
                  remoteAddressPrefixes,peerCompleteVnets,localSubnetNames,remoteSubnetNames,enableOnlyIPv6Peering";
    let row = |flags: &str| format!("{header}\n{hub},{spoke},p,true,false,true,Connected,{flags}\n");
    let vnets = json!([vnet("hub", "10.1.0.0/16"), vnet("spoke", "10.2.0.0/16"), {
        "id": format!("{spoke}/subnets/app"), "name": "app", "type": "Microsoft.Network/virtualNetworks/subnets",
        "properties": { "addressPrefix": "10.2.4.0/24" },
    }]);
    let told = |flags: &str| {
        let loaded = files(&[("vnets.json", vnets.to_string()), ("peerings.csv", row(flags))]);
        assert_eq!(messages(&loaded.report), [""; 0], "{flags}");
        lines(&loaded, "peering").remove(0)
    };
    assert_eq!(told("10.2.0.0/16,true,,,false"), "peering hub spoke allow-transit");
    assert_eq!(told(",false,x,app,false"), "peering hub spoke allow-transit only[10.2.4.0/24]");
    assert_eq!(told("10.2.0.0/16,true,,,true"), "peering hub spoke allow-transit only[]");
}

#[test]
fn whole_resources_are_not_searched_for_more() {
    let mut hub = vnet("hub", "10.1.0.0/16");
    hub["properties"]["somethingNew"] = json!(true);
    hub["somethingElse"] = json!(1);
    assert_eq!(messages(&export(&[hub]).report), [""; 0]);
}

#[test]
fn peerings_by_name_alone_are_named() {
    let hub = id("virtualNetworks", "hub");
    let row = json!({ "id": hub, "name": "hub", "prefixes": ["10.1.0.0/16"], "peerings": ["to-spoke"] });
    let loaded = files(&[("a.json", json!([row]).to_string())]);
    assert_eq!(messages(&loaded.report), ["columns or fields that are not read: `peerings`"]);
}

#[test]
fn settings_that_a_row_lacks_are_told() {
    let (hub, spoke) = (id("virtualNetworks", "hub"), id("virtualNetworks", "spoke"));
    let row = json!({ "id": hub, "name": "hub", "prefixes": ["10.1.0.0/16"],
        "peerings": [{ "name": "p", "remote": spoke, "state": "Connected" }] });
    let rows = json!([row, { "id": spoke, "name": "spoke", "prefixes": ["10.2.0.0/16"] }]).to_string();
    let message = "rows without `allowGatewayTransit`, `useRemoteGateways`, which is taken to be false";
    assert_eq!(messages(&files(&[("a.json", rows)]).report), [message]);
    let peerings = format!("vnetId,remoteVnetId,peeringState\n{hub},{spoke},Connected\n");
    let vnets = json!([vnet("hub", "10.1.0.0/16"), vnet("spoke", "10.2.0.0/16")]).to_string();
    assert_eq!(messages(&files(&[("p.csv", peerings), ("v.json", vnets)]).report), [message]);
}

/// Azure leaves out what was never turned on, and a query makes null of that.
#[test]
fn what_is_null_is_not_lacking() {
    let row = |bgp: Value| {
        json!([vnet("hub", "10.1.0.0/16"), { "id": id("virtualNetworkGateways", "gw"), "name": "gw", "type": "x/y",
            "vnetId": id("virtualNetworks", "hub"), "pool": "172.16.0.0/24", "customRoutes": null, "bgp": bgp }])
    };
    assert_eq!(messages(&files(&[("a.json", row(Value::Null).to_string())]).report), [""; 0]);
    let mut without = row(Value::Null);
    without[1].as_object_mut().unwrap().remove("bgp");
    let message = "rows without `enableBgp`, which is taken to be false";
    assert_eq!(messages(&files(&[("a.json", without.to_string())]).report), [message]);
}

#[test]
fn a_row_for_each_peering_is_read() {
    let (hub, spoke) = (id("virtualNetworks", "hub"), id("virtualNetworks", "spoke"));
    let rows = format!(
        "id,vnetName,addressSpace,peeringName,remoteVnetId,peeringState,allowGatewayTransit,useRemoteGateways\n\
         {hub},hub,10.1.0.0/16,p,{spoke},Connected,true,false\n{spoke},spoke,10.2.0.0/16,q,{hub},Connected,false,true\n"
    );
    let expected = [
        "vnet hub 10.1.0.0/16",
        "vnet spoke 10.2.0.0/16",
        "peering hub spoke allow-transit",
        "peering spoke hub use-remote",
    ];
    let loaded = files(&[("a.csv", rows.clone())]);
    assert_eq!(lines(&loaded, ""), expected);
    assert_eq!(messages(&loaded.report), [""; 0]);
    // The id may be called by what it is the id of.
    let loaded = files(&[("a.csv", rows.replace("id,vnetName", "vnetId,vnetName"))]);
    assert_eq!(lines(&loaded, ""), expected);
    // Columns of a peering that leads nowhere are not read.
    let rows = format!("id,addressSpace,peeringState\n{hub},10.1.0.0/16,Connected\n");
    assert_eq!(
        messages(&files(&[("a.csv", rows)]).report),
        ["columns or fields that are not read: `peeringState`"]
    );
}

#[test]
fn connections_and_sites_have_many_names_too() {
    let (gw, branch) = (id("virtualNetworkGateways", "gw"), id("localNetworkGateways", "branch"));
    let connection = json!({ "id": id("connections", "c"), "name": "c", "connectionType": "IPsec", "gateway1Id": gw,
        "localNetworkGatewayId": branch, "bgpEnabled": true, "status": "NotConnected" });
    let site = json!({ "id": branch, "name": "branch", "prefixes": ["10.50.0.0/16"], "gatewayIp": "203.0.113.9",
        "asn": 65100 });
    let whole = json!([vnet("hub", "10.1.0.0/16"), gateway("gw", "hub", &none())]);
    let rows = json!([connection, site]);
    let loaded = files(&[("a.json", whole.to_string()), ("b.json", rows.to_string())]);
    assert_eq!(lines(&loaded, "site"), ["site branch 65100 10.50.0.0/16"]);
    assert_eq!(lines(&loaded, "tunnel"), ["tunnel c hub branch bgp static[10.50.0.0/16] down NotConnected"]);
    assert_eq!(messages(&loaded.report), [""; 0]);
}

/// The table that Resource Graph answers where it is asked for one.
#[test]
fn columns_beside_rows_are_rows() {
    let hub = id("virtualNetworks", "hub");
    let properties = json!({ "addressSpace": { "addressPrefixes": ["10.1.0.0/16"] } });
    let data = json!({ "totalRecords": 1, "count": 1, "data": {
        "columns": [{ "name": "id", "type": "string" }, { "name": "properties", "type": "object" }],
        "rows": [[hub, properties]],
    } });
    let loaded = files(&[("a.json", data.to_string())]);
    assert_eq!(lines(&loaded, ""), ["vnet hub 10.1.0.0/16"]);
    assert_eq!(messages(&loaded.report), [""; 0]);
}

/// The objects of the Python SDK as dictionaries of their attributes.
#[test]
fn snake_case_is_read() {
    let mut peered = vnet("hub", "10.1.0.0/16");
    peered["properties"]["virtualNetworkPeerings"] = json!([{ "name": "p", "properties": { "peeringState": "Connected",
        "allowGatewayTransit": true, "useRemoteGateways": false, "enableOnlyIPv6Peering": false,
        "remoteVirtualNetwork": { "id": id("virtualNetworks", "spoke") },
        "remoteAddressSpace": { "addressPrefixes": ["10.2.0.0/16"] } } }]);
    let pool = json!({ "enableBgp": true, "bgpSettings": { "asn": 65010 }, "customRoutes": { "addressPrefixes": ["10.9.0.0/16"] },
        "vpnClientConfiguration": { "vpnClientAddressPool": { "addressPrefixes": ["172.16.0.0/24"] },
            "vpnClientProtocols": ["OpenVPN"] } });
    let resources = [
        peered,
        gateway("gw", "hub", &pool),
        local_gateway("branch", &["10.50.0.0/16"], &json!({ "gatewayIpAddress": "203.0.113.9" })),
        to_site("c", "gw", "branch", &json!({ "enableBgp": false, "connectionStatus": "Connected" })),
    ];
    let dictionaries: Vec<Value> = resources.iter().map(in_snake_case).collect();
    assert_eq!(dictionaries[1]["vpn_client_configuration"]["vpn_client_protocols"], json!(["OpenVPN"]));
    let loaded = files(&[("dump.json", json!(dictionaries).to_string())]);
    assert_eq!(lines(&loaded, ""), lines(&export(&resources), ""));
    assert_eq!(
        messages(&loaded.report),
        ["VNet `spoke` is not in the export; its address space is what a peering says"]
    );
    // Learned routes are dumped alike.
    let route = json!([{ "network": "10.60.0.0/16", "next_hop": "10.50.0.1", "source_peer": "10.50.0.1", "as_path": "65100",
        "origin": "EBgp", "local_address": "10.1.255.30", "weight": 1 }]);
    let loaded = files(&[("dump.json", json!(dictionaries).to_string()), ("routes.json", route.to_string())]);
    assert!(
        messages(&loaded.report)
            .contains(&"learned routes come from no router of the export: `10.60.0.0/16`"),
        "{:?}",
        messages(&loaded.report)
    );
}

/// As the SDK itself wrote them.
#[test]
fn dictionaries_of_three_kinds_are_one_network() {
    for name in ["as-dict-30.json", "as-attribute-dict-33.json", "as-dict-33.json"] {
        let loaded = load(&root().join("tests/fixtures/python-sdk").join(name));
        assert_eq!(
            lines(&loaded, ""),
            [
                "vnet hub 10.0.0.0/16",
                "vnet spoke 10.1.0.0/16",
                "gateway hub VpnGw1AZ bgp 65010 pool[172.16.0.0/24] custom[10.9.0.0/16] protocols[OpenVPN]",
                "site branch 10.50.0.0/16",
                "peering hub spoke allow-transit",
                "peering spoke hub use-remote",
                "tunnel c hub branch static[10.50.0.0/16]",
            ],
            "{name}"
        );
        assert_eq!(messages(&loaded.report), [""; 0], "{name}");
    }
}

/// What the SDK makes of a resource: attributes in snake case, `properties` lifted out.
fn in_snake_case(value: &Value) -> Value {
    let snake = |name: &str| -> String {
        let mut text = String::new();
        for letter in name.chars() {
            if letter.is_ascii_uppercase() {
                text.push('_');
            }
            text.push(letter.to_ascii_lowercase());
        }
        text
    };
    match value {
        Value::Object(fields) => {
            let lifted = fields.get("properties").and_then(Value::as_object).into_iter().flatten();
            let own = fields.iter().filter(|(name, _)| *name != "properties");
            own.chain(lifted).map(|(name, value)| (snake(name), in_snake_case(value))).collect()
        }
        Value::Array(list) => list.iter().map(in_snake_case).collect(),
        other => other.clone(),
    }
}

#[test]
fn what_is_named_and_not_described_is_told() {
    let bare = json!({ "id": id("virtualNetworks", "spoke"), "name": "spoke", "location": "westeurope" });
    let loaded = export(&[vnet("hub", "10.1.0.0/16"), bare.clone()]);
    assert_says(&loaded, "incomplete", "resources that are named and not described are left out: `spoke`");
    let loaded = export(&[vnet("hub", "10.1.0.0/16"), bare, vnet("spoke", "10.2.0.0/16")]);
    assert_eq!(messages(&loaded.report), [""; 0]);
}

#[test]
fn a_folder_of_fixtures_is_no_trap() {
    // A file of the fixture without its gateway is an export all the same.
    let loaded = load(&root().join("tests/fixtures/projections/short-alias.csv"));
    assert_eq!(lines(&loaded, "vnet").len(), 2);
}
