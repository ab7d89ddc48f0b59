//! What a report page says of one inventory, and of the difference between two.

use std::collections::BTreeMap;

use serde::Serialize;
use tunnelog::answer::{GatewayAnswer, NameRow, ReachRow, Reasons, RouteRow, Status};
use tunnelog::class::Class;
use tunnelog::compare::{Difference, FactDifference, Presence};
use tunnelog::diagnostic::{Diagnostic, Severity};
use tunnelog::names::{Labels, NameId};

use crate::cli::view::explanation::lines::Line;
use crate::cli::view::json::report::networks::{ApplianceShape, Holding, Link, Members, StopShape};
use crate::cli::view::plans::PlanText;
use crate::cli::view::zones;

/// One inventory: as it is, or before or after a change.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct State<'a> {
    /// `now`, `before` or `after`.
    pub(crate) label: &'static str,
    /// The path of the inventory, as given.
    pub(crate) path: &'a str,
    /// The changes made to it.
    pub(crate) changes: Vec<String>,
    /// How commands name it: the path and the changes, as a shell takes them.
    pub(crate) command: String,
    /// What it has of each network.
    pub(crate) holdings: Vec<Holding>,
    /// Its peerings and tunnels.
    pub(crate) links: Vec<Link>,
    /// Its appliances.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) appliances: Vec<ApplianceShape>,
    /// What clients get, gateway by gateway.
    pub(crate) clients: Vec<Clients>,
    /// Why.
    pub(crate) explanations: Vec<ExplanationShape>,
    /// What would make networks reachable.
    pub(crate) fixes: Vec<FixShape>,
    /// What is doubtful.
    pub(crate) findings: Vec<FindingShape>,
    /// The rows of the inventory that anything is said to rest on.
    pub(crate) rows: Vec<RowShape>,
    /// What the page has no room for.
    pub(crate) left_out: LeftOut,
}

/// How many of each the page has no room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct LeftOut {
    /// Networks of gateways without an explanation.
    pub(crate) explanations: usize,
    /// Networks of gateways and classes that are not reached, without a plan.
    pub(crate) fixes: usize,
    /// Findings.
    pub(crate) findings: usize,
    /// Rows of the inventory.
    pub(crate) rows: usize,
}

/// A destination: network, prefix, status and reasons.
pub(super) type Reached = (usize, String, &'static str, Vec<&'static str>);

/// A route: prefix and reasons.
pub(super) type Held = (String, Vec<&'static str>);

/// A status, where there is a destination.
type MaybeStatus = Option<&'static str>;

/// A destination: network, prefix, and status before, after, and until the profile is downloaded again.
type Changed = (usize, String, MaybeStatus, MaybeStatus, MaybeStatus);

/// What the clients of one gateway and class get.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Clients {
    /// The number of the gateway's VNet.
    pub(crate) gateway: usize,
    /// The class.
    pub(crate) class: &'static str,
    /// The destinations.
    pub(crate) reach: Vec<Reached>,
    /// The routes.
    pub(crate) routes: Vec<Held>,
    /// What they get for names, in a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) names: Option<String>,
}

impl Clients {
    /// The rows of one gateway, class by class, as far as they are about networks of the page.
    #[must_use]
    pub(crate) fn of(
        gateway: NameId,
        answer: &GatewayAnswer,
        members: &Members,
        labels: &Labels,
    ) -> Vec<Self> {
        let Some(gateway) = members.number(gateway) else { return Vec::new() };
        let mut classes: Vec<Class> = answer.routes.iter().map(|row| row.class).collect();
        classes.extend(answer.reach.iter().map(|row| row.class));
        classes.sort_unstable();
        classes.dedup();
        let of_class = |class: Class| {
            let reach = answer.reach.iter().filter(|row| row.class == class);
            let routes = answer.routes.iter().filter(|row| row.class == class);
            let names: Vec<&NameRow> = answer.names.iter().filter(|row| row.class == class).collect();
            Self {
                gateway,
                class: class.word(),
                reach: reach.filter_map(|row| reached(row, members)).collect(),
                routes: routes.map(held).collect(),
                names: zones::line(&names, |zone| labels.text(zone).to_owned()),
            }
        };
        classes.into_iter().map(of_class).collect()
    }
}

pub(super) fn reached(row: &ReachRow, members: &Members) -> Option<Reached> {
    let network = members.number(row.network)?;
    Some((network, row.destination.to_string(), row.status.word(), words(row.reasons)))
}

