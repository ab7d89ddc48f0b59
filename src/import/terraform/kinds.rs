//! The types of resources of both providers, and what Azure calls them.

use crate::import::json::Object;

pub(super) const VNET: &str = "azurerm_virtual_network";
pub(super) const SUBNET: &str = "azurerm_subnet";
pub(super) const PEERING: &str = "azurerm_virtual_network_peering";
pub(super) const GATEWAY: &str = "azurerm_virtual_network_gateway";
pub(super) const LOCAL_GATEWAY: &str = "azurerm_local_network_gateway";
pub(super) const CONNECTION: &str = "azurerm_virtual_network_gateway_connection";
pub(super) const PUBLIC_ADDRESS: &str = "azurerm_public_ip";
pub(super) const ROUTE_TABLE: &str = "azurerm_route_table";
pub(super) const ROUTE: &str = "azurerm_route";
pub(super) const TABLE_OF_SUBNET: &str = "azurerm_subnet_route_table_association";
pub(super) const FIREWALL: &str = "azurerm_firewall";
pub(super) const INTERFACE: &str = "azurerm_network_interface";
pub(super) const BALANCER: &str = "azurerm_lb";
pub(super) const POOL: &str = "azurerm_lb_backend_address_pool";
pub(super) const POOL_ADDRESS: &str = "azurerm_lb_backend_address_pool_address";
pub(super) const POOL_OF_INTERFACE: &str = "azurerm_network_interface_backend_address_pool_association";
pub(super) const BALANCING_RULE: &str = "azurerm_lb_rule";
pub(super) const SERVERS_OF_VNET: &str = "azurerm_virtual_network_dns_servers";
pub(super) const ZONE: &str = "azurerm_private_dns_zone";
pub(super) const ZONE_LINK: &str = "azurerm_private_dns_zone_virtual_network_link";
const RESOLVER: &str = "azurerm_private_dns_resolver";
pub(super) const INBOUND: &str = "azurerm_private_dns_resolver_inbound_endpoint";
pub(super) const PRIVATE_ENDPOINT: &str = "azurerm_private_endpoint";
pub(super) const SECURITY_GROUP: &str = "azurerm_network_security_group";
pub(super) const SECURITY_RULE: &str = "azurerm_network_security_rule";
pub(super) const GROUP_OF_SUBNET: &str = "azurerm_subnet_network_security_group_association";
pub(super) const GROUP_OF_INTERFACE: &str = "azurerm_network_interface_security_group_association";
/// Machines, which tell their interfaces.
pub(super) const MACHINES: &[&str] =
    &["azurerm_linux_virtual_machine", "azurerm_virtual_machine", "azurerm_windows_virtual_machine"];
const GROUP: &str = "azurerm_resource_group";

/// Types that only join two resources: they are none, and leave both there when they go.
pub(super) const JOINS: &[&str] =
    &[TABLE_OF_SUBNET, POOL_OF_INTERFACE, POOL_ADDRESS, GROUP_OF_SUBNET, GROUP_OF_INTERFACE, SERVERS_OF_VNET];

/// Any resource, by its body, of the provider azapi.
pub(super) const BODY: &str = "azapi_resource";
/// Properties of a resource that something else makes.
pub(super) const UPDATE: &str = "azapi_update_resource";
/// All resources of one type in one place, which only a data source gives.
pub(super) const LIST: &str = "azapi_resource_list";
/// Something that a resource is asked to do.
pub(super) const ACTION: &str = "azapi_resource_action";
/// An id, put together or taken apart.
const ID: &str = "azapi_resource_id";

/// Azure's names of the types, in lower case.
pub(super) mod azure {
    pub(in crate::import::terraform) const VNET: &str = "microsoft.network/virtualnetworks";
    pub(in crate::import::terraform) const SUBNET: &str = "microsoft.network/virtualnetworks/subnets";
    pub(in crate::import::terraform) const PEERING: &str =
        "microsoft.network/virtualnetworks/virtualnetworkpeerings";
    pub(in crate::import::terraform) const GATEWAY: &str = "microsoft.network/virtualnetworkgateways";
    pub(in crate::import::terraform) const LOCAL_GATEWAY: &str = "microsoft.network/localnetworkgateways";
    pub(in crate::import::terraform) const CONNECTION: &str = "microsoft.network/connections";
    pub(in crate::import::terraform) const PUBLIC_ADDRESS: &str = "microsoft.network/publicipaddresses";
    pub(in crate::import::terraform) const ROUTE_TABLE: &str = "microsoft.network/routetables";
    pub(in crate::import::terraform) const ROUTE: &str = "microsoft.network/routetables/routes";
    pub(in crate::import::terraform) const FIREWALL: &str = "microsoft.network/azurefirewalls";
    pub(in crate::import::terraform) const INTERFACE: &str = "microsoft.network/networkinterfaces";
    pub(in crate::import::terraform) const BALANCER: &str = "microsoft.network/loadbalancers";
    pub(in crate::import::terraform) const POOL: &str = "microsoft.network/loadbalancers/backendaddresspools";
    pub(in crate::import::terraform) const BALANCING_RULE: &str =
        "microsoft.network/loadbalancers/loadbalancingrules";
    pub(in crate::import::terraform) const ZONE: &str = "microsoft.network/privatednszones";
    pub(in crate::import::terraform) const ZONE_LINK: &str =
        "microsoft.network/privatednszones/virtualnetworklinks";
    pub(in crate::import::terraform) const RESOLVER: &str = "microsoft.network/dnsresolvers";
    pub(in crate::import::terraform) const INBOUND: &str = "microsoft.network/dnsresolvers/inboundendpoints";
    pub(in crate::import::terraform) const PRIVATE_ENDPOINT: &str = "microsoft.network/privateendpoints";
    pub(in crate::import::terraform) const SECURITY_GROUP: &str = "microsoft.network/networksecuritygroups";
    pub(in crate::import::terraform) const SECURITY_RULE: &str =
        "microsoft.network/networksecuritygroups/securityrules";
    pub(in crate::import::terraform) const MACHINE: &str = "microsoft.compute/virtualmachines";
    pub(in crate::import::terraform) const GROUP: &str = "microsoft.resources/resourcegroups";
}

