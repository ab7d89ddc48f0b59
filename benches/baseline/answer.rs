//! The rows of a solved part.

use std::collections::HashMap;

use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;
use tunnelog::prefix::Prefix;

use super::Row;
use super::internet;
use super::nesting::Nesting;
use super::topology::{Owner, Part, Router};
use super::walk::{Walked, family, walk};

/// What the rows of one connected component need.
pub(crate) struct Answer {
    nesting: Nesting,
    /// In the order of names as texts.
    networks: Vec<Network>,
    walked: Walked,
    gateways: HashMap<NameId, Gateway>,
    /// The prefixes that stand for the Internet, sorted; none where no client holds a route there.
    outside: Vec<usize>,
    /// How many of the networks stand before the Internet.
    before_internet: usize,
}

struct Network {
    name: NameId,
    /// The routers that it is attached to.
    attached_to: Vec<usize>,
    /// Its prefixes in the order of texts, each with its parts and their places.
    prefixes: Vec<(Prefix, Vec<(usize, usize)>)>,
}

struct Gateway {
    router: usize,
    /// The prefixes that all clients hold, and those that only non-Windows clients hold.
    held: Vec<usize>,
    held_by_others: Vec<usize>,
}

impl Answer {
    pub(crate) fn new(inventory: &Inventory, part: &Part) -> Self {
        let routers = || part.routers.iter();
        let named = part.networks.iter().flat_map(|(_, space)| space);
        let outward = internet::routes(part);
        let nesting = Nesting::new(
            named
                .chain(routers().flat_map(|router| router.attached.iter().map(|(prefix, _)| prefix)))
                .chain(routers().flat_map(|router| router.static_routes.iter().map(|(_, prefix)| prefix)))
                .chain(routers().flat_map(|router| &router.custom_routes))
                .chain(routers().flat_map(|router| &router.summaries))
                .copied()
                .chain(internet::halves().filter(|_| !outward.is_empty()))
                .collect(),
        );
        let outside = internet::parts(part, &nesting, &outward);
        let parts = parts(part, &nesting);
        let mut places: Vec<(usize, usize)> =
            parts.iter().flat_map(|(network, _, parts)| parts.iter().map(|part| (*part, *network))).collect();
        places.sort_unstable();
        places.dedup();
        let walked = walk(part, &nesting, &places, &outside);
        let mut networks: Vec<Network> = part
            .networks
            .iter()
            .map(|(name, _)| Network { name: *name, attached_to: Vec::new(), prefixes: Vec::new() })
            .collect();
        for (number, router) in part.routers.iter().enumerate() {
            for (_, owner) in &router.attached {
                if let Owner::Network(network) = owner {
                    networks[*network].attached_to.push(number);
                }
            }
        }
        for (network, prefix, parts) in parts {
            let place = |part: usize| {
                places.binary_search(&(part, network)).expect("every part of a network has a place")
            };
            let with_places = parts.into_iter().map(|part| (part, place(part))).collect();
            networks[network].prefixes.push((prefix, with_places));
        }
        for network in &mut networks {
            if network.prefixes.len() > 1 {
                network.prefixes.sort_by_cached_key(|(prefix, _)| prefix.to_string());
            }
        }
        networks.sort_unstable_by_key(|network| inventory.names.text(network.name));
        let gateways = part
            .gateways
            .iter()
            .map(|(name, router)| (*name, Gateway::new(*router, &part.routers, &nesting)));
        let name = inventory.names.text(NameId::INTERNET);
        let before_internet = networks.partition_point(|network| inventory.names.text(network.name) <= name);
        Self { networks, gateways: gateways.collect(), walked, nesting, outside, before_internet }
    }

    /// The rows of a gateway for one class.
    pub(crate) fn rows(&self, gateway: NameId, windows: bool, sink: &mut impl FnMut(Row)) {
        let class = if windows { "windows" } else { "non-windows" };
        let Some(gateway_row) = self.gateways.get(&gateway) else { return };
        let router = gateway_row.router;
        let held = self.held(gateway_row, windows);
        let (before, after) = self.networks.split_at(self.before_internet);
        self.rows_of_networks(before, (gateway, class, router), &held, sink);
        if !self.outside.is_empty() {
            let by_some = self.held(gateway_row, false);
            let parts = (&self.nesting, &self.walked, &self.outside[..]);
            for (destination, status) in internet::rows(parts, router, &held, &by_some) {
                sink(Row { gateway, class, network: NameId::INTERNET, destination, status });
            }
        }
        self.rows_of_networks(after, (gateway, class, router), &held, sink);
    }

