//! Routes as they were read, and what they were read from.

use std::net::IpAddr;

use crate::prefix::Prefix;
use crate::source::Span;

/// The kinds of files that routes are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `route print` of Windows.
    RoutePrint,
    /// `Get-NetRoute | Export-Csv` of PowerShell.
    NetRoute,
    /// `ip route` of Linux, as text or JSON.
    IpRoute,
    /// `netstat -rn` of macOS.
    Netstat,
    /// `VpnSettings.xml` of the client package.
    VpnSettings,
    /// `azurevpnconfig.xml` of the Azure VPN Client.
    AzureVpnConfig,
    /// `az network vnet-gateway list-learned-routes`.
    LearnedRoutes,
    /// `az network vnet-gateway list-advertised-routes`.
    AdvertisedRoutes,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::RoutePrint,
        Self::NetRoute,
        Self::IpRoute,
        Self::Netstat,
        Self::VpnSettings,
        Self::AzureVpnConfig,
        Self::LearnedRoutes,
        Self::AdvertisedRoutes,
    ];

    /// The word used in options and documents.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::RoutePrint => "route-print",
            Self::NetRoute => "get-netroute",
            Self::IpRoute => "ip-route",
            Self::Netstat => "netstat",
            Self::VpnSettings => "vpnsettings",
            Self::AzureVpnConfig => "azurevpnconfig",
            Self::LearnedRoutes => "learned-routes",
            Self::AdvertisedRoutes => "advertised-routes",
        }
    }

    /// What gives such a file.
    #[must_use]
    pub fn origin(self) -> &'static str {
        match self {
            Self::RoutePrint => "`route print` of Windows",
            Self::NetRoute => "`Get-NetRoute | Export-Csv` of PowerShell",
            Self::IpRoute => "`ip route` of Linux",
            Self::Netstat => "`netstat -rn` of macOS",
            Self::VpnSettings => "`VpnSettings.xml` of the client package",
            Self::AzureVpnConfig => "`azurevpnconfig.xml` of the Azure VPN Client",
            Self::LearnedRoutes => "`az network vnet-gateway list-learned-routes`",
            Self::AdvertisedRoutes => "`az network vnet-gateway list-advertised-routes`",
        }
    }

    /// True for the table of an operating system, which holds more than the routes of the VPN.
    #[must_use]
    pub fn is_of_a_system(self) -> bool {
        matches!(self, Self::RoutePrint | Self::NetRoute | Self::IpRoute | Self::Netstat)
    }

    /// True for what a gateway has, which is no matter of its clients.
    #[must_use]
    pub fn is_of_a_gateway(self) -> bool {
        matches!(self, Self::LearnedRoutes | Self::AdvertisedRoutes)
    }
}

/// Routes as they were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What they were read from.
    pub kind: Kind,
    /// The routes, in the order of the file.
    pub entries: Vec<Entry>,
    /// What a profile keeps out of the tunnel.
    pub excluded: Vec<Entry>,
    /// The numbers of interfaces, each with the name that goes with it.
    pub aliases: Vec<(Box<str>, Box<str>)>,
}

/// A route as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it leads.
    pub prefix: Prefix,
    /// Where it stands.
    pub span: Span,
    /// The interface, as the table calls it.
    pub interface: Option<Box<str>>,
    /// The address that packets are sent from, where the table says so.
    pub source: Option<IpAddr>,
    /// The next hop; none for what is on the link.
    pub next_hop: Option<IpAddr>,
    /// True for what a gateway has of itself and learned from nobody.
    pub is_own: bool,
}

impl Entry {
    pub(super) fn new(prefix: Prefix, span: Span) -> Self {
        Self { prefix, span, interface: None, source: None, next_hop: None, is_own: false }
    }
}
