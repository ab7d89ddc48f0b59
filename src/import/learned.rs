//! What sites announce, as the gateways that learned it say.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;

use super::id::ResourceId;
use super::resources::{LearnedRoute, LearnedRoutes, LocalGateway, Resources};
use crate::prefix::Prefix;
use crate::source::Span;

/// The local network gateways that stand for a site, each with the gateways that speak BGP with it.
pub(super) type Sessions = BTreeMap<ResourceId, BTreeSet<ResourceId>>;

/// What learned routes say.
#[derive(Default)]
pub(super) struct Announcements {
    /// What each site announces, by its local network gateway.
    pub(super) by_site: BTreeMap<ResourceId, BTreeSet<Prefix>>,
    /// Routes that came from no router of the export: the first place of each file, and the prefixes.
    pub(super) of_strangers: Vec<(Span, BTreeSet<Prefix>)>,
    /// The sites that pass on what others tell them, each with the first path that shows it.
    pub(super) passing: BTreeMap<ResourceId, Passing>,
    /// Paths that show one of several sites to do so, each once.
    pub(super) unclear: BTreeMap<Vec<u32>, (Span, Vec<String>)>,
    /// The sites of which a gateway's list has routes, so that it would show what they pass on.
    pub(super) heard: BTreeSet<ResourceId>,
}

/// How it is known that a site passes routes on.
pub(super) struct Passing {
    pub(super) path: Vec<u32>,
    pub(super) origin: Span,
}

/// What each site announces, and what strangers do.
pub(super) fn announcements(resources: &Resources, sessions: &Sessions) -> Announcements {
    let known = Known::of(resources, sessions);
    let mut announcements = Announcements::default();
    for learned in &resources.learned_routes {
        let gateway = gateway_of(learned, resources);
        let mut strange = BTreeSet::new();
        let mut place = None;
        for route in &learned.routes {
            known.passing(route, gateway, &mut announcements);
        }
        for route in learned.routes.iter().filter(|route| !known.is_not_a_sites(route.network)) {
            match known.announcer(route, gateway) {
                Some(Router::Site(site)) => {
                    announcements.by_site.entry(site.clone()).or_default().insert(route.network);
                }
                Some(Router::Other) => {}
                None => {
                    strange.insert(route.network);
                    place.get_or_insert(route.origin);
                }
            }
        }
        announcements.of_strangers.extend(place.map(|place| (place, strange)));
    }
    announcements
}

/// The gateway that a file of learned routes was asked from: the one named in the file's name, else
/// the one that has the local address.
fn gateway_of<'known>(learned: &LearnedRoutes, resources: &'known Resources) -> Option<&'known ResourceId> {
    let file_name = learned.file_name.to_ascii_lowercase();
    let named = resources
        .gateways
        .iter()
        .filter(|(_, gateway)| !gateway.name.is_empty())
        .filter(|(_, gateway)| file_name.contains(&gateway.name.to_ascii_lowercase()));
    let longest = named.max_by_key(|(_, gateway)| gateway.name.len()).map(|(id, _)| id);
    longest.or_else(|| {
        let mut local = resources.gateways.iter().filter(|(_, gateway)| {
            gateway.peer_addresses.iter().any(|it| learned.local_addresses.contains(it))
        });
        // An address that several gateways have tells nothing.
        local.next().filter(|_| local.next().is_none()).map(|(id, _)| id)
    })
}

/// Where a route comes from.
enum Router<'known> {
    Site(&'known ResourceId),
    /// Another router of the export, whose prefixes are known from itself.
    Other,
}

struct Known<'known> {
    sites: Vec<(&'known ResourceId, &'known LocalGateway, &'known BTreeSet<ResourceId>)>,
    gateway_asns: BTreeSet<u32>,
    own: Vec<Prefix>,
    peers: BTreeSet<IpAddr>,
}

impl<'known> Known<'known> {
    fn of(resources: &'known Resources, sessions: &'known Sessions) -> Self {
        let sites: Vec<_> = sessions
            .iter()
            .filter_map(|(id, gateways)| Some((id, resources.local_gateways.get(id)?, gateways)))
            .collect();
        let peering = resources.gateways.values().map(|gateway| &gateway.peer_addresses);
        let addresses = peering.chain(resources.local_gateways.values().map(|site| &site.peer_addresses));
        Self {
            sites,
            gateway_asns: resources.gateways.values().filter_map(|gateway| gateway.asn).collect(),
            own: resources
                .vnets
                .values()
                .map(|vnet| &vnet.space)
                .chain(resources.gateways.values().map(|gateway| &gateway.pools))
                .flatten()
                .copied()
                .collect(),
            peers: addresses.flatten().filter_map(|address| address.parse().ok()).collect(),
        }
    }

