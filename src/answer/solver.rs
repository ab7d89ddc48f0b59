//! Solved connected components, kept as long as rows are asked of them.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::alike::AlikePart;
use super::analysis::{Analysis, Block, of_part};
use super::request::{AsPaths, GatewayAnswer, Request, Wanted};
use super::solution::Solution;
use super::view::View;
use crate::class::{Class, Profile};
use crate::names::NameId;
use crate::solve::{Component, Evaluation, is_steered, solve, steer};

/// The solved connected components of one analysis.
pub(crate) struct Solver {
    profile: Profile,
    evaluation: Evaluation,
    wanted: Wanted,
    as_paths: AsPaths,
    serves: FxHashMap<NameId, Vec<Class>>,
    solved: FxHashMap<usize, Solved>,
}

/// A solved connected component.
enum Solved {
    Alike(AlikePart),
    Plain(Solution),
}

impl Solver {
    /// Nothing solved yet.
    pub(crate) fn new(analysis: &Analysis<'_>, request: &Request) -> Self {
        Self {
            profile: request.profile,
            evaluation: request.evaluation,
            wanted: request.wanted,
            as_paths: request.as_paths,
            serves: analysis.serves(request.profile),
            solved: FxHashMap::default(),
        }
    }

    /// Solves those of `parts` that are not solved yet.
    pub(crate) fn solve(&mut self, analysis: &Analysis<'_>, parts: impl Iterator<Item = usize>) {
        let mut missing: Vec<usize> = parts.filter(|number| !self.solved.contains_key(number)).collect();
        missing.sort_unstable();
        missing.dedup();
        let solved: Vec<(usize, Solved)> =
            missing.into_par_iter().map(|number| (number, self.solve_part(analysis, number))).collect();
        self.solved.extend(solved);
    }

    fn solve_part(&self, analysis: &Analysis<'_>, number: usize) -> Solved {
        if self.evaluation == Evaluation::Auto
            && let Some(part) = AlikePart::of(analysis.facts(), number, analysis.inventory(), self.wanted)
        {
            return Solved::Alike(part);
        }
        let mut part = Component::new(analysis.facts(), number);
        if self.as_paths == AsPaths::Whole {
            part = part.following_paths();
        }
        let serves = of_part(&part, &self.serves);
        let mut solution = Solution::new(&part, analysis.inventory());
        if is_steered(analysis.facts(), number) {
            solution.take_steered(&part, &steer(&part, &serves, self.evaluation));
            return Solved::Plain(solution);
        }
        solve(&part, &serves, self.evaluation, |derived, home| solution.take(&part, derived, home));
        solution.finish();
        Solved::Plain(solution)
    }

    /// The rows of a block whose connected component is solved.
    pub(crate) fn rows(&self, analysis: &Analysis<'_>, block: &Block) -> GatewayAnswer {
        let (gateway, client) = (block.gateway, block.client);
        match self.solved.get(&analysis.facts().component_of(gateway)) {
            Some(Solved::Alike(part)) => {
                part.rows(View::of(self.profile), gateway, client, &block.classes, self.wanted)
            }
            Some(Solved::Plain(part)) => {
                part.rows(analysis.inventory(), gateway, client, &block.classes, self.wanted)
            }
            None => GatewayAnswer::default(),
        }
    }

    /// The rows of a block that differ between two analyses, on both sides, where that can be told
    /// without making all rows.
    pub(crate) fn differing([old, new]: [(&Self, &Analysis<'_>, &Block); 2]) -> Option<[GatewayAnswer; 2]> {
        let (Some(Solved::Alike(one)), Some(Solved::Alike(other))) =
            (old.0.solved_of(old.1, old.2), new.0.solved_of(new.1, new.2))
        else {
            return None;
        };
        let is_same = old.2.gateway == new.2.gateway && old.2.classes == new.2.classes;
        let view = View::of(old.0.profile);
        is_same
            .then(|| one.differing(other, view, old.2.gateway, [old.2.client, new.2.client], &old.2.classes))
            .flatten()
    }

    fn solved_of(&self, analysis: &Analysis<'_>, block: &Block) -> Option<&Solved> {
        self.solved.get(&analysis.facts().component_of(block.gateway))
    }

    /// Drops a connected component.
    pub(crate) fn forget(&mut self, part: usize) {
        self.solved.remove(&part);
    }
}
