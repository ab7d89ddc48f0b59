//! A diagram as a flowchart for Mermaid.

use std::fmt::Write;

use tunnelog::answer::Status;
use tunnelog::diagram::{Diagram, NodeKind};

use crate::cli::view::diagram::content::{Content, Sign, colour};
use crate::cli::view::label;
use crate::cli::view::look::{self, Dash, Shade, StatusLook, Stroke};

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
    for (stroke, style) in [
        (Stroke::Static, Dash::Dashed.pattern().map_or(String::new(), |it| format!("stroke-dasharray:{it}"))),
        (Stroke::Broken, format!("stroke:{}", Stroke::Broken.colours()[0])),
    ] {
        let is_of = |place: &usize| Stroke::of(diagram.edges[*place].kind) == stroke;
        let places: Vec<String> =
            (0..diagram.edges.len()).filter(is_of).map(|place| place.to_string()).collect();
        if !places.is_empty() {
            let _ = writeln!(text, "  linkStyle {} {style}", places.join(","));
        }
    }
    text.push_str("  classDef legend text-align:left,stroke-dasharray:2 4\n");
    for (sign, _) in &content.legend {
        if let Sign::Status(status) = *sign {
            let _ = writeln!(text, "  classDef {} {}", class(status), style(status));
        }
    }
    text
}

/// Black letters on a pale ground can be read on bright pages and on dark ones.
fn style(status: Status) -> String {
    let StatusLook { bright: Shade { ink, fill }, dash, width, .. } = look::status(status);
    let dashes = dash.pattern().map_or(String::new(), |it| format!(",stroke-dasharray:{it}"));
    format!("fill:{fill},stroke:{ink},color:#000000,stroke-width:{width}px{dashes}")
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
