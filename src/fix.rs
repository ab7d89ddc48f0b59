//! The cheapest changes that let clients reach networks and resolve names, or that close networks to them.
//!
//! Measures of a fixed vocabulary are combined, the cheapest sets first, and every set is judged by the
//! rules themselves. `docs/fix.md` says which measures there are and what they cost.
//!
//! ```
//! use tunnelog::answer::Request;
//! use tunnelog::class::{Class, Profile};
//! use tunnelog::fix::{Costs, Direction, Limits, Planner, Wish, goals};
//! use tunnelog::import::load::load;
//! use tunnelog::select::Target;
//!
//! let inventory = load("facts/s2s-chain").unwrap().inventory;
//! let target = Target::network(&inventory, "VNet2").unwrap();
//! let goals = goals(&inventory, "VNet1", &[Class::NonWindows], &[target], Profile::Article).unwrap();
//! let wish = Wish { direction: Direction::Open, goals, zones: Vec::new() };
//! let planner = Planner::new(&inventory, Request::default());
//! let answer = planner.plans(&wish, &Costs::default(), Limits::default(), |_| true);
//! assert_eq!(answer.plans[0].changes[0].to_string(), "+ bgp(VNet1, VNet2)");
//! ```

mod close;
mod commands;
mod effect;
mod estate;
mod expectations;
mod goals;
mod measure;
mod model;
mod naming;
mod open;
mod relaxed;
mod search;
mod tables;
mod wish;

use rayon::prelude::*;

pub use effect::Effect;
pub use expectations::Expectations;
pub use goals::{Unclear, goals, zone_goals};
pub use measure::{Costs, Kind, Measure};
pub use search::End;
pub use wish::{Direction, Goal, Limits, Wish, ZoneGoal};

use crate::answer::Request;
use crate::class::{Class, Profile};
use crate::inventory::Inventory;
use crate::language::relations::Relation;
use crate::language::syntax::Change;
use crate::names::NameId;
use crate::scenarios::{Baseline, Outcome};
use crate::select::Target;
use commands::Commands;
use estate::Estate;
use model::Model;
use naming::Wants;
use relaxed::Relaxed;
use search::{Bounds, Candidates, Search};

impl Wish {
    /// To let clients called `from`, which is a gateway or a client, reach the network called `to`, whatever their class.
    ///
    /// # Errors
    /// Where a name says nothing, or too much.
    pub fn open(inventory: &Inventory, from: &str, to: &str) -> Result<Self, Unclear> {
        let to = Target::network(inventory, to).ok_or_else(|| Unclear::Nowhere(to.to_owned()))?;
        let goals = goals(inventory, from, &[], &[to], Profile::default())?;
        Ok(Self { direction: Direction::Open, goals, zones: Vec::new() })
    }

    /// The same for the clients of one class alone.
    #[must_use]
    pub fn of_class(mut self, class: Class) -> Self {
        self.goals.retain(|goal| goal.class == class);
        self.zones.retain(|goal| goal.class == class);
        self
    }
}

/// The commands of Azure's command line that make `changes`, which turn `before` into `after`, in their order; names have the same numbers in
/// both. What no command makes stands as a comment, with the reason.
#[must_use]
pub fn commands_of(before: &Inventory, after: &Inventory, changes: &[Change]) -> Vec<String> {
    commands::told(before, after, changes)
}

/// What fulfils a wish.
#[derive(Debug)]
pub struct Answer {
    /// True where the wish is fulfilled without any change.
    pub already: bool,
    /// The plans, the cheapest first.
    pub plans: Vec<Plan>,
    /// How many measures there were to combine.
    pub measures: usize,
    /// For how many sets of measures the rules were run.
    pub solved: usize,
    /// Why the search ended.
    pub end: End,
}

