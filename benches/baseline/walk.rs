//! One connected component, prefix by prefix: what routers decide, and from where packets arrive.

use std::collections::HashMap;

use tunnelog::prefix::Prefix;

use super::nesting::Nesting;
use super::propagation::{Propagation, Source};
use super::topology::{Owner, Part, Router};

/// No prefix, no list.
const NONE: u32 = u32::MAX;

/// What a router does with packets for a prefix.
#[derive(Clone, Copy)]
struct Decision {
    /// The longest prefix in its table that covers the present one.
    prefix: u32,
    /// The list of its next hops; empty where the prefix is attached.
    hops: u32,
}

/// What routers decide for a prefix, and which refuse to learn what lies in it.
#[derive(Clone, Default)]
struct Level {
    prefix: usize,
    decisions: Vec<Decision>,
    refuses: Vec<bool>,
    /// How long the lists of next hops were before.
    lists: usize,
}

/// A set of small numbers. One without room, as of routers without clients, stays empty.
#[derive(Clone, Default)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    fn new(count: usize, full: bool) -> Self {
        Self(vec![if full { u64::MAX } else { 0 }; count.div_ceil(64)])
    }

    fn insert(&mut self, number: usize) {
        if let Some(word) = self.0.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }

    pub(crate) fn contains(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    fn intersect(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(one, other)| *one &= other);
    }
}

/// Where packets of the gateways with clients arrive, and who returns packets to these clients.
pub(crate) struct Walked {
    /// By router, the places where its packets arrive; empty for routers without clients.
    pub(crate) delivered: Vec<Bits>,
    /// By router, the prefixes that it has learned, but for default routes; empty for routers without clients.
    pub(crate) learned: Vec<Bits>,
    /// By router, the routers that return packets to all its clients' addresses of IPv4, and of IPv6; empty for routers
    /// without such clients.
    pub(crate) returns: Vec<[Bits; 2]>,
    /// By router with clients and prefix that stands for the Internet, the sites where its packets leave.
    pub(crate) exits: HashMap<(usize, usize), Vec<usize>>,
}

/// Values by prefix.
struct ByPrefix<Value> {
    rows: Vec<(usize, Value)>,
    starts: Vec<usize>,
}

impl<Value: Ord + Copy> ByPrefix<Value> {
    fn new(mut rows: Vec<(usize, Value)>, prefixes: usize) -> Self {
        rows.sort_unstable();
        rows.dedup();
        let starts = (0..=prefixes).map(|prefix| rows.partition_point(|row| row.0 < prefix)).collect();
        Self { rows, starts }
    }

    fn of(&self, prefix: usize) -> &[(usize, Value)] {
        &self.rows[self.starts[prefix]..self.starts[prefix + 1]]
    }

    fn is_empty(&self, prefix: usize) -> bool {
        self.starts[prefix] == self.starts[prefix + 1]
    }
}

/// What is fixed before the first prefix is looked at.
struct Walk<'part> {
    part: &'part Part,
    nesting: &'part Nesting,
    attached: ByPrefix<(usize, Owner)>,
    static_routes: ByPrefix<(usize, usize)>,
    /// The routers that announce the prefix as a summary.
    summaries: ByPrefix<usize>,
    places: ByPrefix<usize>,
    pools: ByPrefix<usize>,
    /// The prefixes that stand for the Internet, sorted.
    outside: &'part [usize],
}

/// Solves the part.
pub(crate) fn walk(part: &Part, nesting: &Nesting, places: &[(usize, usize)], outside: &[usize]) -> Walked {
    let count = nesting.prefixes.len();
    let routers = || part.routers.iter().enumerate();
    let attached = routers().flat_map(|(number, router)| {
        router.attached.iter().map(move |(prefix, owner)| (nesting.find(*prefix), (number, *owner)))
    });
    let static_routes = routers().flat_map(|(number, router)| {
        router.static_routes.iter().map(move |(hop, prefix)| (nesting.find(*prefix), (number, *hop)))
    });
    let summaries = routers().flat_map(|(number, router)| {
        router.summaries.iter().map(move |prefix| (nesting.find(*prefix), number))
    });
    let mut is_network = vec![false; count];
    for prefix in part.networks.iter().flat_map(|(_, space)| space) {
        is_network[nesting.find(*prefix)] = true;
    }
    let is_network = &is_network;
    let pools = routers().flat_map(|(number, router)| {
        let pools = router.attached.iter().filter(|(_, owner)| matches!(owner, Owner::Pool(_)));
        let parts =
            pools.flat_map(|(prefix, _)| nesting.parts(nesting.find(*prefix), |inner| is_network[inner]));
        parts.map(move |part| (part, number))
    });
    let walk = Walk {
        part,
        nesting,
        attached: ByPrefix::new(attached.collect(), count),
        static_routes: ByPrefix::new(static_routes.collect(), count),
        summaries: ByPrefix::new(summaries.collect(), count),
        places: ByPrefix::new(places.to_vec(), count),
        pools: ByPrefix::new(pools.collect(), count),
        outside,
    };
    walk.run()
}

