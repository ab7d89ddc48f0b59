//! Values as small numbers while a question is answered, and as text when it is.

use std::cell::OnceCell;
use std::net::IpAddr;

use rustc_hash::FxHashMap;

use crate::answer::Status;
use crate::class::{Class, RouteReason};
use crate::inventory::routing::Hop;
use crate::inventory::{Inventory, Os};
use crate::language::relations::Kind;
use crate::names::{LabelId, NameId, Names};
use crate::prefix::{Prefix, PrefixError};
use crate::schema::{Asn, Cell};

/// A value of a column. Equal values are the same value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Value {
    Network(NameId),
    /// A client's index in the inventory.
    Client(u32),
    /// The number of a prefix among those seen.
    Prefix(u32),
    Class(Class),
    Status(Status),
    Reason(RouteReason),
    Os(Os),
    Number(u32),
    Label(LabelId),
    Hop(Hop),
    Address(IpAddr),
}

impl Value {
    /// The name, of a value that is a network's.
    pub(super) fn network(self) -> Option<NameId> {
        match self {
            Self::Network(name) => Some(name),
            _ => None,
        }
    }
}

/// What the numbers in values stand for.
pub(super) struct Values<'inventory> {
    inventory: &'inventory Inventory,
    prefixes: Vec<Prefix>,
    numbers: FxHashMap<Prefix, u32>,
    clients: OnceCell<(Names, Vec<u32>)>,
}

impl<'inventory> Values<'inventory> {
    pub(super) fn new(inventory: &'inventory Inventory) -> Self {
        Self { inventory, prefixes: Vec::new(), numbers: FxHashMap::default(), clients: OnceCell::new() }
    }

    /// The value of a cell; none for what stands in the place of a number that is not stated.
    pub(super) fn of(&mut self, cell: Cell) -> Option<Value> {
        Some(match cell {
            Cell::Network(name) => Value::Network(name),
            Cell::Client(index) => Value::Client(index),
            Cell::Prefix(prefix) => self.of_prefix(prefix),
            Cell::Class(class) => Value::Class(class),
            Cell::Os(os) => Value::Os(os),
            Cell::Number(Asn::Number(number)) => Value::Number(number),
            // No relation that can be asked has a family.
            Cell::Number(Asn::Unlike(_)) | Cell::Family(_) => return None,
            Cell::Label(label) => Value::Label(label),
            Cell::Hop(hop) => Value::Hop(hop),
            Cell::Address(address) => Value::Address(address),
        })
    }

    /// The value of a prefix.
    pub(super) fn of_prefix(&mut self, prefix: Prefix) -> Value {
        let next = u32::try_from(self.prefixes.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(prefix).or_insert(next);
        if number == next {
            self.prefixes.push(prefix);
        }
        Value::Prefix(number)
    }

    /// The value of a prefix that was seen before.
    pub(super) fn known(&self, prefix: Prefix) -> Option<Value> {
        self.numbers.get(&prefix).copied().map(Value::Prefix)
    }

    /// The prefix of a value that is one.
    pub(super) fn prefix(&self, value: Value) -> Option<Prefix> {
        match value {
            Value::Prefix(number) => self.prefixes.get(number as usize).copied(),
            _ => None,
        }
    }

    /// The value of a constant in a column of that kind; none where the inventory has no such name.
    pub(super) fn constant(&mut self, text: &str, kind: Kind) -> Option<Value> {
        fn find<T: Copy>(all: &[T], word: fn(T) -> &'static str, text: &str) -> Option<T> {
            all.iter().copied().find(|one| word(*one) == text)
        }
        match kind {
            Kind::Network => self.inventory.names.get(text).map(Value::Network),
            Kind::Client => self.client(text).map(Value::Client),
            Kind::Prefix => match text.parse() {
                Ok(prefix) | Err(PrefixError::NoLength(prefix)) => Some(self.of_prefix(prefix)),
                Err(_) => None,
            },
            Kind::Class => find(&Class::ALL, Class::word, text).map(Value::Class),
            Kind::Status => find(&Status::ALL, Status::word, text).map(Value::Status),
            Kind::Reason => find(&RouteReason::ALL, RouteReason::word, text).map(Value::Reason),
            Kind::Os => find(&Os::ALL, Os::word, text).map(Value::Os),
            Kind::Number => text.parse().ok().map(Value::Number),
            Kind::Label => self.inventory.labels.get(text).map(Value::Label),
            Kind::Hop => text.parse().ok().map(Value::Hop),
            Kind::Address => text.parse().ok().map(Value::Address),
        }
    }

    /// The index of the client with that name.
    pub(super) fn client(&self, name: &str) -> Option<u32> {
        let (names, indexes) = self.clients.get_or_init(|| {
            let (mut names, mut indexes) = (Names::default(), Vec::new());
            for (index, client) in (0..).zip(self.inventory.clients.as_deref().unwrap_or_default()) {
                if names.intern(&client.name).index() == indexes.len() {
                    indexes.push(index);
                }
            }
            (names, indexes)
        });
        indexes.get(names.get(name)?.index()).copied()
    }

    /// A value as text.
    pub(super) fn text(&self, value: Value) -> String {
        match value {
            Value::Network(name) => self.inventory.names.text(name).to_owned(),
            Value::Client(index) => {
                let clients = self.inventory.clients.as_deref().unwrap_or_default();
                clients.get(index as usize).map(|client| client.name.to_string()).unwrap_or_default()
            }
            Value::Prefix(number) => self.prefixes[number as usize].to_string(),
            Value::Class(class) => class.word().to_owned(),
            Value::Status(status) => status.word().to_owned(),
            Value::Reason(reason) => reason.word().to_owned(),
            Value::Os(os) => os.word().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Label(label) => self.inventory.labels.text(label).to_owned(),
            Value::Hop(hop) => hop.to_string(),
            Value::Address(address) => address.to_string(),
        }
    }
}
