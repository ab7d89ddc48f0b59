//! `tunnelog ask`: answers to questions, and whether expectations hold.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::path::PathBuf;

use anstyle::Style;
use clap::{ValueEnum, ValueHint};
use tunnelog::answer::{Analysis, Evaluation};
use tunnelog::diagnostic::Report;
use tunnelog::language::parse::parse;
use tunnelog::language::relations::Relation;
use tunnelog::language::syntax::QueryFile;
use tunnelog::query::coverage::Coverage;
use tunnelog::query::evaluate::Evaluator;
use tunnelog::query::run;

use crate::cli::arguments::{
    ChangeArguments, Classes, DenyArguments, Format, ModelArguments, OutputArguments, RowFormat, Shard,
    unmasked,
};
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure, without_number};
use crate::cli::shell::open::Findings;
use crate::cli::view::json::ask::{Document, Outcome};
use crate::cli::view::json::coverage::CoverageShape;
use crate::cli::view::outcomes::{coverage, junit, table, text};
use crate::cli::view::{paragraph, words};

/// The name and version of the JSON document.
const SCHEMA: &str = "tunnelog/ask/1";

/// How messages call what stands on the command line.
const COMMAND_LINE: &str = "command line";

/// Query the network and check expectations.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog ask facts/s2s-chain-bgp '? access(VNet1, windows, ?network, ?status)'
  tunnelog ask facts/s2s-chain 'expect access(VNet1, windows, VNet2, reachable)'
  tunnelog ask inventory --query wanted.query --format junit -o report.xml
  tunnelog ask inventory --query wanted.query --coverage
  tunnelog ask --list

docs/queries.md has the language.")]
pub(crate) struct Args {
    /// A folder of CSV files, or an export; `-` reads an export from the standard input.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath, required_unless_present = "list")]
    path: Option<PathBuf>,

    /// Questions and expectations, as in a query file; what begins with no sign is a question.
    #[arg(value_name = "STATEMENT", value_parser = unmasked, required_unless_present_any = ["queries", "list"])]
    statements: Vec<String>,

    /// List what can be asked: each relation with its columns and what it says.
    #[arg(long, conflicts_with_all = ["statements", "queries", "coverage"])]
    list: bool,

    /// A query file; may be given several times, and `-` reads the standard input.
    #[arg(long = "query", value_name = "FILE", value_hint = ValueHint::FilePath)]
    queries: Vec<PathBuf>,

    /// Also say which rows of the inventory and which rules the expectations rest on, and which they do not; as CSV
    /// or Markdown, say that alone.
    #[arg(long)]
    coverage: bool,

    /// Run only the K-th of N equal shares of the scenarios; only the first share has a header, so that the outputs of all join to one.
    #[arg(long, value_name = "K/N", requires = "queries", conflicts_with = "coverage")]
    shard: Option<Shard>,

    #[command(flatten)]
    output: OutputArguments<Junit>,

    #[command(flatten)]
    profile: ModelArguments,

    #[command(flatten)]
    changes: ChangeArguments,

    #[command(flatten)]
    denied: DenyArguments,
}

/// How only `ask` writes its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Junit {
    /// A JUnit report of the expectations, for a build server.
    Junit,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        None
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let Some(path) = self.path.as_ref().filter(|_| !self.list) else { return list(call) };
        refuse(self)?;
        let mut report = Report::default();
        let files = parsed(self, &mut report)?;
        if report.has_errors() {
            report.sort();
            call.report(&mut report);
            return Err(Failure::Reported);
        }
        let opened = call.open(path, &self.changes)?;
        let analysis = Analysis::new(&opened.inventory);
        let mut evaluator = Evaluator::new(&analysis);
        let mut coverage = self.coverage.then(Coverage::default);
        let mut outcomes = Vec::new();
        for file in &files {
            run::run(&mut evaluator, file, self.profile.get(), coverage.as_mut(), &mut report, |outcome| {
                outcomes.push(outcome);
                Ok::<(), Failure>(())
            })?;
        }
        let exercised = coverage.as_ref().map(|coverage| {
            let rules = analysis.rules_fired([self.profile.get()], &[Evaluation::Auto]);
            let moving = analysis.clauses_fired();
            CoverageShape::new(coverage, &opened.inventory, &rules, &moving, &opened.report.sources)
        });
        report.sort();
        let (has_errors, worst) = (report.has_errors(), opened.findings.worst.max(report.worst()));
        let outcomes: Vec<Outcome> =
            outcomes.into_iter().map(|outcome| Outcome::new(outcome, &report.sources)).collect();
        call.report(&mut report);
        if has_errors {
            return Err(Failure::Reported);
        }
        write(self, &opened.findings, &outcomes, exercised.as_ref(), call)?;
        let has_failed = outcomes.iter().any(Outcome::failed);
        Ok(if has_failed { Exit::No } else { self.denied.exit(worst) })
    }
}

