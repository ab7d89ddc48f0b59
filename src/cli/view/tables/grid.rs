//! Who reaches what, at a glance: a row for each network or prefix, a column for each class or client.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Worksheet, XlsxError};
use tunnelog::answer::{Resolution, Status};
use tunnelog::prefix::Prefix;

use crate::cli::view::tables::cells::Cells;
use crate::cli::view::tables::sheet::{ROWS, paper, seen, text};
use crate::cli::view::tables::style::{Statuses, Style};
use crate::cli::view::{words, zones};

/// What the mark of `routes` means.
const HELD: [(Status, &str); 1] = [(Status::Reachable, "route held")];

/// The width of columns of names, of classes, and of marks alone, in letters.
const LABEL: u32 = 24;
const CLASS: u32 = 14;
const MARK: u32 = 5;

/// What stands on the sheet where the grid does not fit.
const LEFT_OUT: &str = "The matrix does not fit on a sheet. The list has all rows.";

/// How much a grid may hold.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// Marks are held in memory until all columns are known.
    pub(crate) marks: usize,
}

impl Limits {
    /// What a sheet of Excel takes, and marks for some fifty megabytes.
    pub(crate) const EXCEL: Self = Self { rows: ROWS as usize, columns: 16_384, marks: 4_000_000 };
}

struct Mark {
    line: u32,
    column: u32,
    statuses: Statuses,
}

/// The marks of an answer, as long as there are not too many.
pub(crate) struct Grid {
    /// The names of the columns that tell whose line it is.
    labels: Vec<&'static str>,
    /// Where the status of a row stands; none where a row says by being there that a route is held.
    status: Option<usize>,
    /// True where rows are about zones.
    is_of_names: bool,
    limits: Limits,
    lines: Vec<Vec<String>>,
    columns: BTreeMap<String, u32>,
    marks: Vec<Mark>,
    is_too_large: bool,
}

