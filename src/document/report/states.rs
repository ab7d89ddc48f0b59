//! What a report page says of one inventory, and of the difference between two.

use std::collections::BTreeMap;

use serde::Serialize;

use super::networks::{Holding, Link, Members};
use crate::answer::{GatewayAnswer, ReachRow, Reasons, RouteRow, Status};
use crate::class::Class;
use crate::compare::{Difference, FactDifference, Presence};
use crate::diagnostic::{Diagnostic, Severity};
use crate::names::Name;

/// One inventory: as it is, or before or after a change.
#[derive(Clone, Debug, Serialize)]
pub struct State<'a> {
    /// `now`, `before` or `after`.
    pub label: &'static str,
    /// The path of the inventory, as given.
    pub path: &'a str,
    /// The changes made to it.
    pub changes: Vec<String>,
    /// How commands name it: the path and the changes, as a shell takes them.
    pub command: String,
    /// What it has of each network.
    pub holdings: Vec<Holding>,
    /// Its peerings and tunnels.
    pub links: Vec<Link>,
    /// What clients get, gateway by gateway.
    pub clients: Vec<Clients>,
    /// Why.
    pub explanations: Vec<ExplanationShape>,
    /// What would make networks reachable.
    pub fixes: Vec<FixShape>,
    /// What is doubtful.
    pub findings: Vec<FindingShape>,
    /// The rows of the inventory that anything is said to rest on.
    pub rows: Vec<RowShape>,
    /// What the page has no room for.
    pub left_out: LeftOut,
}

/// How many of each the page has no room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Networks of gateways without an explanation.
    pub explanations: usize,
    /// Networks of gateways and classes that are not reached, without a plan.
    pub fixes: usize,
    /// Findings.
    pub findings: usize,
    /// Rows of the inventory.
    pub rows: usize,
}

/// A destination: network, prefix, status and reasons.
type Reached = (usize, String, &'static str, Vec<&'static str>);

/// A route: prefix and reasons.
type Held = (String, Vec<&'static str>);

/// A status, where there is a destination.
type MaybeStatus = Option<&'static str>;

/// A destination: network, prefix, and status before, after, and until the profile is downloaded again.
type Changed = (usize, String, MaybeStatus, MaybeStatus, MaybeStatus);

/// What the clients of one gateway and class get.
#[derive(Clone, Debug, Serialize)]
pub struct Clients {
    /// The number of the gateway's VNet.
    pub gateway: usize,
    /// The class.
    pub class: &'static str,
    /// The destinations.
    pub reach: Vec<Reached>,
    /// The routes.
    pub routes: Vec<Held>,
}

impl Clients {
    /// The rows of one gateway, class by class, as far as they are about networks of the page.
    #[must_use]
    pub fn of(gateway: Name, answer: &GatewayAnswer, members: &Members) -> Vec<Self> {
        let Some(gateway) = members.number(gateway) else { return Vec::new() };
        let mut classes: Vec<Class> = answer.routes.iter().map(|row| row.class).collect();
        classes.extend(answer.reach.iter().map(|row| row.class));
        classes.sort_unstable();
        classes.dedup();
        let of_class = |class: Class| {
            let reach = answer.reach.iter().filter(|row| row.class == class);
            let routes = answer.routes.iter().filter(|row| row.class == class);
            Self {
                gateway,
                class: class.word(),
                reach: reach.filter_map(|row| reached(row, members)).collect(),
                routes: routes.map(held).collect(),
            }
        };
        classes.into_iter().map(of_class).collect()
    }
}

fn reached(row: &ReachRow, members: &Members) -> Option<Reached> {
    let network = members.number(row.network)?;
    Some((network, row.destination.to_string(), row.status.word(), words(row.reasons)))
}

fn held(row: &RouteRow) -> Held {
    (row.prefix.to_string(), words(row.reasons))
}

fn words(reasons: Reasons) -> Vec<&'static str> {
    reasons.words().collect()
}

/// Whose way to which network is explained or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Asked {
    /// The number of the gateway's VNet.
    pub gateway: usize,
    /// The number of the network.
    pub network: usize,
}

/// Why clients of a gateway reach a network or do not, for all of its destinations.
#[derive(Clone, Debug, Serialize)]
pub struct ExplanationShape {
    /// Whose way to where.
    #[serde(flatten)]
    pub asked: Asked,
    /// What is said of destinations that are alike, line by line.
    pub parts: Vec<Vec<LineShape>>,
}

/// A line of an explanation.
#[derive(Clone, Debug, Serialize)]
pub struct LineShape {
    /// `title`, `status`, `heading`, `holds`, `fails`, `step` or `missing`.
    pub kind: &'static str,
    /// How deep it stands below the others of its kind.
    #[serde(skip_serializing_if = "is_zero")]
    pub depth: usize,
    /// What it says.
    pub text: String,
    /// The rows that it rests on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<RowsShape>,
    /// The classes of clients that this line and those below it are about; none for all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<&'static str>,
    /// The networks that packets pass, where the line tells of a way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub way: Vec<usize>,
}

/// Rows that state something.
#[derive(Clone, Debug, Serialize)]
pub struct RowsShape {
    /// Why, where the rows state it by what they leave open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_default: Option<&'static str>,
    /// Each as `file:line`.
    pub at: Vec<String>,
}

