//! `Get-NetRoute | Export-Csv`.

use super::{Layout, Reading};
use crate::diagnostic::{Code, Diagnostic};
use crate::import::comment_length;
use crate::source::{Sources, Span};

/// The columns that matter, in lower case.
const COLUMNS: [&str; 5] = ["destinationprefix", "nexthop", "interfacealias", "interfaceindex", "ifindex"];

/// The header, without what Windows `PowerShell` writes above it.
fn header(text: &str) -> &str {
    text[header_start(text)..].lines().next().unwrap_or_default()
}

/// Where the header begins: below a line that names the type.
fn header_start(text: &str) -> usize {
    comment_length(text)
}

fn delimiter(header: &str) -> u8 {
    let count = |delimiter: &u8| header.bytes().filter(|byte| byte == delimiter).count();
    let counted = b",;\t".iter().copied().map(|delimiter| (count(&delimiter), delimiter));
    // Of two that are as frequent the first counts.
    counted.rev().max_by_key(|(count, _)| *count).map_or(b',', |(_, delimiter)| delimiter)
}

/// True where the header names what only this command gives.
pub(super) fn is_it(text: &str) -> bool {
    let layout = layout(text);
    layout.columns.contains(&Some(COLUMNS[0])) && layout.columns.len() > 1
}

/// How the file is cut into cells.
pub(super) fn layout(text: &str) -> Layout {
    let header = header(text);
    let delimiter = delimiter(header);
    let known = |name: &str| {
        let name = name.trim().trim_matches('"').to_ascii_lowercase();
        COLUMNS.into_iter().find(|column| **column == *name)
    };
    Layout { delimiter, columns: header.split(char::from(delimiter)).map(known).collect() }
}

pub(super) fn read(reading: &mut Reading, sources: &Sources) {
    let source = sources.get(reading.file);
    let Some(layout) = &source.table else { return };
    let start = header_start(&source.text);
    let column = |name: &str| layout.columns.iter().position(|column| *column == Some(name));
    let Some(destination) = column(COLUMNS[0]) else {
        let end = start + header(&source.text).len();
        let finding = Diagnostic::new(Code::MissingColumn, "the column `DestinationPrefix` is missing")
            .at(reading.span(start..end), "expected a header with `DestinationPrefix`")
            .help(format!("expected is what {} gives", reading.table.kind.origin()));
        reading.faults.push(finding);
        return;
    };
    reading.is_recognised = true;
    let mut records = csv::ReaderBuilder::new()
        .delimiter(layout.delimiter)
        .flexible(true)
        .from_reader(&source.text.as_bytes()[start..]);
    let mut record = csv::StringRecord::new();
    loop {
        let from = place(start, records.position());
        match records.read_record(&mut record) {
            Ok(false) => return,
            Ok(true) => {}
            Err(error) => {
                let at = reading.span(from..from);
                reading.faults.push(
                    Diagnostic::new(Code::UnreadableCsv, format!("the record cannot be read: {error}"))
                        .at(at, "expected a record of CSV"),
                );
                return;
            }
        }
        let begin = record.position().map_or(from, |position| place(start, position));
        let end = place(start, records.position()).min(source.text.len());
        let begin = begin + source.text.get(begin..end).map_or(0, leading_breaks);
        let whole =
            reading.span(begin..begin + source.text.get(begin..end).map_or(0, |it| it.trim_end().len()));
        if record.len() != layout.columns.len() {
            let message = format!("a record with {} cells", record.len());
            let expected = format!("expected {}, as the header has", layout.columns.len());
            reading.faults.push(Diagnostic::new(Code::UnreadableCsv, message).at(whole, expected));
            continue;
        }
        row(reading, sources, whole, &record, destination, column);
    }
}

fn leading_breaks(text: &str) -> usize {
    text.len() - text.trim_start_matches(['\r', '\n']).len()
}

fn place(start: usize, position: &csv::Position) -> usize {
    start + usize::try_from(position.byte()).unwrap_or(usize::MAX - start)
}

fn row(
    reading: &mut Reading,
    sources: &Sources,
    record_span: Span,
    record: &csv::StringRecord,
    destination: usize,
    column: impl Fn(&str) -> Option<usize>,
) {
    let cell = |name: &str| column(name).and_then(|index| record.get(index)).map(str::trim);
    let span = sources.nth_cell(record_span, destination);
    let text = record.get(destination).unwrap_or_default().trim();
    let Some(prefix) = reading.prefix(text, span.range()) else { return };
    let number = cell(COLUMNS[3]).or_else(|| cell(COLUMNS[4])).filter(|number| !number.is_empty());
    let alias = cell(COLUMNS[2]).filter(|alias| !alias.is_empty());
    let next_hop = cell(COLUMNS[1]).and_then(|hop| hop.parse::<std::net::IpAddr>().ok());
    if let (Some(number), Some(alias)) = (number, alias) {
        let pair = (number.into(), alias.into());
        if !reading.table.aliases.contains(&pair) {
            reading.table.aliases.push(pair);
        }
    }
    let entry = reading.entry(prefix, span.range());
    entry.interface = number.or(alias).map(Into::into);
    entry.next_hop = next_hop.filter(|hop| !hop.is_unspecified());
}