impl Walk<'_> {
    fn run(&self) -> Walked {
        let routers = &self.part.routers;
        let count = routers.len();
        let of_clients = |size: usize| -> Vec<Bits> {
            let set = |router: &Router| {
                if router.pools().next().is_some() { Bits::new(size, false) } else { Bits::default() }
            };
            routers.iter().map(set).collect()
        };
        let of_family = |router: &Router| {
            let set = |is_v6: bool| {
                if router.pools().any(|pool| family(pool) == usize::from(is_v6)) {
                    Bits::new(count, true)
                } else {
                    Bits::default()
                }
            };
            [false, true].map(set)
        };
        let mut walked = Walked {
            delivered: of_clients(self.places.rows.len()),
            learned: of_clients(self.nesting.prefixes.len()),
            returns: routers.iter().map(of_family).collect(),
            exits: HashMap::new(),
        };
        let nothing = Decision { prefix: NONE, hops: NONE };
        let mut levels = vec![Level {
            prefix: usize::MAX,
            decisions: vec![nothing; count],
            refuses: vec![false; count],
            lists: 0,
        }];
        let mut depth = 0;
        let mut lists: Vec<(u32, u32)> = Vec::new();
        let mut propagation = Propagation::new(count);
        let mut packets = Packets::new(count);
        for prefix in 0..self.nesting.prefixes.len() {
            while depth > 0 && Some(levels[depth].prefix) != self.nesting.parents[prefix] {
                lists.truncate(levels[depth].lists);
                depth -= 1;
            }
            depth += 1;
            if levels.len() == depth {
                levels.push(Level::default());
            }
            let (outer, inner) = levels.split_at_mut(depth);
            let (outer, level) = (&outer[depth - 1], &mut inner[0]);
            level.prefix = prefix;
            level.lists = lists.len();
            level.decisions.clone_from(&outer.decisions);
            level.refuses.clone_from(&outer.refuses);
            self.decide(prefix, level, &mut lists, &mut propagation, &mut walked.learned);
            let is_outside = self.outside.binary_search(&prefix).is_ok();
            if is_outside || !(self.places.is_empty(prefix) && self.pools.is_empty(prefix)) {
                self.follow(prefix, level, &lists, &mut packets, &mut walked);
            }
        }
        walked
    }

    /// Enters the prefix into the routers' tables.
    fn decide(
        &self,
        prefix: usize,
        level: &mut Level,
        lists: &mut Vec<(u32, u32)>,
        propagation: &mut Propagation,
        learned: &mut [Bits],
    ) {
        let routers = &self.part.routers;
        let is_default = self.nesting.prefixes[prefix].is_default_route();
        let number = small(prefix);
        let mut sources: Vec<Source> = Vec::new();
        for &(_, (router, owner)) in self.attached.of(prefix) {
            level.decisions[router] = Decision { prefix: number, hops: NONE };
            level.refuses[router] |= matches!(owner, Owner::Network(_)) && !is_default;
            if !routers[router].withholds(self.nesting.prefixes[prefix], owner) {
                sources.push(Source { asn: routers[router].asn, router, but: None });
            }
        }
        for &(_, router) in self.summaries.of(prefix) {
            sources.push(Source { asn: routers[router].asn, router, but: None });
        }
        let decisions = &mut level.decisions;
        let mut enter = |router: usize, hop: usize| {
            let decision = &mut decisions[router];
            if decision.prefix != number {
                *decision = Decision { prefix: number, hops: NONE };
            } else if decision.hops == NONE {
                // It is attached, as a list begun for this prefix is not empty.
                return;
            }
            lists.push((small(hop), decision.hops));
            decision.hops = small(lists.len() - 1);
        };
        for &(_, (router, hop)) in self.static_routes.of(prefix) {
            enter(router, hop);
            if routers[router].relays && !is_default {
                sources.push(Source { asn: routers[router].asn, router, but: Some(hop) });
            }
        }
        propagation.spread(routers, &mut sources, is_default, &level.refuses, |router, from| {
            enter(router, from);
            if !is_default {
                learned[router].insert(prefix);
            }
        });
        // What lies inside a prefix of its own a gateway refuses, and a site does not.
        for &(_, (router, _)) in self.attached.of(prefix) {
            level.refuses[router] &= !routers[router].is_site;
        }
    }

    /// Follows packets for the part of the prefix back from where they arrive.
    fn follow(
        &self,
        prefix: usize,
        level: &Level,
        lists: &[(u32, u32)],
        packets: &mut Packets,
        walked: &mut Walked,
    ) {
        packets.turn_round(level, lists);
        let arrivals = |target: Owner| {
            let covering = self.nesting.covering(prefix).flat_map(|outer| self.attached.of(outer));
            covering
                .filter(move |(outer, (router, owner))| {
                    *owner == target && level.decisions[*router].prefix == small(*outer)
                })
                .map(|(_, (router, _))| *router)
        };
        let first = self.places.starts[prefix];
        for (place, (_, network)) in (first..).zip(self.places.of(prefix)) {
            for &router in packets.back(arrivals(Owner::Network(*network)), &self.part.routers) {
                walked.delivered[router].insert(place);
            }
        }
        for &(_, gateway) in self.pools.of(prefix) {
            let mut from = Bits::new(self.part.routers.len(), false);
            for &router in packets.back(arrivals(Owner::Pool(gateway)), &self.part.routers) {
                from.insert(router);
            }
            walked.returns[gateway][family(self.nesting.prefixes[prefix])].intersect(&from);
        }
        if self.outside.binary_search(&prefix).is_ok() {
            self.follow_out(prefix, level, packets, walked);
        }
    }

    /// Follows packets for a prefix of the Internet back from each site that they leave by: one whose own default route decides.
    fn follow_out(&self, prefix: usize, level: &Level, packets: &mut Packets, walked: &mut Walked) {
        let routers = &self.part.routers;
        let covering =
            self.nesting.covering(prefix).filter(|outer| self.nesting.prefixes[*outer].is_default_route());
        for &(outer, (site, _)) in covering.flat_map(|outer| self.attached.of(outer)) {
            if !routers[site].is_site || level.decisions[site].prefix != small(outer) {
                continue;
            }
            for &router in packets.back(std::iter::once(site), routers) {
                if routers[router].pools().next().is_some() {
                    walked.exits.entry((router, prefix)).or_default().push(site);
                }
            }
        }
    }
}

