//! What loading a path leaves behind, whether or not there was an error.

use std::path::Path;

use tunnelog::diagnostic::Report;
use tunnelog::inventory::Inventory;

/// The inventory, if there was no error, and all findings.
pub(crate) struct Loaded {
    pub(crate) inventory: Option<Inventory>,
    pub(crate) report: Report,
}

pub(crate) fn load(path: &Path) -> Loaded {
    match tunnelog::import::load::load(path) {
        Ok(loaded) => Loaded { inventory: Some(loaded.inventory), report: loaded.report },
        Err(report) => Loaded { inventory: None, report },
    }
}
