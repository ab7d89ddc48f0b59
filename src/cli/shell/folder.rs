//! An inventory written as a folder of CSV files, and what is said of that.

use std::path::{Path, PathBuf};

use clap::ValueHint;
use tunnelog::inventory::{Inventory, write};
use tunnelog::staged::Staged;

use crate::cli::shell::call::Call;
use crate::cli::shell::exit::Failure;
use crate::cli::shell::screen;
use crate::cli::view::words;

/// Where an inventory is written to.
#[derive(clap::Args, Debug)]
pub(crate) struct TargetArguments {
    /// The folder to write the CSV files into; made where it does not exist.
    #[arg(long = "output", short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output: PathBuf,

    /// Replace the inventory that is in the folder, so that no file of it is left.
    #[arg(long)]
    replace: bool,
}

impl TargetArguments {
    /// Fails where the folder holds an inventory that is not to be replaced.
    pub(crate) fn refuse_inventory(&self) -> Result<(), Failure> {
        let folder = &self.output;
        let found = write::files_in(folder).map_err(|error| Failure::unwritable(folder, &error))?;
        match found.first().and_then(|path| path.file_name()) {
            Some(file) if !self.replace => {
                let (folder, file) = (folder.display(), Path::new(file).display());
                Err(Failure::new(format!("`{folder}` holds files of an inventory already, such as `{file}`"))
                    .help("name another folder, or replace the inventory there with `--replace`"))
            }
            _ => Ok(()),
        }
    }

    /// Writes `inventory` into the folder and says what it holds.
    pub(crate) fn write(&self, inventory: &Inventory, call: &Call) -> Result<(), Failure> {
        let folder = &self.output;
        let staged = Staged::new(folder).map_err(|error| Failure::unwritable(folder, &error))?;
        // Another run may have put its inventory there meanwhile; from here on none can.
        self.refuse_inventory()?;
        write::write_into(staged, inventory, folder).map_err(|error| Failure::unwritable(folder, &error))?;
        let place = screen::one_line(&folder.display().to_string());
        call.note(format_args!("wrote `{place}`: {}", contents(inventory)));
        Ok(())
    }
}

/// What an inventory holds, counted.
fn contents(inventory: &Inventory) -> String {
    let counts = [
        (inventory.vnets.len(), "VNet", "VNets"),
        (inventory.gateways.len(), "gateway", "gateways"),
        (inventory.sites.len(), "site", "sites"),
        (inventory.peerings.len(), "peering link", "peering links"),
        (inventory.tunnels().len(), "connection", "connections"),
    ];
    let counted = counts.into_iter().filter(|(count, ..)| *count > 0).map(|(count, one, several)| {
        let noun = if count == 1 { one } else { several };
        format!("{count} {noun}")
    });
    let counted: Vec<String> = counted.collect();
    words::list(&counted)
}
