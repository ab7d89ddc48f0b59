//! Values as small numbers while a question is answered, and as text when it is.

use std::cell::OnceCell;
use std::hash::Hash;
use std::net::IpAddr;

use rustc_hash::FxHashMap;

use crate::answer::{EffectiveHop, Resolution, RouteSource, Status};
use crate::class::{Class, RouteReason};
use crate::facts::ids::{Direction, Machine};
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
    /// The number of an appliance among those that no row names.
    Assumed(u32),
    /// The number of a next hop among those seen.
    Hop(u32),
    /// The number of the prefix that holds the address alone.
    Address(u32),
    Source(RouteSource),
    Direction(Direction),
    Resolution(Resolution),
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

/// Things by number, in the order in which they are seen, so that a value stays small.
struct Numbered<T> {
    all: Vec<T>,
    numbers: FxHashMap<T, u32>,
}

impl<T: Copy + Eq + Hash> Numbered<T> {
    fn new() -> Self {
        Self { all: Vec::new(), numbers: FxHashMap::default() }
    }

    fn number(&mut self, one: T) -> u32 {
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(one).or_insert(next);
        if number == next {
            self.all.push(one);
        }
        number
    }
}

/// What the numbers in values stand for.
pub(super) struct Values<'inventory> {
    inventory: &'inventory Inventory,
    prefixes: Numbered<Prefix>,
    hops: Numbered<EffectiveHop>,
    assumed: Numbered<(NameId, IpAddr)>,
    clients: OnceCell<(Names, Vec<u32>)>,
}

impl<'inventory> Values<'inventory> {
    pub(super) fn new(inventory: &'inventory Inventory) -> Self {
        Self {
            inventory,
            prefixes: Numbered::new(),
            hops: Numbered::new(),
            assumed: Numbered::new(),
            clients: OnceCell::new(),
        }
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
            Cell::Hop(hop) => self.of_hop(EffectiveHop::Hop(hop)),
            Cell::Address(address) => self.of_address(address),
        })
    }

    /// The value of a prefix.
    pub(super) fn of_prefix(&mut self, prefix: Prefix) -> Value {
        Value::Prefix(self.prefixes.number(prefix))
    }

    fn of_address(&mut self, address: IpAddr) -> Value {
        Value::Address(self.prefixes.number(address.into()))
    }

    /// The value of a next hop.
    pub(super) fn of_hop(&mut self, hop: EffectiveHop) -> Value {
        Value::Hop(self.hops.number(hop))
    }

    /// The value of an appliance.
    pub(super) fn of_machine(&mut self, machine: Machine) -> Value {
        match machine {
            Machine::Listed(label) => Value::Label(label),
            Machine::Assumed(vnet, address) => Value::Assumed(self.assumed.number((vnet, address))),
        }
    }

    /// The value of a prefix that was seen before.
    pub(super) fn known(&self, prefix: Prefix) -> Option<Value> {
        self.prefixes.numbers.get(&prefix).copied().map(Value::Prefix)
    }

    /// The prefix of a value that is one.
    pub(super) fn prefix(&self, value: Value) -> Option<Prefix> {
        match value {
            Value::Prefix(number) => self.prefixes.all.get(number as usize).copied(),
            _ => None,
        }
    }

    /// The value of a constant in a column of that kind; none where the inventory has no such name.
    pub(super) fn constant(&mut self, text: &str, kind: Kind) -> Option<Value> {
        fn find<T: Copy>(all: &[T], word: fn(T) -> &'static str, text: &str) -> Option<T> {
            all.iter().copied().find(|one| word(*one) == text)
        }
        match kind {
            Kind::Network => self.inventory.names.network(text).map(Value::Network),
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
            Kind::Label => {
                let label = self.inventory.labels.get(text).map(Machine::Listed);
                label.or_else(|| Machine::assumed(text, &self.inventory.names)).map(|it| self.of_machine(it))
            }
            Kind::Hop => text.parse().ok().map(|hop| self.of_hop(hop)),
            Kind::Address => text.parse().ok().map(|address| self.of_address(address)),
            Kind::Source => find(&RouteSource::ALL, RouteSource::word, text).map(Value::Source),
            Kind::Direction => find(&Direction::ALL, Direction::word, text).map(Value::Direction),
            Kind::Resolution => find(&Resolution::ALL, Resolution::word, text).map(Value::Resolution),
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
            Value::Prefix(number) => self.prefixes.all[number as usize].to_string(),
            Value::Class(class) => class.word().to_owned(),
            Value::Status(status) => status.word().to_owned(),
            Value::Reason(reason) => reason.word().to_owned(),
            Value::Os(os) => os.word().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Label(label) => self.inventory.labels.text(label).to_owned(),
            Value::Assumed(number) => {
                let (vnet, address) = self.assumed.all[number as usize];
                Machine::Assumed(vnet, address).text(self.inventory)
            }
            Value::Hop(number) => self.hops.all[number as usize].to_string(),
            Value::Address(number) => self.prefixes.all[number as usize].net().addr().to_string(),
            Value::Source(source) => source.word().to_owned(),
            Value::Direction(direction) => direction.word().to_owned(),
            Value::Resolution(resolution) => resolution.word().to_owned(),
        }
    }
}
