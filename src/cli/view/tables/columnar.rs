//! Parquet: the rows of the CSV, column by column, with what is alike in all rows before them.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, GzipLevel, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use crate::cli::shell::exit::Failure;
use crate::cli::view::tables::cells::Cells;

/// Rows that are gathered before they are written: enough for dictionaries to pay, and few enough for any memory.
const GROUP: usize = 1 << 17;

/// The columns whose cells hold several words, with `;` between them.
const LISTS: [&str; 2] = ["reason", "server"];

/// Writes rows as they come, so that no answer has to fit into memory.
pub(crate) struct Columnar<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    /// What the columns before those of the rows hold in every row.
    constants: Vec<ByteArray>,
    columns: Vec<&'static str>,
    waiting: Vec<Cells>,
    count: usize,
    group: usize,
}

impl<W: Write + Send> Columnar<W> {
    /// A writer of rows with these columns, before which stand `constants`, which are alike in all rows; `facts` are metadata about the whole.
    pub(crate) fn start(
        writer: W,
        constants: &[(&str, &str)],
        columns: Vec<&'static str>,
        facts: &[(&str, &str)],
    ) -> Result<Self, Failure> {
        Self::with_groups(writer, constants, columns, facts, GROUP).map_err(failure)
    }

    fn with_groups(
        writer: W,
        constants: &[(&str, &str)],
        columns: Vec<&'static str>,
        facts: &[(&str, &str)],
        group: usize,
    ) -> Result<Self, ParquetError> {
        let before = constants.iter().map(|(column, _)| text_type(column));
        let own =
            columns.iter().map(|column| if is_list(column) { list_type(column) } else { text_type(column) });
        let fields = before.chain(own).collect::<Result<Vec<_>, _>>()?;
        let schema = Type::group_type_builder("row").with_fields(fields).build()?;
        let metadata = facts.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), (*value).to_owned()));
        let properties = WriterProperties::builder()
            .set_compression(Compression::GZIP(GzipLevel::default()))
            .set_created_by(concat!("tunnelog version ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_key_value_metadata(Some(metadata.collect()))
            .build();
        let writer = SerializedFileWriter::new(writer, Arc::new(schema), Arc::new(properties))?;
        let constants = constants.iter().map(|(_, value)| ByteArray::from(*value)).collect();
        Ok(Self { writer, constants, columns, waiting: Vec::new(), count: 0, group })
    }

    /// Writes rows.
    pub(crate) fn write(&mut self, cells: Cells) -> Result<(), Failure> {
        self.count += cells.count();
        self.waiting.push(cells);
        if self.count >= self.group { self.flush().map_err(failure) } else { Ok(()) }
    }

    /// Writes what waits, and what stands after the last row.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let ended = self.flush().and_then(|()| self.writer.finish());
        ended.map(|_| ()).map_err(failure)
    }

    /// Writes what waits as a row group.
    fn flush(&mut self) -> Result<(), ParquetError> {
        if self.count == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        let mut values = Vec::new();
        for constant in &self.constants {
            let Some(mut writer) = group.next_column()? else { break };
            values.resize(self.count, constant.clone());
            writer.typed::<ByteArrayType>().write_batch(&values, None, None)?;
            writer.close()?;
            values.clear();
        }
        for (column, name) in self.columns.iter().enumerate() {
            let Some(mut writer) = group.next_column()? else { break };
            for cells in &self.waiting {
                values.clear();
                if is_list(name) {
                    let levels = lists(cells, column, &mut values);
                    writer.typed::<ByteArrayType>().write_batch(&values, Some(&levels.0), Some(&levels.1))?;
                    continue;
                }
                values.extend(
                    (0..cells.count()).scan(None, |last, row| Some(value(last, cells.get(row, column)))),
                );
                writer.typed::<ByteArrayType>().write_batch(&values, None, None)?;
            }
            writer.close()?;
        }
        group.close()?;
        self.waiting.clear();
        self.count = 0;
        Ok(())
    }
}

fn is_list(column: &str) -> bool {
    LISTS.contains(&column)
}

/// The type of a column of texts.
fn text_type(column: &str) -> Result<Arc<Type>, ParquetError> {
    let text = Type::primitive_type_builder(column, PhysicalType::BYTE_ARRAY)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(Some(LogicalType::String));
    text.build().map(Arc::new)
}

