//! The files an inventory was read from, and places in them.
//!
//! ```
//! use tunnelog::source::{Sources, Span};
//!
//! let mut sources = Sources::default();
//! let file = sources.add("vnets.csv".into(), "name\nHub\n".into(), None);
//! assert_eq!(sources.position(Span::new(file, 5..8)).line, 2);
//! ```

mod text;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use self::text::Text;
use crate::secrets;

/// Secrets are looked for in so much of a file at once, and only where something is shown.
const BLOCK: usize = 1 << 18;

/// What a finding says is taken from so near its place; a file may have a million of them in one line.
const NEAR: usize = 1 << 10;

/// So much around a block may tell what in it is secret.
const AROUND: usize = 1 << 16;

/// The number of a file in its [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u16);

/// A stretch of bytes in a file: a record, a cell, or a resource of an export.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    // The first byte as 48 bits in two numbers: every row of an inventory has a span, and a 64-bit offset would make it a third larger.
    start_high: u16,
    start_low: u32,
    length: u32,
}

#[expect(clippy::missing_fields_in_debug, reason = "start and end say what the numbers they are kept in do")]
impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, start, end) = (&self.file, self.start(), self.end());
        f.debug_struct("Span").field("file", file).field("start", &start).field("end", &end).finish()
    }
}

impl Span {
    /// The beginning of the first file, for what stands in none.
    pub(crate) const NOWHERE: Self = Self { file: FileId(0), start_high: 0, start_low: 0, length: 0 };

    /// The bytes of `range` in a file. Of a stretch beyond 4 GiB the first 4 GiB are kept.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "both numbers are cut on purpose")]
    pub fn new(file: FileId, range: Range<usize>) -> Self {
        let length = range.end.saturating_sub(range.start).min(u32::MAX as usize) as u32;
        let start = range.start as u64;
        Self { file, start_high: (start >> 32) as u16, start_low: start as u32, length }
    }

    /// The beginning of a file.
    #[must_use]
    pub fn beginning(file: FileId) -> Self {
        Self::new(file, 0..0)
    }

    /// The bytes of `range`, which counts from where this span starts.
    #[must_use]
    pub fn within(self, range: Range<usize>) -> Self {
        Self::new(self.file, self.start() + range.start..self.start() + range.end)
    }

    /// The first byte.
    #[must_use]
    pub fn start(self) -> usize {
        let start = u64::from(self.start_high) << 32 | u64::from(self.start_low);
        usize::try_from(start).unwrap_or(usize::MAX)
    }

    /// The byte after the last.
    #[must_use]
    pub fn end(self) -> usize {
        self.start() + self.length as usize
    }

    /// The span as a range of byte offsets.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start()..self.end()
    }
}

/// One file as it was read.
#[derive(Debug)]
pub struct Source {
    /// The path as the user gave it, joined with the name of the file inside a folder.
    pub path: String,
    text: Text,
    /// For a file with a header, how its records are cut into cells; none for JSON.
    pub table: Option<Table>,
    lines: OnceLock<Vec<usize>>,
    /// How many letters begin before each stretch of [`STRETCH`] bytes.
    letters: OnceLock<Vec<usize>>,
    /// Where secrets stand, block by block, as far as anything was shown.
    secrets: OnceLock<Vec<OnceLock<Vec<Range<usize>>>>>,
}

/// Letters are counted in stretches of so many bytes: a file may have a million findings in one line.
const STRETCH: usize = 4096;

