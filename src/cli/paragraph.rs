//! Sentences broken into lines.

use textwrap::{Options, WordSplitter};

use super::screen::{self, Screen};

/// Lines longer than this are hard to read, however wide the screen is.
const WIDEST: usize = 100;

/// The columns that sentences take.
pub(crate) fn width(screen: Screen) -> usize {
    screen.width.clamp(40, WIDEST)
}

/// The text in lines of at most that many columns where words allow it, the last one ended.
pub(crate) fn wrapped(text: &str, first: &str, others: &str, width: usize) -> String {
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(others)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation);
    let mut filled = textwrap::fill(&screen::one_line(text), options);
    filled.push('\n');
    filled
}
