//! What the rules derived in one run, with every step that derives it.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::ids::{PrefixId, Target};
use crate::names::{NameId, Names};
use crate::prefix::{Family, Prefix};
use crate::proof::{Fact, Tuple};
use crate::solve::{Component, Derived};
use crate::witness::Step;

/// The derived tuples of one run.
pub(super) struct Graph<'run> {
    part: &'run Component<'run>,
    names: &'run Names,
    steps: FxHashMap<Tuple, Vec<Step>>,
    /// The numbers with which each route was learned.
    learned: FxHashMap<(NameId, NameId, Prefix), Vec<Tuple>>,
    /// What is attached to each router.
    attached: FxHashMap<NameId, Vec<(Target, Prefix)>>,
    /// Whose destination each part is.
    targets: FxHashMap<Prefix, Vec<Target>>,
    arrives: FxHashMap<(NameId, Prefix), Vec<Target>>,
    forwards: FxHashMap<(NameId, Prefix), BTreeSet<NameId>>,
    next_hops: FxHashMap<(NameId, Prefix), BTreeSet<NameId>>,
    relays: FxHashSet<NameId>,
}

impl<'run> Graph<'run> {
    pub(super) fn new(part: &'run Component<'run>, names: &'run Names, derived: &Derived<Step>) -> Self {
        let prefix = |id: PrefixId| part.table.prefix(id);
        let mut graph = Self {
            part,
            names,
            steps: FxHashMap::default(),
            learned: FxHashMap::default(),
            attached: FxHashMap::default(),
            targets: FxHashMap::default(),
            arrives: FxHashMap::default(),
            forwards: FxHashMap::default(),
            next_hops: FxHashMap::default(),
            relays: derived.relays.iter().map(|row| row.0).collect(),
        };
        for row in &derived.attached {
            graph.add(Tuple::Attached(row.0, row.1, prefix(row.2)), row.3);
            graph.attached.entry(row.0).or_default().push((row.1, prefix(row.2)));
        }
        for row in &derived.learned {
            let tuple = Tuple::Learned(row.0, row.1, prefix(row.2), row.3.origin());
            graph.add(tuple, row.4);
            graph.learned.entry((row.0, row.1, prefix(row.2))).or_default().push(tuple);
        }
        for row in &derived.relays {
            graph.add(Tuple::Relays(row.0), row.1);
        }
        for row in &derived.next_hop {
            graph.add(Tuple::NextHop(row.0, row.1, prefix(row.2)), row.3);
            graph.next_hops.entry((row.0, prefix(row.2))).or_default().insert(row.1);
        }
        for row in &derived.destination {
            graph.add(Tuple::Destination(row.0, prefix(row.1)), row.2);
            graph.targets.entry(prefix(row.1)).or_default().push(row.0);
        }
        for row in &derived.arrives {
            graph.add(Tuple::Arrives(row.0, row.1, prefix(row.2)), row.3);
            graph.arrives.entry((row.0, prefix(row.2))).or_default().push(row.1);
        }
        for row in &derived.forwards {
            graph.add(Tuple::Forwards(row.0, row.1, prefix(row.2)), row.3);
            graph.forwards.entry((row.0, prefix(row.2))).or_default().insert(row.1);
        }
        for row in &derived.delivered {
            graph.add(Tuple::Delivered(row.0, row.1, prefix(row.2)), row.3);
        }
        for row in &derived.returns {
            graph.add(Tuple::Returns(row.0, row.1, row.2), row.3);
        }
        for row in &derived.way_back {
            graph.add(Tuple::WayBack(row.0, row.1, row.2), row.3);
        }
        for row in &derived.advertised {
            graph.add(Tuple::Advertised(row.0, row.1, prefix(row.2), row.3), row.4);
        }
        for tuples in graph.learned.values_mut() {
            tuples.sort_unstable();
            tuples.dedup();
        }
        for rows in graph.attached.values_mut() {
            rows.sort_unstable();
            rows.dedup();
        }
        graph
    }

    fn add(&mut self, tuple: Tuple, step: Step) {
        self.steps.entry(tuple).or_default().push(step);
    }

    /// The steps that derive the tuple.
    pub(super) fn steps(&self, tuple: Tuple) -> &[Step] {
        self.steps.get(&tuple).map_or(&[], Vec::as_slice)
    }

    /// Every derived tuple.
    pub(super) fn tuples(&self) -> impl Iterator<Item = Tuple> + '_ {
        self.steps.keys().copied()
    }

    /// Where the router sends packets for the part.
    pub(super) fn next(&self, router: NameId, part: Prefix) -> impl Iterator<Item = NameId> + '_ {
        self.forwards.get(&(router, part)).into_iter().flatten().copied()
    }

    /// To whom the router delivers packets for the part by itself.
    pub(super) fn here(&self, router: NameId, part: Prefix) -> &[Target] {
        self.arrives.get(&(router, part)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn relays(&self, router: NameId) -> bool {
        self.relays.contains(&router)
    }

    /// Where the router's entries for the prefix lead, in the order of texts.
    pub(super) fn entries(&self, router: NameId, prefix: Prefix) -> impl Iterator<Item = NameId> + '_ {
        let mut next: Vec<NameId> =
            self.next_hops.get(&(router, prefix)).into_iter().flatten().copied().collect();
        next.sort_by_key(|name| self.names.text(*name));
        next.into_iter()
    }

    /// True where the router's table has an entry for the prefix.
    pub(super) fn has_entry(&self, router: NameId, prefix: Prefix) -> bool {
        self.attached_to(router).iter().any(|row| row.1 == prefix)
            || self.next_hops.contains_key(&(router, prefix))
    }

    /// What the router delivers by itself, of what covers the run's destinations.
    pub(super) fn attached_to(&self, router: NameId) -> &[(Target, Prefix)] {
        self.attached.get(&router).map_or(&[], Vec::as_slice)
    }

    /// The parts of the client pool that are of the family, in order.
    pub(super) fn parts_of_pool(&self, gateway: NameId, family: Family) -> impl Iterator<Item = Prefix> + '_ {
        let of_pool = self.part.pool_parts.all().iter().filter(move |row| row.1 == gateway);
        let parts = of_pool.map(|(id, _)| self.part.table.prefix(*id));
        parts.filter(move |part| part.family() == family)
    }

    pub(super) fn asn(&self, router: NameId) -> Option<Fact> {
        let mut numbers = self.part.facts.asn.of(self.part.number).iter();
        numbers.find(|row| row.0 == router).map(|row| Fact::HasAsn(router, row.1))
    }

    /// The routes for the prefix that the router learned from the neighbour, by where they started.
    pub(super) fn learned_from(
        &self,
        router: NameId,
        neighbour: NameId,
        prefix: Prefix,
    ) -> impl Iterator<Item = Tuple> + '_ {
        self.learned.get(&(router, neighbour, prefix)).into_iter().flatten().copied()
    }

    /// Whose destination the part is.
    pub(super) fn targets(&self, part: Prefix) -> &[Target] {
        self.targets.get(&part).map_or(&[], Vec::as_slice)
    }

    pub(super) fn prefix(&self, id: PrefixId) -> Prefix {
        self.part.table.prefix(id)
    }

    pub(super) fn names(&self) -> &Names {
        self.names
    }
}
