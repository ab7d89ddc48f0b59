//! `tunnelog sweep`: one change after the other, and what each does to clients.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::Write;

use rayon::prelude::*;
use tunnelog::answer::Analysis;
use tunnelog::diagnostic::{Diagnostic, Report};
use tunnelog::language::parse::parse_changes;
use tunnelog::language::syntax::Change;
use tunnelog::scenarios::Baseline;
use tunnelog::sweep::{Weight, additions, removals};

use crate::cli::arguments::{Color, Format, Shard, SweepArguments};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::output::Output;
use crate::cli::shell::work::Progress;
use crate::cli::shell::{narrowing, open, screen, work};
use crate::cli::view::columns::{TIE, aligned};
use crate::cli::view::json::{Finding, Head, Origin, Swept};
use crate::cli::view::rows::{Chunk, Rows};
use crate::cli::view::{paragraph, words};

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

pub(crate) fn run(arguments: &SweepArguments, color: Color, quiet: bool) -> Result<Exit, Failure> {
    let (inventory, mut report) = open::read_with(&arguments.inventory.path, &arguments.before);
    let worst = report.worst();
    let findings: Vec<Finding> = Finding::all(&report, None).collect();
    open::tell(&mut report, color, quiet);
    let Some((inventory, _)) = inventory else { return Ok(Exit::Invalid) };
    let inventories = [inventory];
    let request = narrowing::request(&arguments.scope, &inventories, &[])?;
    let analysis = Analysis::new(&inventories[0]);
    let mut texts: Vec<String> =
        arguments.remove.iter().flat_map(|removal| removals(&analysis, (*removal).into())).collect();
    let removed = texts.len();
    texts.extend(arguments.add.iter().flat_map(|addition| additions(&analysis, (*addition).into())));
    let changes = parse_changes("the sweep", &texts.join("\n"), &mut Report::default());
    let baseline = Baseline::new(&inventories[0], request);
    let mut places: Vec<Vec<usize>> = (0..changes.len()).map(|index| vec![index]).collect();
    if arguments.pairs {
        places.extend(pairs(&baseline, &changes[..removed]));
    }
    let own = arguments.shard.map_or(&places[..], |shard| shard.of(&places));
    let mut output = Output::open(arguments.output.output.as_deref(), color)?;
    let format = output.format(arguments.output.format, Format::Table, Format::Csv);
    if let (Some(_), Format::Json) = (arguments.shard, format) {
        return Err(Shard::no_document());
    }
    let mut tried = try_own(&baseline, &changes, removed, own)?;
    // What is sorted does not join with the outputs of other shares.
    if arguments.shard.is_none() || format == Format::Table {
        let key =
            |tried: &Tried| (Reverse(tried.weight.lost), Reverse(tried.weight.gained), tried.changes.clone());
        tried.sort_by_cached_key(key);
    }
    let text =
        |one: &Tried| one.changes.iter().map(|index| texts[*index].as_str()).collect::<Vec<_>>().join("; ");
    match format {
        Format::Table => tell_people(&tried, removed, &text, &mut output)?,
        format => {
            let paths = [arguments.inventory.path.display().to_string()];
            let profile = Some(arguments.scope.profile.get().word());
            let head = Head { schema: SCHEMA, profile, inventories: &paths, diagnostics: Some(&findings) };
            let mut rows =
                Rows::of_share::<Swept<'_>>(arguments.shard, format, &mut output, Origin::default(), &head)?;
            let swept = tried.iter().map(|one| Swept {
                change: text(one),
                lost: one.weight.lost,
                gained: one.weight.gained,
                downloads: one.weight.downloads,
                networks: &one.weight.networks,
                refused: one.refused.as_deref(),
            });
            rows.write(&Chunk::of(format, swept)?)?;
            rows.finish()?;
        }
    }
    output.finish()?;
    Ok(arguments.denied.exit(worst))
}

/// Tries the single changes among `own`, and then the pairs, of which what neither change does alone is news.
fn try_own(
    baseline: &Baseline<'_>,
    changes: &[Change],
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
    changes: &[Change],
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
                let made: Vec<Change> = places.iter().map(|place| changes[*place].clone()).collect();
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
fn pairs(baseline: &Baseline<'_>, changes: &[Change]) -> Vec<Vec<usize>> {
    let mut of_part: BTreeMap<Vec<u32>, Vec<usize>> = BTreeMap::new();
    for (index, change) in changes.iter().enumerate() {
        of_part.entry(baseline.touched(std::slice::from_ref(change))).or_default().push(index);
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

fn nobody(tried: usize) -> String {
    match tried {
        0 => "There is nothing to try.".to_owned(),
        1 => "No client notices the one change tried.".to_owned(),
        _ => format!("No client notices any of the {tried} changes tried."),
    }
}

fn tell_people(
    tried: &[Tried],
    removed: usize,
    text: &impl Fn(&Tried) -> String,
    output: &mut Output,
) -> Result<(), Failure> {
    let noticed: Vec<&Tried> = tried
        .iter()
        .filter(|one| one.weight.lost + one.weight.gained + one.weight.downloads > 0 || one.refused.is_some())
        .collect();
    if noticed.is_empty() {
        writeln!(output, "{}", nobody(tried.len()))?;
        return Ok(());
    }
    let cells = noticed.iter().map(|one| {
        let networks: Vec<&str> = one.weight.networks.iter().map(String::as_str).collect();
        let (lost, gained, what) = if let Some(reason) = &one.refused {
            (String::new(), String::new(), format!("refused: {reason}"))
        } else {
            let Weight { lost, gained, .. } = one.weight;
            (format!("-{lost}"), format!("+{gained}"), words::list(&networks))
        };
        vec![unbroken(&screen::one_line(&text(one))), lost, gained, screen::one_line(&what)]
    });
    for line in aligned(cells.collect(), output.screen.wrap()) {
        writeln!(output, "{line}")?;
    }
    let is_single = |one: &&&Tried| one.weight.lost > 0 && one.changes.len() == 1 && one.changes[0] < removed;
    let single: Vec<String> = noticed
        .iter()
        .filter(is_single)
        .map(|one| screen::one_line(text(one).trim_start_matches("- ")))
        .collect();
    if !single.is_empty() {
        let single: Vec<&str> = single.iter().map(String::as_str).collect();
        let sentence = format!("Single points of failure: {}.", words::list(&single));
        write!(output, "\n{}", paragraph::sentence(&sentence, output.screen))?;
    }
    let plural = if tried.len() == 1 { "" } else { "s" };
    let legend = format!(
        "-N networks lost and +N gained, counted for each gateway and class; {} change{plural} tried",
        tried.len()
    );
    write!(output, "\n{}", paragraph::sentence(&legend, output.screen))?;
    Ok(())
}
