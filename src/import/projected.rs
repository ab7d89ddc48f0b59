//! Rows of queries that project single columns, as CSV or as the JSON of the same rows.

use super::id::ResourceId;
use super::json::Object;
use super::resources::{Client, Connection, Gateway, LocalGateway, Peering, Resources, Vnet};
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::Os;
use crate::prefix::Prefix;

/// Reads `row` if it has the columns of one of the queries; false where it has not.
pub(super) fn take(row: &Object<'_>, resources: &mut Resources) -> bool {
    let id = row.text("id").map(|id| ResourceId::new(&id));
    if row.has("virtualNetworkGateway1Id") {
        let Some(id) = id else { return false };
        connection(id, row, resources);
    } else if row.has("vnetId") && row.has("addressSpaceAddressPrefixes") {
        governance(row, resources);
    } else if row.has("vnetId") && row.has("remoteVnetId") {
        peering(row, resources);
    } else if row.has("gatewayId") && row.has("os") {
        client(row, resources);
    } else if row.has("gatewayType") && row.has("vnetId") {
        let Some(id) = id else { return false };
        gateway(id, row, resources);
    } else if row.has("addressPrefixes") && row.has("gatewayIpAddress") {
        let Some(id) = id else { return false };
        local_gateway(id, row, resources);
    } else if row.has("addressPrefixes") && !row.has("addressSpace") && !row.has("addressPrefix") {
        let Some(id) = id else { return false };
        if id.kind().is_some_and(|kind| kind != "microsoft.network/virtualnetworks") {
            return false;
        }
        vnet(id, row, resources);
    } else {
        return false;
    }
    true
}

fn name(id: &ResourceId, row: &Object<'_>) -> String {
    row.text("name").unwrap_or_else(|| id.name().to_owned())
}

fn vnet(id: ResourceId, row: &Object<'_>, resources: &mut Resources) {
    let space = resources.prefixes(row.list("addressPrefixes"));
    let vnet = Vnet { name: name(&id, row), space, origin: row.span() };
    if vnet.space.is_empty() {
        resources.incomplete(vnet.origin, format!("VNet `{}` has no address space in the export", vnet.name));
    }
    resources.add_vnet(id, vnet);
}

/// A row of Azure Governance Visualizer: a VNet with both sides of one of its peerings, and `n/a` where there is none.
fn governance(row: &Object<'_>, resources: &mut Resources) {
    let told = |column: &str| row.text(column).filter(|cell| !cell.eq_ignore_ascii_case("n/a"));
    let Some(vnet) = told("vnetId").map(|id| ResourceId::new(&id)) else { return };
    let space = resources.prefixes(row.list("addressSpaceAddressPrefixes"));
    let own = Vnet { name: vnet.name().to_owned(), space: space.clone(), origin: row.span() };
    resources.add_vnet(vnet.clone(), own);
    let Some(remote) = told("remoteVnetId").map(|id| ResourceId::new(&id)) else { return };
    let spaces = ["remoteVirtualNetworkAddressSpaceAddressPrefixes", "remoteAddressSpaceAddressPrefixes"];
    let remote_space =
        spaces.into_iter().find(|column| told(column).is_some()).map(|column| row.list(column));
    let remote_space = resources.prefixes(remote_space.unwrap_or_default());
    let side = |prefix: &str, ends: [&ResourceId; 2], remote_space: &[Prefix]| Peering {
        vnet: ends[0].clone(),
        remote: ends[1].clone(),
        allow_gateway_transit: row.flag(&format!("{prefix}allowGatewayTransit")).unwrap_or(false),
        use_remote_gateways: row.flag(&format!("{prefix}useRemoteGateways")).unwrap_or(false),
        allow_vnet_access: row.flag(&format!("{prefix}allowVirtualNetworkAccess")).unwrap_or(true),
        state: told(&format!("{prefix}peeringState")),
        remote_space: remote_space.to_vec(),
        projected: false,
        origin: row.span(),
    };
    let name = told("peeringName").unwrap_or_else(|| remote.to_string().replace('/', "-"));
    let near = side("", [&vnet, &remote], &remote_space);
    resources.add_peering(vnet.child("virtualNetworkPeerings", &name), near);
    // The other side has a row of its own, unless its subscription was left out.
    if let Some(name) = told("remotePeeringName") {
        let far = side("remote", [&remote, &vnet], &space);
        resources.add_peering(remote.child("virtualNetworkPeerings", &name), far);
    }
}

