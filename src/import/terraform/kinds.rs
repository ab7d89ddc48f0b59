//! The types of resources of both providers, and what Azure calls them.

use crate::import::json::Object;

pub(super) const VNET: &str = "azurerm_virtual_network";
pub(super) const SUBNET: &str = "azurerm_subnet";
pub(super) const PEERING: &str = "azurerm_virtual_network_peering";
pub(super) const GATEWAY: &str = "azurerm_virtual_network_gateway";
pub(super) const LOCAL_GATEWAY: &str = "azurerm_local_network_gateway";
pub(super) const CONNECTION: &str = "azurerm_virtual_network_gateway_connection";
pub(super) const PUBLIC_ADDRESS: &str = "azurerm_public_ip";
const GROUP: &str = "azurerm_resource_group";

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
    ![UPDATE, LIST, ACTION, ID].contains(&kind)
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
        "local_network_gateway_id" | "localNetworkGateway2" => &[azure::LOCAL_GATEWAY],
        "public_ip_address_id"
        | "gateway_address"
        | "gateway_fqdn"
        | "publicIPAddress"
        | "gatewayIpAddress"
        | "fqdn" => &[azure::PUBLIC_ADDRESS],
        _ => &[azure::VNET],
    }
}
