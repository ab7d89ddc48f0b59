//! Answers of Azure and of other tools that are no exports are called what they are, alone and beside an export.

use serde_json::{Value, json};

use super::describe::{lines, messages};
use super::resources::{files, gateway, id, none, vnet};
use crate::support::loaded::load;
use crate::support::topologies::root;

const LEFT_OUT: &str = "the file is left out: ";

/// Asserts what is said of a file alone, and beside an export.
#[track_caller]
fn assert_called(file: &str, text: &str, what: &str) {
    let alone = files(&[(file, text.to_owned())]);
    assert!(alone.inventory.is_none(), "{what}");
    assert_eq!(messages(&alone.report), [what]);
    assert_eq!(alone.report.diagnostics[0].code.name(), "not-an-inventory");
    assert!(alone.report.diagnostics[0].help.is_some());
    let whole = json!([vnet("hub", "10.1.0.0/16")]).to_string();
    let beside = files(&[("whole.json", whole), (file, text.to_owned())]);
    assert!(beside.inventory.is_some(), "{what}");
    assert_eq!(messages(&beside.report), [format!("{LEFT_OUT}{what}")]);
    assert_eq!(beside.report.diagnostics[0].code.name(), "outside-model");
}

#[test]
fn answers_in_json() {
    let machine = "effective routes of a network interface, which tell what one machine in Azure routes";
    let answers: [(Value, &str); 9] = [
        (
            json!({ "value": [{ "addressPrefix": ["10.1.0.0/16"], "nextHopIpAddress": [], "nextHopType": "VnetLocal",
                "source": "Default", "state": "Active" }] }),
            machine,
        ),
        (
            json!([{ "Name": null, "State": "Active", "Source": "Default", "AddressPrefix": ["10.1.0.0/16"],
            "NextHopType": "VnetLocal", "NextHopIpAddress": [] }]),
            machine,
        ),
        (
            json!({ "value": [{ "addressPrefixes": ["10.1.0.0/16"], "asPath": "", "nextHopType": "Virtual Network Connection",
                "nextHops": [], "routeOrigin": "" }] }),
            "effective routes of a virtual hub, and hubs of Virtual WAN are outside the model",
        ),
        (
            json!({ "value": [{ "asn": 65100, "neighbor": "10.1.0.4", "routesReceived": 3, "state": "Connected" }] }),
            "states of BGP sessions, without what they advertise",
        ),
        (
            json!({ "value": [{ "vpnConnectionId": "x", "vpnUserName": "ann", "privateIpAddress": "172.16.0.2" }] }),
            "the clients that are connected to a gateway",
        ),
        (
            json!({ "apiVersion": "network.azure.com/v1api20240301", "kind": "VirtualNetwork", "spec": { "addressSpace": {} } }),
            "objects of Kubernetes, which say what is wanted and not what Azure has",
        ),
        (
            json!({ "resource": { "azurerm_virtual_network": { "hub": { "address_space": ["10.1.0.0/16"] } } } }),
            "a configuration of Terraform, and no state",
        ),
        (
            json!({ "@level": "info", "@message": "Plan: 1 to add", "type": "change_summary" }),
            "messages of `terraform plan -json`, which hold no values",
        ),
        (
            json!({ "resource": { "connectionType": "Vnet2Vnet", "virtualNetworkGateway1": { "id": id("virtualNetworkGateways", "a") },
                "virtualNetworkGateway2": { "id": id("virtualNetworkGateways", "b") } } }),
            "what `az network vpn-connection create` prints: a connection without its name and id",
        ),
    ];
    for (answer, what) in answers {
        assert_called("answer.json", &answer.to_string(), what);
    }
}

#[test]
fn predictions_of_stacks() {
    let path = root().join("tests/fixtures/what-if/stack-modify.json");
    let loaded = load(&path);
    assert!(loaded.inventory.is_none());
    assert_eq!(
        messages(&loaded.report),
        ["what `what-if` of a deployment stack predicts, which is a plan and not what there is"]
    );
    assert!(loaded.report.diagnostics[0].help.as_ref().unwrap().contains("diff --plan"));
}

#[test]
fn resources_of_types_that_are_not_read() {
    let machine = |name: &str| {
        json!({ "id": format!("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/{name}"),
        "name": name, "properties": { "hardwareProfile": {} } })
    };
    let zone = json!({ "id": id("dnsZones", "z"), "name": "z", "properties": {} });
    let list = json!([machine("a"), machine("b"), zone]).to_string();
    let what = "resources of types that are not read: `microsoft.compute/virtualmachines` (2), `microsoft.network/dnszones` (1)";
    assert_called("resources.json", &list, what);
    // Among others they have nothing to do with routing.
    let mixed = json!([vnet("hub", "10.1.0.0/16"), machine("a")]).to_string();
    assert_eq!(messages(&files(&[("all.json", mixed)]).report), [""; 0]);
}

