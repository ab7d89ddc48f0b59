//! Routers, what is attached to them and what joins them, straight from the inventory's rows.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use tunnelog::inventory::{Connection, Gateway, Inventory, Peering};
use tunnelog::names::NameId;
use tunnelog::prefix::Prefix;

/// Where packets end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    /// A virtual network or a site.
    Network(NameId),
    /// The clients of a gateway.
    Pool(NameId),
}

impl Owner {
    pub(crate) fn name(self) -> NameId {
        match self {
            Self::Network(name) | Self::Pool(name) => name,
        }
    }
}

/// Whose routes a router refuses as its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asn {
    Number(u32),
    /// A site that states none is unlike every router but itself.
    OnlyOf(NameId),
}

/// A gateway or a site.
#[derive(Debug)]
pub(crate) struct Router {
    pub(crate) name: NameId,
    pub(crate) asn: Asn,
    pub(crate) speaks_bgp: bool,
    /// It forwards what others send it, and announces what others told it.
    pub(crate) relays: bool,
    pub(crate) is_site: bool,
    pub(crate) attached: Vec<(Owner, IpNet)>,
    /// What it announces in place of its own VNet and of the spokes inside.
    pub(crate) summaries: BTreeSet<IpNet>,
    /// Next hop and prefix.
    pub(crate) static_routes: BTreeSet<(NameId, IpNet)>,
    /// The neighbours it has a BGP session with.
    pub(crate) sessions: BTreeSet<NameId>,
}

/// One tunnel: what its rows say together.
struct Tunnel {
    ends: [NameId; 2],
    up: bool,
    bgp: bool,
    /// What each end lists as routed into the tunnel.
    listed: [Vec<Prefix>; 2],
}

pub(crate) fn nets(prefixes: &[Prefix]) -> BTreeSet<IpNet> {
    prefixes.iter().map(|prefix| prefix.net()).collect()
}

pub(crate) fn is_default(prefix: IpNet) -> bool {
    prefix.prefix_len() == 0
}

/// Every network with its address space; default routes are no part of one.
pub(crate) fn networks(inventory: &Inventory) -> BTreeMap<NameId, BTreeSet<IpNet>> {
    let vnets = inventory.vnets.iter().map(|vnet| (vnet.name, nets(&vnet.address_space)));
    let sites = inventory.sites.iter().map(|site| (site.name, nets(&site.address_space)));
    let mut networks: BTreeMap<_, _> = vnets.chain(sites).collect();
    for space in networks.values_mut() {
        space.retain(|prefix| !is_default(*prefix));
    }
    networks
}

/// Every router, with its tunnels in place.
pub(crate) fn routers(inventory: &Inventory) -> BTreeMap<NameId, Router> {
    let gateways =
        inventory.gateways.iter().map(|gateway| (gateway.vnet, gateway_router(inventory, gateway)));
    let mut routers: BTreeMap<NameId, Router> = gateways.collect();
    for site in &inventory.sites {
        let router = Router {
            name: site.name,
            asn: site.asn.map_or(Asn::OnlyOf(site.name), Asn::Number),
            speaks_bgp: true,
            relays: site.transit,
            is_site: true,
            attached: attachments(Owner::Network(site.name), &site.address_space),
            summaries: BTreeSet::new(),
            static_routes: BTreeSet::new(),
            sessions: BTreeSet::new(),
        };
        routers.insert(site.name, router);
    }
    for tunnel in tunnels(inventory) {
        dig(inventory, &tunnel, &mut routers);
    }
    routers
}

fn gateway_router(inventory: &Inventory, gateway: &Gateway) -> Router {
    let own = gateway.vnet;
    let has_gateway = |vnet: NameId| inventory.gateways.iter().any(|other| other.vnet == vnet);
    let mut attached = Vec::new();
    for vnet in &inventory.vnets {
        let owner = Owner::Network(vnet.name);
        if vnet.name == own {
            attached.extend(attachments(owner, &vnet.address_space));
        } else if !has_gateway(vnet.name) && uses_gateway_of(inventory, vnet.name, own) {
            let space = nets(&vnet.address_space);
            attached.extend(carried(inventory, own, vnet.name, &space).into_iter().map(|net| (owner, net)));
        }
    }
    attached.extend(attachments(Owner::Pool(own), &gateway.client_pool));
    Router {
        name: own,
        asn: Asn::Number(gateway.asn.unwrap_or(65_515)),
        speaks_bgp: gateway.bgp && gateway.sku.to_lowercase() != "basic",
        relays: true,
        is_site: false,
        attached,
        summaries: nets(&gateway.summarized_prefixes),
        static_routes: BTreeSet::new(),
        sessions: BTreeSet::new(),
    }
}

fn attachments(owner: Owner, prefixes: &[Prefix]) -> Vec<(Owner, IpNet)> {
    nets(prefixes).into_iter().map(|prefix| (owner, prefix)).collect()
}

/// True where both sides of a peering let traffic pass and both transit flags are set.
pub(crate) fn uses_gateway_of(inventory: &Inventory, spoke: NameId, hub: NameId) -> bool {
    let side = |from: NameId, to: NameId, holds: fn(&Peering) -> bool| {
        inventory.peerings.iter().any(|side| side.vnet == from && side.remote_vnet == to && holds(side))
    };
    let passes = |side: &Peering| side.rare().not_connected.is_none() && side.allow_vnet_access;
    side(hub, spoke, passes)
        && side(spoke, hub, passes)
        && side(hub, spoke, |side| side.allow_gateway_transit)
        && side(spoke, hub, |side| side.use_remote_gateways)
}

