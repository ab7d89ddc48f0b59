//! Rows for programs: CSV, JSON, a JSON object a line, and Markdown tables.

use std::convert::Infallible;
use std::fmt;
use std::io::{self, Write};
use std::mem;

use serde::Serialize;

use crate::cli::arguments::{RowFormat, Shard};
use crate::cli::view::json::{Cell, Origin, Row};
use crate::cli::view::record::Record;
use crate::cli::view::{markdown, spreadsheet};

/// Writes rows as they come, so that no answer has to fit into memory.
pub(crate) struct Rows<W: Write> {
    format: RowFormat,
    writer: W,
    /// What stands before the first row, until it is written.
    head: Vec<u8>,
    is_empty: bool,
}

/// About the bytes of a row: room made at once need not grow while a million rows are written.
const USUAL_ROW: usize = 80;

/// Rows as they are written, without what stands before the first and after the last.
pub(crate) struct Chunk(Vec<u8>);

impl Chunk {
    /// The text of `rows`. Chunks are made on several threads and written in order.
    pub(crate) fn of<R: Row>(format: RowFormat, rows: impl IntoIterator<Item = R>) -> io::Result<Self> {
        let rows = rows.into_iter();
        let mut text = Vec::with_capacity(rows.size_hint().0 * USUAL_ROW);
        match format {
            RowFormat::Csv => {
                let mut shown = String::new();
                for row in rows {
                    record(&mut text, &row, &mut shown);
                }
            }
            RowFormat::Json => {
                for (index, row) in rows.enumerate() {
                    text.extend_from_slice(if index == 0 { b"" } else { b",\n" });
                    object(&mut text, &row)?;
                }
            }
            RowFormat::Ndjson => {
                for row in rows {
                    object(&mut text, &row)?;
                    text.push(b'\n');
                }
            }
            RowFormat::Markdown => {
                for row in rows {
                    for (_, cell) in row.origin().cells() {
                        write!(text, "| {} ", markdown::escaped(cell))?;
                    }
                    row.cells(|cell| write!(text, "| {} ", markdown::escaped(&cell.to_string())))?;
                    text.extend_from_slice(b"|\n");
                }
            }
        }
        Ok(Self(text))
    }
}

impl<W: Write> Rows<W> {
    /// A writer that has written what stands before the first row of type `R`.
    ///
    /// `origin` tells which columns stand before those of `R`; `key` is that of the rows in a JSON document.
    pub(crate) fn start<R: Row>(
        format: RowFormat,
        writer: W,
        origin: Origin<'_>,
        head: &impl Serialize,
        key: &str,
    ) -> io::Result<Self> {
        let mut rows = Self::waiting::<R>(format, writer, origin, head, key)?;
        rows.begin()?;
        Ok(rows)
    }

    /// A writer that writes nothing before there is a row, or an end.
    fn waiting<R: Row>(
        format: RowFormat,
        writer: W,
        origin: Origin<'_>,
        head: &impl Serialize,
        key: &str,
    ) -> io::Result<Self> {
        let columns = origin.cells().map(|(column, _)| column).chain(R::COLUMNS.iter().copied());
        let mut text = Vec::new();
        match format {
            RowFormat::Csv => {
                let mut record = Record::start(&mut text);
                columns.for_each(|column| record.cell(column));
                record.end();
            }
            RowFormat::Json => {
                let head = serde_json::to_string(head)?;
                // The document stays open until its last row.
                let open = head.strip_suffix('}').unwrap_or(&head);
                write!(text, "{open},\"{key}\":[")?;
            }
            RowFormat::Ndjson => {}
            RowFormat::Markdown => {
                let columns: Vec<_> = columns.collect();
                writeln!(text, "| {} |", columns.join(" | "))?;
                writeln!(text, "|{}", " --- |".repeat(columns.len()))?;
            }
        }
        Ok(Self { format, writer, head: text, is_empty: true })
    }

    /// Writes all `rows`, with what stands before and after them.
    pub(crate) fn all<R: Row>(
        format: RowFormat,
        writer: W,
        origin: Origin<'_>,
        head: &impl Serialize,
        key: &str,
        rows: impl IntoIterator<Item = R>,
    ) -> io::Result<()> {
        let mut all = Self::start::<R>(format, writer, origin, head, key)?;
        all.write(&Chunk::of(format, rows)?)?;
        all.finish()
    }

    /// A writer of one share of the rows, of which only the first has what stands before all rows. It writes nothing before
    /// there is a row, or an end.
    pub(crate) fn of_share<R: Row>(
        shard: Option<Shard>,
        format: RowFormat,
        writer: W,
        origin: Origin<'_>,
        head: &impl Serialize,
    ) -> io::Result<Self> {
        if shard.is_none_or(Shard::is_first) {
            Self::waiting::<R>(format, writer, origin, head, "rows")
        } else {
            Ok(Self { format, writer, head: Vec::new(), is_empty: true })
        }
    }

