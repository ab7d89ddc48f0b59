//! How many prefixes BGP sessions and P2S clients carry, held against Azure's limits.
//!
//! Relays that are joined by BGP learn what all of them offer, so the routes of clients are counted once
//! for each such group. The count is exact unless two routers share an ASN or a router in between
//! refuses a prefix of its own, which have findings of their own. Sessions are counted one by one in
//! the routers' tables, and only in a group that offers more than one session takes.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Context, Found, rows_of};
use crate::class::limits::{OPEN_VPN, OTHER_IKEV2, WINDOWS_IKEV2};
use crate::class::protocols_or_default;
use crate::diagnostic::{Code, Diagnostic};
use crate::facts::ids::PrefixId;
use crate::inventory::{Gateway, Protocol};
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::solve::{Component, tables};

const PREFIXES_OF_A_SESSION: usize = 4_000;

/// Where sessions and prefixes multiply to more than this over all groups, the rest is not counted
/// one by one: a session then carries at most what others than its receiver offer.
const MOST_ROWS: usize = 5_000_000;

pub(super) fn check(context: &Context<'_>, found: &mut Found) {
    let mut groups = Groups::default();
    for part in 0..context.facts.component_count {
        if prefixes_at_most(context, part) > WINDOWS_IKEV2.most {
            groups.add_part(context, part);
        }
    }
    for gateway in &context.inventory.gateways {
        let part = context.facts.component_of(gateway.vnet);
        if !gateway.client_pool.is_empty() && prefixes_at_most(context, part) > WINDOWS_IKEV2.most {
            routes_of_clients(context, gateway, groups.of(gateway.vnet), found);
        }
    }
    let sent = groups.sent(context);
    for tunnel in context.topology.all_tunnels().iter().filter(|tunnel| tunnel.up && tunnel.bgp) {
        for (sender, receiver) in [(tunnel.from, tunnel.to), (tunnel.to, tunnel.from)] {
            let Some(&Sent { count, exact }) = sent.get(&(sender, receiver)) else { continue };
            if count > PREFIXES_OF_A_SESSION && context.topology.has_gateway(receiver) {
                let (sender, receiver) = (context.shown(sender), context.shown(receiver));
                let most = if exact { "" } else { "up to " };
                found.push(
                    Diagnostic::new(
                        Code::LimitExceeded,
                        format!("{sender} sends {receiver} {most}{count} prefixes over BGP; {PREFIXES_OF_A_SESSION} is the limit of a session"),
                    )
                    .at(
                        context.cell(context.inventory.connections[tunnel.row].origin, "bgp"),
                        format!("expected at most {PREFIXES_OF_A_SESSION} prefixes"),
                    )
                    .help("the session drops beyond the limit: advertise fewer and wider prefixes"),
                );
            }
        }
    }
}

/// How many prefixes a part names, repetitions counted.
fn prefixes_at_most(context: &Context<'_>, part: usize) -> usize {
    let facts = context.facts;
    facts.address.of(part).len()
        + facts.client_pool.of(part).len()
        + facts.custom_route.of(part).len()
        + facts.summarized_prefix.of(part).len()
        + facts.static_route.of(part).len()
}

/// Relays joined by BGP, with what they and the sites beside them offer.
#[derive(Default)]
struct Group {
    part: usize,
    relays: FxHashSet<NameId>,
    sessions: usize,
    /// Each prefix with the router that offers it; none where several do. Sorted.
    offered: Vec<(Prefix, Option<NameId>)>,
    /// How many prefixes a router alone offers.
    alone: FxHashMap<NameId, usize>,
}

/// How many prefixes a session carries from one end to the other.
struct Sent {
    count: usize,
    /// False where it is at most that many.
    exact: bool,
}

#[derive(Default)]
struct Groups {
    groups: Vec<Group>,
    /// The group of each relay.
    number: FxHashMap<NameId, usize>,
}

impl Groups {
    fn of(&self, router: NameId) -> Option<&Group> {
        self.number.get(&router).map(|number| &self.groups[*number])
    }