impl Source {
    /// The text, without a byte-order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.get(&self.path)
    }

    /// How many letters begin before the byte at `end`.
    fn letters_before(&self, end: usize) -> usize {
        let bytes = self.text().as_bytes();
        let count = |bytes: &[u8]| bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        let before = self.letters.get_or_init(|| {
            let mut before = vec![0];
            for stretch in bytes.chunks(STRETCH) {
                before.push(before[before.len() - 1] + count(stretch));
            }
            before
        });
        let end = end.min(bytes.len());
        let stretch = end / STRETCH;
        before[stretch] + count(&bytes[stretch * STRETCH..end])
    }

    /// `part`, which is a slice of the text, as it may be shown: asterisks stand for secrets.
    #[must_use]
    pub fn shown<'text>(&self, part: &'text str) -> Cow<'text, str> {
        let start = part.as_ptr().addr().saturating_sub(self.text().as_ptr().addr());
        let range = start..start + part.len();
        let mut hidden = self.secrets(&range);
        // A word goes on beyond the part.
        let near = self.boundary(range.start.saturating_sub(NEAR))..self.boundary(range.end + NEAR);
        let opaque = secrets::opaque(self.text().get(near.clone()).unwrap_or_default());
        hidden.extend(opaque.into_iter().map(|it| it.start + near.start..it.end + near.start));
        hidden.retain(|it| it.start < range.end && range.start < it.end);
        secrets::joined(&mut hidden);
        let within = |it: Range<usize>| it.start.saturating_sub(start)..it.end.saturating_sub(start);
        let hidden: Vec<Range<usize>> = hidden.into_iter().map(within).collect();
        secrets::masked(part, &hidden)
    }

    /// The secrets that have a name and that `range` touches.
    pub(crate) fn secrets(&self, range: &Range<usize>) -> Vec<Range<usize>> {
        let count = self.text().len() / BLOCK + 1;
        let blocks = self.secrets.get_or_init(|| (0..count).map(|_| OnceLock::new()).collect());
        let (first, last) = (range.start / BLOCK, (range.end / BLOCK).min(count - 1));
        let mut found = Vec::new();
        for (index, block) in blocks.iter().enumerate().take(last + 1).skip(first) {
            let block = block.get_or_init(|| self.secrets_of(index));
            let from = block.partition_point(|it| it.end <= range.start);
            found.extend(block[from..].iter().take_while(|it| it.start < range.end).cloned());
        }
        found
    }

    fn secrets_of(&self, block: usize) -> Vec<Range<usize>> {
        let (start, end) = (block * BLOCK, (block + 1) * BLOCK);
        let from = self.boundary(start.saturating_sub(AROUND));
        // What begins in the midst of a line is no record of a table.
        let line = self.text()[from..self.boundary(start)].find('\n').map_or(from, |at| from + at + 1);
        let from = if from == 0 { 0 } else { line };
        let text = &self.text()[from..self.boundary(end + AROUND)];
        let found = secrets::find(text, secrets::heading(self.text()));
        found.into_iter().map(|it| it.start + from..it.end + from).collect()
    }

    /// The last place at or before `at` where no letter is cut.
    fn boundary(&self, at: usize) -> usize {
        let at = at.min(self.text().len());
        (0..=at).rev().find(|at| self.text().is_char_boundary(*at)).unwrap_or_default()
    }

    /// The range of the lines that `range` touches, or of what is near of them where they are long.
    fn lines_around(&self, range: &Range<usize>) -> Range<usize> {
        let before = self.boundary(range.start.saturating_sub(NEAR));
        let after = self.boundary(range.end.saturating_add(NEAR));
        let (start, end) = (self.boundary(range.start), self.boundary(range.end));
        let first = self.text()[before..start].rfind('\n').map_or(before, |at| before + at + 1);
        first..self.text()[end..after].find('\n').map_or(after, |at| end + at)
    }
}

/// How the records of a delimited file are cut into cells.
#[derive(Clone, Debug)]
pub struct Table {
    /// The byte between two cells.
    pub delimiter: u8,
    /// The names of the columns as the format knows them, in the order of the file; none for a column it does not know.
    pub columns: Vec<Option<&'static str>>,
}

/// Every file of an inventory, in the order of reading. Clones share the files.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Arc<Source>>);

/// A place as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Sources {
    /// Adds a file.
    ///
    /// # Panics
    /// After 65,536 files; readers refuse such a folder before.
    pub fn add(&mut self, path: String, text: String, table: Option<Table>) -> FileId {
        let id = FileId(u16::try_from(self.0.len()).expect("fewer than 65,536 files"));
        let (lines, letters, secrets) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        let text = Text::new(text);
        self.0.push(Arc::new(Source { path, text, table, lines, letters, secrets }));
        id
    }

    /// Gives back the memory that texts of large files take, as far as the files still hold them; `read` is when reading began. What is
    /// asked of one after that reads its file again.
    pub fn let_go(&mut self, read: SystemTime) {
        // What a clone shares stays.
        for source in self.0.iter_mut().filter_map(Arc::get_mut) {
            source.text.let_go(&source.path, read);
        }
    }

    /// The files that had changed when their texts were needed again, so that places in them cannot be told.
    pub fn changed(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|source| source.text.has_changed()).map(|source| &*source.path)
    }

    /// The file with that number.
    #[must_use]
    pub fn get(&self, file: FileId) -> &Source {
        &self.0[usize::from(file.0)]
    }

    /// The cell of the record at `record` in the column of that name; the whole record where there is no such cell.
    #[must_use]
    pub fn cell(&self, record: Span, column: &str) -> Span {
        let source = self.get(record.file);
        let Some(table) = &source.table else { return record };
        let Some(index) = table.columns.iter().position(|known| *known == Some(column)) else {
            return record;
        };
        self.nth_cell(record, index)
    }

    /// The cell number `index`, from 0, of the record at `record`; the whole record where it has fewer cells.
    #[must_use]
    pub fn nth_cell(&self, record: Span, index: usize) -> Span {
        let source = self.get(record.file);
        let Some(table) = &source.table else { return record };
        let text = &source.text().as_bytes()[record.range()];
        cell_range(text, table.delimiter, index).map_or(record, |range| record.within(range))
    }

    /// Every cell of the record at `record`.
    #[must_use]
    pub fn cells(&self, record: Span) -> Vec<Span> {
        let source = self.get(record.file);
        let Some(table) = &source.table else { return vec![record] };
        let mut rest = record;
        let mut cells = Vec::new();
        loop {
            cells.push(self.nth_cell(rest, 0));
            match end_of_cell(&source.text().as_bytes()[rest.range()], table.delimiter) {
                Some(end) => rest = Span::new(rest.file, rest.start() + end + 1..rest.end()),
                None => return cells,
            }
        }
    }

    /// The secrets on the lines of `span`, each with whether the span lies in it.
    pub(crate) fn secrets_near(&self, span: Span) -> Vec<(&str, bool)> {
        let Some(source) = self.0.get(usize::from(span.file.0)) else { return Vec::new() };
        let range = span.range();
        let found = source.secrets(&source.lines_around(&range)).into_iter();
        let is_in = |secret: &Range<usize>| secret.start <= range.start && range.end <= secret.end;
        found.filter_map(|it| Some((source.text().get(it.clone())?, is_in(&it)))).collect()
    }

    /// Line and column of the first byte of `span`.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        let source = self.get(span.file);
        let lines = source.lines.get_or_init(|| {
            let breaks = source.text().bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect()
        });
        let start = span.start();
        let line = lines.partition_point(|first| *first <= start);
        let first = lines[line - 1];
        let column = source.letters_before(start).saturating_sub(source.letters_before(first)) + 1;
        Position { line, column }
    }
}

