//! What a way needs at the least, told without running the rules.
//!
//! Here every tunnel that may carry a route does, and nothing stands against a route: no longer prefix, no
//! refusal, no number that repeats. So where even this shows no way, there is none, and one of the
//! measures that would lead further is in every set that fulfils the wish.

use rustc_hash::{FxHashMap, FxHashSet};

use super::measure::{Measure, Part};
use super::model::{Model, NamedGoal};
use crate::class::Class;
use crate::facts::ids::Target;
use crate::facts::{Asn, Facts, Rows};
use crate::inventory::{Gateway, Inventory};
use crate::names::NameId;
use crate::prefix::Prefix;

/// Routers and tunnels as ways see them.
pub(super) struct Relaxed {
    goals: Vec<NamedGoal>,
    /// The tunnels at each router, those too that only a measure makes.
    tunnels: FxHashMap<NameId, Vec<Edge>>,
    relays: FxHashSet<NameId>,
    gateways: FxHashSet<NameId>,
    /// Which networks each router attaches, or attaches once its peerings are usable.
    attached: FxHashSet<(NameId, NameId)>,
    /// What the clients of each gateway hold for certain.
    held: FxHashMap<NameId, Vec<Prefix>>,
    manual: FxHashMap<String, Vec<Prefix>>,
    spaces: FxHashMap<Target, Vec<Prefix>>,
    numbers: FxHashMap<NameId, Asn>,
    parts: Vec<Vec<Part>>,
}

/// One end of the tunnels between two routers.
#[expect(clippy::struct_excessive_bools, reason = "what may be so of a connection")]
struct Edge {
    far: NameId,
    exists: bool,
    is_up: bool,
    /// BGP runs on it while it is up.
    has_session: bool,
    /// BGP is set up on it.
    has_bgp: bool,
    /// What this end routes into it while it is up, and what the far end does.
    near_routes: Vec<Prefix>,
    far_routes: Vec<Prefix>,
}

/// What the measures of a set contribute.
#[derive(Default)]
struct Taken {
    sessions: FxHashSet<(NameId, NameId)>,
    speaks: FxHashSet<NameId>,
    up: FxHashSet<(NameId, NameId)>,
    leads: Vec<(NameId, NameId, Target)>,
    attaches: FxHashSet<(NameId, NameId)>,
    drops: FxHashSet<NameId>,
    renumbers: FxHashSet<NameId>,
    relays: FxHashSet<NameId>,
    routes: Vec<(NameId, NameId)>,
}

impl Taken {
    fn add(&mut self, part: Part) {
        match part {
            Part::Session(one, other) => self.sessions.extend([(one, other), (other, one)]),
            Part::Speaks(router) => self.speaks.extend([router]),
            Part::Up(one, other) => self.up.extend([(one, other), (other, one)]),
            Part::Leads(near, far, target) => self.leads.push((near, far, target)),
            Part::Attaches(router, network) => self.attaches.extend([(router, network)]),
            Part::Drops(network) => self.drops.extend([network]),
            Part::Renumbers(router) => self.renumbers.extend([router]),
            Part::Relays(site) => self.relays.extend([site]),
            Part::Route(gateway, network) => self.routes.push((gateway, network)),
        }
    }
}

/// Which way packets go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heading {
    There,
    Back,
}

