//! The lines of an explanation, before it is known what they are shown on.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use tunnelog::answer::Status;
use tunnelog::class::Class;
use tunnelog::explain::Waypoint;
use tunnelog::proof::Direction;
use tunnelog::source::Span;

use crate::cli::shell::screen;
use crate::cli::shell::screen::Screen;
use crate::cli::view::writing::{Medium, Writing};
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
    /// What may be copied into a shell, and so stays on one line.
    Command,
}

impl Kind {
    /// The word of documents.
    fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Status(_) => "status",
            Self::Heading => "heading",
            Self::Holds => "holds",
            Self::Fails => "fails",
            Self::Step(_) => "step",
            Self::Missing => "missing",
            Self::Command => "command",
        }
    }

    /// How deep it stands below the others of its kind.
    fn depth(self) -> usize {
        if let Self::Step(depth) = self { depth } else { 0 }
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let depth = self.depth();
        let mut fields = serializer.serialize_struct("Kind", 1 + usize::from(depth > 0))?;
        fields.serialize_field("kind", self.word())?;
        if depth > 0 {
            fields.serialize_field("depth", &depth)?;
        }
        fields.end()
    }
}

/// A line of an explanation. `Stop` is what stands for what packets pass: the thing itself, or how a page has it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Line<Stop = Waypoint> {
    #[serde(flatten)]
    pub(crate) kind: Kind,
    #[serde(serialize_with = "one_line")]
    pub(crate) text: String,
    /// The rows of the inventory that it rests on.
    #[serde(skip_serializing_if = "are_unplaced", serialize_with = "placed")]
    pub(crate) rows: Vec<Rows>,
    /// The classes of clients that this line and those below it are about; none for all.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "words_of")]
    pub(crate) classes: Vec<Class>,
    /// What packets pass, where the line is about a way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) way: Vec<Stop>,
    /// Which way they go.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "direction_of")]
    pub(crate) direction: Option<Direction>,
}

/// Rows of the inventory that state something.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Rows {
    /// Why it holds, where the rows state it by what they leave open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) by_default: Option<&'static str>,
    /// Each row as `file:line`, with its place.
    #[serde(rename = "at", serialize_with = "named")]
    pub(crate) places: Vec<(String, Span)>,
}

impl Line {
    /// The line with the stops that a page has.
    pub(crate) fn passing<Stop>(self, stop: impl FnMut(Waypoint) -> Option<Stop>) -> Line<Stop> {
        let Self { kind, text, rows, classes, way, direction } = self;
        Line { kind, text, rows, classes, way: way.into_iter().filter_map(stop).collect(), direction }
    }
}

fn one_line<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&screen::one_line(text))
}

/// True where none of `rows` is known by its place.
fn are_unplaced(rows: &[Rows]) -> bool {
    rows.iter().all(|rows| rows.places.is_empty())
}

fn placed<S: Serializer>(rows: &[Rows], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(rows.iter().filter(|rows| !rows.places.is_empty()))
}

fn words_of<S: Serializer>(classes: &[Class], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(classes.iter().map(|class| class.word()))
}

#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn direction_of<S: Serializer>(direction: &Option<Direction>, serializer: S) -> Result<S::Ok, S::Error> {
    direction.map(Direction::word).serialize(serializer)
}

fn named<S: Serializer>(places: &[(String, Span)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(places.iter().map(|(name, _)| name))
}

impl Line {
    pub(crate) fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            rows: Vec::new(),
            classes: Vec::new(),
            way: Vec::new(),
            direction: None,
        }
    }

    pub(crate) fn at(mut self, rows: Vec<Rows>) -> Self {
        self.rows = rows;
        self
    }

    pub(crate) fn of(mut self, classes: Vec<Class>) -> Self {
        self.classes = classes;
        self
    }

    pub(crate) fn along(mut self, way: Vec<Waypoint>, direction: Direction) -> Self {
        self.way = way;
        self.direction = Some(direction);
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
            Kind::Command => {
                // Writing to a string does not fail.
                let _ = writeln!(text, "  → {}", screen::one_line(&sentence));
            }
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

/// Writes the lines of explanations.
pub(crate) fn write(explanations: &[Vec<Line>], writing: &mut Writing) {
    match writing.medium() {
        Medium::Screen(screen) => writing.drawn(&text(explanations, screen)),
        Medium::Ticket => ticket(explanations, writing),
    }
}

/// The lines of explanations as a ticket has them.
fn ticket(explanations: &[Vec<Line>], writing: &mut Writing) {
    let mut items: Vec<(usize, String)> = Vec::new();
    for line in explanations.iter().flatten() {
        let sentence = line.sentence();
        let item = match line.kind {
            Kind::Title | Kind::Heading | Kind::Command => None,
            Kind::Status(_) => Some((0, sentence.clone())),
            Kind::Holds => Some((0, format!("✓ {sentence}"))),
            Kind::Fails => Some((0, format!("✗ {sentence}"))),
            Kind::Missing => Some((1, sentence.clone())),
            // On a screen steps stand two blanks for each level to the right, the first below what holds.
            Kind::Step(depth) => Some((depth.clamp(2, DEEPEST) / 2, sentence.clone())),
        };
        if let Some(item) = item {
            items.push(item);
            continue;
        }
        writing.list(&std::mem::take(&mut items));
        match line.kind {
            Kind::Title => writing.title(&sentence),
            Kind::Heading => writing.heading(&sentence),
            _ => writing.commands(&[sentence], ""),
        }
    }
    writing.list(&items);
}

/// The lines of explanations as a screen shows them.
fn text(explanations: &[Vec<Line>], screen: Screen) -> String {
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
