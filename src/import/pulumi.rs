//! The state of a stack of Pulumi, as `stack export` prints it and as backends store it.
//!
//! The provider azure-native writes Azure's own fields, lifted out of `properties`. The older provider azure is made
//! from Terraform's azurerm: the same fields in camel case, lists in the plural, and blocks without a list around them.

use super::arm::{self, Taken};
use super::build::routing as of_routing;
use super::build::{self, ConnectionNames, Flag, GatewayNames, LocalGatewayNames, PeeringNames, VnetNames};
use super::id::ResourceId;
use super::json::Object;
use super::resources::Resources;
use super::stated;

mod naming;
mod routing;

/// The beginning of the types of the older provider.
const CLASSIC: &str = "azure:";

const VNET: VnetNames = VnetNames {
    space: "addressSpaces",
    old_spaces: &["addressSpace"],
    summaries: &[],
    servers: naming::SERVERS,
};

const PEERING: PeeringNames = PeeringNames {
    allow_gateway_transit: "allowGatewayTransit",
    use_remote_gateways: "useRemoteGateways",
    allow_vnet_access: "allowVirtualNetworkAccess",
    allow_forwarded_traffic: "allowForwardedTraffic",
    state: &[],
    remote_spaces: &[],
    carried: &[],
    is_complete: "peerCompleteVirtualNetworksEnabled",
    subnets: "remoteSubnetNames",
    is_ipv6_only: &["onlyIpv6PeeringEnabled"],
};

const GATEWAY: GatewayNames = GatewayNames {
    kind: "type",
    vpn_kind: "vpnType",
    bgp: BGP,
    asn: ASN,
    sku: &["sku"],
    pools: &[
        "vpnClientConfiguration.addressSpaces",
        "vpnClientConfiguration.virtualNetworkGatewayClientConnections[].addressPrefixes",
    ],
    custom_routes: &["customRoute.addressPrefixes"],
    protocols: &["vpnClientConfiguration.vpnClientProtocols"],
    peer_addresses: &[
        "bgpSettings.peeringAddress",
        "bgpSettings.peeringAddresses[].defaultAddresses",
        "bgpSettings.peeringAddresses[].apipaAddresses",
    ],
    public_addresses: &["bgpSettings.peeringAddresses[].tunnelIpAddresses"],
    public_address_ids: &["ipConfigurations[].publicIpAddressId"],
    default_site: "defaultLocalNetworkGatewayId",
    nat_rules: &[],
};

const LOCAL_GATEWAY: LocalGatewayNames = LocalGatewayNames {
    space: &["addressSpaces"],
    address: "gatewayAddress",
    host: "gatewayFqdn",
    asn: ASN,
    peer_addresses: &["bgpSettings.bgpPeeringAddress"],
};

const CONNECTION: ConnectionNames = ConnectionNames {
    kind: "type",
    gateway: "virtualNetworkGatewayId",
    far_gateway: "peerVirtualNetworkGatewayId",
    local_gateway: "localNetworkGatewayId",
    bgp: BGP,
    status: &[],
    is_policy_based: "usePolicyBasedTrafficSelectors",
    traffic_selectors: "trafficSelectorPolicies",
    selectors_place: None,
    nat_rules: &["ingressNatRuleIds", "egressNatRuleIds"],
};

const BGP: Flag = Flag { names: &["bgpEnabled", "enableBgp"], default: Some(false) };

const ASN: &str = "bgpSettings.asn";

/// Reads `object` if it is a state, and tells how many resources of a network it holds; none where it is no state.
pub(super) fn take(object: &Object<'_>, resources: &mut Resources) -> Option<usize> {
    let latest = || object.object("checkpoint")?.object("latest");
    let state = object
        .object("deployment")
        .or_else(latest)
        .filter(|state| state.has("manifest") || state.has("resources"))?;
    let mut read = 0;
    // What waits to be deleted was replaced by another of the same name.
    for resource in &state.objects("resources") {
        if stated::flag(resource, &["delete"], resources) == Some(true) {
            continue;
        }
        if resource.text("type").is_some_and(|kind| kind.starts_with("azure")) {
            stated::tell_identity(resource, resources);
        }
        let Some(id) = resource.text("id").filter(|id| id.starts_with('/')) else { continue };
        // What was imported without its state has nothing but what was asked for.
        let Some(values) = resource.object("outputs").or_else(|| resource.object("inputs")) else { continue };
        let id = ResourceId::new(&id);
        let kind = resource.text("type").filter(|kind| kind.starts_with(CLASSIC));
        let is_routing = |kind: String, resources: &mut Resources| {
            let name = values.text("name").unwrap_or_else(|| id.name().to_owned());
            routing::join(&kind, &values, resources)
                || naming::join(&kind, &values, resources)
                || naming::read(&id, &values, resources)
                || routing::read(&id, &name, &values, resources)
        };
        let is_classic = kind.is_some();
        let taken = if kind.is_some_and(|kind| is_routing(kind, resources)) {
            Taken::Resource
        } else if is_classic && arm::is_read(&id) {
            classic(id, &values, resources);
            Taken::Resource
        } else {
            arm::take_called(id, &values, resources)
        };
        read += usize::from(taken == Taken::Resource);
    }
    let pending = state.length("pending_operations");
    if pending > 0 {
        let message =
            format!("{pending} operations of Pulumi were not finished; the state may not tell what they did");
        resources.incomplete(state.span_of("pending_operations"), message).help =
            Some("run `pulumi refresh`, then export again".into());
    }
    Some(read)
}

/// Reads a resource of the older provider.
fn classic(id: ResourceId, values: &Object<'_>, resources: &mut Resources) {
    stated::tell_identity(values, resources);
    let name = values.text("name").unwrap_or_else(|| id.name().to_owned());
    let kind = id.kind().unwrap_or_default();
    match kind.rsplit('/').next().unwrap_or_default() {
        "virtualnetworks" => {
            of_routing::subnets(&id, values, "subnets", &routing::LISTED_SUBNET, resources);
            build::vnet(id, name, values, &VNET, resources);
        }
        "virtualnetworkpeerings" => {
            let remote = stated::reference(values, "remoteVirtualNetworkId", resources);
            let (Some(vnet), Some(remote)) = (id.owner("virtualNetworkPeerings"), remote) else { return };
            let side = build::peering(&vnet, remote, values, &PEERING, resources);
            resources.add_peering(id, side);
        }
        "virtualnetworkgateways" => {
            let vnet = build::vnet_of_gateway(values, "ipConfigurations", "subnetId", resources);
            build::gateway(id, name, vnet, values, &GATEWAY, resources);
        }
        "localnetworkgateways" => {
            let new = build::local_gateway(name, values, &LOCAL_GATEWAY, resources);
            resources.add_local_gateway(id, new);
        }
        "connections" => build::connection(id, name, values, &CONNECTION, resources),
        "publicipaddresses" => {
            let address = stated::address(values, "ipAddress", resources);
            let addresses = address.into_iter().chain(values.text("fqdn")).collect();
            resources.public_addresses.insert(id, addresses);
        }
        _ => {}
    }
}
