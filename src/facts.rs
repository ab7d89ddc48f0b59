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
mod naming;
mod peerings;
mod prefixes;
mod tables;

pub use prefixes::PrefixTable;

use std::net::IpAddr;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use self::components::parts;
use self::peerings::Sides;
use crate::inventory::routing::Hop;
use crate::inventory::{Inventory, Os, Tunnel};
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;
pub use crate::schema::Asn;
use crate::schema::{self, Fact, for_each_relation, row};

/// The rows of one relation, in the order of connected components; what belongs to none stands last.
#[derive(Clone, Debug)]
pub struct Relation<Row> {
    rows: Vec<Row>,
    starts: Vec<usize>,
}

impl<Row> Relation<Row> {
    /// Sorts by counting, which keeps the order of the rows of a component. It is a fraction of the code that sorting by
    /// comparison is, made for each relation, and takes no longer: rows mostly come in the order of components.
    fn new(mut rows: Vec<Row>, grouping: &Grouping, key: impl Fn(&Row) -> NameId) -> Self
    where
        Row: Copy,
    {
        let part = |row: &Row| grouping.of[key(row).index()] as usize;
        let starts = starts(rows.iter().map(part), grouping.count);
        if !rows.is_sorted_by_key(part) {
            let mut next = starts.clone();
            for row in rows.clone() {
                let place = &mut next[part(&row)];
                rows[*place] = row;
                *place += 1;
            }
        }
        Self { rows, starts }
    }

    /// Rows, each with the number of its component, of which there are `count`. A row may belong to several, and has
    /// that number where it belongs to none.
    fn in_components(rows: Vec<(u32, Row)>, count: usize) -> Self
    where
        Row: Ord,
    {
        let rows = sorted(rows);
        let components = rows.iter().map(|(component, _)| *component as usize);
        let starts = starts(components.filter(|component| *component < count), count);
        Self { rows: rows.into_iter().map(|(_, row)| row).collect(), starts }
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

    /// The rows of no connected component, such as those of a route table that no subnet uses.
    fn of_none(&self) -> &[Row] {
        &self.rows[self.starts.last().copied().unwrap_or_default()..]
    }
}

/// Where the rows of each of `count` components begin, and where the last ends, once rows of these components are sorted by them.
fn starts(components: impl Iterator<Item = usize>, count: usize) -> Vec<usize> {
    let mut starts = vec![0; count + 1];
    for component in components {
        starts[component + 1] += 1;
    }
    for index in 1..starts.len() {
        starts[index] += starts[index - 1];
    }
    starts
}

struct Grouping {
    of: Vec<u32>,
    count: usize,
}

/// What the table of relations calls the values of its columns.
type Network = NameId;
type Client = u32;
type Number = Asn;
type Label = LabelId;
type Address = IpAddr;

macro_rules! facts {
    (
        stated { $(
            $stated:ident $name:ident $given:ident
            ($($column:ident $label:literal $kind:ident),+) $meaning:literal $said:literal;
        )* }
        $($rest:tt)*
    ) => {
        /// Every fact of an inventory.
        #[derive(Clone, Debug)]
        pub struct Facts {
            $(#[doc = $meaning] pub $name: Relation<row!($($kind),+)>,)*
            /// The number of connected components.
            pub component_count: usize,
            component_of: Vec<u32>,
            /// The VNets of private endpoints.
            standing: FxHashMap<NameId, NameId>,
        }

        /// The rows of every relation, of one connected component or of all.
        ///
        /// What rests on which facts there are takes this apart without `..`, so that a new relation does not compile there
        /// before somebody has read again why the place is right.
        #[derive(Clone, Copy, Debug)]
        pub struct Rows<'facts> {
            $(#[doc = $meaning] pub $name: &'facts [row!($($kind),+)],)*
        }

        impl Facts {
            /// The rows of one connected component.
            #[must_use]
            pub fn of(&self, component: usize) -> Rows<'_> {
                Rows { $($name: self.$name.of(component),)* }
            }

            /// The rows of one connected component without those of clients by name: what answers by class rest on.
            #[must_use]
            pub(crate) fn of_classes(&self, component: usize) -> Rows<'_> {
                Rows { os: &[], client: &[], manual_route: &[], ..self.of(component) }
            }

            /// The rows of no connected component.
            #[must_use]
            pub(crate) fn of_none(&self) -> Rows<'_> {
                Rows { $($name: self.$name.of_none(),)* }
            }

            /// Every row.
            #[must_use]
            pub fn all(&self) -> Rows<'_> {
                Rows { $($name: self.$name.all(),)* }
            }
        }

        impl Rows<'_> {
            /// Calls `give` with every row of `relation`, of which there are none where no inventory states it.
            pub fn each(&self, relation: schema::Relation, mut give: impl FnMut(Fact)) {
                match relation {
                    $(schema::Relation::$stated => {
                        self.$name.iter().for_each(|&row!($($column),+)| give(Fact::$stated($($column),+)));
                    })*
                    _ => {}
                }
            }

            /// Every prefix that a row names, as often as one does.
            pub(crate) fn prefixes(&self) -> Vec<Prefix> {
                let mut prefixes = Vec::new();
                $(if $(<$kind as Value>::IS_PREFIX)||+ {
                    prefixes.reserve(self.$name.len());
                    for &row!($($column),+) in self.$name {
                        $(prefixes.extend($column.prefix());)+
                    }
                })*
                prefixes
            }
        }
    };
}
for_each_relation!(facts);

