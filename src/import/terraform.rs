//! State and plans of Terraform and `OpenTofu`, as `show -json` prints them.
//!
//! A plan has two sides: what is there, and what will be there. Ids of what is yet to be made are
//! not in it. They are put together from names, and where one resource refers to another, the
//! configuration in the plan says to which. What can be told neither way is left out with a warning.

use std::collections::{BTreeMap, BTreeSet};

use self::azurerm::{Reader, Vnets};
use self::configuration::Configuration;
use self::instances::{Instance, Instances};
use self::values::Known;
use super::id::{NOT_KNOWN, ResourceId};
use super::json::Object;
use super::resources::{Resources, Side};
use crate::diagnostic::{Code, Diagnostic};

mod address;
mod azurerm;
mod block;
mod configuration;
mod instances;
mod values;

/// Types of the provider that touch routing or reachability and that the model does not cover.
const OUTSIDE: &[&str] = &[
    "azurerm_application_gateway",
    "azurerm_express_route_circuit",
    "azurerm_express_route_circuit_peering",
    "azurerm_express_route_connection",
    "azurerm_express_route_gateway",
    "azurerm_firewall",
    "azurerm_nat_gateway",
    "azurerm_network_manager",
    "azurerm_network_security_group",
    "azurerm_point_to_site_vpn_gateway",
    "azurerm_route_server",
    "azurerm_route_table",
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
    let prior = object.object("prior_state").and_then(|state| state.object("values"));
    let mut instances = prior.as_ref().map(instances::of_values).unwrap_or_default();
    if side == Side::Before {
        read(object, &instances, resources);
        return;
    }
    let subscriptions = subscriptions(&instances, resources);
    let before = ids(object, &instances, &subscriptions);
    let managed = instances.iter().filter(|(_, instance)| !instance.is_data).map(|(key, _)| key);
    let before: Vec<ResourceId> = managed.filter_map(|key| before.get(key).cloned()).collect();
    instances::apply(object, &mut instances);
    note_gaps(object, resources);
    let after = ids(object, &instances, &subscriptions);
    let remaining: BTreeSet<&ResourceId> = after.values().collect();
    resources.planned.gone.extend(before.into_iter().filter(|id| !remaining.contains(id)));
    read_as(after, object, &instances, resources);
}

/// The subscriptions of what is there, in lower case.
fn subscriptions(instances: &Instances<'_>, resources: &Resources) -> BTreeSet<String> {
    let known = instances.values().filter(|instance| azurerm::is_read(&instance.kind)).filter_map(known_id);
    let known = known.filter_map(|id| id.subscription().map(str::to_ascii_lowercase));
    known.chain(resources.planned.subscription.as_ref().map(|it| it.to_ascii_lowercase())).collect()
}

/// The id that the values of an instance tell.
fn known_id(instance: &Instance<'_>) -> Option<ResourceId> {
    let id = instance.values.text("id").filter(|id| id.starts_with('/'))?;
    Some(ResourceId::new(&id))
}

/// Warns of what a plan says about itself: that it failed, or leaves something for later.
fn note_gaps(plan: &Object<'_>, resources: &mut Resources) {
    let help = "apply this plan, then make another";
    if plan.flag("errored") == Some(true) {
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
    let ids = ids(object, instances, &subscriptions(instances, resources));
    read_as(ids, object, instances, resources);
}

/// Reads instances whose ids are worked out, by their keys.
fn read_as<'text>(
    ids: BTreeMap<String, ResourceId>,
    object: &Object<'text>,
    instances: &Instances<'text>,
    resources: &mut Resources,
) {
    let root = object.object("configuration").and_then(|configuration| configuration.object("root_module"));
    let configuration = Configuration::new(root, instances);
    let mut reader = Reader { known: Known { configuration, ids }, resources };
    // A data source adds to what is managed and takes nothing from it.
    for is_data in [false, true] {
        for (key, instance) in instances.iter().filter(|(_, instance)| instance.is_data == is_data) {
            if OUTSIDE.contains(&instance.kind.as_str()) {
                let others = reader.resources.others.entry(instance.kind.clone()).or_default();
                others.push((instance.address.clone(), instance.span));
            } else {
                reader.instance(key, instance);
            }
        }
    }
}

/// The ids of the instances that are read: as they are known, else put together from names.
fn ids(
    object: &Object<'_>,
    instances: &Instances<'_>,
    subscriptions: &BTreeSet<String>,
) -> BTreeMap<String, ResourceId> {
    let read: Vec<(&String, &Instance<'_>)> =
        instances.iter().filter(|(_, instance)| azurerm::is_read(&instance.kind)).collect();
    let only = subscriptions.first().filter(|_| subscriptions.len() == 1);
    let providers = Providers::new(object);
    let mut ids: BTreeMap<String, ResourceId> = BTreeMap::new();
    // Peerings and subnets lie in VNets, whose ids come first.
    let is_inner = |kind: &str| azurerm::collection(kind).is_none();
    let mut vnets = Vnets::new();
    for pass in [false, true] {
        for (key, instance) in read.iter().filter(|(_, instance)| is_inner(&instance.kind) == pass) {
            let id = known_id(instance).unwrap_or_else(|| {
                let before = instance.id_before.as_deref().map(ResourceId::new);
                let before = before.as_ref().and_then(ResourceId::subscription).map(str::to_owned);
                let subscription = before
                    .or_else(|| providers.subscription(instance))
                    .or_else(|| only.cloned())
                    .unwrap_or_else(|| NOT_KNOWN.to_owned());
                azurerm::id(instance, &subscription, &vnets)
            });
            if azurerm::is_vnet(&instance.kind) {
                vnets.entry(azurerm::vnet_key(id.group(), id.name())).or_insert_with(|| id.clone());
            }
            ids.insert((*key).clone(), id);
        }
    }
    ids
}

/// The subscriptions that the providers of a configuration are set to.
struct Providers<'text> {
    settings: Option<Object<'text>>,
    variables: Option<Object<'text>>,
    /// The provider of each resource, by its address without indexes.
    of_resources: BTreeMap<String, String>,
}

impl<'text> Providers<'text> {
    fn new(plan: &Object<'text>) -> Self {
        let configuration = plan.object("configuration");
        let root = configuration.as_ref().and_then(|configuration| configuration.object("root_module"));
        let resources = root.map(|root| root.objects("resources")).unwrap_or_default();
        let of_resources = resources
            .iter()
            .filter_map(|it| Some((it.text("address")?, it.text("provider_config_key")?)))
            .collect();
        Self {
            settings: configuration.and_then(|configuration| configuration.object("provider_config")),
            variables: plan.object("variables"),
            of_resources,
        }
    }

    /// The subscription of the provider that makes `instance`.
    fn subscription(&self, instance: &Instance<'_>) -> Option<String> {
        let address = format!("{}.{}", instance.kind, instance.label.name);
        let provider = self.of_resources.get(&address).filter(|_| instance.modules.is_empty());
        let configured = self.settings.as_ref()?.object(provider.map_or("azurerm", String::as_str))?;
        let expression = configured.object("expressions")?.object("subscription_id")?;
        expression.text("constant_value").or_else(|| {
            let reference = configuration::references(&expression).into_iter().next()?;
            self.variables.as_ref()?.object(reference.strip_prefix("var.")?)?.text("value")
        })
    }
}
