//! The project's own form.

use std::path::Path;

use super::Inventory;
use crate::diagnostic::{Code, Diagnostic, Report};

/// Reads a folder in the project's own form.
pub fn read_folder(path: &Path, report: &mut Report) -> Option<Inventory> {
    report.push(Diagnostic::new(Code::UnreadableFile, format!("`{}` cannot be read yet", path.display())));
    None
}
