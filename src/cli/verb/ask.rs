//! `tunnelog ask`: answers to questions, and whether expectations hold.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::slice;

use tunnelog::answer::{Analysis, Evaluation};
use tunnelog::diagnostic::Report;
use tunnelog::language::parse::parse;
use tunnelog::language::syntax::QueryFile;
use tunnelog::query::coverage::Coverage;
use tunnelog::query::evaluate::Evaluator;
use tunnelog::query::run;

use crate::cli::arguments::{AskArguments, AskFormat, Color, Shard};
use crate::cli::shell::exit::{Exit, Failure, without_number};
use crate::cli::shell::open;
use crate::cli::shell::output::Output;
use crate::cli::view::json::Head;
use crate::cli::view::json::ask::{Document, Outcome};
use crate::cli::view::json::coverage::CoverageShape;
use crate::cli::view::outcomes::{coverage, junit, table, text};

/// The name and version of the JSON document.
const SCHEMA: &str = "tunnelog/ask/1";

/// How messages call what stands on the command line.
const COMMAND_LINE: &str = "command line";

pub(crate) fn run(arguments: &AskArguments, color: Color, quiet: bool) -> Result<Exit, Failure> {
    if arguments.coverage && matches!(arguments.output.format, Some(AskFormat::Ndjson | AskFormat::Junit)) {
        return Err(Failure::new("`--coverage` has no form in this format")
            .help("take `table`, `csv`, `markdown` or `json`, and write the report in a second run"));
    }
    if let (Some(_), Some(AskFormat::Json)) = (arguments.shard, arguments.output.format) {
        return Err(Shard::no_document());
    }
    let mut report = Report::default();
    let mut files = parsed(arguments, &mut report)?;
    if let Some(shard) = arguments.shard {
        keep_share(&mut files, shard);
    }
    if report.has_errors() {
        report.sort();
        open::tell(&mut report, color, quiet);
        return Ok(Exit::Invalid);
    }
    let Some(opened) =
        open::open(slice::from_ref(&arguments.inventory.path), &arguments.changes, color, quiet)
    else {
        return Ok(Exit::Invalid);
    };
    let profile = arguments.profile.get();
    let mut outcomes = Vec::new();
    let mut coverage = arguments.coverage.then(Coverage::default);
    let mut exercised = None;
    for (inventory, sources) in opened.inventories.iter().zip(&opened.sources) {
        let analysis = Analysis::new(inventory);
        let mut evaluator = Evaluator::new(&analysis);
        for file in &files {
            run::run(&mut evaluator, file, profile, coverage.as_mut(), &mut report, |outcome| {
                outcomes.push(outcome);
                Ok::<(), Failure>(())
            })?;
        }
        exercised = coverage.as_ref().map(|coverage| {
            CoverageShape::new(
                coverage,
                inventory,
                &analysis.rules_fired([profile], &[Evaluation::Auto]),
                sources,
            )
        });
    }
    report.sort();
    let (has_errors, worst) = (report.has_errors(), opened.worst.max(report.worst()));
    let outcomes: Vec<Outcome> =
        outcomes.into_iter().map(|outcome| Outcome::new(outcome, &report.sources)).collect();
    let head = Head {
        schema: SCHEMA,
        profile: Some(profile.word()),
        inventories: &opened.paths,
        diagnostics: Some(&opened.findings),
    };
    open::tell(&mut report, color, quiet);
    if has_errors {
        return Ok(Exit::Invalid);
    }
    write(arguments, head, &outcomes, exercised.as_ref(), color)?;
    let has_failed = outcomes.iter().any(Outcome::failed);
    Ok(if has_failed { Exit::No } else { arguments.denied.exit(worst) })
}

fn write(
    arguments: &AskArguments,
    head: Head<'_>,
    outcomes: &[Outcome],
    exercised: Option<&CoverageShape>,
    color: Color,
) -> Result<(), Failure> {
    let mut output = Output::open(arguments.output.output.as_deref(), color)?;
    match (output.format(arguments.output.format, AskFormat::Table, AskFormat::Csv), exercised) {
        (AskFormat::Table, exercised) => {
            output.write_all(text::page(outcomes, output.screen).as_bytes())?;
            if let Some(exercised) = exercised {
                output.write_all(coverage::page(exercised, output.screen).as_bytes())?;
            }
        }
        (AskFormat::Csv, Some(exercised)) => coverage::csv(exercised, &mut output)?,
        (AskFormat::Csv, None) => table::csv(outcomes, arguments.shard, &mut output)?,
        (AskFormat::Markdown, Some(exercised)) => coverage::markdown(exercised, &mut output)?,
        (AskFormat::Markdown, None) => table::markdown(outcomes, arguments.shard, &mut output)?,
        (AskFormat::Json, coverage) => {
            let document = Document { head, outcomes, coverage };
            serde_json::to_writer(&mut output, &document).map_err(io::Error::from)?;
            output.write_all(b"\n")?;
        }
        (AskFormat::Ndjson, _) => {
            for outcome in outcomes {
                serde_json::to_writer(&mut output, outcome).map_err(io::Error::from)?;
                output.write_all(b"\n")?;
            }
        }
        (AskFormat::Junit, _) => output.write_all(junit::report(outcomes)?.as_bytes())?,
    }
    output.finish()
}

/// Leaves of all scenarios together only those of the share.
fn keep_share(files: &mut [QueryFile], shard: Shard) {
    let places: Vec<usize> = (0..files.iter().map(|file| file.scenarios.len()).sum()).collect();
    let own = shard.of(&places);
    let mut place = 0;
    for file in files {
        file.scenarios.retain(|_| {
            place += 1;
            own.binary_search(&(place - 1)).is_ok()
        });
    }
}

/// What stands on the command line, then the files, each parsed.
fn parsed(arguments: &AskArguments, report: &mut Report) -> Result<Vec<QueryFile>, Failure> {
    let mut files = Vec::new();
    if !arguments.statements.is_empty() {
        let lines: Vec<String> = arguments.statements.iter().map(|text| statement(text)).collect();
        files.push(parse(COMMAND_LINE, &lines.join("\n"), report));
    }
    for path in &arguments.queries {
        let (name, text) = text_of(path)?;
        files.push(parse(&name, &text, report));
    }
    Ok(files)
}

/// A statement as given; what begins like none is a question.
fn statement(text: &str) -> String {
    let text = text.trim_start();
    let begins =
        |word: &str| text.strip_prefix(word).is_some_and(|rest| rest.starts_with(char::is_whitespace));
    if text.starts_with(['+', '-', '?', '#']) || begins("expect") || begins("scenario") {
        text.to_owned()
    } else {
        format!("? {text}")
    }
}

fn text_of(path: &Path) -> Result<(String, String), Failure> {
    let is_standard = path == Path::new("-");
    let name = crate::cli::shell::changes::name(path);
    let bytes = if is_standard {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    let bytes = bytes
        .map_err(|error| Failure::new(format!("`{name}` cannot be read: {}", without_number(&error))))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok((name, text)),
        Err(_) => Err(Failure::new(format!("`{name}` is not UTF-8 text")).help("save the file as UTF-8")),
    }
}
