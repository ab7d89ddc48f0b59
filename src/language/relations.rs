//! The relations that can be asked, and the words that their columns may hold.

use crate::answer::{Resolution, RouteSource, Status};
use crate::class::{Class, RouteReason};
use crate::facts::ids::Direction;
use crate::inventory::Os;
pub use crate::schema::{Column, Kind, Relation};

/// The words of a next hop, as a sentence lists them.
pub(crate) const HOPS: &str = "`appliance(ADDRESS)`, `gateway`, `vnet-local`, `internet` or `none`";

impl Kind {
    /// What a value is, with its article.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Network => "a network's name",
            Self::Client => "a client's name",
            Self::Prefix => "a prefix",
            Self::Class => "a class of clients",
            Self::Status => "a status",
            Self::Reason => "a reason",
            Self::Os => "an operating system",
            Self::Number => "a number",
            Self::Label => "the name of a subnet, a route table, an appliance or a zone",
            Self::Hop => "a next hop",
            Self::Address => "an address",
            Self::Source => "a source of effective routes",
            Self::Direction => "a direction",
            Self::Resolution => "a word for whether names resolve",
        }
    }

    /// Every value, where they are words that can be counted.
    #[must_use]
    pub fn words(self) -> Option<Vec<&'static str>> {
        match self {
            Self::Class => Some(Class::ALL.map(Class::word).to_vec()),
            Self::Status => Some(Status::ALL.map(Status::word).to_vec()),
            Self::Reason => Some(RouteReason::ALL.map(RouteReason::word).to_vec()),
            Self::Os => Some(Os::ALL.map(Os::word).to_vec()),
            Self::Source => Some(RouteSource::ALL.map(RouteSource::word).to_vec()),
            Self::Direction => Some(Direction::ALL.map(Direction::word).to_vec()),
            Self::Resolution => Some(Resolution::ALL.map(Resolution::word).to_vec()),
            Self::Network
            | Self::Client
            | Self::Prefix
            | Self::Number
            | Self::Label
            | Self::Hop
            | Self::Address => None,
        }
    }
}
