//! State and plans of Terraform, in the form that `show -json` prints.

use crate::support::loaded::{Loaded, load};
use serde_json::{Value, json};
use tunnelog::diagnostic::Report;
use tunnelog::import::read_plan;
use tunnelog::inventory::Inventory;

use super::describe::{assert_says, describe, lines, messages};
use super::resources::{files, id};
use crate::support::topologies::root;

/// A resource of a state; data sources begin with `data.`.
pub(crate) fn resource(address: &str, values: &Value) -> Value {
    let bare = address.rsplit_once('[').map_or(address, |(bare, _)| bare);
    let mut steps = bare.rsplit('.');
    let (name, kind) = (steps.next().unwrap(), steps.next().unwrap());
    let mode = if steps.next() == Some("data") { "data" } else { "managed" };
    json!({ "address": address, "mode": mode, "type": kind, "name": name, "values": values })
}

pub(crate) fn state(resources: &[Value]) -> Value {
    json!({
        "format_version": "1.0",
        "terraform_version": "1.9.8",
        "values": { "root_module": { "resources": resources } },
    })
}

/// A change of a plan.
pub(crate) fn change(
    address: &str,
    actions: &[&str],
    before: &Value,
    after: &Value,
    unknown: &Value,
) -> Value {
    let mut change = resource(address, &Value::Null);
    change["change"] =
        json!({ "actions": actions, "before": before, "after": after, "after_unknown": unknown });
    change
}

/// A plan that was made where `prior` are the resources, with the `resources` of its configuration.
pub(crate) fn plan(prior: &[Value], changes: &[Value], configured: &[Value]) -> Value {
    json!({
        "format_version": "1.2",
        "terraform_version": "1.9.8",
        "planned_values": { "root_module": {} },
        "resource_changes": changes,
        "prior_state": state(prior),
        "configuration": { "root_module": { "resources": configured } },
    })
}

/// What both sides of a plan are described as, and what is said of it.
#[track_caller]
pub(crate) fn sides_by(
    document: &Value,
    described: impl Fn(&Inventory) -> Vec<String>,
) -> ([Vec<String>; 2], Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let mut report = Report::default();
    let Some(planned) = read_plan(&file, None, &mut report) else { panic!("{:#?}", messages(&report)) };
    let sides = [&planned.before, &planned.after].map(described);
    (sides, messages(&report).into_iter().map(str::to_owned).collect())
}

/// What a configuration says of a resource.
pub(crate) fn configured(address: &str, expressions: &Value) -> Value {
    json!({ "address": address, "mode": "managed", "expressions": expressions })
}

fn merged(mut values: Value, more: &Value) -> Value {
    for (field, value) in more.as_object().unwrap() {
        values[field] = value.clone();
    }
    values
}

pub(crate) fn vnet(name: &str, space: &str) -> Value {
    json!({
        "id": id("virtualNetworks", name), "name": name, "resource_group_name": "net", "address_space": [space],
    })
}

pub(crate) fn gateway(name: &str, vnet: &str, more: &Value) -> Value {
    let subnet = format!("{}/subnets/GatewaySubnet", id("virtualNetworks", vnet));
    let values = json!({
        "id": id("virtualNetworkGateways", name), "name": name, "resource_group_name": "net",
        "type": "Vpn", "vpn_type": "RouteBased", "sku": "VpnGw1",
        "ip_configuration": [{ "name": "default", "subnet_id": subnet }],
    });
    merged(values, more)
}

pub(crate) fn connection(name: &str, near: &str, far: &str, more: &Value) -> Value {
    let values = json!({
        "id": id("connections", name), "name": name, "resource_group_name": "net", "type": "Vnet2Vnet",
        "virtual_network_gateway_id": id("virtualNetworkGateways", near),
        "peer_virtual_network_gateway_id": id("virtualNetworkGateways", far),
        "local_network_gateway_id": null,
    });
    merged(values, more)
}

pub(crate) fn peering(name: &str, vnet: &str, remote: &str, more: &Value) -> Value {
    let values = json!({
        "id": format!("{}/virtualNetworkPeerings/{name}", id("virtualNetworks", vnet)),
        "name": name, "resource_group_name": "net", "virtual_network_name": vnet,
        "remote_virtual_network_id": id("virtualNetworks", remote),
        "allow_virtual_network_access": true, "allow_gateway_transit": false, "use_remote_gateways": false,
    });
    merged(values, more)
}

