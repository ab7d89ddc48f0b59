//! An inventory as a diagram: networks and their clients, joined by peerings and tunnels, with the state of each.
//!
//! A diagram says what is there and in which state, and nothing about how that is drawn.
//!
//! ```
//! use tunnelog::diagram::{Diagram, Link, PeeringState};
//! use tunnelog::diagnostic::Report;
//! use tunnelog::facts::Facts;
//! use tunnelog::inventory::read_folder;
//!
//! let inventory = read_folder("facts/spoke-without-transit".as_ref(), &mut Report::default()).unwrap();
//! let diagram = Diagram::of(&inventory, &Facts::lower(&inventory));
//! assert!(diagram.edges.iter().any(|edge| edge.link == Link::Peering(PeeringState::Plain)));
//! ```

mod links;

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

pub use self::links::{Link, PeeringState, TunnelState};
use crate::answer::{ReachRow, Status};
use crate::facts::Facts;
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::prefix::Prefix;

/// Networks and clients, and what joins them.
#[derive(Clone, Debug, Default)]
pub struct Diagram {
    /// The networks in the order of their names, the clients of each before it.
    pub nodes: Vec<Node>,
    /// What joins them: clients with their gateways first, then peerings, then tunnels.
    pub edges: Vec<Edge>,
}

/// A network, or the clients of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// The network; of clients, the VNet whose gateway they connect to.
    pub network: NameId,
    /// The address space, or the client pool.
    pub prefixes: Vec<Prefix>,
    /// What the clients that are asked about can do here, the best first; several where destinations differ.
    pub statuses: Vec<Status>,
    /// True for the clients that are asked about.
    pub is_start: bool,
    /// How many networks that are joined with this one were left out.
    pub beyond: usize,
}

/// What a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Clients of a Point-to-Site gateway.
    Clients,
    /// A VNet with a VPN gateway.
    Gateway {
        /// The autonomous system number of the gateway.
        asn: u32,
    },
    /// An on-premises site.
    Site {
        /// The autonomous system number, where stated.
        asn: Option<u32>,
        /// True where it forwards between its tunnels.
        transit: bool,
    },
    /// A VNet without a gateway.
    Vnet,
}

impl NodeKind {
    /// The word for the kind.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Clients => "clients",
            Self::Gateway { .. } => "gateway",
            Self::Site { .. } => "site",
            Self::Vnet => "vnet",
        }
    }
}

/// What joins two nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The place of one end in [`Diagram::nodes`]; of a hub and its spoke, the hub.
    pub from: usize,
    /// The place of the other end.
    pub to: usize,
    /// What it is.
    pub link: Link,
}

/// The statuses from the best to the worst.
const BEST_FIRST: [Status; 4] =
    [Status::Reachable, Status::NeedsRoute, Status::Blackhole, Status::Unreachable];

