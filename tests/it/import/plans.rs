//! Plans as two inventories: what is there before, and what will be there.

use proptest::prelude::*;
use serde_json::{Value, json};
use tunnelog::diagnostic::{Report, Severity};
use tunnelog::import::{Planned, read_plan};

use super::describe::describe;
use super::resources::{self, files_in, id};
use super::terraform::{change, connection, gateway, peering, plan, resource, vnet};
use crate::support::topologies::root;

/// A plan, laid over an export if there is one: what comes before and after, and what every finding says.
fn sides(plan: &Value, estate: Option<&[Value]>) -> (Option<[String; 2]>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.json");
    std::fs::write(&file, plan.to_string()).unwrap();
    let exports = folder.path().join("exports");
    if let Some(estate) = estate {
        files_in(&exports, &[("export.json", json!({ "value": estate }).to_string())]);
    }
    let mut report = Report::default();
    let planned = read_plan(&file, estate.map(|_| exports.as_path()), &mut report);
    let said = report.diagnostics.iter().map(|found| format!("{}: {}", found.code.name(), found.message));
    let described = planned.map(|Planned { before, after, .. }| [describe(&before), describe(&after)]);
    (described, said.collect())
}

#[track_caller]
fn quiet(plan: &Value, estate: Option<&[Value]>) -> [String; 2] {
    let (sides, said) = sides(plan, estate);
    assert_eq!(said, [""; 0]);
    sides.unwrap()
}

fn hub() -> Value {
    resource("azurerm_virtual_network.hub", &vnet("hub", "10.1.0.0/16"))
}

/// A change of the VNet at `azurerm_virtual_network.NAME`, whose spaces are given.
fn vnet_change(name: &str, actions: &[&str], before: Option<&str>, after: Option<&str>) -> Value {
    let values = |space: Option<&str>| space.map_or(Value::Null, |space| vnet(name, space));
    let address = format!("azurerm_virtual_network.{name}");
    change(&address, actions, &values(before), &values(after), &json!({}))
}

#[test]
fn summaries_stay_where_the_tool_does_not_know_them() {
    let mut summarized = resources::vnet("hub", "10.1.0.0/16");
    summarized["properties"]["summarizedGatewayPrefixes"] = json!({ "addressPrefixes": ["10.0.0.0/14"] });
    let estate = [summarized, resources::gateway("gw", "hub", &resources::none())];
    let wider = vnet_change("hub", &["update"], Some("10.1.0.0/16"), Some("10.0.0.0/15"));
    for side in quiet(&plan(&[hub()], &[wider], &[]), Some(&estate)) {
        assert!(side.contains("announces[10.0.0.0/14]"), "{side}");
    }
}

#[test]
fn every_action_does_what_it_says() {
    let prior =
        |name: &str, space: &str| resource(&format!("azurerm_virtual_network.{name}"), &vnet(name, space));
    let read = prior("data.azurerm_virtual_network.read", "10.9.0.0/16");
    let mut read = read;
    read["address"] = json!("data.azurerm_virtual_network.read");
    read["mode"] = json!("data");
    read["values"] = vnet("read", "10.9.0.0/16");
    let prior = [
        prior("deleted", "10.1.0.0/16"),
        prior("forgotten", "10.2.0.0/16"),
        prior("replaced", "10.3.0.0/16"),
        prior("same", "10.4.0.0/16"),
        prior("untouched", "10.5.0.0/16"),
        prior("updated", "10.6.0.0/16"),
        read,
    ];
    let changes = [
        vnet_change("created", &["create"], None, Some("10.10.0.0/16")),
        vnet_change("deleted", &["delete"], Some("10.1.0.0/16"), None),
        vnet_change("forgotten", &["forget"], Some("10.2.0.0/16"), None),
        vnet_change("replaced", &["delete", "create"], Some("10.3.0.0/16"), Some("10.33.0.0/16")),
        vnet_change("same", &["no-op"], Some("10.4.0.0/16"), Some("10.4.0.0/16")),
        vnet_change("updated", &["update"], Some("10.6.0.0/16"), Some("10.66.0.0/16")),
    ];
    let [before, after] = quiet(&plan(&prior, &changes, &[]), None);
    assert_eq!(
        before,
        "vnet deleted 10.1.0.0/16\nvnet forgotten 10.2.0.0/16\nvnet read 10.9.0.0/16\nvnet replaced 10.3.0.0/16\n\
         vnet same 10.4.0.0/16\nvnet untouched 10.5.0.0/16\nvnet updated 10.6.0.0/16\n"
    );
    assert_eq!(
        after,
        "vnet created 10.10.0.0/16\nvnet forgotten 10.2.0.0/16\nvnet read 10.9.0.0/16\nvnet replaced 10.33.0.0/16\n\
         vnet same 10.4.0.0/16\nvnet untouched 10.5.0.0/16\nvnet updated 10.66.0.0/16\n"
    );
}

