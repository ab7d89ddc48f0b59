//! One delimited file: its delimiter and columns, told from the header, and its records.

use std::ops::Range;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord};
use rayon::prelude::*;

use super::cell::{Cell, Placed};
use super::line::{Line, Lines};
use super::quotes;
use super::row::Row;
use super::suggest::nearest;
use crate::diagnostic::{Code, Diagnostic, Report};
use crate::inventory::columns::{Column, FILES, Field, InventoryFile};
use crate::inventory::text;
use crate::inventory::text::COMMENT;
use crate::source::{FileId, Sources, Span, Table};

/// The bytes of records from which on reading them is shared among threads.
const WORTH_SHARING: usize = 1 << 20;

/// A file whose header is read.
pub(super) struct Sheet {
    file: FileId,
    /// The columns of the header in the order of the file.
    columns: Vec<Option<&'static str>>,
    delimiter: u8,
    /// Where the records begin.
    body: usize,
    /// False where a fault of the file hides all or some of its records.
    readable: bool,
}

impl Sheet {
    /// A file that cannot be read.
    pub(super) fn broken(file: FileId) -> Self {
        Self { file, columns: Vec::new(), delimiter: b',', body: usize::MAX, readable: false }
    }

    /// Reads the header of `text` and adds the file to the report.
    pub(super) fn open(path: &Path, layout: &InventoryFile, text: String, report: &mut Report) -> Self {
        let delimiter = delimiter(&text);
        let mut reader = reader_of(text.as_bytes(), delimiter);
        let mut header = StringRecord::new();
        // Text that is UTF-8 as a whole is so in its cells, and memory does not fail to be read.
        let found = reader.read_record(&mut header).unwrap_or(false);
        let body = offset(&reader);
        let columns: Vec<_> = header.iter().map(|cell| recognise(cell, layout.columns)).collect();
        let (start, end) = trim(&text, 0, body);
        let fault = quotes::fault(&text.as_bytes()[start..end], delimiter);
        let table = Table { delimiter, columns: columns.clone() };
        let file = report.sources.add(path.display().to_string(), text, Some(table));
        // An export of nothing is an empty file; only the networks cannot do without a header.
        let is_vnets = layout.name == FILES[0].name;
        let mut sheet = Self { file, columns, delimiter, body, readable: found || !is_vnets };
        let place = Span::new(file, start..end);
        if let Some((quote, fault)) = fault {
            report.push(quotes::finding(&report.sources, place, quote, fault));
            sheet.readable = false;
        } else if found {
            sheet.check_header(place, layout, &header, report);
        } else if is_vnets {
            report.push(
                Diagnostic::new(Code::NotAnInventory, format!("`{}` is empty", path.display()))
                    .help("it must have at least a header with the columns `name` and `address_space`"),
            );
        }
        sheet
    }

    fn check_header(&self, header: Span, layout: &InventoryFile, cells: &StringRecord, report: &mut Report) {
        let InventoryFile { name, columns: known, .. } = layout;
        let missing: Vec<&Column> =
            known.iter().filter(|column| !self.columns.contains(&Some(column.name))).collect();
        let places = report.sources.cells(header);
        let place_of = |index: usize| places.get(index).copied().unwrap_or(header);
        for (index, (column, cell)) in self.columns.iter().zip(cells).enumerate() {
            let place = place_of(index);
            let Some(column) = column else {
                report.push(unknown_column(cell.trim(), name, place, &missing));
                continue;
            };
            let first = self.columns.iter().position(|other| *other == Some(column)).unwrap_or(index);
            if first < index {
                report.push(
                    Diagnostic::new(Code::DuplicateColumn, format!("`{name}` has two columns `{column}`"))
                        .at(place, "named again here")
                        .with(place_of(first), "first named here")
                        .help("names of columns are compared without regard to case, blanks, `_` and `-`"),
                );
            }
        }
        for column in missing.iter().filter(|column| column.required) {
            report.push(
                Diagnostic::new(Code::MissingColumn, format!("`{name}` has no column `{}`", column.name))
                    .at(header, format!("expected a column `{}`", column.name))
                    .help(format!("the columns of `{name}` are {}", list(known))),
            );
        }
    }

