//! `tunnelog man`: the manual, made from the definitions of the arguments.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Command, ValueHint};
use clap_mangen::Man;
use tunnelog::staged::Staged;

use crate::cli::arguments::Classes;
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};

/// Print the manual page, or write a page for every verb.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog man | man -l -
  tunnelog man -o ~/.local/share/man/man1")]
pub(crate) struct Args {
    /// The folder to write one page a verb into; without it the main page is printed.
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output: Option<PathBuf>,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        None
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let command = (call.command)();
        if let Some(folder) = &self.output {
            write(command, folder).map_err(|error| Failure::unwritable(folder, &error))?;
            return Ok(Exit::Clean);
        }
        let mut page = Vec::new();
        Man::new(command).render(&mut page)?;
        let mut stream = io::stdout().lock();
        stream.write_all(&page)?;
        stream.flush()?;
        Ok(Exit::Clean)
    }
}

/// Writes a page for the program and one for each of its verbs into a folder.
fn write(command: Command, folder: &Path) -> io::Result<()> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let mut staged = Staged::new(folder)?;
    let verbs: Vec<Command> = command.get_subcommands().filter(|verb| !verb.is_hide_set()).cloned().collect();
    for command in verbs.into_iter().chain([command]) {
        let page = Man::new(command);
        let file = staged.begin(&page.get_filename())?;
        page.render(staged.file(file))?;
    }
    staged.commit()
}