#[test]
fn what_moves_stays_and_what_was_deposed_goes() {
    let mut deposed = resource("azurerm_virtual_network.hub", &vnet("hub-old", "10.7.0.0/16"));
    deposed["deposed_key"] = json!("5f3a");
    let mut moved = vnet_change("hub", &["no-op"], Some("10.1.0.0/16"), Some("10.1.0.0/16"));
    moved["address"] = json!("module.net.azurerm_virtual_network.this");
    moved["previous_address"] = json!("azurerm_virtual_network.hub");
    let gone = vnet("hub-old", "10.7.0.0/16");
    let mut removed = change("azurerm_virtual_network.hub", &["delete"], &gone, &Value::Null, &json!({}));
    removed["deposed"] = json!("5f3a");
    let [before, after] = quiet(&plan(&[hub(), deposed], &[moved, removed], &[]), None);
    assert_eq!(before, "vnet hub 10.1.0.0/16\nvnet hub-old 10.7.0.0/16\n");
    assert_eq!(after, "vnet hub 10.1.0.0/16\n");
}

#[test]
fn a_renamed_address_of_one_resource_is_no_change() {
    // Without a `moved` block, one address makes what the other destroys; the id is the same.
    let values = vnet("hub", "10.1.0.0/16");
    let mut new = values.clone();
    new.as_object_mut().unwrap().remove("id");
    let changes = [
        change("azurerm_virtual_network.hub", &["delete"], &values, &Value::Null, &json!({})),
        change("azurerm_virtual_network.main", &["create"], &Value::Null, &new, &json!({ "id": true })),
    ];
    let [before, after] = quiet(&plan(&[hub()], &changes, &[]), None);
    assert_eq!(before, after);
    assert_eq!(after, "vnet hub 10.1.0.0/16\n");
}

#[test]
fn one_resource_has_one_name_on_both_sides() {
    let mut new = vnet("hub", "10.8.0.0/16");
    new["resource_group_name"] = json!("other");
    new["id"] = Value::Null;
    let created =
        change("azurerm_virtual_network.more", &["create"], &Value::Null, &new, &json!({ "id": true }));
    let [before, after] = quiet(&plan(&[hub()], &[created], &[]), None);
    assert_eq!(before, "vnet net/hub 10.1.0.0/16\n");
    assert_eq!(after, "vnet net/hub 10.1.0.0/16\nvnet other/hub 10.8.0.0/16\n");
}

/// Two hubs with a tunnel that is down, and a spoke of the first, as Azure exports them.
fn estate() -> Vec<Value> {
    let side = |remote: &str, flag: &str| {
        let mut side = resources::peering(remote, "Connected");
        side["properties"][flag] = json!(true);
        json!([side])
    };
    let down = json!({ "connectionStatus": "NotConnected" });
    vec![
        resources::peered_vnet("hub", "10.1.0.0/16", &side("spoke", "allowGatewayTransit")),
        resources::peered_vnet("spoke", "10.2.0.0/16", &side("hub", "useRemoteGateways")),
        resources::vnet("far", "10.3.0.0/16"),
        resources::gateway("gw", "hub", &json!({})),
        resources::gateway("gw-far", "far", &json!({})),
        resources::between("out", "gw", "gw-far", &down),
        resources::between("back", "gw-far", "gw", &down),
    ]
}

