//! From the text of a query file to what it says, with every mistake in it.

use super::check;
use super::grammar::{Line, Place, Unexpected, parse as parse_line};
use super::syntax::{Change, QueryFile, Scenario, Statement};
use crate::diagnostic::{Code, Diagnostic, Report};
use crate::inventory::shortened;
use crate::source::Span;

/// Parses the query file at `path`. What is wrong in it is reported, and left out of the result.
pub fn parse(path: &str, text: &str, report: &mut Report) -> QueryFile {
    let mut file = QueryFile::default();
    let mut scenario = Scenario::default();
    for (line, _) in lines(path, text, report) {
        match line {
            Line::Nothing => {}
            Line::Scenario(name) => {
                let before =
                    std::mem::replace(&mut scenario, Scenario { name: Some(name), statements: Vec::new() });
                file.scenarios.push(before);
            }
            Line::Statement(statement, span) => {
                check::statement(&statement, report);
                scenario.statements.push((statement, span));
            }
        }
    }
    file.scenarios.push(scenario);
    file.scenarios.retain(|scenario| scenario.name.is_some() || !scenario.statements.is_empty());
    file
}

/// Parses changes, one a line, such as those given on the command line. `path` is how messages call the text.
pub fn parse_changes(path: &str, text: &str, report: &mut Report) -> Vec<Change> {
    let mut changes = Vec::new();
    for (line, span) in lines(path, text, report) {
        match line {
            Line::Nothing => {}
            Line::Statement(Statement::Change(change), _) => {
                check::change(&change, report);
                changes.push(change);
            }
            Line::Statement(..) | Line::Scenario(_) => {
                let message = "only changes can stand here";
                let finding = Diagnostic::new(Code::QuerySyntax, message).at(span, "expected `+` or `-`");
                report.push(finding.help("write a change as `+ bgp(VNet1, VNet2)` or `- bgp(VNet1, VNet2)`"));
            }
        }
    }
    changes
}

/// The lines that make sense, each with its place.
fn lines(path: &str, text: &str, report: &mut Report) -> Vec<(Line, Span)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file = report.sources.add(path.to_owned(), text.to_owned(), None);
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let place = Place { file, start };
        match parse_line(content, place) {
            Ok(parsed) => lines.push((parsed, place.span(0..content.len()))),
            Err(unexpected) => report.push(finding(content, place, unexpected)),
        }
        start += line.len();
    }
    lines
}

fn finding(line: &str, place: Place, unexpected: Unexpected) -> Diagnostic {
    let Unexpected { offset, expected } = unexpected;
    let found = word_at(&line[offset..]);
    let message = match found {
        "" => "the line ends too early".to_owned(),
        found => format!("unexpected `{}`", shortened(found)),
    };
    let label = format!("expected {expected}");
    let finding =
        Diagnostic::new(Code::QuerySyntax, message).at(place.span(offset..offset + found.len()), label);
    match hint(found, &expected) {
        Some(help) => finding.help(help),
        None => finding,
    }
}

/// What a message repeats: the word at the beginning, or the sign.
fn word_at(rest: &str) -> &str {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '/' | ':');
    let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
    let length = if length == 0 { rest.chars().next().map_or(0, char::len_utf8) } else { length };
    &rest[..length]
}

fn hint(found: &str, expected: &str) -> Option<&'static str> {
    match expected {
        "`+`, `-`, `?`, `expect` or `scenario`" => Some(
            "a line begins with `+` or `-` for a change, `?` for a question, `expect`, `scenario`, or `#` for a comment",
        ),
        "`,` or `)`" if !found.is_empty() => {
            Some("a name that holds a blank, comma, parenthesis or quote stands in double quotes")
        }
        "the end of the line" => Some("conditions are separated by commas"),
        _ => None,
    }
}
