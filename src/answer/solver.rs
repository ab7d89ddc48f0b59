//! Solved connected components, kept as long as rows are asked of them.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::alike::{self, AlikePart};
use super::analysis::{Analysis, Block, of_part};
use super::endpoints::Endpoints;
use super::internet::Internet;
use super::naming::names;
use super::request::{AsPaths, By, GatewayAnswer, Request, Wanted};
use super::solution::Solution;
use super::view::View;
use crate::class::{Class, Profile};
use crate::names::NameId;
use crate::prefix::Family;
use crate::solve::{
    Component, Evaluation, Known, is_steered, leads_out, passed, public_routes, solve, steer,
};

/// The solved connected components of one analysis.
pub(crate) struct Solver {
    by: By,
    evaluation: Evaluation,
    wanted: Wanted,
    as_paths: AsPaths,
    internet: Vec<Family>,
    appliances: bool,
    names: bool,
    /// Whether private endpoints are answered, and whether all of them are listed.
    endpoints: Option<bool>,
    serves: FxHashMap<NameId, Vec<Class>>,
    known: Arc<Known>,
    solved: FxHashMap<usize, Part>,
}

/// A solved connected component.
struct Part {
    networks: Solved,
    internet: Option<Internet>,
    endpoints: Option<Endpoints>,
}

/// The networks of a solved connected component.
enum Solved {
    Alike(Box<AlikePart>),
    Plain(Solution),
}

impl Solver {
    /// Nothing solved yet.
    pub(crate) fn new(analysis: &Analysis<'_>, request: &Request) -> Self {
        Self {
            by: request.by,
            evaluation: request.evaluation,
            wanted: request.wanted,
            as_paths: request.as_paths,
            internet: request.internet.clone(),
            appliances: request.appliances,
            names: request.names,
            endpoints: (request.profile == Profile::Observed).then_some(request.endpoints),
            serves: analysis.serves(request.profile, request.by),
            known: Arc::default(),
            solved: FxHashMap::default(),
        }
    }

    /// The same, where something is `known` already of components with subnets.
    pub(crate) fn knowing(self, known: Arc<Known>) -> Self {
        Self { known, ..self }
    }