    /// True for the prefixes of VNets and client pools, for the host routes of BGP peers, and for
    /// link-local prefixes, which number the tunnels themselves.
    fn is_not_a_sites(&self, network: Prefix) -> bool {
        let is_host = network.length() == network.net().max_prefix_len();
        let is_link_local = match network.net() {
            IpNet::V4(net) => net.network().is_link_local() && net.prefix_len() >= 16,
            IpNet::V6(net) => net.network().is_unicast_link_local(),
        };
        is_link_local
            || (is_host && self.peers.contains(&network.net().addr()))
            || self.own.iter().any(|own| own.covers(network))
    }

    /// The router that announces a route.
    ///
    /// A route comes from the site that is its source peer, unless it started at another known
    /// router, whose own it is then. Routes of other peers, such as those that the second instance of
    /// a gateway hands over, are told by the number they started at, or else by the neighbour's number.
    fn announcer(&self, route: &LearnedRoute, gateway: Option<&ResourceId>) -> Option<Router<'known>> {
        let (first, last) = (*route.path.first()?, *route.path.last()?);
        let by_peer = self.by_peer(route, gateway);
        let by_number = |asn: u32| self.only(|site, _| site.asn == Some(asn));
        let starts_at_gateway = first != last && self.gateway_asns.contains(&last);
        let starts_at_site = by_number(last);
        if let Some((id, site)) = by_peer {
            let is_its_own = site.asn == Some(last) || first == last;
            let is_anothers = starts_at_gateway || starts_at_site.is_some_and(|other| other.0 != id);
            return Some(if is_its_own || !is_anothers { Router::Site(id) } else { Router::Other });
        }
        let by_numbers = starts_at_site.or_else(|| by_number(first));
        match by_numbers {
            Some((id, _)) if !starts_at_gateway => Some(Router::Site(id)),
            _ => (starts_at_gateway || self.gateway_asns.contains(&first)).then_some(Router::Other),
        }
    }

    /// The site whose router is the source peer of a route.
    fn by_peer(
        &self,
        route: &LearnedRoute,
        gateway: Option<&ResourceId>,
    ) -> Option<(&'known ResourceId, &'known LocalGateway)> {
        self.only(|site, gateways| {
            gateway.is_none_or(|gateway| gateways.contains(gateway))
                && site.peer_addresses.contains(&route.peer)
        })
    }

    /// Takes down which sites a route has passed: those whose number stands before that of another router of the
    /// export. What stands before a stranger's number may come from behind the site itself.
    fn passing(&self, route: &LearnedRoute, gateway: Option<&ResourceId>, found: &mut Announcements) {
        let by_peer = self.by_peer(route, gateway);
        found.heard.extend(by_peer.map(|(id, _)| id.clone()));
        let mut path = route.path.clone();
        path.dedup();
        for (index, asn) in path.iter().enumerate() {
            let is_router = |later: &u32| {
                later != asn
                    && (self.gateway_asns.contains(later)
                        || self.sites.iter().any(|(_, site, _)| site.asn == Some(*later)))
            };
            if !path[index + 1..].iter().any(is_router) {
                continue;
            }
            let mut bearers: Vec<_> =
                self.sites.iter().filter(|(_, site, _)| site.asn == Some(*asn)).collect();
            let neighbour = by_peer.filter(|(_, site)| site.asn.is_none_or(|own| own == *asn));
            if let (0, Some((id, _))) = (index, neighbour) {
                bearers = self.sites.iter().filter(|(other, ..)| *other == id).collect();
            } else if self.gateway_asns.contains(asn) {
                continue;
            }
            match bearers[..] {
                [] => {}
                [(id, ..)] => {
                    let passing = Passing { path: route.path.clone(), origin: route.origin };
                    found.passing.entry((*id).clone()).or_insert(passing);
                }
                _ => {
                    let names = bearers.iter().map(|(_, site, _)| site.name.clone()).collect();
                    found.unclear.entry(route.path.clone()).or_insert((route.origin, names));
                }
            }
        }
    }

    /// The site for which `is_it` holds, if it is the only one.
    fn only(
        &self,
        is_it: impl Fn(&LocalGateway, &BTreeSet<ResourceId>) -> bool,
    ) -> Option<(&'known ResourceId, &'known LocalGateway)> {
        let mut found = self.sites.iter().filter(|(_, site, gateways)| is_it(site, gateways));
        found.next().filter(|_| found.next().is_none()).map(|(id, site, _)| (*id, *site))
    }
}
