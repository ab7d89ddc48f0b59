//! Reading an inventory from whatever is at a path.
use super::Inventory;
use crate::diagnostic::Report;
/// What was read.
#[derive(Debug)]
pub struct Loaded {
    /// The inventory.
    pub inventory: Option<Inventory>,
    /// The findings.
    pub report: Report,
}
/// Reads `path`.
#[must_use]
pub fn load(path: &std::path::Path) -> Loaded {
    let mut report = Report::default();
    let inventory = super::read_folder(path, &mut report);
    Loaded { inventory, report }
}
