//! The documents of `explain` and `fix`.

use pyo3::prelude::*;
use tunnelog::answer::{By, Request};
use tunnelog::document::{Finding, Head, explain as explanations, fix as plans, zone as zones};
use tunnelog::explain::names::NameQuestion;
use tunnelog::explain::{Origin, Question};
use tunnelog::fix::{Costs, Direction, Kind, Limits, Planner, Unclear, Wish, goals, zone_goals};
use tunnelog::names::LabelId;
use tunnelog::select::Target;

use crate::failure::Failure;
use crate::scope::{Scope, origin, profile, target, word, zone};
use crate::state::State;

/// How plans are sought.
#[derive(FromPyObject)]
pub(crate) struct Search {
    close: bool,
    cost: Vec<(String, u32)>,
    never: Vec<String>,
    most: usize,
    effort: usize,
}

impl Search {
    fn costs(&self) -> Result<Costs, Failure> {
        let kind = |text: &String| word("kind of change", text, &Kind::ALL, Kind::word);
        let mut costs = Costs::default();
        for (text, cost) in &self.cost {
            if *cost > Costs::MOST {
                return Err(Failure::Value(format!("expected a cost from 0 to {}", Costs::MOST)));
            }
            costs.set(kind(text)?, Some(*cost));
        }
        for text in &self.never {
            costs.set(kind(text)?, None);
        }
        Ok(costs)
    }
}

/// Why clients of `start`, a gateway or a client, reach each of `to`, or not.
pub(crate) fn explain(
    state: &State,
    scope: &Scope,
    start: &str,
    to: &[String],
    all: bool,
) -> Result<String, Failure> {
    let from = origin(&state.inventory, start)?;
    let classes = scope.classes()?;
    let analysis = state.analysis();
    let mut explained = Vec::new();
    for target in targets(state, to)? {
        let classes = (!classes.is_empty()).then(|| classes.clone());
        let question = Question { profile: profile(&scope.model)?, from, to: &target, classes, all };
        let found = analysis.explain(&question);
        let nobody = || Failure::Value(format!("`{start}` has no clients of these classes"));
        explained.extend(found.ok_or_else(nobody)?);
    }
    headed(state, scope, "tunnelog/explain/1", |head| {
        serde_json::to_string(&explanations::Document::new(head, &explained, &analysis, &state.sources))
    })
}

/// Why names of the private zone `wanted` resolve for clients of `start`, or not.
pub(crate) fn explain_zone(
    state: &State,
    scope: &Scope,
    start: &str,
    wanted: &str,
) -> Result<String, Failure> {
    let inventory = &state.inventory;
    let (from, zone) = (origin(inventory, start)?, zone(inventory, wanted)?);
    let classes = scope.classes()?;
    let classes = (!classes.is_empty()).then_some(classes);
    let question = NameQuestion { profile: profile(&scope.model)?, classes, ..NameQuestion::new(from, zone) };
    let nobody = || Failure::Value(format!("`{start}` has no clients of these classes"));
    let explained = state.analysis().explain_names(&question).ok_or_else(nobody)?;
    if explained.is_empty() {
        let said = format!("`{wanted}` is no zone that clients of `{start}` may ask for");
        return Err(Failure::Value(said));
    }
    headed(state, scope, "tunnelog/explain-zone/1", |head| {
        let (sources, root) = (&state.sources, &state.path);
        serde_json::to_string(&zones::Document::new(head, &explained, inventory, sources, root))
    })
}

/// The cheapest changes that let clients of `start` reach each of `to` and resolve names of each of `zones`, or that close the way.
pub(crate) fn fix(
    state: &State,
    scope: &Scope,
    start: &str,
    to: &[String],
    zones: &[String],
    search: &Search,
) -> Result<String, Failure> {
    let inventory = &state.inventory;
    let by = match origin(inventory, start)? {
        Origin::Gateway(_) => By::Class,
        Origin::Client(_) => By::Client,
    };
    let profile = profile(&scope.model)?;
    let (classes, targets) = (scope.classes()?, targets(state, to)?);
    let zones: Result<Vec<LabelId>, Failure> = zones.iter().map(|name| zone(inventory, name)).collect();
    let unclear = |unclear: Unclear| Failure::Value(unclear.to_string());
    let wish = Wish {
        direction: if search.close { Direction::Close } else { Direction::Open },
        goals: goals(inventory, start, &classes, &targets, profile).map_err(unclear)?,
        zones: zone_goals(inventory, start, &classes, &zones?, profile).map_err(unclear)?,
    };
    let limits = Limits { plans: search.most, effort: search.effort };
    let planner = Planner::new(inventory, Request { profile, by, ..Request::default() });
    let answer = planner.plans(&wish, &search.costs()?, limits, |_| true);
    let shapes: Vec<plans::PlanShape> =
        answer.plans.iter().map(|plan| plans::PlanShape::new(plan, Vec::new())).collect();
    headed(state, scope, "tunnelog/fix/1", |head| {
        serde_json::to_string(&plans::Document::new(head, &wish, &answer, &shapes))
    })
}

fn targets(state: &State, to: &[String]) -> Result<Vec<Target>, Failure> {
    to.iter().map(|text| target(&state.inventory, text)).collect()
}

/// What `write` makes of a document's head.
fn headed(
    state: &State,
    scope: &Scope,
    schema: &'static str,
    write: impl FnOnce(Head<'_>) -> serde_json::Result<String>,
) -> Result<String, Failure> {
    let report = state.report();
    let findings: Vec<Finding> = Finding::all(&report, None).collect();
    let inventories = [state.path.clone()];
    let profile = Some(profile(&scope.model)?.word());
    Ok(write(Head { schema, profile, inventories: &inventories, diagnostics: Some(&findings) })?)
}
