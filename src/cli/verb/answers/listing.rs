//! What the rows of one verb are, and which of them are written.

use std::borrow::Cow;

use tunnelog::answer::{Appliances, GatewayAnswer, Status, Wanted};
use tunnelog::class::Class;
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;
use tunnelog::select::Narrowing;

use crate::cli::view::json::{Context, Row as Written};
use crate::cli::view::text::Page;

/// One client, or all of a class.
pub(crate) type Owner = (Option<u32>, Class);

/// What statuses are asked for.
#[derive(Clone, Copy)]
pub(crate) struct Statuses<'a, S = Status> {
    /// Those that count as a no.
    pub(crate) fail_on: &'a [S],
    /// Those of the rows that are written; all where it is empty.
    pub(crate) only: &'a [S],
}

impl<S> Default for Statuses<'_, S> {
    fn default() -> Self {
        Self { fail_on: &[], only: &[] }
    }
}

impl<S: Copy + PartialEq> Statuses<'_, S> {
    /// True where a row has one of the statuses that count as a no.
    pub(super) fn fails<L: Listing<Status = S>>(self, rows: &[L::Row]) -> bool {
        let is_no = |status: S| self.fail_on.contains(&status);
        !self.fail_on.is_empty() && rows.iter().any(|row| L::status(row).is_some_and(is_no))
    }

    /// The rows that are written.
    pub(super) fn kept<L: Listing<Status = S>>(self, rows: &[L::Row]) -> Cow<'_, [L::Row]> {
        if self.only.is_empty() {
            return Cow::Borrowed(rows);
        }
        let is_kept = |row: &&L::Row| L::status(row).is_some_and(|status| self.only.contains(&status));
        Cow::Owned(rows.iter().filter(is_kept).cloned().collect())
    }
}

/// The rows of a verb.
pub(crate) trait Listing {
    /// A row as it is computed.
    type Row: Clone + PartialEq + Send + Sync;
    /// What can be said in a row.
    type Status: Copy + PartialEq + Sync + 'static;
    /// A row as it is written.
    type Written<'a>: Written;
    /// The name and version of the JSON document.
    const SCHEMA: &'static str;
    /// The rows that it is about.
    const WANTED: Wanted;
    /// True where a document has the appliances on the way of a row.
    const HAS_APPLIANCES: bool;
    /// True where it matters who has no row.
    const TELLS_OF_NONE: bool;
    /// True where it is about names, which follow from these rows.
    const NAMES: bool = false;
    /// True where a table and a workbook say what clients get for names besides.
    const TELLS_OF_NAMES: bool = false;
    /// What clients do with what they have; none where that is not compared between models.
    const ALSO: Option<&'static str> = None;
    /// What is to be said of a target that no network holds.
    const NOWHERE: Option<Self::Status> = None;

    fn rows(answer: &GatewayAnswer) -> &[Self::Row];
    /// The rows that bear on a target, of a gateway of the connected component: all, where rows have none.
    fn narrowed(_: &Narrowing, _: usize, answer: &GatewayAnswer) -> Vec<Self::Row> {
        Self::rows(answer).to_vec()
    }
    fn owner(row: &Self::Row) -> Owner;
    fn status(_: &Self::Row) -> Option<Self::Status> {
        None
    }
    /// What a row says that clients have, in the words of [`Self::ALSO`].
    fn had(_: &Inventory, _: &Self::Row) -> Option<String> {
        None
    }
    /// The rows of one gateway, or of one client, as they are written.
    fn written<'a>(
        context: Context<'a>,
        gateway: NameId,
        rows: &[Self::Row],
        appliances: &Appliances,
    ) -> impl Iterator<Item = Self::Written<'a>>;
    /// Shows people the rows of one class or client.
    fn section(page: &mut Page<'_>, gateway: NameId, rows: &[Self::Row]);
}

/// The owners of rows of `answer` of which none is among `rows`.
pub(super) fn without<L: Listing>(answer: &GatewayAnswer, rows: &[L::Row]) -> Vec<Owner> {
    let mut owners: Vec<Owner> = L::rows(answer).iter().map(L::owner).collect();
    owners.dedup();
    owners.retain(|owner| rows.iter().all(|row| L::owner(row) != *owner));
    owners
}
