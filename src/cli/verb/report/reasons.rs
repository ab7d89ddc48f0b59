//! Why clients reach networks or do not, and what would help, as far as a page has room for it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use tunnelog::answer::{Analysis, Request, Status};
use tunnelog::class::Class;
use tunnelog::explain::{Origin, Question, Waypoint};
use tunnelog::facts::ids::Machine;
use tunnelog::fix::{Costs, Direction, Goal, Limits, Plan, Planner, Wish};
use tunnelog::names::NameId;
use tunnelog::select::Target;
use tunnelog::source::Sources;

use crate::cli::shell::exit::Failure;
use crate::cli::shell::work;
use crate::cli::shell::work::Progress;
use crate::cli::verb::report::rows::Rows;
use crate::cli::view::explanation::lines::Line;
use crate::cli::view::explanation::text::Page;
use crate::cli::view::json::fix::PlanShape;
use crate::cli::view::json::report::{Asked, Clients, ExplanationShape, FixShape, Members, StopShape};
use crate::cli::view::plans::{PlanText, end};

/// The most networks of gateways that are explained in full.
const MOST_EXPLANATIONS: usize = 500;

/// The most letters that all explanations have together.
const MOST_LETTERS: usize = 3_000_000;

/// The most ways from one session to another that explanations look at together, and plans once more: some seconds.
const MOST_STEPS: usize = 1_500_000;

/// The most networks of gateways and classes for which plans are looked for.
const MOST_FIXES: usize = 60;

/// The most networks among which plans are looked for.
const MOST_NETWORKS_OF_FIXES: usize = 200;

/// Enough for the usual plan of one or two measures, and little enough for dozens of searches.
const LIMITS: Limits = Limits { plans: 2, effort: 200 };

/// Which reasons are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// As many as a page has room for, with plans.
    Page,
    /// None, and the Internet stands on the page: whoever wants a reason asks for it.
    None,
}

/// What reasons are found with.
pub(crate) struct Reasons<'a> {
    pub(crate) analysis: &'a Analysis<'a>,
    pub(crate) sources: &'a Sources,
    /// The path of the inventory.
    pub(crate) root: &'a str,
    pub(crate) members: &'a Members,
    pub(crate) request: &'a Request,
    pub(crate) rows: &'a Rows<'a>,
    /// The appliances that ways of explanations pass.
    pub(crate) passed: RefCell<BTreeSet<Machine>>,
}

impl<'a> Reasons<'a> {
    /// The explanations that are wanted and that the page has room for, and how many it has not.
    pub(super) fn explanations(
        &self,
        clients: &[Clients],
        which: Wanted,
    ) -> Result<(Vec<ExplanationShape>, usize), Failure> {
        let mut wanted = if which == Wanted::Page { wanted(clients) } else { Vec::new() };
        let all = wanted.len();
        let costs = self.costs(wanted.iter());
        wanted.truncate(affordable(wanted.iter().map(|asked| costs[&asked.gateway])).min(MOST_EXPLANATIONS));
        wanted.sort_unstable();
        let mut progress = Progress::new(wanted.len(), "explanations");
        let mut found = Vec::with_capacity(wanted.len());
        let mut letters = 0;
        let (analysis, members, request) = (self.analysis, self.members, self.request);
        let page = self.page();
        for batch in wanted.chunk_by(|one, other| one.gateway == other.gateway) {
            let explained: Result<Vec<Vec<Vec<Line>>>, Failure> = batch
                .par_iter()
                .map(|asked| {
                    work::go_on()?;
                    Ok(lines(analysis, members, request, &page, *asked))
                })
                .collect();
            for (asked, parts) in batch.iter().zip(explained?) {
                progress.step();
                letters += parts.iter().flatten().map(|line| line.text.len() + 80).sum::<usize>();
                if letters <= MOST_LETTERS {
                    let parts = parts.into_iter().map(|lines| self.lines(lines)).collect();
                    found.push(ExplanationShape { asked: *asked, parts });
                }
            }
        }
        let left_out = all - found.len();
        Ok((found, left_out))
    }

    /// Why the clients of a gateway reach a network or do not, both by their names; nothing where there is nothing to say.
    pub(crate) fn one(&self, gateway: &str, network: &str) -> Option<ExplanationShape> {
        let names = &self.analysis.inventory().names;
        let number = |name: &str| self.members.number(names.get(name)?);
        let asked = Asked { gateway: number(gateway)?, network: number(network)? };
        let parts = lines(self.analysis, self.members, self.request, &self.page(), asked);
        let parts: Vec<_> = parts.into_iter().map(|lines| self.lines(lines)).collect();
        (!parts.is_empty()).then_some(ExplanationShape { asked, parts })
    }

