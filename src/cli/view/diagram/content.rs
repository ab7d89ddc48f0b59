//! What a diagram says, whatever it is written for: the lines of each label, and the legend.

use tunnelog::answer::Status;
use tunnelog::class::Class;
use tunnelog::diagram::{Diagram, Node, NodeKind};
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;
use tunnelog::prefix::Prefix;

use crate::cli::shell::screen::one_line;
use crate::cli::view::look::{Stroke, outline};
use crate::cli::view::words;

/// The clients that are asked about: their class and, of one client, its name.
pub(crate) struct Start {
    pub(crate) class: Class,
    pub(crate) client: Option<String>,
}

/// How many prefixes of a network, or names of those that are alike, a label has.
const MOST_PREFIXES: usize = 3;

/// How many letters of a name a label has.
const MOST_LETTERS: usize = 60;

/// What a line of the legend explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Node(NodeKind),
    Status(Status),
    Line(Stroke),
}

/// The texts of a diagram, in letters that nothing acts on.
pub(crate) struct Content {
    /// The lines of each node, the name first.
    pub(crate) nodes: Vec<Vec<String>>,
    /// What is to be explained, as far as it occurs.
    pub(crate) legend: Vec<(Sign, String)>,
}

impl Content {
    pub(crate) fn new(diagram: &Diagram, inventory: &Inventory, start: Option<&Start>) -> Self {
        let nodes = diagram.nodes.iter().map(|node| lines(node, inventory, start)).collect();
        Self { nodes, legend: legend(diagram) }
    }

    /// The legend in words, for what cannot place samples beside a drawing.
    pub(crate) fn legend_in_words(&self) -> Vec<String> {
        let line = |(sign, meaning): &(Sign, String)| match sign {
            Sign::Node(kind) => format!("{}: {meaning}", outline(*kind)),
            Sign::Status(_) => meaning.clone(),
            Sign::Line(stroke) => format!("{}: {meaning}", stroke.look().words),
        };
        std::iter::once("Legend".to_owned()).chain(self.legend.iter().map(line)).collect()
    }
}

/// The status that a node has the colour of: the worst.
pub(crate) fn colour(node: &Node) -> Option<Status> {
    node.statuses.last().copied()
}

fn lines(node: &Node, inventory: &Inventory, start: Option<&Start>) -> Vec<String> {
    let name = inventory.names.text(node.network);
    let first = match (node.kind, start.filter(|_| node.is_start)) {
        (NodeKind::Clients, Some(Start { client: Some(client), .. })) => client.clone(),
        (NodeKind::Clients, Some(start)) => format!("{} clients", words::clients(start.class).0),
        (NodeKind::Clients, None) => "P2S clients".to_owned(),
        (NodeKind::Appliance { name, .. }, _) => inventory.labels.text(name).to_owned(),
        _ => name.to_owned(),
    };
    if !node.alike.is_empty() {
        return lines_of_alike(node, inventory);
    }
    let mut lines = vec![shortened(&first)];
    let is_address = matches!(node.kind, NodeKind::Appliance { .. });
    let shown =
        |prefix: &Prefix| if is_address { prefix.net().addr().to_string() } else { prefix.to_string() };
    lines.extend(node.prefixes.iter().take(MOST_PREFIXES).map(shown));
    match node.prefixes.len().saturating_sub(MOST_PREFIXES) {
        0 => {}
        more => lines.push(format!("and {more} more")),
    }
    match node.kind {
        NodeKind::Gateway { asn } => lines.push(format!("VPN gateway, AS {asn}")),
        NodeKind::Site { asn, transit } => {
            lines.extend(asn.map(|asn| format!("AS {asn}")));
            lines.extend(transit.then(|| "forwards between its connections".to_owned()));
        }
        NodeKind::Appliance { stateful: false, .. } => lines.push("stateless".to_owned()),
        NodeKind::Clients | NodeKind::Vnet | NodeKind::Appliance { .. } | NodeKind::Internet => {}
    }
    lines.extend(outcome(node));
    lines
}

/// The lines of a node that stands for several VNets: how many, and the first of them.
fn lines_of_alike(node: &Node, inventory: &Inventory) -> Vec<String> {
    let names: Vec<NameId> = std::iter::once(node.network).chain(node.alike.iter().copied()).collect();
    let mut lines = vec![format!("{} VNets alike", names.len())];
    lines.extend(names.iter().take(MOST_PREFIXES).map(|name| shortened(inventory.names.text(*name))));
    lines.push(format!("and {} more", names.len() - MOST_PREFIXES));
    lines.extend(outcome(node));
    lines
}

/// What clients can do there, and what is left out.
fn outcome(node: &Node) -> Vec<String> {
    let status = |status: &Status| format!("{} {}", words::mark(*status), status.word());
    let mut lines: Vec<String> = node.statuses.iter().map(status).collect();
    match node.beyond {
        0 => {}
        1 => lines.push("… and 1 neighbour".to_owned()),
        more => lines.push(format!("… and {more} neighbours")),
    }
    lines
}

/// A name on one line, not too long for a label.
fn shortened(name: &str) -> String {
    let name = one_line(name);
    if name.chars().count() <= MOST_LETTERS {
        return name;
    }
    let mut short: String = name.chars().take(MOST_LETTERS - 1).collect();
    short.push('…');
    short
}

fn legend(diagram: &Diagram) -> Vec<(Sign, String)> {
    let kinds = [
        (NodeKind::Clients, "clients with their pool"),
        (NodeKind::Gateway { asn: 0 }, "VNet with a VPN gateway"),
        (NodeKind::Vnet, "VNet"),
        (NodeKind::Site { asn: None, transit: false }, "site"),
        (NodeKind::Internet, "the Internet"),
    ];
    let of_kind = |kind: NodeKind| diagram.nodes.iter().find(|node| node.kind.word() == kind.word());
    let kinds = kinds.into_iter().filter(|(kind, _)| of_kind(*kind).is_some());
    let is_appliance = |node: &&Node| matches!(node.kind, NodeKind::Appliance { .. });
    let appliance = diagram.nodes.iter().find(is_appliance).map(|node| (node.kind, "appliance"));
    let kinds = kinds.chain(appliance);
    let has_status = |status: Status| diagram.nodes.iter().any(|node| node.statuses.contains(&status));
    let statuses = words::LEGEND.into_iter().filter(|(status, _)| has_status(*status));
    let has_stroke = |stroke: &Stroke| diagram.edges.iter().any(|edge| Stroke::of(edge.kind) == *stroke);
    let strokes = Stroke::ALL.into_iter().filter(has_stroke);
    let kinds = kinds.map(|(kind, text)| (Sign::Node(kind), text.to_owned()));
    let statuses =
        statuses.map(|(status, text)| (Sign::Status(status), format!("{} {text}", words::mark(status))));
    let strokes = strokes.map(|stroke| (Sign::Line(stroke), stroke.look().meaning.to_owned()));
    kinds.chain(statuses).chain(strokes).collect()
}
