//! One run of the rules over some destinations of a connected component.

use std::collections::{BTreeSet, HashSet};

use rustc_hash::{FxBuildHasher, FxHashSet};

use super::part::Component;
use crate::class::Class;
use crate::facts::Rows;
use crate::facts::ids::PrefixId;
use crate::names::NameId;
use crate::rule::Rule;
use crate::rules;
use crate::witness::{Step, Witness};

/// What a run is about. Facts that concern other prefixes are left out: where a packet goes depends
/// on nothing but the prefixes that cover its destination.
pub(crate) struct Slice {
    /// The prefixes whose facts take part: with each, everything that covers it.
    pub(crate) relevant: Vec<PrefixId>,
    pub(crate) network_parts: Vec<(PrefixId, NameId)>,
    pub(crate) pool_parts: Vec<(PrefixId, NameId)>,
    /// The gateways whose whole client pool is among `pool_parts`.
    pub(crate) complete: Vec<NameId>,
    /// Which routers return to which gateways, from an earlier run.
    pub(crate) returned: Vec<(NameId, NameId)>,
    /// True where every pair of nested prefixes is a fact, also those that no rule can join with anything.
    pub(crate) all_pairs: bool,
}

type Set<Row> = HashSet<Row, FxBuildHasher>;

/// Every derived relation of a run.
pub(crate) struct Derived<W: Witness> {
    pub(crate) attached: Set<rules::Attached<W>>,
    pub(crate) learned: Set<rules::Learned<W>>,
    pub(crate) delivered: Set<rules::Delivered<W>>,
    pub(crate) returns: Set<rules::Returns<W>>,
    pub(crate) way_back: Set<rules::WayBack<W>>,
    pub(crate) accessible: Set<rules::Accessible<W>>,
    pub(crate) advertised: Set<rules::Advertised<W>>,
    pub(crate) relays: Set<rules::Relays<W>>,
    pub(crate) refuses: Set<rules::Refuses<W>>,
    pub(crate) next_hop: Set<rules::NextHop<W>>,
    pub(crate) in_table: Set<rules::InTable<W>>,
    pub(crate) beaten: Set<rules::Beaten<W>>,
    pub(crate) destination: Set<rules::Destination<W>>,
    pub(crate) arrives: Set<rules::Arrives<W>>,
    pub(crate) forwards: Set<rules::Forwards<W>>,
    pub(crate) strays: Set<rules::Strays<W>>,
}

/// Runs the rules over `slice` of `part`, for the classes that each gateway serves.
pub(crate) fn run<W: Witness>(part: &Component<'_>, slice: &Slice, serves: &[(NameId, Class)]) -> Derived<W> {
    let mut program = rules::Crepe::<W>::new();
    feed_topology(&mut program, part);
    feed_prefixes(&mut program, part, slice);
    program.extend(slice.network_parts.iter().map(|(id, name)| rules::PartOfNetwork(*name, *id)));
    program.extend(slice.pool_parts.iter().map(|(id, name)| rules::PartOfPool(*name, *id)));
    program.extend(slice.complete.iter().map(|name| rules::PoolComplete(*name)));
    program.extend(
        slice.returned.iter().map(|(router, gateway)| rules::Returned(*router, *gateway, W::default())),
    );
    program.extend(serves.iter().map(|(gateway, class)| rules::Serves(*gateway, *class)));
    program.extend(Class::ALL.into_iter().filter(|class| class.follows_table()).map(rules::FollowsTable));
    program.extend(
        Class::ALL.into_iter().filter(|class| class.follows_site_routes()).map(rules::FollowsSiteRoutes),
    );
    let (
        attached,
        learned,
        delivered,
        returns,
        way_back,
        accessible,
        advertised,
        relays,
        refuses,
        next_hop,
        in_table,
        beaten,
        destination,
        arrives,
        forwards,
        strays,
    ) = program.run_with_hasher::<FxBuildHasher>();
    Derived {
        attached,
        learned,
        delivered,
        returns,
        way_back,
        accessible,
        advertised,
        relays,
        refuses,
        next_hop,
        in_table,
        beaten,
        destination,
        arrives,
        forwards,
        strays,
    }
}