impl Relaxed {
    pub(super) fn new(model: &Model, measures: &[Measure]) -> Self {
        let inventory = model.inventory();
        let facts = Facts::lower(inventory);
        // That no plan is missed rests on every fact that gives a route, a tunnel or an attached network being
        // counted here. What only takes away may be left out, as a way has to hold up before the rules too.
        let Rows {
            site,
            address,
            gateway,
            client_pool,
            custom_route,
            asn,
            peered,
            gateway_transit,
            transit_site,
            // Tunnels are read off the inventory, in whatever state, as measures change their state.
            s2s: _,
            bgp: _,
            static_route: _,
            // Likewise, by the names of clients; the class is part of the goal.
            manual_route: _,
            client: _,
            os: _,
            // A summary comes over a session, which counts as one that brings everything, and what it stands for only
            // goes away.
            summarized_prefix: _,
            // A side that carries a part counts as one that carries all: what it leaves out only takes away.
            partly_peered: _,
            peered_prefix: _,
            // No clause asks this.
            vnet: _,
            // What route tables do is not asked here.
            subnet: _,
            uses_table: _,
            gateway_routes: _,
            user_route: _,
            appliance: _,
            stateful: _,
            // Names are asked of ways that are there.
            dns_server: _,
            resolver: _,
            private_zone: _,
            zone_link: _,
            // Asked by runs over private endpoints alone, which are about nothing else.
            private_endpoint: _,
            endpoint_policies: _,
        } = facts.all();
        let is_gateway: FxHashSet<NameId> = gateway.iter().copied().collect();
        let mut attached: FxHashSet<(NameId, NameId)> =
            is_gateway.iter().map(|name| (*name, *name)).collect();
        attached.extend(site.iter().map(|name| (*name, *name)));
        let peered: FxHashSet<(NameId, NameId)> = peered.iter().copied().collect();
        attached.extend(gateway_transit.iter().filter(|(hub, spoke)| {
            let is_peered = peered.contains(&(*hub, *spoke)) && peered.contains(&(*spoke, *hub));
            is_peered && is_gateway.contains(hub) && !is_gateway.contains(spoke)
        }));
        let mut relaxed = Self {
            goals: model.goals().to_vec(),
            tunnels: tunnels(inventory),
            relays: is_gateway.iter().chain(transit_site).copied().collect(),
            held: held(custom_route.iter().chain(client_pool), address, &attached),
            gateways: is_gateway,
            attached,
            manual: FxHashMap::default(),
            spaces: FxHashMap::default(),
            numbers: asn.iter().copied().collect(),
            parts: measures.iter().map(|measure| measure.parts.clone()).collect(),
        };
        for (name, prefix) in address {
            relaxed.spaces.entry(Target::Network(*name)).or_default().push(*prefix);
        }
        for (name, prefix) in client_pool {
            relaxed.spaces.entry(Target::Pool(*name)).or_default().push(*prefix);
        }
        for client in inventory.clients.iter().flatten() {
            relaxed.manual.insert(client.name.to_string(), client.manual_routes.clone());
        }
        for part in relaxed.parts.iter().flatten() {
            if let Part::Session(one, other) | Part::Up(one, other) = *part {
                for (near, far) in [(one, other), (other, one)] {
                    let edges = relaxed.tunnels.entry(near).or_default();
                    if !edges.iter().any(|edge| edge.far == far) {
                        edges.push(Edge::none(far));
                    }
                }
            }
        }
        relaxed
    }

    /// The measures of which one at least is missing from `set`; none where there may be a way to every goal.
    pub(super) fn missing(&self, set: &[u16]) -> Option<Vec<u16>> {
        let mut taken = Taken::default();
        for part in set.iter().flat_map(|index| &self.parts[usize::from(*index)]) {
            taken.add(*part);
        }
        let helps = |would: &dyn Fn(&Part) -> bool| -> Vec<u16> {
            let all = (0..).zip(&self.parts);
            let helping = all.filter(|(index, parts)| !set.contains(index) && parts.iter().any(would));
            helping.map(|(index, _)| index).collect()
        };
        for goal in &self.goals {
            for heading in [Heading::There, Heading::Back] {
                let reached = self.reached(goal, heading, &taken);
                if !reached.iter().any(|router| self.attaches(*router, goal.network, &taken)) {
                    return Some(helps(&|part| self.leads_on(goal, heading, &reached, &taken, part)));
                }
            }
            if !self.has_route(goal, &taken) {
                return Some(helps(&|part| self.gives_route(goal, part)));
            }
        }
        None
    }

    fn attaches(&self, router: NameId, network: NameId, taken: &Taken) -> bool {
        let is_free =
            router == network || !self.gateways.contains(&network) || taken.drops.contains(&network);
        self.attached.contains(&(router, network)) || (is_free && taken.attaches.contains(&(router, network)))
    }

    /// The routers that packets may come to from the clients' gateway, or from which they may come back to it.
    fn reached(&self, goal: &NamedGoal, heading: Heading, taken: &Taken) -> FxHashSet<NameId> {
        let target = match heading {
            Heading::There => Target::Network(goal.network),
            Heading::Back => Target::Pool(goal.gateway),
        };
        let mut reached: FxHashSet<NameId> = [goal.gateway].into_iter().collect();
        let mut open = vec![goal.gateway];
        while let Some(here) = open.pop() {
            if !(self.relays.contains(&here) || taken.relays.contains(&here)) && here != goal.gateway {
                continue;
            }
            for edge in self.tunnels.get(&here).into_iter().flatten() {
                let (ends, routes) = match heading {
                    Heading::There => ((here, edge.far), &edge.near_routes),
                    Heading::Back => ((edge.far, here), &edge.far_routes),
                };
                let is_led = || {
                    let of_end = taken.leads.iter().filter(|row| (row.0, row.1) == ends);
                    of_end.into_iter().any(|row| self.overlaps(target, self.space(row.2)))
                };
                let may_lead =
                    || self.may_speak(edge, here, taken) || self.overlaps(target, routes) || is_led();
                let may_carry = taken.up.contains(&ends) || (edge.may_be_up(here, taken) && may_lead());
                if may_carry && reached.insert(edge.far) {
                    open.push(edge.far);
                }
            }
        }
        reached
    }

