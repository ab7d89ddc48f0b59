//! Every move of packets in a component in which route tables steer them, for proofs.

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::part::Component;
use super::steered::{Asked, fed, routers_for};
use crate::facts::ids::{Context, Machine, Node, PrefixId, Target};
use crate::names::NameId;
use crate::rules::ways;

/// What the rules derived about packets on their way.
pub(crate) struct Trace {
    /// The effective route of a context for a part.
    pub(crate) effective: FxHashMap<(Context, PrefixId), PrefixId>,
    steps: FxHashMap<(Node, PrefixId), Vec<Node>>,
    arrivals: FxHashMap<(Node, PrefixId), Vec<Target>>,
    delivers: FxHashSet<(Node, Target, PrefixId)>,
    avoids: FxHashSet<(Machine, Node, Target, PrefixId)>,
    /// Which networks each router attaches, by any of their prefixes.
    attached: FxHashSet<(NameId, NameId)>,
    relays: FxHashSet<NameId>,
}

impl Trace {
    /// Runs the rules over the ways between some gateways and some parts of networks.
    pub(crate) fn new(
        part: &Component<'_>,
        network_parts: &[(PrefixId, NameId)],
        gateways: &[NameId],
    ) -> Self {
        let asked = Asked::of(part, network_parts, gateways);
        let routers = routers_for::<()>(part, &asked, &[]);
        let (effective, program) = fed(part, &asked, &routers);
        let (steps, arrivals, delivers, avoids, ..) = program.run_with_hasher::<FxBuildHasher>();
        let attached = routers.attached.iter().filter(|row| row.1.is_network());
        let mut trace = Self {
            effective: effective.map(|row| ((row.0, row.2), row.1)).collect(),
            steps: FxHashMap::default(),
            arrivals: FxHashMap::default(),
            delivers: delivers.into_iter().map(|row| (row.0, row.1, row.2)).collect(),
            avoids: avoids.into_iter().map(|row| (row.0, row.1, row.2, row.3)).collect(),
            attached: attached.map(|row| (row.0, row.1.name())).collect(),
            relays: routers.relays.iter().map(|row| row.0).collect(),
        };
        for ways::Step(node, next, part) in steps {
            trace.steps.entry((node, part)).or_default().push(next);
        }
        for ways::ArrivesAt(node, target, part) in arrivals {
            trace.arrivals.entry((node, part)).or_default().push(target);
        }
        trace
    }

    /// Where packets for which part do something.
    pub(crate) fn moving(&self) -> impl Iterator<Item = (Node, PrefixId)> + '_ {
        self.steps.keys().chain(self.arrivals.keys()).copied()
    }

    /// Where a packet for the part goes on from the node.
    pub(crate) fn next(&self, node: Node, part: PrefixId) -> &[Node] {
        self.steps.get(&(node, part)).map_or(&[], Vec::as_slice)
    }

    /// Whom a packet for the part arrives at from the node.
    pub(crate) fn here(&self, node: Node, part: PrefixId) -> &[Target] {
        self.arrivals.get(&(node, part)).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn delivers(&self, node: Node, target: Target, part: PrefixId) -> bool {
        self.delivers.contains(&(node, target, part))
    }

    pub(crate) fn avoids(&self, machine: Machine, node: Node, target: Target, part: PrefixId) -> bool {
        self.avoids.contains(&(machine, node, target, part))
    }

    /// The routers that attach the network, as what sends answers from there.
    pub(crate) fn attaching(&self, network: NameId) -> impl Iterator<Item = Node> + '_ {
        let routers = self.attached.iter().filter(move |row| row.1 == network).map(|row| row.0);
        routers.map(|router| self.sender(router))
    }

    /// The router as a sender of packets of its own.
    pub(crate) fn sender(&self, router: NameId) -> Node {
        if self.relays.contains(&router) { Node::Router(router) } else { Node::Origin(router) }
    }
}
