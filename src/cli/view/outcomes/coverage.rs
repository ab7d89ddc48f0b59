//! What the expectations exercise, as a table or below their report.

use std::fmt::Write as _;
use std::io::{self, Write};

use anstyle::Style;

use crate::cli::shell::screen::{Screen, one_line};
use crate::cli::view::columns::aligned;
use crate::cli::view::json::coverage::CoverageShape;
use crate::cli::view::markdown::escaped;
use crate::cli::view::rows::unwrapped;
use crate::cli::view::spreadsheet;

pub(crate) fn csv(coverage: &CoverageShape, out: &mut impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(CoverageShape::COLUMNS).map_err(unwrapped)?;
    let safe = |row: &[String; 5]| row.each_ref().map(|cell| spreadsheet::text(cell).into_owned());
    coverage.table().try_for_each(|row| writer.write_record(safe(&row))).map_err(unwrapped)?;
    writer.flush()
}

pub(crate) fn markdown(coverage: &CoverageShape, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "| {} |", CoverageShape::COLUMNS.join(" | "))?;
    writeln!(out, "|{}", " --- |".repeat(CoverageShape::COLUMNS.len()))?;
    for row in coverage.table() {
        writeln!(out, "| {} |", row.map(|cell| escaped(&cell)).join(" | "))?;
    }
    Ok(())
}

/// How much is exercised, and what is not.
pub(crate) fn page(coverage: &CoverageShape, screen: Screen) -> String {
    let bold = if screen.colour { Style::new().bold() } else { Style::new() };
    let exercised = |counts: &mut dyn Iterator<Item = usize>| counts.filter(|count| *count > 0).count();
    let rows = exercised(&mut coverage.rows.iter().map(|row| row.expectations));
    let rules = exercised(&mut coverage.rules.iter().map(|rule| rule.expectations));
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(
        text,
        "\n{bold}exercised: {rows} of {} rows, {rules} of {} rules{bold:#}",
        coverage.rows.len(),
        coverage.rules.len()
    );
    let idle_rows = coverage.rows.iter().filter(|row| row.expectations == 0);
    let places =
        idle_rows.map(|row| vec![one_line(&row.states), one_line(&format!("{}:{}", row.file, row.line))]);
    let idle_rules = coverage.rules.iter().filter(|rule| rule.expectations == 0);
    let rules = idle_rules.map(|rule| vec![format!("[{}]", rule.rule), "rule".to_owned()]);
    let idle: Vec<Vec<String>> = places.chain(rules).collect();
    if !idle.is_empty() {
        let _ = writeln!(text, "\n{bold}no expectation rests on{bold:#}");
    }
    for line in aligned(idle, screen.wrap()) {
        let _ = writeln!(text, "{line}");
    }
    text
}
