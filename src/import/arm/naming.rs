//! Resolvers, private zones and private endpoints, as Azure Resource Manager writes them.

use crate::import::build::naming::{self, EndpointNames, GroupNames, LinkNames};
use crate::import::build::routing::HolderNames;
use crate::import::fields::Fields;
use crate::import::id::ResourceId;
use crate::import::resources::Resources;

/// What the DNS servers of a VNet are called.
pub(super) const SERVERS: &[&str] = &["dhcpOptions.dnsServers"];

const RESOLVER: &[&HolderNames] = &[
    &HolderNames { configurations: "ipConfigurations", address: "privateIpAddress", subnet: "subnet" },
    // PowerShell lifts the subnet's id out.
    &HolderNames { configurations: "ipConfiguration", address: "privateIpAddress", subnet: "subnetId" },
];

const LINK: LinkNames = LinkNames {
    vnet: &["virtualNetwork", "virtualNetworkId"],
    state: &["virtualNetworkLinkState", "linkState"],
};

const ENDPOINT: EndpointNames = EndpointNames {
    subnet: "subnet",
    group: GroupNames {
        addresses: &[
            "customDnsConfigs[].ipAddresses",
            "ipConfigurations[].privateIPAddress",
            "privateDnsZoneGroups[].privateDnsZoneConfigs[].recordSets[].ipAddresses",
        ],
        zones: &["privateDnsZoneGroups[].privateDnsZoneConfigs[].privateDnsZoneId"],
    },
    names: &["customDnsConfigs[].fqdn"],
    interfaces: &["networkInterfaces[].id"],
};

const GROUP: GroupNames = GroupNames {
    addresses: &["privateDnsZoneConfigs[].recordSets[].ipAddresses"],
    zones: &["privateDnsZoneConfigs[].privateDnsZoneId"],
};

/// Types that are read.
pub(super) const READ: &[&str] = &[
    "dnsresolvers/inboundendpoints",
    "privatednszones",
    "privatednszones/virtualnetworklinks",
    "privateendpoints",
    "privateendpoints/privatednszonegroups",
];

/// The fields of a type of which one is there where anything is told of a resource.
pub(super) fn telling(kind: &str) -> &'static [&'static str] {
    match kind {
        "dnsresolvers/inboundendpoints" => &["ipconfigurations", "ipconfiguration"],
        // Of a zone its name says all.
        "privatednszones" => &["name", "location", "numberofrecordsets"],
        "privatednszones/virtualnetworklinks" => &["virtualnetwork", "virtualnetworkid"],
        "privateendpoints" => {
            &["subnet", "customdnsconfigs", "networkinterfaces", "privatelinkserviceconnections"]
        }
        "privateendpoints/privatednszonegroups" => &["privatednszoneconfigs"],
        _ => &[],
    }
}

/// Reads the body of a resource of this type.
pub(super) fn body(kind: &str, id: ResourceId, object: &impl Fields, resources: &mut Resources) {
    match kind {
        "dnsresolvers/inboundendpoints" => naming::resolver(id, object, RESOLVER, resources),
        "privatednszones" => naming::zone(id, object, "numberOfVirtualNetworkLinks", resources),
        "privatednszones/virtualnetworklinks" => naming::link(id, object, &LINK, resources),
        "privateendpoints" => naming::endpoint(id, object, &ENDPOINT, resources),
        "privateendpoints/privatednszonegroups" => naming::group(id, object, &GROUP, resources),
        _ => {}
    }
}
