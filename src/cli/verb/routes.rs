//! `tunnelog routes`: the routes that clients hold.

use tunnelog::answer::{GatewayAnswer, RouteRow, Status, Wanted};
use tunnelog::class::Class;
use tunnelog::names::NameId;
use tunnelog::select::Target;

use crate::cli::verb::answers::Verb;
use crate::cli::view::json::{Context, Route};
use crate::cli::view::text::Page;
use crate::cli::view::words;

pub(crate) struct Routes;

impl Verb for Routes {
    type Row = RouteRow;
    type Written<'a> = Route<'a>;
    const SCHEMA: &'static str = "tunnelog/routes/1";
    const WANTED: Wanted = Wanted::Routes;

    fn rows(answer: &GatewayAnswer) -> &[RouteRow] {
        &answer.routes
    }

    fn narrowed(target: &Target, answer: &GatewayAnswer) -> Vec<RouteRow> {
        target.routes(answer)
    }

    fn owner(row: &RouteRow) -> (Option<u32>, Class) {
        (row.client, row.class)
    }

    fn status(_: &RouteRow) -> Option<Status> {
        None
    }

    fn written<'a>(context: Context<'a>, gateway: NameId, row: &RouteRow) -> Route<'a> {
        context.route(gateway, row)
    }

    fn section(page: &mut Page<'_>, gateway: NameId, rows: &[RouteRow]) {
        let Some(first) = rows.first() else { return };
        page.heading(first.class, gateway, first.client);
        let mut sorted = rows.to_vec();
        // People look for an address by its number, not by its digits as text.
        sorted.sort_unstable_by_key(|row| row.prefix);
        let cells = sorted.iter().map(|row| vec![row.prefix.to_string(), words::reasons(row.reasons)]);
        page.table(cells.collect(), |_| None);
        if first.class.needs_download() {
            page.sentences(&[words::DOWNLOAD.to_owned()]);
        }
    }
}
