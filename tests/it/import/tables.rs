//! Rows of queries and of other tools: the columns they have, and what spreadsheets do to them.

use crate::support::loaded::load;
use serde_json::json;

use super::describe::{assert_says, lines, messages};
use super::resources::{files, gateway, id, none, vnet};
use crate::support::topologies::root;

#[test]
fn as_many_peerings_as_a_query_keeps_are_suspicious() {
    let vnets = format!("id,name,addressPrefixes\n{},hub,10.1.0.0/16\n", id("virtualNetworks", "hub"));
    let header = "vnetId,name,remoteVnetId,peeringState,remoteAddressPrefixes\n";
    let row = |number: u32| {
        let (hub, spoke) = (id("virtualNetworks", "hub"), id("virtualNetworks", &format!("s{number}")));
        format!("{hub},p{number},{spoke},Connected,10.100.{number}.0/24\n")
    };
    let suspicion = "VNet `hub` has exactly 128 peerings in a query's result";
    for (count, is_suspicious) in [(127, false), (128, true), (129, false)] {
        let peerings = header.to_owned() + &(0..count).map(row).collect::<String>();
        let loaded = files(&[("vnets.csv", vnets.clone()), ("peerings.csv", peerings)]);
        assert_eq!(messages(&loaded.report).contains(&suspicion), is_suspicious, "{count}");
        assert_eq!(lines(&loaded, "peering").len(), count as usize);
    }
}

#[test]
fn a_line_of_blanks_is_no_record() {
    let vnets =
        format!("id,name,addressPrefixes\n   \n{},hub,10.1.0.0/16\n \t \n", id("virtualNetworks", "hub"));
    let loaded = files(&[("vnets.csv", vnets)]);
    assert_eq!(lines(&loaded, "vnet"), ["vnet hub 10.1.0.0/16"]);
    assert!(!loaded.report.has_errors(), "{:?}", messages(&loaded.report));
}

#[test]
fn spreadsheets_change_words_and_delimiters() {
    let (hub, spoke) = (id("virtualNetworks", "hub"), id("virtualNetworks", "spoke"));
    let vnets = format!(
        "id;name;addressPrefixes\r\n{hub};hub;10.1.0.0/16, 10.2.0.0/16 \r\n{spoke};spoke;\"[\"\"10.3.0.0/16\"\"]\"\r\n"
    );
    let peerings = format!(
        "vnetId;name;remoteVnetId;peeringState;allowVirtualNetworkAccess;allowGatewayTransit;useRemoteGateways\r\n\
         {hub};p;{spoke};Connected;WAHR;TRUE;FALSCH\r\n{spoke};p;{hub};connected;;0;1\r\n"
    );
    let loaded = files(&[("vnets.csv", vnets), ("peerings.csv", peerings)]);
    assert_eq!(lines(&loaded, "vnet"), ["vnet hub 10.1.0.0/16 10.2.0.0/16", "vnet spoke 10.3.0.0/16"]);
    assert_eq!(
        lines(&loaded, "peering"),
        ["peering hub spoke allow-transit", "peering spoke hub use-remote"]
    );
}

#[test]
fn clients_with_an_operating_system_are_read() {
    let header = "client,gatewayId,os,protocol,manualRoutes,staleProfile\n";
    let gateway_id = id("virtualNetworkGateways", "gw");
    let rows = format!("ann,{gateway_id},Linux,OpenVPN,10.9.0.0/16,\nbob,{gateway_id},,IkeV2,,\n");
    let resources = json!([vnet("hub", "10.1.0.0/16"), gateway("gw", "hub", &none())]);
    let loaded = files(&[("a.json", resources.to_string()), ("clients.csv", header.to_owned() + &rows)]);
    assert_eq!(lines(&loaded, "client"), ["client ann hub linux"]);
    assert_says(&loaded, "incomplete", "client `bob` has no operating system, and is left out");
    let rows = "eve,/x/virtualNetworkGateways/none,windows,,,\n";
    let loaded = files(&[("a.json", resources.to_string()), ("clients.csv", header.to_owned() + rows)]);
    assert!(loaded.inventory.is_none());
    assert_says(&loaded, "unknown-name", "gateway `none` of client `eve` is not in the export");
}

#[test]
fn rows_of_queries_may_be_json() {
    let hub = id("virtualNetworks", "hub");
    let data = json!({ "count": 2, "data": [
        { "id": hub, "name": "hub", "addressPrefixes": "10.1.0.0/16;10.2.0.0/16" },
        { "id": id("virtualNetworkGateways", "gw"), "name": "gw", "vnetId": hub.to_lowercase(), "gatewayType": "Vpn",
          "vpnType": "RouteBased", "sku": "VpnGw1", "enableBgp": true, "bgpAsn": 65001, "p2sAddressPools": "172.16.0.0/24" },
    ] });
    let loaded = files(&[("rows.json", data.to_string())]);
    assert_eq!(
        lines(&loaded, "gateway"),
        ["gateway hub VpnGw1 bgp 65001 pool[172.16.0.0/24] custom[] protocols[]"]
    );
}

