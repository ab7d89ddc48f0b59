//! `tunnelog whatif`: what changes would bring about.

mod script;

use std::io::Write;
use std::path::PathBuf;
use std::slice;

use clap::ValueHint;
use rayon::prelude::*;
use tunnelog::answer::By;
use tunnelog::diagnostic::{Diagnostic, Report};
use tunnelog::language::parse::parse;
use tunnelog::language::syntax::{Change, Statement};
use tunnelog::scenarios::{Baseline, Outcome};

use crate::cli::arguments::{
    ChangeArguments, Classes, DenyArguments, DifferingArguments, Format, OutputArguments, PathArguments,
    RowFormat, ScopeArguments, Shard, unmasked,
};
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::open::{Findings, Opened};
use crate::cli::shell::output::Output;
use crate::cli::shell::work::Progress;
use crate::cli::shell::{changes, names, narrowing, open, work};
use crate::cli::view::differences::Text;
use crate::cli::view::json::{Changed, Head, InScenario, Origin, Warnings, WhatifHead};
use crate::cli::view::rows::{Chunk, Rows};
use crate::cli::view::writing::{Medium, Reader};

/// The name and version of the JSON document.
pub(super) const SCHEMA: &str = "tunnelog/whatif/1";

/// How many scenarios a thread gets at a time.
const SCENARIOS_OF_A_BATCH: usize = 16;

/// Changes that are tried together.
struct Scenario {
    name: String,
    changes: Vec<Change>,
}

/// Preview the impact of a change, and which clients have to download their profile again.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog whatif inventory '+ bgp(VNet1, VNet2)' '+ bgp(VNet2, VNet3)'
  tunnelog whatif inventory '- peered(Hub, Spoke1)' --class windows
  tunnelog whatif inventory '+ bgp(VNet1, VNet2)' --commands
  tunnelog whatif inventory --query plans.query --format csv")]
pub(crate) struct Args {
    #[command(flatten)]
    inventory: PathArguments,

    /// Changes, made in order: `+ FACT` or `- FACT`.
    #[arg(value_name = "CHANGE", value_parser = unmasked, required_unless_present = "query")]
    changes: Vec<String>,

    /// Try the scenarios of this query file, each by itself; `-` reads the standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "changes", value_hint = ValueHint::FilePath)]
    query: Option<PathBuf>,

    /// Try only the K-th of N equal shares of the scenarios; only the first share has a header, so that the outputs of all join to one.
    #[arg(long, value_name = "K/N", requires = "query")]
    shard: Option<Shard>,

    /// Write the `az` commands that make the changes, in the place of what they bring about; what no command makes is a comment.
    #[arg(long, conflicts_with_all = ["shard", "format", "exit_code"])]
    commands: bool,

    #[command(flatten)]
    differing: DifferingArguments,

    #[command(flatten)]
    before: ChangeArguments,

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
        let mut reading = open::read_with(&self.inventory.path, &self.before);
        let scenarios = match &reading.checked {
            Some(_) => scenarios(self, &mut reading.report),
            None => Vec::new(),
        };
        let mut opened = call.opened(reading, &self.before)?;
        if self.commands {
            return script::write(self, &scenarios, opened, call);
        }
        let baseline = self.baseline(&opened, &scenarios, call)?;
        let (mut output, format) = call.answer(&self.output)?;
        if self.shard.is_some() && format == Format::Rows(RowFormat::Json) {
            return Err(Failure::one_document());
        }
        let show = Show { arguments: self, reader: Reader::of(format, output.screen) };
        let mut rows = show.rows(&opened.findings.paths, &mut output)?;
        let mut tried = show.try_own(&baseline, &scenarios, rows.as_mut())?;
        opened.report.diagnostics.append(&mut tried.diagnostics);
        call.report_more(&mut opened);
        opened.note_down(std::mem::take(&mut tried.told));
        if !tried.is_answered {
            return Err(Failure::Reported);
        }
        match rows {
            Some(rows) => rows.finish()?,
            None => show.write(&tried, &opened.findings, &mut output)?,
        }
        output.finish()?;
        Ok(match (tried.failed, tried.differs && self.differing.exit_code) {
            (true, _) => Exit::Invalid,
            (false, true) => Exit::No,
            (false, false) => self.denied.exit(opened.findings.worst),
        })
    }
}

