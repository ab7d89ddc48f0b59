//! `tunnelog sweep`: one change after the other, and what each does to clients.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::Write;
use std::slice;

use anstyle::Style;
use clap::ValueEnum;
use rayon::prelude::*;
use tunnelog::answer::Analysis;
use tunnelog::diagnostic::{Diagnostic, Report};
use tunnelog::language::parse::parse_changes;
use tunnelog::language::syntax::Change;
use tunnelog::scenarios::Baseline;
use tunnelog::sweep;
use tunnelog::sweep::{Weight, additions, removals};

use crate::cli::arguments::{
    ChangeArguments, Classes, DenyArguments, Format, OutputArguments, PathArguments, RowFormat,
    ScopeArguments, Shard,
};
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::output::Output;
use crate::cli::shell::work::Progress;
use crate::cli::shell::{names, narrowing, screen, work};
use crate::cli::view::columns::TIE;
use crate::cli::view::json::{Head, Origin, Swept};
use crate::cli::view::rows::{Chunk, Rows};
use crate::cli::view::words;
use crate::cli::view::writing::{Reader, Writing};

/// The name and version of the JSON document.
const SCHEMA: &str = "tunnelog/sweep/1";

/// How many changes a thread gets at a time.
const CHANGES_OF_A_BATCH: usize = 16;

/// One change, or two, with what they do.
struct Tried {
    changes: Vec<usize>,
    weight: Weight,
    refused: Option<String>,
}

/// Failure analysis: remove each connection, peering or gateway in turn, and rank by impact on VPN clients.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog sweep inventory --remove s2s,gateway
  tunnelog sweep inventory --remove s2s --pairs --format csv
  tunnelog sweep inventory --remove appliance,user_route,uses_table
  tunnelog sweep inventory --remove dns_server,zone_link
  tunnelog sweep inventory --add bgp")]
pub(crate) struct Args {
    #[command(flatten)]
    inventory: PathArguments,

    /// Remove each fact of these relations in turn.
    #[arg(long, value_name = "RELATION", value_delimiter = ',', required_unless_present = "add")]
    remove: Vec<Removal>,

    /// Add each fact of this relation in turn, where the inventory allows it.
    #[arg(long, value_name = "RELATION", value_delimiter = ',')]
    add: Vec<Addition>,

    /// Remove every two as well.
    #[arg(long, requires = "remove")]
    pairs: bool,

    /// Try only the K-th of N equal shares. Rows stand in the order of the changes, and only the first share has a header, so that
    /// the outputs of all join to one.
    #[arg(long, value_name = "K/N")]
    shard: Option<Shard>,

    #[command(flatten)]
    before: ChangeArguments,

    #[command(flatten)]
    scope: ScopeArguments,

    #[command(flatten)]
    denied: DenyArguments,

    #[command(flatten)]
    output: OutputArguments,
}

/// What a sweep takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Removal {
    /// Connections.
    S2s,
    /// Peerings, both links of each.
    Peered,
    /// BGP on connections.
    Bgp,
    /// Gateways.
    Gateway,
    /// User routes, with all their next hops.
    UserRoute,
    /// Appliances: what leads to one is dropped there.
    Appliance,
    /// The use of a route table by a subnet.
    UsesTable,
    /// DNS servers, resolvers among them: no VNet hands out the address any more.
    DnsServer,
    /// Links of private zones to VNets.
    ZoneLink,
}

/// What a sweep adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Addition {
    /// BGP on connections that have none.
    Bgp,
    /// Gateway transit on peerings that have none.
    GatewayTransit,
}

impl From<Removal> for sweep::Removal {
    fn from(removal: Removal) -> Self {
        match removal {
            Removal::S2s => Self::S2s,
            Removal::Peered => Self::Peered,
            Removal::Bgp => Self::Bgp,
            Removal::Gateway => Self::Gateway,
            Removal::UserRoute => Self::UserRoute,
            Removal::Appliance => Self::Appliance,
            Removal::UsesTable => Self::UsesTable,
            Removal::DnsServer => Self::DnsServer,
            Removal::ZoneLink => Self::ZoneLink,
        }
    }
}

