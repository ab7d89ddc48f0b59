//! The ids of resources: as they are known, else put together from names.

use std::collections::{BTreeMap, BTreeSet};

use super::configuration::{self, Configuration};
use super::instances::{Instance, Instances};
use super::kinds::{self, BODY, PEERING, azure};
use crate::import::id::{NOT_KNOWN, ResourceId};
use crate::import::json::Object;

/// The id that the values of an instance tell.
pub(super) fn known(instance: &Instance<'_>) -> Option<ResourceId> {
    let told = ["id", "resource_id"].into_iter().filter_map(|field| instance.values.text(field));
    let id = told.into_iter().find(|id| id.starts_with('/'))?;
    Some(ResourceId::new(&id))
}

/// The name; where it is not known, the address.
pub(super) fn name(instance: &Instance<'_>) -> String {
    instance.values.text("name").unwrap_or_else(|| instance.address.replace('/', "-"))
}

/// The ids of all instances of which one can be told, by their keys.
pub(super) fn of(
    object: &Object<'_>,
    configuration: &Configuration<'_, '_>,
    instances: &Instances<'_>,
    subscriptions: &BTreeSet<String>,
) -> BTreeMap<String, ResourceId> {
    let mut finder = Finder {
        configuration,
        instances,
        providers: Providers::new(object),
        only: subscriptions.first().filter(|_| subscriptions.len() == 1).cloned(),
        vnets: BTreeMap::new(),
        found: BTreeMap::new(),
    };
    // Peerings and subnets of azurerm name the VNets that they lie in, whose ids come first.
    let is_vnet = |instance: &Instance<'_>| instance.azure_type == azure::VNET;
    for (key, instance) in instances.iter().filter(|(_, instance)| is_vnet(instance)) {
        if let Some(id) = finder.id(key, instance) {
            let name = vnet_key(id.group(), id.name());
            finder.vnets.entry(name).or_insert(id);
        }
    }
    for (key, instance) in instances {
        finder.id(key, instance);
    }
    finder.found.into_iter().filter_map(|(key, id)| Some((key, id?))).collect()
}

/// What a VNet is found by where it is named.
fn vnet_key(group: &str, name: &str) -> (String, String) {
    (group.to_ascii_lowercase(), name.to_ascii_lowercase())
}

struct Finder<'read, 'text, 'plan> {
    configuration: &'read Configuration<'text, 'plan>,
    instances: &'read Instances<'text>,
    providers: Providers<'read>,
    /// The subscription of all that is known.
    only: Option<String>,
    /// The ids of VNets by their groups and names in lower case.
    vnets: BTreeMap<(String, String), ResourceId>,
    /// None for an id that cannot be told, or that is being looked for.
    found: BTreeMap<String, Option<ResourceId>>,
}