const ESTATE: &str = "\
vnet far 10.3.0.0/16
vnet hub 10.1.0.0/16
vnet spoke 10.2.0.0/16
gateway hub VpnGw1 pool[] custom[] protocols[]
gateway far VpnGw1 pool[] custom[] protocols[]
peering hub spoke allow-transit
peering spoke hub use-remote
tunnel back far hub static[] down NotConnected
tunnel out hub far static[] down NotConnected
";

#[test]
fn what_a_plan_does_not_know_of_stays() {
    let values = |bgp: bool| connection("out", "gw", "gw-far", &json!({ "enable_bgp": bgp }));
    let address = "azurerm_virtual_network_gateway_connection.out";
    let update = change(address, &["update"], &values(false), &values(true), &json!({}));
    let [before, after] = quiet(&plan(&[resource(address, &values(false))], &[update], &[]), Some(&estate()));
    assert_eq!(before, ESTATE);
    // The status is Azure's to tell, and outlives the change.
    assert_eq!(after, ESTATE.replace("tunnel out hub far static", "tunnel out hub far bgp static"));
}

#[test]
fn a_new_connection_counts_as_up() {
    let values = connection("out", "gw", "gw-far", &json!({ "enable_bgp": false }));
    let address = "azurerm_virtual_network_gateway_connection.out";
    let replace = change(address, &["delete", "create"], &values, &values, &json!({}));
    let (sides, said) = sides(&plan(&[resource(address, &values)], &[replace], &[]), Some(&estate()));
    let [_, after] = sides.unwrap();
    assert_eq!(
        after,
        ESTATE.replace("tunnel out hub far static[] down NotConnected", "tunnel out hub far static[]")
    );
    assert_eq!(
        said,
        [
            "outside-model: the plan takes connection `out` away and makes it anew: what it carries is cut off in between"
        ]
    );
}

#[test]
fn what_a_plan_takes_away_takes_with_it_what_leads_there() {
    let spoke = vnet("spoke", "10.2.0.0/16");
    let address = "azurerm_virtual_network.spoke";
    let delete = change(address, &["delete"], &spoke, &Value::Null, &json!({}));
    let (sides, said) = sides(&plan(&[resource(address, &spoke)], &[delete], &[]), Some(&estate()));
    let [before, after] = sides.unwrap();
    assert_eq!(before, ESTATE);
    let without: String = ESTATE.split_inclusive('\n').filter(|line| !line.contains("spoke")).collect();
    assert_eq!(after, without);
    assert_eq!(
        said,
        ["incomplete: peering `to-spoke` of `hub` leads to a VNet that the plan takes away, and is left out"]
    );

    let values = gateway("gw-far", "far", &json!({}));
    let address = "azurerm_virtual_network_gateway.far";
    let delete = change(address, &["delete"], &values, &Value::Null, &json!({}));
    let (sides, said) = self::sides(&plan(&[resource(address, &values)], &[delete], &[]), Some(&estate()));
    let is_left = |line: &&str| !line.contains("tunnel") && !line.contains("gateway far");
    let without: String = ESTATE.split_inclusive('\n').filter(is_left).collect();
    assert_eq!(sides.unwrap()[1], without);
    assert_eq!(
        said,
        [
            "incomplete: connection `out` leads to a gateway that the plan takes away, and is left out",
            "incomplete: connection `back` leads to a gateway that the plan takes away, and is left out",
        ]
    );
}

