//! A resolver for the clients of each gateway.

use std::net::IpAddr;

use super::addresses::inside;
use crate::inventory::Inventory;
use crate::inventory::naming::{DnsServers, Resolver, ZoneLink};

/// The zone that is linked to the VNets of resolvers.
const ZONE: &str = "privatelink.blob.core.windows.net";

/// The inventory with a resolver in the VNet of each gateway with clients, who are given it, and a private zone that is linked there.
///
/// ```
/// use tunnelog::generate::{Plan, Shape, generate, with_resolvers};
/// let inventory = with_resolvers(generate(&Plan { shape: Shape::Hubs, vnets: 400, seed: 1, faults: 0.0 }));
/// assert_eq!(inventory.resolvers.len(), 2);
/// ```
#[must_use]
pub fn with_resolvers(mut inventory: Inventory) -> Inventory {
    let zone = inventory.labels.intern(ZONE);
    let with_clients = inventory.gateways.iter().filter(|gateway| !gateway.client_pool.is_empty());
    let mut vnets: Vec<_> = with_clients.map(|gateway| (gateway.vnet, gateway.origin)).collect();
    vnets.sort_unstable_by_key(|(vnet, _)| *vnet);
    for row in &inventory.vnets {
        let Ok(place) = vnets.binary_search_by_key(&row.name, |(vnet, _)| *vnet) else { continue };
        let (vnet, origin) = vnets[place];
        let Some(own) = row.address_space.first() else { continue };
        // Beside a firewall and the gateway.
        let address: IpAddr = inside(*own, 132, 32).net().network();
        let name = format!("resolver-of-{}", inventory.names.text(vnet));
        let name = inventory.labels.intern(&name);
        let servers = vec![address];
        inventory.dns_servers.push(DnsServers { servers: servers.clone(), ..DnsServers::new(vnet, origin) });
        inventory.resolvers.push(Resolver { addresses: servers, ..Resolver::new(name, vnet, origin) });
        inventory.zone_links.push(ZoneLink { vnet: Some(vnet), ..ZoneLink::new(zone, origin) });
    }
    inventory
}