fn read(document: &Value) -> Loaded {
    files(&[("terraform.json", document.to_string())])
}

/// The inventory that `document` is read as.
#[track_caller]
fn described(document: &Value) -> String {
    let Loaded { inventory, report } = read(document);
    let Some(inventory) = inventory else { panic!("{:#?}", messages(&report)) };
    describe(&inventory)
}

/// The network of the fixtures, in which neither gateways nor tunnels have BGP.
const CHAIN: &str = "\
vnet VNet1 10.1.0.0/16
vnet VNet2 10.2.0.0/16
vnet VNet3 10.3.0.0/16
gateway VNet1 VpnGw1 65001 pool[192.168.0.0/24] custom[] protocols[IkeV2 OpenVPN]
gateway VNet2 VpnGw1 65002 pool[] custom[] protocols[]
gateway VNet3 VpnGw1 65003 pool[] custom[] protocols[]
tunnel VNet1-to-VNet2 VNet1 VNet2 static[]
tunnel VNet2-to-VNet1 VNet2 VNet1 static[]
tunnel VNet2-to-VNet3 VNet2 VNet3 static[]
tunnel VNet3-to-VNet2 VNet3 VNet2 static[]
";

fn fixture(name: &str) -> Loaded {
    load(&root().join("tests/fixtures/terraform").join(name))
}

#[test]
fn a_state_is_an_inventory() {
    let Loaded { inventory, report } = fixture("chain-state.json");
    assert_eq!(describe(&inventory.unwrap()), CHAIN);
    assert_eq!(messages(&report), [""; 0]);
}

#[test]
fn a_plan_is_the_inventory_that_it_leads_to() {
    let described = describe(&fixture("chain-to-bgp.json").inventory.unwrap());
    let with_bgp = CHAIN.replace("VpnGw1 6", "VpnGw1 bgp 6").replace(" static[]", " bgp static[]");
    assert_eq!(described, with_bgp);
}

#[test]
fn a_stored_state_is_read_too() {
    let stored = json!({
        "version": 4, "terraform_version": "1.9.8", "serial": 7, "lineage": "0b5d",
        "resources": [
            { "mode": "managed", "type": "azurerm_virtual_network", "name": "hub",
              "instances": [{ "schema_version": 0, "attributes": vnet("hub", "10.1.0.0/16") }] },
            { "module": "module.spokes", "mode": "managed", "type": "azurerm_virtual_network", "name": "this",
              "instances": [
                { "index_key": "a", "attributes": vnet("a", "10.2.0.0/16") },
                { "index_key": "b", "attributes": vnet("b", "10.3.0.0/16") },
              ] },
        ],
    });
    assert_eq!(described(&stored), "vnet a 10.2.0.0/16\nvnet b 10.3.0.0/16\nvnet hub 10.1.0.0/16\n");
}

#[test]
fn both_generations_of_the_provider_say_bgp() {
    for name in ["enable_bgp", "bgp_enabled"] {
        let bgp = json!({ name: true, "bgp_settings": [{ "asn": 65010, "peering_address": "10.1.255.30" }] });
        let state = state(&[
            resource("azurerm_virtual_network.hub", &vnet("hub", "10.1.0.0/16")),
            resource("azurerm_virtual_network.far", &vnet("far", "10.2.0.0/16")),
            resource("azurerm_virtual_network_gateway.hub", &gateway("gw", "hub", &bgp)),
            resource("azurerm_virtual_network_gateway.far", &gateway("gw2", "far", &json!({ name: false }))),
            resource(
                "azurerm_virtual_network_gateway_connection.c",
                &connection("c", "gw", "gw2", &json!({ name: true })),
            ),
        ]);
        let loaded = read(&state);
        assert_eq!(
            lines(&loaded, "gateway"),
            [
                "gateway hub VpnGw1 bgp 65010 pool[] custom[] protocols[]",
                "gateway far VpnGw1 pool[] custom[] protocols[]"
            ]
        );
        assert_eq!(lines(&loaded, "tunnel"), ["tunnel c hub far bgp static[]"]);
    }
}

