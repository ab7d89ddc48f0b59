//! Where one file has the columns that the format knows.

use csv::StringRecord;

use super::line::Line;
use crate::inventory::columns::Field;

/// A column as one file has it.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    pub(super) name: &'static str,
    /// Its place in a record; `None` where the file does not have it.
    pub(super) index: Option<usize>,
}

impl Cell {
    /// The value in a record without blanks around it; empty where the file has no such column.
    pub(super) fn text(self, record: &StringRecord) -> &str {
        self.index.and_then(|index| record.get(index)).unwrap_or_default().trim()
    }

    /// The same in a record whose cells stand in the text.
    pub(super) fn of<'text>(self, line: &Line<'text>) -> &'text str {
        self.index.and_then(|index| line.get(index)).unwrap_or_default()
    }
}

/// A field of a row, and the cell that it is read from.
pub(super) struct Placed<Row: 'static> {
    pub(super) field: &'static Field<Row>,
    pub(super) cell: Cell,
}

impl<Row> Placed<Row> {
    /// The value in a record; what an empty cell stands for where it is empty.
    pub(super) fn text_or_default<'text>(&self, line: &Line<'text>) -> &'text str {
        match self.cell.of(line) {
            "" => self.field.column.default,
            text => text,
        }
    }
}