#[test]
fn a_side_of_a_peering_that_goes_disconnects_the_other_and_one_that_comes_connects_it() {
    let values = peering("to-hub", "spoke", "hub", &json!({ "use_remote_gateways": true }));
    let address = "azurerm_virtual_network_peering.p";
    let delete = change(address, &["delete"], &values, &Value::Null, &json!({}));
    let [before, after] = quiet(&plan(&[resource(address, &values)], &[delete], &[]), Some(&estate()));
    assert_eq!(before, ESTATE);
    assert_eq!(
        after,
        ESTATE
            .replace("peering hub spoke allow-transit", "peering hub spoke allow-transit Disconnected")
            .replace("peering spoke hub use-remote\n", "")
    );

    let mut lone = estate();
    lone[0]["properties"]["virtualNetworkPeerings"][0]["properties"]["peeringState"] = json!("Initiated");
    lone[1]["properties"]["virtualNetworkPeerings"] = json!([]);
    let create = change(address, &["create"], &Value::Null, &values, &json!({}));
    let [before, after] = quiet(&plan(&[], &[create], &[]), Some(&lone));
    let initiated = ESTATE
        .replace("peering hub spoke allow-transit", "peering hub spoke allow-transit Initiated")
        .replace("peering spoke hub use-remote\n", "");
    assert_eq!(before, initiated);
    assert_eq!(after, ESTATE);
}

#[test]
fn the_export_tells_the_subscription_of_what_is_new() {
    let side = json!({
        "name": "to-far", "resource_group_name": "net", "virtual_network_name": "hub",
        "remote_virtual_network_id": id("virtualNetworks", "far"), "allow_virtual_network_access": true,
    });
    let create =
        change("azurerm_virtual_network_peering.p", &["create"], &Value::Null, &side, &json!({ "id": true }));
    let [_, after] = quiet(&plan(&[], &[create], &[]), Some(&estate()));
    assert_eq!(after, ESTATE.replace("peering hub spoke", "peering hub far\npeering hub spoke"));
}

#[test]
fn a_file_that_is_no_plan_is_refused() {
    let (described, said) = sides(&super::terraform::state(&[hub()]), None);
    assert_eq!(described, None);
    assert!(
        said.len() == 1 && said[0].starts_with("not-an-inventory: `") && said[0].ends_with("` is no plan")
    );
    let (described, said) = sides(&json!({ "value": [] }), None);
    assert_eq!(described, None);
    assert_eq!(said.len(), 1, "{said:?}");
    let nothing = plan(&[], &[], &[]);
    let (described, said) = sides(&nothing, None);
    assert_eq!(described, None);
    assert_eq!(
        said,
        ["not-an-inventory: no virtual network in the export, which holds nothing of an Azure network"]
    );
}

/// The plan as it is where its state was left out.
fn without_state(mut plan: Value) -> Value {
    plan.as_object_mut().unwrap().remove("prior_state");
    plan
}

const FROM_CHANGES: &str = "incomplete: the plan has no `prior_state`: what is there before is what its changes say, and data \
                            sources are not known";

#[test]
fn without_a_state_the_changes_say_what_was_there() {
    let mut moved = vnet_change("new", &["no-op"], Some("10.5.0.0/16"), Some("10.5.0.0/16"));
    moved["previous_address"] = json!("azurerm_virtual_network.old");
    let changes = [
        vnet_change("stays", &["no-op"], Some("10.1.0.0/16"), Some("10.1.0.0/16")),
        vnet_change("changes", &["update"], Some("10.2.0.0/16"), Some("10.20.0.0/16")),
        vnet_change("goes", &["delete"], Some("10.3.0.0/16"), None),
        vnet_change("comes", &["create"], None, Some("10.4.0.0/16")),
        moved,
        // What is nothing of a network says nothing about one.
        change("random_pet.name", &["update"], &Value::Null, &json!({}), &json!({})),
    ];
    let document = without_state(plan(&[], &changes, &[]));
    let (described, said) = sides(&document, None);
    let [before, after] = described.unwrap();
    assert_eq!(said, [FROM_CHANGES]);
    assert_eq!(
        before,
        "vnet changes 10.2.0.0/16\nvnet goes 10.3.0.0/16\nvnet new 10.5.0.0/16\nvnet stays 10.1.0.0/16\n"
    );
    assert_eq!(
        after,
        "vnet changes 10.20.0.0/16\nvnet comes 10.4.0.0/16\nvnet new 10.5.0.0/16\nvnet stays 10.1.0.0/16\n"
    );
    // Over an export, what is taken away goes there too.
    let (described, _) = sides(&document, Some(&[resources::vnet("other", "10.9.0.0/16")]));
    let [before, after] = described.unwrap();
    assert!(before.contains("vnet goes") && !after.contains("vnet goes"), "{before}{after}");
    // Where nothing was there, there is nothing to tell.
    let [before, after] = quiet(
        &without_state(plan(&[], &[vnet_change("comes", &["create"], None, Some("10.4.0.0/16"))], &[])),
        None,
    );
    assert_eq!((before.as_str(), after.as_str()), ("", "vnet comes 10.4.0.0/16\n"));
}

