//! Single resources as Azure Resource Manager writes them, nested or flattened.

use super::id::ResourceId;
use super::json::Object;
use super::resources::{Connection, Gateway, LocalGateway, Peering, Resources, Vnet};

const NETWORK: &str = "microsoft.network/";

/// Types that are read.
const READ: &[&str] = &[
    "connections",
    "localnetworkgateways",
    "publicipaddresses",
    "virtualnetworkgateways",
    "virtualnetworks",
    "virtualnetworks/virtualnetworkpeerings",
];

/// Types that touch routing or reachability and that the model does not cover.
const OUTSIDE: &[&str] = &[
    "applicationgateways",
    "azurefirewalls",
    "expressroutecircuits",
    "expressroutecircuits/peerings",
    "expressroutegateways",
    "hubvirtualnetworkconnections",
    "natgateways",
    "networkmanagers",
    "networksecuritygroups",
    "networkvirtualappliances",
    "p2svpngateways",
    "routetables",
    "virtualhubs",
    "virtualhubs/bgpconnections",
    "virtualhubs/hubvirtualnetworkconnections",
    "virtualnetworkappliances",
    "virtualnetworkgateways/natrules",
    "virtualrouters",
    "virtualwans",
    "vpngateways",
    "vpngateways/vpnconnections",
    "vpnserverconfigurations",
    "vpnsites",
];

/// The sync level of a peering whose two address spaces are up to date.
const IN_SYNC: &str = "FullyInSync";

/// What became of an object that has an id or a type.
#[derive(PartialEq)]
pub(super) enum Taken {
    /// A resource of the network was read.
    Resource,
    /// It is of a type that has nothing to do with routing.
    Irrelevant,
    /// It names a resource and says nothing about it.
    NameOnly,
    /// It is no resource.
    No,
}

/// Reads `object` if it is a resource.
pub(super) fn take(object: &Object<'_>, resources: &mut Resources) -> Taken {
    let id = object.text("id").filter(|id| id.starts_with('/')).map(|id| ResourceId::new(&id));
    let stated = object.text("type").map(|kind| kind.to_ascii_lowercase()).filter(|kind| kind.contains('/'));
    let Some(kind) = id.as_ref().and_then(ResourceId::kind).or(stated) else { return Taken::No };
    let Some(kind) = kind.strip_prefix(NETWORK) else { return Taken::Irrelevant };
    let telling = match kind {
        "virtualnetworks" => &["addressspace", "subnets"][..],
        "virtualnetworks/virtualnetworkpeerings" => &["remotevirtualnetwork"],
        "virtualnetworkgateways" => &["gatewaytype", "ipconfigurations", "vpntype"],
        "localnetworkgateways" => &["localnetworkaddressspace", "gatewayipaddress", "fqdn", "bgpsettings"],
        "connections" => &["connectiontype", "virtualnetworkgateway1"],
        "publicipaddresses" => &["ipaddress", "publicipallocationmethod"],
        _ if OUTSIDE.contains(&kind) => {
            let name = object.text("name").or_else(|| id.map(|id| id.name().to_owned())).unwrap_or_default();
            resources.others.entry(kind.to_owned()).or_default().push((name, object.span()));
            return Taken::Resource;
        }
        _ => return Taken::Irrelevant,
    };
    let Some(id) = id.filter(|_| telling.iter().any(|field| object.has(field))) else {
        return Taken::NameOnly;
    };
    body(kind, id, object, resources);
    Taken::Resource
}

/// Reads the body of the resource called `id`, which need not say so itself.
pub(super) fn take_as(id: ResourceId, object: &Object<'_>, resources: &mut Resources) {
    let kind = id.kind().unwrap_or_default();
    if let Some(kind) = kind.strip_prefix(NETWORK) {
        body(kind, id, object, resources);
    }
}

/// True for the types that are read.
pub(super) fn is_read(id: &ResourceId) -> bool {
    id.kind().as_deref().and_then(|kind| kind.strip_prefix(NETWORK)).is_some_and(|kind| READ.contains(&kind))
}

