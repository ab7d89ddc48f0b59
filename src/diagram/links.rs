//! What joins two nodes of a diagram, and in which state it is.

use rustc_hash::FxHashSet;

use crate::facts::Facts;
use crate::inventory::{Inventory, Peering, Tunnel};
use crate::names::NameId;

/// What joins two nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Link {
    /// Clients connect to a gateway.
    Clients,
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

impl Link {
    /// The word at the line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Clients => "P2S",
            Self::Peering(PeeringState::Transit) => "gateway transit",
            Self::Peering(PeeringState::Plain) => "peering",
            Self::Peering(PeeringState::OneSided) => "one-sided peering",
            Self::Peering(PeeringState::NotConnected) => "peering not connected",
            Self::Peering(PeeringState::NoAccess) => "peering without access",
            Self::Tunnel(TunnelState::Bgp) => "BGP",
            Self::Tunnel(TunnelState::Static) => "static",
            Self::Tunnel(TunnelState::NoSession) => "BGP without session",
            Self::Tunnel(TunnelState::Down) => "tunnel down",
            Self::Tunnel(TunnelState::NoGateway) => "tunnel without gateway",
        }
    }

    /// True where packets can pass.
    #[must_use]
    pub fn is_up(self) -> bool {
        match self {
            Self::Clients => true,
            Self::Peering(state) => matches!(state, PeeringState::Transit | PeeringState::Plain),
            Self::Tunnel(state) => !matches!(state, TunnelState::Down | TunnelState::NoGateway),
        }
    }
}

/// Every peering once, the hub first; of VNets that are no hub and spoke, the first one by name.
pub(super) fn peerings(
    inventory: &Inventory,
    has_gateway: impl Fn(NameId) -> bool,
) -> Vec<(NameId, NameId, PeeringState)> {
    let pair = |row: &Peering| (row.vnet.min(row.remote_vnet), row.vnet.max(row.remote_vnet));
    let mut rows: Vec<&Peering> = inventory.peerings.iter().collect();
    rows.sort_by_key(|row| pair(row));
    let is_pair = |one: &&Peering, other: &&Peering| pair(one) == pair(other);
    let state = |rows: &[&Peering]| {
        let (low, high) = pair(rows[0]);
        let side = |of: NameId| rows.iter().filter(move |row| row.vnet == of);
        let lends = |hub: NameId, spoke: NameId| {
            let is_hub = has_gateway(hub) && !has_gateway(spoke);
            is_hub
                && side(hub).any(|row| row.allow_gateway_transit)
                && side(spoke).any(|row| row.use_remote_gateways)
        };
        let both =
            |holds: fn(&Peering) -> bool| side(low).any(|row| holds(row)) && side(high).any(|row| holds(row));
        let (one, other) = in_order(inventory, low, high, &has_gateway);
        if !both(|_| true) {
            return (one, other, PeeringState::OneSided);
        }
        if !both(|row| row.not_connected.is_none()) {
            return (one, other, PeeringState::NotConnected);
        }
        if !both(Peering::is_usable) {
            return (one, other, PeeringState::NoAccess);
        }
        match (lends(low, high), lends(high, low)) {
            (true, _) => (low, high, PeeringState::Transit),
            (_, true) => (high, low, PeeringState::Transit),
            _ => (one, other, PeeringState::Plain),
        }
    };
    rows.chunk_by(is_pair).map(state).collect()
}

/// Two VNets, the one with a gateway first, and else by name.
fn in_order(
    inventory: &Inventory,
    one: NameId,
    other: NameId,
    has_gateway: impl Fn(NameId) -> bool,
) -> (NameId, NameId) {
    let key = |name: NameId| (!has_gateway(name), inventory.names.text(name));
    if key(one) <= key(other) { (one, other) } else { (other, one) }
}

/// Every tunnel once.
pub(super) fn tunnels(inventory: &Inventory, facts: &Facts) -> Vec<(NameId, NameId, TunnelState)> {
    let up: FxHashSet<(NameId, NameId)> = facts.s2s.all().iter().copied().collect();
    let sessions: FxHashSet<(NameId, NameId)> = facts.bgp.all().iter().copied().collect();
    let state = |tunnel: Tunnel| {
        let ends = (tunnel.from, tunnel.to);
        // What makes a session impossible lies in the ends, so it is the same for all tunnels between them.
        let state = if !tunnel.up {
            TunnelState::Down
        } else if !up.contains(&ends) {
            TunnelState::NoGateway
        } else if !tunnel.bgp {
            TunnelState::Static
        } else if sessions.contains(&ends) {
            TunnelState::Bgp
        } else {
            TunnelState::NoSession
        };
        (ends.0, ends.1, state)
    };
    inventory.tunnels().into_iter().map(state).collect()
}
