//! Connected parts, and the routers of one: what they attach and what joins them.

use std::collections::{HashMap, VecDeque};

use tunnelog::inventory::{Connection, Gateway, Inventory, Peering, Site, Vnet};
use tunnelog::names::NameId;
use tunnelog::prefix::Prefix;

/// Which networks peerings and tunnels join, whatever their state.
pub(crate) struct Parts<'inventory> {
    /// The part of each name, by its index.
    pub(crate) of: Vec<usize>,
    pub(crate) members: Vec<Members<'inventory>>,
}

/// The rows of one connected component.
#[derive(Default)]
pub(crate) struct Members<'inventory> {
    vnets: Vec<&'inventory Vnet>,
    gateways: Vec<&'inventory Gateway>,
    sites: Vec<&'inventory Site>,
    peerings: Vec<&'inventory Peering>,
    connections: Vec<&'inventory Connection>,
}

pub(crate) fn parts(inventory: &Inventory) -> Parts<'_> {
    let peerings = inventory.peerings.iter().map(|side| (side.vnet, side.remote_vnet));
    let tunnels = inventory.connections.iter().map(|row| (row.from, row.to));
    let mut beside: Vec<Vec<usize>> = vec![Vec::new(); inventory.names.len()];
    for (one, other) in peerings.chain(tunnels) {
        beside[one.index()].push(other.index());
        beside[other.index()].push(one.index());
    }
    let mut of = vec![usize::MAX; beside.len()];
    let mut members = Vec::new();
    for start in 0..beside.len() {
        if of[start] != usize::MAX {
            continue;
        }
        of[start] = members.len();
        let mut waiting = vec![start];
        while let Some(at) = waiting.pop() {
            for &next in &beside[at] {
                if of[next] == usize::MAX {
                    of[next] = members.len();
                    waiting.push(next);
                }
            }
        }
        members.push(Members::default());
    }
    let mut parts = Parts { of, members };
    for row in &inventory.vnets {
        parts.of(row.name).vnets.push(row);
    }
    for row in &inventory.gateways {
        parts.of(row.vnet).gateways.push(row);
    }
    for row in &inventory.sites {
        parts.of(row.name).sites.push(row);
    }
    for row in &inventory.peerings {
        parts.of(row.vnet).peerings.push(row);
    }
    for row in &inventory.connections {
        parts.of(row.from).connections.push(row);
    }
    parts
}

impl<'inventory> Parts<'inventory> {
    fn of(&mut self, name: NameId) -> &mut Members<'inventory> {
        &mut self.members[self.of[name.index()]]
    }
}

/// Where packets end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    /// A network, by its number in the part.
    Network(usize),
    /// The clients of a gateway, by its number among the routers.
    Pool(usize),
}

/// One connected component, its networks and routers numbered from 0.
pub(crate) struct Part {
    /// Each network with the prefixes that are destinations.
    pub(crate) networks: Vec<(NameId, Vec<Prefix>)>,
    pub(crate) routers: Vec<Router>,
    /// The number of the router of each gateway.
    pub(crate) gateways: HashMap<NameId, usize>,
}

/// A gateway or a site.
pub(crate) struct Router {
    /// A site that states none has a number above all others.
    pub(crate) asn: u64,
    pub(crate) relays: bool,
    pub(crate) is_site: bool,
    speaks_bgp: bool,
    pub(crate) network: usize,
    pub(crate) attached: Vec<(Prefix, Owner)>,
    pub(crate) custom_routes: Vec<Prefix>,
    /// What it announces in place of its own VNet and of spokes that lie inside.
    pub(crate) summaries: Vec<Prefix>,
    /// The next hop and the prefix.
    pub(crate) static_routes: Vec<(usize, Prefix)>,
    /// The routers that it has a BGP session with, sorted.
    pub(crate) sessions: Vec<usize>,
}

