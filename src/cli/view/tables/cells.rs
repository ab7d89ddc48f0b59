//! Rows as text, before any format.

use std::fmt::Write;

use csv::StringRecord;

use crate::cli::view::json::{Cell, Origin, Row};

/// The columns of rows of type `R`, those of `origin` before them.
pub(crate) fn columns<R: Row>(origin: Origin<'_>) -> Vec<&'static str> {
    origin.cells().map(|(column, _)| column).chain(R::COLUMNS.iter().copied()).collect()
}

/// The cells of rows, in one stretch of memory.
pub(crate) struct Cells {
    texts: StringRecord,
    width: usize,
}

impl Cells {
    /// The cells of `rows`, each of which has `width` of them.
    pub(crate) fn of<R: Row>(width: usize, rows: impl IntoIterator<Item = R>) -> Self {
        let mut texts = StringRecord::new();
        let mut shown = String::new();
        for row in rows {
            row.origin().cells().for_each(|(_, cell)| texts.push_field(cell));
            // Neither a record in memory nor a string refuses what is written to it.
            let _ = row.cells(|cell| {
                match cell {
                    Cell::Text(text) | Cell::Change(text) => texts.push_field(text),
                    Cell::Shown(value) => {
                        shown.clear();
                        write!(shown, "{value}")?;
                        texts.push_field(&shown);
                    }
                }
                Ok::<(), std::fmt::Error>(())
            });
        }
        Self { texts, width }
    }

    /// How many rows there are.
    pub(crate) fn count(&self) -> usize {
        self.texts.len() / self.width
    }

    /// The cell of a row in a column, both counted from 0.
    pub(crate) fn get(&self, row: usize, column: usize) -> &str {
        &self.texts[row * self.width + column]
    }

    /// The cells of a row before a column.
    pub(crate) fn before(&self, row: usize, column: usize) -> impl Iterator<Item = &str> {
        (0..column).map(move |index| self.get(row, index))
    }
}