#[test]
fn tables_and_texts() {
    let routes = "Source,State,Address Prefixes,Next Hop Type,Next Hop IP Address\nDefault,Active,10.1.0.0/16,VnetLocal,-\n";
    let machine = "effective routes of a network interface, which tell what one machine in Azure routes";
    assert_called("routes.csv", routes, machine);
    assert_called(
        "networks.csv",
        "- addressSpace:\n    addressPrefixes:\n    - 10.1.0.0/16\n",
        "YAML, which is not read",
    );
    // Ids of a network in a shape that nothing knows.
    let strange = json!({ "networks": [{ "link": id("virtualNetworks", "hub") }] }).to_string();
    let what = "resources of a network in fields or columns that are not those of Azure's exports";
    assert_called("strange.json", &strange, what);
}

/// What is missing where Azure refused to answer might change every answer.
#[test]
fn errors_of_azure_are_errors_beside_an_export_too() {
    let whole = json!([vnet("hub", "10.1.0.0/16"), gateway("gw", "hub", &none())]).to_string();
    let document =
        json!({ "error": { "code": "AuthorizationFailed", "message": "The client has no authorization" } });
    let batch = json!({ "responses": [{ "httpStatusCode": 403, "content": document }] });
    for (file, text, code) in [
        ("page-2.json", document.to_string(), "AuthorizationFailed"),
        ("page-2.json", batch.to_string(), "AuthorizationFailed"),
        (
            "page-2.json",
            "ERROR: (AuthorizationFailed) The client has no authorization\nCode: AuthorizationFailed\n"
                .to_owned(),
            "AuthorizationFailed",
        ),
        (
            "connections.csv",
            "(ResourceGroupNotFound) Resource group 'x' could not be found.\n".to_owned(),
            "ResourceGroupNotFound",
        ),
        (
            "vnets.json",
            "ERROR: Please run 'az login' to setup account.\n".to_owned(),
            "Please run 'az login' to setup account.",
        ),
    ] {
        let message = format!("an error of Azure, `{code}`, and no answer");
        for beside in [None, Some(("whole.json", whole.clone()))] {
            let mut all = vec![(file, text.clone())];
            all.extend(beside);
            let loaded = files(&all);
            assert!(loaded.inventory.is_none(), "{text}");
            let found = loaded.report.diagnostics.iter().find(|found| found.message == message);
            let found = found.unwrap_or_else(|| panic!("{:?}", messages(&loaded.report)));
            assert_eq!(found.code.name(), "not-an-inventory");
        }
    }
}

/// What people put together by hand: lists under names of their own, as `jq` or a script of PowerShell makes them.
#[test]
fn lists_under_any_name_are_read() {
    let made = json!({ "date": "2026-11-28", "networks": { "west": [vnet("hub", "10.1.0.0/16")] },
        "gateways": [gateway("gw", "hub", &none())], "sites": [] });
    let loaded = files(&[("made.json", made.to_string())]);
    assert_eq!(
        lines(&loaded, ""),
        ["vnet hub 10.1.0.0/16", "gateway hub VpnGw1 pool[] custom[] protocols[]"]
    );
    assert_eq!(messages(&loaded.report), [""; 0]);
    // Facts of Ansible are such a list, in snake case.
    let facts = json!({ "changed": false, "virtualnetworks": [{ "id": id("virtualNetworks", "hub"), "name": "hub",
        "address_prefixes": ["10.1.0.0/16"], "dns_servers": [] }] });
    assert_eq!(lines(&files(&[("facts.json", facts.to_string())]), ""), ["vnet hub 10.1.0.0/16"]);
}

#[test]
fn rows_without_ids_are_not_nothing() {
    let rows =
        json!([{ "vnetName": "hub", "addressSpace": "10.1.0.0/16", "remoteVnet": "spoke" }]).to_string();
    let what = "neither JSON nor CSV with resource ids, without which nothing tells what belongs together";
    assert_called("rows.json", &rows, what);
    let strange = json!({ "color": "red", "list": [{ "a": 1 }] }).to_string();
    let whole = json!([vnet("hub", "10.1.0.0/16")]).to_string();
    assert_eq!(
        messages(&files(&[("whole.json", whole), ("strange.json", strange)]).report),
        ["`strange.json` holds nothing that routing depends on, and is left out"]
    );
}
