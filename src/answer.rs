//! What clients get: the routes they hold and the networks they reach, sorted.
//!
//! ```
//! use tunnelog::answer::{Analysis, Request};
//! use tunnelog::import::load::load;
//!
//! let inventory = load("facts/isolated-vnet").unwrap().inventory;
//! let analysis = Analysis::new(&inventory);
//! let prefixes: Vec<String> =
//!     analysis.routes(&Request::default()).map(|route| route.prefix.to_string()).collect();
//! assert_eq!(prefixes[..2], ["10.1.0.0/16", "192.168.0.0/24"]);
//! ```

mod alike;
mod analysis;
mod batches;
mod effective;
mod endpoints;
mod internet;
mod naming;
mod networks;
mod reasons;
mod request;
mod rows;
mod solution;
mod solver;
mod view;

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

pub use analysis::Analysis;
pub(crate) use analysis::Block;
use analysis::of_part;
pub(crate) use batches::BLOCKS_OF_A_BATCH;
use batches::Batches;
pub use effective::{EffectiveHop, EffectiveRoute, RouteSource};
pub(crate) use naming::{are_named, destination_of, given, names, names_by, status_of};
pub use reasons::{Obstacle, Reasons, Status};
pub use request::{
    Appliances, AsPaths, By, GatewayAnswer, NameRow, OnTheWay, ReachRow, Request, RouteRow, Wanted,
};
pub use rows::{Destination, Route};
pub(crate) use solver::Solver;

use crate::class::Profile;
use crate::names::NameId;
use crate::rule::Rule;
pub use crate::rules::resolution::{NameReason, NameReasons, Resolution};
pub use crate::solve::Evaluation;
use crate::solve::{
    Component, Derived, MOST_SHARED, Reported, is_steered, routers, shared, solve, solve_endpoints,
};
use crate::witness::Step;

impl Analysis<'_> {
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
            let part = self.facts().component_of(block.gateway);
            let count = *known.entry(part).or_insert_with(|| shared(self.facts(), part).len());
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
        let mut batches = Batches::new(self, request);
        let mut rendered: Vec<Rendered> = Vec::new();
        loop {
            let mut next = None;
            let work = || next = batches.next(|block, rows| render(block.gateway, rows));
            side_by_side(work, || rendered.drain(..).try_for_each(&mut sink))?;
            match next {
                Some(batch) => rendered = batch,
                None => return Ok(()),
            }
        }
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
            let serves = self.serves(profile, By::Class);
            for number in 0..self.facts().component_count {
                let part = Component::new(self.facts(), number);
                let serves = of_part(&part, &serves);
                if profile == Profile::Observed {
                    let part = Component::of_endpoints(self.facts(), number);
                    solve_endpoints(&part, &serves, |derived: &Derived<Step>| fired.extend(derived.rules()));
                }
                if is_steered(self.facts(), number) {
                    // What becomes of packets there is the business of other clauses.
                    fired.extend(routers::<Step>(&part, &serves).rules());
                    continue;
                }
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
