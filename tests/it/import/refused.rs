//! What is no export is refused with a reason, and nothing makes the reader panic.

use crate::support::loaded::{Loaded, load};
use proptest::prelude::*;
use serde_json::json;

use super::describe::{describe, messages};
use super::resources::{export, files, gateway, local_gateway, vnet};
use crate::support::topologies::root;

#[track_caller]
fn assert_refused(loaded: &Loaded, code: &str, message: &str) {
    assert!(loaded.inventory.is_none());
    let found = loaded.report.diagnostics.iter().find(|found| found.code.name() == code);
    let Some(found) = found else { panic!("{:#?}", messages(&loaded.report)) };
    assert_eq!(found.message, message);
    assert!(found.help.is_some(), "a refusal says what to do");
}

fn text(text: &str) -> Loaded {
    files(&[("export.json", text.to_owned())])
}

#[test]
fn templates() {
    let message =
        "a deployment template or its parameters: values are expressions that only a deployment fills in";
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
    let template = json!({ "$schema": schema, "resources": [vnet("hub", "10.1.0.0/16")] });
    assert_refused(&text(&template.to_string()), "not-an-inventory", message);
    let mut expression = vnet("hub", "10.1.0.0/16");
    expression["name"] = json!("[parameters('hubName')]");
    assert_refused(&export(&[expression]), "not-an-inventory", message);
    // Beside an export, a template is only left out.
    let loaded = files(&[
        ("a.json", json!([vnet("hub", "10.1.0.0/16")]).to_string()),
        ("b.json", template.to_string()),
    ]);
    assert_eq!(describe(loaded.inventory.as_ref().unwrap()), "vnet hub 10.1.0.0/16\n");
    assert_eq!(messages(&loaded.report), [format!("the file is left out: {message}")]);
}

#[test]
fn a_network_without_an_id_is_read_by_its_name_or_refused() {
    let hub = vnet("hub", "10.1.0.0/16");
    let mut spoke = vnet("spoke", "10.2.0.0/16");
    spoke.as_object_mut().unwrap().remove("id");
    spoke["type"] = json!("Microsoft.Network/virtualNetworks");
    let message = "`spoke` of type `virtualnetworks` has no id, by which other resources refer to it";
    assert_refused(&export(&[hub.clone(), spoke.clone()]), "not-an-inventory", message);
    spoke["resourceGroup"] = json!("net");
    assert_refused(&export(&[spoke.clone()]), "not-an-inventory", message);
    spoke["subscriptionId"] = json!("sub");
    let mut peered = hub;
    let sides = json!([super::resources::peering("spoke", "Connected")]);
    peered["properties"]["virtualNetworkPeerings"] = sides;
    let loaded = export(&[peered, spoke]);
    assert_eq!(messages(&loaded.report), [""; 0]);
    assert_eq!(
        describe(loaded.inventory.as_ref().unwrap()),
        "vnet hub 10.1.0.0/16\nvnet spoke 10.2.0.0/16\npeering hub spoke\n"
    );
}

const PLAN_TEXT: &str = "Terraform used the selected providers to generate the following execution\nplan. Resource actions are \
    indicated with the following symbols:\n  ~ update in-place\n\n  # azurerm_subnet.a will be updated in-place\n";

const PREDICTION_TEXT: &str = "Note: The result may contain false positive predictions (noise).\n\nResource and property changes \
    are indicated with these symbols:\n  ~ Modify\n\n  ~ Microsoft.Network/virtualNetworks/vnet1 [2023-06-01]\n";

#[test]
fn texts_of_plans() {
    let plan = "the text of a plan of Terraform, which leaves out what does not change";
    let prediction = "the text of `what-if`, which leaves out what does not change";
    let pasted = "# azurerm_subnet.a will be created\n+ resource \"azurerm_subnet\" \"a\" {\n";
    let messages = "messages of `terraform plan -json`, which hold no values";
    let streamed =
        json!({ "@level": "info", "@message": "Plan: 1 to add", "type": "change_summary" }).to_string();
    for (name, content, message, help) in [
        ("plan.csv", PLAN_TEXT, plan, "terraform show -json plan.out"),
        ("plan.json", PLAN_TEXT, plan, "terraform show -json plan.out"),
        ("plan.csv", pasted, plan, "terraform show -json plan.out"),
        ("plan.json", &*streamed, messages, "terraform show -json plan.out"),
        ("what-if.csv", PREDICTION_TEXT, prediction, "--no-pretty-print"),
    ] {
        let loaded = files(&[(name, content.to_owned())]);
        assert_refused(&loaded, "not-an-inventory", message);
        let help_told = loaded.report.diagnostics[0].help.as_deref().unwrap_or_default();
        assert!(help_told.contains(help), "{help_told}");
    }
}

