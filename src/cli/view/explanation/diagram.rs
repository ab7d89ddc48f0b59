//! An explanation as a graph: what is proven points to what it rests on.

use std::collections::BTreeMap;
use std::fmt::Write;

use petgraph::dot::{Config, Dot};
use petgraph::graph::{DiGraph, NodeIndex};
use tunnelog::answer::Analysis;
use tunnelog::explain::{Explanation, Lost, Missing, Passage, Words, clients, entry_text, listed};
use tunnelog::facts::ids::Target;
use tunnelog::inventory::Inventory;
use tunnelog::proof::{Premise, Proof};
use tunnelog::source::{Sources, Span};

use crate::cli::shell::screen::one_line;
use crate::cli::view::label;

/// What a node stands for.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Question,
    Yes,
    No,
    Step,
    Fact,
}

/// A node with its lines.
#[derive(Debug)]
struct Node {
    kind: Kind,
    lines: Vec<String>,
}

type Graph = DiGraph<Node, &'static str>;

/// The graph of explanations.
pub(crate) struct Diagram<'a> {
    inventory: &'a Inventory,
    sources: &'a Sources,
    words: Words<'a>,
    graph: Graph,
}

impl<'a> Diagram<'a> {
    pub(crate) fn of(explanations: &[Explanation], analysis: &Analysis<'a>, sources: &'a Sources) -> Self {
        let (inventory, words) = (analysis.inventory(), Words::new(analysis));
        let mut diagram = Self { inventory, sources, words, graph: Graph::new() };
        for explanation in explanations {
            diagram.explanation(explanation);
        }
        diagram
    }

    fn node(&mut self, kind: Kind, lines: &[String]) -> NodeIndex {
        let lines = lines.iter().filter(|line| !line.is_empty()).map(|line| one_line(line)).collect();
        self.graph.add_node(Node { kind, lines })
    }

    fn below(&mut self, above: NodeIndex, kind: Kind, lines: &[String]) -> NodeIndex {
        let node = self.node(kind, lines);
        self.graph.add_edge(above, node, "");
        node
    }

    fn explanation(&mut self, explanation: &Explanation) {
        let evidence = explanation.shown();
        let names = &self.inventory.names;
        let (from, to) = (names.text(evidence.gateway), names.text(evidence.target.name()));
        let to = match evidence.target {
            Target::Network(_) => to.to_owned(),
            Target::Pool(_) => format!("clients of {to}"),
        };
        let mut lines = vec![format!("{from} to {to}, {}", listed(&explanation.destinations))];
        for route in &evidence.routes {
            lines.push(format!("{} clients: {}", clients(route.class), evidence.status(route).word()));
        }
        let question = self.node(Kind::Question, &lines);
        for (route, missing) in evidence.routes.iter().zip(&explanation.route_missing) {
            let (kind, held) = if route.holds() { (Kind::Yes, "a") } else { (Kind::No, "no") };
            let verdict = format!("{} clients hold {held} route", clients(route.class));
            let by_hand = route.by_hand.map_or_else(String::new, |prefix| format!("{prefix}, added by hand"));
            let branch = self.below(question, kind, &[verdict, by_hand]);
            self.proofs(branch, explanation, route.given.proofs());
            self.missing(branch, missing);
        }
        let steered = explanation.steered.as_ref();
        let (there, back) =
            steered.map_or((&[][..], &[][..]), |told| (told.there.as_slice(), &told.back[..]));
        let ways = [
            ("forward path", evidence.there_proofs(), there, explanation.there_missing.as_slice()),
            ("return path", evidence.back_proofs(), back, &explanation.back_missing[..]),
        ];
        for (what, proofs, passages, lost) in ways {
            let (kind, there_is) = if lost.is_empty() { (Kind::Yes, "a") } else { (Kind::No, "no") };
            let branch = self.below(question, kind, &[format!("there is {there_is} {what}")]);
            self.proofs(branch, explanation, proofs);
            for passage in passages {
                self.passage(branch, passage);
            }
            for lost in lost {
                self.lost(branch, lost);
            }
        }
        for one in steered.into_iter().flat_map(|told| &told.asymmetric) {
            let seen = format!("{} sees one direction only", one.appliance);
            let branch = self.below(question, Kind::No, &[seen]);
            self.passage(branch, &one.there);
            self.passage(branch, &one.back);
        }
    }

    /// The steps of a way, one below the other; gives the last.
    fn passage(&mut self, branch: NodeIndex, passage: &Passage) -> NodeIndex {
        let mut above = branch;
        for step in &passage.steps {
            let spans: Vec<Span> =
                step.facts.iter().flat_map(|fact| self.words.stated(*fact).spans).collect();
            let lines = [format!("[{}]", step.clause.id()), step.text.clone(), self.files(&spans)];
            above = self.below(above, Kind::Step, &lines);
        }
        above
    }

