//! A word that is no value of its kind is told wherever it stands: each field of each shape in turn holds one.

pub(super) mod shapes;

use serde_json::{Value, json};
use tunnelog::diagnostic::{Report, Severity};
use tunnelog::import::read_plan;

use self::shapes::{azurerm, flat, of_pulumi, of_terraform, pascal, renamed, resources, snake};
use super::describe::messages;
use super::resources::{files, id};
use super::terraform::{resource, state};
use crate::support::loaded::Loaded;

/// What is planted. It stands for no value of any kind.
const WRONG: &str = "qworx";

/// The fields of Azure that are read, as its own bodies write them, each with a code of which the finding may be.
const FIELDS: &[(&str, &str)] = &[
    ("addressPrefixes", "bad-prefix"),
    ("allowGatewayTransit", "bad-boolean"),
    ("allowVirtualNetworkAccess", "bad-boolean"),
    ("asn", "bad-number"),
    ("bgpPeeringAddress", "bad-value"),
    ("connectionStatus", "bad-value"),
    ("connectionType", "bad-value"),
    ("customBgpIpAddresses", "bad-value"),
    ("defaultBgpIpAddresses", "bad-value"),
    ("disableBgpRoutePropagation", "bad-boolean"),
    ("enableBgp", "bad-boolean"),
    ("enableIPForwarding", "bad-boolean"),
    ("enableOnlyIPv6Peering", "bad-boolean"),
    ("gatewayIpAddress", "bad-value"),
    ("gatewayType", "bad-value"),
    ("ipAddress", "bad-value"),
    ("nextHopIpAddress", "bad-value"),
    ("nextHopIpAddresses", "bad-value"),
    ("nextHopType", "bad-value"),
    ("peerCompleteVnets", "bad-boolean"),
    ("peeringState", "bad-value"),
    ("peeringSyncLevel", "bad-value"),
    ("privateIPAddress", "bad-value"),
    ("tunnelIpAddresses", "bad-value"),
    ("useRemoteGateways", "bad-boolean"),
    ("usePolicyBasedTrafficSelectors", "bad-boolean"),
    ("vpnClientProtocols", "bad-value"),
    ("vpnType", "bad-value"),
];

/// The same of Terraform, and with other spelling of the older provider of Pulumi.
const OF_TERRAFORM: &[(&str, &str)] = &[
    ("address_prefixes", "bad-prefix"),
    ("address_space", "bad-prefix"),
    ("allow_gateway_transit", "bad-boolean"),
    ("allow_virtual_network_access", "bad-boolean"),
    ("apipa_addresses", "bad-value"),
    ("asn", "bad-number"),
    ("bgp_enabled", "bad-boolean"),
    ("bgp_peering_address", "bad-value"),
    ("default_addresses", "bad-value"),
    ("bgp_route_propagation_enabled", "bad-boolean"),
    ("gateway_address", "bad-value"),
    ("ip_address", "bad-value"),
    ("ip_forwarding_enabled", "bad-boolean"),
    ("next_hop_in_ip_address", "bad-value"),
    ("next_hop_type", "bad-value"),
    ("only_ipv6_peering_enabled", "bad-boolean"),
    ("peer_complete_virtual_networks_enabled", "bad-boolean"),
    ("private_ip_address", "bad-value"),
    ("tunnel_ip_addresses", "bad-value"),
    ("type", "bad-value"),
    ("use_policy_based_traffic_selectors", "bad-boolean"),
    ("use_remote_gateways", "bad-boolean"),
    ("vpn_client_protocols", "bad-value"),
    ("vpn_type", "bad-value"),
];

