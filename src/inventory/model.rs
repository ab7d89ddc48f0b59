//! The rows of an inventory, and what an empty cell of each stands for.
//!
//! Every row is made by a constructor from what it cannot do without, with the defaults of the
//! columns for the rest, so that a new column is a new field here and nowhere else.

use std::collections::{BTreeMap, BTreeSet};

use super::client::{Client, Protocol};
use super::list::List;
use super::naming::{DnsServers, PrivateEndpoint, Resolver, ZoneLink};
use super::resource::Resource;
use super::routing::{Appliance, RouteTable, Subnet, UserRoute};
use crate::names::{LabelId, Labels, NameId, Names};
use crate::prefix::Prefix;
use crate::source::Span;

/// The autonomous system number that every Azure gateway starts with.
pub const DEFAULT_ASN: u32 = 65_515;

/// Everything that one inventory states.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// The names of networks. A name belongs to a VNet or to a site, never to both.
    pub names: Names,
    /// The virtual networks.
    pub vnets: List<Vnet>,
    /// The route-based VPN gateways, at most one a VNet.
    pub gateways: List<Gateway>,
    /// The on-premises sites.
    pub sites: List<Site>,
    /// The sides of peerings: a working peering has two.
    pub peerings: List<Peering>,
    /// The rows of tunnels; [`Inventory::tunnels`] says which rows are one tunnel.
    pub connections: List<Connection>,
    /// The clients; none where the inventory does not list them, so that every class is analysed.
    pub clients: Option<Vec<Client>>,
    /// The names of subnets, route tables, appliances, resolvers, zones and private endpoints.
    pub labels: Labels,
    /// The subnets of VNets; of a VNet without any, it is not known how it is divided.
    pub subnets: List<Subnet>,
    /// The route tables.
    pub route_tables: List<RouteTable>,
    /// The user routes of all tables.
    pub user_routes: List<UserRoute>,
    /// The appliances.
    pub appliances: List<Appliance>,
    /// The DNS servers of VNets that have their own.
    pub dns_servers: List<DnsServers>,
    /// The inbound endpoints of DNS Private Resolvers.
    pub resolvers: List<Resolver>,
    /// The links of private DNS zones, and zones without links.
    pub zone_links: List<ZoneLink>,
    /// The private endpoints.
    pub private_endpoints: List<PrivateEndpoint>,
}

impl Inventory {
    /// The private zones that are linked to no VNet.
    #[must_use]
    pub fn unlinked_zones(&self) -> BTreeSet<LabelId> {
        let mut zones: BTreeSet<LabelId> = self.zone_links.iter().map(|row| row.zone).collect();
        for row in self.zone_links.iter().filter(|row| row.vnet.is_some()) {
            zones.remove(&row.zone);
        }
        zones
    }

    /// Gives each private endpoint a number among names, by which it can be asked for as networks are.
    pub fn name_endpoints(&mut self) {
        for row in &self.private_endpoints {
            self.names.intern_endpoint(self.labels.text(row.name));
        }
    }

    /// The number of a private endpoint among names; none before [`Inventory::name_endpoints`] gave it one.
    #[must_use]
    pub fn endpoint(&self, row: &PrivateEndpoint) -> Option<NameId> {
        self.names.endpoint(self.labels.text(row.name))
    }

    /// Puts `names` in the place of the inventory's own, each name by the number that `number` gives it there.
    pub(crate) fn renumber(&mut self, names: Names, number: impl Fn(NameId) -> NameId) {
        self.names = names;
        let vnets = self.vnets.iter_mut().map(|row| &mut row.name);
        let gateways = self.gateways.iter_mut().map(|row| &mut row.vnet);
        let sites = self.sites.iter_mut().map(|row| &mut row.name);
        let peerings = self.peerings.iter_mut().flat_map(|row| [&mut row.vnet, &mut row.remote_vnet]);
        let connections = self.connections.iter_mut().flat_map(|row| [&mut row.from, &mut row.to]);
        let clients = self.clients.iter_mut().flatten().map(|row| &mut row.gateway);
        let subnets = self.subnets.iter_mut().map(|row| &mut row.vnet);
        let appliances = self.appliances.iter_mut().map(|row| &mut row.vnet);
        let servers = self.dns_servers.iter_mut().map(|row| &mut row.vnet);
        let resolvers = self.resolvers.iter_mut().map(|row| &mut row.vnet);
        let links = self.zone_links.iter_mut().filter_map(|row| row.vnet.as_mut());
        let endpoints = self.private_endpoints.iter_mut().map(|row| &mut row.vnet);
        let of_names = servers.chain(resolvers).chain(links).chain(endpoints);
        let of_vnets = subnets.chain(appliances).chain(of_names);
        let of_links = peerings.chain(connections).chain(clients);
        for name in vnets.chain(gateways).chain(sites).chain(of_links).chain(of_vnets) {
            *name = number(*name);
        }
        name_gateways(&mut self.names, &self.gateways);
        self.name_endpoints();
    }

