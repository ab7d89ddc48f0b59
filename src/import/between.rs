//! What a plan does between what is there before it and what is there after: what is made anew, and what waits.

use std::collections::BTreeSet;

use super::id::ResourceId;
use super::resources::{Gateway, Planned, Resources};
use crate::diagnostic::{Code, Diagnostic};
use crate::prefix::Prefix;

const HOW_TO_SYNC: &str = "`az network vnet peering sync` does it; azurerm does it where the peering's `triggers` name the \
    address space of the remote VNet";

/// The VNets whose VPN gateway is taken away and made anew, be it under another name.
pub(super) fn replaced_gateways(
    before: &Resources,
    after: &Resources,
    planned: &Planned,
) -> BTreeSet<ResourceId> {
    let is_vpn =
        |gateway: &Gateway| gateway.kind.as_deref().is_none_or(|kind| kind.eq_ignore_ascii_case("vpn"));
    let made = after.gateways.iter().filter(|(id, gateway)| planned.made.contains(*id) && is_vpn(gateway));
    let mut replaced = BTreeSet::new();
    for (id, gateway) in made {
        let is_gone =
            |old: &ResourceId| planned.gone.contains(old) || (old == id && planned.replaced.contains(old));
        let was =
            before.gateways.iter().any(|(old, was)| is_gone(old) && is_vpn(was) && was.vnet == gateway.vnet);
        replaced.extend(gateway.vnet.clone().filter(|_| was));
    }
    replaced
}

/// Notes what is cut off while it is made anew, and prefixes that wait for a sync.
pub(super) fn notes(before: &Resources, after: &Resources, planned: &Planned) -> Vec<Diagnostic> {
    let mut notes = Vec::new();
    let note = |span, message: String| Diagnostic::new(Code::OutsideModel, message).at(span, "");
    let again = "away and makes it anew: what it carries is cut off in between";
    for id in &planned.replaced {
        if let (true, Some(side)) = (before.peerings.contains_key(id), after.peerings.get(id)) {
            let message = format!("the plan takes peering `{}` of `{}` {again}", id.name(), side.vnet.name());
            notes.push(note(side.origin, message));
        }
        let connection = after.connections.get(id).filter(|_| before.connections.contains_key(id));
        if let Some((connection, origin)) = connection.and_then(|it| Some((it, it.origin?))) {
            notes.push(note(origin, format!("the plan takes connection `{}` {again}", connection.name)));
        }
    }
    for (id, vnet) in &after.vnets {
        let Some(known) = before.vnets.get(id).filter(|known| !known.space.is_empty()) else { continue };
        let is_new = |prefix: &&Prefix| !known.space.iter().any(|wider| wider.covers(**prefix));
        let new: Vec<String> = vnet.space.iter().filter(is_new).map(|prefix| format!("`{prefix}`")).collect();
        let waits = |side: &ResourceId| {
            before.peerings.contains_key(side)
                && !planned.made.contains(side)
                && !planned.synced.contains(side)
        };
        let far: Vec<String> = after
            .peerings
            .iter()
            .filter(|(side, peering)| peering.remote == *id && waits(side))
            .map(|(_, peering)| format!("`{}`", peering.vnet.name()))
            .collect();
        if !(new.is_empty() || far.is_empty()) {
            let message = format!(
                "VNet `{}` gets {} while it is peered: {} carries that only once the peering is synced",
                vnet.name,
                new.join(" and "),
                far.join(" and ")
            );
            notes.push(note(vnet.origin, message).help(HOW_TO_SYNC));
        }
    }
    notes
}
