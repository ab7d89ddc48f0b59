//! Evidence about packets that route tables steer: everywhere that a packet can come to, and what it does there.
//!
//! A walk is complete: it holds the node where the packet starts, and with each node every move that the packet may make
//! from there. So it shows at once that a packet arrives, that it does not, and which appliances it passes or gets around.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::ids::{Context, Direction, Machine, Node, Target};
use crate::prefix::Prefix;
use crate::rule::clauses;

clauses! {
    /// The clauses by which packets move where route tables steer them.
    Clause
    ToAppliance "to-appliance" "A user route leads to an appliance whose address is in reach."
    ToGateway "to-gateway" "A user route leads to the gateway that the VNet has or uses."
    VnetLocal "vnet-local" "A user route leads into the VNet itself."
    BySystemRoute "by-system-route" "A route of the VNet or of a peering leads there directly."
    ByGatewayRoute "by-gateway-route" "A route of the gateway leads to it."
    ByInternetRoute "by-internet-route" "A user route leads to the Internet."
    BySystemDefault "by-system-default" "What no other route covers leaves for the Internet by Azure's own default route."
    GatewayToAppliance "gateway-to-appliance" "A user route of GatewaySubnet leads to an appliance in the place of an attached network."
    GatewayVnetLocal "gateway-vnet-local" "A user route of GatewaySubnet leads into the gateway's VNet."
    ArrivesAttached "arrives-attached" "A packet has arrived where the deciding entry is attached and no user route takes its place."
    ArrivesAtPool "arrives-at-pool" "A packet for a client has arrived at the client's gateway."
    LeavesBySite "leaves-by-site" "A packet for the Internet leaves at a site that owns the default route which decides."
    ArrivesFromItself "arrives-from-itself" "What starts at a site that does not relay arrives there as what comes to it does."
    Forwards "forwards" "A router sends a packet to any neighbour that the deciding entry leads to."
    ForwardsOwn "forwards-own" "A site that does not relay forwards only what starts at itself."
}

/// Where a move leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Onward {
    /// On to another node.
    To(Node),
    /// To the target: the packet has arrived there.
    Arrives(Target),
}

/// Something that a packet may do at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Move {
    /// By which clause.
    pub clause: Clause,
    /// Whose effective routes decide: those of a VNet's subnets with that route table; none where a router's table does.
    pub context: Option<Context>,
    /// The route that decides.
    pub entry: Prefix,
    /// Where it leads.
    pub onward: Onward,
}

/// A node that a packet may come to, with all that it may do there: nothing where it is dropped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stop {
    /// The node.
    pub node: Node,
    /// The moves, sorted.
    pub moves: Vec<Move>,
}

/// Everywhere that a packet can come to, the nearest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Walk {
    /// What the packet is for.
    pub target: Target,
    /// The part of the target's prefixes that it is for.
    pub destination: Prefix,
    /// The nodes; the packet starts at the first.
    pub stops: Vec<Stop>,
}

/// A stateful appliance that some way passes in one direction, and some way in the other gets around.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OneWay {
    /// The appliance.
    pub machine: Machine,
    /// The direction in which it is passed.
    pub passed: Direction,
    /// The part of the client pool that the way back is for.
    pub client: Prefix,
}

/// Answers from one node where they may start.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Answers {
    /// Where they start.
    pub start: Node,
    /// A walk to each part of the client pool that is of the destination's address family, in order.
    pub walks: Vec<Walk>,
    /// The appliances that see one direction only, where all walks there and back arrive.
    pub one_way: Vec<OneWay>,
}

/// How packets fare where route tables steer them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Steered {
    /// The way of packets from the gateway to the network.
    pub there: Walk,
    /// The answers, by where they may start; none where clients have no address of the family.
    pub back: Vec<Answers>,
}

impl Walk {
    /// The moves at a node.
    #[must_use]
    pub fn moves(&self, node: Node) -> &[Move] {
        self.stops.iter().find(|stop| stop.node == node).map_or(&[], |stop| &stop.moves)
    }

