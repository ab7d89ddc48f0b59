//! What azapi sets and reads of resources that something else makes, and what plans do not know yet.

use serde_json::{Value, json};
use tunnelog::diagnostic::Report;
use tunnelog::import::read_plan;

use super::azapi::{GROUP, azapi, both, gateway_body, made, network, read, refers, said, side, with};
use super::describe::{assert_says, describe, lines, messages};
use super::resources::id;
use super::terraform::{change, configured, gateway, peering, plan, resource, state, vnet};

/// An update of the peering `back` of `spoke`, as the values of a resource.
fn update(properties: &Value) -> Value {
    json!({
        "type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings@2024-05-01",
        "resource_id": format!("{}/virtualNetworkPeerings/back", id("virtualNetworks", "spoke")),
        "body": { "properties": properties },
    })
}

/// A hub and a spoke whose side of the peering does not use the hub's gateway.
fn unused_transit() -> Vec<Value> {
    vec![
        resource("azurerm_virtual_network.hub", &vnet("hub", "10.1.0.0/16")),
        resource("azurerm_virtual_network.spoke", &vnet("spoke", "10.2.0.0/16")),
        resource("azurerm_virtual_network_gateway.gw", &gateway("gw", "hub", &json!({}))),
        resource("azurerm_virtual_network_peering.back", &peering("back", "spoke", "hub", &json!({}))),
    ]
}

#[test]
fn what_an_update_sets_of_another_resource_counts() {
    let mut resources = unused_transit();
    let on = update(&json!({ "useRemoteGateways": true }));
    resources.push(resource("azapi_update_resource.on", &on));
    let routes = json!({
        "type": "Microsoft.Network/virtualNetworkGateways@2024-05-01", "name": "gw", "parent_id": GROUP,
        "body": json!({ "properties": { "customRoutes": { "addressPrefixes": ["10.99.0.0/16"] } } }).to_string(),
    });
    resources.push(resource("azapi_update_resource.routes", &routes));
    let loaded = read(&state(&resources));
    assert_eq!(lines(&loaded, "peering"), ["peering spoke hub use-remote"]);
    assert_eq!(lines(&loaded, "gateway"), ["gateway hub VpnGw1 pool[] custom[10.99.0.0/16] protocols[]"]);
    assert_eq!(messages(&loaded.report), [""; 0]);
    let alone = [resources.swap_remove(0), resource("azapi_update_resource.on", &on)];
    assert_eq!(
        both(&state(&alone)).1,
        ["`azapi_update_resource.on` sets properties of `back`, which is not in the export"]
    );
}

/// An update of a resource with that id.
fn update_of(kind: &str, id: &str, properties: &Value) -> Value {
    json!({
        "type": format!("Microsoft.Network/{kind}@2024-05-01"), "resource_id": id, "body": { "properties": properties },
    })
}

#[test]
fn an_update_may_say_what_a_peering_carries() {
    let told = |properties: &Value| {
        let mut resources = unused_transit();
        let subnet = json!({
            "id": format!("{}/subnets/app", id("virtualNetworks", "hub")), "name": "app", "resource_group_name": "net",
            "virtual_network_name": "hub", "address_prefixes": ["10.1.4.0/24"],
        });
        resources.push(resource("azurerm_subnet.app", &subnet));
        resources.push(resource("azapi_update_resource.part", &update(properties)));
        let loaded = read(&state(&resources));
        assert_eq!(messages(&loaded.report), [""; 0]);
        lines(&loaded, "peering").remove(0)
    };
    let part = json!({ "peerCompleteVnets": false, "localSubnetNames": ["x"], "remoteSubnetNames": ["app"] });
    assert_eq!(told(&part), "peering spoke hub only[10.1.4.0/24]");
    assert_eq!(told(&json!({ "enableOnlyIPv6Peering": true })), "peering spoke hub only[]");
    let space = json!({ "remoteAddressSpace": { "addressPrefixes": ["10.1.8.0/24"] } });
    assert_eq!(told(&space), "peering spoke hub only[10.1.8.0/24]");
    assert_eq!(told(&json!({ "peerCompleteVnets": true })), "peering spoke hub");
}

