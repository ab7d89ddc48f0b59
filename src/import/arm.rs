//! Single resources as Azure Resource Manager writes them, nested or flattened.

use super::build::naming as of_naming;
use super::build::routing as of_routing;
use super::build::{self, ConnectionNames, Flag, GatewayNames, LocalGatewayNames, PeeringNames, VnetNames};
use super::columns;
use super::fields::Fields;
use super::id::ResourceId;
use super::json::Object;
use super::resources::{CarriedPatch, Patch, Peering, Resources};
use super::stated;
use crate::diagnostic::{Code, Diagnostic};

mod naming;
mod routing;

pub(super) use routing::{POLICIES, SUBNET, SUBNET_SPACE};

const NETWORK: &str = "microsoft.network/";

/// Types that are read.
const READ: &[&str] = &[
    "connections",
    "localnetworkgateways",
    "publicipaddresses",
    "virtualnetworkgateways",
    "virtualnetworks",
    "virtualnetworks/subnets",
    "virtualnetworks/virtualnetworkpeerings",
];

/// Types that touch routing or reachability and that the model does not cover.
const OUTSIDE: &[&str] = &[
    "applicationgateways",
    "dnsforwardingrulesets",
    "expressroutecircuits",
    "expressroutecircuits/peerings",
    "expressroutegateways",
    "hubvirtualnetworkconnections",
    "natgateways",
    "networkmanagers",
    "networkmanagers/connectivityconfigurations",
    "networkmanagers/networkgroups",
    "networksecuritygroups",
    "networkvirtualappliances",
    "p2svpngateways",
    "p2svpngateways/p2sconnectionconfigurations",
    "virtualhubs",
    "virtualhubs/bgpconnections",
    "virtualhubs/hubroutetables",
    "virtualhubs/hubvirtualnetworkconnections",
    "virtualhubs/routemaps",
    "virtualhubs/routingintent",
    "virtualnetworkappliances",
    "virtualnetworkgateways/natrules",
    "virtualrouters",
    "virtualwans",
    "vpngateways",
    "vpngateways/natrules",
    "vpngateways/vpnconnections",
    "vpnserverconfigurations",
    "vpnsites",
];

const VNET: VnetNames = VnetNames {
    space: "addressSpace.addressPrefixes",
    old_spaces: &[],
    summaries: &["summarizedGatewayPrefixes.addressPrefixes"],
    servers: naming::SERVERS,
};

const PEERING: PeeringNames = PeeringNames {
    allow_gateway_transit: "allowGatewayTransit",
    use_remote_gateways: "useRemoteGateways",
    allow_vnet_access: "allowVirtualNetworkAccess",
    allow_forwarded_traffic: "allowForwardedTraffic",
    state: &["peeringState"],
    remote_spaces: &[
        "remoteVirtualNetworkAddressSpace.addressPrefixes",
        "remoteAddressSpace.addressPrefixes",
        "peeredRemoteAddressSpace.addressPrefixes",
    ],
    carried: &["remoteAddressSpace.addressPrefixes", "peeredRemoteAddressSpace.addressPrefixes"],
    is_complete: "peerCompleteVnets",
    subnets: "remoteSubnetNames",
    // The Python SDK spells it so.
    is_ipv6_only: &["enableOnlyIPv6Peering", "enable_only_i_pv6_peering"],
};

const GATEWAY: GatewayNames = GatewayNames {
    kind: "gatewayType",
    vpn_kind: "vpnType",
    bgp: Flag { names: &["enableBgp"], default: None },
    asn: ASN,
    sku: &["sku.name", "sku"],
    pools: &[
        "vpnClientConfiguration.vpnClientAddressPool.addressPrefixes",
        "vpnClientConfiguration.vngClientConnectionConfigurations[].vpnClientAddressPool.addressPrefixes",
    ],
    custom_routes: &["customRoutes.addressPrefixes"],
    protocols: &["vpnClientConfiguration.vpnClientProtocols"],
    peer_addresses: &[
        "bgpSettings.bgpPeeringAddress",
        "bgpSettings.bgpPeeringAddresses[].defaultBgpIpAddresses",
        "bgpSettings.bgpPeeringAddresses[].customBgpIpAddresses",
    ],
    public_addresses: &["bgpSettings.bgpPeeringAddresses[].tunnelIpAddresses"],
    public_address_ids: &["ipConfigurations[].publicIPAddress"],
    default_site: "gatewayDefaultSite",
    nat_rules: &["natRules"],
};