pub(super) fn held(row: &RouteRow) -> Held {
    (row.prefix.to_string(), words(row.reasons))
}

fn words(reasons: Reasons) -> Vec<&'static str> {
    reasons.words().collect()
}

/// Whose way to which network is explained or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Asked {
    /// The number of the gateway's VNet.
    pub(crate) gateway: usize,
    /// The number of the network.
    pub(crate) network: usize,
}

/// Why clients of a gateway reach a network or do not, for all of its destinations.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ExplanationShape {
    /// Whose way to where.
    #[serde(flatten)]
    pub(crate) asked: Asked,
    /// What is said of destinations that are alike, line by line.
    pub(crate) parts: Vec<Vec<Line<StopShape>>>,
}

/// What would make a network reachable to clients of one class.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FixShape {
    /// Whose way to where.
    #[serde(flatten)]
    pub(crate) asked: Asked,
    /// The class.
    pub(crate) class: &'static str,
    /// The plans, the cheapest first.
    pub(crate) plans: Vec<PlanText>,
    /// What is so of the search.
    pub(crate) search: String,
}

/// Something that is doubtful.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct FindingShape {
    /// The code.
    pub(crate) code: &'static str,
    /// `error`, `warning` or `note`.
    pub(crate) severity: &'static str,
    /// What is wrong.
    pub(crate) message: String,
    /// The row, as `file:line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<String>,
    /// What was expected there.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) expected: String,
    /// What the user can do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) help: Option<String>,
    /// Other rows that belong to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) related: Vec<RelatedShape>,
}

/// A row that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct RelatedShape {
    /// The row, as `file:line`.
    pub(crate) at: String,
    /// What stands there.
    pub(crate) message: String,
}

impl FindingShape {
    /// The shape of `finding`, whose places `at` names.
    pub(crate) fn of(finding: &Diagnostic, mut at: impl FnMut(tunnelog::source::Span) -> String) -> Self {
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
pub(crate) struct RowShape {
    /// The file and line, as everything else names it.
    pub(crate) at: String,
    /// What the file says there.
    pub(crate) text: String,
}

/// What differs between two states.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Comparison {
    /// The facts that only one of them states.
    pub(crate) facts: Vec<Fact>,
    /// What differs for clients.
    pub(crate) clients: Vec<ChangedClients>,
    /// The warnings of the second state that the first does not have, by their numbers there.
    pub(crate) new_findings: Vec<usize>,
    /// The warnings of the first state that the second does not have, by their numbers there.
    pub(crate) gone_findings: Vec<usize>,
}

/// A fact that comes or goes.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Fact {
    /// True where it comes.
    pub(crate) added: bool,
    /// The fact, as changes write it.
    pub(crate) text: String,
}

/// What differs for the clients of one gateway and class.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ChangedClients {
    /// The number of the gateway's VNet.
    pub(crate) gateway: usize,
    /// The class.
    pub(crate) class: &'static str,
    /// `appears`, `disappears` or `stays`.
    pub(crate) presence: &'static str,
    /// True where the profile has to be downloaded again.
    pub(crate) download: bool,
    /// The routes gained.
    pub(crate) gained: Vec<Held>,
    /// The routes lost.
    pub(crate) lost: Vec<Held>,
    /// The destinations: network, prefix, status before, after, and until the download.
    pub(crate) reach: Vec<Changed>,
}

impl Fact {
    /// All of them, those that go first.
    pub(super) fn all(facts: &[FactDifference]) -> Vec<Self> {
        let mut facts: Vec<Self> =
            facts.iter().map(|fact| Self { added: fact.added, text: fact.to_string() }).collect();
        facts.sort_by(|one, other| (one.added, &one.text).cmp(&(other.added, &other.text)));
        facts
    }
}

impl Comparison {
    /// What differs, as far as it is about networks of the page.
    #[must_use]
    pub(crate) fn of(
        facts: &[FactDifference],
        clients: Vec<ChangedClients>,
        before: &[FindingShape],
        after: &[FindingShape],
    ) -> Self {
        Self {
            facts: Fact::all(facts),
            clients,
            new_findings: without(after, before),
            gone_findings: without(before, after),
        }
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
    pub(crate) fn of(difference: &Difference, members: &Members) -> Option<Self> {
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