    /// Puts `labels` in the place of the inventory's own, each label by the number that `number` gives it there.
    pub(crate) fn relabel(&mut self, labels: Labels, mut number: impl FnMut(LabelId) -> LabelId) {
        self.labels = labels;
        for subnet in &mut self.subnets {
            subnet.name = number(subnet.name);
            subnet.route_table = subnet.route_table.map(&mut number);
        }
        let tables = self.route_tables.iter_mut().map(|row| &mut row.name);
        let routes = self.user_routes.iter_mut().map(|row| &mut row.route_table);
        let appliances = self.appliances.iter_mut().map(|row| &mut row.name);
        let resolvers = self.resolvers.iter_mut().map(|row| &mut row.name);
        let zones = self.zone_links.iter_mut().map(|row| &mut row.zone);
        let endpoints =
            self.private_endpoints.iter_mut().flat_map(|row| [Some(&mut row.name), row.zone.as_mut()]);
        let of_names = resolvers.chain(zones).chain(endpoints.flatten());
        for label in tables.chain(routes).chain(appliances).chain(of_names) {
            *label = number(*label);
        }
    }
}

/// Lets gateways be found by their own names too: by the name alone where no other gateway has it, and with the
/// resource group before it. A network that is called so stays first.
pub(crate) fn name_gateways(names: &mut Names, gateways: &[Gateway]) {
    let told = gateways.iter().filter_map(|gateway| Some((gateway.vnet, gateway.resource.as_deref()?)));
    let told = told.filter(|(_, resource)| !resource.id.is_empty());
    let forms = told.flat_map(|(vnet, resource)| {
        let own = resource.name();
        [(own.to_owned(), vnet), (format!("{}/{own}", resource.group()), vnet)]
    });
    let mut found: BTreeMap<String, Option<NameId>> = BTreeMap::new();
    for (form, vnet) in forms {
        found.entry(form.to_lowercase()).and_modify(|known| *known = None).or_insert(Some(vnet));
    }
    for (form, vnet) in found {
        if let Some(vnet) = vnet {
            names.alias(&form, vnet);
        }
    }
}

/// A virtual network.
#[derive(Clone, Debug)]
pub struct Vnet {
    /// Its name.
    pub name: NameId,
    /// Its address space.
    pub address_space: Vec<Prefix>,
    /// True where it is known only from a peering or connection of another network.
    pub external: bool,
    /// What Azure calls it, where told.
    pub resource: Option<Box<Resource>>,
    /// The row or resource.
    pub origin: Span,
}

impl Vnet {
    /// A VNet of the inventory's own, without prefixes yet.
    #[must_use]
    pub fn new(name: NameId, origin: Span) -> Self {
        Self { name, address_space: Vec::new(), external: false, resource: None, origin }
    }
}

/// A route-based VPN gateway, known by the name of its VNet.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// The VNet that holds it.
    pub vnet: NameId,
    /// Where P2S clients get their addresses from; empty where P2S is not configured.
    pub client_pool: Vec<Prefix>,
    /// Prefixes handed to every P2S client.
    pub custom_routes: Vec<Prefix>,
    /// What it announces over BGP in place of its VNet's own prefixes; empty where it announces these.
    pub summarized_prefixes: Vec<Prefix>,
    /// True where BGP is enabled on the gateway.
    pub bgp: bool,
    /// The ASN, where stated; [`DEFAULT_ASN`] otherwise.
    pub asn: Option<u32>,
    /// The SKU as written, such as `VpnGw1AZ`; empty where unknown.
    pub sku: String,
    /// The P2S protocols; empty where not stated.
    pub protocols: Vec<Protocol>,
    /// What Azure calls it, where told.
    pub resource: Option<Box<Resource>>,
    /// The row or resource.
    pub origin: Span,
}

