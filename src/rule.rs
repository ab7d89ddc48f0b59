//! The clauses of the rules by name: ids and sentences.

/// Makes an enum of clauses, with the id and the sentence of each.
macro_rules! clauses {
    ($(#[$meaning:meta])* $name:ident $($variant:ident $id:literal $sentence:literal)*) => {
        $(#[$meaning])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = $sentence] $variant,)*
        }

        impl $name {
            /// Every one, in the order of the rules file.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The id, as it stands in brackets in the rules file.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// What it says, as a sentence.
            #[must_use]
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }
        }
    };
}

pub(crate) use clauses;

impl Rule {
    /// True where proofs apply the rule. What the others derive is only ever denied, or sums up what proofs show apart.
    #[must_use]
    pub fn is_applied(self) -> bool {
        !matches!(
            self,
            Self::OwnPrefix
                | Self::OwnSitePrefix
                | Self::OwnSummarized
                | Self::SpokeSummarized
                | Self::AttachedInTable
                | Self::NextHopInTable
                | Self::LongerPrefix
                | Self::Strays
                | Self::ReturnedBefore
                | Self::Accessible
        )
    }
}

clauses! {
    /// Every clause of the rules, by its id in `src/rules.rs`.
    Rule
    OwnVnet "own-vnet" "A gateway delivers to its own VNet."
    TransitSpoke "transit-spoke" "A gateway delivers to a peered VNet that uses it as remote gateway."
    TransitPrefix "transit-prefix" "A gateway delivers to what its side of the peering carries of a VNet that uses it as remote gateway."
    SiteSpace "site-space" "A site delivers to its own address space."
    ClientPool "client-pool" "A gateway delivers to its P2S clients."
    EndpointInVnet "endpoint-in-vnet" "A gateway delivers to a private endpoint of its own VNet."
    EndpointInPeer "endpoint-in-peer" "A gateway delivers to a private endpoint of a VNet that is peered with its own from both sides, whatever the transit flags are."
    EndpointInPart "endpoint-in-part" "A gateway delivers to a private endpoint in what its side of the peering carries of the endpoint's VNet."
    GatewayRelays "gateway-relays" "A gateway forwards between its connections and re-advertises what it learns."
    TransitSiteRelays "transit-site-relays" "A site forwards and re-advertises where it is marked as transit."
    OwnPrefix "own-prefix" "A gateway does not accept a prefix equal to or inside a network that it delivers to itself."
    OwnSitePrefix "own-site-prefix" "A site does not accept a prefix equal to one of its own."
    OwnSummarized "own-summarized" "A gateway that advertises summaries does not advertise its own VNet's prefixes."
    SpokeSummarized "spoke-summarized" "A gateway does not advertise a spoke's prefix that one of its summaries covers."
    BgpAttached "bgp-attached" "A router advertises its own prefixes to its BGP neighbours, except those that a summary stands for."
    BgpSummary "bgp-summary" "A gateway advertises its summaries to its BGP neighbours."
    BgpStatic "bgp-static" "A relaying router advertises its static routes to its other BGP neighbours."
    BgpRelay "bgp-relay" "A relaying router advertises what it learned to its other BGP neighbours."
    StaticEntry "static-entry" "The next hop of a static prefix is the router at the other end of its connection, which is up."
    BgpEntry "bgp-entry" "The next hop of a learned prefix is the neighbour that advertised it."
    AttachedInTable "attached-in-table" "What a router delivers to itself stands in its table."
    NextHopInTable "next-hop-in-table" "What leads to a neighbour stands in the router's table."
    LongerPrefix "longer-prefix" "Longest-prefix match: a route does not decide for a destination that a longer route of the same table covers."
    NetworkPart "network-part" "The parts of a network's prefixes are destinations."
    PoolPart "pool-part" "The parts of a gateway's address pool are destinations."
    Arrives "arrives" "A packet is delivered at the router whose longest-prefix match is a network of its own."
    Forwards "forwards" "A packet is forwarded to any next hop of the longest-prefix match."
    DeliveredHere "delivered-here" "A packet that arrives is delivered."
    DeliveredNext "delivered-next" "A packet forwarded to a router where it arrives is delivered."
    DeliveredOn "delivered-on" "A packet forwarded to a relaying router that delivers it is delivered."
    Strays "strays" "A router has no return path to an address pool, in an address family, where some part of it is not delivered."
    Returns "returns" "A router has a return path to a gateway, in an address family, where every part of the gateway's address pool of that family is delivered."
    ReturnedBefore "returned-before" "A router has a return path to a gateway where an earlier run over the address pools derived it."
    WayBack "way-back" "A network has a return path to a gateway, in an address family, where a router that delivers to the network has one."
    Accessible "accessible" "A destination is accessible where packets are delivered there, and back in its address family."
    OwnVnetRoute "own-vnet-route" "Every client gets the gateway's own VNet."
    TransitSpokeRoute "transit-spoke-route" "Every client gets the spokes that use the gateway."
    ClientPoolRoute "client-pool-route" "Every client gets the address pool."
    CustomRoute "custom-route" "Every client gets the gateway's custom routes."
    BgpRoute "bgp-route" "Clients that follow the gateway's table get what it learned by BGP."
    StaticGatewayRoute "static-gateway-route" "Clients that follow the gateway's table get the static prefixes of connections to other gateways."
    StaticSiteRoute "static-site-route" "OpenVPN clients are reported to get the static prefixes of connections to sites."
}