impl From<Addition> for sweep::Addition {
    fn from(addition: Addition) -> Self {
        match addition {
            Addition::Bgp => Self::Bgp,
            Addition::GatewayTransit => Self::GatewayTransit,
        }
    }
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        self.scope.classes()
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let opened = call.open(&self.inventory.path, &self.before)?;
        call.narrow(names::written(slice::from_ref(&opened.inventory), &self.scope.gateway));
        let request = narrowing::request(&self.scope, slice::from_ref(&opened.inventory), &[])?;
        let analysis = Analysis::new(&opened.inventory);
        let mut texts: Vec<String> =
            self.remove.iter().flat_map(|removal| removals(&analysis, (*removal).into())).collect();
        let removed = texts.len();
        texts.extend(self.add.iter().flat_map(|addition| additions(&analysis, (*addition).into())));
        let parsed = |text: &String| parse_changes("the sweep", text, &mut Report::default());
        let changes: Vec<Vec<Change>> = texts.iter().map(parsed).collect();
        let baseline = Baseline::new(&opened.inventory, request);
        let places = self.places(&baseline, &changes, removed);
        let own = self.shard.map_or(&places[..], |shard| shard.of(&places));
        let (mut output, format) = call.answer(&self.output)?;
        if self.shard.is_some() && format == Format::Rows(RowFormat::Json) {
            return Err(Failure::one_document());
        }
        let mut tried = try_own(&baseline, &changes, removed, own)?;
        // What is sorted does not join with the outputs of other shares.
        if self.shard.is_none() || format == Format::Table {
            let weight = |tried: &Tried| (Reverse(tried.weight.lost), Reverse(tried.weight.gained));
            tried.sort_by_cached_key(|tried| (weight(tried), tried.changes.clone()));
        }
        let model = self.scope.profile.get();
        match Reader::of(format, output.screen) {
            Reader::Person(medium) => {
                let mut text = Writing::new(medium);
                write_text(&tried, removed, &texts, &mut text);
                text.model(model);
                output.write_all(text.take().as_bytes())?;
            }
            Reader::Program(format) => {
                let head = opened.findings.head(SCHEMA, model);
                write_rows(&tried, &texts, (self.shard, format), &head, &mut output)?;
            }
        }
        output.finish()?;
        Ok(self.denied.exit(opened.findings.worst))
    }
}

impl Args {
    /// The changes that are tried at a time: each alone, and where pairs are wanted two removals together.
    fn places(&self, baseline: &Baseline<'_>, changes: &[Vec<Change>], removed: usize) -> Vec<Vec<usize>> {
        let mut places: Vec<Vec<usize>> = (0..changes.len()).map(|index| vec![index]).collect();
        if self.pairs {
            places.extend(pairs(baseline, &changes[..removed]));
        }
        places
    }
}

/// Writes a row for each change.
fn write_rows(
    tried: &[Tried],
    texts: &[String],
    (shard, format): (Option<Shard>, RowFormat),
    head: &Head<'_>,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut rows = Rows::of_share::<Swept<'_>>(shard, format, output, Origin::default(), head)?;
    rows.write(&Chunk::of(format, tried.iter().map(|tried| tried.row(texts)))?)?;
    rows.finish()?;
    Ok(())
}

impl Tried {
    /// The changes as they are written.
    fn text(&self, texts: &[String]) -> String {
        self.changes.iter().flat_map(|index| texts[*index].lines()).collect::<Vec<_>>().join("; ")
    }

    fn row(&self, texts: &[String]) -> Swept<'_> {
        Swept {
            change: self.text(texts),
            lost: self.weight.lost,
            gained: self.weight.gained,
            downloads: self.weight.downloads,
            networks: &self.weight.networks,
            refused: self.refused.as_deref(),
        }
    }
}

/// Tries the single changes among `own`, and then the pairs, of which what neither change does alone is news.
fn try_own(
    baseline: &Baseline<'_>,
    changes: &[Vec<Change>],
    removed: usize,
    own: &[Vec<usize>],
) -> Result<Vec<Tried>, Failure> {
    let (singles, pairs) = own.split_at(own.partition_point(|places| places.len() == 1));
    let mut needed: Vec<usize> = own.iter().flatten().copied().collect();
    needed.sort_unstable();
    needed.dedup();
    let needed: Vec<Vec<usize>> = needed.into_iter().map(|place| vec![place]).collect();
    let mut tried =
        try_all(baseline, changes, removed, &needed, &mut Progress::new(needed.len(), "changes"))?;
    let together = try_all(baseline, changes, removed, pairs, &mut Progress::new(pairs.len(), "pairs"))?;
    let alone: BTreeMap<usize, usize> = tried.iter().map(|one| (one.changes[0], one.weight.lost)).collect();
    tried.retain(|one| singles.binary_search(&one.changes).is_ok());
    let is_news = |two: &Tried| two.weight.lost > two.changes.iter().map(|one| alone[one]).sum();
    tried.extend(together.into_iter().filter(is_news));
    Ok(tried)
}

