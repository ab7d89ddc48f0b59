//! The facts that an inventory states, one relation each: what the rules start from.
//!
//! Lowering puts together the two sides of peerings and the two ends of tunnels, and fills in the
//! static routes that Azure fills in. Rows stand in the order of connected components.
//!
//! ```
//! use tunnelog::facts::Facts;
//! use tunnelog::import::load::load;
//!
//! let inventory = load("facts/s2s-chain").unwrap().inventory;
//! let facts = Facts::lower(&inventory);
//! // One tunnel has no BGP and lists nothing, so each end routes the other's address space.
//! assert_eq!((facts.bgp.all().len(), facts.static_route.all().len()), (0, 4));
//! ```

pub mod components;
pub mod ids;
mod prefixes;

pub use prefixes::PrefixTable;

use std::fmt;

use rayon::prelude::*;

use self::components::parts;
use crate::inventory::{Inventory, Os, Peering, Tunnel};
use crate::names::{NameId, Names};
use crate::prefix::Prefix;

/// What tells routers apart in BGP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asn {
    /// A stated number, or Azure's default.
    Number(u32),
    /// A site whose number is not stated: unlike every other router.
    Unlike(NameId),
    /// The number where a route started, by a number for it, and of those that several routers of the part have, all
    /// that the route passed: a bit for each.
    Passed(u32, u8),
}

impl Asn {
    /// What a route that carries this carries on from a router with the number `own`. Where only the number that it started at
    /// is followed, that stays.
    pub(crate) fn then(self, own: Self) -> Self {
        match (self, own) {
            (Self::Passed(origin, before), Self::Passed(_, own)) => Self::Passed(origin, before | own),
            _ => self,
        }
    }

    /// True where a route that carries this comes from, or passed, a router with the number `own`.
    pub(crate) fn holds(self, own: Self) -> bool {
        match (self, own) {
            (Self::Passed(origin, passed), Self::Passed(own, bit)) => origin == own || passed & bit != 0,
            _ => self == own,
        }
    }

    /// The number as text; for a site without one, a word that no other router has.
    #[must_use]
    pub fn display(self, names: &Names) -> impl fmt::Display {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Unlike(site) => format!("unknown:{}", names.text(site)),
            Self::Passed(origin, numbers) => format!("{origin} passed {numbers:b}"),
        }
    }
}

/// The rows of one relation, in the order of connected components.
#[derive(Clone, Debug)]
pub struct Relation<Row> {
    rows: Vec<Row>,
    starts: Vec<usize>,
}

