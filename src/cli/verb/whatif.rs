//! `tunnelog whatif`: what changes would bring about.

use std::io::Write;

use rayon::prelude::*;
use tunnelog::diagnostic::{Diagnostic, Report};
use tunnelog::language::parse::parse;
use tunnelog::language::syntax::{Change, Statement};
use tunnelog::scenarios::{Baseline, Outcome};

use crate::cli::arguments::{Color, Format, Shard, WhatifArguments, Whose};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::output::Output;
use crate::cli::shell::screen::Screen;
use crate::cli::shell::work::Progress;
use crate::cli::shell::{changes, narrowing, open, work};
use crate::cli::view::differences::Text;
use crate::cli::view::json::{Changed, Finding, Head, InScenario, Origin, Warnings, WhatifHead};
use crate::cli::view::rows::{Chunk, Rows};

/// The name and version of the JSON document.
const SCHEMA: &str = "tunnelog/whatif/1";

/// How many scenarios a thread gets at a time.
const SCENARIOS_OF_A_BATCH: usize = 16;

/// Changes that are tried together.
struct Scenario {
    name: String,
    changes: Vec<Change>,
}

pub(crate) fn run(arguments: &WhatifArguments, color: Color, quiet: bool) -> Result<Exit, Failure> {
    let (inventory, mut report) = open::read_with(&arguments.inventory.path, &arguments.before);
    let scenarios = inventory.is_some().then(|| scenarios(arguments, &mut report)).flatten();
    let worst = report.worst();
    let mut findings: Vec<Finding> = Finding::all(&report, None).collect();
    open::tell(&mut report, color, quiet);
    report.diagnostics.clear();
    let (Some((inventory, _)), Some(scenarios)) = (inventory, scenarios) else { return Ok(Exit::Invalid) };
    let inventories = [inventory];
    let all: Vec<&Change> = scenarios.iter().flat_map(|scenario| &scenario.changes).collect();
    let request = narrowing::request(&arguments.scope, &inventories, &all)?;
    let mut baseline = Baseline::new(&inventories[0], request).checked(&report.sources);
    if !arguments.scope.gateway.is_empty() {
        baseline = baseline.narrowed(arguments.scope.gateway.clone());
    }
    let force = arguments.before.force;
    let own = arguments.shard.map_or(&scenarios[..], |shard| shard.of(&scenarios));
    let mut output = Output::open(arguments.output.output.as_deref(), color)?;
    let format = output.format(arguments.output.format, Format::Table, Format::Csv);
    if let (Some(_), Format::Json) = (arguments.shard, format) {
        return Err(Shard::no_document());
    }
    let by_client = arguments.scope.by == Whose::Client;
    let show = Show { format, screen: output.screen, by_client, named: arguments.query.is_some() };
    let origin = Origin { inventory: None, client: by_client.then_some("") };
    let paths = [arguments.inventory.path.display().to_string()];
    let head = Head { schema: SCHEMA, profile: None, inventories: &paths, diagnostics: None };
    let mut rows = None;
    let mut waiting = Vec::new();
    let mut text = String::new();
    let mut warnings = Warnings::default();
    let (mut differs, mut failed, mut is_answered) = (false, false, false);
    let mut progress = Progress::new(own.len(), "scenarios");
    for batch in own.chunks(SCENARIOS_OF_A_BATCH * rayon::current_num_threads()) {
        let shown: Vec<Result<Shown, Failure>> = batch
            .par_iter()
            .map(|scenario| {
                work::go_on()?;
                show.outcome(&scenario.name, baseline.outcome(&scenario.changes, force))
            })
            .collect();
        for shown in shown {
            let shown = shown?;
            progress.step();
            differs |= shown.differs;
            failed |= !shown.is_made;
            report.diagnostics.extend(shown.diagnostics);
            warnings.add(shown.warnings);
            is_answered |= shown.is_made;
            match shown.written {
                Written::Rows(chunk) if format == Format::Json => waiting.push(chunk),
                Written::Rows(chunk) if shown.is_made => {
                    if rows.is_none() {
                        rows = Some(show.rows(arguments.shard, &mut output, origin, &head)?);
                    }
                    if let Some(rows) = &mut rows {
                        rows.write(&chunk)?;
                    }
                }
                Written::Rows(_) => {}
                Written::Text(part) => {
                    text.push_str(if text.is_empty() { "" } else { "\n" });
                    text.push_str(&part);
                }
            }
        }
    }
    drop(progress);
    // The first share begins as the whole does, and the whole is answered where any share is.
    let is_first = arguments.shard.is_some_and(Shard::is_first);
    let is_later = arguments.shard.is_some() && !is_first;
    let others = || scenarios.iter().any(|scenario| baseline.outcome(&scenario.changes, force).is_made);
    is_answered |= scenarios.is_empty() || is_later && own.is_empty() || is_first && others();
    let worst = worst.max(report.worst());
    report.sort();
    findings.extend(Finding::all(&report, None));
    open::tell(&mut report, color, quiet);
    if !is_answered {
        return Ok(Exit::Invalid);
    }
    match format {
        Format::Table => output.write_all(text.as_bytes())?,
        Format::Json => {
            let profile = Some(arguments.scope.profile.get().word());
            let head = Head { schema: SCHEMA, profile, inventories: &paths, diagnostics: Some(&findings) };
            let head = WhatifHead { head, warnings: &warnings };
            let mut rows = Rows::start::<InScenario<'_>>(format, &mut output, origin, &head, "rows")?;
            waiting.iter().try_for_each(|chunk| rows.write(chunk))?;
            rows.finish()?;
        }
        _ => match rows {
            Some(rows) => rows.finish()?,
            None => show.rows(arguments.shard, &mut output, origin, &head)?.finish()?,
        },
    }
    output.finish()?;
    Ok(match (failed, differs && arguments.differing.exit_code) {
        (true, _) => Exit::Invalid,
        (false, true) => Exit::No,
        (false, false) => arguments.denied.exit(worst),
    })
}