impl Args {
    /// The inventory, ready for the scenarios.
    fn baseline<'a>(
        &self,
        opened: &'a Opened,
        scenarios: &[Scenario],
        call: &Call,
    ) -> Result<Baseline<'a>, Failure> {
        let inventories = slice::from_ref(&opened.inventory);
        let changes: Vec<&Change> = scenarios.iter().flat_map(|scenario| &scenario.changes).collect();
        call.narrow(names::written(inventories, &self.scope.gateway));
        let request = narrowing::request(&self.scope, inventories, &changes)?;
        let baseline = Baseline::new(&opened.inventory, request).checked(&opened.report.sources);
        let gateways = &self.scope.gateway;
        Ok(if gateways.is_empty() { baseline } else { baseline.narrowed(gateways.clone()) })
    }
}

/// The scenarios of the call; mistakes in them are reported.
fn scenarios(arguments: &Args, report: &mut Report) -> Vec<Scenario> {
    match &arguments.query {
        None => {
            let changes = changes::parsed(&arguments.changes, "change", report);
            vec![Scenario { name: String::new(), changes }]
        }
        Some(path) => {
            let Some(text) = changes::read(path, report) else { return Vec::new() };
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
    }
}

/// How scenarios are tried and outcomes written.
struct Show<'a> {
    arguments: &'a Args,
    reader: Reader,
}

/// What came of the scenarios that were tried.
#[derive(Default)]
struct Tried {
    /// The rows of a document, which begins with what all scenarios have in common.
    waiting: Vec<Chunk>,
    /// What people read.
    text: String,
    diagnostics: Vec<Diagnostic>,
    /// New warnings that the text names.
    told: Vec<Diagnostic>,
    warnings: Warnings,
    differs: bool,
    /// The changes of some scenario cannot be made.
    failed: bool,
    /// The changes of some scenario can be made.
    is_answered: bool,
}

/// An outcome as it is written.
struct Shown {
    written: Written,
    diagnostics: Vec<Diagnostic>,
    told: Vec<Diagnostic>,
    warnings: Warnings,
    differs: bool,
    is_made: bool,
}

enum Written {
    Rows(Chunk),
    Text(String),
}

impl Tried {
    /// Takes down what came of one scenario, and writes its rows where they need not wait.
    fn add(&mut self, shown: Shown, rows: Option<&mut Rows<&mut Output>>) -> Result<(), Failure> {
        self.differs |= shown.differs;
        self.failed |= !shown.is_made;
        self.is_answered |= shown.is_made;
        self.diagnostics.extend(shown.diagnostics);
        self.told.extend(shown.told);
        self.warnings.add(shown.warnings);
        match (shown.written, rows) {
            (Written::Rows(chunk), None) => self.waiting.push(chunk),
            (Written::Rows(chunk), Some(rows)) if shown.is_made => rows.write(&chunk)?,
            (Written::Rows(_), Some(_)) => {}
            (Written::Text(part), _) => {
                self.text.push_str(if self.text.is_empty() { "" } else { "\n" });
                self.text.push_str(&part);
            }
        }
        Ok(())
    }
}

