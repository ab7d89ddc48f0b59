//! A word that is no value of its kind is told wherever it stands: each field of each shape in turn holds one.

pub(super) mod shapes;

use serde_json::{Value, json};
use tunnelog::diagnostic::{Diagnostic, Report, Severity};
use tunnelog::import::read_plan;

use self::shapes::{
    azapi_values, azurerm, flat, of_azapi, of_native, of_outputs, of_terraform, pascal, projected,
    pulumi_outputs, renamed, resources, snake,
};
use super::azapi::{GROUP, made};
use super::describe::{describe, messages};
use super::resources::{files, id};
use super::terraform::{change, plan};
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
fn plant(shape: &str, document: &Value, fields: &[(&str, &str)], read: &dyn Fn(&Value) -> Loaded) -> usize {
    let clean = read(document).report;
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
                let report = read(&planted).report;
                let is_told = report.diagnostics.iter().any(|found| {
                    let is_code = [*code, "bad-value"].contains(&found.code.name());
                    let is_there = found.span.is_some_and(|span| {
                        let source = report.sources.get(span.file);
                        source.text()[span.range()].contains(WRONG) || source.table.is_some()
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

fn as_json(document: &Value) -> Loaded {
    files(&[("export.json", document.to_string())])
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
    /// True where the ids of resources are no part of the shape, and tell here what it is made of.
    makes_ids: bool,
    read: fn(&Value) -> Loaded,
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
        makes_ids: name == "what-if",
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
    let shape = |name, document, fields, read| Shape {
        name,
        document,
        fields: under(fields, &str::to_owned),
        makes_ids: name == "azapi",
        read,
    };
    vec![
        shape("azurerm", values, OF_TERRAFORM, |values| as_json(&of_terraform(values))),
        shape("Pulumi's older provider", without_subnets, OF_TERRAFORM, |values| {
            as_json(&of_outputs(&pulumi_outputs(values)))
        }),
        shape("azapi", Value::Array(resources()), FIELDS, as_azapi),
    ]
}

/// Shapes in which other shapes are written.
fn of_others() -> Vec<Shape> {
    let nested = || Value::Array(resources());
    let values: Value = azurerm().into_iter().map(|(_, values)| values).collect();
    let shape = |name: &'static str, document, read| Shape {
        name,
        document,
        fields: Vec::new(),
        makes_ids: name.contains("azapi"),
        read,
    };
    let outputs = pulumi_outputs(&azurerm().into_iter().map(|(_, values)| values).collect());
    vec![
        shape("a plan of azurerm", values, as_azurerm_plan),
        shape("a plan of azapi", nested(), as_azapi_plan),
        shape("azapi before 2.0", nested(), as_azapi_text),
        shape("outputs of Pulumi's older provider", outputs, |outputs| as_json(&of_outputs(outputs))),
        shape("a projection", projected(), as_json),
        shape("CSV of the portal", nested(), as_csv),
        shape("flattened CSV", flat(&nested()), as_csv),
        shape("CSV of a projection", projected(), as_csv),
    ]
}

fn as_native(outputs: &Value) -> Loaded {
    as_json(&of_native(outputs))
}

fn as_prediction(bodies: &Value) -> Loaded {
    let change = |it: &Value| json!({ "resourceId": it["id"], "changeType": "Create", "after": it });
    let changes: Vec<Value> = bodies.as_array().unwrap().iter().map(change).collect();
    as_plan(&json!({ "status": "Succeeded", "changes": changes }))
}

fn as_plan(document: &Value) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let mut report = Report::default();
    let inventory = read_plan(&file, None, &mut report).map(|planned| planned.after);
    Loaded { inventory, report }
}

fn as_azapi(resources: &Value) -> Loaded {
    as_json(&of_azapi(resources))
}

/// As releases before 2.0 write it.
fn as_azapi_text(resources: &Value) -> Loaded {
    let mut document = of_azapi(resources);
    for resource in document["values"]["root_module"]["resources"].as_array_mut().unwrap() {
        resource["values"]["body"] = json!(resource["values"]["body"].to_string());
    }
    as_json(&document)
}

fn as_azapi_plan(resources: &Value) -> Loaded {
    let values = resources.as_array().unwrap().iter().enumerate();
    let changes = values.map(|(index, it)| {
        let mut values = azapi_values(it);
        values.as_object_mut().unwrap().remove("id");
        values["parent_id"] = it.get("parent_id").cloned().unwrap_or(json!(GROUP));
        made(&format!("azapi_resource.r{index}"), &values, &json!({}))
    });
    as_plan(&plan(&[], &changes.collect::<Vec<_>>(), &[]))
}

fn as_azurerm_plan(values: &Value) -> Loaded {
    let addresses: Vec<&str> = azurerm().into_iter().map(|(address, _)| address).collect();
    let changes = addresses.iter().zip(values.as_array().unwrap()).map(|(address, values)| {
        let mut values = values.clone();
        values.as_object_mut().unwrap().remove("id");
        change(address, &["create"], &Value::Null, &values, &json!({ "id": true }))
    });
    as_plan(&plan(&[], &changes.collect::<Vec<_>>(), &[]))
}

/// A CSV file with a column for each field, and JSON in the cells of whatever is no text.
fn as_csv(rows: &Value) -> Loaded {
    let rows: Vec<&serde_json::Map<String, Value>> =
        rows.as_array().unwrap().iter().map(|row| row.as_object().unwrap()).collect();
    let mut header: Vec<&String> = rows.iter().flat_map(|row| row.keys()).collect();
    header.sort();
    header.dedup();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).unwrap();
    for row in rows {
        let cell = |name: &&String| match row.get(*name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        writer.write_record(header.iter().map(cell)).unwrap();
    }
    files(&[("rows.csv", String::from_utf8(writer.into_inner().unwrap()).unwrap())])
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

/// What takes the place of a value: a list around it, a text, a number, a list of texts, and what the value holds by itself. None of them
/// may stand where the value does: a name may be a number, and a SKU its name.
fn of_other_kinds(value: &Value, field: &str) -> Vec<Value> {
    let mut others = vec![json!([value]), json!([WRONG])];
    match value {
        Value::Array(list) => {
            others.extend([json!(WRONG), json!(7)]);
            others.extend(list.first().cloned().filter(|_| list.len() == 1));
        }
        Value::Object(_) if field.eq_ignore_ascii_case("sku") => {}
        Value::Object(_) => others.extend([json!(WRONG), json!(7)]),
        _ if field.eq_ignore_ascii_case("sku") => {}
        _ => others.push(json!({ "a": value })),
    }
    others
}

/// The places of all values of resources in a document, each with the name of its field.
fn fields_of(value: &Value, path: &str, field: &str, found: &mut Vec<(String, String)>) {
    // What stands for a resource is no field.
    if path.matches('/').count() > 1 {
        found.push((path.to_owned(), field.to_owned()));
    }
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                fields_of(inner, &format!("{path}/{name}"), name, found);
            }
        }
        Value::Array(list) => {
            for (at, inner) in list.iter().enumerate() {
                fields_of(inner, &format!("{path}/{at}"), field, found);
            }
        }
        _ => {}
    }
}

/// Puts a value of another kind in the place of each in a shape: every kind there, or one of them, in turn, at every third place. What is neither told at a
/// place nor read as the value itself is in the list; beside it is how many were tried.
fn silent(shape: &Shape, every: bool) -> (usize, Vec<String>) {
    let clean = (shape.read)(&shape.document);
    let known = messages(&clean.report);
    let whole = clean.inventory.as_ref().map(describe);
    let mut places = Vec::new();
    fields_of(&shape.document, "", "", &mut places);
    let (mut count, mut silent) = (0, Vec::new());
    for (turn, (place, field)) in places.into_iter().enumerate() {
        // Some shapes have no id of their own, and are made from it here.
        if shape.makes_ids && place.matches('/').count() == 2 && field == "id" {
            continue;
        }
        let others = of_other_kinds(shape.document.pointer(&place).unwrap(), &field);
        let chosen = turn / EVERY_THIRD % others.len();
        if !every && turn % EVERY_THIRD > 0 {
            continue;
        }
        for (_, other) in others.into_iter().enumerate().filter(|(at, _)| every || *at == chosen) {
            let mut document = shape.document.clone();
            *document.pointer_mut(&place).unwrap() = other.clone();
            let Loaded { inventory, report } = (shape.read)(&document);
            let is_new = |found: &&Diagnostic| !known.contains(&&*found.message);
            let is_told = report.diagnostics.iter().filter(is_new).any(|found| found.span.is_some());
            let is_alike = inventory.as_ref().map(describe) == whole;
            count += 1;
            if !is_told && !is_alike {
                silent.push(format!("{}: {place} = {other}", shape.name));
            }
        }
    }
    (count, silent)
}

/// Enough for every push.
const EVERY_THIRD: usize = 3;

fn all_shapes() -> impl Iterator<Item = Shape> {
    of_azure()
        .into_iter()
        .chain(of_providers().into_iter().filter(|shape| shape.name != "Pulumi's older provider"))
        .chain(of_others())
}

#[test]
fn a_value_of_another_kind_is_told_or_read_alike() {
    let (mut count, mut all) = (0, Vec::new());
    for shape in all_shapes() {
        let (tried, silent) = silent(&shape, false);
        count += tried;
        all.extend(silent);
    }
    assert!(all.is_empty(), "{all:#?}");
    assert!(count > 600, "{count}");
}

#[test]
#[ignore = "every kind at every place takes minutes"]
fn every_value_of_another_kind_is_told_or_read_alike() {
    let mut all = Vec::new();
    for shape in all_shapes() {
        let (tried, silent) = silent(&shape, true);
        println!("{}: {tried} tried, {} silent", shape.name, silent.len());
        all.extend(silent);
    }
    assert!(all.is_empty(), "{all:#?}");
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
        files(&[("export.json", vnets.to_string()), ("gw.json", routes.to_string())])
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
        let report = as_json(&Value::Array(resources)).report;
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
