//! `tunnelog diff`: what differs between two inventories.

use std::io::Write;
use std::path::Path;

use tunnelog::check::check;
use tunnelog::compare::{Comparison, Pair};
use tunnelog::diagnostic::{Report, Severity};
use tunnelog::import::load::is_folder_of_csv;
use tunnelog::import::read_plan;
use tunnelog::inventory::Inventory;

use crate::cli::arguments::{Color, DiffArguments, Format, Whose};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::output::Output;
use crate::cli::shell::{narrowing, open, work};
use crate::cli::view::differences::Text;
use crate::cli::view::json::{Changed, Finding, Head, Origin};
use crate::cli::view::rows::{Chunk, Rows};

/// What is compared; fewer than two inventories where one has an error.
struct Sides {
    inventories: Vec<Inventory>,
    paths: Vec<String>,
    findings: Vec<Finding>,
    worst: Option<Severity>,
}

/// The name and version of the JSON document.
const SCHEMA: &str = "tunnelog/diff/1";

pub(crate) fn run(arguments: &DiffArguments, color: Color, quiet: bool) -> Result<Exit, Failure> {
    let Sides { inventories, paths, findings, worst } = match &arguments.plan {
        Some(plan) => planned(plan, arguments.old.as_deref(), color, quiet)?,
        None => read(arguments, color, quiet),
    };
    let Ok([before, after]) = <[Inventory; 2]>::try_from(inventories) else { return Ok(Exit::Invalid) };
    let pair = Pair::new(before, after);
    let request = narrowing::request(&arguments.scope, pair.inventories(), &[])?;
    let comparison = Comparison::between(&pair);
    let facts = comparison.facts();
    let mut differs = !facts.is_empty();
    let mut output = Output::open(arguments.output.output.as_deref(), color)?;
    let format = output.format(arguments.output.format, Format::Table, Format::Csv);
    let names = comparison.names();
    if format == Format::Table {
        let mut text = Text::new(output.screen);
        text.facts(&facts);
        comparison.differences(&request, |difference| {
            work::go_on()?;
            differs = true;
            text.difference(difference, names);
            Ok::<(), Failure>(output.write_all(text.take().as_bytes())?)
        })?;
        text.end(!facts.is_empty());
        output.write_all(text.take().as_bytes())?;
    } else {
        let by_client = arguments.scope.by == Whose::Client;
        let origin = Origin { inventory: None, client: by_client.then_some("") };
        let profile = Some(arguments.scope.profile.get().word());
        let head = Head { schema: SCHEMA, profile, inventories: &paths, diagnostics: Some(&findings) };
        let mut rows = Rows::start::<Changed<'_>>(format, &mut output, origin, &head, "rows")?;
        rows.write(&Chunk::of(format, Changed::facts(&facts, by_client))?)?;
        comparison.differences(&request, |difference| {
            work::go_on()?;
            differs = true;
            let mut changed = Vec::new();
            Changed::of(difference, names, |row| changed.push(row));
            Ok::<(), Failure>(rows.write(&Chunk::of(format, changed)?)?)
        })?;
        rows.finish()?;
    }
    output.finish()?;
    Ok(if differs && arguments.differing.exit_code { Exit::No } else { arguments.denied.exit(worst) })
}

/// Reads two inventories.
fn read(arguments: &DiffArguments, color: Color, quiet: bool) -> Sides {
    let mut sides = Sides { inventories: Vec::new(), paths: Vec::new(), findings: Vec::new(), worst: None };
    for path in arguments.old.iter().chain(&arguments.new) {
        let name = path.display().to_string();
        let (inventory, mut report) = open::read(path);
        sides.worst = sides.worst.max(report.worst());
        sides.findings.extend(Finding::all(&report, Some(&name)));
        open::tell(&mut report, color, quiet);
        sides.inventories.extend(inventory);
        sides.paths.push(name);
    }
    sides
}

/// Reads a plan as the inventories before and after it. Doubts are told of what comes after.
fn planned(plan: &Path, estate: Option<&Path>, color: Color, quiet: bool) -> Result<Sides, Failure> {
    if let Some(estate) = estate.filter(|estate| is_folder_of_csv(estate)) {
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
    let paths: Vec<String> =
        estate.into_iter().chain([plan]).map(|path| path.display().to_string()).collect();
    let sides = Sides {
        inventories: planned
            .filter(|_| !report.has_errors())
            .map(|planned| vec![planned.before, planned.after])
            .unwrap_or_default(),
        paths,
        findings: Finding::all(&report, None).collect(),
        worst: report.worst(),
    };
    open::tell(&mut report, color, quiet);
    Ok(sides)
}
