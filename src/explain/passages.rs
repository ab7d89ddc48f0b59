//! What packets do where route tables steer them, in words: the ways that arrive, those that end before, and the appliances
//! that see one direction only.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::IpAddr;

use super::explanation::{Asymmetry, Lost, Passage, Passages, Told, Waypoint};
use super::missing::Search;
use super::search::Avoided;
use super::steered::Steering;
use crate::facts::ids::{Context, Machine, Node, Target};
use crate::inventory::routing::{Hop, Subnet};
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;
use crate::proof::{Clause, Direction, Fact, Move, Onward, Premise, Proof, Steered, Tuple, Walk};

/// Tells of walks.
pub(super) struct Teller<'a> {
    pub(super) search: &'a Search<'a>,
    pub(super) steering: &'a Steering<'a>,
    /// The destinations of the network, and how sentences name them.
    pub(super) destinations: &'a [Prefix],
    pub(super) to: &'a str,
}

impl Teller<'_> {
    /// All that is told of the ways, those that arrive and those that end before.
    pub(super) fn all(&self, steered: &Steered) -> Vec<Told> {
        let told = self.passages(steered);
        let both = told.asymmetric.into_iter().flat_map(|one| [one.there, one.back]);
        let there = (!steered.there_holds()).then(|| self.lost(&steered.there));
        let lost = there.into_iter().chain(self.lost_answers(steered)).filter_map(|lost| lost.passage);
        let all = told.there.into_iter().chain(told.back).chain(both).chain(lost);
        all.flat_map(|passage| passage.steps).collect()
    }

    pub(super) fn name(&self, name: NameId) -> &str {
        self.search.text(name)
    }

    fn label(&self, label: LabelId) -> &str {
        self.search.asked.inventory.labels.text(label)
    }

    fn machine(&self, machine: Machine) -> String {
        machine.text(self.search.asked.inventory)
    }

    pub(super) fn node(&self, node: Node) -> String {
        match node {
            Node::Router(name) | Node::Origin(name) | Node::Subnet(Context { vnet: name, .. }) => {
                self.name(name).to_owned()
            }
            Node::Machine(machine) => self.machine(machine),
        }
    }

    fn network(&self, node: Node) -> Option<NameId> {
        match node {
            Node::Router(name) | Node::Origin(name) | Node::Subnet(Context { vnet: name, .. }) => Some(name),
            Node::Machine(Machine::Assumed(vnet, _)) => Some(vnet),
            Node::Machine(machine) => self.steering.contexts(machine).first().map(|context| context.vnet),
        }
    }

    /// What the walk is for, as sentences name it.
    fn goal(&self, walk: &Walk) -> String {
        match walk.target {
            Target::Network(_) => self.to.to_owned(),
            Target::Pool(gateway) => self.search.pool(gateway, walk.destination),
        }
    }

    /// The ways that arrive, and the appliances on them.
    pub(super) fn passages(&self, steered: &Steered) -> Passages {
        let best = steered.best();
        let back: &[Walk] = best.map_or(&[], |best| &best.walks);
        let walks = || std::iter::once(&steered.there).chain(back);
        let mut appliances: Vec<String> = Vec::new();
        for (node, _) in walks().filter_map(|walk| walk.shortest(None)).flatten() {
            if let Node::Machine(machine) = node
                && !appliances.contains(&self.machine(machine))
            {
                appliances.push(self.machine(machine));
            }
        }
        let mut asymmetric: Vec<Asymmetry> = Vec::new();
        for one_way in best.into_iter().flat_map(|best| &best.one_way) {
            let appliance = self.machine(one_way.machine);
            let is_told = |told: &Asymmetry| told.appliance == appliance && told.passed == one_way.passed;
            let walk = back.iter().find(|walk| walk.destination == one_way.client);
            let Some(walk) = walk.filter(|_| !asymmetric.iter().any(is_told)) else { continue };
            let past = |walk: &Walk, direction: Direction| {
                let way = if one_way.passed == direction {
                    walk.through(one_way.machine)
                } else {
                    walk.shortest(Some(one_way.machine))
                };
                self.passage(walk, &way.unwrap_or_default())
            };
            let there = past(&steered.there, Direction::There);
            let back = past(walk, Direction::Back);
            asymmetric.push(Asymmetry { appliance, passed: one_way.passed, there, back });
        }
        Passages {
            there: steered.there.shortest(None).map(|way| self.passage(&steered.there, &way)),
            back: back.iter().filter_map(|walk| Some(self.passage(walk, &walk.shortest(None)?))).collect(),
            asymmetric,
            appliances,
        }
    }

    /// A way of the walk, as far as it goes.
    pub(super) fn passage(&self, walk: &Walk, way: &[(Node, Move)]) -> Passage {
        let mut passage = Passage::default();
        let to = self.goal(walk);
        let mut end = None;
        for (node, step) in way {
            passage.names.push(self.node(*node));
            passage.stops.push(waypoint(*node));
            passage.steps.push(self.told(*node, step, walk, &to));
            let last = match step.onward {
                Onward::To(node) => (self.node(node), waypoint(node)),
                Onward::Arrives(target) => {
                    (self.name(target.name()).to_owned(), Waypoint::Network(target.name()))
                }
            };
            end = Some(last);
        }
        if let Some((name, stop)) = end.filter(|(name, _)| passage.names.last() != Some(name)) {
            passage.names.push(name);
            passage.stops.push(stop);
        }
        passage.stops.dedup();
        passage
    }

    /// The answers that get lost, from each start that there is.
    pub(super) fn lost_answers(&self, steered: &Steered) -> Vec<Lost> {
        if steered.back_holds() {
            return Vec::new();
        }
        let lost =
            steered.back.iter().filter_map(|answers| answers.walks.iter().find(|walk| !walk.arrives()));
        lost.map(|walk| self.lost(walk)).collect()
    }

    /// How far packets get, and what is missing there.
    pub(super) fn lost(&self, walk: &Walk) -> Lost {
        let way = self.deepest(walk);
        let start = walk.stops[0].node;
        let last = way.last().map_or(start, |(_, step)| match step.onward {
            Onward::To(node) => node,
            Onward::Arrives(_) => start,
        });
        let mut passage = self.passage(walk, &way);
        if way.is_empty() {
            passage.names.push(self.node(start));
            passage.stops.push(waypoint(start));
        }
        let to = self.goal(walk);
        let missing = self.missing(walk, last, &to);
        Lost { start: self.network(start), hops: Vec::new(), passage: Some(passage), to, missing }
    }

    /// The way to the node that is farthest from the start, the first by its names among equals.
    fn deepest(&self, walk: &Walk) -> Vec<(Node, Move)> {
        let mut ways: BTreeMap<Node, Vec<(Node, Move)>> = BTreeMap::from([(walk.stops[0].node, Vec::new())]);
        for stop in &walk.stops {
            let Some(way) = ways.get(&stop.node).cloned() else { continue };
            for step in &stop.moves {
                if let Onward::To(next) = step.onward {
                    ways.entry(next).or_insert_with(|| [&way[..], &[(stop.node, *step)]].concat());
                }
            }
        }
        let text = |way: &[(Node, Move)]| way.iter().map(|(node, _)| self.node(*node)).collect::<Vec<_>>();
        let deepest = ways
            .into_iter()
            .max_by_key(|(node, way)| (way.len(), Reverse(text(way)), Reverse(self.node(*node))));
        deepest.map(|(_, way)| way).unwrap_or_default()
    }

    /// The subnets that a sender in the context stands for: those of an appliance, GatewaySubnet, or those that hold the
    /// destinations.
    pub(super) fn subnets(&self, node: Node, context: Context) -> Vec<&Subnet> {
        let inventory = self.search.asked.inventory;
        let holds =
            |subnet: &Subnet, inner: Prefix| subnet.address_space.iter().any(|own| own.overlaps(inner));
        let is_meant = |subnet: &&Subnet| match node {
            Node::Router(_) | Node::Origin(_) => subnet.name.is_gateway_subnet(),
            Node::Machine(Machine::Assumed(_, address)) => holds(subnet, Prefix::from(address)),
            Node::Machine(Machine::Listed(name)) => {
                let mut rows = inventory.appliances.iter().filter(|row| row.name == name);
                rows.any(|row| row.addresses.iter().any(|address| holds(subnet, Prefix::from(*address))))
            }
            Node::Subnet(_) => self.destinations.iter().any(|part| holds(subnet, *part)),
        };
        let of_context =
            |subnet: &&Subnet| subnet.vnet == context.vnet && subnet.route_table == context.table;
        inventory.subnets.iter().filter(of_context).filter(is_meant).collect()
    }

    /// Who does it, and whether that is one.
    pub(super) fn sender(&self, node: Node) -> (String, bool) {
        match node {
            Node::Subnet(context) => {
                let subnets: Vec<&str> =
                    self.subnets(node, context).iter().map(|subnet| self.label(subnet.name)).collect();
                let vnet = self.name(context.vnet);
                match &subnets[..] {
                    [one] => (format!("{vnet}'s subnet {one}"), true),
                    [first @ .., last] if first.len() < 4 => {
                        (format!("{vnet}'s subnets {} and {last}", first.join(", ")), false)
                    }
                    _ => (format!("{vnet}'s subnets{}", self.with_table(context)), false),
                }
            }
            _ => (self.node(node), true),
        }
    }

    fn with_table(&self, context: Context) -> String {
        match context.table {
            Some(table) => format!(" with the route table {}", self.label(table)),
            None => " without a route table".to_owned(),
        }
    }

    /// The facts that the subnets which a sender stands for use the context's route table; none where it has none.
    pub(super) fn uses_table(&self, node: Node, context: Context) -> Vec<Fact> {
        let subnets = self.subnets(node, context).into_iter();
        subnets
            .filter_map(|subnet| Some(Fact::UsesTable(context.vnet, subnet.name, context.table?)))
            .collect()
    }

    /// Whose route table it is, as sentences say after its name.
    pub(super) fn of_whom(&self, node: Node, context: Context) -> String {
        let table = context.table.map_or("", |table| self.label(table));
        match node {
            Node::Machine(_) => match self.subnets(node, context).first() {
                Some(subnet) => format!("{table}, the route table of {}", self.label(subnet.name)),
                None => table.to_owned(),
            },
            Node::Router(_) | Node::Origin(_) => format!("{table}, the route table of GatewaySubnet"),
            Node::Subnet(_) => table.to_owned(),
        }
    }

    /// A user route with its table, as sentences name it before a verb.
    pub(super) fn user_route(&self, node: Node, context: Context, route: Prefix) -> String {
        let whose = self.of_whom(node, context);
        let comma = if whose.contains(", ") { "," } else { "" };
        format!("the user route {route} of {whose}{comma}")
    }

    /// The user route that covers the part as well, and is shorter than the one that decides.
    fn loser(
        &self,
        context: Option<Context>,
        entry: Prefix,
        part: Prefix,
        at_gateway: bool,
    ) -> Option<Prefix> {
        let routes = self.steering.user_routes(context?.table, part).into_iter();
        let mut counted = routes.filter(|route| !(at_gateway && route.is_default_route()));
        counted.find(|route| route.length() < entry.length())
    }

    /// What a packet does at a node.
    fn told(&self, node: Node, step: &Move, walk: &Walk, to: &str) -> Told {
        let (who, is_one) = self.sender(node);
        let entry = step.entry;
        let context = step.context.or_else(|| match node {
            Node::Router(router) if step.clause == Clause::ArrivesAttached => {
                self.steering.gateway_subnet(router)
            }
            _ => None,
        });
        let of_table = || context.map_or_else(String::new, |context| self.user_route(node, context, entry));
        let mut why = match step.clause {
            Clause::ToAppliance => {
                let address = self.address(step);
                let address = address.map_or_else(String::new, |address| format!(" to {address}"));
                format!("as {} leads{address}", of_table())
            }
            Clause::ToGateway => format!("as {} leads to the gateway", of_table()),
            Clause::VnetLocal => format!("as {} leads into the VNet itself", of_table()),
            Clause::GatewayToAppliance | Clause::GatewayVnetLocal => {
                let graph = self.search.graph;
                let own = router(node).and_then(|name| self.steering.entry(graph, name, walk.destination));
                match own {
                    Some(own) => format!("as {} takes the place of its entry {own}", of_table()),
                    None => format!("as no entry of its own covers them, and {} does", of_table()),
                }
            }
            Clause::BySystemRoute => match (context, step.onward) {
                (_, Onward::Arrives(target)) if target.is_endpoint() => {
                    format!("longest-prefix match: {entry}, the route of the private endpoint")
                }
                (Some(context), Onward::Arrives(target)) if target.name() != context.vnet => {
                    let own = self.name(context.vnet);
                    format!(
                        "longest-prefix match: {entry}, of {own}'s peering with {}",
                        self.name(target.name())
                    )
                }
                _ => format!("longest-prefix match: {entry}, of the VNet's own address space"),
            },
            Clause::ByGatewayRoute => format!("longest-prefix match: {entry}, a route of the gateway"),
            Clause::ByInternetRoute => format!("as {} leads to the Internet", of_table()),
            Clause::BySystemDefault => {
                format!(
                    "as no route covers them but {entry}, which Azure adds and which leads to the Internet"
                )
            }
            Clause::LeavesBySite => format!("longest-prefix match: {entry}, a default route of its own"),
            _ => format!("longest-prefix match: {entry}"),
        };
        let is_user = matches!(
            step.clause,
            Clause::ToAppliance
                | Clause::ToGateway
                | Clause::VnetLocal
                | Clause::ByInternetRoute
                | Clause::GatewayToAppliance
                | Clause::GatewayVnetLocal
        );
        let at_gateway = matches!(node, Node::Router(_));
        let loser = if is_user { None } else { self.loser(context, entry, walk.destination, at_gateway) };
        if let Some(loser) = loser {
            let shorter = context.map_or_else(String::new, |context| self.user_route(node, context, loser));
            why = format!("{why}, before {}, which is shorter", shorter.trim_end_matches(','));
        }
        let does = match step.onward {
            Onward::To(next) => {
                format!("{} packets for {to} to {}", if is_one { "sends" } else { "send" }, self.node(next))
            }
            Onward::Arrives(Target::INTERNET) => {
                format!("{} packets for {to} out", if is_one { "sends" } else { "send" })
            }
            Onward::Arrives(target) => {
                let to_whom = match target {
                    Target::Pool(_) => " to its clients".to_owned(),
                    Target::Network(network) if Some(network) == router(node) => " itself".to_owned(),
                    Target::Network(network) => format!(" to {}", self.name(network)),
                };
                format!("{} packets for {to}{to_whom}", if is_one { "delivers" } else { "deliver" })
            }
        };
        let (mut facts, proofs) = self.rests_on(node, step, context);
        let rules = proofs.iter().flat_map(|proof| &proof.steps).map(|step| step.rule).collect();
        let of_proofs = proofs.iter().flat_map(|proof| &proof.steps).flat_map(|step| &step.premises);
        facts.extend(of_proofs.filter_map(|premise| match premise {
            Premise::Fact(fact) => Some(*fact),
            _ => None,
        }));
        if let (Some(loser), Some(table)) = (loser, context.and_then(|context| context.table)) {
            let hops = self.steering.hops(Some(table), loser);
            facts.extend(hops.map(|hop| Fact::UserRoute(table, loser, hop)));
        }
        Told { clause: step.clause, text: format!("{who} {does}, {why}"), facts, rules }
    }

    /// The address by which the user route leads to the appliance.
    fn address(&self, step: &Move) -> Option<IpAddr> {
        let Onward::To(Node::Machine(machine)) = step.onward else { return None };
        let mut hops = self.steering.hops(step.context?.table, step.entry);
        let appliances = &self.search.asked.inventory.appliances;
        let is_of = |address: IpAddr| match machine {
            Machine::Assumed(_, own) => own == address,
            Machine::Listed(name) => {
                appliances.iter().any(|row| row.name == name && row.addresses.contains(&address))
            }
        };
        hops.find_map(|hop| match hop {
            Hop::Appliance(address) if is_of(address) => Some(address),
            _ => None,
        })
    }

    /// The facts that a move rests on, and the proofs of entries of routers.
    pub(super) fn rests_on(
        &self,
        node: Node,
        step: &Move,
        context: Option<Context>,
    ) -> (Vec<Fact>, Vec<Proof>) {
        let graph = self.search.graph;
        let prove = |tuple: Tuple| graph.proof(tuple, &Avoided::default());
        let mut facts = Vec::new();
        let mut proofs = Vec::new();
        let user = |facts: &mut Vec<Fact>, is_hop: &dyn Fn(Hop) -> bool| {
            let Some(context) = context else { return };
            let Some(table) = context.table else { return };
            let hops = self.steering.hops(Some(table), step.entry).filter(|hop| is_hop(*hop));
            facts.extend(hops.map(|hop| Fact::UserRoute(table, step.entry, hop)));
            facts.extend(self.uses_table(node, context));
        };
        let transit = |facts: &mut Vec<Fact>, gateway: NameId| {
            if let Some(Context { vnet, .. }) = context.filter(|context| context.vnet != gateway) {
                let peered = [Fact::Peered(gateway, vnet), Fact::Peered(vnet, gateway)];
                facts.push(Fact::GatewayTransit(gateway, vnet));
                facts.extend(peered);
            }
        };
        if let Node::Subnet(context) = node {
            // Where it starts.
            for subnet in self.subnets(node, context) {
                let held = subnet.address_space.iter();
                let held = held.filter(|own| self.destinations.iter().any(|part| own.overlaps(*part)));
                facts.extend(held.map(|own| Fact::Subnet(context.vnet, subnet.name, *own)));
            }
        }
        match (step.clause, step.onward) {
            (Clause::ToAppliance | Clause::GatewayToAppliance, Onward::To(Node::Machine(machine))) => {
                let address = self.address(step);
                user(&mut facts, &|hop| address.map(Hop::Appliance) == Some(hop));
                let rows = self.search.asked.inventory.appliances.iter();
                let rows = rows.filter(|row| Machine::Listed(row.name) == machine);
                facts.extend(rows.flat_map(|row| {
                    let held = row.addresses.iter().filter(|own| Some(**own) == address);
                    held.map(|own| Fact::Appliance(row.name, row.vnet, *own))
                }));
            }
            (Clause::ToGateway, Onward::To(Node::Router(gateway))) => {
                user(&mut facts, &|hop| hop == Hop::Gateway);
                transit(&mut facts, gateway);
            }
            (Clause::VnetLocal | Clause::GatewayVnetLocal, _) => {
                user(&mut facts, &|hop| hop == Hop::VnetLocal);
            }
            (Clause::ByInternetRoute, _) => user(&mut facts, &|hop| hop == Hop::Internet),
            // No row states Azure's own route.
            (Clause::BySystemDefault, _) => {}
            (Clause::LeavesBySite, _) => {
                let own = |site| Tuple::Attached(site, Target::Network(site), step.entry);
                proofs.extend(router(node).and_then(|site| prove(own(site))));
            }
            (Clause::BySystemRoute, Onward::Arrives(target)) if target.is_endpoint() => {
                facts.extend(self.steering.of_endpoint(context, target.name(), step.entry));
            }
            (Clause::BySystemRoute, Onward::Arrives(target)) => {
                facts.push(Fact::Address(target.name(), step.entry));
                if let Some(context) = context.filter(|context| context.vnet != target.name()) {
                    facts.push(Fact::Peered(context.vnet, target.name()));
                    facts.push(Fact::Peered(target.name(), context.vnet));
                }
            }
            (Clause::ByGatewayRoute, Onward::To(Node::Router(gateway))) => {
                transit(&mut facts, gateway);
                facts.extend(context.and_then(|context| context.table).map(Fact::GatewayRoutes));
                proofs.extend(prove(Tuple::Attached(gateway, Target::Pool(gateway), step.entry)));
                let next = graph.entries(gateway, step.entry).next();
                proofs.extend(next.and_then(|next| prove(Tuple::NextHop(gateway, next, step.entry))));
            }
            (_, Onward::Arrives(target)) => {
                proofs.extend(
                    router(node).and_then(|router| prove(Tuple::Attached(router, target, step.entry))),
                );
            }
            (_, Onward::To(Node::Router(next))) => {
                proofs
                    .extend(router(node).and_then(|router| prove(Tuple::NextHop(router, next, step.entry))));
            }
            _ => {}
        }
        (facts, proofs)
    }
}

/// The router that the node is.
fn router(node: Node) -> Option<NameId> {
    match node {
        Node::Router(router) | Node::Origin(router) => Some(router),
        Node::Machine(_) | Node::Subnet(_) => None,
    }
}

/// What packets pass at a node.
fn waypoint(node: Node) -> Waypoint {
    match node {
        Node::Router(name) | Node::Origin(name) | Node::Subnet(Context { vnet: name, .. }) => {
            Waypoint::Network(name)
        }
        Node::Machine(machine) => Waypoint::Appliance(machine),
    }
}
