//! The facts of tunnels: what the rows of both ends and the routers there say together.

use crate::inventory::{Inventory, Tunnel};
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::schema::Asn;

/// What tunnels need to know of their ends. Of a million networks a few thousand are routers.
struct Routers<'inventory> {
    /// The place of each router among `ends`, by name; that of all other networks is the first, which is no router.
    places: Vec<u32>,
    ends: Vec<End<'inventory>>,
}

#[derive(Clone, Copy)]
struct End<'inventory> {
    address_space: &'inventory [Prefix],
    is_router: bool,
    speaks_bgp: bool,
    asn: Option<Asn>,
}

impl<'inventory> Routers<'inventory> {
    fn new(inventory: &'inventory Inventory) -> Self {
        let nothing = End { address_space: &[], is_router: false, speaks_bgp: false, asn: None };
        let mut routers = Self { places: vec![0; inventory.names.len()], ends: vec![nothing] };
        for gateway in &inventory.gateways {
            let asn = Some(Asn::Number(gateway.asn()));
            let end = End { is_router: true, speaks_bgp: gateway.speaks_bgp(), asn, ..nothing };
            routers.add(gateway.vnet, end);
        }
        for vnet in &inventory.vnets {
            let place = routers.places[vnet.name.index()] as usize;
            if place > 0 {
                routers.ends[place].address_space = &vnet.address_space;
            }
        }
        for site in &inventory.sites {
            let asn = Some(site.asn.map_or(Asn::Unlike(site.name), Asn::Number));
            let address_space = &site.address_space;
            routers.add(site.name, End { address_space, is_router: true, speaks_bgp: true, asn });
        }
        routers
    }

    fn add(&mut self, name: NameId, end: End<'inventory>) {
        // There are no more than names.
        self.places[name.index()] = u32::try_from(self.ends.len()).unwrap_or_default();
        self.ends.push(end);
    }

    fn end(&self, name: NameId) -> End<'inventory> {
        self.ends[self.places[name.index()] as usize]
    }

    /// True where the tunnel is up between two routers, so that it carries packets.
    fn carries(&self, tunnel: &Tunnel) -> bool {
        tunnel.up && self.end(tunnel.from).is_router && self.end(tunnel.to).is_router
    }

    /// True where a BGP session runs on the tunnel.
    fn has_session(&self, tunnel: &Tunnel) -> bool {
        let (from, to) = (self.end(tunnel.from), self.end(tunnel.to));
        tunnel.bgp && from.speaks_bgp && to.speaks_bgp && from.asn != to.asn
    }
}

/// The relations that say what tunnels carry.
#[derive(Default)]
pub(super) struct Tunnels {
    pub(super) s2s: Vec<(NameId, NameId)>,
    pub(super) bgp: Vec<(NameId, NameId)>,
    pub(super) static_route: Vec<(NameId, NameId, Prefix)>,
}

impl Tunnels {
    pub(super) fn lower(inventory: &Inventory) -> Self {
        let routers = Routers::new(inventory);
        let mut lowered = Self::default();
        for tunnel in inventory.tunnels().iter().filter(|tunnel| routers.carries(tunnel)) {
            let session = routers.has_session(tunnel);
            let ends =
                [(tunnel.from, tunnel.to, &tunnel.from_static), (tunnel.to, tunnel.from, &tunnel.to_static)];
            for (near, far, listed) in ends {
                lowered.s2s.push((near, far));
                if session {
                    lowered.bgp.push((near, far));
                }
                // Azure fills the hidden local network gateway of a VNet-to-VNet connection with the
                // far VNet's own address space where BGP is off. A session that cannot come up leaves
                // the tunnel without routes, as Azure does not fall back.
                let far_space = routers.end(far).address_space;
                let routed = if listed.is_empty() && !tunnel.bgp { far_space } else { listed.as_slice() };
                lowered.static_route.extend(routed.iter().map(|prefix| (near, far, *prefix)));
            }
        }
        lowered
    }
}
