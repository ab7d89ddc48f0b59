//! The command line: the only code that prints.

mod arguments;
mod shell;
mod verb;
mod view;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::error::ErrorKind;
use clap::{ArgMatches, Command, CommandFactory, FromArgMatches, Parser};
use tunnelog::class::Profile;
use tunnelog::diagnostic::Report;

use self::arguments::{Color, JOBS, OLD_MODEL, masked};
use self::shell::call::Call;
use self::shell::exit::{Exit, Failure};
use self::shell::inputs::Places;
use self::shell::settings::Settings;
use self::shell::{screen, work};
use self::verb::AnyVerb;

const EXIT_CODES: &str = "\
Exit codes:
  0  the answer is clean
  1  the answer is a valid no: a status under `--fail-on`, an expectation that failed, a diagnostic under `--deny`
  2  wrong use, or input that cannot be read or is invalid
  130  interrupted (143 and 129 where SIGTERM or SIGHUP ends it); nothing is left half written";

/// Computes offline which routes an Azure Point-to-Site VPN client gets, what it can reach, and why.
#[derive(Debug, Parser)]
#[command(name = "tunnelog", version, propagate_version = true, after_long_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    verb: AnyVerb,

    /// When to colour what a terminal shows; the variable `NO_COLOR` is honoured.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,

    /// Hide warnings and notes on the standard error; errors are shown all the same, and so is what `check` finds.
    // A flag that takes a word too, as what is set for every call can be unsaid for one: `--quiet=false`.
    #[arg(
        long,
        short,
        global = true,
        action = clap::ArgAction::Set,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        default_value = "false",
        hide_default_value = true,
        hide_possible_values = true,
        value_name = "BOOLEAN"
    )]
    quiet: bool,

    /// Worker threads (default: all cores, max. 256).
    #[arg(long, short, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(JOBS))]
    jobs: Option<u16>,
}

/// Why there is nothing to do yet.
enum Unread {
    /// Help is wanted, or the command line is wrong.
    Arguments(clap::Error),
    /// What users have set for every call has errors.
    Settings(Report),
}

impl From<clap::Error> for Unread {
    fn from(error: clap::Error) -> Self {
        Self::Arguments(error)
    }
}

impl From<Report> for Unread {
    fn from(report: Report) -> Self {
        Self::Settings(report)
    }
}

/// The command line, taken apart.
struct CommandLine {
    arguments: Arguments,
    places: Places,
    /// True where findings count as a no.
    denies: bool,
    /// True where an option is called as it was before.
    is_dated: bool,
    /// What is known of variables that set nothing.
    notes: Vec<String>,
}

impl CommandLine {
    /// Parses the command line, including what one argument demands of another, with what users have set for every call.
    fn read() -> Result<Self, Unread> {
        let command = Arguments::command();
        let parsed =
            |command: &Command| command.clone().try_get_matches_from(std::env::args_os().map(masked));
        // Help is given, and wrong use told, whatever is set.
        let matches = parsed(&command)?;
        let settings = Settings::read(&command)?;
        let matches = if settings.is_empty() { matches } else { parsed(&settings.applied(command.clone()))? };
        let places = Places::of(&command, &matches);
        let arguments =
            Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut Arguments::command()))?;
        let denies = |(_, of_verb): (&str, &ArgMatches)| matches!(of_verb.try_contains_id("deny"), Ok(true));
        let old = format!("--{OLD_MODEL}");
        let is_old =
            |word: OsString| word.to_str().is_some_and(|word| word.split('=').next() == Some(old.as_str()));
        Ok(Self {
            arguments: arguments.validated(matches.subcommand_name().unwrap_or_default())?,
            places,
            denies: matches.subcommand().is_some_and(denies),
            is_dated: std::env::args_os().any(is_old),
            notes: settings.notes,
        })
    }

    /// Does what is asked.
    fn answer(&self) -> Result<Exit, Failure> {
        work::prepare(self.arguments.jobs)?;
        self.places.check()?;
        let Arguments { color, quiet, jobs, .. } = self.arguments;
        let call = Call::new(color, quiet, jobs, self.denies, Arguments::command);
        let exit = self.arguments.verb.verb().run(&call);
        call.foot();
        self.notes.iter().for_each(|note| call.note(note));
        if self.is_dated {
            call.note(format_args!(
                "`--{OLD_MODEL}` is called `--model` now; the next version takes the new word alone"
            ));
        }
        exit
    }
}

