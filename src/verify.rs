//! What a machine or a gateway really has, held against what the rules say that it should have.
//!
//! A table of routes is read in the form that the operating system, the profile or Azure gives it.
//! Of an operating system's table only what goes through the VPN counts. Routes are then compared
//! as sets of addresses: how a prefix is cut makes no difference to where packets go.
//!
//! ```
//! use tunnelog::diagnostic::Report;
//! use tunnelog::verify::{Kind, read_bytes};
//!
//! let text = b"10.1.0.0/16 dev tun0\n10.2.0.0/16 dev tun0\n".to_vec();
//! let table = read_bytes("routes.txt".as_ref(), text, Some(Kind::IpRoute), &mut Report::default()).unwrap();
//! assert_eq!(table.entries.len(), 2);
//! ```

mod client;
mod gateway;
mod read;
mod tunnel;

use std::net::IpAddr;

use crate::answer::Reasons;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::source::Span;
pub use client::{Client, Learned, Old};
pub use gateway::{Gateway, advertised, learned};
pub use read::{read_bytes, read_file};
pub use tunnel::{Interface, interfaces, through};

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
    fn new(prefix: Prefix, span: Span) -> Self {
        Self { prefix, span, interface: None, source: None, next_hop: None, is_own: false }
    }
}

/// How a route deviates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deviating {
    /// It should be there and is not.
    Missing,
    /// It is there, should not be, and was right by the old inventory.
    Stale,
    /// It is there and should not be.
    Surplus,
}

impl Deviating {
    /// Every way, in the order of their words.
    pub const ALL: [Self; 3] = [Self::Missing, Self::Stale, Self::Surplus];

    /// The word used in answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Stale => "stale",
            Self::Surplus => "surplus",
        }
    }
}

macro_rules! causes {
    ($($variant:ident $word:literal $summary:literal $help:literal)*) => {
        /// The likely cause of a deviation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Cause {
            $(#[doc = $summary] $variant,)*
        }

        impl Cause {
            /// Every cause, in the order of their words.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word used in answers.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// What it means, as a sentence.
            #[must_use]
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)* }
            }

            /// What can be done.
            #[must_use]
            pub fn help(self) -> &'static str {
                match self { $(Self::$variant => $help,)* }
            }
        }
    };
}

causes! {
    AddedByHand "added-by-hand"
        "The route leads to a network that answers and that the gateway gives no route for."
        "List it in `manual_routes` of `clients.csv`."
    BgpDown "bgp-down"
        "Everything learned from a BGP neighbour is missing."
        "Look at the tunnel and the BGP session with the neighbour."
    ClassRoute "class-route"
        "Windows adds a route for the whole class of the client's own address."
        "Switch off the class-based default route of the connection."
    CustomRoute "custom-route"
        "A custom route of the gateway did not arrive."
        "Download the profile again on Windows; connect again elsewhere."
    DefaultRoute "default-route"
        "All traffic goes into the tunnel."
        "Clear the use of the default gateway on the remote network."
    ExcludedRoute "excluded-route"
        "The profile keeps a route out of the tunnel."
        "Take it out of `<excluderoutes>`."
    LocalRoute "local-route"
        "The gateway does not give the route, and nothing answers there."
        "Remove the route, unless somebody knows what it is for."
    ManualRoute "manual-route"
        "A route that is listed as added by hand is not there."
        "Add it; `tunnelog client-config` writes what is missing."
    NeedsRoute "needs-route"
        "A network answers, and the profile does not include a route for it."
        "Add what `tunnelog client-config` writes."
    NotAdvertised "not-advertised"
        "The gateway does not tell its BGP neighbour."
        "Look whether BGP is enabled on the tunnel that the prefix comes from."
    NotConnected "not-connected"
        "No route of the table goes through the VPN."
        "Connect first, or name the interface with `--interface`."
    NotDelivered "not-delivered"
        "The gateway should give the route, and it did not arrive."
        "Connect again."
    NotInInventory "not-in-inventory"
        "Nothing in the inventory explains the prefix."
        "Add it to whoever announces it, or see why it is announced."
    NotLearned "not-learned"
        "The neighbour should announce the prefix."
        "Look at what the neighbour announces."
    OldNetwork "old-network"
        "The prefix was there in the old inventory."
        "See whether the neighbour has yet to take it back."
    OldPackage "old-package"
        "The installed package is older than the network."
        "Download the profile again."
    OldSession "old-session"
        "The client got its routes before the network changed."
        "Connect again."
}

/// A route that is missing or should not be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// How it deviates.
    pub kind: Deviating,
    /// The route, or what of it is missing.
    pub prefix: Prefix,
    /// The likely cause.
    pub cause: Cause,
    /// Why it is expected, or was by the old inventory.
    pub reasons: Reasons,
    /// The BGP neighbours that it comes from or goes to.
    pub neighbours: Vec<NameId>,
    /// Where it stands, where it is there.
    pub span: Option<Span>,
}

impl Deviation {
    fn new(kind: Deviating, prefix: Prefix, cause: Cause) -> Self {
        Self { kind, prefix, cause, reasons: Reasons::default(), neighbours: Vec::new(), span: None }
    }
}

/// Puts deviations in the order of texts, each but once.
fn in_order(mut found: Vec<Deviation>) -> Vec<Deviation> {
    found.sort_by_cached_key(|one| (one.kind, one.prefix.to_string(), one.cause, one.span));
    found.dedup_by(|one, other| (one.kind, one.prefix) == (other.kind, other.prefix));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_in_the_order_of_their_words_and_say_what_to_do() {
        assert!(Cause::ALL.windows(2).all(|pair| pair[0].word() < pair[1].word()));
        assert!(Deviating::ALL.windows(2).all(|pair| pair[0].word() < pair[1].word()));
        assert!(Cause::ALL.iter().all(|cause| cause.summary().ends_with('.') && cause.help().ends_with('.')));
    }
}
