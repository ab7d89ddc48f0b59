//! What Azure says that a gateway learned or advertises, as JSON or CSV, and JSON in general.

use serde_json::Deserializer;
use serde_json::value::RawValue;

use super::records::{Record, delimited, header, heading, lists};
use super::{Kind, Reading};
use crate::import::{Object, Place, comment_length, elements, unreadable_json};
use crate::source::{FileId, Sources};

/// What a JSON text was found to be.
pub(super) enum Found {
    Kind(Kind),
    /// A list without elements.
    Empty,
    Nothing,
}

/// What a JSON text is, by the fields of its objects.
pub(super) fn kind_of(text: &str) -> Found {
    // Places do not matter yet, and any file will do.
    let file: FileId = Sources::default().add(String::new(), String::new(), None);
    let mut objects = Vec::new();
    let Some(Ok(raw)) = Deserializer::from_str(text).into_iter::<&RawValue>().next() else {
        // What is broken is broken JSON of the kind that it begins as.
        return if text.contains("\"dst\"") {
            Found::Kind(Kind::IpRoute)
        } else if text.contains("\"DestinationPrefix\"") {
            Found::Kind(Kind::NetRoute)
        } else if text.contains("\"Namespace\"") {
            Found::Kind(Kind::Nrpt)
        } else if text.to_ascii_lowercase().contains("\"network\"") {
            Found::Kind(Kind::LearnedRoutes)
        } else {
            Found::Nothing
        };
    };
    let is_list = collect(raw, Place::File(file, text), &mut objects);
    if objects.is_empty() {
        return if is_list { Found::Empty } else { Found::Nothing };
    }
    if objects.iter().any(|object| object.has("dst")) {
        return Found::Kind(Kind::IpRoute);
    }
    if objects.iter().any(|object| object.has("DestinationPrefix")) {
        return Found::Kind(Kind::NetRoute);
    }
    if objects.iter().any(|object| object.has("nextHopType") && object.has("addressPrefix")) {
        return Found::Kind(Kind::EffectiveRoutes);
    }
    let is_rule = |object: &Object<'_>| {
        object.has("Namespace") && (object.has("NameEncoding") || object.has("NameServers"))
    };
    if objects.iter().any(is_rule) {
        return Found::Kind(Kind::Nrpt);
    }
    if !objects.iter().any(|object| object.has("network")) {
        return Found::Nothing;
    }
    let is_learned = |object: &Object<'_>| {
        is_learned(object.text("origin").as_deref(), object.text("sourcePeer").as_deref())
    };
    Found::Kind(if objects.iter().any(is_learned) { Kind::LearnedRoutes } else { Kind::AdvertisedRoutes })
}

/// True for a route that came from a neighbour, or says which neighbour it might have come from.
fn is_learned(origin: Option<&str>, source_peer: Option<&str>) -> bool {
    source_peer.is_some()
        || origin.is_some_and(|origin| ["ebgp", "ibgp"].contains(&&*origin.to_ascii_lowercase()))
}

/// Columns of which a table of a gateway's routes has two at least.
const COLUMNS: [&str; 5] = ["nexthop", "origin", "sourcepeer", "aspath", "weight"];

/// What a CSV file is, by its header and rows.
pub(super) fn kind_of_delimited(text: &str) -> Option<Kind> {
    if !is_delimited(text) {
        return None;
    }
    let names = header(text);
    let column = |name: &str| names.iter().position(|column| column == name);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(super::records::layout(text).delimiter)
        .flexible(true)
        .from_reader(&text.as_bytes()[comment_length(text)..]);
    let mut rows = reader.records().filter_map(Result::ok);
    let is_learned = rows.any(|row| {
        let cell = |name| column(name).and_then(|at| row.get(at)).map(str::trim).filter(|it| !it.is_empty());
        is_learned(cell("origin"), cell("sourcepeer"))
    });
    Some(if is_learned { Kind::LearnedRoutes } else { Kind::AdvertisedRoutes })
}

