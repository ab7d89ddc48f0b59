//! Findings as people read them: the row, the cell underlined, what was expected, and help.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use tunnelog::diagnostic::{Diagnostic, Report, Severity};
use tunnelog::marks::is_unseen;
use tunnelog::source::{FileId, Sources};

use crate::cli::view::words;

/// So many findings are shown; nobody reads more, and the rest is counted.
const SHOWN: usize = 100;

/// Lines up to this many bytes are handed to the renderer whole.
const ORDINARY: usize = 4096;

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
    writeln!(out, "{}", summary(&report.diagnostics))?;
    for path in report.sources.changed() {
        let path = harmless(path);
        writeln!(
            out,
            "note: `{path}` changed after it was read, so its lines are shown as blanks and counted as one"
        )?;
    }
    Ok(())
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
    let title = level.primary_title(harmless(&finding.message)).id(finding.code.name());
    let group = Group::with_title(title)
        .elements(lines(finding, sources).iter().map(|line| line.snippet(sources, width)));
    match &finding.help {
        Some(help) => group.element(Level::HELP.message(harmless(help))),
        None => group,
    }
}

/// A line of a file with the places that are marked in it.
struct Line<'finding> {
    file: FileId,
    number: usize,
    start: usize,
    text: &'finding str,
    marks: Vec<(Range<usize>, &'finding str, AnnotationKind)>,
}

/// The lines that a finding is about. Places in one line of ordinary length are marked together.
fn lines<'finding>(finding: &'finding Diagnostic, sources: &'finding Sources) -> Vec<Line<'finding>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let main = finding.span.map(|span| (span, finding.label.as_str(), AnnotationKind::Primary));
    let related =
        finding.related.iter().map(|(span, label)| (*span, label.as_str(), AnnotationKind::Context));
    for (span, label, kind) in main.into_iter().chain(related) {
        let number = sources.position(span).line;
        let mark = (span.range(), label, kind);
        let same = |line: &&mut Line<'_>| {
            line.file == span.file && line.number == number && line.text.len() <= ORDINARY
        };
        if let Some(line) = lines.iter_mut().find(same) {
            line.marks.push(mark);
        } else {
            let (start, text) = line_at(sources.get(span.file).text(), span.range().start);
            lines.push(Line { file: span.file, number, start, text, marks: vec![mark] });
        }
    }
    lines
}

/// The line that holds the byte at `at`, and where it starts.
fn line_at(text: &str, at: usize) -> (usize, &str) {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    (start, text[start..end].trim_end_matches('\r'))
}

impl<'finding> Line<'finding> {
    fn snippet(&self, sources: &'finding Sources, width: usize) -> Snippet<'finding, Annotation<'finding>> {
        let mut text = String::new();
        let mut annotations = Vec::new();
        for (range, label, kind) in &self.marks {
            let end = range.end.min(self.start + self.text.len()) - self.start;
            let (before, rest) = self.text.split_at((range.start - self.start).min(self.text.len()));
            let (marked, after) = rest.split_at(end.saturating_sub(before.len()));
            let source = sources.get(self.file);
            let safe = |part| harmless(&source.shown(part)).into_owned();
            let shown = if self.text.len() <= ORDINARY {
                [safe(before), safe(marked), safe(after)]
            } else {
                // The renderer cuts a line to the width, but weighs every letter of it before.
                let enough = width.max(80) * 4;
                let kept = last(before, enough);
                let blanks = before[..before.len() - kept.len()].chars().count();
                // Blanks in place of what is cut off let the rest keep its column.
                [" ".repeat(blanks) + &safe(kept), safe(first(marked, enough)), safe(first(after, enough))]
            };
            let start = shown[0].len();
            annotations.push(kind.span(start..start + shown[1].len()).label(harmless(label)));
            text = shown.concat();
        }
        Snippet::source(text)
            .line_start(self.number)
            .path(harmless(&sources.get(self.file).path))
            .annotations(annotations)
    }
}

/// The first `count` letters.
fn first(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(end, _)| &text[..end])
}

/// The last `count` letters.
fn last(text: &str, count: usize) -> &str {
    text.char_indices().rev().nth(count).map_or(text, |(at, letter)| &text[at + letter.len_utf8()..])
}

/// The text on one line without what a terminal takes as a command, and what nobody sees.
fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return text.into();
    }
    let replace = |letter: char| match letter {
        '\t' | '\n' | '\r' => ' ',
        letter if is_unseen(letter) => char::REPLACEMENT_CHARACTER,
        letter => letter,
    };
    text.chars().map(replace).collect::<String>().into()
}

fn summary(findings: &[Diagnostic]) -> String {
    let mut counts = [Severity::Error, Severity::Warning, Severity::Note].map(|severity| (severity, 0));
    for finding in findings {
        counts
            .iter_mut()
            .filter(|(severity, _)| *severity == finding.severity())
            .for_each(|(_, count)| *count += 1);
    }
    let found = counts.into_iter().filter(|(_, count)| *count > 0);
    found.map(|(severity, count)| words::counted(count, severity.word())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