impl Arguments {
    /// Refuses classes that the model does not have; `verb` is that of the call.
    fn validated(self, verb: &str) -> Result<Self, clap::Error> {
        let Some((model, wanted)) = self.verb.verb().classes() else { return Ok(self) };
        let known = model.classes();
        let Some(class) = wanted.iter().find(|class| !known.contains(class)) else { return Ok(self) };
        let words: Vec<_> = known.iter().map(|class| format!("`{}`", class.word())).collect();
        let others = Profile::ALL.iter().filter(|other| other.classes().contains(class));
        let cure: Vec<_> = others.map(|other| format!("`--model {}`", other.word())).collect();
        let message = format!(
            "model `{}` has no class `{}`; it has {}. {} has that class",
            model.word(),
            class.word(),
            words.join(", "),
            cure.join(" or ")
        );
        let mut command = Self::command();
        command.build();
        let of_verb = command.find_subcommand_mut(verb);
        let error = of_verb.map(|command| command.error(ErrorKind::ArgumentConflict, &message));
        Err(error.unwrap_or_else(|| Self::command().error(ErrorKind::ArgumentConflict, &message)))
    }
}

/// Runs the program on the arguments of the process.
pub(crate) fn run() -> ExitCode {
    let line = match CommandLine::read() {
        Ok(line) => line,
        Err(Unread::Arguments(error)) => return shown(&error).into(),
        Err(Unread::Settings(mut report)) => {
            Call::new(Color::Auto, true, None, false, Arguments::command).report(&mut report);
            return Exit::Invalid.into();
        }
    };
    let exit = match line.answer() {
        Ok(exit) => exit,
        Err(Failure::ClosedPipe) => Exit::Clean,
        Err(Failure::Interrupted(code)) => return code.into(),
        Err(Failure::Reported) => Exit::Invalid,
        Err(failure @ Failure::Message { .. }) => failed(&failure, line.arguments.color),
    };
    exit.into()
}

/// Shows help, or what is wrong with the command line.
fn shown(error: &clap::Error) -> Exit {
    match error.print() {
        _ if error.use_stderr() => Exit::Invalid,
        Ok(()) => Exit::Clean,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Clean,
        Err(error) => failed(&error.into(), Color::Auto),
    }
}

/// Says why there is no answer.
fn failed(failure: &Failure, color: Color) -> Exit {
    let style = if screen::errors(color).colour { AnsiColor::Red.on_default().bold() } else { Style::new() };
    let text = screen::harmless(&failure.to_string());
    // Nobody is left to tell where the message itself cannot be written.
    let _ = writeln!(io::stderr(), "{style}error{style:#}: {text}");
    Exit::Invalid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_agree_with_each_other() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_class_of_another_model_is_wrong_use() {
        let parse = |words: &[&str]| {
            Arguments::try_parse_from([&["tunnelog", "reach", "x"], words].concat())
                .and_then(|arguments| arguments.validated("reach"))
        };
        let error = parse(&["--class", "windows-openvpn"]).unwrap_err().to_string();
        assert!(error.contains("model `article` has no class `windows-openvpn`"), "{error}");
        assert!(error.contains("`--model observed` has that class"), "{error}");
        assert!(error.contains("Usage: tunnelog reach "), "{error}");
        assert!(parse(&["--class", "windows-openvpn", "--model", "observed"]).is_ok());
        assert!(
            parse(&["--class", "windows-openvpn", "--profile", "observed"]).is_ok(),
            "the old word works"
        );
    }
}