#[test]
fn an_update_may_be_of_anything_in_a_network() {
    let mut resources = unused_transit();
    let (hub, gw) = (id("virtualNetworks", "hub"), id("virtualNetworkGateways", "gw"));
    let mut push = |kind: &str, id: &str, properties: &Value| {
        let address = format!("azapi_update_resource.r{}", resources.len());
        resources.push(resource(&address, &update_of(kind, id, properties)));
    };
    let client = json!({
        "vpnClientConfiguration": { "vpnClientProtocols": ["OpenVPN"] }, "gatewayDefaultSite": { "id": id("localNetworkGateways", "x") },
    });
    push("virtualNetworkGateways", &gw, &client);
    push(
        "virtualNetworks",
        &hub,
        &json!({ "summarizedGatewayPrefixes": { "addressPrefixes": ["10.0.0.0/8"] } }),
    );
    let route =
        json!({ "properties": { "addressPrefix": "fd00::/8", "nextHopType": "VirtualNetworkGateway" } });
    push("routeTables", &id("routeTables", "rt"), &json!({ "routes": [route] }));
    let loaded = read(&state(&resources));
    assert_eq!(
        lines(&loaded, "gateway"),
        ["gateway hub VpnGw1 pool[] custom[] protocols[OpenVPN] announces[10.0.0.0/8]"]
    );
    assert_eq!(
        said(&loaded.report),
        [
            "no connection leads to `x`, the default site of gateway `gw`, which is left out",
            "a user route sends `fd00::/8` to the virtual network gateway, which Azure does not do for IPv6",
            "`azapi_update_resource.r6` sets properties of `rt`, which is not in the export",
        ]
    );
}

/// What a plan leaves of the spoke's peering, and what is said.
fn peering_after(document: &Value) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let mut report = Report::default();
    let planned = read_plan(&file, None, &mut report).unwrap();
    let after = describe(&planned.after);
    (after.lines().filter(|line| line.starts_with("peering")).map(str::to_owned).collect(), said(&report))
}

#[test]
fn an_update_that_goes_leaves_what_it_set() {
    let on = update(&json!({ "useRemoteGateways": true }));
    let address = "azapi_update_resource.on";
    let gone = change(address, &["delete"], &on, &Value::Null, &json!({}));
    let mut prior = unused_transit();
    prior.push(resource(address, &on));
    let set = vec!["peering spoke hub use-remote".to_owned()];
    assert_eq!(peering_after(&plan(&prior, std::slice::from_ref(&gone), &[])), (set.clone(), Vec::new()));
    // Unless the plan sets it anew.
    let side = peering("back", "spoke", "hub", &json!({}));
    let changed = change("azurerm_virtual_network_peering.back", &["update"], &side, &side, &json!({}));
    assert_eq!(peering_after(&plan(&prior, &[gone, changed], &[])).0, ["peering spoke hub"]);
    // One that comes counts afterwards.
    let comes = made(address, &on, &json!({}));
    assert_eq!(peering_after(&plan(&unused_transit(), &[comes], &[])), (set, Vec::new()));
}

#[test]
fn a_flag_that_is_not_known_yet_is_never_taken_for_false() {
    let hub = || {
        vec![
            resource("azurerm_virtual_network.hub", &vnet("hub", "10.1.0.0/16")),
            resource("azurerm_virtual_network.spoke", &vnet("spoke", "10.2.0.0/16")),
        ]
    };
    let own = peering("back", "spoke", "hub", &json!({ "use_remote_gateways": true }));
    let open = with(own.clone(), "use_remote_gateways", Value::Null);
    let address = "azurerm_virtual_network_peering.back";
    let marks = json!({ "use_remote_gateways": true });
    let said = |consequence: &str| {
        vec![format!(
            "`use_remote_gateways` of `{address}` is known only once the plan is applied; {consequence}"
        )]
    };
    assert_eq!(
        peering_after(&plan(&hub(), &[made(address, &open, &marks)], &[])),
        (Vec::new(), said("the peering is left out"))
    );
    let mut prior = hub();
    prior.push(resource(address, &own));
    let updated = change(address, &["update"], &own, &open, &marks);
    assert_eq!(
        peering_after(&plan(&prior, &[updated], &[])),
        (vec!["peering spoke hub use-remote".to_owned()], said("it is taken to stay true"))
    );
    // The same of a body.
    let kind = "virtualNetworks/virtualNetworkPeerings";
    let spoke = id("virtualNetworks", "spoke");
    let remote = id("virtualNetworks", "hub");
    let body = azapi(kind, "back", Some(&spoke), &side(Some(&remote), &json!({})));
    let marks = json!({ "body": { "properties": { "useRemoteGateways": true } } });
    let address = "azapi_resource.back";
    let said = |consequence: &str| {
        vec![format!(
            "`useRemoteGateways` of `{address}` is known only once the plan is applied; {consequence}"
        )]
    };
    assert_eq!(
        peering_after(&plan(&hub(), &[made(address, &body, &marks)], &[])),
        (Vec::new(), said("the peering is left out"))
    );
    let own = azapi(kind, "back", Some(&spoke), &side(Some(&remote), &json!({ "useRemoteGateways": true })));
    let mut prior = hub();
    prior.push(resource(address, &own));
    let updated = change(address, &["update"], &own, &body, &marks);
    assert_eq!(
        peering_after(&plan(&prior, &[updated], &[])),
        (vec!["peering spoke hub use-remote".to_owned()], said("it is taken to stay true"))
    );
}

