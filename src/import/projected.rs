//! Rows of queries that have no id of their own: peerings, clients, and VNets with their peerings.

use std::collections::BTreeSet;

use super::build::{self, PeeringNames};
use super::columns;
use super::fields::{Fields, Row};
use super::id::ResourceId;
use super::json::Object;
use super::resources::{Client, Peering, Resources, Vnet};
use super::stated;
use crate::inventory::{Os, wrong};

const PEERING: PeeringNames = PeeringNames {
    allow_gateway_transit: "allowGatewayTransit",
    use_remote_gateways: "useRemoteGateways",
    allow_vnet_access: "allowVirtualNetworkAccess",
    allow_forwarded_traffic: "allowForwardedTraffic",
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
    allow_forwarded_traffic: "remoteallowForwardedTraffic",
    state: &["remotepeeringState"],
    remote_spaces: &[],
    carried: &[],
    ..PEERING
};

/// What a row is about that has no id of its own.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// A VNet with a peering, as Azure Governance Visualizer writes it.
    Governance,
    Peering,
    Client,
}

impl Kind {
    /// The kind of a row that has the columns of one.
    pub(super) fn of(row: &Object<'_>) -> Option<Self> {
        if row.has("vnetId") && row.has("addressSpaceAddressPrefixes") {
            Some(Self::Governance)
        } else if row.has("vnetId") && row.has("remoteVnetId") && columns::shape(row).is_none() {
            Some(Self::Peering)
        } else if row.has("gatewayId") && row.has("os") {
            Some(Self::Client)
        } else {
            None
        }
    }

    /// The columns that are read, and those that cannot matter, as [`plain`](columns::plain) makes them.
    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Governance => &[
                "addressspaceaddressprefixes",
                "allowforwardedtraffic",
                "allowgatewaytransit",
                "allowvirtualnetworkaccess",
                "dhcpoptionsdnsservers",
                "donotverifyremotegateways",
                "peeringname",
                "peeringscount",
                "peeringstate",
                "peeringsynclevel",
                "peeringxtenant",
                "subnetscount",
                "useremotegateways",
                "vnet",
                "vnetid",
                "vnetresourcegroup",
            ],
            Self::Peering => &[
                "allowforwardedtraffic",
                "allowgatewaytransit",
                "allowvirtualnetworkaccess",
                "donotverifyremotegateways",
                "enableonlyipv6peering",
                "localsubnetnames",
                "peercompletevnets",
                "peeringname",
                "peeringstate",
                "peeringsynclevel",
                "remoteaddressprefixes",
                "remotesubnetnames",
                "remotevnet",
                "remotevnetid",
                "remotevnetname",
                "useremotegateways",
                "vnet",
                "vnetid",
                "vnetname",
            ],
            Self::Client => {
                &["client", "gateway", "gatewayid", "manualroutes", "os", "protocol", "staleprofile"]
            }
        }
    }

    /// The columns of `row` that hold something and are not read, as written.
    pub(super) fn unread(self, row: &Object<'_>) -> BTreeSet<String> {
        let is_unread = |name: &str| {
            let plain = columns::plain(name);
            let is_far_side = matches!(self, Self::Governance) && plain.starts_with("remote");
            !is_far_side && !self.columns().contains(&plain.as_str()) && !columns::is_of_any(&plain)
        };
        let cells = row.cells().filter(|(_, raw)| !["null", "\"\""].contains(&raw.get()));
        cells.filter(|(name, _)| is_unread(name)).map(|(name, _)| row.written(name)).collect()
    }

    /// The columns that Azure always fills and that `row` does not have.
    pub(super) fn lacking(self, row: &Object<'_>) -> BTreeSet<&'static str> {
        match self {
            Self::Peering => columns::PEERING.lacking(|column| row.has(column)).collect(),
            Self::Governance | Self::Client => BTreeSet::new(),
        }
    }

    /// Reads `row`, which is of this kind.
    pub(super) fn read(self, row: &Object<'_>, resources: &mut Resources) {
        match self {
            Self::Governance => governance(row, resources),
            Self::Peering => peering(row, resources),
            Self::Client => client(row, resources),
        }
    }
}

/// A row of Azure Governance Visualizer: a VNet with both sides of one of its peerings, and `n/a` where there is none.
fn governance(row: &Object<'_>, resources: &mut Resources) {
    let told = Row { cells: row, blank: "n/a" };
    let Some(vnet) = stated::reference(&told, "vnetId", resources) else { return };
    let space = resources.prefixes(row.list("addressSpaceAddressPrefixes"));
    let own = Vnet {
        name: vnet.name().to_owned(),
        space: space.clone(),
        summaries: None,
        servers: None,
        location: None,
        origin: row.span(),
    };
    resources.add_vnet(vnet.clone(), own);
    let Some(remote) = stated::reference(&told, "remoteVnetId", resources) else { return };
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
    let mut told = |column| stated::reference(&fields, column, resources);
    let (Some(vnet), Some(remote)) = (told("vnetId"), told("remoteVnetId")) else {
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
        let words = Os::ALL.iter().map(|os| os.word());
        resources.diagnostics.push(wrong::bad_value(&word, row.span_of("os"), words, "an operating system"));
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
