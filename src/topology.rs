//! What joins the networks of an inventory, and in which state each peering and each tunnel is.
//!
//! An inventory is rows in the order of its files. A topology finds them by the names of networks, and says what
//! two rows or four mean together. Whoever asks what joins two networks asks here, so that all say the same.
//!
//! Nothing is looked up before somebody asks for it: a [`Topology`] costs one pass over VNets, gateways and sites.
//! [`crate::facts`] works out some of the same once more, in one pass over all rows, as the rules want whole relations.
//!
//! ```
//! use tunnelog::import::load::load;
//! use tunnelog::topology::Topology;
//!
//! let inventory = load("facts/peered-vnets").unwrap().inventory;
//! let topology = Topology::new(&inventory);
//! let [hub, spoke] = ["VNet1", "VNet2"].map(|name| inventory.names.get(name).unwrap());
//! assert!(topology.attaches(hub, spoke));
//! let words: Vec<&str> = topology.peerings().map(|(link, _)| link.state.word()).collect();
//! assert_eq!(words, ["gateway transit", "gateway transit", "peering"]);
//! ```

mod carried;
mod neighbours;
mod rows;
mod state;

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

pub use self::carried::{Lack, LeftOut};
use self::neighbours::Neighbours;
pub use self::rows::Rows;
pub use self::state::{Link, LinkState, PeeringState, TunnelState};
use crate::inventory::{Carried, Gateway, Inventory, Peering, Site, Tunnel, Vnet};
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::source::Span;

/// An inventory by the names of its networks.
#[derive(Debug)]
pub struct Topology<'a> {
    inventory: &'a Inventory,
    rows: Looked<'a>,
    found: Arc<Found>,
}

/// Where the rows of names stand.
#[derive(Debug)]
enum Looked<'a> {
    Up(Arc<Rows>),
    UpBefore(&'a Rows),
}

impl Deref for Looked<'_> {
    type Target = Rows;

    fn deref(&self) -> &Rows {
        match self {
            Self::Up(rows) => rows,
            Self::UpBefore(rows) => rows,
        }
    }
}

/// All that was looked up of an inventory, to be kept beside it.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    rows: Arc<Rows>,
    found: Arc<Found>,
}

impl Kept {
    pub(crate) fn of(inventory: &Inventory) -> Self {
        Self { rows: Arc::new(Rows::of(inventory)), found: Arc::default() }
    }
}

/// What was looked up once somebody asked for it.
#[derive(Debug, Default)]
struct Found {
    /// The rows of peerings, sorted by pair.
    sides_by_pair: OnceLock<Vec<usize>>,
    tunnels: OnceLock<Vec<Tunnel>>,
    /// The places of tunnels, sorted by pair.
    tunnels_by_pair: OnceLock<Vec<usize>>,
    peers: OnceLock<Neighbours>,
    far_ends: OnceLock<Neighbours>,
}

impl<'a> Topology<'a> {
    /// The topology of `inventory`.
    #[must_use]
    pub fn new(inventory: &'a Inventory) -> Self {
        Self::keeping(inventory, &Kept::of(inventory))
    }

    /// The topology of `inventory`, whose rows were looked up before.
    #[must_use]
    pub fn with_rows(inventory: &'a Inventory, rows: &'a Rows) -> Self {
        Self { inventory, rows: Looked::UpBefore(rows), found: Arc::default() }
    }

    /// The same, where `kept` is what was looked up of this inventory.
    pub(crate) fn keeping(inventory: &'a Inventory, kept: &Kept) -> Self {
        Self { inventory, rows: Looked::Up(Arc::clone(&kept.rows)), found: Arc::clone(&kept.found) }
    }

