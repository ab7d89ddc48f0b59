//! Where nodes, lines and their words stand: clients on the left, the outside on the right.

use dagre::graph::{Graph, GraphOptions};
use dagre::layout::types::{EdgeLabel, LabelPos, LayoutOptions, NodeLabel, RankDir};
use textwrap::core::display_width;
use tunnelog::diagram::Diagram;

use crate::cli::view::diagram::content::Content;

/// The width of a letter; those of most fonts are narrower.
const LETTER: f64 = 7.4;
/// The width of a letter of the words at lines, which are smaller.
const SMALL_LETTER: f64 = 6.2;
/// The height of a line of text.
pub(crate) const LINE: f64 = 17.0;
/// Room between a text and what is around it.
const PADDING: f64 = 12.0;
/// Room around everything.
pub(crate) const MARGIN: f64 = 16.0;

/// A rectangle by its centre.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Box {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Box {
    pub(crate) fn left(self) -> f64 {
        self.x - self.width / 2.0
    }

    pub(crate) fn top(self) -> f64 {
        self.y - self.height / 2.0
    }
}

/// A line with the place of its word.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Line {
    pub(crate) points: Vec<(f64, f64)>,
    pub(crate) word: Box,
}

/// The places of everything in a diagram but its legend.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Layout {
    pub(crate) nodes: Vec<Box>,
    pub(crate) lines: Vec<Line>,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// The width that a text takes at most.
pub(crate) fn text_width(text: &str) -> f64 {
    letters(text) * LETTER
}

fn letters(text: &str) -> f64 {
    u16::try_from(display_width(text)).unwrap_or(u16::MAX).into()
}

impl Layout {
    pub(crate) fn of(diagram: &Diagram, content: &Content) -> Self {
        let options = GraphOptions { directed: true, multigraph: true, compound: false };
        let mut graph: Graph<NodeLabel, EdgeLabel> = Graph::with_options(options);
        for (place, lines) in content.nodes.iter().enumerate() {
            let size = size(lines);
            let label = NodeLabel { width: size.width, height: size.height, ..NodeLabel::default() };
            graph.set_node(place.to_string(), Some(label));
        }
        for (place, edge) in diagram.edges.iter().enumerate() {
            let label = EdgeLabel {
                width: letters(edge.kind.word()) * SMALL_LETTER + PADDING,
                height: LINE,
                labelpos: LabelPos::Center,
                ..EdgeLabel::default()
            };
            let (from, to, name) = (edge.from.to_string(), edge.to.to_string(), place.to_string());
            graph.set_edge(from.as_str(), to.as_str(), Some(label), Some(name.as_str()));
        }
        let options = LayoutOptions {
            rankdir: RankDir::LR,
            tie_keep_first: true,
            nodesep: 24.0,
            edgesep: 16.0,
            ranksep: 36.0,
            marginx: MARGIN,
            marginy: MARGIN,
            ..LayoutOptions::default()
        };
        dagre::layout(&mut graph, Some(options));
        let node = |place: usize| {
            let label = graph.node(&place.to_string())?;
            Some(Box { x: label.x?, y: label.y?, width: label.width, height: label.height })
        };
        let nodes: Vec<Box> = (0..content.nodes.len()).map(|place| node(place).unwrap_or_default()).collect();
        let line = |(place, edge): (usize, &tunnelog::diagram::Edge)| {
            let (from, to, name) = (edge.from.to_string(), edge.to.to_string(), place.to_string());
            let label = graph.edge(&from, &to, Some(&name))?;
            let points = label.points.iter().map(|point| (point.x, point.y)).collect();
            let word = Box { x: label.x?, y: label.y?, width: label.width, height: label.height };
            Some(Line { points, word })
        };
        let lines: Vec<Line> =
            diagram.edges.iter().enumerate().map(|edge| line(edge).unwrap_or_default()).collect();
        let boxes = || nodes.iter().copied().chain(lines.iter().map(|line| line.word));
        let points = || lines.iter().flat_map(|line| line.points.iter().copied());
        let most = |all: &mut dyn Iterator<Item = f64>| all.fold(0.0, f64::max) + MARGIN;
        let width = most(&mut boxes().map(|it| it.x + it.width / 2.0).chain(points().map(|point| point.0)));
        let height = most(&mut boxes().map(|it| it.y + it.height / 2.0).chain(points().map(|point| point.1)));
        Self { nodes, lines, width, height }
    }
}

/// The size of a node with these lines.
fn size(lines: &[String]) -> Box {
    let width = lines.iter().map(|line| text_width(line)).fold(60.0, f64::max) + 2.0 * PADDING;
    let count: f64 = u16::try_from(lines.len()).unwrap_or(u16::MAX).into();
    Box { x: 0.0, y: 0.0, width, height: count * LINE + PADDING }
}
