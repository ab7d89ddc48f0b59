//! What the sides of peerings leave out of the VNets that they lead to.

use crate::inventory::Carried;
use crate::prefix::Prefix;

/// Why a side of a peering does not carry all of the other VNet, as far as its prefixes show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The address space of the other VNet has changed since the peering was last synced.
    Sync,
    /// The peering is one of single subnets.
    Subnets,
    /// The peering is one of IPv6 alone.
    Ipv4,
}

/// What a side of a peering leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Why, as far as the prefixes show.
    pub lack: Lack,
    /// What it does not carry of the other VNet, in the fewest prefixes.
    pub prefixes: Vec<Prefix>,
    /// What it lists that the other VNet does not hold.
    pub gone: Vec<Prefix>,
}

/// What a side that lists `listed` leaves out of the address space `space`; none where it carries all of it, and no more.
pub(super) fn left_out(listed: &Carried, space: &[Prefix]) -> Option<LeftOut> {
    let prefixes = listed.left_out(space);
    let is_gone = |listed: &&Prefix| !space.iter().any(|own| own.overlaps(**listed));
    let gone: Vec<Prefix> = listed.0.iter().filter(is_gone).copied().collect();
    let is_whole = prefixes.is_empty() && gone.is_empty();
    (!is_whole).then(|| LeftOut { lack: lack(listed, space, &prefixes), prefixes, gone })
}

fn lack(listed: &Carried, space: &[Prefix], left_out: &[Prefix]) -> Lack {
    let is_cut = |own: &Prefix| listed.0.iter().any(|listed| own != listed && own.covers(*listed));
    if space.iter().any(is_cut) {
        Lack::Subnets
    } else if space.iter().any(|own| own.net().addr().is_ipv6())
        && listed.0.iter().all(|listed| listed.net().addr().is_ipv6())
        && left_out.iter().all(|prefix| prefix.net().addr().is_ipv4())
    {
        Lack::Ipv4
    } else {
        Lack::Sync
    }
}