impl Router {
    /// True where summaries stand for a prefix that it delivers.
    pub(crate) fn withholds(&self, prefix: Prefix, owner: Owner) -> bool {
        match owner {
            Owner::Network(network) if network == self.network => !self.summaries.is_empty(),
            Owner::Network(_) => self.summaries.iter().any(|summary| summary.covers(prefix)),
            Owner::Pool(_) => false,
        }
    }

    /// The prefixes that its clients have addresses from.
    pub(crate) fn pools(&self) -> impl Iterator<Item = Prefix> {
        let is_pool = |row: &&(Prefix, Owner)| matches!(row.1, Owner::Pool(_));
        self.attached.iter().filter(is_pool).map(|(prefix, _)| *prefix)
    }
}

impl Part {
    pub(crate) fn new(members: &Members<'_>) -> Self {
        let mut networks: Vec<(NameId, Vec<Prefix>)> = Vec::new();
        let mut number_of: HashMap<NameId, usize> = HashMap::new();
        for vnet in &members.vnets {
            number_of.insert(vnet.name, networks.len());
            networks.push((vnet.name, vnet.address_space.clone()));
        }
        for site in &members.sites {
            number_of.insert(site.name, networks.len());
            networks.push((site.name, site.address_space.clone()));
        }
        let mut routers: Vec<Router> = Vec::new();
        let mut router_of: HashMap<NameId, usize> = HashMap::new();
        for gateway in &members.gateways {
            let (number, network) = (routers.len(), number_of[&gateway.vnet]);
            router_of.insert(gateway.vnet, number);
            let pool = gateway.client_pool.iter().map(|prefix| (*prefix, Owner::Pool(number)));
            routers.push(Router {
                asn: u64::from(gateway.asn.unwrap_or(65_515)),
                relays: true,
                is_site: false,
                speaks_bgp: gateway.bgp && !gateway.sku.eq_ignore_ascii_case("basic"),
                network,
                attached: attached(&networks, network).chain(pool).collect(),
                custom_routes: gateway.custom_routes.clone(),
                summaries: gateway.summarized_prefixes.clone(),
                static_routes: Vec::new(),
                sessions: Vec::new(),
            });
        }
        let gateways = router_of.clone();
        attach_spokes(members, &number_of, &gateways, &networks, &mut routers);
        for site in &members.sites {
            let network = number_of[&site.name];
            let unlike_all = (1 << 32) + routers.len() as u64;
            router_of.insert(site.name, routers.len());
            routers.push(Router {
                asn: site.asn.map_or(unlike_all, u64::from),
                relays: site.transit,
                is_site: true,
                speaks_bgp: true,
                network,
                attached: attached(&networks, network).collect(),
                custom_routes: Vec::new(),
                summaries: Vec::new(),
                static_routes: Vec::new(),
                sessions: Vec::new(),
            });
        }
        for tunnel in tunnels(members) {
            if let (Some(&from), Some(&to)) = (router_of.get(&tunnel.from), router_of.get(&tunnel.to)) {
                tunnel.dig(from, to, &networks, &mut routers);
            }
        }
        for router in &mut routers {
            router.sessions.sort_unstable();
            router.sessions.dedup();
            router.static_routes.sort_unstable();
            router.static_routes.dedup();
            router.attached.sort_unstable();
            router.attached.dedup();
        }
        // A default route that a site announces is nowhere a packet is meant for.
        for site in &members.sites {
            networks[number_of[&site.name]].1.retain(|prefix| !prefix.is_default_route());
        }
        for (_, space) in &mut networks {
            space.sort_unstable();
            space.dedup();
        }
        Self { networks, routers, gateways }
    }
}

fn attached(
    networks: &[(NameId, Vec<Prefix>)],
    number: usize,
) -> impl Iterator<Item = (Prefix, Owner)> + use<'_> {
    networks[number].1.iter().map(move |prefix| (*prefix, Owner::Network(number)))
}

