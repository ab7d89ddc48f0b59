//! `tunnelog fix`: the cheapest changes that open a way, let names resolve, or close a way.

use std::fmt::Display;
use std::io::Write;
use std::path::PathBuf;
use std::slice;

use clap::{ArgGroup, ValueHint};
use tunnelog::answer::{By, Request};
use tunnelog::class::Class;
use tunnelog::diagnostic::Report;
use tunnelog::fix::{
    Answer, Costs, Direction, Expectations, Kind, Limits, Planner, Unclear, Wish, goals, zone_goals,
};
use tunnelog::inventory::Inventory;
use tunnelog::language::parse::parse;
use tunnelog::language::syntax::Change;
use tunnelog::names::LabelId;
use tunnelog::select::Target;

use crate::cli::arguments::{
    ChangeArguments, Classes, DenyArguments, ModelArguments, OutputArguments, PathArguments, RowFormat,
    StartArguments, To, classes, destination, one_of,
};
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::open::Findings;
use crate::cli::shell::{changes, names, open, work};
use crate::cli::view::json::Origin;
use crate::cli::view::json::fix::{Document, Line, PlanShape};
use crate::cli::view::rows::Rows;
use crate::cli::view::writing::{Reader, Writing};
use crate::cli::view::{plans, words};

/// The name and version of the JSON document.
pub(super) const SCHEMA: &str = "tunnelog/fix/1";

/// How many plans are listed when nothing else is said.
pub(super) const PLANS: u16 = 5;

/// How many combinations of changes are tried when nothing else is said.
pub(super) const EFFORT: u32 = 2000;

/// Find the cheapest changes that let clients reach a network or resolve a private zone, or that close a network to them.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog fix inventory --from VNet1 --to VNet3
  tunnelog fix inventory --from VNet1 --to 10.3.7.4 --class windows --never custom-route
  tunnelog fix inventory --from VNet1 --to Site1 --to VNet3 --query must-stay.query
  tunnelog fix inventory --from VNet1 --zone privatelink.blob.core.windows.net
  tunnelog fix inventory --query wanted.query --format markdown
  tunnelog fix inventory --break --from VNet1 --to Site1

docs/fix.md has the measures and what they cost.")]
#[command(group(ArgGroup::new("wanted").multiple(true).args(["to", "zone"])))]
#[command(group(ArgGroup::new("whose").requires("wanted").args(["from", "gateway", "client"])))]
#[command(group(ArgGroup::new("task").required(true).multiple(true).args(["from", "gateway", "client", "queries"])))]
pub(crate) struct Args {
    #[command(flatten)]
    inventory: PathArguments,

    #[command(flatten)]
    start: StartArguments,

    /// The destination; may be given several times, and every one is met.
    #[arg(long, value_name = "NETWORK|PREFIX|ADDRESS", value_parser = destination, requires = "start", value_hint = ValueHint::Other)]
    to: Vec<To>,

    /// A private DNS zone whose names are to resolve for them; may be given several times, and is met together.
    #[arg(long, value_name = "ZONE", requires = "start", conflicts_with = "close", value_hint = ValueHint::Other)]
    zone: Vec<String>,

    /// Only clients of this class; may be given several times.
    #[arg(long, value_delimiter = ',', value_parser = classes(), requires = "start")]
    class: Vec<Class>,

    /// A query file: without `--from` all that it expects is to hold, otherwise plans tell what of it they break; may be given several times.
    #[arg(long = "query", visible_alias = "query-file", value_name = "FILE", value_hint = ValueHint::FilePath)]
    queries: Vec<PathBuf>,

    /// Close the forward and the return path instead, whether or not clients have a route.
    #[arg(long = "break")]
    close: bool,

    /// What a change of this kind costs, such as `bgp=10`; may be given several times.
    #[arg(long, value_name = "KIND=N", value_delimiter = ',', value_parser = cost, help_heading = "Search")]
    cost: Vec<(Kind, u32)>,

    /// Never propose this kind of change; may be given several times.
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = one_of(&Kind::ALL, Kind::word), help_heading = "Search")]
    never: Vec<Kind>,

    /// List at most this many plans.
    #[arg(long, value_name = "N", default_value_t = PLANS, value_parser = clap::value_parser!(u16).range(1..=1000), help_heading = "Search")]
    max: u16,

    /// Try at most this many combinations of changes.
    #[arg(long, value_name = "N", default_value_t = EFFORT, value_parser = clap::value_parser!(u32).range(1..), help_heading = "Search")]
    effort: u32,

    #[command(flatten)]
    profile: ModelArguments,

    #[command(flatten)]
    changes: ChangeArguments,

    #[command(flatten)]
    denied: DenyArguments,

    #[command(flatten)]
    output: OutputArguments,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        Some((self.profile.get(), &self.class))
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let mut reading = open::read_with(&self.inventory.path, &self.changes);
        let expectations = expectations(self, &mut reading.report);
        let mut opened = call.opened(reading, &self.changes)?;
        expectations.check(&opened.inventory, self.profile.get(), &mut opened.report);
        call.report_more(&mut opened);
        if opened.report.has_errors() {
            return Err(Failure::Reported);
        }
        let wanted = self.start.name().into_iter().chain(self.to.iter().filter_map(To::network));
        call.narrow(names::written(slice::from_ref(&opened.inventory), wanted));
        let before = failing(&expectations, &opened.inventory, self)?;
        let sought =
            Sought { arguments: self, inventory: &opened.inventory, expectations: &expectations, before };
        let wish = sought.wish()?;
        let answer = sought.answer(&wish)?;
        let plans = sought.shapes(&answer)?;
        self.write(&wish, &answer, &plans, &opened.findings, call)?;
        let is_found = answer.already || !plans.is_empty();
        Ok(if is_found { self.denied.exit(opened.findings.worst) } else { Exit::No })
    }
}

