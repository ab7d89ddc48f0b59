//! What the checker works out by itself from the facts of one connected component: what hangs on which
//! router, which prefixes are named, and how they cut a network into parts.

use std::collections::{BTreeMap, BTreeSet};

use super::subnets::Steering;
use crate::facts::ids::Target;
use crate::facts::{Asn, Rows};
use crate::names::{LabelId, NameId};
use crate::prefix::{Family, Prefix};
use crate::schema::{Fact, Relation};

/// The facts of one connected component, by what the checker asks of them.
pub(super) struct World {
    stated: BTreeSet<Fact>,
    pub(super) gateways: BTreeSet<NameId>,
    pub(super) sites: BTreeSet<NameId>,
    pub(super) asn: BTreeMap<NameId, Asn>,
    /// Whose prefix it is.
    owners: BTreeMap<Prefix, Vec<NameId>>,
    /// Whose clients get addresses from it.
    pools: BTreeMap<Prefix, Vec<NameId>>,
    sessions: BTreeMap<NameId, BTreeSet<NameId>>,
    statics: BTreeMap<NameId, BTreeSet<(NameId, Prefix)>>,
    attached: BTreeMap<NameId, BTreeSet<(Target, Prefix)>>,
    summaries: BTreeMap<NameId, BTreeSet<Prefix>>,
    spaces: BTreeMap<NameId, BTreeSet<Prefix>>,
    carried: BTreeMap<(NameId, NameId), BTreeSet<Prefix>>,
    /// The VNets that each has a usable side of a peering to.
    peers: BTreeMap<NameId, BTreeSet<NameId>>,
    pub(super) steering: Steering,
    /// The addresses of private endpoints with their names and VNets, where these are in the place of networks.
    endpoints: BTreeSet<(Prefix, NameId, NameId)>,
    /// Every prefix that the component names.
    named: BTreeSet<Prefix>,
    /// Those among them that some route names.
    routes: BTreeSet<Prefix>,
    /// True where the Internet is in the place of networks.
    is_internet: bool,
}

fn set<Row: Ord + Copy>(rows: &[Row]) -> BTreeSet<Row> {
    rows.iter().copied().collect()
}

fn by_name<Row: Ord>(rows: impl Iterator<Item = (NameId, Row)>) -> BTreeMap<NameId, BTreeSet<Row>> {
    let mut map: BTreeMap<NameId, BTreeSet<Row>> = BTreeMap::new();
    for (name, row) in rows {
        map.entry(name).or_default().insert(row);
    }
    map
}

fn by_prefix(rows: &[(NameId, Prefix)]) -> BTreeMap<Prefix, Vec<NameId>> {
    let mut map: BTreeMap<Prefix, Vec<NameId>> = BTreeMap::new();
    for (name, prefix) in rows {
        map.entry(*prefix).or_default().push(*name);
    }
    map
}

fn of<Row: Ord + Copy>(
    map: &BTreeMap<NameId, BTreeSet<Row>>,
    name: NameId,
) -> impl Iterator<Item = Row> + '_ {
    map.get(&name).into_iter().flatten().copied()
}

/// The prefixes that routes name: of clients, of gateways, of tunnels, and of route tables that subnets use.
fn routes(rows: &Rows<'_>) -> BTreeSet<Prefix> {
    let used: BTreeSet<LabelId> = rows.uses_table.iter().map(|row| row.2).collect();
    let of_gateways = rows.custom_route.iter().chain(rows.summarized_prefix).map(|row| row.1);
    let of_clients = rows.manual_route.iter().map(|row| row.1);
    let of_tunnels = rows.static_route.iter().map(|row| row.2);
    let of_tables = rows.user_route.iter().filter(|row| used.contains(&row.0)).map(|row| row.1);
    of_gateways.chain(of_clients).chain(of_tunnels).chain(of_tables).collect()
}

