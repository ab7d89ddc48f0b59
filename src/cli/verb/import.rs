//! `tunnelog import`: exports become an inventory of CSV files.

use std::path::PathBuf;

use tunnelog::check::check;
use tunnelog::diagnostic::{Code, Diagnostic, Report, Severity};
use tunnelog::import as export;
use tunnelog::import::load;

use crate::cli::arguments::{Color, ImportArguments};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::{folder, open};

pub(crate) fn run(arguments: &ImportArguments, color: Color, quiet: bool) -> Result<Exit, Failure> {
    let mut report = Report::default();
    let inventory = export::read_export(&arguments.paths, &mut report);
    match &inventory {
        Some(inventory) => drop(check(inventory, &mut report)),
        None => refuse_inventories(&arguments.paths, &report)?,
    }
    report.sort();
    let worst = report.worst();
    let valid = inventory.filter(|_| !report.has_errors());
    open::tell(&mut report, color, quiet);
    let Some(inventory) = valid else { return Ok(Exit::Invalid) };
    folder::write(&inventory, &arguments.output, quiet)?;
    Ok(arguments.denied.exit(worst))
}

/// Fails where one of `paths` is what an import would write: nothing is wrong with its files.
fn refuse_inventories(paths: &[PathBuf], report: &Report) -> Result<(), Failure> {
    let is_error = |found: &&Diagnostic| found.severity() == Severity::Error;
    if report.diagnostics.iter().filter(is_error).any(|found| found.code != Code::NotAnInventory) {
        return Ok(());
    }
    let Some(path) = paths.iter().find(|path| load::is_folder_of_csv(path)) else { return Ok(()) };
    let failure = Failure::new(format!("`{}` is an inventory already, and no export", path.display()));
    Err(failure.help("every other verb reads it as it is"))
}
