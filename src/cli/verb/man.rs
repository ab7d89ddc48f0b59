//! `tunnelog man`: the manual, made from the definitions of the arguments.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::ValueHint;

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
            let written = fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
            written.map_err(|error| Failure::unwritable(folder, &error))?;
            return Ok(Exit::Clean);
        }
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        let mut stream = io::stdout().lock();
        stream.write_all(&page)?;
        stream.flush()?;
        Ok(Exit::Clean)
    }
}
