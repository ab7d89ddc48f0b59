//! Inventories made of bytes, to which the simulator gives the answers of the solver.

use arbitrary::{Result, Unstructured};
use tunnelog::inventory::{Os, Protocol};

use super::inventory::agree;
use super::reference::cases::{
    AsnCase, ClientCase, GatewayCase, PeeringCase, Pick, RowCase, SideCase, SiteCase, TunnelCase, VnetCase,
    build,
};
use super::reference::rows::Rows;

/// Solves an inventory that `input` stands for.
///
/// # Panics
/// Where simulator and solver do not agree.
pub fn solver(input: &[u8]) {
    if let Ok(rows) = rows(&mut Unstructured::new(input)) {
        agree(&rows.inventory());
    }
}

fn rows(bytes: &mut Unstructured<'_>) -> Result<Rows> {
    let vnets = some(bytes, 1..=7, vnet)?;
    let sites = some(bytes, 0..=3, site)?;
    let peerings = some(bytes, 0..=5, peering)?;
    let tunnels = some(bytes, 0..=8, tunnel)?;
    let clients = if bytes.ratio(3, 10)? { Some(some(bytes, 0..=4, client)?) } else { None };
    Ok(build(&vnets, &sites, &peerings, &tunnels, clients))
}

/// As many as a byte says.
fn some<Case>(
    bytes: &mut Unstructured<'_>,
    count: std::ops::RangeInclusive<usize>,
    one: impl Fn(&mut Unstructured<'_>) -> Result<Case>,
) -> Result<Vec<Case>> {
    let count = bytes.int_in_range(count)?;
    (0..count).map(|_| one(bytes)).collect()
}

fn pick(bytes: &mut Unstructured<'_>) -> Result<Pick> {
    const ACROSS: [&str; 13] = [
        "10.0.0.0/15",
        "10.0.0.0/13",
        "10.0.0.0/8",
        "192.168.0.0/22",
        "192.168.0.0/16",
        "172.16.0.0/12",
        "0.0.0.0/1",
        "128.0.0.0/1",
        "fd00::/28",
        "::/1",
        "10.1.0.4/32",
        "0.0.0.0/0",
        "::/0",
    ];
    let whole = match bytes.int_in_range(0..=9)? {
        0 | 1 => Pick::Own,
        2 => Pick::OwnPool,
        3 => Pick::OwnSix,
        4 | 5 => Pick::Space(bytes.int_in_range(0..=10)?),
        6 => Pick::Pool(bytes.int_in_range(0..=6)?),
        7 => Pick::Six(bytes.int_in_range(0..=9)?),
        _ => Pick::Text(bytes.choose(&ACROSS)?),
    };
    Ok(match bytes.int_in_range(0..=7)? {
        0 => Pick::Low(Box::new(whole)),
        1 => Pick::High(Box::new(whole)),
        2 => Pick::Corner(Box::new(whole)),
        3 => Pick::High(Box::new(Pick::Corner(Box::new(whole)))),
        _ => whole,
    })
}

/// The prefixes of a network. A default route is no address space of a VNet and no client pool that can be read.
fn space(bytes: &mut Unstructured<'_>) -> Result<Vec<Pick>> {
    let mut picks = some(bytes, 0..=2, pick)?;
    picks.retain(|pick| !matches!(pick, Pick::Text("0.0.0.0/0" | "::/0")));
    if picks.is_empty() {
        picks.push(Pick::Own);
    }
    Ok(picks)
}

fn routes(bytes: &mut Unstructured<'_>) -> Result<Vec<Pick>> {
    some(bytes, 0..=3, pick)
}

fn vnet(bytes: &mut Unstructured<'_>) -> Result<VnetCase> {
    let space = space(bytes)?;
    let gateway = if bytes.ratio(3, 4)? { Some(gateway(bytes)?) } else { None };
    Ok(VnetCase { space, gateway })
}

fn gateway(bytes: &mut Unstructured<'_>) -> Result<GatewayCase> {
    let pool = match bytes.int_in_range(0..=3)? {
        0 => Vec::new(),
        1 => space(bytes)?,
        _ => vec![Pick::OwnPool],
    };
    Ok(GatewayCase {
        pool,
        custom: routes(bytes)?,
        summaries: if bytes.ratio(1, 8)? { routes(bytes)? } else { Vec::new() },
        bgp: bytes.ratio(9, 10)?,
        asn: asn(bytes)?,
        sku: bytes.choose(&["VpnGw1", "VpnGw1", "", "Basic"])?,
        protocols: some(bytes, 0..=2, |bytes| bytes.choose(&Protocol::ALL).copied())?,
    })
}

fn asn(bytes: &mut Unstructured<'_>) -> Result<AsnCase> {
    Ok(match bytes.int_in_range(0..=7)? {
        0 => AsnCase::Unstated,
        1 => AsnCase::Number(65_010),
        2 => AsnCase::Number(65_515),
        _ => AsnCase::Own,
    })
}

fn site(bytes: &mut Unstructured<'_>) -> Result<SiteCase> {
    Ok(SiteCase { space: routes(bytes)?, asn: asn(bytes)?, transit: bytes.arbitrary()? })
}

fn peering(bytes: &mut Unstructured<'_>) -> Result<PeeringCase> {
    let (hub, spoke) = (bytes.int_in_range(0..=6)?, bytes.int_in_range(0..=5)?);
    let near = side(bytes, true)?;
    let far = if bytes.ratio(9, 10)? { Some(side(bytes, false)?) } else { None };
    Ok(PeeringCase { hub, spoke, near, far })
}

fn side(bytes: &mut Unstructured<'_>, hub: bool) -> Result<SideCase> {
    Ok(SideCase {
        allow_transit: bytes.ratio(7, 8)? == hub,
        use_remote: bytes.ratio(1, 8)? == hub,
        access: bytes.ratio(9, 10)?,
        connected: bytes.ratio(9, 10)?,
        carried: if bytes.ratio(1, 8)? { Some(routes(bytes)?) } else { None },
    })
}

fn tunnel(bytes: &mut Unstructured<'_>) -> Result<TunnelCase> {
    let (from, to) = (bytes.int_in_range(0..=9)?, bytes.int_in_range(0..=8)?);
    let anywhere = bytes.ratio(1, 16)?;
    let first = row(bytes)?;
    let second = if bytes.ratio(1, 4)? { Some((bytes.arbitrary()?, row(bytes)?)) } else { None };
    Ok(TunnelCase { from, to, anywhere, first, second })
}

fn row(bytes: &mut Unstructured<'_>) -> Result<RowCase> {
    Ok(RowCase {
        bgp: bytes.ratio(2, 3)?,
        up: bytes.ratio(9, 10)?,
        from_static: routes(bytes)?,
        to_static: routes(bytes)?,
    })
}

fn client(bytes: &mut Unstructured<'_>) -> Result<ClientCase> {
    Ok(ClientCase {
        gateway: bytes.int_in_range(0..=6)?,
        os: *bytes.choose(&Os::ALL)?,
        protocol: bytes.choose(&[None, Some(Protocol::Ikev2), Some(Protocol::OpenVpn)]).copied()?,
        manual: routes(bytes)?,
    })
}
