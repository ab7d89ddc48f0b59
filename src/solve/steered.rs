//! A component in which route tables steer packets: its rules run over the tables of its routers, as a whole.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::likeness::{Called, Likeness, Renaming};
use super::part::Component;
use super::run::{Derived, Slice, run};
use super::slices::{Evaluation, relevant};
use super::spokes::Spokes;
use crate::class::{Class, RouteReason};
use crate::facts::ids::{Context, Machine, Node, PrefixId, Target};
use crate::facts::{Facts, Rows};
use crate::inventory::routing::Hop;
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;
use crate::rules::{tables, ways};
use crate::witness::Witness;

/// What the rules derived for one component.
pub(crate) struct Steered {
    found: Found,
    /// What others stand for in `found`.
    spokes: Spokes,
}

/// What the rules derived, for one of the spokes that are alike.
#[derive(Clone, Default)]
struct Found {
    advertised: Vec<(NameId, Class, PrefixId, RouteReason)>,
    delivered: Vec<(NameId, Target, PrefixId)>,
    way_back: Vec<(NameId, NameId, PrefixId)>,
    accessible: Vec<(NameId, NameId, PrefixId)>,
    one_way: Vec<(NameId, NameId, PrefixId, Machine)>,
}

/// Components that were solved, each for all that are like it.
#[derive(Default)]
pub(crate) struct Known(Mutex<FxHashMap<Likeness, Arc<Solved>>>);

/// What the rules derived for the first of the components that are alike, and what things are called there, once they have run.
type Solved = OnceLock<(Called, Found)>;

/// How many components are kept for others that may be like them.
const MOST_KNOWN: usize = 64;

/// True where route tables may steer packets in the component.
pub(crate) fn is_steered(facts: &Facts, component: usize) -> bool {
    // A route table and an appliance matter by the subnets that use and hold them.
    !facts.subnet.of(component).is_empty()
}

/// What packets are for.
pub(super) struct Asked {
    /// The prefixes whose routes take part, in order: with each destination, everything that covers it.
    pub(super) relevant: Vec<PrefixId>,
    pub(super) network_parts: Vec<(PrefixId, NameId)>,
    /// The parts of the client pools of some gateways, and these pools.
    pub(super) pool_parts: Vec<(PrefixId, NameId)>,
    pub(super) client_pools: Vec<(PrefixId, NameId)>,
}

impl Asked {
    /// Ways between some gateways and some parts of networks.
    pub(super) fn of(
        part: &Component<'_>,
        network_parts: &[(PrefixId, NameId)],
        gateways: &[NameId],
    ) -> Self {
        let wanted: FxHashSet<NameId> = gateways.iter().copied().collect();
        let of = |rows: &[(PrefixId, NameId)]| -> Vec<(PrefixId, NameId)> {
            rows.iter().filter(|row| wanted.contains(&row.1)).copied().collect()
        };
        let pool_parts = of(part.pool_parts.all());
        let ids = network_parts.iter().chain(&pool_parts).map(|row| row.0);
        Self {
            relevant: relevant(part, ids),
            client_pools: of(part.client_pool.all()),
            network_parts: network_parts.to_vec(),
            pool_parts,
        }
    }

    /// The same, and who else holds the addresses that are asked for: packets arrive there too, wherever they are meant to.
    pub(super) fn with_other_holders(mut self, part: &Component<'_>) -> Self {
        let rows = self.network_parts.iter().chain(&self.pool_parts);
        let asked: FxHashSet<PrefixId> = rows.map(|row| row.0).collect();
        for (rows, all) in [
            (&mut self.network_parts, part.network_parts.all()),
            (&mut self.pool_parts, part.pool_parts.all()),
        ] {
            rows.extend(all.iter().filter(|row| asked.contains(&row.0)));
            rows.sort_unstable();
            rows.dedup();
        }
        self
    }

    /// Everything in `part`.
    fn all(part: &Component<'_>) -> Self {
        Self::once(part, &Spokes::default())
    }

