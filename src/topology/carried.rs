//! What the sides of peerings leave out of the VNets that they lead to.

use super::Topology;
use crate::inventory::Carried;
use crate::names::NameId;
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

impl Topology<'_> {
    /// What the side of `vnet` leaves out of `remote`; none where it carries all of it, and no more.
    #[must_use]
    pub fn left_out(&self, vnet: NameId, remote: NameId) -> Option<LeftOut> {
        let sides: Option<Vec<&Carried>> =
            self.sides(vnet, remote).map(|side| side.carried.as_deref()).collect();
        let listed = Carried(sides?.into_iter().flat_map(|list| list.0.iter().copied()).collect());
        let space = self.address_space(remote);
        let prefixes = listed.left_out(space);
        let is_gone = |listed: &&Prefix| !space.iter().any(|own| own.overlaps(**listed));
        let gone: Vec<Prefix> = listed.0.iter().filter(is_gone).copied().collect();
        let is_without = self.sides(vnet, remote).next().is_none() || (prefixes.is_empty() && gone.is_empty());
        (!is_without).then(|| LeftOut { lack: lack(&listed, space, &prefixes), prefixes, gone })
    }
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