/// The bytes of cell number `index` of a record, without quotes and blanks around it.
fn cell_range(record: &[u8], delimiter: u8, index: usize) -> Option<Range<usize>> {
    let mut start = 0;
    for _ in 0..index {
        start += end_of_cell(&record[start..], delimiter)? + 1;
    }
    let length = end_of_cell(&record[start..], delimiter).unwrap_or(record.len() - start);
    let cell = &record[start..start + length];
    let is_padding = |byte: &&u8| byte.is_ascii_whitespace() || **byte == b'"';
    let before = cell.iter().take_while(is_padding).count();
    let after = cell[before..].iter().rev().take_while(is_padding).count();
    if before == cell.len() {
        return Some(start..start + length);
    }
    Some(start + before..start + length - after)
}

/// Where the delimiter after the first cell stands; none where the record ends first.
///
/// As in the CSV reader, quotes count only where the cell begins with one.
fn end_of_cell(record: &[u8], delimiter: u8) -> Option<usize> {
    let mut from = 0;
    if record.first() == Some(&b'"') {
        from = 1;
        loop {
            from += record.get(from..)?.iter().position(|byte| *byte == b'"')? + 1;
            if record.get(from) != Some(&b'"') {
                break;
            }
            from += 1;
        }
    }
    record[from..].iter().position(|byte| *byte == delimiter).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_beyond_four_gibibytes_are_told_and_stay_in_order() {
        let file = FileId(3);
        let far = 5 << 32 | 7;
        let span = Span::new(file, far..far + 9);
        assert_eq!((span.start(), span.end(), span.range()), (far, far + 9, far..far + 9));
        assert_eq!(span.within(2..4), Span::new(file, far + 2..far + 4));
        let before = [0..0, 0..1, 1..2, 1 << 32..(1 << 32) + 1, far..far + 1].map(|at| Span::new(file, at));
        assert!(before.is_sorted() && before[4] < span);
        // As large as a file number and two 32-bit offsets.
        assert_eq!(size_of::<Span>(), 12);
    }

    #[test]
    fn a_cell_is_found_behind_quoted_delimiters() {
        let mut sources = Sources::default();
        let text = "name,space\n\"a,\"\"b\n\", \" 10.0.0.0/8 \"\nc,";
        let table = Table { delimiter: b',', columns: vec![Some("name"), Some("address_space")] };
        let file = sources.add("vnets.csv".into(), text.into(), Some(table));
        let last = text.len() - 2;
        let record = Span::new(file, 11..last - 1);
        let cell = sources.cell(record, "address_space");
        assert_eq!(&text[cell.range()], "10.0.0.0/8");
        assert_eq!(sources.cells(record), [sources.cell(record, "name"), cell]);
        assert_eq!(sources.position(cell), Position { line: 3, column: 6 });
        let empty = sources.cell(Span::new(file, last..last + 2), "address_space");
        assert_eq!(empty.range(), text.len()..text.len());
    }

    #[test]
    fn a_quote_inside_a_bare_cell_is_a_letter() {
        let mut sources = Sources::default();
        let text = "5\" pipe,b,\"c\"d";
        let table = Table { delimiter: b',', columns: vec![Some("name"), Some("state"), None] };
        let file = sources.add("vnets.csv".into(), text.into(), Some(table));
        let record = Span::new(file, 0..text.len());
        assert_eq!(&text[sources.cell(record, "state").range()], "b");
        assert_eq!(&text[sources.nth_cell(record, 2).range()], "c\"d");
        let cells = [0, 1, 2].map(|index| sources.nth_cell(record, index));
        assert_eq!(sources.cells(record), cells);
        assert_eq!(sources.nth_cell(record, 3), record);
    }
}