fn body(kind: &str, id: ResourceId, object: &Object<'_>, resources: &mut Resources) {
    note_state(object, resources);
    match kind {
        "virtualnetworks" => vnet(id, object, resources),
        "virtualnetworks/virtualnetworkpeerings" => {
            if let Some(vnet) = id.owner("virtualNetworkPeerings") {
                peering(&vnet, id.name(), object, resources);
            }
        }
        "virtualnetworkgateways" => gateway(id, object, resources),
        "localnetworkgateways" => local_gateway(id, object, resources),
        "connections" => connection(id, object, resources),
        "publicipaddresses" => {
            let names = object.object("dnsSettings").and_then(|settings| settings.text("fqdn"));
            let addresses = object.text("ipAddress").into_iter().chain(names).collect();
            resources.public_addresses.insert(id, addresses);
        }
        _ => {}
    }
}

fn note_state(object: &Object<'_>, resources: &mut Resources) {
    let Some(state) = object.text("provisioningState") else { return };
    if !state.eq_ignore_ascii_case("succeeded") {
        let name = object.text("name").unwrap_or_default();
        let message = format!("`{name}` is in provisioning state `{state}`, and is taken as it stands");
        resources.incomplete(object.span_of("provisioningState"), message);
    }
}

/// The name of a resource: as stated, else from its id.
fn name(id: &ResourceId, object: &Object<'_>) -> String {
    object.text("name").filter(|name| !name.contains('/')).unwrap_or_else(|| id.name().to_owned())
}

fn vnet(id: ResourceId, object: &Object<'_>, resources: &mut Resources) {
    let space = object.object("addressSpace").map(|space| space.list("addressPrefixes"));
    let space = resources.prefixes(space.unwrap_or_default());
    let vnet = Vnet { name: name(&id, object), space, origin: object.span() };
    if vnet.space.is_empty() {
        resources.incomplete(vnet.origin, format!("VNet `{}` has no address space in the export", vnet.name));
    }
    let summarized = object.object("summarizedGatewayPrefixes").map_or(0, |it| it.length("addressPrefixes"));
    if summarized > 0 {
        let message = format!("the summarized gateway prefixes of VNet `{}` are left out", vnet.name);
        resources.outside(object.span_of("summarizedGatewayPrefixes"), message);
    }
    for side in object.objects("virtualNetworkPeerings") {
        let name = side.text("name").unwrap_or_default();
        peering(&id, &name, &side, resources);
    }
    resources.add_vnet(id, vnet);
}

fn peering(vnet: &ResourceId, name: &str, object: &Object<'_>, resources: &mut Resources) {
    let Some(remote) = object.reference("remoteVirtualNetwork") else {
        let message =
            format!("peering `{name}` of `{}` does not say what it leads to, and is left out", vnet.name());
        resources.incomplete(object.span(), message);
        return;
    };
    let spaces = ["remoteVirtualNetworkAddressSpace", "remoteAddressSpace", "peeredRemoteAddressSpace"];
    let remote_space = spaces
        .into_iter()
        .filter_map(|field| object.object(field))
        .map(|space| space.list("addressPrefixes"))
        .find(|list| !list.is_empty());
    let level = object.text("peeringSyncLevel").unwrap_or_else(|| IN_SYNC.to_owned());
    if !level.eq_ignore_ascii_case(IN_SYNC) {
        let message = format!(
            "peering `{name}` of `{}` has sync level `{level}`, and counts as if it were in sync",
            vnet.name()
        );
        resources.outside(object.span_of("peeringSyncLevel"), message);
    }
    let side = Peering {
        vnet: vnet.clone(),
        remote,
        allow_gateway_transit: object.flag("allowGatewayTransit").unwrap_or(false),
        use_remote_gateways: object.flag("useRemoteGateways").unwrap_or(false),
        allow_vnet_access: object.flag("allowVirtualNetworkAccess").unwrap_or(true),
        state: object.text("peeringState"),
        remote_space: resources.prefixes(remote_space.unwrap_or_default()),
        projected: false,
        origin: object.span(),
    };
    resources.add_peering(vnet.child("virtualNetworkPeerings", name), side);
}

/// The addresses of a field that may hold several between commas.
fn addresses(object: Option<&Object<'_>>, field: &str) -> Vec<String> {
    object.into_iter().flat_map(|settings| settings.list(field)).map(|(address, _)| address).collect()
}

