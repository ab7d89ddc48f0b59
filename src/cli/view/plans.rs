//! Plans as people read them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tunnelog::class::Class;
use tunnelog::fix::Effect;
use tunnelog::fix::{Answer, Direction, End, Goal, Kind, Wish, ZoneGoal};

use crate::cli::shell::screen;
use crate::cli::view::json::fix::PlanShape;
use crate::cli::view::words;
use crate::cli::view::writing::Writing;

/// Why nothing helps where names are wished for.
const NO_RESOLVER: &str = "Names resolve by the inbound endpoint of a DNS Private Resolver that clients are given, in a \
     VNet that the zone is linked to. Whether a server of your own forwards a zone to Azure, no inventory tells.";
/// What costs are measured by.
const SCALE: &str =
    "Cost 1 is what one user does alone, 5 a setting at two places, 10 a new peering, 50 a new gateway.";

/// The whole answer.
pub(crate) fn page(wish: &Wish, answer: &Answer, plans: &[PlanShape], page: &mut Writing) {
    page.heading(&heading(wish));
    if answer.already {
        page.flush(already(wish), "");
        let classes =
            wish.goals.iter().map(|goal| goal.class).chain(wish.zones.iter().map(|goal| goal.class));
        if wish.direction == Direction::Open && classes.into_iter().any(Class::needs_download) {
            let missed =
                if wish.goals.is_empty() { "whose names do not resolve" } else { "that do not get there" };
            page.flush(&format!("Windows clients {missed} may hold the profile of an earlier download."), "");
        }
        return;
    }
    for (number, plan) in (1..).zip(plans) {
        write_plan(page, number, &PlanText::new(plan, wish));
    }
    page.gap();
    page.flush(&end(answer), "");
    if answer.plans.is_empty() && answer.solved == 0 && !wish.zones.is_empty() {
        page.flush(NO_RESOLVER, "");
    }
    if !plans.is_empty() {
        let is_of_route =
            |plan: &PlanShape| plan.measures.iter().all(|one| one.kind == Kind::CustomRoute.word());
        let is_of_classes = !wish.goals.is_empty() && wish.goals.iter().all(|goal| goal.client.is_none());
        if is_of_classes && wish.zones.is_empty() && plans.iter().any(is_of_route) {
            page.flush("Adding the route on each client works too: `tunnelog client-config`.", "");
        }
        page.flush(SCALE, "");
        page.flush(words::VPN_CLIENTS_ONLY, "");
    }
}

fn write_plan(page: &mut Writing, number: usize, plan: &PlanText) {
    page.gap();
    page.heading(&format!("{number}. {}", plan.title));
    page.gap();
    page.changes(&plan.changes, "     ");
    page.gap();
    page.commands(&plan.commands, "     ");
    if !plan.consequences.is_empty() {
        page.gap();
    }
    for sentence in &plan.consequences {
        page.flush(sentence, "     ");
    }
}

/// A plan in words.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PlanText {
    /// What it costs, and which measures it has.
    title: String,
    /// The changes, as `whatif` takes them.
    changes: Vec<String>,
    /// The commands that make them.
    commands: Vec<String>,
    /// What else it brings about.
    consequences: Vec<String>,
}

impl PlanText {
    pub(crate) fn new(plan: &PlanShape, wish: &Wish) -> Self {
        let kinds: Vec<&str> =
            plan.measures.iter().map(|measure| phrase(measure.kind, wish.direction)).collect();
        let broken = plan.breaks.iter().map(|text| format!("No longer holds: {}", screen::one_line(text)));
        Self {
            title: format!("Cost {}: {}", plan.cost, counted(&kinds)),
            changes: plan.changes.clone(),
            commands: plan.commands.clone(),
            consequences: consequences(&plan.effects, wish).into_iter().chain(broken).collect(),
        }
    }
}

