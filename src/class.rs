//! Clients that get the same routes, and why they hold a route.
//!
//! ```
//! use tunnelog::class::{Class, Profile};
//!
//! let of_article = Class::ALL.into_iter().filter(|class| class.profile() == Profile::Article);
//! assert_eq!(of_article.map(Class::word).collect::<Vec<_>>(), ["non-windows", "windows"]);
//! ```

pub mod limits;

use crate::inventory::{Client, Inventory, Os, Protocol};

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

    /// The classes of clients that connect over `protocol`.
    #[must_use]
    pub fn over(protocol: Protocol) -> &'static [Self] {
        match protocol {
            Protocol::Ikev2 => &[Self::NonWindowsIkev2, Self::WindowsNative],
            Protocol::OpenVpn => &[Self::NonWindowsOpenVpn, Self::WindowsOpenVpn],
            Protocol::Sstp => &[Self::WindowsNative],
        }
    }

    /// The profile that tells this class from others.
    #[must_use]
    pub fn profile(self) -> Profile {
        match self {
            Self::NonWindows | Self::Windows => Profile::Article,
            Self::NonWindowsIkev2 | Self::NonWindowsOpenVpn | Self::WindowsNative | Self::WindowsOpenVpn => {
                Profile::Observed
            }
        }
    }

    /// True for Windows of either kind.
    #[must_use]
    pub fn is_windows(self) -> bool {
        matches!(self, Self::Windows | Self::WindowsNative | Self::WindowsOpenVpn)
    }

    /// True where clients get what the gateway learned by BGP and the static prefixes of tunnels to other gateways.
    #[must_use]
    pub fn follows_table(self) -> bool {
        !self.needs_download()
    }

    /// True where clients get the static prefixes of tunnels to sites too.
    #[must_use]
    pub fn follows_site_routes(self) -> bool {
        matches!(self, Self::NonWindowsOpenVpn | Self::WindowsOpenVpn)
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

/// The classes that `client` may belong to: one where its protocol is known or does not matter.
///
/// A client whose protocol is known has the class of that protocol under either profile: the article, which knows operating
/// systems alone, has no other answer for it. Over SSTP, which is for Windows, it has none for other systems.
#[must_use]
pub fn classes_of_client(inventory: &Inventory, client: &Client, profile: Profile) -> Vec<Class> {
    let windows = client.os == Os::Windows;
    let class_of =
        |protocol| Class::over(protocol).iter().copied().find(|class| class.is_windows() == windows);
    let of_protocol = client.protocol.and_then(class_of);
    if of_protocol.is_some() || profile == Profile::Observed && client.protocol.is_some() {
        return of_protocol.into_iter().collect();
    }
    if profile == Profile::Article {
        return vec![if windows { Class::Windows } else { Class::NonWindows }];
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
