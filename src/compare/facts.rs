//! Which facts differ between two inventories, and in which connected components.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::answer::Analysis;
use crate::facts::{Facts, Relation, Rows};
use crate::inventory::{Client, Inventory, Protocol};
use crate::language::print::quoted;
use crate::names::NameId;

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

/// Calls a macro with every relation whose rows do not name clients.
macro_rules! relations {
    ($each:ident) => {
        $each!(vnet);
        $each!(site);
        $each!(address);
        $each!(gateway);
        $each!(client_pool);
        $each!(custom_route);
        $each!(asn);
        $each!(peered);
        $each!(gateway_transit);
        $each!(s2s);
        $each!(bgp);
        $each!(static_route);
        $each!(transit_site);
    };
}

/// Finds the connected components whose facts differ. The names of both sides have the same numbers.
pub(super) fn parts(old: &Analysis<'_>, new: &Analysis<'_>) -> Parts {
    let sides = [Side::new(old), Side::new(new)];
    let mut parts = Parts::default();
    let mut alike: FxHashSet<usize> = FxHashSet::default();
    for number in 0..new.facts().component_count {
        let Some(network) = any_network(new.facts(), number) else { continue };
        let same = (network.index() < old.inventory().names.len())
            .then(|| old.facts().component_of(network))
            .filter(|other| are_alike(old.facts(), *other, new.facts(), number))
            .filter(|other| sides[0].clients_of(*other) == sides[1].clients_of(number))
            .filter(|_| sides[0].serves_like(&sides[1], new.facts().gateway.of(number)));
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

fn are_alike(old: &Facts, old_part: usize, new: &Facts, new_part: usize) -> bool {
    let new = new.of(new_part);
    // A component whose facts differ anywhere is solved again, so every relation has to be compared.
    let Rows {
        vnet,
        site,
        address,
        gateway,
        client_pool,
        custom_route,
        asn,
        peered,
        gateway_transit,
        s2s,
        bgp,
        static_route,
        transit_site,
        // Clients are compared by their names, as their indexes say nothing in another inventory.
        manual_route: _,
    } = old.of(old_part);
    same_rows(vnet, new.vnet)
        && same_rows(site, new.site)
        && same_rows(address, new.address)
        && same_rows(gateway, new.gateway)
        && same_rows(client_pool, new.client_pool)
        && same_rows(custom_route, new.custom_route)
        && same_rows(asn, new.asn)
        && same_rows(peered, new.peered)
        && same_rows(gateway_transit, new.gateway_transit)
        && same_rows(s2s, new.s2s)
        && same_rows(bgp, new.bgp)
        && same_rows(static_route, new.static_route)
        && same_rows(transit_site, new.transit_site)
}

fn same_rows<Row: Ord + Copy>(old: &[Row], new: &[Row]) -> bool {
    if old == new {
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
    lists_clients: bool,
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
        Self { lists_clients: inventory.clients.is_some(), clients, protocols }
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
        gateways.is_empty()
            || self.lists_clients == other.lists_clients
                && gateways.iter().all(|name| self.protocols.get(name) == other.protocols.get(name))
    }
}

/// The facts of the connected components `parts` that only one side states, sorted.
pub(super) fn differences(old: &Analysis<'_>, new: &Analysis<'_>, parts: &Parts) -> Vec<FactDifference> {
    let mut found = Vec::new();
    let of = [old.inventory(), new.inventory()];
    macro_rules! differ {
        ($relation:ident) => {
            let rows = changed(
                &gather(&old.facts().$relation, &parts.old),
                &gather(&new.facts().$relation, &parts.new),
            );
            for (added, rows) in [(false, rows.0), (true, rows.1)] {
                for row in rows {
                    let terms = row.terms(of[usize::from(added)]);
                    let is_mirrored = matches!(stringify!($relation), "s2s" | "bgp") && terms[0] > terms[1];
                    if !is_mirrored && row.is_stated() {
                        found.push(FactDifference { relation: stringify!($relation), terms, added });
                    }
                }
            }
        };
    }
    relations!(differ);
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

fn gather<'rows, Row: Copy>(relation: &'rows Relation<Row>, parts: &[usize]) -> Cow<'rows, [Row]> {
    match parts {
        [one] => Cow::Borrowed(relation.of(*one)),
        many => Cow::Owned(many.iter().flat_map(|part| relation.of(*part)).copied().collect()),
    }
}

/// The rows that only the first list has, and those that only the second has.
fn changed<Row: Ord + Copy>(old: &[Row], new: &[Row]) -> (Vec<Row>, Vec<Row>) {
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
    let inventory = side.inventory();
    let parts: FxHashSet<usize> = parts.iter().copied().collect();
    let clients = inventory.clients.iter().flatten();
    let mut facts = BTreeSet::new();
    for client in clients.filter(|client| parts.contains(&side.facts().component_of(client.gateway))) {
        let name = || client.name.to_string();
        facts.insert(("client", vec![name(), inventory.names.text(client.gateway).to_owned()]));
        facts.insert(("os", vec![name(), client.os.word().to_owned()]));
        facts.extend(
            client.manual_routes.iter().map(|prefix| ("manual_route", vec![name(), prefix.to_string()])),
        );
    }
    facts
}

/// A row whose columns can be written.
trait Terms {
    /// False for what only stands in the place of something unknown.
    fn is_stated(&self) -> bool {
        true
    }

    fn terms(&self, inventory: &Inventory) -> Vec<String>;
}

impl Terms for NameId {
    fn terms(&self, inventory: &Inventory) -> Vec<String> {
        vec![inventory.names.text(*self).to_owned()]
    }
}

impl Terms for (NameId, NameId) {
    fn terms(&self, inventory: &Inventory) -> Vec<String> {
        [self.0, self.1].map(|name| inventory.names.text(name).to_owned()).to_vec()
    }
}

impl Terms for (NameId, crate::prefix::Prefix) {
    fn terms(&self, inventory: &Inventory) -> Vec<String> {
        vec![inventory.names.text(self.0).to_owned(), self.1.to_string()]
    }
}

impl Terms for (NameId, crate::facts::Asn) {
    fn is_stated(&self) -> bool {
        matches!(self.1, crate::facts::Asn::Number(_))
    }

    fn terms(&self, inventory: &Inventory) -> Vec<String> {
        vec![inventory.names.text(self.0).to_owned(), self.1.display(&inventory.names).to_string()]
    }
}

impl Terms for (NameId, NameId, crate::prefix::Prefix) {
    fn terms(&self, inventory: &Inventory) -> Vec<String> {
        let [near, far] = [self.0, self.1].map(|name| inventory.names.text(name).to_owned());
        vec![near, far, self.2.to_string()]
    }
}