/// Azure's name of the type of a resource, in lower case; empty for whatever has nothing to do with networks.
pub(super) fn azure_type(kind: &str, values: &Object<'_>) -> String {
    let known = match kind {
        VNET => azure::VNET,
        SUBNET => azure::SUBNET,
        PEERING => azure::PEERING,
        GATEWAY => azure::GATEWAY,
        LOCAL_GATEWAY => azure::LOCAL_GATEWAY,
        CONNECTION => azure::CONNECTION,
        PUBLIC_ADDRESS => azure::PUBLIC_ADDRESS,
        ROUTE_TABLE => azure::ROUTE_TABLE,
        ROUTE => azure::ROUTE,
        FIREWALL => azure::FIREWALL,
        INTERFACE => azure::INTERFACE,
        BALANCER => azure::BALANCER,
        POOL => azure::POOL,
        BALANCING_RULE => azure::BALANCING_RULE,
        ZONE => azure::ZONE,
        ZONE_LINK => azure::ZONE_LINK,
        RESOLVER => azure::RESOLVER,
        INBOUND => azure::INBOUND,
        PRIVATE_ENDPOINT => azure::PRIVATE_ENDPOINT,
        SECURITY_GROUP => azure::SECURITY_GROUP,
        SECURITY_RULE => azure::SECURITY_RULE,
        kind if MACHINES.contains(&kind) => azure::MACHINE,
        GROUP => azure::GROUP,
        BODY | UPDATE | ID => return body_type(values).to_ascii_lowercase(),
        _ => "",
    };
    known.to_owned()
}

/// The type that a resource of azapi names, without the version of the API.
pub(super) fn body_type(values: &Object<'_>) -> String {
    let mut stated = values.text("type").unwrap_or_default();
    stated.truncate(stated.find('@').unwrap_or(stated.len()));
    stated
}

/// True for types that make a resource, and take it away when they go.
pub(super) fn makes(kind: &str) -> bool {
    ![UPDATE, LIST, ACTION, ID].contains(&kind) && !JOINS.contains(&kind)
}

/// What stands between the group and the name in the id of a resource of azurerm that lies in a group.
pub(super) fn in_group(azure_type: &str) -> Option<&'static str> {
    Some(match azure_type {
        azure::VNET => "Microsoft.Network/virtualNetworks",
        azure::GATEWAY => "Microsoft.Network/virtualNetworkGateways",
        azure::LOCAL_GATEWAY => "Microsoft.Network/localNetworkGateways",
        azure::CONNECTION => "Microsoft.Network/connections",
        azure::PUBLIC_ADDRESS => "Microsoft.Network/publicIPAddresses",
        azure::ROUTE_TABLE => "Microsoft.Network/routeTables",
        azure::FIREWALL => "Microsoft.Network/azureFirewalls",
        azure::INTERFACE => "Microsoft.Network/networkInterfaces",
        azure::BALANCER => "Microsoft.Network/loadBalancers",
        azure::ZONE => "Microsoft.Network/privateDnsZones",
        azure::RESOLVER => "Microsoft.Network/dnsResolvers",
        azure::PRIVATE_ENDPOINT => "Microsoft.Network/privateEndpoints",
        azure::SECURITY_GROUP => "Microsoft.Network/networkSecurityGroups",
        azure::MACHINE => "Microsoft.Compute/virtualMachines",
        _ => return None,
    })
}

/// True for the types of azapi.
pub(super) fn is_of_azapi(kind: &str) -> bool {
    [BODY, UPDATE, LIST, ACTION].contains(&kind)
}

/// The types of resources that a field may refer to.
pub(super) fn wanted(field: &str) -> &'static [&'static str] {
    match field {
        "subnet_id" | "subnet" => &[azure::SUBNET, azure::VNET],
        "virtual_network_gateway_id"
        | "peer_virtual_network_gateway_id"
        | "virtualNetworkGateway1"
        | "virtualNetworkGateway2" => &[azure::GATEWAY],
        "local_network_gateway_id"
        | "localNetworkGateway2"
        | "default_local_network_gateway_id"
        | "gatewayDefaultSite" => &[azure::LOCAL_GATEWAY],
        "route_table_id" | "routeTable" => &[azure::ROUTE_TABLE],
        "network_interface_id" | "network_interface_ids" => &[azure::INTERFACE],
        "network_security_group_id" => &[azure::SECURITY_GROUP],
        "private_dns_zone_ids" | "privateDnsZoneId" => &[azure::ZONE],
        "virtualMachine" => &[azure::MACHINE],
        "loadbalancer_id" => &[azure::BALANCER],
        "backend_address_pool_id" | "backend_address_pool_ids" => &[azure::POOL],
        "public_ip_address_id"
        | "gateway_address"
        | "gateway_fqdn"
        | "publicIPAddress"
        | "gatewayIpAddress"
        | "fqdn" => &[azure::PUBLIC_ADDRESS],
        _ => &[azure::VNET],
    }
}
