//! `Get-NetRoute`, and the routes of `Get-VpnConnection`: as printed, as a list, as CSV or as JSON.

use std::net::IpAddr;

use super::records::{Cell, Record, delimited, header, heading, listed, lists, printed};
use super::{Reading, gateway, shortened};
use crate::source::Sources;

/// The column that only these commands give.
const DESTINATION: &str = "DestinationPrefix";

/// The other columns that matter, in lower case.
const OTHERS: [&str; 10] = [
    "nexthop",
    "interfacealias",
    "interfaceindex",
    "ifindex",
    "routemetric",
    "interfacemetric",
    "ifmetric",
    "store",
    "policystore",
    "state",
];

/// True where the header names what only these commands give.
pub(super) fn is_it(text: &str) -> bool {
    is_delimited(text) || lists(text, DESTINATION) || heading(text, DESTINATION).is_some()
}

/// True for CSV.
pub(super) fn is_delimited(text: &str) -> bool {
    let names = header(text);
    names.len() > 1 && names.iter().any(|name| name.eq_ignore_ascii_case(DESTINATION))
}

pub(super) fn read(reading: &mut Reading, sources: &Sources) {
    let text = sources.get(reading.file).text();
    let records = if gateway::is_json(text) {
        json(reading, text)
    } else if lists(text, DESTINATION) {
        listed(text)
    } else if heading(text, DESTINATION).is_some() {
        printed(text, DESTINATION)
    } else {
        delimited(reading, sources, DESTINATION)
    };
    for record in &records {
        row(reading, record);
    }
    note_numbers(reading, &records);
}

/// Says where routes are in states of different numbers: no document of Microsoft says which of them Windows does not use.
fn note_numbers(reading: &mut Reading, records: &[Record]) {
    let states = records.iter().filter_map(|record| record.cell("state"));
    let mut numbers = states.filter(|state| state.text.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(first) = numbers.next() else { return };
    let Some(other) = numbers.find(|state| state.text != first.text) else { return };
    let message = format!(
        "the states `{}` and `{}` are numbers, of which it is not documented what they mean; all these routes count as in use",
        shortened(&first.text),
        shortened(&other.text)
    );
    let expected =
        "expected `Alive` or `Dead`, as `Format-List` and `ConvertTo-Json -EnumsAsStrings` write it";
    reading.note(other.range.clone(), message, expected);
}

fn json(reading: &mut Reading, text: &str) -> Vec<Record> {
    let objects = gateway::objects(reading, text);
    let record = |object: &crate::import::Object<'_>| {
        let cell = |name: &str| {
            let text = object.text(name)?;
            Some(Cell { name: name.to_ascii_lowercase(), text, range: object.span_of(name).range() })
        };
        let cells = [DESTINATION].iter().chain(&OTHERS).filter_map(|name| cell(name)).collect();
        Record { cells, range: object.span().range() }
    };
    objects.iter().map(record).collect()
}

fn row(reading: &mut Reading, record: &Record) {
    let Some(destination) = record.cell(&DESTINATION.to_ascii_lowercase()) else {
        reading.fault(
            record.range.clone(),
            "a route without a destination",
            format!("expected `{DESTINATION}`"),
        );
        return;
    };
    let Some(prefix) = reading.prefix(&destination.text, destination.range.clone()) else { return };
    reading.is_recognised = true;
    // What is kept for the next start is not in use.
    let store = record.text("store").or_else(|| record.text("policystore"));
    if store.is_some_and(|store| store.eq_ignore_ascii_case("PersistentStore") || store == "0") {
        return;
    }
    if record.text("state").is_some_and(|state| state.eq_ignore_ascii_case("Dead")) {
        reading.unused(destination.range.clone(), "a route in the state `Dead`, which Windows does not use,");
        return;
    }
    let number = record.text("interfaceindex").or_else(|| record.text("ifindex"));
    let alias = record.text("interfacealias");
    if let (Some(number), Some(alias)) = (number, alias) {
        let pair = (number.into(), alias.into());
        if !reading.table.aliases.contains(&pair) {
            reading.table.aliases.push(pair);
        }
    }
    let metric = |name: &str| record.text(name).and_then(|metric| metric.parse::<u32>().ok());
    // Windows compares the sum, and one of the two alone says nothing.
    let of_interface = metric("interfacemetric").or_else(|| metric("ifmetric"));
    let metric = metric("routemetric").zip(of_interface).and_then(|(one, other)| one.checked_add(other));
    let next_hop = record.text("nexthop").and_then(|hop| hop.parse::<IpAddr>().ok());
    let entry = reading.entry(prefix, destination.range.clone());
    entry.metric = metric;
    entry.interface = number.or(alias).map(Into::into);
    entry.next_hop = next_hop.filter(|hop| !hop.is_unspecified());
}
