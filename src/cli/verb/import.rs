//! `tunnelog import`: exports become an inventory of CSV files.

use std::path::PathBuf;

use clap::ValueHint;
use tunnelog::check::check;
use tunnelog::diagnostic::{Code, Diagnostic, Report, Severity};
use tunnelog::import as export;
use tunnelog::import::load;

use crate::cli::arguments::{Classes, DenyArguments};
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::folder::TargetArguments;

/// Turn exports of Azure into an inventory of CSV files.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog import resource-graph.json -o inventory
  tunnelog import vnets.json gateways.json connections.json -o inventory")]
pub(crate) struct Args {
    /// Exported files, or folders of them, that together are one inventory.
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    target: TargetArguments,

    #[command(flatten)]
    denied: DenyArguments,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        None
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        self.target.refuse_inventory()?;
        let mut report = Report::default();
        let inventory = export::read_export(&self.paths, &mut report);
        match &inventory {
            Some(inventory) => drop(check(inventory, &mut report)),
            None => refuse_inventories(&self.paths, &report)?,
        }
        report.sort();
        let worst = report.worst();
        let valid = inventory.filter(|_| !report.has_errors());
        call.report(&mut report);
        self.target.write(&valid.ok_or(Failure::Reported)?, call)?;
        Ok(self.denied.exit(worst))
    }
}

/// Fails where one of `paths` is what an import would write: nothing is wrong with its files.
fn refuse_inventories(paths: &[PathBuf], report: &Report) -> Result<(), Failure> {
    let is_error = |found: &&Diagnostic| found.severity() == Severity::Error;
    if report.diagnostics.iter().filter(is_error).any(|found| found.code != Code::NotAnInventory) {
        return Ok(());
    }
    let Some(path) = paths.iter().find(|path| load::is_inventory(path)) else { return Ok(()) };
    let failure = Failure::new(format!("`{}` is an inventory already, and no export", path.display()));
    Err(failure.help("every other verb reads it as it is"))
}
