//! Where one file has the columns that the format knows.

use csv::StringRecord;

use crate::inventory::columns::Field;
use crate::source::{Sources, Span};

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

    /// The value where it stands in the file; none where it is empty, or written in another way than it is read.
    pub(super) fn whole<'text>(
        self,
        record: &StringRecord,
        origin: Span,
        sources: &'text Sources,
    ) -> Option<(&'text str, Span)> {
        let place = sources.nth_cell(origin, self.index?);
        let text = &sources.get(place.file).text[place.range()];
        (!text.is_empty() && text == self.text(record)).then_some((text, place))
    }
}

/// A field of a row, and the cell that it is read from.
pub(super) struct Placed<Row: 'static> {
    pub(super) field: &'static Field<Row>,
    pub(super) cell: Cell,
}

impl<Row> Placed<Row> {
    /// The value in a record; what an empty cell stands for where it is empty.
    pub(super) fn text_or_default<'record>(&self, record: &'record StringRecord) -> &'record str {
        match self.cell.text(record) {
            "" => self.field.column.default,
            text => text,
        }
    }
}