impl<Row> Relation<Row> {
    fn new(rows: Vec<Row>, grouping: &Grouping, key: impl Fn(&Row) -> NameId + Sync) -> Self
    where
        Row: Send,
    {
        let part = |row: &Row| grouping.of[key(row).index()];
        let mut rows = rows;
        rows.par_sort_by_key(part);
        let mut starts = vec![0; grouping.count + 1];
        for row in &rows {
            starts[part(row) as usize + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        Self { rows, starts }
    }

    /// Every row.
    #[must_use]
    pub fn all(&self) -> &[Row] {
        &self.rows
    }

    /// The rows of one connected component.
    #[must_use]
    pub fn of(&self, part: usize) -> &[Row] {
        &self.rows[self.starts[part]..self.starts[part + 1]]
    }
}

struct Grouping {
    of: Vec<u32>,
    count: usize,
}

/// Every fact of an inventory.
#[derive(Clone, Debug)]
pub struct Facts {
    /// `vnet(V)`: a virtual network.
    pub vnet: Relation<NameId>,
    /// `site(X)`: an on-premises site.
    pub site: Relation<NameId>,
    /// `address(N, P)`: the prefix is in the network's address space.
    pub address: Relation<(NameId, Prefix)>,
    /// `gateway(V)`: the VNet holds a route-based VPN gateway.
    pub gateway: Relation<NameId>,
    /// `client_pool(V, P)`: P2S clients of the VNet's gateway get addresses from the prefix.
    pub client_pool: Relation<(NameId, Prefix)>,
    /// `custom_route(V, P)`: the VNet's gateway hands the prefix to every P2S client.
    pub custom_route: Relation<(NameId, Prefix)>,
    /// `asn(R, A)`: the router's autonomous system number.
    pub asn: Relation<(NameId, Asn)>,
    /// `peered(A, B)`: A's side of a peering to B exists, is Connected and allows access.
    pub peered: Relation<(NameId, NameId)>,
    /// `gateway_transit(H, S)`: H's side allows gateway transit and S's side uses remote gateways.
    pub gateway_transit: Relation<(NameId, NameId)>,
    /// `s2s(A, B)`: a tunnel between two routers is up; both directions.
    pub s2s: Relation<(NameId, NameId)>,
    /// `bgp(A, B)`: BGP runs on a tunnel between two routers; both directions.
    pub bgp: Relation<(NameId, NameId)>,
    /// `static_route(A, B, P)`: A's end of the tunnel to B routes P into it.
    pub static_route: Relation<(NameId, NameId, Prefix)>,
    /// `transit_site(X)`: the site forwards between its tunnels and announces again what it learns.
    pub transit_site: Relation<NameId>,
    /// `manual_route(C, P)`, with the gateway: the user of the client, given by its index in the inventory, added P by hand.
    pub manual_route: Relation<(NameId, u32, Prefix)>,
    /// The operating system of each client, by its index in the inventory.
    pub os: Vec<Os>,
    /// The number of connected components.
    pub component_count: usize,
    component_of: Vec<u32>,
}

impl Facts {
    /// The facts of `inventory`.
    #[must_use]
    pub fn lower(inventory: &Inventory) -> Self {
        let (of, (tunnels, sides)) = rayon::join(
            || parts(inventory),
            || (Tunnels::lower(inventory, &Routers::new(inventory)), Sides::lower(&inventory.peerings)),
        );
        let grouping = Grouping { count: of.iter().max().map_or(0, |last| *last as usize + 1), of };
        let first = |row: &(NameId, NameId)| row.0;
        let name = |row: &NameId| *row;
        let prefixed = |row: &(NameId, Prefix)| row.0;
        let gateways = &inventory.gateways;
        let gateway_asns = gateways.iter().map(|gateway| (gateway.vnet, Asn::Number(gateway.asn())));
        let site_asns = inventory
            .sites
            .iter()
            .map(|site| (site.name, site.asn.map_or(Asn::Unlike(site.name), Asn::Number)));
        let clients = inventory.clients.as_deref().unwrap_or_default();
        let manual = (0u32..).zip(clients).flat_map(|(index, client)| {
            client.manual_routes.iter().map(move |prefix| (client.gateway, index, *prefix))
        });
        let of_networks = || {
            (
                Relation::new(inventory.vnets.iter().map(|vnet| vnet.name).collect(), &grouping, name),
                Relation::new(address(inventory), &grouping, prefixed),
            )
        };
        let of_peerings = || {
            (
                Relation::new(sides.peered, &grouping, first),
                Relation::new(sides.gateway_transit, &grouping, first),
            )
        };
        let ((vnet, address), (peered, gateway_transit)) = rayon::join(of_networks, of_peerings);
        Self {
            vnet,
            site: Relation::new(inventory.sites.iter().map(|site| site.name).collect(), &grouping, name),
            address,
            gateway: Relation::new(gateways.iter().map(|gateway| gateway.vnet).collect(), &grouping, name),
            client_pool: Relation::new(
                each(gateways, |gateway| (gateway.vnet, &gateway.client_pool)),
                &grouping,
                prefixed,
            ),
            custom_route: Relation::new(
                each(gateways, |gateway| (gateway.vnet, &gateway.custom_routes)),
                &grouping,
                prefixed,
            ),
            asn: Relation::new(gateway_asns.chain(site_asns).collect(), &grouping, |row| row.0),
            peered,
            gateway_transit,
            s2s: Relation::new(sorted(tunnels.s2s), &grouping, first),
            bgp: Relation::new(sorted(tunnels.bgp), &grouping, first),
            static_route: Relation::new(sorted(tunnels.static_route), &grouping, |row| row.0),
            transit_site: Relation::new(
                inventory.sites.iter().filter(|site| site.transit).map(|site| site.name).collect(),
                &grouping,
                name,
            ),
            manual_route: Relation::new(manual.collect(), &grouping, |row| row.0),
            os: clients.iter().map(|client| client.os).collect(),
            component_count: grouping.count,
            component_of: grouping.of,
        }
    }

    /// The connected component that a network stands in.
    #[must_use]
    pub fn component_of(&self, network: NameId) -> usize {
        self.component_of[network.index()] as usize
    }
}

fn sorted<Row: Ord>(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_unstable();
    rows.dedup();
    rows
}

fn each<'rows, Row: 'rows>(
    rows: &'rows [Row],
    of: impl Fn(&'rows Row) -> (NameId, &'rows Vec<Prefix>),
) -> Vec<(NameId, Prefix)> {
    rows.iter()
        .map(of)
        .flat_map(|(name, prefixes)| prefixes.iter().map(move |prefix| (name, *prefix)))
        .collect()
}

fn address(inventory: &Inventory) -> Vec<(NameId, Prefix)> {
    let mut rows = each(&inventory.vnets, |vnet| (vnet.name, &vnet.address_space));
    rows.extend(each(&inventory.sites, |site| (site.name, &site.address_space)));
    rows
}

/// What tunnels need to know of their ends, by name.
struct Routers<'inventory> {
    ends: Vec<End<'inventory>>,
}

#[derive(Clone, Copy)]
struct End<'inventory> {
    address_space: &'inventory [Prefix],
    is_router: bool,
    speaks_bgp: bool,
    asn: Option<Asn>,
}

