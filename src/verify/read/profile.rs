//! The profiles of clients: `VpnSettings.xml`, `azurevpnconfig.xml` and `ProfileXML` of Always On VPN.

use std::ops::Range;

use ipnet::IpNet;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, Event};
use quick_xml::{Error, Reader};

use super::Kind;
use super::Reading;
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::shortened;
use crate::prefix::{self, Prefix};
use crate::verify::Entry;
use crate::verify::resolver::Resolver;

/// The element of a rule for names in a profile of Always On.
const RULE: &str = "domainnameinformation";

/// Elements within each other beyond which a file is none of these.
const DEEPEST: usize = 64;

/// True for a page in HTML, or for a part of one.
pub(super) fn is_page(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["<!doctype html", "<html", "<pre", "<body", "<table", "<div", "<span", "<p>"]
        .iter()
        .any(|tag| text.starts_with(tag))
}

/// What a text that begins with an angle bracket is, by the elements in it.
pub(super) fn kind_of(text: &str) -> Option<Kind> {
    let text = text.to_ascii_lowercase();
    let has = |name: &str| text.contains(&format!("<{name}"));
    // Both the package's settings and Always On begin with `VpnProfile`, in letters of their own.
    let is_always_on =
        ["nativeprofile", "pluginprofile", "alwayson", "devicetunnel", "route>"].into_iter().any(has);
    if has("azvpnprofile") || has("includeroutes") {
        Some(Kind::AzureVpnConfig)
    } else if has("vpnprofile") && is_always_on && !has("routes") {
        Some(Kind::ProfileXml)
    } else if has("vpnprofile") || has("vpnsettings") || has("routes>") {
        Some(Kind::VpnSettings)
    } else {
        None
    }
}

pub(super) fn read(reading: &mut Reading, text: &str) {
    let mut profile = Profile {
        path: Vec::new(),
        pending: None,
        cell: None,
        destination: None,
        mask: None,
        is_excluded: false,
        has_routes: false,
        names: None,
    };
    reading.table.is_alone = reading.table.kind == Kind::ProfileXml;
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    loop {
        let start = place(reader.buffer_position());
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                let at = floor(text, place(reader.error_position()));
                reading.faults.push(unreadable(reading, at, &error));
                return;
            }
        };
        let end = place(reader.buffer_position());
        match event {
            Event::Start(tag) => {
                let name = String::from_utf8_lossy(tag.local_name().as_ref()).to_ascii_lowercase();
                if profile.path.len() == DEEPEST {
                    reading.fault(
                        start..end,
                        "elements lie too deep within each other",
                        "expected a profile",
                    );
                    return;
                }
                profile.open(reading, name, start..end);
            }
            Event::Empty(tag) => {
                let name = String::from_utf8_lossy(tag.local_name().as_ref()).to_ascii_lowercase();
                profile.open(reading, name, start..end);
                profile.close(reading, start..end);
            }
            Event::End(_) => profile.close(reading, start..end),
            Event::Text(_) => profile.text(text.get(start..end).unwrap_or_default(), start..end),
            Event::CData(_) => {
                let whole = text.get(start..end).unwrap_or_default();
                let content = whole.strip_prefix("<![CDATA[").and_then(|rest| rest.strip_suffix("]]>"));
                profile.text(content.unwrap_or_default(), start..end);
            }
            Event::GeneralRef(reference) => profile.entity(reading, &reference, start..end),
            Event::Eof => break,
            _ => {}
        }
    }
    if !profile.path.is_empty() {
        let end = text.trim_end().len();
        let message = format!("the XML cannot be parsed: `<{}>` is not closed", profile.path.join("/"));
        let finding =
            Diagnostic::new(Code::UnreadableXml, message).at(reading.span(end..end), "expected its end");
        reading.faults.push(finding.help("take the file from the downloaded package again"));
    } else if reading.table.kind == Kind::VpnSettings && !profile.has_routes {
        reading.fault(
            0..0,
            "the profile has no `<Routes>`",
            "expected `<Routes>` with the routes of the client",
        );
    }
    if let Some(mut names) = profile.names.take() {
        names.all_without_suffix();
        reading.table.resolvers.push(names);
    }
    reading.is_recognised = profile.has_routes || reading.table.kind != Kind::VpnSettings;
}

