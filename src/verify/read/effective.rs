//! The effective routes of a network interface: as JSON, as the list that PowerShell prints, as the table that `az` prints, and as the
//! CSV of the portal and of PowerShell.

use std::net::IpAddr;
use std::ops::Range;

use super::gateway::{is_json, objects};
use super::records::{Cell, Record, delimited, header, lists};
use super::words::lines;
use super::{Kind, Reading, shortened};
use crate::answer::{EffectiveHop, RouteSource};
use crate::inventory::elements;
use crate::inventory::routing::Hop;
use crate::source::Sources;
use crate::verify::table::Leads;

/// The column of the portal's CSV that no other table has.
const PREFIXES: &str = "Address Prefixes";

/// The column of `Export-Csv` that has the prefixes of a route: in the other of that name stands the type of a list.
const EXPORTED: &str = "AddressPrefixText";

/// True for the CSV of the portal, or what PowerShell exports.
pub(super) fn is_delimited(text: &str) -> bool {
    let names = header(text);
    (has(&names, PREFIXES) && has(&names, "Next Hop Type")) || is_exported(&names)
}

fn is_exported(names: &[String]) -> bool {
    has(names, "NextHopType") && (has(names, "AddressPrefix") || has(names, EXPORTED))
}

fn has(names: &[String], wanted: &str) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(wanted))
}

/// True for what PowerShell or `az` prints.
pub(super) fn is_printed(text: &str) -> bool {
    (lists(text, "AddressPrefix") && lists(text, "NextHopType")) || table_starts(text).is_some()
}

/// Where the rows of the table of `az` begin: below its header and the line of dashes.
fn table_starts(text: &str) -> Option<usize> {
    let words = ["Source", "State", "Address", "Prefix", "Next", "Hop", "Type"];
    let all: Vec<_> = lines(text).collect();
    let is_header = |at: &usize| {
        let header = &all[*at].words;
        words.iter().zip(header).all(|(word, found)| *word == found.text) && header.len() >= words.len()
    };
    let is_rule =
        |at: usize| all.get(at).is_some_and(|line| line.words.iter().all(|word| word.text.starts_with("--")));
    (0..all.len()).find(|at| is_header(at) && is_rule(at + 1)).map(|at| at + 2)
}

pub(super) fn read(reading: &mut Reading, sources: &Sources) {
    let text = sources.get(reading.file).text();
    if is_json(text) {
        for object in objects(reading, text) {
            let list =
                |name: &str| object.list(name).into_iter().map(|(text, span)| (text, span.range())).collect();
            let cell = |name: &str| object.text(name).unwrap_or_default();
            row(
                reading,
                Row {
                    prefixes: list("addressPrefix"),
                    addresses: list("nextHopIpAddress"),
                    hop: (cell("nextHopType"), object.span_of("nextHopType").range()),
                    source: cell("source"),
                    state: cell("state"),
                    range: object.span().range(),
                },
            );
        }
    } else if is_exported(&header(text)) {
        for record in delimited(reading, sources, EXPORTED) {
            row(reading, of_record(&record, "addressprefixtext", "nexthoptype", "nexthopipaddresstext"));
        }
    } else if is_delimited(text) {
        for record in delimited(reading, sources, PREFIXES) {
            let row_of = of_record(&record, "address prefixes", "next hop type", "next hop ip address");
            row(reading, row_of);
        }
    } else if let Some(start) = table_starts(text) {
        for line in lines(text).skip(start) {
            let mut words = line.words.iter().map(|word| (word.text.to_owned(), word.range.clone()));
            let mut next = || words.next().unwrap_or((String::new(), line.range()));
            let ((source, _), (state, _)) = (next(), next());
            let mut rest: Vec<(String, Range<usize>)> = words.collect();
            let count = rest.iter().take_while(|(text, _)| text.contains('/')).count();
            let mut after = rest.split_off(count);
            let hop = if after.is_empty() { (String::new(), line.range()) } else { after.remove(0) };
            row(reading, Row { prefixes: rest, addresses: after, hop, source, state, range: line.range() });
        }
    } else {
        for record in super::records::listed(text) {
            row(reading, of_record(&record, "addressprefix", "nexthoptype", "nexthopipaddress"));
        }
    }
}

