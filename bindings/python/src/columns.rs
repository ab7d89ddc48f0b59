//! Rows as columns of Arrow.

use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder, StringDictionaryBuilder};
use arrow_array::types::Int8Type;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use tunnelog::document::{Cell, Row};

/// Rows that a batch has at most: few enough for offsets of 32 bits.
const ROWS: usize = 1 << 17;

/// The columns whose cells hold several words, with `;` between them.
const LISTS: [&str; 2] = ["reason", "server"];

/// The columns that have few values, which stand in a dictionary.
const WORDS: [&str; 8] =
    ["model", "inventory", "class", "kind", "status", "before", "after", "until_download"];

/// The cells of rows as texts, in one stretch of memory.
pub(crate) struct Cells {
    text: String,
    ends: Vec<usize>,
    width: usize,
}

impl Cells {
    /// The cells of `rows`, each of which has as many as there are columns.
    pub(crate) fn of<R: Row>(rows: impl IntoIterator<Item = R>) -> Self {
        let mut cells = Self { text: String::new(), ends: Vec::new(), width: 0 };
        for row in rows {
            for (_, cell) in row.origin().cells() {
                cells.push(&cell);
            }
            let Ok(()) = row.cells(|cell: Cell<'_>| {
                cells.push(&cell);
                Ok::<(), Infallible>(())
            });
            cells.width = if cells.width == 0 { cells.ends.len() } else { cells.width };
        }
        cells
    }

    fn push(&mut self, cell: &dyn std::fmt::Display) {
        // Writing to a string fails only where the value's own formatting does, and none of a row does.
        let _ = write!(self.text, "{cell}");
        self.ends.push(self.text.len());
    }

    /// The cells of each row.
    fn rows(&self) -> impl Iterator<Item = impl Iterator<Item = &str>> {
        let end = |index: usize| index.checked_sub(1).map_or(0, |before| self.ends[before]);
        let cell = move |index| &self.text[end(index)..self.ends[index]];
        let count = self.ends.len().checked_div(self.width).unwrap_or(0);
        (0..count).map(move |row| (row * self.width..(row + 1) * self.width).map(cell))
    }
}

/// The cells of one column.
enum Column {
    Text(StringBuilder),
    Word(StringDictionaryBuilder<Int8Type>),
    List(ListBuilder<StringBuilder>),
}

impl Column {
    fn of(name: &str) -> Self {
        match name {
            _ if LISTS.contains(&name) => Self::List(ListBuilder::new(StringBuilder::new())),
            _ if WORDS.contains(&name) => Self::Word(StringDictionaryBuilder::new()),
            _ => Self::Text(StringBuilder::new()),
        }
    }

    fn data_type(name: &str) -> DataType {
        match Self::of(name) {
            Self::Text(_) => DataType::Utf8,
            Self::Word(_) => DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8)),
            Self::List(_) => DataType::new_list(DataType::Utf8, true),
        }
    }

    /// Adds a cell. A text that is empty is missing.
    fn push(&mut self, cell: &str) -> Result<(), ArrowError> {
        match self {
            Self::Text(builder) => builder.append_option((!cell.is_empty()).then_some(cell)),
            Self::Word(builder) if cell.is_empty() => builder.append_null(),
            Self::Word(builder) => {
                builder.append(cell)?;
            }
            Self::List(builder) => {
                for word in cell.split(';').filter(|word| !word.is_empty()) {
                    builder.values().append_value(word);
                }
                builder.append(true);
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Word(builder) => Arc::new(builder.finish()),
            Self::List(builder) => Arc::new(builder.finish()),
        }
    }
}

/// Gathers rows into batches.
pub(crate) struct Columns {
    schema: SchemaRef,
    /// What the first columns hold in every row.
    constants: Vec<String>,
    cells: Vec<Column>,
    waiting: usize,
    batches: Vec<RecordBatch>,
}

impl Columns {
    /// The columns of rows of type `R`, those of clients before them where `by_client` is true, and `constants` before these.
    pub(crate) fn new<R: Row>(constants: &[(&str, &str)], by_client: bool) -> Self {
        let names: Vec<&str> = constants
            .iter()
            .map(|(name, _)| *name)
            .chain(by_client.then_some("client"))
            .chain(R::COLUMNS.iter().copied())
            .collect();
        let field = |name: &&str| Field::new(*name, Column::data_type(name), !LISTS.contains(name));
        Self {
            schema: Arc::new(Schema::new(names.iter().map(field).collect::<Vec<_>>())),
            constants: constants.iter().map(|(_, value)| (*value).to_owned()).collect(),
            cells: names.iter().map(|name| Column::of(name)).collect(),
            waiting: 0,
            batches: Vec::new(),
        }
    }

    /// Adds rows.
    pub(crate) fn push(&mut self, cells: &Cells) -> Result<(), ArrowError> {
        let constants = self.constants.clone();
        for row in cells.rows() {
            let all = constants.iter().map(String::as_str).chain(row);
            self.cells.iter_mut().zip(all).try_for_each(|(column, cell)| column.push(cell))?;
            self.waiting += 1;
            if self.waiting == ROWS {
                self.flush()?;
            }
        }
        Ok(())
    }

    /// The columns, and the rows of each batch.
    pub(crate) fn finish(mut self) -> Result<(SchemaRef, Vec<RecordBatch>), ArrowError> {
        self.flush()?;
        Ok((self.schema, self.batches))
    }

    fn flush(&mut self) -> Result<(), ArrowError> {
        if self.waiting > 0 {
            let arrays = self.cells.iter_mut().map(Column::finish).collect();
            self.batches.push(RecordBatch::try_new(Arc::clone(&self.schema), arrays)?);
            self.waiting = 0;
        }
        Ok(())
    }
}
