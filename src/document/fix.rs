//! The shape of what `fix` answers.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Cell, Head, Origin, Row};
use crate::answer::Status;
use crate::compare::{Difference, ReachDifference};
use crate::fix::{Answer, Direction, End, Goal, Measure, Plan, Wish};
use crate::names::Name;
use crate::scenarios::Outcome;

/// The document of `fix`.
#[derive(Clone, Debug, Serialize)]
pub struct Document<'a> {
    /// What stands before the answer.
    #[serde(flatten)]
    pub head: Head<'a>,
    /// `open` or `close`.
    pub direction: &'static str,
    /// What is to be opened or closed.
    pub goals: Vec<GoalShape<'a>>,
    /// True where nothing has to be changed.
    pub already: bool,
    /// What was searched.
    pub search: SearchShape,
    /// The plans, the cheapest first.
    pub plans: &'a [PlanShape],
}

impl<'a> Document<'a> {
    /// The document of `answer`, whose plans are `plans`.
    #[must_use]
    pub fn new(head: Head<'a>, wish: &'a Wish, answer: &Answer, plans: &'a [PlanShape]) -> Self {
        Self {
            head,
            direction: match wish.direction {
                Direction::Open => "open",
                Direction::Close => "close",
            },
            goals: wish.goals.iter().map(GoalShape::new).collect(),
            already: answer.already,
            search: SearchShape::new(answer),
            plans,
        }
    }
}

/// What is to be opened or closed.
#[derive(Clone, Debug, Serialize)]
pub struct GoalShape<'a> {
    gateway: &'a str,
    class: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a str>,
    network: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<String>,
}

impl<'a> GoalShape<'a> {
    fn new(goal: &'a Goal) -> Self {
        Self {
            gateway: &goal.gateway,
            class: goal.class.word(),
            client: goal.client.as_deref(),
            network: &goal.network,
            within: goal.within.map(|prefix| prefix.to_string()),
        }
    }
}

/// What was searched.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct SearchShape {
    measures: usize,
    solved: usize,
    /// `enough`, `exhausted` or `effort`.
    end: &'static str,
    /// Every set that costs less than this was tried, where not every set was.
    #[serde(skip_serializing_if = "Option::is_none")]
    below: Option<u32>,
}

impl SearchShape {
    fn new(answer: &Answer) -> Self {
        let (end, below) = match answer.end {
            End::Enough => ("enough", answer.plans.last().map(|plan| plan.cost)),
            End::Exhausted => ("exhausted", None),
            End::Effort(below) => ("effort", Some(below)),
        };
        Self { measures: answer.measures, solved: answer.solved, end, below }
    }
}

/// Measures that do it together.
#[derive(Clone, Debug, Serialize)]
pub struct PlanShape {
    /// What they cost.
    pub cost: u32,
    /// The measures.
    pub measures: Vec<MeasureShape>,
    /// The changes, as `whatif` takes them.
    pub changes: Vec<String>,
    /// The commands that make them.
    pub commands: Vec<String>,
    /// What changes for clients.
    pub effects: Vec<Effect>,
    /// The expectations that held and no longer do.
    pub breaks: Vec<String>,
}

impl PlanShape {
    /// The shape of `plan`, which breaks the expectations `breaks`.
    #[must_use]
    pub fn new(plan: &Plan, breaks: Vec<String>) -> Self {
        Self {
            cost: plan.cost,
            measures: MeasureShape::all(plan),
            changes: plan.changes.iter().map(ToString::to_string).collect(),
            commands: plan.commands.clone(),
            effects: Effect::all(&plan.outcome),
            breaks,
        }
    }
}

/// One measure.
#[derive(Clone, Debug, Serialize)]
pub struct MeasureShape {
    /// Its kind.
    pub kind: &'static str,
    /// What it costs.
    pub cost: u32,
    /// Its changes, but for those that the plan does without.
    pub changes: Vec<String>,
}

impl MeasureShape {
    /// What is left of each measure of `plan`; a measure of which nothing is left is none.
    #[must_use]
    pub fn all(plan: &Plan) -> Vec<Self> {
        let shape = |measure: &Measure| {
            let changes = measure.changes.iter().filter(|change| plan.changes.contains(change));
            Self {
                kind: measure.kind.word(),
                cost: measure.cost,
                changes: changes.map(ToString::to_string).collect(),
            }
        };
        let mut measures: Vec<Self> = plan.measures.iter().map(shape).collect();
        measures.retain(|measure| !measure.changes.is_empty());
        measures
    }
}

