//! What `what-if` of a deployment predicts.

use serde_json::{Value, json};
use tunnelog::compare::{Comparison, Pair};
use tunnelog::diagnostic::Report;
use tunnelog::import::read_plan;

use super::describe::describe;
use super::resources::{between, gateway, id, local_gateway, peered_vnet, peering, vnet};
use crate::support::loaded::load;
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

/// A VNet with two peerings, of which a template is silent.
fn silent_hub() -> [Value; 2] {
    let sides = json!([peering("a", "Connected"), peering("b", "Connected")]);
    let mut silent = vnet("hub", "10.1.0.0/17");
    silent["properties"].as_object_mut().unwrap().remove("virtualNetworkPeerings");
    [peered_vnet("hub", "10.1.0.0/16", &sides), silent]
}

/// The peerings that are left where the hub becomes `after`, with the differences told, and what is said.
fn peerings_after(after: &Value, delta: &Value) -> (Vec<String>, Vec<String>) {
    let [before, _] = silent_hub();
    let mut modified = change("Modify", Some(&before), Some(after));
    modified["delta"] = delta.clone();
    let mut changes = vec![modified];
    for (spoke, space) in [("a", "10.2.0.0/16"), ("b", "10.3.0.0/16")] {
        let spoke = vnet(spoke, space);
        changes.push(change("Ignore", Some(&spoke), Some(&spoke)));
    }
    let ([_, after], said) = sides(&changes);
    (after.lines().filter(|line| line.starts_with("peering")).map(str::to_owned).collect(), said)
}

#[test]
fn a_template_that_is_silent_about_peerings_leaves_them() {
    let [_, silent] = silent_hub();
    let both = ["peering hub a", "peering hub b"].map(str::to_owned).to_vec();
    assert_eq!(peerings_after(&silent, &json!([])), (both.clone(), Vec::new()));
    let note = "incomplete: what-if is known to be wrong where it deletes `virtualNetworkPeerings` of `hub`, which the \
                template does not mention: they stay";
    // However the prediction words it.
    for delta in [
        json!({ "path": "properties.virtualNetworkPeerings", "propertyChangeType": "Delete" }),
        json!({ "path": "properties.virtualnetworkpeerings", "propertyChangeType": "delete" }),
        json!({ "path": "virtualNetworkPeerings", "propertyChangeType": "Delete" }),
        json!({ "path": "properties.virtualNetworkPeerings[0].properties", "propertyChangeType": "Delete" }),
        json!({ "path": "properties.virtualNetworkPeerings", "propertyChangeType": "Array",
                "children": [{ "path": "0", "propertyChangeType": "Delete" }] }),
        json!({ "Path": "properties.virtualNetworkPeerings", "PropertyChangeType": 1 }),
        json!({ "Path": "properties.virtualNetworkPeerings", "PropertyChangeType": 3,
                "Children": [{ "Path": "1", "PropertyChangeType": 1 }] }),
    ] {
        assert_eq!(
            peerings_after(&silent, &json!([delta])),
            (both.clone(), vec![note.to_owned()]),
            "{delta}"
        );
    }
    let unsaid = json!([{ "path": "properties.enableDdosProtection", "propertyChangeType": "Delete" }]);
    assert_eq!(peerings_after(&silent, &unsaid), (both, Vec::new()));
}

#[test]
fn a_template_that_lists_peerings_keeps_no_others() {
    let deleted = json!([{ "path": "properties.virtualNetworkPeerings", "propertyChangeType": "Array",
                           "children": [{ "path": "0", "propertyChangeType": "Delete" }] }]);
    let one = peered_vnet("hub", "10.1.0.0/17", &json!([peering("b", "Connected")]));
    assert_eq!(peerings_after(&one, &deleted), (vec!["peering hub b".to_owned()], Vec::new()));
    let none = peered_vnet("hub", "10.1.0.0/17", &json!([]));
    assert_eq!(peerings_after(&none, &deleted), (Vec::new(), Vec::new()));
}

#[test]
fn other_collections_that_stay_are_told_of_too() {
    let [before, after] = ["10.1.0.0/16", "10.1.0.0/17"].map(|space| vnet("hub", space));
    let delta = json!([{ "path": "properties.subnets", "propertyChangeType": "Delete" }]);
    let mut modified = change("Modify", Some(&before), Some(&after));
    modified["delta"] = delta;
    modified["after"]["properties"].as_object_mut().unwrap().remove("subnets");
    let (_, said) = sides(&[modified]);
    assert_eq!(
        said,
        [
            "incomplete: what-if is known to be wrong where it deletes `subnets` of `hub`, which the template does not \
             mention: they stay"
        ]
    );
}

