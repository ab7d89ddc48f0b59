//! A diagram as a graph for Graphviz.

use std::fmt::Write;

use petgraph::dot::{Config, Dot};
use petgraph::graph::{DiGraph, EdgeReference, NodeIndex};
use tunnelog::answer::Status;
use tunnelog::diagram::{Diagram, Link, NodeKind};

use super::super::label;
use super::content::{Content, Sign, Stroke, colour};

/// The place of a node, of the diagram or of the legend.
#[derive(Clone, Copy, Debug)]
enum Place {
    Diagram(usize),
    Legend(usize),
    LineEnd,
}

type Graph = DiGraph<Place, (Stroke, Option<Link>)>;

pub(super) fn text(diagram: &Diagram, content: &Content) -> String {
    let mut graph = Graph::new();
    let nodes: Vec<NodeIndex> =
        (0..diagram.nodes.len()).map(|place| graph.add_node(Place::Diagram(place))).collect();
    for edge in &diagram.edges {
        graph.add_edge(nodes[edge.from], nodes[edge.to], (Stroke::of(edge.link), Some(edge.link)));
    }
    for (place, (sign, _)) in content.legend.iter().enumerate() {
        let node = graph.add_node(Place::Legend(place));
        if let Sign::Line(stroke) = sign {
            let end = graph.add_node(Place::LineEnd);
            graph.add_edge(end, node, (*stroke, None));
        }
    }
    let of_node = |_: &Graph, (_, place): (NodeIndex, &Place)| match *place {
        Place::Diagram(place) => {
            let node = &diagram.nodes[place];
            let label = label::dot(&content.nodes[place]);
            format!("label = {label} {}{}", shape(node.kind), colour(node).map_or("", fill))
        }
        Place::Legend(place) => {
            let (sign, meaning) = &content.legend[place];
            let label = label::dot(std::slice::from_ref(meaning));
            let looks = match sign {
                Sign::Node(kind) => shape(*kind).to_owned(),
                Sign::Status(status) => format!("shape=box{}", fill(*status)),
                Sign::Line(_) => "shape=plaintext".to_owned(),
            };
            format!("label = {label} {looks}")
        }
        Place::LineEnd => "shape=point".to_owned(),
    };
    let of_edge = |_: &Graph, edge: EdgeReference<'_, (Stroke, Option<Link>)>| {
        let (stroke, link) = *edge.weight();
        let label = link
            .map_or_else(String::new, |link| format!("label = {} ", label::dot(&[link.word().to_owned()])));
        format!("{label}{}", line(stroke))
    };
    let config = [Config::EdgeNoLabel, Config::NodeNoLabel, Config::GraphContentOnly];
    let mut text = String::from("digraph {\n    rankdir=LR\n    node [fontname=\"sans-serif\"]\n");
    text.push_str("    edge [fontname=\"sans-serif\", fontsize=10]\n");
    // Writing to a string does not fail.
    let _ = write!(text, "{:?}", Dot::with_attr_getters(&graph, &config, &of_edge, &of_node));
    text.push_str("    subgraph cluster_legend {\n        label = \"Legend\"\n       ");
    for node in graph.node_indices().skip(nodes.len()) {
        let _ = write!(text, " {};", node.index());
    }
    text.push_str("\n    }\n}\n");
    text
}

fn shape(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Clients => "shape=box, style=\"rounded,filled\", fillcolor=white",
        NodeKind::Gateway { .. } => "shape=box, peripheries=2, style=filled, fillcolor=white",
        NodeKind::Site { .. } => "shape=house, style=filled, fillcolor=white",
        NodeKind::Vnet => "shape=box, style=filled, fillcolor=white",
    }
}

fn fill(status: Status) -> &'static str {
    match status {
        Status::Reachable => ", style=filled, fillcolor=\"#b8e6d6\", color=\"#009e73\"",
        Status::NeedsRoute => ", style=filled, fillcolor=\"#cfe8f7\", color=\"#0072b2\"",
        Status::Blackhole => ", style=filled, fillcolor=\"#f7d3bd\", color=\"#d55e00\", penwidth=3",
        Status::Unreachable => ", style=\"filled,dashed\", fillcolor=\"#e4e4e4\", color=\"#767676\"",
    }
}

fn line(stroke: Stroke) -> &'static str {
    match stroke {
        Stroke::Clients | Stroke::Peering => "dir=none",
        Stroke::Transit => "dir=forward",
        Stroke::Bgp => "dir=none, penwidth=3",
        Stroke::Static => "dir=none, penwidth=3, style=dashed",
        Stroke::Broken => "dir=none, style=dotted",
    }
}
