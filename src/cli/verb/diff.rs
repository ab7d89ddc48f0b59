//! `tunnelog diff`: what differs between two inventories.

use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use clap::ValueHint;
use tunnelog::answer::{By, Request};
use tunnelog::check::check;
use tunnelog::compare::{Comparison, Pair};
use tunnelog::diagnostic::Report;
use tunnelog::import::load::is_inventory;
use tunnelog::import::read_plan;
use tunnelog::inventory::Inventory;

use crate::cli::arguments::{
    ChangeArguments, Classes, DenyArguments, DifferingArguments, OutputArguments, RowFormat, ScopeArguments,
};
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::open::Findings;
use crate::cli::shell::output::Output;
use crate::cli::shell::{names, narrowing, open, work};
use crate::cli::view::differences::Text;
use crate::cli::view::json::{Changed, Origin};
use crate::cli::view::rows::{Chunk, Rows};
use crate::cli::view::writing::{Medium, Reader};

/// What is compared; fewer than two inventories where one has an error.
struct Sides {
    inventories: Vec<Inventory>,
    findings: Findings,
    /// The VNets whose gateways a plan takes away and makes anew.
    replaced: Vec<String>,
}

/// The name and version of the JSON document.
const SCHEMA: &str = "tunnelog/diff/1";

/// Compare two inventories: what changed, and what that does to clients.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog diff last-week.json today.json
  tunnelog diff inventory-of-main inventory --exit-code --format markdown
  terraform show -json plan.out > plan.json && tunnelog diff --plan plan.json
  tunnelog diff exports --plan plan.json --exit-code --format markdown")]
pub(crate) struct Args {
    /// The inventory before: a folder of CSV files, or an export.
    #[arg(value_name = "OLD", value_hint = ValueHint::AnyPath, required_unless_present = "plan")]
    old: Option<PathBuf>,

    /// The inventory after.
    #[arg(value_name = "NEW", value_hint = ValueHint::AnyPath, required_unless_present = "plan", conflicts_with = "plan")]
    new: Option<PathBuf>,

    /// Say what this plan does: of Terraform, or of a deployment's `what-if`, as JSON. OLD, if given, is an export of what the plan leaves alone.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    plan: Option<PathBuf>,

    #[command(flatten)]
    differing: DifferingArguments,

    #[command(flatten)]
    scope: ScopeArguments,

    #[command(flatten)]
    denied: DenyArguments,

    #[command(flatten)]
    output: OutputArguments,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        self.scope.classes()
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let Sides { inventories, findings, replaced } = match &self.plan {
            Some(plan) => planned(plan, self.old.as_deref(), call)?,
            None => read(self, call),
        };
        let Ok([before, after]) = <[Inventory; 2]>::try_from(inventories) else {
            return Err(Failure::Reported);
        };
        let pair = Pair::new(before, after);
        call.narrow(names::written(pair.inventories(), &self.scope.gateway));
        let request = narrowing::request(&self.scope, pair.inventories(), &[])?;
        let comparison = Comparison::replacing(&pair, &replaced);
        let compared = Compared { arguments: self, comparison: &comparison, request: &request };
        let (mut output, format) = call.answer(&self.output)?;
        let differs = match Reader::of(format, output.screen) {
            Reader::Person(medium) => compared.write_text(medium, &mut output)?,
            Reader::Program(format) => compared.write_rows(format, &findings, &mut output)?,
        };
        output.finish()?;
        Ok(if differs && self.differing.exit_code { Exit::No } else { self.denied.exit(findings.worst) })
    }
}

/// What is compared, and for whom.
struct Compared<'a> {
    arguments: &'a Args,
    comparison: &'a Comparison<'a>,
    request: &'a Request,
}

impl Compared<'_> {
    /// Shows people what differs; true where something does.
    fn write_text(&self, medium: Medium, output: &mut Output) -> Result<bool, Failure> {
        let facts = self.comparison.facts();
        let names = self.comparison.names();
        let mut differs = !facts.is_empty();
        let mut text = Text::new(medium);
        text.facts(&facts);
        self.comparison.differences(self.request, |difference| {
            work::go_on()?;
            differs = true;
            text.difference(difference, names);
            Ok::<(), Failure>(output.write_all(text.take().as_bytes())?)
        })?;
        text.end(!facts.is_empty());
        text.model(self.request.profile);
        output.write_all(text.take().as_bytes())?;
        Ok(differs)
    }

    /// Writes what differs for programs; true where something does.
    fn write_rows(
        &self,
        format: RowFormat,
        findings: &Findings,
        output: &mut Output,
    ) -> Result<bool, Failure> {
        let facts = self.comparison.facts();
        let names = self.comparison.names();
        let mut differs = !facts.is_empty();
        let scope = &self.arguments.scope;
        let by_client = scope.by() == By::Client;
        let origin = Origin { inventory: None, client: by_client.then_some("") };
        let head = findings.head(SCHEMA, scope.profile.get());
        let mut rows = Rows::start::<Changed<'_>>(format, output, origin, &head, "rows")?;
        rows.write(&Chunk::of(format, Changed::facts(&facts, by_client))?)?;
        self.comparison.differences(self.request, |difference| {
            work::go_on()?;
            differs = true;
            let mut changed = Vec::new();
            Changed::of(difference, names, |row| changed.push(row));
            Ok::<(), Failure>(rows.write(&Chunk::of(format, changed)?)?)
        })?;
        rows.finish()?;
        Ok(differs)
    }
}

/// Reads two inventories.
fn read(arguments: &Args, call: &Call) -> Sides {
    let mut sides = Sides { inventories: Vec::new(), findings: Findings::default(), replaced: Vec::new() };
    for path in arguments.old.iter().chain(&arguments.new) {
        let name = path.display().to_string();
        let mut reading = open::read(path);
        sides.findings.add(&reading.report, Some(&name));
        sides.findings.paths.push(name);
        call.count(path, &ChangeArguments::default(), &mut reading.report);
        sides.inventories.extend(reading.checked.map(|(inventory, _)| inventory));
    }
    sides
}

/// Reads a plan as the inventories before and after it. Warnings are about what comes after.
fn planned(plan: &Path, estate: Option<&Path>, call: &Call) -> Result<Sides, Failure> {
    if let Some(estate) = estate.filter(|estate| is_inventory(estate)) {
        let message =
            format!("`{}` has names and no resource ids to find resources of a plan by", estate.display());
        return Err(Failure::new(message).help("give the export of Azure that it was made from"));
    }
    let mut report = Report::default();
    let planned = read_plan(plan, estate, &mut report);
    if let Some(planned) = &planned {
        check(&planned.after, &mut report);
        report.sort();
    }
    let paths = estate.into_iter().chain([plan]).map(|path| path.display().to_string()).collect();
    let mut findings = Findings { paths, ..Findings::default() };
    findings.add(&report, None);
    let planned = planned.filter(|_| !report.has_errors());
    let (inventories, replaced) =
        planned.map(|it| (vec![it.before, it.after], it.replaced)).unwrap_or_default();
    call.report(&mut report);
    Ok(Sides { inventories, findings, replaced })
}
