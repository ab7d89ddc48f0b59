//! The shapes, one function each.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::addresses::{Addresses, inside, ipv4, pool};
use super::builder::{Builder, PointToSite};
use super::random::Random;
use crate::inventory::Protocol;
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;

/// How the hubs of one connected component are made.
struct Part<'protocols> {
    number: usize,
    /// The spokes of each hub.
    spokes: usize,
    addresses: Addresses,
    /// What P2S gateways offer; none stated where empty.
    protocols: &'protocols [Protocol],
    /// Whether each hub has a firewall, past which route tables steer.
    has_firewalls: bool,
}

impl Part<'_> {
    /// The hub of that number with its spokes, as far as the inventory has room for `vnets`.
    fn hub(&self, builder: &mut Builder, index: usize, serves_p2s: bool, vnets: usize) -> Option<NameId> {
        let room = vnets - builder.inventory.vnets.len();
        if room == 0 {
            return None;
        }
        let first = index * (self.spokes + 1);
        let part = self.number;
        let name = builder.vnet(&format!("hub-{part:05}-{index:04}"), self.addresses.vnet(first));
        let clients =
            serves_p2s.then(|| PointToSite { pool: pool(index), protocols: self.protocols.to_vec() });
        builder.gateway(name, index, clients);
        let firewall = self.has_firewalls.then(|| {
            let own = self.addresses.vnet(first);
            Firewall::new(builder, name, &format!("{part:05}-{index:04}"), own)
        });
        for spoke in 1..=self.spokes.min(room - 1) {
            let prefix = self.addresses.vnet(first + spoke);
            let number = format!("{part:05}-{index:04}-{spoke:03}");
            let spoke = builder.spoke(name, &format!("spoke-{number}"), prefix);
            if let Some(firewall) = &firewall {
                firewall.steer(builder, spoke, &number, prefix);
            }
        }
        Some(name)
    }
}

/// The firewall of a hub.
struct Firewall {
    address: IpAddr,
    /// The table of the hub's GatewaySubnet.
    table: LabelId,
}

impl Firewall {
    /// The firewall of `hub`, in a subnet beside that of the gateway.
    fn new(builder: &mut Builder, hub: NameId, number: &str, own: Prefix) -> Self {
        let table = builder.route_table(&format!("to-spokes-{number}"), true);
        builder.subnet(hub, "GatewaySubnet", inside(own, 0, 27), Some(table));
        builder.subnet(hub, "AzureFirewallSubnet", inside(own, 64, 26), None);
        // The first address that Azure does not keep for itself.
        let address = inside(own, 68, 32).net().network();
        builder.appliance(hub, &format!("firewall-{number}"), address);
        Self { address, table }
    }

    /// Three subnets in `spoke` that send all by the firewall, which gets what the gateway sends to them.
    fn steer(&self, builder: &mut Builder, spoke: NameId, number: &str, prefix: Prefix) {
        builder.route_to_appliance(self.table, prefix, self.address);
        let table = builder.route_table(&format!("from-spoke-{number}"), false);
        builder.route_to_appliance(table, ipv4(0, 0), self.address);
        for (name, offset) in [("web", 0), ("app", 64), ("data", 128)] {
            builder.subnet(spoke, name, inside(prefix, offset, 26), Some(table));
        }
    }
}

pub(super) fn hubs(builder: &mut Builder, vnets: usize) {
    rows_of_hubs(builder, vnets, false);
}

pub(super) fn landing(builder: &mut Builder, vnets: usize) {
    rows_of_hubs(builder, vnets, true);
}

fn rows_of_hubs(builder: &mut Builder, vnets: usize, has_firewalls: bool) {
    for number in 0..vnets.div_ceil(200) {
        let addresses = Addresses::new(&mut builder.random, 200);
        let part = Part { number, spokes: 49, addresses, protocols: &[], has_firewalls };
        let hubs: Vec<NameId> =
            (0..4).filter_map(|index| part.hub(builder, index, index == 0, vnets)).collect();
        for pair in hubs.windows(2) {
            builder.session(pair[0], pair[1]);
        }
    }
}

/// A small estate has fewer, so that hubs have neighbours.
pub(super) const PARTS_OF_AN_ESTATE: usize = 50;

