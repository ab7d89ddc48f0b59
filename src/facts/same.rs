//! Which rows of two inventories are the very same.

use crate::inventory::Inventory;

/// The tables whose rows two inventories share, so that what is said in them alone is the same.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one for each table")]
pub(super) struct Same {
    pub(super) names: bool,
    pub(super) vnets: bool,
    pub(super) gateways: bool,
    pub(super) sites: bool,
    peerings: bool,
    connections: bool,
    tables: bool,
    naming: bool,
}

impl Same {
    pub(super) fn new(before: &Inventory, after: &Inventory) -> Self {
        // A new table is asked for here before facts are taken over.
        let Inventory {
            names,
            vnets,
            gateways,
            sites,
            peerings,
            connections,
            // What is said of clients is worked out each time.
            clients: _,
            labels,
            subnets,
            route_tables,
            user_routes,
            appliances,
            dns_servers,
            resolvers,
            zone_links,
            private_endpoints,
        } = before;
        let labels = labels.len() == after.labels.len();
        Self {
            names: names.are_shared_with(&after.names),
            vnets: vnets.is_shared_with(&after.vnets),
            gateways: gateways.is_shared_with(&after.gateways),
            sites: sites.is_shared_with(&after.sites),
            peerings: peerings.is_shared_with(&after.peerings),
            connections: connections.is_shared_with(&after.connections),
            tables: labels
                && subnets.is_shared_with(&after.subnets)
                && route_tables.is_shared_with(&after.route_tables)
                && user_routes.is_shared_with(&after.user_routes)
                && appliances.is_shared_with(&after.appliances),
            naming: labels
                && dns_servers.is_shared_with(&after.dns_servers)
                && resolvers.is_shared_with(&after.resolvers)
                && zone_links.is_shared_with(&after.zone_links)
                && private_endpoints.is_shared_with(&after.private_endpoints),
        }
    }

    /// What is said of tunnels rests on the routers at their ends, and on what these hold.
    pub(super) fn of_tunnels(self) -> bool {
        self.connections && self.vnets && self.gateways && self.sites
    }

    /// What a side of a peering carries of a VNet rests on the VNet's addresses.
    pub(super) fn of_peerings(self) -> bool {
        self.peerings && self.vnets
    }

    pub(super) fn of_tables(self) -> bool {
        self.tables
    }

    /// A zone that is linked nowhere is missed by the clients of every gateway, and endpoints have names.
    pub(super) fn of_names(self) -> bool {
        self.naming && self.gateways && self.names
    }
}
