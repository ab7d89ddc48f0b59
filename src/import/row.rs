//! Rows of other people's queries: columns of any name become the fields that Azure writes.
//!
//! Kusto names a column `properties_addressSpace_addressPrefixes` where nobody else does, data frames
//! write dots, and people like short names. What is left of a row after that is not read, and is named.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::columns::{self, Shape};
use super::json::Object;

/// A row as Azure would have written it.
#[derive(Default)]
pub(super) struct Row {
    /// The resource as JSON.
    pub(super) text: String,
    /// The columns that nothing reads, as written.
    pub(super) unread: BTreeSet<String>,
    /// The fields that matter and have no column.
    pub(super) lacking: BTreeSet<&'static str>,
}

/// More parts than the longest path to a field has.
const MOST_PARTS: usize = 12;

/// The row as Azure would have written it; none where `object` is written so already, or is no row.
pub(super) fn canonical(object: &Object<'_>) -> Option<Row> {
    let is_whole = object.get("properties").is_some_and(|properties| properties.get().starts_with('{'));
    let shape = if is_whole { None } else { columns::shape(object) }?;
    let cells = object.cells().map(|(name, raw)| (name, value(raw.get())));
    let cells: Vec<(&str, Value)> =
        cells.filter(|(_, value)| !value.as_str().is_some_and(is_type_name)).collect();
    let is_as_written = |(name, value): &(&str, Value)| {
        parts(name).is_none()
            && shape.writes(&columns::plain(name), value.is_object() || value.is_null())
            && !is_text(object, name, value)
    };
    if cells.iter().all(is_as_written) {
        return None;
    }
    let mut row = Row::default();
    let mut fields = Map::new();
    for (name, value) in cells {
        if put(shape, name, value, &mut fields).is_some_and(|value| !is_blank(&value)) {
            row.unread.insert(object.written(name));
        }
    }
    peerings(shape, &mut fields, object, &mut row);
    row.lacking.extend(shape.lacking(|field| fields.contains_key(field)));
    row.text = Value::Object(fields).to_string();
    Some(row)
}

/// True where a cell holds JSON as text.
fn is_text(object: &Object<'_>, name: &str, value: &Value) -> bool {
    (value.is_object() || value.is_array()) && object.get(name).is_some_and(|raw| raw.get().starts_with('"'))
}

/// The value of a cell, and of the JSON in it where it holds that as text.
fn value(raw: &str) -> Value {
    let value = serde_json::from_str(raw).unwrap_or(Value::Null);
    match &value {
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => {
            serde_json::from_str(text).unwrap_or(value)
        }
        _ => value,
    }
}

