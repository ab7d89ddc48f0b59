//! What the reader's end can show: its width, and whether it shows colour.

use std::io::{self, IsTerminal};

use anstream::{AutoStream, ColorChoice};

use super::arguments::Color;

/// Columns to write for where nothing says how many there are.
const WIDTH: usize = 100;

/// One of the process's streams, or a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Screen {
    pub(crate) colour: bool,
    pub(crate) width: usize,
    pub(crate) terminal: bool,
}

impl Screen {
    /// The width that rows have to fit into; none where they may be as long as they are.
    pub(crate) fn wrap(self) -> Option<usize> {
        self.terminal.then_some(self.width)
    }
}

/// The screen behind the standard output.
pub(crate) fn answers(color: Color) -> Screen {
    let stream = io::stdout();
    let automatic = AutoStream::choice(&stream) != ColorChoice::Never;
    let size = terminal_size_of(&stream);
    Screen { colour: wanted(color, automatic), width: size, terminal: stream.is_terminal() }
}

/// The screen behind the standard error.
pub(crate) fn errors(color: Color) -> Screen {
    let stream = io::stderr();
    let automatic = AutoStream::choice(&stream) != ColorChoice::Never;
    let size = terminal_size_of(&stream);
    Screen { colour: wanted(color, automatic), width: size, terminal: stream.is_terminal() }
}

/// True where progress can be shown: errors go to a terminal, and the answer does not.
pub(crate) fn shows_progress() -> bool {
    io::stderr().is_terminal() && !io::stdout().is_terminal()
}

/// What a file shows.
pub(crate) fn file(color: Color) -> Screen {
    Screen { colour: wanted(color, false), width: WIDTH, terminal: false }
}

fn wanted(color: Color, automatic: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => automatic,
    }
}

#[cfg(unix)]
fn terminal_size_of(stream: &impl std::os::fd::AsFd) -> usize {
    terminal_size::terminal_size_of(stream).map_or(WIDTH, |(width, _)| width.0.into())
}

#[cfg(windows)]
fn terminal_size_of(stream: &impl std::os::windows::io::AsHandle) -> usize {
    terminal_size::terminal_size_of(stream).map_or(WIDTH, |(width, _)| width.0.into())
}

/// `text` without characters that a terminal would act on instead of showing them.
pub(crate) fn harmless(text: &str) -> String {
    text.chars().map(|letter| if letter != '\n' && acts(letter) { '\u{fffd}' } else { letter }).collect()
}

/// A name on one line, without characters that a terminal would act on.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|letter| if acts(letter) { '\u{fffd}' } else { letter }).collect()
}

/// Control characters, and those that change the direction of what follows.
fn acts(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_act_on() {
        assert_eq!(one_line("hub\u{1b}[2J\u{202e}\n\u{9b}é"), "hub\u{fffd}[2J\u{fffd}\u{fffd}\u{fffd}é");
        assert_eq!(harmless("a\nb\u{7}"), "a\nb\u{fffd}");
    }
}
