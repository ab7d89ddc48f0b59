//! `tunnelog routes`: the routes that clients hold.

use tunnelog::answer::{Appliances, GatewayAnswer, RouteRow, Status, Wanted};
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;
use tunnelog::select::Narrowing;

use crate::cli::arguments::Classes;
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::verb::answers;
use crate::cli::verb::answers::{AnswerArguments, Listing, Owner, Statuses};
use crate::cli::view::json::{Context, Route};
use crate::cli::view::text::Page;
use crate::cli::view::words;

/// List the routes that clients hold.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog routes facts/peered-vnets
  tunnelog routes export.json --class windows --format csv
  tunnelog routes inventory --to 10.3.7.4 --by client
  tunnelog routes inventory --format parquet -o routes.parquet")]
pub(crate) struct Args {
    #[command(flatten)]
    answer: AnswerArguments,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        self.answer.classes()
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        answers::run::<Routes>(&self.answer, Statuses::default(), call)
    }
}

/// The rows of `routes`.
struct Routes;

impl Listing for Routes {
    type Row = RouteRow;
    type Status = Status;
    type Written<'a> = Route<'a>;
    const SCHEMA: &'static str = "tunnelog/routes/1";
    const WANTED: Wanted = Wanted::Routes;
    const TELLS_OF_NONE: bool = true;
    const HAS_APPLIANCES: bool = false;
    const ALSO: Option<&'static str> = Some("get");

    fn had(_: &Inventory, row: &RouteRow) -> Option<String> {
        Some(row.prefix.to_string())
    }

    fn rows(answer: &GatewayAnswer) -> &[RouteRow] {
        &answer.routes
    }

    fn narrowed(to: &Narrowing, _: usize, answer: &GatewayAnswer) -> Vec<RouteRow> {
        to.target().routes(answer)
    }

    fn owner(row: &RouteRow) -> Owner {
        (row.client, row.class)
    }

    fn written<'a>(
        context: Context<'a>,
        gateway: NameId,
        rows: &[RouteRow],
        _: &Appliances,
    ) -> impl Iterator<Item = Route<'a>> {
        rows.iter().map(move |row| context.route(gateway, row))
    }

    fn section(page: &mut Page<'_>, gateway: NameId, rows: &[RouteRow]) {
        let Some(first) = rows.first() else { return };
        page.heading(first.class, gateway, first.client);
        let mut sorted = rows.to_vec();
        // People look for an address by its number, not by its digits as text.
        sorted.sort_unstable_by_key(|row| row.prefix);
        let cells = sorted.iter().map(|row| vec![row.prefix.to_string(), words::reasons(row.reasons)]);
        page.table(&["prefix", "reason"], cells.collect(), |_| None);
        if first.class.needs_download() {
            page.sentences(&[words::DOWNLOAD.to_owned()]);
        }
    }
}