/// Attaches to each hub the VNets without a gateway that use its gateway.
fn attach_spokes(
    members: &Members<'_>,
    number_of: &HashMap<NameId, usize>,
    gateways: &HashMap<NameId, usize>,
    networks: &[(NameId, Vec<Prefix>)],
    routers: &mut [Router],
) {
    #[derive(Default)]
    struct Side<'rows> {
        passes: bool,
        allows: bool,
        uses: bool,
        /// What each row carries; none where one carries all.
        carried: Vec<Option<&'rows [Prefix]>>,
    }
    let mut sides: HashMap<(NameId, NameId), Side<'_>> = HashMap::new();
    for row in &members.peerings {
        let side = sides.entry((row.vnet, row.remote_vnet)).or_default();
        side.passes |= row.allow_vnet_access && row.rare().not_connected.is_none();
        side.allows |= row.allow_gateway_transit;
        side.uses |= row.use_remote_gateways;
        side.carried.push(row.rare().carried.as_ref().map(|list| &list.0[..]));
    }
    for (&(hub, spoke), near) in &sides {
        let is_used = sides.get(&(spoke, hub)).is_some_and(|far| far.passes && far.uses);
        let is_attached = near.passes && near.allows && is_used;
        if let (true, Some(&router), None) = (is_attached, gateways.get(&hub), gateways.get(&spoke)) {
            let all = attached(networks, number_of[&spoke]);
            let Some(lists) = near.carried.iter().copied().collect::<Option<Vec<_>>>() else {
                routers[router].attached.extend(all);
                continue;
            };
            for (own, owner) in all {
                let both = lists.iter().copied().flatten().filter(|listed| listed.overlaps(own));
                routers[router].attached.extend(both.map(|listed| (own.max(*listed), owner)));
            }
        }
    }
}

/// What the rows of a tunnel's ends say together.
struct Tunnel {
    from: NameId,
    to: NameId,
    up: bool,
    bgp: bool,
    from_static: Vec<Prefix>,
    to_static: Vec<Prefix>,
}

/// Pairs the k-th row of one direction with the k-th row of the other.
fn tunnels(members: &Members<'_>) -> Vec<Tunnel> {
    let mut tunnels: Vec<Tunnel> = Vec::new();
    let mut alone: HashMap<(NameId, NameId), VecDeque<usize>> = HashMap::new();
    for row in &members.connections {
        if let Some(first) = alone.get_mut(&(row.to, row.from)).and_then(VecDeque::pop_front) {
            let tunnel = &mut tunnels[first];
            tunnel.up &= row.down.is_none();
            tunnel.bgp &= row.bgp;
            tunnel.from_static.extend(&row.to_static);
            tunnel.to_static.extend(&row.from_static);
        } else {
            alone.entry((row.from, row.to)).or_default().push_back(tunnels.len());
            tunnels.push(Tunnel {
                from: row.from,
                to: row.to,
                up: row.down.is_none(),
                bgp: row.bgp,
                from_static: row.from_static.clone(),
                to_static: row.to_static.clone(),
            });
        }
    }
    tunnels
}

impl Tunnel {
    /// Gives both routers their session or their static routes, where the tunnel is up.
    fn dig(&self, from: usize, to: usize, networks: &[(NameId, Vec<Prefix>)], routers: &mut [Router]) {
        if !self.up {
            return;
        }
        let [one, other] = [&routers[from], &routers[to]];
        let session = self.bgp && one.speaks_bgp && other.speaks_bgp && one.asn != other.asn;
        for (near, far, listed) in [(from, to, &self.from_static), (to, from, &self.to_static)] {
            let of_far = &networks[routers[far].network].1;
            let prefixes = if listed.is_empty() && !self.bgp { of_far } else { listed };
            routers[near].static_routes.extend(prefixes.iter().map(|prefix| (far, *prefix)));
            if session {
                routers[near].sessions.push(far);
            }
        }
    }
}
