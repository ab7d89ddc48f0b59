//! Findings as a SARIF 2.1.0 document, which code scanning reads.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde::Serialize;
use tunnelog::diagnostic::{Code, Diagnostic, Report};
use tunnelog::source::{Sources, Span};

use crate::cli::shell::screen;
use crate::cli::view::findings::place::uri;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    column_kind: &'static str,
    results: &'a [Finding],
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    information_uri: Option<&'static str>,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    help: Message,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

/// A result of the run.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Finding {
    #[serde(rename = "ruleId", serialize_with = "name")]
    code: Code,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names are those of the format")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
}

/// A result for each finding. One without a place is located at the inventory, since code scanning refuses it otherwise.
pub(crate) fn results<'a>(report: &'a Report, inventory: &'a str) -> impl Iterator<Item = Finding> + 'a {
    report.diagnostics.iter().map(move |diagnostic| Finding {
        code: diagnostic.code,
        level: diagnostic.severity().word(),
        message: message(diagnostic),
        locations: [Location {
            id: None,
            physical_location: match diagnostic.span {
                Some(span) => physical(&report.sources, span),
                None => PhysicalLocation {
                    artifact_location: ArtifactLocation { uri: uri(inventory) },
                    region: None,
                },
            },
            message: None,
        }],
        related_locations: related(diagnostic, &report.sources),
    })
}

/// Writes one run with these results, and the rules that they are of.
pub(crate) fn write(results: &[Finding], writer: &mut impl Write) -> io::Result<()> {
    let codes: BTreeSet<Code> = results.iter().map(|result| result.code).collect();
    let driver = Driver {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        information_uri: Some(env!("CARGO_PKG_REPOSITORY")).filter(|uri| !uri.is_empty()),
        rules: codes.into_iter().map(rule).collect(),
    };
    let run = Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results };
    let document = Document { schema: SCHEMA, version: "2.1.0", runs: [run] };
    serde_json::to_writer(&mut *writer, &document)?;
    writer.write_all(b"\n")
}

fn rule(code: Code) -> Rule {
    let help = format!("docs/diagnostics.md says of `{}` what it means and what to do", code.name());
    Rule {
        id: code.name(),
        short_description: Message { text: code.summary().to_owned() },
        full_description: Message { text: code.summary().to_owned() },
        help: Message { text: help },
        default_configuration: Configuration { level: code.severity().word() },
    }
}

/// What is wrong, what was expected, and what to do, on one line.
fn message(diagnostic: &Diagnostic) -> Message {
    let mut text = diagnostic.message.clone();
    if !diagnostic.label.is_empty() {
        text = format!("{text}: {}", diagnostic.label);
    }
    if let Some(help) = &diagnostic.help {
        text = format!("{text} (help: {help})");
    }
    Message { text: screen::one_line(&text) }
}

fn related(diagnostic: &Diagnostic, sources: &Sources) -> Vec<Location> {
    let location = |(index, (span, label)): (usize, &(Span, String))| Location {
        id: Some(index + 1),
        physical_location: physical(sources, *span),
        message: Some(Message { text: screen::one_line(label) }),
    };
    diagnostic.related.iter().enumerate().map(location).collect()
}

fn physical(sources: &Sources, span: Span) -> PhysicalLocation {
    let start = sources.position(span);
    let end = sources.position(Span::new(span.file, span.end()..span.end()));
    let region = Region {
        start_line: start.line,
        start_column: start.column,
        end_column: (end.line == start.line).then_some(end.column),
    };
    let artifact_location = ArtifactLocation { uri: uri(&sources.get(span.file).path) };
    PhysicalLocation { artifact_location, region: Some(region) }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn name<S: serde::Serializer>(code: &Code, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code.name())
}
