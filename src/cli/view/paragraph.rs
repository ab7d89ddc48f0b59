//! Sentences broken into lines.

use textwrap::{Options, WordSplitter};

use crate::cli::shell::screen;
use crate::cli::shell::screen::Screen;

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

/// A sentence behind `indent`, and broken where the screen ends.
pub(crate) fn flush(text: &str, indent: &str, screen: Screen) -> String {
    let width = screen.width.max(40);
    let mut column = indent.len();
    let mut written = indent.to_owned();
    for (index, word) in text.split(' ').enumerate() {
        let length = word.chars().count() + 1;
        if index > 0 && column + length > width {
            written.push('\n');
            written.push_str(indent);
            written.push_str("  ");
            column = indent.len() + 2;
        } else if index > 0 {
            written.push(' ');
        }
        written.push_str(word);
        column += length;
    }
    written.push('\n');
    written
}

/// A sentence, indented, and broken where the screen ends.
pub(crate) fn sentence(text: &str, screen: Screen) -> String {
    let width = screen.width.max(40);
    let mut written = String::from(" ");
    let mut column = 1;
    for word in text.trim_start().split(' ') {
        let length = word.chars().count() + 1;
        if column + length > width {
            written.push_str("\n   ");
            column = 3;
        }
        written.push(' ');
        written.push_str(word);
        column += length;
    }
    written.push('\n');
    written
}
