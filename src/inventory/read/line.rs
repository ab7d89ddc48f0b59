//! The records of text without quotes, where every line break ends one: cells are cut where delimiters stand, and nothing is
//! copied.

use std::ops::Range;

use crate::inventory::text::COMMENT;
use crate::source::{FileId, Span};

/// A file whose records are cut.
#[derive(Clone, Copy)]
pub(super) struct Lines<'text> {
    pub(super) file: FileId,
    /// The whole file.
    pub(super) text: &'text str,
    pub(super) delimiter: u8,
    /// How many cells a record has.
    pub(super) width: usize,
}

/// A record, its cells without blanks around them.
pub(super) struct Line<'text> {
    lines: Lines<'text>,
    cells: Vec<&'text str>,
    place: Range<usize>,
}

impl<'text> Lines<'text> {
    /// How many records stand in `share` at most: one a line. None where it holds a quote, or a carriage return that is no
    /// part of a line break.
    pub(super) fn most(self, share: &Range<usize>) -> Option<usize> {
        let bytes = &self.text.as_bytes()[share.clone()];
        let is_break = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
        let is_plain = memchr::memchr2_iter(b'"', b'\r', bytes).all(is_break);
        let breaks = || memchr::memchr_iter(b'\n', bytes).count();
        is_plain.then(|| breaks() + usize::from(bytes.last().is_some_and(|last| *last != b'\n')))
    }

    /// Calls `each` with every record of `share`. None where a record has too few cells or too many, or where `each` gives
    /// none.
    pub(super) fn each(
        self,
        share: &Range<usize>,
        mut each: impl FnMut(&Line<'text>) -> Option<()>,
    ) -> Option<()> {
        let bytes = &self.text.as_bytes()[..share.end];
        let mut line =
            Line { lines: self, cells: Vec::with_capacity(self.width), place: share.start..share.start };
        let mut begin = share.start;
        let marks =
            memchr::memchr2_iter(self.delimiter, b'\n', &bytes[share.start..]).map(|at| share.start + at);
        let last = (bytes.last() != Some(&b'\n')).then_some(share.end);
        for mark in marks.chain(last) {
            let ends_line = bytes.get(mark) != Some(&self.delimiter);
            let end = mark - usize::from(ends_line && mark > begin && bytes[mark - 1] == b'\r');
            line.cells.push(trimmed(&self.text[begin..end]));
            begin = mark + 1;
            if ends_line {
                line.place.end = end;
                if says_something(&bytes[line.place.clone()]) {
                    if line.cells.len() != self.width {
                        return None;
                    }
                    each(&line)?;
                }
                line.cells.clear();
                line.place.start = begin;
            }
        }
        Some(())
    }
}

/// False for an empty line and for a comment.
fn says_something(line: &[u8]) -> bool {
    line.first().is_some_and(|first| *first != COMMENT as u8 && *first != b'\r')
}

impl<'text> Line<'text> {
    /// The whole record.
    pub(super) fn origin(&self) -> Span {
        Span::new(self.lines.file, self.place.clone())
    }

    /// The cell at `index`, if the record has one.
    pub(super) fn get(&self, index: usize) -> Option<&'text str> {
        self.cells.get(index).copied()
    }
}

/// `text` without blanks around it, of which nearly every cell has none.
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [] => text,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::Sources;

    /// What the csv crate reads, blanks around cells taken away.
    fn by_the_crate(text: &str) -> Vec<Vec<String>> {
        let mut builder = csv::ReaderBuilder::new();
        builder.has_headers(false).flexible(true).comment(Some(b'#'));
        let records = builder.from_reader(text.as_bytes()).into_records();
        let cells = |record: &csv::StringRecord| record.iter().map(|cell| cell.trim().to_owned()).collect();
        // To the crate, a comment that no line break ends is a record of one empty cell.
        records.map(|record| cells(&record.unwrap())).filter(|cells: &Vec<String>| *cells != [""]).collect()
    }

    proptest! {
        /// Records are those of the csv crate, as far as all have two cells and nothing is said to be unclear.
        #[test]
        fn records_are_those_of_the_csv_crate(lines in prop::collection::vec("(#?[a ü\"]{0,3}(,[b\r]{0,2}){0,2}\r?\n)", 0..6), last in "([a#]{0,2},?)") {
            let text = lines.concat() + &last;
            let file = Sources::default().add("vnets.csv".to_owned(), String::new(), None);
            let cut = Lines { file, text: &text, delimiter: b',', width: 2 };
            let mut read: Vec<Vec<String>> = Vec::new();
            let each = |line: &Line<'_>| {
                assert_eq!(text[line.origin().range()].split(',').count(), 2);
                read.push((0..2).map(|index| line.get(index).unwrap().to_owned()).collect());
                Some(())
            };
            let whole = 0..text.len();
            if let Some(most) = cut.most(&whole)
                && cut.each(&whole, each).is_some()
            {
                let expected = by_the_crate(&text);
                prop_assert!(expected.len() <= most);
                prop_assert_eq!(read, expected);
            }
        }
    }

    #[test]
    fn what_is_unclear_is_left_to_the_careful_reader() {
        let file = Sources::default().add("vnets.csv".to_owned(), String::new(), None);
        let of = |text: &'static str| Lines { file, text, delimiter: b';', width: 2 };
        let is_read = |text| {
            let (cut, whole) = (of(text), 0..str::len(text));
            cut.most(&whole).is_some() && cut.each(&whole, |_| Some(())).is_some()
        };
        assert!(is_read("a;b\n\n# a comment\r\n\r\nc;d"));
        for unclear in ["a;\"b\"\n", "a\rb;c\n", "a;b\r", "a\n", "a;b;c\n", " \n"] {
            assert!(!is_read(unclear), "{unclear:?}");
        }
    }
}
