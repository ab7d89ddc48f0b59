//! An explanation for people: what the answer is, then the route, the way there and the way back.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use tunnelog::answer::{Analysis, Status};
use tunnelog::explain::{
    APPLIANCE_PERMITS, Explanation, Hop, Lost, Missing, Passage, Passages, Waypoint, Words, clients,
    entry_text, listed,
};
use tunnelog::facts::ids::Target;
use tunnelog::inventory::Inventory;
use tunnelog::names::{LabelId, NameId};
use tunnelog::proof::{Application, Astray, Direction, Fact, HeldRoute, Premise, Proof, Tuple};
use tunnelog::rule::Rule;
use tunnelog::source::{Sources, Span};

use crate::cli::view::explanation::lines::{Kind, Line, Rows};
use crate::cli::view::words;

/// The headings of the sections.
pub(super) const ROUTE: &str = "The route on the client";
pub(super) const FORWARD: &str = "Forward path";
pub(super) const RETURN: &str = "Return path";
pub(super) const APPLIANCES: &str = "Appliances on the path";

/// What owners of Windows clients have to know of a route that they should hold.
const DOWNLOAD: &str = "Windows clients have the routes of the last download of their profile: one that \
    lacks this route has to download it again.";

/// What is not known of the appliances that packets pass.
const PERMITS: &str = "what the rule sets of appliances permit is not known: that they permit this connection is an \
    assumption";

/// What may make up for an appliance that sees one direction only.
const TRANSLATES: &str = "appliances are assumed not to translate sources. Application rules of Azure Firewall do, so what \
    such a rule matches may work all the same";

/// What explanations of one inventory are written with.
pub(crate) struct Page<'a> {
    inventory: &'a Inventory,
    sources: &'a Sources,
    words: Words<'a>,
    root: String,
}

impl<'a> Page<'a> {
    /// A page about the inventory at `root`, whose files are named by what follows that.
    pub(crate) fn new(analysis: &Analysis<'a>, sources: &'a Sources, root: &str) -> Self {
        let root = format!("{}/", root.trim_end_matches(['/', '\\']));
        Self { inventory: analysis.inventory(), sources, words: Words::new(analysis), root }
    }

