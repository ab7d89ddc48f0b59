//! Inventories as a handful of small numbers.
//!
//! Every number means something whatever the others are, so that whoever makes them up, and whoever makes them
//! smaller one at a time, never leaves the inventories that can be read.

use tunnelog::inventory::{Os, Protocol};

use super::rows::{ClientRow, GatewayRow, List, PeeringRow, Rows, SiteRow, TunnelRow, VnetRow};

/// A prefix in terms of the numbers of networks.
#[derive(Clone, Debug)]
pub(crate) enum Pick {
    Own,
    OwnPool,
    OwnSix,
    Space(u8),
    Pool(u8),
    Six(u8),
    Text(&'static str),
    Low(Box<Pick>),
    High(Box<Pick>),
    Corner(Box<Pick>),
}

#[derive(Clone, Debug)]
pub(crate) struct VnetCase {
    pub(crate) space: Vec<Pick>,
    pub(crate) gateway: Option<GatewayCase>,
}

#[derive(Clone, Debug)]
pub(crate) struct GatewayCase {
    pub(crate) pool: Vec<Pick>,
    pub(crate) custom: Vec<Pick>,
    pub(crate) summaries: Vec<Pick>,
    pub(crate) bgp: bool,
    pub(crate) asn: AsnCase,
    pub(crate) sku: &'static str,
    pub(crate) protocols: Vec<Protocol>,
}

#[derive(Clone, Debug)]
pub(crate) enum AsnCase {
    Own,
    Unstated,
    Number(u32),
}

#[derive(Clone, Debug)]
pub(crate) struct SiteCase {
    pub(crate) space: Vec<Pick>,
    pub(crate) asn: AsnCase,
    pub(crate) transit: bool,
}

#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "one for each column of the file")]
pub(crate) struct SideCase {
    pub(crate) allow_transit: bool,
    pub(crate) use_remote: bool,
    pub(crate) access: bool,
    pub(crate) connected: bool,
    /// In terms of the other VNet.
    pub(crate) carried: Option<Vec<Pick>>,
}

#[derive(Clone, Debug)]
pub(crate) struct PeeringCase {
    pub(crate) hub: usize,
    pub(crate) spoke: usize,
    pub(crate) near: SideCase,
    pub(crate) far: Option<SideCase>,
}

#[derive(Clone, Debug)]
pub(crate) struct RowCase {
    pub(crate) bgp: bool,
    pub(crate) up: bool,
    pub(crate) from_static: Vec<Pick>,
    pub(crate) to_static: Vec<Pick>,
}

#[derive(Clone, Debug)]
pub(crate) struct TunnelCase {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// The ends may be VNets without a gateway.
    pub(crate) anywhere: bool,
    pub(crate) first: RowCase,
    /// A second row, and whether it has the ends swapped.
    pub(crate) second: Option<(bool, RowCase)>,
}

#[derive(Clone, Debug)]
pub(crate) struct ClientCase {
    pub(crate) gateway: usize,
    pub(crate) os: Os,
    pub(crate) protocol: Option<Protocol>,
    pub(crate) manual: Vec<Pick>,
}

/// The prefix that `pick` means to the network of that number.
fn resolve(pick: &Pick, own: usize) -> ipnet::IpNet {
    let narrow = |whole: &Pick, bits: u8, last: bool| {
        let whole = resolve(whole, own);
        let length = (whole.prefix_len() + bits).min(whole.max_prefix_len());
        let mut inner = whole.subnets(length).expect("no longer than an address");
        if last { inner.last() } else { inner.next() }.unwrap_or(whole)
    };
    let text = match pick {
        Pick::Own => format!("10.{own}.0.0/16"),
        Pick::OwnPool => format!("192.168.{own}.0/24"),
        Pick::OwnSix => format!("fd00:{own}::/48"),
        Pick::Space(number) => format!("10.{number}.0.0/16"),
        Pick::Pool(number) => format!("192.168.{number}.0/24"),
        Pick::Six(number) => format!("fd00:{number}::/48"),
        Pick::Text(text) => (*text).to_owned(),
        Pick::Low(whole) => return narrow(whole, 1, false),
        Pick::High(whole) => return narrow(whole, 1, true),
        Pick::Corner(whole) => return narrow(whole, 8, false),
    };
    text.parse().expect("every pick is a prefix")
}

fn list(picks: &[Pick], own: usize) -> List {
    picks.iter().map(|pick| resolve(pick, own).to_string()).collect()
}

fn number(asn: &AsnCase, own: usize) -> Option<u32> {
    match asn {
        AsnCase::Own => u32::try_from(65_100 + own).ok(),
        AsnCase::Unstated => None,
        AsnCase::Number(number) => Some(*number),
    }
}

/// Two different members of `names`; none where there are fewer.
fn pair(names: &[String], one: usize, other: usize) -> Option<(String, String)> {
    let count = names.len();
    if count < 2 {
        return None;
    }
    let first = one % count;
    let second = (first + 1 + other % (count - 1)) % count;
    Some((names[first].clone(), names[second].clone()))
}

/// The rows of a case. Tunnels and peerings that lack two ends are left out.
pub(crate) fn build(
    vnets: &[VnetCase],
    sites: &[SiteCase],
    peerings: &[PeeringCase],
    tunnels: &[TunnelCase],
    clients: Option<Vec<ClientCase>>,
) -> Rows {
    let mut rows = Rows::default();
    for (own, vnet) in vnets.iter().enumerate() {
        let name = format!("VNet{own}");
        rows.vnets.push(VnetRow { name: name.clone(), space: list(&vnet.space, own) });
        if let Some(gateway) = &vnet.gateway {
            rows.gateways.push(GatewayRow {
                vnet: name,
                pool: list(&gateway.pool, own),
                custom: list(&gateway.custom, own),
                summaries: list(&gateway.summaries, own),
                bgp: gateway.bgp,
                asn: number(&gateway.asn, own),
                sku: gateway.sku,
                protocols: gateway.protocols.clone(),
            });
        }
    }
    for (own, site) in (vnets.len()..).zip(sites) {
        rows.sites.push(SiteRow {
            name: format!("Site{own}"),
            space: list(&site.space, own),
            asn: number(&site.asn, own),
            transit: site.transit,
        });
    }
    let vnet_names: Vec<String> = rows.vnets.iter().map(|row| row.name.clone()).collect();
    let gateway_names: Vec<String> = rows.gateways.iter().map(|row| row.vnet.clone()).collect();
    let site_names: Vec<String> = rows.sites.iter().map(|row| row.name.clone()).collect();
    let routers = [&gateway_names[..], &site_names].concat();
    let networks = [&vnet_names[..], &site_names].concat();
    for peering in peerings {
        let Some((hub, spoke)) = pair(&vnet_names, peering.hub, peering.spoke) else { continue };
        rows.peerings.push(side_row(&hub, &spoke, &peering.near));
        rows.peerings.extend(peering.far.as_ref().map(|far| side_row(&spoke, &hub, far)));
    }
    for tunnel in tunnels {
        let ends = if tunnel.anywhere { &networks } else { &routers };
        let Some((from, to)) = pair(ends, tunnel.from, tunnel.to) else { continue };
        rows.tunnels.push(tunnel_row(&from, &to, &tunnel.first));
        match &tunnel.second {
            Some((true, second)) => rows.tunnels.push(tunnel_row(&to, &from, second)),
            Some((false, second)) => rows.tunnels.push(tunnel_row(&from, &to, second)),
            None => {}
        }
    }
    if let (Some(clients), false) = (clients, gateway_names.is_empty()) {
        let client = |(index, client): (usize, &ClientCase)| ClientRow {
            name: format!("client{index}"),
            gateway: gateway_names[client.gateway % gateway_names.len()].clone(),
            os: client.os,
            protocol: client.protocol,
            manual: list(&client.manual, index),
        };
        rows.clients = Some(clients.iter().enumerate().map(client).collect());
    }
    rows
}

fn side_row(vnet: &str, remote: &str, side: &SideCase) -> PeeringRow {
    PeeringRow {
        vnet: vnet.to_owned(),
        remote: remote.to_owned(),
        allow_transit: side.allow_transit,
        use_remote: side.use_remote,
        access: side.access,
        connected: side.connected,
        carried: side.carried.as_ref().map(|picks| list(picks, number_of(remote))),
    }
}

/// The number of the VNet in its name.
fn number_of(vnet: &str) -> usize {
    vnet.trim_start_matches("VNet").parse().expect("VNets are called by their numbers")
}

fn tunnel_row(from: &str, to: &str, row: &RowCase) -> TunnelRow {
    TunnelRow {
        from: from.to_owned(),
        to: to.to_owned(),
        bgp: row.bgp,
        from_static: list(&row.from_static, 0),
        to_static: list(&row.to_static, 0),
        up: row.up,
    }
}
