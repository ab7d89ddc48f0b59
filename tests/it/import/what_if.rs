//! What `what-if` of a deployment predicts.

use serde_json::{Value, json};
use tunnelog::diagnostic::Report;
use tunnelog::import::read_plan;

use super::describe::describe;
use super::resources::{between, gateway, id, local_gateway, peered_vnet, peering, vnet};
use crate::support::topologies::root;

fn change(kind: &str, before: Option<&Value>, after: Option<&Value>) -> Value {
    let named = after.or(before).map(|body| body["id"].clone());
    json!({ "resourceId": named, "changeType": kind, "before": before, "after": after, "delta": [] })
}

fn sides(changes: &[Value]) -> ([String; 2], Vec<String>) {
    sides_of(&json!({ "status": "Succeeded", "changes": changes }))
}

fn sides_of(prediction: &Value) -> ([String; 2], Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("what-if.json");
    std::fs::write(&file, prediction.to_string()).unwrap();
    let mut report = Report::default();
    let planned = read_plan(&file, None, &mut report);
    let said = report.diagnostics.iter().map(|found| format!("{}: {}", found.code.name(), found.message));
    let sides = planned.map(|planned| [describe(&planned.before), describe(&planned.after)]);
    (sides.unwrap_or_default(), said.collect())
}

#[test]
fn both_forms_of_one_change_are_one_difference() {
    let read = |name: &str| {
        let path = root().join("tests/fixtures").join(name).join("chain-to-bgp.json");
        let mut report = Report::default();
        let planned = read_plan(&path, None, &mut report).unwrap();
        assert!(report.diagnostics.is_empty(), "{:?}", report.diagnostics);
        [describe(&planned.before), describe(&planned.after)]
    };
    assert_eq!(read("what-if"), read("terraform"));
}

#[test]
fn every_kind_of_change_does_what_it_says() {
    let hub = vnet("hub", "10.1.0.0/16");
    let ([before, after], said) = sides(&[
        change("Create", None, Some(&vnet("created", "10.2.0.0/16"))),
        change("Delete", Some(&vnet("deleted", "10.3.0.0/16")), None),
        change("Modify", Some(&vnet("changed", "10.4.0.0/16")), Some(&vnet("changed", "10.44.0.0/16"))),
        change("NoChange", Some(&hub), Some(&hub)),
        change("Ignore", Some(&vnet("ignored", "10.5.0.0/16")), None),
        change("Deploy", Some(&vnet("deployed", "10.6.0.0/16")), None),
        json!({ "resourceId": id("localNetworkGateways", "x"), "changeType": "Unsupported", "unsupportedReason": "No." }),
        json!({ "resourceId": "[resourceId('Microsoft.Network/virtualNetworks', 'y')]", "changeType": "Unsupported" }),
        json!({ "resourceId": "[resourceId('Microsoft.Web/sites', 'z')]", "changeType": "Unsupported" }),
        json!({ "resourceId": "/subscriptions/sub/resourceGroups/net", "changeType": "Create" }),
        json!({ "resourceId": id("virtualNetworks", "short"), "changeType": "Create" }),
    ]);
    assert_eq!(
        before,
        "vnet changed 10.4.0.0/16\nvnet deleted 10.3.0.0/16\nvnet deployed 10.6.0.0/16\nvnet hub 10.1.0.0/16\n\
         vnet ignored 10.5.0.0/16\n"
    );
    assert_eq!(
        after,
        "vnet changed 10.44.0.0/16\nvnet created 10.2.0.0/16\nvnet deployed 10.6.0.0/16\nvnet hub 10.1.0.0/16\n\
         vnet ignored 10.5.0.0/16\n"
    );
    assert_eq!(
        said,
        [
            "unknown-value: what the deployment does to `deployed` is not told: `Deploy`",
            "unknown-value: what the deployment does to `x` is not told: `Unsupported`",
            "unknown-value: a change names its resource by an expression, and is left out",
            "unknown-value: what `short` will be is not told",
        ]
    );
}

