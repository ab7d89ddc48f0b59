//! The first sheet of a workbook: what it is about, and how many rows have which status.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Worksheet, XlsxError};
use tunnelog::answer::Status;

use crate::cli::view::tables::cells::Cells;
use crate::cli::view::tables::sheet::{paper, text};
use crate::cli::view::tables::style::Style;
use crate::cli::view::words;

/// What a workbook is about.
pub(crate) struct Cover {
    /// The name of the document that has the same rows.
    pub(crate) verb: &'static str,
    pub(crate) inventories: Vec<String>,
    pub(crate) model: &'static str,
}

/// More inventories than these are counted.
const MOST_INVENTORIES: usize = 20;

/// The counts of the rows so far: of each line of the matrix, how many have which word.
pub(crate) struct Counts {
    /// The names of the columns that tell whose line it is.
    labels: Vec<&'static str>,
    status: Option<usize>,
    lines: BTreeMap<Vec<String>, BTreeMap<String, u32>>,
}

impl Counts {
    /// No rows yet, which will have these columns.
    pub(crate) fn new(columns: &[&'static str]) -> Self {
        let labels = columns.iter().take_while(|column| !matches!(**column, "network" | "prefix" | "zone"));
        let status = columns.iter().position(|column| *column == "status");
        Self { labels: labels.copied().collect(), status, lines: BTreeMap::new() }
    }

    /// Counts rows.
    pub(crate) fn add(&mut self, cells: &Cells) {
        for row in 0..cells.count() {
            let line: Vec<String> = cells.before(row, self.labels.len()).map(str::to_owned).collect();
            let word = self.status.map_or("", |status| cells.get(row, status));
            let counts = self.lines.entry(line).or_default();
            *counts.entry(word.to_owned()).or_default() += 1;
        }
    }

    /// The words that occur: statuses in the order of worth, and then others.
    fn words(&self) -> Vec<&str> {
        let occur = |word: &str| self.lines.values().any(|counts| counts.contains_key(word));
        let statuses = words::LEGEND.iter().map(|(status, _)| status.word()).filter(|word| occur(word));
        let mut words: Vec<&str> = statuses.collect();
        for word in self.lines.values().flat_map(BTreeMap::keys) {
            if !words.contains(&word.as_str()) {
                words.push(word);
            }
        }
        words
    }
}

impl Cover {
    /// Writes the sheet.
    pub(crate) fn write(
        &self,
        counts: &Counts,
        sheet: &mut Worksheet,
        style: &Style,
    ) -> Result<(), XlsxError> {
        let program = concat!("tunnelog ", env!("CARGO_PKG_VERSION"));
        let mut row = 0;
        let more = self.inventories.len().saturating_sub(MOST_INVENTORIES);
        let paths = self.inventories.iter().take(MOST_INVENTORIES).cloned();
        let paths = paths.chain((more > 0).then(|| format!("and {more} more")));
        let inventories = paths.map(|path| ("inventory", path));
        let facts = [("model", self.model), ("made with", program), ("rows as in", self.verb)];
        let facts = facts.into_iter().map(|(name, value)| (name, value.to_owned()));
        for (name, value) in inventories.chain(facts) {
            sheet.write_string_with_format(row, 0, name, &style.header)?;
            text(sheet, row, 1, &value, style)?;
            row += 1;
        }
        row += 1;
        let words = counts.words();
        let heads = counts.labels.iter().copied();
        let heads = heads.chain(words.iter().map(|word| if word.is_empty() { "rows" } else { *word }));
        for (column, head) in (0..).zip(heads) {
            sheet.write_string_with_format(row, column, head, &style.header)?;
            sheet.set_column_width(column, if column < 2 { 26 } else { 16 })?;
        }
        for (line, of_line) in &counts.lines {
            row += 1;
            let mut column = 0;
            for label in line {
                text(sheet, row, column, label, style)?;
                column += 1;
            }
            for word in &words {
                let count = of_line.get(*word).copied().unwrap_or_default();
                match Status::ALL.into_iter().find(|status| status.word() == *word) {
                    Some(status) if count > 0 => {
                        sheet.write_number_with_format(row, column, count, style.of_status(status))?
                    }
                    _ => sheet.write_number(row, column, count)?,
                };
                column += 1;
            }
        }
        paper(sheet, 0, 0)
    }
}
