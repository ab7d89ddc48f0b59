//! `tunnelog man`: the manual, made from the definitions of the arguments.

use std::fs;
use std::io::{self, Write};

use clap::CommandFactory;

use crate::cli::arguments::{Arguments, ManArguments};
use crate::cli::shell::exit::{Exit, Failure};

pub(crate) fn run(arguments: &ManArguments) -> Result<Exit, Failure> {
    let command = Arguments::command();
    if let Some(folder) = &arguments.output {
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