    /// The inventory.
    #[must_use]
    pub fn inventory(&self) -> &'a Inventory {
        self.inventory
    }

    /// The VNet of that name.
    #[must_use]
    pub fn vnet(&self, name: NameId) -> Option<&'a Vnet> {
        self.inventory.vnets.get(self.rows.vnet(name)?)
    }

    /// The gateway of the VNet.
    #[must_use]
    pub fn gateway(&self, vnet: NameId) -> Option<&'a Gateway> {
        self.inventory.gateways.get(self.rows.gateway(vnet)?)
    }

    /// The site of that name.
    #[must_use]
    pub fn site(&self, name: NameId) -> Option<&'a Site> {
        self.inventory.sites.get(self.rows.site(name)?)
    }

    /// True for a VNet that holds a gateway.
    #[must_use]
    pub fn has_gateway(&self, name: NameId) -> bool {
        self.rows.gateway(name).is_some()
    }

    /// True for a site.
    #[must_use]
    pub fn is_site(&self, name: NameId) -> bool {
        self.rows.site(name).is_some()
    }

    /// True for what a tunnel can end at: a VNet with a gateway, or a site.
    #[must_use]
    pub fn is_router(&self, name: NameId) -> bool {
        self.has_gateway(name) || self.is_site(name)
    }

    /// The address space of a VNet or site; empty where there is neither.
    #[must_use]
    pub fn address_space(&self, name: NameId) -> &'a [Prefix] {
        let of_site = || self.site(name).map(|site| &site.address_space[..]);
        self.vnet(name).map(|vnet| &vnet.address_space[..]).or_else(of_site).unwrap_or_default()
    }

    /// The client pool of the VNet's gateway; empty where it serves no clients.
    #[must_use]
    pub fn client_pool(&self, vnet: NameId) -> &'a [Prefix] {
        self.gateway(vnet).map(|gateway| &gateway.client_pool[..]).unwrap_or_default()
    }

    /// What the gateway of a VNet announces in place of its VNet's own prefixes; nothing for what has none.
    #[must_use]
    pub fn summarized_prefixes(&self, vnet: NameId) -> &'a [Prefix] {
        self.gateway(vnet).map(|gateway| &gateway.summarized_prefixes[..]).unwrap_or_default()
    }

    /// The ASN of a router. `None` for a site that states none, which is unlike every other router.
    #[must_use]
    pub fn asn(&self, router: NameId) -> Option<u32> {
        self.gateway(router).map(Gateway::asn).or_else(|| self.site(router)?.asn)
    }

    /// True for a router that can hold a BGP session as it is set up.
    #[must_use]
    pub fn speaks_bgp(&self, router: NameId) -> bool {
        self.gateway(router).map_or_else(|| self.is_site(router), Gateway::speaks_bgp)
    }

    /// The sides of `vnet` in peerings with `remote`, in whatever state, in the order of rows.
    pub fn sides(&self, vnet: NameId, remote: NameId) -> impl Iterator<Item = &'a Peering> {
        self.both_sides((vnet, remote)).filter(move |side| side.vnet == vnet)
    }

    /// The rows of both sides of the peerings of a pair, in their order.
    fn both_sides(&self, pair: (NameId, NameId)) -> impl Iterator<Item = &'a Peering> + Clone {
        let rows = between(self.sides_by_pair(), pair, |row| self.side_ends(*row));
        rows.iter().map(|row| &self.inventory.peerings[*row])
    }

    /// True where both sides of a peering let traffic pass.
    #[must_use]
    pub fn is_peered(&self, one: NameId, other: NameId) -> bool {
        let sides = self.both_sides((one, other));
        let lets = |from: NameId| sides.clone().any(|side| side.vnet == from && side.is_usable());
        lets(one) && lets(other)
    }

    /// True where the hub's side allows gateway transit and the spoke's uses it, whether or not there is a gateway.
    #[must_use]
    pub fn has_transit(&self, hub: NameId, spoke: NameId) -> bool {
        self.sides(hub, spoke).any(|side| side.allow_gateway_transit)
            && self.sides(spoke, hub).any(|side| side.use_remote_gateways)
    }

    /// True where the hub's gateway would serve the spoke, were there one at the hub and none at the spoke.
    #[must_use]
    pub fn would_attach(&self, hub: NameId, spoke: NameId) -> bool {
        self.has_transit(hub, spoke) && self.is_peered(hub, spoke)
    }

    /// True where the hub's gateway serves the spoke.
    #[must_use]
    pub fn attaches(&self, hub: NameId, spoke: NameId) -> bool {
        self.has_gateway(hub) && !self.has_gateway(spoke) && self.would_attach(hub, spoke)
    }

    /// What the side of `vnet` leaves out of `remote`; none where it carries all of it and no more, or where there is no side.
    #[must_use]
    pub fn left_out(&self, vnet: NameId, remote: NameId) -> Option<LeftOut> {
        let listed = Carried::of_side(self.sides(vnet, remote))?;
        carried::left_out(&listed, self.address_space(remote))
    }

    /// Every peering once, with all rows of its two sides in their order.
    pub fn peerings(&self) -> impl Iterator<Item = (Link, Vec<&'a Peering>)> {
        let pair = |row: &usize| ordered(self.side_ends(*row));
        let pairs = self.sides_by_pair().chunk_by(move |one, other| pair(one) == pair(other));
        pairs.map(|rows| {
            let sides: Vec<&Peering> = rows.iter().map(|row| &self.inventory.peerings[*row]).collect();
            let (ends, state) = self.peering_state(&sides);
            (Link { ends, state: LinkState::Peering(state) }, sides)
        })
    }

    /// The state of the peering that all of `sides` belong to.
    fn peering_state(&self, sides: &[&Peering]) -> ((NameId, NameId), PeeringState) {
        let (low, high) = ordered((sides[0].vnet, sides[0].remote_vnet));
        let of_both = |holds: fn(&Peering) -> bool| {
            [low, high].iter().all(|vnet| sides.iter().any(|side| side.vnet == *vnet && holds(side)))
        };
        if !of_both(|_| true) {
            return ((sides[0].vnet, sides[0].remote_vnet), PeeringState::OneSided);
        }
        if !of_both(|side| side.rare().not_connected.is_none()) {
            return ((low, high), PeeringState::NotConnected);
        }
        if !of_both(Peering::is_usable) {
            return ((low, high), PeeringState::NoAccess);
        }
        for (hub, spoke) in [(low, high), (high, low)] {
            let allows = sides.iter().any(|side| side.vnet == hub && side.allow_gateway_transit);
            let uses = sides.iter().any(|side| side.vnet == spoke && side.use_remote_gateways);
            if allows && uses && self.has_gateway(hub) && !self.has_gateway(spoke) {
                return ((hub, spoke), PeeringState::Transit);
            }
        }
        ((low, high), PeeringState::Plain)
    }

    /// Every tunnel, in the order of first rows.
    #[must_use]
    pub fn all_tunnels(&self) -> &[Tunnel] {
        self.found.tunnels.get_or_init(|| self.inventory.tunnels())
    }

    /// Every tunnel with its state, in the order of first rows.
    pub fn tunnel_links(&self) -> impl Iterator<Item = (Link, &Tunnel)> {
        self.all_tunnels().iter().map(|tunnel| {
            let state = LinkState::Tunnel(self.tunnel_state(tunnel));
            (Link { ends: (tunnel.from, tunnel.to), state }, tunnel)
        })
    }

    /// The tunnels between two routers, in whatever state, in the order of first rows.
    pub fn tunnels(&self, one: NameId, other: NameId) -> impl Iterator<Item = &Tunnel> {
        let tunnels = self.all_tunnels();
        let ends = |place: usize| (tunnels[place].from, tunnels[place].to);
        let by_pair =
            self.found.tunnels_by_pair.get_or_init(|| by_pair(0..tunnels.len(), |place| ends(*place)));
        between(by_pair, (one, other), |place| ends(*place)).iter().map(|place| &tunnels[*place])
    }

    /// Where the rows of a tunnel stand.
    #[must_use]
    pub fn origins(&self, tunnel: &Tunnel) -> Vec<Span> {
        tunnel.rows().map(|row| self.inventory.connections[row].origin).collect()
    }

    /// The state of a tunnel of this topology.
    #[must_use]
    pub fn tunnel_state(&self, tunnel: &Tunnel) -> TunnelState {
        if !tunnel.up {
            TunnelState::Down
        } else if !self.is_router(tunnel.from) || !self.is_router(tunnel.to) {
            TunnelState::NoGateway
        } else if !tunnel.bgp {
            TunnelState::Static
        } else if self.has_session(tunnel) {
            TunnelState::Bgp
        } else {
            TunnelState::NoSession
        }
    }

    /// True where BGP runs on the tunnel while it is up.
    #[must_use]
    pub fn has_session(&self, tunnel: &Tunnel) -> bool {
        let (asn, other) = (self.asn(tunnel.from), self.asn(tunnel.to));
        let differ = asn.is_none() || asn != other;
        tunnel.bgp && self.speaks_bgp(tunnel.from) && self.speaks_bgp(tunnel.to) && differ
    }

    /// What the end of `near` routes into the tunnel while it is up: what is listed, or by default the far address space.
    #[must_use]
    pub fn routed<'t>(&self, tunnel: &'t Tunnel, near: NameId) -> &'t [Prefix]
    where
        'a: 't,
    {
        let listed = tunnel.listed(near);
        if listed.is_empty() && !tunnel.bgp { self.address_space(tunnel.far_end(near)) } else { listed }
    }

    /// The VNets that some side of a peering joins to `vnet`, in the order of numbers.
    #[must_use]
    pub fn peers(&self, vnet: NameId) -> &[NameId] {
        let pairs = || distinct(self.sides_by_pair().iter().map(|row| ordered(self.side_ends(*row))));
        self.found.peers.get_or_init(|| Neighbours::new(self.inventory.names.len(), &pairs())).of(vnet)
    }

    /// The networks that tunnels join to `network`, in the order of numbers.
    #[must_use]
    pub fn far_ends(&self, network: NameId) -> &[NameId] {
        let pairs = || distinct(by_pair(self.tunnel_ends(), |ends| *ends).into_iter().map(ordered));
        self.found.far_ends.get_or_init(|| Neighbours::new(self.inventory.names.len(), &pairs())).of(network)
    }

    /// The networks that a peering or a tunnel joins to `network`, in whatever state, in the order of numbers.
    #[must_use]
    pub fn neighbours(&self, network: NameId) -> Vec<NameId> {
        let mut neighbours = [self.peers(network), self.far_ends(network)].concat();
        neighbours.sort_unstable();
        neighbours.dedup();
        neighbours
    }

    /// Each pair that tunnels join, once, in the order of numbers.
    #[must_use]
    pub fn tunnel_pairs(&self) -> Vec<(NameId, NameId)> {
        distinct(by_pair(self.tunnel_ends(), |ends| *ends).into_iter().map(ordered))
    }

    /// How many peerings and tunnels, in whatever state, lie between each network and the nearest of `centres`, where
    /// that is no more than `hops`.
    #[must_use]
    pub fn around(&self, centres: &[NameId], hops: usize) -> FxHashMap<NameId, usize> {
        around(&[self], centres, hops)
    }

    fn tunnel_ends(&self) -> impl Iterator<Item = (NameId, NameId)> {
        self.inventory.connections.iter().map(|row| (row.from, row.to))
    }

    fn sides_by_pair(&self) -> &[usize] {
        let rows = 0..self.inventory.peerings.len();
        self.found.sides_by_pair.get_or_init(|| by_pair(rows, |row| self.side_ends(*row)))
    }

    fn side_ends(&self, row: usize) -> (NameId, NameId) {
        let side = &self.inventory.peerings[row];
        (side.vnet, side.remote_vnet)
    }
}