    fn add_part(&mut self, context: &Context<'_>, part: usize) {
        let sessions = context.facts.bgp.of(part);
        for (router, _) in sessions {
            if relays(context, *router) && !self.number.contains_key(router) {
                let group = self.walk(context, part, *router);
                self.groups.push(group);
            }
        }
    }

    /// The group of `first`, whose relays are numbered as they are met.
    fn walk(&mut self, context: &Context<'_>, part: usize, first: NameId) -> Group {
        let sessions = context.facts.bgp.of(part);
        let number = self.groups.len();
        let mut group = Group { part, ..Group::default() };
        let mut offers: Vec<(Prefix, NameId)> = Vec::new();
        let mut sites: FxHashSet<NameId> = FxHashSet::default();
        let mut next = VecDeque::from([first]);
        self.number.insert(first, number);
        while let Some(router) = next.pop_front() {
            group.relays.insert(router);
            offers.extend(own_offers(context, part, router).map(|prefix| (prefix, router)));
            for (_, neighbour) in rows_of(sessions, router, |row| row.0) {
                group.sessions += 1;
                if !relays(context, *neighbour) {
                    if sites.insert(*neighbour) {
                        offers
                            .extend(own_offers(context, part, *neighbour).map(|prefix| (prefix, *neighbour)));
                    }
                } else if self.number.insert(*neighbour, number).is_none() {
                    next.push_back(*neighbour);
                }
            }
        }
        offers.retain(|(prefix, _)| !prefix.is_default_route());
        offers.sort_unstable();
        offers.dedup();
        for same in offers.chunk_by(|one, other| one.0 == other.0) {
            let alone = if let [(_, router)] = same { Some(*router) } else { None };
            if let Some(router) = alone {
                *group.alone.entry(router).or_default() += 1;
            }
            group.offered.push((same[0].0, alone));
        }
        group
    }

    /// What each session of a group that offers too much for one carries, by sender and receiver.
    fn sent(&self, context: &Context<'_>) -> FxHashMap<(NameId, NameId), Sent> {
        let mut sent: FxHashMap<(NameId, NameId), Sent> = FxHashMap::default();
        let (mut rows, mut counted) = (0, Vec::new());
        for group in self.groups.iter().filter(|group| group.offered.len() > PREFIXES_OF_A_SESSION) {
            rows += group.offered.len().saturating_mul(group.sessions);
            if rows <= MOST_ROWS {
                counted.push(group.part);
            } else {
                group.sent_at_most(context, &mut sent);
            }
        }
        counted.dedup();
        for number in counted {
            let part = Component::new(context.facts, number);
            let all: Vec<PrefixId> =
                (0..u32::try_from(part.table.len()).unwrap_or(u32::MAX)).map(PrefixId).collect();
            tables(&part, &all, |derived, home| {
                let mut seen: FxHashSet<(NameId, NameId, PrefixId)> = FxHashSet::default();
                for row in &derived.learned {
                    if home.binary_search(&row.2).is_ok() && seen.insert((row.1, row.0, row.2)) {
                        sent.entry((row.1, row.0)).or_insert(Sent { count: 0, exact: true }).count += 1;
                    }
                }
            });
        }
        sent
    }
}

fn relays(context: &Context<'_>, router: NameId) -> bool {
    context.topology.has_gateway(router) || context.topology.site(router).is_some_and(|site| site.transit)
}

/// What a router delivers by itself, its client pool included.
fn attached<'run>(context: &'run Context<'_>, router: NameId) -> impl Iterator<Item = Prefix> + 'run {
    let pool = context.topology.gateway(router).into_iter().flat_map(|gateway| &gateway.client_pool).copied();
    context.attached_to(router).iter().map(|row| row.1).chain(pool)
}

/// What a router offers without having learned it: summaries in place of what they stand for, and a relay its static
/// routes too.
fn own_offers<'run>(
    context: &'run Context<'_>,
    part: usize,
    router: NameId,
) -> impl Iterator<Item = Prefix> + 'run {
    let statics = rows_of(context.facts.static_route.of(part), router, |row| row.0);
    let offered = statics.iter().filter(move |_| relays(context, router)).map(|row| row.2);
    let summaries = context.topology.summarized_prefixes(router);
    let (own, pool) = (context.topology.address_space(router), context.topology.client_pool(router));
    let is_told = move |prefix: &Prefix| {
        let is_covered = || summaries.iter().any(|summary| summary.covers(*prefix));
        summaries.is_empty() || pool.contains(prefix) || !(own.contains(prefix) || is_covered())
    };
    attached(context, router).filter(is_told).chain(summaries.iter().copied()).chain(offered)
}

