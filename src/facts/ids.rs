//! What facts and derived tuples name besides networks: targets of packets, and prefixes by number.

use crate::names::NameId;

/// What a packet can be addressed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A virtual network or site.
    Network(NameId),
    /// The P2S clients of a gateway.
    Pool(NameId),
}

impl Target {
    /// The network, or the gateway whose pool it is.
    #[must_use]
    pub fn name(self) -> NameId {
        match self {
            Self::Network(name) | Self::Pool(name) => name,
        }
    }

    /// True for a network.
    #[must_use]
    pub fn is_network(self) -> bool {
        matches!(self, Self::Network(_))
    }
}

/// The number of a prefix in its connected component, in the order of prefixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrefixId(pub u32);

impl PrefixId {
    /// The number as an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}
