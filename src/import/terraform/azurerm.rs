//! Resources of the provider azurerm, in the shapes of all its releases.

use super::azapi;
use super::ids;
use super::instances::Instance;
use super::kinds::{self, CONNECTION, GATEWAY, LOCAL_GATEWAY, PEERING, PUBLIC_ADDRESS, SUBNET, VNET};
use super::naming;
use super::routing;
use super::values::{Known, Values};
use crate::import::build::routing as of_routing;
use crate::import::build::{
    self, ConnectionNames, Flag, GatewayNames, LocalGatewayNames, PeeringNames, VnetNames,
};
use crate::import::fields::Fields;
use crate::import::id::ResourceId;
use crate::import::resources::Resources;
use crate::import::stated;

const VNET_NAMES: VnetNames = VnetNames {
    space: "address_space",
    old_spaces: &["address_spaces", "ip_address_pool[].allocated_ip_address_prefixes"],
    summaries: &[],
    servers: naming::SERVERS,
};

const PEERING_NAMES: PeeringNames = PeeringNames {
    allow_gateway_transit: "allow_gateway_transit",
    use_remote_gateways: "use_remote_gateways",
    allow_vnet_access: "allow_virtual_network_access",
    allow_forwarded_traffic: "allow_forwarded_traffic",
    state: &[],
    remote_spaces: &[],
    carried: &[],
    is_complete: "peer_complete_virtual_networks_enabled",
    subnets: "remote_subnet_names",
    is_ipv6_only: &["only_ipv6_peering_enabled"],
};

const GATEWAY_NAMES: GatewayNames = GatewayNames {
    kind: "type",
    vpn_kind: "vpn_type",
    bgp: BGP,
    asn: ASN,
    sku: &["sku"],
    pools: &[
        "vpn_client_configuration[].address_space",
        "vpn_client_configuration[].virtual_network_gateway_client_connection[].address_prefixes",
    ],
    custom_routes: &["custom_route[].address_prefixes"],
    protocols: &["vpn_client_configuration[].vpn_client_protocols"],
    peer_addresses: &[
        "bgp_settings.peering_address",
        "bgp_settings.peering_addresses[].default_addresses",
        "bgp_settings.peering_addresses[].apipa_addresses",
    ],
    public_addresses: &["bgp_settings.peering_addresses[].tunnel_ip_addresses"],
    public_address_ids: &["ip_configuration[].public_ip_address_id"],
    default_site: "default_local_network_gateway_id",
    nat_rules: &[],
};

const LOCAL_GATEWAY_NAMES: LocalGatewayNames = LocalGatewayNames {
    space: &["address_space"],
    address: "gateway_address",
    host: "gateway_fqdn",
    asn: ASN,
    peer_addresses: &["bgp_settings.bgp_peering_address"],
};

const CONNECTION_NAMES: ConnectionNames = ConnectionNames {
    kind: "type",
    gateway: "virtual_network_gateway_id",
    far_gateway: "peer_virtual_network_gateway_id",
    local_gateway: "local_network_gateway_id",
    bgp: BGP,
    status: &[],
    is_policy_based: "use_policy_based_traffic_selectors",
    traffic_selectors: "traffic_selector_policy",
    selectors_place: None,
    nat_rules: &["ingress_nat_rule_ids", "egress_nat_rule_ids"],
};

const BGP: Flag = Flag { names: &["bgp_enabled", "enable_bgp"], default: Some(false) };

const ASN: &str = "bgp_settings.asn";

/// True for the types that a network is made of.
pub(super) fn is_read(kind: &str) -> bool {
    [VNET, SUBNET, PEERING, GATEWAY, LOCAL_GATEWAY, CONNECTION, PUBLIC_ADDRESS].contains(&kind)
        || routing::is_read(kind)
        || naming::is_read(kind)
        || kinds::is_of_azapi(kind)
}

/// What is needed to read one instance beside others.
pub(super) struct Reader<'text, 'plan, 'read> {
    pub(super) known: Known<'text, 'plan>,
    pub(super) resources: &'read mut Resources,
}