#[test]
fn a_template_that_is_silent_about_peerings_leaves_them() {
    let before =
        peered_vnet("hub", "10.1.0.0/16", &json!([peering("a", "Connected"), peering("b", "Connected")]));
    let spokes = [vnet("a", "10.2.0.0/16"), vnet("b", "10.3.0.0/16")];
    let after_of = |after: &Value, delta: Value| {
        let mut modified = change("Modify", Some(&before), Some(after));
        modified["delta"] = delta;
        let mut changes = vec![modified];
        changes.extend(spokes.iter().map(|spoke| change("Ignore", Some(spoke), Some(spoke))));
        let ([_, after], said) = sides(&changes);
        assert_eq!(said, [""; 0]);
        after.lines().filter(|line| line.starts_with("peering")).map(str::to_owned).collect::<Vec<_>>()
    };
    let mut silent = vnet("hub", "10.1.0.0/17");
    silent["properties"].as_object_mut().unwrap().remove("virtualNetworkPeerings");
    assert_eq!(after_of(&silent, json!([])), ["peering hub a", "peering hub b"]);
    let deleted = json!([{ "path": "properties.virtualNetworkPeerings", "propertyChangeType": "Delete" }]);
    assert_eq!(after_of(&silent, deleted), [""; 0]);
    let one = peered_vnet("hub", "10.1.0.0/17", &json!([peering("b", "Connected")]));
    assert_eq!(after_of(&one, json!([])), ["peering hub b"]);
}

#[test]
fn the_state_of_a_tunnel_outlives_the_change() {
    let networks = [vnet("hub", "10.1.0.0/16"), vnet("far", "10.2.0.0/16")];
    let gateways = [gateway("gw", "hub", &json!({})), gateway("gw-far", "far", &json!({}))];
    let mut changes: Vec<Value> =
        networks.iter().chain(&gateways).map(|body| change("NoChange", Some(body), Some(body))).collect();
    let down = between("out", "gw", "gw-far", &json!({ "connectionStatus": "NotConnected" }));
    let bgp = between("out", "gw", "gw-far", &json!({ "enableBgp": true }));
    changes.push(change("Modify", Some(&down), Some(&bgp)));
    let ([before, after], _) = sides(&changes);
    let tunnel = |side: &str| side.lines().last().unwrap().to_owned();
    assert_eq!(tunnel(&before), "tunnel out hub far static[] down NotConnected");
    assert_eq!(tunnel(&after), "tunnel out hub far bgp static[] down NotConnected");
}

#[test]
fn expressions_are_told_of_and_never_taken_for_values() {
    let site = local_gateway(
        "branch",
        &["10.50.0.0/16", "[parameters('more')]"],
        &json!({
            "bgpSettings": { "asn": "[parameters('asn')]" },
        }),
    );
    let hub = vnet("hub", "10.1.0.0/16");
    let ([_, after], said) =
        sides(&[change("NoChange", Some(&hub), Some(&hub)), change("Create", None, Some(&site))]);
    assert_eq!(after, "vnet hub 10.1.0.0/16\nsite branch 10.50.0.0/16\n");
    assert_eq!(
        said,
        ["unknown-value: `branch` has a value that only the deployment works out: `[parameters('asn')]`"]
    );
}

#[test]
fn what_may_happen_is_told_of() {
    let hub = vnet("hub", "10.1.0.0/16");
    let prediction = json!({
        "status": "Succeeded",
        "properties": {
            "changes": [change("NoChange", Some(&hub), Some(&hub))],
            "potentialChanges": [change("Modify", Some(&hub), Some(&hub))],
        },
    });
    let ([before, after], said) = sides_of(&prediction);
    assert_eq!(before, after);
    assert_eq!(said, ["unknown-value: the deployment may change `hub`, and that is left out"]);
}

#[test]
fn a_prediction_that_failed_is_refused() {
    let ([before, _], said) =
        sides_of(&json!({ "status": "Failed", "changes": null, "error": { "code": "InvalidTemplate" } }));
    assert_eq!(before, "");
    assert_eq!(
        said,
        ["not-an-inventory: what the deployment does was not worked out: its status is `Failed`"]
    );
}
