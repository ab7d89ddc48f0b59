//! `tunnelog import`: exports become an inventory of CSV files.

use tunnelog::diagnostic::Report;
use tunnelog::inventory::{check, export};

use super::arguments::{Color, ImportArguments};
use super::{Exit, Failure, folder, open};

pub(crate) fn run(arguments: &ImportArguments, color: Color, quiet: bool) -> Result<Exit, Failure> {
    let mut report = Report::default();
    let inventory = export::read_export(&arguments.paths, &mut report);
    if let Some(inventory) = &inventory {
        check(inventory, &mut report);
    }
    report.sort();
    let worst = report.worst();
    let valid = inventory.filter(|_| !report.has_errors());
    open::tell(&mut report, color, quiet);
    let Some(inventory) = valid else { return Ok(Exit::Invalid) };
    folder::write(&inventory, &arguments.output, quiet)?;
    Ok(arguments.denied.exit(worst))
}
