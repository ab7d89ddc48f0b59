//! Two inventories side by side: which facts differ, and what that means to clients.
//!
//! Only connected components whose facts differ are solved; clients elsewhere get the same answers.
//!
//! ```
//! use tunnelog::compare::{Comparison, Pair};
//! use tunnelog::import::load::load;
//!
//! let inventory = |folder: &str| load(folder).unwrap().inventory;
//! let pair = Pair::new(inventory("facts/branch-office"), inventory("facts/branch-office-bgp"));
//! assert!(!Comparison::between(&pair).is_empty());
//! let pair = Pair::new(inventory("facts/branch-office"), inventory("facts/branch-office"));
//! assert!(Comparison::between(&pair).is_empty());
//! ```

mod difference;
mod endpoints;
mod facts;
mod names;
mod rows;

use std::convert::Infallible;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::answer::{Analysis, BLOCKS_OF_A_BATCH, Block, By, GatewayAnswer, ReachRow, Request, Solver};
use crate::inventory::Inventory;
use crate::names::{LabelId, NameId};
pub use difference::{Difference, NameDifference, Presence, ReachDifference, RouteDifference};
pub use facts::FactDifference;
use facts::Parts;
use names::Names;
use rows::{Owners, Sides, Until};

/// Two inventories, before and after, whose names have the same numbers: a network is the same on both sides.
#[derive(Clone, Debug)]
pub struct Pair {
    inventories: [Inventory; 2],
}

impl Pair {
    /// Gives the names of both inventories the same numbers. Those of the first stay.
    #[must_use]
    pub fn new(mut before: Inventory, mut after: Inventory) -> Self {
        let mut names = before.names.clone();
        let numbers: Vec<NameId> =
            after.names.iter().map(|name| names.intern(after.names.text(name))).collect();
        after.names.endpoints().for_each(|name| {
            names.intern_endpoint(name);
        });
        before.names.clone_from(&names);
        after.renumber(names, |name| numbers[name.index()]);
        let mut labels = before.labels.clone();
        let numbers: Vec<LabelId> =
            after.labels.iter().map(|label| labels.intern(after.labels.text(label))).collect();
        before.labels.clone_from(&labels);
        after.relabel(labels, |label| numbers[label.index()]);
        Self { inventories: [before, after] }
    }

    /// The inventory before.
    #[must_use]
    pub fn before(&self) -> &Inventory {
        &self.inventories[0]
    }

    /// The inventory after.
    #[must_use]
    pub fn after(&self) -> &Inventory {
        &self.inventories[1]
    }

    /// Both inventories, the one before first.
    #[must_use]
    pub fn inventories(&self) -> &[Inventory] {
        &self.inventories
    }
}

/// What differs between two inventories, and what that means to clients.
pub struct Comparison<'a> {
    old: Analysis<'a>,
    new: Analysis<'a>,
    parts: Parts,
    /// The VNets whose gateways are taken away and made anew.
    replaced: FxHashSet<NameId>,
}

impl<'a> Comparison<'a> {
    /// Finds the connected components of `pair` whose facts differ. Nothing is solved yet.
    #[must_use]
    pub fn between(pair: &'a Pair) -> Self {
        Self::of(Analysis::new(pair.before()), Analysis::new(pair.after()))
    }

    /// The same, where the gateways of the VNets called `replaced` are taken away and made anew. A gateway that is made anew has another
    /// host name, so that all its clients need a new profile, and nobody connects while there is none.
    #[must_use]
    pub fn replacing(pair: &'a Pair, replaced: &[String]) -> Self {
        let replaced = replaced.iter().filter_map(|name| pair.after().names.get(name)).collect();
        Self::with(Analysis::new(pair.before()), Analysis::new(pair.after()), replaced)
    }

    /// The same of two analyses whose names have the same numbers, as those of an inventory and of what
    /// [`crate::change::apply`] made of it have.
    pub(crate) fn of(old: Analysis<'a>, new: Analysis<'a>) -> Self {
        Self::with(old, new, FxHashSet::default())
    }