/// True for what PowerShell writes where a value has no text of its own.
pub(super) fn is_type_name(text: &str) -> bool {
    ["Microsoft.Azure.Commands.", "System."].iter().any(|start| text.starts_with(start))
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty() || text.eq_ignore_ascii_case("n/a"),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The parts of a name that is a path: `properties_sku_name`, `addressSpace.addressPrefixes`, `ipConfigurations[0].id`.
fn parts(name: &str) -> Option<Vec<&str>> {
    let is_path = name.contains('.') || name.starts_with("properties_");
    let separators: &[char] = if name.contains('.') { &['.', '[', ']'] } else { &['_'] };
    let mut parts: Vec<&str> = name.split(separators).filter(|part| !part.is_empty()).collect();
    if parts.first() == Some(&"properties") {
        parts.remove(0);
    }
    (is_path && !parts.is_empty() && parts.len() <= MOST_PARTS).then_some(parts)
}

/// Puts a cell where Azure has it; gives it back where nothing reads it.
fn put(shape: &Shape, name: &str, value: Value, fields: &mut Map<String, Value>) -> Option<Value> {
    if let Some(parts) = parts(name) {
        let root = columns::plain(parts[0]);
        if shape.knows(&root) {
            let last = columns::plain(parts.last().copied().unwrap_or_default());
            place(&parts, inner(value, &last), fields);
            return None;
        }
        // What lies in a field of its own name, such as an alias of `properties`, is known by its last part.
        return match parts.last().map(|last| columns::plain(last)) {
            Some(last) if parts.len() > 1 && shape.path(&last).is_some() => put(shape, &last, value, fields),
            _ => Some(value),
        };
    }
    let plain = columns::plain(name);
    match shape.path(&plain) {
        Some(path) if !(value.is_object() && path.split('.').next() == Some(plain.as_str())) => {
            let parts: Vec<&str> = path.split('.').collect();
            place(&parts, inner(value, parts.last().copied().unwrap_or_default()), fields);
            None
        }
        _ if shape.knows(&plain) => {
            place(&[plain.as_str()], value, fields);
            None
        }
        _ => Some(value),
    }
}

/// What `value` holds under the name of the field that it is put into, else all of it.
fn inner(value: Value, name: &str) -> Value {
    let Value::Object(fields) = &value else { return value };
    let found = fields.iter().find(|(key, _)| columns::plain(key) == name);
    found.map_or_else(|| value.clone(), |(_, inner)| inner.clone())
}

/// Puts `value` at a path, unless something stands there.
fn place(parts: &[&str], value: Value, fields: &mut Map<String, Value>) {
    let Some((first, rest)) = parts.split_first() else { return };
    let key = columns::plain(first);
    if key == "properties" && !rest.is_empty() {
        return place(rest, value, fields);
    }
    let Some((second, further)) = rest.split_first() else {
        let known = fields.entry(key).or_insert(Value::Null);
        if is_blank(known) {
            *known = value;
        }
        return;
    };
    let is_index = second.bytes().all(|letter| letter.is_ascii_digit());
    let known = fields.entry(key).or_insert(Value::Null);
    if is_index {
        if is_blank(known) {
            *known = Value::Array(vec![Value::Object(Map::new())]);
        }
        if let Some(Value::Object(element)) = known.as_array_mut().and_then(|list| list.first_mut()) {
            place(further, value, element);
        }
    } else {
        if is_blank(known) {
            *known = Value::Object(Map::new());
        }
        if let Value::Object(inner) = known {
            place(rest, value, inner);
        }
    }
}

/// Makes the peerings of a row's VNet what Azure writes; a column may hold one of them.
fn peerings(shape: &Shape, fields: &mut Map<String, Value>, object: &Object<'_>, row: &mut Row) {
    const FIELD: &str = "virtualnetworkpeerings";
    let Some(peering) = shape.inner else { return };
    let sides = match fields.remove(FIELD).filter(|sides| !is_blank(sides)) {
        None => Vec::new(),
        Some(Value::Array(sides)) => sides,
        Some(mut side) => {
            if let Value::Object(side) = &mut side {
                side.insert(columns::PROJECTED.to_owned(), Value::Bool(true));
            }
            vec![side]
        }
    };
    let mut read = Vec::new();
    for side in sides {
        let Value::Object(side) = side else {
            // A name or an id says nothing of the settings.
            let column = object.cells().map(|(name, _)| name).find(|name| {
                shape.path(&columns::plain(name)) == Some(FIELD) || columns::plain(name).ends_with(FIELD)
            });
            row.unread.insert(column.map_or_else(|| FIELD.to_owned(), |column| object.written(column)));
            continue;
        };
        read.push(Value::Object(one_peering(peering, side, row)));
    }
    // Columns of one peering beside those of its VNet.
    let columns: Vec<(String, Value)> = columns::OF_PEERING
        .iter()
        .filter_map(|column| Some(((*column).to_owned(), fields.remove(*column)?)))
        .filter(|(_, value)| !is_blank(value))
        .collect();
    if columns.iter().any(|(column, _)| column == "remotevnetid") {
        let mut side = one_peering(peering, columns.into_iter().collect(), row);
        side.insert(columns::PROJECTED.to_owned(), Value::Bool(true));
        read.push(Value::Object(side));
    } else {
        let lost = |name: &&str| {
            let path = shape.path(&columns::plain(name));
            path.is_some_and(|path| columns.iter().any(|(column, _)| column == path))
        };
        row.unread.extend(object.cells().map(|(name, _)| name).filter(lost).map(|name| object.written(name)));
    }
    if !read.is_empty() {
        fields.insert(FIELD.to_owned(), Value::Array(read));
    }
}

fn one_peering(shape: &Shape, side: Map<String, Value>, row: &mut Row) -> Map<String, Value> {
    if side.iter().any(|(name, value)| columns::plain(name) == "properties" && value.is_object()) {
        return side;
    }
    let mut fields = Map::new();
    for (name, value) in side {
        if put(shape, &name, value, &mut fields).is_some_and(|value| !is_blank(&value)) {
            row.unread.insert(name);
        }
    }
    row.lacking.extend(shape.lacking(|field| fields.contains_key(field)));
    fields
}

/// The rows of a table that comes as columns beside rows, as Resource Graph writes it where it is asked for a table.
pub(super) fn of_table(object: &Object<'_>) -> Option<Vec<String>> {
    let names: Vec<String> =
        object.objects("columns").iter().map(|column| column.text("name")).collect::<Option<_>>()?;
    let rows: Vec<Vec<Value>> = serde_json::from_str(object.get("rows")?.get()).ok()?;
    if names.is_empty() {
        return None;
    }
    let row = |cells: Vec<Value>| Value::Object(names.iter().cloned().zip(cells).collect()).to_string();
    Some(rows.into_iter().map(row).collect())
}
