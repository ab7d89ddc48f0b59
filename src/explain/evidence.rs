//! Evidence about one destination: proofs of the branches that hold, certificates of those that do not.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rustc_hash::{FxHashMap, FxHashSet};

use super::graph::Graph;
use super::places::Places;
use super::search::Avoided;
use super::steered::Steering;
use crate::class::{Class, RouteReason};
use crate::facts::ids::{PrefixId, Target};
use crate::inventory::Inventory;
use crate::names::{NameId, Names};
use crate::prefix::Prefix;
use crate::proof::{
    Astray, Branch, Evidence, HeldRoute, LearnedRoute, Origin, Proof, State, Tables, Tuple, Ways,
};
use crate::rule::Rule;
use crate::solve::Component;
use crate::witness::Via;

/// What the destinations of one question have in common.
pub(super) struct Asked<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) part: &'a Component<'a>,
    pub(super) places: &'a Places<'a>,
    pub(super) gateway: NameId,
    pub(super) client: Option<u32>,
    pub(super) classes: &'a [Class],
    /// What is known of route tables, where these steer packets.
    pub(super) steering: Option<&'a Steering<'a>>,
    /// True where every independent proof is wanted, and not just the best.
    pub(super) all: bool,
}

impl Asked<'_> {
    fn names(&self) -> &Names {
        &self.inventory.names
    }

    /// The evidence about a part of a network, or of the address pool of another gateway.
    pub(super) fn evidence(&self, graph: &Graph<'_>, target: Target, id: PrefixId) -> Evidence {
        let destination = self.part.table.prefix(id);
        let pool: Vec<Prefix> = graph.parts_of_pool(self.gateway, destination.family()).collect();
        let ways = match self.steering {
            Some(steering) => Ways::Steered(steering.evidence(graph, self.gateway, target.name(), id, &pool)),
            None => self.routed(graph, target, destination, &pool),
        };
        let routes = self.classes.iter().map(|class| self.route(graph, *class, destination)).collect();
        let told: BTreeSet<Prefix> = pool.into_iter().chain([destination]).collect();
        let tables = told.into_iter().map(|part| self.tables(graph, part)).collect();
        Evidence { gateway: self.gateway, target, destination, routes, ways, tables }
    }

    /// The ways by the tables of routers.
    fn routed(&self, graph: &Graph<'_>, target: Target, destination: Prefix, pool: &[Prefix]) -> Ways {
        let goal = Tuple::Delivered(self.gateway, target, destination);
        let there = if graph.steps(goal).is_empty() {
            Branch::Fails(self.astray(graph, self.gateway, target, destination))
        } else {
            Branch::Holds(self.proofs(graph, goal, Avoided::hops_of))
        };
        let goal = match target {
            Target::Network(network) => Tuple::WayBack(self.gateway, network, destination.family()),
            Target::Pool(other) => Tuple::Returns(other, self.gateway, destination.family()),
        };
        let back = if graph.steps(goal).is_empty() {
            Branch::Fails(self.no_way_back(graph, target, pool))
        } else {
            Branch::Holds(self.proofs(graph, goal, Avoided::hops_of))
        };
        Ways::Routed { there, back }
    }

    /// The prefixes that cover a part, longest first.
    pub(super) fn covering(&self, part: Prefix) -> Vec<Prefix> {
        let id = self.part.table.id(part);
        id.into_iter()
            .flat_map(|id| self.part.table.covering(id))
            .map(|id| self.part.table.prefix(id))
            .collect()
    }

    pub(super) fn is_static(&self, near: NameId, far: NameId, prefix: Prefix) -> bool {
        self.part.facts.static_route.of(self.part.number).contains(&(near, far, prefix))
    }

    /// The cheapest proof of the goal, and where all are wanted one after the other of those that avoid
    /// what earlier ones use, as `avoid` notes it down.
    fn proofs(
        &self,
        graph: &Graph<'_>,
        goal: Tuple,
        avoid: impl Fn(&mut Avoided, &Proof) -> bool,
    ) -> Vec<Proof> {
        let mut avoided = Avoided::default();
        let mut proofs = Vec::new();
        while let Some(proof) = graph.proof(goal, &avoided) {
            let is_more = avoid(&mut avoided, &proof);
            proofs.push(proof);
            if !(self.all && is_more) {
                break;
            }
        }
        proofs
    }

    fn route(&self, graph: &Graph<'_>, class: Class, destination: Prefix) -> HeldRoute {
        let covering = self.covering(destination);
        let clients = self.inventory.clients.as_deref().unwrap_or_default();
        let client = self.client.and_then(|index| clients.get(index as usize));
        let manual = client.map(|client| &client.manual_routes[..]).unwrap_or_default();
        let by_hand = covering.iter().copied().find(|prefix| manual.contains(prefix));
        let given = |prefix: Prefix| {
            let advertised = |reason: &RouteReason| {
                let tuple = Tuple::Advertised(self.gateway, class, prefix, *reason);
                (!graph.steps(tuple).is_empty()).then_some(tuple)
            };
            let tuples: Vec<Tuple> = RouteReason::ALL.iter().filter_map(advertised).collect();
            (!tuples.is_empty()).then_some((prefix, tuples))
        };
        let longest = covering.iter().find_map(|prefix| given(*prefix));
        let by_hand =
            by_hand.filter(|own| longest.as_ref().is_none_or(|(given, _)| own.length() >= given.length()));
        let given = match longest {
            None => Branch::Fails(()),
            Some((_, tuples)) => {
                let of_reason = |tuple| self.proofs(graph, tuple, Avoided::announcements_of);
                let mut proofs: Vec<Proof> = tuples.into_iter().flat_map(of_reason).collect();
                proofs.sort_by_key(|proof| proof.steps.len());
                proofs.truncate(if self.all { usize::MAX } else { 1 });
                Branch::Holds(proofs)
            }
        };
        HeldRoute { class, client: self.client, by_hand, given }
    }

    /// Where a packet gets that does not arrive.
    fn astray(&self, graph: &Graph<'_>, from: NameId, target: Target, destination: Prefix) -> Astray {
        let text = |state: &State| self.names().text(state.router).to_owned();
        let mut states = vec![State { router: from, starts: true }];
        let mut seen: FxHashSet<State> = states.iter().copied().collect();
        let mut queue: VecDeque<State> = states.iter().copied().collect();
        while let Some(state) = queue.pop_front() {
            if !(state.starts || graph.relays(state.router)) {
                continue;
            }
            let next = graph.next(state.router, destination).map(|router| State { router, starts: false });
            let mut next: Vec<State> = next.filter(|state| seen.insert(*state)).collect();
            next.sort_by_cached_key(text);
            states.extend(&next);
            queue.extend(next);
        }
        Astray { from, target, destination, states }
    }

    fn no_way_back(&self, graph: &Graph<'_>, target: Target, pool: &[Prefix]) -> Vec<Astray> {
        let (facts, number) = (self.part.facts, self.part.number);
        let mut routers: Vec<NameId> = facts
            .asn
            .of(number)
            .iter()
            .map(|row| row.0)
            .filter(|router| graph.attached_to(*router).iter().any(|row| row.0 == target))
            .collect();
        routers.sort_by_cached_key(|router| self.names().text(*router).to_owned());
        let home = Target::Pool(self.gateway);
        let lost = |router: &NameId| {
            let fails = |part: &&Prefix| graph.steps(Tuple::Delivered(*router, home, **part)).is_empty();
            pool.iter().find(fails).map(|part| self.astray(graph, *router, home, *part))
        };
        routers.iter().filter_map(lost).collect()
    }

    /// What all routers learned that covers the part, each route after the one that it was passed on from.
    fn tables(&self, graph: &Graph<'_>, destination: Prefix) -> Tables {
        let covering: FxHashSet<Prefix> = self.covering(destination).into_iter().collect();
        let mut open: Vec<LearnedRoute> = Vec::new();
        for tuple in graph.tuples() {
            let Tuple::Learned(router, neighbour, prefix, number) = tuple else { continue };
            if !covering.contains(&prefix) {
                continue;
            }
            let origins = graph.steps(tuple).iter().filter_map(|step| match (step.rule, step.via) {
                (Rule::BgpAttached, Via::Target(target)) => Some(Origin::Attached(target)),
                (Rule::BgpSummary, _) => Some(Origin::Summary),
                (Rule::BgpStatic, Via::Router(onward)) => Some(Origin::Static(onward)),
                (Rule::BgpRelay, Via::Router(from)) => Some(Origin::Relayed(from)),
                _ => None,
            });
            open.extend(origins.map(|origin| LearnedRoute { router, neighbour, prefix, number, origin }));
        }
        open.sort_unstable();
        Tables { destination, learned: in_order(open) }
    }
}

