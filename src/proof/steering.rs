//! What the checker works out by itself about subnets, route tables and appliances: where answers start, and what a packet
//! does at a node.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::evidence::Evidence;
use super::refusal::Refusal;
use super::subnets::Steering;
use super::tables::CheckedTables;
use super::walk::{Answers, Clause, Move, OneWay, Onward, Steered, Walk};
use super::world::World;
use crate::facts::ids::{Context, Direction, Machine, Node, Target};
use crate::inventory::routing::Hop;
use crate::names::NameId;
use crate::prefix::Prefix;

/// What packets for one destination do.
struct Packets<'a> {
    world: &'a World,
    steering: &'a Steering,
    tables: &'a CheckedTables,
}

impl Packets<'_> {
    fn part(&self) -> Prefix {
        self.tables.destination
    }

    /// All that a packet may do at a node.
    fn moves(&self, node: Node) -> BTreeSet<Move> {
        match node {
            Node::Subnet(context) => self.of_context(context),
            Node::Machine(machine) => {
                let contexts = self.steering.contexts(machine);
                contexts.into_iter().flat_map(|context| self.of_context(context)).collect()
            }
            Node::Router(router) => self.of_router(router, self.world.relays(router), Clause::Forwards),
            Node::Origin(site) => {
                let moves = self.of_router(site, true, Clause::ForwardsOwn);
                let arrived = |step: Move| match step.onward {
                    Onward::Arrives(_) => Move { clause: Clause::ArrivesFromItself, ..step },
                    Onward::To(_) => step,
                };
                moves.into_iter().map(arrived).collect()
            }
        }
    }

    /// What follows from the effective route of a VNet's subnets with a table.
    fn of_context(&self, context: Context) -> BTreeSet<Move> {
        let (world, vnet) = (self.world, context.vnet);
        let user = self.steering.user_route(context.table, &self.tables.covering, |_| true);
        let yields = |owner: NameId| user.is_some_and(|(route, _)| world.yields(owner, self.part(), route));
        let system = world.system_prefixes(vnet).filter(|(prefix, _)| prefix.covers(self.part()));
        let system: Vec<(Prefix, NameId)> = system.filter(|(_, owner)| !yields(*owner)).collect();
        let mut learned: Vec<(Prefix, NameId)> = Vec::new();
        if self.steering.lets_in(context) && system.is_empty() {
            let of = |gateway| self.gateway_routes(gateway).map(move |prefix| (prefix, gateway));
            learned.extend(world.gateways_of(vnet).into_iter().flat_map(of));
        }
        let longest = |rows: &[(Prefix, NameId)]| rows.iter().map(|row| row.0.length()).max();
        let others = longest(&system).max(longest(&learned));
        let made = |clause, entry, onward| Move { clause, context: Some(context), entry, onward };
        if let Some((entry, hops)) = user.filter(|(entry, _)| Some(entry.length()) >= others) {
            let follow = |hop: &Hop| match *hop {
                Hop::Appliance(address) => {
                    let machines = self.machines(vnet, address).into_iter();
                    let to = |machine| Onward::To(Node::Machine(machine));
                    machines.map(|machine| made(Clause::ToAppliance, entry, to(machine))).collect()
                }
                Hop::Gateway => {
                    let gateways = world.gateways_of(vnet).into_iter();
                    let to = |gateway| Onward::To(Node::Router(gateway));
                    gateways.map(|gateway| made(Clause::ToGateway, entry, to(gateway))).collect()
                }
                Hop::VnetLocal if world.holds(vnet, self.part()) => {
                    let arrived = self.arrivals_in(vnet);
                    arrived.map(|onward| made(Clause::VnetLocal, entry, onward)).collect()
                }
                Hop::Internet => {
                    let left = self.arrival(Target::INTERNET).into_iter();
                    left.map(|onward| made(Clause::ByInternetRoute, entry, onward)).collect()
                }
                Hop::VnetLocal | Hop::Nowhere => Vec::new(),
            };
            return hops.iter().flat_map(follow).collect();
        }
        if others.is_none() {
            // Azure's own default route.
            let entry = Prefix::default_route(self.part().family());
            let left = self.arrival(Target::INTERNET).into_iter();
            return left.map(|onward| made(Clause::BySystemDefault, entry, onward)).collect();
        }
        let deciding =
            |rows: Vec<(Prefix, NameId)>| rows.into_iter().filter(move |row| Some(row.0.length()) == others);
        let directly = deciding(system).filter_map(|(entry, owner)| {
            let onward = self.arrival(Target::Network(owner))?;
            Some(made(Clause::BySystemRoute, entry, onward))
        });
        let by_gateway = deciding(learned)
            .map(|(entry, gateway)| made(Clause::ByGatewayRoute, entry, Onward::To(Node::Router(gateway))));
        directly.chain(by_gateway).collect()
    }

    /// The routes of a gateway that subnets get: its client pool, and what leads into tunnels.
    fn gateway_routes(&self, gateway: NameId) -> impl Iterator<Item = Prefix> + '_ {
        self.tables.covering.iter().copied().filter(move |prefix| {
            let is_pool = |row: (Target, Prefix)| !row.0.is_network() && row.1 == *prefix;
            self.world.attached_to(gateway).any(is_pool)
                || !self.tables.next_hops(self.world, gateway, *prefix).is_empty()
        })
    }

    /// The appliances that an address leads to from the VNet.
    fn machines(&self, vnet: NameId, address: IpAddr) -> BTreeSet<Machine> {
        let host = Prefix::from(address);
        let owners = self.world.reached(vnet).filter(|owner| self.world.holds(*owner, host));
        owners.flat_map(|owner| self.steering.machines_at(owner, address)).collect()
    }

    /// That the packet has arrived in the VNet, or at a private endpoint there.
    fn arrivals_in(&self, vnet: NameId) -> impl Iterator<Item = Onward> {
        let own = self.arrival(Target::Network(vnet)).into_iter();
        own.chain(self.world.endpoints_at(vnet, self.part()).map(Onward::Arrives))
    }

    /// That the packet has arrived, where the destination is one of the target.
    fn arrival(&self, target: Target) -> Option<Onward> {
        self.world.is_part_of(target, self.part()).then_some(Onward::Arrives(target))
    }

    /// What a router does, where it `sends` packets on by `forwards`.
    fn of_router(&self, router: NameId, sends: bool, forwards: Clause) -> BTreeSet<Move> {
        let world = self.world;
        let mut moves = BTreeSet::new();
        let attached_at = |prefix: Prefix| world.attached_to(router).filter(move |row| row.1 == prefix);
        let has = |prefix: &&Prefix| {
            attached_at(**prefix).next().is_some()
                || !self.tables.next_hops(world, router, **prefix).is_empty()
        };
        let entry = self.tables.covering.iter().find(has).copied();
        let made = |clause, entry, onward| Move { clause, context: None, entry, onward };
        if let Some(entry) = entry {
            let here: Vec<Target> = attached_at(entry).map(|row| row.0).collect();
            if here.is_empty() {
                let next = self.tables.next_hops(world, router, entry).into_iter().filter(|_| sends);
                moves.extend(next.map(|next| made(forwards, entry, Onward::To(Node::Router(next)))));
                return moves;
            }
            let (networks, pools): (Vec<Target>, Vec<Target>) =
                here.into_iter().partition(|target| target.is_network());
            let arrived = pools.into_iter().filter_map(|target| self.arrival(target));
            moves.extend(arrived.map(|onward| made(Clause::ArrivesAtPool, entry, onward)));
            if networks.is_empty() {
                return moves;
            }
            let yields = |route: Prefix| {
                let mut endpoints = networks.iter().filter(|target| target.is_endpoint());
                endpoints.any(|target| world.yields(target.name(), self.part(), route))
            };
            if let Some(steered) =
                self.of_gateway_subnet(router, |route| route.length() >= entry.length() || yields(route))
            {
                moves.extend(steered);
                return moves;
            }
            let is_way_out = entry.is_default_route() && world.sites.contains(&router);
            if let Some(onward) = self.arrival(Target::INTERNET).filter(|_| is_way_out) {
                moves.insert(made(Clause::LeavesBySite, entry, onward));
            }
            let arrived = networks.into_iter().filter_map(|target| self.arrival(target));
            moves.extend(arrived.map(|onward| made(Clause::ArrivesAttached, entry, onward)));
            return moves;
        }
        let system = world.system_prefixes(router).filter(|(prefix, _)| prefix.covers(self.part()));
        let least = system.map(|row| row.0.length()).max().unwrap_or_default();
        self.of_gateway_subnet(router, |route| route.length() >= least).unwrap_or_default()
    }

    /// What the longest user route of GatewaySubnet does where it `decides`; none where it does not, or there is none.
    fn of_gateway_subnet(&self, gateway: NameId, decides: impl Fn(Prefix) -> bool) -> Option<BTreeSet<Move>> {
        let is_gateway = self.world.gateways.contains(&gateway);
        let context = self.steering.gateway_subnet(gateway).filter(|_| is_gateway)?;
        let fits = |prefix: Prefix| !prefix.is_default_route();
        let (entry, hops) = self.steering.user_route(context.table, &self.tables.covering, fits)?;
        if !decides(entry) {
            return None;
        }
        let made = |clause, onward| Move { clause, context: Some(context), entry, onward };
        let follow = |hop: &Hop| match *hop {
            Hop::Appliance(address) => {
                let machines = self.machines(gateway, address).into_iter();
                let to = |machine| Onward::To(Node::Machine(machine));
                machines.map(|machine| made(Clause::GatewayToAppliance, to(machine))).collect()
            }
            Hop::VnetLocal if self.world.holds(gateway, self.part()) => {
                let arrived = self.arrivals_in(gateway);
                arrived.map(|onward| made(Clause::GatewayVnetLocal, onward)).collect()
            }
            _ => Vec::new(),
        };
        Some(hops.iter().flat_map(follow).collect())
    }

    /// Verifies that the walk starts there, and holds what the packet may do everywhere, and no more.
    fn walk(&self, walk: &Walk, start: Node) -> Result<(), Refusal> {
        let nodes: BTreeSet<Node> = walk.stops.iter().map(|stop| stop.node).collect();
        if walk.stops.first().is_none_or(|stop| stop.node != start) {
            return Err(Refusal::Walk(start));
        }
        let mut reached = BTreeSet::from([start]);
        for stop in &walk.stops {
            let moves: Vec<Move> = self.moves(stop.node).into_iter().collect();
            if moves != stop.moves || !reached.contains(&stop.node) {
                return Err(Refusal::Walk(stop.node));
            }
            reached.extend(moves.iter().filter_map(|step| match step.onward {
                Onward::To(node) => Some(node),
                Onward::Arrives(_) => None,
            }));
        }
        // Each node stands after one that leads to it, and once.
        match reached.difference(&nodes).next() {
            Some(node) => Err(Refusal::Walk(*node)),
            None if nodes.len() != walk.stops.len() => Err(Refusal::Walk(start)),
            None => Ok(()),
        }
    }
}

