//! DNS servers, resolvers, zones and private endpoints of the inventory.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::routing::Adding;
use crate::diagnostic::{Code, few};
use crate::import::id::ResourceId;
use crate::import::naming::{Naming, PrivateEndpoint};
use crate::inventory::naming::{self, DnsServers, Resolver, ZoneLink, zone_name};
use crate::inventory::wrong;
use crate::names::{LabelId, NameId};
use crate::source::Span;

/// The name of a zone in small letters, and the VNet that it is linked to, if it is.
type Linked = (String, Option<NameId>);

/// How to get what is missing.
const EXPORT: &str = "export them too: `tunnelog export-query` asks for them";

impl Adding<'_> {
    pub(super) fn naming(&mut self) {
        self.servers();
        self.resolvers();
        self.zones();
        self.endpoints();
        self.inventory.name_endpoints();
        self.services();
    }

    fn servers(&mut self) {
        let resources = self.resources;
        for (id, vnet) in &resources.vnets {
            let own = resources.naming.servers.get(id).or(vnet.servers.as_ref());
            let Some(servers) = own.filter(|servers| !servers.is_empty()).cloned() else { continue };
            if let Some(&name) = self.names.get(id) {
                let row = DnsServers::new(name, vnet.origin);
                self.inventory.dns_servers.push(DnsServers { servers, ..row });
            }
        }
    }

    fn resolvers(&mut self) {
        let resources = self.resources;
        for (id, resolver) in &resources.naming.resolvers {
            let name = self.shared.machines[id].clone();
            let what = format!("inbound endpoint `{name}`");
            let vnet = resolver.places.first().map(|place| &place.vnet);
            let addresses = resolver.places.iter().map(|place| place.address);
            let found = vnet.and_then(|vnet| self.held_in(vnet, addresses.collect(), &what, resolver.origin));
            if let Some((vnet, addresses)) = found {
                let label = self.inventory.labels.intern(&name);
                let row = Resolver::new(label, vnet, resolver.origin);
                self.inventory.resolvers.push(Resolver { addresses, ..row });
            }
        }
    }

    /// The VNet called `vnet` with those of the addresses that are its own; says so of others.
    fn held_in(
        &mut self,
        vnet: &ResourceId,
        addresses: BTreeSet<IpAddr>,
        what: &str,
        origin: Span,
    ) -> Option<(NameId, Vec<IpAddr>)> {
        let Some(&name) = self.names.get(vnet) else {
            let message = format!("{what} is left out, as VNet `{}` is not in the export", vnet.name());
            self.note(Code::Incomplete, origin, message);
            return None;
        };
        let inside = self.inside(name, addresses, what, origin);
        (!inside.is_empty()).then_some((name, inside))
    }

    fn zones(&mut self) {
        let naming = &self.resources.naming;
        let mut rows: BTreeMap<Linked, (&ResourceId, Span)> = BTreeMap::new();
        let mut counts: BTreeMap<&ResourceId, usize> = BTreeMap::new();
        let (mut strangers, mut lacking) = (Strangers::default(), Strangers::default());
        for link in naming.links.values() {
            *counts.entry(&link.zone).or_default() += 1;
            let Some(&vnet) = self.names.get(&link.vnet) else {
                strangers.add(link.vnet.name(), link.origin);
                continue;
            };
            let row = (link.zone.name().to_ascii_lowercase(), Some(vnet));
            rows.entry(row).or_insert((&link.zone, link.origin));
        }
        for (id, zone) in &naming.zones {
            let count = counts.get(id).copied().unwrap_or_default();
            if zone.links.is_some_and(|links| links > count) {
                lacking.add(&zone.name, zone.origin);
            } else if count == 0 {
                rows.entry((zone.name.to_ascii_lowercase(), None)).or_insert((id, zone.origin));
            }
        }
        let linked: BTreeSet<String> =
            rows.keys().filter(|(_, vnet)| vnet.is_some()).map(|(zone, _)| zone.clone()).collect();
        for ((zone, vnet), (id, origin)) in rows {
            if vnet.is_none() && linked.contains(&zone) {
                continue;
            }
            let Some(name) = self.zone(&zone, origin) else { continue };
            let resource = id.resource("privateDnsZones", None);
            self.inventory.zone_links.push(ZoneLink { vnet, resource, ..ZoneLink::new(name, origin) });
        }
        self.tell(
            &strangers,
            "links of private zones lead to VNets that are not in the export, and are left out",
            None,
        );
        self.tell(&lacking, "private zones have links that are not in the export", Some(EXPORT));
    }

    /// The zone of that name; none where the name is none of a zone, which is said.
    fn zone(&mut self, text: &str, origin: Span) -> Option<LabelId> {
        let name = zone_name(text);
        if name.is_none() {
            self.notes.push(wrong::bad_zone(text, origin));
        }
        name.map(|name| self.inventory.labels.intern(name))
    }

    fn endpoints(&mut self) {
        let resources = self.resources;
        let mut unknown = Strangers::default();
        for (id, endpoint) in &resources.naming.endpoints {
            let addresses = self.addresses(id, endpoint);
            let name = self.shared.machines[id].clone();
            let Some(vnet) = endpoint.vnet.as_ref().filter(|_| !addresses.is_empty()) else {
                unknown.add(&name, endpoint.origin);
                continue;
            };
            let what = format!("private endpoint `{name}`");
            let Some((vnet, addresses)) = self.held_in(vnet, addresses, &what, endpoint.origin) else {
                continue;
            };
            let zone = zone_of(&resources.naming, id, endpoint);
            let zone = zone.and_then(|zone| self.zone(&zone, endpoint.origin));
            let label = self.inventory.labels.intern(&name);
            let row = naming::PrivateEndpoint::new(label, vnet, endpoint.origin);
            self.inventory.private_endpoints.push(naming::PrivateEndpoint { addresses, zone, ..row });
        }
        let help = "export their network interfaces too: `tunnelog export-query` asks for them";
        let message = "the addresses of private endpoints are not told, and they are left out";
        self.tell(&unknown, message, Some(help));
    }

    /// The addresses of a private endpoint; those of its interfaces where none are told.
    fn addresses(&self, id: &ResourceId, endpoint: &PrivateEndpoint) -> BTreeSet<IpAddr> {
        let naming = &self.resources.naming;
        let groups = naming.groups.iter().filter(|(group, _)| group.outer().as_ref() == Some(id));
        let of_groups = groups.flat_map(|(_, group)| &group.addresses);
        let told: BTreeSet<IpAddr> = endpoint.told.addresses.iter().chain(of_groups).copied().collect();
        if !told.is_empty() {
            return told;
        }
        let interfaces = &self.resources.routing.interfaces;
        let own = endpoint.interfaces.iter().filter_map(|id| interfaces.get(id));
        own.flat_map(|interface| interface.places.iter().map(|place| place.address)).collect()
    }

    /// Notes service endpoints where there are clients, who might be taken to use them.
    fn services(&mut self) {
        let has_clients = self.inventory.gateways.iter().any(|gateway| !gateway.client_pool.is_empty());
        let served = &self.resources.naming.served;
        let Some(&origin) = served.values().next().filter(|_| has_clients) else { return };
        let subnets = few(served.keys().map(ResourceId::in_vnet));
        let message = format!(
            "service endpoints do nothing for Point-to-Site clients, whose addresses are in no subnet: those of {subnets}"
        );
        self.note(Code::OutsideModel, origin, message);
    }

    fn tell(&mut self, found: &Strangers, what: &str, help: Option<&str>) {
        let Some(origin) = found.origin else { return };
        let message = format!("{what}: {}", few(&found.names));
        self.note(Code::Incomplete, origin, message).help = help.map(str::to_owned);
    }
}