fn place(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// The beginning of the letter at `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn unreadable(reading: &Reading, at: usize, error: &Error) -> Diagnostic {
    let cause = match error {
        Error::Syntax(error) => Some(error.to_string()),
        Error::IllFormed(error) => Some(error.to_string()),
        _ => None,
    };
    // The cause repeats tags of the file, which where one is not closed go on over many lines.
    let message = cause.map_or_else(
        || "the XML cannot be parsed".to_owned(),
        |cause| {
            let line = cause.split_whitespace().collect::<Vec<_>>().join(" ");
            format!("the XML cannot be parsed: {}", shortened(&line))
        },
    );
    Diagnostic::new(Code::UnreadableXml, message)
        .at(reading.span(at..at), "expected XML")
        .help("take the file from the downloaded package again")
}

/// A profile while it is read.
struct Profile {
    /// The names of the elements that are open, in lower case.
    path: Vec<String>,
    /// The text since the last tag, with its place: comments, entities and sections of characters cut it into several.
    pending: Option<(String, Range<usize>)>,
    /// The text of the element that was opened last, with its place.
    cell: Option<(String, Range<usize>)>,
    destination: Option<(String, Range<usize>)>,
    mask: Option<(String, Range<usize>)>,
    is_excluded: bool,
    has_routes: bool,
    /// The DNS servers and suffixes so far: of the whole profile, or of the rule of Always On that is open.
    names: Option<Resolver>,
}

impl Profile {
    fn open(&mut self, reading: &mut Reading, name: String, range: Range<usize>) {
        self.finish_text(reading);
        if name == "route" {
            (self.destination, self.mask, self.is_excluded) = (None, None, false);
        }
        self.has_routes |= name == "routes" && reading.table.kind == Kind::VpnSettings;
        self.cell = Some((String::new(), range.end..range.end));
        self.path.push(name);
    }

    /// Takes text that stands at `range`.
    fn text(&mut self, content: &str, range: Range<usize>) {
        let (text, place) = self.pending.get_or_insert_with(|| (String::new(), range.clone()));
        text.push_str(content);
        place.end = range.end;
    }

    /// Takes what an entity stands for.
    fn entity(&mut self, reading: &mut Reading, reference: &BytesRef<'_>, range: Range<usize>) {
        let name = String::from_utf8_lossy(reference).into_owned();
        let letter = reference.resolve_char_ref().ok().flatten().map(String::from);
        if let Some(letter) = letter.or_else(|| resolve_predefined_entity(&name).map(str::to_owned)) {
            self.text(&letter, range);
        } else {
            let message = format!("`&{};` is no entity of XML", shortened(&name));
            reading.fault(range, message, "expected the character itself");
        }
    }

    /// Takes the text before a tag for that of the element which is open.
    fn finish_text(&mut self, reading: &mut Reading) {
        let Some((content, range)) = self.pending.take() else { return };
        let is_routes = self.path.last().is_some_and(|name| name == "routes");
        if is_routes && reading.table.kind == Kind::VpnSettings {
            list(reading, &content, &range);
        }
        let trimmed = content.trim();
        if !trimmed.is_empty() {
            // Where something cut the text, its words have no places of their own.
            let start = range.start + (content.len() - content.trim_start().len());
            let place = if content.len() == range.len() { start..start + trimmed.len() } else { range };
            self.cell = Some((trimmed.to_owned(), place));
        }
    }

    fn close(&mut self, reading: &mut Reading, range: Range<usize>) {
        self.finish_text(reading);
        let Some(name) = self.path.pop() else { return };
        let is_always_on = reading.table.kind == Kind::ProfileXml;
        let list = self.path.last().map(String::as_str).unwrap_or_default();
        match name.as_str() {
            "destination" => self.destination = self.cell.take(),
            "mask" => self.mask = self.cell.take(),
            "address" if is_always_on => self.destination = self.cell.take(),
            "prefixsize" if is_always_on => self.mask = self.cell.take(),
            "exclusionroute" if is_always_on => {
                self.is_excluded =
                    self.cell.take().is_some_and(|(text, _)| text.eq_ignore_ascii_case("true"));
            }
            "routingpolicytype" if is_always_on => {
                let forced = self.cell.take().filter(|(text, _)| text.eq_ignore_ascii_case("ForceTunnel"));
                if let Some((_, at)) = forced {
                    everything(reading, &at);
                }
            }
            "route" if is_always_on => self.route(reading, range, self.is_excluded),
            "route" if matches!(list, "includeroutes" | "excluderoutes") => {
                let is_excluded = list == "excluderoutes";
                self.route(reading, range, is_excluded);
            }
            "dnsserver" if list == "dnsservers" => self.servers(reading),
            "dnssuffix" if list == "dnssuffixes" => self.suffix(reading),
            "customdnsservers" => self.servers(reading),
            "dnsservers" if list == RULE => self.servers(reading),
            // One that does not begin with a dot is a single name.
            "domainname" if list == RULE && self.cell.as_ref().is_some_and(|it| it.0.starts_with('.')) => {
                self.suffix(reading);
            }
            RULE => reading.table.resolvers.extend(self.names.take()),
            _ => {}
        }
        self.cell = None;
    }

