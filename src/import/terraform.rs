//! State and plans of Terraform and `OpenTofu`, as `show -json` prints them.
//!
//! A plan has two sides: what is there, and what will be there. Ids of what is yet to be made are
//! not in it. They are put together from names, and where one resource refers to another, the
//! configuration in the plan says to which. What can be told neither way is left out with a warning.

use std::collections::BTreeSet;

use self::azurerm::Reader;
use self::configuration::Configuration;
use self::instances::{Instance, Instances};
use self::values::{Known, Values};
use super::id::ResourceId;
use super::json::Object;
use super::resources::{Resources, Side};
use super::stated;
use crate::diagnostic::{Code, Diagnostic, few};
use crate::source::Span;

mod address;
mod azapi;
mod azurerm;
mod block;
mod body;
mod configuration;
mod ids;
mod instances;
mod kinds;
mod naming;
mod routing;
mod values;

/// Types of the provider that touch routing or reachability and that the model does not cover.
const OUTSIDE: &[&str] = &[
    "azurerm_application_gateway",
    "azurerm_express_route_circuit",
    "azurerm_express_route_circuit_peering",
    "azurerm_express_route_connection",
    "azurerm_express_route_gateway",
    "azurerm_nat_gateway",
    "azurerm_network_manager",
    "azurerm_network_manager_connectivity_configuration",
    "azurerm_network_security_group",
    "azurerm_point_to_site_vpn_gateway",
    "azurerm_route_server",
    "azurerm_virtual_hub",
    "azurerm_virtual_hub_connection",
    "azurerm_virtual_network_gateway_nat_rule",
    "azurerm_virtual_wan",
    "azurerm_vpn_gateway",
    "azurerm_vpn_gateway_connection",
    "azurerm_vpn_site",
];

/// What a file of Terraform is.
enum Kind {
    State,
    StoredState,
    Plan,
}

fn kind(object: &Object<'_>) -> Option<Kind> {
    if object.has("format_version") && (object.has("planned_values") || object.has("resource_changes")) {
        Some(Kind::Plan)
    } else if object.has("format_version") && object.has("terraform_version") {
        Some(Kind::State)
    } else if object.has("terraform_version") && object.has("lineage") {
        Some(Kind::StoredState)
    } else {
        None
    }
}

/// Reads `object` if it is a state or a plan; false where it is neither.
pub(super) fn take(object: &Object<'_>, side: Side, resources: &mut Resources) -> bool {
    let Some(kind) = kind(object) else { return false };
    let version = object.text("format_version").unwrap_or_default();
    if !matches!(kind, Kind::StoredState) && !["0.", "1."].iter().any(|known| version.starts_with(known)) {
        let message = format!("version `{version}` of Terraform's JSON is not known");
        let span = object.span_of("format_version");
        resources.diagnostics.push(
            Diagnostic::new(Code::NotAnInventory, message)
                .at(span, "expected version 0 or 1")
                .help("print it with another release of Terraform or OpenTofu"),
        );
        return true;
    }
    match kind {
        Kind::State => {
            let values = object.object("values");
            let instances = values.as_ref().map(instances::of_values).unwrap_or_default();
            read(object, &instances, resources);
        }
        Kind::StoredState => read(object, &instances::of_stored_state(object), resources),
        Kind::Plan => plan(object, side, resources),
    }
    true
}

fn plan(object: &Object<'_>, side: Side, resources: &mut Resources) {
    resources.planned.is_plan = true;
    let Some(mut instances) = before(object, side, resources) else { return };
    if side == Side::Before {
        read(object, &instances, resources);
        return;
    }
    let subscriptions = subscriptions(&instances, resources);
    // What only sets or reads something leaves it there when it goes.
    let is_own = |instance: &Instance<'_>| !instance.is_data && kinds::makes(&instance.kind);
    let mut before = known(object, &instances, &subscriptions).ids;
    before.retain(|key, _| instances.get(key).is_some_and(is_own));
    let associated = routing::associated(&instances);
    let before: BTreeSet<ResourceId> = before.into_values().collect();
    instances::apply(object, &mut instances);
    note_gaps(object, resources);
    let known = known(object, &instances, &subscriptions);
    let is_made = |key: &str| instances.get(key).is_some_and(|it| kinds::makes(&it.kind));
    let remaining = known.ids.iter().filter(|(key, _)| is_made(key));
    let after: BTreeSet<&ResourceId> = remaining.map(|(_, id)| id).collect();
    let planned = &mut resources.planned;
    let stays = routing::associated(&instances);
    planned.dissociated.extend(associated.into_iter().filter(|subnet| !stays.contains(subnet)));
    planned.gone.extend(before.iter().filter(|id| !after.contains(id)).cloned());
    let own =
        known.ids.iter().filter_map(|(key, id)| Some((instances.get(key).filter(|it| is_own(it))?, id)));
    for (instance, id) in own {
        if instance.is_made && before.contains(id) {
            planned.replaced.insert(id.clone());
        }
        if instance.is_changed {
            planned.changed.insert(id.clone());
        }
    }
    read_as(known, &instances, resources);
}