impl World {
    pub(super) fn new(rows: &Rows<'_>) -> Self {
        let mut stated = BTreeSet::new();
        for relation in Relation::STATED {
            rows.each(*relation, |fact| stated.extend([fact]));
        }
        // What is not known here cannot refuse a certificate, so each new relation has to find its place.
        let Rows {
            site,
            address,
            gateway,
            client_pool,
            asn,
            gateway_transit,
            bgp,
            static_route,
            peered,
            peered_prefix,
            summarized_prefix,
            // Asked one by one.
            custom_route: _,
            partly_peered: _,
            s2s: _,
            transit_site: _,
            manual_route: _,
            client: _,
            // What a VNet does follows from its gateway, addresses and peerings; a class, from the question.
            vnet: _,
            os: _,
            // `Steering` takes these.
            subnet: _,
            uses_table: _,
            gateway_routes: _,
            user_route: _,
            appliance: _,
            stateful: _,
            // About names, which change no route and no way.
            dns_server: _,
            resolver: _,
            private_zone: _,
            zone_link: _,
            // What is asked of networks knows nothing of these; `of_endpoints` takes them.
            private_endpoint: _,
            endpoint_policies: _,
        } = rows;
        let mut world = Self {
            stated,
            gateways: set(gateway),
            sites: set(site),
            asn: asn.iter().copied().collect(),
            owners: by_prefix(address),
            pools: by_prefix(client_pool),
            sessions: by_name(bgp.iter().copied()),
            statics: by_name(static_route.iter().map(|row| (row.0, (row.1, row.2)))),
            attached: BTreeMap::new(),
            summaries: by_name(summarized_prefix.iter().copied()),
            spaces: by_name(address.iter().copied()),
            carried: BTreeMap::new(),
            peers: by_name(peered.iter().copied()),
            steering: Steering::new(rows),
            endpoints: BTreeSet::new(),
            named: rows.prefixes().into_iter().collect(),
            routes: routes(rows),
            is_internet: false,
        };
        for (one, other, prefix) in *peered_prefix {
            world.carried.entry((*one, *other)).or_default().insert(*prefix);
        }
        world.attached = by_name(world.attachments(gateway_transit).into_iter());
        world
    }

    /// The same with the Internet in the place of networks: the halves of all addresses, which stand for it, are named too.
    pub(super) fn of_internet(rows: &Rows<'_>) -> Self {
        let mut world = Self::new(rows);
        world.named.extend(Family::ALL.into_iter().flat_map(Prefix::halves));
        world.is_internet = true;
        world
    }

    /// The same with private endpoints in the place of networks.
    pub(super) fn of_endpoints(rows: &Rows<'_>) -> Self {
        let mut world = Self::new(rows);
        world.endpoints =
            rows.private_endpoint.iter().map(|row| (Prefix::from(row.2), row.0, row.1)).collect();
        world.named.extend(world.endpoints.iter().map(|row| row.0));
        for gateway in world.gateways.clone() {
            let routes: Vec<(Target, Prefix)> = world
                .endpoint_routes(gateway)
                .map(|(address, name)| (Target::Network(name), address))
                .collect();
            world.attached.entry(gateway).or_default().extend(routes);
        }
        world
    }

