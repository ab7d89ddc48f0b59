//! What clients get: the routes they hold and the networks they reach, sorted.

use std::fmt;

use crate::inventory::{Client, Inventory, Os, Protocol};
use crate::names::Name;
use crate::prefix::Prefix;

/// Which description of the clients' routes is followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Microsoft's article to the letter: Windows and non-Windows clients.
    #[default]
    Article,
    /// What users and labs report, by operating system and protocol.
    Observed,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 2] = [Self::Article, Self::Observed];

    /// The word used in options and documents.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Observed => "observed",
        }
    }

    /// The classes it tells apart, in the order of their words.
    #[must_use]
    pub fn classes(self) -> &'static [Class] {
        match self {
            Self::Article => &[Class::NonWindows, Class::Windows],
            Self::Observed => &[
                Class::NonWindowsIkev2,
                Class::NonWindowsOpenVpn,
                Class::WindowsNative,
                Class::WindowsOpenVpn,
            ],
        }
    }
}

/// Clients that get the same routes from a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Profile `article`: every client that does not run Windows.
    NonWindows,
    /// Profile `observed`: IKEv2 on anything but Windows.
    NonWindowsIkev2,
    /// Profile `observed`: OpenVPN on anything but Windows.
    NonWindowsOpenVpn,
    /// Profile `article`: every client that runs Windows.
    Windows,
    /// Profile `observed`: the native Windows client, over IKEv2 or SSTP.
    WindowsNative,
    /// Profile `observed`: OpenVPN on Windows, as with the Azure VPN Client.
    WindowsOpenVpn,
}

impl Class {
    /// Every class, in the order of their words.
    pub const ALL: [Self; 6] = [
        Self::NonWindows,
        Self::NonWindowsIkev2,
        Self::NonWindowsOpenVpn,
        Self::Windows,
        Self::WindowsNative,
        Self::WindowsOpenVpn,
    ];

    /// The word used in answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NonWindows => "non-windows",
            Self::NonWindowsIkev2 => "non-windows-ikev2",
            Self::NonWindowsOpenVpn => "non-windows-openvpn",
            Self::Windows => "windows",
            Self::WindowsNative => "windows-native",
            Self::WindowsOpenVpn => "windows-openvpn",
        }
    }

    /// True where the routes are fixed in an installed package, so that a change needs a new download.
    #[must_use]
    pub fn needs_download(self) -> bool {
        matches!(self, Self::Windows | Self::WindowsNative)
    }
}

/// Why a client holds a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum RouteReason {
    /// The gateway learned it by BGP.
    Bgp,
    /// The gateway's client pool.
    ClientPool,
    /// A custom route of the gateway.
    CustomRoute,
    /// The client's user added it by hand.
    Manual,
    /// The address space of the gateway's own VNet.
    OwnVnet,
    /// A static prefix of a tunnel.
    Static,
    /// The address space of a spoke that uses the gateway.
    TransitSpoke,
}

impl RouteReason {
    /// Every reason, in the order of their words.
    pub const ALL: [Self; 7] = [
        Self::Bgp,
        Self::ClientPool,
        Self::CustomRoute,
        Self::Manual,
        Self::OwnVnet,
        Self::Static,
        Self::TransitSpoke,
    ];

    /// The word used in answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Bgp => "bgp",
            Self::ClientPool => "client-pool",
            Self::CustomRoute => "custom-route",
            Self::Manual => "manual",
            Self::OwnVnet => "own-vnet",
            Self::Static => "static",
            Self::TransitSpoke => "transit-spoke",
        }
    }
}

/// What can be said of a destination from one gateway and class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// A route is on the client, and nothing answers.
    Blackhole,
    /// Routes exist both ways, but the client holds none: it has to be added by hand.
    NeedsRoute,
    /// The client holds a route, and packets arrive there and back.
    Reachable,
    /// No route on the client, and no way.
    Unreachable,
}

impl Status {
    /// Every status, in the order of their words.
    pub const ALL: [Self; 4] = [Self::Blackhole, Self::NeedsRoute, Self::Reachable, Self::Unreachable];

    /// The word used in answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Blackhole => "blackhole",
            Self::NeedsRoute => "needs-route",
            Self::Reachable => "reachable",
            Self::Unreachable => "unreachable",
        }
    }
}

/// What stands between a client and a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Obstacle {
    /// The client holds no route for it.
    NoClientRoute,
    /// The network does not forward packets for the client pool back to the gateway.
    NoWayBack,
    /// The gateway does not forward packets to it.
    NoWayThere,
}

