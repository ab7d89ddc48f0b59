//! An inventory as a diagram: networks with their clients and appliances, joined by peerings and tunnels, with the state of each.
//!
//! A diagram says what is there and in which state, and nothing about how that is drawn.
//!
//! ```
//! use tunnelog::diagram::Diagram;
//! use tunnelog::diagnostic::Report;
//! use tunnelog::inventory::read_folder;
//! use tunnelog::topology::Topology;
//!
//! let inventory = read_folder("facts/spoke-without-transit".as_ref(), &mut Report::default()).unwrap();
//! let diagram = Diagram::of(&Topology::new(&inventory));
//! assert!(diagram.edges.iter().any(|edge| edge.kind.word() == "peering"));
//! ```

use std::collections::BTreeMap;

use crate::answer::{ReachRow, Status};
use crate::facts::ids::{Machine, Node as Place};
use crate::inventory::routing::Appliance;
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;
use crate::topology::{LinkState, PeeringState, Topology};

/// Networks and clients, and what joins them.
#[derive(Clone, Debug, Default)]
pub struct Diagram {
    /// The networks in the order of their names, the clients of each before it and its appliances behind it; the Internet last.
    pub nodes: Vec<Node>,
    /// What joins them: clients with their gateways first, then peerings, then tunnels, then appliances with their VNets, and ways out.
    pub edges: Vec<Edge>,
}

/// A network, or the clients or an appliance of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// The network; of clients, the VNet whose gateway they connect to, and of an appliance the one that it stands in.
    pub network: NameId,
    /// The address space, the client pool, or the addresses.
    pub prefixes: Vec<Prefix>,
    /// What the clients that are asked about can do here, the best first; several where destinations differ.
    pub statuses: Vec<Status>,
    /// True for the clients that are asked about.
    pub is_start: bool,
    /// How many networks that are joined with this one were left out.
    pub beyond: usize,
    /// The other VNets that the node stands for, as they are joined and reached alike.
    pub alike: Vec<NameId>,
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
    /// An on-premises site: Azure's local network gateway.
    Site {
        /// The autonomous system number, where stated.
        asn: Option<u32>,
        /// True where it forwards between its tunnels.
        transit: bool,
    },
    /// A VNet without a gateway.
    Vnet,
    /// An appliance that the inventory lists.
    Appliance {
        /// What it is called.
        name: LabelId,
        /// True where it drops connections of which it sees one direction only.
        stateful: bool,
    },
    /// The Internet, where clients are asked about and have rows of it.
    Internet,
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
            Self::Appliance { .. } => "appliance",
            Self::Internet => "internet",
        }
    }

    /// True for a VNet or a site.
    #[must_use]
    pub fn is_network(self) -> bool {
        matches!(self, Self::Gateway { .. } | Self::Site { .. } | Self::Vnet)
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
    pub kind: EdgeKind,
}

/// What joins two nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// Clients connect to a gateway.
    Clients,
    /// A peering or a tunnel, in its state.
    Link(LinkState),
    /// An appliance stands in a VNet.
    Appliance,
    /// Packets leave for the Internet.
    WayOut,
}

impl EdgeKind {
    /// The word at the line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Clients => "P2S",
            Self::Link(state) => state.word(),
            Self::Appliance => "appliance",
            Self::WayOut => "way out",
        }
    }

    /// True where packets can pass.
    #[must_use]
    pub fn is_up(self) -> bool {
        match self {
            Self::Clients | Self::Appliance | Self::WayOut => true,
            Self::Link(state) => state.is_up(),
        }
    }
}

/// A line of a node: what it is, its other end, and whether it leads there.
type Line = (EdgeKind, usize, bool);

/// What is the same of VNets that are alike: lines, statuses, and how many neighbours were left out.
type Likeness<'a> = (&'a [Line], Vec<&'static str>, usize);

/// Fewer VNets that are alike are drawn apart.
pub const FEWEST_ALIKE: usize = 4;

/// The statuses from the best to the worst.
const BEST_FIRST: [Status; 4] =
    [Status::Reachable, Status::NeedsRoute, Status::Blackhole, Status::Unreachable];

