//! An explanation for people: what the answer is, then the route, the way there and the way back.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use tunnelog::answer::{Analysis, Status};
use tunnelog::explain::{Explanation, Hop, Lost, Missing, Words, clients, entry_text, listed};
use tunnelog::inventory::Inventory;
use tunnelog::names::Name;
use tunnelog::proof::{Application, Astray, Fact, HeldRoute, Premise, Proof, Tuple};
use tunnelog::source::{Sources, Span};
use tunnelog::witness::Rule;

use super::super::screen::Screen;
use super::super::{paragraph, people, words};

/// Deeper steps are indented no further, so that sentences keep their room.
const DEEPEST: usize = 12;

/// What owners of Windows clients have to know of a route that they should hold.
const DOWNLOAD: &str = "Windows clients have the routes of the last download of their profile: one that \
    lacks this route has to download it again.";

/// What explanations of one inventory are written with.
pub(super) struct Page<'a> {
    inventory: &'a Inventory,
    sources: &'a Sources,
    words: Words<'a>,
    root: String,
    screen: Screen,
}

impl<'a> Page<'a> {
    /// A page about clients of `gateway` in the inventory at `root`, whose files are named by what follows that.
    pub(super) fn new(
        analysis: &Analysis<'a>,
        gateway: Name,
        sources: &'a Sources,
        root: &str,
        screen: Screen,
    ) -> Self {
        let root = format!("{}/", root.trim_end_matches(['/', '\\']));
        Self { inventory: analysis.inventory(), sources, words: Words::new(analysis, gateway), root, screen }
    }

    pub(super) fn text(&self, explanations: &[Explanation]) -> String {
        let each: Vec<String> = explanations.iter().map(|each| self.explanation(each)).collect();
        each.join("\n")
    }

