//! Faults as they are found in real inventories. Each leaves an inventory that can be read.

use super::addresses::{ipv4, private_asn, upper_half};
use super::random::Random;
use crate::inventory::{Gateway, Inventory, Peering, Protocol};
use crate::names::NameId;
use crate::prefix::Prefix;

/// Gives a share of the peerings, tunnels, P2S gateways and sites a fault each.
pub(super) fn mix_in(inventory: &mut Inventory, share: f64, random: &mut Random) {
    let peerings = inventory.peerings.len() / 2;
    let mut faulty = Faulty::new(inventory);
    let mut kinds = in_turn(&PEERING, random);
    for pair in 0..peerings {
        if random.happens(share) {
            kinds()(&mut faulty, pair);
        }
    }
    let mut kinds = in_turn(&TUNNEL, random);
    for row in 0..faulty.inventory.connections.len() {
        if random.happens(share) {
            kinds()(&mut faulty, row);
        }
    }
    let mut kinds = in_turn(&GATEWAY, random);
    for row in 0..faulty.inventory.gateways.len() {
        if !faulty.inventory.gateways[row].client_pool.is_empty() && random.happens(share) {
            kinds()(&mut faulty, row);
        }
    }
    for site in &mut faulty.inventory.sites {
        if random.happens(share) {
            site.asn = Some(65_517);
        }
    }
    let mut missing = faulty.missing_sides.into_iter().peekable();
    let mut row = 0;
    inventory.peerings.retain(|_| {
        let is_missing = missing.next_if_eq(&row).is_some();
        row += 1;
        !is_missing
    });
}

type Fault = fn(&mut Faulty<'_>, usize);

/// What may be wrong with a peering, given by its number.
const PEERING: [Fault; 8] = [
    |faulty, pair| faulty.hub_side(pair).allow_gateway_transit = false,
    |faulty, pair| faulty.spoke_side(pair).use_remote_gateways = false,
    |faulty, pair| {
        faulty.hub_side(pair).rare_mut().not_connected = Some("Disconnected".into());
        faulty.spoke_side(pair).rare_mut().not_connected = Some("Disconnected".into());
    },
    |faulty, pair| faulty.spoke_side(pair).allow_vnet_access = false,
    |faulty, pair| faulty.missing_sides.push(2 * pair + 1),
    |faulty, pair| faulty.overlap(pair),
    |faulty, pair| faulty.own_gateway(pair),
    |faulty, pair| faulty.second_remote_gateway(pair),
];

/// What may be wrong with a tunnel, given by its row.
const TUNNEL: [Fault; 8] = [
    |faulty, row| faulty.inventory.connections[row].down = Some("NotConnected".into()),
    |faulty, row| faulty.inventory.connections[row].bgp = false,
    |faulty, row| faulty.near_gateway(row).bgp = false,
    |faulty, row| "Basic".clone_into(&mut faulty.near_gateway(row).sku),
    |faulty, row| faulty.set_asns(row, None),
    |faulty, row| {
        let asn = faulty.near_gateway(row).asn;
        faulty.set_asns(row, asn);
    },
    |faulty, row| {
        let near = faulty.inventory.connections[row].from;
        let half = upper_half(faulty.first_prefix_behind(row));
        faulty.inventory.vnets[faulty.vnet_rows[near.index()]].address_space.push(half);
    },
    |faulty, row| {
        let inside = upper_half(faulty.first_prefix(faulty.inventory.connections[row].from));
        faulty.inventory.connections[row].from_static.push(inside);
    },
];

/// What may be wrong with a P2S gateway, given by its row.
const GATEWAY: [Fault; 4] = [
    |faulty, row| faulty.inventory.gateways[row].custom_routes.push(ipv4(0xcb00_7100, 24)),
    |faulty, row| faulty.inventory.gateways[row].custom_routes.push(ipv4(0, 0)),
    |faulty, row| faulty.inventory.gateways[row].protocols = vec![Protocol::OpenVpn, Protocol::Sstp],
    |faulty, row| {
        let own = faulty.first_prefix(faulty.inventory.gateways[row].vnet);
        faulty.inventory.gateways[row].client_pool.push(upper_half(own));
    },
];

/// One kind after the other, from a random one on, so that a few faults are of several kinds.
fn in_turn(faults: &'static [Fault], random: &mut Random) -> impl FnMut() -> Fault + use<> {
    let count = u32::try_from(faults.len()).unwrap_or(u32::MAX);
    let mut next = random.below(count) as usize;
    move || {
        next += 1;
        faults[next % faults.len()]
    }
}

/// An inventory as the shapes make it: the two sides of a peering stand together, the hub's first, and
/// tunnels come from gateways.
struct Faulty<'inventory> {
    inventory: &'inventory mut Inventory,
    vnet_rows: Vec<usize>,
    gateway_rows: Vec<usize>,
    site_rows: Vec<Option<usize>>,
    /// The rows of peerings that are to be left out, in order.
    missing_sides: Vec<usize>,
}

