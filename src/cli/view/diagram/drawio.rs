//! A diagram as a drawing for diagrams.net.

use std::borrow::Cow;
use std::io;

use quick_xml::Writer;
use quick_xml::escape::escape;
use quick_xml::events::attributes::Attribute;
use quick_xml::name::QName;
use tunnelog::answer::Status;
use tunnelog::diagram::{Diagram, NodeKind};

use crate::cli::view::diagram::content::{Content, Sign, colour};
use crate::cli::view::diagram::layout::{Box, Layout, MARGIN, text_width};
use crate::cli::view::look::{self, Dash, Shade, StatusLook, Stroke, StrokeLook};

type Sink = Writer<Vec<u8>>;

/// The height of a line of the legend.
const ROW: f64 = 28.0;

/// The width of a sample in the legend.
const SAMPLE: f64 = 60.0;

/// The layer that everything lies on; cell 0 is the root of all layers.
const LAYER: &str = "1";

pub(crate) fn text(diagram: &Diagram, content: &Content) -> io::Result<String> {
    let layout = Layout::of(diagram, content);
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let file = writer.create_element("mxfile").with_attribute(("host", "tunnelog"));
    file.write_inner_content(|writer| {
        let page =
            writer.create_element("diagram").with_attributes([("id", "networks"), ("name", "Networks")]);
        page.write_inner_content(|writer| {
            writer.create_element("mxGraphModel").write_inner_content(|writer| {
                writer.create_element("root").write_inner_content(|writer| {
                    writer.create_element("mxCell").with_attribute(("id", "0")).write_empty()?;
                    let layer = writer.create_element("mxCell");
                    layer.with_attributes([("id", LAYER), ("parent", "0")]).write_empty()?;
                    drawing(writer, diagram, content, &layout)?;
                    legend(writer, content, &layout)
                })?;
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(())
    })?;
    let mut text = String::from_utf8(writer.into_inner()).map_err(io::Error::other)?;
    text.push('\n');
    Ok(text)
}

fn drawing(writer: &mut Sink, diagram: &Diagram, content: &Content, layout: &Layout) -> io::Result<()> {
    for (index, ((node, lines), place)) in
        diagram.nodes.iter().zip(&content.nodes).zip(&layout.nodes).enumerate()
    {
        let style = format!("{}{}", shape(node.kind), colour(node).map_or(String::new(), fill));
        vertex(writer, &format!("node-{index}"), &lines.join("\n"), &style, *place)?;
    }
    for (index, (edge, line)) in diagram.edges.iter().zip(&layout.lines).enumerate() {
        let bends = line.points.get(1..line.points.len().saturating_sub(1)).unwrap_or_default();
        let (from, to) = (format!("node-{}", edge.from), format!("node-{}", edge.to));
        let cell = writer.create_element("mxCell").with_attributes([
            ("id", &*format!("edge-{index}")),
            ("value", edge.kind.word()),
            ("style", &line_style(Stroke::of(edge.kind))),
            ("edge", "1"),
            ("parent", LAYER),
            ("source", &from),
            ("target", &to),
        ]);
        cell.write_inner_content(|writer| {
            let geometry = writer.create_element("mxGeometry");
            let geometry = geometry.with_attributes([("relative", "1"), ("as", "geometry")]);
            geometry.write_inner_content(|writer| {
                let points = writer.create_element("Array").with_attribute(("as", "points"));
                points.write_inner_content(|writer| {
                    bends.iter().try_for_each(|(x, y)| point(writer, *x, *y, None))
                })?;
                Ok(())
            })?;
            Ok(())
        })?;
    }
    Ok(())
}

fn legend(writer: &mut Sink, content: &Content, layout: &Layout) -> io::Result<()> {
    let mut y = layout.height + ROW;
    for (index, (sign, meaning)) in content.legend.iter().enumerate() {
        let id = format!("legend-{index}");
        let sample = Box { x: MARGIN + SAMPLE / 2.0, y, width: SAMPLE, height: ROW - 8.0 };
        match sign {
            Sign::Node(kind) => vertex(writer, &id, "", shape(*kind), sample)?,
            Sign::Status(status) => {
                let style = format!("{}{}", shape(NodeKind::Vnet), fill(*status));
                vertex(writer, &id, "", &style, sample)?;
            }
            Sign::Line(stroke) => {
                let cell = writer.create_element("mxCell").with_attributes([
                    ("id", &*id),
                    ("style", &line_style(*stroke)),
                    ("edge", "1"),
                    ("parent", LAYER),
                ]);
                cell.write_inner_content(|writer| {
                    let geometry = writer.create_element("mxGeometry");
                    let geometry = geometry.with_attributes([("relative", "1"), ("as", "geometry")]);
                    geometry.write_inner_content(|writer| {
                        point(writer, sample.left(), y, Some("sourcePoint"))?;
                        point(writer, sample.left() + SAMPLE, y, Some("targetPoint"))
                    })?;
                    Ok(())
                })?;
            }
        }
        let width = text_width(meaning) + MARGIN;
        let place = Box { x: 2.0 * MARGIN + SAMPLE + width / 2.0, y, width, height: ROW - 8.0 };
        let style = "text;html=0;align=left;verticalAlign=middle;";
        vertex(writer, &format!("meaning-{index}"), meaning, style, place)?;
        y += ROW;
    }
    Ok(())
}

fn vertex(writer: &mut Sink, id: &str, value: &str, style: &str, place: Box) -> io::Result<()> {
    // A line break in an attribute is a blank unless it is written by its number.
    let value = escape(value).replace('\n', "&#10;");
    let value = Attribute { key: QName(b"value"), value: Cow::Owned(value.into_bytes()) };
    let cell = writer
        .create_element("mxCell")
        .with_attribute(("id", id))
        .with_attribute(value)
        .with_attributes([("style", style), ("vertex", "1"), ("parent", LAYER)]);
    cell.write_inner_content(|writer| {
        let geometry = writer.create_element("mxGeometry").with_attributes([
            ("x", &*number(place.left())),
            ("y", &number(place.top())),
            ("width", &number(place.width)),
            ("height", &number(place.height)),
            ("as", "geometry"),
        ]);
        geometry.write_empty()?;
        Ok(())
    })?;
    Ok(())
}

fn point(writer: &mut Sink, x: f64, y: f64, role: Option<&str>) -> io::Result<()> {
    let mut point = writer.create_element("mxPoint");
    point = point.with_attributes([("x", &*number(x)), ("y", &number(y))]);
    if let Some(role) = role {
        point = point.with_attribute(("as", role));
    }
    point.write_empty()?;
    Ok(())
}

fn number(value: f64) -> String {
    format!("{value:.1}")
}

/// Labels are texts and no HTML, whatever a name holds.
fn shape(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Clients => "rounded=1;arcSize=40;whiteSpace=wrap;html=0;",
        NodeKind::Gateway { .. } => "shape=ext;double=1;rounded=0;whiteSpace=wrap;html=0;",
        NodeKind::Site { .. } => {
            "shape=hexagon;perimeter=hexagonPerimeter2;fixedSize=1;size=12;whiteSpace=wrap;html=0;"
        }
        NodeKind::Vnet => "rounded=0;whiteSpace=wrap;html=0;",
        NodeKind::Appliance { .. } => "shape=parallelogram;size=0.06;whiteSpace=wrap;html=0;",
        NodeKind::Internet => "ellipse;whiteSpace=wrap;html=0;",
    }
}

fn fill(status: Status) -> String {
    let StatusLook { bright: Shade { ink, fill }, dash, width, .. } = look::status(status);
    format!("fillColor={fill};strokeColor={ink};strokeWidth={width};{}fontColor=#000000;", dashes(dash))
}

fn line_style(stroke: Stroke) -> String {
    let StrokeLook { width, dash, is_arrow, .. } = stroke.look();
    let head = if is_arrow { "endArrow=block;endFill=1;" } else { "endArrow=none;" };
    let [colour, _] = stroke.colours();
    format!("html=0;curved=1;{head}strokeColor={colour};strokeWidth={width};{}", dashes(dash))
}

fn dashes(dash: Dash) -> String {
    dash.pattern().map_or(String::new(), |it| format!("dashed=1;dashPattern={it};"))
}
