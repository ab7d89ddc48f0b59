//! Routes as they were read, and what they were read from.

use std::net::IpAddr;

use super::resolver::Resolver;
use crate::answer::{EffectiveHop, RouteSource};
use crate::prefix::Prefix;
use crate::source::Span;

/// The kinds of files that routes are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `route print` of Windows.
    RoutePrint,
    /// `Get-NetRoute` of PowerShell: as printed, as a list, as CSV or JSON.
    NetRoute,
    /// `netsh interface ip show route` of Windows.
    Netsh,
    /// `ip route` of Linux, as text or JSON.
    IpRoute,
    /// `route -n` of Linux, or `netstat -rn`.
    RouteN,
    /// What `nmcli` of `NetworkManager` shows of a device or connection.
    Nmcli,
    /// `netstat -rn` of macOS.
    Netstat,
    /// `VpnSettings.xml` of the client package.
    VpnSettings,
    /// `routes.txt` of the client package.
    PackageRoutes,
    /// `azurevpnconfig.xml` of the Azure VPN Client.
    AzureVpnConfig,
    /// `ProfileXML` of Always On VPN.
    ProfileXml,
    /// A profile of OpenVPN.
    OpenVpn,
    /// What the log of OpenVPN says that the gateway gave.
    PushReply,
    /// `az network vnet-gateway list-learned-routes`.
    LearnedRoutes,
    /// `az network vnet-gateway list-advertised-routes`.
    AdvertisedRoutes,
    /// `az network nic show-effective-route-table`, or what else shows the effective routes of a network interface.
    EffectiveRoutes,
    /// `resolvectl status` of systemd-resolved.
    Resolvectl,
    /// `scutil --dns` of macOS.
    Scutil,
    /// `Get-DnsClientNrptPolicy` or `Get-DnsClientNrptRule` of PowerShell.
    Nrpt,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 19] = [
        Self::RoutePrint,
        Self::NetRoute,
        Self::Netsh,
        Self::IpRoute,
        Self::RouteN,
        Self::Nmcli,
        Self::Netstat,
        Self::VpnSettings,
        Self::PackageRoutes,
        Self::AzureVpnConfig,
        Self::ProfileXml,
        Self::OpenVpn,
        Self::PushReply,
        Self::LearnedRoutes,
        Self::AdvertisedRoutes,
        Self::EffectiveRoutes,
        Self::Resolvectl,
        Self::Scutil,
        Self::Nrpt,
    ];

    /// The word used in options and documents.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::RoutePrint => "route-print",
            Self::NetRoute => "get-netroute",
            Self::Netsh => "netsh",
            Self::IpRoute => "ip-route",
            Self::RouteN => "route-n",
            Self::Nmcli => "nmcli",
            Self::Netstat => "netstat",
            Self::VpnSettings => "vpnsettings",
            Self::PackageRoutes => "package-routes",
            Self::AzureVpnConfig => "azurevpnconfig",
            Self::ProfileXml => "profilexml",
            Self::OpenVpn => "ovpn",
            Self::PushReply => "push-reply",
            Self::LearnedRoutes => "learned-routes",
            Self::AdvertisedRoutes => "advertised-routes",
            Self::EffectiveRoutes => "effective-routes",
            Self::Resolvectl => "resolvectl",
            Self::Scutil => "scutil-dns",
            Self::Nrpt => "get-nrpt",
        }
    }

    /// What gives such a file.
    #[must_use]
    pub fn origin(self) -> &'static str {
        match self {
            Self::RoutePrint => "`route print` of Windows",
            Self::NetRoute => "`Get-NetRoute` of PowerShell",
            Self::Netsh => "`netsh interface ip show route` of Windows",
            Self::IpRoute => "`ip route` of Linux",
            Self::RouteN => "`route -n` of Linux",
            Self::Nmcli => "`nmcli device show` of Linux",
            Self::Netstat => "`netstat -rn` of macOS",
            Self::VpnSettings => "`VpnSettings.xml` of the client package",
            Self::PackageRoutes => "`routes.txt` of the client package",
            Self::AzureVpnConfig => "`azurevpnconfig.xml` of the Azure VPN Client",
            Self::ProfileXml => "`ProfileXML` of Always On VPN",
            Self::OpenVpn => "an `.ovpn` profile of OpenVPN",
            Self::PushReply => "`PUSH_REPLY` in a log of OpenVPN",
            Self::LearnedRoutes => "`az network vnet-gateway list-learned-routes`",
            Self::AdvertisedRoutes => "`az network vnet-gateway list-advertised-routes`",
            Self::EffectiveRoutes => "`az network nic show-effective-route-table`",
            Self::Resolvectl => "`resolvectl status` of Linux",
            Self::Scutil => "`scutil --dns` of macOS",
            Self::Nrpt => "`Get-DnsClientNrptPolicy` of PowerShell",
        }
    }

    /// True for the table of an operating system, which holds more than the routes of the VPN.
    #[must_use]
    pub fn is_of_a_system(self) -> bool {
        match self {
            Self::RoutePrint
            | Self::NetRoute
            | Self::Netsh
            | Self::IpRoute
            | Self::RouteN
            | Self::Nmcli
            | Self::Netstat => true,
            Self::VpnSettings
            | Self::PackageRoutes
            | Self::AzureVpnConfig
            | Self::ProfileXml
            | Self::OpenVpn
            | Self::PushReply
            | Self::LearnedRoutes
            | Self::AdvertisedRoutes
            | Self::EffectiveRoutes
            | Self::Resolvectl
            | Self::Scutil
            | Self::Nrpt => false,
        }
    }

    /// True for what holds no routes: only which DNS servers a machine asks.
    #[must_use]
    pub fn is_of_names(self) -> bool {
        matches!(self, Self::Resolvectl | Self::Scutil | Self::Nrpt)
    }

    /// True for a kind of file that has a place for DNS servers.
    #[must_use]
    pub fn tells_of_names(self) -> bool {
        self.is_of_names() || self.is_a_profile() || matches!(self, Self::VpnSettings | Self::PushReply)
    }

    /// True for what a gateway has, which is no matter of its clients.
    #[must_use]
    pub fn is_of_a_gateway(self) -> bool {
        matches!(self, Self::LearnedRoutes | Self::AdvertisedRoutes)
    }

    /// True for a file of the package that is downloaded and installed.
    #[must_use]
    pub fn is_a_package(self) -> bool {
        matches!(self, Self::VpnSettings | Self::PackageRoutes)
    }

    /// True for a profile that people write routes into.
    #[must_use]
    pub fn is_a_profile(self) -> bool {
        matches!(self, Self::AzureVpnConfig | Self::ProfileXml | Self::OpenVpn)
    }

    /// True for what the gateway hands out by itself, without what users add.
    #[must_use]
    pub fn is_handed_out(self) -> bool {
        self.is_a_package() || self == Self::PushReply
    }
}

