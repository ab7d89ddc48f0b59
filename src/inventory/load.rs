//! One way in for every kind of inventory.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use super::{Inventory, export, read};
use crate::diagnostic::Report;

/// An inventory as it was read, with all findings about it.
#[derive(Debug)]
pub struct Loaded {
    /// The inventory; none where an error was found.
    pub inventory: Option<Inventory>,
    /// The findings, and the files they point into.
    pub report: Report,
}

/// The files of the project's own form.
const OWN_FILES: [&str; 6] =
    ["vnets.csv", "gateways.csv", "sites.csv", "peerings.csv", "s2s.csv", "clients.csv"];

/// Reads the inventory at `path`: a folder in the project's own form, or an export of Azure.
///
/// The two are told apart by the header of `vnets.csv`. A single file of the project's own form
/// stands for its folder.
#[must_use]
pub fn load(path: &Path) -> Loaded {
    let mut report = Report::default();
    let inventory = match own_folder(path) {
        Some(folder) => read::read_folder(folder, &mut report),
        None => export::read_export(&[path.to_path_buf()], &mut report),
    };
    Loaded { inventory, report }
}

/// The folder in the project's own form that `path` names, itself or by one of its files.
fn own_folder(path: &Path) -> Option<&Path> {
    if path.is_dir() {
        return is_own(&path.join("vnets.csv")).then_some(path);
    }
    let name = path.file_name()?.to_str()?;
    let folder = path.parent()?;
    (OWN_FILES.contains(&name) && is_own(&folder.join("vnets.csv"))).then_some(folder)
}

/// True where the file has a header, and no column of an export in it.
///
/// A header of the project's own form with a mistake in it is still told from that of an export,
/// so that the mistake is reported and not the form.
fn is_own(vnets: &Path) -> bool {
    let Ok(file) = File::open(vnets) else { return false };
    let mut header = Vec::new();
    if BufReader::new(file).read_until(b'\n', &mut header).is_err() {
        return false;
    }
    let header = String::from_utf8_lossy(&header).to_lowercase();
    let mut columns = header
        .split([',', ';', '\t'])
        .map(|column| column.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>());
    !columns.any(|column| {
        ["id", "vnetid", "addressprefixes", "properties", "addressspacetext"].contains(&column.as_str())
    })
}