impl<'inventory> Routers<'inventory> {
    fn new(inventory: &'inventory Inventory) -> Self {
        let nothing = End { address_space: &[], is_router: false, speaks_bgp: false, asn: None };
        let mut ends = vec![nothing; inventory.names.len()];
        for vnet in &inventory.vnets {
            ends[vnet.name.index()].address_space = &vnet.address_space;
        }
        for gateway in &inventory.gateways {
            let end = &mut ends[gateway.vnet.index()];
            end.is_router = true;
            end.speaks_bgp = gateway.speaks_bgp();
            end.asn = Some(Asn::Number(gateway.asn()));
        }
        for site in &inventory.sites {
            ends[site.name.index()] = End {
                address_space: &site.address_space,
                is_router: true,
                speaks_bgp: true,
                asn: Some(site.asn.map_or(Asn::Unlike(site.name), Asn::Number)),
            };
        }
        Self { ends }
    }

    fn end(&self, name: NameId) -> End<'inventory> {
        self.ends[name.index()]
    }

    /// True where the tunnel is up between two routers, so that it carries packets.
    fn carries(&self, tunnel: &Tunnel) -> bool {
        tunnel.up && self.end(tunnel.from).is_router && self.end(tunnel.to).is_router
    }

    /// True where a BGP session runs on the tunnel.
    fn has_session(&self, tunnel: &Tunnel) -> bool {
        let (from, to) = (self.end(tunnel.from), self.end(tunnel.to));
        tunnel.bgp && from.speaks_bgp && to.speaks_bgp && from.asn != to.asn
    }
}

#[derive(Default)]
struct Tunnels {
    s2s: Vec<(NameId, NameId)>,
    bgp: Vec<(NameId, NameId)>,
    static_route: Vec<(NameId, NameId, Prefix)>,
}

impl Tunnels {
    fn lower(inventory: &Inventory, routers: &Routers<'_>) -> Self {
        let mut lowered = Self::default();
        for tunnel in inventory.tunnels().iter().filter(|tunnel| routers.carries(tunnel)) {
            let session = routers.has_session(tunnel);
            let ends =
                [(tunnel.from, tunnel.to, &tunnel.from_static), (tunnel.to, tunnel.from, &tunnel.to_static)];
            for (near, far, listed) in ends {
                lowered.s2s.push((near, far));
                if session {
                    lowered.bgp.push((near, far));
                }
                // Azure fills the hidden local network gateway of a VNet-to-VNet connection with the
                // far VNet's own address space where BGP is off. A session that cannot come up leaves
                // the tunnel without routes, as Azure does not fall back.
                let far_space = routers.end(far).address_space;
                let routed = if listed.is_empty() && !tunnel.bgp { far_space } else { listed.as_slice() };
                lowered.static_route.extend(routed.iter().map(|prefix| (near, far, *prefix)));
            }
        }
        lowered
    }
}

#[derive(Default)]
struct Sides {
    peered: Vec<(NameId, NameId)>,
    gateway_transit: Vec<(NameId, NameId)>,
}

/// A side of a peering as far as facts need it. Sorted, both sides of a pair stand together, the first VNet's
/// before the other's: as many exports have them, so that there is little to sort.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::struct_excessive_bools, reason = "a side is its flags")]
struct Side {
    /// The two VNets, whichever way round.
    pair: (NameId, NameId),
    /// True for the side of the pair's second VNet.
    is_second: bool,
    is_usable: bool,
    allows: bool,
    uses: bool,
}

impl Side {
    fn of(row: &Peering) -> Self {
        let (vnet, remote) = (row.vnet, row.remote_vnet);
        Self {
            pair: (vnet.min(remote), vnet.max(remote)),
            is_second: vnet > remote,
            is_usable: row.is_usable(),
            allows: row.allow_gateway_transit,
            uses: row.use_remote_gateways,
        }
    }
}

impl Sides {
    fn lower(peerings: &[Peering]) -> Self {
        let mut sides: Vec<Side> = peerings.iter().map(Side::of).collect();
        sides.par_sort_unstable();
        let mut lowered = Self::default();
        for rows in sides.chunk_by(|one, other| one.pair == other.pair) {
            let (low, high) = rows[0].pair;
            for (hub, spoke, is_second) in [(low, high, false), (high, low, true)] {
                let mut of_hub = rows.iter().filter(|side| side.is_second == is_second);
                let mut of_spoke = rows.iter().filter(|side| side.is_second != is_second);
                if of_hub.clone().any(|side| side.is_usable) {
                    lowered.peered.push((hub, spoke));
                }
                if of_hub.any(|side| side.allows) && of_spoke.any(|side| side.uses) {
                    lowered.gateway_transit.push((hub, spoke));
                }
            }
        }
        lowered
    }
}