    fn name(&self, name: Name) -> &'a str {
        self.inventory.names.text(name)
    }

    fn explanation(&self, explanation: &Explanation) -> String {
        let evidence = explanation.shown();
        let mut text = String::new();
        let from = self.name(evidence.gateway);
        let whom = match evidence.routes.first().and_then(|route| self.client(route)) {
            Some(client) => format!("{client}, a client of {from},"),
            None => format!("Clients of {from}"),
        };
        let to = self.name(evidence.network);
        let title = format!("{whom} to {to}, {}", listed(&explanation.destinations));
        self.styled(&mut text, Style::new().bold(), &title, "", "  ");
        text.push('\n');
        for route in &evidence.routes {
            let status = evidence.status(route);
            let whom = clients(route.class);
            let line = format!("{} {}: {whom} clients {}", words::mark(status), status.word(), means(status));
            self.styled(&mut text, people::style(status), &line, "  ", "    ");
        }
        self.heading(&mut text, "The route on the client");
        self.routes(&mut text, explanation);
        self.heading(&mut text, "The way there");
        self.way(&mut text, explanation, evidence.there_proofs());
        self.lost(&mut text, explanation.there_missing.as_slice(), evidence.there_certificates());
        self.heading(&mut text, "The way back");
        self.way(&mut text, explanation, evidence.back_proofs());
        self.lost(&mut text, &explanation.back_missing, evidence.back_certificates());
        text
    }

    fn client(&self, route: &HeldRoute) -> Option<&'a str> {
        let clients = self.inventory.clients.as_deref()?;
        Some(&clients.get(route.client? as usize)?.name)
    }

    fn routes(&self, text: &mut String, explanation: &Explanation) {
        let mut groups: Vec<(Vec<&HeldRoute>, &Vec<Missing>)> = Vec::new();
        for (route, missing) in explanation.shown().routes.iter().zip(&explanation.route_missing) {
            let is_alike = |(group, lacking): &&mut (Vec<&HeldRoute>, &Vec<Missing>)| {
                group[0].holds() == route.holds()
                    && *lacking == missing
                    && classless(group[0]) == classless(route)
            };
            match groups.iter_mut().find(is_alike) {
                Some((group, _)) => group.push(route),
                None => groups.push((vec![route], missing)),
            }
        }
        for (group, missing) in groups {
            let route = group[0];
            let whom: Vec<&str> = group.iter().map(|route| clients(route.class)).collect();
            let whom = words::list(&whom);
            let held = if route.holds() { "a" } else { "no" };
            self.verdict(text, route.holds(), &format!("{whom} clients hold {held} route"));
            if let (Some(prefix), Some(client)) = (route.by_hand, route.client) {
                let fact = Fact::ManualRoute(client, prefix);
                let rows = in_brackets(&self.files(&self.words.stated(fact).spans));
                self.line(text, &format!("{}{rows}", self.words.fact(fact)), 2);
            }
            for (index, proof) in route.given.proofs().iter().enumerate() {
                if index > 0 || route.by_hand.is_some() {
                    self.line(text, "or", 2);
                }
                self.proof(text, explanation, proof);
            }
            self.missing(text, missing);
            let given = route.by_hand.is_none() && route.holds();
            if given && group.iter().any(|route| route.class.needs_download()) {
                self.line(text, DOWNLOAD, 2);
            }
        }
    }

    fn way(&self, text: &mut String, explanation: &Explanation, proofs: &[Proof]) {
        for proof in proofs {
            for path in self.paths(proof) {
                self.verdict(text, true, &path);
            }
            self.proof(text, explanation, proof);
        }
    }

    /// The routers that packets pass, for each destination of the proof.
    fn paths(&self, proof: &Proof) -> BTreeSet<String> {
        let mut paths: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        for step in &proof.steps {
            // A delivery stands after what it rests on, so the router nearest to the start comes last.
            let Tuple::Delivered(router, target, part) = step.conclusion else { continue };
            let path = paths.entry((target, part)).or_default();
            if let (Rule::DeliveredNext, Some(Premise::Step(place))) = (step.rule, step.premises.first())
                && let Tuple::Arrives(last, ..) = proof.steps[*place].conclusion
            {
                path.push(self.name(last));
            }
            path.push(self.name(router));
        }
        let shown = |path: Vec<&str>| path.into_iter().rev().collect::<Vec<_>>().join(" → ");
        paths.into_values().map(shown).collect()
    }

    fn lost(&self, text: &mut String, each: &[Lost], certificates: &[Astray]) {
        for (index, lost) in each.iter().enumerate() {
            let Some(start) = lost.start else {
                self.verdict(text, false, "no router delivers to it, so nothing that it sends gets anywhere");
                self.missing(text, &lost.missing);
                continue;
            };
            let (from, to) = (self.name(start), &lost.to);
            let verdict = match lost.hops.last() {
                None => format!("packets for {to} get no further than {from}, where they start"),
                Some(hop) => {
                    format!("packets for {to} from {from} get no further than {}", self.name(hop.next))
                }
            };
            self.verdict(text, false, &verdict);
            for hop in &lost.hops {
                self.line(text, &self.hop(hop), 2);
            }
            self.missing(text, &lost.missing);
            if let Some(astray) = certificates.get(index).filter(|astray| astray.states.len() > 1) {
                let routers: BTreeSet<&str> =
                    astray.states.iter().map(|state| self.name(state.router)).collect();
                let routers: Vec<&str> = routers.into_iter().collect();
                let note = format!("Whichever way they take, they stay among {}.", words::list(&routers));
                self.line(text, &note, 2);
            }
        }
    }

    fn hop(&self, hop: &Hop) -> String {
        let (router, next) = (self.name(hop.router), self.name(hop.next));
        format!("{router} sends them to {next}, {}", entry_text(hop.entry, hop.runner_up))
    }

    fn missing(&self, text: &mut String, missing: &[Missing]) {
        for one in missing {
            let line = format!("{}{}", one.text, in_brackets(&self.files(&one.places)));
            text.push_str(&paragraph::wrapped(&line, "    - ", "      ", paragraph::width(self.screen)));
        }
    }

    /// The proof as a tree; what stands in it twice is told once.
    fn proof(&self, text: &mut String, explanation: &Explanation, proof: &Proof) {
        let Some(last) = proof.steps.len().checked_sub(1) else { return };
        let mut told: BTreeSet<usize> = BTreeSet::new();
        let mut open = vec![(last, 2)];
        while let Some((place, depth)) = open.pop() {
            let step = &proof.steps[place];
            let is_first = told.insert(place);
            let sentence = self.words.application(proof, step, explanation);
            let rows = if is_first { self.rows(step) } else { " (see above)".to_owned() };
            self.line(text, &format!("[{}] {sentence}{rows}", step.rule.id()), depth);
            if is_first {
                open.extend(below(proof, step, depth).into_iter().rev());
            }
        }
    }

    /// Where the facts that the step rests on are stated.
    fn rows(&self, step: &Application) -> String {
        let mut texts: Vec<String> = Vec::new();
        let mut seen = BTreeSet::new();
        for premise in &step.premises {
            let Premise::Fact(fact) = premise else { continue };
            if matches!(fact, Fact::HasAsn(..)) {
                continue;
            }
            let stated = self.words.stated(*fact);
            let mut files = self.files(&stated.spans);
            files.retain(|file| seen.insert(file.clone()));
            match stated.by_default {
                Some(why) => texts.push(format!("by default: {why} at {}", files.join(", "))),
                None => texts.extend(files),
            }
        }
        in_brackets(&texts)
    }

    /// The places as files and lines.
    fn files(&self, spans: &[Span]) -> Vec<String> {
        let file = |span: &Span| {
            let path = &self.sources.get(span.file).path;
            let path = path.strip_prefix(&self.root).unwrap_or(path);
            format!("{path}:{}", self.sources.position(*span).line)
        };
        spans.iter().map(file).collect()
    }

    fn heading(&self, text: &mut String, heading: &str) {
        text.push('\n');
        self.styled(text, Style::new().bold(), heading, "", "");
    }

    fn verdict(&self, text: &mut String, holds: bool, sentence: &str) {
        let (mark, colour) = if holds { ('✓', AnsiColor::Green) } else { ('✗', AnsiColor::Red) };
        self.styled(text, colour.on_default(), &format!("{mark} {sentence}"), "  ", "    ");
    }

    fn line(&self, text: &mut String, sentence: &str, depth: usize) {
        let indent = "  ".repeat(depth.min(DEEPEST));
        let further = format!("{indent}  ");
        text.push_str(&paragraph::wrapped(sentence, &indent, &further, paragraph::width(self.screen)));
    }

    fn styled(&self, text: &mut String, style: Style, sentence: &str, first: &str, others: &str) {
        let style = if self.screen.colour { style } else { Style::new() };
        let lines = paragraph::wrapped(sentence, first, others, paragraph::width(self.screen));
        // Writing to a string does not fail.
        let _ = writeln!(text, "{style}{}{style:#}", lines.trim_end());
    }
}