/// The instances before a plan; none where it does not tell them, which is reported.
fn before<'text>(plan: &Object<'text>, side: Side, resources: &mut Resources) -> Option<Instances<'text>> {
    if let Some(prior) = plan.object("prior_state") {
        return Some(prior.object("values").as_ref().map(instances::of_values).unwrap_or_default());
    }
    // A plan that was made where nothing is has no state either.
    let instances::Before { instances, untold } = instances::before(plan);
    let is_modelled = |kind: &str| azurerm::is_read(kind) || OUTSIDE.contains(&kind);
    let untold: Vec<&(String, String, Span)> =
        untold.iter().filter(|(_, kind, _)| is_modelled(kind)).collect();
    let help = "print the plan again with `terraform show -json`, and give all of that";
    if let Some((.., span)) = untold.first() {
        let names = few(untold.iter().map(|(address, ..)| address));
        let message =
            format!("the plan has no `prior_state`, and does not tell what is there before it: {names}");
        resources.diagnostics.push(
            Diagnostic::new(Code::NotAnInventory, message)
                .at(*span, "expected what it is before the change")
                .help(help),
        );
        return None;
    }
    if side == Side::After && !instances.is_empty() {
        let message = "the plan has no `prior_state`: what is there before is what its changes say, and data sources are not known";
        resources.note(Code::Incomplete, plan.span_of("resource_changes"), message.to_owned()).help =
            Some(help.into());
    }
    Some(instances)
}

/// The subscriptions of what is there, in lower case.
fn subscriptions(instances: &Instances<'_>, resources: &Resources) -> BTreeSet<String> {
    let known = instances.values().filter(|instance| azurerm::is_read(&instance.kind)).filter_map(ids::known);
    let known = known.filter_map(|id| id.subscription().map(str::to_ascii_lowercase));
    known.chain(resources.planned.subscription.as_ref().map(|it| it.to_ascii_lowercase())).collect()
}

/// Warns of what a plan says about itself: that it failed, or leaves something for later.
fn note_gaps(plan: &Object<'_>, resources: &mut Resources) {
    let help = "apply this plan, then make another";
    if stated::flag(plan, &["errored"], resources) == Some(true) {
        let message = "the plan ended with an error, and may lack changes".to_owned();
        resources.note(Code::UnknownValue, plan.span_of("errored"), message).help =
            Some("run `terraform plan` again".into());
    }
    for deferred in plan.objects("deferred_changes") {
        let Some(change) = deferred.object("resource_change") else { continue };
        let kind = change.text("type").unwrap_or_default();
        if azurerm::is_read(&kind) || OUTSIDE.contains(&kind.as_str()) {
            let address = change.text("address").unwrap_or_default();
            let message = format!("the plan leaves `{address}` for later, and so does the answer");
            resources.note(Code::UnknownValue, change.span_of("address"), message).help = Some(help.into());
        }
    }
}

fn read<'text>(object: &Object<'text>, instances: &Instances<'text>, resources: &mut Resources) {
    let known = known(object, instances, &subscriptions(instances, resources));
    read_as(known, instances, resources);
}

/// What is known beside the instances themselves: how they are configured, and their ids.
fn known<'text, 'plan>(
    object: &Object<'text>,
    instances: &'plan Instances<'text>,
    subscriptions: &BTreeSet<String>,
) -> Known<'text, 'plan> {
    let root = object.object("configuration").and_then(|configuration| configuration.object("root_module"));
    let configuration = Configuration::new(root, instances);
    let ids = ids::of(object, &configuration, instances, subscriptions);
    Known { configuration, ids }
}

/// Reads instances of which all else is known.
fn read_as<'text>(known: Known<'text, '_>, instances: &Instances<'text>, resources: &mut Resources) {
    let mut reader = Reader { known, resources };
    // A data source adds to what is managed and takes nothing from it.
    for is_data in [false, true] {
        for (key, instance) in instances.iter().filter(|(_, instance)| instance.is_data == is_data) {
            if OUTSIDE.contains(&instance.kind.as_str()) {
                routing::left_out(key, &Values::of(instance, &reader.known), reader.resources);
                let others = reader.resources.others.entry(instance.kind.clone()).or_default();
                others.push((instance.address.clone(), instance.span));
            } else {
                reader.instance(key, instance);
            }
        }
    }
}
