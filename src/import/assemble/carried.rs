//! What the sides of peerings carry, once all VNets and subnets are known.

use crate::import::resources::{Peering, Resources};
use crate::inventory::Carried;
use crate::prefix::Prefix;
use crate::source::Span;

/// What the side carries of a VNet with that address space; none where that is all of it. What cannot be told goes to `notes`.
pub(super) fn of(
    resources: &Resources,
    side: &Peering,
    space: &[Prefix],
    notes: &mut Vec<(Span, String)>,
) -> Option<Carried> {
    if space.is_empty() {
        return None;
    }
    let mut carried = Carried(listed(resources, side, space, notes));
    if side.carried.is_ipv6_only {
        carried.0.retain(|prefix| prefix.net().addr().is_ipv6());
    }
    let is_held = |prefix: &Prefix| space.iter().any(|own| own.overlaps(*prefix));
    let is_whole = carried.left_out(space).is_empty() && carried.0.iter().all(is_held);
    (!is_whole).then_some(carried)
}

fn listed(
    resources: &Resources,
    side: &Peering,
    space: &[Prefix],
    notes: &mut Vec<(Span, String)>,
) -> Vec<Prefix> {
    let told = &side.carried;
    if !told.prefixes.is_empty() {
        return told.prefixes.clone();
    }
    if told.is_complete || (told.subnets.is_empty() && told.is_ipv6_only) {
        return space.to_vec();
    }
    let (vnet, remote) = (side.vnet.name(), side.remote.name());
    if told.subnets.is_empty() {
        let message = format!(
            "the peering of `{vnet}` with `{remote}` is one of single subnets and does not say of which; it counts as \
             carrying nothing"
        );
        notes.push((side.origin, message));
    }
    let mut prefixes = Vec::new();
    for subnet in &told.subnets {
        let known = resources.routing.subnets.get(&side.remote.child("subnets", subnet));
        if let Some(known) = known.filter(|known| !known.space.is_empty()) {
            prefixes.extend(&known.space);
            continue;
        }
        let message = format!(
            "the peering of `{vnet}` with `{remote}` carries the subnet `{subnet}`, whose prefixes are not in the export; \
             it is left out"
        );
        notes.push((side.origin, message));
    }
    prefixes
}
