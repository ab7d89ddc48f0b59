//! Records of named cells: as CSV, as the lists that PowerShell prints, and as its tables.

use std::ops::Range;

use super::words::{Line, lines, placed_lines};
use super::{Layout, Reading};
use crate::diagnostic::{Code, Diagnostic};
use crate::import::comment_length;
use crate::inventory::delimiter;
use crate::source::{Sources, Span};

/// A cell that is not blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// The name of its column, in lower case.
    pub(super) name: String,
    pub(super) text: String,
    pub(super) range: Range<usize>,
}

/// A record, and where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) cells: Vec<Cell>,
    pub(super) range: Range<usize>,
}

impl Record {
    /// The cell of that name, in lower case; none where it is blank.
    pub(super) fn cell(&self, name: &str) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.name == name)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.cell(name).map(|cell| &*cell.text)
    }

    fn push(&mut self, name: &str, text: &str, range: Range<usize>) {
        if !text.is_empty() {
            self.cells.push(Cell { name: name.to_ascii_lowercase(), text: text.to_owned(), range });
        }
    }
}

/// The names of the header of a CSV file, in lower case, without what Windows PowerShell writes above it.
pub(super) fn header(text: &str) -> Vec<String> {
    let header = header_line(text);
    let marks = char::from(delimiter(header, b",;\t"));
    header.split(marks).map(|name| name.trim().trim_matches('"').to_ascii_lowercase()).collect()
}

fn header_line(text: &str) -> &str {
    text[comment_length(text)..].lines().next().unwrap_or_default()
}

/// How a CSV file is cut into cells.
pub(super) fn layout(text: &str) -> Layout {
    let header = header_line(text);
    let delimiter = delimiter(header, b",;\t");
    Layout { delimiter, columns: vec![None; header.split(char::from(delimiter)).count()] }
}

/// The records of a CSV file, whose header names the column `needed`.
pub(super) fn delimited(reading: &mut Reading, sources: &Sources, needed: &str) -> Vec<Record> {
    let source = sources.get(reading.file);
    let start = comment_length(source.text());
    let names = header(source.text());
    if !names.iter().any(|name| name.eq_ignore_ascii_case(needed)) {
        let end = start + header_line(source.text()).len();
        let finding = Diagnostic::new(Code::MissingColumn, format!("the column `{needed}` is missing"))
            .at(reading.span(start..end), format!("expected a header with `{needed}`"))
            .help(format!("expected is what {} gives", reading.table.kind.origin()));
        reading.faults.push(finding);
        return Vec::new();
    }
    reading.is_recognised = true;
    let delimiter = source.table.as_ref().map_or(b',', |table| table.delimiter);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(&source.text().as_bytes()[start..]);
    let mut records = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        let from = place(start, reader.position());
        match reader.read_record(&mut record) {
            Ok(false) => return records,
            Ok(true) => {}
            Err(error) => {
                let at = reading.span(from..from);
                let message = format!("the record cannot be read: {error}");
                let finding = Diagnostic::new(Code::UnreadableCsv, message);
                reading.faults.push(finding.at(at, "expected a record of CSV"));
                return records;
            }
        }
        let begin = record.position().map_or(from, |position| place(start, position));
        let end = place(start, reader.position()).min(source.text().len());
        let begin = begin + source.text().get(begin..end).map_or(0, leading_breaks);
        let length = source.text().get(begin..end).map_or(0, |it| it.trim_end().len());
        let whole = reading.span(begin..begin + length);
        if record.len() == names.len() {
            records.push(cells(sources, whole, &names, &record));
        } else {
            let message = format!("a record with {} cells", record.len());
            let expected = format!("expected {}, as the header has", names.len());
            reading.faults.push(Diagnostic::new(Code::UnreadableCsv, message).at(whole, expected));
        }
    }
}

fn cells(sources: &Sources, whole: Span, names: &[String], record: &csv::StringRecord) -> Record {
    let mut found = Record { cells: Vec::new(), range: whole.range() };
    for (index, (name, text)) in names.iter().zip(record).enumerate() {
        found.push(name, text.trim(), sources.nth_cell(whole, index).range());
    }
    found
}

fn leading_breaks(text: &str) -> usize {
    text.len() - text.trim_start_matches(['\r', '\n']).len()
}

fn place(start: usize, position: &csv::Position) -> usize {
    start + usize::try_from(position.byte()).unwrap_or(usize::MAX - start)
}

