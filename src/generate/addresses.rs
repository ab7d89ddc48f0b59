//! Addresses and numbers that do not meet.

use std::net::IpAddr;

use super::random::Random;
use crate::prefix::Prefix;

/// The first address of VNets; client pools begin behind the most VNets that a plan may have.
const VNETS: u32 = 0x0a00_0000;
const POOLS: u32 = 0xac10_0000;

/// The /24 prefixes of the VNets of one connected component, in an order that depends on the seed.
pub(super) struct Addresses {
    step: u32,
    start: u32,
    mask: u32,
}

impl Addresses {
    /// Addresses for `count` VNets.
    pub(super) fn new(random: &mut Random, count: usize) -> Self {
        let room = u32::try_from(count.max(1).next_power_of_two()).unwrap_or(1 << 23);
        // An odd step goes through all of a power of two before it comes round.
        Self { step: random.number() | 1, start: random.number(), mask: room - 1 }
    }

    /// The prefix of the VNet of that number, below the count.
    pub(super) fn vnet(&self, index: usize) -> Prefix {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let place = index.wrapping_mul(self.step).wrapping_add(self.start) & self.mask;
        ipv4(VNETS.wrapping_add(place << 8), 24)
    }
}

/// The `index`-th client pool, in 172.16.0.0/12 and behind it where that is full.
pub(super) fn pool(index: usize) -> Prefix {
    ipv4(POOLS.wrapping_add(u32::try_from(index).unwrap_or(u32::MAX).wrapping_mul(256)), 24)
}

/// The prefix of that length that holds `address`.
pub(super) fn ipv4(address: u32, length: u8) -> Prefix {
    ipnet::IpNet::from(ipnet::Ipv4Net::new_assert(address.into(), length)).into()
}

/// The part of a /24 that starts so many addresses behind its first.
pub(super) fn inside(vnet: Prefix, offset: u32, length: u8) -> Prefix {
    match vnet.net().network() {
        IpAddr::V4(first) => ipv4(u32::from(first) + offset, length),
        IpAddr::V6(_) => vnet,
    }
}

/// The upper half of `prefix`; the prefix itself where it is a single address.
pub(super) fn upper_half(prefix: Prefix) -> Prefix {
    let halves = prefix.net().subnets(prefix.length() + 1).ok();
    halves.and_then(Iterator::last).map_or(prefix, Prefix::from)
}

/// Numbers from the 32-bit private range, so that routers of one part never share one.
pub(super) fn private_asn(index: usize) -> u32 {
    4_200_000_000 + u32::try_from(index % 94_000_000).unwrap_or_default()
}