const LOCAL_GATEWAY: LocalGatewayNames = LocalGatewayNames {
    space: &["localNetworkAddressSpace.addressPrefixes"],
    address: "gatewayIpAddress",
    host: "fqdn",
    asn: ASN,
    peer_addresses: &["bgpSettings.bgpPeeringAddress"],
};

const CONNECTION: ConnectionNames = ConnectionNames {
    kind: "connectionType",
    gateway: "virtualNetworkGateway1",
    far_gateway: "virtualNetworkGateway2",
    local_gateway: "localNetworkGateway2",
    bgp: Flag { names: &["enableBgp"], default: None },
    status: &["connectionStatus"],
    is_policy_based: "usePolicyBasedTrafficSelectors",
    traffic_selectors: "trafficSelectorPolicies",
    selectors_place: Some("connectionType"),
    nat_rules: &["ingressNatRules", "egressNatRules"],
};

const ASN: &str = "bgpSettings.asn";

/// The sync level of a peering whose two address spaces are up to date.
const IN_SYNC: &str = "FullyInSync";

/// What became of an object that has an id or a type.
#[derive(PartialEq)]
pub(super) enum Taken {
    /// A resource of the network was read.
    Resource,
    /// It is of this type, which has nothing to do with routing.
    Irrelevant(String),
    /// It names this resource and says nothing about it.
    NameOnly(Option<ResourceId>),
    /// It is no resource.
    No,
}

/// Reads `object` if it is a resource.
pub(super) fn take(object: &Object<'_>, resources: &mut Resources) -> Taken {
    let id = object.text("id").filter(|id| id.starts_with('/')).map(|id| ResourceId::new(&id));
    match object.kind() {
        Some(kind) => take_of(&kind, id, object, resources),
        None => by_resource_id(object).map_or(Taken::No, |id| take_called(id, object, resources)),
    }
}

/// The id as PowerShell calls that of private zones and their links.
fn by_resource_id(object: &Object<'_>) -> Option<ResourceId> {
    let id = object.text("resourceId").filter(|id| id.starts_with('/')).map(|id| ResourceId::new(&id))?;
    let kind = id.kind()?;
    naming::READ.contains(&kind.strip_prefix(NETWORK)?).then_some(id)
}

/// Reads the resource called `id`, which need not say so itself.
pub(super) fn take_called(id: ResourceId, object: &Object<'_>, resources: &mut Resources) -> Taken {
    match id.kind() {
        Some(kind) => take_of(&kind, Some(id), object, resources),
        None => Taken::No,
    }
}

fn take_of(kind: &str, id: Option<ResourceId>, object: &Object<'_>, resources: &mut Resources) -> Taken {
    let of_scale_set = (kind == routing::OF_SCALE_SETS).then_some("networkinterfaces");
    let Some(inner) = kind.strip_prefix(NETWORK).or(of_scale_set) else {
        return Taken::Irrelevant(kind.to_owned());
    };
    if OUTSIDE.contains(&inner) {
        let name = object.text("name").or_else(|| Some(id.as_ref()?.name().to_owned())).unwrap_or_default();
        leave_out(inner, id.as_ref(), name, object, resources);
        return Taken::Resource;
    }
    let telling = telling_of(inner);
    if !telling.is_empty() {
        stated::tell_own(object, resources);
    }
    let is_told = telling.iter().any(|field| object.has(field));
    // Whatever refers to a subnet names it alone.
    if telling.is_empty() || (!is_told && is_often_named(inner)) {
        return Taken::Irrelevant(kind.to_owned());
    }
    if !is_told {
        return Taken::NameOnly(id);
    }
    match id.or_else(|| put_together(kind, object)) {
        Some(id) => body(inner, id, object, resources),
        None => resources.diagnostics.push(without_id(inner, object)),
    }
    Taken::Resource
}

