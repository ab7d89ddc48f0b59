//! How what is there deviates from what should be, and why.

use std::fmt::{self, Display};
use std::net::IpAddr;

use super::table::Kind;
use crate::answer::Reasons;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::source::Span;

/// How a route, a DNS server or a suffix of names deviates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deviating {
    /// It should be there and is not.
    Missing,
    /// A DNS server should be there and is not.
    MissingServer,
    /// Names with a suffix should be asked of the DNS servers of the VPN, and are not.
    MissingSuffix,
    /// It is there, and leads elsewhere.
    OtherHop,
    /// It is there, should not be, and was right by the old inventory.
    Stale,
    /// A DNS server is there, should not be, and was right by the old inventory.
    StaleServer,
    /// It is there and should not be.
    Surplus,
    /// A DNS server is there and should not be.
    SurplusServer,
}

impl Deviating {
    /// Every way, in the order of their words.
    pub const ALL: [Self; 8] = [
        Self::Missing,
        Self::MissingServer,
        Self::MissingSuffix,
        Self::OtherHop,
        Self::Stale,
        Self::StaleServer,
        Self::Surplus,
        Self::SurplusServer,
    ];

    /// True for what should be there and is not.
    #[must_use]
    pub fn is_missing(self) -> bool {
        matches!(self, Self::Missing | Self::MissingServer | Self::MissingSuffix)
    }

    /// The word used in answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::MissingServer => "missing-server",
            Self::MissingSuffix => "missing-suffix",
            Self::OtherHop => "other-hop",
            Self::Stale => "stale",
            Self::StaleServer => "stale-server",
            Self::Surplus => "surplus",
            Self::SurplusServer => "surplus-server",
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

            /// What can be done, whatever the routes were read from.
            fn anywhere(self) -> &'static str {
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
        "Look at the connection and the BGP session with the neighbour."
    ClassRoute "class-route"
        "Windows adds a route for the whole class of the client's own address."
        "Switch off the class-based default route of the connection."
    CustomRoute "custom-route"
        "A custom route of the gateway did not arrive."
        "Download the profile again on Windows; connect again elsewhere."
    DefaultRoute "default-route"
        "All traffic goes into the tunnel."
        "Let the client send only the networks of the VPN into the tunnel (split tunnel)."
    ExcludedRoute "excluded-route"
        "The profile keeps a route out of the tunnel."
        "Take it out of `<excluderoutes>`."
    GatewayRoutesOff "gateway-routes-off"
        "No route of the gateway is there."
        "See whether the route table keeps gateway routes out, and whether the peering uses the gateway of the hub."
    GatewayRoutesOn "gateway-routes-on"
        "A route of the gateway is there, and the route table should keep gateway routes out."
        "Switch propagation of gateway routes off, or set `gateway_routes` to `true` in `route_tables.csv`."
    LocalRoute "local-route"
        "The gateway does not give the route, and nothing answers there."
        "Remove the route, unless somebody knows what it is for."
    ManualRoute "manual-route"
        "A route that is listed as added by hand is not there."
        "Add it; `tunnelog client-config` writes what is missing."
    NeedsRoute "needs-route"
        "A network answers, and the profile does not include a route for it."
        "Add the route; `tunnelog client-config` writes what the gateway does not give."
    NeedsServer "needs-server"
        "The profile does not name a DNS server that the gateway's VNet hands out."
        "Add it; `tunnelog client-config` writes it."
    NeedsSuffix "needs-suffix"
        "No rule has the names asked of a DNS server of the VPN."
        "Add the suffix; `tunnelog client-config` writes it."
    NoGatewayRoute "no-gateway-route"
        "The gateway should give the route, and it is not there."
        "See whether the gateway has the prefix: its address pool, or what it learns and routes into connections."
    NoPeeringRoute "no-peering-route"
        "A route of the VNet or of a peering is not there."
        "See whether the peering is connected from both sides and in sync."
    NoUserRoute "no-user-route"
        "A user route is not there."
        "See whether the route table is associated with the subnet, and has the route."
    NotAdvertised "not-advertised"
        "The gateway does not tell its BGP neighbour."
        "Look whether BGP is enabled on the connection that the prefix comes from."
    NotConnected "not-connected"
        "No route of the table goes through the VPN."
        "Connect first, or name the interface with `--interface`."
    NotDelivered "not-delivered"
        "The gateway should give the route, and it did not arrive."
        "Connect again."
    NotHandedOut "not-handed-out"
        "The gateway's VNet does not hand out the DNS server."
        "Take it out, unless somebody knows what it is for."
    NotInInventory "not-in-inventory"
        "Nothing in the inventory explains the prefix."
        "Add it to whoever advertises it, or see why it is advertised."
    NotInRouteTable "not-in-route-table"
        "A user route is there that the subnet's route table does not have in the inventory."
        "See which route table the subnet has; take the route away, or list it in `routes.csv`."
    NotLearned "not-learned"
        "The neighbour should advertise the prefix."
        "Look at what the neighbour advertises."
    OldNetwork "old-network"
        "The prefix was there in the old inventory."
        "See whether the neighbour has yet to take it back."
    OldPackage "old-package"
        "The installed package is older than the network."
        "Download the profile again."
    OldSession "old-session"
        "The client got its routes before the network changed."
        "Connect again."
    OtherInterface "other-interface"
        "Another route of the machine takes these addresses: it is longer, or has the better metric."
        "Give the other network another range, or take its route away while the VPN is in use."
    OtherNextHop "other-next-hop"
        "The route leads elsewhere."
        "See which route table the subnet has, and where its route leads."
    OtherServer "other-server"
        "A rule has the names asked of other DNS servers."
        "Give that rule a DNS server of the VPN, or take it away."
    ScopedServer "scoped-server"
        "Only programs that bind themselves to the interface ask the DNS server."
        "Let the client add it for all names, or for those of the suffixes."
    ServerNotDelivered "server-not-delivered"
        "The gateway should give the DNS server, and it did not arrive."
        "Connect again."
    WiderRoute "wider-route"
        "The route is wider than the network that it leads to."
        "Write the network's own prefix in its place; taking the route away cuts the network off."
}

