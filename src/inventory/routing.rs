//! The rows that steer packets inside VNets: subnets, route tables with their user routes, and appliances.
//!
//! An inventory without the files of these rows holds empty lists, and nothing of them costs it anything.

use std::net::IpAddr;

use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;
use crate::source::Span;

/// A subnet of a VNet.
#[derive(Clone, Debug)]
pub struct Subnet {
    /// The VNet that it is in.
    pub vnet: NameId,
    /// Its name, which is its own within the VNet.
    pub name: LabelId,
    /// Its prefixes, each inside one prefix of the VNet.
    pub address_space: Vec<Prefix>,
    /// The route table that it uses.
    pub route_table: Option<LabelId>,
    /// User routes win against the addresses of private endpoints in it.
    pub endpoint_policies: bool,
    /// The row or resource.
    pub origin: Span,
}

impl Subnet {
    /// A subnet without prefixes yet, and without a route table.
    #[must_use]
    pub fn new(vnet: NameId, name: LabelId, origin: Span) -> Self {
        Self { vnet, name, address_space: Vec::new(), route_table: None, endpoint_policies: false, origin }
    }
}

/// A route table.
#[derive(Clone, Debug)]
pub struct RouteTable {
    /// Its name.
    pub name: LabelId,
    /// It lets in the routes of the gateway.
    pub gateway_routes: bool,
    /// How many of its routes are for service tags, which are left out.
    pub service_tags: usize,
    /// The row or resource.
    pub origin: Span,
}

impl RouteTable {
    /// A route table that lets in the routes of the gateway.
    #[must_use]
    pub fn new(name: LabelId, origin: Span) -> Self {
        Self { name, gateway_routes: true, service_tags: 0, origin }
    }
}

/// A user route: a row of a route table.
#[derive(Clone, Debug)]
pub struct UserRoute {
    /// The table that it stands in.
    pub route_table: LabelId,
    /// What it is for.
    pub prefix: Prefix,
    /// Where it leads.
    pub next_hop: NextHop,
    /// The addresses of the appliances that it leads to; none where it leads elsewhere. Of several, any serves.
    pub addresses: Vec<IpAddr>,
    /// Its own name; empty where it has none.
    pub name: Box<str>,
    /// The row or resource.
    pub origin: Span,
}

impl UserRoute {
    /// A route without a name, and without addresses yet.
    #[must_use]
    pub fn new(route_table: LabelId, prefix: Prefix, next_hop: NextHop, origin: Span) -> Self {
        Self { route_table, prefix, next_hop, addresses: Vec::new(), name: "".into(), origin }
    }

    /// Where it leads, each address by itself.
    pub fn hops(&self) -> impl Iterator<Item = Hop> + '_ {
        let other = Hop::WORDS.into_iter().find(|hop| hop.kind() == self.next_hop);
        let appliances = self.addresses.iter().filter(|_| self.next_hop == NextHop::Appliance);
        other.into_iter().chain(appliances.map(|address| Hop::Appliance(*address)))
    }
}

/// The kind of a user route's next hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NextHop {
    /// An appliance, by an address.
    Appliance,
    /// The virtual network gateway.
    Gateway,
    /// The VNet itself.
    VnetLocal,
    /// The Internet.
    Internet,
    /// Nowhere: packets are dropped.
    Nowhere,
}

impl NextHop {
    /// Every kind, in the order of Azure's documentation.
    pub const ALL: [Self; 5] =
        [Self::Appliance, Self::Gateway, Self::VnetLocal, Self::Internet, Self::Nowhere];

    /// The word that Azure uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Appliance => "VirtualAppliance",
            Self::Gateway => "VirtualNetworkGateway",
            Self::VnetLocal => "VnetLocal",
            Self::Internet => "Internet",
            Self::Nowhere => "None",
        }
    }
}

/// Where one user route leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hop {
    /// To the appliance with the address.
    Appliance(IpAddr),
    /// To the gateway that the VNet has or uses.
    Gateway,
    /// Into the VNet itself.
    VnetLocal,
    /// To the Internet.
    Internet,
    /// Nowhere: packets are dropped.
    Nowhere,
}

impl Hop {
    /// Every hop that is not an appliance.
    pub const WORDS: [Self; 4] = [Self::Gateway, Self::VnetLocal, Self::Internet, Self::Nowhere];

    /// The kind of next hop.
    #[must_use]
    pub fn kind(self) -> NextHop {
        match self {
            Self::Appliance(_) => NextHop::Appliance,
            Self::Gateway => NextHop::Gateway,
            Self::VnetLocal => NextHop::VnetLocal,
            Self::Internet => NextHop::Internet,
            Self::Nowhere => NextHop::Nowhere,
        }
    }
}

impl std::fmt::Display for Hop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Appliance(address) => write!(f, "appliance({address})"),
            Self::Gateway => f.write_str("gateway"),
            Self::VnetLocal => f.write_str("vnet-local"),
            Self::Internet => f.write_str("internet"),
            Self::Nowhere => f.write_str("none"),
        }
    }
}

impl std::str::FromStr for Hop {
    type Err = ();

    /// Reads `appliance(10.0.1.4)`, the address alone, or one of the words.
    fn from_str(text: &str) -> Result<Self, ()> {
        let inner = text.strip_prefix("appliance(").and_then(|rest| rest.strip_suffix(')'));
        if let Ok(address) = inner.unwrap_or(text).trim().parse() {
            return Ok(Self::Appliance(address));
        }
        Self::WORDS.into_iter().find(|hop| hop.to_string().eq_ignore_ascii_case(text)).ok_or(())
    }
}

/// An appliance: what forwards packets that reach one of its addresses.
#[derive(Clone, Debug)]
pub struct Appliance {
    /// Its name.
    pub name: LabelId,
    /// The VNet that its addresses are in.
    pub vnet: NameId,
    /// Its addresses: of its interfaces, or of the load balancers before it.
    pub addresses: Vec<IpAddr>,
    /// It keeps state, so that a connection has to pass it both ways.
    pub stateful: bool,
    /// The row or resource.
    pub origin: Span,
}

impl Appliance {
    /// A stateful appliance without addresses yet.
    #[must_use]
    pub fn new(name: LabelId, vnet: NameId, origin: Span) -> Self {
        Self { name, vnet, addresses: Vec::new(), stateful: true, origin }
    }
}

/// True for what can be the name of a service tag, such as `AzureCloud.WestEurope`.
pub(crate) fn is_service_tag(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hop_reads_as_it_is_written() {
        let address = Hop::Appliance("10.0.1.4".parse().unwrap());
        for hop in Hop::WORDS.into_iter().chain([address, Hop::Appliance("fd00::4".parse().unwrap())]) {
            assert_eq!(hop.to_string().parse(), Ok(hop));
        }
        assert_eq!("10.0.1.4".parse(), Ok(address));
        assert_eq!("Internet".parse(), Ok(Hop::Internet));
        assert!("10.0.1.0/24".parse::<Hop>().is_err());
    }
}
