//! The command line: the only code that prints.

mod arguments;
mod shell;
mod verb;
mod view;

use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser};

use self::arguments::{Color, masked};
use self::shell::call::Call;
use self::shell::exit::{Exit, Failure};
use self::shell::inputs::Places;
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
    #[arg(long, global = true)]
    quiet: bool,

    /// How many threads work, 256 at most; as many as the machine has cores where this is left out.
    #[arg(long, short, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
}

impl Arguments {
    /// Parses the command line, including what one argument demands of another, and the paths on it.
    fn read() -> Result<(Self, Places), clap::Error> {
        let command = Self::command();
        let matches = command.clone().try_get_matches_from(std::env::args_os().map(masked))?;
        let places = Places::of(&command, &matches);
        let arguments =
            Self::from_arg_matches(&matches).map_err(|error| error.format(&mut Self::command()))?;
        Ok((arguments.validated()?, places))
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
    fn answer(&self, places: &Places) -> Result<Exit, Failure> {
        work::prepare(self.jobs)?;
        places.check()?;
        let call = Call::new(self.color, self.quiet, Self::command);
        let exit = self.verb.verb().run(&call);
        call.foot();
        exit
    }
}

/// Runs the program on the arguments of the process.
pub(crate) fn run() -> ExitCode {
    let (arguments, places) = match Arguments::read() {
        Ok(read) => read,
        Err(error) => return shown(&error).into(),
    };
    let exit = match arguments.answer(&places) {
        Ok(exit) => exit,
        Err(Failure::ClosedPipe) => Exit::Clean,
        Err(Failure::Interrupted(code)) => return code.into(),
        Err(Failure::Reported) => Exit::Invalid,
        Err(failure @ Failure::Message { .. }) => failed(&failure, arguments.color),
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