    /// True where no record is hidden by a fault of the file, and the column is there.
    pub(super) fn shows_all(&self, cell: Cell) -> bool {
        self.readable && (cell.index.is_some() || self.columns.is_empty())
    }

    /// Where this file has the columns that the format knows.
    pub(super) fn place<Made, const COUNT: usize>(
        &self,
        fields: &'static [Field<Made>; COUNT],
    ) -> [Placed<Made>; COUNT] {
        fields.each_ref().map(|field| {
            let name = field.column.name;
            let index = self.columns.iter().position(|column| *column == Some(name));
            Placed { field, cell: Cell { name, index } }
        })
    }

    /// How many records there are at most: one a line.
    pub(super) fn most_rows(&self, sources: &Sources) -> usize {
        let body = sources.get(self.file).text().as_bytes().get(self.body..).unwrap_or_default();
        memchr::memchr_iter(b'\n', body).count() + usize::from(!body.is_empty())
    }

    /// Every record as a row, which `fill` makes of a `blank` one in its place, with all threads at work; none where the
    /// file is short, or where anything at all would have to be said about a record, which is [`Sheet::rows`]'s to do.
    /// `fill` may leave a note for the next record, which the last one of another stretch does not leave.
    pub(super) fn clean_rows<'text, Note: Default, Row: Clone + Send + Sync>(
        &self,
        sources: &'text Sources,
        blank: Row,
        fill: impl Fn(&mut Note, &Line<'text>, &mut Row) -> Option<()> + Sync,
    ) -> Option<Vec<Row>> {
        let text = sources.get(self.file).text();
        if !self.readable || text.len() < self.body + WORTH_SHARING {
            return None;
        }
        let lines = Lines { file: self.file, text, delimiter: self.delimiter, width: self.columns.len() };
        let shares = shares(text, self.body, 4 * rayon::current_num_threads());
        let counts: Vec<usize> = shares.par_iter().map(|share| lines.most(share)).collect::<Option<_>>()?;
        let mut rows: Vec<Row> = rayon::iter::repeat_n(blank, counts.iter().sum()).collect();
        let mut rest = &mut rows[..];
        let of_share = |(share, count)| {
            let (own, others) = std::mem::take(&mut rest).split_at_mut(count);
            rest = others;
            (share, own)
        };
        let stretches: Vec<_> = shares.into_iter().zip(counts.iter().copied()).map(of_share).collect();
        let read = |(share, own): (_, &mut [Row])| {
            let (mut note, mut left) = (Note::default(), own.iter_mut());
            lines.each(&share, |line| fill(&mut note, line, left.next()?))?;
            Some(left.len())
        };
        let unused: Vec<usize> = stretches.into_par_iter().map(read).collect::<Option<_>>()?;
        let mut end = rows.len();
        // Lines that are empty or comments leave rows behind that are none.
        for (count, unused) in counts.into_iter().zip(unused).rev() {
            rows.drain(end - unused..end);
            end -= count;
        }
        Some(rows)
    }

