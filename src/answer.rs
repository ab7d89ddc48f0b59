//! What clients get: the routes they hold and the networks they reach, sorted.
//!
//! ```
//! use tunnelog::answer::{Analysis, Request};
//! use tunnelog::import::load::load;
//!
//! let inventory = load("facts/isolated-vnet".as_ref()).inventory.unwrap();
//! let mut prefixes = Vec::new();
//! let Ok(()) = Analysis::new(&inventory).answer(&Request::default(), |_, rows| {
//!     prefixes.extend(rows.routes.iter().map(|row| row.prefix.to_string()));
//!     Ok::<(), std::convert::Infallible>(())
//! });
//! assert_eq!(prefixes[..2], ["10.1.0.0/16", "192.168.0.0/24"]);
//! ```

mod alike;
mod reasons;
mod solution;
mod solver;
mod view;

use std::borrow::Cow;
use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

pub use reasons::{Obstacle, Reasons, Status};
pub(crate) use solver::{Block, Solver};

use crate::class::{Class, Profile, classes_of_client, protocols_or_default};
use crate::facts::Facts;
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::rule::Rule;
pub use crate::solve::Evaluation;
use crate::solve::{Component, Derived, MOST_SHARED, Reported, shared, solve};
use crate::witness::Step;

/// One row of `routes`: a route that clients hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteRow {
    /// The class.
    pub class: Class,
    /// The client's index in the inventory, where clients are listed instead of classes.
    pub client: Option<u32>,
    /// The route.
    pub prefix: Prefix,
    /// Why it is held.
    pub reasons: Reasons,
}

/// One row of `reach`: what can be said of a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachRow {
    /// The class.
    pub class: Class,
    /// The client's index in the inventory, where clients are listed instead of classes.
    pub client: Option<u32>,
    /// The network that the destination belongs to.
    pub network: NameId,
    /// A prefix of the network's address space, or the parts of one that agree.
    pub destination: Prefix,
    /// The status.
    pub status: Status,
    /// Why it is held, or what is missing.
    pub reasons: Reasons,
}

/// All rows of one gateway with P2S, in the order of the CSV output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GatewayAnswer {
    /// The routes.
    pub routes: Vec<RouteRow>,
    /// The destinations.
    pub reach: Vec<ReachRow>,
}

/// Whether answers are given by class of clients or client by client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// A row for each class that a gateway serves.
    #[default]
    Class,
    /// A row for each client of the inventory.
    Client,
}

/// Which of the rows are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// Routes and destinations.
    #[default]
    Both,
    /// Routes alone.
    Routes,
    /// Destinations alone.
    Reach,
}

/// What is asked of an analysis.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Which description of the clients' routes is followed.
    pub profile: Profile,
    /// By class or by client.
    pub by: By,
    /// The gateways to answer for; none for all.
    pub gateways: Option<Vec<NameId>>,
    /// The classes to answer for; none for all.
    pub classes: Option<Vec<Class>>,
    /// How connected components are cut into runs of the rules.
    pub evaluation: Evaluation,
    /// Which of the rows are given; the others are left empty.
    pub wanted: Wanted,
    /// How much of a route's path BGP neighbours look at.
    pub as_paths: AsPaths,
}

/// How much of a route's path a router looks at, before it takes the route from a BGP neighbour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AsPaths {
    /// The number of the router where the route started. That is all that matters where routers of a connected component have
    /// numbers of their own.
    #[default]
    Origin,
    /// The numbers of all routers that the route passed.
    Whole,
}

/// An inventory with its facts, ready to be asked.
pub struct Analysis<'inventory> {
    inventory: &'inventory Inventory,
    facts: Cow<'inventory, Facts>,
}

/// How many blocks a thread gets at a time: enough to keep it busy, few enough to hold their rows.
pub(crate) const BLOCKS_OF_A_BATCH: usize = 16;

impl<'inventory> Analysis<'inventory> {
    /// Lowers `inventory` to facts. Nothing is solved yet.
    #[must_use]
    pub fn new(inventory: &'inventory Inventory) -> Self {
        Self { inventory, facts: Cow::Owned(Facts::lower(inventory)) }
    }

