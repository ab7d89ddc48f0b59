//! `tunnelog import`: exports become an inventory of CSV files.

use std::io::{self, Write};

use tunnelog::diagnostic::Report;
use tunnelog::inventory::{Inventory, check, export, write};

use super::arguments::{Color, ImportArguments};
use super::{Exit, Failure, open, screen, words};

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
    write::write_folder(&inventory, &arguments.output)
        .map_err(|error| Failure::unwritable(&arguments.output, &error))?;
    if !quiet {
        let place = screen::one_line(&arguments.output.display().to_string());
        // The files are written, whether or not anybody hears of it.
        let _ = writeln!(io::stderr(), "wrote `{place}`: {}", contents(&inventory));
    }
    Ok(arguments.denied.exit(worst))
}

/// What an inventory holds, counted.
fn contents(inventory: &Inventory) -> String {
    let counts = [
        (inventory.vnets.len(), "VNet", "VNets"),
        (inventory.gateways.len(), "gateway", "gateways"),
        (inventory.sites.len(), "site", "sites"),
        (inventory.peerings.len(), "side of a peering", "sides of peerings"),
        (inventory.tunnels().len(), "tunnel", "tunnels"),
    ];
    let counted = counts.into_iter().filter(|(count, ..)| *count > 0).map(|(count, one, several)| {
        let noun = if count == 1 { one } else { several };
        format!("{count} {noun}")
    });
    let counted: Vec<String> = counted.collect();
    words::list(&counted.iter().map(String::as_str).collect::<Vec<_>>())
}