    pub(super) fn name(&self, name: NameId) -> &'a str {
        self.inventory.names.text(name)
    }

    pub(super) fn label(&self, label: LabelId) -> &'a str {
        self.inventory.labels.text(label)
    }

    /// The name of the client, where the answer is about one.
    pub(super) fn client_of(&self, client: Option<u32>) -> Option<&'a str> {
        let clients = self.inventory.clients.as_deref()?;
        Some(&clients.get(client? as usize)?.name)
    }

    /// All that is said of the destinations of one explanation.
    pub(crate) fn lines(&self, explanation: &Explanation) -> Vec<Line> {
        let evidence = explanation.shown();
        let mut lines = Vec::new();
        let from = self.name(evidence.gateway);
        let whom = match evidence.routes.first().and_then(|route| self.client(route)) {
            Some(client) => format!("{client}, a client of {from},"),
            None => format!("Clients of {from}"),
        };
        let to = self.name(evidence.target.name());
        let to = match evidence.target {
            Target::Network(_) => to.to_owned(),
            Target::Pool(_) => format!("clients of {to}"),
        };
        let title = format!("{whom} to {to}, {}", listed(&explanation.destinations));
        lines.push(Line::new(Kind::Title, title));
        for route in &evidence.routes {
            let status = evidence.status(route);
            let whom = clients(route.class);
            let means = means(status, explanation);
            let line = format!("{} {}: {whom} clients {means}", words::mark(status), status.word());
            lines.push(Line::new(Kind::Status(status), line));
        }
        lines.push(Line::new(Kind::Heading, ROUTE));
        self.routes(&mut lines, explanation);
        lines.push(Line::new(Kind::Heading, FORWARD));
        self.way(&mut lines, explanation, evidence.there_proofs(), Direction::There);
        let steered = explanation.steered.as_ref();
        self.passages(&mut lines, steered.into_iter().flat_map(|steered| &steered.there), Direction::There);
        let there = explanation.there_missing.as_slice();
        let lost = (there, evidence.there_certificates());
        self.lost(&mut lines, lost, evidence.target.name(), Direction::There);
        lines.push(Line::new(Kind::Heading, RETURN));
        self.way(&mut lines, explanation, evidence.back_proofs(), Direction::Back);
        self.passages(&mut lines, steered.into_iter().flat_map(|steered| &steered.back), Direction::Back);
        let lost = (&explanation.back_missing[..], evidence.back_certificates());
        self.lost(&mut lines, lost, evidence.target.name(), Direction::Back);
        if let Some(steered) = steered {
            self.appliances(&mut lines, steered, evidence.is_accessible());
        }
        lines
    }

    fn client(&self, route: &HeldRoute) -> Option<&'a str> {
        let clients = self.inventory.clients.as_deref()?;
        Some(&clients.get(route.client? as usize)?.name)
    }

    fn routes(&self, lines: &mut Vec<Line>, explanation: &Explanation) {
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
            let kind = if route.holds() { Kind::Holds } else { Kind::Fails };
            let classes = group.iter().map(|route| route.class).collect();
            lines.push(Line::new(kind, format!("{whom} clients have {held} route")).of(classes));
            if let (Some(prefix), Some(client)) = (route.by_hand, route.client) {
                let fact = Fact::ManualRoute(client, prefix);
                let rows = self.at(&self.words.stated(fact).spans);
                lines.push(Line::new(Kind::Step(2), self.words.fact(fact)).at(rows));
            }
            for (index, proof) in route.given.proofs().iter().enumerate() {
                if index > 0 || route.by_hand.is_some() {
                    lines.push(Line::new(Kind::Step(2), "or"));
                }
                self.proof(lines, explanation, proof);
            }
            self.missing(lines, missing);
            let given = route.by_hand.is_none() && route.holds();
            if given && group.iter().any(|route| route.class.needs_download()) {
                lines.push(Line::new(Kind::Step(2), DOWNLOAD));
            }
        }
    }

    fn way(&self, lines: &mut Vec<Line>, explanation: &Explanation, proofs: &[Proof], direction: Direction) {
        for proof in proofs {
            for (path, way) in self.paths(proof) {
                let way = way.into_iter().map(Waypoint::Network).collect();
                lines.push(Line::new(Kind::Holds, path).along(way, direction));
            }
            self.proof(lines, explanation, proof);
        }
    }

    /// Ways through VNets whose route tables are looked at.
    fn passages<'p>(
        &self,
        lines: &mut Vec<Line>,
        passages: impl Iterator<Item = &'p Passage>,
        direction: Direction,
    ) {
        for passage in passages {
            let path = passage.names.join(" → ");
            lines.push(Line::new(Kind::Holds, path).along(passage.stops.clone(), direction));
            self.told(lines, passage, 2);
        }
    }

    fn told(&self, lines: &mut Vec<Line>, passage: &Passage, depth: usize) {
        for step in &passage.steps {
            let mut spans: Vec<Span> =
                step.facts.iter().flat_map(|fact| self.words.stated(*fact).spans).collect();
            let mut seen = BTreeSet::new();
            spans.retain(|span| seen.insert(*span));
            let text = format!("[{}] {}", step.clause.id(), step.text);
            lines.push(Line::new(Kind::Step(depth), text).at(self.at(&spans)));
        }
    }

    /// Which appliances see one direction only, and what is taken for granted of those that see both.
    fn appliances(&self, lines: &mut Vec<Line>, steered: &Passages, is_accessible: bool) {
        let are_passed = is_accessible && !steered.appliances.is_empty();
        if !are_passed && steered.asymmetric.is_empty() {
            return;
        }
        lines.push(Line::new(Kind::Heading, APPLIANCES));
        for one in &steered.asymmetric {
            let appliance = &one.appliance;
            let sees = match one.passed {
                Direction::There => "the forward path, and not the whole return path",
                Direction::Back => "the return path, and not the whole forward path",
            };
            let text = format!("{appliance} sees {sees}: it is stateful, and drops such traffic");
            lines.push(Line::new(Kind::Fails, text));
            for (direction, passage) in [(Direction::There, &one.there), (Direction::Back, &one.back)] {
                let path = passage.names.join(" → ");
                let past = if passage.names.contains(appliance) { "past it" } else { "around it" };
                let line = Line::new(Kind::Step(2), format!("{}, {past}: {path}", direction.word()));
                lines.push(line.along(passage.stops.clone(), direction));
                // The ways above are told already.
                if !steered.there.iter().chain(&steered.back).any(|told| told == passage) {
                    self.told(lines, passage, 3);
                }
            }
        }
        if !steered.asymmetric.is_empty() {
            lines.push(Line::new(Kind::Step(2), TRANSLATES));
        }
        if are_passed {
            let appliances: Vec<&str> = steered.appliances.iter().map(String::as_str).collect();
            let text = format!("packets pass {}", words::list(&appliances));
            lines.push(Line::new(Kind::Holds, text));
            lines.push(Line::new(Kind::Step(2), format!("[{APPLIANCE_PERMITS}] {PERMITS}")));
        }
    }

    /// The routers that packets pass, for each destination of the proof.
    fn paths(&self, proof: &Proof) -> BTreeMap<String, Vec<NameId>> {
        let mut paths: BTreeMap<_, Vec<NameId>> = BTreeMap::new();
        for step in &proof.steps {
            // A delivery stands after what it rests on, so the router nearest to the start comes last.
            let Tuple::Delivered(router, target, part) = step.conclusion else { continue };
            let path = paths.entry((target, part)).or_default();
            if let (Rule::DeliveredNext, Some(Premise::Step(place))) = (step.rule, step.premises.first())
                && let Tuple::Arrives(last, ..) = proof.steps[*place].conclusion
            {
                path.push(last);
            }
            path.push(router);
        }
        let shown = |mut path: Vec<NameId>| {
            path.reverse();
            (path.iter().map(|name| self.name(*name)).collect::<Vec<_>>().join(" → "), path)
        };
        paths.into_values().map(shown).collect()
    }

    fn lost(
        &self,
        lines: &mut Vec<Line>,
        (each, certificates): (&[Lost], &[Astray]),
        network: NameId,
        direction: Direction,
    ) {
        for (index, lost) in each.iter().enumerate() {
            let Some(start) = lost.start else {
                let text = if network == NameId::INTERNET {
                    "no answer gets back".to_owned()
                } else {
                    format!("{} has no gateway to send replies to", self.name(network))
                };
                lines.push(Line::new(Kind::Fails, text));
                self.missing(lines, &lost.missing);
                continue;
            };
            let first = lost.passage.as_ref().and_then(|passage| passage.names.first());
            let (from, to) = (first.map_or(self.name(start), String::as_str), &lost.to);
            let hops = lost.hops.iter().map(|hop| Waypoint::Network(hop.next));
            let last = lost.hops.last().map(|hop| self.name(hop.next));
            let (last, way) = match &lost.passage {
                None => (last, std::iter::once(Waypoint::Network(start)).chain(hops).collect()),
                Some(passage) => {
                    let last = passage.names.last().filter(|_| !passage.steps.is_empty());
                    (last.map(String::as_str), passage.stops.clone())
                }
            };
            let told = match last {
                None => format!("traffic to {to} is dropped at {from}"),
                Some(last) => format!("traffic to {to} from {from} is dropped at {last}"),
            };
            lines.push(Line::new(Kind::Fails, told).along(way, direction));
            if let Some(passage) = &lost.passage {
                self.told(lines, passage, 2);
            }
            for hop in &lost.hops {
                lines.push(Line::new(Kind::Step(2), self.hop(hop)));
            }
            self.missing(lines, &lost.missing);
            if let Some(astray) = certificates.get(index).filter(|astray| astray.states.len() > 1) {
                let routers: BTreeSet<&str> =
                    astray.states.iter().map(|state| self.name(state.router)).collect();
                let routers: Vec<&str> = routers.into_iter().collect();
                let note = format!("On every path it stays among {}.", words::list(&routers));
                lines.push(Line::new(Kind::Step(2), note));
            }
        }
    }

    fn hop(&self, hop: &Hop) -> String {
        let (router, next) = (self.name(hop.router), self.name(hop.next));
        format!("{router} sends it to {next}, {}", entry_text(hop.entry, hop.runner_up))
    }

    fn missing(&self, lines: &mut Vec<Line>, missing: &[Missing]) {
        for one in missing {
            lines.push(Line::new(Kind::Missing, &one.text).at(self.at(&one.places)));
        }
    }

    /// The proof as a tree; what stands in it twice is told once.
    fn proof(&self, lines: &mut Vec<Line>, explanation: &Explanation, proof: &Proof) {
        let Some(last) = proof.steps.len().checked_sub(1) else { return };
        let mut told: BTreeSet<usize> = BTreeSet::new();
        let mut open = vec![(last, 2)];
        while let Some((place, depth)) = open.pop() {
            let step = &proof.steps[place];
            let is_first = told.insert(place);
            let sentence = self.words.application(proof, step, explanation);
            let again = if is_first { "" } else { " (see above)" };
            let line = Line::new(Kind::Step(depth), format!("[{}] {sentence}{again}", step.rule.id()));
            lines.push(if is_first { line.at(self.rows(step)) } else { line });
            if is_first {
                open.extend(below(proof, step, depth).into_iter().rev());
            }
        }
    }

    /// Where the facts that the step rests on are stated.
    fn rows(&self, step: &Application) -> Vec<Rows> {
        let mut rows = Vec::new();
        let mut seen = BTreeSet::new();
        for premise in &step.premises {
            let Premise::Fact(fact) = premise else { continue };
            if matches!(fact, Fact::HasAsn(..)) {
                continue;
            }
            let stated = self.words.stated(*fact);
            let mut places = self.places(&stated.spans);
            places.retain(|(file, _)| seen.insert(file.clone()));
            rows.push(Rows { by_default: stated.by_default, places });
        }
        rows
    }

    pub(super) fn at(&self, spans: &[Span]) -> Vec<Rows> {
        vec![Rows { by_default: None, places: self.places(spans) }]
    }

    /// The places with their files and lines.
    pub(super) fn places(&self, spans: &[Span]) -> Vec<(String, Span)> {
        let file = |span: &Span| {
            let path = &self.sources.get(span.file).path;
            let path = path.strip_prefix(&self.root).unwrap_or(path);
            (format!("{path}:{}", self.sources.position(*span).line), *span)
        };
        spans.iter().map(file).collect()
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
fn means(status: Status, explanation: &Explanation) -> String {
    let lacks = match (explanation.there_missing.is_none(), explanation.back_missing.is_empty()) {
        (false, false) => "there is neither a forward nor a return path",
        (false, true) => "there is no forward path",
        (true, false) => "there is no return path",
        (true, true) => "a stateful appliance sees one direction only",
    };
    match status {
        Status::Reachable => "have a route, and there is a forward and a return path".to_owned(),
        Status::NeedsRoute => "have no route; there is a forward and a return path".to_owned(),
        Status::Blackhole => format!("have a route, and {lacks}"),
        Status::Unreachable => format!("have no route, and {lacks}"),
    }
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