    /// The same where `facts` are those of `inventory`.
    #[must_use]
    pub fn with_facts(inventory: &'inventory Inventory, facts: &'inventory Facts) -> Self {
        Self { inventory, facts: Cow::Borrowed(facts) }
    }

    /// The facts.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The inventory.
    #[must_use]
    pub fn inventory(&self) -> &'inventory Inventory {
        self.inventory
    }

    /// The gateways with P2S, sorted bytewise by name.
    #[must_use]
    pub fn gateways(&self) -> Vec<NameId> {
        let with_pool = self.inventory.gateways.iter().filter(|gateway| !gateway.client_pool.is_empty());
        let mut gateways: Vec<NameId> = with_pool.map(|gateway| gateway.vnet).collect();
        gateways.sort_unstable_by_key(|name| self.inventory.names.text(*name));
        gateways
    }

    /// How many times [`Analysis::answer`] calls its sink.
    #[must_use]
    pub fn block_count(&self, request: &Request) -> usize {
        self.blocks(request).len()
    }

    /// The first gateway of the answer in whose connected component too many numbers are shared for [`AsPaths::Whole`], and how many.
    /// There routes carry their origin's number alone.
    #[must_use]
    pub fn not_followed(&self, request: &Request) -> Option<(NameId, usize)> {
        let mut known: FxHashMap<usize, usize> = FxHashMap::default();
        self.blocks(request).into_iter().find_map(|block| {
            let part = self.facts.component_of(block.gateway);
            let count = *known.entry(part).or_insert_with(|| shared(&self.facts, part).len());
            (count > MOST_SHARED).then_some((block.gateway, count))
        })
    }

    /// Gives `sink` the rows of each gateway, or of each client, in the order of the CSV output.
    ///
    /// # Errors
    /// The first error of `sink`, which ends the work.
    pub fn answer<E>(
        &self,
        request: &Request,
        mut sink: impl FnMut(NameId, &GatewayAnswer) -> Result<(), E>,
    ) -> Result<(), E> {
        self.render(request, |gateway, rows| (gateway, rows), |(gateway, rows)| sink(gateway, &rows))
    }

    /// The same, with what `render` makes of the rows. `render` runs on several threads, `sink` in order.
    ///
    /// # Errors
    /// The first error of `sink`, which ends the work.
    pub fn render<Rendered: Send, E>(
        &self,
        request: &Request,
        render: impl Fn(NameId, GatewayAnswer) -> Rendered + Sync,
        mut sink: impl FnMut(Rendered) -> Result<(), E>,
    ) -> Result<(), E> {
        let blocks = self.blocks(request);
        let mut solver = Solver::new(self, request);
        let component_of = |block: &Block| self.facts.component_of(block.gateway);
        let mut waiting: FxHashMap<usize, usize> = FxHashMap::default();
        for block in &blocks {
            *waiting.entry(component_of(block)).or_default() += 1;
        }
        let mut rendered: Vec<Rendered> = Vec::new();
        for batch in blocks.chunks(BLOCKS_OF_A_BATCH * rayon::current_num_threads()) {
            let mut next = Vec::new();
            let work = || {
                solver.solve(self, batch.iter().map(component_of));
                let rows = |block: &Block| render(block.gateway, solver.rows(self, block));
                batch.par_iter().map(rows).collect_into_vec(&mut next);
            };
            side_by_side(work, || rendered.drain(..).try_for_each(&mut sink))?;
            rendered = next;
            for block in batch {
                let number = component_of(block);
                let left = waiting.entry(number).and_modify(|left| *left -= 1).or_default();
                if *left == 0 {
                    solver.forget(number);
                }
            }
        }
        rendered.into_iter().try_for_each(sink)
    }

    /// The classes that each P2S gateway serves.
    fn serves(&self, profile: Profile) -> FxHashMap<NameId, Vec<Class>> {
        let mut serves: FxHashMap<NameId, Vec<Class>> = FxHashMap::default();
        if let Some(clients) = &self.inventory.clients {
            for client in clients {
                serves.entry(client.gateway).or_default().extend(classes_of_client(
                    self.inventory,
                    client,
                    profile,
                ));
            }
        } else {
            for gateway in &self.inventory.gateways {
                let classes = serves.entry(gateway.vnet).or_default();
                match profile {
                    Profile::Article => classes.extend([Class::NonWindows, Class::Windows]),
                    Profile::Observed => classes.extend(
                        protocols_or_default(&gateway.protocols).iter().flat_map(|one| Class::over(*one)),
                    ),
                }
            }
        }
        for classes in serves.values_mut() {
            classes.sort_unstable();
            classes.dedup();
        }
        serves
    }

    /// What rows are given together for, in the order of the answer.
    pub(crate) fn blocks(&self, request: &Request) -> Vec<Block> {
        let wanted: Option<FxHashSet<NameId>> =
            request.gateways.as_ref().map(|list| list.iter().copied().collect());
        let wanted_gateway = |gateway: NameId| wanted.as_ref().is_none_or(|set| set.contains(&gateway));
        let wanted_class = |class: &Class| request.classes.as_ref().is_none_or(|list| list.contains(class));
        let gateways = self.gateways();
        let mut blocks: Vec<Block> = match request.by {
            By::Class => {
                let serves = self.serves(request.profile);
                let classes = |gateway: &NameId| serves.get(gateway).cloned().unwrap_or_default();
                gateways
                    .into_iter()
                    .map(|gateway| Block { gateway, client: None, classes: classes(&gateway) })
                    .collect()
            }
            By::Client => {
                let with_pool: FxHashSet<NameId> = gateways.into_iter().collect();
                let clients = self.inventory.clients.as_deref().unwrap_or_default();
                let mut blocks: Vec<(&str, Block)> = (0u32..)
                    .zip(clients)
                    .filter(|(_, client)| with_pool.contains(&client.gateway))
                    .map(|(index, client)| {
                        let classes = classes_of_client(self.inventory, client, request.profile);
                        (&*client.name, Block { gateway: client.gateway, client: Some(index), classes })
                    })
                    .collect();
                blocks.sort_by_key(|(name, _)| *name);
                blocks.into_iter().map(|(_, block)| block).collect()
            }
        };
        blocks.retain_mut(|block| {
            block.classes.retain(wanted_class);
            wanted_gateway(block.gateway) && !block.classes.is_empty()
        });
        blocks
    }

    /// The classes that each P2S gateway of `part` serves.
    pub(crate) fn serves_of_part(&self, part: &Component<'_>, profile: Profile) -> Vec<(NameId, Class)> {
        of_part(part, &self.serves(profile))
    }

    /// The rules that derive something on this inventory, in one of the profiles, evaluated in each of the ways.
    #[must_use]
    pub fn rules_fired(
        &self,
        profiles: impl IntoIterator<Item = Profile>,
        ways: &[Evaluation],
    ) -> BTreeSet<Rule> {
        let mut fired = BTreeSet::new();
        for profile in profiles {
            let serves = self.serves(profile);
            for number in 0..self.facts.component_count {
                let part = Component::new(&self.facts, number);
                let serves = of_part(&part, &serves);
                for evaluation in ways {
                    let take = |derived: &Derived<Step>, _: Reported<'_>| fired.extend(derived.rules());
                    solve(&part, &serves, *evaluation, take);
                }
            }
        }
        fired
    }
}

/// Does `work` on the other threads while this one does `own`; one after the other where there is one thread.
fn side_by_side<Outcome>(work: impl FnOnce() + Send, own: impl FnOnce() -> Outcome) -> Outcome {
    if rayon::current_num_threads() == 1 {
        let outcome = own();
        work();
        return outcome;
    }
    rayon::in_place_scope(|scope| {
        scope.spawn(|_| work());
        own()
    })
}

fn of_part(part: &Component<'_>, serves: &FxHashMap<NameId, Vec<Class>>) -> Vec<(NameId, Class)> {
    let of = |gateway| serves.get(&gateway).into_iter().flatten().map(move |class| (gateway, *class));
    part.p2s_gateways().into_iter().flat_map(of).collect()
}
