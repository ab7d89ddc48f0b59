//! Random inventories, clean ones and dirty ones, that shrink to small ones.
//!
//! A case is a handful of small numbers. Every number means something whatever the others are, so that
//! shrinking one at a time never leads out of the inventories that can be read.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use tunnelog::inventory::{Os, Protocol};

use crate::rows::{ClientRow, GatewayRow, List, PeeringRow, Rows, SiteRow, TunnelRow, VnetRow};

/// A prefix in terms of the numbers of networks.
#[derive(Clone, Debug)]
enum Pick {
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
struct VnetCase {
    space: Vec<Pick>,
    gateway: Option<GatewayCase>,
}

#[derive(Clone, Debug)]
struct GatewayCase {
    pool: Vec<Pick>,
    custom: Vec<Pick>,
    bgp: bool,
    asn: AsnCase,
    sku: &'static str,
    protocols: Vec<Protocol>,
}

#[derive(Clone, Debug)]
enum AsnCase {
    Own,
    Unstated,
    Number(u32),
}

#[derive(Clone, Debug)]
struct SiteCase {
    space: Vec<Pick>,
    asn: AsnCase,
    transit: bool,
}

#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "one for each column of the file")]
struct SideCase {
    allow_transit: bool,
    use_remote: bool,
    access: bool,
    connected: bool,
}

#[derive(Clone, Debug)]
struct PeeringCase {
    hub: usize,
    spoke: usize,
    near: SideCase,
    far: Option<SideCase>,
}

#[derive(Clone, Debug)]
struct RowCase {
    bgp: bool,
    up: bool,
    from_static: Vec<Pick>,
    to_static: Vec<Pick>,
}

#[derive(Clone, Debug)]
struct TunnelCase {
    from: usize,
    to: usize,
    /// The ends may be VNets without a gateway.
    anywhere: bool,
    first: RowCase,
    /// A second row, and whether it has the ends swapped.
    second: Option<(bool, RowCase)>,
}

#[derive(Clone, Debug)]
struct ClientCase {
    gateway: usize,
    os: Os,
    protocol: Option<Protocol>,
    manual: Vec<Pick>,
}

/// Inventories of every feature.
pub(crate) fn inventories() -> impl Strategy<Value = Rows> {
    sized([1..8, 0..4, 0..6, 0..9])
}

/// The same with so many VNets, sites, peerings and tunnels.
pub(crate) fn sized(
    [vnets, sites, peerings, tunnels]: [std::ops::Range<usize>; 4],
) -> impl Strategy<Value = Rows> {
    let clients = weighted(0.3, vec(client(), 0..5));
    (vec(vnet(), vnets), vec(site(), sites), vec(peering(), peerings), vec(tunnel(), tunnels), clients)
        .prop_map(|(vnets, sites, peerings, tunnels, clients)| {
            build(&vnets, &sites, &peerings, &tunnels, clients)
        })
}

/// A prefix that may lie across several networks, in one or in none.
fn messy() -> impl Strategy<Value = Pick> {
    let whole = prop_oneof![
        4 => (0u8..10).prop_map(Pick::Space),
        2 => (0u8..7).prop_map(Pick::Pool),
        1 => (0u8..10).prop_map(Pick::Six),
        2 => select(vec![
            "10.0.0.0/15", "10.0.0.0/13", "10.0.0.0/8", "192.168.0.0/22", "192.168.0.0/16", "0.0.0.0/1",
            "128.0.0.0/1", "fd00::/28", "172.16.0.0/12",
        ]).prop_map(Pick::Text),
    ];
    whole.prop_flat_map(|whole| {
        let inner = |narrow: fn(Box<Pick>) -> Pick| Just(narrow(Box::new(whole.clone())));
        prop_oneof![
            4 => Just(whole.clone()),
            1 => inner(Pick::Low),
            1 => inner(Pick::High),
            1 => inner(Pick::Corner),
        ]
    })
}

fn default_route() -> impl Strategy<Value = Pick> {
    select(vec!["0.0.0.0/0", "::/0"]).prop_map(Pick::Text)
}

/// The prefixes of a static route, a custom route or a manual route.
fn routes() -> impl Strategy<Value = Vec<Pick>> {
    prop_oneof![
        5 => Just(Vec::new()),
        4 => vec(prop_oneof![12 => messy(), 1 => default_route()], 1..4),
    ]
}

fn vnet() -> impl Strategy<Value = VnetCase> {
    let space = prop_oneof![
        8 => Just(vec![Pick::Own]),
        1 => Just(vec![Pick::Own, Pick::OwnSix]),
        1 => Just(vec![Pick::OwnSix]),
        2 => vec(messy(), 1..3),
        1 => messy().prop_map(|other| vec![Pick::Own, other]),
        1 => Just(vec![Pick::Own, Pick::Corner(Box::new(Pick::Own))]),
    ];
    (space, weighted(0.75, gateway())).prop_map(|(space, gateway)| VnetCase { space, gateway })
}

fn gateway() -> impl Strategy<Value = GatewayCase> {
    let pool = prop_oneof![
        6 => Just(vec![Pick::OwnPool]),
        3 => Just(Vec::new()),
        1 => Just(vec![Pick::OwnPool, Pick::Corner(Box::new(Pick::OwnPool))]),
        2 => vec(messy(), 1..3),
        1 => Just(vec![Pick::Corner(Box::new(Pick::Own))]),
    ];
    let bgp = prop::bool::weighted(0.9);
    let sku = prop_oneof![8 => Just("VpnGw1"), 1 => Just(""), 1 => select(vec!["Basic", "BASIC"])];
    let protocols = subsequence(Protocol::ALL.to_vec(), 0..=3);
    (pool, routes(), bgp, asn(), sku, protocols).prop_map(|(pool, custom, bgp, asn, sku, protocols)| {
        GatewayCase { pool, custom, bgp, asn, sku, protocols }
    })
}

fn asn() -> impl Strategy<Value = AsnCase> {
    prop_oneof![
        6 => Just(AsnCase::Own),
        1 => Just(AsnCase::Unstated),
        2 => select(vec![65_010, 65_011, 65_515]).prop_map(AsnCase::Number),
    ]
}

fn site() -> impl Strategy<Value = SiteCase> {
    let space = prop_oneof![
        6 => Just(vec![Pick::Own]),
        1 => Just(Vec::new()),
        1 => Just(vec![Pick::Own, Pick::OwnSix]),
        2 => vec(messy(), 1..3),
        2 => default_route().prop_map(|default| vec![Pick::Own, default]),
        1 => default_route().prop_map(|default| vec![default]),
    ];
    (space, asn(), any::<bool>()).prop_map(|(space, asn, transit)| SiteCase { space, asn, transit })
}

fn side(hub: bool) -> impl Strategy<Value = SideCase> {
    let (allow, uses) = if hub { (0.85, 0.15) } else { (0.15, 0.85) };
    let flag = prop::bool::weighted;
    (flag(allow), flag(uses), flag(0.92), flag(0.92)).prop_map(
        |(allow_transit, use_remote, access, connected)| SideCase {
            allow_transit,
            use_remote,
            access,
            connected,
        },
    )
}

fn peering() -> impl Strategy<Value = PeeringCase> {
    (0usize..7, 0usize..6, side(true), weighted(0.92, side(false)))
        .prop_map(|(hub, spoke, near, far)| PeeringCase { hub, spoke, near, far })
}

fn row() -> impl Strategy<Value = RowCase> {
    (prop::bool::weighted(0.7), prop::bool::weighted(0.92), routes(), routes())
        .prop_map(|(bgp, up, from_static, to_static)| RowCase { bgp, up, from_static, to_static })
}

fn tunnel() -> impl Strategy<Value = TunnelCase> {
    let second = weighted(0.3, (any::<bool>(), row()));
    (0usize..10, 0usize..9, prop::bool::weighted(0.07), row(), second)
        .prop_map(|(from, to, anywhere, first, second)| TunnelCase { from, to, anywhere, first, second })
}

fn client() -> impl Strategy<Value = ClientCase> {
    (0usize..7, select(Os::ALL.to_vec()), weighted(0.5, select(Protocol::ALL.to_vec())), routes())
        .prop_map(|(gateway, os, protocol, manual)| ClientCase { gateway, os, protocol, manual })
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

fn build(
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
    }
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