/// The id that Azure gives a resource of this type, where a row has all parts of it in columns.
fn put_together(kind: &str, object: &Object<'_>) -> Option<ResourceId> {
    let [subscription, group, name] = ["subscriptionId", "resourceGroup", "name"]
        .map(|field| object.text(field).filter(|it| !it.is_empty()));
    let is_inside_another = kind.matches('/').count() > 1;
    let (subscription, group, name) = (subscription?, group?, name.filter(|_| !is_inside_another)?);
    let id = format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{kind}/{name}");
    Some(ResourceId::new(&id))
}

/// Says that nothing could refer to a resource.
fn without_id(kind: &str, object: &Object<'_>) -> Diagnostic {
    let name = object.text("name").unwrap_or_default();
    let message = format!("`{name}` of type `{kind}` has no id, by which other resources refer to it");
    Diagnostic::new(Code::NotAnInventory, message)
        .at(object.span(), "expected `id`, or `subscriptionId`, `resourceGroup` and `name`")
        .help("export whole rows: `tunnelog export-query` prints the query")
}

/// The fields of a type of which one is there where anything is told of a resource.
fn telling_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "virtualnetworks" => &["addressspace", "subnets", "virtualnetworkpeerings"],
        "virtualnetworks/virtualnetworkpeerings" => &["remotevirtualnetwork"],
        "virtualnetworks/subnets" => SUBNET_SPACE,
        "virtualnetworkgateways" => &[
            "gatewaytype",
            "ipconfigurations",
            "vpntype",
            "vpnclientconfiguration",
            "customroutes",
            "bgpsettings",
        ],
        "localnetworkgateways" => &["localnetworkaddressspace", "gatewayipaddress", "fqdn", "bgpsettings"],
        "connections" => &["connectiontype", "virtualnetworkgateway1"],
        "publicipaddresses" => &["ipaddress", "publicipallocationmethod"],
        other if naming::READ.contains(&other) => naming::telling(other),
        other => routing::telling(other),
    }
}

/// True for types of which others often list nothing but names.
fn is_often_named(kind: &str) -> bool {
    kind == "privateendpoints" || routing::is_often_named(kind)
}

/// The same of the type of a resource.
pub(super) fn telling(id: &ResourceId) -> &'static [&'static str] {
    id.kind().as_deref().and_then(|kind| kind.strip_prefix(NETWORK)).map(telling_of).unwrap_or_default()
}

/// Reads the body of the resource called `id`, which need not say so itself.
pub(super) fn take_as(id: ResourceId, object: &impl Fields, resources: &mut Resources) {
    let kind = id.kind().unwrap_or_default();
    let Some(kind) = kind.strip_prefix(NETWORK) else { return };
    if OUTSIDE.contains(&kind) {
        leave_out(kind, Some(&id), id.name().to_owned(), object, resources);
    } else {
        body(kind, id, object, resources);
    }
}

/// Counts a resource that the model does not cover, and notes what of it people may count on.
fn leave_out(
    kind: &str,
    id: Option<&ResourceId>,
    name: String,
    object: &impl Fields,
    resources: &mut Resources,
) {
    match kind {
        "networksecuritygroups" => {
            let users = ["subnets[].id", "networkInterfaces[].id"];
            let rules = stated::objects(object, "securityRules", resources);
            let users = stated::lists(object, &users, resources);
            if let Some(id) = id {
                resources.unmodelled.group(id, &rules, users);
            }
        }
        "virtualnetworkgateways/natrules" => resources.unmodelled.translates(&name),
        "networkmanagers/connectivityconfigurations" => connected_group(&name, object, resources),
        _ => {}
    }
    resources.others.entry(kind.to_owned()).or_default().push((name, object.span()));
}