/// The records of a list: a line `Name : value` for each cell, and a blank line between two records. A value in
/// braces goes on until they close.
pub(super) fn listed(text: &str) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    let mut is_open = false;
    for (start, line) in placed_lines(text) {
        if line.trim().is_empty() {
            is_open = false;
            continue;
        }
        let last = records.last_mut().and_then(|record| record.cells.last_mut());
        if let Some(cell) =
            last.filter(|cell| is_open && cell.text.starts_with('{') && !cell.text.ends_with('}'))
        {
            cell.text.push(' ');
            cell.text.push_str(line.trim());
            cell.range.end = start + line.trim_end().len();
            continue;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        let name = name.trim();
        let is_next =
            || records.last().is_none_or(|record| record.text(&name.to_ascii_lowercase()).is_some());
        if !is_open || is_next() {
            records.push(Record { cells: Vec::new(), range: start..start + line.trim_end().len() });
            is_open = true;
        }
        let from = start + line.len() - value.trim_start().len();
        let value = value.trim();
        if let Some(record) = records.last_mut() {
            record.push(name, value, from..from + value.len());
        }
    }
    records
}

/// True where a line of `text` is a cell of that name in a list.
pub(super) fn lists(text: &str, wanted: &str) -> bool {
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .any(|(name, _)| name.trim().eq_ignore_ascii_case(wanted))
}

/// The lines of a printed table: the header, and below the line of dashes the rows.
pub(super) fn heading<'text>(text: &'text str, wanted: &str) -> Option<Line<'text>> {
    let all: Vec<Line<'text>> = lines(text).collect();
    let is_rule = |line: &Line<'_>| line.words.iter().all(|word| word.text.bytes().all(|byte| byte == b'-'));
    let names = |line: &Line<'_>| line.words.iter().any(|word| word.text.eq_ignore_ascii_case(wanted));
    all.windows(2).find(|pair| names(&pair[0]) && is_rule(&pair[1])).map(|pair| pair[0].clone())
}

/// The records of a table as it is printed, with the column `wanted` in its header.
///
/// A cell belongs to the last column that begins at it or before it: text stands under the beginning of its
/// header, and a number, aligned to the right, is no wider than that.
pub(super) fn printed(text: &str, wanted: &str) -> Vec<Record> {
    let Some(heading) = heading(text, wanted) else { return Vec::new() };
    let column = |at: usize| text[text[..at].rfind('\n').map_or(0, |end| end + 1)..at].chars().count();
    let columns: Vec<(usize, &str)> =
        heading.words.iter().map(|word| (column(word.range.start), word.text)).collect();
    let body = lines(text).skip_while(|line| line.range() != heading.range()).skip(2);
    body.take_while(|line| line.range() != heading.range())
        .map(|line| {
            let mut record = Record { cells: Vec::new(), range: line.range() };
            for word in &line.words {
                let at = column(word.range.start);
                let Some((_, name)) = columns.iter().rev().find(|(start, _)| *start <= at) else { continue };
                match record.cells.last_mut().filter(|cell| cell.name.eq_ignore_ascii_case(name)) {
                    Some(cell) => {
                        cell.range.end = word.range.end;
                        text[cell.range.clone()].clone_into(&mut cell.text);
                    }
                    None => record.push(name, word.text, word.range.clone()),
                }
            }
            record
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(records: &[Record]) -> Vec<Vec<String>> {
        let of = |cell: &Cell| format!("{}={}", cell.name, cell.text);
        records.iter().map(|record| record.cells.iter().map(of).collect()).collect()
    }

    #[test]
    fn cells_stand_under_their_header() {
        let text = "\nifIndex Prefix      Alias      Metric\n------- ------      -----      ------\n\
                    41      10.0.0.0/16 Büro Nord      1\n 2      fd00::/8    Hub           256\n";
        let expected = [
            ["ifindex=41", "prefix=10.0.0.0/16", "alias=Büro Nord", "metric=1"],
            ["ifindex=2", "prefix=fd00::/8", "alias=Hub", "metric=256"],
        ];
        let records = printed(text, "prefix");
        assert_eq!(shown(&records), expected.map(|row| row.map(String::from).to_vec()));
        for cell in records.iter().flat_map(|record| &record.cells) {
            assert_eq!(&text[cell.range.clone()], cell.text);
        }
        assert_eq!(printed("Prefix\n10.0.0.0/8\n", "prefix"), []);
    }

    #[test]
    fn a_record_of_a_list_ends_at_a_blank_line_or_where_a_name_comes_again() {
        let text = "\r\nA : 1\r\nB : ::/0\r\n\r\nA : 2\r\nB :\r\nA : 3\r\n";
        let records = listed(text);
        let expected: [&[&str]; 3] = [&["a=1", "b=::/0"], &["a=2"], &["a=3"]];
        assert_eq!(
            shown(&records),
            expected.map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>())
        );
        for cell in records.iter().flat_map(|record| &record.cells) {
            assert_eq!(&text[cell.range.clone()], cell.text);
        }
    }
}