    /// Everything but what other spokes stand for.
    fn once(part: &Component<'_>, spokes: &Spokes) -> Self {
        let ids = (0..).map(PrefixId).take(part.table.len());
        let network_parts = part.network_parts.all().iter();
        Self {
            relevant: ids.filter(|id| spokes.is_solved(*id)).collect(),
            network_parts: network_parts.filter(|row| spokes.is_solved(row.0)).copied().collect(),
            pool_parts: part.pool_parts.all().to_vec(),
            client_pools: part.client_pool.all().to_vec(),
        }
    }

    /// True for a prefix that covers a destination, or may.
    fn takes_part(&self, id: PrefixId) -> bool {
        self.relevant.binary_search(&id).is_ok()
    }
}

/// What routers hold, and the routes of clients, by the rules over all of `part`.
pub(crate) fn routers<W: Witness>(part: &Component<'_>, serves: &[(NameId, Class)]) -> Derived<W> {
    routers_for(part, &Asked::all(part), serves)
}

pub(super) fn routers_for<W: Witness>(
    part: &Component<'_>,
    asked: &Asked,
    serves: &[(NameId, Class)],
) -> Derived<W> {
    let tables = Slice {
        relevant: asked.relevant.clone(),
        network_parts: Vec::new(),
        pool_parts: Vec::new(),
        complete: Vec::new(),
        returned: Vec::new(),
        all_pairs: true,
    };
    run(part, &tables, serves)
}

/// Where endpoints' routes give way, the routes that are in effect in each context, and the program of ways with all of its facts.
pub(super) fn fed(
    part: &Component<'_>,
    asked: &Asked,
    routers: &Derived<()>,
) -> (Vec<tables::Yielded>, impl Iterator<Item = tables::Effective> + use<>, ways::Crepe) {
    let mut programs = Programs::default();
    programs.feed_routers(part, routers);
    programs.feed_endpoints(part);
    programs.feed_prefixes(part, asked);
    Subnets::new(part).feed(&mut programs, part, asked);
    programs.ways()
}

/// Runs the rules over `part`: over all of it, or once for all spokes that are alike and for all of the `known` that are like it.
pub(crate) fn steer(
    part: &Component<'_>,
    serves: &[(NameId, Class)],
    evaluation: Evaluation,
    known: &Known,
) -> Steered {
    if evaluation != Evaluation::Auto {
        return steer_to(part, &Asked::all(part), serves);
    }
    let spokes = Spokes::of(part);
    Steered { found: known.found(part, &spokes, serves), spokes }
}

/// Runs the rules over what is asked of `part`.
pub(super) fn steer_to(part: &Component<'_>, asked: &Asked, serves: &[(NameId, Class)]) -> Steered {
    let found = Found::by(part, asked, &routers_for(part, asked, serves));
    Steered { found, spokes: Spokes::default() }
}

/// Runs the rules over all of `part`, whose `routers` hold what was derived already.
pub(crate) fn steer_by(part: &Component<'_>, routers: &Derived<()>) -> Steered {
    Steered { found: Found::by(part, &Asked::all(part), routers), spokes: Spokes::default() }
}

impl Steered {
    /// Which routes clients of which class hold from which gateway, and why.
    pub(crate) fn advertised(&self) -> impl Iterator<Item = (NameId, Class, PrefixId, RouteReason)> {
        self.spread(&self.found.advertised, |row| row.2, |row, (id, _)| (row.0, row.1, id, row.3))
    }

    /// From which routers packets for a part of a target arrive.
    pub(crate) fn delivered(&self) -> impl Iterator<Item = (NameId, Target, PrefixId)> {
        let make = |row: (NameId, Target, PrefixId), (id, vnet)| (row.0, Target::Network(vnet), id);
        self.spread(&self.found.delivered, |row| row.2, make)
    }

