//! `tunnelog names`: which names clients resolve, and what stands in the way.

use tunnelog::answer::{Appliances, GatewayAnswer, NameReason, NameRow, Resolution, Wanted};
use tunnelog::names::NameId;

use crate::cli::arguments::{Classes, resolutions};
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::verb::answers;
use crate::cli::verb::answers::{AnswerArguments, Listing, Owner, Statuses};
use crate::cli::view::columns::TIE;
use crate::cli::view::json::{Context, NameOf};
use crate::cli::view::text::Page;
use crate::cli::view::{words, zones};

/// Say for every private zone whether its names resolve for clients, and what stands in the way.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog names facts/names-resolver-in-hub
  tunnelog names inventory --gateway Hub --class windows
  tunnelog names inventory --fail-on no,depends --format markdown")]
pub(crate) struct Args {
    #[command(flatten)]
    answer: AnswerArguments,

    /// Exit with 1 where a row has one of these statuses.
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = resolutions())]
    fail_on: Vec<Resolution>,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        self.answer.classes()
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        self.answer.refuse_destination()?;
        answers::run::<Names>(&self.answer, Statuses { fail_on: &self.fail_on, only: &[] }, call)
    }
}

/// The rows of `names`.
struct Names;

impl Listing for Names {
    type Row = NameRow;
    type Status = Resolution;
    type Written<'a> = NameOf<'a>;
    const SCHEMA: &'static str = "tunnelog/names/1";
    const WANTED: Wanted = Wanted::Reach;
    const TELLS_OF_NONE: bool = false;
    const HAS_APPLIANCES: bool = false;
    const NAMES: bool = true;

    fn rows(answer: &GatewayAnswer) -> &[NameRow] {
        &answer.names
    }

    fn owner(row: &NameRow) -> Owner {
        (row.client, row.class)
    }

    fn status(row: &NameRow) -> Option<Resolution> {
        Some(row.status)
    }

    fn written<'a>(
        context: Context<'a>,
        gateway: NameId,
        rows: &[NameRow],
        _: &Appliances,
    ) -> impl Iterator<Item = NameOf<'a>> {
        rows.iter().map(move |row| context.name(gateway, row))
    }

    fn section(page: &mut Page<'_>, gateway: NameId, rows: &[NameRow]) {
        let Some(first) = rows.first() else { return };
        page.heading(first.class, gateway, first.client);
        let cells = rows.iter().map(|row| {
            let mark = format!("{}{TIE}{}", words::mark(zones::status_of(row.status)), row.status.word());
            let zone = row.zone.map_or_else(|| "any name".to_owned(), |zone| page.label(zone));
            vec![mark, zone, words::list(&servers(row)), zones::reasons(row.reasons)]
        });
        page.table(&["status", "zone", "servers", "reason"], cells.collect(), |index| {
            Some(zones::status_of(rows[index].status))
        });
        page.sentences(&sentences(page, rows));
    }
}

fn servers(row: &NameRow) -> Vec<String> {
    row.servers.iter().map(ToString::to_string).collect()
}

/// What the rows of one class or client come to.
fn sentences(page: &Page<'_>, rows: &[NameRow]) -> Vec<String> {
    let mut sentences = Vec::new();
    let is_one = rows[0].client.is_some();
    if rows.iter().any(|row| row.reasons.has(NameReason::NoServer)) {
        let given = if is_one { "It is given" } else { "They are given" };
        sentences.push(format!(
            "{given} no DNS server, as the VNet has Azure's own, which answers inside Azure only: no name of a private zone resolves."
        ));
    }
    for status in [Resolution::Resolves, Resolution::Depends, Resolution::No] {
        let zones = rows.iter().filter(|row| row.status == status && !row.reasons.has(NameReason::NoServer));
        let names: Vec<String> = zones.filter_map(|row| row.zone).map(|zone| page.label(zone)).collect();
        if names.is_empty() {
            continue;
        }
        let names = words::list(&names);
        sentences.push(match status {
            Resolution::Resolves => format!("Names of {names} resolve."),
            Resolution::Depends => {
                format!("Names of {names} resolve if the server forwards them to Azure, which the inventory does not tell.")
            }
            Resolution::No => format!("Names of {names} do not resolve."),
        });
    }
    if rows[0].class.needs_download() {
        sentences.push(zones::DOWNLOAD.to_owned());
    }
    sentences
}
