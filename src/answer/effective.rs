//! The effective routes of subnets, as Azure shows them for a network interface.
//!
//! The rules ask of each destination which route decides; people ask for the table. It is a function of the inventory and of
//! what gateways hold, and it has what is active: a user route takes the place of an equal one, and routes of the gateway
//! that lead into the VNet or a peered one do not count. What Azure routes to `None` everywhere is left out.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use rustc_hash::{FxHashMap, FxHashSet};

use super::analysis::Analysis;
use crate::facts::Facts;
use crate::facts::ids::{PrefixId, Target};
use crate::inventory::routing::Hop;
use crate::names::{LabelId, NameId};
use crate::prefix::{Family, Prefix};
use crate::solve::{Component, is_steered, tables};

/// A route of a subnet. Where a user route has several next hops, there is one for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EffectiveRoute {
    /// The VNet of the subnet.
    pub vnet: NameId,
    /// The subnet.
    pub subnet: LabelId,
    /// What it is for.
    pub prefix: Prefix,
    /// Where it comes from.
    pub source: RouteSource,
    /// Where it leads.
    pub hop: EffectiveHop,
}

/// Where an effective route comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RouteSource {
    /// The route table of the subnet.
    User,
    /// The VNet and its peerings, or Azure's own route to the Internet.
    Default,
    /// The gateway that the VNet has or uses.
    Gateway,
}

impl RouteSource {
    /// Every source.
    pub const ALL: [Self; 3] = [Self::User, Self::Default, Self::Gateway];

    /// The word that Azure uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Default => "Default",
            Self::Gateway => "VirtualNetworkGateway",
        }
    }
}

/// Where an effective route leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EffectiveHop {
    /// Where a user route can lead too.
    Hop(Hop),
    /// Into a peered VNet.
    Peering,
}

impl fmt::Display for EffectiveHop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hop(hop) => hop.fmt(f),
            Self::Peering => f.write_str("peering"),
        }
    }
}

impl FromStr for EffectiveHop {
    type Err = ();

    /// Reads what [`Hop`] does, or `peering`.
    fn from_str(text: &str) -> Result<Self, ()> {
        if text.eq_ignore_ascii_case("peering") { Ok(Self::Peering) } else { text.parse().map(Self::Hop) }
    }
}

impl Analysis<'_> {
    /// The effective routes of every listed subnet of a connected component, sorted.
    #[must_use]
    pub fn effective_routes(&self, component: usize) -> Vec<EffectiveRoute> {
        self.routes_of(component, |_| true)
    }

    /// The effective routes of a listed subnet, sorted.
    #[must_use]
    pub fn effective_routes_of(&self, vnet: NameId, subnet: LabelId) -> Vec<EffectiveRoute> {
        self.routes_of(self.facts().component_of(vnet), |asked| asked == (vnet, subnet))
    }

    fn routes_of(
        &self,
        component: usize,
        is_asked: impl Fn((NameId, LabelId)) -> bool,
    ) -> Vec<EffectiveRoute> {
        let facts = self.facts();
        if !is_steered(facts, component) {
            return Vec::new();
        }
        let state = State::new(facts, component);
        let rows = facts.of(component);
        let uses = rows.uses_table.iter().map(|(vnet, subnet, table)| ((*vnet, *subnet), *table));
        let uses: FxHashMap<(NameId, LabelId), LabelId> = uses.collect();
        let subnets = rows.subnet.iter().map(|row| (row.0, row.1)).filter(|row| is_asked(*row));
        let mut subnets: Vec<(NameId, LabelId)> = subnets.collect();
        subnets.sort_unstable();
        subnets.dedup();
        // The subnets of a VNet with one table have the same routes.
        let mut known: FxHashMap<(NameId, Option<LabelId>), Vec<Entry>> = FxHashMap::default();
        let mut routes = Vec::new();
        for (vnet, subnet) in subnets {
            let table = uses.get(&(vnet, subnet)).copied();
            let entries = known.entry((vnet, table)).or_insert_with(|| state.table(vnet, table));
            routes.extend(entries.iter().map(|(prefix, source, hop)| EffectiveRoute {
                vnet,
                subnet,
                prefix: *prefix,
                source: *source,
                hop: *hop,
            }));
        }
        routes.sort_unstable();
        routes
    }
}

type Entry = (Prefix, RouteSource, EffectiveHop);

/// What the routes of the subnets of a connected component are made of.
#[derive(Default)]
struct State {
    spaces: FxHashMap<NameId, Vec<Prefix>>,
    /// What the routes of peerings of each VNet lead to.
    peerings: FxHashMap<NameId, Vec<Prefix>>,
    /// The gateways that each VNet has or uses.
    gateways: FxHashMap<NameId, Vec<NameId>>,
    /// What each gateway holds besides the VNets that it attaches.
    held: FxHashMap<NameId, Vec<Prefix>>,
    user: FxHashMap<LabelId, Vec<(Prefix, Hop)>>,
    /// The tables that let in the routes of the gateway.
    letting: FxHashSet<LabelId>,
}

