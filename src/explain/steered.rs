//! Evidence about packets that route tables steer: walks, read off what the rules derived.

use std::collections::{BTreeSet, VecDeque};

use super::graph::Graph;
use crate::answer::Analysis;
use crate::facts::ids::{Context, Direction, Machine, Node, PrefixId, Target};
use crate::inventory::routing::Hop;
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;
use crate::proof::{Answers, Clause, Fact, Move, OneWay, Onward, Steered, Stop, Walk};
use crate::solve::{Component, Trace, is_steered, leads_out, public_routes, routers};

/// What is known of a component in which route tables steer packets, of the ways that are asked for.
pub(super) struct Steering<'a> {
    part: &'a Component<'a>,
    trace: Trace,
}

impl Analysis<'_> {
    /// The clauses by which packets for any destination move where route tables steer them.
    #[must_use]
    pub fn clauses_fired(&self) -> BTreeSet<Clause> {
        let mut fired = BTreeSet::new();
        for number in 0..self.facts().component_count {
            if is_steered(self.facts(), number) {
                fired.extend(self.clauses_of(&Component::new(self.facts(), number)));
            }
            // The Internet is told of where a client holds a route there.
            let rows = self.facts().of(number);
            let routes = public_routes(&rows);
            if routes.is_empty() {
                continue;
            }
            let part = Component::of_internet(self.facts(), number, &rows);
            if leads_out(&part, &routes) {
                fired.extend(self.clauses_of(&part));
            }
        }
        fired
    }

    fn clauses_of(&self, part: &Component<'_>) -> BTreeSet<Clause> {
        let graph = Graph::new(part, &self.inventory().names, &routers(part, &[]));
        let steering = Steering::new(part, part.network_parts.all(), &part.p2s_gateways());
        let moving = steering.trace.moving();
        let moves = moving.flat_map(|(node, id)| steering.moves(&graph, node, id));
        moves.map(|step| step.clause).collect()
    }
}

impl<'a> Steering<'a> {
    /// Runs the rules over the ways between some gateways and some parts of networks.
    pub(super) fn new(
        part: &'a Component<'a>,
        network_parts: &[(PrefixId, NameId)],
        gateways: &[NameId],
    ) -> Self {
        Self { part, trace: Trace::new(part, network_parts, gateways) }
    }

    /// What an appliance sends by: the subnets that hold its addresses.
    pub(super) fn contexts(&self, machine: Machine) -> BTreeSet<Context> {
        let at = |vnet, address| self.trace.context(vnet, Prefix::from(address));
        match machine {
            Machine::Listed(name) => {
                let rows = self.part.facts.appliance.of(self.part.number).iter();
                rows.filter(|row| row.0 == name).map(|(_, vnet, address)| at(*vnet, *address)).collect()
            }
            Machine::Assumed(vnet, address) => BTreeSet::from([at(vnet, address)]),
        }
    }

    /// The prefixes around the part for which the table has user routes, longest first.
    pub(super) fn user_routes(&self, table: Option<LabelId>, part: Prefix) -> Vec<Prefix> {
        let rows = self.part.facts.user_route.of(self.part.number).iter();
        let covering = rows.filter(|row| Some(row.0) == table && row.1.covers(part));
        let mut found: Vec<Prefix> = covering.map(|row| row.1).collect();
        found.sort_by_key(|prefix| std::cmp::Reverse(prefix.length()));
        found.dedup();
        found
    }

