//! The facts of DNS servers, resolvers, private zones and private endpoints.

use std::net::IpAddr;

use super::{Grouping, Relation, sorted};
use crate::inventory::Inventory;
use crate::names::{LabelId, NameId};

/// The relations that say what resolves names.
pub(super) struct Naming {
    pub(super) dns_server: Relation<(NameId, IpAddr)>,
    pub(super) resolver: Relation<(NameId, IpAddr)>,
    pub(super) private_zone: Relation<LabelId>,
    pub(super) zone_link: Relation<(LabelId, NameId)>,
    pub(super) private_endpoint: Relation<(NameId, NameId, IpAddr)>,
}

impl Naming {
    pub(super) fn lower(inventory: &Inventory, grouping: &Grouping) -> Self {
        let component = |vnet: NameId| grouping.of[vnet.index()];
        let servers = inventory.dns_servers.iter();
        let servers = servers.flat_map(|row| row.servers.iter().map(|address| (row.vnet, *address)));
        let resolvers = inventory.resolvers.iter();
        let resolvers = resolvers.flat_map(|row| row.addresses.iter().map(|address| (row.vnet, *address)));
        let endpoints = inventory.private_endpoints.iter();
        let numbered = endpoints.clone().filter_map(|row| Some((inventory.endpoint(row)?, row)));
        let addresses = numbered
            .flat_map(|(name, row)| row.addresses.iter().map(move |address| (name, row.vnet, *address)));
        let links = inventory.zone_links.iter().filter_map(|row| Some((row.zone, row.vnet?)));
        let linked = links.clone().map(|(zone, vnet)| (component(vnet), zone));
        let named = endpoints.filter_map(|row| Some((component(row.vnet), row.zone?)));
        // What is linked nowhere may be missed by the clients of any gateway. Where nobody has clients, it stands with the first
        // component, so that it can be asked and is written.
        let unlinked = inventory.unlinked_zones();
        let with_clients = inventory.gateways.iter().filter(|row| !row.client_pool.is_empty());
        let mut everywhere = Vec::new();
        if !unlinked.is_empty() {
            everywhere.extend(with_clients.map(|row| component(row.vnet)));
            if everywhere.is_empty() && grouping.count > 0 {
                everywhere.push(0);
            }
            everywhere = sorted(everywhere);
        }
        let of_nobody =
            everywhere.iter().flat_map(|component| unlinked.iter().map(|zone| (*component, *zone)));
        let zones = linked.chain(named).chain(of_nobody);
        Self {
            dns_server: Relation::new(sorted(servers.collect()), grouping, |row| row.0),
            resolver: Relation::new(sorted(resolvers.collect()), grouping, |row| row.0),
            private_zone: Relation::in_components(zones.collect(), grouping.count),
            zone_link: Relation::new(sorted(links.collect()), grouping, |row| row.1),
            private_endpoint: Relation::new(sorted(addresses.collect()), grouping, |row| row.1),
        }
    }
}
