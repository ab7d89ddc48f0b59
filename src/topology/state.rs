//! The states that a peering or a tunnel can be in, with one word for each.

use crate::names::NameId;

/// A peering or a tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The networks that it joins: of a hub and its spoke the hub first, of a one-sided peering the VNet whose side it is.
    pub ends: (NameId, NameId),
    /// Its state.
    pub state: LinkState,
}

/// The state of a peering or a tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkState {
    /// The sides of a peering, one or two.
    Peering(PeeringState),
    /// A Site-to-Site or VNet-to-VNet tunnel.
    Tunnel(TunnelState),
}

/// The state of a peering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeeringState {
    /// It works, and the spoke uses the gateway of the hub.
    Transit,
    /// It works, without the use of a gateway.
    Plain,
    /// Only one side is in the inventory.
    OneSided,
    /// The state of a side is other than Connected.
    NotConnected,
    /// A side lets no traffic pass.
    NoAccess,
}

/// The state of a tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TunnelState {
    /// It is up, and a BGP session runs on it.
    Bgp,
    /// It is up, and routes nothing but static prefixes.
    Static,
    /// It is up with BGP enabled, but no session can run on it.
    NoSession,
    /// It is down.
    Down,
    /// One of its ends is a VNet without a gateway.
    NoGateway,
}

impl LinkState {
    /// Every state.
    pub const ALL: [Self; 10] = [
        Self::Peering(PeeringState::Transit),
        Self::Peering(PeeringState::Plain),
        Self::Peering(PeeringState::OneSided),
        Self::Peering(PeeringState::NotConnected),
        Self::Peering(PeeringState::NoAccess),
        Self::Tunnel(TunnelState::Bgp),
        Self::Tunnel(TunnelState::Static),
        Self::Tunnel(TunnelState::NoSession),
        Self::Tunnel(TunnelState::Down),
        Self::Tunnel(TunnelState::NoGateway),
    ];

    /// The word for the state, wherever one is shown.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Peering(PeeringState::Transit) => "gateway transit",
            Self::Peering(PeeringState::Plain) => "peering",
            Self::Peering(PeeringState::OneSided) => "one-sided peering",
            Self::Peering(PeeringState::NotConnected) => "peering not connected",
            Self::Peering(PeeringState::NoAccess) => "peering without access",
            Self::Tunnel(TunnelState::Bgp) => "BGP",
            Self::Tunnel(TunnelState::Static) => "static",
            Self::Tunnel(TunnelState::NoSession) => "BGP without session",
            Self::Tunnel(TunnelState::Down) => "connection down",
            Self::Tunnel(TunnelState::NoGateway) => "connection without gateway",
        }
    }

    /// True where packets can pass.
    #[must_use]
    pub fn is_up(self) -> bool {
        match self {
            Self::Peering(state) => matches!(state, PeeringState::Transit | PeeringState::Plain),
            Self::Tunnel(state) => !matches!(state, TunnelState::Down | TunnelState::NoGateway),
        }
    }
}