#[test]
fn a_connection_between_two_new_gateways_is_read_by_the_order_of_its_references() {
    let subnet = |vnet: &str| format!("{}/subnets/GatewaySubnet", id("virtualNetworks", vnet));
    let mut changes = Vec::new();
    for name in ["west", "east"] {
        let body = gateway_body(Some(&subnet(name)));
        let values = azapi("virtualNetworkGateways", name, None, &body);
        changes.push(made(&format!("azapi_resource.{name}"), &values, &json!({ "parent_id": true })));
    }
    let body = json!({ "properties": { "connectionType": "Vnet2Vnet", "enableBgp": true,
                                       "virtualNetworkGateway1": {}, "virtualNetworkGateway2": {} } });
    let values = azapi("connections", "c", Some(GROUP), &body);
    let marks = json!({ "body": { "properties": { "virtualNetworkGateway1": { "id": true },
                                                  "virtualNetworkGateway2": { "id": true } } } });
    changes.push(made("azapi_resource.c", &values, &marks));
    let references =
        ["azapi_resource.west.id", "azapi_resource.west", "azapi_resource.east.id", "azapi_resource.east"];
    let prior = [
        resource("azurerm_virtual_network.west", &vnet("west", "10.1.0.0/16")),
        resource("azurerm_virtual_network.east", &vnet("east", "10.2.0.0/16")),
    ];
    let configuration = [configured("azapi_resource.c", &json!({ "body": refers(&references) }))];
    let loaded = read(&plan(&prior, &changes, &configuration));
    assert_eq!(lines(&loaded, "tunnel"), ["tunnel c west east bgp static[]"]);
    assert_says(
        &loaded,
        "incomplete",
        "`virtualNetworkGateway2` of `azapi_resource.c` is taken to lead to `azapi_resource.east`, by the order in \
         `azapi_resource.west.id` and `azapi_resource.east.id`",
    );
}

#[test]
fn data_sources_list_networks_and_say_so_where_they_tell_too_little() {
    let whole = json!({ "id": id("virtualNetworks", "hub"), "name": "hub",
                        "type": "Microsoft.Network/virtualNetworks", "properties": network(&["10.1.0.0/16"])["properties"] });
    let list = |value: &Value| {
        let kind = "Microsoft.Network/virtualNetworks@2024-05-01";
        resource(
            "data.azapi_resource_list.all",
            &json!({ "type": kind, "parent_id": GROUP, "output": { "value": [value] } }),
        )
    };
    assert_eq!(both(&state(&[list(&whole)])), ("vnet hub 10.1.0.0/16\n".to_owned(), Vec::new()));
    let bare = json!({ "id": id("virtualNetworks", "far") });
    let silent = with(azapi("virtualNetworkGateways", "gw", Some(GROUP), &Value::Null), "output", json!({}));
    let loaded = read(&state(&[
        resource("azurerm_virtual_network.hub", &vnet("hub", "10.1.0.0/16")),
        list(&bare),
        resource("data.azapi_resource.gw", &silent),
    ]));
    assert_eq!(describe(loaded.inventory.as_ref().unwrap()), "vnet hub 10.1.0.0/16\n");
    assert_says(
        &loaded,
        "incomplete",
        "`data.azapi_resource.gw` does not tell what `gw` is, and is left out",
    );
    assert_says(&loaded, "incomplete", "`data.azapi_resource_list.all` does not tell all of what it lists");
    for found in &loaded.report.diagnostics {
        assert!(
            found.help.as_deref().is_some_and(|help| help.contains("response_export_values")),
            "{found:?}"
        );
    }
}

#[test]
fn what_is_passed_over_is_named() {
    let action = json!({ "type": "Microsoft.Network/virtualNetworkGateways@2024-05-01", "action": "reset",
                         "resource_id": id("virtualNetworkGateways", "gw"), "method": "POST" });
    let table = azapi("routeTables", "rt", Some(GROUP), &json!({ "properties": { "routes": [] } }));
    let loaded = read(&state(&[
        resource("azurerm_virtual_network.hub", &vnet("hub", "10.1.0.0/16")),
        resource("azapi_resource_action.reset", &action),
        resource("azapi_resource.rt", &table),
    ]));
    assert_eq!(messages(&loaded.report), ["what `azapi_resource_action.reset` asks of `gw` is left out"]);
    assert_eq!(lines(&loaded, "table"), ["table rt"]);
}
