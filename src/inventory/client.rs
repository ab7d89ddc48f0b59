//! The rows of clients, their operating systems and protocols.

use crate::names::NameId;
use crate::prefix::Prefix;
use crate::source::Span;

/// A client, or a profile that several people use.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its name, in a space of its own: a client may be called like a network.
    pub name: Box<str>,
    /// The VNet whose gateway it connects to.
    pub gateway: NameId,
    /// Its operating system.
    pub os: Os,
    /// The protocol, where stated.
    pub protocol: Option<Protocol>,
    /// Routes that its user added by hand.
    pub manual_routes: Vec<Prefix>,
    /// The row.
    pub origin: Span,
}

impl Client {
    /// A client without manual routes, whose protocol is not stated.
    #[must_use]
    pub fn new(name: impl Into<Box<str>>, gateway: NameId, os: Os, origin: Span) -> Self {
        Self { name: name.into(), gateway, os, protocol: None, manual_routes: Vec::new(), origin }
    }
}

/// A client's operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Os {
    /// Windows.
    Windows,
    /// Linux.
    Linux,
    /// macOS.
    Macos,
    /// iOS or iPadOS.
    Ios,
    /// Android.
    Android,
}

impl Os {
    /// Every operating system.
    pub const ALL: [Self; 5] = [Self::Windows, Self::Linux, Self::Macos, Self::Ios, Self::Android];

    /// The word used in inventories.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Linux => "linux",
            Self::Macos => "macos",
            Self::Ios => "ios",
            Self::Android => "android",
        }
    }
}

/// A P2S protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// IKEv2.
    Ikev2,
    /// OpenVPN.
    OpenVpn,
    /// SSTP, for Windows only.
    Sstp,
}

impl Protocol {
    /// Every protocol.
    pub const ALL: [Self; 3] = [Self::Ikev2, Self::OpenVpn, Self::Sstp];

    /// The word that Azure uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ikev2 => "IkeV2",
            Self::OpenVpn => "OpenVPN",
            Self::Sstp => "SSTP",
        }
    }
}