/// What would make a network reachable to clients of one class.
#[derive(Clone, Debug, Serialize)]
pub struct FixShape {
    /// Whose way to where.
    #[serde(flatten)]
    pub asked: Asked,
    /// The class.
    pub class: &'static str,
    /// The plans, the cheapest first.
    pub plans: Vec<PlanLines>,
    /// What is so of the search.
    pub search: String,
}

/// A plan in words.
#[derive(Clone, Debug, Serialize)]
pub struct PlanLines {
    /// What it costs and consists of.
    pub title: String,
    /// The changes, as `whatif` takes them.
    pub changes: Vec<String>,
    /// The commands that make them.
    pub commands: Vec<String>,
    /// What else they bring about.
    pub consequences: Vec<String>,
}

/// Something that is doubtful.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FindingShape {
    /// The code.
    pub code: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// What is wrong.
    pub message: String,
    /// The row, as `file:line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// What was expected there.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub expected: String,
    /// What the user can do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Other rows that belong to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<RelatedShape>,
}

/// A row that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RelatedShape {
    /// The row, as `file:line`.
    pub at: String,
    /// What stands there.
    pub message: String,
}

impl FindingShape {
    /// The shape of `finding`, whose places `at` names.
    pub fn of(finding: &Diagnostic, mut at: impl FnMut(crate::source::Span) -> String) -> Self {
        let related = finding.related.iter();
        Self {
            code: finding.code.name(),
            severity: finding.severity().word(),
            message: finding.message.clone(),
            at: finding.span.map(&mut at),
            expected: finding.label.clone(),
            help: finding.help.clone(),
            related: related
                .map(|(span, text)| RelatedShape { at: at(*span), message: text.clone() })
                .collect(),
        }
    }
}

/// A row of the inventory.
#[derive(Clone, Debug, Serialize)]
pub struct RowShape {
    /// The file and line, as everything else names it.
    pub at: String,
    /// What the file says there.
    pub text: String,
}

/// What differs between two states.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// The facts that only one of them states.
    pub facts: Vec<Fact>,
    /// What differs for clients.
    pub clients: Vec<ChangedClients>,
    /// The warnings of the second state that the first does not have, by their numbers there.
    pub new_findings: Vec<usize>,
    /// The warnings of the first state that the second does not have, by their numbers there.
    pub gone_findings: Vec<usize>,
}

/// A fact that comes or goes.
#[derive(Clone, Debug, Serialize)]
pub struct Fact {
    /// True where it comes.
    pub added: bool,
    /// The fact, as changes write it.
    pub text: String,
}

/// What differs for the clients of one gateway and class.
#[derive(Clone, Debug, Serialize)]
pub struct ChangedClients {
    /// The number of the gateway's VNet.
    pub gateway: usize,
    /// The class.
    pub class: &'static str,
    /// `appears`, `disappears` or `stays`.
    pub presence: &'static str,
    /// True where the profile has to be downloaded again.
    pub download: bool,
    /// The routes gained.
    pub gained: Vec<Held>,
    /// The routes lost.
    pub lost: Vec<Held>,
    /// The destinations: network, prefix, status before, after, and until the download.
    pub reach: Vec<Changed>,
}

impl Comparison {
    /// What differs, as far as it is about networks of the page.
    #[must_use]
    pub fn of(
        facts: &[FactDifference],
        clients: Vec<ChangedClients>,
        before: &[FindingShape],
        after: &[FindingShape],
    ) -> Self {
        let mut facts: Vec<Fact> =
            facts.iter().map(|fact| Fact { added: fact.added, text: fact.to_string() }).collect();
        facts.sort_by(|one, other| (one.added, &one.text).cmp(&(other.added, &other.text)));
        Self { facts, clients, new_findings: without(after, before), gone_findings: without(before, after) }
    }
}

/// The warnings of `these` that `others` does not have. Their places tell nothing: a change moves them.
fn without(these: &[FindingShape], others: &[FindingShape]) -> Vec<usize> {
    let mut left: BTreeMap<(&'static str, String), usize> = BTreeMap::new();
    for finding in others {
        *left.entry((finding.code, finding.message.clone())).or_default() += 1;
    }
    let mut is_new = |finding: &FindingShape| match left.get_mut(&(finding.code, finding.message.clone())) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => finding.severity == Severity::Warning.word(),
    };
    these.iter().enumerate().filter_map(|(place, finding)| is_new(finding).then_some(place)).collect()
}

impl ChangedClients {
    /// What differs for some clients; nothing where their gateway is not on the page.
    #[must_use]
    pub fn of(difference: &Difference, members: &Members) -> Option<Self> {
        let routes = |gained: bool| {
            let rows = difference.routes.iter().filter(move |row| row.gained == gained);
            rows.map(|row| (row.prefix.to_string(), words(row.reasons))).collect()
        };
        let word = |status: Option<Status>| status.map(Status::word);
        let reach = difference.reach.iter().filter_map(|row| {
            let network = members.number(row.network)?;
            Some((network, row.destination.to_string(), word(row.before), word(row.after), word(row.until)))
        });
        Some(Self {
            gateway: members.number(difference.gateway)?,
            class: difference.class.word(),
            presence: match difference.presence {
                Presence::Appears => "appears",
                Presence::Disappears => "disappears",
                Presence::Stays => "stays",
            },
            download: difference.download,
            gained: routes(true),
            lost: routes(false),
            reach: reach.collect(),
        })
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_zero(depth: &usize) -> bool {
    *depth == 0
}