#[test]
fn the_plan_of_a_stack_is_no_inventory() {
    let loaded = load(&root().join("tests/fixtures/what-if/stack-modify.json"));
    let message = "what `what-if` of a deployment stack predicts, which is a plan and not what there is";
    assert_refused(&loaded, "not-an-inventory", message);
    // Beside an export it is left out.
    let stack = json!({ "properties": { "changes": { "resourceChanges": [] } } }).to_string();
    let hub = json!([vnet("hub", "10.1.0.0/16")]).to_string();
    let loaded = files(&[("a.json", hub), ("stack.json", stack)]);
    assert_eq!(describe(loaded.inventory.as_ref().unwrap()), "vnet hub 10.1.0.0/16\n");
    assert_eq!(messages(&loaded.report), [format!("the file is left out: {message}")]);
}

#[test]
fn printed_tables() {
    let printed = "Name    ResourceGroup    Location\n------  ---------------  ----------\nhub     net              westeurope\n";
    assert_refused(
        &text(printed),
        "not-an-inventory",
        "a printed table: long values are cut and ids are missing",
    );
}

#[test]
fn lists_of_names_and_shapes_of_other_tools() {
    let message = "neither JSON nor CSV with resource ids, without which nothing tells what belongs together";
    let names = "Subscription,Name,Location,Address Space\nprod,hub,westeurope,\"10.1.0.0/16 , \"\n";
    assert_refused(&files(&[("export.csv", names.to_owned())]), "not-an-inventory", message);
    let message = "resources of a network in fields or columns that are not those of Azure's exports";
    let bare = json!([{ "id": super::resources::id("virtualNetworks", "hub"), "name": "hub" }]);
    assert_refused(&text(&bare.to_string()), "not-an-inventory", message);
}

#[test]
fn tables_of_other_tools_are_known_by_their_columns() {
    let hub = super::resources::id("virtualNetworks", "hub");
    let message = "tables of Steampipe, which have no local network gateways";
    let row =
        json!({ "id": hub, "name": "hub", "address_prefixes": ["10.1.0.0/16"], "network_peerings": [] });
    assert_refused(&text(&json!([row]).to_string()), "not-an-inventory", message);
    assert_refused(&text(&json!({ "rows": [row] }).to_string()), "not-an-inventory", message);
    for (header, message) in [
        (
            "cq_id,subscription_id,address_space_address_prefixes,id,name",
            "tables of CloudQuery, which have no local network gateways",
        ),
        (
            "id,firstseen,lastupdated,name",
            "nodes of Cartography, which have no address spaces, peerings and gateways",
        ),
        (
            "Subscription,Resource Group,Name,Address Space,Subnet Name",
            "sheets of Azure Resource Inventory, which have no resource ids, no BGP of connections and no address pools",
        ),
    ] {
        let row = header.split(',').map(|_| "x").collect::<Vec<_>>().join(",");
        assert_refused(&files(&[("export.csv", format!("{header}\n{row}\n"))]), "not-an-inventory", message);
    }
}

#[test]
fn exports_without_a_virtual_network() {
    assert_refused(
        &export(&[gateway("gw", "hub", &json!({})), local_gateway("s", &[], &json!({}))]),
        "not-an-inventory",
        "no virtual network in the export, which holds virtual network gateways (1), local network gateways (1)",
    );
    assert_refused(
        &text("[]"),
        "not-an-inventory",
        "no virtual network in the export, which holds nothing of an Azure network",
    );
}

#[test]
fn json_that_is_empty_or_behind_a_message_is_never_left_out() {
    let vnets = json!([vnet("hub", "10.1.0.0/16")]).to_string();
    let spoilt = [
        (String::new(), "the JSON cannot be parsed: the file is empty"),
        ("# az network vnet list\n".to_owned(), "the JSON cannot be parsed: the file is empty"),
        (format!("WARNING: preview\n{vnets}"), "the JSON cannot be parsed: it begins with other text"),
    ];
    for (text, message) in spoilt {
        let loaded = files(&[("connections.json", text), ("vnets.json", vnets.clone())]);
        assert_refused(&loaded, "unreadable-json", message);
    }
}