#[test]
fn settings_of_clients_and_sites_are_read_from_their_blocks() {
    let clients = json!({
        "vpn_client_configuration": [{
            "address_space": ["192.168.0.0/24"],
            "vpn_client_protocols": ["OpenVPN"],
            "virtual_network_gateway_client_connection": [
                { "name": "guests", "address_prefixes": ["192.168.9.0/24"], "policy_group_names": ["guests"] }
            ],
        }],
        "custom_route": [{ "address_prefixes": ["10.99.0.0/16"] }],
    });
    let site = json!({
        "id": id("localNetworkGateways", "branch"), "name": "branch", "resource_group_name": "net",
        "address_space": ["10.50.0.0/16", "10.50.255.1/32"], "gateway_address": "198.51.100.7",
        "bgp_settings": [{ "asn": 65500, "bgp_peering_address": "10.50.255.1" }],
    });
    let to_branch = json!({
        "peer_virtual_network_gateway_id": "", "type": "IPsec", "enable_bgp": true,
        "local_network_gateway_id": id("localNetworkGateways", "branch"),
        "traffic_selector_policy": [{ "local_address_cidrs": ["10.1.0.0/16"], "remote_address_cidrs": [] }],
    });
    let loaded = read(&state(&[
        resource("azurerm_virtual_network.hub", &vnet("hub", "10.1.0.0/16")),
        resource("azurerm_virtual_network_gateway.hub", &gateway("gw", "hub", &clients)),
        resource("azurerm_local_network_gateway.branch", &site),
        resource("azurerm_virtual_network_gateway_connection.b", &connection("b", "gw", "", &to_branch)),
        resource("azurerm_route_table.t", &json!({ "name": "t" })),
    ]));
    assert_eq!(
        describe(loaded.inventory.as_ref().unwrap()),
        "vnet hub 10.1.0.0/16\n\
         gateway hub VpnGw1 pool[192.168.0.0/24 192.168.9.0/24] custom[10.99.0.0/16] protocols[OpenVPN]\n\
         site branch 65500 10.50.0.0/16\n\
         tunnel b hub branch bgp static[10.50.0.0/16]\n\
         table t\n"
    );
    assert_eq!(
        messages(&loaded.report),
        ["the traffic selectors of connection `b` are left out; it counts as if it let everything through"]
    );
}

#[test]
fn data_sources_are_networks_that_exist() {
    let mut hub = vnet("hub", "10.1.0.0/16");
    hub["vnet_peerings"] = json!({ "to-spoke": id("virtualNetworks", "spoke") });
    let old = json!({ "id": id("virtualNetworks", "old"), "name": "old", "address_spaces": ["10.9.0.0/16"] });
    let loaded = read(&state(&[
        resource("data.azurerm_virtual_network.hub", &hub),
        resource("data.azurerm_virtual_network.old", &old),
        resource("azurerm_virtual_network.spoke", &vnet("spoke", "10.2.0.0/16")),
        resource("azurerm_virtual_network_peering.p", &peering("p", "spoke", "hub", &json!({}))),
    ]));
    assert_eq!(
        describe(loaded.inventory.as_ref().unwrap()),
        "vnet hub 10.1.0.0/16\nvnet old 10.9.0.0/16\nvnet spoke 10.2.0.0/16\npeering spoke hub\n"
    );
    let message = "a data source does not tell the settings of the peerings of VNet `hub`";
    assert_says(&loaded, "incomplete", message);
}

#[test]
fn a_network_that_does_not_exist_yet_is_put_together_from_the_configuration() {
    let loaded = fixture("new-hub.json");
    assert_eq!(
        describe(loaded.inventory.as_ref().unwrap()),
        "vnet bank 10.3.0.0/16\n\
         vnet hub 10.1.0.0/16\n\
         vnet shop 10.2.0.0/16\n\
         gateway hub VpnGw1 pool[192.168.0.0/24] custom[] protocols[OpenVPN]\n\
         site branch 10.101.0.0/16\n\
         peering bank hub use-remote\n\
         peering hub bank allow-transit\n\
         peering hub shop allow-transit\n\
         peering shop hub use-remote\n\
         tunnel to-branch hub branch static[10.101.0.0/16]\n"
    );
    let message = "`remote_virtual_network_id` of `azurerm_virtual_network_peering.lost` is known only once the plan \
                   is applied, and cannot be told from `local.other_hub`";
    assert_eq!(messages(&loaded.report), [message]);
    let span = loaded.report.diagnostics[0].span.unwrap();
    let text = loaded.report.sources.get(span.file).text();
    assert_eq!(&text[span.range()], "azurerm_virtual_network_peering.lost");
}

