//! What is asked, and what an explanation says.

use std::collections::{BTreeMap, BTreeSet};

use crate::class::{Class, Profile};
use crate::facts::ids::Machine;
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::proof::{Clause, Direction, Evidence, Fact};
use crate::rule::Rule;
use crate::select::Target;
use crate::source::Span;

/// Whose destinations are explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The clients of a gateway, by class.
    Gateway(NameId),
    /// One client, by its index in the inventory.
    Client(u32),
}

/// What is to be explained.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Which description of the clients' routes is followed.
    pub profile: Profile,
    /// From where.
    pub from: Origin,
    /// Where to.
    pub to: &'a Target,
    /// The classes; none for all that there are.
    pub classes: Option<Vec<Class>>,
    /// Every independent proof, and not just the best.
    pub all: bool,
}

impl<'a> Question<'a> {
    /// Why all clients of `from` reach `to` or not, as the article has it: the best proof of each.
    #[must_use]
    pub fn new(from: Origin, to: &'a Target) -> Self {
        Self { profile: Profile::default(), from, to, classes: None, all: false }
    }
}

impl Origin {
    /// The clients of the gateway in the VNet called `name`; `None` if the inventory has no such gateway.
    #[must_use]
    pub fn gateway(inventory: &Inventory, name: &str) -> Option<Self> {
        let name = inventory.names.get(name)?;
        inventory.gateways.iter().any(|gateway| gateway.vnet == name).then_some(Self::Gateway(name))
    }
}

/// Destinations of one network of which the same is to be said, and why.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The destinations: a prefix of the network, or what agrees of it in the fewest prefixes.
    pub destinations: Vec<Prefix>,
    /// The evidence for each part of the destinations. It differs in nothing but the part.
    pub evidence: Vec<Evidence>,
    /// What is missing on the client, for each class; nothing where it holds a route.
    pub route_missing: Vec<Vec<Missing>>,
    /// What is missing on the way there, and the routers that a packet passes until then.
    pub there_missing: Option<Lost>,
    /// What is missing on the way back, for each router that the network hangs on.
    pub back_missing: Vec<Lost>,
    /// What route tables do on the ways, where these steer packets.
    pub steered: Option<Passages>,
    /// For the entries that decide at a router for a part, the next shorter entry.
    pub runners_up: BTreeMap<(NameId, Prefix), Prefix>,
}

/// How far packets get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The router where the packet starts; none where no router delivers to the network.
    pub start: Option<NameId>,
    /// The hops up to the router where it ends.
    pub hops: Vec<Hop>,
    /// The way up to where it ends, where route tables steer packets.
    pub passage: Option<Passage>,
    /// What the packet is for, as sentences name it.
    pub to: String,
    /// What is missing at the last router.
    pub missing: Vec<Missing>,
}

/// A way of packets through routers, subnets and appliances.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    /// What packets pass, by name: gateways, sites, VNets and appliances.
    pub names: Vec<String>,
    /// The same, as what they are.
    pub stops: Vec<Waypoint>,
    /// What happens, in order.
    pub steps: Vec<Told>,
}

/// What packets pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Waypoint {
    /// A gateway, a site or a VNet, or the Internet.
    Network(NameId),
    /// An appliance.
    Appliance(Machine),
}

/// What a packet does at one place, with the route that decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The clause by which it does.
    pub clause: Clause,
    /// The sentence: names as they are, no full stop.
    pub text: String,
    /// The facts that it rests on.
    pub facts: Vec<Fact>,
    /// The rules that the entry of a router's table rests on.
    pub rules: BTreeSet<Rule>,
}

/// The ways that packets take where route tables steer them: of several the shortest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passages {
    /// The way there, where packets arrive.
    pub there: Option<Passage>,
    /// The ways back to each part of the client pool, where answers get back to all of them.
    pub back: Vec<Passage>,
    /// The appliances that see one direction only.
    pub asymmetric: Vec<Asymmetry>,
    /// The appliances on these ways. That their rules permit the connection is an assumption.
    pub appliances: Vec<String>,
}

/// The code of the assumption that appliances permit what is routed through them.
pub const APPLIANCE_PERMITS: &str = "appliance-permits";

/// A stateful appliance that sees one direction only, so that it drops the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asymmetry {
    /// The appliance.
    pub appliance: String,
    /// The direction that it sees.
    pub passed: Direction,
    /// A way there: past it where it sees that direction, and otherwise around it.
    pub there: Passage,
    /// A way back, likewise.
    pub back: Passage,
}

/// A packet that a router forwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The router.
    pub router: NameId,
    /// Where it sends the packet.
    pub next: NameId,
    /// The entry of its table that decides.
    pub entry: Prefix,
    /// The next shorter entry.
    pub runner_up: Option<Prefix>,
}

impl Explanation {
    /// What is shown: the evidence for the first part.
    #[must_use]
    pub fn shown(&self) -> &Evidence {
        &self.evidence[0]
    }

    /// How sentences name a part of the destinations.
    #[must_use]
    pub fn shown_as(&self, part: Prefix) -> String {
        match self.destinations[..] {
            [whole] => whole.to_string(),
            _ => format!("what is left of {part}"),
        }
    }
}

/// One thing that is missing, and the rows that show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What is missing: names as they are, no full stop.
    pub text: String,
    /// The rows.
    pub places: Vec<Span>,
}