/// The steps that a step rests on, with how deep they stand. What a packet does first comes first, and the hops
/// of one way stand below each other. That parts are destinations is left out.
fn below(proof: &Proof, step: &Application, depth: usize) -> Vec<(usize, usize)> {
    let is_hop = matches!(step.rule, Rule::DeliveredNext | Rule::DeliveredOn);
    let mut below: Vec<(usize, usize)> = Vec::new();
    for premise in &step.premises {
        let Premise::Step(place) = premise else { continue };
        let conclusion = proof.steps[*place].conclusion;
        if !matches!(conclusion, Tuple::Destination(..)) {
            let goes_on = is_hop && matches!(conclusion, Tuple::Delivered(..) | Tuple::Arrives(..));
            below.push((*place, if goes_on { depth } else { depth + 1 }));
        }
    }
    below.sort_by_key(|(place, depth)| {
        let forwards = matches!(proof.steps[*place].conclusion, Tuple::Forwards(..));
        (Reverse(*depth), !forwards)
    });
    below
}

/// What a status means, after "clients".
fn means(status: Status) -> &'static str {
    match status {
        Status::Reachable => "hold a route, and packets arrive there and back",
        Status::NeedsRoute => "lack a route; with one added by hand packets arrive there and back",
        Status::Blackhole => "hold a route, and nothing answers",
        Status::Unreachable => "hold no route, and nothing would answer",
    }
}

fn in_brackets(texts: &[String]) -> String {
    if texts.is_empty() { String::new() } else { format!(" ({})", texts.join(", ")) }
}

/// What a class's route rests on, without the class.
fn classless(route: &HeldRoute) -> (Option<tunnelog::prefix::Prefix>, Vec<(Rule, Vec<Premise>)>) {
    let is_of_class = |premise: &Premise| {
        matches!(
            premise,
            Premise::Fact(Fact::Serves(..) | Fact::FollowsTable(_) | Fact::FollowsSiteRoutes(_))
        )
    };
    let of_step = |step: &Application| {
        let premises = step.premises.iter().copied().filter(|premise| !is_of_class(premise));
        (step.rule, premises.collect())
    };
    (route.by_hand, route.given.proofs().iter().flat_map(|proof| &proof.steps).map(of_step).collect())
}
