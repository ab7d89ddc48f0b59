//! Random inventories, clean ones and dirty ones, that shrink to small ones.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use tunnelog::inventory::{Os, Protocol};

use crate::cases::{
    AsnCase, ClientCase, GatewayCase, PeeringCase, Pick, RowCase, SideCase, SiteCase, TunnelCase, VnetCase,
    build,
};
use crate::rows::Rows;

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
    let summaries = prop_oneof![6 => Just(Vec::new()), 1 => vec(summary(), 1..3)];
    (pool, routes(), summaries, bgp, asn(), sku, protocols).prop_map(
        |(pool, custom, summaries, bgp, asn, sku, protocols)| GatewayCase {
            pool,
            custom,
            summaries,
            bgp,
            asn,
            sku,
            protocols,
        },
    )
}

/// What a gateway may announce in place of its VNet: some of it, all of it, or what others hold.
fn summary() -> impl Strategy<Value = Pick> {
    prop_oneof![4 => messy(), 2 => Just(Pick::Own), 1 => Just(Pick::OwnPool), 1 => default_route()]
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
    let carried = weighted(0.12, vec(prop_oneof![6 => part(), 1 => messy()], 0..3));
    (flag(allow), flag(uses), flag(0.92), flag(0.92), carried).prop_map(
        |(allow_transit, use_remote, access, connected, carried)| SideCase {
            allow_transit,
            use_remote,
            access,
            connected,
            carried,
        },
    )
}

/// A prefix of a VNet, or a subnet of one.
fn part() -> impl Strategy<Value = Pick> {
    let own = || Box::new(Pick::Own);
    select(vec![Pick::Own, Pick::OwnSix, Pick::Low(own()), Pick::High(own()), Pick::Corner(own())])
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
