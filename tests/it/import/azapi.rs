//! Resources of the provider azapi, as Azure Verified Modules write them.

use serde_json::{Value, json};
use tunnelog::compare::{Comparison, Pair};
use tunnelog::diagnostic::Report;
use tunnelog::import::read_plan;

use super::describe::{assert_says, describe, lines, messages};
use super::resources::{files, id};
use super::terraform::{change, configured, plan, resource, state, vnet};
use crate::support::loaded::Loaded;
use crate::support::topologies::root;

pub(super) const GROUP: &str = "/subscriptions/sub/resourceGroups/net";

/// The values of a resource of azapi; `kind` is what follows `Microsoft.Network/`.
pub(super) fn azapi(kind: &str, name: &str, parent: Option<&str>, body: &Value) -> Value {
    json!({ "type": format!("Microsoft.Network/{kind}@2024-05-01"), "name": name, "parent_id": parent, "body": body })
}

pub(super) fn with(mut values: Value, field: &str, value: Value) -> Value {
    values[field] = value;
    values
}

pub(super) fn network(prefixes: &[&str]) -> Value {
    json!({ "properties": { "addressSpace": { "addressPrefixes": prefixes } } })
}

fn pool() -> Value {
    json!({ "properties": { "addressSpace": { "ipamPoolPrefixAllocations": [{ "numberOfIpAddresses": "256" }] } } })
}

pub(super) fn side(remote: Option<&str>, more: &Value) -> Value {
    let mut properties = more.clone();
    properties["remoteVirtualNetwork"] = remote.map_or(json!({}), |remote| json!({ "id": remote }));
    json!({ "properties": properties })
}

/// A gateway in the subnet called `subnet`.
pub(super) fn gateway_body(subnet: Option<&str>) -> Value {
    let subnet = subnet.map_or(json!({}), |subnet| json!({ "id": subnet }));
    json!({ "properties": {
        "gatewayType": "Vpn", "vpnType": "RouteBased", "sku": { "name": "VpnGw1AZ" },
        "ipConfigurations": [{ "name": "default", "properties": { "subnet": subnet } }],
        "vpnClientConfiguration": { "vpnClientAddressPool": { "addressPrefixes": ["192.168.0.0/24"] } },
    } })
}

/// A resource that a plan makes, of whose values `unknown` are not known yet.
pub(super) fn made(address: &str, values: &Value, unknown: &Value) -> Value {
    let mut made =
        change(address, &["create"], &Value::Null, values, &with(unknown.clone(), "id", json!(true)));
    // The address of what lies in a module with a key has brackets in its midst.
    let own = address.rsplit("].").next().unwrap().trim_start_matches("module.peering[\"hub\"].");
    if let Some((kind, label)) = own.split_once('.').filter(|_| own.len() < address.len()) {
        made["type"] = json!(kind);
        made["name"] = json!(label.split('[').next());
    }
    made
}

pub(super) fn refers(references: &[&str]) -> Value {
    json!({ "references": references })
}

pub(super) fn read(document: &Value) -> Loaded {
    files(&[("terraform.json", document.to_string())])
}

pub(super) fn said(report: &Report) -> Vec<String> {
    messages(report).into_iter().map(str::to_owned).collect()
}

/// What a document is read as, and what is said of it.
#[track_caller]
pub(super) fn both(document: &Value) -> (String, Vec<String>) {
    let Loaded { inventory, report } = read(document);
    (inventory.as_ref().map(describe).unwrap_or_default(), said(&report))
}

/// The facts that differ by a plan of the fixtures.
fn differences(fixture: &str) -> Vec<String> {
    let path = root().join("tests/fixtures/terraform").join(fixture);
    let mut report = Report::default();
    let planned = read_plan(&path, None, &mut report).unwrap();
    let pair = Pair::new(planned.before, planned.after);
    let facts = Comparison::between(&pair).facts();
    facts.iter().map(|fact| format!("{} {fact}", if fact.added { '+' } else { '-' })).collect()
}

