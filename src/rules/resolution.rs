//! Whether names resolve, and why.

use std::fmt;

/// Whether names of a private zone resolve for clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resolution {
    /// Whether they do depends on a server of one's own: it resolves them if it forwards to Azure.
    Depends,
    /// No server that clients are given resolves them.
    No,
    /// A resolver that clients are given and reach resolves them.
    Resolves,
}

impl Resolution {
    /// Every word, in the order of the words.
    pub const ALL: [Self; 3] = [Self::Depends, Self::No, Self::Resolves];

    /// The word used in answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Depends => "depends",
            Self::No => "no",
            Self::Resolves => "resolves",
        }
    }
}

/// Why names resolve, or do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum NameReason {
    /// Of a server out of reach: the client holds a route, and nothing answers.
    Blackhole,
    /// A server that is no resolver of Azure, such as a VM or one of a site.
    Forwarder,
    /// Of a server out of reach: the client holds no route for it.
    NeedsRoute,
    /// The zone is not linked to the VNet that the server stands in.
    NoLink,
    /// Clients are given no server.
    NoServer,
    /// The inbound endpoint of a DNS Private Resolver.
    Resolver,
    /// Clients do not reach a server that they are given.
    ServerOutOfReach,
    /// Of a server out of reach: no way leads there, or none back.
    Unreachable,
}

impl NameReason {
    /// Every reason, in the order of the words.
    pub const ALL: [Self; 8] = [
        Self::Blackhole,
        Self::Forwarder,
        Self::NeedsRoute,
        Self::NoLink,
        Self::NoServer,
        Self::Resolver,
        Self::ServerOutOfReach,
        Self::Unreachable,
    ];

    /// The word used in answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Blackhole => "blackhole",
            Self::Forwarder => "forwarder",
            Self::NeedsRoute => "needs-route",
            Self::NoLink => "no-link",
            Self::NoServer => "no-server",
            Self::Resolver => "resolver",
            Self::ServerOutOfReach => "server-out-of-reach",
            Self::Unreachable => "unreachable",
        }
    }
}

/// The reasons of one row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameReasons(u8);

impl NameReasons {
    /// Adds a reason.
    pub fn add(&mut self, reason: NameReason) {
        self.0 |= 1 << reason as u8;
    }

    /// True where the reason is among them.
    #[must_use]
    pub fn has(self, reason: NameReason) -> bool {
        self.0 & (1 << reason as u8) != 0
    }

    /// The words, sorted.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        NameReason::ALL.into_iter().filter(move |reason| self.has(*reason)).map(NameReason::word)
    }
}

impl fmt::Display for NameReasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().collect::<Vec<_>>().join(";"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_in_their_order() {
        assert!(Resolution::ALL.map(Resolution::word).is_sorted());
        assert!(NameReason::ALL.map(NameReason::word).is_sorted());
        let mut reasons = NameReasons::default();
        for reason in [NameReason::NoLink, NameReason::Forwarder] {
            reasons.add(reason);
        }
        assert_eq!(reasons.to_string(), "forwarder;no-link");
    }
}
