//! Every move of packets in a component in which route tables steer them, for proofs.

use std::collections::BTreeSet;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::part::Component;
use super::steered::{Asked, Subnets, fed, routers_for};
use crate::facts::ids::{Context, Machine, Node, PrefixId, Target};
use crate::names::NameId;
use crate::prefix::Prefix;
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
    subnets: Subnets,
    /// Where user routes take the place of the routes of private endpoints, and for which addresses.
    yielded: FxHashSet<(Context, NameId, Prefix)>,
}

impl Trace {
    /// Runs the rules over the ways between some gateways and some parts of networks.
    pub(crate) fn new(
        part: &Component<'_>,
        network_parts: &[(PrefixId, NameId)],
        gateways: &[NameId],
    ) -> Self {
        let asked = Asked::of(part, network_parts, gateways).with_other_holders(part);
        let routers = routers_for::<()>(part, &asked, &[]);
        let (yielded, effective, program) = fed(part, &asked, &routers);
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
            subnets: Subnets::new(part),
            yielded: yielded.into_iter().map(|row| (row.0, row.1, part.table.prefix(row.2))).collect(),
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

    /// True where a user route of the context takes the place of the private endpoint's route.
    pub(crate) fn yields(&self, context: Context, endpoint: NameId, address: Prefix) -> bool {
        self.yielded.contains(&(context, endpoint, address))
    }

    /// What a machine at an address, or a sender in a prefix, of the VNet sends by.
    pub(crate) fn context(&self, vnet: NameId, inner: Prefix) -> Context {
        self.subnets.at(vnet, inner)
    }

    /// Where answers of the network from the part start: those of the Internet where packets of the gateway's clients leave.
    pub(crate) fn starts(
        &self,
        part: &Component<'_>,
        gateway: NameId,
        network: NameId,
        id: PrefixId,
    ) -> BTreeSet<Node> {
        if network == NameId::INTERNET {
            let leaves = |node: &Node| self.here(*node, id).contains(&Target::INTERNET);
            let left = self.reached(Node::Router(gateway), id).into_iter().filter(leaves);
            let sender = |node| if let Node::Router(router) = node { self.sender(router) } else { node };
            return left.map(sender).collect();
        }
        let prefix = part.table.prefix(id);
        let mut around = prefix.and_wider().filter_map(|wider| part.table.id(wider));
        if around.any(|id| part.listed.position((id, network)).is_some()) {
            return BTreeSet::from([Node::Subnet(self.context(network, prefix))]);
        }
        let routers = self.attached.iter().filter(|row| row.1 == network).map(|row| row.0);
        routers.map(|router| self.sender(router)).collect()
    }

    /// Appliances on the paths from the node on which packets for the part arrive at the target.
    pub(crate) fn passed(
        &self,
        start: Node,
        target: Target,
        id: PrefixId,
    ) -> impl Iterator<Item = Machine> + '_ {
        let reached = self.reached(start, id).into_iter();
        reached.filter(move |node| self.delivers(*node, target, id)).filter_map(|node| match node {
            Node::Machine(machine) => Some(machine),
            _ => None,
        })
    }

    /// Everywhere that a packet for the part can come to, the start among it.
    fn reached(&self, start: Node, id: PrefixId) -> Vec<Node> {
        let mut seen = FxHashSet::from_iter([start]);
        let mut all = vec![start];
        let mut place = 0;
        while let Some(node) = all.get(place).copied() {
            all.extend(self.next(node, id).iter().copied().filter(|next| seen.insert(*next)));
            place += 1;
        }
        all
    }

    /// The router as a sender of packets of its own.
    fn sender(&self, router: NameId) -> Node {
        if self.relays.contains(&router) { Node::Router(router) } else { Node::Origin(router) }
    }
}
