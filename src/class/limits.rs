//! How many routes a client takes, once for everything that counts them.

/// How many of something a client takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What takes no more, as a sentence names it.
    pub taker: &'static str,
    /// The most that it takes.
    pub most: usize,
    /// Of what.
    pub of: &'static str,
    /// Where that is written, or what showed it.
    pub source: &'static str,
}

/// The native client of Windows.
pub const WINDOWS_IKEV2: Limit = Limit {
    taker: "the native client of Windows",
    most: 255,
    of: "routes over IKEv2, and 25 before Windows 10 2004",
    source: "Microsoft, VPN Gateway FAQ: with more, clients fail to connect",
};

/// Clients that speak IKEv2 on other systems.
pub const OTHER_IKEV2: Limit = Limit {
    taker: "Azure with clients over IKEv2",
    most: 256,
    of: "routes of a client that runs anything but Windows",
    source: "reports; Microsoft's FAQ has no number",
};

/// Clients that speak OpenVPN, the Azure VPN Client included.
pub const OPEN_VPN: Limit = Limit {
    taker: "Azure with clients over OpenVPN",
    most: 1_000,
    of: "routes of a client",
    source: "Microsoft, VPN Gateway FAQ",
};

/// A child of a connection of strongSwan, and of any other that speaks IKEv2.
pub const SELECTORS: Limit = Limit {
    taker: "a child of strongSwan",
    most: 255,
    of: "traffic selectors on a side",
    source: "RFC 7296, section 3.13: their number is one octet",
};

/// A line of a profile of OpenVPN.
pub const OPEN_VPN_LINE: Limit = Limit {
    taker: "OpenVPN",
    most: 254,
    of: "bytes of a line, comments included",
    source: "OpenVPN 2.6.14, which refuses the whole profile for a longer one",
};

/// Every limit.
pub const LIMITS: [Limit; 5] = [WINDOWS_IKEV2, OTHER_IKEV2, OPEN_VPN, SELECTORS, OPEN_VPN_LINE];

impl Limit {
    /// What is wrong with `count` of them; none where they fit.
    #[must_use]
    pub fn exceeded(self, count: usize) -> Option<String> {
        (count > self.most)
            .then(|| format!("{count} routes in all; {} takes {} {}", self.taker, self.most, self.of))
    }
}
