//! The measures that may open a way.

use std::fmt::Display;

use super::estate::Estate;
use super::measure::{Draft, Kind, Part};
use super::wish::Goal;
use crate::facts::ids::Target;
use crate::inventory::{DEFAULT_ASN, Peering};
use crate::language::relations::Relation;
use crate::language::syntax::Change;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::topology::{Lack, LeftOut};

/// Every measure that may help to reach `goals`.
pub(super) fn drafts(estate: &Estate<'_>, goals: &[Goal]) -> Vec<Draft> {
    let mut open = Open { estate, drafts: Vec::new() };
    for goal in goals {
        let names = [&goal.gateway, &goal.network].map(|text| estate.name(text));
        let [Some(gateway), Some(network)] = names else { continue };
        open.routes(goal, gateway, network);
        open.peerings(goal, gateway, network);
        open.new_tunnels(gateway, network, goal);
        open.static_routes(goal, gateway, network);
        open.own_gateway(gateway, network);
    }
    open.tunnels();
    open.asns();
    open.transit_sites();
    open.drafts
}

struct Open<'a> {
    estate: &'a Estate<'a>,
    drafts: Vec<Draft>,
}

impl Open<'_> {
    fn offer(&mut self, kind: Kind, changes: Vec<Change>, parts: Vec<Part>) {
        self.drafts.push(Draft { kind, changes, parts });
    }

    /// Routes for the clients themselves.
    fn routes(&mut self, goal: &Goal, gateway: NameId, network: NameId) {
        let wanted = self.estate.wanted(goal, network);
        let Some(row) = self.estate.topology.gateway(gateway) else { return };
        let text = self.estate.text(gateway);
        let missing = wanted
            .iter()
            .filter(|prefix| !prefix.is_default_route() && !row.custom_routes.contains(prefix))
            .map(|prefix| Change::add(Relation::CustomRoute, &[&text, prefix]));
        self.offer(Kind::CustomRoute, missing.collect(), vec![Part::Route(gateway, network)]);
        let Some(client) = &goal.client else { return };
        let clients = self.estate.inventory().clients.iter().flatten();
        let held = clients.clone().find(|row| *row.name == **client).map(|row| &row.manual_routes[..]);
        let missing = wanted
            .iter()
            .filter(|prefix| held.is_some_and(|held| !held.contains(prefix)))
            .map(|prefix| Change::add(Relation::ManualRoute, &[client, prefix]));
        self.offer(Kind::ManualRoute, missing.collect(), vec![Part::Route(gateway, network)]);
    }

    /// Peerings of the network, for the hubs that it has and for the clients' own gateway.
    fn peerings(&mut self, goal: &Goal, gateway: NameId, network: NameId) {
        let estate = self.estate;
        if estate.topology.is_site(network) {
            return;
        }
        let wanted = estate.wanted(goal, network);
        let peers = estate.peers(network);
        for &hub in peers.iter().filter(|hub| estate.topology.has_gateway(**hub)) {
            let attaches = vec![Part::Attaches(hub, network)];
            for (near, far) in [(hub, network), (network, hub)] {
                if !estate.topology.sides(near, far).any(Peering::is_usable) {
                    self.offer(
                        Kind::PeeringSide,
                        vec![estate.add(Relation::Peered, near, far)],
                        attaches.clone(),
                    );
                }
            }
            if let Some(left_out) = estate.topology.left_out(hub, network) {
                self.offer(
                    Kind::PeeringSync,
                    carry(estate, hub, network, &left_out, &wanted),
                    attaches.clone(),
                );
            }
            if !estate.topology.has_transit(hub, network) {
                let mut changes = self.without_other_hubs(&peers, hub, network);
                changes.push(estate.add(Relation::GatewayTransit, hub, network));
                self.offer(Kind::TransitFlag, changes, attaches);
            }
        }
        let overlaps = estate
            .space(gateway)
            .iter()
            .any(|one| estate.space(network).iter().any(|two| one.overlaps(*two)));
        if gateway != network && !peers.contains(&gateway) && !overlaps {
            let mut changes = Vec::new();
            if peers.iter().any(|hub| uses(estate, network, *hub)) {
                changes = self.without_other_hubs(&peers, gateway, network);
            }
            changes.push(estate.add(Relation::Peered, gateway, network));
            changes.push(estate.add(Relation::Peered, network, gateway));
            changes.push(estate.add(Relation::GatewayTransit, gateway, network));
            self.offer(Kind::Peering, changes, vec![Part::Attaches(gateway, network)]);
        }
    }

    /// A VNet uses one gateway at a time.
    fn without_other_hubs(&self, peers: &[NameId], hub: NameId, network: NameId) -> Vec<Change> {
        let estate = self.estate;
        let others =
            peers.iter().filter(|other| **other != hub && estate.topology.has_transit(**other, network));
        others.map(|other| estate.remove(Relation::GatewayTransit, *other, network)).collect()
    }

    /// A tunnel from the clients' gateway to each router that attaches the network, or may come to.
    fn new_tunnels(&mut self, gateway: NameId, network: NameId, goal: &Goal) {
        let estate = self.estate;
        let mut ends = vec![network];
        if !estate.topology.is_site(network) {
            ends.extend(estate.peers(network));
        }
        for end in ends {
            let is_new = end != gateway && estate.topology.tunnels(gateway, end).next().is_none();
            if !(is_new && estate.topology.is_router(end)) {
                continue;
            }
            let mut changes = vec![estate.add(Relation::S2s, gateway, end)];
            let mut parts = Vec::new();
            if estate.can_speak(gateway) && estate.can_speak(end) {
                changes.push(estate.add(Relation::Bgp, gateway, end));
                parts.extend([Part::Session(gateway, end), Part::Speaks(gateway), Part::Speaks(end)]);
            } else {
                parts.push(Part::Up(gateway, end));
                changes.extend(self.statics(end, gateway, estate.topology.client_pool(gateway)));
                if end != network {
                    changes.extend(self.statics(gateway, end, &estate.wanted(goal, network)));
                }
                parts.extend([
                    Part::Leads(end, gateway, Target::Pool(gateway)),
                    Part::Leads(gateway, end, Target::Network(network)),
                ]);
            }
            self.offer(Kind::Tunnel, changes, parts);
        }
    }

    fn statics(&self, near: NameId, far: NameId, prefixes: &[Prefix]) -> Vec<Change> {
        let (near, far) = (self.estate.text(near), self.estate.text(far));
        prefixes.iter().map(|prefix| Change::add(Relation::StaticRoute, &[&near, &far, prefix])).collect()
    }

    /// What an end of a tunnel does not lead to yet: the network, or the clients.
    fn static_routes(&mut self, goal: &Goal, gateway: NameId, network: NameId) {
        let estate = self.estate;
        for (one, other) in estate.pairs() {
            for (near, far) in [(one, other), (other, one)] {
                let routed = estate.routed(near, far);
                let missing = |prefixes: &[Prefix]| -> Vec<Prefix> {
                    prefixes.iter().copied().filter(|prefix| !routed.contains(prefix)).collect()
                };
                if near != gateway {
                    let changes = self.statics(near, far, &missing(estate.topology.client_pool(gateway)));
                    self.offer(
                        Kind::StaticRoutes,
                        changes,
                        vec![Part::Leads(near, far, Target::Pool(gateway))],
                    );
                }
                if near != network {
                    let changes = self.statics(near, far, &missing(&estate.wanted(goal, network)));
                    self.offer(
                        Kind::StaticRoutes,
                        changes,
                        vec![Part::Leads(near, far, Target::Network(network))],
                    );
                }
            }
        }
    }

    /// A gateway in the network with a tunnel to the clients' one, or the end of the gateway that it has.
    fn own_gateway(&mut self, gateway: NameId, network: NameId) {
        let estate = self.estate;
        if estate.topology.is_site(network) || network == gateway {
            return;
        }
        let peers = estate.peers(network);
        if estate.topology.has_gateway(network) {
            let changes = self.dropped(network);
            let hubs = peers.iter().filter(|hub| estate.topology.has_gateway(**hub));
            let mut parts = vec![Part::Drops(network)];
            parts.extend(
                hubs.filter(|hub| estate.topology.would_attach(**hub, network))
                    .map(|hub| Part::Attaches(*hub, network)),
            );
            self.offer(Kind::DropGateway, changes, parts);
            return;
        }
        let mut changes = self.without_other_hubs(&peers, network, network);
        let text = estate.text(network);
        changes.push(Change::add(Relation::Gateway, &[&text]));
        let mut parts = vec![
            Part::Attaches(network, network),
            Part::Speaks(network),
            Part::Renumbers(network),
            Part::Relays(network),
        ];
        // Spokes that are set to use a gateway which is not there begin to use it.
        let spokes = peers.iter().filter(|spoke| estate.topology.has_transit(network, **spoke));
        parts.extend(spokes.map(|spoke| Part::Attaches(network, *spoke)));
        // Tunnels that end at a VNet without a gateway begin to carry something.
        parts.extend(estate.neighbours(network).into_iter().map(|other| Part::Up(network, other)));
        if let (false, Some(number)) = (self.is_number_free(network), estate.unused_asn(network)) {
            changes.push(Change::add(Relation::HasAsn, &[&text, &number]));
        }
        if estate.topology.tunnels(gateway, network).next().is_none() {
            changes.push(estate.add(Relation::S2s, gateway, network));
            if estate.can_speak(gateway) {
                changes.push(estate.add(Relation::Bgp, gateway, network));
                parts.extend([Part::Session(gateway, network), Part::Speaks(gateway)]);
            } else {
                changes.extend(self.statics(network, gateway, estate.topology.client_pool(gateway)));
                parts.extend([
                    Part::Up(gateway, network),
                    Part::Leads(network, gateway, Target::Pool(gateway)),
                ]);
            }
        }
        self.offer(Kind::Gateway, changes, parts);
    }

    /// True where no router has the number that Azure gives a new gateway.
    fn is_number_free(&self, but: NameId) -> bool {
        let routers = self.estate.gateways().filter(|name| *name != but);
        let sites = self.estate.inventory().sites.iter().map(|site| site.name);
        !routers.chain(sites).any(|name| self.estate.topology.asn(name) == Some(DEFAULT_ASN))
    }

    /// All that a gateway has to give up before it can go, and its end.
    fn dropped(&self, network: NameId) -> Vec<Change> {
        let estate = self.estate;
        let text = estate.text(network);
        let mut changes: Vec<Change> = estate
            .neighbours(network)
            .iter()
            .map(|other| estate.remove(Relation::S2s, network, *other))
            .collect();
        let pools = estate.topology.client_pool(network).iter();
        changes.extend(pools.map(|pool| Change::remove(Relation::ClientPool, &[&text, pool])));
        let spokes =
            estate.peers(network).into_iter().filter(|spoke| estate.topology.has_transit(network, *spoke));
        changes.extend(spokes.map(|spoke| estate.remove(Relation::GatewayTransit, network, spoke)));
        changes.push(Change::remove(Relation::Gateway, &[&text]));
        changes
    }

    /// BGP on tunnels that do without, and tunnels that are down.
    fn tunnels(&mut self) {
        let estate = self.estate;
        for (one, other) in estate.pairs() {
            if !estate.topology.tunnels(one, other).any(|tunnel| tunnel.up) {
                let changes = vec![estate.add(Relation::S2s, one, other)];
                self.offer(Kind::TunnelState, changes, vec![Part::Up(one, other)]);
            }
            if estate.can_speak(one) && estate.can_speak(other) && !is_bgp_set_up(estate, one, other) {
                let changes = vec![estate.add(Relation::Bgp, one, other)];
                let parts = vec![Part::Session(one, other), Part::Speaks(one), Part::Speaks(other)];
                self.offer(Kind::Bgp, changes, parts);
            }
        }
    }

    /// Numbers of their own for routers that share one.
    fn asns(&mut self) {
        let estate = self.estate;
        let sites = estate.inventory().sites.iter().map(|site| site.name);
        let routers: Vec<NameId> = estate.gateways().chain(sites).collect();
        let mut owners = rustc_hash::FxHashMap::<u32, usize>::default();
        for number in routers.iter().filter_map(|name| estate.topology.asn(*name)) {
            *owners.entry(number).or_default() += 1;
        }
        for &router in &routers {
            let is_shared = estate.topology.asn(router).is_some_and(|number| owners[&number] > 1);
            if let (true, Some(number)) = (is_shared, estate.unused_asn(router)) {
                let change = Change::add(Relation::HasAsn, &[&estate.text(router), &number]);
                self.offer(Kind::Asn, vec![change], vec![Part::Speaks(router), Part::Renumbers(router)]);
            }
        }
    }

    /// Sites with several tunnels between which nothing passes.
    fn transit_sites(&mut self) {
        let estate = self.estate;
        for site in estate.inventory().sites.iter().filter(|site| !site.transit) {
            if estate.neighbours(site.name).len() < 2 {
                continue;
            }
            let change = Change::add(Relation::TransitSite, &[&estate.text(site.name)]);
            self.offer(Kind::TransitSite, vec![change], vec![Part::Relays(site.name)]);
        }
    }
}