    /// Takes the text of the element for DNS servers.
    fn servers(&mut self, reading: &mut Reading) {
        let Some((text, at)) = self.cell.take() else { return };
        for (server, range) in pieces(&text, &at) {
            let span = reading.span(range.clone());
            match server.parse() {
                Ok(address) => self.names.get_or_insert_with(|| Resolver::new(span)).server(address, span),
                Err(_) => reading.no_server(server, range),
            }
        }
    }

    /// Takes the text of the element for a suffix.
    fn suffix(&mut self, reading: &Reading) {
        let Some((text, at)) = self.cell.take().filter(|(text, _)| !text.is_empty()) else { return };
        let span = reading.span(at);
        self.names.get_or_insert_with(|| Resolver::new(span)).suffix(&text, span);
    }

    fn route(&mut self, reading: &mut Reading, range: Range<usize>, is_excluded: bool) {
        let (Some((address, at)), Some((mask, mask_at))) = (self.destination.take(), self.mask.take()) else {
            let expected = if reading.table.kind == Kind::ProfileXml {
                "expected `<Address>` and `<PrefixSize>` before it"
            } else {
                "expected `<destination>` and `<mask>` before it"
            };
            reading.fault(range, "a route without destination or mask", expected);
            return;
        };
        let length = prefix::length(&mask).or_else(|| ipnet::ip_mask_to_prefix(mask.parse().ok()?).ok());
        let parsed = address.parse().ok();
        if parsed.is_none() {
            let expected = "expected an address such as `10.2.0.0`";
            reading.no_address(&address, at.clone(), "an address", expected);
        }
        let is_long = |length: u8| parsed.is_some_and(|address| IpNet::new(address, length).is_err());
        let Some(length) = length.filter(|length| !is_long(*length)) else {
            let expected = "expected a length such as `16`";
            reading.no_address(&mask, mask_at, "the length of a prefix", expected);
            return;
        };
        let Some(net) = parsed.and_then(|address| IpNet::new(address, length).ok()) else { return };
        let prefix = Prefix::from(net);
        if net.addr() != prefix.net().addr() {
            let message = format!("`{address}` has bits set to the right of the mask");
            reading.fault(at, message, format!("expected `{}`", prefix.net().addr()));
            return;
        }
        if is_excluded {
            let span = reading.span(at);
            reading.table.excluded.push(Entry::new(prefix, span));
        } else {
            reading.entry(prefix, at);
        }
    }
}

/// Adds what a profile that sends all traffic into the tunnel stands for.
fn everything(reading: &mut Reading, at: &Range<usize>) {
    for prefix in ["0.0.0.0/0", "::/0"].into_iter().filter_map(|prefix| prefix.parse().ok()) {
        reading.entry(prefix, at.clone());
    }
}

/// Reads the prefixes of a list, which stands at `whole`.
fn list(reading: &mut Reading, content: &str, whole: &Range<usize>) {
    for (text, range) in pieces(content, whole) {
        if let Some(prefix) = reading.prefix(text, range.clone()) {
            reading.entry(prefix, range);
        }
    }
}

/// The values of a list that stands at `whole`, each with its place.
fn pieces<'text>(content: &'text str, whole: &Range<usize>) -> Vec<(&'text str, Range<usize>)> {
    let is_mark = |letter: char| letter.is_whitespace() || ",;".contains(letter);
    let is_placed = content.len() == whole.len();
    let mut at = whole.start;
    let mut found = Vec::new();
    for piece in content.split_inclusive(is_mark) {
        let text = piece.trim_end_matches(is_mark);
        let range = if is_placed { at..at + text.len() } else { whole.clone() };
        at += piece.len();
        if !text.is_empty() {
            found.push((text, range));
        }
    }
    found
}