/// Where answers of the network from the part may start: those of the Internet where packets of the way there left.
fn starts(world: &World, network: NameId, there: &Walk) -> BTreeSet<Node> {
    let node = |router| if world.relays(router) { Node::Router(router) } else { Node::Origin(router) };
    let part = there.destination;
    if network == NameId::INTERNET {
        let sender = |left| if let Node::Router(router) = left { node(router) } else { left };
        return there.leaving().map(sender).collect();
    }
    if world.steering.listed(network).any(|subnet| subnet.covers(part)) {
        return BTreeSet::from([Node::Subnet(world.steering.context(network, part))]);
    }
    world.attaching(network).into_iter().map(node).collect()
}

/// True where some way that arrives goes through the appliance.
fn is_passed(walk: &Walk, machine: Machine) -> bool {
    walk.reaches(Node::Machine(machine), None)
}

/// True where some way that arrives does not.
fn is_avoided(walk: &Walk, machine: Machine) -> bool {
    walk.stops.first().is_some_and(|stop| walk.reaches(stop.node, Some(machine)))
}

/// Verifies the walks there and back, and which appliances see one direction only.
pub(super) fn check<'a>(
    world: &'a World,
    evidence: &Evidence,
    steered: &Steered,
    tables_for: impl Fn(Prefix) -> Result<&'a CheckedTables, Refusal>,
) -> Result<(), Refusal> {
    let Evidence { gateway, target, destination, .. } = *evidence;
    let Target::Network(network) = target else { return Err(Refusal::Kind) };
    let steering = &world.steering;
    let packets = |part| Ok::<_, Refusal>(Packets { world, steering, tables: tables_for(part)? });
    let there = &steered.there;
    if (there.target, there.destination) != (target, destination) {
        return Err(Refusal::Conclusion);
    }
    packets(destination)?.walk(there, Node::Router(gateway))?;
    let family = destination.family();
    let has_clients = world.has_clients(gateway, family);
    let starts = if has_clients { starts(world, network, there) } else { BTreeSet::new() };
    let told: Vec<Node> = steered.back.iter().map(|answers| answers.start).collect();
    if told != starts.into_iter().collect::<Vec<_>>() {
        return Err(Refusal::Starts);
    }
    let clients = world.pool_parts(gateway, family);
    for answers in &steered.back {
        let told: Vec<Prefix> = answers.walks.iter().map(|walk| walk.destination).collect();
        let is_home = |walk: &Walk| walk.target == Target::Pool(gateway);
        if told != clients || !answers.walks.iter().all(is_home) {
            return Err(Refusal::Conclusion);
        }
        for walk in &answers.walks {
            packets(walk.destination)?.walk(walk, answers.start)?;
        }
        if answers.one_way != one_way(steering, there, answers) {
            return Err(Refusal::OneWay(answers.start));
        }
    }
    Ok(())
}

/// The stateful appliances that are passed in one direction and avoided in the other, where all walks arrive.
fn one_way(steering: &Steering, there: &Walk, answers: &Answers) -> Vec<OneWay> {
    if !there.arrives() || !answers.arrive() {
        return Vec::new();
    }
    let mut found = BTreeSet::new();
    for back in &answers.walks {
        let machines: BTreeSet<Machine> = there.machines().chain(back.machines()).collect();
        for machine in machines.into_iter().filter(|machine| steering.is_stateful(*machine)) {
            for (passed, one, other) in [(Direction::There, there, back), (Direction::Back, back, there)] {
                if is_passed(one, machine) && is_avoided(other, machine) {
                    found.insert(OneWay { machine, passed, client: back.destination });
                }
            }
        }
    }
    found.into_iter().collect()
}
