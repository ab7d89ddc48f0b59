//! What measures are made up from: an inventory by name.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Goal;
use crate::inventory::{Gateway, Inventory, Peering, Tunnel};
use crate::language::print::quoted;
use crate::names::NameId;
use crate::prefix::Prefix;

/// The numbers that stand for private networks, but for those that Azure keeps for itself.
const PRIVATE_ASNS: [std::ops::RangeInclusive<u32>; 2] = [64_512..=65_534, 4_200_000_000..=4_294_967_294];
const AZURE_ASNS: [u32; 5] = [65_515, 65_517, 65_518, 65_519, 65_520];

/// Connected parts of an inventory, by name.
pub(super) struct Estate<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) tunnels: Vec<Tunnel>,
    gateways: FxHashMap<NameId, &'a Gateway>,
    spaces: FxHashMap<NameId, &'a [Prefix]>,
    sites: FxHashSet<NameId>,
    unused: FxHashMap<NameId, u32>,
    of_pair: FxHashMap<(NameId, NameId), Vec<usize>>,
}

impl<'a> Estate<'a> {
    /// The connected components `inventory` of an inventory `all`.
    pub(super) fn new(inventory: &'a Inventory, all: &Inventory) -> Self {
        let tunnels = inventory.tunnels();
        let mut of_pair: FxHashMap<(NameId, NameId), Vec<usize>> = FxHashMap::default();
        for (index, tunnel) in tunnels.iter().enumerate() {
            of_pair.entry((tunnel.from, tunnel.to)).or_default().push(index);
            of_pair.entry((tunnel.to, tunnel.from)).or_default().push(index);
        }
        let vnets = inventory.vnets.iter().map(|vnet| (vnet.name, &vnet.address_space[..]));
        let sites = inventory.sites.iter().map(|site| (site.name, &site.address_space[..]));
        let mut estate = Self {
            inventory,
            tunnels,
            gateways: inventory.gateways.iter().map(|gateway| (gateway.vnet, gateway)).collect(),
            spaces: vnets.chain(sites).collect(),
            sites: inventory.sites.iter().map(|site| site.name).collect(),
            unused: FxHashMap::default(),
            of_pair,
        };
        estate.unused = estate.unused_asns(all);
        estate
    }

    /// A number for each network that no router has: where one is needed, each gets its own, whatever else is done.
    fn unused_asns(&self, all: &Inventory) -> FxHashMap<NameId, u32> {
        let of_gateways = all.gateways.iter().map(Gateway::asn);
        let used: BTreeSet<u32> = of_gateways.chain(all.sites.iter().filter_map(|site| site.asn)).collect();
        let free = PRIVATE_ASNS.into_iter().flatten();
        let free = free.filter(|number| !used.contains(number) && !AZURE_ASNS.contains(number));
        let mut names: Vec<NameId> = self.spaces.keys().copied().collect();
        names.sort_unstable_by_key(|name| self.inventory.names.text(*name));
        names.into_iter().zip(free).collect()
    }

    pub(super) fn unused_asn(&self, name: NameId) -> Option<u32> {
        self.unused.get(&name).copied()
    }

    pub(super) fn name(&self, text: &str) -> Option<NameId> {
        self.inventory.names.get(text)
    }