    /// Those between which answers get back, whatever they pass.
    pub(crate) fn way_back(&self) -> impl Iterator<Item = (NameId, NameId, PrefixId)> {
        self.spread(&self.found.way_back, |row| row.2, |row, (id, vnet)| (row.0, vnet, id))
    }

    /// Those between which packets get there and back, past the same stateful appliances.
    pub(crate) fn accessible(&self) -> impl Iterator<Item = (NameId, NameId, PrefixId)> {
        self.spread(&self.found.accessible, |row| row.2, |row, (id, vnet)| (row.0, vnet, id))
    }

    /// The appliances that see one direction only of connections from the gateway to the part of the network.
    pub(crate) fn one_way(&self) -> impl Iterator<Item = (NameId, NameId, PrefixId, Machine)> {
        self.spread(&self.found.one_way, |row| row.2, |row, (id, vnet)| (row.0, vnet, id, row.3))
    }

    /// Each row, with those that `make` makes of it for the prefixes that its own stands for.
    fn spread<Row: Copy>(
        &self,
        rows: &[Row],
        id: fn(&Row) -> PrefixId,
        make: fn(Row, (PrefixId, NameId)) -> Row,
    ) -> impl Iterator<Item = Row> {
        rows.iter().flat_map(move |row| {
            let like = self.spokes.like(id(row)).iter();
            std::iter::once(*row).chain(like.map(move |like| make(*row, *like)))
        })
    }
}

impl Known {
    /// What the rules derive for `part`, with the names of another that is like it in the place of its own where one is known.
    fn found(&self, part: &Component<'_>, spokes: &Spokes, serves: &[(NameId, Class)]) -> Found {
        let find = || {
            let asked = Asked::once(part, spokes);
            Found::by(part, &asked, &routers_for(part, &asked, serves))
        };
        let Some((likeness, called)) = Likeness::of(part, spokes, serves) else { return find() };
        let place = {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= MOST_KNOWN && !known.contains_key(&likeness) {
                known.clear();
            }
            Arc::clone(known.entry(likeness).or_default())
        };
        let (first, found) = place.get_or_init(|| (called.clone(), find()));
        found.renamed(&Renaming::new(first, &called))
    }
}

impl Found {
    /// What the rules derive of what is asked of `part`, whose `routers` hold what was derived already.
    fn by(part: &Component<'_>, asked: &Asked, routers: &Derived<()>) -> Self {
        let (_, _, program) = fed(part, asked, routers);
        let (_, _, delivers, _, way_back, one_way, accessible) = program.run_with_hasher::<FxBuildHasher>();
        let sites: FxHashSet<NameId> = part.facts.site.of(part.number).iter().copied().collect();
        let relays: FxHashSet<NameId> = routers.relays.iter().map(|row| row.0).collect();
        let there = delivers.into_iter().filter_map(|ways::Delivers(node, target, id)| match node {
            // What a site that does not relay sends starts at a node of its own.
            Node::Router(router) if relays.contains(&router) => Some((router, target, id)),
            Node::Origin(site) if sites.contains(&site) => Some((site, target, id)),
            _ => None,
        });
        Self {
            advertised: routers.advertised.iter().map(|row| (row.0, row.1, row.2, row.3)).collect(),
            delivered: there.collect(),
            way_back: way_back.into_iter().map(|row| (row.0, row.1, row.2)).collect(),
            accessible: accessible.into_iter().map(|row| (row.0, row.1, row.2)).collect(),
            one_way: one_way.into_iter().map(|row| (row.0, row.1, row.2, row.3)).collect(),
        }
    }