impl Grid {
    /// A grid of rows with these columns: those up to the class tell the line, and the next one tells the column.
    pub(crate) fn new(columns: &[&'static str], limits: Limits) -> Self {
        let labels = columns.iter().take_while(|column| !matches!(**column, "network" | "prefix" | "zone"));
        Self {
            labels: labels.copied().collect(),
            status: columns.iter().position(|column| *column == "status"),
            is_of_names: columns.contains(&"zone"),
            limits,
            lines: Vec::new(),
            columns: BTreeMap::new(),
            marks: Vec::new(),
            is_too_large: false,
        }
    }

    /// Adds rows; those of one line follow each other, and in it those of one column.
    pub(crate) fn add(&mut self, cells: &Cells) {
        for row in 0..cells.count() {
            if self.is_too_large {
                return;
            }
            self.add_row(cells, row);
        }
    }

    fn add_row(&mut self, cells: &Cells, row: usize) {
        let label = || cells.before(row, self.labels.len());
        if !self.lines.last().is_some_and(|last| label().eq(last.iter().map(String::as_str))) {
            let line = label().map(str::to_owned).collect();
            self.lines.push(line);
        }
        let name = cells.get(row, self.labels.len());
        let next = number(self.columns.len());
        let column = if let Some(column) = self.columns.get(name) {
            *column
        } else {
            *self.columns.entry(name.to_owned()).or_insert(next)
        };
        let line = number(self.lines.len() - 1);
        let word = self.status.map_or(Status::Reachable.word(), |status| cells.get(row, status));
        let of_name = || Resolution::ALL.into_iter().find(|resolution| resolution.word() == word);
        let status = Status::ALL.into_iter().find(|status| status.word() == word);
        let status = status.or_else(|| of_name().map(zones::status_of));
        if !self.marks.last().is_some_and(|last| last.line == line && last.column == column) {
            self.marks.push(Mark { line, column, statuses: Statuses::default() });
        }
        if let (Some(last), Some(status)) = (self.marks.last_mut(), status) {
            last.statuses.add(status);
        }
        if self.marks.len() > self.limits.marks {
            self.is_too_large = true;
            self.lines = Vec::new();
            self.columns = BTreeMap::new();
            self.marks = Vec::new();
        }
    }

    /// Writes the grid with its legend, or why there is none.
    pub(crate) fn write(&mut self, sheet: &mut Worksheet, style: &Style) -> Result<(), XlsxError> {
        let legend: &[_] = match self.status {
            Some(_) if self.is_of_names => &zones::LEGEND,
            Some(_) => &words::LEGEND,
            None => &HELD,
        };
        let (lines, columns, labels) = (self.lines.len(), self.columns.len(), self.labels.len());
        let fits = |down: usize, across: usize| {
            down + legend.len() < self.limits.rows && across <= self.limits.columns
        };
        let is_down = fits(columns + labels, lines + 1);
        if self.is_too_large || (!is_down && !fits(lines + 1, columns + labels)) {
            sheet.write_string(0, 0, LEFT_OUT)?;
            return Ok(());
        }
        let columns = std::mem::take(&mut self.columns);
        let mut names: Vec<(&str, u32)> =
            columns.iter().map(|(name, column)| (name.as_str(), *column)).collect();
        // People look for an address by its number, not by its digits as text.
        names.sort_by_cached_key(|(name, _)| name.parse::<Prefix>().ok());
        let mut places = vec![0; names.len()];
        for (place, (_, column)) in names.iter().enumerate() {
            places[*column as usize] = number(place);
        }
        let down = if is_down {
            self.write_down(sheet, style, &names, &places)?
        } else {
            self.write_across(sheet, style, &names, &places)?
        };
        for (row, (status, meaning)) in (down + 1..).zip(legend) {
            let mut statuses = Statuses::default();
            statuses.add(*status);
            mark(sheet, row, 0, statuses, style)?;
            sheet.write_string(row, 1, *meaning)?;
        }
        Ok(())
    }

    /// Writes networks as columns, as there are more classes or clients than a sheet has columns, and gives the row after the last.
    fn write_across(
        &self,
        sheet: &mut Worksheet,
        style: &Style,
        names: &[(&str, u32)],
        places: &[u32],
    ) -> Result<u32, XlsxError> {
        let first = across(self.labels.len());
        for (column, label) in (0..).zip(&self.labels) {
            sheet.write_string_with_format(0, column, *label, &style.header)?;
            sheet.set_column_width(column, LABEL)?;
        }
        for (column, (name, _)) in (first..).zip(names) {
            sheet.write_string_with_format(0, column, seen(name), &style.upright)?;
        }
        if let Some(last) = across(names.len()).checked_sub(1) {
            sheet.set_column_range_width(first, first + last, MARK)?;
        }
        let mut marks = self.marks.iter().peekable();
        for (line, labels) in (0..).zip(&self.lines) {
            for (column, label) in (0..).zip(labels) {
                text(sheet, line + 1, column, label, style)?;
            }
            while let Some(here) = marks.next_if(|mark| mark.line == line) {
                let place = places[here.column as usize] as usize;
                mark(sheet, line + 1, first + across(place), here.statuses, style)?;
            }
        }
        sheet.set_freeze_panes(1, first)?;
        paper(sheet, 1, first)?;
        Ok(number(self.lines.len()) + 1)
    }

    /// Writes networks as rows, and gives the row after the last.
    fn write_down(
        &mut self,
        sheet: &mut Worksheet,
        style: &Style,
        names: &[(&str, u32)],
        places: &[u32],
    ) -> Result<u32, XlsxError> {
        let first = number(self.labels.len());
        for (row, label) in (0..).zip(&self.labels) {
            sheet.write_string_with_format(row, 0, *label, &style.header)?;
            for (column, line) in (1..).zip(&self.lines) {
                text(sheet, row, column, &line[row as usize], style)?;
            }
        }
        self.marks.sort_unstable_by_key(|mark| (places[mark.column as usize], mark.line));
        let mut marks = self.marks.iter().peekable();
        for (row, (name, column)) in (first..).zip(names) {
            text(sheet, row, 0, name, style)?;
            while let Some(here) = marks.next_if(|mark| mark.column == *column) {
                mark(sheet, row, across(here.line as usize) + 1, here.statuses, style)?;
            }
        }
        sheet.set_column_width(0, LABEL)?;
        if let Some(last) = across(self.lines.len()).checked_sub(1) {
            sheet.set_column_range_width(1, 1 + last, CLASS)?;
        }
        sheet.set_freeze_panes(first, 1)?;
        paper(sheet, first, 1)?;
        Ok(first + number(names.len()))
    }
}

/// Writes the marks of one cell.
fn mark(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    statuses: Statuses,
    style: &Style,
) -> Result<(), XlsxError> {
    let marks: String = statuses.iter().map(words::mark).collect();
    sheet.write_string_with_format(row, column, marks, style.of_statuses(statuses))?;
    Ok(())
}

/// The number of a line or column, of which the limits of a sheet allow few enough.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// A column of a sheet, which has been found to fit.
fn across(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}
