//! `tunnelog check`: errors and likely misconfigurations.

use std::io;
use std::io::Write;

use clap::ValueEnum;
use tunnelog::check::check_paths;
use tunnelog::diagnostic::Report;

use crate::cli::arguments::{Classes, Format, InventoryArguments, OutputArguments};
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::open::Reading;
use crate::cli::shell::output::Output;
use crate::cli::shell::{open, screen};
use crate::cli::view::diagnostics;
use crate::cli::view::findings::{github, sarif};
use crate::cli::view::json::{Finding, Head, Origin};
use crate::cli::view::rows::Rows;

/// The name and version of the JSON document.
const SCHEMA: &str = "tunnelog/check/1";

/// Validate inventories: errors and likely misconfigurations.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog check inventory
  tunnelog check inventory --deny warnings --format json
  tunnelog check inventory --format sarif -o findings.sarif

docs/ci.md has whole pipelines.")]
pub(crate) struct Args {
    #[command(flatten)]
    inventories: InventoryArguments,

    #[command(flatten)]
    output: OutputArguments<Scan>,
}

/// How only `check` writes what it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Scan {
    /// A SARIF 2.1.0 document, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions, which mark lines of a change.
    Github,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        None
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let paths = open::in_order(&self.inventories.paths);
        let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let (mut output, format) = call.answer(&self.output)?;
        let mut worst = None;
        let mut findings = Vec::new();
        let mut results = Vec::new();
        for (path, name) in paths.iter().zip(&names) {
            let Reading { checked, mut report, .. } = open::read_with(path, &self.inventories.changes);
            if let Some((inventory, facts)) = &checked {
                check_paths(inventory, facts, &mut report);
            }
            worst = worst.max(report.worst());
            match format {
                Format::Own(Scan::Sarif) => results.extend(sarif::results(&report, name)),
                Format::Own(Scan::Github) => github::write(&report, name, &mut output)?,
                Format::Table => write_text(&report, (names.len() > 1).then_some(name), &mut output)?,
                Format::Rows(_) => findings.extend(Finding::all(&report, (names.len() > 1).then_some(name))),
            }
        }
        match format {
            Format::Table | Format::Own(Scan::Github) => {}
            Format::Own(Scan::Sarif) => sarif::write(&results, &mut output)?,
            Format::Rows(format) => {
                let origin = Origin { inventory: (names.len() > 1).then_some(""), client: None };
                let head = Head { schema: SCHEMA, profile: None, inventories: &names, diagnostics: None };
                Rows::all(format, &mut output, origin, &head, "diagnostics", findings)?;
            }
        }
        output.finish()?;
        Ok(self.inventories.denied.exit(worst))
    }
}

/// Shows people what was found in one inventory, which is named where there are several.
fn write_text(report: &Report, name: Option<&String>, output: &mut Output) -> io::Result<()> {
    if let Some(name) = name {
        writeln!(output, "{}\n", screen::one_line(name))?;
    }
    if report.diagnostics.is_empty() {
        return writeln!(output, "nothing found");
    }
    let screen = output.screen;
    diagnostics::render(report, output, screen.colour, screen.width)
}