    /// The name as a change has it.
    pub(super) fn text(&self, name: NameId) -> std::borrow::Cow<'a, str> {
        quoted(self.inventory.names.text(name))
    }

    pub(super) fn gateway(&self, name: NameId) -> Option<&'a Gateway> {
        self.gateways.get(&name).copied()
    }

    pub(super) fn gateways(&self) -> impl Iterator<Item = NameId> {
        self.inventory.gateways.iter().map(|gateway| gateway.vnet)
    }

    pub(super) fn is_site(&self, name: NameId) -> bool {
        self.sites.contains(&name)
    }

    pub(super) fn is_router(&self, name: NameId) -> bool {
        self.is_site(name) || self.gateways.contains_key(&name)
    }

    /// True where the router can hold a BGP session, if need be once BGP is turned on.
    pub(super) fn can_speak(&self, name: NameId) -> bool {
        self.gateway(name).is_none_or(|gateway| !gateway.is_basic())
    }

    pub(super) fn asn(&self, name: NameId) -> Option<u32> {
        let site = || self.inventory.sites.iter().find(|site| site.name == name);
        self.gateway(name).map(Gateway::asn).or_else(|| site()?.asn)
    }

    /// The addresses of a network that can be destinations.
    pub(super) fn space(&self, name: NameId) -> Vec<Prefix> {
        let is_site = self.is_site(name);
        let space = self.spaces.get(&name).copied().unwrap_or_default();
        space.iter().copied().filter(|prefix| !(is_site && prefix.is_default_route())).collect()
    }

    /// The prefixes of a goal's network that matter.
    pub(super) fn wanted(&self, goal: &Goal, network: NameId) -> Vec<Prefix> {
        let mut wanted = self.space(network);
        wanted.retain(|prefix| goal.within.is_none_or(|within| within.overlaps(*prefix)));
        wanted
    }

    pub(super) fn pool(&self, gateway: NameId) -> &'a [Prefix] {
        self.gateway(gateway).map(|gateway| &gateway.client_pool[..]).unwrap_or_default()
    }

    /// The sides of `vnet` in peerings with `remote`.
    pub(super) fn sides(&self, vnet: NameId, remote: NameId) -> impl Iterator<Item = &'a Peering> {
        self.inventory.peerings.iter().filter(move |side| side.vnet == vnet && side.remote_vnet == remote)
    }

    /// The VNets that some side of a peering joins to `vnet`, in the order of names.
    pub(super) fn peers(&self, vnet: NameId) -> Vec<NameId> {
        let sides = self.inventory.peerings.iter();
        let peers = sides.filter_map(|side| match (side.vnet == vnet, side.remote_vnet == vnet) {
            (true, _) => Some(side.remote_vnet),
            (_, true) => Some(side.vnet),
            _ => None,
        });
        self.in_order(peers)
    }

    /// True where gateway transit is on from both sides.
    pub(super) fn has_transit(&self, hub: NameId, spoke: NameId) -> bool {
        self.sides(hub, spoke).any(|side| side.allow_gateway_transit)
            && self.sides(spoke, hub).any(|side| side.use_remote_gateways)
    }

    /// True where the hub's gateway serves the spoke now.
    pub(super) fn attaches(&self, hub: NameId, spoke: NameId) -> bool {
        self.gateways.contains_key(&hub)
            && !self.gateways.contains_key(&spoke)
            && self.would_attach(hub, spoke)
    }

    /// True where the hub's gateway serves the spoke, once there is one, and none at the spoke.
    pub(super) fn would_attach(&self, hub: NameId, spoke: NameId) -> bool {
        self.has_transit(hub, spoke)
            && self.sides(hub, spoke).any(Peering::is_usable)
            && self.sides(spoke, hub).any(Peering::is_usable)
    }

    pub(super) fn between(&self, one: NameId, other: NameId) -> impl Iterator<Item = &Tunnel> {
        let places = self.of_pair.get(&(one, other)).map(Vec::as_slice).unwrap_or_default();
        places.iter().map(|place| &self.tunnels[*place])
    }

    /// Each pair that tunnels join, whatever their state, once, in the order of names.
    pub(super) fn pairs(&self) -> Vec<(NameId, NameId)> {
        let text = |name: NameId| self.inventory.names.text(name);
        let mut pairs: Vec<(NameId, NameId)> =
            self.of_pair.keys().copied().filter(|(one, other)| text(*one) < text(*other)).collect();
        pairs.sort_unstable_by_key(|(one, other)| (text(*one), text(*other)));
        pairs
    }

    /// The networks that tunnels join to `name`, in the order of names.
    pub(super) fn neighbours(&self, name: NameId) -> Vec<NameId> {
        self.in_order(self.of_pair.keys().filter(|pair| pair.0 == name).map(|pair| pair.1))
    }

    /// What `near` routes into its tunnels to `far`, listed or by default, or would if they were up.
    pub(super) fn routed(&self, near: NameId, far: NameId) -> Vec<Prefix> {
        let mut routed: Vec<Prefix> =
            self.between(near, far).flat_map(|tunnel| self.routed_by(tunnel, near, far)).collect();
        routed.sort_unstable();
        routed.dedup();
        routed
    }

    fn routed_by(&self, tunnel: &Tunnel, near: NameId, far: NameId) -> Vec<Prefix> {
        let listed = if tunnel.from == near { &tunnel.from_static } else { &tunnel.to_static };
        if !listed.is_empty() || tunnel.bgp {
            return listed.clone();
        }
        self.spaces.get(&far).map(|space| space.to_vec()).unwrap_or_default()
    }

    fn in_order(&self, names: impl Iterator<Item = NameId>) -> Vec<NameId> {
        let mut names: Vec<NameId> = names.collect();
        names.sort_unstable_by_key(|name| self.inventory.names.text(*name));
        names.dedup();
        names
    }
}
