//! What a row is, before it is written as a line of a table or an object of a document.

use std::fmt::{self, Display};

use crate::answer::{NameReasons, Reasons};
use crate::prefix::Prefix;
use serde::{Serialize, Serializer};

/// A row that can be an object of a JSON document or a line of a table.
pub trait Row: Serialize {
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
pub enum Cell<'a> {
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
pub struct Origin<'a> {
    /// The path of the inventory as given, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inventory: Option<&'a str>,
    /// The client, where clients are listed instead of classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<&'a str>,
}

impl<'a> Origin<'a> {
    /// The columns that are there, with their cells.
    pub fn cells(self) -> impl Iterator<Item = (&'static str, &'a str)> {
        let inventory = self.inventory.map(|path| ("inventory", path));
        inventory.into_iter().chain(self.client.map(|name| ("client", name)))
    }
}

/// Writes a prefix as its text.
///
/// # Errors
/// Those of the serializer.
pub fn as_text<S: Serializer>(prefix: &Prefix, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(prefix)
}

/// Writes reasons as a list of their words.
///
/// # Errors
/// Those of the serializer.
pub fn as_list<S: Serializer>(reasons: &Reasons, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(reasons.words())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
pub(super) fn as_words<S: Serializer>(reasons: &NameReasons, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(reasons.words())
}