/// What `object` sets of the resource called `target`, which something else makes.
pub(super) fn patch(
    target: ResourceId,
    source: String,
    object: &impl Fields,
    resources: &mut Resources,
) -> Patch {
    let flag = |name: &str, resources: &mut Resources| stated::flag(object, &[name], resources);
    let space = match target.kind().unwrap_or_default().rsplit('/').next() {
        Some("localnetworkgateways") => LOCAL_GATEWAY.space,
        Some("subnets") => SUBNET_SPACE,
        Some("virtualnetworks") => &[VNET.space],
        _ => &[],
    };
    build::note_outside(object, &GATEWAY, target.name(), resources);
    build::note_selectors(object, &CONNECTION, target.name(), resources);
    let protocols = build::stated_words(object, GATEWAY.protocols, resources);
    let is_of = |kind: &str| target.kind().is_some_and(|it| it.rsplit('/').next() == Some(kind));
    let (is_table, is_subnet) = (is_of("routetables"), is_of("subnets"));
    if is_table {
        of_routing::routes(&target, object, &routing::TABLE, resources);
    }
    let default_site =
        is_of("virtualnetworkgateways").then(|| stated::target(object, GATEWAY.default_site, resources));
    let table = SUBNET.table.filter(|_| is_subnet).map(|name| stated::target(object, name, resources));
    Patch {
        space: build::stated_prefixes(object, space, resources),
        carried: CarriedPatch {
            prefixes: build::stated_prefixes(object, PEERING.carried, resources),
            is_complete: flag(PEERING.is_complete, resources),
            subnets: build::stated_words(object, &[PEERING.subnets], resources)
                .map(|words| words.into_iter().map(|(word, _)| word).collect()),
            is_ipv6_only: stated::flag(object, PEERING.is_ipv6_only, resources),
        },
        summaries: build::stated_prefixes(object, VNET.summaries, resources),
        servers: of_naming::servers(object, VNET.servers, resources),
        allow_gateway_transit: flag(PEERING.allow_gateway_transit, resources),
        use_remote_gateways: flag(PEERING.use_remote_gateways, resources),
        allow_vnet_access: flag(PEERING.allow_vnet_access, resources),
        allow_forwarded_traffic: flag(PEERING.allow_forwarded_traffic, resources),
        bgp: stated::flag(object, GATEWAY.bgp.names, resources),
        asn: stated::asn(object, ASN, resources),
        pools: build::stated_prefixes(object, GATEWAY.pools, resources),
        custom_routes: build::stated_prefixes(object, GATEWAY.custom_routes, resources),
        sku: stated::text(object, GATEWAY.sku, resources),
        protocols: protocols.map(|words| resources.protocols(words)),
        endpoint: build::endpoint(object, &LOCAL_GATEWAY, resources),
        default_site: default_site.flatten(),
        table: table.flatten(),
        gateway_routes: is_table.then(|| of_routing::lets_in(object, &routing::TABLE, resources)).flatten(),
        target,
        source,
        origin: object.span(),
    }
}

/// True for the types that are read, and those that are told of as left out.
pub(super) fn matters(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    kind.strip_prefix(NETWORK).is_some_and(|kind| is_among_read(kind) || OUTSIDE.contains(&kind))
}

fn is_among_read(kind: &str) -> bool {
    READ.contains(&kind) || routing::READ.contains(&kind) || naming::READ.contains(&kind)
}

/// True for the types that are read.
pub(super) fn is_read(id: &ResourceId) -> bool {
    id.kind().as_deref().and_then(|kind| kind.strip_prefix(NETWORK)).is_some_and(is_among_read)
}

fn body(kind: &str, id: ResourceId, object: &impl Fields, resources: &mut Resources) {
    stated::tell_kind(object, stated::PROPERTIES, false, resources);
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
        "connections" => {
            let name = name(&id, object);
            build::connection(id, name, object, &CONNECTION, resources);
        }
        "publicipaddresses" => {
            let names = stated::text(object, &["dnsSettings.fqdn"], resources);
            let address = stated::address(object, "ipAddress", resources);
            let addresses = address.into_iter().chain(names).collect();
            resources.public_addresses.insert(id, addresses);
        }
        other if naming::READ.contains(&other) => naming::body(other, id, object, resources),
        other => {
            let name = name(&id, object);
            routing::body(other, id, &name, object, resources);
        }
    }
}

fn note_state(object: &impl Fields, resources: &mut Resources) {
    let Some(state) = stated::text(object, &["provisioningState"], resources) else { return };
    if !state.eq_ignore_ascii_case("succeeded") {
        let name = object.text("name").unwrap_or_default();
        let message = format!("`{name}` is in provisioning state `{state}`, and is taken as it stands");
        resources.incomplete(object.span_of("provisioningState"), message);
    }
}

