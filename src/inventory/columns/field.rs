//! What a column is, and which field of a row its cells fill.

use std::net::IpAddr;

use crate::inventory::client::Protocol;
use crate::inventory::model::{Carried, Inventory};
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;

/// One column of a file, as documents and messages tell of it.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in the header.
    pub name: &'static str,
    /// True where the header must have it.
    pub required: bool,
    /// What an empty cell, or no such column, stands for; empty where that says nothing.
    pub default: &'static str,
    /// What a cell holds, in words for the reader.
    pub holds: &'static str,
    /// True where it is written only if some row has other than the default.
    pub rare: bool,
}

/// A column and the field of a row that its cells fill.
pub(crate) struct Field<Row: 'static> {
    pub(crate) column: Column,
    pub(crate) value: Value<Row>,
}

/// Where a value stands in a row.
pub(crate) struct At<Row: 'static, T: 'static> {
    pub(crate) get: fn(&Row) -> &T,
    pub(crate) set: fn(&mut Row, T),
}

/// The kind of value that a cell holds, and where it stands in the row.
pub(crate) enum Value<Row: 'static> {
    /// What has to be known before there is a row, such as a name. It is read by hand.
    Key(fn(&Row, &Inventory) -> String),
    /// Any text.
    Text { get: fn(&Row) -> &str, set: fn(&mut Row, &str) },
    /// The id of a resource of Azure, with the collection that the resource is one of.
    Id { get: fn(&Row) -> &str, set: fn(&mut Row, &str), collection: &'static str },
    /// True or false.
    Flag(At<Row, bool>),
    /// An autonomous system number.
    Asn(At<Row, Option<u32>>),
    /// A list of prefixes.
    Prefixes(At<Row, Vec<Prefix>>),
    /// A list of addresses.
    Addresses(At<Row, Vec<IpAddr>>),
    /// A list of P2S protocols.
    Protocols(At<Row, Vec<Protocol>>),
    /// A P2S protocol.
    Protocol(At<Row, Option<Protocol>>),
    /// A list of prefixes, or all where the cell is empty, or none where it says so.
    Carried(At<Row, Option<Carried>>),
    /// A state, kept as written unless it is one of the usual ones.
    State(At<Row, Option<Box<str>>>, States),
}

/// The words for a state, without regard to case, blanks, `-` and `_`.
#[derive(Clone, Copy)]
pub(crate) struct States {
    /// What it is the state of, as a sentence names it.
    pub(crate) of: &'static str,
    /// Those that mean that all is well.
    pub(crate) usual: &'static [&'static str],
    /// All others.
    pub(crate) others: &'static [&'static str],
}

impl States {
    /// Every word.
    pub(crate) fn words(self) -> impl Iterator<Item = &'static str> + Clone {
        self.usual.iter().chain(self.others).copied()
    }

    /// The word that `text` is, but for case, blanks, `-` and `_`.
    pub(crate) fn word(self, text: &str) -> Option<&'static str> {
        let letters = |text: &'static str| text.chars().flat_map(char::to_lowercase);
        self.words().find(|word| {
            let written = text.chars().filter(|letter| !matches!(letter, ' ' | '-' | '_'));
            written.flat_map(char::to_lowercase).eq(letters(word))
        })
    }

    /// True for a word that means that all is well.
    pub(crate) fn is_usual(self, word: &str) -> bool {
        self.usual.contains(&word)
    }
}

/// The states of a side of a peering.
pub(crate) const OF_PEERING: States =
    States { of: "a state of a peering", usual: &["Connected"], others: &["Disconnected", "Initiated"] };

/// The states of a tunnel.
pub(crate) const OF_TUNNEL: States = States {
    of: "a status of a connection",
    usual: &["Connected", "Unknown"],
    others: &["Connecting", "NotConnected", "Disconnected", "Down"],
};

/// What a cell says of a side of a peering that carries nothing.
pub(crate) const NOTHING_CARRIED: &str = "none";

/// The field of that name.
macro_rules! at {
    ($field:ident) => {
        At { get: |row| &row.$field, set: |row, value| row.$field = value }
    };
}

/// The text in the field of that name.
macro_rules! text {
    ($field:ident) => {
        Value::Text { get: |row| &row.$field, set: |row, text| row.$field = text.into() }
    };
}

/// The field of that name among what few rows have, which a row without any of it has no room for.
macro_rules! rare {
    ($field:ident) => {
        At {
            get: |row| &row.rare().$field,
            set: |row, value| {
                if value.is_some() {
                    row.rare_mut().$field = value;
                }
            },
        }
    };
}

/// The id of the resource behind a row.
macro_rules! id {
    ($collection:literal) => {
        Value::Id {
            get: |row| row.resource.as_deref().map_or("", |resource| &resource.id),
            set: |row, id| row.resource.get_or_insert_default().id = id.into(),
            collection: $collection,
        }
    };
}

/// The name of a network in the field of that name.
macro_rules! name {
    ($field:ident) => {
        Value::Key(|row, inventory| name(row.$field, inventory))
    };
}

pub(super) fn name(name: NameId, inventory: &Inventory) -> String {
    inventory.names.text(name).to_owned()
}

/// The name of what is no network in the field of that name.
macro_rules! label {
    ($field:ident) => {
        Value::Key(|row, inventory| label(row.$field, inventory))
    };
}

pub(super) fn label(label: LabelId, inventory: &Inventory) -> String {
    inventory.labels.text(label).to_owned()
}

/// A column that the header must name.
pub(super) const fn required<Row>(name: &'static str, holds: &'static str, value: Value<Row>) -> Field<Row> {
    Field { column: Column { name, required: true, default: "", holds, rare: false }, value }
}

/// A column that may be left out.
pub(super) const fn optional<Row>(
    name: &'static str,
    default: &'static str,
    holds: &'static str,
    value: Value<Row>,
) -> Field<Row> {
    Field { column: Column { name, required: false, default, holds, rare: false }, value }
}

/// A column that may be left out, and is written only where some row needs it.
pub(super) const fn rare<Row>(
    name: &'static str,
    default: &'static str,
    holds: &'static str,
    value: Value<Row>,
) -> Field<Row> {
    Field { column: Column { name, required: false, default, holds, rare: true }, value }
}