/// Who sends packets for the present prefix to whom.
struct Packets {
    /// The list of the routers that forward to each.
    senders: Vec<u32>,
    lists: Vec<(u32, u32)>,
    seen: Vec<bool>,
    reached: Vec<usize>,
}

impl Packets {
    fn new(routers: usize) -> Self {
        Self {
            senders: vec![NONE; routers],
            lists: Vec::new(),
            seen: vec![false; routers],
            reached: Vec::new(),
        }
    }

    fn turn_round(&mut self, level: &Level, lists: &[(u32, u32)]) {
        self.lists.clear();
        self.senders.fill(NONE);
        for (router, decision) in level.decisions.iter().enumerate() {
            let mut list = decision.hops;
            while list != NONE {
                let (hop, rest) = lists[list as usize];
                let senders = &mut self.senders[hop as usize];
                self.lists.push((small(router), *senders));
                *senders = small(self.lists.len() - 1);
                list = rest;
            }
        }
    }

    /// The routers from which packets get to `arrivals`, these included.
    fn back(&mut self, arrivals: impl Iterator<Item = usize>, routers: &[Router]) -> &[usize] {
        self.reached.clear();
        for router in arrivals {
            if !std::mem::replace(&mut self.seen[router], true) {
                self.reached.push(router);
            }
        }
        let arrived = self.reached.len();
        let mut next = 0;
        while next < self.reached.len() {
            let router = self.reached[next];
            // What has arrived needs no forwarding; the others pass packets on only where they relay.
            let mut list = if next < arrived || routers[router].relays { self.senders[router] } else { NONE };
            while list != NONE {
                let (sender, rest) = self.lists[list as usize];
                if !std::mem::replace(&mut self.seen[sender as usize], true) {
                    self.reached.push(sender as usize);
                }
                list = rest;
            }
            next += 1;
        }
        for router in &self.reached {
            self.seen[*router] = false;
        }
        &self.reached
    }
}

/// 0 for IPv4, 1 for IPv6.
pub(crate) fn family(prefix: Prefix) -> usize {
    usize::from(prefix.net().addr().is_ipv6())
}

fn small(number: usize) -> u32 {
    u32::try_from(number).expect("fewer than 2^32 prefixes and routes")
}