impl Cause {
    /// What can be done about routes that were read from a file of that kind.
    #[must_use]
    pub fn help(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::DefaultRoute, Kind::RoutePrint | Kind::NetRoute | Kind::Netsh) => {
                "Clear `Use default gateway on remote network` of the connection."
            }
            (Self::DefaultRoute, Kind::IpRoute | Kind::RouteN | Kind::Nmcli) => {
                "Set `ipv4.never-default yes` with `nmcli`, or take `redirect-gateway` out of the profile of OpenVPN."
            }
            (Self::DefaultRoute, Kind::Netstat) => {
                "Switch off `Send all traffic over VPN` of the connection."
            }
            (Self::DefaultRoute, Kind::OpenVpn) => "Take `redirect-gateway` out of the profile.",
            (Self::DefaultRoute, Kind::ProfileXml) => "Set `<RoutingPolicyType>` to `SplitTunnel`.",
            (Self::ExcludedRoute, Kind::OpenVpn) => {
                "Take out what keeps routes of the gateway away: `route-nopull`, `pull-filter` or `net_gateway`."
            }
            (Self::ExcludedRoute, Kind::ProfileXml) => "Take out its `<ExclusionRoute>`.",
            (Self::LocalRoute, Kind::AzureVpnConfig) => {
                "Take the route out of `<includeroutes>`, unless somebody knows what it is for."
            }
            (Self::NeedsRoute, Kind::AzureVpnConfig) => {
                "Add the route to `<includeroutes>`, as `tunnelog client-config` writes it."
            }
            (Self::NeedsServer, Kind::AzureVpnConfig) => {
                "Add it to `<dnsservers>`, as `tunnelog client-config` writes it."
            }
            (Self::NeedsServer, Kind::ProfileXml) => {
                "Add it to `<DnsServers>` of a `<DomainNameInformation>` for each suffix."
            }
            (Self::NeedsSuffix, Kind::AzureVpnConfig) => {
                "Add it to `<dnssuffixes>`, as `tunnelog client-config` writes it."
            }
            (Self::NeedsSuffix, Kind::ProfileXml) => {
                "Add a `<DomainNameInformation>` with the suffix behind a dot as `<DomainName>`."
            }
            (Self::NeedsRoute, Kind::ProfileXml) => "Add a `<Route>` with `<Address>` and `<PrefixSize>`.",
            (Self::NeedsRoute, Kind::OpenVpn) => {
                "Add a line `route` to the profile, as `tunnelog client-config` writes it."
            }
            (Self::WiderRoute, Kind::AzureVpnConfig) => {
                "Write the network's own prefix into `<includeroutes>` in its place."
            }
            _ => self.anywhere(),
        }
    }
}

/// What deviates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A route, or what of it is missing.
    Route(Prefix),
    /// A DNS server.
    Server(IpAddr),
    /// A suffix of names.
    Suffix(Box<str>),
}

impl Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Route(prefix) => prefix.fmt(f),
            Self::Server(address) => address.fmt(f),
            Self::Suffix(name) => name.fmt(f),
        }
    }
}

impl From<Prefix> for What {
    fn from(prefix: Prefix) -> Self {
        Self::Route(prefix)
    }
}

/// A route, DNS server or suffix that is missing or should not be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// How it deviates.
    pub kind: Deviating,
    /// What deviates.
    pub what: What,
    /// The likely cause.
    pub cause: Cause,
    /// Why it is expected, or was by the old inventory.
    pub reasons: Reasons,
    /// The BGP neighbours that it comes from or goes to.
    pub neighbours: Vec<NameId>,
    /// Where it stands, where it is there.
    pub span: Option<Span>,
    /// Where a route of a subnet leads and should lead, as a sentence says it.
    pub leads: Option<String>,
}

impl Deviation {
    pub(super) fn new(kind: Deviating, what: impl Into<What>, cause: Cause) -> Self {
        Self {
            kind,
            what: what.into(),
            cause,
            reasons: Reasons::default(),
            neighbours: Vec::new(),
            span: None,
            leads: None,
        }
    }

    /// The route that deviates; none where it is about names.
    #[must_use]
    pub fn prefix(&self) -> Option<Prefix> {
        match self.what {
            What::Route(prefix) => Some(prefix),
            What::Server(_) | What::Suffix(_) => None,
        }
    }
}

/// Puts deviations in the order of texts, each but once.
pub(super) fn in_order(mut found: Vec<Deviation>) -> Vec<Deviation> {
    found.sort_by_cached_key(|one| (one.kind, one.what.to_string(), one.cause, one.span));
    found.dedup_by(|one, other| (one.kind, &one.what) == (other.kind, &other.what));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_in_the_order_of_their_words_and_say_what_to_do() {
        assert!(Cause::ALL.windows(2).all(|pair| pair[0].word() < pair[1].word()));
        assert!(Deviating::ALL.windows(2).all(|pair| pair[0].word() < pair[1].word()));
        let mut all = Cause::ALL.iter().flat_map(|cause| Kind::ALL.map(|kind| (cause, kind)));
        assert!(all.all(|(cause, kind)| cause.summary().ends_with('.') && cause.help(kind).ends_with('.')));
    }
}
