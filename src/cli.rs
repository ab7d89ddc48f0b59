//! The command line: the only code that prints.

mod arguments;
mod shell;
mod verb;
mod view;

use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use self::arguments::{Color, masked};
use self::shell::call::Call;
use self::shell::exit::{Exit, Failure};
use self::shell::{screen, work};
use self::verb::AnyVerb;

const EXIT_CODES: &str = "\
Exit codes:
  0  the answer is clean
  1  the answer is a valid no: a status under `--fail-on`, an expectation that failed, a diagnostic under `--deny`
  2  wrong use, or input that cannot be read or is invalid
  130  interrupted; nothing is left half written";

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
    #[arg(long, global = true)]
    quiet: bool,

    /// How many threads work, 256 at most; as many as the machine has cores where this is left out.
    #[arg(long, short, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
}

impl Arguments {
    /// Parses the command line, including what one argument demands of another.
    fn read() -> Result<Self, clap::Error> {
        Self::try_parse_from(std::env::args_os().map(masked))?.validated()
    }

    /// Refuses classes that the profile does not have.
    fn validated(self) -> Result<Self, clap::Error> {
        let Some((profile, wanted)) = self.verb.verb().classes() else { return Ok(self) };
        let known = profile.classes();
        if let Some(class) = wanted.iter().find(|class| !known.contains(class)) {
            let words: Vec<_> = known.iter().map(|class| format!("`{}`", class.word())).collect();
            let message = format!(
                "profile `{}` has no class `{}`; it has {}",
                profile.word(),
                class.word(),
                words.join(", ")
            );
            return Err(Self::command().error(ErrorKind::ArgumentConflict, message));
        }
        Ok(self)
    }

    /// Does what is asked.
    fn answer(&self) -> Result<Exit, Failure> {
        work::prepare(self.jobs)?;
        let call = Call { color: self.color, quiet: self.quiet, command: Self::command };
        self.verb.verb().run(&call)
    }
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
    let exit = match arguments.answer() {
        Ok(exit) => exit,
        Err(Failure::ClosedPipe) => Exit::Clean,
        Err(Failure::Interrupted) => Exit::Interrupted,
        Err(Failure::Reported) => Exit::Invalid,
        Err(failure @ Failure::Message { .. }) => {
            let colour = screen::errors(arguments.color).colour;
            let style = if colour { AnsiColor::Red.on_default().bold() } else { Style::new() };
            let text = screen::harmless(&failure.to_string());
            let _ = writeln!(io::stderr(), "{style}error{style:#}: {text}");
            Exit::Invalid
        }
    };
    exit.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_agree_with_each_other() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_class_of_another_profile_is_wrong_use() {
        let parse = |words: &[&str]| {
            Arguments::try_parse_from([&["tunnelog", "reach", "x"], words].concat())
                .and_then(Arguments::validated)
        };
        let error = parse(&["--class", "windows-openvpn"]).unwrap_err().to_string();
        assert!(error.contains("profile `article` has no class `windows-openvpn`"), "{error}");
        assert!(parse(&["--class", "windows-openvpn", "--profile", "observed"]).is_ok());
    }
}