/// Measures that fulfil a wish together, none of which can be left out.
#[derive(Debug)]
pub struct Plan {
    /// What they cost together.
    pub cost: u32,
    /// The measures as wholes, in the order in which they are taken.
    pub measures: Vec<Measure>,
    /// The changes that they consist of, but for those that are not needed here, and another ASN for each gateway that a
    /// local network gateway is to stand for, where Azure keeps the one that it has for itself.
    pub changes: Vec<Change>,
    /// The commands of Azure's command line that make the changes, with comments for what no command makes.
    pub commands: Vec<String>,
    /// What else the changes bring about.
    pub outcome: Outcome,
}

impl Plan {
    /// What is left of each measure once the changes that the plan does without are taken out of it. A measure of which
    /// nothing is left is none.
    #[must_use]
    pub fn needed(&self) -> Vec<Measure> {
        let mut measures = self.measures.clone();
        // Both list changes in the order in which they are made, and two measures may make the same. An ASN that only
        // commands call for is no measure.
        let is_of_measure =
            |change: &&Change| self.measures.iter().any(|measure| measure.changes.contains(change));
        let mut left = self.changes.iter().filter(is_of_measure).peekable();
        for measure in &mut measures {
            measure.changes.retain(|change| left.next_if_eq(&change).is_some());
        }
        measures.retain(|measure| !measure.changes.is_empty());
        measures
    }
}

/// An inventory for which plans are made.
pub struct Planner<'a> {
    inventory: &'a Inventory,
    baseline: Baseline<'a>,
    stop: Box<dyn Fn() -> bool + Sync + 'a>,
}

impl<'a> Planner<'a> {
    /// Prepares `inventory`. The effects of plans are told for all that `request` asks for.
    #[must_use]
    pub fn new(inventory: &'a Inventory, request: Request) -> Self {
        Self { inventory, baseline: Baseline::new(inventory, request), stop: Box::new(|| false) }
    }

    /// Ends every search early once `stop` says so. The plans found until then need not be the cheapest.
    #[must_use]
    pub fn stopping_when(mut self, stop: impl Fn() -> bool + Sync + 'a) -> Self {
        self.stop = Box::new(stop);
        self
    }

    /// Every measure that may help to fulfil `wish`, in the order in which measures are taken.
    #[must_use]
    pub fn vocabulary(&self, wish: &Wish, costs: &Costs) -> Vec<Measure> {
        self.measures(&self.around(wish), wish, costs)
    }

    /// The cheapest plans for `wish`, at most `count`, at the default costs.
    #[must_use]
    pub fn cheapest(&self, wish: &Wish, count: usize) -> Vec<Plan> {
        let limits = Limits { plans: count, ..Limits::default() };
        self.plans(wish, &Costs::default(), limits, |_| true).plans
    }

    /// The cheapest plans for `wish`, with the reason why the search ended.
    ///
    /// A plan must pass `accept` too, which is asked only about changes that fulfil the wish.
    pub fn plans(
        &self,
        wish: &Wish,
        costs: &Costs,
        limits: Limits,
        accept: impl Fn(&[Change]) -> bool,
    ) -> Answer {
        let around = self.around(wish);
        let measures = self.measures(&around, wish, costs);
        let whole = Model::new(around.clone(), wish);
        // What route tables and names do is asked of the rules alone: neither bound is proven for them.
        let is_plain = around.subnets.is_empty() && wish.zones.is_empty();
        let wants = Wants::new(&around, &wish.zones, &measures);
        let lean = is_plain.then(|| Model::without_leaves(around, wish));
        let lean = lean.as_ref().unwrap_or(&whole);
        let relaxed = match wish.direction {
            Direction::Open if is_plain => Some(Relaxed::new(lean, &measures)),
            Direction::Open | Direction::Close => None,
        };
        let bounds = Bounds { relaxed: relaxed.as_ref(), wants: &wants };
        let candidates = Candidates::new(&measures, lean, bounds, &accept);
        let found = Search::new(&candidates, limits, &self.stop).run();
        let trimmed = found.sets.iter().map(|set| (set, candidates.trimmed(set, &whole)));
        let trimmed: Vec<(&Vec<u16>, Vec<Change>)> = trimmed.collect();
        // To tell what else a plan does costs more than to find it.
        let plan = |(set, changes): (&Vec<u16>, Vec<Change>)| self.plan(set, changes, &measures, &whole);
        let mut plans: Vec<Plan> = trimmed.into_par_iter().filter_map(plan).collect();
        plans.sort_by_cached_key(|plan| {
            let lines: Vec<String> = plan.changes.iter().map(ToString::to_string).collect();
            (plan.cost, plan.changes.len(), lines)
        });
        Answer {
            already: found.already,
            plans,
            measures: measures.len(),
            solved: found.solved,
            end: found.end,
        }
    }