impl Diagram {
    /// The whole of an inventory.
    #[must_use]
    pub fn of(topology: &Topology<'_>) -> Self {
        let inventory = topology.inventory();
        let vnets = inventory.vnets.iter().map(|vnet| vnet.name);
        let mut networks: Vec<NameId> = vnets.chain(inventory.sites.iter().map(|site| site.name)).collect();
        networks.sort_unstable_by_key(|name| inventory.names.text(*name));
        let mut diagram = Self::default();
        let mut places = vec![usize::MAX; inventory.names.len()];
        let mut appliances: Vec<&Appliance> = inventory.appliances.iter().collect();
        appliances.sort_unstable_by_key(|row| inventory.labels.text(row.name));
        let mut inside = Vec::new();
        for network in networks {
            let pool = topology.client_pool(network);
            if !pool.is_empty() {
                diagram.add(NodeKind::Clients, network, pool);
                let place = diagram.nodes.len();
                diagram.edges.push(Edge { from: place - 1, to: place, kind: EdgeKind::Clients });
            }
            let place = diagram.nodes.len();
            places[network.index()] = place;
            diagram.add(kind(topology, network), network, topology.address_space(network));
            for row in appliances.iter().filter(|row| row.vnet == network) {
                let kind = EdgeKind::Appliance;
                inside.push(Edge { from: place, to: diagram.nodes.len(), kind });
                let addresses: Vec<Prefix> = row.addresses.iter().copied().map(Prefix::from).collect();
                let (name, stateful) = (row.name, row.stateful);
                diagram.add(NodeKind::Appliance { name, stateful }, network, &addresses);
            }
        }
        let edge = |ends: (NameId, NameId), state: LinkState| {
            let (from, to) = (places[ends.0.index()], places[ends.1.index()]);
            Edge { from, to, kind: EdgeKind::Link(state) }
        };
        let peerings = topology.peerings().map(|(link, _)| {
            let is_hub_first = link.state == LinkState::Peering(PeeringState::Transit);
            let ends = if is_hub_first { link.ends } else { gateway_first(topology, link.ends) };
            edge(ends, link.state)
        });
        let mut peerings: Vec<Edge> = peerings.collect();
        peerings.sort_by_key(|edge| (edge.from, edge.to));
        let tunnels = topology.tunnel_links().map(|(link, _)| {
            // Sites stand last, as whatever is drawn goes from the clients to the outside.
            let end = |name: NameId| (topology.is_site(name), places[name.index()]);
            let (from, to) = link.ends;
            edge(if end(to) < end(from) { (to, from) } else { (from, to) }, link.state)
        });
        let mut tunnels: Vec<Edge> = tunnels.collect();
        tunnels.sort_by_key(|edge| (edge.from, edge.to));
        diagram.edges.extend(peerings.into_iter().chain(tunnels).chain(inside));
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
            alike: Vec::new(),
        });
    }

    /// The diagram with one node for VNets that are alike: without a gateway, with the same lines to the same nodes, and with the same
    /// statuses. Fewer than [`FEWEST_ALIKE`] stay apart, and so do those that `expands` says of, or of a neighbour.
    #[must_use]
    pub fn folded(&self, expands: impl Fn(NameId) -> bool) -> Self {
        let mut lines: Vec<Vec<Line>> = vec![Vec::new(); self.nodes.len()];
        for edge in &self.edges {
            lines[edge.from].push((edge.kind, edge.to, true));
            lines[edge.to].push((edge.kind, edge.from, false));
        }
        for own in &mut lines {
            own.sort_unstable();
        }
        let mut groups: BTreeMap<Likeness<'_>, Vec<usize>> = BTreeMap::new();
        for (place, node) in self.nodes.iter().enumerate() {
            let near = lines[place].iter().map(|(_, other, _)| self.nodes[*other].network);
            let stays = lines[place].is_empty() || near.chain([node.network]).any(&expands);
            if node.kind == NodeKind::Vnet && !stays {
                let statuses = node.statuses.iter().map(|status| status.word()).collect();
                groups.entry((&lines[place], statuses, node.beyond)).or_default().push(place);
            }
        }
        let mut moved: Vec<Option<usize>> = vec![Some(0); self.nodes.len()];
        let mut alike: BTreeMap<usize, Vec<NameId>> = BTreeMap::new();
        for places in groups.into_values().filter(|places| places.len() >= FEWEST_ALIKE) {
            alike.insert(places[0], places[1..].iter().map(|place| self.nodes[*place].network).collect());
            for place in &places[1..] {
                moved[*place] = None;
            }
        }
        let mut folded = Self::default();
        for (place, node) in self.nodes.iter().enumerate() {
            if moved[place].is_some() {
                moved[place] = Some(folded.nodes.len());
                let alike = alike.remove(&place).unwrap_or_default();
                folded.nodes.push(Node { alike, ..node.clone() });
            }
        }
        let edge = |edge: &Edge| Some(Edge { from: moved[edge.from]?, to: moved[edge.to]?, kind: edge.kind });
        folded.edges = self.edges.iter().filter_map(edge).collect();
        folded
    }

    /// The networks that are no more than `hops` peerings and tunnels away from one of `centres`, in whatever state
    /// those are, with their clients. `topology` is what the diagram was made from.
    #[must_use]
    pub fn around(&self, topology: &Topology<'_>, centres: &[NameId], hops: usize) -> Self {
        let near = topology.around(centres, hops);
        let mut moved = vec![None; self.nodes.len()];
        let mut kept = Self::default();
        for (place, node) in
            self.nodes.iter().enumerate().filter(|(_, node)| near.contains_key(&node.network))
        {
            moved[place] = Some(kept.nodes.len());
            let is_left_out = |other: &&NameId| !near.contains_key(*other);
            let left_out = if node.kind.is_network() {
                topology.neighbours(node.network).iter().filter(is_left_out).count()
            } else {
                0
            };
            kept.nodes.push(Node { beyond: node.beyond + left_out, ..node.clone() });
        }
        let edge = |edge: &Edge| Some(Edge { from: moved[edge.from]?, to: moved[edge.to]?, kind: edge.kind });
        kept.edges = self.edges.iter().filter_map(edge).collect();
        kept
    }

    /// Takes down what clients of the gateway in `gateway` can do, as `rows` say.
    pub fn answered(&mut self, gateway: NameId, rows: &[ReachRow]) {
        for node in &mut self.nodes {
            if node.kind == NodeKind::Clients {
                node.is_start = node.network == gateway;
            }
            if !node.kind.is_network() {
                continue;
            }
            let of_node = || rows.iter().filter(|row| row.network == node.network);
            let occurs = |status: &Status| of_node().any(|row| row.status == *status);
            node.statuses = BEST_FIRST.into_iter().filter(occurs).collect();
        }
    }

    /// Adds the Internet as `rows` tell of it, where they do: from the sites and appliances `leaving` packets go there.
    pub fn with_internet(&mut self, rows: &[ReachRow], leaving: &[Place]) {
        let of_internet = || rows.iter().filter(|row| row.network == NameId::INTERNET);
        if of_internet().next().is_none() {
            return;
        }
        let to = self.nodes.len();
        let occurs = |status: &Status| of_internet().any(|row| row.status == *status);
        let statuses = BEST_FIRST.into_iter().filter(occurs).collect();
        let leaves = |node: &Node| match node.kind {
            NodeKind::Appliance { name, .. } => leaving.contains(&Place::Machine(Machine::Listed(name))),
            // One that no row lists leaves from its VNet.
            kind => kind.is_network() && leaving.iter().any(|place| network_of(*place) == Some(node.network)),
        };
        let ways = self.nodes.iter().enumerate().filter(|(_, node)| leaves(node));
        let ways: Vec<Edge> = ways.map(|(from, _)| Edge { from, to, kind: EdgeKind::WayOut }).collect();
        self.add(NodeKind::Internet, NameId::INTERNET, &[]);
        self.nodes[to].statuses = statuses;
        self.edges.extend(ways);
    }

    /// How many networks there are.
    #[must_use]
    pub fn network_count(&self) -> usize {
        self.nodes.iter().filter(|node| node.kind.is_network()).count()
    }
}