/// How far each network is from the nearest of `centres`, over what joins networks in any of `topologies`, whose names
/// have the same numbers. Those farther than `hops` are left out.
#[must_use]
pub fn around(topologies: &[&Topology<'_>], centres: &[NameId], hops: usize) -> FxHashMap<NameId, usize> {
    neighbours::distances(centres, hops, |network, found| {
        for topology in topologies {
            let joined = topology.peers(network).iter().chain(topology.far_ends(network));
            joined.for_each(|other| found(*other));
        }
    })
}

/// Calls `visit` with all rows of each peering, in their order.
///
/// Exports have the rows of a pair side by side, so that there is little to sort. `check` goes through a million pairs in this
/// way once: a topology would keep what it looked up.
pub(crate) fn each_peering<'a>(inventory: &'a Inventory, mut visit: impl FnMut(&[&'a Peering])) {
    let ends = |side: &&Peering| (side.vnet, side.remote_vnet);
    let rows = by_pair(inventory.peerings.iter(), ends);
    rows.chunk_by(|one, other| ordered(ends(one)) == ordered(ends(other))).for_each(&mut visit);
}

fn ordered((one, other): (NameId, NameId)) -> (NameId, NameId) {
    (one.min(other), one.max(other))
}

/// `rows` sorted by the pair that they join, whichever way round; rows of one pair stay in their order.
fn by_pair<Row>(rows: impl Iterator<Item = Row>, ends: impl Fn(&Row) -> (NameId, NameId)) -> Vec<Row> {
    let mut rows: Vec<Row> = rows.collect();
    rows.sort_by_key(|row| ordered(ends(row)));
    rows
}

/// The rows of one pair among rows that are sorted so.
fn between<Row>(rows: &[Row], pair: (NameId, NameId), ends: impl Fn(&Row) -> (NameId, NameId)) -> &[Row] {
    let pair = ordered(pair);
    let start = rows.partition_point(|row| ordered(ends(row)) < pair);
    let length = rows[start..].iter().take_while(|row| ordered(ends(row)) == pair).count();
    &rows[start..start + length]
}

/// Sorted pairs, each once.
fn distinct(pairs: impl Iterator<Item = (NameId, NameId)>) -> Vec<(NameId, NameId)> {
    let mut pairs: Vec<(NameId, NameId)> = pairs.collect();
    pairs.dedup();
    pairs
}