/// What is wanted, for whom.
fn heading(wish: &Wish) -> String {
    let mut networks_of: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
    for goal in &wish.goals {
        let same = |other: &&Goal| other.network == goal.network && other.within == goal.within;
        let network = screen::one_line(&goal.network);
        let network = goal.within.map_or(network.clone(), |prefix| format!("{network} ({prefix})"));
        // Whoever wants the same stands together.
        let same = wish.goals.iter().filter(same).map(Clients::of);
        networks_of.entry(whom(same, wish.direction)).or_default().insert(network);
    }
    let mut zones_of: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
    for goal in &wish.zones {
        let same = wish.zones.iter().filter(|other| other.zone == goal.zone).map(Clients::of_zone);
        zones_of.entry(whom(same, wish.direction)).or_default().insert(screen::one_line(&goal.zone));
    }
    let (verb, preposition) = match wish.direction {
        Direction::Open => ("reach", "for"),
        Direction::Close => ("close", "to"),
    };
    let parts = |verb: &str, wanted: BTreeMap<Vec<String>, BTreeSet<String>>| {
        let parts = wanted.into_iter().map(|(whom, what)| {
            let what: Vec<String> = what.into_iter().collect();
            format!("{}, {preposition} {}", words::list(&what), words::list(&whom))
        });
        let parts = parts.collect::<Vec<_>>().join("; ");
        (!parts.is_empty()).then(|| format!("to {verb} {parts}"))
    };
    let parts = [parts(verb, networks_of), parts("resolve names of", zones_of)];
    let heading = parts.into_iter().flatten().collect::<Vec<_>>().join("; ");
    heading.replacen("to ", "To ", 1)
}

/// Whose goal it is.
struct Clients<'a> {
    gateway: &'a str,
    class: Class,
    client: Option<&'a str>,
}

impl<'a> Clients<'a> {
    fn of(goal: &'a Goal) -> Self {
        Self { gateway: &goal.gateway, class: goal.class, client: goal.client.as_deref() }
    }

    fn of_zone(goal: &'a ZoneGoal) -> Self {
        Self { gateway: &goal.gateway, class: goal.class, client: goal.client.as_deref() }
    }

    /// True where an effect is about them.
    fn has(&self, effect: &Effect) -> bool {
        self.gateway == effect.gateway && (self.client.is_none() || self.client == effect.client.as_deref())
    }
}

/// The clients of goals, those of one gateway together.
fn whom<'a>(goals: impl Iterator<Item = Clients<'a>>, direction: Direction) -> Vec<String> {
    let mut classes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut clients = BTreeSet::new();
    for goal in goals {
        let (system, protocol) = words::clients(goal.class);
        // In the middle of a sentence.
        let system = if goal.class.is_windows() { system } else { "non-Windows" };
        match goal.client {
            Some(client) => {
                clients.insert(format!(
                    "{}, a client of {}",
                    screen::one_line(client),
                    screen::one_line(goal.gateway)
                ));
            }
            None => classes.entry(goal.gateway).or_default().push(format!("{system} clients{protocol}")),
        }
    }
    let of_gateway = classes.into_iter().map(|(gateway, whose)| {
        let gateway = screen::one_line(gateway);
        // A way is open or closed to all clients of a gateway alike.
        if direction == Direction::Close {
            return format!("all clients of {gateway}");
        }
        format!("{} of {gateway}", words::list(&whose))
    });
    of_gateway.chain(clients).collect()
}

fn already(wish: &Wish) -> &'static str {
    match (wish.direction, wish.goals.is_empty(), wish.zones.is_empty()) {
        (Direction::Close, ..) => "All of it is closed already.",
        (Direction::Open, _, true) => "All of it is reachable already.",
        (Direction::Open, true, false) => "All of its names resolve already.",
        (Direction::Open, false, false) => "All of it is reachable and resolves already.",
    }
}

/// What is so of the search as a whole.
pub(crate) fn end(answer: &Answer) -> String {
    let measures = match answer.measures {
        0 => return "No change is known that could help.".to_owned(),
        1 => "1 candidate change".to_owned(),
        count => format!("{count} candidate changes"),
    };
    let solved = answer.solved;
    match (answer.end, answer.plans.is_empty()) {
        (End::Exhausted, true) => {
            format!("No combination works ({measures} tried).")
        }
        (End::Exhausted, false) => {
            format!("No other combination works ({measures} tried).")
        }
        (End::Enough, _) => "There may be more, none of them cheaper; `--max` lists more.".to_owned(),
        (End::Effort(below), true) => format!(
            "Nothing found yet: every combination that costs less than {below} was tried ({solved} of {measures}). `--effort N` looks further."
        ),
        (End::Effort(below), false) => format!(
            "There may be others at cost {below} or more: the search stopped after {solved} combinations of {measures}. `--effort N` looks further."
        ),
    }
}