    /// The cells of a column in records at `places` about which there was nothing to say, and where they stand.
    pub(super) fn texts<'text>(
        &self,
        sources: &'text Sources,
        cell: Cell,
        records: impl IndexedParallelIterator<Item = Span>,
    ) -> (Vec<&'text str>, Vec<Span>) {
        let text = sources.get(self.file).text();
        let index = cell.index.unwrap_or_default();
        let found = records.map(|record| {
            let place = sources.nth_cell(record, index);
            (text[place.range()].trim(), place)
        });
        found.unzip()
    }

    /// Calls `each` with every record. False where a misplaced quote may hide records.
    pub(super) fn rows(
        &self,
        sources: &Sources,
        diagnostics: &mut Vec<Diagnostic>,
        mut each: impl FnMut(&mut Row<'_>),
    ) -> bool {
        let text = sources.get(self.file).text();
        let Some(body) = text.as_bytes().get(self.body..).filter(|_| self.readable) else { return false };
        let mut reader = reader_of(body, self.delimiter);
        let mut record = StringRecord::new();
        let mut begin = self.body;
        let mut all_seen = true;
        while reader.read_record(&mut record).unwrap_or(false) {
            let next = self.body + offset(&reader);
            let (start, end) = trim(text, begin, next);
            begin = next;
            let origin = Span::new(self.file, start..end);
            let is_alone = record.len() == 1;
            // What stands at the end of a row and is empty is often left out.
            while record.len() < self.columns.len() {
                record.push_field("");
            }
            let whole = record.len() == self.columns.len();
            // Spreadsheets leave rows of empty cells behind, which say nothing.
            if (whole || is_alone) && record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if let Some((quote, fault)) = quotes::fault(&text.as_bytes()[start..end], self.delimiter) {
                diagnostics.push(quotes::finding(sources, origin, quote, fault));
                all_seen = false;
                continue;
            }
            if !whole {
                diagnostics.push(self.wrong_count(origin, record.len()));
            }
            each(&mut Row { record: &record, whole, origin, sources, diagnostics });
        }
        all_seen
    }

    fn wrong_count(&self, origin: Span, count: usize) -> Diagnostic {
        let expected = self.columns.len();
        let delimiter = char::from(self.delimiter);
        Diagnostic::new(
            Code::UnreadableCsv,
            format!("a record has {count} cells, but the header has {expected}"),
        )
        .at(origin, format!("expected {expected} cells at most, as in the header"))
        .help(format!(
            "separate the prefixes of a list with blanks; a cell that holds `{delimiter}` must stand in double quotes"
        ))
    }
}

/// A reader of records, which passes over comments.
fn reader_of(text: &[u8], delimiter: u8) -> csv::Reader<&[u8]> {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(delimiter).comment(Some(COMMENT as u8)).has_headers(false).flexible(true);
    builder.from_reader(text)
}

/// `text` from `start` on in about `count` stretches of whole lines.
fn shares(text: &str, mut start: usize, count: usize) -> Vec<Range<usize>> {
    let size = (text.len() - start).div_ceil(count.max(1));
    let mut shares = Vec::with_capacity(count);
    while start < text.len() {
        let least = (start + size).min(text.len());
        let end = memchr::memchr(b'\n', &text.as_bytes()[least..]).map_or(text.len(), |at| least + at + 1);
        shares.push(start..end);
        start = end;
    }
    shares
}

/// The delimiter that the first line has more of; a comma where neither is there.
fn delimiter(text: &str) -> u8 {
    let says_something = |line: &&str| !line.trim().is_empty() && !line.starts_with(COMMENT);
    text::delimiter(text.lines().find(says_something).unwrap_or_default(), b",;\t")
}

/// The column that a cell of the header names, compared without regard to case, blanks, `_` and `-`.
fn recognise(cell: &str, known: &[Column]) -> Option<&'static str> {
    fn letters(name: &str) -> impl Iterator<Item = char> + '_ {
        let letters = name.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '_' | '-'));
        letters.flat_map(char::to_lowercase)
    }
    known.iter().map(|column| column.name).find(|name| letters(name).eq(letters(cell)))
}

fn unknown_column(cell: &str, name: &str, place: Span, missing: &[&Column]) -> Diagnostic {
    let message = if cell.is_empty() {
        format!("a column of `{name}` without a name is ignored")
    } else {
        format!("the column `{}` of `{name}` is ignored", super::suggest::shortened(cell))
    };
    let finding = Diagnostic::new(Code::UnknownColumn, message).at(place, "not a column of this file");
    match nearest(cell, missing.iter().map(|column| column.name)) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding,
    }
}

fn list(known: &[Column]) -> String {
    let names: Vec<_> = known.iter().map(|column| format!("`{}`", column.name)).collect();
    names.join(", ")
}

/// The ends of a record without the comments before it and the line breaks around it.
fn trim(text: &str, start: usize, end: usize) -> (usize, usize) {
    let record = &text[start..end];
    let is_break = ['\r', '\n'];
    let mut rest = record.trim_start_matches(is_break);
    while rest.starts_with(COMMENT) {
        let after = rest.find('\n').map_or("", |at| &rest[at..]);
        rest = after.trim_start_matches(is_break);
    }
    let begin = start + record.len() - rest.len();
    (begin, (start + record.trim_end_matches(is_break).len()).max(begin))
}

fn offset(reader: &csv::Reader<&[u8]>) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)
}