impl Diagram {
    /// The whole of `inventory`, whose facts are `facts`.
    #[must_use]
    pub fn of(inventory: &Inventory, facts: &Facts) -> Self {
        let mut kinds: Vec<Option<NodeKind>> = vec![None; inventory.names.len()];
        let mut spaces: Vec<&[Prefix]> = vec![&[]; inventory.names.len()];
        let mut pools: Vec<&[Prefix]> = spaces.clone();
        for vnet in &inventory.vnets {
            kinds[vnet.name.index()] = Some(NodeKind::Vnet);
            spaces[vnet.name.index()] = &vnet.address_space;
        }
        for gateway in &inventory.gateways {
            kinds[gateway.vnet.index()] = Some(NodeKind::Gateway { asn: gateway.asn() });
            pools[gateway.vnet.index()] = &gateway.client_pool;
        }
        for site in &inventory.sites {
            kinds[site.name.index()] = Some(NodeKind::Site { asn: site.asn, transit: site.transit });
            spaces[site.name.index()] = &site.address_space;
        }
        let vnets = inventory.vnets.iter().map(|vnet| vnet.name);
        let mut networks: Vec<NameId> = vnets.chain(inventory.sites.iter().map(|site| site.name)).collect();
        networks.sort_unstable_by_key(|name| inventory.names.text(*name));
        let mut diagram = Self::default();
        let mut places = vec![usize::MAX; inventory.names.len()];
        for network in networks {
            let Some(kind) = kinds[network.index()] else { continue };
            let pool = pools[network.index()];
            if !pool.is_empty() {
                diagram.add(NodeKind::Clients, network, pool);
                let place = diagram.nodes.len();
                diagram.edges.push(Edge { from: place - 1, to: place, link: Link::Clients });
            }
            places[network.index()] = diagram.nodes.len();
            diagram.add(kind, network, spaces[network.index()]);
        }
        let place = |network: NameId| places[network.index()];
        let mut peerings = links::peerings(inventory, |network| {
            matches!(kinds[network.index()], Some(NodeKind::Gateway { .. }))
        });
        peerings.sort_by_key(|(one, other, _)| (place(*one), place(*other)));
        let mut tunnels = links::tunnels(inventory, facts);
        for (from, to, _) in &mut tunnels {
            // Sites stand last, as whatever is drawn goes from the clients to the outside.
            let end =
                |name: NameId| (matches!(kinds[name.index()], Some(NodeKind::Site { .. })), place(name));
            if end(*to) < end(*from) {
                std::mem::swap(from, to);
            }
        }
        tunnels.sort_by_key(|(from, to, _)| (place(*from), place(*to)));
        let peerings = peerings.into_iter().map(|(one, other, state)| (one, other, Link::Peering(state)));
        let tunnels = tunnels.into_iter().map(|(from, to, state)| (from, to, Link::Tunnel(state)));
        let joined = peerings.chain(tunnels);
        diagram.edges.extend(joined.map(|(one, other, link)| Edge {
            from: place(one),
            to: place(other),
            link,
        }));
        diagram
    }

    fn add(&mut self, kind: NodeKind, network: NameId, prefixes: &[Prefix]) {
        self.nodes.push(Node {
            kind,
            network,
            prefixes: prefixes.to_vec(),
            statuses: Vec::new(),
            is_start: false,
            beyond: 0,
        });
    }

    /// The networks that are no more than `hops` peerings and tunnels away from one of `centres`, in whatever state
    /// those are, with their clients.
    #[must_use]
    pub fn around(&self, centres: &[NameId], hops: usize) -> Self {
        let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for edge in self.edges.iter().filter(|edge| edge.link != Link::Clients) {
            neighbours[edge.from].push(edge.to);
            neighbours[edge.to].push(edge.from);
        }
        let mut distance: Vec<Option<usize>> = vec![None; self.nodes.len()];
        let mut waiting = VecDeque::new();
        for (place, node) in self.nodes.iter().enumerate() {
            if node.kind != NodeKind::Clients && centres.contains(&node.network) {
                distance[place] = Some(0);
                waiting.push_back((place, 0));
            }
        }
        while let Some((place, hop)) = waiting.pop_front() {
            if hop == hops {
                continue;
            }
            for next in &neighbours[place] {
                if distance[*next].is_none() {
                    distance[*next] = Some(hop + 1);
                    waiting.push_back((*next, hop + 1));
                }
            }
        }
        for edge in self.edges.iter().filter(|edge| edge.link == Link::Clients) {
            distance[edge.from] = distance[edge.to];
        }
        let mut moved = vec![None; self.nodes.len()];
        let mut kept = Self::default();
        for (place, node) in self.nodes.iter().enumerate().filter(|(place, _)| distance[*place].is_some()) {
            moved[place] = Some(kept.nodes.len());
            let left_out: FxHashSet<usize> =
                neighbours[place].iter().copied().filter(|next| distance[*next].is_none()).collect();
            kept.nodes.push(Node { beyond: node.beyond + left_out.len(), ..node.clone() });
        }
        let edge = |edge: &Edge| Some(Edge { from: moved[edge.from]?, to: moved[edge.to]?, link: edge.link });
        kept.edges = self.edges.iter().filter_map(edge).collect();
        kept
    }

    /// Takes down what clients of the gateway in `gateway` can do, as `rows` say.
    pub fn answered(&mut self, gateway: NameId, rows: &[ReachRow]) {
        for node in &mut self.nodes {
            if node.kind == NodeKind::Clients {
                node.is_start = node.network == gateway;
                continue;
            }
            let of_node = || rows.iter().filter(|row| row.network == node.network);
            let occurs = |status: &Status| of_node().any(|row| row.status == *status);
            node.statuses = BEST_FIRST.into_iter().filter(occurs).collect();
        }
    }