#[test]
fn the_shipped_plans_say_the_same_without_their_states() {
    // Of other plans data sources are part of what is there.
    for name in ["chain-to-bgp.json", "flags-hub-flag-off.json", "replaced-gateway.json"] {
        let text = std::fs::read_to_string(root().join("tests/fixtures/terraform").join(name)).unwrap();
        let whole: Value = serde_json::from_str(&text).unwrap();
        let (expected, _) = sides(&whole, None);
        let (described, said) = sides(&without_state(whole), None);
        assert!(expected.is_some() && said.iter().any(|it| it == FROM_CHANGES), "{name}: {said:?}");
        assert_eq!(described, expected, "{name}");
    }
}

#[test]
fn a_plan_that_says_nothing_of_what_was_there_is_refused() {
    let changes = [
        vnet_change("one", &["update"], None, Some("10.1.0.0/16")),
        vnet_change("two", &["no-op"], None, Some("10.2.0.0/16")),
        vnet_change("three", &["create"], None, Some("10.3.0.0/16")),
    ];
    let (described, said) = sides(&without_state(plan(&[], &changes, &[])), None);
    assert_eq!(described, None);
    assert_eq!(
        said,
        ["not-an-inventory: the plan has no `prior_state`, and does not tell what is there before it: \
          `azurerm_virtual_network.one`, `azurerm_virtual_network.two`"]
    );
}

