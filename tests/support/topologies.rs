//! The topologies under `facts/`, and other folders that hold an inventory.

use std::fs;
use std::path::{Path, PathBuf};

use tunnelog::diagnostic::Report;
use tunnelog::inventory::{Inventory, read_folder};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The names of the shipped topologies, in order.
pub(crate) fn topologies() -> Vec<String> {
    let entries = fs::read_dir(root().join("facts")).expect("the folder of topologies is there");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("a topology").file_name().into_string().expect("a plain name"))
        .collect();
    names.sort_unstable();
    names
}

/// The folder of a shipped topology.
pub(crate) fn folder_of(topology: &str) -> PathBuf {
    root().join("facts").join(topology)
}

/// The inventory of a shipped topology.
pub(crate) fn topology(name: &str) -> Inventory {
    read(&folder_of(name))
}

/// The inventory of a folder in which no error is to be found.
#[track_caller]
pub(crate) fn read(folder: &Path) -> Inventory {
    let mut report = Report::default();
    let inventory = read_folder(folder, &mut report);
    assert!(!report.has_errors(), "{}: {:?}", folder.display(), report.diagnostics);
    inventory.expect("an inventory, as there is no error")
}
