//! What a gateway announces in place of its VNet's own prefixes, in every shape of export that says it.

use serde_json::{Value, json};

use super::azapi::{azapi, gateway_body, with};
use super::describe::{assert_says, lines, messages};
use super::resources::{export, files, gateway, id, none, vnet};
use super::terraform;
use crate::support::loaded::Loaded;

/// The gateway of `hub`, whose VNet is in another file.
fn beside(vnet: &Value) -> Loaded {
    let gateways = json!({ "value": [gateway("gw", "hub", &none())] });
    files(&[("gateways.json", gateways.to_string()), ("vnets.json", json!([vnet]).to_string())])
}

#[test]
fn every_shape_that_says_it_is_read() {
    let (hub, space) = (id("virtualNetworks", "hub"), json!({ "addressPrefixes": ["10.0.0.0/16"] }));
    let summaries = json!({ "addressPrefixes": ["10.0.0.0/14", "fd00::/40"] });
    let mut manager = vnet("hub", "10.0.0.0/16");
    manager["properties"]["summarizedGatewayPrefixes"] = summaries.clone();
    let shapes = [
        ("Azure Resource Manager and Resource Graph", manager),
        (
            "az",
            json!({ "id": hub, "name": "hub", "addressSpace": space, "summarizedGatewayPrefixes": summaries }),
        ),
        (
            "PowerShell",
            json!({
                "Id": hub, "Name": "hub", "AddressSpace": { "AddressPrefixes": ["10.0.0.0/16"] },
                "SummarizedGatewayPrefixes": { "AddressPrefixes": ["10.0.0.0/14", "fd00::/40"] },
            }),
        ),
        (
            "dictionaries of the SDK",
            json!({
                "id": hub, "name": "hub", "address_space": { "address_prefixes": ["10.0.0.0/16"] },
                "summarized_gateway_prefixes": { "address_prefixes": ["10.0.0.0/14", "fd00::/40"] },
            }),
        ),
        (
            "a query of one's own",
            json!({
                "id": hub, "name": "hub", "addressPrefixes": ["10.0.0.0/16"],
                "summarizedPrefixes": ["10.0.0.0/14", "fd00::/40"],
            }),
        ),
    ];
    for (shape, vnet) in shapes {
        let loaded = beside(&vnet);
        let wanted = "gateway hub VpnGw1 pool[] custom[] protocols[] announces[10.0.0.0/14 fd00::/40]";
        assert_eq!(lines(&loaded, "gateway"), [wanted], "{shape}");
        assert_eq!(messages(&loaded.report), [""; 0], "{shape}");
    }
}

#[test]
fn azapi_says_it_in_its_body() {
    let mut network = json!({ "addressSpace": { "addressPrefixes": ["10.0.0.0/16"] } });
    network["summarizedGatewayPrefixes"] = json!({ "addressPrefixes": ["10.0.0.0/14"] });
    let made = |kind: &str, name: &str, body: &Value| {
        let values = azapi(kind, name, Some(super::azapi::GROUP), body);
        terraform::resource(&format!("azapi_resource.{name}"), &with(values, "id", json!(id(kind, name))))
    };
    let subnet = format!("{}/subnets/GatewaySubnet", id("virtualNetworks", "hub"));
    let state = terraform::state(&[
        made("virtualNetworks", "hub", &json!({ "properties": network })),
        made("virtualNetworkGateways", "gw", &gateway_body(Some(&subnet))),
    ]);
    let loaded = files(&[("state.json", state.to_string())]);
    assert_eq!(
        lines(&loaded, "gateway"),
        ["gateway hub VpnGw1AZ pool[192.168.0.0/24] custom[] protocols[] announces[10.0.0.0/14]"]
    );
}

#[test]
fn a_vnet_without_a_gateway_announces_nothing() {
    let mut spoke = vnet("spoke", "10.1.0.0/16");
    spoke["properties"]["summarizedGatewayPrefixes"] = json!({ "addressPrefixes": ["10.0.0.0/8"] });
    let loaded = export(&[vnet("hub", "10.0.0.0/16"), spoke, gateway("gw", "hub", &none())]);
    assert_eq!(lines(&loaded, "gateway"), ["gateway hub VpnGw1 pool[] custom[] protocols[]"]);
    assert_says(
        &loaded,
        "outside-model",
        "the summarized gateway prefixes of VNet `spoke` are left out, as it holds no gateway",
    );
}