impl Args {
    fn write(
        &self,
        wish: &Wish,
        answer: &Answer,
        plans: &[PlanShape],
        findings: &Findings,
        call: &Call,
    ) -> Result<(), Failure> {
        let (mut output, format) = call.answer(&self.output)?;
        let head = findings.head(SCHEMA, self.profile.get());
        match Reader::of(format, output.screen) {
            Reader::Person(medium) => {
                let mut page = Writing::new(medium);
                plans::page(wish, answer, plans, &mut page);
                let class = wish.goals.iter().map(|goal| goal.class).next();
                page.plain(&words::model(class.map_or(self.profile.get(), Class::profile)));
                output.write_all(page.take().as_bytes())?;
            }
            Reader::Program(RowFormat::Json) => output.json(&Document::new(head, wish, answer, plans))?,
            Reader::Program(RowFormat::Ndjson) => plans.iter().try_for_each(|plan| output.json(plan))?,
            Reader::Program(format) => {
                let by_client = is_by_client(wish);
                let origin = Origin { inventory: None, client: by_client.then_some("") };
                let lines = Line::all(plans, by_client);
                Rows::all(format, &mut output, origin, &head, "plans", lines)?;
            }
        }
        output.finish()
    }
}

/// True where plans are for single clients.
fn is_by_client(wish: &Wish) -> bool {
    let of_goals = wish.goals.iter().map(|goal| &goal.client);
    of_goals.chain(wish.zones.iter().map(|goal| &goal.client)).any(Option::is_some)
}

/// What plans are sought for, and in what.
struct Sought<'a> {
    arguments: &'a Args,
    inventory: &'a Inventory,
    expectations: &'a Expectations,
    /// The expectations that do not hold before anything is changed.
    before: Vec<usize>,
}

impl Sought<'_> {
    /// The plans that do it.
    fn answer(&self, wish: &Wish) -> Result<Answer, Failure> {
        let profile = self.arguments.profile.get();
        let by = if is_by_client(wish) { By::Client } else { By::Class };
        let is_strict = self.arguments.start.name().is_none();
        let accept = |changes: &[Change]| {
            let failing = || self.expectations.failing_after(self.inventory, changes, profile);
            !is_strict || failing().is_ok_and(|failing| failing.is_some_and(|failing| failing.is_empty()))
        };
        let planner = Planner::new(self.inventory, Request { profile, by, ..Request::default() })
            .stopping_when(|| work::go_on().is_err());
        let limits = Limits { plans: self.arguments.max.into(), effort: self.arguments.effort as usize };
        let answer = planner.plans(wish, &costs(self.arguments), limits, accept);
        work::go_on()?;
        Ok(answer)
    }

    /// What is wanted: what the options name, or else what the query files expect.
    fn wish(&self) -> Result<Wish, Failure> {
        let (inventory, profile) = (self.inventory, self.arguments.profile.get());
        let direction = if self.arguments.close { Direction::Close } else { Direction::Open };
        let Some(from) = self.arguments.start.name() else {
            let goal = |place| self.expectations.goal(place, inventory, direction, profile);
            let zone = |place| self.expectations.zone_goal(place, inventory, direction, profile);
            let is_none = |place: &&usize| goal(**place).is_none() && zone(**place).is_none();
            if let Some(place) = self.before.iter().find(is_none) {
                return Err(no_measure(&self.expectations.text(*place), direction));
            }
            let places = || 0..self.expectations.len();
            let (goals, zones) = (places().filter_map(goal).collect(), places().filter_map(zone).collect());
            return Ok(Wish { direction, goals, zones });
        };
        names::unambiguous(inventory, &self.arguments.start)?;
        let targets: Result<Vec<Target>, Failure> =
            self.arguments.to.iter().map(|to| names::target(inventory, to)).collect();
        let zones: Result<Vec<LabelId>, Failure> =
            self.arguments.zone.iter().map(|zone| names::zone(inventory, zone)).collect();
        let class = &self.arguments.class;
        let unclear = |unclear| no_goal(&unclear, inventory);
        Ok(Wish {
            direction,
            goals: goals(inventory, from, class, &targets?, profile).map_err(unclear)?,
            zones: zone_goals(inventory, from, class, &zones?, profile).map_err(unclear)?,
        })
    }

    /// The plans as they are written, with the expectations that each breaks.
    fn shapes(&self, answer: &Answer) -> Result<Vec<PlanShape>, Failure> {
        let mut shapes = Vec::with_capacity(answer.plans.len());
        for plan in &answer.plans {
            let mut breaks = Vec::new();
            if !self.expectations.is_empty() {
                let profile = self.arguments.profile.get();
                let after = self.expectations.failing_after(self.inventory, &plan.changes, profile);
                let after = after.map_err(|error| unanswered(&error))?;
                let broken =
                    after.unwrap_or_default().into_iter().filter(|place| !self.before.contains(place));
                breaks = broken.map(|place| self.expectations.text(place)).collect();
            }
            shapes.push(PlanShape::new(plan, breaks));
        }
        Ok(shapes)
    }
}