/// The places of values of `field` in a document: each value itself, or each element of a list.
fn places(value: &Value, field: &str, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let path = format!("{path}/{name}");
                match inner {
                    Value::Array(list) if name == field && !list.iter().any(Value::is_object) => {
                        found.extend((0..list.len()).map(|index| format!("{path}/{index}")));
                        found.push(path);
                    }
                    _ if name == field && !inner.is_object() => found.push(path),
                    _ => places(inner, field, &path, found),
                }
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                places(inner, field, &format!("{path}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// Plants a wrong word, and a value of a wrong kind, at each place of each field, and asks for a finding there.
fn plant(shape: &str, document: &Value, fields: &[(&str, &str)], read: &dyn Fn(&Value) -> Report) -> usize {
    let clean = read(document);
    assert!(!clean.has_errors(), "{shape}: {:#?}", clean.diagnostics);
    let mut count = 0;
    for (field, code) in fields {
        let mut at = Vec::new();
        places(document, field, "", &mut at);
        assert!(!at.is_empty(), "{shape} has no `{field}`");
        for place in at {
            for wrong in [json!(WRONG), json!({ "a": WRONG }), json!([{ "a": WRONG }])] {
                let mut planted = document.clone();
                *planted.pointer_mut(&place).unwrap() = wrong.clone();
                let report = read(&planted);
                let is_told = report.diagnostics.iter().any(|found| {
                    let is_code = [*code, "bad-value"].contains(&found.code.name());
                    let is_there = found.span.is_some_and(|span| {
                        let source = report.sources.get(span.file);
                        source.text[span.range()].contains(WRONG) || source.table.is_some()
                    });
                    found.severity() == Severity::Error
                        && is_code
                        && found.message.contains(WRONG)
                        && is_there
                });
                assert!(is_told, "{shape}: {place} = {wrong}: {:#?}", report.diagnostics);
                count += 1;
            }
        }
    }
    count
}

fn as_json(document: &Value) -> Report {
    let Loaded { report, .. } = files(&[("export.json", document.to_string())]);
    report
}

/// Those of the fields that such a document has, under other names.
fn under(fields: &[(&str, &'static str)], rename: &dyn Fn(&str) -> String) -> Vec<(String, &'static str)> {
    fields.iter().map(|(name, code)| (rename(name), *code)).collect()
}

fn borrowed<'name>(fields: &'name [(String, &'static str)]) -> Vec<(&'name str, &'static str)> {
    fields.iter().map(|(name, code)| (name.as_str(), *code)).collect()
}

/// A way to write resources.
struct Shape {
    name: &'static str,
    /// The resources, as far as the shape changes them.
    document: Value,
    /// What its fields are called, each with a code of which the finding may be.
    fields: Vec<(String, &'static str)>,
    read: fn(&Value) -> Report,
}

/// What Azure and its tools write.
fn of_azure() -> Vec<Shape> {
    let nested = || Value::Array(resources());
    let lifted = || flat(&nested());
    let fields = |rename: &dyn Fn(&str) -> String| under(FIELDS, rename);
    let shape = |name, document, rename: &dyn Fn(&str) -> String, read| Shape {
        name,
        document,
        fields: fields(rename),
        read,
    };
    vec![
        shape("nested", nested(), &str::to_owned, as_json),
        shape("flattened", lifted(), &str::to_owned, as_json),
        shape("PowerShell", renamed(&lifted(), &pascal), &pascal, as_json),
        shape("the Python SDK", renamed(&lifted(), &snake), &snake, as_json),
        shape("Pulumi", lifted(), &str::to_owned, as_native),
        shape("what-if", nested(), &str::to_owned, as_prediction),
    ]
}

/// What providers of Terraform and Pulumi write.
fn of_providers() -> Vec<Shape> {
    let values: Value = azurerm().into_iter().map(|(_, values)| values).collect();
    // The networks of Pulumi's older provider have no subnets of their own.
    let mut without_subnets = values.clone();
    without_subnets[0].as_object_mut().unwrap().remove("subnet");
    let shape =
        |name, document, fields, read| Shape { name, document, fields: under(fields, &str::to_owned), read };
    vec![
        shape("azurerm", values, OF_TERRAFORM, |values| as_json(&of_terraform(values))),
        shape("Pulumi's older provider", without_subnets, OF_TERRAFORM, |values| as_json(&of_pulumi(values))),
        shape("azapi", Value::Array(resources()), FIELDS, as_azapi),
    ]
}

fn as_native(outputs: &Value) -> Report {
    let native = |it: &Value| json!({ "type": "azure-native:network:X", "id": it["id"], "outputs": it });
    let resources: Vec<Value> = outputs.as_array().unwrap().iter().map(native).collect();
    as_json(&json!({ "deployment": { "manifest": {}, "resources": resources } }))
}

fn as_prediction(bodies: &Value) -> Report {
    let change = |it: &Value| json!({ "resourceId": it["id"], "changeType": "Create", "after": it });
    let changes: Vec<Value> = bodies.as_array().unwrap().iter().map(change).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("what-if.json");
    std::fs::write(&file, json!({ "status": "Succeeded", "changes": changes }).to_string()).unwrap();
    let mut report = Report::default();
    drop(read_plan(&file, None, &mut report));
    report
}

fn as_azapi(resources: &Value) -> Report {
    let resources = resources.as_array().unwrap().iter().enumerate().map(|(index, it)| {
        let kind = it["id"].as_str().unwrap().rsplit('/').nth(1).unwrap();
        let values = json!({ "id": it["id"], "name": it["name"], "type": format!("Microsoft.Network/{kind}@2024-05-01"),
            "body": { "properties": it["properties"] } });
        resource(&format!("azapi_resource.r{index}"), &values)
    });
    as_json(&state(&resources.collect::<Vec<_>>()))
}

#[test]
fn a_wrong_word_in_what_azure_writes_is_told() {
    let shapes = of_azure();
    let planted = |it: &Shape| plant(it.name, &it.document, &borrowed(&it.fields), &it.read);
    let count: usize = shapes.iter().map(planted).sum();
    assert!(count > 500, "{count}");
}

#[test]
fn a_wrong_word_in_what_terraform_writes_is_told() {
    for it in of_providers() {
        plant(it.name, &it.document, &borrowed(&it.fields), &it.read);
    }
}

/// Each object in a document as a list that holds it, and each list of objects as the first of them: where it stands, the name of
/// the field, and what takes its place.
fn of_other_kinds(value: &Value, path: &str, found: &mut Vec<(String, String, Value)>) {
    let inner: Vec<(String, &str, &Value)> = match value {
        Value::Object(fields) => {
            fields.iter().map(|(name, inner)| (format!("{path}/{name}"), name.as_str(), inner)).collect()
        }
        Value::Array(list) => {
            let field = path.rsplit('/').next().unwrap_or_default();
            list.iter().enumerate().map(|(at, inner)| (format!("{path}/{at}"), field, inner)).collect()
        }
        _ => Vec::new(),
    };
    for (place, field, inner) in inner {
        let other = match inner {
            // What stands for a resource is no field.
            Value::Object(_) if path.is_empty() => None,
            Value::Object(_) => Some(json!([inner])),
            Value::Array(list) => list.first().filter(|first| first.is_object()).cloned(),
            _ => None,
        };
        found.extend(other.map(|other| (place.clone(), field.to_owned(), other)));
        of_other_kinds(inner, &place, found);
    }
}

#[test]
fn a_list_in_the_place_of_an_object_is_told_and_an_object_in_that_of_a_list() {
    let plain = |name: &str| name.replace('_', "").to_lowercase();
    let mut count = 0;
    // What is flattened may be read as rows, in which nothing lies in anything.
    let is_nested = |shape: &Shape| ["nested", "Pulumi", "what-if"].contains(&shape.name);
    for shape in of_azure().into_iter().filter(is_nested) {
        let mut places = Vec::new();
        of_other_kinds(&shape.document, "", &mut places);
        for (place, field, other) in places {
            let mut document = shape.document.clone();
            *document.pointer_mut(&place).unwrap() = other.clone();
            let report = (shape.read)(&document);
            let name = format!("`{}`", plain(&field));
            let json = other.get(0).unwrap_or(&other).to_string();
            let is_told = report.diagnostics.iter().any(|found| {
                // Where a list of prefixes may stand too, it is an element that is none.
                let is_shown = plain(&found.message).contains(&name) || found.message.contains(&json[..10]);
                found.severity() == Severity::Error && is_shown && found.span.is_some()
            });
            assert!(is_told, "{}: {place} = {other}: {:#?}", shape.name, messages(&report));
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}

/// A table with a row, whose cells are planted with a wrong word one after another.
fn plant_cells(header: &str, row: &str, fields: &[(&str, &str)]) {
    let whole = |row: &str| {
        let vnets = Value::Array(resources());
        files(&[("export.json", vnets.to_string()), ("rows.csv", format!("{header}\n{row}\n"))]).report
    };
    assert!(!whole(row).has_errors(), "{:#?}", messages(&whole(row)));
    for (field, code) in fields {
        let at = header.split(',').position(|name| name == *field).unwrap();
        let cells: Vec<&str> =
            row.split(',').enumerate().map(|(index, cell)| if index == at { WRONG } else { cell }).collect();
        let report = whole(&cells.join(","));
        let found = report.diagnostics.iter().find(|found| found.message.contains(WRONG));
        assert_eq!(found.map(|found| found.code.name()), Some(*code), "{field}: {:#?}", messages(&report));
        assert_eq!(report.sources.position(found.unwrap().span.unwrap()).line, 2, "{field}");
    }
}

#[test]
fn a_wrong_word_in_a_row_is_told() {
    let (hub, other) = (id("virtualNetworks", "hub"), id("virtualNetworks", "other"));
    plant_cells(
        "name,vnetId,remoteVnetId,peeringState,allowGatewayTransit,useRemoteGateways,allowVirtualNetworkAccess,remoteAddressPrefixes",
        &format!("p,{hub},{other},Connected,true,false,true,10.9.0.0/16"),
        &[
            ("peeringState", "bad-value"),
            ("allowGatewayTransit", "bad-boolean"),
            ("useRemoteGateways", "bad-boolean"),
            ("allowVirtualNetworkAccess", "bad-boolean"),
            ("remoteAddressPrefixes", "bad-prefix"),
        ],
    );
    plant_cells(
        "client,gatewayId,os,protocol,manualRoutes",
        &format!("ada,{},linux,OpenVPN,10.9.0.0/16", id("virtualNetworkGateways", "gw")),
        &[("os", "bad-value"), ("protocol", "bad-value"), ("manualRoutes", "bad-prefix")],
    );
    plant_cells(
        "id,name,gatewayType,vpnType,enableBgp,asn,customRoutes",
        &format!("{},gw,Vpn,RouteBased,true,65010,10.99.0.0/16", id("virtualNetworkGateways", "gw")),
        &[
            ("gatewayType", "bad-value"),
            ("vpnType", "bad-value"),
            ("enableBgp", "bad-boolean"),
            ("asn", "bad-number"),
            ("customRoutes", "bad-prefix"),
        ],
    );
}

#[test]
fn a_wrong_word_in_a_learned_route_is_told() {
    let route = json!([{ "network": "10.101.0.0/16", "asPath": "65101-65102", "localAddress": "10.1.255.30",
        "origin": "EBgp", "sourcePeer": "10.101.255.1", "weight": 32768 }]);
    let read = |routes: &Value| {
        let vnets = Value::Array(resources());
        files(&[("export.json", vnets.to_string()), ("gw.json", routes.to_string())]).report
    };
    let fields = [
        ("network", "bad-prefix"),
        ("asPath", "bad-number"),
        ("localAddress", "bad-value"),
        ("sourcePeer", "bad-value"),
    ];
    plant("learned routes", &route, &fields, &read);
}

#[test]
fn numbers_that_no_router_has_are_refused_in_exports() {
    for asn in ["0", "23456", "+65001"] {
        let mut resources = resources();
        resources[4]["properties"]["bgpSettings"]["asn"] = json!(asn);
        let report = as_json(&Value::Array(resources));
        let found = report.diagnostics.iter().find(|found| found.code.name() == "bad-number");
        assert!(found.is_some_and(|found| found.message.contains(asn)), "{asn}: {:#?}", messages(&report));
    }
}

#[test]
fn words_of_spreadsheets_say_what_they_mean_in_exports() {
    for (word, is_so) in
        [("FALSO", false), ("YANLI\u{15e}", false), ("\u{418}\u{421}\u{422}\u{418}\u{41d}\u{410}", true)]
    {
        let mut resources = resources();
        resources[0]["properties"]["virtualNetworkPeerings"][0]["properties"]["allowVirtualNetworkAccess"] =
            json!(word);
        let loaded = files(&[("export.json", Value::Array(resources).to_string())]);
        let peering = &loaded.inventory.unwrap().peerings[0];
        assert_eq!(peering.allow_vnet_access, is_so, "{word}");
    }
}