/// Lists the relations, those that changes may name first.
fn list(call: &Call) -> Result<Exit, Failure> {
    let mut output = call.output(None)?;
    let (bold, width) = (
        if output.screen.colour { Style::new().bold() } else { Style::new() },
        paragraph::width(output.screen),
    );
    let groups = [
        ("Facts, which can be asked and changed:", true),
        ("What follows from them, which can be asked:", false),
    ];
    for (index, (title, is_fact)) in groups.into_iter().enumerate() {
        writeln!(output, "{}{bold}{title}{bold:#}\n", if index == 0 { "" } else { "\n" })?;
        for relation in Relation::ALL.iter().filter(|relation| relation.is_fact() == is_fact) {
            let words =
                relation.columns().iter().filter_map(|column| Some((column.label, column.kind.words()?)));
            let words: Vec<String> =
                words.map(|(name, words)| format!(" {name}: {}.", words.join(", "))).collect();
            let meaning = paragraph::wrapped(
                &format!("{}{}", relation.meaning(), words.concat()),
                "      ",
                "      ",
                width,
            );
            write!(output, "  {}\n{meaning}", relation.signature())?;
        }
    }
    output.finish()?;
    Ok(Exit::Clean)
}

/// Refuses what cannot be written in the format that is asked for.
fn refuse(arguments: &Args) -> Result<(), Failure> {
    let (json, ndjson) = (Format::Rows(RowFormat::Json), Format::Rows(RowFormat::Ndjson));
    let format = arguments.output.format;
    if arguments.coverage && (format == Some(ndjson) || format == Some(Format::Own(Junit::Junit))) {
        return Err(Failure::new("`--coverage` is not supported with this `--format`")
            .help("take `table`, `csv`, `markdown` or `json`, and write the report in a second run"));
    }
    if arguments.shard.is_some() && format == Some(json) {
        return Err(Failure::one_document());
    }
    Ok(())
}

fn write(
    arguments: &Args,
    findings: &Findings,
    outcomes: &[Outcome],
    exercised: Option<&CoverageShape>,
    call: &Call,
) -> Result<(), Failure> {
    let (mut output, format) = call.answer(&arguments.output)?;
    match (format, exercised) {
        (Format::Table, exercised) => {
            output.write_all(text::page(outcomes, output.screen).as_bytes())?;
            if let Some(exercised) = exercised {
                output.write_all(coverage::page(exercised, output.screen).as_bytes())?;
            }
            writeln!(output, "\n{}", words::model(arguments.profile.get()))?;
        }
        (Format::Rows(RowFormat::Csv), Some(exercised)) => coverage::csv(exercised, &mut output)?,
        (Format::Rows(RowFormat::Csv), None) => table::csv(outcomes, arguments.shard, &mut output)?,
        (Format::Rows(RowFormat::Markdown), Some(exercised)) => coverage::markdown(exercised, &mut output)?,
        (Format::Rows(RowFormat::Markdown), None) => table::markdown(outcomes, arguments.shard, &mut output)?,
        (Format::Rows(RowFormat::Json), coverage) => {
            let head = findings.head(SCHEMA, arguments.profile.get());
            output.json(&Document { head, outcomes, coverage })?;
        }
        (Format::Rows(RowFormat::Ndjson), _) => {
            outcomes.iter().try_for_each(|outcome| output.json(outcome))?;
        }
        (Format::Own(Junit::Junit), _) => output.write_all(junit::report(outcomes)?.as_bytes())?,
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

/// What stands on the command line, then the files, each parsed; of their scenarios the share that was asked for.
fn parsed(arguments: &Args, report: &mut Report) -> Result<Vec<QueryFile>, Failure> {
    let mut files = Vec::new();
    if !arguments.statements.is_empty() {
        let lines: Vec<String> = arguments.statements.iter().map(|text| statement(text)).collect();
        files.push(parse(COMMAND_LINE, &lines.join("\n"), report));
    }
    for path in &arguments.queries {
        let (name, text) = text_of(path)?;
        files.push(parse(&name, &text, report));
    }
    if let Some(shard) = arguments.shard {
        keep_share(&mut files, shard);
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
