//! The command line: the only code that prints.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

use self::arguments::{Arguments, Verb};

mod answers;
mod arguments;
mod ask;
mod changes;
mod check;
mod client_config;
mod completions;
mod diagnostics;
mod diff;
mod differences;
mod document;
mod explain;
mod export_query;
mod facts;
mod fix;
mod folder;
mod generate;
mod graph;
mod import;
mod init;
mod label;
mod man;
mod markdown;
mod matrix;
mod names;
mod open;
mod output;
mod paragraph;
mod people;
mod reach;
mod report;
mod routes;
mod rows;
mod rules;
mod screen;
mod spreadsheet;
mod subject;
mod sweep;
mod tables;
mod verify;
mod whatif;
mod words;
mod work;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The answer is clean or yes.
    Clean = 0,
    /// The answer is a valid no.
    No = 1,
    /// Wrong use, or input that cannot be read or is invalid.
    Invalid = 2,
    /// The user interrupted the work; nothing is left half written.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a verb gives no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Whoever read the answer has had enough of it.
    ClosedPipe,
    /// The user has had enough of waiting.
    Interrupted,
    /// What the user has to be told.
    Told { message: String, help: Option<String> },
}

impl Failure {
    fn new(message: impl Into<String>) -> Self {
        Self::Told { message: message.into(), help: None }
    }

    fn unwritable(path: &Path, error: &io::Error) -> Self {
        Self::new(format!("`{}` cannot be written: {}", path.display(), without_number(error)))
    }

    fn help(self, text: impl Into<String>) -> Self {
        match self {
            Self::Told { message, .. } => Self::Told { message, help: Some(text.into()) },
            Self::ClosedPipe | Self::Interrupted => self,
        }
    }
}

impl From<io::Error> for Failure {
    /// For errors in writing the answer, which are the only ones without a path to name.
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::ClosedPipe
        } else {
            Self::new(format!("the answer cannot be written: {}", without_number(&error)))
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClosedPipe => f.write_str("the reader of the answer is gone"),
            Self::Interrupted => f.write_str("interrupted"),
            Self::Told { message, help: None } => f.write_str(message),
            Self::Told { message, help: Some(help) } => write!(f, "{message}\n\nhelp: {help}"),
        }
    }
}

/// An error of the operating system, without its number.
fn without_number(error: &io::Error) -> String {
    let text = error.to_string();
    let plain = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = plain.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Runs the program on the arguments of the process.
pub(crate) fn run() -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Nobody is left to tell where the message itself cannot be written.
            let _ = error.print();
            return if error.use_stderr() { Exit::Invalid } else { Exit::Clean }.into();
        }
    };
    let exit = match answer(&arguments) {
        Ok(exit) => exit,
        Err(Failure::ClosedPipe) => Exit::Clean,
        Err(Failure::Interrupted) => Exit::Interrupted,
        Err(failure @ Failure::Told { .. }) => {
            let colour = screen::errors(arguments.color).colour;
            let style = if colour { AnsiColor::Red.on_default().bold() } else { Style::new() };
            let text = screen::harmless(&failure.to_string());
            let _ = writeln!(io::stderr(), "{style}error{style:#}: {text}");
            Exit::Invalid
        }
    };
    exit.into()
}

fn answer(arguments: &Arguments) -> Result<Exit, Failure> {
    let (color, quiet) = (arguments.color, arguments.quiet);
    work::prepare(arguments.jobs)?;
    match &arguments.verb {
        Verb::Routes(verb) => answers::run::<routes::Routes>(&verb.answer, &[], color, quiet),
        Verb::Reach(verb) => answers::run::<reach::Reach>(&verb.answer, &verb.fail_on, color, quiet),
        Verb::Explain(verb) => explain::run(verb, color, quiet),
        Verb::Ask(verb) => ask::run(verb, color, quiet),
        Verb::Check(verb) => check::run(verb, color),
        Verb::Init(verb) => init::run(verb, quiet),
        Verb::ExportQuery(verb) => export_query::run(verb, color),
        Verb::Import(verb) => import::run(verb, color, quiet),
        Verb::Facts(verb) => facts::run(verb, color, quiet),
        Verb::Rules(verb) => rules::run(verb, color),
        Verb::Generate(verb) => generate::run(verb, quiet),
        Verb::Whatif(verb) => whatif::run(verb, color, quiet),
        Verb::Sweep(verb) => sweep::run(verb, color, quiet),
        Verb::Diff(verb) => diff::run(verb, color, quiet),
        Verb::Fix(verb) => fix::run(verb, color, quiet),
        Verb::Report(verb) => report::run(verb, color, quiet),
        Verb::ClientConfig(verb) => client_config::run(verb, color, quiet),
        Verb::Verify(verb) => verify::run(verb, color, quiet),
        Verb::Graph(verb) => graph::run(verb, color, quiet),
        Verb::Completions(verb) => completions::run(verb),
        Verb::Man(verb) => man::run(verb),
    }
}