/// What of the spoke's address space comes through the hub's side of the peering: all of it, unless every row of the
/// side says what, and then what both name, as the smaller of two that lie in each other.
pub(crate) fn carried(
    inventory: &Inventory,
    hub: NameId,
    spoke: NameId,
    space: &BTreeSet<IpNet>,
) -> BTreeSet<IpNet> {
    let mut through = BTreeSet::new();
    for side in inventory.peerings.iter().filter(|side| side.vnet == hub && side.remote_vnet == spoke) {
        let Some(list) = &side.rare().carried else { return space.clone() };
        for listed in nets(&list.0) {
            for own in space {
                if own.contains(&listed) {
                    through.insert(listed);
                } else if listed.contains(own) {
                    through.insert(*own);
                }
            }
        }
    }
    through
}

/// Pairs the k-th row of one direction with the k-th row of the other.
fn tunnels(inventory: &Inventory) -> Vec<Tunnel> {
    let mut tunnels = Vec::new();
    let pairs: BTreeSet<[NameId; 2]> = inventory
        .connections
        .iter()
        .map(|row| if row.from < row.to { [row.from, row.to] } else { [row.to, row.from] })
        .collect();
    for [one, other] in pairs {
        let rows = |from: NameId, to: NameId| -> Vec<&Connection> {
            inventory.connections.iter().filter(|row| row.from == from && row.to == to).collect()
        };
        let (forward, backward) = (rows(one, other), rows(other, one));
        for k in 0..forward.len().max(backward.len()) {
            let mut tunnel =
                Tunnel { ends: [one, other], up: true, bgp: true, listed: [Vec::new(), Vec::new()] };
            if let Some(row) = forward.get(k) {
                tunnel.add(row, &row.from_static, &row.to_static);
            }
            if let Some(row) = backward.get(k) {
                tunnel.add(row, &row.to_static, &row.from_static);
            }
            tunnels.push(tunnel);
        }
    }
    tunnels
}

impl Tunnel {
    fn add(&mut self, row: &Connection, first: &[Prefix], second: &[Prefix]) {
        self.up &= row.down.is_none();
        self.bgp &= row.bgp;
        self.listed[0].extend(first);
        self.listed[1].extend(second);
    }
}

/// Gives both ends of a tunnel that is up their session or their static routes.
fn dig(inventory: &Inventory, tunnel: &Tunnel, routers: &mut BTreeMap<NameId, Router>) {
    let [Some(one), Some(other)] = tunnel.ends.map(|end| routers.get(&end)) else { return };
    if !tunnel.up {
        return;
    }
    let session = tunnel.bgp && one.speaks_bgp && other.speaks_bgp && one.asn != other.asn;
    for (near, far) in [(0, 1), (1, 0)] {
        let [near_name, far_name] = [tunnel.ends[near], tunnel.ends[far]];
        let mut prefixes = nets(&tunnel.listed[near]);
        if prefixes.is_empty() && !tunnel.bgp {
            prefixes = address_space(inventory, far_name);
        }
        if let Some(router) = routers.get_mut(&near_name) {
            router.static_routes.extend(prefixes.into_iter().map(|prefix| (far_name, prefix)));
            if session {
                router.sessions.insert(far_name);
            }
        }
    }
}

pub(crate) fn address_space(inventory: &Inventory, network: NameId) -> BTreeSet<IpNet> {
    let vnet = inventory.vnets.iter().find(|vnet| vnet.name == network).map(|vnet| &vnet.address_space);
    let site = inventory.sites.iter().find(|site| site.name == network).map(|site| &site.address_space);
    vnet.or(site).map(|space| nets(space)).unwrap_or_default()
}

/// The networks that peerings and tunnels join to `start`, whatever their state.
pub(crate) fn connected_part(inventory: &Inventory, start: NameId) -> BTreeSet<NameId> {
    let peerings = inventory.peerings.iter().map(|side| [side.vnet, side.remote_vnet]);
    let tunnels = inventory.connections.iter().map(|row| [row.from, row.to]);
    let edges: Vec<[NameId; 2]> = peerings.chain(tunnels).collect();
    let mut part = BTreeSet::from([start]);
    loop {
        let before = part.len();
        for edge in &edges {
            if edge.iter().any(|end| part.contains(end)) {
                part.extend(edge);
            }
        }
        if part.len() == before {
            return part;
        }
    }
}

/// Every prefix in any cell of the inventory.
pub(crate) fn named_prefixes(inventory: &Inventory) -> BTreeSet<IpNet> {
    let mut lists: Vec<&[Prefix]> = Vec::new();
    lists.extend(inventory.vnets.iter().map(|vnet| &vnet.address_space[..]));
    lists.extend(inventory.sites.iter().map(|site| &site.address_space[..]));
    lists.extend(inventory.gateways.iter().flat_map(|gateway| {
        [&gateway.client_pool[..], &gateway.custom_routes, &gateway.summarized_prefixes]
    }));
    lists.extend(inventory.connections.iter().flat_map(|row| [&row.from_static[..], &row.to_static]));
    lists.extend(inventory.clients.iter().flatten().map(|client| &client.manual_routes[..]));
    lists.extend(inventory.subnets.iter().map(|subnet| &subnet.address_space[..]));
    lists.extend(inventory.user_routes.iter().map(|route| std::slice::from_ref(&route.prefix)));
    let through = inventory.peerings.iter().flat_map(|side| {
        let (vnet, remote) = (side.vnet, side.remote_vnet);
        carried(inventory, vnet, remote, &address_space(inventory, remote))
    });
    lists.into_iter().flat_map(nets).chain(through).collect()
}
