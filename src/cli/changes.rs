//! Changes given on the command line or in files.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use tunnelog::change;
use tunnelog::diagnostic::{Code, Diagnostic, Report};
use tunnelog::inventory::Inventory;
use tunnelog::query::parse::parse_changes;
use tunnelog::query::syntax::Change;

use super::arguments::ChangeArguments;

/// Makes the changes that an inventory is to be read with; none where one of them cannot be made.
pub(crate) fn made(
    inventory: Inventory,
    arguments: &ChangeArguments,
    report: &mut Report,
) -> Option<Inventory> {
    if arguments.with.is_empty() && arguments.with_file.is_empty() {
        return Some(inventory);
    }
    let mut changes = Vec::new();
    for path in &arguments.with_file {
        let text = read(path, report)?;
        changes.extend(parse_changes(&path.display().to_string(), &text, report));
    }
    changes.extend(parsed(&arguments.with, "--with", report));
    if report.has_errors() {
        return None;
    }
    change::apply(&inventory, &changes, arguments.force, report)
}

/// Reads changes given as arguments; `name` is how messages call where they stand.
pub(crate) fn parsed(changes: &[String], name: &str, report: &mut Report) -> Vec<Change> {
    if changes.is_empty() { Vec::new() } else { parse_changes(name, &changes.join("\n"), report) }
}

/// The text of a file, or of the standard input for `-`.
pub(crate) fn read(path: &Path, report: &mut Report) -> Option<String> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    text.map_err(|error| {
        let cause = super::without_number(&error);
        report.push(Diagnostic::new(
            Code::UnreadableFile,
            format!("`{}` cannot be read: {cause}", path.display()),
        ));
    })
    .ok()
}
