//! What a page says of one inventory.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;

use tunnelog::answer::{Analysis, Request};
use tunnelog::class::Profile;
use tunnelog::topology::Topology;

use crate::cli::shell::exit::Failure;
use crate::cli::shell::work;
use crate::cli::verb::report::reading::Side;
use crate::cli::verb::report::reasons::{Reasons, Wanted};
use crate::cli::verb::report::rows::Rows;
use crate::cli::view::json::report::{Clients, FindingShape, LeftOut, Members, State};
use crate::cli::view::words::shell_word;

/// More rows of answers than this make a file that is slow to open.
pub(super) const MOST_ROWS: usize = 200_000;

/// The most findings that a page lists.
const MOST_FINDINGS: usize = 1_000;

/// All that the page says of `analysis`, which may have `rows_left` rows of answers.
pub(super) fn state<'a>(
    analysis: &Analysis<'_>,
    side: &'a Side,
    members: &Members,
    request: &Request,
    wanted: Wanted,
    rows_left: &mut usize,
) -> Result<State<'a>, Failure> {
    let rows = Rows::new(&side.report.sources, &side.path);
    let inventory = analysis.inventory();
    let findings: Vec<FindingShape> = side
        .report
        .diagnostics
        .iter()
        .take(MOST_FINDINGS)
        .map(|finding| FindingShape::of(finding, |span| rows.at(span)))
        .collect();
    let holdings = members.holdings(inventory, |span| rows.at(span));
    let links = members.links(&Topology::new(inventory), |span| rows.at(span));
    let mut clients = Vec::new();
    let with_names = Request { names: true, ..request.clone() };
    analysis.answer(&with_names, |gateway, answer| {
        work::go_on()?;
        let count = answer.reach.len() + answer.routes.len();
        *rows_left = rows_left.checked_sub(count).ok_or_else(|| too_many(request))?;
        clients.extend(Clients::of(gateway, answer, members, &inventory.labels));
        Ok::<(), Failure>(())
    })?;
    let passed = RefCell::new(BTreeSet::new());
    let (sources, root) = (&side.report.sources, side.path.as_str());
    let reasons = Reasons { analysis, sources, root, members, request, rows: &rows, passed };
    let (explanations, unexplained) = reasons.explanations(&clients, wanted)?;
    let (fixes, unfixed) = reasons.fixes(&clients, wanted)?;
    let appliances = members.appliances(inventory, &reasons.passed.borrow(), |span| rows.at(span));
    let mut left_out = LeftOut {
        explanations: unexplained,
        fixes: unfixed,
        findings: side.report.diagnostics.len() - findings.len(),
        rows: 0,
    };
    let (rows, rows_left_out) = rows.shapes();
    left_out.rows = rows_left_out;
    Ok(State {
        label: side.label,
        path: &side.path,
        changes: side.changes.clone(),
        command: command(root, request.profile, &side.changes, side.force),
        holdings,
        links,
        appliances,
        clients,
        explanations,
        fixes,
        findings,
        rows,
        left_out,
    })
}

fn too_many(request: &Request) -> Failure {
    let most = MOST_ROWS;
    let several = request.gateways.as_ref().is_none_or(|gateways| gateways.len() > 1);
    let help = if several {
        "name a gateway with `--gateway`, or a class of clients with `--class`"
    } else {
        "name a class of clients with `--class`, or a network with `--around`"
    };
    Failure::new(format!("a page takes {most} routes and destinations, and there are more")).help(help)
}

/// How other verbs are told of the inventory at `path` with `changes`, as a shell takes it.
pub(crate) fn command(path: &str, profile: Profile, changes: &[String], force: bool) -> String {
    let mut words: Vec<Cow<'_, str>> = vec![shell_word(path)];
    if profile != Profile::default() {
        words.push(format!("--model {}", profile.word()).into());
    }
    for change in changes {
        words.push("--with".into());
        words.push(shell_word(change));
    }
    if force {
        words.push("--force".into());
    }
    words.join(" ")
}