/// What the query files of the call expect; mistakes in them are reported.
fn expectations(arguments: &Args, report: &mut Report) -> Expectations {
    let mut files = Vec::new();
    for path in &arguments.queries {
        if let Some(text) = changes::read(path, report) {
            files.push(parse(&path.display().to_string(), &text, report));
        }
    }
    if report.has_errors() { Expectations::default() } else { Expectations::of(&files) }
}

/// The expectations that do not hold before anything is changed.
fn failing(
    expectations: &Expectations,
    inventory: &Inventory,
    arguments: &Args,
) -> Result<Vec<usize>, Failure> {
    expectations.failing(inventory, arguments.profile.get()).map_err(|error| unanswered(&error))
}

fn no_measure(text: &str, direction: Direction) -> Failure {
    let form = match direction {
        Direction::Open => {
            "`expect access(GATEWAY, CLASS, NETWORK, reachable)` or `expect resolves(GATEWAY, CLASS, ZONE, resolves)`"
        }
        Direction::Close => "`expect no access(GATEWAY, _, NETWORK, reachable)`",
    };
    Failure::new(format!("`{text}` does not hold, and no measure is known for it"))
        .help(format!("what is to be brought about has the form {form}"))
}

fn unanswered(error: &impl Display) -> Failure {
    Failure::new(format!("an expectation cannot be answered: {error}"))
}

/// Says why nothing can be sought for what was asked.
pub(super) fn no_goal(unclear: &Unclear, inventory: &Inventory) -> Failure {
    let failure = Failure::new(unclear.to_string());
    match unclear {
        Unclear::NoSuchClients(wanted) => {
            let clients = inventory.clients.iter().flatten().map(|client| &*client.name);
            names::suggested(failure, wanted, names::gateway_names(inventory).chain(clients))
        }
        Unclear::Nowhere(_) => {
            failure.help("`tunnelog ask PATH '? address(?network, ?prefix)'` lists what networks hold")
        }
        Unclear::Internet => failure.help(
            "which site or appliance is the way out is a decision: `tunnelog explain PATH --from GATEWAY --to Internet` \
             says what is missing, and `tunnelog whatif` tries a change",
        ),
        Unclear::Endpoint(_) => failure.help(
            "name its VNet or its address: a VNet that clients reach has endpoints that they reach, and `tunnelog explain PATH \
             --from GATEWAY --to ENDPOINT --model observed` says what is missing",
        ),
        Unclear::BesideSubnets(..) => {
            failure.help("`tunnelog ask PATH '? subnet(?vnet, ?subnet, ?prefix)'` lists the subnets")
        }
        Unclear::NotServed(_) | Unclear::NoAddresses(_) | Unclear::Several(..) => failure,
    }
}

fn costs(arguments: &Args) -> Costs {
    let mut costs = Costs::default();
    for (kind, cost) in &arguments.cost {
        costs.set(*kind, Some(*cost));
    }
    for kind in &arguments.never {
        costs.set(*kind, None);
    }
    costs
}

fn cost(text: &str) -> Result<(Kind, u32), String> {
    let most = Costs::MOST;
    let Some((word, number)) = text.split_once('=') else {
        return Err("expected a kind and its cost, such as `bgp=10`".to_owned());
    };
    let kind = Kind::ALL.into_iter().find(|kind| kind.word() == word).ok_or_else(|| {
        let words: Vec<String> = Kind::ALL.iter().map(|kind| format!("`{}`", kind.word())).collect();
        format!("`{word}` is no kind of measure; there are {}", words.join(", "))
    })?;
    match number.parse() {
        Ok(number) if number <= most => Ok((kind, number)),
        _ => Err(format!("expected a cost from 0 to {most}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_is_a_kind_and_a_number() {
        assert_eq!(cost("bgp=10"), Ok((Kind::Bgp, 10)));
        assert!(cost("bgp").is_err_and(|error| error.contains("`bgp=10`")));
        assert!(cost("magic=1").is_err_and(|error| error.contains("`transit-flag`")));
        assert!(cost("bgp=-1").is_err() && cost("bgp=1000001").is_err());
    }
}