/// A value of a row, as far as it is a prefix.
trait Value: Sized {
    const IS_PREFIX: bool = false;

    fn prefix(self) -> Option<Prefix> {
        None
    }
}

impl Value for Prefix {
    const IS_PREFIX: bool = true;

    fn prefix(self) -> Option<Prefix> {
        Some(self)
    }
}

impl Value for NameId {}
impl Value for u32 {}
impl Value for Asn {}
impl Value for Os {}
impl Value for LabelId {}
impl Value for Hop {}
impl Value for IpAddr {}

impl Facts {
    /// The facts of `inventory`.
    #[must_use]
    pub fn lower(inventory: &Inventory) -> Self {
        let (of, (tunnels, sides)) = rayon::join(
            || parts(inventory),
            || (Tunnels::lower(inventory, &Routers::new(inventory)), Sides::lower(inventory)),
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
        let each_client = || (0u32..).zip(clients);
        let gateway_of = |client: u32| clients[client as usize].gateway;
        let manual = each_client()
            .flat_map(|(index, client)| client.manual_routes.iter().map(move |prefix| (index, *prefix)));
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
                Relation::new(sides.partly_peered, &grouping, first),
                Relation::new(sorted(sides.peered_prefix), &grouping, |row| row.0),
            )
        };
        let ((vnet, address), (peered, gateway_transit, partly_peered, peered_prefix)) =
            rayon::join(of_networks, of_peerings);
        let tables = tables::Tables::lower(inventory, &grouping);
        let naming = naming::Naming::lower(inventory, &grouping);
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
            summarized_prefix: Relation::new(
                each(gateways, |gateway| (gateway.vnet, &gateway.summarized_prefixes)),
                &grouping,
                prefixed,
            ),
            asn: Relation::new(gateway_asns.chain(site_asns).collect(), &grouping, |row| row.0),
            peered,
            gateway_transit,
            partly_peered,
            peered_prefix,
            s2s: Relation::new(sorted(tunnels.s2s), &grouping, first),
            bgp: Relation::new(sorted(tunnels.bgp), &grouping, first),
            static_route: Relation::new(sorted(tunnels.static_route), &grouping, |row| row.0),
            transit_site: Relation::new(
                inventory.sites.iter().filter(|site| site.transit).map(|site| site.name).collect(),
                &grouping,
                name,
            ),
            os: Relation::new(
                each_client().map(|(index, client)| (index, client.os)).collect(),
                &grouping,
                |row| gateway_of(row.0),
            ),
            client: Relation::new(
                each_client().map(|(index, client)| (index, client.gateway)).collect(),
                &grouping,
                |row| row.1,
            ),
            manual_route: Relation::new(manual.collect(), &grouping, |row| gateway_of(row.0)),
            subnet: tables.subnet,
            uses_table: tables.uses_table,
            gateway_routes: tables.gateway_routes,
            user_route: tables.user_route,
            appliance: tables.appliance,
            stateful: tables.stateful,
            dns_server: naming.dns_server,
            resolver: naming.resolver,
            private_zone: naming.private_zone,
            zone_link: naming.zone_link,
            standing: naming.private_endpoint.all().iter().map(|row| (row.0, row.1)).collect(),
            private_endpoint: naming.private_endpoint,
            endpoint_policies: tables.endpoint_policies,
            component_count: grouping.count,
            component_of: grouping.of,
        }
    }

    /// The connected component that a network stands in, or the VNet of a private endpoint; the first one where the endpoint is not there.
    #[must_use]
    pub fn component_of(&self, network: NameId) -> usize {
        let vnet = if network.is_endpoint() { self.vnet_of(network) } else { Some(network) };
        vnet.map_or(0, |vnet| self.component_of[vnet.index()] as usize)
    }

    /// The VNet that a private endpoint stands in.
    #[must_use]
    pub fn vnet_of(&self, endpoint: NameId) -> Option<NameId> {
        self.standing.get(&endpoint).copied()
    }
}

fn sorted<Row: Ord>(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// How many rows are worth a thread's while: changes are tried on small inventories by the thousand.
const WORTH_SHARING: usize = 1 << 12;

fn each<'rows, Row: Sync>(
    rows: &'rows [Row],
    of: impl Fn(&'rows Row) -> (NameId, &'rows Vec<Prefix>) + Sync + Send,
) -> Vec<(NameId, Prefix)> {
    let prefixed = |row| {
        let (name, prefixes) = of(row);
        prefixes.iter().map(move |prefix| (name, *prefix))
    };
    rows.par_iter().with_min_len(WORTH_SHARING).flat_map_iter(prefixed).collect()
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