/// Routes as they were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What they were read from.
    pub kind: Kind,
    /// The routes, in the order of the file.
    pub entries: Vec<Entry>,
    /// True for a profile that takes no routes from the gateway, so that all have to be in it.
    pub is_alone: bool,
    /// What a profile keeps out of the tunnel.
    pub excluded: Vec<Entry>,
    /// The numbers of interfaces, each with the name that goes with it.
    pub aliases: Vec<(Box<str>, Box<str>)>,
    /// The DNS servers that the file names, with the names that are asked of them.
    pub resolvers: Vec<Resolver>,
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
    /// What the system chooses by among routes to one prefix, the least first; none where the table does not say.
    pub metric: Option<u32>,
    /// The routing table of Linux that it stands in; none for the main one.
    pub routing_table: Option<Box<str>>,
    /// True where only programs use it that bind themselves to the interface, as macOS tells by a flag.
    pub is_scoped: bool,
    /// True for what a gateway has of itself and learned from nobody.
    pub is_own: bool,
    /// Where an effective route of a network interface comes from and leads; none for all others.
    pub leads: Option<Leads>,
}

/// Where an effective route comes from and leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leads {
    /// Where it comes from.
    pub source: RouteSource,
    /// Where it leads.
    pub hop: EffectiveHop,
}

impl Entry {
    pub(super) fn new(prefix: Prefix, span: Span) -> Self {
        Self {
            prefix,
            span,
            interface: None,
            source: None,
            next_hop: None,
            metric: None,
            routing_table: None,
            is_scoped: false,
            is_own: false,
            leads: None,
        }
    }
}
