//! The effective routes of a subnet, as Azure shows them, held against those that the inventory gives it.

use std::collections::BTreeMap;

use super::deviation::{Cause, Deviating, Deviation, in_order};
use super::table::{Entry, Table};
use crate::answer::{Analysis, EffectiveHop, EffectiveRoute, RouteSource};
use crate::inventory::routing::Hop;
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;

/// The effective routes of a subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// The routes, sorted.
    pub routes: Vec<EffectiveRoute>,
    /// True where its route table, if it has one, lets in the routes of the gateway.
    pub gateway_routes: bool,
}

impl Subnet {
    /// The effective routes of the subnet of that name.
    #[must_use]
    pub fn new(analysis: &Analysis<'_>, vnet: NameId, subnet: LabelId) -> Self {
        let inventory = analysis.inventory();
        let routes = analysis.effective_routes_of(vnet, subnet);
        let row = inventory.subnets.iter().find(|row| (row.vnet, row.name) == (vnet, subnet));
        let table = row.and_then(|row| row.route_table);
        let row = inventory.route_tables.iter().find(|row| Some(row.name) == table);
        Self { routes, gateway_routes: row.is_none_or(|row| row.gateway_routes) }
    }

    /// How many prefixes its routes have.
    #[must_use]
    pub fn count(&self) -> usize {
        self.by_prefix().len()
    }

    /// Says how the table that Azure shows deviates; `old` is the subnet in an older inventory.
    #[must_use]
    pub fn deviations(&self, table: &Table, old: Option<&Self>) -> Vec<Deviation> {
        let expected = self.by_prefix();
        let mut there: BTreeMap<Prefix, Vec<&Entry>> = BTreeMap::new();
        for entry in table.entries.iter().filter(|entry| !is_azures_own(entry)) {
            there.entry(entry.prefix).or_default().push(entry);
        }
        let of_gateway = |routes: &&Vec<EffectiveRoute>| routes[0].source == RouteSource::Gateway;
        let has_gateway_route =
            table.entries.iter().filter_map(|it| it.leads).any(|it| it.source == RouteSource::Gateway);
        let is_cut_off = !has_gateway_route && expected.values().filter(of_gateway).count() > 1;
        let mut found = Vec::new();
        for (prefix, routes) in &expected {
            let wanted = hops(routes.iter().map(|route| route.hop));
            let Some(entries) = there.get(prefix) else {
                let cause = match routes[0].source {
                    RouteSource::User => Cause::NoUserRoute,
                    RouteSource::Default => Cause::NoPeeringRoute,
                    RouteSource::Gateway if is_cut_off => Cause::GatewayRoutesOff,
                    RouteSource::Gateway => Cause::NoGatewayRoute,
                };
                let leads = Some(format!("expected is {wanted}"));
                found.push(Deviation { leads, ..Deviation::new(Deviating::Missing, *prefix, cause) });
                continue;
            };
            let shown = shown(entries);
            if wanted != shown {
                found.push(Deviation {
                    leads: Some(format!("it leads to {shown}, and expected is {wanted}")),
                    span: Some(entries[0].span),
                    ..Deviation::new(Deviating::OtherHop, *prefix, Cause::OtherNextHop)
                });
            }
        }
        let before = old.map(Self::by_prefix).unwrap_or_default();
        for (prefix, entries) in there.iter().filter(|(prefix, _)| !expected.contains_key(*prefix)) {
            let source = entries[0].leads.map(|leads| leads.source);
            let cause = match source {
                Some(RouteSource::User) => Cause::NotInRouteTable,
                Some(RouteSource::Gateway) if !self.gateway_routes => Cause::GatewayRoutesOn,
                _ => Cause::NotInInventory,
            };
            let (kind, cause) = if before.contains_key(prefix) {
                (Deviating::Stale, Cause::OldNetwork)
            } else {
                (Deviating::Surplus, cause)
            };
            found.push(Deviation {
                leads: Some(format!("it leads to {}", shown(entries))),
                span: Some(entries[0].span),
                ..Deviation::new(kind, *prefix, cause)
            });
        }
        in_order(found)
    }

    fn by_prefix(&self) -> BTreeMap<Prefix, Vec<EffectiveRoute>> {
        let mut by_prefix: BTreeMap<Prefix, Vec<EffectiveRoute>> = BTreeMap::new();
        for route in &self.routes {
            by_prefix.entry(route.prefix).or_default().push(*route);
        }
        by_prefix
    }
}

/// True for what Azure routes to `None` in every VNet: ranges for private use, its own, and those of tests.
fn is_azures_own(entry: &Entry) -> bool {
    entry.leads.is_some_and(|leads| {
        leads.source == RouteSource::Default && leads.hop == EffectiveHop::Hop(Hop::Nowhere)
    })
}

fn shown(entries: &[&Entry]) -> String {
    hops(entries.iter().filter_map(|entry| entry.leads).map(|leads| leads.hop))
}

/// The next hops as a sentence lists them, each once.
fn hops(hops: impl Iterator<Item = EffectiveHop>) -> String {
    let mut hops: Vec<EffectiveHop> = hops.collect();
    hops.sort_unstable();
    hops.dedup();
    hops.iter().map(|hop| format!("`{hop}`")).collect::<Vec<_>>().join(" or ")
}
