//! Sheets of rows: a header that stays in sight, and every cell a text.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};
use tunnelog::answer::Status;
use tunnelog::marks::is_unseen;

use crate::cli::view::tables::cells::Cells;
use crate::cli::view::tables::style::Style;

/// The rows that a sheet of Excel has.
pub(crate) const ROWS: u32 = 1_048_576;

/// The widest column, in letters; what is longer is cut off on the screen only.
const WIDEST: usize = 60;

/// How wide columns have to be.
struct Widths(Vec<usize>);

impl Widths {
    /// Columns with these names.
    fn of(columns: &[&str]) -> Self {
        // The sign of the filter stands beside the name.
        Self(columns.iter().map(|column| column.chars().count() + 3).collect())
    }

    /// Makes room for a row.
    fn fit(&mut self, cells: &Cells, row: usize) {
        for (column, width) in self.0.iter_mut().enumerate() {
            let text = cells.get(row, column);
            // Bytes are at least as many as letters, and quicker to count.
            if text.len() > *width {
                *width = text.chars().count().min(WIDEST).max(*width);
            }
        }
    }

    fn apply(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        for (column, letters) in (0..).zip(&self.0) {
            #[expect(clippy::cast_precision_loss, reason = "at most sixty letters")]
            sheet.set_column_width(column, *letters as f64 + 1.0)?;
        }
        Ok(())
    }
}

/// Rows on a sheet, and on further sheets where one is full.
pub(crate) struct List {
    /// The name of the first sheet.
    name: &'static str,
    columns: Vec<&'static str>,
    widths: Widths,
    /// The rows of a sheet, that of the header among them.
    rows: u32,
    sheets: usize,
    /// Where the last of them is in the workbook.
    index: usize,
    /// Its row that is written next.
    next: u32,
}

impl List {
    /// A list of rows with these columns, on sheets that have so many rows.
    pub(crate) fn start(
        book: &mut Workbook,
        style: &Style,
        name: &'static str,
        columns: Vec<&'static str>,
        rows: u32,
    ) -> Result<Self, XlsxError> {
        let widths = Widths::of(&columns);
        let mut list = Self { name, columns, widths, rows, sheets: 0, index: 0, next: 0 };
        list.add_sheet(book, style)?;
        Ok(list)
    }

    /// Writes rows.
    pub(crate) fn write(
        &mut self,
        book: &mut Workbook,
        style: &Style,
        cells: &Cells,
    ) -> Result<(), XlsxError> {
        let mut row = 0;
        while row < cells.count() {
            if self.next == self.rows {
                self.end(book)?;
                self.add_sheet(book, style)?;
            }
            let sheet = book.worksheet_from_index(self.index)?;
            while row < cells.count() && self.next < self.rows {
                write(sheet, self.next, cells, row, &self.columns, style)?;
                self.widths.fit(cells, row);
                self.next += 1;
                row += 1;
            }
        }
        Ok(())
    }

    /// Sets what holds for the last sheet as a whole.
    pub(crate) fn end(&self, book: &mut Workbook) -> Result<(), XlsxError> {
        let sheet = book.worksheet_from_index(self.index)?;
        self.widths.apply(sheet)?;
        let last = self.columns.len().checked_sub(1).and_then(|column| u16::try_from(column).ok());
        sheet.autofilter(0, 0, self.next - 1, last.unwrap_or(0))?;
        Ok(())
    }

    fn add_sheet(&mut self, book: &mut Workbook, style: &Style) -> Result<(), XlsxError> {
        self.index = book.worksheets().len();
        self.sheets += 1;
        let name = match self.sheets {
            1 => self.name.to_owned(),
            number => format!("{} {number}", self.name),
        };
        let sheet = book.add_worksheet_with_constant_memory()?.set_name(name)?;
        for (column, name) in (0..).zip(&self.columns) {
            sheet.write_string_with_format(0, column, *name, &style.header)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        self.next = 1;
        paper(sheet, 1, 0)
    }
}

/// Writes one row of `cells` to a row of the sheet.
fn write(
    sheet: &mut Worksheet,
    line: u32,
    cells: &Cells,
    row: usize,
    columns: &[&str],
    style: &Style,
) -> Result<(), XlsxError> {
    for (index, (column, name)) in (0..).zip(columns).enumerate() {
        let text = cells.get(row, index);
        match *name {
            "status" => match Status::ALL.into_iter().find(|status| status.word() == text) {
                Some(status) => {
                    sheet.write_string_with_format(line, column, text, style.of_status(status))?
                }
                None => sheet.write_string(line, column, text)?,
            },
            // Places are numbers, which sort as such.
            "line" | "column" => match text.parse::<u32>() {
                Ok(number) => sheet.write_number(line, column, number)?,
                Err(_) => sheet.write_string(line, column, text)?,
            },
            _ => self::text(sheet, line, column, text, style)?,
        };
    }
    Ok(())
}

/// A text without letters that nobody sees, of which a cell can show but the tab.
pub(super) fn seen(text: &str) -> String {
    let is_shown = |letter: char| letter == '\t' || !is_unseen(letter);
    text.chars().map(|letter| if is_shown(letter) { letter } else { char::REPLACEMENT_CHARACTER }).collect()
}

/// Lays a sheet out for paper: A4 across, as wide as the paper, with the first rows and columns on every page.
pub(super) fn paper(sheet: &mut Worksheet, rows: u32, columns: u16) -> Result<(), XlsxError> {
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
    if let Some(last) = rows.checked_sub(1) {
        sheet.set_repeat_rows(0, last)?;
    }
    if let Some(last) = columns.checked_sub(1) {
        sheet.set_repeat_columns(0, last)?;
    }
    Ok(())
}

/// Writes a text, never as a formula.
pub(crate) fn text<'a>(
    sheet: &'a mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    style: &Style,
) -> Result<&'a mut Worksheet, XlsxError> {
    let shown = seen(text);
    match style.of_text(text) {
        Some(format) => sheet.write_string_with_format(row, column, shown, format),
        None => sheet.write_string(row, column, shown),
    }
}