impl Finder<'_, '_, '_> {
    fn id(&mut self, key: &str, instance: &Instance<'_>) -> Option<ResourceId> {
        if let Some(found) = self.found.get(key) {
            return found.clone();
        }
        self.found.insert(key.to_owned(), None);
        let id = known(instance).or_else(|| self.put_together(instance));
        self.found.insert(key.to_owned(), id.clone());
        id
    }

    fn put_together(&mut self, instance: &Instance<'_>) -> Option<ResourceId> {
        if instance.azure_type.is_empty() {
            return None;
        }
        if kinds::is_of_azapi(&instance.kind) {
            return self.of_azapi(instance);
        }
        let subscription = self.subscription(instance);
        let group = instance.values.text("resource_group_name");
        let in_group = |kind: &str, name: &str| {
            let group = group.as_deref().unwrap_or(NOT_KNOWN);
            ResourceId::new(&format!(
                "/subscriptions/{subscription}/resourceGroups/{group}/providers/{kind}/{name}"
            ))
        };
        let name = name(instance);
        if instance.azure_type == azure::GROUP {
            return Some(ResourceId::new(&format!("/subscriptions/{subscription}/resourceGroups/{name}")));
        }
        if let Some(kind) = kinds::in_group(&instance.azure_type) {
            return Some(in_group(kind, &name));
        }
        let (outer, inner) = match instance.azure_type.as_str() {
            azure::ROUTE => {
                let table = instance.values.text("route_table_name");
                let table = table.map(|table| in_group("Microsoft.Network/routeTables", &table));
                (
                    table.or_else(|| self.referred(instance, "route_table_name", &[azure::ROUTE_TABLE])),
                    "routes",
                )
            }
            azure::SECURITY_RULE => {
                let group = instance.values.text("network_security_group_name");
                let group = group.map(|name| in_group("Microsoft.Network/networkSecurityGroups", &name));
                (group, "securityRules")
            }
            azure::ZONE_LINK => {
                let zone = instance.values.text("private_dns_zone_name");
                let zone = zone.map(|zone| in_group("Microsoft.Network/privateDnsZones", &zone));
                (
                    zone.or_else(|| self.lies_in(instance, "private_dns_zone_id", azure::ZONE))
                        .or_else(|| self.referred(instance, "private_dns_zone_name", &[azure::ZONE])),
                    "virtualNetworkLinks",
                )
            }
            azure::INBOUND => {
                (self.lies_in(instance, "private_dns_resolver_id", azure::RESOLVER), "inboundEndpoints")
            }
            azure::POOL => (self.balancer(instance), "backendAddressPools"),
            azure::BALANCING_RULE => (self.balancer(instance), "loadBalancingRules"),
            _ => {
                let vnet = instance.values.text("virtual_network_name").map(|vnet| {
                    // The VNet may be of another provider, and so in another subscription.
                    let known = self.vnets.get(&vnet_key(group.as_deref().unwrap_or(NOT_KNOWN), &vnet));
                    known.cloned().unwrap_or_else(|| in_group("Microsoft.Network/virtualNetworks", &vnet))
                });
                let vnet = vnet
                    .or_else(|| {
                        ["virtual_network_name", "virtual_network_id"]
                            .into_iter()
                            .find_map(|field| self.referred(instance, field, &[azure::VNET]))
                    })
                    .unwrap_or_else(|| in_group("Microsoft.Network/virtualNetworks", NOT_KNOWN));
                let inner = if instance.kind == PEERING { "virtualNetworkPeerings" } else { "subnets" };
                (Some(vnet), inner)
            }
        };
        outer.map(|outer| outer.child(inner, &name))
    }

    /// The load balancer in which something lies.
    fn balancer(&mut self, instance: &Instance<'_>) -> Option<ResourceId> {
        self.lies_in(instance, "loadbalancer_id", azure::BALANCER)
    }

    /// The resource of this type in which something lies, whose id a field has.
    fn lies_in(&mut self, instance: &Instance<'_>, field: &str, wanted: &str) -> Option<ResourceId> {
        let stated = instance.values.text(field).map(|id| ResourceId::new(&id));
        stated.or_else(|| self.referred(instance, field, &[wanted]))
    }

    /// The id of a resource of azapi, which says only in what it lies and what it is called.
    fn of_azapi(&mut self, instance: &Instance<'_>) -> Option<ResourceId> {
        let kind = kinds::body_type(&instance.values);
        let own_type = instance.azure_type.clone();
        let by_id = |this: &mut Self| this.referred(instance, "resource_id", &[&own_type]);
        if let Some(id) = (instance.kind != BODY).then(|| by_id(self)).flatten() {
            return Some(id);
        }
        let name = name(instance);
        let stated = instance.values.text("parent_id");
        if own_type == azure::GROUP {
            let parent = stated.unwrap_or_else(|| format!("/subscriptions/{}", self.subscription(instance)));
            return Some(ResourceId::new(&format!("{parent}/resourceGroups/{name}")));
        }
        let (outer, inner) = kind.rsplit_once('/')?;
        if outer.contains('/') {
            // Without its parent it is nothing that anything could be told of.
            let outer = outer.to_ascii_lowercase();
            let parent = match stated {
                Some(parent) => Some(ResourceId::new(&parent)),
                None => self.referred(instance, "parent_id", &[&outer]),
            };
            return parent.map(|parent| parent.child(inner, &name));
        }
        let parent = stated
            .or_else(|| self.referred(instance, "parent_id", &[azure::GROUP]).map(|group| group.to_string()));
        let parent = parent.unwrap_or_else(|| {
            format!("/subscriptions/{}/resourceGroups/{NOT_KNOWN}", self.subscription(instance))
        });
        Some(ResourceId::new(&format!("{parent}/providers/{kind}/{name}")))
    }

    /// The id of the only resource of one of these types that a field refers to.
    fn referred(&mut self, instance: &Instance<'_>, field: &str, wanted: &[&str]) -> Option<ResourceId> {
        let target = self.configuration.only_candidate(instance, field, wanted)?;
        let address = target.instance.address.clone();
        let instance = self.instances.get(&address)?;
        self.id(&address, instance)
    }

    fn subscription(&self, instance: &Instance<'_>) -> String {
        let before = instance.before.as_ref().and_then(|before| before.text("id"));
        let before = before.map(|id| ResourceId::new(&id));
        let before = before.as_ref().and_then(ResourceId::subscription).map(str::to_owned);
        before
            .or_else(|| self.providers.subscription(instance))
            .or_else(|| self.only.clone())
            .unwrap_or_else(|| NOT_KNOWN.to_owned())
    }
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
        let usual = if kinds::is_of_azapi(&instance.kind) { "azapi" } else { "azurerm" };
        let configured = self.settings.as_ref()?.object(provider.map_or(usual, String::as_str))?;
        let expression = configured.object("expressions")?.object("subscription_id")?;
        expression.text("constant_value").or_else(|| {
            let reference = configuration::references(&expression).into_iter().next()?;
            self.variables.as_ref()?.object(reference.strip_prefix("var.")?)?.text("value")
        })
    }
}