    fn renamed(&self, to: &Renaming) -> Self {
        let target = |target| match target {
            Target::Network(name) => Target::Network(to.network(name)),
            Target::Pool(name) => Target::Pool(to.network(name)),
        };
        let pair =
            |row: &(NameId, NameId, PrefixId)| (to.network(row.0), to.network(row.1), to.prefix(row.2));
        let advertised = self.advertised.iter();
        let delivered = self.delivered.iter();
        let one_way = self.one_way.iter();
        Self {
            advertised: advertised.map(|row| (to.network(row.0), row.1, to.prefix(row.2), row.3)).collect(),
            delivered: delivered.map(|row| (to.network(row.0), target(row.1), to.prefix(row.2))).collect(),
            way_back: self.way_back.iter().map(pair).collect(),
            accessible: self.accessible.iter().map(pair).collect(),
            one_way: one_way
                .map(|row| (to.network(row.0), to.network(row.1), to.prefix(row.2), to.machine(row.3)))
                .collect(),
        }
    }
}

/// What subnets and appliances do, and then the ways of packets: the second goes on from what the first derives.
#[derive(Default)]
struct Programs {
    tables: tables::Crepe,
    ways: ways::Crepe,
}

impl Programs {
    fn feed_routers(&mut self, part: &Component<'_>, routers: &Derived<()>) {
        let rows = part.facts.of(part.number);
        self.tables.extend(rows.gateway.iter().map(|vnet| tables::Gateway(*vnet)));
        self.tables.extend(rows.peered.iter().map(|(one, other)| tables::Peered(*one, *other)));
        self.tables
            .extend(rows.gateway_transit.iter().map(|(hub, spoke)| tables::GatewayTransit(*hub, *spoke)));
        self.tables.extend(rows.partly_peered.iter().map(|(one, other)| tables::PartlyPeered(*one, *other)));
        self.tables.extend(routers.attached.iter().map(|row| tables::Attached(row.0, row.1, row.2)));
        self.tables.extend(routers.next_hop.iter().map(|row| tables::NextHop(row.0, row.1, row.2)));
        self.ways.extend(rows.site.iter().map(|site| ways::Site(*site)));
        self.ways.extend(routers.relays.iter().map(|row| ways::Relays(row.0)));
        self.ways.extend(routers.attached.iter().map(|row| ways::Attached(row.0, row.1, row.2)));
        self.ways.extend(routers.next_hop.iter().map(|row| ways::NextHop(row.0, row.1, row.2)));
    }

    fn feed_endpoints(&mut self, part: &Component<'_>) {
        let endpoints = part.endpoints.all();
        if endpoints.is_empty() {
            return;
        }
        let rows = endpoints.iter().map(|(id, (endpoint, vnet))| (*endpoint, *vnet, *id));
        self.tables.extend(rows.clone().map(|row| tables::PrivateEndpoint(row.0, row.1, row.2)));
        self.ways.extend(rows.map(|row| ways::PrivateEndpoint(row.0, row.1, row.2)));
        self.tables.extend(yielding(&part.facts.of(part.number)).into_iter().map(tables::Yields));
    }

    fn feed_prefixes(&mut self, part: &Component<'_>, asked: &Asked) {
        let spaces = part.address.all().iter().filter(|row| asked.takes_part(row.0));
        self.tables.extend(spaces.map(|(id, network)| tables::Address(*network, *id)));
        let carried = part.peered_prefix.all().iter();
        self.tables.extend(carried.map(|(id, (one, other))| tables::PeeredPrefix(*one, *other, *id)));
        let (networks, clients) = (&asked.network_parts, &asked.pool_parts);
        self.tables.extend(networks.iter().map(|(id, network)| tables::PartOfNetwork(*network, *id)));
        self.ways.extend(networks.iter().map(|(id, network)| ways::PartOfNetwork(*network, *id)));
        self.ways.extend(clients.iter().map(|(id, gateway)| ways::PartOfPool(*gateway, *id)));
        let pools = asked.client_pools.iter();
        self.ways.extend(pools.map(|(id, gateway)| ways::PoolOf(*gateway, part.table.prefix(*id).family())));
        let destinations: FxHashSet<PrefixId> =
            networks.iter().map(|row| row.0).chain(clients.iter().map(|row| row.0)).collect();
        for id in (0..).map(PrefixId).take(part.table.len()) {
            let prefix = part.table.prefix(id);
            if prefix.is_default_route() {
                self.tables.extend([tables::DefaultRoute(id)]);
                self.ways.extend([ways::DefaultRoute(id)]);
            }
            if destinations.contains(&id) {
                self.ways.extend([ways::OfFamily(id, prefix.family())]);
                self.tables.extend(part.table.covering(id).map(|outer| tables::Covers(outer, id)));
                self.ways.extend(part.table.covering(id).map(|outer| ways::Covers(outer, id)));
            }
        }
    }