    /// The connected components that a wish is about, as an inventory of their own.
    fn around(&self, wish: &Wish) -> Inventory {
        let names = wish.goals.iter().flat_map(|goal| [&goal.gateway, &goal.network]);
        let names = names.chain(wish.zones.iter().map(|goal| &goal.gateway));
        let mut known: Vec<NameId> = names.filter_map(|name| self.inventory.names.get(name)).collect();
        // Where a zone lies is told by its links.
        for goal in &wish.zones {
            let zone = self.inventory.labels.get(&goal.zone);
            let mut links = self.inventory.zone_links.iter().filter(|link| Some(link.zone) == zone);
            known.extend(links.find_map(|link| link.vnet));
        }
        self.baseline.around(&known)
    }

    fn measures(&self, around: &Inventory, wish: &Wish, costs: &Costs) -> Vec<Measure> {
        let estate = Estate::new(around, self.inventory);
        let (mut drafts, servers) = naming::drafts(&estate, &wish.zones);
        let goals = [&wish.goals[..], &servers].concat();
        if !goals.is_empty() {
            drafts.extend(match wish.direction {
                Direction::Open => open::drafts(&estate, &goals),
                Direction::Close => close::drafts(&estate, &goals),
            });
            drafts.extend(tables::drafts(&estate, &goals, wish.direction));
        }
        measure::measures(drafts, costs)
    }

    /// The plan of a set, judged once more over all of its connected components.
    fn plan(&self, set: &[u16], changes: Vec<Change>, measures: &[Measure], whole: &Model) -> Option<Plan> {
        if (self.stop)() {
            return None;
        }
        let measures: Vec<Measure> = set.iter().map(|index| measures[usize::from(*index)].clone()).collect();
        let made = self.made(changes, whole);
        debug_assert!(made.is_some(), "what was left out of the model has to make no difference");
        let mut made = made?;
        if !made.commands.renumbered.is_empty() {
            let numbered = self.numbered(&made, whole);
            made = self.made(numbered, whole).unwrap_or(made);
        }
        Some(Plan {
            cost: measures.iter().map(|measure| measure.cost).sum(),
            commands: made.commands.lines,
            measures,
            changes: made.changes,
            outcome: made.outcome,
        })
    }

    /// What comes of changes; none where they do not fulfil the wish.
    fn made(&self, changes: Vec<Change>, whole: &Model) -> Option<Made> {
        let outcome = self.baseline.outcome(&changes, false);
        let after = whole.changed(&changes).filter(|after| outcome.is_made && whole.look(after).is_met())?;
        let commands = commands::commands(whole.inventory(), &after, &changes);
        Some(Made { changes, outcome, commands })
    }

    /// The changes with the ASNs that the commands call for, each once its gateway is there.
    fn numbered(&self, made: &Made, whole: &Model) -> Vec<Change> {
        let estate = Estate::new(whole.inventory(), self.inventory);
        let mut changes = made.changes.clone();
        for gateway in &made.commands.renumbered {
            let Some(number) = estate.unused_asn(*gateway) else { continue };
            let text = estate.text(*gateway);
            let new = Change::add(Relation::Gateway, &[&text]);
            let place = changes.iter().position(|change| *change == new).map_or(0, |place| place + 1);
            changes.insert(place, Change::add(Relation::HasAsn, &[&text, &number]));
        }
        changes
    }
}

/// Changes with what comes of them.
struct Made {
    changes: Vec<Change>,
    outcome: Outcome,
    commands: Commands,
}