/// The changes of `plain` as PowerShell writes its objects.
fn in_powershell(plain: &[Value]) -> Value {
    let changes: Vec<Value> = plain
        .iter()
        .map(|change| {
            let kinds = ["Create", "Delete", "Ignore", "Deploy", "NoChange", "Modify", "Unsupported"];
            let number = kinds.iter().position(|kind| change["changeType"] == **kind).unwrap();
            json!({ "FullyQualifiedResourceId": change["resourceId"], "ChangeType": number,
                    "Before": change["before"], "After": change["after"], "Delta": null })
        })
        .collect();
    json!({ "Status": "Succeeded", "Changes": changes })
}

/// The changes of `plain` as `what-if` of a deployment stack has them.
fn in_stack(plain: &[Value]) -> Value {
    let changes: Vec<Value> = plain
        .iter()
        .map(|change| {
            let kind = change["changeType"].as_str().unwrap();
            let kind = kind[..1].to_lowercase() + &kind[1..];
            json!({ "id": change["resourceId"], "changeType": kind, "changeCertainty": "definite",
                    "resourceConfigurationChanges": { "before": change["before"], "after": change["after"], "delta": [] } })
        })
        .collect();
    json!({ "type": "Microsoft.Resources/deploymentStacksWhatIfResults",
            "properties": { "provisioningState": "succeeded", "changes": { "resourceChanges": changes } } })
}

#[test]
fn one_prediction_reads_alike_in_every_shape() {
    let hub = vnet("hub", "10.1.0.0/16");
    let plain = [
        change("Create", None, Some(&vnet("created", "10.2.0.0/16"))),
        change("Delete", Some(&vnet("deleted", "10.3.0.0/16")), None),
        change("Modify", Some(&vnet("changed", "10.4.0.0/16")), Some(&vnet("changed", "10.44.0.0/16"))),
        change("NoChange", Some(&hub), Some(&hub)),
    ];
    let (expected, said) = sides(&plain);
    assert!(expected[0].contains("vnet changed 10.4.0.0/16"), "{expected:?}");
    assert_eq!(said, [""; 0]);
    for other in [in_powershell(&plain), in_stack(&plain)] {
        assert_eq!(sides_of(&other), (expected.clone(), Vec::new()), "{other}");
    }
}

#[test]
fn what_a_stack_detaches_stays() {
    let [hub, left] = [vnet("hub", "10.1.0.0/16"), vnet("left", "10.2.0.0/16")];
    let plain = [change("NoChange", Some(&hub), Some(&hub)), change("Detach", Some(&left), None)];
    let ([before, after], said) = sides_of(&in_stack(&plain));
    assert_eq!(before, "vnet hub 10.1.0.0/16\nvnet left 10.2.0.0/16\n");
    assert_eq!(after, before);
    assert_eq!(said, [""; 0]);
}

#[test]
fn what_a_stack_may_change_is_told_of() {
    let [before, after] = ["10.1.0.0/16", "10.9.0.0/16"].map(|space| vnet("hub", space));
    let mut stack = in_stack(&[change("Modify", Some(&before), Some(&after))]);
    stack["properties"]["changes"]["resourceChanges"][0]["changeCertainty"] = json!("potential");
    let (sides, said) = sides_of(&stack);
    assert_eq!(sides, ["vnet hub 10.1.0.0/16\n"; 2]);
    assert_eq!(said, ["unknown-value: the deployment may change `hub`, and that is left out"]);
    stack["properties"]["provisioningState"] = json!("failed");
    let (_, said) = sides_of(&stack);
    assert_eq!(
        said,
        ["not-an-inventory: what the deployment does was not worked out: its status is `failed`"]
    );
}

#[test]
fn bodies_that_were_not_asked_for_are_told_of() {
    let mut modified = change("Modify", Some(&vnet("hub", "10.1.0.0/16")), None);
    modified["resourceId"] = json!(id("virtualNetworks", "hub"));
    let mut deleted = modified.clone();
    deleted["changeType"] = json!("Delete");
    deleted["resourceId"] = json!(id("virtualNetworks", "spoke"));
    deleted["before"] = Value::Null;
    let (_, said) = sides(&[modified, deleted]);
    assert_eq!(
        said,
        [
            "unknown-value: what `hub` will be is not told",
            "incomplete: what `spoke` is before it goes is not told"
        ]
    );
}