pub(super) fn estate(builder: &mut Builder, vnets: usize) {
    let parts = (vnets / 404).clamp(1, PARTS_OF_AN_ESTATE);
    let hubs_of_part = vnets.div_ceil(parts * 101);
    for number in 0..parts {
        let addresses = Addresses::new(&mut builder.random, hubs_of_part * 101);
        let protocols = &[Protocol::OpenVpn];
        let part = Part { number, spokes: 100, addresses, protocols, has_firewalls: false };
        let hubs: Vec<NameId> =
            (0..hubs_of_part).filter_map(|index| part.hub(builder, index, index % 2 == 0, vnets)).collect();
        join_round(builder, &hubs, 1);
    }
}

pub(super) fn onepart(builder: &mut Builder, vnets: usize) {
    let part = one_part(builder, vnets, 2);
    let mut hubs: Vec<NameId> = Vec::new();
    while let Some(name) = part.hub(builder, hubs.len(), true, vnets) {
        // A tree of 20 branches a gateway keeps every gateway within the tunnels of its SKU.
        if let Some(above) = hubs.len().checked_sub(1).map(|last| hubs[last / 20]) {
            builder.session(above, name);
        }
        hubs.push(name);
    }
}

pub(super) fn chain(builder: &mut Builder, vnets: usize) {
    let part = one_part(builder, vnets, 0);
    let mut last: Option<NameId> = None;
    for index in 0..vnets {
        let name = part.hub(builder, index, index % 50 == 0, vnets);
        if let (Some(last), Some(name)) = (last, name) {
            builder.session(last, name);
        }
        last = name;
    }
}

pub(super) fn mesh(builder: &mut Builder, vnets: usize) {
    let part = one_part(builder, vnets, 0);
    let hubs: Vec<NameId> =
        (0..vnets).filter_map(|index| part.hub(builder, index, index % 10 == 0, vnets)).collect();
    join_round(builder, &hubs, 15);
}

pub(super) fn dense(builder: &mut Builder, vnets: usize) {
    for number in 0..vnets.div_ceil(2) {
        let addresses = Addresses::new(&mut builder.random, 2);
        // IKEv2 clients get no static prefixes of sites, and could not take so many.
        let protocols = &[Protocol::Ikev2];
        let part = Part { number, spokes: 0, addresses, protocols, has_firewalls: false };
        let Some(near) = part.hub(builder, 0, true, vnets) else { return };
        if let Some(far) = part.hub(builder, 1, false, vnets) {
            builder.session(near, far);
        }
        for (index, behind) in [0x0a40_0000, 0x0a60_0000].into_iter().enumerate() {
            let site = builder.site(&format!("site-{number:05}-{index}"), ipv4(behind, 16), 2 + index);
            let listed = nested(&mut builder.random, behind);
            let back = vec![pool(0), part.addresses.vnet(0), part.addresses.vnet(1)];
            builder.static_tunnel(near, site, listed, back);
        }
    }
}

/// The only connected component of an inventory.
fn one_part(builder: &mut Builder, vnets: usize, spokes: usize) -> Part<'static> {
    let addresses = Addresses::new(&mut builder.random, vnets + spokes);
    Part { number: 0, spokes, addresses, protocols: &[Protocol::OpenVpn], has_firewalls: false }
}

/// Joins each hub to the `steps` after it, and so to as many before it, round a ring.
fn join_round(builder: &mut Builder, hubs: &[NameId], steps: usize) {
    for (index, near) in hubs.iter().enumerate() {
        for step in 1..=steps.min(hubs.len() / 2) {
            // Half-way round, the two would join each other twice.
            if 2 * step < hubs.len() || index < step {
                builder.session(*near, hubs[(index + step) % hubs.len()]);
            }
        }
    }
}

/// A thousand prefixes inside the /11 at `behind`, many of them inside each other.
fn nested(random: &mut Random, behind: u32) -> Vec<Prefix> {
    let mut listed = BTreeSet::from([ipv4(behind, 11)]);
    while listed.len() < 1000 {
        let length = 16 + u8::try_from(random.below(9)).unwrap_or_default();
        let index = random.below(1 << (length - 11));
        listed.insert(ipv4(behind + (index << (32 - length)), length));
    }
    listed.into_iter().collect()
}
