//! The facts of tunnels: what the rows of both ends and the routers there say together.

use crate::inventory::{Inventory, Tunnel};
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::schema::Asn;

/// What tunnels need to know of their ends, by name.
struct Routers<'inventory> {
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
        let mut ends = vec![nothing; inventory.names.len()];
        for vnet in &inventory.vnets {
            ends[vnet.name.index()].address_space = &vnet.address_space;
        }
        for gateway in &inventory.gateways {
            let end = &mut ends[gateway.vnet.index()];
            end.is_router = true;
            end.speaks_bgp = gateway.speaks_bgp();
            end.asn = Some(Asn::Number(gateway.asn()));
        }
        for site in &inventory.sites {
            ends[site.name.index()] = End {
                address_space: &site.address_space,
                is_router: true,
                speaks_bgp: true,
                asn: Some(site.asn.map_or(Asn::Unlike(site.name), Asn::Number)),
            };
        }
        Self { ends }
    }

    fn end(&self, name: NameId) -> End<'inventory> {
        self.ends[name.index()]
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
