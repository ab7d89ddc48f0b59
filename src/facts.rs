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
mod same;
mod tables;
mod tunnels;

pub use prefixes::PrefixTable;

use std::net::IpAddr;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use self::components::parts;
use self::peerings::{Sides, WORTH_JOINING};
use self::same::Same;
use self::tunnels::Tunnels;
use crate::inventory::routing::Hop;
use crate::inventory::{Gateway, Inventory, Os, Site};
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;
pub use crate::schema::Asn;
use crate::schema::{self, Fact, for_each_relation, row};

/// The rows of one relation, in the order of connected components; what belongs to none stands last.
///
/// A copy shares the rows.
#[derive(Debug)]
pub struct Relation<Row>(Arc<InOrder<Row>>);

#[derive(Debug)]
struct InOrder<Row> {
    rows: Vec<Row>,
    starts: Vec<usize>,
}

impl<Row> Default for Relation<Row> {
    fn default() -> Self {
        Self(Arc::new(InOrder { rows: Vec::new(), starts: vec![0] }))
    }
}

impl<Row> Clone for Relation<Row> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
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
        Self(Arc::new(InOrder { rows, starts }))
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
        let rows = rows.into_iter().map(|(_, row)| row).collect();
        Self(Arc::new(InOrder { rows, starts }))
    }

    /// Every row.
    #[must_use]
    pub fn all(&self) -> &[Row] {
        &self.0.rows
    }

    /// The rows of one connected component.
    #[must_use]
    pub fn of(&self, part: usize) -> &[Row] {
        &self.0.rows[self.0.starts[part]..self.0.starts[part + 1]]
    }

    /// The rows of no connected component, such as those of a route table that no subnet uses.
    fn of_none(&self) -> &[Row] {
        &self.0.rows[self.0.starts.last().copied().unwrap_or_default()..]
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
    of: Arc<Vec<u32>>,
    count: usize,
}

