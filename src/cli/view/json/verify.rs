//! The shape of what `verify` finds.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use tunnelog::answer::Reasons;
use tunnelog::inventory::Inventory;
use tunnelog::prefix::Prefix;
use tunnelog::source::Sources;
use tunnelog::verify::{Deviation, Kind};

use crate::cli::view::json::client::OfClient;
use crate::cli::view::json::row::{Cell, Origin, Row};

/// What stands before the rows of `verify`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct OfTable<'a> {
    /// Whom the table is about.
    #[serde(flatten)]
    pub(crate) of: OfClient<'a>,
    /// The subnet, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subnet: Option<&'a str>,
    /// The file that was read, as given.
    pub(crate) file: &'a str,
    /// What the file is.
    #[serde(serialize_with = "as_word")]
    pub(crate) kind: Kind,
    /// The interfaces whose routes count, for the table of an operating system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) interfaces: Option<&'a [&'a str]>,
    /// The BGP neighbour, for what is advertised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) neighbour: Option<&'a str>,
}

/// A route that is missing or should not be there.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Deviates<'a> {
    kind: &'static str,
    #[serde(serialize_with = "super::row::as_text")]
    prefix: Prefix,
    cause: &'static str,
    #[serde(skip_serializing_if = "is_none", serialize_with = "super::row::as_list")]
    reasons: Reasons,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    neighbours: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    help: Cow<'static, str>,
}

impl<'a> Deviates<'a> {
    /// The row of `deviation` in a file of that kind, whose place is in `sources`.
    #[must_use]
    pub(crate) fn new(
        deviation: &Deviation,
        kind: Kind,
        inventory: &'a Inventory,
        sources: &Sources,
    ) -> Self {
        let mut neighbours: Vec<&str> =
            deviation.neighbours.iter().map(|neighbour| inventory.names.text(*neighbour)).collect();
        neighbours.sort_unstable();
        Self {
            kind: deviation.kind.word(),
            prefix: deviation.prefix,
            cause: deviation.cause.word(),
            reasons: deviation.reasons,
            neighbours,
            line: deviation.span.map(|span| sources.position(span).line),
            help: match (&deviation.leads, deviation.cause.help(kind)) {
                (Some(leads), help) => format!("{leads}: {help}").into(),
                (None, help) => help.into(),
            },
        }
    }
}

impl Row for Deviates<'_> {
    const COLUMNS: &'static [&'static str] =
        &["kind", "prefix", "cause", "reason", "neighbour", "line", "help"];

    fn origin(&self) -> Origin<'_> {
        Origin::default()
    }

    fn cells<Error>(&self, mut cell: impl FnMut(Cell<'_>) -> Result<(), Error>) -> Result<(), Error> {
        cell(Cell::Text(self.kind))?;
        cell(Cell::Shown(&self.prefix))?;
        cell(Cell::Text(self.cause))?;
        cell(Cell::Shown(&self.reasons))?;
        cell(Cell::Text(&self.neighbours.join(";")))?;
        match &self.line {
            Some(line) => cell(Cell::Shown(line))?,
            None => cell(Cell::Text(""))?,
        }
        cell(Cell::Text(&self.help))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn as_word<S: Serializer>(kind: &Kind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.word())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_none(reasons: &Reasons) -> bool {
    reasons.is_empty()
}