    /// The appliances that the packet may come to, whether or not it arrives.
    pub fn machines(&self) -> impl Iterator<Item = Machine> + '_ {
        self.stops.iter().filter_map(|stop| match stop.node {
            Node::Machine(machine) => Some(machine),
            _ => None,
        })
    }

    /// Where the packet leaves for the Internet.
    pub fn leaving(&self) -> impl Iterator<Item = Node> + '_ {
        let leaves = |step: &Move| step.onward == Onward::Arrives(Target::INTERNET);
        self.stops.iter().filter(move |stop| stop.moves.iter().any(leaves)).map(|stop| stop.node)
    }

    /// True where the packet may arrive.
    #[must_use]
    pub fn arrives(&self) -> bool {
        self.stops.first().is_some_and(|stop| self.reaches(stop.node, None))
    }

    /// True where the packet gets to the target from a node of the walk, without passing the appliance where one is given.
    pub(super) fn reaches(&self, from: Node, without: Option<Machine>) -> bool {
        let is_without = |node: Node| without.map(Node::Machine) == Some(node);
        if is_without(from) {
            return false;
        }
        let mut seen = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(node) = open.pop() {
            for step in self.moves(node) {
                match step.onward {
                    Onward::Arrives(target) if target == self.target => return true,
                    Onward::To(next) if !is_without(next) && seen.insert(next) => {
                        open.push(next);
                    }
                    _ => {}
                }
            }
        }
        false
    }

    /// The shortest way that arrives, without passing an appliance where one is given; the first among equals.
    #[must_use]
    pub fn shortest(&self, without: Option<Machine>) -> Option<Vec<(Node, Move)>> {
        self.way(self.stops.first()?.node, without)
    }

    /// The shortest way that arrives and passes the appliance.
    #[must_use]
    pub fn through(&self, machine: Machine) -> Option<Vec<(Node, Move)>> {
        let node = Node::Machine(machine);
        let start = self.stops.first()?.node;
        let to_machine = |onward: &Onward| *onward == Onward::To(node);
        // What comes back from the Internet may start at the appliance itself.
        let mut way = if start == node { Vec::new() } else { self.leading_to(start, to_machine, None)? };
        way.extend(self.way(node, None)?);
        Some(way)
    }

    fn way(&self, from: Node, without: Option<Machine>) -> Option<Vec<(Node, Move)>> {
        self.leading_to(from, |onward| *onward == Onward::Arrives(self.target), without)
    }

    /// The shortest way from a node whose last move is as wanted.
    fn leading_to(
        &self,
        from: Node,
        is_wanted: impl Fn(&Onward) -> bool,
        without: Option<Machine>,
    ) -> Option<Vec<(Node, Move)>> {
        let mut ways: BTreeMap<Node, Vec<(Node, Move)>> = BTreeMap::from([(from, Vec::new())]);
        let mut open = std::collections::VecDeque::from([from]);
        while let Some(node) = open.pop_front() {
            for step in self.moves(node) {
                let way = || [&ways[&node][..], &[(node, *step)]].concat();
                if is_wanted(&step.onward) {
                    return Some(way());
                }
                let Onward::To(next) = step.onward else { continue };
                let is_avoided = without.is_some_and(|machine| next == Node::Machine(machine));
                if !is_avoided && !ways.contains_key(&next) {
                    let way = way();
                    ways.insert(next, way);
                    open.push_back(next);
                }
            }
        }
        None
    }

    /// The same walk, where it is for `old`, for `new`.
    fn about(&self, old: Prefix, new: Prefix) -> Self {
        let destination = if self.destination == old { new } else { self.destination };
        Self { destination, ..self.clone() }
    }
}

impl Steered {
    /// True where packets arrive at the network.
    #[must_use]
    pub fn there_holds(&self) -> bool {
        self.there.arrives()
    }

    /// True where some start gets answers to every client.
    #[must_use]
    pub fn back_holds(&self) -> bool {
        self.back.iter().any(Answers::arrive)
    }

    /// True where packets arrive there and back, past the same stateful appliances.
    #[must_use]
    pub fn is_accessible(&self) -> bool {
        self.there_holds() && self.best().is_some_and(|answers| answers.one_way.is_empty())
    }

    /// The answers that get back, by the start where nothing stands in their way before others.
    #[must_use]
    pub fn best(&self) -> Option<&Answers> {
        let arriving = || self.back.iter().filter(|answers| answers.arrive());
        arriving().find(|answers| answers.one_way.is_empty()).or_else(|| arriving().next())
    }

    /// The same where it is about a packet for `old`, about one for `new`.
    #[must_use]
    pub fn about(&self, old: Prefix, new: Prefix) -> Self {
        Self { there: self.there.about(old, new), back: self.back.clone() }
    }
}

impl Answers {
    /// True where every client gets them.
    #[must_use]
    pub fn arrive(&self) -> bool {
        self.walks.iter().all(Walk::arrives)
    }
}
