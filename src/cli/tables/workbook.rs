//! A workbook: a matrix to look at, a list to filter, and what is doubtful about both.

use std::io::{self, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, XlsxError};
use tunnelog::document::{Finding, Origin};

use super::super::Failure;
use super::grid::{Grid, Limits};
use super::sheet::{List, ROWS};
use super::style::Style;
use super::{Cells, columns};

/// Where the matrix is among the sheets.
const MATRIX: usize = 0;

/// Writes rows to temporary files as they come, so that no list has to fit into memory.
pub(crate) struct Workbook {
    book: rust_xlsxwriter::Workbook,
    style: Style,
    grid: Grid,
    list: List,
}

impl Workbook {
    /// A workbook of rows with these columns.
    pub(crate) fn start(columns: Vec<&'static str>) -> Result<Self, Failure> {
        Self::with_limits(columns, Limits::EXCEL, ROWS).map_err(failure)
    }

    fn with_limits(columns: Vec<&'static str>, limits: Limits, rows: u32) -> Result<Self, XlsxError> {
        let mut book = rust_xlsxwriter::Workbook::new();
        // The same answer gives the same bytes, whenever it is written.
        let properties = DocProperties::new()
            .set_author("tunnelog")
            .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
        book.set_properties(&properties);
        book.add_worksheet_with_constant_memory()?.set_name("Matrix")?;
        let style = Style::new();
        let grid = Grid::new(&columns, limits);
        let list = List::start(&mut book, &style, "List", columns, rows)?;
        Ok(Self { book, style, grid, list })
    }

    /// Writes rows.
    pub(crate) fn write(&mut self, cells: &Cells) -> Result<(), Failure> {
        self.grid.add(cells);
        self.list.write(&mut self.book, &self.style, cells).map_err(failure)
    }

    /// Writes what was found in the inventories, and then all of it to `writer`.
    pub(crate) fn finish(
        mut self,
        findings: &[Finding],
        origin: Origin<'_>,
        writer: impl Write + Send,
    ) -> Result<(), Failure> {
        let end = || {
            self.list.end(&mut self.book)?;
            self.grid.write(self.book.worksheet_from_index(MATRIX)?, &self.style)?;
            self.write_findings(findings, origin)?;
            self.book.save_to_writer(writer)
        };
        end().map_err(failure)
    }

    fn write_findings(&mut self, findings: &[Finding], origin: Origin<'_>) -> Result<(), XlsxError> {
        // Findings are of inventories, never of clients.
        let columns = columns::<Finding>(Origin { client: None, ..origin });
        let cells = Cells::of(columns.len(), findings.iter().cloned());
        let mut list = List::start(&mut self.book, &self.style, "Warnings", columns, ROWS)?;
        list.write(&mut self.book, &self.style, &cells)?;
        list.end(&mut self.book)
    }
}

/// What the user is told, or the error of the writer itself, so that a closed pipe is known for what it is.
fn failure(error: XlsxError) -> Failure {
    match error {
        XlsxError::IoError(error) => error.into(),
        XlsxError::ZipError(error) => io::Error::from(error).into(),
        XlsxError::TempFileError(folder, error) => Failure::unwritable(&folder, &error),
        XlsxError::MaxStringLengthExceeded => Failure::new(
            "a text of the answer is longer than the 32,767 letters that a cell of a workbook takes",
        )
        .help("`--format csv` and `--format parquet` take texts of any length"),
        error => Failure::new(format!("the workbook cannot be written: {error}")),
    }
}
