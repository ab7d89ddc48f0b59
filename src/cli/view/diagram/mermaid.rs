//! A diagram as a flowchart for Mermaid.

use std::fmt::Write;

use tunnelog::answer::Status;
use tunnelog::diagram::{Diagram, NodeKind};

use crate::cli::view::diagram::content::{Content, Sign, Stroke, colour};
use crate::cli::view::label;

/// Black letters on a pale ground can be read on bright pages and on dark ones.
const STYLES: [(Status, &str); 4] = [
    (Status::Reachable, "fill:#b8e6d6,stroke:#009e73,color:#000000"),
    (Status::NeedsRoute, "fill:#cfe8f7,stroke:#0072b2,color:#000000"),
    (Status::Blackhole, "fill:#f7d3bd,stroke:#d55e00,color:#000000,stroke-width:3px"),
    (Status::Unreachable, "fill:#e4e4e4,stroke:#767676,color:#000000,stroke-dasharray:4 3"),
];

pub(crate) fn text(diagram: &Diagram, content: &Content) -> String {
    let mut text = String::from("flowchart LR\n");
    // Writing to a string does not fail.
    for (place, (node, lines)) in diagram.nodes.iter().zip(&content.nodes).enumerate() {
        let class = colour(node).map_or(String::new(), |status| format!(":::{}", class(status)));
        let _ = writeln!(text, "  n{place}{}{class}", shape(node.kind, lines));
    }
    for edge in &diagram.edges {
        let word = label::mermaid(&[edge.kind.word().to_owned()]);
        let _ = writeln!(text, "  n{} {}|{word}| n{}", edge.from, line(Stroke::of(edge.kind)), edge.to);
    }
    let _ = writeln!(text, "  legend[{}]:::legend", label::mermaid(&content.legend_in_words()));
    let is_dashed = |place: &usize| Stroke::of(diagram.edges[*place].kind) == Stroke::Static;
    let dashed: Vec<String> =
        (0..diagram.edges.len()).filter(is_dashed).map(|place| place.to_string()).collect();
    if !dashed.is_empty() {
        let _ = writeln!(text, "  linkStyle {} stroke-dasharray:9 4", dashed.join(","));
    }
    text.push_str("  classDef legend text-align:left,stroke-dasharray:2 4\n");
    for (status, style) in STYLES {
        if content.legend.iter().any(|(sign, _)| *sign == Sign::Status(status)) {
            let _ = writeln!(text, "  classDef {} {style}", class(status));
        }
    }
    text
}

fn shape(kind: NodeKind, lines: &[String]) -> String {
    let (open, close) = match kind {
        NodeKind::Clients => ("([", "])"),
        NodeKind::Gateway { .. } => ("[[", "]]"),
        NodeKind::Site { .. } => ("{{", "}}"),
        NodeKind::Vnet => ("[", "]"),
        NodeKind::Appliance { .. } => ("[/", "/]"),
        NodeKind::Internet => ("((", "))"),
    };
    format!("{open}{}{close}", label::mermaid(lines))
}

fn line(stroke: Stroke) -> &'static str {
    match stroke {
        Stroke::Clients | Stroke::Peering | Stroke::Appliance => "---",
        Stroke::Transit | Stroke::WayOut => "-->",
        Stroke::Bgp | Stroke::Static => "===",
        Stroke::Broken => "-.-",
    }
}

/// The words of statuses, without what Mermaid takes for the beginning of a line.
fn class(status: Status) -> &'static str {
    match status {
        Status::Reachable => "reachable",
        Status::NeedsRoute => "needsRoute",
        Status::Blackhole => "blackhole",
        Status::Unreachable => "unreachable",
    }
}
