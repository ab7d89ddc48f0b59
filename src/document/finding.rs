//! The rows of `check`, which also stand before the rows of other verbs.

use crate::diagnostic::{Diagnostic, Report};
use crate::source::{Sources, Span};
use serde::Serialize;

use super::row::{Cell, Origin, Row};

/// A diagnostic with its places resolved to lines and columns.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
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
pub(super) struct Place {
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
    pub(super) fn of(sources: &Sources, span: Span) -> Self {
        let position = sources.position(span);
        Self { file: sources.get(span.file).path.clone(), line: position.line, column: position.column }
    }
}

impl Finding {
    /// Every finding of `report`, in its order; `path` is that of the inventory, where there are several.
    pub fn all<'a>(report: &'a Report, path: Option<&'a str>) -> impl Iterator<Item = Self> + 'a {
        report.diagnostics.iter().map(move |diagnostic| Self::of(&report.sources, diagnostic, path))
    }

    /// The same finding, told apart by the path of its inventory.
    #[must_use]
    pub fn of_inventory(&self, path: Option<&String>) -> Self {
        Self { inventory: path.cloned(), ..self.clone() }
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