    /// True where a session may run on the tunnel, whose other end is at `here`, while it is up.
    fn may_speak(&self, edge: &Edge, here: NameId, taken: &Taken) -> bool {
        let ends = [here, edge.far];
        let [number, other] = ends.map(|end| self.numbers.get(&end));
        let differ = || number.is_none() || number != other;
        let is_spoken = ends.iter().any(|end| taken.speaks.contains(end));
        let is_renumbered = || ends.iter().any(|end| taken.renumbers.contains(end));
        edge.has_session
            || (edge.has_bgp && is_spoken)
            || (taken.sessions.contains(&(here, edge.far)) && (differ() || is_renumbered()))
    }

    fn space(&self, target: Target) -> &[Prefix] {
        self.spaces.get(&target).map(Vec::as_slice).unwrap_or_default()
    }

    fn overlaps(&self, target: Target, prefixes: &[Prefix]) -> bool {
        self.space(target).iter().any(|one| prefixes.iter().any(|other| one.overlaps(*other)))
    }

    /// True where `part` might lead further than the routers that are reached.
    fn leads_on(
        &self,
        goal: &NamedGoal,
        heading: Heading,
        reached: &FxHashSet<NameId>,
        taken: &Taken,
        part: &Part,
    ) -> bool {
        let crosses = |one: &NameId, other: &NameId| reached.contains(one) != reached.contains(other);
        let target = match heading {
            Heading::There => Target::Network(goal.network),
            Heading::Back => Target::Pool(goal.gateway),
        };
        match part {
            Part::Session(one, other) | Part::Up(one, other) => crosses(one, other),
            Part::Speaks(router) => {
                let edges = self.tunnels.get(router).into_iter().flatten();
                edges.into_iter().any(|edge| edge.has_bgp && crosses(router, &edge.far))
            }
            Part::Leads(near, far, led) => crosses(near, far) && self.overlaps(target, self.space(*led)),
            Part::Attaches(router, network) => *network == goal.network && reached.contains(router),
            Part::Drops(network) => *network == goal.network,
            Part::Renumbers(router) => {
                let mut waiting = taken.sessions.iter().filter(|(one, _)| one == router);
                waiting.any(|(one, other)| crosses(one, other))
            }
            Part::Relays(site) => reached.contains(site),
            Part::Route(..) => false,
        }
    }

    /// True where clients may hold a route to the goal.
    fn has_route(&self, goal: &NamedGoal, taken: &Taken) -> bool {
        let network = Target::Network(goal.network);
        let held = self.held.get(&goal.gateway).map(Vec::as_slice).unwrap_or_default();
        let by_hand = goal.client.as_ref().and_then(|client| self.manual.get(client));
        let given = taken.routes.iter().chain(&taken.attaches).filter(|row| row.0 == goal.gateway);
        self.overlaps(network, held)
            || by_hand.is_some_and(|routes| self.overlaps(network, routes))
            || given.into_iter().any(|row| self.overlaps(network, self.space(Target::Network(row.1))))
            || self.follows_route(goal, taken)
    }

    /// True where the gateway may have a route that it passes on to clients of the class.
    fn follows_route(&self, goal: &NamedGoal, taken: &Taken) -> bool {
        let (gateway, network) = (goal.gateway, Target::Network(goal.network));
        follows_table(goal.class)
            && self.tunnels.get(&gateway).into_iter().flatten().any(|edge| {
                let passes_static = self.gateways.contains(&edge.far) || goal.class.follows_site_routes();
                let is_static = || {
                    let led = taken.leads.iter().filter(|row| (row.0, row.1) == (gateway, edge.far));
                    self.overlaps(network, &edge.near_routes)
                        || led.into_iter().any(|row| self.overlaps(network, self.space(row.2)))
                };
                taken.up.contains(&(gateway, edge.far))
                    || (edge.may_be_up(gateway, taken)
                        && (self.may_speak(edge, gateway, taken) || (passes_static && is_static())))
            })
    }