    /// What is known of components with subnets.
    pub(crate) fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known)
    }

    /// Solves those of `parts` that are not solved yet.
    pub(crate) fn solve(&mut self, analysis: &Analysis<'_>, parts: impl Iterator<Item = usize>) {
        self.solve_after(analysis, parts, None);
    }

    /// The same, where another analysis is solved already, whose facts may have some in common with these.
    pub(crate) fn solve_after(
        &mut self,
        analysis: &Analysis<'_>,
        parts: impl Iterator<Item = usize>,
        before: Option<(&Self, &Analysis<'_>)>,
    ) {
        let before = before.filter(|(_, before)| analysis.facts().are_grouped_like(before.facts()));
        let mut missing: Vec<usize> = parts.filter(|number| !self.solved.contains_key(number)).collect();
        missing.sort_unstable();
        missing.dedup();
        let solved = |number| {
            let networks = self.solve_part(analysis, number, before);
            let (internet, endpoints) = (self.internet(analysis, number), self.endpoints(analysis, number));
            (number, Part { networks, internet, endpoints })
        };
        // A thread that belongs to no pool would wait for one that does.
        let solved: Vec<_> = match missing[..] {
            [one] => vec![solved(one)],
            _ => missing.into_par_iter().map(solved).collect(),
        };
        self.solved.extend(solved);
    }

    /// The Internet, where rows of it may be wanted.
    fn internet(&self, analysis: &Analysis<'_>, number: usize) -> Option<Internet> {
        if self.wanted == Wanted::Routes {
            return None;
        }
        let rows = match self.by {
            By::Class => analysis.facts().of_classes(number),
            By::Client => analysis.facts().of(number),
        };
        let routes = public_routes(&rows);
        let is_asked = !self.internet.is_empty();
        if routes.is_empty() && !is_asked {
            return None;
        }
        let part = Component::of_internet(analysis.facts(), number, &rows);
        let is_listed = is_asked || leads_out(&part, &routes);
        is_listed.then(|| {
            let part = self.following(part);
            Internet::new(analysis, &part, rows.manual_route, &self.serves, self.appliances)
        })
    }

    /// The private endpoints, where rows of them may be wanted.
    fn endpoints(&self, analysis: &Analysis<'_>, number: usize) -> Option<Endpoints> {
        let is_asked = self.endpoints.is_some() && self.wanted != Wanted::Routes;
        (is_asked && Endpoints::are_in(analysis.facts(), number)).then(|| {
            let part = self.following(Component::of_endpoints(analysis.facts(), number));
            Endpoints::new(analysis, &part, &self.serves, self.appliances)
        })
    }

    /// The component with the AS paths that are asked for.
    fn following<'facts>(&self, part: Component<'facts>) -> Component<'facts> {
        if self.as_paths == AsPaths::Whole { part.following_paths() } else { part }
    }

    fn solve_part(
        &self,
        analysis: &Analysis<'_>,
        number: usize,
        before: Option<(&Self, &Analysis<'_>)>,
    ) -> Solved {
        let known = before.and_then(|(solver, before)| match &solver.solved.get(&number)?.networks {
            Solved::Alike(part) => Some(alike::Known { part, rows: before.facts().of(number) }),
            Solved::Plain(_) => None,
        });
        let around = alike::Around {
            facts: analysis.facts(),
            number,
            inventory: analysis.inventory(),
            serves: &self.serves,
            follows_paths: self.as_paths == AsPaths::Whole,
        };
        if self.evaluation == Evaluation::Auto
            && let Some(part) = AlikePart::of(&around, self.wanted, known.as_ref())
        {
            return Solved::Alike(Box::new(part));
        }
        let part = self.following(Component::new(analysis.facts(), number));
        let serves = of_part(&part, &self.serves);
        let mut solution = Solution::new(&part, analysis.inventory());
        if is_steered(analysis.facts(), number) {
            solution.take_steered(&part, &steer(&part, &serves, self.evaluation, &self.known));
            if self.appliances {
                solution.take_passed(passed(&part, self.evaluation));
            }
            return Solved::Plain(solution);
        }
        solve(&part, &serves, self.evaluation, |derived, home| solution.take(&part, derived, home));
        solution.finish();
        Solved::Plain(solution)
    }

    /// The rows of a block whose connected component is solved.
    pub(crate) fn rows(&self, analysis: &Analysis<'_>, block: &Block) -> GatewayAnswer {
        let (gateway, client) = (block.gateway, block.client);
        let Some(part) = self.solved.get(&analysis.facts().component_of(gateway)) else {
            return GatewayAnswer::default();
        };
        let Part { networks, internet, endpoints } = part;
        let whose = (gateway, client, &block.classes[..]);
        let mut answer = match networks {
            Solved::Alike(part) => {
                let view = (View::get(), analysis.inventory());
                part.rows(view, gateway, client, &block.classes, self.wanted)
            }
            Solved::Plain(part) => {
                part.rows(analysis.inventory(), gateway, client, &block.classes, self.wanted)
            }
        };
        if let Some(endpoints) = endpoints {
            let all = self.endpoints == Some(true);
            endpoints.add_rows(analysis.inventory(), whose, all, &mut answer);
        }
        if self.names && self.wanted != Wanted::Routes {
            answer.names = names(analysis, block, &answer.reach);
        }
        if let Some(internet) = internet {
            internet.add_rows(analysis.inventory(), whose, &self.internet, &mut answer);
        }
        if self.appliances {
            let of_networks = if let Solved::Plain(part) = networks {
                Some(part.appliances(gateway, &answer.reach))
            } else {
                None
            };
            let of_internet = internet.as_ref().map(|internet| internet.appliances(gateway, &answer.reach));
            let of_endpoints =
                endpoints.as_ref().map(|endpoints| endpoints.appliances(gateway, &answer.reach));
            answer.appliances =
                of_networks.into_iter().chain(of_internet).chain(of_endpoints).flatten().collect();
        }
        answer
    }

    /// The rows of a block that differ between two analyses, on both sides, where that can be told
    /// without making all rows.
    pub(crate) fn differing([old, new]: [(&Self, &Analysis<'_>, &Block); 2]) -> Option<[GatewayAnswer; 2]> {
        let (Some(one), Some(other)) = (old.0.alike(old.1, old.2), new.0.alike(new.1, new.2)) else {
            return None;
        };
        let is_same = old.2.gateway == new.2.gateway && old.2.classes == new.2.classes;
        let view = (View::get(), [old.1.inventory(), new.1.inventory()]);
        is_same
            .then(|| one.differing(other, view, old.2.gateway, [old.2.client, new.2.client], &old.2.classes))
            .flatten()
    }

    /// The component of a block where its routers are alike, and nothing but its networks is answered.
    fn alike(&self, analysis: &Analysis<'_>, block: &Block) -> Option<&AlikePart> {
        match self.solved.get(&analysis.facts().component_of(block.gateway))? {
            Part { networks: Solved::Alike(part), internet: None, endpoints: None } => Some(part),
            _ => None,
        }
    }

    /// Drops connected components, on all threads: one with subnets is many small lists.
    pub(crate) fn forget(&mut self, parts: impl Iterator<Item = usize>) {
        let forgotten: Vec<_> = parts.filter_map(|part| self.solved.remove(&part)).collect();
        forgotten.into_par_iter().for_each(drop);
    }
}