/// Each route once, after the one that it was passed on from. What starts at its neighbour comes first.
fn in_order(routes: Vec<LearnedRoute>) -> Vec<LearnedRoute> {
    let key = |route: &LearnedRoute| (route.router, route.neighbour, route.prefix, route.number);
    let mut waiting: FxHashMap<_, Vec<LearnedRoute>> = FxHashMap::default();
    let mut queue = VecDeque::new();
    for route in routes {
        if let Origin::Relayed(from) = route.origin {
            waiting.entry((route.neighbour, from, route.prefix, route.number)).or_default().push(route);
        } else {
            queue.push_back(route);
        }
    }
    let mut seen = FxHashSet::default();
    let mut ordered = Vec::new();
    while let Some(route) = queue.pop_front() {
        if seen.insert(key(&route)) {
            ordered.push(route);
            queue.extend(waiting.remove(&key(&route)).unwrap_or_default());
        }
    }
    ordered
}

/// How far each state is from the first, and by which one it was reached.
pub(super) struct Walk {
    pub(super) path: Vec<NameId>,
    pub(super) last: State,
}

/// The way to the deepest state, the first by its path's text among equals.
pub(super) fn deepest(graph: &Graph<'_>, names: &Names, astray: &Astray) -> Walk {
    let first = State { router: astray.from, starts: true };
    let mut paths: BTreeMap<State, Vec<NameId>> = BTreeMap::from([(first, vec![astray.from])]);
    // States stand nearest first, so each is reached before those that it leads to.
    for state in &astray.states {
        let Some(path) = paths.get(state).cloned() else { continue };
        if !(state.starts || graph.relays(state.router)) {
            continue;
        }
        for router in graph.next(state.router, astray.destination) {
            let next = State { router, starts: false };
            paths.entry(next).or_insert_with(|| [&path[..], &[router]].concat());
        }
    }
    let text = |path: &[NameId]| path.iter().map(|name| names.text(*name).to_owned()).collect::<Vec<_>>();
    let deepest = paths.into_iter().max_by_key(|(state, path)| {
        // A packet that comes back to where it started is no deeper than there.
        let is_back = !state.starts && state.router == astray.from;
        (!is_back, path.len(), Reverse(text(path)))
    });
    deepest.map_or_else(|| Walk { path: vec![astray.from], last: first }, |(last, path)| Walk { path, last })
}