impl<'inventory> Faulty<'inventory> {
    fn new(inventory: &'inventory mut Inventory) -> Self {
        let mut vnet_rows = vec![0; inventory.names.len()];
        let mut gateway_rows = vec![0; inventory.names.len()];
        for (row, vnet) in inventory.vnets.iter().enumerate() {
            vnet_rows[vnet.name.index()] = row;
        }
        let mut site_rows = vec![None; inventory.names.len()];
        for (row, site) in inventory.sites.iter().enumerate() {
            site_rows[site.name.index()] = Some(row);
        }
        for (row, gateway) in inventory.gateways.iter().enumerate() {
            gateway_rows[gateway.vnet.index()] = row;
        }
        Self { inventory, vnet_rows, gateway_rows, site_rows, missing_sides: Vec::new() }
    }

    fn hub_side(&mut self, pair: usize) -> &mut Peering {
        &mut self.inventory.peerings[2 * pair]
    }

    fn spoke_side(&mut self, pair: usize) -> &mut Peering {
        &mut self.inventory.peerings[2 * pair + 1]
    }

    fn near_gateway(&mut self, row: usize) -> &mut Gateway {
        let name = self.inventory.connections[row].from;
        &mut self.inventory.gateways[self.gateway_rows[name.index()]]
    }

    fn first_prefix(&self, vnet: NameId) -> Prefix {
        self.inventory.vnets[self.vnet_rows[vnet.index()]].address_space[0]
    }

    /// The first prefix of the network that the tunnel leads to.
    fn first_prefix_behind(&self, row: usize) -> Prefix {
        let far = self.inventory.connections[row].to;
        match self.site_rows[far.index()] {
            Some(site) => self.inventory.sites[site].address_space[0],
            None => self.first_prefix(far),
        }
    }

    /// The spoke uses half of its hub's addresses too.
    fn overlap(&mut self, pair: usize) {
        let (hub, spoke) = (self.hub_side(pair).vnet, self.spoke_side(pair).vnet);
        let half = upper_half(self.first_prefix(hub));
        self.inventory.vnets[self.vnet_rows[spoke.index()]].address_space.push(half);
    }

    /// The spoke has a gateway, but uses the hub's.
    fn own_gateway(&mut self, pair: usize) {
        let (vnet, origin) = (self.spoke_side(pair).vnet, self.spoke_side(pair).origin);
        self.inventory.gateways.push(Gateway {
            asn: Some(private_asn(90_000_000 + pair % 4_000_000)),
            sku: "VpnGw1AZ".to_owned(),
            ..Gateway::new(vnet, origin)
        });
    }

    /// The spoke uses a gateway of the spoke before it too, which has none. The first spoke of a hub,
    /// which has none before it, uses no gateway instead.
    fn second_remote_gateway(&mut self, pair: usize) {
        let side = self.spoke_side(pair).clone();
        let before = pair.checked_sub(1).map(|before| self.spoke_side(before).clone());
        let Some(before) = before.filter(|before| before.remote_vnet == side.remote_vnet) else {
            self.spoke_side(pair).use_remote_gateways = false;
            return;
        };
        for (vnet, remote_vnet, uses) in [(side.vnet, before.vnet, true), (before.vnet, side.vnet, false)] {
            self.inventory.peerings.push(Peering {
                allow_gateway_transit: !uses,
                use_remote_gateways: uses,
                ..Peering::new(vnet, remote_vnet, side.origin)
            });
        }
    }

    /// Both ends of the tunnel have that number. A site without one is like no other, so it keeps its own.
    fn set_asns(&mut self, row: usize, asn: Option<u32>) {
        self.near_gateway(row).asn = asn;
        let far = self.inventory.connections[row].to;
        if let Some(site) = self.site_rows[far.index()] {
            let site = &mut self.inventory.sites[site];
            site.asn = asn.or(site.asn);
        } else {
            self.inventory.gateways[self.gateway_rows[far.index()]].asn = asn;
        }
    }
}