impl Grouping {
    fn new(inventory: &Inventory) -> Self {
        let of = parts(inventory);
        Self { count: of.iter().max().map_or(0, |last| *last as usize + 1), of: Arc::new(of) }
    }
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
            component_of: Arc<Vec<u32>>,
            /// The VNets of private endpoints.
            standing: Arc<FxHashMap<NameId, NameId>>,
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
        // What many rows make is worth a thread of its own.
        let are_many = inventory.peerings.len() > WORTH_JOINING;
        let work = || (Tunnels::lower(inventory), Sides::lower(inventory));
        let (grouping, (tunnels, sides)) = if are_many {
            rayon::join(|| Grouping::new(inventory), work)
        } else {
            (Grouping::new(inventory), work())
        };
        Self::made(inventory, &Known { grouping, facts: None, same: Same::default() }, tunnels, sides)
    }

    /// The facts of `after`, where these are those of `before` and both number names alike. What is said in rows that both
    /// inventories share is not worked out again.
    #[must_use]
    pub(crate) fn after(&self, before: &Inventory, after: &Inventory) -> Self {
        let same = Same::new(before, after);
        let joins = same.names && components::are_joined_alike(before, after);
        let kept = || Grouping { of: Arc::clone(&self.component_of), count: self.component_count };
        let mut grouping = if joins { kept() } else { Grouping::new(after) };
        let is_grouped_alike = joins || grouping.of == self.component_of;
        if is_grouped_alike {
            grouping = kept();
        }
        let known = Known { grouping, facts: is_grouped_alike.then_some(self), same };
        let tunnels = if known.keeps(same.of_tunnels()) { Tunnels::default() } else { Tunnels::lower(after) };
        let sides = if known.keeps(same.of_peerings()) { Sides::default() } else { Sides::lower(after) };
        Self::made(after, &known, tunnels, sides)
    }

    /// True where a connected component has the same number and networks on both sides.
    pub(crate) fn are_grouped_like(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.component_of, &other.component_of)
    }

    #[expect(clippy::too_many_lines, reason = "each relation stands here once, with what it is made from")]
    fn made(inventory: &Inventory, known: &Known<'_>, tunnels: Tunnels, sides: Sides) -> Self {
        let (grouping, same) = (&known.grouping, known.same);
        // The relation as it is known, where all that it is made from is the same.
        macro_rules! kept {
            ($is_same:expr, $name:ident, $made:expr) => {
                match known.facts {
                    Some(facts) if $is_same => facts.$name.clone(),
                    _ => $made,
                }
            };
        }
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
            let vnets = || inventory.vnets.iter().map(|vnet| vnet.name).collect();
            (
                kept!(same.vnets, vnet, Relation::new(vnets(), grouping, name)),
                kept!(
                    same.vnets && same.sites,
                    address,
                    Relation::new(address(inventory), grouping, prefixed)
                ),
            )
        };
        let of_peerings = || {
            let is_same = same.of_peerings();
            (
                kept!(is_same, peered, Relation::new(sides.peered, grouping, first)),
                kept!(is_same, gateway_transit, Relation::new(sides.gateway_transit, grouping, first)),
                kept!(is_same, partly_peered, Relation::new(sides.partly_peered, grouping, first)),
                kept!(
                    is_same,
                    peered_prefix,
                    Relation::new(sorted(sides.peered_prefix), grouping, |row| row.0)
                ),
            )
        };
        let ((vnet, address), (peered, gateway_transit, partly_peered, peered_prefix)) =
            if inventory.peerings.len() > WORTH_JOINING {
                rayon::join(of_networks, of_peerings)
            } else {
                (of_networks(), of_peerings())
            };
        let tables = (!known.keeps(same.of_tables())).then(|| tables::Tables::lower(inventory, grouping));
        let naming = (!known.keeps(same.of_names())).then(|| naming::Naming::lower(inventory, grouping));
        // What is there was made; what is not is kept.
        macro_rules! made {
            ($made:ident, $name:ident) => {
                match (&$made, known.facts) {
                    (Some(made), _) => made.$name.clone(),
                    (None, Some(facts)) => facts.$name.clone(),
                    (None, None) => Relation::default(),
                }
            };
        }
        let of_gateways = |of: fn(&Gateway) -> &Vec<Prefix>| {
            Relation::new(each(gateways, |gateway| (gateway.vnet, of(gateway))), grouping, prefixed)
        };
        let of_sites = |is_wanted: fn(&Site) -> bool| {
            let wanted = inventory.sites.iter().filter(|site| is_wanted(site));
            Relation::new(wanted.map(|site| site.name).collect(), grouping, name)
        };
        let private_endpoint = made!(naming, private_endpoint);
        let standing = match known.facts {
            Some(facts) if naming.is_none() => Arc::clone(&facts.standing),
            _ => Arc::new(private_endpoint.all().iter().map(|row| (row.0, row.1)).collect()),
        };
        Self {
            vnet,
            site: kept!(same.sites, site, of_sites(|_| true)),
            address,
            gateway: kept!(
                same.gateways,
                gateway,
                Relation::new(gateways.iter().map(|gateway| gateway.vnet).collect(), grouping, name)
            ),
            client_pool: kept!(same.gateways, client_pool, of_gateways(|gateway| &gateway.client_pool)),
            custom_route: kept!(same.gateways, custom_route, of_gateways(|gateway| &gateway.custom_routes)),
            summarized_prefix: kept!(
                same.gateways,
                summarized_prefix,
                of_gateways(|gateway| &gateway.summarized_prefixes)
            ),
            asn: kept!(
                same.gateways && same.sites,
                asn,
                Relation::new(gateway_asns.chain(site_asns).collect(), grouping, |row| row.0)
            ),
            peered,
            gateway_transit,
            partly_peered,
            peered_prefix,
            s2s: kept!(same.of_tunnels(), s2s, Relation::new(sorted(tunnels.s2s), grouping, first)),
            bgp: kept!(same.of_tunnels(), bgp, Relation::new(sorted(tunnels.bgp), grouping, first)),
            static_route: kept!(
                same.of_tunnels(),
                static_route,
                Relation::new(sorted(tunnels.static_route), grouping, |row| row.0)
            ),
            transit_site: kept!(same.sites, transit_site, of_sites(|site| site.transit)),
            os: Relation::new(
                each_client().map(|(index, client)| (index, client.os)).collect(),
                grouping,
                |row| gateway_of(row.0),
            ),
            client: Relation::new(
                each_client().map(|(index, client)| (index, client.gateway)).collect(),
                grouping,
                |row| row.1,
            ),
            manual_route: Relation::new(manual.collect(), grouping, |row| gateway_of(row.0)),
            subnet: made!(tables, subnet),
            uses_table: made!(tables, uses_table),
            gateway_routes: made!(tables, gateway_routes),
            user_route: made!(tables, user_route),
            appliance: made!(tables, appliance),
            stateful: made!(tables, stateful),
            dns_server: made!(naming, dns_server),
            resolver: made!(naming, resolver),
            private_zone: made!(naming, private_zone),
            zone_link: made!(naming, zone_link),
            standing,
            private_endpoint,
            endpoint_policies: made!(tables, endpoint_policies),
            component_count: grouping.count,
            component_of: Arc::clone(&grouping.of),
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

/// What facts of another inventory, if any, say of this one.
struct Known<'a> {
    grouping: Grouping,
    /// Those of an inventory whose networks are grouped alike.
    facts: Option<&'a Facts>,
    same: Same,
}

impl Known<'_> {
    /// True where relations are kept whose rows are the same.
    fn keeps(&self, is_same: bool) -> bool {
        self.facts.is_some() && is_same
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