    /// Where the table's user routes for the prefix lead.
    pub(super) fn hops(&self, table: Option<LabelId>, route: Prefix) -> impl Iterator<Item = Hop> + '_ {
        let rows = self.part.facts.user_route.of(self.part.number).iter();
        rows.filter(move |row| Some(row.0) == table && row.1 == route).map(|row| row.2)
    }

    /// The GatewaySubnet of the gateway.
    pub(super) fn gateway_subnet(&self, gateway: NameId) -> Option<Context> {
        let facts = self.part.facts;
        let is_gateway = facts.gateway.of(self.part.number).contains(&gateway);
        let mut rows = facts.subnet.of(self.part.number).iter();
        let row = rows.find(|row| is_gateway && row.0 == gateway && row.1.is_gateway_subnet())?;
        Some(self.trace.context(gateway, row.2))
    }

    /// The longest entry of the router's table that covers the part.
    pub(super) fn entry(&self, graph: &Graph<'_>, router: NameId, part: Prefix) -> Option<Prefix> {
        let covering = self.part.table.id(part).into_iter().flat_map(|id| self.part.table.covering(id));
        covering.map(|id| self.part.table.prefix(id)).find(|prefix| graph.has_entry(router, *prefix))
    }

    /// The user route of GatewaySubnet that decides for the part at the gateway, in the place of an attached network or of
    /// nothing; `entry` is that of the gateway's table.
    pub(super) fn steering_route(
        &self,
        graph: &Graph<'_>,
        gateway: NameId,
        part: Prefix,
        entry: Option<Prefix>,
    ) -> Option<(Context, Prefix)> {
        let context = self.gateway_subnet(gateway)?;
        let routes = self.user_routes(context.table, part);
        let route = routes.into_iter().find(|prefix| !prefix.is_default_route())?;
        let takes_place = entry.is_none_or(|entry| {
            let mut attached = graph.attached_to(gateway).iter().filter(|row| row.1 == entry);
            let is_as_long = route.length() >= entry.length();
            attached.any(|(target, _)| {
                let yields = target.is_endpoint() && self.trace.yields(context, target.name(), part);
                target.is_network() && (is_as_long || yields)
            })
        });
        takes_place.then_some((context, route))
    }

    /// The facts behind the route of a private endpoint that decides in the context.
    pub(super) fn of_endpoint(&self, context: Option<Context>, name: NameId, route: Prefix) -> Vec<Fact> {
        let Some((vnet, context)) = self.part.facts.vnet_of(name).zip(context) else { return Vec::new() };
        let mut facts = vec![Fact::PrivateEndpoint(name, vnet, route.net().addr())];
        if vnet != context.vnet {
            facts.extend([Fact::Peered(context.vnet, vnet), Fact::Peered(vnet, context.vnet)]);
        }
        facts
    }

    /// Everything that may become of a packet.
    pub(super) fn walk(&self, graph: &Graph<'_>, start: Node, target: Target, id: PrefixId) -> Walk {
        let destination = self.part.table.prefix(id);
        let mut seen = BTreeSet::from([start]);
        let mut open = VecDeque::from([start]);
        let mut stops = Vec::new();
        while let Some(node) = open.pop_front() {
            let moves = self.moves(graph, node, id);
            for step in &moves {
                if let Onward::To(next) = step.onward
                    && seen.insert(next)
                {
                    open.push_back(next);
                }
            }
            stops.push(Stop { node, moves: moves.into_iter().collect() });
        }
        Walk { target, destination, stops }
    }

    fn moves(&self, graph: &Graph<'_>, node: Node, id: PrefixId) -> BTreeSet<Move> {
        match node {
            Node::Subnet(context) => self.of_context(context, id).collect(),
            Node::Machine(machine) => {
                let contexts = self.contexts(machine).into_iter();
                contexts.flat_map(|context| self.of_context(context, id)).collect()
            }
            Node::Router(router) | Node::Origin(router) => self.of_router(graph, node, router, id),
        }
    }

    fn of_context(&self, context: Context, id: PrefixId) -> impl Iterator<Item = Move> + '_ {
        let entry = self.trace.effective.get(&(context, id)).map(|entry| self.part.table.prefix(*entry));
        let is_user = entry.is_some_and(|entry| self.hops(context.table, entry).next().is_some());
        let to = move |node: &Node| {
            let clause = match node {
                Node::Machine(_) => Clause::ToAppliance,
                _ if is_user => Clause::ToGateway,
                _ => Clause::ByGatewayRoute,
            };
            (clause, Onward::To(*node))
        };
        let arrives = move |target: &Target| {
            let clause = match *target {
                Target::INTERNET if is_user => Clause::ByInternetRoute,
                Target::INTERNET => Clause::BySystemDefault,
                _ if is_user => Clause::VnetLocal,
                _ => Clause::BySystemRoute,
            };
            (clause, Onward::Arrives(*target))
        };
        // What no route covers leaves by Azure's own default route.
        let entry = entry.unwrap_or_else(|| Prefix::default_route(self.part.table.prefix(id).family()));
        let node = Node::Subnet(context);
        let moves = self.trace.next(node, id).iter().map(to);
        let moves = moves.chain(self.trace.here(node, id).iter().map(arrives));
        moves.map(move |(clause, onward)| Move { clause, context: Some(context), entry, onward })
    }

    fn of_router(&self, graph: &Graph<'_>, node: Node, router: NameId, id: PrefixId) -> BTreeSet<Move> {
        let part = self.part.table.prefix(id);
        let entry = self.entry(graph, router, part);
        let steering = self.steering_route(graph, router, part, entry);
        let is_origin = matches!(node, Node::Origin(_));
        let steered = |clause, onward| {
            steering.map(|(context, entry)| Move { clause, context: Some(context), entry, onward })
        };
        let decided = |clause, onward| entry.map(|entry| Move { clause, context: None, entry, onward });
        let to = |next: &Node| {
            let onward = Onward::To(*next);
            match next {
                Node::Machine(_) => steered(Clause::GatewayToAppliance, onward),
                _ if is_origin => decided(Clause::ForwardsOwn, onward),
                _ => decided(Clause::Forwards, onward),
            }
        };
        let arrives = |target: &Target| {
            let onward = Onward::Arrives(*target);
            match *target {
                _ if is_origin => decided(Clause::ArrivesFromItself, onward),
                Target::Pool(_) => decided(Clause::ArrivesAtPool, onward),
                Target::INTERNET => decided(Clause::LeavesBySite, onward),
                Target::Network(_) if steering.is_some() => steered(Clause::GatewayVnetLocal, onward),
                Target::Network(_) => decided(Clause::ArrivesAttached, onward),
            }
        };
        let moves = self.trace.next(node, id).iter().filter_map(to);
        moves.chain(self.trace.here(node, id).iter().filter_map(arrives)).collect()
    }

    /// The evidence about packets from the gateway to a part of a network and back.
    pub(super) fn evidence(
        &self,
        graph: &Graph<'_>,
        gateway: NameId,
        network: NameId,
        id: PrefixId,
        pool: &[Prefix],
    ) -> Steered {
        let destination = self.part.table.prefix(id);
        let (from, target, home) = (Node::Router(gateway), Target::Network(network), Target::Pool(gateway));
        let there = self.walk(graph, from, target, id);
        let family = destination.family();
        let has_clients = self.part.answered_families().contains(&(gateway, family));
        let starts =
            if has_clients { self.trace.starts(self.part, gateway, network, id) } else { BTreeSet::new() };
        let clients: Vec<PrefixId> = pool.iter().filter_map(|part| self.part.table.id(*part)).collect();
        let answers = |start: Node| {
            let walks = clients.iter().map(|client| self.walk(graph, start, home, *client));
            let walks: Vec<Walk> = walks.collect();
            let arrives = |client: &PrefixId| self.trace.delivers(start, home, *client);
            let are_there = self.trace.delivers(from, target, id) && clients.iter().all(arrives);
            let mut one_way = BTreeSet::new();
            for (walk, client) in walks.iter().zip(&clients).filter(|_| are_there) {
                let (to, back) = ((from, target, id), (start, home, *client));
                for machine in
                    there.machines().chain(walk.machines()).filter(|machine| self.is_stateful(*machine))
                {
                    let passes = |walk: &Walk, (_, target, id): (Node, Target, PrefixId)| {
                        let is_on = walk.machines().any(|other| other == machine);
                        is_on && self.trace.delivers(Node::Machine(machine), target, id)
                    };
                    let avoids = |(node, target, id)| self.trace.avoids(machine, node, target, id);
                    let client = walk.destination;
                    if passes(&there, to) && avoids(back) {
                        one_way.insert(OneWay { machine, passed: Direction::There, client });
                    }
                    if passes(walk, back) && avoids(to) {
                        one_way.insert(OneWay { machine, passed: Direction::Back, client });
                    }
                }
            }
            Answers { start, walks, one_way: one_way.into_iter().collect() }
        };
        let back = starts.into_iter().map(answers).collect();
        Steered { there, back }
    }

    pub(super) fn is_stateful(&self, machine: Machine) -> bool {
        match machine {
            Machine::Listed(name) => self.part.facts.stateful.of(self.part.number).contains(&name),
            Machine::Assumed(..) => true,
        }
    }
}