#[test]
fn gateways_whose_vnet_cannot_be_told() {
    let lost = gateway("gw", "hub", &json!({ "ipConfigurations": [] }));
    assert_refused(
        &export(&[vnet("hub", "10.1.0.0/16"), lost]),
        "not-an-inventory",
        "the VNet of gateway `gw` cannot be told",
    );
}

#[test]
fn folders_and_files_that_are_not_there() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(load(folder.path()).report.diagnostics[0].code.name(), "not-an-inventory");
    assert_eq!(load(&folder.path().join("no.json")).report.diagnostics[0].code.name(), "unreadable-file");
    std::fs::write(folder.path().join("a.json"), b"[\xff]").unwrap();
    assert_eq!(load(folder.path()).report.diagnostics[0].code.name(), "unreadable-file");
}

#[test]
fn broken_json_is_shown_where_it_breaks() {
    let loaded = text("# comment\n[\n  {\"id\": 1},\n  {\"id\" 2}\n]");
    let found = &loaded.report.diagnostics[0];
    assert_eq!(found.code.name(), "unreadable-json");
    let position = loaded.report.sources.position(found.span.unwrap());
    assert_eq!((position.line, position.column), (4, 9));
    // A page that was cut off makes the whole export unusable.
    let whole = json!([vnet("hub", "10.1.0.0/16")]).to_string();
    let loaded = files(&[("a.json", whole.clone()), ("b.json", whole[..whole.len() - 1].to_owned())]);
    assert_refused(
        &loaded,
        "unreadable-json",
        "the JSON cannot be parsed: the file ends while parsing a list",
    );
    let cell = format!("id,name,type,properties\n{},hub,t,\"{{\"\"a\"\":\"\n", "/x");
    let loaded = files(&[("a.json", whole), ("b.csv", cell)]);
    assert!(loaded.inventory.is_none());
    assert_eq!(loaded.report.diagnostics[0].code.name(), "unreadable-json");
}

#[test]
fn rows_of_other_lengths_are_shown() {
    let loaded = files(&[("a.csv", "id,name,addressPrefixes\n/x/hub,hub\n".into())]);
    assert!(loaded.inventory.is_none());
    let found = &loaded.report.diagnostics[0];
    assert_eq!(found.message, "2 cells under a header of 3");
    assert_eq!(loaded.report.sources.position(found.span.unwrap()).line, 2);
}

#[test]
fn deep_nesting_does_not_overflow() {
    for (open, close) in [("[", "]"), ("{\"value\":", "}"), ("{\"properties\":", "}")] {
        let deep = open.repeat(200_000) + "1" + &close.repeat(200_000);
        assert!(text(&deep).inventory.is_none());
    }
    let inner = "[".repeat(100_000) + &"]".repeat(100_000);
    let id = super::resources::id("virtualNetworks", "hub");
    let resource = format!("{{\"id\":\"{id}\",\"addressSpace\":{{\"addressPrefixes\":{inner}}}}}");
    let loaded = text(&resource);
    assert!(loaded.report.diagnostics.iter().any(|found| found.code.name() == "bad-prefix"));
}

/// Fixtures as text, to be mangled.
fn originals() -> Vec<String> {
    [
        "arm/virtualNetworkGateways.json",
        "queries/gateways.csv",
        "portal/AzureResourceGraphResults-network.csv",
        "governance/tenant_VirtualNetworks.csv",
        "../terraform/chain-state.json",
        "../projections/auto-names.csv",
        "../projections/jmespath-aliases.json",
        "../pulumi/stack.json",
    ]
    .map(|name| {
        let path = root().join("tests/fixtures/exports").join(name);
        std::fs::read_to_string(path).unwrap()
    })
    .to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever happens to a file, reading ends with an inventory or an error, at places that exist.
    #[test]
    fn mangled_files_do_not_panic(which in 0_usize..8, at in any::<prop::sample::Index>(), cut in 0_usize..60, new in "\\PC{0,5}") {
        let mut text = originals().swap_remove(which);
        let from = (0..=at.index(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let to = (from..=(from + cut).min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        text.replace_range(from..to, &new);
        let loaded = files(&[("mangled.json", text)]);
        prop_assert_eq!(loaded.inventory.is_none(), loaded.report.has_errors());
        for span in loaded.report.diagnostics.iter().filter_map(|found| found.span) {
            prop_assert!(loaded.report.sources.get(span.file).text().get(span.range()).is_some());
            prop_assert!(loaded.report.sources.position(span).line > 0);
        }
    }
}
