//! The lines of an explanation, before it is known what they are shown on.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use tunnelog::answer::Status;
use tunnelog::class::Class;
use tunnelog::names::NameId;
use tunnelog::source::Span;

use crate::cli::shell::screen::Screen;
use crate::cli::view::{paragraph, words};

/// Deeper steps are indented no further, so that sentences keep their room.
const DEEPEST: usize = 12;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Who gets where.
    Title,
    /// What can be said of it for one class of clients.
    Status(Status),
    /// What the lines below it are about.
    Heading,
    /// Something that is as it has to be.
    Holds,
    /// Something that is not.
    Fails,
    /// A step of a proof, or a remark, so many levels below.
    Step(usize),
    /// What is missing.
    Missing,
}

/// A line of an explanation.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    /// The rows of the inventory that it rests on.
    pub(crate) rows: Vec<Rows>,
    /// The classes of clients that this line and those below it are about; none for all.
    pub(crate) classes: Vec<Class>,
    /// The routers and the network that packets pass, where the line tells of a way.
    pub(crate) way: Vec<NameId>,
}

/// Rows of the inventory that state something.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    /// Why it holds, where the rows state it by what they leave open.
    pub(crate) by_default: Option<&'static str>,
    /// Each row as `file:line`, with its place.
    pub(crate) places: Vec<(String, Span)>,
}

impl Line {
    pub(crate) fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), rows: Vec::new(), classes: Vec::new(), way: Vec::new() }
    }

    pub(crate) fn at(mut self, rows: Vec<Rows>) -> Self {
        self.rows = rows;
        self
    }

    pub(crate) fn of(mut self, classes: Vec<Class>) -> Self {
        self.classes = classes;
        self
    }

    pub(crate) fn along(mut self, way: Vec<NameId>) -> Self {
        self.way = way;
        self
    }

    /// The sentence with its rows in brackets behind it.
    fn sentence(&self) -> String {
        let texts: Vec<String> = self.rows.iter().flat_map(Rows::texts).collect();
        if texts.is_empty() { self.text.clone() } else { format!("{} ({})", self.text, texts.join(", ")) }
    }

    fn write(&self, text: &mut String, screen: Screen) {
        let mut styled = |style: Style, sentence: &str, first: &str, others: &str| {
            let style = if screen.colour { style } else { Style::new() };
            let lines = paragraph::wrapped(sentence, first, others, paragraph::width(screen));
            // Writing to a string does not fail.
            let _ = writeln!(text, "{style}{}{style:#}", lines.trim_end());
        };
        let sentence = self.sentence();
        match self.kind {
            Kind::Title => styled(Style::new().bold(), &sentence, "", "  "),
            Kind::Status(status) => styled(words::style(status), &sentence, "  ", "    "),
            Kind::Heading => styled(Style::new().bold(), &sentence, "", ""),
            Kind::Holds => {
                styled(AnsiColor::Green.on_default(), &format!("✓ {sentence}"), "  ", "    ");
            }
            Kind::Fails => styled(AnsiColor::Red.on_default(), &format!("✗ {sentence}"), "  ", "    "),
            Kind::Step(depth) => {
                let indent = "  ".repeat(depth.min(DEEPEST));
                styled(Style::new(), &sentence, &indent, &format!("{indent}  "));
            }
            Kind::Missing => styled(Style::new(), &sentence, "    - ", "      "),
        }
    }
}

impl Rows {
    fn texts(&self) -> Vec<String> {
        let files = self.places.iter().map(|(file, _)| file.clone());
        match self.by_default {
            Some(why) => vec![format!("by default: {why} at {}", files.collect::<Vec<_>>().join(", "))],
            None => files.collect(),
        }
    }
}

/// The lines of explanations as a screen shows them.
pub(crate) fn text(explanations: &[Vec<Line>], screen: Screen) -> String {
    let mut text = String::new();
    for lines in explanations {
        if !text.is_empty() {
            text.push('\n');
        }
        for line in lines {
            if line.kind == Kind::Heading {
                text.push('\n');
            }
            line.write(&mut text, screen);
            if line.kind == Kind::Title {
                text.push('\n');
            }
        }
    }
    text
}
