//! From a file of routes to a table: its kind is told by what it holds, and every fault of it is found.

mod effective;
mod gateway;
mod linux;
mod macos;
mod net_route;
mod netsh;
mod nmcli;
mod nrpt;
mod open_vpn;
mod package;
mod profile;
mod records;
mod resolvectl;
mod route_n;
mod scutil;
mod spoilt;
mod windows;
mod words;

use std::ops::Range;
use std::path::Path;

use self::spoilt::{Mended, Spoilt, mended};
use super::table::{Entry, Kind, Table};
use crate::diagnostic::{Code, Diagnostic, Report};
use crate::import::comment_length;
use crate::inventory::text_file::{self, Text};
use crate::prefix::{Prefix, PrefixError, without_leading_zeros};
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
    let Mended { text, findings } = mended(match text {
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
    });
    let found = kind.map_or_else(|| kind_of(&text), |kind| Ok(kind_of_netstat(kind, &text)));
    let is_delimited =
        net_route::is_delimited(&text) || gateway::is_delimited(&text) || effective::is_delimited(&text);
    let layout = is_delimited.then(|| records::layout(&text));
    let file = report.sources.add(shown, text, layout);
    if !is_whole(&findings, file, report) {
        return None;
    }
    let kind = match found {
        Ok(kind) => kind,
        Err(unknown) => {
            let start = Span::beginning(file);
            let message = format!("`{}` {}", path.display(), unknown.message);
            let finding =
                Diagnostic::new(Code::UnknownFormat, message).at(start, "expected a table of routes");
            report.push(finding.help(unknown.help));
            return None;
        }
    };
    let mut reading = Reading::new(file, kind);
    reading.read(&report.sources);
    let Reading { table, faults, notes, .. } = reading;
    let is_sound = faults.is_empty();
    report.diagnostics.extend(faults);
    report.diagnostics.extend(notes);
    report.sort();
    is_sound.then_some(table)
}

/// Tells what came into a text; false where the text is not known for that.
fn is_whole(findings: &[Spoilt], file: FileId, report: &mut Report) -> bool {
    for finding in findings {
        let code = if finding.kind.is_fault() { Code::UnreadableFile } else { Code::OutsideModel };
        let diagnostic = Diagnostic::new(code, finding.message());
        report.push(diagnostic.at(Span::new(file, finding.at.clone()), finding.label()));
    }
    !findings.iter().any(|finding| finding.kind.is_fault())
}

/// Why a file is no table of routes.
#[derive(Debug, PartialEq, Eq)]
struct Unknown {
    message: &'static str,
    help: String,
}

/// What `netstat -rn` gave, which is another table on every system.
fn kind_of_netstat(kind: Kind, text: &str) -> Kind {
    match kind {
        Kind::Netstat if macos::is_it(text) => Kind::Netstat,
        Kind::Netstat if route_n::is_it(text) => Kind::RouteN,
        Kind::Netstat if windows::is_it(text) => Kind::RoutePrint,
        _ => kind,
    }
}

/// What the text is, from what it holds; why that cannot be told, and what to do.
fn kind_of(text: &str) -> Result<Kind, Unknown> {
    let start = text[comment_length(text)..].trim_start();
    let found = match start.as_bytes().first() {
        Some(b'<') => profile::kind_of(start),
        Some(b'{' | b'[') => match gateway::kind_of(start) {
            gateway::Found::Kind(kind) => Some(kind),
            gateway::Found::Empty => {
                let help = "the list is empty and does not tell what it is a list of: give `--kind`".into();
                return Err(Unknown { message: IS_NONE, help });
            }
            gateway::Found::Nothing => None,
        },
        _ => kind_of_lines(text),
    };
    found.ok_or_else(|| {
        if gateway::is_for_people(text) {
            let help =
                "run the command again with `-o json`, or in PowerShell with `| ConvertTo-Json`".into();
            return Unknown { message: "holds a gateway's routes in a form that is made for people", help };
        }
        if profile::is_page(start) {
            let help = "copy the text as the page shows it, or save the output of the command".into();
            return Unknown { message: "is a page in HTML", help };
        }
        let known: Vec<String> =
            Kind::ALL.iter().map(|kind| format!("{} (`{}`)", kind.origin(), kind.word())).collect();
        Unknown { message: IS_NONE, help: format!("known are {}", known.join(", ")) }
    })
}

const IS_NONE: &str = "is no table of routes that is known";

/// True for a text of one kind.
type IsIt = fn(&str) -> bool;

