//! What facts and derived tuples name besides networks: targets of packets, prefixes by number, and AS paths.

use std::hash::{Hash, Hasher};
use std::net::IpAddr;

use crate::inventory::Inventory;
use crate::names::{LabelId, NameId, Names};
use crate::schema::Asn;

/// What a packet can be addressed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A virtual network or site.
    Network(NameId),
    /// The P2S clients of a gateway.
    Pool(NameId),
}

impl Target {
    /// The Internet.
    pub const INTERNET: Self = Self::Network(NameId::INTERNET);

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

    /// True for a private endpoint, which counts as a network of its one or few addresses.
    #[must_use]
    pub fn is_endpoint(self) -> bool {
        self.name().is_endpoint()
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

/// What sends alike inside a VNet: its subnets with one route table, or with none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Context {
    /// The VNet.
    pub vnet: NameId,
    /// The route table.
    pub table: Option<LabelId>,
}

/// An appliance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Machine {
    /// One that the inventory lists.
    Listed(LabelId),
    /// One that a user route names by its address, in the VNet that holds it.
    Assumed(NameId, IpAddr),
}

impl Machine {
    /// What it is called: by its row, or by the VNet and its address.
    #[must_use]
    pub fn text(self, inventory: &Inventory) -> String {
        match self {
            Self::Listed(label) => inventory.labels.text(label).to_owned(),
            Self::Assumed(vnet, address) => format!("{}/{address}", inventory.names.text(vnet)),
        }
    }

    /// The one that no row names and that is called so, where there is a network of that name.
    #[must_use]
    pub fn assumed(text: &str, names: &Names) -> Option<Self> {
        let (vnet, address) = text.rsplit_once('/')?;
        Some(Self::Assumed(names.get(vnet)?, address.parse().ok()?))
    }
}

/// Which way packets go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From clients to the network.
    There,
    /// From the network to clients.
    Back,
}

impl Direction {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::There, Self::Back];

    /// The word used in answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::There => "there",
            Self::Back => "back",
        }
    }
}

/// A point on the way of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// A gateway or a site.
    Router(NameId),
    /// A site that does not relay, as the sender of its own packets.
    Origin(NameId),
    /// An appliance.
    Machine(Machine),
    /// A sender in a subnet of the context.
    Subnet(Context),
}

/// The AS path of a route, as far as it is followed: the ASN of the router where the route started and, where paths are followed,
/// of those that several routers have, all that it passed. A router's own ASN is a path of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsPath {
    /// From a router whose ASN is known; a bit for each shared ASN on the way.
    From(u32, u8),
    /// From a site whose ASN is not stated.
    FromUnlike(NameId, u8),
}

impl AsPath {
    /// The path of a route that starts at a router with the ASN, which is `shared` among those that several routers have.
    #[must_use]
    pub fn new(origin: Asn, shared: u8) -> Self {
        match origin {
            Asn::Number(number) => Self::From(number, shared),
            Asn::Unlike(site) => Self::FromUnlike(site, shared),
        }
    }

    /// The ASN where the prefix was first advertised.
    #[must_use]
    pub fn origin(self) -> Asn {
        match self {
            Self::From(number, _) => Asn::Number(number),
            Self::FromUnlike(site, _) => Asn::Unlike(site),
        }
    }

    /// A bit for each shared ASN on the way.
    pub(crate) fn shared(self) -> u8 {
        match self {
            Self::From(_, shared) | Self::FromUnlike(_, shared) => shared,
        }
    }

    /// The path of a route that a router with the ASN `own` passes on. What it started at stays.
    pub(crate) fn prepend(self, own: Self) -> Self {
        Self::new(self.origin(), self.shared() | own.shared())
    }

    /// True where the route started at, or is known to have passed, a router with the ASN `own`.
    pub(crate) fn contains(self, own: Self) -> bool {
        self.origin() == own.origin() || self.shared() & own.shared() != 0
    }
}

/// In one step, as the rules hash paths more than anything else.
impl Hash for AsPath {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (number, is_unlike) = match *self {
            Self::From(number, _) => (u64::from(number), 0),
            Self::FromUnlike(site, _) => (site.index() as u64, 1),
        };
        state.write_u64(number << 16 | is_unlike << 8 | u64::from(self.shared()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_contains_where_it_started_and_the_shared_numbers_that_it_passed() {
        let [one, other, third] =
            [(1, 0), (2, 1), (2, 1)].map(|(asn, bit)| AsPath::new(Asn::Number(asn), bit));
        let unlike = AsPath::new(Asn::Unlike(crate::names::Names::default().intern("site")), 0);
        assert!(one.contains(one) && unlike.contains(unlike) && other.contains(third));
        assert!(!one.contains(other) && !one.contains(unlike) && !unlike.contains(one));
        let path = one.prepend(unlike).prepend(other);
        assert_eq!(path.origin(), Asn::Number(1));
        assert!(path.contains(third) && path.contains(one) && !path.contains(unlike));
    }
}
