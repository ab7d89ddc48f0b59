//! `tunnelog facts`: the facts of an inventory and all that follows from them, one file a relation.

use std::slice;

use tunnelog::solve::Analysis;

use super::arguments::{Color, FactsArguments};
use super::{Exit, Failure, open, words};

pub(crate) fn run(arguments: &FactsArguments, color: Color, quiet: bool) -> Result<Exit, Failure> {
    let Some(opened) = open::open(slice::from_ref(&arguments.path), color, quiet) else {
        return Ok(Exit::Invalid);
    };
    for inventory in &opened.inventories {
        Analysis::new(inventory).write_relations(&arguments.output).map_err(|error| {
            Failure::new(format!("`{}` cannot be written: {}", arguments.output.display(), words(&error)))
        })?;
    }
    Ok(arguments.denied.exit(opened.worst))
}
