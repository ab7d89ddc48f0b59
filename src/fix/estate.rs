//! What measures are made up from: an inventory by name.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::wish::Goal;
use crate::inventory::{Gateway, Inventory};
use crate::language::relations::Relation;
use crate::language::syntax::Change;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::topology::Topology;

/// The numbers that stand for private networks, but for those that Azure keeps for itself.
const PRIVATE_ASNS: [std::ops::RangeInclusive<u32>; 2] = [64_512..=65_534, 4_200_000_000..=4_294_967_294];

/// The numbers that Azure keeps for itself.
pub(super) const AZURE_ASNS: [u32; 8] = [8074, 8075, 12_076, 65_515, 65_517, 65_518, 65_519, 65_520];

/// Connected parts of an inventory, by name.
pub(super) struct Estate<'a> {
    pub(super) topology: Topology<'a>,
    unused: FxHashMap<NameId, u32>,
}

impl<'a> Estate<'a> {
    /// The connected components `inventory` of an inventory `all`.
    pub(super) fn new(inventory: &'a Inventory, all: &Inventory) -> Self {
        let topology = Topology::new(inventory);
        let unused = unused_asns(inventory, all);
        Self { topology, unused }
    }

    pub(super) fn unused_asn(&self, name: NameId) -> Option<u32> {
        self.unused.get(&name).copied()
    }

    pub(super) fn inventory(&self) -> &'a Inventory {
        self.topology.inventory()
    }

    pub(super) fn name(&self, text: &str) -> Option<NameId> {
        self.inventory().names.get(text)
    }

    pub(super) fn text(&self, name: NameId) -> &'a str {
        self.inventory().names.text(name)
    }

    /// The change that adds a fact about two networks.
    pub(super) fn add(&self, relation: Relation, one: NameId, other: NameId) -> Change {
        Change::add(relation, &[&self.text(one), &self.text(other)])
    }

    /// The change that takes a fact about two networks away.
    pub(super) fn remove(&self, relation: Relation, one: NameId, other: NameId) -> Change {
        Change::remove(relation, &[&self.text(one), &self.text(other)])
    }

    pub(super) fn gateways(&self) -> impl Iterator<Item = NameId> {
        self.inventory().gateways.iter().map(|gateway| gateway.vnet)
    }

    /// True where the router can hold a BGP session, if need be once BGP is turned on.
    pub(super) fn can_speak(&self, name: NameId) -> bool {
        self.topology.gateway(name).is_none_or(|gateway| !gateway.is_basic())
    }

    /// The addresses of a network that can be destinations.
    pub(super) fn space(&self, name: NameId) -> Vec<Prefix> {
        let is_site = self.topology.is_site(name);
        let space = self.topology.address_space(name).iter().copied();
        space.filter(|prefix| !(is_site && prefix.is_default_route())).collect()
    }

    /// The prefixes of a goal's network that matter.
    pub(super) fn wanted(&self, goal: &Goal, network: NameId) -> Vec<Prefix> {
        let mut wanted = self.space(network);
        wanted.retain(|prefix| goal.within.is_none_or(|within| within.overlaps(*prefix)));
        wanted
    }

    /// The VNets that some side of a peering joins to `vnet`, in the order of names.
    pub(super) fn peers(&self, vnet: NameId) -> Vec<NameId> {
        self.in_order(self.topology.peers(vnet))
    }

    /// The networks that tunnels join to `name`, in the order of names.
    pub(super) fn neighbours(&self, name: NameId) -> Vec<NameId> {
        self.in_order(self.topology.far_ends(name))
    }

    /// Each pair of routers that tunnels join, whatever their state, once, in the order of names.
    pub(super) fn pairs(&self) -> Vec<(NameId, NameId)> {
        let text = |name: NameId| self.text(name);
        let in_order = |(one, other)| if text(one) <= text(other) { (one, other) } else { (other, one) };
        let mut pairs: Vec<(NameId, NameId)> =
            self.topology.tunnel_pairs().into_iter().map(in_order).collect();
        pairs.retain(|(one, other)| self.topology.is_router(*one) && self.topology.is_router(*other));
        pairs.sort_unstable_by_key(|(one, other)| (text(*one), text(*other)));
        pairs
    }

    /// What `near` routes into its tunnels to `far`, listed or by default, or would if they were up.
    pub(super) fn routed(&self, near: NameId, far: NameId) -> Vec<Prefix> {
        let tunnels = self.topology.tunnels(near, far);
        let mut routed: Vec<Prefix> =
            tunnels.flat_map(|tunnel| self.topology.routed(tunnel, near)).copied().collect();
        routed.sort_unstable();
        routed.dedup();
        routed
    }

    fn in_order(&self, names: &[NameId]) -> Vec<NameId> {
        let mut names = names.to_vec();
        names.sort_unstable_by_key(|name| self.text(*name));
        names
    }
}

/// A number for each network that no router has: where one is needed, each gets its own, whatever else is done.
fn unused_asns(inventory: &Inventory, all: &Inventory) -> FxHashMap<NameId, u32> {
    let of_gateways = all.gateways.iter().map(Gateway::asn);
    let used: BTreeSet<u32> = of_gateways.chain(all.sites.iter().filter_map(|site| site.asn)).collect();
    let free = PRIVATE_ASNS.into_iter().flatten();
    let free = free.filter(|number| !used.contains(number) && !AZURE_ASNS.contains(number));
    let vnets = inventory.vnets.iter().map(|vnet| vnet.name);
    let mut names: Vec<NameId> = vnets.chain(inventory.sites.iter().map(|site| site.name)).collect();
    names.sort_unstable_by_key(|name| inventory.names.text(*name));
    names.into_iter().zip(free).collect()
}
