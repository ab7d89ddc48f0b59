//! `reach --summary`: how many destinations have each status.

use tunnelog::answer::{Appliances, GatewayAnswer, ReachRow, Status, Wanted};
use tunnelog::names::NameId;
use tunnelog::select::Narrowing;

use crate::cli::verb::answers::{Listing, Owner};
use crate::cli::view::json::{Context, Count};
use crate::cli::view::text::Page;

/// The rows of `reach`, counted.
pub(super) struct Summary;

impl Listing for Summary {
    type Row = ReachRow;
    type Status = Status;
    type Written<'a> = Count<'a>;
    const SCHEMA: &'static str = "tunnelog/reach-summary/1";
    const WANTED: Wanted = Wanted::Reach;
    const TELLS_OF_NONE: bool = false;
    const HAS_APPLIANCES: bool = false;
    const NOWHERE: Option<Status> = Some(Status::Unreachable);

    fn rows(answer: &GatewayAnswer) -> &[ReachRow] {
        &answer.reach
    }

    fn narrowed(to: &Narrowing, component: usize, answer: &GatewayAnswer) -> Vec<ReachRow> {
        to.reach(component, answer)
    }

    fn owner(row: &ReachRow) -> Owner {
        (row.client, row.class)
    }

    fn status(row: &ReachRow) -> Option<Status> {
        Some(row.status)
    }

    fn written<'a>(
        context: Context<'a>,
        gateway: NameId,
        rows: &[ReachRow],
        _: &Appliances,
    ) -> impl Iterator<Item = Count<'a>> {
        let owned = rows.chunk_by(|one, other| Self::owner(one) == Self::owner(other));
        owned.map(move |rows| context.count(gateway, rows))
    }

    fn section(page: &mut Page<'_>, gateway: NameId, rows: &[ReachRow]) {
        let Some(first) = rows.first() else { return };
        let counts = Count::of(rows);
        let whose = page.whose(gateway, first.class, first.client);
        let counts = std::iter::once(rows.len()).chain(counts).map(|count| count.to_string());
        page.count(whose.into_iter().chain(counts).collect());
    }
}