    fn proofs(&mut self, branch: NodeIndex, explanation: &Explanation, proofs: &[Proof]) {
        for proof in proofs {
            let mut nodes: Vec<NodeIndex> = Vec::new();
            let mut facts: BTreeMap<Vec<String>, NodeIndex> = BTreeMap::new();
            for step in &proof.steps {
                let sentence = self.words.application(proof, step, explanation);
                let node = self.node(Kind::Step, &[format!("[{}]", step.rule.id()), sentence]);
                for premise in &step.premises {
                    match premise {
                        Premise::Step(place) => {
                            self.graph.add_edge(node, nodes[*place], "");
                        }
                        Premise::Fact(fact) => {
                            let stated = self.words.stated(*fact);
                            if stated.spans.is_empty() {
                                continue;
                            }
                            let why = stated.by_default;
                            let why = why.map_or_else(String::new, |why| format!("by default: {why}"));
                            let lines = vec![self.words.fact(*fact), why, self.files(&stated.spans)];
                            let known = facts.get(&lines).copied();
                            let leaf = known.unwrap_or_else(|| self.node(Kind::Fact, &lines));
                            facts.insert(lines, leaf);
                            self.graph.add_edge(node, leaf, "");
                        }
                        Premise::Not(_) => {}
                    }
                }
                nodes.push(node);
            }
            if let Some(last) = nodes.last() {
                self.graph.add_edge(branch, *last, "");
            }
        }
    }

    fn lost(&mut self, branch: NodeIndex, lost: &Lost) {
        let mut above = branch;
        for hop in &lost.hops {
            let names = &self.inventory.names;
            let (router, next) = (names.text(hop.router), names.text(hop.next));
            let sentence = format!("{router} sends packets for {} to {next}", lost.to);
            above = self.below(above, Kind::Step, &[sentence, entry_text(hop.entry, hop.runner_up)]);
        }
        if let Some(passage) = &lost.passage {
            above = self.passage(above, passage);
        }
        self.missing(above, &lost.missing);
    }

    fn missing(&mut self, above: NodeIndex, missing: &[Missing]) {
        for one in missing {
            let lines = [one.text.clone(), self.files(&one.places)];
            self.below(above, Kind::No, &lines);
        }
    }

    fn files(&self, spans: &[Span]) -> String {
        let file = |span: &Span| {
            format!("{}:{}", self.sources.get(span.file).path, self.sources.position(*span).line)
        };
        spans.iter().map(file).collect::<Vec<_>>().join(", ")
    }

    /// The graph for Graphviz.
    pub(crate) fn dot(&self) -> String {
        let of_node = |_: &Graph, (_, node): (NodeIndex, &Node)| {
            let looks = match node.kind {
                Kind::Question => "shape=box, style=bold",
                Kind::Yes => "shape=box, color=\"#1a7f37\"",
                Kind::No => "shape=box, color=\"#cf222e\"",
                Kind::Step => "shape=box, style=rounded",
                Kind::Fact => "shape=note",
            };
            format!("label = {} {looks}", label::dot(&node.lines))
        };
        let of_edge = |_: &Graph, _| String::new();
        let config = [Config::EdgeNoLabel, Config::NodeNoLabel];
        format!("{:?}", Dot::with_attr_getters(&self.graph, &config, &of_edge, &of_node))
    }

    /// The graph for Mermaid.
    pub(crate) fn mermaid(&self) -> String {
        let mut text = String::from("flowchart TD\n");
        for (index, node) in self.graph.node_indices().zip(self.graph.node_weights()) {
            let (open, close, class) = match node.kind {
                Kind::Question => ("[", "]", ":::question"),
                Kind::Yes => ("[", "]", ":::yes"),
                Kind::No => ("[", "]", ":::no"),
                Kind::Step => ("(", ")", ""),
                Kind::Fact => ("[/", "/]", ""),
            };
            // Writing to a string does not fail.
            let _ = writeln!(text, "  n{}{open}{}{close}{class}", index.index(), label::mermaid(&node.lines));
        }
        for edge in self.graph.raw_edges() {
            let _ = writeln!(text, "  n{} --> n{}", edge.source().index(), edge.target().index());
        }
        text.push_str("  classDef question stroke-width:3px\n");
        text.push_str("  classDef yes stroke:#1a7f37\n  classDef no stroke:#cf222e\n");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_end_nowhere_but_at_their_end() {
        let (inventory, sources) = (Inventory::default(), Sources::default());
        let mut diagram = Diagram::of(&[], &Analysis::new(&inventory), &sources);
        let node = diagram.node(Kind::Question, &["hub \"west\" \\ <b>#1;".to_owned(), "x".to_owned()]);
        diagram.below(node, Kind::Fact, &["a fact".to_owned()]);
        let dot = diagram.dot();
        assert!(dot.contains(r#"label = "hub \"west\" \\ <b>#1;\lx\l""#), "{dot}");
        assert!(dot.contains("shape=note") && dot.contains("0 -> 1 "), "{dot}");
        let mermaid = diagram.mermaid();
        let label = "  n0[\"hub #34;west#34; #92; #60;b#62;#35;1#59;<br/>x\"]:::question\n";
        assert!(mermaid.contains(label), "{mermaid}");
        assert!(mermaid.contains("  n0 --> n1\n"), "{mermaid}");
    }
}