/// A peering whose remote VNet is what `references` lead to, from the instance `index` of several.
fn peering_of_references(references: &[&str], index: &str) -> Loaded {
    let spoke = |key: &str, space: &str| {
        change(
            &format!("azurerm_virtual_network.spoke[\"{key}\"]"),
            &["create"],
            &Value::Null,
            &json!({ "name": key, "resource_group_name": "net", "address_space": [space] }),
            &json!({ "id": true }),
        )
    };
    let side = json!({ "name": "p", "resource_group_name": "net", "virtual_network_name": "hub" });
    let address = format!("azurerm_virtual_network_peering.p[\"{index}\"]");
    let unknown = json!({ "id": true, "remote_virtual_network_id": true });
    let expressions = json!({ "remote_virtual_network_id": { "references": references } });
    let hub = resource("azurerm_virtual_network.hub", &vnet("hub", "10.1.0.0/16"));
    let changes = [
        spoke("a", "10.2.0.0/16"),
        spoke("b", "10.3.0.0/16"),
        change(&address, &["create"], &Value::Null, &side, &unknown),
    ];
    let mut plan = plan(
        &[hub],
        &changes,
        &[
            configured("azurerm_virtual_network.spoke", &json!({ "name": {} })),
            configured("azurerm_virtual_network_peering.p", &expressions),
        ],
    );
    let output = json!({ "expression": { "references": ["azurerm_virtual_network.inner"] } });
    plan["configuration"]["root_module"]["module_calls"] = json!({
        "net": { "module": { "outputs": { "ids": output }, "resources": [] } },
    });
    read(&plan)
}

#[test]
fn references_are_followed_to_one_instance_or_told_of() {
    const WHOLE: &str = "azurerm_virtual_network.spoke";
    let leads_to =
        |references: &[&str], index: &str| lines(&peering_of_references(references, index), "peering");
    let key = format!("{WHOLE}[\"b\"]");
    assert_eq!(leads_to(&[&format!("{key}.id"), &key, WHOLE], "x"), ["peering hub b"]);
    assert_eq!(leads_to(&[WHOLE, "each.key"], "a"), ["peering hub a"]);
    for references in [
        &[WHOLE][..],
        &[WHOLE, "each.value"],
        &[WHOLE, "local.key"],
        &[WHOLE, "path.module"],
        &["azurerm_virtual_network.spoke.location", WHOLE],
        &["local.ids"],
        &["module.net.ids", "module.net"],
        &["module.other.id"],
        &["azurerm_virtual_network.hub.id", "azurerm_virtual_network.spoke[\"a\"].id"],
        &["not an address["],
        &[],
    ] {
        let loaded = peering_of_references(references, "a");
        assert_eq!(lines(&loaded, "peering"), [""; 0], "{references:?}");
        let codes: Vec<&str> = loaded.report.diagnostics.iter().map(|found| found.code.name()).collect();
        assert_eq!(codes, ["unknown-value"], "{references:?}");
    }
    // An index that the resource does not have leads nowhere.
    assert_eq!(leads_to(&[WHOLE, "each.key"], "c"), [""; 0]);
}

