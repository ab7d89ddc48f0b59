//! An inventory that grows, row by row.

use std::net::IpAddr;

use super::addresses::private_asn;
use super::random::Random;
use crate::inventory::routing::{Appliance, NextHop, RouteTable, Subnet, UserRoute};
use crate::inventory::{Connection, Gateway, Inventory, Peering, Protocol, Site, Vnet};
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;
use crate::source::{Sources, Span};

/// The inventory so far.
pub(super) struct Builder {
    pub(super) inventory: Inventory,
    pub(super) random: Random,
    origin: Span,
}

/// The P2S settings of a gateway.
pub(super) struct PointToSite {
    pub(super) pool: Prefix,
    /// None stated where empty.
    pub(super) protocols: Vec<Protocol>,
}

impl Builder {
    pub(super) fn new(seed: u64) -> Self {
        let file = Sources::default().add("generated".to_owned(), String::new(), None);
        Self { inventory: Inventory::default(), random: Random::new(seed), origin: Span::beginning(file) }
    }

    pub(super) fn vnet(&mut self, name: &str, prefix: Prefix) -> NameId {
        let name = self.inventory.names.intern(name);
        self.inventory.vnets.push(Vnet { address_space: vec![prefix], ..Vnet::new(name, self.origin) });
        name
    }

    /// The gateway of `vnet`, the `index`-th router of its connected component.
    pub(super) fn gateway(&mut self, vnet: NameId, index: usize, clients: Option<PointToSite>) {
        let (pool, protocols) = clients.map(|clients| (clients.pool, clients.protocols)).unzip();
        self.inventory.gateways.push(Gateway {
            client_pool: pool.into_iter().collect(),
            asn: Some(private_asn(index)),
            sku: "VpnGw5AZ".to_owned(),
            protocols: protocols.unwrap_or_default(),
            ..Gateway::new(vnet, self.origin)
        });
    }

    /// A site, the `index`-th router of its connected component.
    pub(super) fn site(&mut self, name: &str, prefix: Prefix, index: usize) -> NameId {
        let name = self.inventory.names.intern(name);
        self.inventory.sites.push(Site {
            address_space: vec![prefix],
            asn: Some(private_asn(index)),
            ..Site::new(name, self.origin)
        });
        name
    }

    /// A spoke peered with `hub`, whose gateway it uses.
    pub(super) fn spoke(&mut self, hub: NameId, name: &str, prefix: Prefix) -> NameId {
        let spoke = self.vnet(name, prefix);
        for (vnet, remote_vnet, is_hub) in [(hub, spoke, true), (spoke, hub, false)] {
            self.inventory.peerings.push(Peering {
                allow_gateway_transit: is_hub,
                use_remote_gateways: !is_hub,
                ..Peering::new(vnet, remote_vnet, self.origin)
            });
        }
        spoke
    }

    /// A subnet of `vnet`.
    pub(super) fn subnet(&mut self, vnet: NameId, name: &str, prefix: Prefix, table: Option<LabelId>) {
        let name = self.inventory.labels.intern(name);
        self.inventory.subnets.push(Subnet {
            address_space: vec![prefix],
            route_table: table,
            ..Subnet::new(vnet, name, self.origin)
        });
    }

    /// A route table without routes yet.
    pub(super) fn route_table(&mut self, name: &str, gateway_routes: bool) -> LabelId {
        let name = self.inventory.labels.intern(name);
        self.inventory.route_tables.push(RouteTable { gateway_routes, ..RouteTable::new(name, self.origin) });
        name
    }

    /// A user route to an appliance.
    pub(super) fn route_to_appliance(&mut self, table: LabelId, prefix: Prefix, address: IpAddr) {
        let addresses = vec![address];
        let route = UserRoute::new(table, prefix, NextHop::Appliance, self.origin);
        self.inventory.user_routes.push(UserRoute { addresses, ..route });
    }

    /// A stateful appliance in `vnet`.
    pub(super) fn appliance(&mut self, vnet: NameId, name: &str, address: IpAddr) {
        let name = self.inventory.labels.intern(name);
        self.inventory
            .appliances
            .push(Appliance { addresses: vec![address], ..Appliance::new(name, vnet, self.origin) });
    }

    /// A tunnel with BGP.
    pub(super) fn session(&mut self, from: NameId, to: NameId) {
        self.tunnel(from, to, true, Vec::new(), Vec::new());
    }

    /// A tunnel without BGP, with what each end routes into it.
    pub(super) fn static_tunnel(
        &mut self,
        from: NameId,
        to: NameId,
        from_static: Vec<Prefix>,
        to_static: Vec<Prefix>,
    ) {
        self.tunnel(from, to, false, from_static, to_static);
    }

    fn tunnel(
        &mut self,
        from: NameId,
        to: NameId,
        bgp: bool,
        from_static: Vec<Prefix>,
        to_static: Vec<Prefix>,
    ) {
        self.inventory.connections.push(Connection {
            bgp,
            from_static,
            to_static,
            ..Connection::new(from, to, self.origin)
        });
    }
}
