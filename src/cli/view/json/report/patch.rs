//! What the page of `serve` has to know of changes: what is other than in the inventory as it was read.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use tunnelog::answer::{GatewayAnswer, NameRow, ReachRow, RouteRow};
use tunnelog::class::Class;
use tunnelog::compare::{Difference, FactDifference};
use tunnelog::facts::ids::Machine;
use tunnelog::inventory::Inventory;
use tunnelog::names::{Labels, NameId};
use tunnelog::prefix::Prefix;
use tunnelog::source::Span;
use tunnelog::topology::Topology;

use crate::cli::view::json::report::networks::{ApplianceShape, Holding, Link, Members, NetworkShape};
use crate::cli::view::json::report::states::{
    ChangedClients, ExplanationShape, Fact, FindingShape, Held, Reached, RowShape, held, reached,
};
use crate::cli::view::zones;

/// The name and version of the JSON document.
pub(crate) const SCHEMA: &str = "tunnelog/patch/1";

/// The whole document.
#[derive(Debug, Serialize)]
pub(crate) struct Patch<'a> {
    pub(crate) schema: &'static str,
    pub(crate) profile: &'static str,
    /// Which reading of the files it is about.
    pub(crate) version: u64,
    /// The networks of the connected components that the changes touch, or that the reason is about; and the Internet.
    pub(crate) networks: Vec<NetworkShape<'a>>,
    /// What differs, where that is asked.
    #[serde(flatten)]
    pub(crate) changed: Option<Changed>,
    /// Why the clients that are asked about reach the network, or do not.
    pub(crate) explanations: Vec<ExplanationShape>,
    /// The rows that are named.
    pub(crate) rows: Vec<RowShape>,
}

/// What differs.
#[derive(Debug, Serialize)]
pub(crate) struct Changed {
    pub(crate) changes: Vec<String>,
    /// How commands name the inventory with the changes, as a shell takes it.
    pub(crate) command: String,
    pub(crate) holdings: Holdings,
    pub(crate) links: Moved<Link>,
    pub(crate) appliances: Moved<ApplianceShape>,
    pub(crate) findings: Moved<FindingShape>,
    /// What clients of a gateway and class get otherwise.
    pub(crate) clients: Vec<OtherClients>,
    pub(crate) comparison: Comparison,
}

/// What a page tells of the difference.
#[derive(Debug, Serialize)]
pub(crate) struct Comparison {
    pub(crate) facts: Vec<Fact>,
    pub(crate) clients: Vec<ChangedClients>,
}

impl Comparison {
    pub(crate) fn of(facts: &[FactDifference], clients: &[Difference], members: &Members) -> Self {
        let clients = clients.iter().filter_map(|difference| ChangedClients::of(difference, members));
        Self { facts: Fact::all(facts), clients: clients.collect() }
    }
}

/// What goes, and what comes.
#[derive(Debug, Serialize)]
pub(crate) struct Moved<T> {
    pub(crate) gone: Vec<T>,
    pub(crate) come: Vec<T>,
}

impl<T: PartialEq> Moved<T> {
    /// What two lists do not share. Most of them is alike, and stands in the same order.
    fn between(before: Vec<T>, after: Vec<T>) -> Self {
        let mut rest = after.into_iter().peekable();
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        for one in before {
            if rest.peek() == Some(&one) {
                rest.next();
            } else {
                gone.push(one);
            }
        }
        for one in rest {
            match gone.iter().position(|other| *other == one) {
                Some(place) => {
                    gone.remove(place);
                }
                None => come.push(one),
            }
        }
        Self { gone, come }
    }
}

/// The networks that the inventory has no more, and those that are new in it or of which it has something else.
#[derive(Debug, Serialize)]
pub(crate) struct Holdings {
    gone: Vec<usize>,
    come: Vec<Holding>,
}

/// What the clients of one gateway and class get otherwise.
#[derive(Debug, Serialize)]
pub(crate) struct OtherClients {
    gateway: usize,
    class: &'static str,
    /// Destinations that are none any more: network and prefix.
    gone: Vec<(usize, String)>,
    /// Destinations that are new, or of which something else is said.
    come: Vec<Reached>,
    /// Routes that they lose.
    lost: Vec<String>,
    /// Routes that are new, or that they have for other reasons.
    held: Vec<Held>,
    /// What they get for names, in a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    names: Option<String>,
}

impl OtherClients {
    /// What differs for the clients of a gateway, class by class, where the page has the networks of which `was_there` is true.
    pub(crate) fn of(
        gateway: NameId,
        [before, after]: [&GatewayAnswer; 2],
        members: &Members,
        was_there: impl Fn(NameId) -> bool,
        labels: [&Labels; 2],
    ) -> Vec<Self> {
        let Some(number) = members.number(gateway) else { return Vec::new() };
        let of_rows = |answer: &GatewayAnswer| -> BTreeSet<Class> {
            let classes = answer.routes.iter().map(|row| row.class);
            classes.chain(answer.reach.iter().map(|row| row.class)).collect()
        };
        let classes = &of_rows(before) | &of_rows(after);
        let of_class = |class: Class| {
            let reach = |answer: &GatewayAnswer| -> Vec<ReachRow> {
                answer.reach.iter().filter(|row| row.class == class).copied().collect()
            };
            let routes = |answer: &GatewayAnswer| -> Vec<RouteRow> {
                answer.routes.iter().filter(|row| row.class == class).copied().collect()
            };
            let names = |answer: &GatewayAnswer, labels: &Labels| {
                let rows: Vec<&NameRow> = answer.names.iter().filter(|row| row.class == class).collect();
                zones::line(&rows, |zone| labels.text(zone).to_owned())
            };
            let mut old = reach(before);
            old.retain(|row| was_there(row.network));
            let (gone, come) = other_rows(&old, &reach(after), members);
            let (lost, held) = other_routes(&routes(before), &routes(after));
            let [before, after] = [names(before, labels[0]), names(after, labels[1])];
            let is_same =
                gone.is_empty() && come.is_empty() && lost.is_empty() && held.is_empty() && before == after;
            let class = class.word();
            (!is_same).then_some(Self { gateway: number, class, gone, come, lost, held, names: after })
        };
        classes.into_iter().filter_map(of_class).collect()
    }
}