impl Show<'_> {
    fn by_client(&self) -> bool {
        self.arguments.scope.by() == By::Client
    }

    fn origin(&self) -> Origin<'static> {
        Origin { inventory: None, client: self.by_client().then_some("") }
    }

    /// The rows that a share of the scenarios begins with, or goes on with; `None` for what is written as a whole.
    fn rows<'output>(
        &self,
        paths: &[String],
        output: &'output mut Output,
    ) -> Result<Option<Rows<&'output mut Output>>, Failure> {
        let Reader::Program(format) = self.reader else { return Ok(None) };
        if format == RowFormat::Json {
            return Ok(None);
        }
        let head = Head { schema: SCHEMA, profile: None, inventories: paths, diagnostics: None };
        let shard = self.arguments.shard;
        Ok(Some(Rows::of_share::<InScenario<'_>>(shard, format, output, self.origin(), &head)?))
    }

    /// Tries the scenarios of this share.
    fn try_own(
        &self,
        baseline: &Baseline<'_>,
        scenarios: &[Scenario],
        mut rows: Option<&mut Rows<&mut Output>>,
    ) -> Result<Tried, Failure> {
        let (shard, force) = (self.arguments.shard, self.arguments.before.force);
        let own = shard.map_or(scenarios, |shard| shard.of(scenarios));
        let mut tried = Tried::default();
        let mut progress = Progress::new(own.len(), "scenarios");
        for batch in own.chunks(SCENARIOS_OF_A_BATCH * rayon::current_num_threads()) {
            let shown: Vec<Result<Shown, Failure>> = batch
                .par_iter()
                .map(|scenario| {
                    work::go_on()?;
                    self.outcome(&scenario.name, baseline.outcome(&scenario.changes, force))
                })
                .collect();
            for shown in shown {
                progress.step();
                tried.add(shown?, rows.as_deref_mut())?;
            }
        }
        drop(progress);
        // The first share begins as the whole does, and the whole is answered where any share is.
        let is_first = shard.is_some_and(Shard::is_first);
        let is_later = shard.is_some() && !is_first;
        let others = || scenarios.iter().any(|scenario| baseline.outcome(&scenario.changes, force).is_made);
        tried.is_answered |= scenarios.is_empty() || is_later && own.is_empty() || is_first && others();
        Ok(tried)
    }

    /// Writes what is written as a whole.
    fn write(&self, tried: &Tried, findings: &Findings, output: &mut Output) -> Result<(), Failure> {
        let model = self.arguments.scope.profile.get();
        let format = match self.reader {
            Reader::Program(format) => format,
            Reader::Person(medium) => {
                let mut text = Text::new(medium);
                text.model(model);
                let gap = if matches!(medium, Medium::Ticket) { "\n" } else { "" };
                return Ok(write!(output, "{}{gap}{}", tried.text, text.take())?);
            }
        };
        let head = findings.head(SCHEMA, model);
        let head = WhatifHead { head, warnings: &tried.warnings };
        let mut rows = Rows::start::<InScenario<'_>>(format, output, self.origin(), &head, "rows")?;
        tried.waiting.iter().try_for_each(|chunk| rows.write(chunk))?;
        Ok(rows.finish()?)
    }

    fn outcome(&self, name: &str, outcome: Outcome) -> Result<Shown, Failure> {
        let differs = !(outcome.facts.is_empty() && outcome.differences.is_empty());
        let written = match self.reader {
            Reader::Program(format) => {
                let by_client = self.by_client();
                let rows = Changed::all(&outcome.facts, &outcome.differences, &outcome.inventory, by_client);
                let rows = rows.into_iter().map(|row| InScenario { scenario: name, row });
                Written::Rows(Chunk::of(format, rows)?)
            }
            Reader::Person(medium) => {
                let mut text = Text::new(medium);
                if self.arguments.query.is_some() {
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
            }
        };
        let warnings = Warnings::of(name, &outcome.warnings, &outcome.settled);
        let (mut diagnostics, mut told) = (outcome.diagnostics, Vec::new());
        match self.reader {
            Reader::Program(_) => diagnostics.extend(outcome.warnings),
            Reader::Person(_) => told = outcome.warnings,
        }
        Ok(Shown { written, diagnostics, told, warnings, differs, is_made: outcome.is_made })
    }
}
