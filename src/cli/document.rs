//! The shape of every output that programs read: columns of a table and keys of a JSON document.
//!
//! `docs/schema/` holds a JSON Schema of each document. A column or key changes only with the
//! number at the end of the schema's name.

pub(crate) mod ask;
mod client;
pub(crate) mod coverage;
mod difference;
pub(crate) mod explain;
pub(crate) mod fix;
pub(crate) mod report;
mod verify;
mod warnings;

use std::fmt::{self, Display};

use serde::{Serialize, Serializer};

pub(crate) use client::{Lacking, OfClient};
pub(crate) use difference::{Changed, InScenario, Swept};
use tunnelog::answer::{ReachRow, Reasons, RouteRow};
use tunnelog::diagnostic::{Diagnostic, Report};
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;
use tunnelog::prefix::Prefix;
use tunnelog::source::{Sources, Span};
pub(crate) use verify::{Deviates, OfTable};
pub(crate) use warnings::{Warnings, WhatifHead};

/// A row that can be an object of a JSON document or a line of a table.
pub(crate) trait Row: Serialize {
    /// The columns, but for those of [`Origin`].
    const COLUMNS: &'static [&'static str];

    /// What tells whom the row is about.
    fn origin(&self) -> Origin<'_>;

    /// Calls `cell` with every cell, in the order of the columns.
    ///
    /// # Errors
    /// The first error of `cell`.
    fn cells<Error>(&self, cell: impl FnMut(Cell<'_>) -> Result<(), Error>) -> Result<(), Error>;
}

/// The value of a cell.
#[derive(Clone, Copy)]
pub(crate) enum Cell<'a> {
    /// A text that is at hand.
    Text(&'a str),
    /// A change, as `whatif` takes it.
    Change(&'a str),
    /// A value with its own way of being shown.
    Shown(&'a dyn Display),
}

impl Display for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Change(text) => f.write_str(text),
            Self::Shown(value) => value.fmt(f),
        }
    }
}

/// The columns before the others, for outputs over several inventories or by client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Origin<'a> {
    /// The path of the inventory as given, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) inventory: Option<&'a str>,
    /// The client, where clients are listed instead of classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client: Option<&'a str>,
}

impl<'a> Origin<'a> {
    /// The columns that are there, with their cells.
    pub(crate) fn cells(self) -> impl Iterator<Item = (&'static str, &'a str)> {
        let inventory = self.inventory.map(|path| ("inventory", path));
        inventory.into_iter().chain(self.client.map(|name| ("client", name)))
    }
}

/// What the rows of an answer refer to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    /// The inventory that was analysed.
    pub(crate) inventory: &'a Inventory,
    /// Its path, where there are several.
    pub(crate) path: Option<&'a str>,
}

impl<'a> Context<'a> {
    fn origin(self, client: Option<u32>) -> Origin<'a> {
        let clients = self.inventory.clients.as_deref().unwrap_or_default();
        let client = client.and_then(|index| clients.get(index as usize));
        Origin { inventory: self.path, client: client.map(|client| &*client.name) }
    }

    /// A row of `routes` as it is written.
    #[must_use]
    pub(crate) fn route(self, gateway: NameId, row: &RouteRow) -> Route<'a> {
        Route {
            origin: self.origin(row.client),
            gateway: self.inventory.names.text(gateway),
            class: row.class.word(),
            prefix: row.prefix,
            reasons: row.reasons,
        }
    }

    /// A row of `reach` as it is written.
    #[must_use]
    pub(crate) fn destination(self, gateway: NameId, row: &ReachRow) -> Destination<'a> {
        Destination {
            origin: self.origin(row.client),
            gateway: self.inventory.names.text(gateway),
            class: row.class.word(),
            network: self.inventory.names.text(row.network),
            prefix: row.destination,
            status: row.status.word(),
            reasons: row.reasons,
        }
    }
}

/// A row of `routes`.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Route<'a> {
    #[serde(flatten)]
    origin: Origin<'a>,
    gateway: &'a str,
    class: &'static str,
    #[serde(serialize_with = "as_text")]
    prefix: Prefix,
    #[serde(serialize_with = "as_list")]
    reasons: Reasons,
}

impl Row for Route<'_> {
    const COLUMNS: &'static [&'static str] = &["gateway", "class", "prefix", "reason"];

    fn origin(&self) -> Origin<'_> {
        self.origin
    }

    fn cells<Error>(&self, mut cell: impl FnMut(Cell<'_>) -> Result<(), Error>) -> Result<(), Error> {
        cell(Cell::Text(self.gateway))?;
        cell(Cell::Text(self.class))?;
        cell(Cell::Shown(&self.prefix))?;
        cell(Cell::Shown(&self.reasons))
    }
}

