//! The shape of what `verify` finds.

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use tunnelog::answer::Reasons;
use tunnelog::document::{Cell, Origin, Row};
use tunnelog::inventory::Inventory;
use tunnelog::source::Sources;
use tunnelog::verify::{Deviation, Kind, What};

use crate::cli::view::json::client::OfClient;

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

/// A route, DNS server or suffix that is missing or should not be there.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Deviates<'a> {
    kind: &'static str,
    #[serde(flatten, serialize_with = "as_named")]
    what: &'a What,
    cause: &'static str,
    #[serde(skip_serializing_if = "is_none", serialize_with = "tunnelog::document::as_list")]
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
        deviation: &'a Deviation,
        kind: Kind,
        inventory: &'a Inventory,
        sources: &Sources,
    ) -> Self {
        let mut neighbours: Vec<&str> =
            deviation.neighbours.iter().map(|neighbour| inventory.names.text(*neighbour)).collect();
        neighbours.sort_unstable();
        Self {
            kind: deviation.kind.word(),
            what: &deviation.what,
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
        cell(Cell::Shown(self.what))?;
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

/// What deviates, as a field that says what it is.
fn as_named<S: Serializer>(what: &What, serializer: S) -> Result<S::Ok, S::Error> {
    let name = match what {
        What::Route(_) => "prefix",
        What::Server(_) => "server",
        What::Suffix(_) => "suffix",
    };
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(name, &what.to_string())?;
    map.end()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_none(reasons: &Reasons) -> bool {
    reasons.is_empty()
}