/// The type of a column of lists of texts, in the three levels that the format asks for.
fn list_type(column: &str) -> Result<Arc<Type>, ParquetError> {
    let elements = Type::group_type_builder("list")
        .with_repetition(Repetition::REPEATED)
        .with_fields(vec![text_type("element")?])
        .build()?;
    let list = Type::group_type_builder(column)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(Some(LogicalType::List))
        .with_fields(vec![Arc::new(elements)]);
    list.build().map(Arc::new)
}

/// Adds the words of a column to `values`, and gives for each word, or each empty list, whether it is there and whether it goes on a list.
fn lists(cells: &Cells, column: usize, values: &mut Vec<ByteArray>) -> (Vec<i16>, Vec<i16>) {
    let (mut are_there, mut go_on) = (Vec::new(), Vec::new());
    let mut last = None;
    for row in 0..cells.count() {
        let words = cells.get(row, column).split(';').filter(|word| !word.is_empty());
        let before = values.len();
        for word in words {
            go_on.push(i16::from(values.len() > before));
            are_there.push(1);
            values.push(value(&mut last, word));
        }
        if values.len() == before {
            go_on.push(0);
            are_there.push(0);
        }
    }
    (are_there, go_on)
}

/// A value with this text; where it repeats the last one, its bytes are shared.
fn value(last: &mut Option<ByteArray>, text: &str) -> ByteArray {
    match last {
        Some(last) if last.data() == text.as_bytes() => last.clone(),
        _ => last.insert(ByteArray::from(text)).clone(),
    }
}

/// What the user is metadata, or the error of the writer itself, so that a closed pipe is known for what it is.
fn failure(error: ParquetError) -> Failure {
    let error = match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    };
    error.into()
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use crate::cli::view::json::{Cell, Origin, Row};
    use parquet::file::metadata::RowGroupMetaData;
    use parquet::file::reader::{FileReader, SerializedFileReader};

    use super::*;

    #[derive(serde::Serialize)]
    struct Pair(&'static str, usize);

    impl Row for Pair {
        const COLUMNS: &'static [&'static str] = &["reason", "two"];

        fn origin(&self) -> Origin<'_> {
            Origin::default()
        }

        fn cells<Error>(&self, mut cell: impl FnMut(Cell<'_>) -> Result<(), Error>) -> Result<(), Error> {
            cell(Cell::Text(self.0))?;
            cell(Cell::Shown(&self.1))
        }
    }

    fn written(batches: &[&[usize]], group: usize) -> SerializedFileReader<File> {
        let mut file = tempfile::tempfile().unwrap();
        let facts = [("schema", "pairs/1")];
        let mut writer =
            Columnar::with_groups(&mut file, &[("model", "m")], Pair::COLUMNS.to_vec(), &facts, group)
                .unwrap();
        for batch in batches {
            let pair = |number: &usize| Pair(["", "é=1", "a;b"][number % 3], *number);
            writer.write(Cells::of(2, batch.iter().map(pair))).unwrap();
        }
        writer.finish().unwrap();
        SerializedFileReader::new(file).unwrap()
    }

    #[test]
    fn groups_are_written_as_they_fill() {
        let reader = written(&[&[1], &[2, 3], &[], &[4]], 2);
        let counts: Vec<i64> =
            reader.metadata().row_groups().iter().map(RowGroupMetaData::num_rows).collect();
        assert_eq!(counts, [3, 1]);
        let rows: Vec<String> =
            reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
        let expected = [
            r#"{model: "m", reason: ["é=1"], two: "1"}"#,
            r#"{model: "m", reason: ["a", "b"], two: "2"}"#,
            r#"{model: "m", reason: [], two: "3"}"#,
            r#"{model: "m", reason: ["é=1"], two: "4"}"#,
        ];
        assert_eq!(rows, expected);
    }

    #[test]
    fn a_file_without_rows_has_its_columns() {
        let reader = written(&[], 2);
        assert_eq!(reader.metadata().num_row_groups(), 0);
        let names: Vec<String> = reader
            .metadata()
            .file_metadata()
            .schema_descr()
            .columns()
            .iter()
            .map(|column| column.path().parts()[0].clone())
            .collect();
        assert_eq!(names, ["model", "reason", "two"]);
    }
}
