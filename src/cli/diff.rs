//! `tunnelog diff`: what differs between two inventories.

use std::io::Write;

use tunnelog::answer::Analysis;
use tunnelog::compare::{Comparison, share_names};
use tunnelog::document::{Changed, Finding, Head, Origin};

use super::arguments::{Color, DiffArguments, Format, Whose};
use super::differences::{self, Text};
use super::output::Output;
use super::rows::{Chunk, Rows};
use super::{Exit, Failure, open, work};

/// The name and version of the JSON document.
const SCHEMA: &str = "tunnelog/diff/1";

pub(crate) fn run(arguments: &DiffArguments, color: Color, quiet: bool) -> Result<Exit, Failure> {
    let mut worst = None;
    let mut findings = Vec::new();
    let paths = [&arguments.old, &arguments.new].map(|path| path.display().to_string());
    let mut inventories = Vec::new();
    for (path, name) in [&arguments.old, &arguments.new].into_iter().zip(&paths) {
        let (inventory, mut report) = open::read(path);
        worst = worst.max(report.worst());
        findings.extend(Finding::all(&report, Some(name)));
        open::tell(&mut report, color, quiet);
        inventories.extend(inventory);
    }
    let [old, new] = &mut inventories[..] else { return Ok(Exit::Invalid) };
    share_names(old, new);
    let request = differences::request(&arguments.scope, &inventories, &[])?;
    let comparison = Comparison::new(Analysis::new(&inventories[0]), Analysis::new(&inventories[1]));
    let facts = comparison.facts();
    let mut differs = !facts.is_empty();
    let mut output = Output::open(arguments.output.output.as_deref(), color)?;
    let format = output.format(arguments.output.format, Format::Table, Format::Csv);
    let names = comparison.names();
    if format == Format::Table {
        let mut text = Text::new(output.screen);
        text.facts(&facts);
        comparison.differences(&request, |difference| {
            work::go_on()?;
            differs = true;
            text.difference(difference, names);
            Ok::<(), Failure>(output.write_all(text.take().as_bytes())?)
        })?;
        text.end(!facts.is_empty());
        output.write_all(text.take().as_bytes())?;
    } else {
        let by_client = arguments.scope.by == Whose::Client;
        let origin = Origin { inventory: None, client: by_client.then_some("") };
        let profile = Some(arguments.scope.profile.get().word());
        let head = Head { schema: SCHEMA, profile, inventories: &paths, diagnostics: Some(&findings) };
        let mut rows = Rows::start::<Changed<'_>>(format, &mut output, origin, &head, "rows")?;
        rows.write(&Chunk::of(format, Changed::facts(&facts, by_client))?)?;
        comparison.differences(&request, |difference| {
            work::go_on()?;
            differs = true;
            let mut changed = Vec::new();
            Changed::of(difference, names, |row| changed.push(row));
            Ok::<(), Failure>(rows.write(&Chunk::of(format, changed)?)?)
        })?;
        rows.finish()?;
    }
    output.finish()?;
    Ok(if differs && arguments.differing.exit_code { Exit::No } else { arguments.denied.exit(worst) })
}
