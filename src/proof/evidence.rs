//! Proofs and certificates as data, and as text.

use std::fmt;

use super::walk::Steered;
use crate::answer::Status;
use crate::class::{Class, RouteReason};
use crate::facts::Asn;
use crate::facts::ids::Target;
use crate::names::{NameId, Names};
use crate::prefix::{Family, Prefix};
use crate::rule::Rule;
use crate::schema::{Cell, Fact};

/// A row of a derived relation. A part of a prefix is named by the prefix that it is cut from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tuple {
    /// The router delivers the prefix of the target by itself.
    Attached(NameId, Target, Prefix),
    /// The first router learned the prefix from the second; it started at a router with that number.
    Learned(NameId, NameId, Prefix, Asn),
    /// The router forwards between its tunnels and announces again what it learns.
    Relays(NameId),
    /// The router's table leads to the neighbour for the prefix.
    NextHop(NameId, NameId, Prefix),
    /// The part is a destination of the target.
    Destination(Target, Prefix),
    /// A packet for the part is delivered to the target at the router itself.
    Arrives(NameId, Target, Prefix),
    /// The router sends a packet for the part to the neighbour.
    Forwards(NameId, NameId, Prefix),
    /// From the router, a packet for the part of the target arrives.
    Delivered(NameId, Target, Prefix),
    /// From the first router, every part of the second's client pool of that family is delivered to it.
    Returns(NameId, NameId, Family),
    /// From the network, the second, packets of that family for every client of the gateway, the first, are delivered
    /// to it.
    WayBack(NameId, NameId, Family),
    /// Clients of the class get a route for the prefix from the gateway.
    Advertised(NameId, Class, Prefix, RouteReason),
}

/// What must not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Negation {
    /// The VNet holds a gateway.
    Gateway(NameId),
    /// The first VNet's side of the peering carries a part of the second alone.
    PartlyPeered(NameId, NameId),
    /// The prefix is a default route.
    DefaultRoute(Prefix),
    /// The router has the number.
    HasAsn(NameId, Asn),
    /// The router refuses the prefix: a network that a gateway delivers to itself covers it, or it is a site's own.
    Refuses(NameId, Prefix),
    /// The router does not announce the prefix of the target, as it announces summaries.
    Withholds(NameId, Target, Prefix),
    /// The router delivers the prefix to itself.
    Attached(NameId, Prefix),
    /// The router has an entry longer than the first prefix that covers the second.
    Beaten(NameId, Prefix, Prefix),
}

/// One condition of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Premise {
    /// An earlier application of the proof, by its place.
    Step(usize),
    /// A fact.
    Fact(Fact),
    /// Something that does not hold.
    Not(Negation),
}

/// One application of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Application {
    /// What it derives.
    pub conclusion: Tuple,
    /// The rule.
    pub rule: Rule,
    /// What it rests on, in the order of the rule's atoms. Where a rule denies that a router
    /// strays from a client pool, the deliveries of all its parts stand in place of that.
    pub premises: Vec<Premise>,
}

/// Applications of rules, each after what it rests on; the last derives what is proven.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Proof {
    /// The applications.
    pub steps: Vec<Application>,
}

impl Proof {
    /// What is proven; nothing by an empty proof.
    #[must_use]
    pub fn conclusion(&self) -> Option<Tuple> {
        self.steps.last().map(|step| step.conclusion)
    }

    /// The same proof, where it speaks of a packet for `old`, about one for `new`.
    #[must_use]
    pub fn about(&self, old: Prefix, new: Prefix) -> Self {
        let part = |part: Prefix| if part == old { new } else { part };
        let mut proof = self.clone();
        for step in &mut proof.steps {
            match &mut step.conclusion {
                Tuple::Destination(_, it)
                | Tuple::Arrives(_, _, it)
                | Tuple::Forwards(_, _, it)
                | Tuple::Delivered(_, _, it) => *it = part(*it),
                _ => {}
            }
            for premise in &mut step.premises {
                match premise {
                    Premise::Fact(
                        Fact::Covers(_, it) | Fact::PartOfNetwork(_, it) | Fact::PartOfPool(_, it),
                    )
                    | Premise::Not(Negation::Beaten(_, _, it)) => *it = part(*it),
                    _ => {}
                }
            }
        }
        proof
    }
}

/// How a router came to learn a prefix from a neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The neighbour delivers it to that target itself.
    Attached(Target),
    /// The neighbour announces it as a summary.
    Summary,
    /// The neighbour announces its static route to that router.
    Static(NameId),
    /// The neighbour learned it from that router.
    Relayed(NameId),
}

/// A route that a router learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LearnedRoute {
    /// The router.
    pub router: NameId,
    /// The neighbour that announced it.
    pub neighbour: NameId,
    /// The prefix.
    pub prefix: Prefix,
    /// The number of the router that it started at.
    pub number: Asn,
    /// How it came.
    pub origin: Origin,
}

/// All that the routers of a connected component learned and that covers one destination: neither more
/// nor less, each route after the one that it was passed on from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tables {
    /// The part of a prefix that a packet is for.
    pub destination: Prefix,
    /// The routes.
    pub learned: Vec<LearnedRoute>,
}