impl Obstacle {
    /// Every obstacle, in the order of their words.
    pub const ALL: [Self; 3] = [Self::NoClientRoute, Self::NoWayBack, Self::NoWayThere];

    /// The word used in answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NoClientRoute => "no-client-route",
            Self::NoWayBack => "no-way-back",
            Self::NoWayThere => "no-way-there",
        }
    }
}

/// The reasons of one row: of the client's routes where it is reachable, the obstacles otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reasons {
    routes: u8,
    obstacles: u8,
}

impl Reasons {
    /// Adds why the client holds a route.
    pub fn add_route(&mut self, reason: RouteReason) {
        self.routes |= 1 << reason as u8;
    }

    /// Adds what stands in the way.
    pub fn add_obstacle(&mut self, obstacle: Obstacle) {
        self.obstacles |= 1 << obstacle as u8;
    }

    /// Adds every reason of `other`.
    pub fn merge(&mut self, other: Self) {
        self.routes |= other.routes;
        self.obstacles |= other.obstacles;
    }

    /// What stands in the way, in the order of the words.
    pub fn obstacles(self) -> impl Iterator<Item = Obstacle> {
        Obstacle::ALL.into_iter().filter(move |obstacle| self.obstacles & (1 << *obstacle as u8) != 0)
    }

    /// Why the client holds a route, in the order of the words.
    pub fn routes(self) -> impl Iterator<Item = RouteReason> {
        RouteReason::ALL.into_iter().filter(move |reason| self.routes & (1 << *reason as u8) != 0)
    }

    /// The words, sorted.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        // No row has both kinds, and each kind is listed in the order of its words.
        self.obstacles().map(Obstacle::word).chain(self.routes().map(RouteReason::word))
    }
}

impl fmt::Display for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, word) in self.words().enumerate() {
            if index > 0 {
                f.write_str(";")?;
            }
            f.write_str(word)?;
        }
        Ok(())
    }
}

/// One row of `routes`: a route that clients hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteRow {
    /// The class.
    pub class: Class,
    /// The client's index in the inventory, where clients are listed instead of classes.
    pub client: Option<u32>,
    /// The route.
    pub prefix: Prefix,
    /// Why it is held.
    pub reasons: Reasons,
}

/// One row of `reach`: what can be said of a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachRow {
    /// The class.
    pub class: Class,
    /// The client's index in the inventory, where clients are listed instead of classes.
    pub client: Option<u32>,
    /// The network that the destination belongs to.
    pub network: Name,
    /// A prefix of the network's address space, or the parts of one that agree.
    pub destination: Prefix,
    /// The status.
    pub status: Status,
    /// Why it is held, or what is missing.
    pub reasons: Reasons,
}

/// All rows of one gateway with P2S, in the order of the CSV output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GatewayAnswer {
    /// The routes.
    pub routes: Vec<RouteRow>,
    /// The destinations.
    pub reach: Vec<ReachRow>,
}

/// The classes that `client` may belong to: one where its protocol is known or does not matter.
#[must_use]
pub fn classes_of_client(inventory: &Inventory, client: &Client, profile: Profile) -> Vec<Class> {
    let windows = client.os == Os::Windows;
    if profile == Profile::Article {
        return vec![if windows { Class::Windows } else { Class::NonWindows }];
    }
    let class_of = |protocol| match (windows, protocol) {
        (true, Protocol::Ikev2 | Protocol::Sstp) => Some(Class::WindowsNative),
        (true, Protocol::OpenVpn) => Some(Class::WindowsOpenVpn),
        (false, Protocol::Ikev2) => Some(Class::NonWindowsIkev2),
        (false, Protocol::OpenVpn) => Some(Class::NonWindowsOpenVpn),
        (false, Protocol::Sstp) => None,
    };
    if let Some(protocol) = client.protocol {
        return class_of(protocol).into_iter().collect();
    }
    let gateway = inventory.gateways.iter().find(|gateway| gateway.vnet == client.gateway);
    let protocols = gateway.map_or(&[][..], |gateway| protocols_or_default(&gateway.protocols));
    let mut classes: Vec<Class> = protocols.iter().filter_map(|protocol| class_of(*protocol)).collect();
    classes.sort_unstable();
    classes.dedup();
    classes
}

/// The protocols of a gateway; IKEv2 and OpenVPN where none are stated.
#[must_use]
pub fn protocols_or_default(stated: &[Protocol]) -> &[Protocol] {
    if stated.is_empty() { &[Protocol::Ikev2, Protocol::OpenVpn] } else { stated }
}