/// The network that packets leave from; none for an appliance with a row of its own.
fn network_of(place: Place) -> Option<NameId> {
    match place {
        Place::Router(name) | Place::Origin(name) | Place::Machine(Machine::Assumed(name, _)) => Some(name),
        Place::Machine(Machine::Listed(_)) | Place::Subnet(_) => None,
    }
}

fn kind(topology: &Topology<'_>, network: NameId) -> NodeKind {
    if let Some(site) = topology.site(network) {
        return NodeKind::Site { asn: site.asn, transit: site.transit };
    }
    match topology.gateway(network) {
        Some(gateway) => NodeKind::Gateway { asn: gateway.asn() },
        None => NodeKind::Vnet,
    }
}

/// Two VNets, the one with a gateway first, and else by name.
fn gateway_first(topology: &Topology<'_>, (one, other): (NameId, NameId)) -> (NameId, NameId) {
    let key = |name: NameId| (!topology.has_gateway(name), topology.inventory().names.text(name));
    if key(one) <= key(other) { (one, other) } else { (other, one) }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::diagnostic::Report;
    use crate::inventory::{Inventory, read_folder};

    fn of(topology: &str) -> (Inventory, Diagram) {
        let folder = format!("{}/facts/{topology}", env!("CARGO_MANIFEST_DIR"));
        let inventory = read_folder(folder.as_ref(), &mut Report::default()).unwrap();
        let diagram = Diagram::of(&Topology::new(&inventory));
        (inventory, diagram)
    }

    fn texts(inventory: &Inventory, diagram: &Diagram) -> Vec<String> {
        let end = |place: usize| {
            let node = &diagram.nodes[place];
            let name = inventory.names.text(node.network);
            if node.kind == NodeKind::Clients { format!("clients of {name}") } else { name.to_owned() }
        };
        let text = |edge: &Edge| format!("{} {} {}", end(edge.from), edge.kind.word(), end(edge.to));
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
        let topology = Topology::new(&inventory);
        let near = diagram.around(&topology, &[centre], 1);
        assert_eq!(
            texts(&inventory, &near),
            ["clients of VNet1 P2S VNet1", "VNet1 BGP VNet2", "VNet2 BGP VNet3"]
        );
        let beyond: Vec<usize> = near.nodes.iter().map(|node| node.beyond).collect();
        assert_eq!(beyond, [0, 0, 0, 1], "Site1 hangs on VNet3");
        assert_eq!(diagram.around(&topology, &[centre], 2).nodes, diagram.nodes);
        assert_eq!(diagram.around(&topology, &[centre], 0).nodes.len(), 1);
    }

    #[test]
    fn spokes_that_are_alike_are_one_node_until_they_are_opened() {
        let place = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(place.path().join(name), text).unwrap();
        let spokes = ["S1", "S2", "S3", "S4", "S5"];
        let mut vnets = String::from("name,address_space\nHub,10.0.0.0/16\nOther,10.99.0.0/16\n");
        let mut peerings = String::from("vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\n");
        for (number, spoke) in spokes.iter().enumerate() {
            writeln!(vnets, "{spoke},10.{}.0.0/16", number + 1).unwrap();
            writeln!(peerings, "Hub,{spoke},true,false\n{spoke},Hub,false,true").unwrap();
        }
        // S5 has another neighbour besides.
        peerings.push_str("S5,Other,false,false\nOther,S5,false,false\n");
        write("vnets.csv", &vnets);
        write("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\n");
        write("peerings.csv", &peerings);
        let inventory = read_folder(place.path(), &mut Report::default()).unwrap();
        let topology = Topology::new(&inventory);
        let whole = Diagram::of(&topology);
        let folded = whole.folded(|_| false);
        let expected = [
            "clients of Hub P2S Hub",
            "Hub gateway transit S1",
            "Hub gateway transit S5",
            "Other peering S5",
        ];
        assert_eq!(texts(&inventory, &folded), expected);
        let name = |text: &str| inventory.names.get(text).unwrap();
        let stands_for: Vec<&[NameId]> = folded.nodes.iter().map(|node| &node.alike[..]).collect();
        assert_eq!(stands_for[2..4], [&[][..], &[name("S2"), name("S3"), name("S4")][..]]);
        for opened in ["Hub", "S2"] {
            // Of four alike, three are too few once one is opened.
            assert_eq!(whole.folded(|network| network == name(opened)).nodes, whole.nodes, "{opened}");
        }
        // Another status is another outcome.
        let mut answered = whole.clone();
        for node in &mut answered.nodes {
            node.statuses =
                vec![if node.network == name("S4") { Status::Blackhole } else { Status::Reachable }];
        }
        assert_eq!(answered.folded(|_| false).nodes.len(), whole.nodes.len());
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
        let diagram = Diagram::of(&Topology::new(&inventory));
        let expected = [
            "Hub one-sided peering A",
            "Hub peering not connected B",
            "Hub peering without access C",
            "A connection without gateway S2",
            "Basic BGP without session Hub",
            "Hub BGP S1",
            "Hub static S2",
            "Hub static S2",
            "Hub connection down S3",
        ];
        assert_eq!(texts(&inventory, &diagram), expected);
        assert_eq!(diagram.edges.iter().filter(|edge| !edge.kind.is_up()).count(), 5);
    }
}
