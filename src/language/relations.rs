//! Every relation that can be asked: its columns, and whether the inventory states it.

use crate::answer::Status;
use crate::class::{Class, RouteReason};
use crate::inventory::Os;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The name of a VNet or site, or of a gateway by its VNet.
    Network,
    /// The name of a client.
    Client,
    /// An IPv4 or IPv6 prefix.
    Prefix,
    /// A class of clients.
    Class,
    /// What can be said of a destination.
    Status,
    /// Why a client holds a route.
    Reason,
    /// An operating system.
    Os,
    /// An autonomous system number.
    Number,
}

impl Kind {
    /// What a value is, with its article.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Network => "a network's name",
            Self::Client => "a client's name",
            Self::Prefix => "a prefix",
            Self::Class => "a class of clients",
            Self::Status => "a status",
            Self::Reason => "a reason",
            Self::Os => "an operating system",
            Self::Number => "a number",
        }
    }

    /// Every value, where they are words that can be counted.
    #[must_use]
    pub fn words(self) -> Option<Vec<&'static str>> {
        match self {
            Self::Class => Some(Class::ALL.map(Class::word).to_vec()),
            Self::Status => Some(Status::ALL.map(Status::word).to_vec()),
            Self::Reason => Some(RouteReason::ALL.map(RouteReason::word).to_vec()),
            Self::Os => Some(Os::ALL.map(Os::word).to_vec()),
            Self::Network | Self::Client | Self::Prefix | Self::Number => None,
        }
    }
}

/// A column of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// How the signature calls it.
    pub label: &'static str,
    /// What its values are.
    pub kind: Kind,
}

macro_rules! relations {
    ($($variant:ident $name:literal $stated:literal ($($label:literal $kind:ident),+) $meaning:literal)*) => {
        /// A relation that can be asked.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Relation {
            $(#[doc = $meaning] $variant,)*
        }

        impl Relation {
            /// Every relation: what the inventory states, then what follows from it.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name, as it is written.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// True for a fact of the inventory, which can be changed.
            #[must_use]
            pub fn is_fact(self) -> bool {
                match self { $(Self::$variant => $stated,)* }
            }

            /// The columns.
            #[must_use]
            pub fn columns(self) -> &'static [Column] {
                match self {
                    $(Self::$variant => &[$(Column { label: $label, kind: Kind::$kind }),+],)*
                }
            }

            /// What a tuple says, as a sentence.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }
        }
    };
}

relations! {
    Vnet "vnet" true ("VNet" Network) "A virtual network."
    Site "site" true ("Site" Network) "An on-premises site."
    Address "address" true ("Network" Network, "Prefix" Prefix) "The prefix is in the network's address space."
    Gateway "gateway" true ("VNet" Network) "The VNet holds a route-based VPN gateway."
    ClientPool "client_pool" true ("Gateway" Network, "Prefix" Prefix) "P2S clients of the gateway get addresses from the prefix."
    CustomRoute "custom_route" true ("Gateway" Network, "Prefix" Prefix) "The gateway hands the prefix to every P2S client."
    Asn "asn" true ("Router" Network, "Number" Number) "The router's autonomous system number; a site has one only where it is stated."
    Peered "peered" true ("VNet" Network, "VNet" Network) "The first VNet's side of a peering to the second exists, is Connected and allows access."
    GatewayTransit "gateway_transit" true ("Hub" Network, "Spoke" Network) "The hub's side allows gateway transit and the spoke's side uses remote gateways."
    S2s "s2s" true ("Router" Network, "Router" Network) "A tunnel between two routers is up; given in both directions."
    Bgp "bgp" true ("Router" Network, "Router" Network) "A BGP session runs on a tunnel between two routers; given in both directions."
    StaticRoute "static_route" true ("Router" Network, "Neighbour" Network, "Prefix" Prefix) "The router's end of the tunnel to the neighbour routes the prefix into it."
    TransitSite "transit_site" true ("Site" Network) "The site forwards between its tunnels and announces again what it learns."
    Os "os" true ("Client" Client, "OS" Os) "The client uses the operating system."
    Client "client" true ("Client" Client, "Gateway" Network) "The client connects to the gateway."
    ManualRoute "manual_route" true ("Client" Client, "Prefix" Prefix) "The client's user added the prefix by hand."
    Advertised "advertised" false ("Gateway" Network, "Class" Class, "Prefix" Prefix, "Reason" Reason) "Clients of the class hold a route for the prefix, for the reason."
    Access "access" false ("Gateway" Network, "Class" Class, "Network" Network, "Status" Status) "Some destination of the network has the status for clients of the class."
    Attached "attached" false ("Router" Network, "Network" Network, "Prefix" Prefix) "The router delivers the prefix of the network by itself; a gateway, its own client pool too."
    Learned "learned" false ("Router" Network, "Neighbour" Network, "Prefix" Prefix) "The router learned the prefix from the neighbour by BGP."
    Delivered "delivered" false ("Router" Network, "Network" Network, "Prefix" Prefix) "From the router, a packet for the prefix arrives at the network, or at the clients of the gateway."
}

impl Relation {
    /// The relation with that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|relation| relation.name() == name)
    }

    /// The names of all facts, as a sentence lists them.
    #[must_use]
    pub fn facts() -> String {
        let facts = Self::ALL.iter().filter(|relation| relation.is_fact());
        facts.map(|relation| format!("`{}`", relation.name())).collect::<Vec<_>>().join(", ")
    }

    /// The name with the labels of the columns, such as `bgp(Router, Router)`.
    #[must_use]
    pub fn signature(self) -> String {
        let labels: Vec<_> = self.columns().iter().map(|column| column.label).collect();
        format!("{}({})", self.name(), labels.join(", "))
    }

    /// True where a tuple holds in both directions or in none.
    #[must_use]
    pub fn is_symmetric(self) -> bool {
        matches!(self, Self::S2s | Self::Bgp)
    }
}
