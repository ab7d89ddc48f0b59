//! States of Pulumi, of its two providers for Azure.

use serde_json::{Value, json};

use super::describe::{lines, messages};
use super::resources::{files, id, vnet};
use crate::support::loaded::load;
use crate::support::topologies::root;

fn state(resources: &Value) -> String {
    json!({ "version": 3, "deployment": { "manifest": { "version": "v3.140.0" }, "resources": resources } })
        .to_string()
}

fn classic(kind: &str, id: &str, outputs: &Value) -> Value {
    json!({ "urn": format!("urn:pulumi:dev::net::{kind}::x"), "custom": true, "type": kind, "id": id, "outputs": outputs })
}

#[test]
fn a_stack_of_azure_native() {
    let loaded = load(&root().join("tests/fixtures/pulumi/stack.json"));
    assert_eq!(
        lines(&loaded, ""),
        [
            "vnet hub 10.0.0.0/16",
            "vnet spoke 10.1.0.0/16",
            "gateway hub VpnGw1AZ 65515 pool[172.16.50.0/24] custom[] protocols[OpenVPN IkeV2]",
            "peering hub spoke allow-transit",
            "peering spoke hub use-remote",
        ]
    );
    assert_eq!(messages(&loaded.report), [""; 0]);
}

#[test]
fn a_stored_checkpoint_and_what_waits_to_be_deleted() {
    let hub = id("virtualNetworks", "hub");
    let outputs = |space: &str| json!({ "name": "hub", "addressSpace": { "addressPrefixes": [space] } });
    let kind = "azure-native:network/v20230501:VirtualNetwork";
    let resources = json!([
        classic(kind, &hub, &outputs("10.1.0.0/16")),
        { "type": kind, "id": format!("{hub}-old"), "delete": true, "outputs": outputs("10.9.0.0/16") },
    ]);
    let checkpoint =
        json!({ "version": 3, "checkpoint": { "stack": "dev", "latest": { "resources": resources } } });
    let loaded = files(&[("dev.json", checkpoint.to_string())]);
    assert_eq!(lines(&loaded, ""), ["vnet hub 10.1.0.0/16"]);
    assert_eq!(messages(&loaded.report), [""; 0]);
}

#[test]
fn a_peering_of_the_older_provider_names_subnets() {
    let (hub, spoke) = (id("virtualNetworks", "hub"), id("virtualNetworks", "spoke"));
    let vnet = "azure:network/virtualNetwork:VirtualNetwork";
    let resources = json!([
        classic(vnet, &hub, &json!({ "name": "hub", "addressSpaces": ["10.0.0.0/16"] })),
        classic(
            vnet,
            &spoke,
            &json!({ "name": "spoke", "addressSpaces": ["10.1.0.0/16"],
            "subnets": [{ "name": "inner", "addressPrefixes": ["10.1.8.0/24"] }] })
        ),
        classic(
            "azure:network/subnet:Subnet",
            &format!("{spoke}/subnets/app"),
            &json!({ "name": "app", "virtualNetworkName": "spoke", "addressPrefixes": ["10.1.4.0/24"] })
        ),
        classic(
            "azure:network/virtualNetworkPeering:VirtualNetworkPeering",
            &format!("{hub}/virtualNetworkPeerings/p"),
            &json!({ "name": "p", "virtualNetworkName": "hub", "remoteVirtualNetworkId": spoke,
                "peerCompleteVirtualNetworksEnabled": false, "remoteSubnetNames": ["app", "inner"] })
        ),
    ]);
    let loaded = files(&[("stack.json", state(&resources))]);
    assert_eq!(lines(&loaded, "peering"), ["peering hub spoke only[10.1.4.0/24 10.1.8.0/24]"]);
    assert_eq!(messages(&loaded.report), [""; 0]);
}

/// azurerm in camel case: lists in the plural, blocks without a list around them.
#[test]
fn a_stack_of_the_older_provider() {
    let (hub, spoke) = (id("virtualNetworks", "hub"), id("virtualNetworks", "spoke"));
    let (gw, branch) = (id("virtualNetworkGateways", "gw"), id("localNetworkGateways", "branch"));
    let resources = json!([
        classic("azure:network/virtualNetwork:VirtualNetwork", &hub, &json!({ "name": "hub", "addressSpaces": ["10.0.0.0/16"] })),
        classic("azure:network/virtualNetwork:VirtualNetwork", &spoke, &json!({ "name": "spoke", "addressSpaces": ["10.1.0.0/16"] })),
        classic("azure:network/virtualNetworkPeering:VirtualNetworkPeering", &format!("{hub}/virtualNetworkPeerings/p"),
            &json!({ "name": "p", "virtualNetworkName": "hub", "remoteVirtualNetworkId": spoke, "allowGatewayTransit": true })),
        classic("azure:network/virtualNetworkPeering:VirtualNetworkPeering", &format!("{spoke}/virtualNetworkPeerings/q"),
            &json!({ "name": "q", "virtualNetworkName": "spoke", "remoteVirtualNetworkId": hub, "useRemoteGateways": true })),
        classic("azure:network/virtualNetworkGateway:VirtualNetworkGateway", &gw, &json!({ "name": "gw", "type": "Vpn",
            "vpnType": "RouteBased", "sku": "VpnGw1AZ", "enableBgp": true, "bgpSettings": { "asn": 65010 },
            "ipConfigurations": [{ "subnetId": format!("{hub}/subnets/GatewaySubnet") }],
            "customRoute": { "addressPrefixes": ["10.9.0.0/16"] },
            "vpnClientConfiguration": { "addressSpaces": ["172.16.0.0/24"], "vpnClientProtocols": ["OpenVPN"] } })),
        classic("azure:network/localNetworkGateway:LocalNetworkGateway", &branch,
            &json!({ "name": "branch", "gatewayAddress": "203.0.113.9", "addressSpaces": ["10.50.0.0/16"] })),
        classic("azure:network/virtualNetworkGatewayConnection:VirtualNetworkGatewayConnection", &id("connections", "c"),
            &json!({ "name": "c", "type": "IPsec", "virtualNetworkGatewayId": gw, "localNetworkGatewayId": branch, "enableBgp": false })),
        classic("azure:network/routeTable:RouteTable", &id("routeTables", "rt"), &json!({ "name": "rt" })),
        { "type": "pulumi:providers:azure", "id": "0b1c", "outputs": {} },
    ]);
    let loaded = files(&[("stack.json", state(&resources))]);
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
            "table rt",
        ]
    );
    assert_eq!(messages(&loaded.report), [""; 0]);
}

#[test]
fn a_preview_and_a_stack_without_networks() {
    let whole = ("vnets.json", json!([vnet("hub", "10.1.0.0/16")]).to_string());
    let preview = json!({ "config": {}, "steps": [{ "op": "create" }], "duration": 1, "changeSummary": { "create": 1 } });
    let loaded = files(&[whole.clone(), ("preview.json", preview.to_string())]);
    assert_eq!(messages(&loaded.report), ["the file is left out: a preview of Pulumi, and no state"]);
    let bucket = json!([{ "type": "aws:s3/bucket:Bucket", "id": "b", "outputs": {} }]);
    let loaded = files(&[whole, ("stack.json", state(&bucket))]);
    assert_eq!(
        messages(&loaded.report),
        ["`stack.json` holds nothing that routing depends on, and is left out"]
    );
}