#[test]
fn a_map_of_a_module_is_read_by_its_keys_with_a_note() {
    let inner = change(
        "module.net.azurerm_virtual_network.this[\"hub\"]",
        &["create"],
        &Value::Null,
        &json!({ "name": "hub", "resource_group_name": "net", "address_space": ["10.1.0.0/16"] }),
        &json!({ "id": true }),
    );
    let mut other = inner.clone();
    other["address"] = json!("module.net.azurerm_virtual_network.this[\"far\"]");
    other["change"]["after"]["name"] = json!("far");
    let side = json!({ "name": "p", "resource_group_name": "net", "virtual_network_name": "spoke" });
    let unknown = json!({ "id": true, "remote_virtual_network_id": true });
    let side = change("azurerm_virtual_network_peering.p", &["create"], &Value::Null, &side, &unknown);
    let references = json!(["module.net.ids[\"hub\"]", "module.net.ids", "module.net"]);
    let expressions = json!({ "remote_virtual_network_id": { "references": references } });
    let mut plan = plan(
        &[resource("azurerm_virtual_network.spoke", &vnet("spoke", "10.2.0.0/16"))],
        &[inner, other, side],
        &[configured("azurerm_virtual_network_peering.p", &expressions)],
    );
    let output = json!({ "expression": { "references": ["azurerm_virtual_network.this"] } });
    let inside = configured("azurerm_virtual_network.this", &json!({ "name": {} }));
    plan["configuration"]["root_module"]["module_calls"] =
        json!({ "net": { "module": { "outputs": { "ids": output }, "resources": [inside] } } });
    let loaded = read(&plan);
    assert_eq!(lines(&loaded, "peering"), ["peering spoke hub"]);
    assert_eq!(
        messages(&loaded.report),
        ["`remote_virtual_network_id` of `azurerm_virtual_network_peering.p` is taken to lead to \
          `module.net.azurerm_virtual_network.this[\"hub\"]`, by the key in `module.net.ids[\"hub\"]`"]
    );
}

#[test]
fn what_nobody_configured_is_the_default_and_what_was_is_told_of() {
    let after = json!({
        "name": "gw", "resource_group_name": "net", "type": "Vpn", "vpn_type": "RouteBased", "sku": "VpnGw1",
        "ip_configuration": [{ "subnet_id": format!("{}/subnets/GatewaySubnet", id("virtualNetworks", "hub")) }],
    });
    let unknown = json!({ "id": true, "enable_bgp": true, "bgp_settings": true, "ip_configuration": [{}] });
    let created = |expressions: &Value| {
        let change =
            change("azurerm_virtual_network_gateway.hub", &["create"], &Value::Null, &after, &unknown);
        let hub = resource("azurerm_virtual_network.hub", &vnet("hub", "10.1.0.0/16"));
        read(&plan(&[hub], &[change], &[configured("azurerm_virtual_network_gateway.hub", expressions)]))
    };
    let block = json!([{ "subnet_id": { "references": ["azurerm_subnet.s.id"] } }]);
    let silent = created(&json!({ "ip_configuration": block }));
    assert_eq!(messages(&silent.report), [""; 0]);
    assert_eq!(lines(&silent, "gateway"), ["gateway hub VpnGw1 pool[] custom[] protocols[]"]);
    let bgp = json!({ "references": ["random_integer.bgp.result"] });
    let asked = created(&json!({
        "ip_configuration": block, "bgp_settings": [{ "asn": bgp }],
    }));
    assert_eq!(
        messages(&asked.report),
        [
            "`asn` of `azurerm_virtual_network_gateway.hub` is known only once the plan is applied; none is taken to be stated"
        ]
    );
    let asked = created(&json!({ "ip_configuration": block, "enable_bgp": bgp }));
    assert_eq!(lines(&asked, "gateway"), [""; 0]);
    assert_eq!(
        messages(&asked.report),
        [
            "`enable_bgp` of `azurerm_virtual_network_gateway.hub` is known only once the plan is applied; the gateway is left out"
        ]
    );
}

