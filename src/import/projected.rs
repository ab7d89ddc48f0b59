//! Rows of queries that project single columns, as CSV or as the JSON of the same rows.

use super::build::{
    self, Asn, ConnectionNames, Flag, GatewayNames, LocalGatewayNames, PeeringNames, VnetNames,
};
use super::fields::{Fields, Row};
use super::id::ResourceId;
use super::json::Object;
use super::resources::{Client, Peering, Resources, Vnet};
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::Os;

const VNET: VnetNames = VnetNames { space: "addressPrefixes", old_spaces: &[] };

const PEERING: PeeringNames = PeeringNames {
    allow_gateway_transit: "allowGatewayTransit",
    use_remote_gateways: "useRemoteGateways",
    allow_vnet_access: "allowVirtualNetworkAccess",
    state: &["peeringState"],
    remote_spaces: &["remoteAddressPrefixes"],
    carried: &["remoteAddressPrefixes"],
    is_complete: "peerCompleteVnets",
    subnets: "remoteSubnetNames",
    is_ipv6_only: &["enableOnlyIPv6Peering"],
};

/// The side of the VNet that a row of Azure Governance Visualizer is about.
const NEAR_SIDE: PeeringNames = PeeringNames {
    remote_spaces: &["remoteVirtualNetworkAddressSpaceAddressPrefixes", "remoteAddressSpaceAddressPrefixes"],
    carried: &["remoteAddressSpaceAddressPrefixes"],
    ..PEERING
};

/// The other side in the same row.
const FAR_SIDE: PeeringNames = PeeringNames {
    allow_gateway_transit: "remoteallowGatewayTransit",
    use_remote_gateways: "remoteuseRemoteGateways",
    allow_vnet_access: "remoteallowVirtualNetworkAccess",
    state: &["remotepeeringState"],
    remote_spaces: &[],
    carried: &[],
    ..PEERING
};

const GATEWAY: GatewayNames = GatewayNames {
    kind: "gatewayType",
    vpn_kind: "vpnType",
    bgp: Flag { names: &["enableBgp"], default: None },
    asn: ASN,
    sku: &["sku"],
    pools: &["p2sAddressPools"],
    custom_routes: &["customRoutes"],
    protocols: &["p2sProtocols"],
    peer_addresses: &["bgpPeeringAddress"],
    public_addresses: &["publicIpAddresses"],
    public_address_ids: &[],
    outside: &[],
};

const LOCAL_GATEWAY: LocalGatewayNames = LocalGatewayNames {
    space: &["addressPrefixes"],
    endpoint: &["gatewayIpAddress"],
    asn: ASN,
    peer_addresses: &["bgpPeeringAddress"],
};

const CONNECTION: ConnectionNames = ConnectionNames {
    kind: "connectionType",
    gateway: "virtualNetworkGateway1Id",
    far_gateway: "virtualNetworkGateway2Id",
    local_gateway: "localNetworkGateway2Id",
    bgp: Flag { names: &["enableBgp"], default: None },
    status: &["connectionStatus"],
    is_policy_based: "usePolicyBasedTrafficSelectors",
    traffic_selectors: "trafficSelectorPolicies",
    selectors_place: None,
    nat_rules: &[],
};

const ASN: Asn = Asn { name: "bgpAsn", place: "bgpAsn" };

/// Reads `row` if it has the columns of one of the queries; false where it has not.
pub(super) fn take(row: &Object<'_>, resources: &mut Resources) -> bool {
    let id = row.text("id").map(|id| ResourceId::new(&id));
    if row.has("virtualNetworkGateway1Id") {
        let Some(id) = id else { return false };
        let name = name(&id, row);
        build::connection(id, name, &plain(row), &CONNECTION, resources);
    } else if row.has("vnetId") && row.has("addressSpaceAddressPrefixes") {
        governance(row, resources);
    } else if row.has("vnetId") && row.has("remoteVnetId") {
        peering(row, resources);
    } else if row.has("gatewayId") && row.has("os") {
        client(row, resources);
    } else if row.has("gatewayType") && row.has("vnetId") {
        let Some(id) = id else { return false };
        let (name, row) = (name(&id, row), plain(row));
        build::gateway(id, name, row.reference("vnetId"), &row, &GATEWAY, resources);
    } else if row.has("addressPrefixes") && row.has("gatewayIpAddress") {
        let Some(id) = id else { return false };
        let new = build::local_gateway(name(&id, row), &plain(row), &LOCAL_GATEWAY, resources);
        resources.add_local_gateway(id, new);
    } else if row.has("addressPrefixes") && !row.has("addressSpace") && !row.has("addressPrefix") {
        let Some(id) = id else { return false };
        if id.kind().is_some_and(|kind| kind != "microsoft.network/virtualnetworks") {
            return false;
        }
        let name = name(&id, row);
        build::vnet(id, name, &plain(row), &VNET, resources);
    } else {
        return false;
    }
    true
}

