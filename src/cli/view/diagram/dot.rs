//! A diagram as a graph for Graphviz.

use std::fmt::Write;

use petgraph::dot::{Config, Dot};
use petgraph::graph::{DiGraph, EdgeReference, NodeIndex};
use tunnelog::answer::Status;
use tunnelog::diagram::{Diagram, EdgeKind, Node, NodeKind};

use crate::cli::view::diagram::content::{Content, Stroke, colour};
use crate::cli::view::label;

type Graph<'a> = DiGraph<(&'a Node, &'a [String]), EdgeKind>;

pub(crate) fn text(diagram: &Diagram, content: &Content) -> String {
    let mut graph = Graph::new();
    let nodes: Vec<NodeIndex> = (diagram.nodes.iter().zip(&content.nodes))
        .map(|(node, lines)| graph.add_node((node, lines)))
        .collect();
    for edge in &diagram.edges {
        graph.add_edge(nodes[edge.from], nodes[edge.to], edge.kind);
    }
    let of_node = |_: &Graph<'_>, (_, (node, lines)): (NodeIndex, &(&Node, &[String]))| {
        let label = label::dot(lines);
        format!("label = {label} {}{}", shape(node.kind), colour(node).map_or("", fill))
    };
    let of_edge = |_: &Graph<'_>, edge: EdgeReference<'_, EdgeKind>| {
        let word = label::dot(&[edge.weight().word().to_owned()]);
        format!("label = {word} {}", line(Stroke::of(*edge.weight())))
    };
    let config = [Config::EdgeNoLabel, Config::NodeNoLabel, Config::GraphContentOnly];
    let mut text = String::from("digraph {\n    rankdir=LR\n    node [fontname=\"sans-serif\"]\n");
    text.push_str("    edge [fontname=\"sans-serif\", fontsize=10]\n");
    // Writing to a string does not fail.
    let _ = write!(text, "{:?}", Dot::with_attr_getters(&graph, &config, &of_edge, &of_node));
    let legend = label::dot(&content.legend_in_words());
    let _ = writeln!(text, "    legend [ label = {legend} shape=note, fontsize=10]\n}}");
    text
}

fn shape(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Clients => "shape=box, style=\"rounded,filled\", fillcolor=white",
        NodeKind::Gateway { .. } => "shape=box, peripheries=2, style=filled, fillcolor=white",
        NodeKind::Site { .. } => "shape=hexagon, style=filled, fillcolor=white",
        NodeKind::Vnet => "shape=box, style=filled, fillcolor=white",
        NodeKind::Appliance { .. } => "shape=parallelogram, style=filled, fillcolor=white",
        NodeKind::Internet => "shape=circle, style=filled, fillcolor=white",
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
        Stroke::Clients | Stroke::Peering | Stroke::Appliance => "dir=none",
        Stroke::Transit | Stroke::WayOut => "dir=forward",
        Stroke::Bgp => "dir=none, penwidth=3",
        Stroke::Static => "dir=none, penwidth=3, style=dashed",
        Stroke::Broken => "dir=none, style=dotted",
    }
}