#[test]
fn two_gateways_join_over_addresses_that_azure_has_yet_to_give() {
    let created = |address: &str, after: Value, unknown: Value| {
        change(address, &["create"], &Value::Null, &after, &unknown)
    };
    let mut changes = Vec::new();
    let mut configuration = Vec::new();
    for (name, space, other) in [("west", "10.1.0.0/16", "east"), ("east", "10.2.0.0/16", "west")] {
        let address = format!("azurerm_public_ip.{name}");
        let values = json!({ "name": name, "resource_group_name": "net" });
        changes.push(created(&address, values.clone(), json!({ "id": true, "ip_address": true })));
        let mut gateway = gateway(name, name, &json!({}));
        gateway["id"] = Value::Null;
        let block = json!([{ "public_ip_address_id": true }]);
        let unknown = json!({ "id": true, "ip_configuration": block });
        changes.push(created(&format!("azurerm_virtual_network_gateway.{name}"), gateway, unknown));
        let references = json!({ "references": [format!("{address}.id"), address] });
        configuration.push(configured(
            &format!("azurerm_virtual_network_gateway.{name}"),
            &json!({ "ip_configuration": [{ "public_ip_address_id": references, "subnet_id": {} }] }),
        ));
        let local =
            json!({ "name": format!("to-{name}"), "resource_group_name": "net", "address_space": [space] });
        let unknown = json!({ "id": true, "gateway_address": true });
        changes.push(created(&format!("azurerm_local_network_gateway.{name}"), local, unknown));
        let references = json!({ "references": [format!("{address}.ip_address"), address] });
        configuration.push(configured(
            &format!("azurerm_local_network_gateway.{name}"),
            &json!({ "gateway_address": references, "address_space": {} }),
        ));
        let ipsec = json!({
            "id": null, "type": "IPsec", "peer_virtual_network_gateway_id": null,
            "virtual_network_gateway_id": id("virtualNetworkGateways", name),
            "local_network_gateway_id": id("localNetworkGateways", &format!("to-{other}")),
        });
        let address = format!("azurerm_virtual_network_gateway_connection.{name}");
        changes.push(created(&address, connection(name, "", "", &ipsec), json!({ "id": true })));
    }
    let prior = [
        resource("azurerm_virtual_network.west", &vnet("west", "10.1.0.0/16")),
        resource("azurerm_virtual_network.east", &vnet("east", "10.2.0.0/16")),
    ];
    let loaded = read(&plan(&prior, &changes, &configuration));
    assert_eq!(messages(&loaded.report), [""; 0]);
    assert_eq!(
        lines(&loaded, "tunnel"),
        ["tunnel east east west static[10.1.0.0/16]", "tunnel west west east static[10.2.0.0/16]"]
    );
}

#[test]
fn bodies_of_azapi_are_those_of_azure() {
    let body = json!({ "properties": { "addressSpace": { "addressPrefixes": ["10.1.0.0/16"] } } });
    for body in [body.clone(), Value::String(body.to_string())] {
        let hub = json!({
            "type": "Microsoft.Network/virtualNetworks@2024-05-01", "name": "hub", "body": body,
            "parent_id": "/subscriptions/sub/resourceGroups/net",
        });
        let remote = json!({ "id": id("virtualNetworks", "hub") });
        let side = json!({
            "type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings@2024-05-01", "name": "p",
            "parent_id": id("virtualNetworks", "spoke"),
            "body": { "properties": { "remoteVirtualNetwork": remote, "useRemoteGateways": true } },
        });
        let loaded = read(&state(&[
            resource("azapi_resource.hub", &hub),
            resource("azapi_resource.side", &side),
            resource("azurerm_virtual_network.spoke", &vnet("spoke", "10.2.0.0/16")),
        ]));
        assert_eq!(lines(&loaded, "vnet"), ["vnet hub 10.1.0.0/16", "vnet spoke 10.2.0.0/16"]);
        assert_eq!(lines(&loaded, "peering"), ["peering spoke hub use-remote"]);
    }
}

#[test]
fn gaps_of_a_plan_are_told_of() {
    let hub = resource("azurerm_virtual_network.hub", &vnet("hub", "10.1.0.0/16"));
    let mut plan = plan(&[hub], &[], &[]);
    plan["errored"] = json!(true);
    let later = change("azurerm_virtual_network.later", &["create"], &Value::Null, &json!({}), &json!({}));
    plan["deferred_changes"] = json!([
        { "reason": "instance_count_unknown", "resource_change": later },
        { "reason": "provider_config_unknown", "resource_change": { "address": "a.b", "type": "a" } },
    ]);
    let loaded = read(&plan);
    assert_says(&loaded, "unknown-value", "the plan ended with an error, and may lack changes");
    assert_says(
        &loaded,
        "unknown-value",
        "the plan leaves `azurerm_virtual_network.later` for later, and so does the answer",
    );
    assert_eq!(loaded.report.diagnostics.len(), 2);
}

#[test]
fn another_version_of_the_format_is_refused() {
    let mut state = state(&[resource("azurerm_virtual_network.hub", &vnet("hub", "10.1.0.0/16"))]);
    state["format_version"] = json!("2.0");
    let loaded = read(&state);
    assert!(loaded.inventory.is_none());
    assert_says(&loaded, "not-an-inventory", "version `2.0` of Terraform's JSON is not known");
}
