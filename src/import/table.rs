//! CSV files: whole rows of the portal with JSON in their cells, and the columns of queries.
//!
//! A row becomes a JSON object of its cells, so that it is read like the same row of a JSON file.

use std::fmt::Write;

use csv::{ByteRecord, ReaderBuilder};
use serde_json::value::RawValue;

use super::document::Document;
use super::json::Place;
use super::refused::Refusal;
use super::{answers, columns, text};
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::delimiter;
use crate::source::{FileId, Sources, Span, Table};

/// The columns that a row is shown by.
const SHOWN: [&str; 4] = ["name", "client", "id", "vnetid"];

/// Columns of which one is needed to tell what a row is about.
const IDS: [&str; 5] = ["id", "vnetid", "gatewayid", "network", "resourceid"];

/// How the records of a CSV file are cut, as its header tells.
pub(super) fn layout(whole: &str) -> Table {
    let header = whole[text::comment_length(whole)..].lines().next().unwrap_or_default();
    let delimiter = delimiter(header, b",;\t");
    let columns = cells(header, delimiter)
        .iter()
        .map(|column| SHOWN.into_iter().find(|shown| shown.eq_ignore_ascii_case(column)))
        .collect();
    Table { delimiter, columns }
}

fn reader(delimiter: u8) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(delimiter).has_headers(false).flexible(true);
    builder
}

/// The cells of the first record.
fn cells(record: &str, delimiter: u8) -> Vec<String> {
    let mut reader = reader(delimiter).from_reader(record.as_bytes());
    let first = reader.records().next().and_then(Result::ok);
    first.iter().flat_map(csv::StringRecord::iter).map(|cell| cell.trim().to_owned()).collect()
}

/// Why a file that is not JSON is no CSV of an export either.
fn refusal(whole: &str, header: &[String]) -> Option<Refusal> {
    let body = &whole[text::comment_length(whole)..];
    if body.trim().is_empty() {
        return Some(Refusal::Empty);
    }
    let has_id = header.iter().any(|column| IDS.iter().any(|id| column.eq_ignore_ascii_case(id)));
    if let Some(refusal) = Refusal::of_text(whole).filter(|_| !has_id) {
        return Some(refusal);
    }
    if let Some(error) = answers::printed_error(body) {
        return Some(Refusal::Failed(error));
    }
    let is_rule = |line: &str| line.len() > 3 && line.bytes().all(|byte| b"-+= \r".contains(&byte));
    if body.lines().take(2).any(is_rule) {
        return Some(Refusal::PrintedTable);
    }
    if is_yaml(body) {
        return Some(Refusal::Yaml);
    }
    let has = |wanted: &str| header.iter().any(|column| column.eq_ignore_ascii_case(wanted));
    if let Some(refusal) = Refusal::of_columns(has) {
        return Some(refusal);
    }
    let has = |wanted: &str| header.iter().any(|column| columns::plain(column) == columns::plain(wanted));
    if let Some(answer) = answers::of(has) {
        return Some(Refusal::Answer(answer));
    }
    (!has_id).then_some(Refusal::NamesOnly)
}

/// True for a list or a mapping of YAML.
fn is_yaml(body: &str) -> bool {
    let first =
        body.lines().find(|line| !line.trim().is_empty() && line.trim_end() != "---").unwrap_or_default();
    let is_key = |(key, value): (&str, &str)| {
        key.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'_')
            && !key.is_empty()
            && (value.trim().is_empty() || value.starts_with(' '))
            && !value.contains([',', ';'])
    };
    first.strip_prefix("- ").unwrap_or(first).split_once(':').is_some_and(is_key)
}

/// Reads a CSV file that was added to `sources` with its [`layout`].
pub(super) fn read(document: &mut Document<'_>, file: FileId, sources: &Sources) {
    let source = sources.get(file);
    let Some(delimiter) = source.table.as_ref().map(|table| table.delimiter) else { return };
    let start = text::comment_length(source.text());
    let header = cells(&source.text()[start..], delimiter);
    let span = |from: usize, to: usize| Span::new(file, from..to);
    if let Some(refusal) = refusal(source.text(), &header) {
        let length = source.text()[start..].lines().next().map_or(0, str::len);
        document.refusal = Some((refusal, span(start, start + length)));
        return;
    }
    let mut reader = reader(delimiter).from_reader(&source.text().as_bytes()[start..]);
    let mut record = ByteRecord::new();
    let (mut is_header, mut rows) = (true, 0_usize);
    loop {
        let from = position(&reader);
        // Bytes in memory and flexible records leave nothing that could fail.
        if !reader.read_byte_record(&mut record).unwrap_or(false) {
            document.empty_lists += usize::from(rows == 0);
            return;
        }
        if std::mem::take(&mut is_header) {
            continue;
        }
        let raw = &source.text()[start + from..start + position(&reader)];
        if raw.trim().is_empty() {
            // A line of blanks is no record, as an empty one is none.
            continue;
        }
        rows += 1;
        let blanks = raw.len() - raw.trim_start().len();
        let place = span(start + from + blanks, start + from + raw.trim_end().len());
        if record.len() != header.len() {
            let message = format!("{} cells under a header of {}", record.len(), header.len());
            document.note(
                Diagnostic::new(Code::UnreadableCsv, message).at(place, "expected as many as in the header"),
            );
            continue;
        }
        let shown = SHOWN.into_iter().map(|column| sources.cell(place, column)).find(|cell| *cell != place);
        row(document, &header, &record, shown.unwrap_or(place));
    }
}

fn position(reader: &csv::Reader<&[u8]>) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)
}

/// Reads one row as the JSON object of its cells.
fn row(document: &mut Document<'_>, header: &[String], record: &ByteRecord, place: Span) {
    let mut object = String::from("{");
    for (column, cell) in header.iter().zip(record) {
        // The text was UTF-8, and CSV cuts it only at ASCII.
        let cell = String::from_utf8_lossy(cell);
        let cell = cell.trim();
        // PowerShell puts the JSON of the column `X` into a column `XText`.
        let (column, value) = match serde_json::from_str::<&RawValue>(cell) {
            Ok(json) if cell.starts_with(['{', '[']) => {
                (column.strip_suffix("Text").unwrap_or(column), json.get().to_owned())
            }
            Ok(json) if cell.starts_with('"') && column.ends_with("Text") => {
                (column.trim_end_matches("Text"), json.get().to_owned())
            }
            Err(error) if column.eq_ignore_ascii_case("properties") && !cell.is_empty() => {
                document.unreadable(place, &error);
                return;
            }
            Ok(_) if cell == "null" => (column.as_str(), cell.to_owned()),
            _ => (column.as_str(), serde_json::Value::from(cell).to_string()),
        };
        let separator = if object.len() == 1 { "" } else { "," };
        // Writing to a string cannot fail.
        let _ = write!(object, "{separator}{}:{value}", serde_json::Value::from(column));
    }
    object.push('}');
    if let Ok(raw) = serde_json::from_str::<&RawValue>(&object) {
        document.visit(raw, Place::Cell(place), 0);
    }
}