/// True for CSV with the columns of a gateway's routes.
pub(super) fn is_delimited(text: &str) -> bool {
    let names = header(text);
    names.iter().any(|name| name == "network")
        && COLUMNS.iter().filter(|column| names.iter().any(|name| name == *column)).count() > 1
}

/// True for a gateway's routes in a form that is made for people: printed tables, lists, YAML and values between tabs.
pub(super) fn is_for_people(text: &str) -> bool {
    let is_printed = |wanted: &str| heading(text, "Network").is_some() && heading(text, wanted).is_some();
    let is_listed = lists(text, "Network") || lists(text, "- network");
    let is_row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let origin = cells.iter().any(|cell| ["Network", "EBgp", "IBgp", "Igp"].contains(cell));
        cells.len() > 4 && origin && cells.iter().any(|cell| cell.parse::<crate::prefix::Prefix>().is_ok())
    };
    COLUMNS.iter().any(|column| is_printed(column))
        || is_listed && COLUMNS.iter().any(|column| lists(text, column))
        || text.lines().any(is_row)
}

/// How many objects may be wrapped around a list. Azure has one; each is read to its end to find the next.
const MOST_WRAPPERS: usize = 4;

/// Adds the objects of a list, or of the list that an object wraps; true where there is a list.
fn collect<'text>(raw: &'text RawValue, place: Place<'text>, objects: &mut Vec<Object<'text>>) -> bool {
    let mut raw = raw;
    for _ in 0..MOST_WRAPPERS {
        if let Some(list) = elements(raw.get()) {
            objects.extend(list.into_iter().filter_map(|element| Object::new(element, place)));
            return true;
        }
        let Some(object) = Object::new(raw, place) else { return false };
        let Some(value) = object.get("value") else {
            objects.push(object);
            return true;
        };
        raw = value;
    }
    false
}

/// True for JSON, be it below comments.
pub(super) fn is_json(text: &str) -> bool {
    text[comment_length(text)..].trim_start().starts_with(['[', '{'])
}

/// The objects of the list that the file holds. What is no JSON is a fault.
pub(super) fn objects<'text>(reading: &mut Reading, text: &'text str) -> Vec<Object<'text>> {
    let place = Place::File(reading.file, text);
    let json = &text[comment_length(text)..];
    let mut objects = Vec::new();
    for part in Deserializer::from_str(json).into_iter::<&RawValue>() {
        match part {
            Ok(raw) => {
                if let Some(list) = elements(raw.get()) {
                    for element in list.iter().filter(|element| !element.get().starts_with('{')) {
                        let span = place.span(element.get());
                        reading.fault_at(span, "an element that is no object", "expected a route");
                    }
                }
                reading.is_recognised |= collect(raw, place, &mut objects);
            }
            Err(error) => {
                reading.faults.push(unreadable_json(json, place, &error));
                break;
            }
        }
    }
    objects
}

pub(super) fn read(reading: &mut Reading, sources: &Sources) {
    let text = sources.get(reading.file).text();
    if !is_json(text) {
        for record in delimited(reading, sources, "Network") {
            row(reading, &record);
        }
        return;
    }
    for object in objects(reading, text) {
        let cell = |name: &str| {
            let text = object.text(name)?;
            Some(super::records::Cell { name: name.to_owned(), text, range: object.span_of(name).range() })
        };
        let cells = ["network", "origin"].into_iter().filter_map(cell).collect();
        row(reading, &Record { cells, range: object.span().range() });
    }
}

fn row(reading: &mut Reading, record: &Record) {
    let Some(network) = record.cell("network") else {
        reading.fault(record.range.clone(), "a route without a prefix", "expected `network`");
        return;
    };
    let Some(prefix) = reading.prefix(&network.text, network.range.clone()) else { return };
    let origin = record.text("origin").unwrap_or_default();
    let is_learned = reading.table.kind == Kind::LearnedRoutes;
    let entry = reading.entry(prefix, network.range.clone());
    entry.is_own = is_learned && origin.eq_ignore_ascii_case("network");
}
