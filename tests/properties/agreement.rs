//! Whether the solver and the simulator say the same of an inventory.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::fmt::Debug;

use ipnet::IpNet;
use proptest::test_runner::{TestCaseError, TestCaseResult};
use tunnelog::answer::{Analysis, By, Evaluation, Request};
use tunnelog::class::Profile;
use tunnelog::inventory::Inventory;
use tunnelog::prefix::Prefix;

use super::rows::Rows;
use super::simulator::{Lines, Question, ReachLine, Relations, RouteLine, Simulator};

pub(crate) fn questions() -> impl Iterator<Item = Question> {
    let both = [false, true].into_iter();
    both.flat_map(|observed| [false, true].map(|by_client| Question { observed, by_client }))
}

/// Asserts that simulator and solver give the same answers, the solver in the order of the CSV output.
pub(crate) fn answers_agree(inventory: &Inventory) -> TestCaseResult {
    let simulator = Simulator::new(inventory);
    let analysis = Analysis::new(inventory);
    for question in questions() {
        let expected = simulator.answer(question);
        for evaluation in [Evaluation::Auto, Evaluation::Whole, Evaluation::Single] {
            same_lines(&expected, &ask(&analysis, &request(question, evaluation)))?;
        }
    }
    Ok(())
}

/// Asserts that simulator and solver attach, learn and deliver the same.
pub(crate) fn relations_agree(inventory: &Inventory) -> TestCaseResult {
    let (expected, actual) = (Simulator::new(inventory).relations(), solved_relations(inventory));
    same("attached", &expected.attached, &actual.attached)?;
    same("learned", &expected.learned, &actual.learned)?;
    let flat = |delivered: BTreeMap<(String, String), Vec<IpNet>>| -> Vec<_> {
        delivered
            .into_iter()
            .flat_map(|(key, nets)| nets.into_iter().map(move |net| (key.clone(), net)))
            .collect()
    };
    same("delivered", &flat(expected.delivered), &flat(actual.delivered))
}

pub(crate) fn same_lines(expected: &Lines, actual: &Lines) -> TestCaseResult {
    same("routes", &expected.routes, &actual.routes)?;
    same("reach", &expected.reach, &actual.reach)
}

/// Fails with the rows that only one of the two has, or with the order.
fn same<Row: Ord + Debug>(
    what: &str,
    expected: impl IntoIterator<Item = Row> + Clone,
    actual: impl IntoIterator<Item = Row> + Clone,
) -> TestCaseResult {
    let [one, other]: [Vec<Row>; 2] = [expected.into_iter().collect(), actual.into_iter().collect()];
    if one == other {
        return Ok(());
    }
    let lacking = |from: &[Row], of: &[Row]| -> Vec<String> {
        from.iter().filter(|row| !of.contains(row)).map(|row| format!("  {row:?}")).collect()
    };
    let (missing, surplus) = (lacking(&one, &other), lacking(&other, &one));
    Err(TestCaseError::fail(if missing.is_empty() && surplus.is_empty() {
        format!("{what}: the same rows in another order or number: {other:#?}")
    } else {
        let [missing, surplus] = [missing, surplus].map(|rows| rows.join("\n"));
        format!("{what}\nonly expected:\n{missing}\nonly given:\n{surplus}")
    }))
}

pub(crate) fn solved(rows: &Rows, question: Question, evaluation: Evaluation) -> Lines {
    solve(&rows.inventory(), question, evaluation)
}

pub(crate) fn solve(inventory: &Inventory, question: Question, evaluation: Evaluation) -> Lines {
    ask(&Analysis::new(inventory), &request(question, evaluation))
}

pub(crate) fn request(question: Question, evaluation: Evaluation) -> Request {
    Request {
        profile: if question.observed { Profile::Observed } else { Profile::Article },
        by: if question.by_client { By::Client } else { By::Class },
        evaluation,
        ..Request::default()
    }
}

pub(crate) fn ask(analysis: &Analysis<'_>, request: &Request) -> Lines {
    let inventory = analysis.inventory();
    let mut lines = Lines::default();
    let client_name = |index: Option<u32>| {
        let clients = inventory.clients.iter().flatten();
        let mut named = clients.zip(0u32..).filter(|(_, number)| Some(*number) == index);
        named.next().map_or_else(String::new, |(client, _)| client.name.to_string())
    };
    let done: Result<(), Infallible> = analysis.answer(request, |gateway, answer| {
        let gateway = || inventory.names.text(gateway).to_owned();
        lines.routes.extend(answer.routes.iter().map(|row| RouteLine {
            client: client_name(row.client),
            gateway: gateway(),
            class: row.class.word().to_owned(),
            prefix: row.prefix.to_string(),
            reason: row.reasons.to_string(),
        }));
        lines.reach.extend(answer.reach.iter().map(|row| ReachLine {
            client: client_name(row.client),
            gateway: gateway(),
            class: row.class.word().to_owned(),
            network: inventory.names.text(row.network).to_owned(),
            destination: row.destination.to_string(),
            status: row.status.word().to_owned(),
            reason: row.reasons.to_string(),
        }));
        Ok(())
    });
    let Ok(()) = done;
    lines
}

/// The relations of the solver, with parts as the addresses that they stand for.
fn solved_relations(inventory: &Inventory) -> Relations {
    let prefix = |text: &String| -> Prefix { text.parse().expect("relations hold prefixes") };
    let target =
        |kind: &str, name: &str| if kind == "pool" { format!("pool of {name}") } else { name.to_owned() };
    let mut relations = Relations::default();
    let mut inside: BTreeMap<Prefix, BTreeSet<Prefix>> = BTreeMap::new();
    let mut parts: BTreeMap<(String, String), Vec<Prefix>> = BTreeMap::new();
    let done: Result<(), Infallible> = Analysis::new(inventory).relations(Profile::Article, |relation| {
        if relation.name == "covers" {
            // Each connected component comes with its own prefixes, before what is derived from them.
            inside.clear();
        }
        for row in &relation.rows {
            match (relation.name, &row[..]) {
                ("covers", [outer, inner]) if outer != inner => {
                    inside.entry(prefix(outer)).or_default().insert(prefix(inner));
                }
                ("attached", [router, kind, name, net]) => {
                    relations.attached.insert((router.clone(), target(kind, name), prefix(net).net()));
                }
                ("learned", [router, neighbour, net, origin]) => {
                    let row = (router.clone(), neighbour.clone(), prefix(net).net(), origin.clone());
                    relations.learned.insert(row);
                }
                ("delivered", [router, kind, name, net]) => {
                    let whole = prefix(net);
                    let holes: Vec<Prefix> = inside.get(&whole).into_iter().flatten().copied().collect();
                    let key = (router.clone(), target(kind, name));
                    parts.entry(key).or_default().extend(whole.without(&holes));
                }
                _ => {}
            }
        }
        Ok(())
    });
    let Ok(()) = done;
    let nets = |parts: Vec<Prefix>| IpNet::aggregate(&parts.into_iter().map(Prefix::net).collect::<Vec<_>>());
    relations.delivered = parts.into_iter().map(|(key, parts)| (key, nets(parts))).collect();
    relations
}