/// Where a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State {
    /// The router.
    pub router: NameId,
    /// True where the packet starts there: a site that does not relay forwards nothing else.
    pub starts: bool,
}

/// Why a packet for a part of the target does not arrive from a router: whatever happens to it, it stays in one
/// of these states, and in none of them is it delivered to the target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Astray {
    /// The router where the packet starts.
    pub from: NameId,
    /// What it is for.
    pub target: Target,
    /// The part of the target's prefixes that it is for.
    pub destination: Prefix,
    /// The states, nearest first.
    pub states: Vec<State>,
}

/// One of the three things that an answer rests on: proofs that it holds, the best first, or why it does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Branch<Why> {
    /// Each proof stands for itself.
    Holds(Vec<Proof>),
    /// It does not hold.
    Fails(Why),
}

impl<Why> Branch<Why> {
    /// True where it holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        matches!(self, Self::Holds(_))
    }

    /// The proofs that it holds; none where it does not.
    #[must_use]
    pub fn proofs(&self) -> &[Proof] {
        match self {
            Self::Holds(proofs) => proofs,
            Self::Fails(_) => &[],
        }
    }
}

/// Whether the clients of a class, or one client, hold a route for a destination.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeldRoute {
    /// The class.
    pub class: Class,
    /// The client's index in the inventory, where the question is about one.
    pub client: Option<u32>,
    /// A route that the client's user added, where none that the gateway gives is longer.
    pub by_hand: Option<Prefix>,
    /// The proofs of the longest routes that the gateway gives; the tables tell that there is none.
    pub given: Branch<()>,
}

impl HeldRoute {
    /// True where the client holds a route.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.by_hand.is_some() || self.given.holds()
    }
}

/// Everything that an answer about one destination rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The gateway that the clients connect to.
    pub gateway: NameId,
    /// The network that the destination belongs to, or the gateway in whose address pool it is.
    pub target: Target,
    /// The part of its prefixes.
    pub destination: Prefix,
    /// The client's routes, one for each class.
    pub routes: Vec<HeldRoute>,
    /// The ways there and back.
    pub ways: Ways,
    /// The tables for the destination and for every part of the client pool of its address family.
    pub tables: Vec<Tables>,
}

/// The ways of packets there and back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ways {
    /// By the tables of routers alone, as no subnet of the component is listed.
    Routed {
        /// The way there.
        there: Branch<Astray>,
        /// The way back: for every router that the network hangs on, a part of the client pool, of the destination's
        /// address family, that is not delivered from it; nothing where the pool has none of that family.
        back: Branch<Vec<Astray>>,
    },
    /// By the tables of routers and of subnets, and past appliances.
    Steered(Steered),
}

impl Evidence {
    /// True where packets are delivered there.
    #[must_use]
    pub fn there_holds(&self) -> bool {
        match &self.ways {
            Ways::Routed { there, .. } => there.holds(),
            Ways::Steered(steered) => steered.there_holds(),
        }
    }

    /// True where packets are delivered back, whatever appliances they pass.
    #[must_use]
    pub fn back_holds(&self) -> bool {
        match &self.ways {
            Ways::Routed { back, .. } => back.holds(),
            Ways::Steered(steered) => steered.back_holds(),
        }
    }

    /// The proofs that packets are delivered there; walks show it where route tables steer packets.
    #[must_use]
    pub fn there_proofs(&self) -> &[Proof] {
        match &self.ways {
            Ways::Routed { there, .. } => there.proofs(),
            Ways::Steered(_) => &[],
        }
    }

    /// The proofs that packets are delivered back; walks show it where route tables steer packets.
    #[must_use]
    pub fn back_proofs(&self) -> &[Proof] {
        match &self.ways {
            Ways::Routed { back, .. } => back.proofs(),
            Ways::Steered(_) => &[],
        }
    }

    /// Why packets are not delivered there.
    #[must_use]
    pub fn there_certificates(&self) -> &[Astray] {
        match &self.ways {
            Ways::Routed { there: Branch::Fails(astray), .. } => std::slice::from_ref(astray),
            _ => &[],
        }
    }

    /// Why packets are not delivered back.
    #[must_use]
    pub fn back_certificates(&self) -> &[Astray] {
        match &self.ways {
            Ways::Routed { back: Branch::Fails(each), .. } => each,
            _ => &[],
        }
    }

    /// What route tables do, where they steer packets.
    #[must_use]
    pub fn steered(&self) -> Option<&Steered> {
        match &self.ways {
            Ways::Routed { .. } => None,
            Ways::Steered(steered) => Some(steered),
        }
    }

    /// What the evidence comes to for the clients that hold, or do not hold, the route.
    #[must_use]
    pub fn status(&self, route: &HeldRoute) -> Status {
        match (route.holds(), self.is_accessible()) {
            (true, true) => Status::Reachable,
            (false, true) => Status::NeedsRoute,
            (true, false) => Status::Blackhole,
            (false, false) => Status::Unreachable,
        }
    }

