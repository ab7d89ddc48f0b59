//! Every output beside the one table of looks.

use tunnelog::answer::Status;
use tunnelog::diagram::{Diagram, Edge, EdgeKind, Node, NodeKind};
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;
use tunnelog::topology::LinkState;

use crate::cli::view::diagram::content::Content;
use crate::cli::view::diagram::{dot, drawio, mermaid, svg};
use crate::cli::view::look;
use crate::cli::view::look::{Shade, Stroke};

/// A network of every status, and a line of every kind.
fn everything() -> (Diagram, Content) {
    let node = |kind, statuses| Node {
        kind,
        network: NameId::INTERNET,
        prefixes: Vec::new(),
        statuses,
        is_start: false,
        beyond: 0,
        alike: Vec::new(),
    };
    let nodes: Vec<Node> = Status::ALL.into_iter().map(|status| node(NodeKind::Vnet, vec![status])).collect();
    let links = LinkState::ALL.into_iter().map(EdgeKind::Link);
    let kinds = links.chain([EdgeKind::Clients, EdgeKind::Appliance, EdgeKind::WayOut]);
    let edges = kinds.map(|kind| Edge { from: 0, to: 1, kind }).collect();
    let diagram = Diagram { nodes, edges };
    let content = Content::new(&diagram, &Inventory::default(), None);
    (diagram, content)
}

#[test]
fn every_diagram_has_the_colours_frames_and_lines_of_the_table() {
    let (diagram, content) = everything();
    let all = [
        ("mermaid", mermaid::text(&diagram, &content)),
        ("dot", dot::text(&diagram, &content)),
        ("svg", svg::text(&diagram, &content).unwrap()),
        ("drawio", drawio::text(&diagram, &content).unwrap()),
    ];
    for (format, text) in &all {
        for status in Status::ALL {
            let status_look = look::status(status);
            let Shade { ink, fill } = status_look.bright;
            let (width, pattern) = (status_look.width, status_look.dash.pattern());
            let expected = match *format {
                "mermaid" => {
                    let dashes = pattern.map_or(String::new(), |it| format!(",stroke-dasharray:{it}"));
                    format!("fill:{fill},stroke:{ink},color:#000000,stroke-width:{width}px{dashes}\n")
                }
                "dot" => format!(
                    "style=\"filled,{}\", fillcolor=\"{fill}\", color=\"{ink}\", penwidth={width}",
                    status_look.dash.word()
                ),
                "svg" => {
                    let dashes = pattern.map_or(String::new(), |it| format!("; stroke-dasharray: {it}"));
                    format!(
                        ".{} {{ fill: {fill}; stroke: {ink}; stroke-width: {width}{dashes} }}",
                        status.word()
                    )
                }
                _ => {
                    let dashes = pattern.map_or(String::new(), |it| format!("dashed=1;dashPattern={it};"));
                    format!("fillColor={fill};strokeColor={ink};strokeWidth={width};{dashes}")
                }
            };
            assert!(text.contains(&expected), "{format}, {status:?}: {expected} in {text}");
        }
        for stroke in Stroke::ALL {
            let drawn = stroke.look();
            let head = if drawn.is_arrow { "forward" } else { "none" };
            let [colour, _] = stroke.colours();
            let expected = match *format {
                "mermaid" => match stroke {
                    Stroke::Static => "stroke-dasharray:9 4\n".to_owned(),
                    Stroke::Broken => format!("stroke:{colour}\n"),
                    _ if drawn.is_arrow => " -->|".to_owned(),
                    _ if drawn.width == "3" => " ===|".to_owned(),
                    _ => " ---|".to_owned(),
                },
                "dot" => format!(
                    "dir={head}, penwidth={}, style={}, color=\"{colour}\"",
                    drawn.width,
                    drawn.dash.word()
                ),
                "svg" => {
                    let dashes = drawn.dash.pattern();
                    let dashes = dashes.map_or(String::new(), |it| format!("; stroke-dasharray: {it}"));
                    format!(
                        ".line.{} {{ stroke: {colour}; stroke-width: {}{dashes} }}",
                        stroke.word(),
                        drawn.width
                    )
                }
                _ => format!("strokeColor={colour};strokeWidth={};", drawn.width),
            };
            assert!(text.contains(&expected), "{format}, {stroke:?}: {expected} in {text}");
        }
    }
}