    fn rows_of_networks(
        &self,
        networks: &[Network],
        (gateway, class, router): (NameId, &'static str, usize),
        held: &[bool],
        sink: &mut impl FnMut(Row),
    ) {
        let (delivered, returns) = (&self.walked.delivered[router], &self.walked.returns[router]);
        for network in networks {
            let back = [0, 1]
                .map(|family| network.attached_to.iter().any(|router| returns[family].contains(*router)));
            let back = |part: usize| back[family(self.nesting.prefixes[part])];
            let status =
                |part: usize, place: usize| status(held[part], back(part) && delivered.contains(place));
            // What is said of parts in one row: the status, and whether packets arrive.
            let kind = |part: usize, place: usize| (status(part, place), delivered.contains(place));
            let row = |destination: Prefix, status: &'static str| Row {
                gateway,
                class,
                network: network.name,
                destination,
                status,
            };
            let agreed = |parts: &[(usize, usize)]| {
                let first = kind(parts[0].0, parts[0].1);
                parts[1..].iter().all(|(part, place)| kind(*part, *place) == first).then_some(first.0)
            };
            if network.prefixes.iter().all(|(_, parts)| agreed(parts).is_some()) {
                for (prefix, parts) in &network.prefixes {
                    sink(row(*prefix, status(parts[0].0, parts[0].1)));
                }
                continue;
            }
            let mut told: Vec<(String, Row)> = Vec::new();
            for (prefix, parts) in &network.prefixes {
                if let Some(status) = agreed(parts) {
                    told.push((prefix.to_string(), row(*prefix, status)));
                    continue;
                }
                let mut kinds: Vec<_> = parts.iter().map(|(part, place)| kind(*part, *place)).collect();
                kinds.sort_unstable();
                kinds.dedup();
                for (word, arrives) in kinds {
                    let of_kind = parts.iter().filter(|(part, place)| kind(*part, *place) == (word, arrives));
                    let addresses = of_kind.flat_map(|(part, _)| self.nesting.own(*part)).copied();
                    let fewest = Prefix::aggregate(addresses);
                    told.extend(fewest.into_iter().map(|prefix| (prefix.to_string(), row(prefix, word))));
                }
            }
            told.sort_by(|one, other| one.0.cmp(&other.0));
            told.dedup_by(|one, other| one.0 == other.0);
            for (_, row) in told {
                sink(row);
            }
        }
    }

    /// For each prefix, whether clients hold it or one that covers it as a route.
    fn held(&self, gateway: &Gateway, windows: bool) -> Vec<bool> {
        let mut held = vec![false; self.nesting.prefixes.len()];
        gateway.held.iter().for_each(|prefix| held[*prefix] = true);
        if !windows {
            gateway.held_by_others.iter().for_each(|prefix| held[*prefix] = true);
        }
        let learned = &self.walked.learned[gateway.router];
        for (prefix, parent) in self.nesting.parents.iter().enumerate() {
            held[prefix] |= !windows && learned.contains(prefix) || parent.is_some_and(|parent| held[parent]);
        }
        held
    }
}

impl Gateway {
    fn new(router: usize, routers: &[Router], nesting: &Nesting) -> Self {
        let row = &routers[router];
        let attached = row.attached.iter().map(|(prefix, _)| prefix);
        let to_gateways = row
            .static_routes
            .iter()
            .filter(|(hop, prefix)| !routers[*hop].is_site && !prefix.is_default_route());
        Self {
            router,
            held: attached.chain(&row.custom_routes).map(|prefix| nesting.find(*prefix)).collect(),
            held_by_others: to_gateways.map(|(_, prefix)| nesting.find(*prefix)).collect(),
        }
    }
}

/// Each network's prefixes, with the parts that are destinations of the network.
fn parts(part: &Part, nesting: &Nesting) -> Vec<(usize, Prefix, Vec<usize>)> {
    let mut owners: Vec<Vec<usize>> = vec![Vec::new(); nesting.prefixes.len()];
    let space = || {
        let networks = part.networks.iter().enumerate();
        networks.flat_map(|(network, (_, space))| space.iter().map(move |prefix| (network, *prefix)))
    };
    for (network, prefix) in space() {
        owners[nesting.find(prefix)].push(network);
    }
    let mut is_pool = vec![false; nesting.prefixes.len()];
    for (prefix, owner) in part.routers.iter().flat_map(|router| &router.attached) {
        if matches!(owner, Owner::Pool(_)) {
            is_pool[nesting.find(*prefix)] = true;
        }
    }
    let of = |(network, prefix): (usize, Prefix)| {
        let is_site = part.routers.iter().any(|router| router.is_site && router.network == network);
        let is_anothers =
            |inner: usize| owners[inner].iter().any(|owner| *owner != network) || is_site && is_pool[inner];
        (network, prefix, nesting.parts(nesting.find(prefix), is_anothers))
    };
    space().map(of).filter(|(_, _, parts)| !parts.is_empty()).collect()
}

/// What is said of a destination.
pub(crate) fn status(has_route: bool, is_accessible: bool) -> &'static str {
    match (has_route, is_accessible) {
        (true, true) => "reachable",
        (false, true) => "needs-route",
        (true, false) => "blackhole",
        (false, false) => "unreachable",
    }
}