    /// True where `part` may give clients a route to the goal.
    fn gives_route(&self, goal: &NamedGoal, part: &Part) -> bool {
        let follows = follows_table(goal.class);
        let network = Target::Network(goal.network);
        match part {
            Part::Route(gateway, other) | Part::Attaches(gateway, other) => {
                *gateway == goal.gateway && self.overlaps(network, self.space(Target::Network(*other)))
            }
            Part::Session(one, other) | Part::Up(one, other) => {
                follows && (*one == goal.gateway || *other == goal.gateway)
            }
            Part::Speaks(router) => {
                let at_gateway = self.tunnels.get(&goal.gateway).into_iter().flatten();
                let touches = |edge: &Edge| edge.has_bgp && (edge.far == *router || *router == goal.gateway);
                follows && at_gateway.into_iter().any(touches)
            }
            Part::Leads(near, _, led) => {
                follows && *near == goal.gateway && self.overlaps(network, self.space(*led))
            }
            Part::Drops(network) => *network == goal.network,
            // A session that waits for another number may bring the route.
            Part::Renumbers(_) => follows,
            Part::Relays(_) => false,
        }
    }
}

/// True where clients of the class get anything from the table of the gateway.
fn follows_table(class: Class) -> bool {
    class.follows_table() || class.follows_site_routes()
}

impl Edge {
    /// True where the tunnel, whose other end is at `here`, is up, or is made with a session on it.
    fn may_be_up(&self, here: NameId, taken: &Taken) -> bool {
        self.is_up || (!self.exists && taken.sessions.contains(&(here, self.far)))
    }

    /// The end of a tunnel that does not exist.
    fn none(far: NameId) -> Self {
        Self {
            far,
            exists: false,
            is_up: false,
            has_session: false,
            has_bgp: false,
            near_routes: Vec::new(),
            far_routes: Vec::new(),
        }
    }
}

/// The ends of every tunnel, those between the same two routers put together.
fn tunnels(inventory: &Inventory) -> FxHashMap<NameId, Vec<Edge>> {
    let gateways: FxHashMap<NameId, &Gateway> =
        inventory.gateways.iter().map(|gateway| (gateway.vnet, gateway)).collect();
    let sites: FxHashMap<NameId, Option<u32>> =
        inventory.sites.iter().map(|site| (site.name, site.asn)).collect();
    let vnets = inventory.vnets.iter().map(|vnet| (vnet.name, &vnet.address_space));
    let spaces: FxHashMap<NameId, &Vec<Prefix>> =
        vnets.chain(inventory.sites.iter().map(|site| (site.name, &site.address_space))).collect();
    let speaks = |name: &NameId| gateways.get(name).is_none_or(|gateway| gateway.speaks_bgp());
    let asn = |name: &NameId| {
        let site = || sites.get(name).copied().flatten();
        gateways.get(name).map(|gateway| gateway.asn()).or_else(site)
    };
    let mut ends: FxHashMap<NameId, Vec<Edge>> = FxHashMap::default();
    for tunnel in inventory.tunnels() {
        let (from, to) = (tunnel.from, tunnel.to);
        let differ = asn(&from).is_none() || asn(&from) != asn(&to);
        let has_session = tunnel.bgp && speaks(&from) && speaks(&to) && differ;
        let routes = |listed: &Vec<Prefix>, far: NameId| {
            let by_default = listed.is_empty() && !tunnel.bgp;
            if by_default { spaces.get(&far).map(|space| (*space).clone()) } else { Some(listed.clone()) }
        };
        let [from_routes, to_routes] =
            [routes(&tunnel.from_static, to), routes(&tunnel.to_static, from)].map(Option::unwrap_or_default);
        for (near, far, near_routes, far_routes) in
            [(from, to, &from_routes, &to_routes), (to, from, &to_routes, &from_routes)]
        {
            let edges = ends.entry(near).or_default();
            let place = edges.iter().position(|edge| edge.far == far).unwrap_or_else(|| {
                edges.push(Edge::none(far));
                edges.len() - 1
            });
            let edge = &mut edges[place];
            edge.exists = true;
            edge.is_up |= tunnel.up;
            edge.has_session |= has_session;
            edge.has_bgp |= tunnel.bgp;
            edge.near_routes.extend(near_routes);
            edge.far_routes.extend(far_routes);
        }
    }
    ends
}

/// The routes that the clients of each gateway get whatever their class.
fn held<'rows>(
    given: impl Iterator<Item = &'rows (NameId, Prefix)>,
    address: &[(NameId, Prefix)],
    attached: &FxHashSet<(NameId, NameId)>,
) -> FxHashMap<NameId, Vec<Prefix>> {
    let mut held: FxHashMap<NameId, Vec<Prefix>> = FxHashMap::default();
    for (gateway, prefix) in given {
        held.entry(*gateway).or_default().push(*prefix);
    }
    let mut spaces: FxHashMap<NameId, Vec<Prefix>> = FxHashMap::default();
    for (network, prefix) in address {
        spaces.entry(*network).or_default().push(*prefix);
    }
    for (router, network) in attached {
        held.entry(*router).or_default().extend(spaces.get(network).into_iter().flatten());
    }
    held
}
