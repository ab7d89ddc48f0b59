//! DNS servers, resolvers, private zones and private endpoints, as the older provider of Pulumi writes them.

use crate::import::build::naming::{self, EndpointNames, GroupNames, LinkNames};
use crate::import::build::routing::HolderNames;
use crate::import::id::ResourceId;
use crate::import::json::Object;
use crate::import::resources::Resources;
use crate::import::stated;

/// What DNS servers are called.
pub(super) const SERVERS: &[&str] = &["dnsServers"];

const RESOLVER: &[&HolderNames] =
    &[&HolderNames { configurations: "ipConfigurations", address: "privateIpAddress", subnet: "subnetId" }];

const LINK: LinkNames = LinkNames { vnet: &["virtualNetworkId"], state: &[] };

const ENDPOINT: EndpointNames = EndpointNames {
    subnet: "subnetId",
    group: GroupNames {
        addresses: &[
            "privateServiceConnection.privateIpAddress",
            "ipConfigurations[].privateIpAddress",
            "customDnsConfigs[].ipAddresses",
            "privateDnsZoneConfigs[].recordSets[].ipAddresses",
        ],
        zones: &["privateDnsZoneGroup.privateDnsZoneIds", "privateDnsZoneConfigs[].privateDnsZoneId"],
    },
    names: &["customDnsConfigs[].fqdn"],
    interfaces: &["networkInterfaces[].id"],
};

/// Reads a resource that does nothing but set the DNS servers of a VNet, by its type; false where it does more.
pub(super) fn join(kind: &str, values: &Object<'_>, resources: &mut Resources) -> bool {
    if !kind.ends_with(":VirtualNetworkDnsServers") {
        return false;
    }
    let servers = naming::servers(values, SERVERS, resources);
    if let (Some(vnet), Some(servers)) = (stated::reference(values, "virtualNetworkId", resources), servers) {
        resources.naming.servers.insert(vnet, servers);
    }
    true
}

/// Reads the resource called `id`, if it resolves names or is a private endpoint; false where it does not.
pub(super) fn read(id: &ResourceId, values: &Object<'_>, resources: &mut Resources) -> bool {
    let kind = id.kind().unwrap_or_default();
    let id = id.clone();
    match kind.strip_prefix("microsoft.network/").unwrap_or_default() {
        "dnsresolvers/inboundendpoints" => naming::resolver(id, values, RESOLVER, resources),
        "privatednszones" => naming::zone(id, values, "numberOfVirtualNetworkLinks", resources),
        "privatednszones/virtualnetworklinks" => naming::link(id, values, &LINK, resources),
        "privateendpoints" => naming::endpoint(id, values, &ENDPOINT, resources),
        _ => return false,
    }
    true
}
