//! The shapes, one function each.

use std::collections::BTreeSet;

use super::addresses::{Addresses, ipv4, pool};
use super::builder::{Builder, PointToSite};
use super::random::Random;
use crate::inventory::Protocol;
use crate::names::NameId;
use crate::prefix::Prefix;

/// How the hubs of one connected component are made.
struct Part<'protocols> {
    number: usize,
    /// The spokes of each hub.
    spokes: usize,
    addresses: Addresses,
    /// What P2S gateways offer; none stated where empty.
    protocols: &'protocols [Protocol],
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
        for spoke in 1..=self.spokes.min(room - 1) {
            let prefix = self.addresses.vnet(first + spoke);
            builder.spoke(name, &format!("spoke-{part:05}-{index:04}-{spoke:03}"), prefix);
        }
        Some(name)
    }
}

pub(super) fn hubs(builder: &mut Builder, vnets: usize) {
    for number in 0..vnets.div_ceil(200) {
        let addresses = Addresses::new(&mut builder.random, 200);
        let part = Part { number, spokes: 49, addresses, protocols: &[] };
        let hubs: Vec<NameId> =
            (0..4).filter_map(|index| part.hub(builder, index, index == 0, vnets)).collect();
        for pair in hubs.windows(2) {
            builder.session(pair[0], pair[1]);
        }
    }
}

pub(super) fn estate(builder: &mut Builder, vnets: usize) {
    // Fewer parts in a small estate, so that hubs have neighbours.
    let parts = (vnets / 404).clamp(1, 50);
    let hubs_of_part = vnets.div_ceil(parts * 101);
    for number in 0..parts {
        let addresses = Addresses::new(&mut builder.random, hubs_of_part * 101);
        let part = Part { number, spokes: 100, addresses, protocols: &[Protocol::OpenVpn] };
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
        let part = Part { number, spokes: 0, addresses, protocols: &[Protocol::Ikev2] };
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
    Part { number: 0, spokes, addresses, protocols: &[Protocol::OpenVpn] }
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
