//! Lines of a table as words with their places.

use std::ops::Range;

use winnow::combinator::{preceded, repeat, terminated};
use winnow::prelude::*;
use winnow::stream::LocatingSlice;
use winnow::token::{take_till, take_while};

/// A word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word<'text> {
    pub(super) text: &'text str,
    /// Its bytes in the file.
    pub(super) range: Range<usize>,
}

/// The words of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line<'text> {
    pub(super) words: Vec<Word<'text>>,
    /// True where it begins with a blank.
    pub(super) is_indented: bool,
}

impl<'text> Line<'text> {
    /// The text of the word number `index`, from 0.
    pub(super) fn text(&self, index: usize) -> Option<&'text str> {
        self.words.get(index).map(|word| word.text)
    }

    /// From the first byte of the first word to the last of the last.
    pub(super) fn range(&self) -> Range<usize> {
        let start = self.words.first().map_or(0, |word| word.range.start);
        let end = self.words.last().map_or(0, |word| word.range.end);
        start..end
    }
}

/// The lines of `text`, each with its end and with where it begins.
pub(super) fn placed_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = next;
        next += line.len();
        (start, line)
    })
}

/// The lines of `text` that have words.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    placed_lines(text).filter_map(|(before, line)| {
        let words = words.parse(LocatingSlice::new(line)).ok()?;
        let place =
            |(text, range): (_, Range<usize>)| Word { text, range: range.start + before..range.end + before };
        let words: Vec<Word<'_>> = words.into_iter().map(place).collect();
        let is_indented = line.starts_with(char::is_whitespace);
        (!words.is_empty()).then_some(Line { words, is_indented })
    })
}

fn words<'text>(input: &mut LocatingSlice<&'text str>) -> ModalResult<Vec<(&'text str, Range<usize>)>> {
    let blanks = || take_while(0.., char::is_whitespace);
    let word = take_till(1.., char::is_whitespace).with_span();
    preceded(blanks(), repeat(0.., terminated(word, blanks()))).parse_next(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_know_where_they_stand() {
        let text = "\r\n\tdefault  dev tün0\r\nx";
        let lines: Vec<_> = lines(text).collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].is_indented && !lines[1].is_indented);
        for line in &lines {
            for word in &line.words {
                assert_eq!(&text[word.range.clone()], word.text);
            }
        }
        assert_eq!(lines[0].text(2), Some("tün0"));
    }
}
