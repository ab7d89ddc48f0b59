//! An inventory written as a folder of CSV files, and what is said of that.

use std::path::Path;

use tunnelog::inventory::{Inventory, write};

use crate::cli::shell::call::Call;
use crate::cli::shell::exit::Failure;
use crate::cli::shell::{screen, work};
use crate::cli::view::words;

/// Writes `inventory` into the folder and says what it holds.
pub(crate) fn write(inventory: &Inventory, folder: &Path, call: &Call) -> Result<(), Failure> {
    work::writes_into(folder);
    write::write_folder(inventory, folder).map_err(|error| Failure::unwritable(folder, &error))?;
    let place = screen::one_line(&folder.display().to_string());
    call.note(format_args!("wrote `{place}`: {}", contents(inventory)));
    Ok(())
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
    words::list(&counted)
}