/// What changes for the clients of one gateway and class, or for one client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// The client, where clients are told of one by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The gateway.
    pub gateway: String,
    /// The class.
    pub class: &'static str,
    /// True where the profile has to be downloaded again.
    pub download: bool,
    /// The networks that become reachable, wholly or in part.
    pub gained: Vec<String>,
    /// The networks that would be reachable now if clients had a route.
    pub needs_route: Vec<String>,
    /// The networks that clients lose, wholly or in part.
    pub lost: Vec<String>,
}

impl Effect {
    /// What changes for clients, in the order of answers.
    #[must_use]
    pub fn all(outcome: &Outcome) -> Vec<Self> {
        let text = |name: Name| outcome.inventory.names.text(name).to_owned();
        let effect = |difference: &Difference| {
            let names = |holds: fn(&ReachDifference) -> bool| {
                let rows = difference.reach.iter().filter(|row| holds(row));
                let names: BTreeSet<String> = rows.map(|row| text(row.network)).collect();
                names.into_iter().collect::<Vec<_>>()
            };
            Self {
                client: difference.client.as_deref().map(str::to_owned),
                gateway: text(difference.gateway),
                class: difference.class.word(),
                download: difference.download,
                gained: names(|row| worth(row.after) == 2 && worth(row.before) < 2),
                needs_route: names(|row| worth(row.after) == 1 && worth(row.before) < 1),
                lost: names(|row| worth(row.after) < worth(row.before)),
            }
        };
        let mut effects: Vec<Self> = outcome.differences.iter().map(effect).collect();
        effects.retain(|effect| {
            let is_same = effect.gained.is_empty() && effect.needs_route.is_empty() && effect.lost.is_empty();
            effect.download || !is_same
        });
        effects
    }
}

/// How near clients are to a network.
fn worth(status: Option<Status>) -> u8 {
    match status {
        Some(Status::Reachable) => 2,
        Some(Status::NeedsRoute) => 1,
        Some(Status::Blackhole | Status::Unreachable) | None => 0,
    }
}

/// One line of a table of plans.
#[derive(Clone, Debug, Serialize)]
pub struct Line<'a> {
    plan: usize,
    cost: u32,
    item: &'static str,
    kind: &'static str,
    client: Option<&'a str>,
    gateway: &'a str,
    class: &'static str,
    value: &'a str,
}

impl<'a> Line<'a> {
    /// The lines of all plans.
    #[must_use]
    pub fn all(plans: &'a [PlanShape], by_client: bool) -> Vec<Self> {
        (1..).zip(plans).flat_map(|(number, plan)| Self::of(number, plan, by_client)).collect()
    }

    fn of(number: usize, plan: &'a PlanShape, by_client: bool) -> Vec<Self> {
        let line = |item, value| Self {
            plan: number,
            cost: plan.cost,
            item,
            kind: "",
            client: by_client.then_some(""),
            gateway: "",
            class: "",
            value,
        };
        let kind = |change: &String| {
            let measure = plan.measures.iter().find(|measure| measure.changes.contains(change));
            measure.map_or("", |measure| measure.kind)
        };
        let changes = plan.changes.iter().map(|text| Self { kind: kind(text), ..line(CHANGE, text) });
        let commands = plan.commands.iter().map(|text| line("command", text));
        let mut lines: Vec<Self> = changes.chain(commands).collect();
        for effect in &plan.effects {
            let about = |item, value| Self {
                client: by_client.then_some(effect.client.as_deref().unwrap_or_default()),
                gateway: &effect.gateway,
                class: effect.class,
                ..line(item, value)
            };
            lines.extend(effect.gained.iter().map(|name| about("gained", name)));
            lines.extend(effect.needs_route.iter().map(|name| about("needs-route", name)));
            lines.extend(effect.lost.iter().map(|name| about("lost", name)));
            lines.extend(effect.download.then(|| about("download", "")));
        }
        lines.extend(plan.breaks.iter().map(|text| line("broken", text)));
        lines
    }
}

/// The item that is a change.
const CHANGE: &str = "change";

impl Row for Line<'_> {
    const COLUMNS: &'static [&'static str] = &["plan", "cost", "item", "kind", "gateway", "class", "value"];

    fn origin(&self) -> Origin<'_> {
        Origin { inventory: None, client: self.client }
    }

    fn cells<Error>(&self, mut cell: impl FnMut(Cell<'_>) -> Result<(), Error>) -> Result<(), Error> {
        cell(Cell::Shown(&self.plan))?;
        cell(Cell::Shown(&self.cost))?;
        cell(Cell::Text(self.item))?;
        cell(Cell::Text(self.kind))?;
        cell(Cell::Text(self.gateway))?;
        cell(Cell::Text(self.class))?;
        cell(if self.item == CHANGE { Cell::Change(self.value) } else { Cell::Text(self.value) })
    }
}
