//! Rows for programs: CSV, JSON, a JSON object a line, and Markdown tables.

use std::fmt::{Display, Write as _};
use std::io::{self, Write};

use serde::Serialize;
use tunnelog::document::{Head, Origin, Row};

use super::arguments::Format;
use super::markdown;

/// Writes rows as they come, so that no answer has to fit into memory.
pub(crate) struct Rows<W: Write> {
    sink: Sink<W>,
    cell: String,
}

enum Sink<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Json { writer: W, rows: u64 },
    Ndjson(W),
    Markdown(W),
}

impl<W: Write> Rows<W> {
    /// A writer that has written what stands before the first row of type `R`.
    ///
    /// `origin` tells which columns stand before those of `R`; `key` is that of the rows in a JSON document.
    pub(crate) fn start<R: Row>(
        format: Format,
        mut writer: W,
        origin: Origin<'_>,
        head: &Head<'_>,
        key: &str,
    ) -> io::Result<Self> {
        let columns = origin.cells().map(|(column, _)| column).chain(R::COLUMNS.iter().copied());
        let sink = match format {
            Format::Csv | Format::Table => {
                let mut csv = csv::Writer::from_writer(writer);
                csv.write_record(columns).map_err(unwrapped)?;
                Sink::Csv(Box::new(csv))
            }
            Format::Json => {
                let head = serde_json::to_string(head)?;
                // The document stays open until its last row.
                let open = head.strip_suffix('}').unwrap_or(&head);
                write!(writer, "{open},\"{key}\":[")?;
                Sink::Json { writer, rows: 0 }
            }
            Format::Ndjson => Sink::Ndjson(writer),
            Format::Markdown => {
                let columns: Vec<_> = columns.collect();
                writeln!(writer, "| {} |", columns.join(" | "))?;
                writeln!(writer, "|{}", " --- |".repeat(columns.len()))?;
                Sink::Markdown(writer)
            }
        };
        Ok(Self { sink, cell: String::new() })
    }

    /// Writes a row.
    pub(crate) fn row<R: Row>(&mut self, row: &R) -> io::Result<()> {
        match &mut self.sink {
            Sink::Csv(csv) => {
                for (_, cell) in row.origin().cells() {
                    csv.write_field(cell).map_err(unwrapped)?;
                }
                row.cells(|cell| {
                    fill(&mut self.cell, cell);
                    csv.write_field(&self.cell).map_err(unwrapped)
                })?;
                // Ends the record.
                csv.write_record(None::<&[u8]>).map_err(unwrapped)
            }
            Sink::Json { writer, rows } => {
                writer.write_all(if *rows == 0 { b"\n" } else { b",\n" })?;
                *rows += 1;
                object(writer, row)
            }
            Sink::Ndjson(writer) => {
                object(writer, row)?;
                writer.write_all(b"\n")
            }
            Sink::Markdown(writer) => {
                for (_, cell) in row.origin().cells() {
                    write!(writer, "| {} ", markdown::escaped(cell))?;
                }
                row.cells(|cell| {
                    fill(&mut self.cell, cell);
                    write!(writer, "| {} ", markdown::escaped(&self.cell))
                })?;
                writer.write_all(b"|\n")
            }
        }
    }

    /// Writes what stands after the last row.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self.sink {
            Sink::Csv(mut csv) => csv.flush(),
            Sink::Json { mut writer, rows } => writer.write_all(if rows == 0 { b"]}\n" } else { b"\n]}\n" }),
            Sink::Ndjson(_) | Sink::Markdown(_) => Ok(()),
        }
    }
}

fn object(writer: &mut impl Write, row: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(writer, row).map_err(io::Error::from)
}

fn fill(text: &mut String, cell: &dyn Display) {
    text.clear();
    // Writing to a string fails only where the value's own formatting does, and none here does.
    let _ = write!(text, "{cell}");
}

/// The error of the writer itself, so that a closed pipe is known for what it is.
fn unwrapped(error: csv::Error) -> io::Error {
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
    use super::*;

    #[derive(Serialize)]
    struct Pair(&'static str, &'static str);

    impl Row for Pair {
        const COLUMNS: &'static [&'static str] = &["one", "two"];

        fn origin(&self) -> Origin<'_> {
            Origin { inventory: Some("a,b"), client: None }
        }

        fn cells<E>(&self, mut cell: impl FnMut(&dyn Display) -> Result<(), E>) -> Result<(), E> {
            cell(&self.0)?;
            cell(&self.1)
        }
    }

    fn written(format: Format, pairs: &[Pair]) -> String {
        let mut text = Vec::new();
        let head = Head { schema: "pairs/1", profile: None, inventories: &[], diagnostics: None };
        let origin = Origin { inventory: Some(""), client: None };
        let mut rows = Rows::start::<Pair>(format, &mut text, origin, &head, "rows").unwrap();
        for pair in pairs {
            rows.row(pair).unwrap();
        }
        rows.finish().unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn every_format_keeps_cells_apart() {
        let pairs = [Pair("x|y", "say \"no\""), Pair("line\nbreak", "")];
        assert_eq!(
            written(Format::Csv, &pairs),
            "inventory,one,two\n\"a,b\",x|y,\"say \"\"no\"\"\"\n\"a,b\",\"line\nbreak\",\n"
        );
        assert_eq!(
            written(Format::Markdown, &pairs),
            "| inventory | one | two |\n| --- | --- | --- |\n\
             | a,b | x\\|y | say \"no\" |\n| a,b | line break |  |\n"
        );
        assert_eq!(
            written(Format::Ndjson, &pairs),
            "[\"x|y\",\"say \\\"no\\\"\"]\n[\"line\\nbreak\",\"\"]\n"
        );
        assert_eq!(
            written(Format::Json, &pairs[..1]),
            "{\"schema\":\"pairs/1\",\"inventories\":[],\"rows\":[\n[\"x|y\",\"say \\\"no\\\"\"]\n]}\n"
        );
    }

    #[test]
    fn an_answer_without_rows_is_whole() {
        assert_eq!(written(Format::Csv, &[]), "inventory,one,two\n");
        assert_eq!(written(Format::Json, &[]), "{\"schema\":\"pairs/1\",\"inventories\":[],\"rows\":[]}\n");
    }
}