/// What a text of lines is. The first of these counts, as a line of one may look like a line of a later one.
fn kind_of_lines(text: &str) -> Option<Kind> {
    if net_route::is_it(text) {
        return Some(Kind::NetRoute);
    }
    let of_azure = effective::kind_of_lines(text).or_else(|| gateway::kind_of_delimited(text));
    if of_azure.is_some() {
        return of_azure;
    }
    let kinds: [(IsIt, Kind); 12] = [
        (nrpt::is_it, Kind::Nrpt),
        (resolvectl::is_it, Kind::Resolvectl),
        (scutil::is_it, Kind::Scutil),
        (open_vpn::is_reply, Kind::PushReply),
        (nmcli::is_it, Kind::Nmcli),
        (macos::is_it, Kind::Netstat),
        (route_n::is_it, Kind::RouteN),
        (windows::is_it, Kind::RoutePrint),
        (netsh::is_it, Kind::Netsh),
        (package::is_it, Kind::PackageRoutes),
        (linux::is_it, Kind::IpRoute),
        (open_vpn::is_profile, Kind::OpenVpn),
    ];
    kinds.into_iter().find(|(is_it, _)| is_it(text)).map(|(_, kind)| kind)
}

/// A file while it is read.
struct Reading {
    file: FileId,
    table: Table,
    faults: Vec<Diagnostic>,
    /// What was read and is left out.
    notes: Vec<Diagnostic>,
    /// True once something was seen that only this kind of file has.
    is_recognised: bool,
}

impl Reading {
    fn new(file: FileId, kind: Kind) -> Self {
        let table = Table {
            kind,
            entries: Vec::new(),
            is_alone: false,
            excluded: Vec::new(),
            aliases: Vec::new(),
            resolvers: Vec::new(),
        };
        Self { file, table, faults: Vec::new(), notes: Vec::new(), is_recognised: false }
    }

    fn read(&mut self, sources: &Sources) {
        let source = sources.get(self.file);
        match self.table.kind {
            Kind::RoutePrint => windows::read(self, source.text()),
            Kind::NetRoute => net_route::read(self, sources),
            Kind::Netsh => netsh::read(self, source.text()),
            Kind::IpRoute => linux::read(self, source.text()),
            Kind::RouteN => route_n::read(self, source.text()),
            Kind::Nmcli => nmcli::read(self, source.text()),
            Kind::Netstat => macos::read(self, source.text()),
            Kind::VpnSettings | Kind::AzureVpnConfig | Kind::ProfileXml => profile::read(self, source.text()),
            Kind::PackageRoutes => package::read(self, source.text()),
            Kind::OpenVpn => open_vpn::profile(self, source.text()),
            Kind::PushReply => open_vpn::reply(self, source.text()),
            Kind::LearnedRoutes | Kind::AdvertisedRoutes => gateway::read(self, sources),
            Kind::EffectiveRoutes => effective::read(self, sources),
            Kind::Resolvectl => resolvectl::read(self, source.text()),
            Kind::Scutil => scutil::read(self, source.text()),
            Kind::Nrpt => nrpt::read(self, sources),
        }
        if !self.is_recognised && self.table.entries.is_empty() && self.faults.is_empty() {
            let kind = self.table.kind;
            let (none, expected) = if kind.is_of_names() {
                ("no rule or resolver", "expected DNS servers")
            } else {
                ("no route", "expected a table of routes")
            };
            let message = format!("`{}` holds {none} of the kind `{}`", source.path, kind.word());
            self.faults.push(
                Diagnostic::new(Code::UnknownFormat, message).at(self.span(0..0), expected).help(format!(
                    "expected is what {} gives; without `--kind` the content tells",
                    kind.origin()
                )),
            );
        }
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range)
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

    /// Says that a word is no address, or none that every router reads alike.
    fn no_address(&mut self, text: &str, range: Range<usize>, message: &str, expected: &str) {
        let expected = match without_leading_zeros(text) {
            Some(decimal) => {
                format!("expected `{decimal}`: routers may read a number that begins with a zero as octal")
            }
            None => expected.to_owned(),
        };
        self.fault(range, format!("`{}` is not {message}", shortened(text)), expected);
    }

    /// Says that a word is no address of a DNS server. In a file that is about routes it is left out.
    fn no_server(&mut self, text: &str, range: Range<usize>) {
        let expected = "expected the address of a DNS server";
        if self.table.kind.is_of_names() {
            self.no_address(text, range, "an address", expected);
        } else {
            let message =
                format!("`{}` is not the address of a DNS server, and is left out", shortened(text));
            self.note(range, message, expected);
        }
    }

    /// Says that what stands at `range` was read and is left out.
    fn note(&mut self, range: Range<usize>, message: impl Into<String>, expected: impl Into<String>) {
        let finding = Diagnostic::new(Code::OutsideModel, message).at(self.span(range), expected);
        self.notes.push(finding);
    }

    /// Says that the system has a route and does not use it.
    fn unused(&mut self, range: Range<usize>, what: &str) {
        self.is_recognised = true;
        self.note(range, format!("{what} is left out"), "expected a route that is in use");
    }

    fn fault_at(&mut self, span: Span, message: impl Into<String>, expected: impl Into<String>) {
        let origin = self.table.kind.origin();
        let help = match self.table.kind {
            Kind::AzureVpnConfig => {
                format!("correct the route in `<includeroutes>` or `<excluderoutes>` of {origin}")
            }
            Kind::ProfileXml | Kind::OpenVpn => format!("correct the route in {origin}"),
            _ => format!("write the file again with {origin}, and do not edit it"),
        };
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
