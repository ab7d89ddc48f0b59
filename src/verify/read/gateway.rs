//! What Azure says that a gateway learned or advertises, and JSON in general.

use serde_json::Deserializer;
use serde_json::value::RawValue;

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
    if !objects.iter().any(|object| object.has("network")) {
        return Found::Nothing;
    }
    let is_learned = |object: &Object<'_>| {
        let origin = object.text("origin").unwrap_or_default();
        object.text("sourcePeer").is_some()
            || ["ebgp", "ibgp"].contains(&origin.to_ascii_lowercase().as_str())
    };
    Found::Kind(if objects.iter().any(is_learned) { Kind::LearnedRoutes } else { Kind::AdvertisedRoutes })
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

pub(super) fn read(reading: &mut Reading, text: &str) {
    for object in objects(reading, text) {
        let span = object.span_of("network");
        let Some(network) = object.text("network") else {
            reading.fault_at(span, "a route without a prefix", "expected `network`");
            continue;
        };
        let Some(prefix) = reading.prefix(&network, span.range()) else { continue };
        let origin = object.text("origin").unwrap_or_default();
        let is_learned = reading.table.kind == Kind::LearnedRoutes;
        let entry = reading.entry(prefix, span.range());
        entry.is_own = is_learned && origin.eq_ignore_ascii_case("network");
    }
}