#[test]
fn plans_of_the_fixtures_do_what_their_readme_says() {
    for same in ["hub-module-drift.json", "hub-module-moved.json"] {
        assert_eq!(differences(same), [""; 0], "{same}");
    }
    for route in ["hub-module-custom-route.json", "hub-module-azapi1-string-body.json"] {
        assert_eq!(differences(route), ["+ custom_route(vnet-hub, 10.200.0.0/16)"], "{route}");
    }
    for pool in ["pool-azapi-new-spoke.json", "pool-azurerm-new-spoke.json"] {
        let loaded = read(&fixture(pool));
        let codes: Vec<&str> = loaded.report.diagnostics.iter().map(|found| found.code.name()).collect();
        assert_eq!(codes, ["unknown-value"], "{pool}");
        let spoke = "vnet vnet-spoke external".to_owned();
        assert_eq!(lines(&loaded, "vnet"), ["vnet vnet-hub 10.0.0.0/16".to_owned(), spoke], "{pool}");
    }
}

fn fixture(name: &str) -> Value {
    let text = std::fs::read_to_string(root().join("tests/fixtures/terraform").join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn addresses_of_pools_and_of_data_sources_are_read() {
    for (name, spoke) in [
        ("pool-azapi-state.json", "10.64.3.0/24"),
        ("pool-azurerm-state.json", "10.64.3.0/24"),
        ("hub-by-data-source.json", "10.1.0.0/16"),
    ] {
        let loaded = read(&fixture(name));
        assert_eq!(messages(&loaded.report), [""; 0], "{name}");
        let networks = ["vnet vnet-hub 10.0.0.0/16".to_owned(), format!("vnet vnet-spoke {spoke}")];
        assert_eq!(lines(&loaded, "vnet"), networks, "{name}");
        assert_eq!(lines(&loaded, "gateway").len(), 1, "{name}");
        assert_eq!(
            lines(&loaded, "peering"),
            ["peering vnet-hub vnet-spoke allow-transit", "peering vnet-spoke vnet-hub use-remote"],
            "{name}"
        );
    }
}

/// A hub with a gateway and a spoke that a plan makes from nothing: no id is known yet.
fn new_hub_and_spoke() -> (Vec<Value>, Vec<Value>) {
    let unknown_parent = json!({ "parent_id": true });
    let remote =
        json!({ "parent_id": true, "body": { "properties": { "remoteVirtualNetwork": { "id": true } } } });
    let of_gateway = json!({ "parent_id": true, "body": { "properties": {
        "ipConfigurations": [{ "properties": { "subnet": { "id": true } } }] } } });
    let from = side(None, &json!({ "allowGatewayTransit": true }));
    let to = side(None, &json!({ "useRemoteGateways": true }));
    let address = |name: &str| format!("azapi_resource.{name}");
    let peering = "virtualNetworks/virtualNetworkPeerings";
    let changes = [
        ("hub", azapi("virtualNetworks", "hub", Some(GROUP), &network(&["10.1.0.0/16"])), json!({})),
        ("spoke", azapi("virtualNetworks", "spoke", Some(GROUP), &network(&["10.2.0.0/16"])), json!({})),
        ("subnet", azapi("virtualNetworks/subnets", "GatewaySubnet", None, &json!({})), unknown_parent),
        ("out", azapi(peering, "out", None, &from), remote.clone()),
        ("back", azapi(peering, "back", None, &to), remote),
        ("gateway", azapi("virtualNetworkGateways", "gw", Some(GROUP), &gateway_body(None)), of_gateway),
    ];
    let changes =
        changes.iter().map(|(name, values, unknown)| made(&address(name), values, unknown)).collect();
    let to_hub = refers(&["azapi_resource.hub.id", "azapi_resource.hub"]);
    let to_spoke = refers(&["azapi_resource.spoke.id", "azapi_resource.spoke"]);
    let to_subnet =
        refers(&["azapi_resource.subnet.id", "azapi_resource.subnet", "azapi_resource.hub.location"]);
    let configuration = [
        ("hub", json!({ "body": {} })),
        ("spoke", json!({ "body": {} })),
        ("subnet", json!({ "parent_id": to_hub })),
        ("out", json!({ "parent_id": to_hub, "body": to_spoke })),
        ("back", json!({ "parent_id": to_spoke, "body": to_hub })),
        ("gateway", json!({ "body": to_subnet })),
    ];
    let configuration = configuration.iter().map(|(name, it)| configured(&address(name), it)).collect();
    (changes, configuration)
}

const HUB_AND_SPOKE: &str = "\
vnet hub 10.1.0.0/16
vnet spoke 10.2.0.0/16
gateway hub VpnGw1AZ pool[192.168.0.0/24] custom[] protocols[]
peering hub spoke allow-transit
peering spoke hub use-remote
";

#[test]
fn parents_and_ids_in_bodies_are_followed_through_the_configuration() {
    let (changes, configuration) = new_hub_and_spoke();
    let (described, said) = both(&plan(&[], &changes, &configuration));
    assert_eq!(described, HUB_AND_SPOKE);
    // The references of a body stand side by side, whatever they are for.
    assert_eq!(
        said,
        [
            "`subnet` of `azapi_resource.gateway` is taken to lead to `azapi_resource.subnet`, as the only one of its \
          kind in `azapi_resource.subnet.id` and `azapi_resource.hub.location`"
        ]
    );
}

#[test]
fn groups_that_are_made_too_tell_networks_of_one_name_apart() {
    let mut changes = Vec::new();
    let mut configuration = Vec::new();
    for (group, space, kind) in
        [("west", "10.1.0.0/16", "azurerm_resource_group"), ("east", "10.2.0.0/16", "azapi_resource")]
    {
        let of_group = format!("{kind}.{group}");
        let values = json!({ "name": group, "type": "Microsoft.Resources/resourceGroups@2024-03-01",
                             "parent_id": "/subscriptions/sub" });
        changes.push(made(&of_group, &values, &json!({})));
        let network = azapi("virtualNetworks", "hub", None, &network(&[space]));
        let address = format!("azapi_resource.of_{group}");
        changes.push(made(&address, &network, &json!({ "parent_id": true })));
        let references = refers(&[&format!("{of_group}.id"), &of_group]);
        configuration.push(configured(&address, &json!({ "parent_id": references })));
    }
    let (described, said) = both(&plan(&[], &changes, &configuration));
    assert_eq!(described, "vnet west/hub 10.1.0.0/16\nvnet east/hub 10.2.0.0/16\n");
    assert_eq!(said, [""; 0]);
}

/// A plan of spokes that a module makes for each element of a map, as Azure Verified Modules do.
fn spokes_of_a_module(remote: &[&str], given: &[&str]) -> Value {
    let hub = azapi("virtualNetworks", "hub", Some(GROUP), &network(&["10.1.0.0/16"]));
    let mut changes = vec![made("azapi_resource.hub", &hub, &json!({}))];
    for (key, space) in [("a", "10.2.0.0/16"), ("b", "10.3.0.0/16")] {
        let spoke = azapi("virtualNetworks", key, Some(GROUP), &network(&[space]));
        let inside = format!("module.spokes[\"{key}\"]");
        changes.push(made(&format!("{inside}.azapi_resource.vnet"), &spoke, &json!({})));
        let peering = azapi("virtualNetworks/virtualNetworkPeerings", "p", None, &side(None, &json!({})));
        let unknown = json!({ "parent_id": true, "body": { "properties": { "remoteVirtualNetwork": { "id": true } } } });
        for name in ["this", "reverse"] {
            let address = format!("{inside}.module.peering[\"hub\"].azapi_resource.{name}[0]");
            let named = with(peering.clone(), "name", json!(format!("{name}-{key}")));
            changes.push(made(&address, &named, &unknown));
        }
    }
    let mut plan = plan(&[], &changes, &[configured("azapi_resource.hub", &json!({ "body": {} }))]);
    let this = configured(
        "azapi_resource.this",
        &json!({ "parent_id": refers(&["var.parent.id", "var.parent"]), "body": refers(remote) }),
    );
    // The side that the module makes at the other end, whose flags are of the same element.
    let reverse = configured(
        "azapi_resource.reverse",
        &json!({ "parent_id": refers(&remote[..1]), "body": refers(&["var.parent.id", "var.parent", "var.remote"]) }),
    );
    let parent = refers(&["azapi_resource.vnet.id", "azapi_resource.vnet"]);
    let peering = json!({
        "expressions": { "parent": parent, "remote": refers(&["each.value.id", "each.value"]) },
        "for_each_expression": refers(&["var.peerings"]),
        "module": { "resources": [this, reverse] },
    });
    let spokes = json!({
        "expressions": { "peerings": refers(given) },
        "for_each_expression": refers(&["var.spokes"]),
        "module": {
            "resources": [configured("azapi_resource.vnet", &json!({ "body": {} }))],
            "module_calls": { "peering": peering },
        },
    });
    plan["configuration"]["root_module"]["module_calls"] = json!({ "spokes": spokes });
    plan
}

#[test]
fn modules_with_keys_are_followed_to_what_they_are_made_for() {
    let hub = ["azapi_resource.hub.id", "azapi_resource.hub"];
    let loaded = read(&spokes_of_a_module(&["var.remote", "var.access", "local.more"], &hub));
    assert_eq!(lines(&loaded, "vnet"), ["vnet a 10.2.0.0/16", "vnet b 10.3.0.0/16", "vnet hub 10.1.0.0/16"]);
    let both_ways = ["peering a hub", "peering b hub", "peering hub a", "peering hub b"];
    assert_eq!(lines(&loaded, "peering"), both_ways);
    let said = messages(&loaded.report);
    assert!(
        said.iter().all(|it| it.contains("` is taken to lead to `") && it.contains(", by the key in ")),
        "{said:?}"
    );
    assert_eq!(said.len(), 6);
    // Local values are spelt out nowhere. Of what they may be made of, only one can be meant.
    let mut of_local = spokes_of_a_module(&["var.remote"], &["local.peerings"]);
    assert_eq!(lines(&read(&of_local), "peering"), both_ways);
    let far = azapi("virtualNetworks", "far", Some(GROUP), &network(&["10.9.0.0/16"]));
    of_local["resource_changes"].as_array_mut().unwrap().push(made("azapi_resource.far", &far, &json!({})));
    let loaded = read(&of_local);
    assert_eq!(lines(&loaded, "vnet").len(), 4);
    assert_eq!(lines(&loaded, "peering"), [""; 0]);
    let codes: Vec<&str> = loaded.report.diagnostics.iter().map(|found| found.code.name()).collect();
    assert_eq!(codes, ["unknown-value"; 4]);
}

/// A plan of a module that makes a gateway from local values, for the hub in which it is given the subnet called by `subnet`.
fn gateway_of_a_module(subnet: &[&str]) -> Value {
    let mut changes = Vec::new();
    let mut configuration = Vec::new();
    for (hub, space) in [("hub", "10.1.0.0/16"), ("far", "10.9.0.0/16")] {
        let network = azapi("virtualNetworks", hub, Some(GROUP), &network(&[space]));
        changes.push(made(&format!("azapi_resource.{hub}"), &network, &json!({})));
        for name in ["GatewaySubnet", "AzureFirewallSubnet"] {
            let address = format!("azapi_resource.{name}_of_{hub}");
            let values = azapi("virtualNetworks/subnets", name, None, &json!({}));
            changes.push(made(&address, &values, &json!({ "parent_id": true })));
            let parent = [format!("azapi_resource.{hub}.id"), format!("azapi_resource.{hub}")];
            configuration.push(configured(&address, &json!({ "parent_id": { "references": parent } })));
        }
    }
    let marks = json!({ "body": { "properties": {
        "ipConfigurations": [{ "properties": { "subnet": { "id": true } } }] } } });
    let values = azapi("virtualNetworkGateways", "gw", Some(GROUP), &gateway_body(None));
    let mut gateway = made("module.gateway.azapi_resource.vgw", &values, &marks);
    gateway["type"] = json!("azapi_resource");
    changes.push(gateway);
    let mut plan = plan(&[], &changes, &configuration);
    let vgw = configured(
        "azapi_resource.vgw",
        &json!({ "body": refers(&["local.extended_location", "local.virtual_network_gateway_properties_filtered"]) }),
    );
    let mut expressions =
        json!({ "name": {}, "hub": refers(&["azapi_resource.hub.id", "azapi_resource.hub"]) });
    expressions["subnet"] = refers(subnet);
    plan["configuration"]["root_module"]["module_calls"] =
        json!({ "gateway": { "expressions": expressions, "module": { "resources": [vgw] } } });
    plan
}

#[test]
fn local_values_are_made_of_what_a_module_is_given() {
    let one = &["azapi_resource.GatewaySubnet_of_hub.id", "azapi_resource.GatewaySubnet_of_hub"][..];
    // Gateways lie in subnets of this name alone.
    let all_of_hub =
        &["azapi_resource.GatewaySubnet_of_hub.id", "azapi_resource.AzureFirewallSubnet_of_hub.id"][..];
    for subnet in [one, all_of_hub] {
        let loaded = read(&gateway_of_a_module(subnet));
        assert_eq!(
            lines(&loaded, "gateway"),
            ["gateway hub VpnGw1AZ pool[192.168.0.0/24] custom[] protocols[]"]
        );
        assert_eq!(
            messages(&loaded.report),
            [
                "`subnet` of `module.gateway.azapi_resource.vgw` is taken to lead to `azapi_resource.GatewaySubnet_of_hub`, as \
              the only one of its kind in `local.extended_location` and `local.virtual_network_gateway_properties_filtered`"
            ]
        );
    }
    let either = ["azapi_resource.GatewaySubnet_of_hub.id", "azapi_resource.GatewaySubnet_of_far.id"];
    let loaded = read(&gateway_of_a_module(&either));
    assert_eq!(lines(&loaded, "gateway"), [""; 0]);
    assert_says(
        &loaded,
        "unknown-value",
        "`subnet` of `module.gateway.azapi_resource.vgw` is known only once the plan is applied, and cannot be told from \
         `local.extended_location` and `local.virtual_network_gateway_properties_filtered`",
    );
}

#[test]
fn what_lies_in_another_resource_is_never_a_network_of_its_own() {
    let kinds = [
        "virtualNetworks/subnets",
        "virtualNetworks/virtualNetworkPeerings",
        "virtualNetworkGateways/natRules",
        "routeTables/routes",
    ];
    let hub = azapi("virtualNetworks", "hub", Some(GROUP), &network(&["10.1.0.0/16"]));
    let mut changes = vec![made("azapi_resource.hub", &hub, &json!({}))];
    for (index, kind) in kinds.into_iter().enumerate() {
        // Whatever stands in them.
        let values = azapi(kind, &format!("inner{index}"), None, &network(&["10.9.0.0/16"]));
        changes.push(made(&format!("azapi_resource.inner{index}"), &values, &json!({ "parent_id": true })));
    }
    let (described, said) = both(&plan(&[], &changes, &[]));
    assert_eq!(described, "vnet hub 10.1.0.0/16\n");
    let told = |index: usize| {
        format!(
            "`parent_id` of `azapi_resource.inner{index}` is known only once the plan is applied, and cannot be told \
             from the configuration"
        )
    };
    assert_eq!(said, [told(0), told(1), told(2), told(3)]);
}

#[test]
fn a_body_of_which_nothing_is_known_is_left_out_or_stays_what_it_was() {
    let hub = resource("azurerm_virtual_network.hub", &vnet("hub", "10.1.0.0/16"));
    let values = with(
        azapi("virtualNetworks", "spoke", Some(GROUP), &network(&["10.2.0.0/16"])),
        "id",
        json!(id("virtualNetworks", "spoke")),
    );
    let unknown = with(values.clone(), "body", Value::Null);
    let marks = json!({ "body": true });
    let updated = change("azapi_resource.spoke", &["update"], &values, &unknown, &marks);
    let (described, said) =
        both(&plan(&[hub.clone(), resource("azapi_resource.spoke", &values)], &[updated], &[]));
    assert_eq!(described, "vnet hub 10.1.0.0/16\nvnet spoke 10.2.0.0/16\n");
    let address = "`body` of `azapi_resource.spoke` is known only once the plan is applied";
    assert_eq!(said, [format!("{address}; it is taken to stay what it was")]);
    let (described, said) = both(&plan(&[hub], &[made("azapi_resource.spoke", &unknown, &marks)], &[]));
    assert_eq!(described, "vnet hub 10.1.0.0/16\n");
    assert_eq!(said, [format!("{address}; `spoke` is left out")]);
}

#[test]
fn addresses_that_a_pool_has_given_stay_until_more_is_asked_of_it() {
    let spoke = with(
        azapi("virtualNetworks", "spoke", Some(GROUP), &pool()),
        "id",
        json!(id("virtualNetworks", "spoke")),
    );
    let before = with(spoke.clone(), "output", network(&["10.64.3.0/24", "fd00:1::/64"]));
    let prior = [resource("azapi_resource.spoke", &before)];
    let marks = json!({ "output": true });
    let updated = |after: &Value| {
        both(&plan(&prior, &[change("azapi_resource.spoke", &["update"], &before, after, &marks)], &[]))
    };
    let tagged = with(spoke.clone(), "tags", json!({ "a": "b" }));
    assert_eq!(updated(&tagged), ("vnet spoke 10.64.3.0/24 fd00:1::/64\n".to_owned(), Vec::new()));
    let mut more = spoke;
    more["body"]["properties"]["addressSpace"]["ipamPoolPrefixAllocations"][0]["numberOfIpAddresses"] =
        json!("512");
    let message = "`addressPrefixes` of `azapi_resource.spoke` is known only once the plan is applied; what is not known \
                   of it is left out";
    let (described, said) = updated(&more);
    assert!(!described.contains("10.64"), "{described}");
    assert_eq!(said, [message]);
}

#[test]
fn answers_written_as_text_fill_what_no_body_says() {
    let body = pool().to_string();
    let output = network(&["10.64.3.0/24"]).to_string();
    let spoke = with(azapi("virtualNetworks", "spoke", Some(GROUP), &json!(body)), "output", json!(output));
    let (described, said) = both(&state(&[resource("azapi_resource.spoke", &spoke)]));
    assert_eq!(described, "vnet spoke 10.64.3.0/24\n");
    assert_eq!(said, [""; 0]);
    // What is configured is right where both say something.
    let both_say = with(
        azapi("virtualNetworks", "spoke", Some(GROUP), &network(&["10.2.0.0/16"])),
        "output",
        network(&["10.3.0.0/16"]),
    );
    assert_eq!(both(&state(&[resource("azapi_resource.spoke", &both_say)])).0, "vnet spoke 10.2.0.0/16\n");
}

#[test]
fn parts_that_are_asked_for_by_names_of_ones_own_are_read() {
    let named = json!({ "prefixes": "properties.addressSpace.addressPrefixes", "space": "properties.addressSpace",
                        "count": "length(properties.subnets)", "odd": "properties.addressSpace.addressPrefixes.x" });
    let spoke =
        with(azapi("virtualNetworks", "spoke", Some(GROUP), &pool()), "response_export_values", named);
    let output = json!({ "prefixes": ["10.64.3.0/24"], "count": 3, "odd": 1 });
    let (described, said) = both(&state(&[resource("azapi_resource.spoke", &with(spoke, "output", output))]));
    assert_eq!((described.as_str(), said), ("vnet spoke 10.64.3.0/24\n", Vec::new()));
}

#[test]
fn a_stored_state_keeps_the_types_of_bodies_beside_them() {
    let typed = |value: Value| json!({ "type": ["object", { "properties": "dynamic" }], "value": value });
    let mut spoke = with(azapi("virtualNetworks", "spoke", Some(GROUP), &typed(pool())), "id", Value::Null);
    spoke["output"] = typed(network(&["10.64.3.0/24"]));
    let hub =
        azapi("virtualNetworks", "hub", Some(GROUP), &typed(json!(network(&["10.1.0.0/16"]).to_string())));
    let stored = |name: &str, values: &Value| json!({ "mode": "managed", "type": "azapi_resource", "name": name, "instances": [{ "attributes": values }] });
    let (described, said) = both(&json!({
        "version": 4, "terraform_version": "1.9.8", "serial": 7, "lineage": "0b5d",
        "resources": [stored("hub", &hub), stored("spoke", &spoke)],
    }));
    assert_eq!((described.as_str(), said), ("vnet hub 10.1.0.0/16\nvnet spoke 10.64.3.0/24\n", Vec::new()));
}