    /// How many networks there are.
    #[must_use]
    pub fn network_count(&self) -> usize {
        self.nodes.iter().filter(|node| node.kind != NodeKind::Clients).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Report;
    use crate::inventory::read_folder;

    fn of(topology: &str) -> (Inventory, Diagram) {
        let folder = format!("{}/facts/{topology}", env!("CARGO_MANIFEST_DIR"));
        let inventory = read_folder(folder.as_ref(), &mut Report::default()).unwrap();
        let diagram = Diagram::of(&inventory, &Facts::lower(&inventory));
        (inventory, diagram)
    }

    fn texts(inventory: &Inventory, diagram: &Diagram) -> Vec<String> {
        let end = |place: usize| {
            let node = &diagram.nodes[place];
            let name = inventory.names.text(node.network);
            if node.kind == NodeKind::Clients { format!("clients of {name}") } else { name.to_owned() }
        };
        let text = |edge: &Edge| format!("{} {} {}", end(edge.from), edge.link.word(), end(edge.to));
        diagram.edges.iter().map(text).collect()
    }

    #[test]
    fn a_hub_lends_its_gateway_and_others_are_peered() {
        let (inventory, diagram) = of("peered-vnets");
        let expected = [
            "clients of VNet1 P2S VNet1",
            "VNet1 gateway transit VNet2",
            "VNet1 gateway transit VNet4",
            "VNet2 peering VNet3",
        ];
        assert_eq!(texts(&inventory, &diagram), expected);
        assert_eq!(diagram.network_count(), 4);
    }

    #[test]
    fn what_is_around_a_network_tells_how_much_was_left_out() {
        let (inventory, diagram) = of("s2s-chain-branch-bgp");
        let centre = inventory.names.get("vnet2").unwrap();
        let near = diagram.around(&[centre], 1);
        assert_eq!(
            texts(&inventory, &near),
            ["clients of VNet1 P2S VNet1", "VNet1 BGP VNet2", "VNet2 BGP VNet3"]
        );
        let beyond: Vec<usize> = near.nodes.iter().map(|node| node.beyond).collect();
        assert_eq!(beyond, [0, 0, 0, 1], "Site1 hangs on VNet3");
        assert_eq!(diagram.around(&[centre], 2).nodes, diagram.nodes);
        assert_eq!(diagram.around(&[centre], 0).nodes.len(), 1);
    }

    #[test]
    fn every_state_of_peerings_and_tunnels_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write(
            "vnets.csv",
            "name,address_space\nHub,10.0.0.0/16\nA,10.1.0.0/16\nB,10.2.0.0/16\nC,10.3.0.0/16\nBasic,10.4.0.0/16\n",
        );
        write("gateways.csv", "vnet,client_pool,asn,sku\nHub,,65001,\nBasic,,65002,Basic\n");
        write("sites.csv", "name,address_space\nS1,10.101.0.0/16\nS2,10.102.0.0/16\nS3,10.103.0.0/16\n");
        write(
            "peerings.csv",
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,allow_vnet_access,state\n\
             A,Hub,false,true,true,Connected\n\
             Hub,B,true,false,true,Connected\nB,Hub,false,true,true,Initiated\n\
             Hub,C,true,false,true,Connected\nC,Hub,false,true,false,Connected\n",
        );
        write(
            "s2s.csv",
            "from,to,bgp,status\nS1,Hub,true,\nHub,S2,false,\nHub,S3,true,NotConnected\n\
             Hub,Basic,true,\nHub,S1,true,\nA,S2,false,\nHub,S2,false,\n",
        );
        let inventory = read_folder(folder.path(), &mut Report::default()).unwrap();
        let diagram = Diagram::of(&inventory, &Facts::lower(&inventory));
        let expected = [
            "Hub one-sided peering A",
            "Hub peering not connected B",
            "Hub peering without access C",
            "A tunnel without gateway S2",
            "Basic BGP without session Hub",
            "Hub BGP S1",
            "Hub static S2",
            "Hub static S2",
            "Hub tunnel down S3",
        ];
        assert_eq!(texts(&inventory, &diagram), expected);
        assert_eq!(diagram.edges.iter().filter(|edge| !edge.link.is_up()).count(), 5);
    }
}