    /// Runs the first program: what it says of contexts, and the second with all that it asks for.
    fn ways(self) -> (Vec<tables::Yielded>, impl Iterator<Item = tables::Effective> + use<>, ways::Crepe) {
        let Self { tables, mut ways } = self;
        let (yielded, effective, leads, stateful, steps, arrivals, steering, longer_system) =
            tables.run_with_hasher::<FxBuildHasher>();
        let yielded: Vec<tables::Yielded> = yielded.into_iter().collect();
        ways.extend(yielded.iter().map(|row| ways::Yielded(row.0, row.1, row.2)));
        ways.extend(leads.into_iter().map(|row| ways::Leads(row.0, row.1, row.2)));
        ways.extend(stateful.into_iter().map(|row| ways::Stateful(row.0)));
        ways.extend(steps.into_iter().map(|row| ways::SentInside(row.0, row.1, row.2)));
        ways.extend(arrivals.into_iter().map(|row| ways::ArrivesInside(row.0, row.1, row.2)));
        ways.extend(steering.into_iter().map(|row| ways::Steering(row.0, row.1, row.2)));
        ways.extend(longer_system.into_iter().map(|row| ways::LongerSystem(row.0, row.1, row.2)));
        (yielded, effective.into_iter(), ways)
    }
}

/// The private endpoints that stand in a subnet with network policies for routes.
fn yielding(rows: &Rows<'_>) -> Vec<NameId> {
    if rows.endpoint_policies.is_empty() {
        return Vec::new();
    }
    let policed = rows.subnet.iter().filter(|row| rows.endpoint_policies.contains(&(row.0, row.1)));
    let mut spaces: FxHashMap<NameId, Vec<Prefix>> = FxHashMap::default();
    for (vnet, _, prefix) in policed {
        spaces.entry(*vnet).or_default().push(*prefix);
    }
    let is_policed = |vnet: NameId, address: Prefix| {
        spaces.get(&vnet).into_iter().flatten().any(|space| space.covers(address))
    };
    let endpoints = rows.private_endpoint.iter();
    endpoints.filter(|row| is_policed(row.1, Prefix::from(row.2))).map(|row| row.0).collect()
}

/// The subnets of a component, with what sends by which table.
pub(crate) struct Subnets {
    /// The subnets by VNet: the table of each prefix, reserved ones too.
    by_prefix: FxHashMap<(NameId, Prefix), Option<LabelId>>,
    letting: FxHashSet<LabelId>,
    /// Everything that sends, and whether an appliance or a gateway sends by it.
    contexts: FxHashMap<Context, bool>,
}

impl Subnets {
    pub(crate) fn new(part: &Component<'_>) -> Self {
        let rows = part.facts.of(part.number);
        let tables: FxHashMap<(NameId, LabelId), LabelId> =
            rows.uses_table.iter().map(|(vnet, subnet, table)| ((*vnet, *subnet), *table)).collect();
        let table_of = |vnet: NameId, subnet: LabelId| tables.get(&(vnet, subnet)).copied();
        let of_row =
            |(vnet, subnet, prefix): &(NameId, LabelId, Prefix)| ((*vnet, *prefix), table_of(*vnet, *subnet));
        Self {
            by_prefix: rows.subnet.iter().map(of_row).collect(),
            letting: rows.gateway_routes.iter().copied().collect(),
            contexts: FxHashMap::default(),
        }
    }