/// Counts the routes of each kind of client of one gateway.
fn routes_of_clients(context: &Context<'_>, gateway: &Gateway, group: Option<&Group>, found: &mut Found) {
    let router = gateway.vnet;
    let package: FxHashSet<Prefix> =
        attached(context, router).chain(gateway.custom_routes.iter().copied()).collect();
    let part = context.facts.component_of(router);
    let (mut table, mut table_and_sites) = (package.clone(), package.clone());
    for (_, far, prefix) in rows_of(context.facts.static_route.of(part), router, |row| row.0) {
        if !prefix.is_default_route() {
            table_and_sites.insert(*prefix);
            if context.topology.has_gateway(*far) {
                table.insert(*prefix);
            }
        }
    }
    let with_learned = |held: &FxHashSet<Prefix>| match group {
        Some(group) => group.learned(context, router, held) + held.len(),
        None => held.len(),
    };
    let limits = [
        (
            Protocol::Ikev2,
            package.len(),
            WINDOWS_IKEV2.most,
            "on Windows get",
            "over IKEv2, and old builds of Windows take 25",
        ),
        (Protocol::Ikev2, with_learned(&table), OTHER_IKEV2.most, "on other systems get", "over IKEv2"),
        (Protocol::OpenVpn, with_learned(&table_and_sites), OPEN_VPN.most, "get", "over OpenVPN"),
    ];
    for (protocol, count, most, verb, how) in limits {
        if count > most && protocols_or_default(&gateway.protocols).contains(&protocol) {
            let shown = context.shown(router);
            found.push(
                Diagnostic::new(
                    Code::LimitExceeded,
                    format!("clients of {shown} {verb} {count} routes; {most} is the limit {how}"),
                )
                .at(context.cell(gateway.origin, "vnet"), format!("expected at most {most} routes"))
                .help("give spokes and sites address spaces that lie together, so that fewer and wider prefixes are routed"),
            );
        }
    }
}

impl Group {
    /// What the sessions of the group carry at most.
    fn sent_at_most(&self, context: &Context<'_>, sent: &mut FxHashMap<(NameId, NameId), Sent>) {
        let sessions = context.facts.bgp.of(self.part);
        for &(sender, receiver) in sessions {
            // Of a part with several groups, the sessions of the others are theirs.
            if !self.relays.contains(&sender) && !self.relays.contains(&receiver) {
                continue;
            }
            let passes_on = self.relays.contains(&sender) && rows_of(sessions, sender, |row| row.0).len() > 1;
            let carried = if passes_on {
                let own = self.alone.get(&receiver).copied().unwrap_or_default();
                Sent { count: self.offered.len() - own, exact: false }
            } else {
                Sent { count: own_offers(context, self.part, sender).count(), exact: true }
            };
            sent.insert((sender, receiver), carried);
        }
    }

    /// How many prefixes a router learns from the others beyond those that it holds.
    fn learned(&self, context: &Context<'_>, router: NameId, held: &FxHashSet<Prefix>) -> usize {
        let place = |prefix: &Prefix| self.offered.binary_search_by_key(prefix, |row| row.0).ok();
        let from_others = |index: &usize| self.offered[*index].1 != Some(router);
        let mut left_out: FxHashSet<usize> = held.iter().filter_map(place).filter(from_others).collect();
        // What lies inside its own networks it refuses.
        for (_, own) in context.attached_to(router) {
            let start = self.offered.partition_point(|row| row.0 < *own);
            let inside = self.offered[start..].iter().take_while(|row| own.covers(row.0)).count();
            left_out.extend((start..start + inside).filter(from_others));
        }
        self.offered.len() - self.alone.get(&router).copied().unwrap_or_default() - left_out.len()
    }
}
