//! A diagram as a picture that stands by itself, for bright pages and dark ones.

use std::fmt::Write as _;
use std::io;

use quick_xml::Writer;
use quick_xml::events::BytesText;
use tunnelog::answer::Status;
use tunnelog::diagram::{Diagram, NodeKind};

use crate::cli::view::diagram::content::{Content, Sign, colour};
use crate::cli::view::diagram::layout::{Box, LINE, Layout, Line, MARGIN, text_width};
use crate::cli::view::look::{self, Dash, Shade, StatusLook, Stroke, StrokeLook};

/// What does not depend on statuses and lines. No variables: not everything that shows pictures knows them.
const STYLE: &str = "
text { font-family: 'Segoe UI', 'DejaVu Sans', sans-serif; font-size: 12px; fill: #1b1b1b; text-anchor: middle }
.name { font-weight: bold }
.word { font-size: 10px; paint-order: stroke; stroke: #ffffff; stroke-width: 3px; stroke-linejoin: round }
.legend { text-anchor: start }
.ground { fill: #ffffff }
.node { fill: #f6f8fa; stroke: #57606a; stroke-width: 1.5 }
.inner { fill: none; stroke: #57606a }
.line { fill: none }
";

const STYLE_IN_THE_DARK: &str = "text { fill: #f0f0f0 }
.word { stroke: #0d1117 }
.ground { fill: #0d1117 }
.node { fill: #21262d; stroke: #9198a1 }
.inner { stroke: #9198a1 }
";

/// The styles of statuses and lines, for bright pages and dark ones.
fn style() -> String {
    let mut text = STYLE.to_owned();
    let dashes = |dash: Dash| dash.pattern().map_or(String::new(), |it| format!("; stroke-dasharray: {it}"));
    // Writing to a string does not fail.
    for status in Status::ALL {
        let StatusLook { bright: Shade { ink, fill }, dash, width, .. } = look::status(status);
        let (word, dashes) = (status.word(), dashes(dash));
        let _ = writeln!(text, ".{word} {{ fill: {fill}; stroke: {ink}; stroke-width: {width}{dashes} }}");
    }
    for stroke in Stroke::ALL {
        let ([colour, _], StrokeLook { width, dash, .. }) = (stroke.colours(), stroke.look());
        let (word, dashes) = (stroke.word(), dashes(dash));
        let _ = writeln!(text, ".line.{word} {{ stroke: {colour}; stroke-width: {width}{dashes} }}");
    }
    let [wire, wire_in_the_dark] = look::WIRE;
    let _ = writeln!(text, ".head {{ fill: {wire} }}\n@media (prefers-color-scheme: dark) {{");
    text.push_str(STYLE_IN_THE_DARK);
    for status in Status::ALL {
        let Shade { ink, fill } = look::status(status).dark;
        let _ = writeln!(text, ".{} {{ fill: {fill}; stroke: {ink} }}", status.word());
    }
    for stroke in Stroke::ALL {
        let _ = writeln!(text, ".line.{} {{ stroke: {} }}", stroke.word(), stroke.colours()[1]);
    }
    let _ = writeln!(text, ".head {{ fill: {wire_in_the_dark} }}\n}}");
    text
}

/// The height of a line of the legend.
const ROW: f64 = 22.0;

/// The width of a sample in the legend.
const SAMPLE: f64 = 40.0;

type Sink = Writer<Vec<u8>>;

pub(crate) fn text(diagram: &Diagram, content: &Content) -> io::Result<String> {
    let layout = Layout::of(diagram, content);
    let rows: f64 = u16::try_from(content.legend.len()).unwrap_or(u16::MAX).into();
    let meanings = content.legend.iter().map(|(_, meaning)| text_width(meaning));
    let width = meanings.fold(layout.width, |width, text| width.max(text + SAMPLE + 3.0 * MARGIN));
    let height = layout.height + rows * ROW + MARGIN;
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    let svg = writer.create_element("svg").with_attributes([
        ("xmlns", "http://www.w3.org/2000/svg"),
        ("width", &*number(width)),
        ("height", &number(height)),
        ("viewBox", &format!("0 0 {} {}", number(width), number(height))),
        ("role", "img"),
    ]);
    svg.write_inner_content(|writer| {
        writer.create_element("title").write_text_content(BytesText::new("Networks and what joins them"))?;
        writer.create_element("style").write_text_content(BytesText::from_escaped(style()))?;
        arrow_head(writer)?;
        let all = Box { x: width / 2.0, y: height / 2.0, width, height };
        rectangle(writer, all, 0.0, "ground")?;
        for (edge, line) in diagram.edges.iter().zip(&layout.lines) {
            stroke(writer, &curve(line), Stroke::of(edge.kind))?;
        }
        for (edge, line) in diagram.edges.iter().zip(&layout.lines) {
            write(writer, edge.kind.word(), line.word.x, line.word.y + 3.5, "word")?;
        }
        for ((node, lines), place) in diagram.nodes.iter().zip(&content.nodes).zip(&layout.nodes) {
            writer.create_element("g").write_inner_content(|writer| {
                shape(writer, node.kind, colour(node), *place)?;
                let mut y = place.top() + LINE + 2.0;
                for (index, line) in lines.iter().enumerate() {
                    write(writer, line, place.x, y, if index == 0 { "name" } else { "detail" })?;
                    y += LINE;
                }
                Ok(())
            })?;
        }
        let mut y = layout.height + ROW / 2.0;
        for (sign, meaning) in &content.legend {
            sample(writer, *sign, y)?;
            write(writer, meaning, 2.0 * MARGIN + SAMPLE, y + 4.0, "legend")?;
            y += ROW;
        }
        Ok(())
    })?;
    let mut text = String::from_utf8(writer.into_inner()).map_err(io::Error::other)?;
    text.push('\n');
    Ok(text)
}

fn number(value: f64) -> String {
    format!("{value:.1}")
}

fn arrow_head(writer: &mut Sink) -> io::Result<()> {
    writer.create_element("defs").write_inner_content(|writer| {
        let marker = writer.create_element("marker").with_attributes([
            ("id", "arrow"),
            ("markerUnits", "userSpaceOnUse"),
            ("markerWidth", "9"),
            ("markerHeight", "9"),
            ("refX", "8"),
            ("refY", "4"),
            ("orient", "auto"),
        ]);
        marker.write_inner_content(|writer| {
            let head = writer.create_element("path").with_attribute(("class", "head"));
            head.with_attribute(("d", "M0 0L9 4L0 8Z")).write_empty()?;
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(())
}

fn sample(writer: &mut Sink, sign: Sign, y: f64) -> io::Result<()> {
    let place = Box { x: MARGIN + SAMPLE / 2.0, y, width: SAMPLE, height: ROW - 8.0 };
    match sign {
        Sign::Node(kind) => shape(writer, kind, None, place),
        Sign::Status(status) => shape(writer, NodeKind::Vnet, Some(status), place),
        Sign::Line(line) => {
            let path = format!("M{} {}H{}", number(place.left()), number(y), number(MARGIN + SAMPLE));
            stroke(writer, &path, line)
        }
    }
}

/// The outline of a node, in the colour of a status.
fn shape(writer: &mut Sink, kind: NodeKind, status: Option<Status>, place: Box) -> io::Result<()> {
    let class = status.map_or_else(|| "node".to_owned(), |status| format!("node {}", status.word()));
    let inner = |by: f64| Box { width: place.width - by, height: place.height - by, ..place };
    match kind {
        NodeKind::Clients => rectangle(writer, place, place.height.min(36.0) / 2.0, &class),
        NodeKind::Vnet => rectangle(writer, place, 4.0, &class),
        NodeKind::Internet => {
            let ellipse = writer.create_element("ellipse").with_attributes([
                ("class", &*class),
                ("cx", &number(place.x)),
                ("cy", &number(place.y)),
                ("rx", &number(place.width / 2.0)),
                ("ry", &number(place.height / 2.0)),
            ]);
            ellipse.write_empty()?;
            Ok(())
        }
        NodeKind::Appliance { .. } => {
            let (left, right, slant) = (place.left(), place.left() + place.width, 8.0);
            let (top, bottom) = (number(place.top()), number(place.top() + place.height));
            let outline = format!(
                "M{} {top}L{} {top}L{} {bottom}L{} {bottom}Z",
                number(left + slant),
                number(right + slant),
                number(right - slant),
                number(left - slant)
            );
            let path = writer.create_element("path").with_attribute(("class", &*class));
            path.with_attribute(("d", &*outline)).write_empty()?;
            Ok(())
        }
        NodeKind::Gateway { .. } => {
            rectangle(writer, place, 4.0, &class)?;
            rectangle(writer, inner(6.0), 2.0, "inner")
        }
        NodeKind::Site { .. } => {
            let slant = (place.height / 2.0).min(10.0);
            let (left, right) = (place.left(), place.left() + place.width);
            let (top, bottom) = (number(place.top()), number(place.top() + place.height));
            let outline = format!(
                "M{} {top}L{} {top}L{} {y}L{} {bottom}L{} {bottom}L{} {y}Z",
                number(left + slant),
                number(right - slant),
                number(right),
                number(right - slant),
                number(left + slant),
                number(left),
                y = number(place.y)
            );
            let path = writer.create_element("path").with_attribute(("class", &*class));
            path.with_attribute(("d", &*outline)).write_empty()?;
            Ok(())
        }
    }
}

fn rectangle(writer: &mut Sink, place: Box, radius: f64, class: &str) -> io::Result<()> {
    let rectangle = writer.create_element("rect").with_attributes([
        ("class", class),
        ("x", &*number(place.left())),
        ("y", &number(place.top())),
        ("width", &number(place.width)),
        ("height", &number(place.height)),
        ("rx", &number(radius)),
    ]);
    rectangle.write_empty()?;
    Ok(())
}

fn write(writer: &mut Sink, text: &str, x: f64, y: f64, class: &str) -> io::Result<()> {
    let element = writer.create_element("text").with_attributes([
        ("class", class),
        ("x", &*number(x)),
        ("y", &number(y)),
    ]);
    element.write_text_content(BytesText::new(text))?;
    Ok(())
}

fn stroke(writer: &mut Sink, path: &str, stroke: Stroke) -> io::Result<()> {
    let class = format!("line {}", stroke.word());
    let mut line = writer.create_element("path").with_attributes([("class", &*class), ("d", path)]);
    if stroke.look().is_arrow {
        line = line.with_attribute(("marker-end", "url(#arrow)"));
    }
    line.write_empty()?;
    Ok(())
}

/// A smooth line along the points.
fn curve(line: &Line) -> String {
    let mut path = String::new();
    let point = |(x, y): (f64, f64)| format!("{} {}", number(x), number(y));
    // Writing to a string does not fail.
    match line.points[..] {
        [] => {}
        [first, ref between @ .., last] => {
            let _ = write!(path, "M{}", point(first));
            for pair in between.windows(2) {
                let middle = (f64::midpoint(pair[0].0, pair[1].0), f64::midpoint(pair[0].1, pair[1].1));
                let _ = write!(path, "Q{} {}", point(pair[0]), point(middle));
            }
            match between.last() {
                Some(bend) => {
                    let _ = write!(path, "Q{} {}", point(*bend), point(last));
                }
                None => {
                    let _ = write!(path, "L{}", point(last));
                }
            }
        }
        [only] => {
            let _ = write!(path, "M{}", point(only));
        }
    }
    path
}
