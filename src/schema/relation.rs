//! The relations that can be asked, with their names and columns.

use super::column::{Column, Kind};
use super::table::for_each_relation;

macro_rules! relations {
    (
        stated { $(
            $stated:ident $stated_name:ident $given:ident
            ($($stated_column:ident $stated_label:literal $stated_kind:ident),+) $stated_meaning:literal $said:literal;
        )* }
        prepared { $($prepared:tt)* }
        derived { $($derived:tt)* }
        asked { $($asked:ident $asked_name:ident ($($asked_label:literal $asked_kind:ident),+) $asked_meaning:literal;)* }
    ) => {
        /// A relation that can be asked.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Relation {
            $(#[doc = $stated_meaning] $stated,)*
            $(#[doc = $asked_meaning] $asked,)*
        }

        impl Relation {
            /// What an inventory states.
            pub const STATED: &'static [Self] = &[$(Self::$stated),*];

            /// Every relation: what the inventory states, then what follows from it.
            pub const ALL: &'static [Self] = &[$(Self::$stated,)* $(Self::$asked,)*];

            /// The name, as it is written.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$stated => stringify!($stated_name),)*
                    $(Self::$asked => stringify!($asked_name),)*
                }
            }

            /// The columns.
            #[must_use]
            pub fn columns(self) -> &'static [Column] {
                match self {
                    $(Self::$stated => &[$(Column { label: $stated_label, kind: Kind::$stated_kind }),+],)*
                    $(Self::$asked => &[$(Column { label: $asked_label, kind: Kind::$asked_kind }),+],)*
                }
            }

            /// What a tuple says, as a sentence.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$stated => $stated_meaning,)*
                    $(Self::$asked => $asked_meaning,)*
                }
            }
        }
    };
}
for_each_relation!(relations);

impl Relation {
    /// The relation with that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|relation| relation.name() == name)
    }

    /// True for a fact of the inventory, which can be changed.
    #[must_use]
    pub fn is_fact(self) -> bool {
        Self::STATED.contains(&self)
    }

    /// The names of all facts, as a sentence lists them.
    #[must_use]
    pub fn facts() -> String {
        Self::STATED.iter().map(|relation| format!("`{}`", relation.name())).collect::<Vec<_>>().join(", ")
    }

    /// The name with the labels of the columns, such as `bgp(Router, Router)`.
    #[must_use]
    pub fn signature(self) -> String {
        let labels: Vec<_> = self.columns().iter().map(|column| column.label).collect();
        format!("{}({})", self.name(), labels.join(", "))
    }

    /// True where a tuple holds in both directions or in none.
    #[must_use]
    pub fn is_symmetric(self) -> bool {
        matches!(self, Self::S2s | Self::Bgp)
    }

    /// True where a row names a network. What names none, as a route of a route table does, is of every connected component in
    /// which it matters, or of none.
    #[must_use]
    pub fn names_networks(self) -> bool {
        self.columns().iter().any(|column| column.kind == Kind::Network)
    }

    /// True where a row names a client, by a number that means nothing in another inventory.
    #[must_use]
    pub fn names_clients(self) -> bool {
        self.columns().iter().any(|column| column.kind == Kind::Client)
    }
}