fn name(id: &ResourceId, row: &Object<'_>) -> String {
    row.text("name").unwrap_or_else(|| id.name().to_owned())
}

/// A row of Azure Governance Visualizer: a VNet with both sides of one of its peerings, and `n/a` where there is none.
fn governance(row: &Object<'_>, resources: &mut Resources) {
    let told = Row { cells: row, blank: "n/a" };
    let Some(vnet) = told.reference("vnetId") else { return };
    let space = resources.prefixes(row.list("addressSpaceAddressPrefixes"));
    let own = Vnet { name: vnet.name().to_owned(), space: space.clone(), location: None, origin: row.span() };
    resources.add_vnet(vnet.clone(), own);
    let Some(remote) = told.reference("remoteVnetId") else { return };
    let name = told.text("peeringName").unwrap_or_else(|| remote.to_string().replace('/', "-"));
    let near = build::peering(&vnet, remote.clone(), &told, &NEAR_SIDE, resources);
    resources.add_peering(vnet.child("virtualNetworkPeerings", &name), near);
    // The other side has a row of its own, unless its subscription was left out.
    if let Some(name) = told.text("remotePeeringName") {
        let far = build::peering(&remote, vnet, &told, &FAR_SIDE, resources);
        let far = Peering { remote_space: space, ..far };
        resources.add_peering(remote.child("virtualNetworkPeerings", &name), far);
    }
}

fn peering(row: &Object<'_>, resources: &mut Resources) {
    let name = ["name", "peeringName", "remoteVnetId"].into_iter().find_map(|column| row.text(column));
    let name = name.unwrap_or_default().replace('/', "-");
    let fields = plain(row);
    let (Some(vnet), Some(remote)) = (fields.reference("vnetId"), fields.reference("remoteVnetId")) else {
        resources
            .incomplete(row.span(), format!("peering `{name}` does not say what it joins, and is left out"));
        return;
    };
    let side = build::peering(&vnet, remote, &fields, &PEERING, resources);
    let side = Peering { projected: true, ..side };
    resources.add_peering(vnet.child("virtualNetworkPeerings", &name), side);
}

fn plain<'row, 'text>(row: &'row Object<'text>) -> Row<'row, 'text> {
    Row { cells: row, blank: "" }
}

/// Reads a client. The template of the query has no operating systems; rows without one stay out,
/// so that an untouched template changes nothing.
fn client(row: &Object<'_>, resources: &mut Resources) {
    let name = ["client", "name"].into_iter().find_map(|column| row.text(column)).unwrap_or_default();
    let Some(gateway) = row.text("gatewayId") else {
        resources.incomplete(row.span(), format!("client `{name}` has no gateway, and is left out"));
        return;
    };
    let Some(word) = row.text("os") else {
        resources
            .incomplete(row.span(), format!("client `{name}` has no operating system, and is left out"))
            .help = Some("fill in `windows`, `linux`, `macos`, `ios` or `android` in the column `os`".into());
        return;
    };
    let Some(os) = Os::ALL.into_iter().find(|os| os.word().eq_ignore_ascii_case(&word)) else {
        let message = format!("`{word}` is not an operating system");
        let expected = "expected `windows`, `linux`, `macos`, `ios` or `android`";
        resources.diagnostics.push(Diagnostic::new(Code::BadValue, message).at(row.span_of("os"), expected));
        return;
    };
    let client = Client {
        name,
        gateway: ResourceId::new(&gateway),
        os,
        protocol: resources.protocols(row.list("protocol")).first().copied(),
        manual_routes: resources.prefixes(row.list("manualRoutes")),
        origin: row.span(),
    };
    resources.clients.push(client);
}