/// Tries the changes at each of `places`; those of the first `removed` are made whatever Azure says.
fn try_all(
    baseline: &Baseline<'_>,
    changes: &[Vec<Change>],
    removed: usize,
    places: &[Vec<usize>],
    progress: &mut Progress,
) -> Result<Vec<Tried>, Failure> {
    let mut tried = Vec::with_capacity(places.len());
    for batch in places.chunks(CHANGES_OF_A_BATCH * rayon::current_num_threads()) {
        work::go_on()?;
        let of_batch: Vec<Tried> = batch
            .par_iter()
            .map(|places| {
                let made: Vec<Change> = places.iter().flat_map(|place| changes[*place].clone()).collect();
                let force = places.iter().all(|place| *place < removed);
                let outcome = baseline.outcome(&made, force);
                let refused = (!outcome.is_made).then(|| reason(&outcome.diagnostics));
                Tried { changes: places.clone(), weight: Weight::of(&outcome), refused }
            })
            .collect();
        for _ in &of_batch {
            progress.step();
        }
        tried.extend(of_batch);
    }
    Ok(tried)
}

fn reason(diagnostics: &[Diagnostic]) -> String {
    diagnostics.last().map(|finding| finding.message.clone()).unwrap_or_default()
}

/// Every two changes that may do more together than each alone: those of one connected component.
fn pairs(baseline: &Baseline<'_>, changes: &[Vec<Change>]) -> Vec<Vec<usize>> {
    let mut of_part: BTreeMap<Vec<u32>, Vec<usize>> = BTreeMap::new();
    for (index, change) in changes.iter().enumerate() {
        of_part.entry(baseline.touched(change)).or_default().push(index);
    }
    let pairs = of_part.values().flat_map(|indices| {
        indices
            .iter()
            .enumerate()
            .flat_map(|(at, one)| indices[at + 1..].iter().map(|other| vec![*one, *other]))
    });
    pairs.collect()
}

/// Changes, each of which stays on one line.
fn unbroken(changes: &str) -> String {
    changes.replace(' ', TIE).replace(&format!(";{TIE}"), "; ")
}

/// What a removal is about: of an appliance, the change that takes it away and not those of the routes to it.
fn first(text: &str) -> &str {
    text.lines().next().unwrap_or(text).trim_start_matches("- ")
}

fn nobody(tried: usize) -> String {
    match tried {
        0 => "There is nothing to try.".to_owned(),
        1 => "No impact on VPN clients of the one change tried.".to_owned(),
        _ => format!("No impact on VPN clients of any of the {tried} changes tried."),
    }
}

fn write_text(tried: &[Tried], removed: usize, texts: &[String], text: &mut Writing) {
    let noticed: Vec<&Tried> = tried
        .iter()
        .filter(|one| one.weight.lost + one.weight.gained + one.weight.downloads > 0 || one.refused.is_some())
        .collect();
    if noticed.is_empty() {
        text.plain(&nobody(tried.len()));
        return;
    }
    let cells = noticed.iter().map(|one| {
        let (lost, gained, what) = if let Some(reason) = &one.refused {
            (String::new(), String::new(), format!("refused: {reason}"))
        } else {
            let Weight { lost, gained, .. } = one.weight;
            (format!("-{lost}"), format!("+{gained}"), words::list(&one.weight.networks))
        };
        vec![unbroken(&screen::one_line(&one.text(texts))), lost, gained, screen::one_line(&what)]
    });
    text.table(&["change", "lost", "gained", "networks"], cells.collect(), |_| Style::new());
    let is_single = |one: &&&Tried| one.weight.lost > 0 && one.changes.len() == 1 && one.changes[0] < removed;
    let single: Vec<String> =
        noticed.iter().filter(is_single).map(|one| screen::one_line(first(&texts[one.changes[0]]))).collect();
    if !single.is_empty() {
        let sentence = format!("Single points of failure: {}.", words::list(&single));
        text.gap();
        text.sentence(&sentence);
    }
    let plural = if tried.len() == 1 { "" } else { "s" };
    let legend = format!(
        "-N networks lost and +N gained, counted for each gateway and class; {} change{plural} tried",
        tried.len()
    );
    text.gap();
    text.sentence(&legend);
    text.sentence(words::VPN_CLIENTS_ONLY);
}
