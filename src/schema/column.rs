//! What stands in the columns of a relation.

use std::fmt;
use std::net::IpAddr;

use crate::class::Class;
use crate::inventory::routing::Hop;
use crate::inventory::{Inventory, Os};
use crate::names::{LabelId, NameId, Names};
use crate::prefix::{Family, Prefix};

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The name of a VNet or site, of a gateway by its VNet, or of a private endpoint.
    Network,
    /// The name of a client.
    Client,
    /// An IPv4 or IPv6 prefix.
    Prefix,
    /// A class of clients.
    Class,
    /// What can be said of a destination.
    Status,
    /// Why a client holds a route.
    Reason,
    /// An operating system.
    Os,
    /// An autonomous system number.
    Number,
    /// The name of a subnet, a route table, an appliance or a zone.
    Label,
    /// Where a user route leads, or an effective one.
    Hop,
    /// An IPv4 or IPv6 address.
    Address,
    /// Where an effective route comes from.
    Source,
    /// Which way packets go.
    Direction,
    /// Whether names resolve.
    Resolution,
}

/// A column of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// How the signature calls it.
    pub label: &'static str,
    /// What its values are.
    pub kind: Kind,
}

/// A value of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A VNet or site, or a gateway by its VNet.
    Network(NameId),
    /// A client, by its index in the inventory.
    Client(u32),
    /// A prefix.
    Prefix(Prefix),
    /// A class of clients.
    Class(Class),
    /// An operating system.
    Os(Os),
    /// An autonomous system number.
    Number(Asn),
    /// An address family.
    Family(Family),
    /// A subnet, a route table, an appliance or a zone.
    Label(LabelId),
    /// Where a user route leads.
    Hop(Hop),
    /// An address.
    Address(IpAddr),
}

impl Cell {
    /// The value as text.
    #[must_use]
    pub fn text(self, inventory: &Inventory) -> String {
        match self {
            Self::Network(name) => inventory.names.text(name).to_owned(),
            Self::Client(index) => {
                let clients = inventory.clients.as_deref().unwrap_or_default();
                clients.get(index as usize).map(|client| client.name.to_string()).unwrap_or_default()
            }
            Self::Prefix(prefix) => prefix.to_string(),
            Self::Class(class) => class.word().to_owned(),
            Self::Os(os) => os.word().to_owned(),
            Self::Number(asn) => asn.display(&inventory.names).to_string(),
            Self::Family(family) => family.word().to_owned(),
            Self::Label(label) => inventory.labels.text(label).to_owned(),
            Self::Hop(hop) => hop.to_string(),
            Self::Address(address) => address.to_string(),
        }
    }
}

/// What tells routers apart in BGP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asn {
    /// A stated number, or Azure's default.
    Number(u32),
    /// A site whose number is not stated: unlike every other router.
    Unlike(NameId),
}

impl Asn {
    /// The number as text; for a site without one, a word that no other router has.
    #[must_use]
    pub fn display(self, names: &Names) -> impl fmt::Display {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Unlike(site) => format!("unknown:{}", names.text(site)),
        }
    }
}
