//! What can be said of a destination, and why.

use std::fmt;

use crate::class::RouteReason;

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

    /// True where the client holds a route.
    #[must_use]
    pub fn has_route(self) -> bool {
        matches!(self, Self::Blackhole | Self::Reachable)
    }

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
    /// A stateful appliance sees one direction of a connection only.
    Asymmetric,
    /// The client holds no route for it.
    NoClientRoute,
    /// The network does not forward packets for the client pool back to the gateway.
    NoWayBack,
    /// The gateway does not forward packets to it.
    NoWayThere,
}

impl Obstacle {
    /// Every obstacle, in the order of their words.
    pub const ALL: [Self; 4] = [Self::Asymmetric, Self::NoClientRoute, Self::NoWayBack, Self::NoWayThere];

    /// The word used in answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Asymmetric => "asymmetric",
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

    /// True where there is no reason.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
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