    /// What the subnet of the VNet that holds the prefix sends by; no table where none does.
    pub(crate) fn at(&self, vnet: NameId, inner: Prefix) -> Context {
        let table =
            inner.and_wider().find_map(|prefix| self.by_prefix.get(&(vnet, prefix)).copied()).flatten();
        Context { vnet, table }
    }

    /// The same, which is to be fed: `sends_on` where it is no sender of answers alone.
    fn context(&mut self, vnet: NameId, inner: Prefix, sends_on: bool) -> Context {
        let context = self.at(vnet, inner);
        *self.contexts.entry(context).or_default() |= sends_on;
        context
    }

    fn feed(mut self, programs: &mut Programs, part: &Component<'_>, asked: &Asked) {
        let rows = part.facts.of(part.number);
        let gateways: FxHashSet<NameId> = rows.gateway.iter().copied().collect();
        for (id, vnet) in part.listed.all().iter().filter(|row| asked.takes_part(row.0)) {
            let context = self.context(*vnet, part.table.prefix(*id), false);
            let inside = (id.0..part.table.end(*id).0).map(PrefixId);
            let held = inside.filter(|inner| part.network_parts.position((*inner, *vnet)).is_some());
            programs.ways.extend(held.map(|inner| ways::AnsweredBy(*vnet, inner, context)));
        }
        for (vnet, subnet, prefix) in rows.subnet {
            if subnet.is_gateway_subnet() && gateways.contains(vnet) {
                let context = self.context(*vnet, *prefix, true);
                programs.tables.extend([tables::GatewaySubnet(*vnet, context)]);
                programs.ways.extend([ways::GatewaySubnet(*vnet, context)]);
            }
        }
        self.feed_appliances(programs, part);
        for (table, prefix, hop) in rows.user_route {
            if let Some(id) = part.table.id(*prefix).filter(|id| asked.takes_part(*id)) {
                programs.tables.extend([tables::UserRoute(*table, id, *hop)]);
                programs.ways.extend([ways::UserRoute(*table, id, *hop)]);
            }
        }
        let pools = || asked.pool_parts.iter().map(|row| row.0);
        let networks = || asked.network_parts.iter().map(|row| row.0);
        for (context, sends_on) in &self.contexts {
            programs.tables.extend(pools().map(|id| tables::Sends(*context, id)));
            programs.tables.extend(networks().filter(|_| *sends_on).map(|id| tables::Sends(*context, id)));
            programs.tables.extend([tables::InContext(*context, context.vnet)]);
            programs.tables.extend(context.table.map(|table| tables::HasTable(*context, table)));
            programs.ways.extend(context.table.map(|table| ways::HasTable(*context, table)));
            if context.table.is_none_or(|table| self.letting.contains(&table)) {
                programs.tables.extend([tables::LetsIn(*context)]);
            }
        }
    }

    fn feed_appliances(&mut self, programs: &mut Programs, part: &Component<'_>) {
        let rows = part.facts.of(part.number);
        let stateful: FxHashSet<LabelId> = rows.stateful.iter().copied().collect();
        let mut places: FxHashSet<(NameId, IpAddr)> = FxHashSet::default();
        for (appliance, vnet, address) in rows.appliance {
            let machine = Machine::Listed(*appliance);
            programs.tables.extend([tables::ListedAt(*vnet, *address, machine)]);
            places.insert((*vnet, *address));
            if !stateful.contains(appliance) {
                programs.tables.extend([tables::Stateless(machine)]);
            }
        }
        for (_, _, hop) in rows.user_route {
            let Hop::Appliance(address) = *hop else { continue };
            for network in part.holding(address) {
                programs.tables.extend([tables::HoldsAddress(network, address)]);
                places.insert((network, address));
            }
        }
        for (vnet, address) in places {
            let context = self.context(vnet, Prefix::from(address), true);
            programs.tables.extend([tables::SendsBy(vnet, address, context)]);
        }
    }
}
