//! One row of a relation that is stated or prepared.

use std::net::IpAddr;

use super::column::{Asn, Cell};
use super::relation::Relation;
use super::table::for_each_relation;
use crate::class::Class;
use crate::inventory::Os;
use crate::inventory::routing::Hop;
use crate::names::{LabelId, NameId};
use crate::prefix::{Family, Prefix};

/// What the table calls a number and an address.
type Number = Asn;
type Address = IpAddr;

/// The most columns a fact has.
const COLUMNS: usize = 3;

/// The values of a row, read one column after the other.
pub(crate) trait Terms {
    /// How networks are named.
    type Network;
    /// How clients are named.
    type Client;
    /// How subnets, route tables, appliances and zones are named.
    type Label;
    /// Why a value cannot be read.
    type Error;

    fn network(&mut self) -> Result<Self::Network, Self::Error>;
    fn client(&mut self) -> Result<Self::Client, Self::Error>;
    fn prefix(&mut self) -> Result<Prefix, Self::Error>;
    fn number(&mut self) -> Result<Number, Self::Error>;
    fn os(&mut self) -> Result<Os, Self::Error>;
    fn label(&mut self) -> Result<Self::Label, Self::Error>;
    fn hop(&mut self) -> Result<Hop, Self::Error>;
    fn address(&mut self) -> Result<IpAddr, Self::Error>;
}

/// Reads a column of that kind.
macro_rules! read {
    (Network $terms:ident) => {
        $terms.network()?
    };
    (Client $terms:ident) => {
        $terms.client()?
    };
    (Prefix $terms:ident) => {
        $terms.prefix()?
    };
    (Number $terms:ident) => {
        $terms.number()?
    };
    (Os $terms:ident) => {
        $terms.os()?
    };
    (Label $terms:ident) => {
        $terms.label()?
    };
    (Hop $terms:ident) => {
        $terms.hop()?
    };
    (Address $terms:ident) => {
        $terms.address()?
    };
}

macro_rules! facts {
    (
        stated { $(
            $stated:ident $stated_name:ident $given:ident
            ($($stated_column:ident $label:literal $stated_kind:ident),+) $stated_meaning:literal $stated_said:literal;
        )* }
        prepared { $(
            $prepared:ident $prepared_name:ident
            ($($prepared_column:ident $prepared_kind:ident),+) $prepared_meaning:literal $prepared_said:literal;
        )* }
        $($rest:tt)*
    ) => {
        /// What an inventory states, or what is worked out before the rules run.
        ///
        /// Networks, clients and what else has a name are named by their numbers in an inventory, or by whatever else stands for them, such as the
        /// texts of a change, which may name what is not there yet.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Fact<Network = NameId, Client = u32, Label = LabelId> {
            $(#[doc = $stated_meaning] $stated($($stated_kind),+),)*
            $(#[doc = $prepared_meaning] $prepared($($prepared_kind),+),)*
        }

        impl<Network, Client, Label> Fact<Network, Client, Label> {
            /// The name of the relation.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$stated(..) => stringify!($stated_name),)*
                    $(Self::$prepared(..) => stringify!($prepared_name),)*
                }
            }

            /// What the fact says, with the number of a column in braces where its value belongs.
            #[must_use]
            pub fn said(&self) -> &'static str {
                match self {
                    $(Self::$stated(..) => $stated_said,)*
                    $(Self::$prepared(..) => $prepared_said,)*
                }
            }

            /// The row of `relation` with the values of `terms`; none where no inventory states the relation.
            pub(crate) fn read<Row>(relation: Relation, terms: &mut Row) -> Result<Option<Self>, Row::Error>
            where
                Row: Terms<Network = Network, Client = Client, Label = Label>,
            {
                Ok(match relation {
                    $(Relation::$stated => Some(Self::$stated($(read!($stated_kind terms)),+)),)*
                    _ => None,
                })
            }
        }

        impl Fact {
            /// The values, in the order of the columns.
            pub fn cells(self) -> impl Iterator<Item = Cell> {
                match self {
                    $(Self::$stated($($stated_column),+) => row([$(Cell::$stated_kind($stated_column)),+]),)*
                    $(Self::$prepared($($prepared_column),+) => row([$(Cell::$prepared_kind($prepared_column)),+]),)*
                }
                .into_iter()
                .flatten()
            }
        }
    };
}
for_each_relation!(facts);

/// Some values, with nothing in the place of further ones.
fn row<const WIDTH: usize>(values: [Cell; WIDTH]) -> [Option<Cell>; COLUMNS] {
    let mut row = [None; COLUMNS];
    for (cell, value) in row.iter_mut().zip(values) {
        *cell = Some(value);
    }
    row
}

impl Fact {
    /// False for what only stands in the place of something that is not stated.
    #[must_use]
    pub fn is_stated(self) -> bool {
        !matches!(self, Self::HasAsn(_, Asn::Unlike(_)))
    }
}