impl<'text> Reader<'text, '_, '_> {
    /// Reads one instance, if it is of a type that a network is made of.
    pub(super) fn instance(&mut self, key: &str, instance: &Instance<'text>) {
        let Self { known, resources } = self;
        let values = Values::of(instance, known);
        if kinds::is_of_azapi(&instance.kind) {
            azapi::read(key, &values, resources);
            return;
        }
        if routing::join(key, &values, resources) || naming::join(&values, resources) {
            return;
        }
        // Machines are no part of a network, but tell which interfaces belong together.
        let is_read = is_read(&instance.kind) || kinds::MACHINES.contains(&instance.kind.as_str());
        let Some(id) = known.ids.get(key).filter(|_| is_read).cloned() else { return };
        stated::tell_identity(&values, resources);
        if values.block.is_unknown("name") {
            values.unknown("name", instance.span, "the address stands for it", resources);
        }
        let name = ids::name(instance);
        if instance.is_data {
            resources.planned.loose.insert(id.clone());
        } else if instance.is_made {
            resources.planned.made.insert(id.clone());
        }
        match instance.kind.as_str() {
            VNET => vnet(id, name, &values, resources),
            PEERING => peering(&id, &values, resources),
            GATEWAY => gateway(id, name, &values, resources),
            LOCAL_GATEWAY => local_gateway(id, name, &values, resources),
            CONNECTION => build::connection(id, name, &values, &CONNECTION_NAMES, resources),
            PUBLIC_ADDRESS => {
                // An address that Azure has yet to give is known by whose it is.
                let address = stated::address(&values, "ip_address", resources);
                let addresses: Vec<String> = address.into_iter().chain(values.text("fqdn")).collect();
                let stand_in = || vec![instance.address.clone()];
                let addresses = if addresses.is_empty() { stand_in() } else { addresses };
                resources.public_addresses.insert(id, addresses);
            }
            kind if naming::is_read(kind) => naming::read(id, &values, resources),
            _ => routing::read(id, &name, &values, resources),
        }
    }
}

fn vnet(id: ResourceId, name: String, values: &Values<'_, '_, '_>, resources: &mut Resources) {
    let instance = values.instance;
    if instance.is_data && resources.vnets.contains_key(&id) && values.list("address_space").is_empty() {
        return;
    }
    let peerings = instance.values.object("vnet_peerings").map_or(0, |peerings| peerings.count());
    if instance.is_data && peerings > 0 {
        let message = format!("a data source does not tell the settings of the peerings of VNet `{name}`");
        resources.incomplete(instance.span, message).help =
            Some("add an export of Azure, or the state that manages them".into());
    }
    of_routing::subnets(&id, values, "subnet", &routing::LISTED_SUBNET, resources);
    build::vnet(id, name, values, &VNET_NAMES, resources);
}

fn peering(id: &ResourceId, values: &Values<'_, '_, '_>, resources: &mut Resources) {
    if build::lacks_flag(values, &PEERING_NAMES.flags(), "the peering is left out", resources) {
        return;
    }
    let unknown = ["virtual_network_id", "virtual_network_name"];
    let vnet = match unknown.into_iter().find(|field| values.block.is_unknown(field)) {
        Some(field) => stated::target(values, field, resources),
        None => id.owner("virtualNetworkPeerings"),
    };
    let remote = stated::target(values, "remote_virtual_network_id", resources);
    let (Some(vnet), Some(remote)) = (vnet, remote) else { return };
    let own = vnet.child("virtualNetworkPeerings", id.name());
    if values.instance.is_made {
        resources.planned.made.insert(own.clone());
    }
    if values.instance.is_changed {
        // The provider asks for a sync with whatever it sends.
        resources.planned.synced.insert(own.clone());
    }
    let side = build::peering(&vnet, remote, values, &PEERING_NAMES, resources);
    resources.add_peering(own, side);
}

fn gateway(id: ResourceId, name: String, values: &Values<'_, '_, '_>, resources: &mut Resources) {
    let vnet = build::vnet_of_gateway(values, "ip_configuration", "subnet_id", resources);
    if vnet.is_none() {
        values.unknown("ip_configuration", values.span(), "the gateway is left out", resources);
        return;
    }
    build::gateway(id, name, vnet, values, &GATEWAY_NAMES, resources);
}

fn local_gateway(id: ResourceId, name: String, values: &Values<'_, '_, '_>, resources: &mut Resources) {
    let mut new = build::local_gateway(name, values, &LOCAL_GATEWAY_NAMES, resources);
    for field in [LOCAL_GATEWAY_NAMES.address, LOCAL_GATEWAY_NAMES.host] {
        if new.endpoint.is_none() && values.block.is_unknown(field) {
            new.endpoint = values.referred(field).map(|target| target.instance.address.clone());
            if new.endpoint.is_none() {
                let consequence = "it is taken for the address of a site";
                values.unknown(field, values.span(), consequence, resources);
            }
        }
    }
    resources.add_local_gateway(id, new);
}
