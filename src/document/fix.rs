//! The shape of what `fix` answers.

use crate::fix::{Answer, Direction, Effect, End, Goal, Kind, Measure, Plan, Wish, ZoneGoal};
use serde::Serialize;

use super::head::Head;
use super::row::{Cell, Origin, Row};

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
    /// Whose names are to resolve.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<ZoneShape<'a>>,
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
            zones: wish.zones.iter().map(ZoneShape::new).collect(),
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

/// Whose names are to resolve.
#[derive(Clone, Debug, Serialize)]
pub struct ZoneShape<'a> {
    gateway: &'a str,
    class: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a str>,
    zone: &'a str,
}

impl<'a> ZoneShape<'a> {
    fn new(goal: &'a ZoneGoal) -> Self {
        Self {
            gateway: &goal.gateway,
            class: goal.class.word(),
            client: goal.client.as_deref(),
            zone: &goal.zone,
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
            measures: plan.needed().iter().map(MeasureShape::new).collect(),
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
    fn new(measure: &Measure) -> Self {
        Self {
            kind: measure.kind.word(),
            cost: measure.cost,
            changes: measure.changes.iter().map(ToString::to_string).collect(),
        }
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
            // What no measure has is the ASN that the commands of another call for.
            measure.map_or(Kind::Asn.word(), |measure| measure.kind)
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
            lines.extend(effect.resolves.iter().map(|zone| about("resolves", zone)));
            lines.extend(effect.depends.iter().map(|zone| about("depends", zone)));
            lines.extend(effect.unresolved.iter().map(|zone| about("unresolved", zone)));
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
