//! The measures that may open a way.

use super::Goal;
use super::estate::Estate;
use super::measure::{Draft, Kind, Part};
use crate::facts::ids::Target;
use crate::names::NameId;
use crate::prefix::Prefix;

/// Every measure that may help to reach `goals`.
pub(super) fn drafts(estate: &Estate<'_>, goals: &[Goal]) -> Vec<Draft> {
    let mut open = Open { estate, drafts: Vec::new() };
    for goal in goals {
        let names = [&goal.gateway, &goal.network].map(|text| estate.name(text));
        let [Some(gateway), Some(network)] = names else { continue };
        open.routes(goal, gateway, network);
        open.peerings(gateway, network);
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
    fn offer(&mut self, kind: Kind, lines: Vec<String>, parts: Vec<Part>) {
        self.drafts.push(Draft { kind, lines, parts });
    }

    fn pair(&self, sign: char, relation: &str, one: NameId, other: NameId) -> String {
        format!("{sign} {relation}({}, {})", self.estate.text(one), self.estate.text(other))
    }

    /// Routes for the clients themselves.
    fn routes(&mut self, goal: &Goal, gateway: NameId, network: NameId) {
        let wanted = self.estate.wanted(goal, network);
        let Some(row) = self.estate.gateway(gateway) else { return };
        let text = self.estate.text(gateway);
        let missing = wanted
            .iter()
            .filter(|prefix| !prefix.is_default_route() && !row.custom_routes.contains(prefix))
            .map(|prefix| format!("+ custom_route({text}, {prefix})"));
        self.offer(Kind::CustomRoute, missing.collect(), vec![Part::Route(gateway, network)]);
        let Some(client) = &goal.client else { return };
        let clients = self.estate.inventory.clients.iter().flatten();
        let held = clients.clone().find(|row| *row.name == **client).map(|row| &row.manual_routes[..]);
        let missing = wanted
            .iter()
            .filter(|prefix| held.is_some_and(|held| !held.contains(prefix)))
            .map(|prefix| format!("+ manual_route({}, {prefix})", crate::language::print::quoted(client)));
        self.offer(Kind::ManualRoute, missing.collect(), vec![Part::Route(gateway, network)]);
    }

    /// Peerings of the network, for the hubs that it has and for the clients' own gateway.
    fn peerings(&mut self, gateway: NameId, network: NameId) {
        let estate = self.estate;
        if estate.is_site(network) {
            return;
        }
        let peers = estate.peers(network);
        let uses = |hub: NameId| estate.sides(network, hub).any(|side| side.use_remote_gateways);
        for &hub in peers.iter().filter(|hub| estate.gateway(**hub).is_some()) {
            let attaches = vec![Part::Attaches(hub, network)];
            for (near, far) in [(hub, network), (network, hub)] {
                if !estate.sides(near, far).any(crate::inventory::Peering::is_usable) {
                    self.offer(
                        Kind::PeeringSide,
                        vec![self.pair('+', "peered", near, far)],
                        attaches.clone(),
                    );
                }
            }
            if !estate.has_transit(hub, network) {
                let mut lines = self.without_other_hubs(&peers, hub, network);
                lines.push(self.pair('+', "gateway_transit", hub, network));
                self.offer(Kind::TransitFlag, lines, attaches);
            }
        }
        let overlaps = estate
            .space(gateway)
            .iter()
            .any(|one| estate.space(network).iter().any(|two| one.overlaps(*two)));
        if gateway != network && !peers.contains(&gateway) && !overlaps {
            let mut lines = Vec::new();
            if peers.iter().any(|hub| uses(*hub)) {
                lines = self.without_other_hubs(&peers, gateway, network);
            }
            lines.push(self.pair('+', "peered", gateway, network));
            lines.push(self.pair('+', "peered", network, gateway));
            lines.push(self.pair('+', "gateway_transit", gateway, network));
            self.offer(Kind::Peering, lines, vec![Part::Attaches(gateway, network)]);
        }
    }

    /// A VNet uses one gateway at a time.
    fn without_other_hubs(&self, peers: &[NameId], hub: NameId, network: NameId) -> Vec<String> {
        let others = peers.iter().filter(|other| **other != hub && self.estate.has_transit(**other, network));
        others.map(|other| self.pair('-', "gateway_transit", *other, network)).collect()
    }

    /// A tunnel from the clients' gateway to each router that attaches the network, or may come to.
    fn new_tunnels(&mut self, gateway: NameId, network: NameId, goal: &Goal) {
        let estate = self.estate;
        let mut ends = vec![network];
        if !estate.is_site(network) {
            ends.extend(estate.peers(network));
        }
        for end in ends {
            let is_new = end != gateway && estate.between(gateway, end).next().is_none();
            if !(is_new && estate.is_router(end)) {
                continue;
            }
            let mut lines = vec![self.pair('+', "s2s", gateway, end)];
            let mut parts = Vec::new();
            if estate.can_speak(gateway) && estate.can_speak(end) {
                lines.push(self.pair('+', "bgp", gateway, end));
                parts.extend([Part::Session(gateway, end), Part::Speaks(gateway), Part::Speaks(end)]);
            } else {
                parts.push(Part::Up(gateway, end));
                lines.extend(self.statics(end, gateway, estate.pool(gateway)));
                if end != network {
                    lines.extend(self.statics(gateway, end, &estate.wanted(goal, network)));
                }
                parts.extend([
                    Part::Leads(end, gateway, Target::Pool(gateway)),
                    Part::Leads(gateway, end, Target::Network(network)),
                ]);
            }
            self.offer(Kind::Tunnel, lines, parts);
        }
    }

    fn statics(&self, near: NameId, far: NameId, prefixes: &[Prefix]) -> Vec<String> {
        let (near, far) = (self.estate.text(near), self.estate.text(far));
        prefixes.iter().map(|prefix| format!("+ static_route({near}, {far}, {prefix})")).collect()
    }

    /// What an end of a tunnel does not lead to yet: the network, or the clients.
    fn static_routes(&mut self, goal: &Goal, gateway: NameId, network: NameId) {
        let estate = self.estate;
        for (one, other) in estate.pairs() {
            if !(estate.is_router(one) && estate.is_router(other)) {
                continue;
            }
            for (near, far) in [(one, other), (other, one)] {
                let routed = estate.routed(near, far);
                let missing = |prefixes: &[Prefix]| -> Vec<Prefix> {
                    prefixes.iter().copied().filter(|prefix| !routed.contains(prefix)).collect()
                };
                if near != gateway {
                    let lines = self.statics(near, far, &missing(estate.pool(gateway)));
                    self.offer(
                        Kind::StaticRoutes,
                        lines,
                        vec![Part::Leads(near, far, Target::Pool(gateway))],
                    );
                }
                if near != network {
                    let lines = self.statics(near, far, &missing(&estate.wanted(goal, network)));
                    self.offer(
                        Kind::StaticRoutes,
                        lines,
                        vec![Part::Leads(near, far, Target::Network(network))],
                    );
                }
            }
        }
    }

    /// A gateway in the network with a tunnel to the clients' one, or the end of the gateway that it has.
    fn own_gateway(&mut self, gateway: NameId, network: NameId) {
        let estate = self.estate;
        if estate.is_site(network) || network == gateway {
            return;
        }
        let peers = estate.peers(network);
        if estate.gateway(network).is_some() {
            let lines = self.dropped(network);
            let hubs = peers.iter().filter(|hub| estate.gateway(**hub).is_some());
            let mut parts = vec![Part::Drops(network)];
            parts.extend(
                hubs.filter(|hub| estate.would_attach(**hub, network))
                    .map(|hub| Part::Attaches(*hub, network)),
            );
            self.offer(Kind::DropGateway, lines, parts);
            return;
        }
        let mut lines = self.without_other_hubs(&peers, network, network);
        let text = estate.text(network);
        lines.push(format!("+ gateway({text})"));
        let mut parts = vec![
            Part::Attaches(network, network),
            Part::Speaks(network),
            Part::Renumbers(network),
            Part::Relays(network),
        ];
        // Spokes that are set to use a gateway which is not there begin to use it.
        let spokes = peers.iter().filter(|spoke| estate.has_transit(network, **spoke));
        parts.extend(spokes.map(|spoke| Part::Attaches(network, *spoke)));
        // Tunnels that end at a VNet without a gateway begin to carry something.
        parts.extend(estate.neighbours(network).into_iter().map(|other| Part::Up(network, other)));
        if let (false, Some(number)) = (self.is_number_free(network), estate.unused_asn(network)) {
            lines.push(format!("+ asn({text}, {number})"));
        }
        if estate.between(gateway, network).next().is_none() {
            lines.push(self.pair('+', "s2s", gateway, network));
            if estate.can_speak(gateway) {
                lines.push(self.pair('+', "bgp", gateway, network));
                parts.extend([Part::Session(gateway, network), Part::Speaks(gateway)]);
            } else {
                lines.extend(self.statics(network, gateway, estate.pool(gateway)));
                parts.extend([
                    Part::Up(gateway, network),
                    Part::Leads(network, gateway, Target::Pool(gateway)),
                ]);
            }
        }
        self.offer(Kind::Gateway, lines, parts);
    }

    /// True where no router has the number that Azure gives a new gateway.
    fn is_number_free(&self, but: NameId) -> bool {
        let routers = self.estate.gateways().filter(|name| *name != but);
        let sites = self.estate.inventory.sites.iter().map(|site| site.name);
        !routers.chain(sites).any(|name| self.estate.asn(name) == Some(crate::inventory::DEFAULT_ASN))
    }

    /// All that a gateway has to give up before it can go, and its end.
    fn dropped(&self, network: NameId) -> Vec<String> {
        let estate = self.estate;
        let text = estate.text(network);
        let mut lines: Vec<String> =
            estate.neighbours(network).iter().map(|other| self.pair('-', "s2s", network, *other)).collect();
        lines.extend(estate.pool(network).iter().map(|pool| format!("- client_pool({text}, {pool})")));
        let spokes = estate.peers(network).into_iter().filter(|spoke| estate.has_transit(network, *spoke));
        lines.extend(spokes.map(|spoke| self.pair('-', "gateway_transit", network, spoke)));
        lines.push(format!("- gateway({text})"));
        lines
    }

    /// BGP on tunnels that do without, and tunnels that are down.
    fn tunnels(&mut self) {
        let estate = self.estate;
        for (one, other) in estate.pairs() {
            if !(estate.is_router(one) && estate.is_router(other)) {
                continue;
            }
            if !estate.between(one, other).any(|tunnel| tunnel.up) {
                let lines = vec![self.pair('+', "s2s", one, other)];
                self.offer(Kind::TunnelState, lines, vec![Part::Up(one, other)]);
            }
            let speak = estate.can_speak(one) && estate.can_speak(other);
            let is_on = |name: NameId| estate.gateway(name).is_none_or(|gateway| gateway.bgp);
            let is_set_up = estate.between(one, other).any(|tunnel| tunnel.bgp && tunnel.up)
                && is_on(one)
                && is_on(other);
            if speak && !is_set_up {
                let lines = vec![self.pair('+', "bgp", one, other)];
                let parts = vec![Part::Session(one, other), Part::Speaks(one), Part::Speaks(other)];
                self.offer(Kind::Bgp, lines, parts);
            }
        }
    }

    /// Numbers of their own for routers that share one.
    fn asns(&mut self) {
        let estate = self.estate;
        let sites = estate.inventory.sites.iter().map(|site| site.name);
        let routers: Vec<NameId> = estate.gateways().chain(sites).collect();
        let mut owners = rustc_hash::FxHashMap::<u32, usize>::default();
        for number in routers.iter().filter_map(|name| estate.asn(*name)) {
            *owners.entry(number).or_default() += 1;
        }
        for &router in &routers {
            let is_shared = estate.asn(router).is_some_and(|number| owners[&number] > 1);
            if let (true, Some(number)) = (is_shared, estate.unused_asn(router)) {
                let line = format!("+ asn({}, {number})", estate.text(router));
                self.offer(Kind::Asn, vec![line], vec![Part::Speaks(router), Part::Renumbers(router)]);
            }
        }
    }

    /// Sites with several tunnels between which nothing passes.
    fn transit_sites(&mut self) {
        let estate = self.estate;
        for site in estate.inventory.sites.iter().filter(|site| !site.transit) {
            if estate.neighbours(site.name).len() < 2 {
                continue;
            }
            let line = format!("+ transit_site({})", estate.text(site.name));
            self.offer(Kind::TransitSite, vec![line], vec![Part::Relays(site.name)]);
        }
    }
}
