//! DNS servers, resolvers, private zones and private endpoints, in the shapes of the provider azurerm.

use super::kinds::{INBOUND, PRIVATE_ENDPOINT, SERVERS_OF_VNET, ZONE, ZONE_LINK};
use super::values::Values;
use crate::import::build::naming::{self, EndpointNames, GroupNames, LinkNames};
use crate::import::build::routing::HolderNames;
use crate::import::fields::Fields;
use crate::import::id::ResourceId;
use crate::import::resources::Resources;
use crate::import::stated;

/// What DNS servers are called.
pub(super) const SERVERS: &[&str] = &["dns_servers"];

const RESOLVER: &[&HolderNames] = &[&HolderNames {
    configurations: "ip_configurations",
    address: "private_ip_address",
    subnet: "subnet_id",
}];

const LINK: LinkNames = LinkNames { vnet: &["virtual_network_id"], state: &[] };

const ENDPOINT: EndpointNames = EndpointNames {
    subnet: "subnet_id",
    group: GroupNames {
        addresses: &[
            "private_service_connection[].private_ip_address",
            "ip_configuration[].private_ip_address",
            "custom_dns_configs[].ip_addresses",
            "private_dns_zone_configs[].record_sets[].ip_addresses",
        ],
        zones: &["private_dns_zone_configs[].private_dns_zone_id"],
    },
    names: &["custom_dns_configs[].fqdn"],
    interfaces: &["network_interface[].id"],
};

/// True for the types that resolve names, and for private endpoints.
pub(super) fn is_read(kind: &str) -> bool {
    [INBOUND, PRIVATE_ENDPOINT, SERVERS_OF_VNET, ZONE, ZONE_LINK].contains(&kind)
}

/// Reads an instance that does nothing but set the DNS servers of a VNet; false where it does more.
pub(super) fn join(values: &Values<'_, '_, '_>, resources: &mut Resources) -> bool {
    if values.instance.kind != SERVERS_OF_VNET {
        return false;
    }
    let servers = naming::servers(values, SERVERS, resources);
    if let (Some(vnet), Some(servers)) = (stated::target(values, "virtual_network_id", resources), servers) {
        resources.naming.servers.insert(vnet, servers);
    }
    true
}

/// Reads the instance of the resource called `id`.
pub(super) fn read(id: ResourceId, values: &Values<'_, '_, '_>, resources: &mut Resources) {
    match values.instance.kind.as_str() {
        INBOUND => naming::resolver(id, values, RESOLVER, resources),
        ZONE => naming::zone(id, values, "number_of_virtual_network_links", resources),
        ZONE_LINK => naming::link(id, values, &LINK, resources),
        PRIVATE_ENDPOINT => {
            let groups = values.objects("private_dns_zone_group");
            let zones: Vec<_> =
                groups.iter().flat_map(|group| group.referred_all("private_dns_zone_ids")).collect();
            naming::endpoint(id.clone(), values, &ENDPOINT, resources);
            if let Some(endpoint) = resources.naming.endpoints.get_mut(&id) {
                endpoint.told.zones.extend(zones);
            }
        }
        _ => {}
    }
}