#[test]
fn a_peering_that_is_deleted_goes_though_its_vnet_lists_it() {
    let side = |remote: &str| json!([peering(remote, "Connected")]);
    let hub = peered_vnet("hub", "10.1.0.0/16", &side("spoke"));
    let spoke = peered_vnet("spoke", "10.2.0.0/16", &side("hub"));
    let mut gone = peering("spoke", "Connected");
    gone["id"] = json!(format!(
        "{}/virtualNetworkPeerings/{}",
        id("virtualNetworks", "hub"),
        gone["name"].as_str().unwrap()
    ));
    let plain = [
        change("NoChange", Some(&hub), Some(&hub)),
        change("NoChange", Some(&spoke), Some(&spoke)),
        change("Delete", Some(&gone), None),
    ];
    for prediction in [json!({ "status": "Succeeded", "changes": plain }), in_stack(&plain)] {
        let ([before, after], said) = sides_of(&prediction);
        assert_eq!(before.lines().filter(|line| line.starts_with("peering")).count(), 2, "{before}");
        let left: Vec<&str> = after.lines().filter(|line| line.starts_with("peering")).collect();
        assert_eq!(left, ["peering spoke hub Disconnected"]);
        assert_eq!(said, [""; 0]);
    }
}

/// What differs by a plan of the fixtures: facts, and for each class what happens to it.
fn differences(fixture: &str) -> Vec<String> {
    let path = root().join("tests/fixtures/what-if").join(fixture);
    let mut report = Report::default();
    let planned = read_plan(&path, None, &mut report).unwrap();
    let pair = Pair::new(planned.before, planned.after);
    Comparison::between(&pair)
        .facts()
        .iter()
        .map(|fact| format!("{} {fact}", if fact.added { '+' } else { '-' }))
        .collect()
}

#[test]
fn the_inventory_that_a_prediction_leads_to_has_what_stays() {
    for noise in
        ["property-delete", "lowercase-path", "no-delta", "array-children", "spoke", "peering-readonly"]
    {
        let path = root().join(format!("tests/fixtures/what-if/noise-{noise}.json"));
        let after = read_plan(&path, None, &mut Report::default()).unwrap().after;
        let alone = load(&path).inventory.unwrap();
        assert_eq!(describe(&alone), describe(&after), "{noise}");
        assert_eq!(alone.peerings.len(), 4, "{noise}");
    }
}

#[test]
fn predictions_of_the_fixtures_do_what_their_readme_says() {
    for noise in
        ["property-delete", "lowercase-path", "no-delta", "array-children", "spoke", "peering-readonly"]
    {
        assert_eq!(differences(&format!("noise-{noise}.json")), [""; 0], "{noise}");
    }
    for shape in ["numbers", "words"] {
        assert_eq!(
            differences(&format!("powershell-{shape}.json")),
            ["- gateway_transit(hub, spoke1)"],
            "{shape}"
        );
    }
    assert_eq!(differences("stack-detach-peering.json"), [""; 0]);
    assert_eq!(differences("stack-modify.json"), ["+ custom_route(hub, 203.0.113.0/24)"]);
    assert_eq!(
        differences("stack-delete-peering.json"),
        ["- gateway_transit(hub, spoke1)", "- peered(hub, spoke1)", "- peered(spoke1, hub)"]
    );
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
fn addresses_that_a_pool_has_yet_to_give_are_not_known() {
    let hub = vnet("hub", "10.1.0.0/16");
    let mut spoke = vnet("spoke", "10.2.0.0/16");
    spoke["properties"]["addressSpace"] =
        json!({ "ipamPoolPrefixAllocations": [{ "numberOfIpAddresses": "256" }] });
    let ([_, after], said) =
        sides(&[change("NoChange", Some(&hub), Some(&hub)), change("Create", None, Some(&spoke))]);
    assert_eq!(after, "vnet hub 10.1.0.0/16\nvnet spoke external\n");
    assert_eq!(
        said,
        ["unknown-value: the addresses of VNet `spoke` come from an IPAM pool, and are not told here"]
    );
}

#[test]
fn a_flag_that_only_the_deployment_works_out_is_never_taken_for_false() {
    let mut side = peering("hub", "Connected");
    side["properties"]["useRemoteGateways"] = json!("[parameters('transit')]");
    let spoke = peered_vnet("spoke", "10.2.0.0/16", &json!([side]));
    let hub = vnet("hub", "10.1.0.0/16");
    let ([_, after], said) =
        sides(&[change("NoChange", Some(&hub), Some(&hub)), change("Create", None, Some(&spoke))]);
    assert_eq!(after, "vnet hub 10.1.0.0/16\nvnet spoke 10.2.0.0/16\n");
    assert!(
        said.contains(
            &"unknown-value: `useRemoteGateways` is known only once the deployment is made; the peering is left out"
                .to_owned()
        ),
        "{said:?}"
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
