//! Private endpoints in the place of networks: what packets for their addresses do.
//!
//! An endpoint's route covers its own address and nothing else, so it is asked of runs of its own, and all others are as if there
//! were none.

use super::part::{ByPrefix, Component};
use super::run::Derived;
use super::slices::{pools_of_a_slice, prefixes_of_a_slice, solve_for};
use super::steered::{Asked, Steered, steer_to};
use crate::class::Class;
use crate::facts::Facts;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::witness::Witness;

impl<'facts> Component<'facts> {
    /// The component with its private endpoints in the place of all its networks.
    pub(crate) fn of_endpoints(facts: &'facts Facts, number: usize) -> Self {
        let rows = facts.of(number);
        let mut prefixes = rows.prefixes();
        prefixes.extend(rows.private_endpoint.iter().map(|row| Prefix::from(row.2)));
        let mut part = Self::naming(facts, number, prefixes);
        let placed = rows.private_endpoint.iter();
        let placed = placed.filter_map(|row| Some((part.table.id(Prefix::from(row.2))?, (row.0, row.1))));
        part.endpoints = ByPrefix::new(placed.collect());
        part.network_parts =
            ByPrefix::new(part.endpoints.all().iter().map(|(id, (endpoint, _))| (*id, *endpoint)).collect());
        part
    }
}

/// Runs the rules for routers over the ways to and from the private endpoints of `part`, some at a time, and hands each result to `take`.
pub(crate) fn solve_endpoints<W: Witness>(
    part: &Component<'_>,
    serves: &[(NameId, Class)],
    mut take: impl FnMut(&Derived<W>),
) {
    for gateways in part.p2s_gateways().chunks(pools_of_a_slice(part)) {
        let serves = served(serves, gateways);
        for parts in part.network_parts.all().chunks(prefixes_of_a_slice(part)) {
            take(&solve_for(part, parts, gateways, &serves));
        }
    }
}

/// The same with the rules for components in which route tables steer packets.
pub(crate) fn steer_endpoints(
    part: &Component<'_>,
    serves: &[(NameId, Class)],
    mut take: impl FnMut(&Steered),
) {
    for gateways in part.p2s_gateways().chunks(pools_of_a_slice(part)) {
        let asked = Asked::of(part, part.network_parts.all(), gateways);
        take(&steer_to(part, &asked, &served(serves, gateways)));
    }
}

fn served(serves: &[(NameId, Class)], gateways: &[NameId]) -> Vec<(NameId, Class)> {
    serves.iter().filter(|row| gateways.contains(&row.0)).copied().collect()
}