fn phrase(word: &str, direction: Direction) -> &'static str {
    let kind = Kind::ALL.into_iter().find(|kind| kind.word() == word);
    kind.map_or("", |kind| match direction {
        Direction::Open => kind.opens(),
        Direction::Close => kind.closes(),
    })
}

/// Phrases, each once, with how often they stand.
fn counted(phrases: &[&str]) -> String {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for phrase in phrases {
        match counted.iter_mut().find(|(known, _)| known == phrase) {
            Some((_, count)) => *count += 1,
            None => counted.push((phrase, 1)),
        }
    }
    let texts = counted.into_iter().map(|(phrase, count)| match count {
        1 => phrase.to_owned(),
        _ => format!("{phrase} ({count} times)"),
    });
    texts.collect::<Vec<_>>().join("; ")
}

/// What else changes for clients, beside what is wished for: each sentence once, with all whom it is about.
fn consequences(effects: &[Effect], wish: &Wish) -> Vec<String> {
    let mut about: Vec<(Whose, String, Vec<String>)> = Vec::new();
    for effect in effects {
        let Some(text) = consequence(effect, wish) else { continue };
        let class = Class::ALL.into_iter().find(|class| class.word() == effect.class);
        let (system, protocol) = class.map(words::clients).unwrap_or_default();
        let gateway = screen::one_line(&effect.gateway);
        let (whose, name) = match &effect.client {
            Some(client) => (Whose::Client, format!("{} ({gateway})", screen::one_line(client))),
            None => (Whose::Class(format!("{system} clients{protocol}")), gateway),
        };
        match about.iter_mut().find(|row| row.0 == whose && row.1 == text) {
            Some((_, _, names)) => names.push(name),
            None => about.push((whose, text, vec![name])),
        }
    }
    let sentence = |(whose, text, names): (Whose, String, Vec<String>)| match whose {
        Whose::Class(clients) => format!("{clients} of {} {text}.", words::list(&names)),
        Whose::Client => format!("These clients {text}: {}.", words::list(&names)),
    };
    about.into_iter().map(sentence).collect()
}

/// Whom a sentence is about.
#[derive(PartialEq, Eq)]
enum Whose {
    Class(String),
    Client,
}

/// What changes for some clients, as the end of a sentence; none where nothing does but what is wished for.
fn consequence(effect: &Effect, wish: &Wish) -> Option<String> {
    let is_wished = |network: &&String| {
        wish.goals.iter().any(|goal| {
            goal.network == **network
                && Clients::of(goal).has(effect)
                && (goal.class.word() == effect.class || wish.direction == Direction::Close)
        })
    };
    let is_wished_zone = |zone: &&String| {
        let is_meant = |goal: &ZoneGoal| goal.zone == **zone && goal.class.word() == effect.class;
        wish.zones.iter().any(|goal| is_meant(goal) && Clients::of_zone(goal).has(effect))
    };
    let other = |names: &[String]| -> Vec<String> {
        names.iter().filter(|name| !is_wished(name)).map(|name| screen::one_line(name)).collect()
    };
    let [gained, nearer, lost] =
        [&effect.gained, &effect.needs_route, &effect.lost].map(|names| other(names));
    let zones = |zones: &[String]| -> Vec<String> {
        let text = |zone: &String| match &**zone {
            "" => "any zone".to_owned(),
            zone => screen::one_line(zone),
        };
        zones.iter().filter(|zone| !is_wished_zone(zone)).map(text).collect()
    };
    let [resolved, depending, unresolved] =
        [&effect.resolves, &effect.depends, &effect.unresolved].map(|names| zones(names));
    let mut parts = Vec::new();
    if !gained.is_empty() {
        parts.push(format!("gain {}", words::list(&gained)));
    }
    if !nearer.is_empty() {
        parts.push(format!("could reach {} with a route added by hand", words::list(&nearer)));
    }
    if !lost.is_empty() {
        parts.push(format!("lose {}", words::list(&lost)));
    }
    if !resolved.is_empty() {
        parts.push(format!("resolve names of {}", words::list(&resolved)));
    }
    if !depending.is_empty() {
        parts
            .push(format!("resolve names of {} only if their server forwards them", words::list(&depending)));
    }
    if !unresolved.is_empty() {
        parts.push(format!("no longer resolve names of {}", words::list(&unresolved)));
    }
    if effect.download {
        parts.push("have to download the profile again".to_owned());
    }
    (!parts.is_empty()).then(|| parts.join(", and "))
}