/// The name of a resource: as stated, else from its id.
fn name(id: &ResourceId, object: &impl Fields) -> String {
    object.text("name").filter(|name| !name.contains('/')).unwrap_or_else(|| id.name().to_owned())
}

fn vnet(id: ResourceId, object: &impl Fields, resources: &mut Resources) {
    let name = name(&id, object);
    take_subnets(&id, object, resources);
    take_peerings(&id, object, resources);
    // A row of a query may be about a peering alone.
    let tells_space = object.object("addressSpace").is_some() || object.is_filled("addressSpace");
    if tells_space || !object.is_filled("virtualNetworkPeerings") {
        build::vnet(id, name, object, &VNET, resources);
    }
}

/// Reads the subnets in the body of the VNet called `id`.
pub(super) fn take_subnets(id: &ResourceId, object: &impl Fields, resources: &mut Resources) {
    of_routing::subnets(id, object, "subnets", &SUBNET, resources);
}

/// Reads the peerings in the body of the VNet called `id`.
pub(super) fn take_peerings(id: &ResourceId, object: &impl Fields, resources: &mut Resources) {
    for side in stated::objects(object, "virtualNetworkPeerings", resources) {
        let name = side.text("name").unwrap_or_default();
        peering(id, &name, &side, resources);
    }
}

/// Notes a connected group of Azure Virtual Network Manager, which joins VNets and makes no peering.
fn connected_group(name: &str, object: &impl Fields, resources: &mut Resources) {
    let topology = stated::word(object, &["connectivityTopology"], stated::TOPOLOGY, resources);
    let mut is_mesh = topology.as_deref() == Some("Mesh");
    for group in stated::objects(object, "appliesToGroups", resources) {
        let way = stated::word(&group, &["groupConnectivity"], stated::GROUP_CONNECTIVITY, resources);
        is_mesh |= way.as_deref() == Some("DirectlyConnected");
    }
    if is_mesh {
        resources.unmodelled.connects(name);
        let message = format!(
            "`{name}` of Azure Virtual Network Manager joins VNets to a connected group without peerings; that way is left \
             out, and no gateway is taken to be shared through it"
        );
        resources.outside(object.span(), message);
    }
}

fn peering(vnet: &ResourceId, name: &str, object: &impl Fields, resources: &mut Resources) {
    if build::lacks_flag(object, &PEERING.flags(), "the peering is left out", resources) {
        return;
    }
    let Some(remote) = stated::target(object, "remoteVirtualNetwork", resources) else {
        if object.is_unknown("remoteVirtualNetwork") {
            return;
        }
        let message =
            format!("peering `{name}` of `{}` does not say what it leads to, and is left out", vnet.name());
        resources.incomplete(object.span(), message);
        return;
    };
    let level = stated::word(object, &["peeringSyncLevel"], stated::SYNC_LEVEL, resources);
    let level = level.unwrap_or_else(|| IN_SYNC.to_owned());
    let tells = |name: &&str| object.each(name, &mut Fields::list).concat().is_empty();
    if level != IN_SYNC && PEERING.carried.iter().all(tells) {
        let message = format!(
            "peering `{name}` of `{}` has sync level `{level}`, and counts as if it were in sync",
            vnet.name()
        );
        resources.outside(object.span_of("peeringSyncLevel"), message);
    }
    let side = build::peering(vnet, remote, object, &PEERING, resources);
    let side = Peering { projected: object.text(columns::PROJECTED).is_some(), ..side };
    resources.add_peering(vnet.child("virtualNetworkPeerings", name), side);
}

fn gateway(id: ResourceId, object: &impl Fields, resources: &mut Resources) {
    let name = name(&id, object);
    let vnet = build::vnet_of_gateway(object, "ipConfigurations", "subnet", resources);
    let is_unknown = object.objects("ipConfigurations").iter().any(|it| it.is_unknown("subnet"));
    if vnet.is_none() && is_unknown {
        // It has been told that the subnet is not known.
        return;
    }
    build::gateway(id, name, vnet, object, &GATEWAY, resources);
}

fn local_gateway(id: ResourceId, object: &impl Fields, resources: &mut Resources) {
    let new = build::local_gateway(name(&id, object), object, &LOCAL_GATEWAY, resources);
    resources.add_local_gateway(id, new);
}
