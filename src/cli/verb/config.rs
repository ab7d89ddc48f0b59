//! `tunnelog config`: what is set for every call, and where.

use std::io::Write;

use crate::cli::arguments::Classes;
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::screen;
use crate::cli::shell::settings::{Key, Settings};

/// Show the settings that every call starts from, and where each is set.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLE, after_long_help = WHAT_AND_WHERE)]
pub(crate) struct Args {}

/// How it is called.
const EXAMPLE: &str = "\
Example:
  tunnelog config";

/// The page on settings, which `tunnelog help config` shows.
const WHAT_AND_WHERE: &str = "\
What can be set:
  model   what `--model` names: `article` or `observed`
  format  what `--format` names; a verb that does not have this format keeps its own
  quiet   `true` is `--quiet`; for one call, `--quiet=false` unsays it
  jobs    what `--jobs` names: how many threads work

Where, the first one that says something:
  1. the option of the call, such as `--model observed`
  2. a variable: TUNNELOG_MODEL, TUNNELOG_FORMAT, TUNNELOG_QUIET, TUNNELOG_JOBS; an empty one sets nothing
  3. the file `tunnelog.toml` in the current folder or in the nearest folder above it
  4. what the program does by itself

A file, for one:
  model = \"observed\"
  quiet = true

Example:
  tunnelog config";

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        None
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let mut report = match Settings::read(&(call.command)()) {
            Ok(settings) => return shown(&settings, call),
            Err(report) => report,
        };
        call.report(&mut report);
        Err(Failure::Reported)
    }
}

fn shown(settings: &Settings, call: &Call) -> Result<Exit, Failure> {
    let mut output = call.output(None)?;
    for key in Key::ALL {
        let (value, place) = match settings.get(key) {
            Some(setting) => (setting.value.as_str(), screen::one_line(&setting.place)),
            None => ("-", "not set".to_owned()),
        };
        writeln!(output, "{:<8}{value:<12}{place}", key.word())?;
    }
    output.finish()?;
    Ok(Exit::Clean)
}
