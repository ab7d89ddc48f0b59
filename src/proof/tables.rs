//! Checks that tables hold what the rules let routers learn: nothing else, and nothing less.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{LearnedRoute, Origin, Tables};
use super::refusal::Refusal;
use super::world::World;
use crate::facts::Asn;
use crate::facts::ids::Target;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::schema::Fact;

/// A learned route without how it came.
type Known = (NameId, NameId, Prefix, Asn);

/// The tables for one destination, checked.
pub(super) struct CheckedTables {
    pub(super) destination: Prefix,
    /// What covers the destination, longest first.
    pub(super) covering: Vec<Prefix>,
    learned: BTreeMap<NameId, BTreeSet<(Prefix, NameId)>>,
}

/// What decides for a packet at a router.
pub(super) enum Deciding {
    /// The router has no entry that covers the destination.
    Nothing,
    /// It delivers the packet itself, to these.
    Here(Vec<Target>),
    /// It forwards the packet to any of these.
    To(BTreeSet<NameId>),
}

impl CheckedTables {
    pub(super) fn new(world: &World, tables: &Tables) -> Result<Self, Refusal> {
        let covering = world.covering(tables.destination);
        let mut known: BTreeSet<Known> = BTreeSet::new();
        for route in &tables.learned {
            if !covering.contains(&route.prefix)
                || !is_offered(world, &known, route)
                || !is_accepted(world, route)
            {
                return Err(Refusal::Table(*route));
            }
            known.insert((route.router, route.neighbour, route.prefix, route.number));
        }
        let mut checked = Self { destination: tables.destination, covering, learned: BTreeMap::new() };
        for (router, neighbour, prefix, _) in &known {
            checked.learned.entry(*router).or_default().insert((*prefix, *neighbour));
        }
        checked.is_closed(world, &known)?;
        Ok(checked)
    }

    /// Fails where the rules let a router learn something that is not known.
    fn is_closed(&self, world: &World, known: &BTreeSet<Known>) -> Result<(), Refusal> {
        let missing = |route: LearnedRoute| {
            let is_known = known.contains(&(route.router, route.neighbour, route.prefix, route.number));
            if !is_known && is_accepted(world, &route) { Err(Refusal::Missing(route)) } else { Ok(()) }
        };
        let covers = |prefix: &Prefix| self.covering.contains(prefix);
        for (&router, &number) in &world.asn {
            for neighbour in world.sessions_of(router) {
                let route = |prefix, number, origin| LearnedRoute {
                    router: neighbour,
                    neighbour: router,
                    prefix,
                    number,
                    origin,
                };
                for (target, prefix) in world.attached_to(router).filter(|row| covers(&row.1)) {
                    if !target.is_endpoint() && !world.withholds(router, target, prefix) {
                        missing(route(prefix, number, Origin::Attached(target)))?;
                    }
                }
                for summary in world.summaries_of(router).filter(covers) {
                    missing(route(summary, number, Origin::Summary))?;
                }
                let passes_on = |prefix: Prefix| world.relays(router) && !prefix.is_default_route();
                for (onward, prefix) in world.statics_of(router).filter(|row| covers(&row.1)) {
                    if passes_on(prefix) && onward != neighbour {
                        missing(route(prefix, number, Origin::Static(onward)))?;
                    }
                }
            }
        }
        for &(router, from, prefix, number) in known {
            if !world.relays(router) || prefix.is_default_route() {
                continue;
            }
            for neighbour in world.sessions_of(router).filter(|neighbour| *neighbour != from) {
                let origin = Origin::Relayed(from);
                missing(LearnedRoute { router: neighbour, neighbour: router, prefix, number, origin })?;
            }
        }
        Ok(())
    }

    /// The neighbours that the router learned the prefix from.
    pub(super) fn learned_from(&self, router: NameId, prefix: Prefix) -> impl Iterator<Item = NameId> + '_ {
        let rows = self.learned.get(&router).into_iter().flatten();
        rows.filter(move |row| row.0 == prefix).map(|row| row.1)
    }

    /// Where the router's entries for the prefix lead.
    pub(super) fn next_hops(&self, world: &World, router: NameId, prefix: Prefix) -> BTreeSet<NameId> {
        let statics = world.statics_of(router).filter(|row| row.1 == prefix).map(|row| row.0);
        self.learned_from(router, prefix).chain(statics).collect()
    }

    /// True where the router has an entry longer than the prefix, which covers the destination.
    pub(super) fn is_beaten(&self, world: &World, router: NameId, entry: Prefix) -> bool {
        let has =
            |prefix| world.is_attached(router, prefix) || !self.next_hops(world, router, prefix).is_empty();
        self.covering.iter().take_while(|longer| **longer != entry).any(|longer| has(*longer))
    }

    /// What decides for a packet at the router.
    pub(super) fn deciding(&self, world: &World, router: NameId) -> Deciding {
        for prefix in &self.covering {
            let attached = world.attached_to(router).filter(|row| row.1 == *prefix);
            let here: Vec<Target> = attached.map(|row| row.0).collect();
            if !here.is_empty() {
                return Deciding::Here(here);
            }
            let next = self.next_hops(world, router, *prefix);
            if !next.is_empty() {
                return Deciding::To(next);
            }
        }
        Deciding::Nothing
    }
}

/// True where the neighbour has the route to offer, going by facts and by what is known already.
fn is_offered(world: &World, known: &BTreeSet<Known>, route: &LearnedRoute) -> bool {
    let &LearnedRoute { router, neighbour, prefix, number, origin } = route;
    let passes_on = world.relays(neighbour) && !prefix.is_default_route();
    let starts_here = world.asn.get(&neighbour) == Some(&number);
    world.states(Fact::Bgp(neighbour, router))
        && match origin {
            Origin::Attached(target) => {
                let is_attached = world.attached_to(neighbour).any(|row| row == (target, prefix));
                starts_here
                    && is_attached
                    && !target.is_endpoint()
                    && !world.withholds(neighbour, target, prefix)
            }
            Origin::Summary => starts_here && world.summaries_of(neighbour).any(|summary| summary == prefix),
            Origin::Static(onward) => {
                let holds = world.statics_of(neighbour).any(|row| row == (onward, prefix));
                starts_here && passes_on && onward != router && holds
            }
            Origin::Relayed(from) => {
                passes_on && from != router && known.contains(&(neighbour, from, prefix, number))
            }
        }
}

/// True where the router takes what it is offered.
fn is_accepted(world: &World, route: &LearnedRoute) -> bool {
    !world.refuses(route.router, route.prefix) && world.asn.get(&route.router) != Some(&route.number)
}
