//! A query file from beginning to end: scenario by scenario, each from the same inventory.

use std::convert::Infallible;

use super::coverage::Coverage;
use super::evaluate::{Evaluator, Rows};
use super::expect::Verdict;
use super::unknown::Unknown;
use crate::answer::Analysis;
use crate::change;
use crate::class::Profile;
use crate::diagnostic::{Code, Diagnostic, Report};
use crate::inventory::Inventory;
use crate::language::parse::parse;
use crate::language::syntax::{QueryFile, Scenario, Statement};
use crate::source::Span;

/// What became of a question or an expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The name of the scenario; none for the lines before the first.
    pub scenario: Option<String>,
    /// Where the statement stands.
    pub span: Span,
    /// The statement, as it is printed.
    pub statement: String,
    /// The answer or the verdict.
    pub result: Found,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The answer to a question.
    Answer(Rows),
    /// Whether an expectation holds.
    Verdict(Verdict),
}

/// The answers to `text`, statements of the query language, one a line.
///
/// # Errors
/// The report, where a statement has a mistake, a change cannot be made or a question is too large.
pub fn answers(analysis: &Analysis<'_>, text: &str) -> Result<Vec<Outcome>, Report> {
    let mut report = Report::default();
    let file = parse("statements", text, &mut report);
    let mut outcomes = Vec::new();
    if !report.has_errors() {
        let mut sink = |outcome| {
            outcomes.push(outcome);
            Ok::<(), Infallible>(())
        };
        let mut evaluator = Evaluator::new(analysis);
        let Ok(()) = run(&mut evaluator, &file, Profile::default(), None, &mut report, &mut sink);
    }
    if report.has_errors() { Err(report) } else { Ok(outcomes) }
}

/// Runs every scenario of `file`, which was parsed without mistakes, and gives `sink` each outcome in order.
///
/// Changes that cannot be made, names that are not known and questions that are too large are added
/// to `report`; a scenario ends at the first change that cannot be made. What the expectations rest on is added to
/// `coverage`, where it is asked for.
///
/// # Errors
/// The first error of `sink`, which ends the work.
pub fn run<E>(
    base: &mut Evaluator<'_>,
    file: &QueryFile,
    profile: Profile,
    mut coverage: Option<&mut Coverage>,
    report: &mut Report,
    mut sink: impl FnMut(Outcome) -> Result<(), E>,
) -> Result<(), E> {
    let mut unknown = Unknown::new(base.analysis());
    for scenario in &file.scenarios {
        let mut changed: Option<Inventory> = None;
        for stage in stages(scenario) {
            let first_question = stage.iter().position(|(statement, _)| !is_change(statement));
            let (edits, questions) = stage.split_at(first_question.unwrap_or(stage.len()));
            let name = scenario.name.as_ref().map(|name| name.text.clone());
            if !edits.is_empty() {
                let inventory = changed.as_ref().unwrap_or(base.analysis().inventory());
                changed = apply(inventory, edits, report);
                if changed.is_none() {
                    break;
                }
            }
            match &changed {
                None => {
                    let asked =
                        Asked { scenario: name.as_deref(), profile, coverage: coverage.as_deref_mut() };
                    ask(base, &mut unknown, questions, asked, report, &mut sink)?;
                }
                Some(inventory) => {
                    let analysis = Analysis::new(inventory);
                    let mut evaluator = Evaluator::new(&analysis);
                    let asked =
                        Asked { scenario: name.as_deref(), profile, coverage: coverage.as_deref_mut() };
                    let mut unknown = Unknown::new(&analysis);
                    ask(&mut evaluator, &mut unknown, questions, asked, report, &mut sink)?;
                }
            }
        }
    }
    Ok(())
}

type Line = (Statement, Span);

fn is_change(statement: &Statement) -> bool {
    matches!(statement, Statement::Change(_))
}

/// The lines of a scenario, cut before each change that follows a question.
fn stages(scenario: &Scenario) -> impl Iterator<Item = &[Line]> {
    scenario.statements.chunk_by(|(one, _), (other, _)| is_change(one) || !is_change(other))
}

fn apply(inventory: &Inventory, changes: &[Line], report: &mut Report) -> Option<Inventory> {
    let changes: Vec<_> = changes
        .iter()
        .filter_map(|(statement, _)| match statement {
            Statement::Change(change) => Some(change.clone()),
            _ => None,
        })
        .collect();
    change::apply(inventory, &changes, false, report)
}

/// What the lines of one stage are asked with.
struct Asked<'a> {
    scenario: Option<&'a str>,
    profile: Profile,
    coverage: Option<&'a mut Coverage>,
}

fn ask<E>(
    evaluator: &mut Evaluator<'_>,
    unknown: &mut Unknown<'_>,
    questions: &[Line],
    Asked { scenario, profile, mut coverage }: Asked<'_>,
    report: &mut Report,
    sink: &mut impl FnMut(Outcome) -> Result<(), E>,
) -> Result<(), E> {
    for (statement, span) in questions {
        unknown.report(statement, profile, report);
        let found = match statement {
            Statement::Change(_) => continue,
            Statement::Ask(query) => evaluator.ask(query, profile).map(Found::Answer),
            Statement::Expect(expectation) => evaluator.expect(expectation, profile).and_then(|verdict| {
                if let Some(coverage) = &mut coverage {
                    coverage.add(evaluator, expectation, profile)?;
                }
                Ok(Found::Verdict(verdict))
            }),
        };
        match found {
            Ok(result) => sink(Outcome {
                scenario: scenario.map(str::to_owned),
                span: *span,
                statement: statement.to_string(),
                result,
            })?,
            Err(error) => report.push(
                Diagnostic::new(Code::QueryTooLarge, error.to_string())
                    .at(*span, "this question")
                    .help("name a gateway or network, or join conditions by a variable that they share"),
            ),
        }
    }
    Ok(())
}