fn gateway(id: ResourceId, object: &Object<'_>, resources: &mut Resources) {
    let configurations = object.objects("ipConfigurations");
    let subnet = configurations.iter().find_map(|configuration| configuration.reference("subnet"));
    let bgp = object.object("bgpSettings");
    let clients = object.object("vpnClientConfiguration");
    let mut pools = Vec::new();
    if let Some(clients) = &clients {
        let groups = clients.objects("vngClientConnectionConfigurations");
        for holder in std::iter::once(clients).chain(&groups) {
            pools.extend(holder.object("vpnClientAddressPool").map(|pool| pool.list("addressPrefixes")));
        }
    }
    let name = name(&id, object);
    for (field, what) in [("gatewayDefaultSite", "the default site"), ("natRules", "the NAT rules")] {
        let is_set = object.object(field).is_some() || object.length(field) > 0;
        if is_set {
            resources.outside(object.span_of(field), format!("{what} of gateway `{name}` is left out"));
        }
    }
    let tunnel_addresses = bgp.iter().flat_map(|settings| settings.objects("bgpPeeringAddresses"));
    let (mut peer_addresses, mut public_addresses) =
        (addresses(bgp.as_ref(), "bgpPeeringAddress"), Vec::new());
    for instance in tunnel_addresses {
        public_addresses.extend(addresses(Some(&instance), "tunnelIpAddresses"));
        for field in ["defaultBgpIpAddresses", "customBgpIpAddresses"] {
            peer_addresses.extend(addresses(Some(&instance), field));
        }
    }
    let gateway = Gateway {
        vnet: subnet.and_then(|subnet| subnet.owner("subnets")),
        kind: object.text("gatewayType"),
        vpn_kind: object.text("vpnType"),
        bgp: object.flag("enableBgp"),
        asn: resources
            .asn(bgp.as_ref().and_then(|settings| settings.text("asn")), object.span_of("bgpSettings")),
        sku: object.object("sku").map_or_else(|| object.text("sku"), |sku| sku.text("name")),
        pools: resources.prefixes(pools.into_iter().flatten()),
        custom_routes: {
            let routes = object.object("customRoutes").map(|routes| routes.list("addressPrefixes"));
            resources.prefixes(routes.unwrap_or_default())
        },
        protocols: {
            let protocols = clients.as_ref().map(|clients| clients.list("vpnClientProtocols"));
            resources.protocols(protocols.unwrap_or_default())
        },
        peer_addresses,
        public_addresses,
        public_address_ids: configurations.iter().filter_map(|it| it.reference("publicIPAddress")).collect(),
        name,
        origin: Some(object.span()),
    };
    resources.add_gateway(id, gateway);
}

fn local_gateway(id: ResourceId, object: &Object<'_>, resources: &mut Resources) {
    let bgp = object.object("bgpSettings");
    let space = object.object("localNetworkAddressSpace").map(|space| space.list("addressPrefixes"));
    let new = LocalGateway {
        name: name(&id, object),
        space: resources.prefixes(space.unwrap_or_default()),
        endpoint: object.text("gatewayIpAddress").or_else(|| object.text("fqdn")),
        asn: resources
            .asn(bgp.as_ref().and_then(|settings| settings.text("asn")), object.span_of("bgpSettings")),
        peer_addresses: addresses(bgp.as_ref(), "bgpPeeringAddress"),
        origin: Some(object.span()),
    };
    resources.add_local_gateway(id, new);
}

fn connection(id: ResourceId, object: &Object<'_>, resources: &mut Resources) {
    let new = Connection {
        name: name(&id, object),
        kind: object.text("connectionType"),
        gateway: object.reference("virtualNetworkGateway1"),
        far_gateway: object.reference("virtualNetworkGateway2"),
        local_gateway: object.reference("localNetworkGateway2"),
        bgp: object.flag("enableBgp"),
        status: object.text("connectionStatus"),
        origin: Some(object.span()),
    };
    if object.flag("usePolicyBasedTrafficSelectors") == Some(true)
        || object.length("trafficSelectorPolicies") > 0
    {
        let message = format!(
            "the traffic selectors of connection `{}` are left out; it counts as if it let everything through",
            new.name
        );
        resources.outside(object.span_of("connectionType"), message);
    }
    if object.length("ingressNatRules") + object.length("egressNatRules") > 0 {
        resources.outside(object.span(), format!("the NAT rules of connection `{}` are left out", new.name));
    }
    resources.add_connection(id, new);
}
