//! `tunnelog generate`: a large inventory that anyone can make again.

use tunnelog::generate::{Plan, generate};

use crate::cli::arguments::GenerateArguments;
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::folder;

pub(crate) fn run(arguments: &GenerateArguments, quiet: bool) -> Result<Exit, Failure> {
    let inventory = generate(&Plan {
        shape: arguments.shape,
        vnets: arguments.vnets as usize,
        seed: arguments.seed,
        faults: arguments.faults,
    });
    folder::write(&inventory, &arguments.output, quiet)?;
    Ok(Exit::Clean)
}
