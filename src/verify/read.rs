//! From a file of routes to a table: its kind is told by what it holds, and every fault of it is found.

mod gateway;
mod linux;
mod macos;
mod net_route;
mod profile;
mod windows;
mod words;

use std::ops::Range;
use std::path::Path;

use super::table::{Entry, Kind, Table};
use crate::diagnostic::{Code, Diagnostic, Report};
use crate::import::comment_length;
use crate::inventory::text_file::{self, Text};
use crate::prefix::{Prefix, PrefixError};
use crate::source::{self, FileId, Sources, Span};

/// Reads the file at `path`; none where it has a fault, which `report` tells of.
pub fn read_file(path: &Path, kind: Option<Kind>, report: &mut Report) -> Option<Table> {
    match text_file::load(path) {
        Ok(text) => read(path, text, kind, report),
        Err(cause) => {
            report.push(text_file::unreadable(path, &cause));
            None
        }
    }
}

/// Reads what a file at `path` would hold, such as what came over the standard input.
pub fn read_bytes(path: &Path, bytes: Vec<u8>, kind: Option<Kind>, report: &mut Report) -> Option<Table> {
    match text_file::from_bytes(bytes) {
        Ok(text) => read(path, text, kind, report),
        Err(cause) => {
            report.push(text_file::unreadable(path, &cause));
            None
        }
    }
}

fn read(path: &Path, text: Text, kind: Option<Kind>, report: &mut Report) -> Option<Table> {
    let shown = path.display().to_string();
    let text = match text {
        Text::Clean(text) => text,
        // The command prompt writes headings in the old character set of the system, and nothing but headings and
        // names of interfaces goes beyond ASCII.
        Text::Broken { lossy, .. } if kind.map_or_else(|| kind_of(&lossy), Ok) == Ok(Kind::RoutePrint) => {
            lossy
        }
        Text::Broken { lossy, at } => {
            let file = report.sources.add(shown, lossy, None);
            report.push(text_file::not_utf8(path, file, at));
            return None;
        }
    };
    let found = kind.map_or_else(|| kind_of(&text), Ok);
    let layout = (found == Ok(Kind::NetRoute)).then(|| net_route::layout(&text));
    let file = report.sources.add(shown, text, layout);
    let kind = match found {
        Ok(kind) => kind,
        Err(help) => {
            let name = path.display();
            let start = Span { file, start: 0, end: 0 };
            let finding =
                Diagnostic::new(Code::UnknownFormat, format!("`{name}` is no table of routes that is known"))
                    .at(start, "expected a table of routes");
            report.push(finding.help(help));
            return None;
        }
    };
    let mut reading = Reading::new(file, kind);
    reading.read(&report.sources);
    let Reading { table, faults, .. } = reading;
    let is_sound = faults.is_empty();
    report.diagnostics.extend(faults);
    report.sort();
    is_sound.then_some(table)
}

/// What the text is, from what it holds; what to do where that cannot be told.
fn kind_of(text: &str) -> Result<Kind, String> {
    let start = text[comment_length(text)..].trim_start();
    let found = match start.as_bytes().first() {
        Some(b'<') => profile::kind_of(start),
        Some(b'{' | b'[') => match gateway::kind_of(start) {
            gateway::Found::Kind(kind) => Some(kind),
            gateway::Found::Empty => {
                return Err("the list is empty and does not tell what it is a list of: give `--kind`".into());
            }
            gateway::Found::Nothing => None,
        },
        _ if net_route::is_it(text) => Some(Kind::NetRoute),
        _ if macos::is_it(text) => Some(Kind::Netstat),
        _ if windows::is_it(text) => Some(Kind::RoutePrint),
        _ if linux::is_it(text) => Some(Kind::IpRoute),
        _ => None,
    };
    found.ok_or_else(|| {
        let known: Vec<String> =
            Kind::ALL.iter().map(|kind| format!("{} (`{}`)", kind.origin(), kind.word())).collect();
        format!("known are {}", known.join(", "))
    })
}

/// A file while it is read.
struct Reading {
    file: FileId,
    table: Table,
    faults: Vec<Diagnostic>,
    /// True once something was seen that only this kind of file has.
    is_recognised: bool,
}

impl Reading {
    fn new(file: FileId, kind: Kind) -> Self {
        let table = Table { kind, entries: Vec::new(), excluded: Vec::new(), aliases: Vec::new() };
        Self { file, table, faults: Vec::new(), is_recognised: false }
    }

    fn read(&mut self, sources: &Sources) {
        let source = sources.get(self.file);
        match self.table.kind {
            Kind::RoutePrint => windows::read(self, &source.text),
            Kind::NetRoute => net_route::read(self, sources),
            Kind::IpRoute => linux::read(self, &source.text),
            Kind::Netstat => macos::read(self, &source.text),
            Kind::VpnSettings | Kind::AzureVpnConfig => profile::read(self, &source.text),
            Kind::LearnedRoutes | Kind::AdvertisedRoutes => gateway::read(self, &source.text),
        }
        if !self.is_recognised && self.table.entries.is_empty() && self.faults.is_empty() {
            let kind = self.table.kind;
            let message = format!("`{}` holds no route of the kind `{}`", source.path, kind.word());
            self.faults.push(
                Diagnostic::new(Code::UnknownFormat, message)
                    .at(self.span(0..0), "expected a table of routes")
                    .help(format!(
                        "expected is what {} gives; without `--kind` the content tells",
                        kind.origin()
                    )),
            );
        }
    }

    fn span(&self, range: Range<usize>) -> Span {
        // A file is no longer than places can be numbered.
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { file: self.file, start: offset(range.start), end: offset(range.end) }
    }

    /// Adds a route that stands at `range`.
    fn entry(&mut self, prefix: Prefix, range: Range<usize>) -> &mut Entry {
        self.is_recognised = true;
        let entry = Entry::new(prefix, self.span(range));
        self.table.entries.push(entry);
        let last = self.table.entries.len() - 1;
        &mut self.table.entries[last]
    }

    /// Says that what stands at `range` is not what should stand there.
    fn fault(&mut self, range: Range<usize>, message: impl Into<String>, expected: impl Into<String>) {
        let span = self.span(range);
        self.fault_at(span, message, expected);
    }

    fn fault_at(&mut self, span: Span, message: impl Into<String>, expected: impl Into<String>) {
        let help = format!("write the file again with {}, and do not edit it", self.table.kind.origin());
        self.faults.push(Diagnostic::new(Code::BadRoute, message).at(span, expected).help(help));
    }

    /// The prefix that `text` at `range` is; where it is none, says so.
    fn prefix(&mut self, text: &str, range: Range<usize>) -> Option<Prefix> {
        match text.parse() {
            Ok(prefix) | Err(PrefixError::NoLength(prefix)) => Some(prefix),
            Err(error) => {
                self.fault(
                    range,
                    format!("`{}` is not a canonical prefix", shortened(text)),
                    error.to_string(),
                );
                None
            }
        }
    }
}

fn shortened(text: &str) -> std::borrow::Cow<'_, str> {
    crate::inventory::shortened(text)
}

/// How the records of a delimited file are cut.
type Layout = source::Table;
