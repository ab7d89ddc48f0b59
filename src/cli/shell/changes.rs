//! Changes given on the command line or in files.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use tunnelog::change;
use tunnelog::diagnostic::{Code, Diagnostic, Report};
use tunnelog::inventory::Inventory;
use tunnelog::language::parse::parse_changes;
use tunnelog::language::syntax::Change;

use crate::cli::arguments::ChangeArguments;

/// More arguments than this are one text to messages, as places are in files, of which there may not be too many.
const MANY: usize = 1000;

/// Makes the changes that an inventory is to be read with; none where one of them cannot be made.
pub(crate) fn made(
    inventory: Inventory,
    arguments: &ChangeArguments,
    report: &mut Report,
) -> Option<Inventory> {
    if arguments.is_empty() {
        return Some(inventory);
    }
    let changes = all(arguments, report);
    if report.has_errors() {
        return None;
    }
    let mut after = change::apply(&inventory, &changes, arguments.force, report)?;
    change::settle(&mut after);
    Some(after)
}

/// The changes of files and arguments, in the order in which they are made; mistakes in them are reported.
pub(crate) fn all(arguments: &ChangeArguments, report: &mut Report) -> Vec<Change> {
    let mut changes = Vec::new();
    for path in &arguments.with_file {
        let Some(text) = read(path, report) else { return changes };
        changes.extend(parse_changes(&name(path), &text, report));
    }
    changes.extend(parsed(&arguments.with, "--with", report));
    changes
}

/// Reads changes given as arguments; messages show each behind `option`, as it was given.
pub(crate) fn parsed(changes: &[String], option: &str, report: &mut Report) -> Vec<Change> {
    if changes.len() > MANY {
        return parse_changes(option, &changes.join("\n"), report);
    }
    let one = |change: &String| parse_changes(&format!("{option} '{change}'"), change, report);
    changes.iter().flat_map(one).collect()
}

/// How messages call a file, or the standard input.
pub(crate) fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
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
        let cause = crate::cli::shell::exit::without_number(&error);
        report
            .push(Diagnostic::new(Code::UnreadableFile, format!("`{}` cannot be read: {cause}", name(path))));
    })
    .ok()
}