fn fixtures() -> [String; 3] {
    ["terraform/new-hub.json", "terraform/chain-to-bgp.json", "what-if/chain-to-bgp.json"].map(|name| {
        let path = root().join("tests/fixtures").join(name);
        std::fs::read_to_string(path).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Whatever happens to a plan, reading ends with two inventories or an error, at places that exist.
    #[test]
    fn mangled_plans_do_not_panic(which in 0_usize..3, at in any::<prop::sample::Index>(), cut in 0_usize..60, new in "\\PC{0,5}") {
        let mut text = fixtures()[which].clone();
        let from = (0..=at.index(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let to = (from..=(from + cut).min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        text.replace_range(from..to, &new);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("plan.json");
        std::fs::write(&file, text).unwrap();
        let mut report = Report::default();
        let planned = read_plan(&file, None, &mut report);
        prop_assert_eq!(planned.is_none(), report.worst() == Some(Severity::Error));
        for span in report.diagnostics.iter().filter_map(|found| found.span) {
            prop_assert!(report.sources.get(span.file).text().get(span.range()).is_some());
        }
    }
}

/// The gateway `name` of the VNet `vnet`, as a resource of a state.
fn vpn(name: &str, vnet: &str) -> Value {
    resource(&format!("azurerm_virtual_network_gateway.{name}"), &gateway(name, vnet, &json!({})))
}

/// The VNets whose gateways a plan or prediction makes anew, and what every finding says.
fn replaced(plan: &Value) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.json");
    std::fs::write(&file, plan.to_string()).unwrap();
    let mut report = Report::default();
    let planned = read_plan(&file, None, &mut report);
    let said = report.diagnostics.iter().map(|found| format!("{}: {}", found.code.name(), found.message));
    (planned.unwrap().replaced, said.collect())
}

#[test]
fn a_gateway_is_made_anew_in_either_order_and_under_any_name() {
    let old = gateway("gw", "hub", &json!({}));
    let mut new = old.clone();
    new["id"] = Value::Null;
    let address = "azurerm_virtual_network_gateway.gw";
    let unknown = json!({ "id": true });
    for actions in [["delete", "create"], ["create", "delete"]] {
        let change = change(address, &actions, &old, &new, &unknown);
        assert_eq!(
            replaced(&plan(&[hub(), vpn("gw", "hub")], &[change], &[])),
            (vec!["hub".into()], Vec::new())
        );
    }
    let mut renamed = gateway("gw2", "hub", &json!({}));
    renamed["id"] = Value::Null;
    let changes = [
        change(address, &["delete"], &old, &Value::Null, &json!({})),
        change("azurerm_virtual_network_gateway.gw2", &["create"], &Value::Null, &renamed, &unknown),
    ];
    assert_eq!(replaced(&plan(&[hub(), vpn("gw", "hub")], &changes, &[])).0, ["hub"]);
    // What is updated, new or moved is not.
    let updated = change(address, &["update"], &old, &old, &json!({}));
    assert_eq!(replaced(&plan(&[hub(), vpn("gw", "hub")], &[updated], &[])).0, [""; 0]);
    let created = change(address, &["create"], &Value::Null, &new, &unknown);
    assert_eq!(replaced(&plan(&[hub()], &[created], &[])).0, [""; 0]);
    let body = resources::gateway("gw", "hub", &json!({}));
    let predicted = |kinds: &[&str]| {
        let network = resources::vnet("hub", "10.1.0.0/16");
        let mut changes =
            vec![json!({ "resourceId": network["id"], "changeType": "NoChange", "after": network })];
        for kind in kinds {
            changes
                .push(json!({ "resourceId": body["id"], "changeType": kind, "before": body, "after": body }));
        }
        replaced(&json!({ "status": "Succeeded", "changes": changes }))
    };
    assert_eq!(predicted(&["Delete", "Create"]), (vec!["hub".into()], Vec::new()));
    assert_eq!(predicted(&["Create", "Delete"]), (vec!["hub".into()], Vec::new()));
    assert_eq!(predicted(&["Modify"]), (Vec::new(), Vec::new()));
}

#[test]
fn what_is_made_anew_carries_nothing_in_between() {
    let side = peering("p", "hub", "spoke", &json!({}));
    let mut new = side.clone();
    new["id"] = Value::Null;
    let address = "azurerm_virtual_network_peering.p";
    let spoke = resource("azurerm_virtual_network.spoke", &vnet("spoke", "10.2.0.0/16"));
    let change = change(address, &["delete", "create"], &side, &new, &json!({ "id": true }));
    let (sides, said) = sides(&plan(&[hub(), spoke, resource(address, &side)], &[change], &[]), None);
    let [before, after] = sides.unwrap();
    assert_eq!(before, after);
    assert_eq!(
        said,
        [
            "outside-model: the plan takes peering `p` of `hub` away and makes it anew: what it carries is cut off in between"
        ]
    );
}

#[test]
fn a_new_prefix_of_a_peered_network_waits_for_a_sync() {
    let side = peering("p", "hub", "spoke", &json!({}));
    let address = "azurerm_virtual_network_peering.p";
    let own = vnet("spoke", "10.2.0.0/16");
    let prior = [hub(), resource("azurerm_virtual_network.spoke", &own), resource(address, &side)];
    let wider = |space: &[&str]| {
        let mut after = own.clone();
        after["address_space"] = json!(space);
        change("azurerm_virtual_network.spoke", &["update"], &own, &after, &json!({}))
    };
    let said = |changes: &[Value]| sides(&plan(&prior, changes, &[]), None).1;
    let note = "outside-model: VNet `spoke` gets `10.9.0.0/16` and `fd00:2::/64` while it is peered: `hub` carries that only \
                once the peering is synced";
    let new = wider(&["10.2.0.0/16", "10.9.0.0/16", "fd00:2::/64"]);
    assert_eq!(said(std::slice::from_ref(&new)), [note]);
    // What the known space covers waits for nothing, and azurerm syncs what it changes.
    assert_eq!(said(&[wider(&["10.2.0.0/17", "10.2.128.0/17"])]), [""; 0]);
    let synced = change(address, &["update"], &side, &side, &json!({}));
    assert_eq!(said(&[new, synced]), [""; 0]);
}
