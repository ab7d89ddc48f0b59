//! The measures that plans are made of: what each consists of, and what it costs.

use crate::facts::ids::Target;
use crate::language::syntax::Change;
use crate::names::NameId;

macro_rules! kinds {
    ($($variant:ident $word:literal $cost:literal $opens:literal $closes:literal)*) => {
        /// What kind of thing a measure changes. Measures are taken in this order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = $opens] $variant,)*
        }

        impl Kind {
            /// Every kind, in the order in which measures are taken.
            pub const ALL: [Self; [$($word),*].len()] = [$(Self::$variant),*];

            /// The word used in options and documents.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// What a measure of this kind costs where nothing else is said.
            #[must_use]
            pub fn default_cost(self) -> u32 {
                match self { $(Self::$variant => $cost,)* }
            }

            /// What such a measure does to open a way, as a phrase.
            #[must_use]
            pub fn opens(self) -> &'static str {
                match self { $(Self::$variant => $opens,)* }
            }

            /// What such a measure does to close a way; empty where it never does.
            #[must_use]
            pub fn closes(self) -> &'static str {
                match self { $(Self::$variant => $closes,)* }
            }
        }
    };
}

kinds! {
    DropGateway "drop-gateway" 60 "a VNet gives up its own gateway, or its address pool" ""
    Gateway "gateway" 50 "a gateway with a connection" ""
    Asn "asn" 8 "another ASN" ""
    TunnelState "tunnel-state" 6 "a connection brought up" "a connection taken down"
    Tunnel "tunnel" 20 "a new connection" ""
    Bgp "bgp" 4 "BGP on a connection" "no BGP on a connection"
    StaticRoutes "static-routes" 5 "static prefixes at an end of a connection" "a static prefix taken from an end of a connection"
    TransitSite "transit-site" 8 "a site that forwards between its connections" "a site that no longer forwards between its connections"
    PeeringSide "peering-side" 6 "a peering link" "a peering link taken away"
    PeeringSync "peering-sync" 2 "a peering synced, or with more subnets" ""
    Peering "peering" 10 "a new peering with gateway transit" ""
    TransitFlag "transit-flag" 3 "gateway transit over a peering" "no gateway transit over a peering"
    GatewayRoutes "gateway-routes" 3 "gateway routes on or off in a route table" "gateway routes on or off in a route table"
    UserRoute "user-route" 4 "a user route" "a user route taken away"
    RouteTable "route-table" 3 "a route table on a subnet" "no route table on a subnet"
    Bypass "bypass" 15 "packets led around an appliance" ""
    CustomRoute "custom-route" 2 "a custom route of the gateway" ""
    ManualRoute "manual-route" 1 "a route added by hand" ""
    DnsServer "dns-server" 5 "a resolver among the DNS servers of a VNet" ""
    ZoneLink "zone-link" 4 "a link of a private zone to a VNet" ""
}

/// What measures cost, and which are never taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Costs([Option<u32>; Kind::ALL.len()]);

impl Default for Costs {
    fn default() -> Self {
        Self(Kind::ALL.map(|kind| Some(kind.default_cost())))
    }
}

impl Costs {
    /// The most that one measure may cost, so that sums stay numbers.
    pub const MOST: u32 = 1_000_000;

    /// Sets the cost of a kind, or that it is never taken.
    pub fn set(&mut self, kind: Kind, cost: Option<u32>) {
        self.0[kind as usize] = cost.map(|cost| cost.min(Self::MOST));
    }

    /// The cost of a kind; none where it is never taken.
    #[must_use]
    pub fn of(&self, kind: Kind) -> Option<u32> {
        self.0[kind as usize]
    }
}

/// One thing that an engineer may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Its kind.
    pub kind: Kind,
    /// What it costs.
    pub cost: u32,
    /// The changes that it consists of, made in order.
    pub changes: Vec<Change>,
    /// What it may contribute to a way.
    pub(super) parts: Vec<Part>,
}

/// What a measure may contribute to a way, seen without what may stand against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A session between two routers.
    Session(NameId, NameId),
    /// Sessions of a router that were held up by it.
    Speaks(NameId),
    /// A tunnel carries what it is set up for.
    Up(NameId, NameId),
    /// The first router's end of the tunnel to the second leads to a network or a client pool.
    Leads(NameId, NameId, Target),
    /// A router attaches a network, which another than its own can only where it has none.
    Attaches(NameId, NameId),
    /// A network has no gateway of its own any more.
    Drops(NameId),
    /// A router has a number that no other has.
    Renumbers(NameId),
    /// A site, or a gateway that was none, forwards.
    Relays(NameId),
    /// The gateway's clients get a route to the network.
    Route(NameId, NameId),
}

/// A measure before it is known what it costs.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) kind: Kind,
    pub(super) changes: Vec<Change>,
    pub(super) parts: Vec<Part>,
}

/// The measures that may be taken, each once, in the order in which they are taken.
pub(super) fn measures(mut drafts: Vec<Draft>, costs: &Costs) -> Vec<Measure> {
    drafts.retain(|draft| costs.of(draft.kind).is_some() && !draft.changes.is_empty());
    drafts.sort_by_cached_key(|draft| {
        let lines: Vec<String> = draft.changes.iter().map(ToString::to_string).collect();
        (draft.kind, lines)
    });
    // Several goals may ask for the same, each with its own contribution.
    drafts.dedup_by(|later, first| {
        let is_same = later.kind == first.kind && later.changes == first.changes;
        if is_same {
            first.parts.append(&mut later.parts);
        }
        is_same
    });
    drafts.truncate(usize::from(u16::MAX));
    drafts
        .into_iter()
        .map(|draft| Measure {
            kind: draft.kind,
            cost: costs.of(draft.kind).unwrap_or_default(),
            changes: draft.changes,
            parts: draft.parts,
        })
        .collect()
}