impl State {
    fn new(facts: &Facts, component: usize) -> Self {
        let rows = facts.of(component);
        let mut state = Self { letting: rows.gateway_routes.iter().copied().collect(), ..Self::default() };
        for (network, prefix) in rows.address {
            state.spaces.entry(*network).or_default().push(*prefix);
        }
        for (table, prefix, hop) in rows.user_route {
            state.user.entry(*table).or_default().push((*prefix, *hop));
        }
        let sides: FxHashSet<(NameId, NameId)> = rows.peered.iter().copied().collect();
        let is_peered = |one, other| sides.contains(&(one, other)) && sides.contains(&(other, one));
        let partly: FxHashSet<(NameId, NameId)> = rows.partly_peered.iter().copied().collect();
        for (vnet, other) in sides.iter().filter(|(one, other)| is_peered(*one, *other)) {
            let carried = state.peerings.entry(*vnet).or_default();
            if !partly.contains(&(*vnet, *other)) {
                carried.extend(state.spaces.get(other).into_iter().flatten());
            }
        }
        for (vnet, other, prefix) in rows.peered_prefix {
            if is_peered(*vnet, *other) && partly.contains(&(*vnet, *other)) {
                state.peerings.entry(*vnet).or_default().push(*prefix);
            }
        }
        let gateways: FxHashSet<NameId> = rows.gateway.iter().copied().collect();
        state.gateways = gateways.iter().map(|vnet| (*vnet, vec![*vnet])).collect();
        for (hub, spoke) in rows.gateway_transit {
            if gateways.contains(hub) && !gateways.contains(spoke) && is_peered(*hub, *spoke) {
                state.gateways.entry(*spoke).or_default().push(*hub);
            }
        }
        let part = Component::new(facts, component);
        let all: Vec<PrefixId> = (0..).map(PrefixId).take(part.table.len()).collect();
        tables(&part, &all, |derived, home| {
            let pools = derived.attached.iter().filter(|row| row.1 == Target::Pool(row.0));
            let pools = pools.map(|row| (row.0, row.2));
            let entries = pools.chain(derived.next_hop.iter().map(|row| (row.0, row.2)));
            for (router, id) in entries.filter(|(_, id)| home.binary_search(id).is_ok()) {
                if gateways.contains(&router) {
                    state.held.entry(router).or_default().push(part.table.prefix(id));
                }
            }
        });
        state
    }

    /// The routes of the subnets of a VNet that have the table, or none.
    fn table(&self, vnet: NameId, table: Option<LabelId>) -> Vec<Entry> {
        let of = |rows: &FxHashMap<NameId, Vec<Prefix>>| rows.get(&vnet).cloned().unwrap_or_default();
        let (own, peered) = (of(&self.spaces), of(&self.peerings));
        let mut entries: BTreeMap<Prefix, (RouteSource, Vec<EffectiveHop>)> = BTreeMap::new();
        for (prefix, hop) in table.and_then(|table| self.user.get(&table)).into_iter().flatten() {
            let entry = entries.entry(*prefix).or_insert((RouteSource::User, Vec::new()));
            entry.1.push(EffectiveHop::Hop(*hop));
        }
        let system = [(&own, EffectiveHop::Hop(Hop::VnetLocal)), (&peered, EffectiveHop::Peering)];
        for (prefixes, hop) in system {
            for prefix in prefixes {
                entries.entry(*prefix).or_insert((RouteSource::Default, vec![hop]));
            }
        }
        if table.is_none_or(|table| self.letting.contains(&table)) {
            let space: FxHashSet<Prefix> = own.iter().chain(&peered).copied().collect();
            let gateways = self.gateways.get(&vnet).into_iter().flatten();
            for prefix in gateways.filter_map(|gateway| self.held.get(gateway)).flatten() {
                // Routes of the VNet and of peerings are preferred, even to longer ones.
                if !prefix.and_wider().any(|wider| space.contains(&wider)) {
                    let hop = EffectiveHop::Hop(Hop::Gateway);
                    entries.entry(*prefix).or_insert((RouteSource::Gateway, vec![hop]));
                }
            }
        }
        let has = |family| family == Family::Ipv4 || own.iter().any(|prefix| prefix.family() == family);
        for all in Family::ALL.into_iter().filter(|family| has(*family)).map(Prefix::default_route) {
            let hop = EffectiveHop::Hop(Hop::Internet);
            entries.entry(all).or_insert((RouteSource::Default, vec![hop]));
        }
        let of_prefix = |(prefix, (source, hops)): (Prefix, (RouteSource, Vec<EffectiveHop>))| {
            hops.into_iter().map(move |hop| (prefix, source, hop))
        };
        entries.into_iter().flat_map(of_prefix).collect()
    }
}