    fn with(old: Analysis<'a>, new: Analysis<'a>, replaced: FxHashSet<NameId>) -> Self {
        let parts = facts::parts(&old, &new, &replaced);
        Self { old, new, parts, replaced }
    }

    /// True where both state the same, of networks and of clients.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.old.is_empty() && self.parts.new.is_empty() && self.facts().is_empty()
    }

    /// The inventory whose names the differences are written with.
    #[must_use]
    pub fn names(&self) -> &'a Inventory {
        self.new.inventory()
    }

    /// The facts that only one side states, by relation.
    #[must_use]
    pub fn facts(&self) -> Vec<FactDifference> {
        facts::differences(&self.old, &self.new, &self.parts)
    }

    /// Gives `sink` what differs for each gateway and class, or each client, in the order of answers.
    ///
    /// # Errors
    /// The first error of `sink`, which ends the work.
    pub fn differences<E>(
        &self,
        request: &Request,
        mut sink: impl FnMut(&Difference) -> Result<(), E>,
    ) -> Result<(), E> {
        let old = Solver::new(&self.old, request);
        let new = Solver::new(&self.new, request).knowing(old.known());
        let mut solvers = [old, new];
        let pairs = self.pairs(request);
        let mut waiting = [FxHashMap::default(), FxHashMap::default()];
        for pair in &pairs {
            for ((side, block), waiting) in self.blocks_of(pair).zip(&mut waiting) {
                if let Some(block) = block {
                    *waiting.entry(side.facts().component_of(block.gateway)).or_insert(0usize) += 1;
                }
            }
        }
        for batch in pairs.chunks(BLOCKS_OF_A_BATCH * rayon::current_num_threads()) {
            for (index, solver) in solvers.iter_mut().enumerate() {
                let blocks = batch.iter().filter_map(|pair| self.blocks_of(pair).nth(index));
                let analysis = if index == 0 { &self.old } else { &self.new };
                let parts =
                    blocks.filter_map(|(side, block)| Some(side.facts().component_of(block?.gateway)));
                solver.solve(analysis, parts);
            }
            let found: Vec<Vec<Difference>> =
                batch.par_iter().map(|pair| self.difference(pair, [&solvers[0], &solvers[1]])).collect();
            found.iter().flatten().try_for_each(&mut sink)?;
            for pair in batch {
                let sides = self.blocks_of(pair).zip(&mut waiting).zip(solvers.iter_mut());
                for (((side, block), waiting), solver) in sides {
                    let Some(block) = block else { continue };
                    let part = side.facts().component_of(block.gateway);
                    let left = waiting.entry(part).and_modify(|left| *left -= 1).or_default();
                    if *left == 0 {
                        solver.forget(std::iter::once(part));
                    }
                }
            }
        }
        Ok(())
    }

    /// What differs for each gateway and class, or each client, in the order of answers.
    #[must_use]
    pub fn all(&self, request: &Request) -> Vec<Difference> {
        let mut all = Vec::new();
        let Ok(()) = self.differences(request, |difference| {
            all.push(difference.clone());
            Ok::<(), Infallible>(())
        });
        all
    }

    /// What has solved every connected component that differs as it is after, where `old` has as it was before.
    pub(crate) fn solver(&self, request: &Request, old: &Solver) -> Solver {
        let mut new = Solver::new(&self.new, request).knowing(old.known());
        new.solve_after(&self.new, self.parts.new.iter().copied(), Some((old, &self.old)));
        new
    }

    /// All that differs, where both sides have solved every connected component that does.
    pub(crate) fn differences_of(&self, request: &Request, solvers: [&Solver; 2]) -> Vec<Difference> {
        self.pairs(request).iter().flat_map(|pair| self.difference(pair, solvers)).collect()
    }

    /// Gives `sink` each gateway with the rows of its clients before and after, of which those that are the same may be missing unless
    /// `all` are wanted.
    pub(crate) fn rows_of(
        &self,
        request: &Request,
        solvers: [&Solver; 2],
        all: bool,
        mut sink: impl FnMut(NameId, &GatewayAnswer, &GatewayAnswer),
    ) {
        for pair in self.pairs(request) {
            let gateway = pair.new.as_ref().or(pair.old.as_ref()).map(|block| block.gateway);
            let [before, after] = if all { self.whole(&pair, solvers) } else { self.answers(&pair, solvers) };
            if let Some(gateway) = gateway {
                sink(gateway, &before, &after);
            }
        }
    }

    /// The side after.
    pub(crate) fn after(&self) -> &Analysis<'a> {
        &self.new
    }

    fn blocks_of<'p>(
        &'p self,
        pair: &'p Blocks,
    ) -> impl Iterator<Item = (&'p Analysis<'a>, Option<&'p Block>)> {
        [(&self.old, pair.old.as_ref()), (&self.new, pair.new.as_ref())].into_iter()
    }

    /// What is answered together on both sides, in the order of answers.
    fn pairs(&self, request: &Request) -> Vec<Blocks> {
        let by_client = request.by == By::Client;
        let blocks = |side: &Analysis<'_>, parts: &[usize]| -> Vec<(String, Block)> {
            let parts: FxHashSet<usize> = parts.iter().copied().collect();
            let mut blocks = side.blocks(request);
            blocks.retain(|block| parts.contains(&side.facts().component_of(block.gateway)));
            let key = |block: &Block| match client_name(side.inventory(), block.client) {
                Some(client) if by_client => client.to_owned(),
                _ => side.inventory().names.text(block.gateway).to_owned(),
            };
            blocks.into_iter().map(|block| (key(&block), block)).collect()
        };
        let mut old = blocks(&self.old, &self.parts.old).into_iter().peekable();
        let mut new = blocks(&self.new, &self.parts.new).into_iter().peekable();
        let mut pairs = Vec::new();
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => break,
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(one), Some(other)) => one.0.cmp(&other.0),
            };
            let left = order.is_le().then(|| old.next()).flatten();
            let right = order.is_ge().then(|| new.next()).flatten();
            pairs.push(Blocks { old: left.map(|(_, block)| block), new: right.map(|(_, block)| block) });
        }
        pairs
    }

    /// True where something is said of names, on which every row of destinations may bear.
    fn are_named(&self, pair: &Blocks) -> bool {
        names::any(&self.old, pair.old.as_ref()) || names::any(&self.new, pair.new.as_ref())
    }

    fn is_replaced(&self, pair: &Blocks) -> bool {
        pair.new.as_ref().is_some_and(|block| self.replaced.contains(&block.gateway))
    }

    /// The rows before and after, of which those that are the same may be missing.
    fn answers(&self, pair: &Blocks, solvers: [&Solver; 2]) -> [GatewayAnswer; 2] {
        let both = pair.old.as_ref().zip(pair.new.as_ref());
        let shortcut = both.filter(|_| !self.is_replaced(pair) && !self.are_named(pair));
        let shortcut = shortcut.and_then(|(old, new)| {
            Solver::differing([(solvers[0], &self.old, old), (solvers[1], &self.new, new)])
        });
        shortcut.unwrap_or_else(|| self.whole(pair, solvers))
    }

    /// All rows before and after.
    fn whole(&self, pair: &Blocks, solvers: [&Solver; 2]) -> [GatewayAnswer; 2] {
        let rows = |solver: &Solver, side: &Analysis<'_>, block: &Option<Block>| {
            block.as_ref().map_or_else(GatewayAnswer::default, |block| solver.rows(side, block))
        };
        [rows(solvers[0], &self.old, &pair.old), rows(solvers[1], &self.new, &pair.new)]
    }

    fn difference(&self, pair: &Blocks, solvers: [&Solver; 2]) -> Vec<Difference> {
        let (is_replaced, are_named) = (self.is_replaced(pair), self.are_named(pair));
        let blocks = [pair.old.as_ref(), pair.new.as_ref()];
        let [before, after] = self.answers(pair, solvers);
        let names = are_named.then(|| {
            Names::new([(&self.old, blocks[0], &before.reach), (&self.new, blocks[1], &after.reach)])
        });
        let has_other_servers = names.as_ref().is_some_and(Names::servers_differ);
        let classes =
            |block: &Option<Block>| block.as_ref().map(|block| block.classes.clone()).unwrap_or_default();
        let (old_classes, new_classes) = (classes(&pair.old), classes(&pair.new));
        let mut classes = [&old_classes[..], &new_classes].concat();
        classes.sort_unstable();
        classes.dedup();
        let gateway = |block: &Option<Block>| block.as_ref().map(|block| block.gateway);
        let Some(name) = gateway(&pair.new).or(gateway(&pair.old)) else { return Vec::new() };
        let clients = [(&self.new, &pair.new), (&self.old, &pair.old)];
        let client = clients
            .into_iter()
            .find_map(|(side, block)| client_name(side.inventory(), block.as_ref()?.client).map(Box::from));
        let owners = [Owners::new(&self.old, gateway(&pair.old)), Owners::new(&self.new, gateway(&pair.new))];
        let mut found = Vec::new();
        for class in classes {
            let presence = match (old_classes.contains(&class), new_classes.contains(&class)) {
                (false, _) => Presence::Appears,
                (_, false) => Presence::Disappears,
                _ => Presence::Stays,
            };
            let of = |answer: &GatewayAnswer| {
                let routes = answer.routes.partition_point(|row| row.class < class)
                    ..answer.routes.partition_point(|row| row.class <= class);
                let reach = answer.reach.partition_point(|row| row.class < class)
                    ..answer.reach.partition_point(|row| row.class <= class);
                (routes, reach)
            };
            let ((old_routes, old_reach), (new_routes, new_reach)) = (of(&before), of(&after));
            let (old_routes, new_routes) = (&before.routes[old_routes], &after.routes[new_routes]);
            let outage = presence == Presence::Stays && is_replaced;
            let is_stale = || {
                class.needs_download()
                    && (has_other_servers || rows::of_profile_differ(old_routes, new_routes))
            };
            let download = outage || presence == Presence::Stays && is_stale();
            let held = download.then(|| rows::until_download(old_routes, new_routes));
            let sides = Sides {
                old: &owners[0],
                new: &owners[1],
                until: held.as_deref().map(|held| Until { held, connects: !outage }),
            };
            let of_names = names.as_ref().map(|names| {
                let new = (&self.new, blocks[1], &after.reach[..]);
                names.differences(class, new, sides.until, self.names())
            });
            let difference = Difference {
                gateway: name,
                client: client.clone(),
                class,
                presence,
                download,
                outage,
                routes: rows::routes(old_routes, new_routes),
                reach: self.reach(&sides, &before.reach[old_reach], &after.reach[new_reach]),
                names: of_names.unwrap_or_default(),
            };
            let is_same = presence == Presence::Stays
                && !download
                && difference.routes.is_empty()
                && difference.reach.is_empty()
                && difference.names.is_empty();
            if !is_same {
                found.push(difference);
            }
        }
        found
    }
}

impl Comparison<'_> {
    /// What can be said of destinations on both sides, where it differs.
    fn reach(&self, sides: &Sides<'_>, old: &[ReachRow], new: &[ReachRow]) -> Vec<ReachDifference> {
        let names = self.names();
        let is_endpoint = |row: &ReachRow| row.network.is_endpoint();
        if !old.iter().chain(new).any(is_endpoint) {
            return rows::reach(sides, old, new, names);
        }
        let [one, other] = [old, new]
            .map(|rows| rows.iter().filter(|row| !is_endpoint(row)).copied().collect::<Vec<ReachRow>>());
        let mut found = rows::reach(sides, &one, &other, names);
        found.extend(endpoints::reach(sides, old, new));
        found.sort_by_cached_key(|row| {
            (names.names.text(row.network), row.network.is_endpoint(), row.destination.to_string())
        });
        found
    }
}

/// What is answered together on each side.
struct Blocks {
    old: Option<Block>,
    new: Option<Block>,
}

fn client_name(inventory: &Inventory, client: Option<u32>) -> Option<&str> {
    Some(&inventory.clients.as_ref()?.get(client? as usize)?.name)
}
