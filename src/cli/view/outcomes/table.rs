//! Outcomes as one table.
//!
//! The answer to a question that stands alone has a column for each variable. Several outcomes have
//! nothing in common but where they stand and what was found, so those are the columns, and those of every share of many.

use std::io::{self, Write};

use crate::cli::arguments::Shard;
use crate::cli::view::json::ask::{Found, Outcome};
use crate::cli::view::markdown::escaped;
use crate::cli::view::rows::unwrapped;
use crate::cli::view::spreadsheet;

/// Rows below the names of their columns.
struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

pub(crate) fn csv(outcomes: &[Outcome], shard: Option<Shard>, out: &mut impl Write) -> io::Result<()> {
    let table = Table::of(outcomes, shard);
    let mut writer = csv::Writer::from_writer(out);
    if shard.is_none_or(Shard::is_first) {
        writer.write_record(&table.columns).map_err(unwrapped)?;
    }
    let safe =
        |row: &[String]| row.iter().map(|cell| spreadsheet::text(cell).into_owned()).collect::<Vec<_>>();
    table.rows.iter().try_for_each(|row| writer.write_record(safe(row))).map_err(unwrapped)?;
    writer.flush()
}

pub(crate) fn markdown(outcomes: &[Outcome], shard: Option<Shard>, out: &mut impl Write) -> io::Result<()> {
    let table = Table::of(outcomes, shard);
    let line = |cells: &[String]| cells.iter().map(|cell| escaped(cell)).collect::<Vec<_>>().join(" | ");
    if shard.is_none_or(Shard::is_first) {
        writeln!(out, "| {} |", line(&table.columns))?;
        writeln!(out, "|{}", " --- |".repeat(table.columns.len()))?;
    }
    table.rows.iter().try_for_each(|row| writeln!(out, "| {} |", line(row)))
}

impl Table {
    fn of(outcomes: &[Outcome], shard: Option<Shard>) -> Self {
        if let ([Outcome { found: Found::Answer(answer), .. }], None) = (outcomes, shard) {
            if answer.0.columns.is_empty() {
                let word = if answer.0.holds() { "yes" } else { "no" };
                return Self { columns: vec!["answer".into()], rows: vec![vec![word.into()]] };
            }
            return Self { columns: answer.0.columns.clone(), rows: answer.0.rows.clone() };
        }
        let columns = ["file", "line", "scenario", "statement", "result", "found"].map(String::from).to_vec();
        Self { columns, rows: outcomes.iter().flat_map(rows).collect() }
    }
}

/// A row for each answer of a question, or one that says that there is none; one for an expectation.
fn rows(outcome: &Outcome) -> Vec<Vec<String>> {
    let row = |result: &str, found: String| {
        let scenario = outcome.scenario.clone().unwrap_or_default();
        vec![
            outcome.file.clone(),
            outcome.line.to_string(),
            scenario,
            outcome.statement.clone(),
            result.into(),
            found,
        ]
    };
    match &outcome.found {
        Found::Verdict(verdict) => {
            vec![row(if verdict.passed { "pass" } else { "fail" }, verdict.found.join("; "))]
        }
        Found::Answer(answer) if !answer.0.holds() => vec![row("no", String::new())],
        Found::Answer(answer) => {
            let values = |cells: &Vec<String>| {
                let pairs =
                    answer.0.columns.iter().zip(cells).map(|(name, value)| format!("?{name} = {value}"));
                pairs.collect::<Vec<_>>().join(", ")
            };
            answer.0.rows.iter().map(|cells| row("yes", values(cells))).collect()
        }
    }
}