impl Gateway {
    /// A gateway with BGP and Azure's ASN, and without Point-to-Site.
    #[must_use]
    pub fn new(vnet: NameId, origin: Span) -> Self {
        Self {
            vnet,
            client_pool: Vec::new(),
            custom_routes: Vec::new(),
            summarized_prefixes: Vec::new(),
            bgp: true,
            asn: None,
            sku: String::new(),
            protocols: Vec::new(),
            resource: None,
            origin,
        }
    }

    /// What Azure calls it, where that is told. It is known by its VNet's name all the same.
    #[must_use]
    pub fn own_name(&self) -> Option<&str> {
        Resource::told(self.resource.as_deref()).map(Resource::name)
    }

    /// True for the Basic SKU, which speaks neither BGP nor OpenVPN.
    #[must_use]
    pub fn is_basic(&self) -> bool {
        self.sku.eq_ignore_ascii_case("basic")
    }

    /// True where the gateway can hold a BGP session.
    #[must_use]
    pub fn speaks_bgp(&self) -> bool {
        self.bgp && !self.is_basic()
    }

    /// The ASN, stated or by default.
    #[must_use]
    pub fn asn(&self) -> u32 {
        self.asn.unwrap_or(DEFAULT_ASN)
    }
}

/// An on-premises site: Azure's local network gateway.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its name.
    pub name: NameId,
    /// What it holds, and announces where it speaks BGP.
    pub address_space: Vec<Prefix>,
    /// Its ASN, where stated; otherwise it is unlike every other.
    pub asn: Option<u32>,
    /// True where the site forwards between its tunnels and announces again what it learns.
    pub transit: bool,
    /// What Azure calls its local network gateway, where told.
    pub resource: Option<Box<Resource>>,
    /// The row or resource.
    pub origin: Span,
}

impl Site {
    /// A site that relays nothing, without prefixes yet.
    #[must_use]
    pub fn new(name: NameId, origin: Span) -> Self {
        Self { name, address_space: Vec::new(), asn: None, transit: false, resource: None, origin }
    }
}

/// What a side of a peering carries of the other VNet's address space, where that is not said to be all of it: single
/// subnets, one address family, or what the other VNet held when the peering was last synced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried(pub Vec<Prefix>);

impl Carried {
    /// What the rows of one side say together: what any of them says, and none where one says nothing, so that the side
    /// carries all, or where there is no row.
    pub fn of_side<'rows>(rows: impl IntoIterator<Item = &'rows Peering>) -> Option<Self> {
        let lists: Option<Vec<&[Prefix]>> =
            rows.into_iter().map(|row| row.rare().carried.as_ref().map(|list| &list.0[..])).collect();
        lists.filter(|lists| !lists.is_empty()).map(|lists| Self(lists.concat()))
    }

    /// The prefixes of `space` that are carried, each as the longer of the two.
    pub fn of<'list>(&'list self, space: &'list [Prefix]) -> impl Iterator<Item = Prefix> + 'list {
        self.0.iter().flat_map(move |listed| space.iter().filter_map(move |own| own.common(*listed)))
    }

    /// What of `space` is not carried, in the fewest prefixes.
    #[must_use]
    pub fn left_out(&self, space: &[Prefix]) -> Vec<Prefix> {
        Prefix::aggregate(space.iter().flat_map(|own| {
            let inside: Vec<Prefix> = self.of(std::slice::from_ref(own)).collect();
            own.without(&inside)
        }))
    }
}

/// What few sides of peerings have.
///
/// Sides are what large inventories have most of, so a row holds all of this behind one pointer.
#[derive(Clone, Debug)]
pub struct RareOfPeering {
    /// The state as written where it is other than Connected.
    pub not_connected: Option<Box<str>>,
    /// The side takes what the other VNet forwards for others. No answer rests on it.
    pub allow_forwarded_traffic: bool,
    /// What the side carries of the other VNet; none where that is all of it.
    pub carried: Option<Carried>,
    /// What Azure calls the side, where told.
    pub resource: Option<Box<Resource>>,
}

impl RareOfPeering {
    const NOTHING: Self =
        Self { not_connected: None, allow_forwarded_traffic: true, carried: None, resource: None };

    /// As a row holds it, without room for what is not there.
    #[must_use]
    pub fn kept(self) -> Option<Box<Self>> {
        let is_there = self.not_connected.is_some()
            || !self.allow_forwarded_traffic
            || self.carried.is_some()
            || self.resource.is_some();
        is_there.then(|| Box::new(self))
    }
}