#[test]
fn rows_of_the_governance_visualizer_hold_a_peering_each() {
    let (hub, spoke, other) =
        (id("virtualNetworks", "hub"), id("virtualNetworks", "spoke"), id("virtualNetworks", "other"));
    let header = "VNet;VNetId;AddressSpaceAddressPrefixes;PeeringState;AllowVirtualNetworkAccess;AllowGatewayTransit;\
                  UseRemoteGateways;RemoteVNetId\n";
    let rows = format!(
        "hub;{hub};10.1.0.0/16, 10.2.0.0/16;Connected;True;True;False;{spoke}\n\
         hub;{hub};10.1.0.0/16, 10.2.0.0/16;Initiated;True;False;False;{other}\n\
         spoke;{spoke};10.3.0.0/16;Connected;True;False;True;{hub}\n\
         other;{other};10.4.0.0/16;n/a;n/a;n/a;n/a;n/a\n"
    );
    let loaded = files(&[("prod_VirtualNetworks.csv", header.to_owned() + &rows)]);
    assert_eq!(
        lines(&loaded, ""),
        [
            "vnet hub 10.1.0.0/16 10.2.0.0/16",
            "vnet other 10.4.0.0/16",
            "vnet spoke 10.3.0.0/16",
            "peering hub other Initiated",
            "peering hub spoke allow-transit",
            "peering spoke hub use-remote",
        ]
    );
    assert_eq!(messages(&loaded.report), [""; 0]);
}

#[test]
fn a_row_of_the_governance_visualizer_tells_both_sides() {
    // The shop's own rows are of a subscription that was left out.
    let path = root();
    let loaded = load(&path.join("tests/fixtures/exports/governance/tenant_VirtualNetworks.csv"));
    assert_eq!(
        lines(&loaded, ""),
        [
            "vnet hub 10.1.0.0/16 10.2.0.0/16",
            "vnet lab 10.9.0.0/16",
            "vnet shop external 10.3.0.0/16",
            "peering hub shop allow-transit",
            "peering shop hub use-remote",
        ]
    );
    assert_eq!(
        messages(&loaded.report),
        ["VNet `shop` is not in the export; its address space is what a peering says"]
    );
}

#[test]
fn an_export_of_the_visualizer_goes_with_others() {
    let table = include_str!("../../fixtures/exports/governance/tenant_VirtualNetworks.csv").to_owned();
    let far = "/subscriptions/0b1c/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub";
    let mut gateway = super::resources::gateway("gw", "hub", &json!({ "enableBgp": true }));
    gateway["properties"]["ipConfigurations"][0]["properties"]["subnet"]["id"] =
        json!(format!("{far}/subnets/GatewaySubnet"));
    let loaded = files(&[("t_VirtualNetworks.csv", table), ("gateways.json", json!([gateway]).to_string())]);
    assert_eq!(lines(&loaded, "gateway"), ["gateway hub VpnGw1 bgp pool[] custom[] protocols[]"]);
}

#[test]
fn a_query_without_rows_says_that_there_are_none() {
    let vnets = format!("id,name,addressPrefixes\n{},hub,10.1.0.0/16\n", id("virtualNetworks", "hub"));
    let sites = "id,name,addressPrefixes,gatewayIpAddress,bgpAsn,bgpPeeringAddress\n".to_owned();
    let loaded = files(&[("vnets.csv", vnets), ("sites.csv", sites), ("none.json", "[]".into())]);
    assert_eq!(lines(&loaded, ""), ["vnet hub 10.1.0.0/16"]);
    assert_eq!(messages(&loaded.report), [""; 0]);
}

#[test]
fn a_path_given_twice_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let gateway_id = id("virtualNetworkGateways", "gw");
    let clients = format!("client,gatewayId,os\nann,{gateway_id},linux\n");
    std::fs::write(folder.path().join("clients.csv"), clients).unwrap();
    let resources = json!([vnet("hub", "10.1.0.0/16"), gateway("gw", "hub", &none())]);
    std::fs::write(folder.path().join("a.json"), resources.to_string()).unwrap();
    let mut report = tunnelog::diagnostic::Report::default();
    let paths = [folder.path().to_path_buf(), folder.path().join("clients.csv")];
    let inventory = tunnelog::import::read_export(&paths, &mut report).unwrap();
    assert_eq!(inventory.clients.unwrap().len(), 1);
}

#[test]
fn objects_of_powershell_are_in_pascal_case() {
    let hub = id("virtualNetworks", "hub");
    let vnets = json!({ "Count": 1, "value": [{
        "AddressSpace": { "AddressPrefixes": ["10.1.0.0/16"], "AddressPrefixesText": "[\r\n  \"10.1.0.0/16\"\r\n]" },
        "VirtualNetworkPeerings": [{
            "Name": "p", "PeeringState": "Connected", "AllowGatewayTransit": true, "UseRemoteGateways": false,
            "AllowVirtualNetworkAccess": true, "RemoteVirtualNetwork": { "Id": id("virtualNetworks", "spoke") },
            "PeeredRemoteAddressSpace": { "AddressPrefixes": ["10.2.0.0/16"] },
        }],
        "Name": "hub", "Type": null, "Id": hub,
    }] });
    let gateways = json!({
        "GatewayType": "Vpn", "VpnType": "RouteBased", "EnableBgp": true, "Sku": { "Name": "VpnGw1" },
        "BgpSettings": { "Asn": 65010 }, "Id": id("virtualNetworkGateways", "gw"), "Name": "gw",
        "IpConfigurations": [{ "Subnet": { "Id": format!("{hub}/subnets/GatewaySubnet") } }],
        "VpnClientConfiguration": { "VpnClientAddressPool": { "AddressPrefixes": ["172.16.0.0/24"] } },
    });
    let loaded = files(&[("vnets.json", vnets.to_string()), ("gateways.json", gateways.to_string())]);
    assert_eq!(
        lines(&loaded, ""),
        [
            "vnet hub 10.1.0.0/16",
            "vnet spoke external 10.2.0.0/16",
            "gateway hub VpnGw1 bgp 65010 pool[172.16.0.0/24] custom[] protocols[]",
            "peering hub spoke allow-transit",
        ]
    );
}
