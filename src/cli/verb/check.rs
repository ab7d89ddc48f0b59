//! `tunnelog check`: what is wrong or doubtful in inventories.

use std::io::Write;

use crate::cli::arguments::{CheckArguments, CheckFormat, Color, Format};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::output::Output;
use crate::cli::shell::{open, screen};
use crate::cli::view::diagnostics;
use crate::cli::view::findings::{github, sarif};
use crate::cli::view::json::{Finding, Head, Origin};
use crate::cli::view::rows::{Chunk, Rows};

/// The name and version of the JSON document.
const SCHEMA: &str = "tunnelog/check/1";

pub(crate) fn run(arguments: &CheckArguments, color: Color) -> Result<Exit, Failure> {
    let paths = open::in_order(&arguments.inventories.paths);
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let mut output = Output::open(arguments.output.output.as_deref(), color)?;
    let format = output.format(arguments.output.format, CheckFormat::Table, CheckFormat::Csv);
    let mut worst = None;
    let mut findings = Vec::new();
    let mut results = Vec::new();
    for (path, name) in paths.iter().zip(&names) {
        let (_, report) = open::read_with(path, &arguments.inventories.changes);
        worst = worst.max(report.worst());
        match format {
            CheckFormat::Sarif => results.extend(sarif::results(&report, name)),
            CheckFormat::Github => github::write(&report, name, &mut output)?,
            CheckFormat::Table => {
                if names.len() > 1 {
                    writeln!(output, "{}\n", screen::one_line(name))?;
                }
                if report.diagnostics.is_empty() {
                    writeln!(output, "nothing found")?;
                } else {
                    let screen = output.screen;
                    diagnostics::render(&report, &mut output, screen.colour, screen.width)?;
                }
            }
            CheckFormat::Csv | CheckFormat::Json | CheckFormat::Ndjson | CheckFormat::Markdown => {
                findings.extend(Finding::all(&report, (names.len() > 1).then_some(name)));
            }
        }
    }
    match format {
        CheckFormat::Table | CheckFormat::Github => {}
        CheckFormat::Sarif => sarif::write(&results, &mut output)?,
        CheckFormat::Csv => rows(Format::Csv, &names, findings, &mut output)?,
        CheckFormat::Json => rows(Format::Json, &names, findings, &mut output)?,
        CheckFormat::Ndjson => rows(Format::Ndjson, &names, findings, &mut output)?,
        CheckFormat::Markdown => rows(Format::Markdown, &names, findings, &mut output)?,
    }
    output.finish()?;
    Ok(arguments.inventories.denied.exit(worst))
}

fn rows(
    format: Format,
    names: &[String],
    findings: Vec<Finding>,
    output: &mut Output,
) -> Result<(), Failure> {
    let origin = Origin { inventory: (names.len() > 1).then_some(""), client: None };
    let head = Head { schema: SCHEMA, profile: None, inventories: names, diagnostics: None };
    let mut rows = Rows::start::<Finding>(format, output, origin, &head, "diagnostics")?;
    rows.write(&Chunk::of(format, findings)?)?;
    Ok(rows.finish()?)
}