fn other_rows(
    before: &[ReachRow],
    after: &[ReachRow],
    members: &Members,
) -> (Vec<(usize, String)>, Vec<Reached>) {
    let key = |row: &ReachRow| (row.network, row.destination);
    let old: FxHashMap<(NameId, Prefix), &ReachRow> = before.iter().map(|row| (key(row), row)).collect();
    let new: FxHashSet<(NameId, Prefix)> = after.iter().map(key).collect();
    let left = before.iter().filter(|row| !new.contains(&key(row)));
    let gone = left.filter_map(|row| Some((members.number(row.network)?, row.destination.to_string())));
    let come = after.iter().filter(|row| old.get(&key(row)) != Some(row));
    (gone.collect(), come.filter_map(|row| reached(row, members)).collect())
}

fn other_routes(before: &[RouteRow], after: &[RouteRow]) -> (Vec<String>, Vec<Held>) {
    let old: FxHashMap<Prefix, &RouteRow> = before.iter().map(|row| (row.prefix, row)).collect();
    let new: FxHashSet<Prefix> = after.iter().map(|row| row.prefix).collect();
    let lost = before.iter().filter(|row| !new.contains(&row.prefix)).map(|row| row.prefix.to_string());
    let come = after.iter().filter(|row| old.get(&row.prefix) != Some(row));
    (lost.collect(), come.map(held).collect())
}

/// What two inventories have of networks, links and appliances, as far as it differs, and the networks that there are.
pub(crate) struct Sides<'a> {
    pub(crate) networks: Vec<NetworkShape<'a>>,
    pub(crate) holdings: Holdings,
    pub(crate) links: Moved<Link>,
    pub(crate) appliances: Moved<ApplianceShape>,
}

impl<'a> Sides<'a> {
    /// What differs between `before`, of which the page has the networks for which `was_there` is true, and `after`, whose names have the
    /// same numbers. Appliances that are `passed` are there after. `at` names places.
    pub(crate) fn new(
        [before, after]: [&'a Inventory; 2],
        members: &Members,
        was_there: impl Fn(NameId) -> bool,
        passed: &BTreeSet<Machine>,
        at: impl Fn(Span) -> String,
    ) -> Self {
        let was_there = |network: usize| was_there(members.name(network));
        let mut old = members.holdings(before, &at);
        old.retain(|one| was_there(one.network()));
        let new = members.holdings(after, &at);
        let has: FxHashSet<usize> = new.iter().map(Holding::network).collect();
        let gone = old.iter().map(Holding::network).filter(|network| !has.contains(network)).collect();
        let known: FxHashMap<usize, &Holding> = old.iter().map(|one| (one.network(), one)).collect();
        let come = new.into_iter().filter(|one| known.get(&one.network()) != Some(&one)).collect();
        let links = [before, after].map(|side| members.links(&Topology::new(side), &at));
        let networks = members.shapes(&[before, after], &[&links[0], &links[1]], true);
        let mut old_appliances = members.appliances(before, &BTreeSet::new(), &at);
        let new_appliances = members.appliances(after, passed, &at);
        let [mut old_links, new_links] = links;
        old_links.retain(|link| link.ends().into_iter().all(&was_there));
        old_appliances.retain(|appliance| was_there(appliance.network()));
        Self {
            networks,
            holdings: Holdings { gone, come },
            links: Moved::between(old_links, new_links),
            appliances: Moved::between(old_appliances, new_appliances),
        }
    }

    /// The places that what comes names.
    pub(crate) fn places(&self) -> impl Iterator<Item = &str> {
        let of_holdings = self.holdings.come.iter().flat_map(Holding::places);
        let of_links = self.links.come.iter().flat_map(Link::places);
        of_holdings.chain(of_links).chain(self.appliances.come.iter().flat_map(ApplianceShape::places))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moved_is_what_two_lists_do_not_share() {
        for (before, after, gone, come) in [
            (&[1, 2, 3][..], &[1, 2, 3][..], &[][..], &[][..]),
            (&[1, 2, 3], &[1, 3], &[2], &[]),
            (&[1, 3], &[0, 1, 2, 3, 4], &[], &[0, 2, 4]),
            (&[1, 2, 3], &[3, 2, 1], &[], &[]),
            (&[1, 1, 2], &[1, 2, 2], &[1], &[2]),
            (&[], &[7], &[], &[7]),
        ] {
            let found = Moved::between(before.to_vec(), after.to_vec());
            assert_eq!((&found.gone[..], &found.come[..]), (gone, come), "{before:?} {after:?}");
        }
    }
}
