//! `tunnelog completions`: what a shell needs to complete arguments.

use std::io::{self, Write};

use clap::CommandFactory;

use crate::cli::arguments::{Arguments, CompletionsArguments};
use crate::cli::shell::exit::{Exit, Failure};

pub(crate) fn run(arguments: &CompletionsArguments) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "tunnelog", &mut script);
    let mut stream = io::stdout().lock();
    stream.write_all(&script)?;
    stream.flush()?;
    Ok(Exit::Clean)
}