    /// Writes rows.
    pub(crate) fn write(&mut self, chunk: &Chunk) -> io::Result<()> {
        if chunk.0.is_empty() {
            return Ok(());
        }
        self.begin()?;
        if self.format == RowFormat::Json {
            self.writer.write_all(if self.is_empty { b"\n" } else { b",\n" })?;
        }
        self.is_empty = false;
        self.writer.write_all(&chunk.0)
    }

    /// Writes what stands before the first row, unless that is done.
    fn begin(&mut self) -> io::Result<()> {
        self.writer.write_all(&mem::take(&mut self.head))
    }

    /// Writes what stands after the last row.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.begin()?;
        match self.format {
            RowFormat::Json => self.writer.write_all(if self.is_empty { b"]}\n" } else { b"\n]}\n" }),
            RowFormat::Csv | RowFormat::Ndjson | RowFormat::Markdown => Ok(()),
        }
    }
}

fn record<R: Row>(text: &mut Vec<u8>, row: &R, shown: &mut String) {
    let mut record = Record::start(text);
    for (_, cell) in row.origin().cells() {
        record.cell(&spreadsheet::text(cell));
    }
    let written = row.cells(|cell| {
        match cell {
            Cell::Text(text) => record.cell(&spreadsheet::text(text)),
            Cell::Change(text) => record.cell(text),
            Cell::Shown(value) => {
                shown.clear();
                // Writing to a string fails only where the value's own formatting does, and none here does.
                let _ = fmt::Write::write_fmt(shown, format_args!("{value}"));
                record.cell(&spreadsheet::text(shown));
            }
        }
        Ok::<(), Infallible>(())
    });
    let Ok(()) = written;
    record.end();
}

fn object(writer: &mut impl Write, row: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(writer, row).map_err(io::Error::from)
}

/// The error of the writer itself, so that a closed pipe is known for what it is.
pub(crate) fn unwrapped(error: csv::Error) -> io::Error {
    if !error.is_io_error() {
        return io::Error::other(error);
    }
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::ErrorKind::Other.into(),
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::view::json::Head;

    use super::*;

    #[derive(Clone, Copy, Serialize)]
    struct Pair(&'static str, &'static str);

    impl Row for Pair {
        const COLUMNS: &'static [&'static str] = &["one", "two"];

        fn origin(&self) -> Origin<'_> {
            Origin { inventory: Some("a,b"), client: None }
        }

        fn cells<E>(&self, mut cell: impl FnMut(Cell<'_>) -> Result<(), E>) -> Result<(), E> {
            cell(Cell::Text(self.0))?;
            cell(Cell::Text(self.1))
        }
    }

    fn written(format: RowFormat, pairs: &[Pair]) -> String {
        let mut text = Vec::new();
        let head = Head { schema: "pairs/1", profile: None, inventories: &[], diagnostics: None };
        let origin = Origin { inventory: Some(""), client: None };
        let mut rows = Rows::start::<Pair>(format, &mut text, origin, &head, "rows").unwrap();
        for pair in pairs {
            rows.write(&Chunk::of(format, [*pair]).unwrap()).unwrap();
        }
        rows.finish().unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn every_format_keeps_cells_apart() {
        let pairs = [Pair("x|y", "say \"no\""), Pair("line\nbreak", "")];
        assert_eq!(written(RowFormat::Csv, &[Pair("=1+1", "a=1")]), "inventory,one,two\n\"a,b\",'=1+1,a=1\n");
        assert_eq!(
            written(RowFormat::Csv, &pairs),
            "inventory,one,two\n\"a,b\",x|y,\"say \"\"no\"\"\"\n\"a,b\",\"line\nbreak\",\n"
        );
        assert_eq!(
            written(RowFormat::Markdown, &pairs),
            "| inventory | one | two |\n| --- | --- | --- |\n\
             | a,b | x\\|y | say \"no\" |\n| a,b | line break |  |\n"
        );
        assert_eq!(
            written(RowFormat::Ndjson, &pairs),
            "[\"x|y\",\"say \\\"no\\\"\"]\n[\"line\\nbreak\",\"\"]\n"
        );
        assert_eq!(
            written(RowFormat::Json, &pairs[..1]),
            "{\"schema\":\"pairs/1\",\"inventories\":[],\"rows\":[\n[\"x|y\",\"say \\\"no\\\"\"]\n]}\n"
        );
    }

    #[test]
    fn an_answer_without_rows_is_whole() {
        assert_eq!(written(RowFormat::Csv, &[]), "inventory,one,two\n");
        assert_eq!(
            written(RowFormat::Json, &[]),
            "{\"schema\":\"pairs/1\",\"inventories\":[],\"rows\":[]}\n"
        );
    }
}
