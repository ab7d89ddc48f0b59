//! Which prefix lies in which, beside what `ipnet` says.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use proptest::prelude::*;
use tunnelog::prefix::Prefix;

use crate::laws::config;

/// Prefixes of IPv4, and a few of IPv6, that often lie in each other.
fn any_prefix() -> impl Strategy<Value = Prefix> {
    let four = (0..4_u32, 0..=32_u8).prop_map(|(bits, length)| {
        let address = std::net::Ipv4Addr::from_bits(bits << 30 | bits << 7 | bits);
        IpNet::from(Ipv4Net::new_assert(address, length)).into()
    });
    let six = (0..=128_u8)
        .prop_map(|length| IpNet::from(Ipv6Net::new_assert([0, 0, 0, 0, 0, 0, 0, 1].into(), length)).into());
    prop_oneof![8 => four, 1 => six]
}

proptest! {
    #![proptest_config(config())]

    /// One prefix covers another where `ipnet` says that it contains it, and they overlap where one does.
    #[test]
    fn what_is_covered_is_contained(one in any_prefix(), other in any_prefix()) {
        let contains = |one: Prefix, other: Prefix| one.net().contains(&other.net());
        prop_assert_eq!(one.covers(other), contains(one, other));
        prop_assert_eq!(one.overlaps(other), contains(one, other) || contains(other, one));
    }
}