/// Names that one note tells of, and the place of the first.
#[derive(Default)]
struct Strangers {
    names: BTreeSet<String>,
    origin: Option<Span>,
}

impl Strangers {
    fn add(&mut self, name: &str, origin: Span) {
        self.names.insert(name.to_owned());
        self.origin.get_or_insert(origin);
    }
}

/// The name of the zone that has the names of a private endpoint: as told, else the longest that a public name of it
/// lies in, be it without `privatelink`.
fn zone_of(naming: &Naming, id: &ResourceId, endpoint: &PrivateEndpoint) -> Option<String> {
    let groups = naming.groups.iter().filter(|(group, _)| group.outer().as_ref() == Some(id));
    let told = groups.flat_map(|(_, group)| &group.zones).chain(&endpoint.told.zones).next();
    if let Some(zone) = told {
        return Some(zone.name().to_ascii_lowercase());
    }
    let is_in = |name: &String, zone: &str| name.strip_suffix(zone).is_some_and(|rest| rest.ends_with('.'));
    let zones = naming.zones.values().map(|zone| zone.name.to_ascii_lowercase());
    let has_name = |zone: &String| {
        let public = zone.strip_prefix("privatelink.").unwrap_or(zone);
        endpoint.names.iter().any(|name| is_in(name, public))
    };
    zones.filter(has_name).max_by_key(String::len)
}