impl Default for RareOfPeering {
    fn default() -> Self {
        Self::NOTHING
    }
}

/// One side of a peering.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own, and all combinations occur")]
pub struct Peering {
    /// The VNet whose side this is.
    pub vnet: NameId,
    /// The other VNet.
    pub remote_vnet: NameId,
    /// The side lets the other VNet use its gateway.
    pub allow_gateway_transit: bool,
    /// The side uses the other VNet's gateway.
    pub use_remote_gateways: bool,
    /// The side lets traffic pass.
    pub allow_vnet_access: bool,
    /// What few sides have; [`Peering::rare`] and [`Peering::rare_mut`] reach it.
    pub rare: Option<Box<RareOfPeering>>,
    /// A change took the side away. What it says of gateways is kept for changes that come after.
    pub is_taken_away: bool,
    /// The row or resource.
    pub origin: Span,
}

impl Peering {
    /// A side that is connected and lets traffic pass, without gateway transit.
    #[must_use]
    pub fn new(vnet: NameId, remote_vnet: NameId, origin: Span) -> Self {
        Self {
            vnet,
            remote_vnet,
            allow_gateway_transit: false,
            use_remote_gateways: false,
            allow_vnet_access: true,
            rare: None,
            is_taken_away: false,
            origin,
        }
    }

    /// True where the side waits for the other one, as Azure calls it.
    #[must_use]
    pub fn is_initiated(&self) -> bool {
        self.rare().not_connected.as_deref().is_some_and(|state| state.eq_ignore_ascii_case("Initiated"))
    }

    /// True where this side lets traffic pass: Connected, with access.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.allow_vnet_access && self.rare().not_connected.is_none()
    }

    /// What few sides have, to be read.
    #[must_use]
    pub fn rare(&self) -> &RareOfPeering {
        static NOTHING: RareOfPeering = RareOfPeering::NOTHING;
        self.rare.as_deref().unwrap_or(&NOTHING)
    }

    /// What few sides have, to be written.
    pub fn rare_mut(&mut self) -> &mut RareOfPeering {
        self.rare.get_or_insert_default()
    }

    /// True where this row says that the side carries a part of the other VNet alone.
    #[must_use]
    pub fn carries_a_part(&self) -> bool {
        self.rare().carried.is_some()
    }

    /// True for a side of `vnet` in its peering with `remote`.
    #[must_use]
    pub fn leads(&self, vnet: NameId, remote: NameId) -> bool {
        self.vnet == vnet && self.remote_vnet == remote
    }
}

/// One row of a tunnel: one end's connection, or both ends' where the row stands alone.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The router on one end: a VNet with a gateway, or a site.
    pub from: NameId,
    /// The router on the other end.
    pub to: NameId,
    /// True where BGP is enabled on the connection.
    pub bgp: bool,
    /// What `from` routes into the tunnel; empty where not listed.
    pub from_static: Vec<Prefix>,
    /// What `to` routes into the tunnel; empty where not listed.
    pub to_static: Vec<Prefix>,
    /// The status as written where it means that the tunnel is down.
    pub down: Option<Box<str>>,
    /// The connection's own name; empty where it has none.
    pub name: Box<str>,
    /// What Azure calls the connection of `from`, where told.
    pub resource: Option<Box<Resource>>,
    /// A change took the tunnel away. How it was set up is kept for changes that come after.
    pub is_taken_away: bool,
    /// The row or resource.
    pub origin: Span,
}

impl Connection {
    /// A tunnel that is up, without BGP and without static prefixes.
    #[must_use]
    pub fn new(from: NameId, to: NameId, origin: Span) -> Self {
        Self {
            from,
            to,
            bgp: false,
            from_static: Vec::new(),
            to_static: Vec::new(),
            down: None,
            name: "".into(),
            resource: None,
            is_taken_away: false,
            origin,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A million VNets have two million sides, which were most of the memory that an inventory takes.
    #[test]
    fn a_side_has_no_room_for_what_few_have() {
        assert!(size_of::<Peering>() <= 32, "{} bytes", size_of::<Peering>());
        let vnet = Names::default().intern("spoke");
        let side = Peering::new(vnet, vnet, Span::NOWHERE);
        assert!(side.rare.is_none() && RareOfPeering::default().kept().is_none());
    }
}