/// What makes the hub's side of the peering carry more: a sync, or the subnets that are `wanted`. One of IPv6 alone
/// has to be made anew, which is no small measure.
fn carry(
    estate: &Estate<'_>,
    hub: NameId,
    spoke: NameId,
    left_out: &LeftOut,
    wanted: &[Prefix],
) -> Vec<Change> {
    match left_out.lack {
        Lack::Sync => vec![estate.remove(Relation::PartlyPeered, hub, spoke)],
        Lack::Subnets => {
            let missing = left_out
                .prefixes
                .iter()
                .flat_map(|out| wanted.iter().filter_map(|wanted| wanted.common(*out)));
            let texts: [&dyn Display; 2] = [&estate.text(hub), &estate.text(spoke)];
            missing
                .map(|prefix| Change::add(Relation::PeeredPrefix, &[texts[0], texts[1], &prefix]))
                .collect()
        }
        Lack::Ipv4 => Vec::new(),
    }
}

/// True where the network's side of its peering with `hub` uses the gateway there.
fn uses(estate: &Estate<'_>, network: NameId, hub: NameId) -> bool {
    estate.topology.sides(network, hub).any(|side| side.use_remote_gateways)
}

/// True where a tunnel that is up has BGP, and neither end has it off.
fn is_bgp_set_up(estate: &Estate<'_>, one: NameId, other: NameId) -> bool {
    let is_on = |name: NameId| estate.topology.gateway(name).is_none_or(|gateway| gateway.bgp);
    let mut tunnels = estate.topology.tunnels(one, other);
    tunnels.any(|tunnel| tunnel.bgp && tunnel.up) && is_on(one) && is_on(other)
}
