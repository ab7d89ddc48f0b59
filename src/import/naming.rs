//! What resolves names as exports tell it: DNS servers, resolvers, private zones and private endpoints. By ids.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::fill::{fill, fill_list};
use super::id::ResourceId;
use super::routing::Place;
use crate::source::Span;

/// Everything of it that the files of one export hold, but the DNS servers that VNets tell themselves.
#[derive(Clone, Default)]
pub(super) struct Naming {
    /// The DNS servers of VNets by resources that do nothing but set them.
    pub(super) servers: BTreeMap<ResourceId, Vec<IpAddr>>,
    pub(super) resolvers: BTreeMap<ResourceId, InboundEndpoint>,
    pub(super) zones: BTreeMap<ResourceId, Zone>,
    pub(super) links: BTreeMap<ResourceId, Link>,
    pub(super) endpoints: BTreeMap<ResourceId, PrivateEndpoint>,
    /// What groups of zones, which lie in their private endpoints, tell of these.
    pub(super) groups: BTreeMap<ResourceId, ZoneGroup>,
    /// The subnets with service endpoints.
    pub(super) served: BTreeMap<ResourceId, Span>,
}

/// An inbound endpoint of a DNS Private Resolver.
#[derive(Clone)]
pub(super) struct InboundEndpoint {
    pub(super) places: Vec<Place>,
    pub(super) origin: Span,
}

/// A private DNS zone.
#[derive(Clone)]
pub(super) struct Zone {
    pub(super) name: String,
    /// How many links it has, where it says so.
    pub(super) links: Option<usize>,
    pub(super) origin: Span,
}

/// A link of a private DNS zone to a VNet.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) zone: ResourceId,
    pub(super) vnet: ResourceId,
    pub(super) origin: Span,
}

/// A private endpoint.
#[derive(Clone)]
pub(super) struct PrivateEndpoint {
    pub(super) vnet: Option<ResourceId>,
    pub(super) told: ZoneGroup,
    /// Public names that lead to it.
    pub(super) names: Vec<String>,
    pub(super) interfaces: Vec<ResourceId>,
    pub(super) origin: Span,
}

/// Addresses of a private endpoint, and the zones that have its names.
#[derive(Clone, Default)]
pub(super) struct ZoneGroup {
    pub(super) addresses: Vec<IpAddr>,
    pub(super) zones: Vec<ResourceId>,
}

impl Naming {
    /// Adds a zone, or what another row tells of it.
    pub(super) fn add_zone(&mut self, id: ResourceId, zone: Zone) {
        match self.zones.get_mut(&id) {
            Some(known) => fill(&mut known.links, zone.links),
            None => drop(self.zones.insert(id, zone)),
        }
    }

    /// Adds a private endpoint, or what another row tells of it.
    pub(super) fn add_endpoint(&mut self, id: ResourceId, endpoint: PrivateEndpoint) {
        let Some(known) = self.endpoints.get_mut(&id) else {
            self.endpoints.insert(id, endpoint);
            return;
        };
        fill(&mut known.vnet, endpoint.vnet);
        fill_list(&mut known.told.addresses, endpoint.told.addresses);
        fill_list(&mut known.told.zones, endpoint.told.zones);
        fill_list(&mut known.names, endpoint.names);
        fill_list(&mut known.interfaces, endpoint.interfaces);
    }

    /// Takes resources away, with what lies in them.
    pub(super) fn remove(&mut self, is_gone: &impl Fn(&ResourceId) -> bool) {
        self.servers.retain(|vnet, _| !is_gone(vnet));
        self.resolvers.retain(|id, _| !is_gone(id));
        self.zones.retain(|id, _| !is_gone(id));
        self.links.retain(|id, link| !is_gone(id) && !is_gone(&link.vnet));
        self.endpoints.retain(|id, _| !is_gone(id));
        self.groups.retain(|id, _| !is_gone(id));
        self.served.retain(|id, _| !is_gone(id));
    }

    /// Lays one side of a plan over these. What the plan leaves alone completes what is known, and what it makes or
    /// changes takes its place.
    pub(super) fn overlay(&mut self, plan: Self, is_loose: &impl Fn(&ResourceId) -> bool) {
        self.servers.extend(plan.servers);
        for (id, zone) in plan.zones {
            let zone = if is_loose(&id) { zone } else { Zone { links: None, ..zone } };
            self.add_zone(id, zone);
        }
        for (id, endpoint) in plan.endpoints {
            let known = self.endpoints.remove(&id).filter(|_| !is_loose(&id));
            self.add_endpoint(id.clone(), endpoint);
            // Which addresses it has is seldom known before it is there.
            if let Some(known) = known {
                self.add_endpoint(id, known);
            }
        }
        self.resolvers.extend(plan.resolvers);
        self.links.extend(plan.links);
        self.groups.extend(plan.groups);
        self.served.extend(plan.served);
    }
}