fn peering(row: &Object<'_>, resources: &mut Resources) {
    let name = ["name", "peeringName", "remoteVnetId"].into_iter().find_map(|column| row.text(column));
    let name = name.unwrap_or_default().replace('/', "-");
    let (Some(vnet), Some(remote)) = (row.text("vnetId"), row.text("remoteVnetId")) else {
        resources
            .incomplete(row.span(), format!("peering `{name}` does not say what it joins, and is left out"));
        return;
    };
    let vnet = ResourceId::new(&vnet);
    let side = Peering {
        vnet: vnet.clone(),
        remote: ResourceId::new(&remote),
        allow_gateway_transit: row.flag("allowGatewayTransit").unwrap_or(false),
        use_remote_gateways: row.flag("useRemoteGateways").unwrap_or(false),
        allow_vnet_access: row.flag("allowVirtualNetworkAccess").unwrap_or(true),
        state: row.text("peeringState"),
        remote_space: resources.prefixes(row.list("remoteAddressPrefixes")),
        projected: true,
        origin: row.span(),
    };
    resources.add_peering(vnet.child("virtualNetworkPeerings", &name), side);
}

fn gateway(id: ResourceId, row: &Object<'_>, resources: &mut Resources) {
    let gateway = Gateway {
        name: name(&id, row),
        vnet: row.text("vnetId").map(|vnet| ResourceId::new(&vnet)),
        kind: row.text("gatewayType"),
        vpn_kind: row.text("vpnType"),
        bgp: row.flag("enableBgp"),
        asn: resources.asn(row.text("bgpAsn"), row.span_of("bgpAsn")),
        sku: row.text("sku"),
        pools: resources.prefixes(row.list("p2sAddressPools")),
        custom_routes: resources.prefixes(row.list("customRoutes")),
        protocols: resources.protocols(row.list("p2sProtocols")),
        peer_addresses: row.list("bgpPeeringAddress").into_iter().map(|(address, _)| address).collect(),
        public_addresses: row.list("publicIpAddresses").into_iter().map(|(address, _)| address).collect(),
        public_address_ids: Vec::new(),
        origin: Some(row.span()),
    };
    resources.add_gateway(id, gateway);
}

fn local_gateway(id: ResourceId, row: &Object<'_>, resources: &mut Resources) {
    let new = LocalGateway {
        name: name(&id, row),
        space: resources.prefixes(row.list("addressPrefixes")),
        endpoint: row.text("gatewayIpAddress"),
        asn: resources.asn(row.text("bgpAsn"), row.span_of("bgpAsn")),
        peer_addresses: row.list("bgpPeeringAddress").into_iter().map(|(address, _)| address).collect(),
        origin: Some(row.span()),
    };
    resources.add_local_gateway(id, new);
}

fn connection(id: ResourceId, row: &Object<'_>, resources: &mut Resources) {
    let reference = |column: &str| row.text(column).map(|id| ResourceId::new(&id));
    let new = Connection {
        name: name(&id, row),
        kind: row.text("connectionType"),
        gateway: reference("virtualNetworkGateway1Id"),
        far_gateway: reference("virtualNetworkGateway2Id"),
        local_gateway: reference("localNetworkGateway2Id"),
        bgp: row.flag("enableBgp"),
        status: row.text("connectionStatus"),
        origin: Some(row.span()),
    };
    if row.flag("usePolicyBasedTrafficSelectors") == Some(true) || row.length("trafficSelectorPolicies") > 0 {
        let message = format!(
            "the traffic selectors of connection `{}` are left out; it counts as if it let everything through",
            new.name
        );
        resources.outside(row.span(), message);
    }
    resources.add_connection(id, new);
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
