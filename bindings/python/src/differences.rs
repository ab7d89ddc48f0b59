//! The rows of `whatif` and `diff`, for one inventory, two, or thousands of scenarios.

use arrow_array::RecordBatch;
use pyo3::prelude::*;
use rayon::prelude::*;
use tunnelog::compare::{Comparison, Pair};
use tunnelog::diagnostic::Diagnostic;
use tunnelog::document::{Changed, InScenario};
use tunnelog::language::parse::parse_changes;
use tunnelog::language::syntax::Change;
use tunnelog::scenarios::Baseline;

use crate::changes::{parsed, report};
use crate::columns::{Cells, Columns};
use crate::failure::{Failure, said};
use crate::scope::Scope;
use crate::state::State;
use crate::table::Table;

/// How many scenarios become one batch of rows.
const SCENARIOS_OF_A_BATCH: usize = 32;

/// How many batches a thread makes before Python is asked whether to go on.
const BATCHES_OF_A_THREAD: usize = 4;

/// What changes bring about.
pub(crate) fn whatif(state: &State, scope: &Scope, texts: &[String], force: bool) -> Result<Table, Failure> {
    let mut report = report(state);
    let changes = parsed(texts, &mut report)?;
    let request = scope.request(&state.inventory, &changes)?;
    let sources = report.sources.clone();
    let outcome = baseline(state, scope, request).checked(&sources).outcome(&changes, force);
    report.diagnostics = outcome.diagnostics;
    if !outcome.is_made {
        return Err(Failure::Changes(said(&mut report)));
    }
    report.diagnostics.extend(outcome.warnings);
    let mut columns = Columns::new::<Changed<'_>>(&[], scope.by_client);
    let rows = Changed::all(&outcome.facts, &outcome.differences, &outcome.inventory, scope.by_client);
    columns.push(&Cells::of(rows))?;
    Ok(Table::new(columns)?.with(Vec::new(), said(&mut report)))
}

/// What differs between two inventories.
pub(crate) fn diff(before: &State, after: &State, scope: &Scope) -> Result<Table, Failure> {
    let pair = Pair::new(before.inventory.clone(), after.inventory.clone());
    let request = scope.request(pair.before(), &[]).or_else(|failure| {
        // A gateway or client may be in the second alone, where names have the same numbers.
        scope.request(pair.after(), &[]).map_err(|_| failure)
    })?;
    let comparison = Comparison::between(&pair);
    let mut columns = Columns::new::<Changed<'_>>(&[], scope.by_client);
    let facts = comparison.facts();
    columns.push(&Cells::of(Changed::facts(&facts, scope.by_client)))?;
    comparison.differences(&request, |difference| {
        let mut rows = Vec::new();
        Changed::of(difference, comparison.names(), |row| rows.push(row));
        columns.push(&Cells::of(rows))
    })?;
    Table::new(columns)
}

/// Some scenarios, each a name with its changes.
type Scenarios = [(String, Vec<String>)];

/// What each of many scenarios brings about, tried by itself. Those that cannot be made are left out where `skip` is true.
pub(crate) fn scenarios(
    state: &State,
    scope: &Scope,
    scenarios: &Scenarios,
    force: bool,
    skip: bool,
) -> Result<Table, Failure> {
    let mut report = report(state);
    let parsed = parsed_each(scenarios, &mut report)?;
    let all: Vec<Change> = parsed.iter().flatten().cloned().collect();
    let request = scope.request(&state.inventory, &all)?;
    let sources = report.sources.clone();
    let baseline = baseline(state, scope, request).checked(&sources);
    let tried: Vec<(&str, Vec<Change>)> =
        scenarios.iter().map(|(name, _)| name.as_str()).zip(parsed).collect();
    let batch = |tried: &[(&str, Vec<Change>)]| try_batch(&baseline, tried, scope.by_client, force);
    let mut batches = Vec::new();
    for part in tried.chunks(SCENARIOS_OF_A_BATCH * BATCHES_OF_A_THREAD * rayon::current_num_threads()) {
        go_on()?;
        let made: Result<Vec<Tried>, Failure> = part.par_chunks(SCENARIOS_OF_A_BATCH).map(batch).collect();
        for one in made? {
            if !one.refused.is_empty() && !skip {
                report.diagnostics = one.refused;
                return Err(Failure::Changes(said(&mut report)));
            }
            report.diagnostics.extend(one.refused);
            report.diagnostics.extend(one.found);
            batches.extend(one.batches);
        }
    }
    let empty = Columns::new::<InScenario<'_>>(&[], scope.by_client);
    Ok(Table::new(empty)?.with(batches, said(&mut report)))
}

/// Fails where Python is to stop, as after Ctrl-C.
#[expect(clippy::redundant_closure_for_method_calls, reason = "the method itself is for one lifetime alone")]
fn go_on() -> PyResult<()> {
    Python::attach(|py| py.check_signals())
}

/// The rows of some scenarios.
struct Tried {
    batches: Vec<RecordBatch>,
    found: Vec<Diagnostic>,
    /// What is said of the scenarios that cannot be made.
    refused: Vec<Diagnostic>,
}

fn try_batch(
    baseline: &Baseline<'_>,
    scenarios: &[(&str, Vec<Change>)],
    by_client: bool,
    force: bool,
) -> Result<Tried, Failure> {
    let mut columns = Columns::new::<InScenario<'_>>(&[], by_client);
    let (mut found, mut refused) = (Vec::new(), Vec::new());
    for (name, changes) in scenarios {
        let outcome = baseline.outcome(changes, force);
        if !outcome.is_made {
            refused.extend(outcome.diagnostics);
            continue;
        }
        let rows = Changed::all(&outcome.facts, &outcome.differences, &outcome.inventory, by_client);
        columns.push(&Cells::of(rows.into_iter().map(|row| InScenario { scenario: name, row })))?;
        found.extend(outcome.diagnostics);
        found.extend(outcome.warnings);
    }
    let (_, batches) = columns.finish()?;
    Ok(Tried { batches, found, refused })
}

/// The changes of each scenario. All of them are one file to `report`, as there may not be too many.
fn parsed_each(
    scenarios: &Scenarios,
    report: &mut tunnelog::diagnostic::Report,
) -> Result<Vec<Vec<Change>>, Failure> {
    let mut text = String::new();
    let mut ends = Vec::with_capacity(scenarios.len());
    for change in scenarios.iter().map(|(_, changes)| changes) {
        for line in change {
            text.push_str(line);
            text.push('\n');
        }
        ends.push(text.len());
    }
    let mut changes = parse_changes("scenarios", &text, report).into_iter().peekable();
    if report.has_errors() {
        return Err(Failure::Changes(said(report)));
    }
    let start = |change: &Change| change.atom.span.start();
    let of = |end: usize| std::iter::from_fn(|| changes.next_if(|change| start(change) < end)).collect();
    Ok(ends.into_iter().map(of).collect())
}

fn baseline<'a>(state: &'a State, scope: &Scope, request: tunnelog::answer::Request) -> Baseline<'a> {
    let baseline = Baseline::new(&state.inventory, request);
    if scope.gateways.is_empty() { baseline } else { baseline.narrowed(scope.gateways.clone()) }
}
