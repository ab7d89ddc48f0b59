//! The rows that tell which names clients resolve, and where: DNS servers, resolvers, private zones and private endpoints.
//!
//! An inventory without the files of these rows holds empty lists, and nothing of them costs it anything.

use std::net::{IpAddr, Ipv4Addr};

use super::resource::Resource;
use crate::names::{LabelId, NameId};
use crate::source::Span;

/// The address of Azure's own resolver. It answers inside Azure only, so no client reaches it.
pub const AZURE_RESOLVER: IpAddr = IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16));

/// The DNS servers that a VNet hands out. A VNet without them has [`AZURE_RESOLVER`].
#[derive(Clone, Debug)]
pub struct DnsServers {
    /// The VNet.
    pub vnet: NameId,
    /// Their addresses, in the order in which they are asked.
    pub servers: Vec<IpAddr>,
    /// The row or resource.
    pub origin: Span,
}

impl DnsServers {
    /// The servers of a VNet, without one yet.
    #[must_use]
    pub fn new(vnet: NameId, origin: Span) -> Self {
        Self { vnet, servers: Vec::new(), origin }
    }
}

/// An inbound endpoint of a DNS Private Resolver.
#[derive(Clone, Debug)]
pub struct Resolver {
    /// Its name.
    pub name: LabelId,
    /// The VNet that it stands in.
    pub vnet: NameId,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// The row or resource.
    pub origin: Span,
}

impl Resolver {
    /// An inbound endpoint without addresses yet.
    #[must_use]
    pub fn new(name: LabelId, vnet: NameId, origin: Span) -> Self {
        Self { name, vnet, addresses: Vec::new(), origin }
    }
}

/// A link of a private DNS zone to a VNet, or a zone without links.
#[derive(Clone, Debug)]
pub struct ZoneLink {
    /// The zone.
    pub zone: LabelId,
    /// The VNet that it is linked to; none for a zone without links.
    pub vnet: Option<NameId>,
    /// What Azure calls the zone, where told.
    pub resource: Option<Box<Resource>>,
    /// The row or resource.
    pub origin: Span,
}

impl ZoneLink {
    /// A zone without links yet.
    #[must_use]
    pub fn new(zone: LabelId, origin: Span) -> Self {
        Self { zone, vnet: None, resource: None, origin }
    }
}

/// A private endpoint.
#[derive(Clone, Debug)]
pub struct PrivateEndpoint {
    /// Its name.
    pub name: LabelId,
    /// The VNet that it stands in.
    pub vnet: NameId,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// The private zone that has its name, where told.
    pub zone: Option<LabelId>,
    /// The row or resource.
    pub origin: Span,
}

impl PrivateEndpoint {
    /// A private endpoint without addresses yet.
    #[must_use]
    pub fn new(name: LabelId, vnet: NameId, origin: Span) -> Self {
        Self { name, vnet, addresses: Vec::new(), zone: None, origin }
    }
}

/// The name of a private zone as `text` has it, without the dot that may end it; none where it is no name of a zone.
pub(crate) fn zone_name(text: &str) -> Option<&str> {
    let name = text.strip_suffix('.').unwrap_or(text);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    (name.len() <= 253 && name.split('.').all(is_label)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_have_names_of_the_dns() {
        assert_eq!(
            zone_name("privatelink.blob.core.windows.net."),
            Some("privatelink.blob.core.windows.net")
        );
        assert_eq!(zone_name("corp"), Some("corp"));
        assert_eq!(zone_name("10.in-addr.arpa"), Some("10.in-addr.arpa"));
        for text in ["", ".", "a..b", "contoso com", "a;b", "*.contoso.com", &"a".repeat(64)] {
            assert_eq!(zone_name(text), None, "{text}");
        }
    }
}