    fn page(&self) -> Page<'a> {
        Page::new(self.analysis, self.sources, self.root)
    }

    /// The lines as the page has them, which names their rows.
    fn lines(&self, lines: Vec<Line>) -> Vec<Line<StopShape>> {
        let places = lines.iter().flat_map(|line| &line.rows).flat_map(|rows| &rows.places);
        for (_, span) in places {
            self.rows.at(*span);
        }
        lines.into_iter().map(|line| line.passing(|stop| self.stop(stop))).collect()
    }

    fn stop(&self, stop: Waypoint) -> Option<StopShape> {
        match stop {
            Waypoint::Network(name) => self.members.number(name).map(StopShape::Network),
            Waypoint::Appliance(machine) => {
                self.passed.borrow_mut().insert(machine);
                Some(StopShape::Appliance(machine.text(self.analysis.inventory())))
            }
        }
    }

    /// The plans that the page has room for, and for how many networks it has none; no plans where just one reason is wanted.
    pub(super) fn fixes(
        &self,
        clients: &[Clients],
        wanted: Wanted,
    ) -> Result<(Vec<FixShape>, usize), Failure> {
        if wanted == Wanted::None {
            return Ok((Vec::new(), 0));
        }
        let mut failing: BTreeMap<(Asked, &'static str), Class> = BTreeMap::new();
        for of_class in clients {
            let class = Class::ALL.into_iter().find(|class| class.word() == of_class.class);
            for (network, _, status, _) in &of_class.reach {
                // No measure of `fix` leads to the Internet.
                let is_open =
                    *status != Status::Reachable.word() && self.members.name(*network) != NameId::INTERNET;
                if let Some(class) = class.filter(|_| is_open) {
                    let asked = Asked { gateway: of_class.gateway, network: *network };
                    failing.insert((asked, class.word()), class);
                }
            }
        }
        let costs = self.costs(failing.keys().map(|(asked, _)| asked));
        let steps: usize = failing.keys().map(|(asked, _)| costs[&asked.gateway]).sum();
        let takes_long = failing.len() > MOST_FIXES || steps > MOST_STEPS;
        if takes_long || self.members.len() > MOST_NETWORKS_OF_FIXES {
            return Ok((Vec::new(), failing.len()));
        }
        let request = Request { profile: self.request.profile, ..Request::default() };
        let planner =
            Planner::new(self.analysis.inventory(), request).stopping_when(|| work::go_on().is_err());
        let mut progress = Progress::new(failing.len(), "plans");
        let mut found = Vec::with_capacity(failing.len());
        for ((asked, _), class) in failing {
            work::go_on()?;
            found.push(self.fix(&planner, asked, class));
            progress.step();
        }
        Ok((found, 0))
    }

    /// The steps that one explanation for clients of each gateway takes.
    fn costs<'b>(&self, asked: impl Iterator<Item = &'b Asked>) -> BTreeMap<usize, usize> {
        let gateways: BTreeSet<usize> = asked.map(|asked| asked.gateway).collect();
        let mut of_parts: BTreeMap<usize, usize> = BTreeMap::new();
        let mut cost = |gateway: NameId| {
            let part = self.analysis.facts().component_of(gateway);
            *of_parts.entry(part).or_insert_with(|| self.analysis.relaying_steps(gateway) + 1)
        };
        gateways.into_iter().map(|gateway| (gateway, cost(self.members.name(gateway)))).collect()
    }

    fn fix(&self, planner: &Planner<'_>, asked: Asked, class: Class) -> FixShape {
        let text = |number: usize| {
            let name: NameId = self.members.name(number);
            self.analysis.inventory().names.text(name).to_owned()
        };
        let goal = Goal {
            gateway: text(asked.gateway),
            class,
            client: None,
            network: text(asked.network),
            within: None,
        };
        let wish = Wish { direction: Direction::Open, goals: vec![goal], zones: Vec::new() };
        let answer = planner.plans(&wish, &Costs::default(), LIMITS, |_| true);
        let plan = |plan: &Plan| PlanText::new(&PlanShape::new(plan, Vec::new()), &wish);
        let plans = answer.plans.iter().map(plan).collect();
        FixShape { asked, class: class.word(), plans, search: end(&answer) }
    }
}

/// What is said of the way of a gateway's clients to a network.
fn lines(
    analysis: &Analysis<'_>,
    members: &Members,
    request: &Request,
    page: &Page<'_>,
    asked: Asked,
) -> Vec<Vec<Line>> {
    let to = Target::Network(members.name(asked.network), Vec::new());
    let question = Question {
        profile: request.profile,
        from: Origin::Gateway(members.name(asked.gateway)),
        to: &to,
        classes: request.classes.clone(),
        all: false,
    };
    let explanations = analysis.explain(&question).unwrap_or_default();
    explanations.iter().map(|explanation| page.lines(explanation)).collect()
}

/// How many of the first explanations can be had. One always can: a page with a proof shows what others look like.
fn affordable(costs: impl Iterator<Item = usize>) -> usize {
    let mut steps = 0;
    let within = costs.take_while(|cost| {
        let is_first = steps == 0;
        steps += cost;
        is_first || steps <= MOST_STEPS
    });
    within.count()
}

/// A class, and what is said to its clients: the status and the reasons.
type Kinds<'a> = (&'static str, &'static str, &'a [&'static str]);

/// What is to be explained, one network of each kind of answer before others.
fn wanted(clients: &[Clients]) -> Vec<Asked> {
    let mut answers: BTreeMap<Asked, Vec<Kinds<'_>>> = BTreeMap::new();
    for of_class in clients {
        for (network, _, status, reasons) in &of_class.reach {
            let asked = Asked { gateway: of_class.gateway, network: *network };
            answers.entry(asked).or_default().push((of_class.class, status, reasons));
        }
    }
    let (mut first, mut others) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for (asked, rows) in answers {
        if seen.insert((asked.gateway, rows)) {
            first.push(asked);
        } else {
            others.push(asked);
        }
    }
    first.into_iter().chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explanations_cost_no_more_than_a_page_takes_but_for_the_first() {
        assert_eq!(affordable([1; 7].into_iter()), 7);
        assert_eq!(affordable([MOST_STEPS / 3; 7].into_iter()), 3);
        assert_eq!(affordable([1, MOST_STEPS, 1].into_iter()), 1);
        assert_eq!(affordable([2 * MOST_STEPS, 1].into_iter()), 1);
        assert_eq!(affordable(std::iter::empty()), 0);
    }
}
