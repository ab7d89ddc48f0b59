//! What sites announce, as the gateways that learned it say.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;

use super::id::ResourceId;
use super::resources::{LearnedRoute, LearnedRoutes, LocalGateway, Resources};
use crate::prefix::Prefix;

/// The local network gateways that stand for a site, each with the gateways that speak BGP with it.
pub(super) type Sessions = BTreeMap<ResourceId, BTreeSet<ResourceId>>;

/// What each site announces beyond its local network gateway's prefixes.
pub(super) fn announcements(
    resources: &Resources,
    sessions: &Sessions,
) -> BTreeMap<ResourceId, BTreeSet<Prefix>> {
    let known = Known::of(resources, sessions);
    let mut announcements: BTreeMap<ResourceId, BTreeSet<Prefix>> = BTreeMap::new();
    for learned in &resources.learned_routes {
        let gateway = gateway_of(learned, resources);
        for route in &learned.routes {
            if known.is_not_a_sites(route.network) {
                continue;
            }
            if let Some(site) = known.announcer(route, gateway) {
                announcements.entry(site.clone()).or_default().insert(route.network);
            }
        }
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

    /// The site that announces a route.
    ///
    /// A route comes from the site that is its source peer, unless it started at another known
    /// router, whose own it is then. Routes of other peers, such as those that the second instance of
    /// a gateway hands over, are told by the number they started at, or else by the neighbour's number.
    fn announcer(&self, route: &LearnedRoute, gateway: Option<&ResourceId>) -> Option<&'known ResourceId> {
        let (first, last) = (*route.path.first()?, *route.path.last()?);
        let is_peer = |site: &LocalGateway, gateways: &BTreeSet<ResourceId>| {
            gateway.is_none_or(|gateway| gateways.contains(gateway))
                && site.peer_addresses.iter().any(|address| *address == route.peer)
        };
        let by_peer = self.only(is_peer);
        let by_number =
            |asn: u32| self.only(|site: &LocalGateway, _: &BTreeSet<ResourceId>| site.asn == Some(asn));
        let starts_elsewhere = self.gateway_asns.contains(&last) && first != last;
        match by_peer {
            Some((id, site)) => {
                let is_anothers = by_number(last).is_some_and(|(other, _)| other != id);
                let is_its_own = site.asn == Some(last) || first == last;
                (is_its_own || !(starts_elsewhere || is_anothers)).then_some(id)
            }
            None if starts_elsewhere => None,
            None => by_number(last).or_else(|| by_number(first).filter(|_| first != last)).map(|(id, _)| id),
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
