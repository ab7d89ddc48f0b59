//! Exports of Azure, in JSON and CSV.

use std::path::PathBuf;

use tunnelog::diagnostic::Report;
use tunnelog::import::read_export;

use super::files::{files, sound};
use super::inventory::as_good_as_any;

/// Reads the files of `input` as one export. A name says no more than whether a file is CSV or JSON.
///
/// # Panics
/// Where what was read is not sound.
pub fn export(input: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut paths: Vec<PathBuf> = Vec::new();
    for (number, (name, text)) in files(input).into_iter().enumerate() {
        let extension = if name.ends_with(b"csv") { "csv" } else { "json" };
        let path = folder.path().join(format!("{number}.{extension}"));
        std::fs::write(&path, text).expect("a file");
        paths.push(path);
    }
    let mut report = Report::default();
    let inventory = read_export(&paths, &mut report);
    sound(inventory.is_some(), &report);
    if let Some(inventory) = inventory {
        as_good_as_any(&inventory, &mut report);
    }
}
