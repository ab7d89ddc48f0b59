//! How a derived tuple was reached: a rule and what it went through.
//!
//! The rules are written once, over a witness. With `()` nothing is recorded and tuples collapse
//! into plain answers; with [`Step`] each tuple carries the clause that derived it.

use std::hash::Hash;

use crate::names::Name;

/// What a clause of the rules leaves behind in the tuples it derives.
pub trait Witness: Copy + Eq + Hash + Default {
    /// The witness of one application of `rule`, which went through `via`.
    fn step(rule: Rule, via: Via) -> Self;
}

impl Witness for () {
    fn step(_: Rule, _: Via) -> Self {}
}

/// One application of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step {
    /// The rule.
    pub rule: Rule,
    /// What its body bound that its head does not show.
    pub via: Via,
}

impl Default for Step {
    fn default() -> Self {
        Self { rule: Rule::OwnVnet, via: Via::Nothing }
    }
}

impl Witness for Step {
    fn step(rule: Rule, via: Via) -> Self {
        Self { rule, via }
    }
}

/// What the body of a clause bound that the head does not show, so that the premises can be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Via {
    /// Everything stands in the head.
    Nothing,
    /// A router: where a route was learned, where a static route leads, which router attaches.
    Router(Name),
    /// What is attached.
    Target(Target),
    /// The entry of a table that decided.
    Entry(PrefixId),
}

/// What a packet can be addressed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A virtual network or site.
    Network(Name),
    /// The P2S clients of a gateway.
    Pool(Name),
}

impl Target {
    /// The network, or the gateway whose pool it is.
    #[must_use]
    pub fn name(self) -> Name {
        match self {
            Self::Network(name) | Self::Pool(name) => name,
        }
    }

    /// True for a network.
    #[must_use]
    pub fn is_network(self) -> bool {
        matches!(self, Self::Network(_))
    }
}

/// The number of a prefix in its connected part, in the order of prefixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrefixId(pub u32);

impl PrefixId {
    /// The number as an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

macro_rules! rules {
    ($($variant:ident $id:literal $sentence:literal)*) => {
        /// Every clause of the rules, by its id in `src/rules.rs`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $sentence] $variant,)*
        }

        impl Rule {
            /// Every rule, in the order of the rules file.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The id, as it stands in brackets in the rules file.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// True where proofs apply the rule. What the others derive is only ever denied, or sums up what proofs show apart.
            #[must_use]
            pub fn is_applied(self) -> bool {
                !matches!(
                    self,
                    Self::OwnPrefix
                        | Self::AttachedInTable
                        | Self::NextHopInTable
                        | Self::LongerPrefix
                        | Self::Strays
                        | Self::ReturnedBefore
                        | Self::Accessible
                )
            }

            /// What the rule says, as a sentence.
            #[must_use]
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }
        }
    };
}

rules! {
    OwnVnet "own-vnet" "A gateway delivers to its own VNet."
    TransitSpoke "transit-spoke" "A gateway delivers to a peered VNet that uses it as remote gateway."
    SiteSpace "site-space" "A site delivers to its own address space."
    ClientPool "client-pool" "A gateway delivers to its P2S clients."
    GatewayRelays "gateway-relays" "A gateway forwards between its tunnels and announces again what it learns."
    TransitSiteRelays "transit-site-relays" "A site relays where it is marked as transit."
    OwnPrefix "own-prefix" "A router refuses a prefix equal to or inside a network that it delivers to itself."
    BgpAttached "bgp-attached" "A router announces what it delivers to itself to its BGP neighbours."
    BgpStatic "bgp-static" "A relaying router announces its static routes to its other BGP neighbours."
    BgpRelay "bgp-relay" "A relaying router announces what it learned to its other BGP neighbours."
    StaticEntry "static-entry" "A static prefix of a tunnel that is up leads to the router at its other end."
    BgpEntry "bgp-entry" "A learned prefix leads to the neighbour that announced it."
    AttachedInTable "attached-in-table" "What a router delivers to itself stands in its table."
    NextHopInTable "next-hop-in-table" "What leads to a neighbour stands in the router's table."
    LongerPrefix "longer-prefix" "An entry does not decide for a destination that a longer entry of the same table covers."
    NetworkPart "network-part" "The parts of a network's prefixes are destinations."
    PoolPart "pool-part" "The parts of a gateway's client pool are destinations."
    Arrives "arrives" "A packet is delivered at the router whose deciding entry is attached."
    Forwards "forwards" "A packet is forwarded to any neighbour that the deciding entry leads to."
    DeliveredHere "delivered-here" "A packet that arrives is delivered."
    DeliveredNext "delivered-next" "A packet forwarded to a router where it arrives is delivered."
    DeliveredOn "delivered-on" "A packet forwarded to a relaying router that delivers it is delivered."
    Strays "strays" "A router strays from a client pool where some part of it is not delivered."
    Returns "returns" "A router returns to a gateway where every part of the gateway's client pool is delivered to it."
    ReturnedBefore "returned-before" "A router returns to a gateway where an earlier run over the client pools derived it."
    WayBack "way-back" "A network has a way back to a gateway where a router that delivers to the network returns to the gateway."
    Accessible "accessible" "A destination is accessible where packets are delivered there and back."
    OwnVnetRoute "own-vnet-route" "Every client gets the gateway's own VNet."
    TransitSpokeRoute "transit-spoke-route" "Every client gets the spokes that use the gateway."
    ClientPoolRoute "client-pool-route" "Every client gets the client pool."
    CustomRoute "custom-route" "Every client gets the gateway's custom routes."
    BgpRoute "bgp-route" "Clients that follow the gateway's table get what it learned by BGP."
    StaticGatewayRoute "static-gateway-route" "Clients that follow the gateway's table get the static prefixes of tunnels to other gateways."
    StaticSiteRoute "static-site-route" "OpenVPN clients are reported to get the static prefixes of tunnels to sites."
}
