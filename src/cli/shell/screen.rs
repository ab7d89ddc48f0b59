//! What the reader's end can show: its width, and whether it shows colour.

use std::io::{self, IsTerminal};

use anstream::{AutoStream, ColorChoice};

use tunnelog::marks::is_unseen;

use crate::cli::arguments::Color;

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
    text.chars().map(|letter| if letter != '\n' && is_unseen(letter) { '\u{fffd}' } else { letter }).collect()
}

/// A name on one line, without characters that a terminal would act on.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|letter| if is_unseen(letter) { '\u{fffd}' } else { letter }).collect()
}

/// Lets text through but for what a terminal would act on.
#[derive(Default)]
pub(crate) struct Guard {
    /// The beginning of a character whose end has not come yet.
    begun: Vec<u8>,
}

impl Guard {
    /// What of `bytes`, and of what was begun before, can be shown.
    pub(crate) fn pass(&mut self, bytes: &[u8]) -> String {
        self.begun.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.begun) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.begun.len(),
        };
        let rest = self.begun.split_off(whole);
        let passed = std::mem::replace(&mut self.begun, rest);
        harmless(&String::from_utf8_lossy(&passed))
    }

    /// What was begun and never ended.
    pub(crate) fn rest(self) -> String {
        harmless(&String::from_utf8_lossy(&self.begun))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_inside_a_character_is_put_together() {
        let text = "é\u{202e}x\u{1b}\n".as_bytes();
        for cut in 0..=text.len() {
            let mut guard = Guard::default();
            let passed = guard.pass(&text[..cut]) + &guard.pass(&text[cut..]) + &guard.rest();
            assert_eq!(passed, "é\u{fffd}x\u{fffd}\n", "{cut}");
        }
        let mut guard = Guard::default();
        assert_eq!(guard.pass(&[b'a', 0xc3]) + &guard.rest(), "a\u{fffd}");
    }

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_act_on() {
        assert_eq!(one_line("hub\u{1b}[2J\u{202e}\n\u{9b}é"), "hub\u{fffd}[2J\u{fffd}\u{fffd}\u{fffd}é");
        assert_eq!(harmless("a\nb\u{7}"), "a\nb\u{fffd}");
        assert_eq!(one_line("a\u{200b}b\u{feff}c\u{2060}"), "a\u{fffd}b\u{fffd}c\u{fffd}");
    }
}