/// A row of `reach`.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Destination<'a> {
    #[serde(flatten)]
    origin: Origin<'a>,
    gateway: &'a str,
    class: &'static str,
    network: &'a str,
    #[serde(rename = "destination", serialize_with = "as_text")]
    prefix: Prefix,
    status: &'static str,
    #[serde(serialize_with = "as_list")]
    reasons: Reasons,
}

impl Row for Destination<'_> {
    const COLUMNS: &'static [&'static str] =
        &["gateway", "class", "network", "destination", "status", "reason"];

    fn origin(&self) -> Origin<'_> {
        self.origin
    }

    fn cells<Error>(&self, mut cell: impl FnMut(Cell<'_>) -> Result<(), Error>) -> Result<(), Error> {
        cell(Cell::Text(self.gateway))?;
        cell(Cell::Text(self.class))?;
        cell(Cell::Text(self.network))?;
        cell(Cell::Shown(&self.prefix))?;
        cell(Cell::Text(self.status))?;
        cell(Cell::Shown(&self.reasons))
    }
}

/// A diagnostic with its places resolved to lines and columns.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Finding {
    #[serde(skip_serializing_if = "Option::is_none")]
    inventory: Option<String>,
    code: &'static str,
    severity: &'static str,
    #[serde(flatten)]
    place: Option<Place>,
    message: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    expected: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related>,
}

/// A place in a file, lines and columns counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Place {
    file: String,
    line: usize,
    column: usize,
}

#[derive(Clone, Debug, Serialize)]
struct Related {
    #[serde(flatten)]
    place: Place,
    message: String,
}

impl Place {
    fn of(sources: &Sources, span: Span) -> Self {
        let position = sources.position(span);
        Self { file: sources.get(span.file).path.clone(), line: position.line, column: position.column }
    }
}

impl Finding {
    /// Every finding of `report`, in its order; `path` is that of the inventory, where there are several.
    pub(crate) fn all<'a>(report: &'a Report, path: Option<&'a str>) -> impl Iterator<Item = Self> + 'a {
        report.diagnostics.iter().map(move |diagnostic| Self::of(&report.sources, diagnostic, path))
    }

    fn of(sources: &Sources, diagnostic: &Diagnostic, path: Option<&str>) -> Self {
        let related = |(span, message): &(Span, String)| Related {
            place: Place::of(sources, *span),
            message: message.clone(),
        };
        Self {
            inventory: path.map(String::from),
            code: diagnostic.code.name(),
            severity: diagnostic.severity().word(),
            place: diagnostic.span.map(|span| Place::of(sources, span)),
            message: diagnostic.message.clone(),
            expected: diagnostic.label.clone(),
            help: diagnostic.help.clone(),
            related: diagnostic.related.iter().map(related).collect(),
        }
    }
}

impl Row for Finding {
    const COLUMNS: &'static [&'static str] =
        &["code", "severity", "file", "line", "column", "message", "help"];

    fn origin(&self) -> Origin<'_> {
        Origin { inventory: self.inventory.as_deref(), client: None }
    }

    fn cells<Error>(&self, mut cell: impl FnMut(Cell<'_>) -> Result<(), Error>) -> Result<(), Error> {
        cell(Cell::Text(self.code))?;
        cell(Cell::Text(self.severity))?;
        if let Some(place) = &self.place {
            cell(Cell::Text(&place.file))?;
            cell(Cell::Shown(&place.line))?;
            cell(Cell::Shown(&place.column))?;
        } else {
            for _ in 0..3 {
                cell(Cell::Text(""))?;
            }
        }
        cell(Cell::Text(&self.message))?;
        cell(Cell::Text(self.help.as_deref().unwrap_or_default()))
    }
}

/// What stands before the rows of a JSON document.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Head<'a> {
    /// The name and version of the document's shape.
    pub(crate) schema: &'static str,
    /// The profile, where the verb follows one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) profile: Option<&'static str>,
    /// The inventories, as given.
    pub(crate) inventories: &'a [String],
    /// What was found in them, where that is not the answer itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) diagnostics: Option<&'a [Finding]>,
}

fn as_text<S: Serializer>(prefix: &Prefix, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(prefix)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn as_list<S: Serializer>(reasons: &Reasons, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(reasons.words())
}
