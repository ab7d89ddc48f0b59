//! Folders of CSV files.

use tunnelog::diagnostic::Report;
use tunnelog::inventory::read_folder;

use super::files::{files, sound};
use super::inventory::as_good_as_any;

const FILES: [&str; 10] = [
    "vnets.csv",
    "gateways.csv",
    "sites.csv",
    "peerings.csv",
    "s2s.csv",
    "clients.csv",
    "subnets.csv",
    "route_tables.csv",
    "routes.csv",
    "appliances.csv",
];

/// Reads a folder with the files of `input`.
///
/// # Panics
/// Where what was read is not sound.
pub fn folder(input: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files(input) {
        let name = match name {
            b"" => FILES[0],
            name => FILES.into_iter().find(|file| file.as_bytes() == name).unwrap_or("other.csv"),
        };
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let mut report = Report::default();
    let inventory = read_folder(folder.path(), &mut report);
    sound(inventory.is_some(), &report);
    if let Some(inventory) = inventory {
        as_good_as_any(&inventory, &mut report);
    }
}
