//! The shape of what `ask` answers.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use tunnelog::document::Head;
use tunnelog::query::evaluate::Rows;
use tunnelog::query::expect::Verdict;
use tunnelog::query::run;
use tunnelog::source::Sources;

use crate::cli::view::json::coverage::CoverageShape;

/// The document of `ask`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Document<'a> {
    /// What stands before the outcomes.
    #[serde(flatten)]
    pub(crate) head: Head<'a>,
    /// The outcomes, in the order of their statements.
    pub(crate) outcomes: &'a [Outcome],
    /// What the expectations exercise, where it is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) coverage: Option<&'a CoverageShape>,
}

/// What became of a statement, with its place resolved.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Outcome {
    /// The query file, or what stands for it.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: usize,
    /// The scenario; none for the lines before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scenario: Option<String>,
    /// The statement, as it is printed.
    pub(crate) statement: String,
    /// The answer or the verdict.
    #[serde(flatten)]
    pub(crate) found: Found,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Found {
    /// The answer to a question.
    Answer(Answer),
    /// Whether an expectation holds.
    Verdict(VerdictShape),
}

/// The answer to a question.
#[derive(Clone, Debug)]
pub(crate) struct Answer(pub Rows);

/// Whether an expectation holds.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct VerdictShape {
    /// True where it holds.
    pub(crate) passed: bool,
    /// What was expected and is not there.
    pub(crate) missing: Vec<String>,
    /// What is there and was not expected, or in place of what is missing.
    pub(crate) found: Vec<String>,
}

impl From<Verdict> for VerdictShape {
    fn from(verdict: Verdict) -> Self {
        Self { passed: verdict.passed, missing: verdict.missing, found: verdict.found }
    }
}

impl Outcome {
    /// The shape of `outcome`, whose place is in `sources`.
    #[must_use]
    pub(crate) fn new(outcome: run::Outcome, sources: &Sources) -> Self {
        Self {
            file: sources.get(outcome.span.file).path.clone(),
            line: sources.position(outcome.span).line,
            scenario: outcome.scenario,
            statement: outcome.statement,
            found: match outcome.result {
                run::Found::Answer(rows) => Found::Answer(Answer(rows)),
                run::Found::Verdict(verdict) => Found::Verdict(verdict.into()),
            },
        }
    }

    /// True for an expectation that does not hold.
    #[must_use]
    pub(crate) fn failed(&self) -> bool {
        matches!(&self.found, Found::Verdict(verdict) if !verdict.passed)
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Rows { columns, rows } = &self.0;
        let rows: Vec<Object<'_>> = rows.iter().map(|cells| Object { columns, cells }).collect();
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("holds", &!rows.is_empty())?;
        map.serialize_entry("columns", columns)?;
        // Yes is a row without cells, which would say nothing here.
        let objects: &[Object<'_>] = if columns.is_empty() { &[] } else { &rows };
        map.serialize_entry("rows", objects)?;
        map.end()
    }
}

/// A row as an object, in the order of the columns.
struct Object<'a> {
    columns: &'a [String],
    cells: &'a [String],
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.columns.iter().zip(self.cells))
    }
}