/// A route as it is written, with the place of each word.
struct Row {
    prefixes: Vec<(String, Range<usize>)>,
    addresses: Vec<(String, Range<usize>)>,
    hop: (String, Range<usize>),
    source: String,
    state: String,
    range: Range<usize>,
}

fn of_record(record: &Record, prefixes: &str, hop: &str, addresses: &str) -> Row {
    let text = |name: &str| record.text(name).unwrap_or_default().to_owned();
    let place = |cell: Option<&Cell>| cell.map_or(record.range.clone(), |cell| cell.range.clone());
    let list = |name: &str| {
        let cell = record.cell(name);
        // PowerShell prints a list in braces and exports it as JSON; the portal has a dash for nothing.
        let inner = cell.map(|cell| cell.text.trim_matches(['{', '}', '[', ']'])).unwrap_or_default();
        let words = elements(inner).map(|word| word.trim_matches('"')).filter(|word| *word != "-");
        words.map(|word| (word.to_owned(), place(cell))).collect()
    };
    Row {
        prefixes: list(prefixes),
        addresses: list(addresses),
        hop: (text(hop), place(record.cell(hop))),
        source: text("source"),
        state: text("state"),
        range: record.range.clone(),
    }
}

/// A word without regard to case and blanks: the portal writes `Virtual network gateway`.
fn plain(word: &str) -> String {
    word.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn row(reading: &mut Reading, row: Row) {
    // What another route beats is there and does nothing.
    if plain(&row.state) == "invalid" {
        reading.is_recognised = true;
        return;
    }
    if row.prefixes.is_empty() {
        reading.fault(row.range, "a route without a prefix", "expected an address prefix");
        return;
    }
    let source = match plain(&row.source).as_str() {
        "user" => Some(RouteSource::User),
        "default" => Some(RouteSource::Default),
        "virtualnetworkgateway" => Some(RouteSource::Gateway),
        _ => None,
    };
    let (hop, at) = row.hop;
    let hops: Option<Vec<EffectiveHop>> = match plain(&hop).as_str() {
        "virtualappliance" => Some(appliances(reading, &row.addresses, at.clone())),
        "virtualnetworkgateway" => Some(vec![EffectiveHop::Hop(Hop::Gateway)]),
        "vnetlocal" | "virtualnetwork" => Some(vec![EffectiveHop::Hop(Hop::VnetLocal)]),
        "internet" => Some(vec![EffectiveHop::Hop(Hop::Internet)]),
        "none" => Some(vec![EffectiveHop::Hop(Hop::Nowhere)]),
        "vnetpeering" | "virtualnetworkpeering" | "vnetglobalpeering" | "globalvnetpeering" => {
            Some(vec![EffectiveHop::Peering])
        }
        _ => None,
    };
    let (Some(source), Some(hops)) = (source, hops) else {
        let (source, hop) = (shortened(&row.source), shortened(&hop));
        reading.is_recognised = true;
        reading.note(
            at,
            format!("a route of `{source}` to `{hop}` is left out"),
            "expected a source and a next hop that are compared",
        );
        return;
    };
    for (text, range) in row.prefixes {
        let Some(prefix) = reading.prefix(&text, range.clone()) else { continue };
        for hop in &hops {
            reading.entry(prefix, range.clone()).leads = Some(Leads { source, hop: *hop });
        }
    }
}

/// The appliances that a route leads to.
fn appliances(
    reading: &mut Reading,
    addresses: &[(String, Range<usize>)],
    at: Range<usize>,
) -> Vec<EffectiveHop> {
    if addresses.is_empty() {
        reading.fault(
            at,
            "a route to an appliance without its address",
            "expected the address of a next hop",
        );
    }
    let mut hops = Vec::new();
    for (text, range) in addresses {
        match text.parse::<IpAddr>() {
            Ok(address) => hops.push(EffectiveHop::Hop(Hop::Appliance(address))),
            Err(_) => {
                reading.no_address(text, range.clone(), "an address", "expected the address of a next hop");
            }
        }
    }
    hops
}

/// The kind of a text of lines that is one of these.
pub(super) fn kind_of_lines(text: &str) -> Option<Kind> {
    (is_delimited(text) || is_printed(text)).then_some(Kind::EffectiveRoutes)
}
