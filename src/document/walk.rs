//! The shape of walks: everywhere that a packet can come to where route tables steer it, and what it does there.

use crate::facts::ids::{Context, Node, Target};
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::proof::{Move, Onward, Stop, Walk};
use serde::Serialize;

/// A walk.
#[derive(Clone, Debug, Serialize)]
pub(super) struct WalkShape<'a> {
    target: &'static str,
    of: &'a str,
    destination: String,
    arrives: bool,
    stops: Vec<StopShape<'a>>,
}

/// A node with all moves that a packet may make there: none where it is dropped.
#[derive(Clone, Debug, Serialize)]
struct StopShape<'a> {
    #[serde(flatten)]
    node: NodeShape<'a>,
    moves: Vec<MoveShape<'a>>,
}

/// Where a packet is.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "at", rename_all = "kebab-case")]
enum NodeShape<'a> {
    /// A gateway or a site.
    Router {
        router: &'a str,
    },
    /// A site that does not relay, as the sender of its own packets.
    Sender {
        router: &'a str,
    },
    Appliance {
        appliance: String,
    },
    /// The subnets of a VNet that have the route table, or none.
    Subnets {
        vnet: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        route_table: Option<&'a str>,
    },
}

/// A move, with the route that decides.
#[derive(Clone, Debug, Serialize)]
struct MoveShape<'a> {
    rule: &'static str,
    prefix: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    route_table: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<NodeShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arrives: Option<Arrival<'a>>,
}

/// Whom a packet has arrived at.
#[derive(Clone, Debug, Serialize)]
struct Arrival<'a> {
    target: &'static str,
    of: &'a str,
}

/// Names what walks are about.
pub(super) struct Shaper<'a>(pub(super) &'a Inventory);

impl<'a> Shaper<'a> {
    fn name(&self, name: NameId) -> &'a str {
        self.0.names.text(name)
    }

    pub(super) fn walk(&self, walk: &Walk) -> WalkShape<'a> {
        WalkShape {
            target: kind(walk.target),
            of: self.name(walk.target.name()),
            destination: walk.destination.to_string(),
            arrives: walk.arrives(),
            stops: walk.stops.iter().map(|stop| self.stop(stop)).collect(),
        }
    }

    fn stop(&self, stop: &Stop) -> StopShape<'a> {
        StopShape {
            node: self.node(stop.node),
            moves: stop.moves.iter().map(|step| self.step(step)).collect(),
        }
    }

    fn table(&self, context: Context) -> Option<&'a str> {
        context.table.map(|table| self.0.labels.text(table))
    }

    fn node(&self, node: Node) -> NodeShape<'a> {
        match node {
            Node::Router(router) => NodeShape::Router { router: self.name(router) },
            Node::Origin(router) => NodeShape::Sender { router: self.name(router) },
            Node::Machine(machine) => NodeShape::Appliance { appliance: machine.text(self.0) },
            Node::Subnet(context) => {
                NodeShape::Subnets { vnet: self.name(context.vnet), route_table: self.table(context) }
            }
        }
    }

    fn step(&self, step: &Move) -> MoveShape<'a> {
        let (to, arrives) = match step.onward {
            Onward::To(node) => (Some(self.node(node)), None),
            Onward::Arrives(target) => {
                (None, Some(Arrival { target: kind(target), of: self.name(target.name()) }))
            }
        };
        let route_table = step.context.and_then(|context| self.table(context));
        MoveShape { rule: step.clause.id(), prefix: step.entry.to_string(), route_table, to, arrives }
    }
}

/// What the target is, in a word.
pub(super) fn kind(target: Target) -> &'static str {
    if target.is_network() { "network" } else { "pool" }
}