fn feed_topology<W: Witness>(program: &mut rules::Crepe<W>, part: &Component<'_>) {
    let Rows {
        gateway,
        site,
        transit_site,
        peered,
        gateway_transit,
        s2s,
        asn,
        // Given with the AS paths of both ends, below.
        bgp: _,
        // Given by prefix, as far as a run is about it.
        address: _,
        client_pool: _,
        custom_route: _,
        static_route: _,
        // No clause asks these.
        vnet: _,
        manual_route: _,
    } = part.facts.of(part.number);
    program.extend(gateway.iter().map(|name| rules::Gateway(*name)));
    program.extend(site.iter().map(|name| rules::Site(*name)));
    program.extend(transit_site.iter().map(|name| rules::TransitSite(*name)));
    program.extend(peered.iter().map(|(one, other)| rules::Peered(*one, *other)));
    program.extend(gateway_transit.iter().map(|(hub, spoke)| rules::GatewayTransit(*hub, *spoke)));
    program.extend(s2s.iter().map(|(one, other)| rules::S2s(*one, *other)));
    program.extend(asn.iter().map(|(name, asn)| rules::HasAsn(*name, *asn)));
    program.extend(
        part.paths
            .of_sessions(part)
            .map(|(one, other, of_one, of_other)| rules::Bgp(one, other, of_one, of_other)),
    );
}

fn feed_prefixes<W: Witness>(program: &mut rules::Crepe<W>, part: &Component<'_>, slice: &Slice) {
    let at_stake = at_stake(part, slice);
    for &id in &slice.relevant {
        program.extend(part.address.of(id).iter().map(|(_, name)| rules::Address(*name, id)));
        program.extend(part.client_pool.of(id).iter().map(|(_, name)| rules::ClientPool(*name, id)));
        program.extend(part.custom_route.of(id).iter().map(|(_, name)| rules::CustomRoute(*name, id)));
        program.extend(
            part.static_route.of(id).iter().map(|(_, (near, far))| rules::StaticRoute(*near, *far, id)),
        );
        // A pair matters to forwarding where a destination lies in the inner prefix, and to what a
        // router refuses where the outer one is a network's.
        let every = slice.all_pairs || at_stake.contains(&id);
        let matters = |outer: &PrefixId| every || !part.address.of(*outer).is_empty();
        program.extend(part.table.covering(id).filter(matters).map(|outer| rules::Covers(outer, id)));
        if part.table.prefix(id).is_default_route() {
            program.extend([rules::DefaultRoute(id)]);
        }
    }
}

/// The prefixes that a destination of the run lies in.
fn at_stake(part: &Component<'_>, slice: &Slice) -> FxHashSet<PrefixId> {
    let destinations = slice.network_parts.iter().chain(&slice.pool_parts);
    destinations.flat_map(|(id, _)| part.table.covering(*id)).collect()
}

impl Derived<Step> {
    /// The rules that the witnesses of all relations name.
    pub(crate) fn rules(&self) -> BTreeSet<Rule> {
        fn of<'rows, Row: 'rows>(
            rows: impl IntoIterator<Item = &'rows Row>,
            step: impl Fn(&Row) -> Step,
        ) -> impl Iterator<Item = Rule> {
            rows.into_iter().map(move |row| step(row).rule)
        }
        of(&self.attached, |row| row.3)
            .chain(of(&self.learned, |row| row.4))
            .chain(of(&self.delivered, |row| row.3))
            .chain(of(&self.returns, |row| row.2))
            .chain(of(&self.way_back, |row| row.2))
            .chain(of(&self.accessible, |row| row.3))
            .chain(of(&self.advertised, |row| row.4))
            .chain(of(&self.relays, |row| row.1))
            .chain(of(&self.refuses, |row| row.2))
            .chain(of(&self.next_hop, |row| row.3))
            .chain(of(&self.in_table, |row| row.2))
            .chain(of(&self.beaten, |row| row.3))
            .chain(of(&self.destination, |row| row.2))
            .chain(of(&self.arrives, |row| row.3))
            .chain(of(&self.forwards, |row| row.3))
            .chain(of(&self.strays, |row| row.2))
            .collect()
    }
}
