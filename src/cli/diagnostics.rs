//! Findings as people read them: the row, the cell underlined, what was expected, and help.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use tunnelog::diagnostic::{Diagnostic, Report, Severity};
use tunnelog::source::{Sources, Span};

/// So many findings are shown; nobody reads more, and the rest is counted.
const SHOWN: usize = 100;

/// Writes the findings of `report` in their order, and how many there are of each weight.
///
/// Rows of exports are kilobytes long and come from outside: of a line, only what fits into
/// `width` around the marked cell is written, and nothing that a terminal would obey.
pub(crate) fn render(report: &Report, out: &mut impl Write, colour: bool, width: usize) -> io::Result<()> {
    if report.diagnostics.is_empty() {
        return Ok(());
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() }.term_width(width);
    for finding in report.diagnostics.iter().take(SHOWN) {
        let group = group(finding, &report.sources, width);
        writeln!(out, "{}\n", renderer.render(&[group]))?;
    }
    let more = report.diagnostics.len().saturating_sub(SHOWN);
    if more > 0 {
        writeln!(out, "… and {more} more\n")?;
    }
    writeln!(out, "{}", summary(&report.diagnostics))
}

fn group<'finding>(
    finding: &'finding Diagnostic,
    sources: &'finding Sources,
    width: usize,
) -> Group<'finding> {
    let level = match finding.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group =
        Group::with_title(level.primary_title(harmless(&finding.message)).id(finding.code.name()));
    let related = finding.related.iter().map(|(span, label)| (*span, label, AnnotationKind::Context));
    let places = finding.span.map(|span| (span, &finding.label, AnnotationKind::Primary));
    for (span, label, kind) in places.into_iter().chain(related) {
        group = group.elements(place(span, label, kind, sources, width));
    }
    match &finding.help {
        Some(help) => group.element(Level::HELP.message(harmless(help))),
        None => group,
    }
}

fn place<'text>(
    span: Span,
    label: &'text str,
    kind: AnnotationKind,
    sources: &'text Sources,
    width: usize,
) -> [Element<'text>; 2] {
    let source = sources.get(span.file);
    let position = sources.position(span);
    let excerpt = Excerpt::of(&source.text, span, width);
    let annotation: Annotation<'_> = kind.span(excerpt.marked).label(harmless(label));
    let origin = Origin::path(harmless(&source.path)).line(position.line).char_column(position.column);
    let snippet = Snippet::source(excerpt.text).line_start(position.line).annotation(annotation);
    [origin.into(), snippet.into()]
}

/// What is shown of the line in which a place begins.
struct Excerpt {
    text: String,
    marked: std::ops::Range<usize>,
}

impl Excerpt {
    fn of(text: &str, span: Span, width: usize) -> Self {
        // A line may be a whole export long. The renderer cuts it to the width, but looks at all of it before.
        let enough = width.max(80) * 4;
        let range = span.range();
        let before = last(line_before(&text[..range.start]), enough);
        let line = text[range.start..].split(['\n', '\r']).next().unwrap_or_default();
        let marked = first(&line[..line.len().min(range.len())], enough);
        let after = first(&line[marked.len()..], enough);
        let (before, marked, after) = (harmless(before), harmless(marked), harmless(after));
        let start = before.len();
        Self { marked: start..start + marked.len(), text: [before, marked, after].concat() }
    }
}

fn line_before(text: &str) -> &str {
    &text[text.rfind(['\n', '\r']).map_or(0, |at| at + 1)..]
}

/// The first `count` letters.
fn first(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(end, _)| &text[..end])
}

/// The last `count` letters.
fn last(text: &str, count: usize) -> &str {
    text.char_indices().rev().nth(count).map_or(text, |(at, letter)| &text[at + letter.len_utf8()..])
}

/// The text without what a terminal takes as a command: control characters, and marks that turn the direction of writing.
fn harmless(text: &str) -> Cow<'_, str> {
    let is_harmful = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(is_harmful) {
        let replace = |letter: char| match letter {
            '\t' | '\n' | '\r' => ' ',
            letter if is_harmful(letter) => char::REPLACEMENT_CHARACTER,
            letter => letter,
        };
        text.chars().map(replace).collect::<String>().into()
    } else {
        text.into()
    }
}

fn summary(findings: &[Diagnostic]) -> String {
    let mut line = String::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let count = findings.iter().filter(|finding| finding.severity() == severity).count();
        if count > 0 {
            let separator = if line.is_empty() { "" } else { ", " };
            let plural = if count == 1 { "" } else { "s" };
            // Writing to a string does not fail.
            let _ = write!(line, "{separator}{count} {}{plural}", severity.word());
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn look() {
        for code in std::fs::read_dir("tests/fixtures/diagnostics").unwrap() {
            let mut report = Report::default();
            tunnelog::inventory::read_folder(Path::new(&code.unwrap().path()), &mut report);
            render(&report, &mut std::io::stdout(), false, 100).unwrap();
            println!("=======");
        }
    }
}
