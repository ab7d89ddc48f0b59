//! What an inventory is made of before names are given: ids in their places.

use crate::import::id::ResourceId;
use crate::prefix::Prefix;
use crate::source::Span;

/// A VNet that is known only from what refers to it.
pub(super) struct External {
    pub(super) name: String,
    pub(super) space: Vec<Prefix>,
    pub(super) origin: Span,
}

/// One end of a tunnel.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    /// A VNet that holds a gateway.
    Vnet(ResourceId),
    /// A site, by the id of its local network gateway.
    Site(ResourceId),
    /// A gateway that the model leaves out.
    Outside,
}

/// A row of a tunnel before names are given.
pub(super) struct Row {
    /// The connection.
    pub(super) id: ResourceId,
    pub(super) from: End,
    pub(super) to: End,
    pub(super) bgp: bool,
    pub(super) from_static: Vec<Prefix>,
    pub(super) down: Option<Box<str>>,
    pub(super) name: Box<str>,
    pub(super) origin: Span,
}

/// A site before names are given.
pub(super) struct PlannedSite {
    pub(super) name: String,
    pub(super) space: Vec<Prefix>,
    pub(super) asn: Option<u32>,
    pub(super) origin: Span,
}

/// A gateway that only connections to it show.
pub(super) struct AssumedGateway {
    pub(super) bgp: bool,
    pub(super) origin: Span,
}
