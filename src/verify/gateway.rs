//! What a gateway learned and advertises by BGP, held against the rules.

use ipnet::IpNet;
use rustc_hash::FxHashSet;

use super::deviation::{Cause, Deviating, Deviation, in_order};
use super::table::Table;
use crate::answer::Analysis;
use crate::facts::ids::PrefixId;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::solve::{Component, tables};

/// The routes of a gateway, as the rules derive them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gateway {
    /// What it delivers by itself.
    pub attached: Vec<Prefix>,
    /// The static routes of its tunnels, each with the neighbour.
    pub statics: Vec<(NameId, Prefix)>,
    /// What it learned, each with the neighbour.
    pub learned: Vec<(NameId, Prefix)>,
    /// What neighbours learned from it.
    pub accepted: Vec<(NameId, Prefix)>,
}

impl Gateway {
    /// The routes of the gateway of `vnet`, those for `wanted` prefixes where not all are wanted.
    #[must_use]
    pub fn new(analysis: &Analysis<'_>, vnet: NameId, wanted: Option<&[Prefix]>) -> Self {
        let facts = analysis.facts();
        let number = facts.component_of(vnet);
        let part = Component::new(facts, number);
        let ids: Vec<PrefixId> = match wanted {
            None => (0..).map(PrefixId).take(part.table.len()).collect(),
            Some(wanted) => {
                let mut ids: Vec<PrefixId> =
                    wanted.iter().filter_map(|prefix| part.table.id(*prefix)).collect();
                ids.sort_unstable();
                ids.dedup();
                ids
            }
        };
        let mut gateway = Self::default();
        tables(&part, &ids, |derived, home| {
            let prefix = |id: PrefixId| home.binary_search(&id).is_ok().then(|| part.table.prefix(id));
            let attached = derived.attached.iter().filter(|row| row.0 == vnet);
            gateway.attached.extend(attached.filter_map(|row| prefix(row.2)));
            let learned = derived.learned.iter().filter(|row| row.0 == vnet);
            gateway.learned.extend(learned.filter_map(|row| Some((row.1, prefix(row.2)?))));
            let accepted = derived.learned.iter().filter(|row| row.1 == vnet);
            gateway.accepted.extend(accepted.filter_map(|row| Some((row.0, prefix(row.2)?))));
        });
        let statics = facts.static_route.of(number).iter().filter(|(near, ..)| *near == vnet);
        gateway.statics = statics.map(|(_, far, prefix)| (*far, *prefix)).collect();
        gateway.attached.sort_unstable();
        for rows in [&mut gateway.learned, &mut gateway.accepted, &mut gateway.statics] {
            rows.sort_unstable();
            rows.dedup();
        }
        gateway
    }

    /// The neighbours that learn from the gateway, in the order of their numbers.
    #[must_use]
    pub fn neighbours(&self) -> Vec<NameId> {
        let mut neighbours: Vec<NameId> =
            self.accepted.iter().chain(&self.learned).map(|(neighbour, _)| *neighbour).collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        neighbours
    }
}

/// Says how the routes that a gateway has learned deviate; `old` is the gateway in an older inventory.
#[must_use]
pub fn learned(table: &Table, gateway: &Gateway, old: Option<&Gateway>) -> Vec<Deviation> {
    let there: FxHashSet<Prefix> = table.entries.iter().map(|entry| entry.prefix).collect();
    let mut found = missing(&gateway.learned, &there, Cause::NotLearned);
    let known = prefixes(gateway.learned.iter().chain(&gateway.statics), &gateway.attached);
    let before = old.map(|old| prefixes(old.learned.iter(), &[]));
    for entry in table.entries.iter().filter(|entry| !entry.is_own && !known.contains(&entry.prefix)) {
        found.extend(
            surplus(entry.prefix, before.as_ref()).map(|it| Deviation { span: Some(entry.span), ..it }),
        );
    }
    in_order(found)
}

/// Says how the routes that a gateway advertises to `neighbour` deviate.
///
/// What the neighbour would refuse is not told apart from what it takes: Azure lists what was sent.
#[must_use]
pub fn advertised(
    table: &Table,
    gateway: &Gateway,
    neighbour: NameId,
    old: Option<(&Gateway, NameId)>,
) -> Vec<Deviation> {
    let there: FxHashSet<Prefix> = table.entries.iter().map(|entry| entry.prefix).collect();
    let to_it = |rows: &[(NameId, Prefix)]| -> Vec<(NameId, Prefix)> {
        rows.iter().filter(|(other, _)| *other == neighbour).copied().collect()
    };
    let mut found = missing(&to_it(&gateway.accepted), &there, Cause::NotAdvertised);
    let from_others = gateway.learned.iter().chain(&gateway.statics).filter(|(other, _)| *other != neighbour);
    let known = prefixes(from_others.chain(&gateway.accepted), &gateway.attached);
    let before = old
        .map(|(old, neighbour)| prefixes(old.accepted.iter().filter(|(other, _)| *other == neighbour), &[]));
    for entry in table.entries.iter().filter(|entry| !known.contains(&entry.prefix)) {
        found.extend(
            surplus(entry.prefix, before.as_ref()).map(|it| Deviation { span: Some(entry.span), ..it }),
        );
    }
    in_order(found)
}

/// What is not there of `rows`; a neighbour of which nothing is there is down.
fn missing(rows: &[(NameId, Prefix)], there: &FxHashSet<Prefix>, otherwise: Cause) -> Vec<Deviation> {
    let is_down = |neighbour: NameId| {
        rows.iter().filter(|row| row.0 == neighbour).all(|(_, prefix)| !there.contains(prefix))
    };
    let mut prefixes: Vec<Prefix> =
        rows.iter().map(|(_, prefix)| *prefix).filter(|prefix| !there.contains(prefix)).collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    let deviation = |prefix: Prefix| {
        let from = || rows.iter().filter(|row| row.1 == prefix).map(|row| row.0);
        let down: Vec<NameId> = from().filter(|neighbour| is_down(*neighbour)).collect();
        let (cause, neighbours) =
            if down.is_empty() { (otherwise, from().collect()) } else { (Cause::BgpDown, down) };
        Deviation { neighbours, ..Deviation::new(Deviating::Missing, prefix, cause) }
    };
    prefixes.into_iter().map(deviation).collect()
}

fn surplus(prefix: Prefix, before: Option<&FxHashSet<Prefix>>) -> Option<Deviation> {
    let net = prefix.net();
    let is_link_local = match net {
        IpNet::V4(net) => net.addr().is_link_local(),
        IpNet::V6(net) => net.addr().is_unicast_link_local(),
    };
    // The addresses of BGP speakers themselves, which tunnels are numbered with.
    if is_link_local || net.prefix_len() == net.max_prefix_len() {
        return None;
    }
    Some(if before.is_some_and(|before| before.contains(&prefix)) {
        Deviation::new(Deviating::Stale, prefix, Cause::OldNetwork)
    } else {
        Deviation::new(Deviating::Surplus, prefix, Cause::NotInInventory)
    })
}

fn prefixes<'a>(rows: impl Iterator<Item = &'a (NameId, Prefix)>, more: &[Prefix]) -> FxHashSet<Prefix> {
    rows.map(|(_, prefix)| *prefix).chain(more.iter().copied()).collect()
}
