//! The rules of Windows for names, the Name Resolution Policy Table: `Get-DnsClientNrptPolicy` and
//! `Get-DnsClientNrptRule` as they are printed, or as JSON.
//!
//! A namespace that begins with a dot is a suffix, and one without is a single name; `.` alone is every name. A rule without
//! servers leaves its names to the servers of the machine.

use std::ops::Range;

use super::records::{Cell, listed, lists};
use super::{Reading, gateway};
use crate::import::Object;
use crate::source::Sources;
use crate::verify::resolver::Resolver;

/// The column of what a rule is for.
const NAMESPACE: &str = "Namespace";

/// The columns of servers, of which the second counts where the first says nothing.
const SERVERS: [&str; 2] = ["NameServers", "DirectAccessDnsServers"];

/// A column that only these commands give.
const OWN: &str = "NameEncoding";

/// Values, each with its place.
type Values = Vec<(String, Range<usize>)>;

/// True for the list that is printed.
pub(super) fn is_it(text: &str) -> bool {
    lists(text, NAMESPACE) && (lists(text, OWN) || lists(text, SERVERS[0]))
}

pub(super) fn read(reading: &mut Reading, sources: &Sources) {
    let text = sources.get(reading.file).text();
    if gateway::is_json(text) {
        for object in gateway::objects(reading, text) {
            let servers = SERVERS.iter().map(|name| values(&object, name)).find(|list| !list.is_empty());
            rule(reading, &values(&object, NAMESPACE), servers.unwrap_or_default());
        }
        return;
    }
    for record in listed(text) {
        let cell = |name: &str| record.cell(&name.to_ascii_lowercase());
        let Some(namespace) = cell(NAMESPACE) else { continue };
        let servers = SERVERS.iter().find_map(|name| cell(name));
        let servers = servers.map(|cell| items(reading, cell)).unwrap_or_default();
        let namespaces = items(reading, namespace);
        rule(reading, &namespaces, servers);
    }
}

/// The values of a field: a text, a list of texts, or addresses as .NET has them.
fn values(object: &Object<'_>, name: &str) -> Values {
    let text = |text: String| {
        let address: Option<Address> = serde_json::from_str(&text).ok();
        address.map_or(text, |address| address.text)
    };
    object.list(name).into_iter().map(|(value, span)| (text(value), span.range())).collect()
}

/// An address as PowerShell makes JSON of it.
#[derive(serde::Deserialize)]
struct Address {
    #[serde(rename = "IPAddressToString")]
    text: String,
}

fn rule(reading: &mut Reading, namespaces: &Values, servers: Values) {
    let Some((_, first)) = namespaces.first() else { return };
    reading.is_recognised = true;
    let mut resolver = Resolver::new(reading.span(first.clone()));
    for (name, range) in namespaces.iter().filter(|(name, _)| name.starts_with('.')) {
        resolver.suffix(name, reading.span(range.clone()));
    }
    for (text, range) in servers {
        match text.parse() {
            Ok(address) => resolver.server(address, reading.span(range)),
            Err(_) => reading.no_server(&text, range),
        }
    }
    reading.table.resolvers.push(resolver);
}

/// The values of a cell, which PowerShell puts into braces and cuts behind the fourth.
fn items(reading: &mut Reading, cell: &Cell) -> Values {
    let inner = cell.text.trim_start_matches('{').trim_end_matches('}');
    let mut items = Vec::new();
    for piece in inner.split([',', ';']) {
        // Where a value goes on in the next line, it may break anywhere.
        let text: String = piece.split_whitespace().collect();
        let whole = text.strip_suffix("...").or_else(|| text.strip_suffix('\u{2026}'));
        if whole.is_some() {
            let message = "the list is cut, and what follows is not known";
            let expected = "expected all values, as `| ConvertTo-Json -Depth 3` gives them";
            reading.note(cell.range.clone(), message, expected);
        }
        let text = whole.unwrap_or(&text);
        if !text.is_empty() {
            items.push((text.to_owned(), cell.range.clone()));
        }
    }
    items
}