/// The scenarios of the call; none where they have errors.
fn scenarios(arguments: &WhatifArguments, report: &mut Report) -> Option<Vec<Scenario>> {
    let scenarios = match &arguments.query {
        None => {
            let changes = changes::parsed(&arguments.changes, "change", report);
            vec![Scenario { name: String::new(), changes }]
        }
        Some(path) => {
            let text = changes::read(path, report)?;
            let file = parse(&changes::name(path), &text, report);
            let changes = |(statement, _): (Statement, _)| match statement {
                Statement::Change(change) => Some(change),
                Statement::Ask(_) | Statement::Expect(_) => None,
            };
            let scenario = |scenario: tunnelog::language::syntax::Scenario| Scenario {
                name: scenario.name.map(|word| word.text).unwrap_or_default(),
                changes: scenario.statements.into_iter().filter_map(changes).collect(),
            };
            file.scenarios.into_iter().map(scenario).collect()
        }
    };
    (!report.has_errors()).then_some(scenarios)
}

/// How outcomes are written.
struct Show {
    format: Format,
    screen: Screen,
    by_client: bool,
    /// Scenarios have names.
    named: bool,
}

/// An outcome as it is written.
struct Shown {
    written: Written,
    diagnostics: Vec<Diagnostic>,
    warnings: Warnings,
    differs: bool,
    is_made: bool,
}

enum Written {
    Rows(Chunk),
    Text(String),
}

impl Show {
    /// The rows that a share of the scenarios begins with, or goes on with.
    fn rows<'output>(
        &self,
        shard: Option<Shard>,
        output: &'output mut Output,
        origin: Origin<'_>,
        head: &Head<'_>,
    ) -> Result<Rows<&'output mut Output>, Failure> {
        Ok(Rows::of_share::<InScenario<'_>>(shard, self.format, output, origin, head)?)
    }

    fn outcome(&self, name: &str, outcome: Outcome) -> Result<Shown, Failure> {
        let differs = !(outcome.facts.is_empty() && outcome.differences.is_empty());
        let written = if self.format == Format::Table {
            let mut text = Text::new(self.screen);
            if self.named {
                text.scenario(if name.is_empty() { "(no name)" } else { name });
            }
            if outcome.is_made {
                text.facts(&outcome.facts);
                text.warnings(&outcome.warnings, &outcome.settled);
                for difference in &outcome.differences {
                    text.difference(difference, &outcome.inventory);
                }
                text.end(!outcome.facts.is_empty());
            } else {
                text.impossible();
            }
            Written::Text(text.take())
        } else {
            let rows = Changed::all(&outcome.facts, &outcome.differences, &outcome.inventory, self.by_client);
            let rows = rows.into_iter().map(|row| InScenario { scenario: name, row });
            Written::Rows(Chunk::of(self.format, rows)?)
        };
        let warnings = Warnings::of(name, &outcome.warnings, &outcome.settled);
        let mut diagnostics = outcome.diagnostics;
        diagnostics.extend(outcome.warnings);
        Ok(Shown { written, diagnostics, warnings, differs, is_made: outcome.is_made })
    }
}
