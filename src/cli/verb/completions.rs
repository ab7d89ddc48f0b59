//! `tunnelog completions`: what a shell needs to complete arguments.

use std::io::{self, Write};

use crate::cli::arguments::Classes;
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};

/// Print what a shell needs to complete this program's arguments.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog completions bash > ~/.local/share/bash-completion/completions/tunnelog
  tunnelog completions zsh > \"${fpath[1]}/_tunnelog\"
  tunnelog completions fish > ~/.config/fish/completions/tunnelog.fish
  tunnelog completions powershell >> $PROFILE")]
pub(crate) struct Args {
    /// The shell.
    shell: clap_complete::Shell,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        None
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut (call.command)(), "tunnelog", &mut script);
        let mut stream = io::stdout().lock();
        stream.write_all(&script)?;
        stream.flush()?;
        Ok(Exit::Clean)
    }
}