    /// The routes that private endpoints give a VNet: those of its own, and of VNets that are peered with it, as far as its side
    /// carries them.
    fn endpoint_routes(&self, vnet: NameId) -> impl Iterator<Item = (Prefix, NameId)> + '_ {
        let reached: BTreeSet<NameId> = self.reached(vnet).collect();
        let comes = move |row: &&(Prefix, NameId, NameId)| {
            let (address, _, other) = **row;
            let is_whole = other == vnet || !self.states(Fact::PartlyPeered(vnet, other));
            reached.contains(&other)
                && (is_whole || self.carried(vnet, other).any(|part| part.covers(address)))
        };
        self.endpoints.iter().filter(comes).map(|row| (row.0, row.1))
    }

    /// True where a user route takes the place of the endpoint's route: the endpoint's subnet has network policies for routes, and the
    /// user route is at least as long as a prefix of its VNet around it.
    pub(super) fn yields(&self, endpoint: NameId, address: Prefix, user_route: Prefix) -> bool {
        let mut rows = self.endpoints.iter().filter(|row| (row.0, row.1) == (address, endpoint));
        rows.any(|(_, _, vnet)| {
            let spaces = of(&self.spaces, *vnet).filter(|space| space.covers(address));
            self.is_policed(endpoint)
                && spaces.map(Prefix::length).min().is_some_and(|least| user_route.length() >= least)
        })
    }

    /// True where an address of the endpoint is in a subnet with network policies for routes.
    fn is_policed(&self, endpoint: NameId) -> bool {
        let mut rows = self.endpoints.iter().filter(|row| row.1 == endpoint);
        rows.any(|(address, _, vnet)| {
            let mut around = self.steering.subnets_around(*vnet, *address);
            around.any(|subnet| self.states(Fact::EndpointPolicies(*vnet, subnet)))
        })
    }

    /// What each router delivers by itself.
    fn attachments(&self, gateway_transit: &[(NameId, NameId)]) -> Vec<(NameId, (Target, Prefix))> {
        let mut attached = Vec::new();
        for router in self.gateways.union(&self.sites) {
            let own = of(&self.spaces, *router);
            attached.extend(own.map(|prefix| (*router, (Target::Network(*router), prefix))));
        }
        for &(hub, spoke) in gateway_transit.iter().filter(|(hub, spoke)| self.serves_spoke(*hub, *spoke)) {
            let delivered = self.carried(hub, spoke);
            attached.extend(delivered.map(|prefix| (hub, (Target::Network(spoke), prefix))));
        }
        for (prefix, gateways) in &self.pools {
            let gateways = gateways.iter().filter(|name| self.gateways.contains(*name));
            attached.extend(gateways.map(|gateway| (*gateway, (Target::Pool(*gateway), *prefix))));
        }
        attached
    }

    /// True where the hub holds a gateway that the spoke uses.
    fn serves_spoke(&self, hub: NameId, spoke: NameId) -> bool {
        let is_peered = self.states(Fact::Peered(hub, spoke)) && self.states(Fact::Peered(spoke, hub));
        let is_used = self.states(Fact::GatewayTransit(hub, spoke));
        is_used && is_peered && self.gateways.contains(&hub) && !self.gateways.contains(&spoke)
    }

    /// The prefixes of another VNet that the first one's side of the peering carries.
    fn carried(&self, one: NameId, other: NameId) -> impl Iterator<Item = Prefix> + '_ {
        let part = self.states(Fact::PartlyPeered(one, other));
        let carried = if part { self.carried.get(&(one, other)) } else { self.spaces.get(&other) };
        carried.into_iter().flatten().copied()
    }

    /// The VNet itself and those that are peered with it from both sides.
    pub(super) fn reached(&self, vnet: NameId) -> impl Iterator<Item = NameId> + '_ {
        let peers = of(&self.peers, vnet).filter(move |other| self.states(Fact::Peered(*other, vnet)));
        std::iter::once(vnet).chain(peers)
    }

    /// The routes that Azure gives the subnets of a VNet: its own prefixes, and what peerings carry.
    pub(super) fn system_prefixes(&self, vnet: NameId) -> impl Iterator<Item = (Prefix, NameId)> + '_ {
        let own = of(&self.spaces, vnet).map(move |prefix| (prefix, vnet));
        let peers = self.reached(vnet).skip(1);
        let carried = peers.flat_map(move |peer| self.carried(vnet, peer).map(move |prefix| (prefix, peer)));
        own.chain(carried).chain(self.endpoint_routes(vnet))
    }

    /// The private endpoints of the VNet that have the address.
    pub(super) fn endpoints_at(&self, vnet: NameId, address: Prefix) -> impl Iterator<Item = Target> + '_ {
        let rows = self.endpoints.iter().filter(move |row| (row.0, row.2) == (address, vnet));
        rows.map(|row| Target::Network(row.1))
    }

    /// True where the network's address space holds the prefix.
    pub(super) fn holds(&self, network: NameId, inner: Prefix) -> bool {
        of(&self.spaces, network).any(|own| own.covers(inner))
    }

    /// The gateways that a VNet has or uses.
    pub(super) fn gateways_of(&self, vnet: NameId) -> Vec<NameId> {
        if self.gateways.contains(&vnet) {
            return vec![vnet];
        }
        self.gateways.iter().copied().filter(|hub| self.serves_spoke(*hub, vnet)).collect()
    }

    /// True where the inventory states the fact.
    pub(super) fn states(&self, fact: Fact) -> bool {
        self.stated.contains(&fact)
    }

    pub(super) fn serves(&self, gateway: NameId) -> bool {
        self.pools.values().any(|owners| owners.contains(&gateway))
    }

    /// True where the gateway's clients have addresses of the family.
    pub(super) fn has_clients(&self, gateway: NameId, family: Family) -> bool {
        let mut pools = self.pools.iter();
        pools.any(|(pool, owners)| pool.family() == family && owners.contains(&gateway))
    }

    /// True where the client connects to the gateway and its user added the prefix.
    pub(super) fn has_manual(&self, gateway: NameId, client: u32, prefix: Prefix) -> bool {
        self.states(Fact::Client(client, gateway)) && self.states(Fact::ManualRoute(client, prefix))
    }

    pub(super) fn relays(&self, router: NameId) -> bool {
        self.gateways.contains(&router) || self.states(Fact::TransitSite(router))
    }

    /// What the router delivers by itself.
    pub(super) fn attached_to(&self, router: NameId) -> impl Iterator<Item = (Target, Prefix)> + '_ {
        of(&self.attached, router)
    }

    pub(super) fn is_attached(&self, router: NameId, prefix: Prefix) -> bool {
        self.attached_to(router).any(|(_, own)| own == prefix)
    }

    /// True where the router gives clients the prefix as one of what it delivers.
    pub(super) fn is_handed_out(&self, router: NameId, prefix: Prefix) -> bool {
        self.attached_to(router).any(|(target, own)| own == prefix && !target.is_endpoint())
    }

    /// A gateway refuses what lies in a network of its own, a site what is equal to a prefix of its own.
    pub(super) fn refuses(&self, router: NameId, prefix: Prefix) -> bool {
        let is_gateway = self.gateways.contains(&router);
        self.attached_to(router).any(|(target, own)| {
            let is_own = own == prefix || is_gateway && own.covers(prefix);
            target.is_network() && !target.is_endpoint() && !own.is_default_route() && is_own
        })
    }

    /// The summaries that a gateway announces.
    pub(super) fn summaries_of(&self, router: NameId) -> impl Iterator<Item = Prefix> + '_ {
        of(&self.summaries, router)
    }

    /// True where summaries stand for a prefix that the router delivers to: any of its own VNet, and what one of them
    /// covers of another.
    pub(super) fn withholds(&self, router: NameId, target: Target, prefix: Prefix) -> bool {
        let is_own = target == Target::Network(router);
        target.is_network() && self.summaries_of(router).any(|summary| is_own || summary.covers(prefix))
    }

    /// The static routes of the router, to routers that it has a tunnel with that is up.
    pub(super) fn statics_of(&self, router: NameId) -> impl Iterator<Item = (NameId, Prefix)> + '_ {
        of(&self.statics, router).filter(move |(far, _)| self.states(Fact::S2s(router, *far)))
    }

    /// The routers that a router has a BGP session with.
    pub(super) fn sessions_of(&self, router: NameId) -> impl Iterator<Item = NameId> + '_ {
        of(&self.sessions, router)
    }

    /// The named prefixes that cover another, longest first.
    pub(super) fn covering(&self, prefix: Prefix) -> Vec<Prefix> {
        prefix.and_wider().filter(|wider| self.named.contains(wider)).collect()
    }

    /// True where some address of a named prefix lies in no longer one.
    fn has_part(&self, prefix: Prefix) -> bool {
        let inside: Vec<Prefix> = self.named_in(prefix).filter(|inner| *inner != prefix).collect();
        self.named.contains(&prefix) && !prefix.without(&inside).is_empty()
    }

    fn named_in(&self, prefix: Prefix) -> impl Iterator<Item = Prefix> + '_ {
        self.named.range(prefix..).copied().take_while(move |inner| prefix.covers(*inner))
    }

    /// True where the part is one of the target's.
    pub(super) fn is_part_of(&self, target: Target, part: Prefix) -> bool {
        match target {
            Target::INTERNET => self.is_part_of_internet(part),
            Target::Network(network) => !self.is_internet && self.is_part_of_network(network, part),
            Target::Pool(gateway) => self.is_part_of_pool(gateway, part),
        }
    }

    /// True where the part lies in a prefix of the network, and in no longer one of another network nor, where the
    /// network is a site, in a longer client pool. Where subnets of the prefix are listed, it has to lie in one of them.
    pub(super) fn is_part_of_network(&self, network: NameId, part: Prefix) -> bool {
        if network.is_endpoint() || !self.endpoints.is_empty() {
            // Where endpoints are in the place of networks, nothing else is a part of one.
            return self.endpoints.iter().any(|row| (row.0, row.1) == (part, network));
        }
        let is_site = self.sites.contains(&network);
        let holds = |own: Prefix| {
            let listed = || self.steering.listed(network).filter(|subnet| own.covers(*subnet));
            let is_in_subnet = || listed().next().is_none() || listed().any(|subnet| subnet.covers(part));
            let is_out_of_site = || own.is_default_route() || self.is_inside_pool(part, own);
            self.states(Fact::Address(network, own))
                && !(is_site && is_out_of_site())
                && is_in_subnet()
                && !self.is_inside_another(part, own, |owner| owner != network)
        };
        self.has_part(part) && part.and_wider().any(holds)
    }

    /// True where the part stands for the Internet: half of all addresses, or a longer public prefix that a route names, and in
    /// no network and no client pool.
    fn is_part_of_internet(&self, part: Prefix) -> bool {
        let is_route = part.is_public() && self.routes.contains(&part);
        let is_default =
            |wider: Prefix, owner: NameId| wider.is_default_route() && self.sites.contains(&owner);
        let is_held = |wider: Prefix| {
            let owners = self.owners.get(&wider).into_iter().flatten();
            owners.into_iter().any(|owner| !is_default(wider, *owner)) || self.pools.contains_key(&wider)
        };
        let has_public = || {
            let inside: Vec<Prefix> = self.named_in(part).filter(|inner| *inner != part).collect();
            let private = Prefix::not_of_the_internet();
            part.without(&inside).into_iter().any(|left| !left.without(&private).is_empty())
        };
        self.has_part(part)
            && (part.length() == 1 || part.length() > 1 && is_route && has_public())
            && !part.and_wider().any(is_held)
    }

    /// True where the part lies in a prefix of the client pool, and in no longer one of a network.
    pub(super) fn is_part_of_pool(&self, gateway: NameId, part: Prefix) -> bool {
        let holds = |own: Prefix| {
            self.states(Fact::ClientPool(gateway, own)) && !self.is_inside_another(part, own, |_| true)
        };
        self.has_part(part) && part.and_wider().any(holds)
    }

    /// True where a network for which `is_other` holds has a prefix inside `own`, not `own` itself, around the part.
    fn is_inside_another(&self, part: Prefix, own: Prefix, is_other: impl Fn(NameId) -> bool) -> bool {
        let between = part.and_wider().take_while(|wider| *wider != own);
        between.filter_map(|wider| self.owners.get(&wider)).flatten().any(|owner| is_other(*owner))
    }

    /// True where a client pool lies inside `own`, and is not `own` itself, around the part.
    fn is_inside_pool(&self, part: Prefix, own: Prefix) -> bool {
        part.and_wider().take_while(|wider| *wider != own).any(|wider| self.pools.contains_key(&wider))
    }

    /// Every part of the client pool that is of the family.
    pub(super) fn pool_parts(&self, gateway: NameId, family: Family) -> Vec<Prefix> {
        let is_asked = |own: &Prefix, owners: &[NameId]| own.family() == family && owners.contains(&gateway);
        let own = self.pools.iter().filter(|(own, owners)| is_asked(own, owners));
        let named: BTreeSet<Prefix> = own.flat_map(|(own, _)| self.named_in(*own)).collect();
        named.into_iter().filter(|part| self.is_part_of_pool(gateway, *part)).collect()
    }

    /// The routers that deliver to the network.
    pub(super) fn attaching(&self, network: NameId) -> BTreeSet<NameId> {
        let delivers = |rows: &BTreeSet<(Target, Prefix)>| {
            rows.iter().any(|(target, _)| *target == Target::Network(network))
        };
        self.attached.iter().filter(|(_, rows)| delivers(rows)).map(|(router, _)| *router).collect()
    }
}