    /// True where packets are delivered there and back, past the same stateful appliances.
    #[must_use]
    pub fn is_accessible(&self) -> bool {
        match &self.ways {
            Ways::Routed { there, back } => there.holds() && back.holds(),
            Ways::Steered(steered) => steered.is_accessible(),
        }
    }
}

/// A tuple, fact or negation as it is written in questions.
pub struct Shown<'a, Value>(pub &'a Names, pub Value);

/// Writes `relation(cell, cell)`.
fn row(f: &mut fmt::Formatter<'_>, relation: &str, cells: &[&dyn fmt::Display]) -> fmt::Result {
    write!(f, "{relation}(")?;
    for (index, cell) in cells.iter().enumerate() {
        write!(f, "{}{cell}", if index == 0 { "" } else { ", " })?;
    }
    f.write_str(")")
}

/// A name, in quotes where it holds what would end it.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = |letter: char| !letter.is_whitespace() && !matches!(letter, ',' | '(' | ')' | '"');
        if !self.0.is_empty() && self.0.chars().all(is_plain) {
            f.write_str(self.0)
        } else {
            write!(f, "\"{}\"", self.0.replace('"', "\"\""))
        }
    }
}

impl fmt::Display for Shown<'_, Tuple> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |name: NameId| Quoted(self.0.text(name));
        let kind = |target: Target| if target.is_network() { "network" } else { "pool" };
        match self.1 {
            Tuple::Attached(router, target, prefix) => {
                row(f, "attached", &[&name(router), &kind(target), &name(target.name()), &prefix])
            }
            Tuple::Learned(router, from, prefix, number) => {
                row(f, "learned", &[&name(router), &name(from), &prefix, &number.display(self.0)])
            }
            Tuple::Relays(router) => row(f, "relays", &[&name(router)]),
            Tuple::NextHop(router, next, prefix) => {
                row(f, "next_hop", &[&name(router), &name(next), &prefix])
            }
            Tuple::Destination(target, part) => {
                row(f, "destination", &[&kind(target), &name(target.name()), &part])
            }
            Tuple::Arrives(router, target, part) => {
                row(f, "arrives", &[&name(router), &kind(target), &name(target.name()), &part])
            }
            Tuple::Forwards(router, next, part) => row(f, "forwards", &[&name(router), &name(next), &part]),
            Tuple::Delivered(router, target, part) => {
                row(f, "delivered", &[&name(router), &kind(target), &name(target.name()), &part])
            }
            Tuple::Returns(router, gateway, family) => {
                row(f, "returns", &[&name(router), &name(gateway), &family.word()])
            }
            Tuple::WayBack(gateway, network, family) => {
                row(f, "way_back", &[&name(gateway), &name(network), &family.word()])
            }
            Tuple::Advertised(gateway, class, prefix, reason) => {
                row(f, "advertised", &[&name(gateway), &class.word(), &prefix, &reason.word()])
            }
        }
    }
}

impl fmt::Display for Shown<'_, Fact> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cells: Vec<Box<dyn fmt::Display + '_>> = self.1.cells().map(|cell| shown(self.0, cell)).collect();
        row(f, self.1.name(), &cells.iter().map(|cell| &**cell).collect::<Vec<_>>())
    }
}

/// A value as it is written in questions; a client, a subnet, a route table and an appliance, whose names are not known
/// here, by their indexes.
fn shown(names: &Names, cell: Cell) -> Box<dyn fmt::Display + '_> {
    match cell {
        Cell::Network(name) => Box::new(Quoted(names.text(name))),
        Cell::Client(index) => Box::new(index),
        Cell::Prefix(prefix) => Box::new(prefix),
        Cell::Class(class) => Box::new(class.word()),
        Cell::Os(os) => Box::new(os.word()),
        Cell::Number(asn) => Box::new(asn.display(names)),
        Cell::Family(family) => Box::new(family.word()),
        Cell::Label(label) => Box::new(label.index()),
        Cell::Hop(hop) => Box::new(hop),
        Cell::Address(address) => Box::new(address),
    }
}

impl fmt::Display for Shown<'_, Negation> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |name: NameId| Quoted(self.0.text(name));
        match self.1 {
            Negation::Gateway(vnet) => row(f, "gateway", &[&name(vnet)]),
            Negation::PartlyPeered(hub, spoke) => row(f, "partly_peered", &[&name(hub), &name(spoke)]),
            Negation::DefaultRoute(prefix) => row(f, "default_route", &[&prefix]),
            Negation::HasAsn(router, number) => row(f, "asn", &[&name(router), &number.display(self.0)]),
            Negation::Refuses(router, prefix) => row(f, "refuses", &[&name(router), &prefix]),
            Negation::Withholds(router, target, prefix) => {
                let kind = if target.is_network() { "network" } else { "pool" };
                row(f, "withholds", &[&name(router), &kind, &name(target.name()), &prefix])
            }
            Negation::Attached(router, prefix) => row(f, "attached", &[&name(router), &"_", &"_", &prefix]),
            Negation::Beaten(router, entry, part) => row(f, "beaten", &[&name(router), &entry, &part]),
        }
    }
}
