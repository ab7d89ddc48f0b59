//! Which facts differ between two inventories, and in which connected components.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::answer::Analysis;
use crate::facts::{self, Facts, Rows};
use crate::inventory::{Client, Inventory, Protocol};
use crate::language::print::quoted;
use crate::names::NameId;
use crate::schema::{Fact, Relation, for_each_relation, row};

/// A fact that only one of two inventories states.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FactDifference {
    /// The relation.
    pub relation: &'static str,
    /// What stands in its columns.
    pub terms: Vec<String>,
    /// True where the new inventory states it, false where the old one did.
    pub added: bool,
}

impl fmt::Display for FactDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.relation)?;
        for (index, term) in self.terms.iter().enumerate() {
            f.write_str(if index > 0 { ", " } else { "" })?;
            f.write_str(&quoted(term))?;
        }
        f.write_str(")")
    }
}

/// The connected components whose facts differ.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) old: Vec<usize>,
    pub(super) new: Vec<usize>,
}

/// Finds the connected components whose facts differ, or in which one of the gateways `replaced` lies. The names of both
/// sides have the same numbers.
pub(super) fn parts(old: &Analysis<'_>, new: &Analysis<'_>, replaced: &FxHashSet<NameId>) -> Parts {
    let sides = [Side::new(old), Side::new(new)];
    let mut parts = Parts::default();
    let mut alike: FxHashSet<usize> = FxHashSet::default();
    for number in 0..new.facts().component_count {
        let Some(network) = any_network(new.facts(), number) else { continue };
        let same = (network.index() < old.inventory().names.len())
            .then(|| old.facts().component_of(network))
            .filter(|other| are_alike(old.facts().of(*other), new.facts().of(number)))
            .filter(|other| sides[0].clients_of(*other) == sides[1].clients_of(number))
            .filter(|_| sides[0].serves_like(&sides[1], new.facts().gateway.of(number)))
            .filter(|_| !new.facts().gateway.of(number).iter().any(|name| replaced.contains(name)));
        match same {
            Some(other) => {
                alike.insert(other);
            }
            None => parts.new.push(number),
        }
    }
    let has_facts = |number: &usize| any_network(old.facts(), *number).is_some();
    parts.old =
        (0..old.facts().component_count).filter(|number| !alike.contains(number)).filter(has_facts).collect();
    parts
}

fn any_network(facts: &Facts, part: usize) -> Option<NameId> {
    facts.vnet.of(part).first().or(facts.site.of(part).first()).copied()
}

/// Clients are compared by their names, as their numbers mean nothing in another inventory.
macro_rules! of_networks {
    (of_clients $($code:tt)*) => {};
    ($given:ident $($code:tt)*) => { $($code)* };
}

macro_rules! compared {
    (
        stated { $(
            $stated:ident $name:ident $given:ident
            ($($column:ident $label:literal $kind:ident),+) $meaning:literal $said:literal;
        )* }
        $($rest:tt)*
    ) => {
        /// True where both state the same of networks.
        fn are_alike(old: Rows<'_>, new: Rows<'_>) -> bool {
            $(of_networks! { $given
                if !same_rows(old.$name, new.$name) {
                    return false;
                }
            })*
            true
        }

        /// Calls `give` with each fact about networks that only one side states, and whether that is the new one.
        ///
        /// A fact that names no network may be of a component that differs and of another that does not, or of none.
        fn changed_facts(old: &Facts, new: &Facts, parts: &Parts, mut give: impl FnMut(Fact, bool)) {
            $(of_networks! { $given
                let rows = if Relation::$stated.names_networks() {
                    changed(&gather(&old.$name, &parts.old), &gather(&new.$name, &parts.new))
                } else {
                    changed(&once(old.$name.all()), &once(new.$name.all()))
                };
                rows.0.into_iter().for_each(|row!($($column),+)| give(Fact::$stated($($column),+), false));
                rows.1.into_iter().for_each(|row!($($column),+)| give(Fact::$stated($($column),+), true));
            })*
        }
    };
}
for_each_relation!(compared);

fn same_rows<Row: Ord + Copy>(old: &[Row], new: &[Row]) -> bool {
    if std::ptr::eq(old, new) || old == new {
        return true;
    }
    let sorted = |rows: &[Row]| {
        let mut rows = rows.to_vec();
        rows.sort_unstable();
        rows
    };
    old.len() == new.len() && sorted(old) == sorted(new)
}

/// What an inventory says of clients, by connected component.
struct Side<'a> {
    clients: FxHashMap<usize, Vec<&'a Client>>,
    protocols: FxHashMap<NameId, &'a [Protocol]>,
}

