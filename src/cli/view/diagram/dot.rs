//! A diagram as a graph for Graphviz.

use std::fmt::Write;

use petgraph::dot::{Config, Dot};
use petgraph::graph::{DiGraph, EdgeReference, NodeIndex};
use tunnelog::answer::Status;
use tunnelog::diagram::{Diagram, EdgeKind, Node, NodeKind};

use crate::cli::view::diagram::content::{Content, colour};
use crate::cli::view::label;
use crate::cli::view::look::{self, Shade, StatusLook, Stroke, StrokeLook};

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
        format!("label = {label} {}{}", shape(node.kind), colour(node).map_or(String::new(), fill))
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

fn fill(status: Status) -> String {
    let StatusLook { bright: Shade { ink, fill }, dash, width, .. } = look::status(status);
    let dash = dash.word();
    format!(", style=\"filled,{dash}\", fillcolor=\"{fill}\", color=\"{ink}\", penwidth={width}")
}

fn line(stroke: Stroke) -> String {
    let StrokeLook { width, dash, is_arrow, .. } = stroke.look();
    let head = if is_arrow { "forward" } else { "none" };
    let [colour, _] = stroke.colours();
    format!("dir={head}, penwidth={width}, style={}, color=\"{colour}\"", dash.word())
}