/// A client without the place of its row.
type Traits<'a> = (&'a str, NameId, crate::inventory::Os, Option<Protocol>, &'a [crate::prefix::Prefix]);

impl<'a> Side<'a> {
    fn new(analysis: &Analysis<'a>) -> Self {
        let inventory = analysis.inventory();
        let mut clients: FxHashMap<usize, Vec<&Client>> = FxHashMap::default();
        for client in inventory.clients.iter().flatten() {
            clients.entry(analysis.facts().component_of(client.gateway)).or_default().push(client);
        }
        for list in clients.values_mut() {
            list.sort_by_key(|client| &client.name);
        }
        let stated = inventory.gateways.iter().filter(|gateway| !gateway.protocols.is_empty());
        let protocols = stated.map(|gateway| (gateway.vnet, &gateway.protocols[..])).collect();
        Self { clients, protocols }
    }

    fn clients_of(&self, part: usize) -> Vec<Traits<'a>> {
        let clients = self.clients.get(&part).into_iter().flatten();
        clients
            .map(|client| {
                (&*client.name, client.gateway, client.os, client.protocol, &client.manual_routes[..])
            })
            .collect()
    }

    fn serves_like(&self, other: &Self, gateways: &[NameId]) -> bool {
        gateways.iter().all(|name| self.protocols.get(name) == other.protocols.get(name))
    }
}

/// The facts of the connected components `parts` that only one side states, sorted.
pub(super) fn differences(old: &Analysis<'_>, new: &Analysis<'_>, parts: &Parts) -> Vec<FactDifference> {
    let mut found = Vec::new();
    changed_facts(old.facts(), new.facts(), parts, |fact, added| {
        let terms = terms(fact, if added { new } else { old }.inventory());
        let is_mirrored = matches!(fact, Fact::S2s(..) | Fact::Bgp(..)) && terms[0] > terms[1];
        if !is_mirrored && fact.is_stated() {
            found.push(FactDifference { relation: fact.name(), terms, added });
        }
    });
    let [gone, come] = [(old, &parts.old), (new, &parts.new)].map(|(side, parts)| client_facts(side, parts));
    for (added, facts, others) in [(false, &gone, &come), (true, &come, &gone)] {
        found.extend(facts.difference(others).map(|(relation, terms)| FactDifference {
            relation,
            terms: terms.clone(),
            added,
        }));
    }
    found.sort_unstable();
    found
}

fn gather<'rows, Row: Copy>(relation: &'rows facts::Relation<Row>, parts: &[usize]) -> Cow<'rows, [Row]> {
    match parts {
        [one] => Cow::Borrowed(relation.of(*one)),
        many => Cow::Owned(many.iter().flat_map(|part| relation.of(*part)).copied().collect()),
    }
}

/// The rows in order, each once: a fact may stand in several components.
fn once<Row: Ord + Copy>(rows: &[Row]) -> Vec<Row> {
    let mut rows = rows.to_vec();
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// The rows that only the first list has, and those that only the second has.
fn changed<Row: Ord + Copy>(old: &[Row], new: &[Row]) -> (Vec<Row>, Vec<Row>) {
    if std::ptr::eq(old, new) {
        return (Vec::new(), Vec::new());
    }
    let before = old.iter().zip(new).take_while(|(one, other)| one == other).count();
    let (old, new) = (&old[before..], &new[before..]);
    let after = old.iter().rev().zip(new.iter().rev()).take_while(|(one, other)| one == other).count();
    let only = |rows: &[Row], others: &[Row]| {
        let others: BTreeSet<Row> = others.iter().copied().collect();
        let mut only: Vec<Row> = rows.iter().filter(|row| !others.contains(row)).copied().collect();
        only.sort_unstable();
        only.dedup();
        only
    };
    let (old, new) = (&old[..old.len() - after], &new[..new.len() - after]);
    (only(old, new), only(new, old))
}

fn client_facts(side: &Analysis<'_>, parts: &[usize]) -> BTreeSet<(&'static str, Vec<String>)> {
    let mut facts = BTreeSet::new();
    for part in parts {
        for relation in Relation::STATED.iter().filter(|relation| relation.names_clients()) {
            side.facts().of(*part).each(*relation, |fact| {
                facts.insert((fact.name(), terms(fact, side.inventory())));
            });
        }
    }
    facts
}

/// What stands in the columns of a fact.
fn terms(fact: Fact, inventory: &Inventory) -> Vec<String> {
    fact.cells().map(|cell| cell.text(inventory)).collect()
}
