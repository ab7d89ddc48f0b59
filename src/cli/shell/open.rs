//! Reading the inventories of a call, and telling what was found in them.

use std::io;
use std::mem;
use std::path::{Path, PathBuf};

use tunnelog::check::check;
use tunnelog::diagnostic::{Code, Report, Severity};
use tunnelog::facts::Facts;
use tunnelog::import::load::load;
use tunnelog::inventory::Inventory;
use tunnelog::source::Sources;

use crate::cli::arguments::{ChangeArguments, Color, Deny, DenyArguments};
use crate::cli::shell::exit::Exit;
use crate::cli::shell::{changes, screen};
use crate::cli::view::diagnostics;
use crate::cli::view::json::Finding;

/// The inventories of a call.
pub(crate) struct Opened {
    /// Each path as given, with its inventory.
    pub(crate) inventories: Vec<Inventory>,
    /// The facts of each.
    pub(crate) facts: Vec<Facts>,
    /// The files of each.
    pub(crate) sources: Vec<Sources>,
    pub(crate) paths: Vec<String>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) worst: Option<Severity>,
}

/// The paths in the order in which answers are given: sorted, each once.
pub(crate) fn in_order(paths: &[PathBuf]) -> Vec<&Path> {
    let mut paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    paths.sort_unstable_by(|one, other| {
        one.as_os_str().as_encoded_bytes().cmp(other.as_os_str().as_encoded_bytes())
    });
    paths.dedup();
    paths
}

/// Reads and checks one inventory.
pub(crate) fn read(path: &Path) -> (Option<Inventory>, Report) {
    let (read, report) = read_with(path, &ChangeArguments::default());
    (read.map(|(inventory, _)| inventory), report)
}

/// Reads one inventory, makes changes to it, and checks what comes of it, which takes its facts.
pub(crate) fn read_with(path: &Path, changes: &ChangeArguments) -> (Option<(Inventory, Facts)>, Report) {
    let (inventory, mut report) = match load(path) {
        Ok(loaded) => (Some(loaded.inventory), loaded.report),
        Err(report) => (None, report),
    };
    let inventory = inventory.and_then(|inventory| changes::made(inventory, changes, &mut report));
    let checked = inventory.map(|inventory| {
        let facts = check(&inventory, &mut report);
        (inventory, facts)
    });
    report.sort();
    let checked = checked.filter(|_| !report.has_errors());
    (checked, report)
}

/// Reads every inventory and tells what was found; none where one of them has an error.
pub(crate) fn open(
    paths: &[PathBuf],
    changes: &ChangeArguments,
    color: Color,
    quiet: bool,
) -> Option<Opened> {
    let paths = in_order(paths);
    let several = paths.len() > 1;
    let mut opened = Opened {
        inventories: Vec::new(),
        facts: Vec::new(),
        sources: Vec::new(),
        paths: Vec::new(),
        findings: Vec::new(),
        worst: None,
    };
    for path in &paths {
        let (read, mut report) = read_with(path, changes);
        let name = path.display().to_string();
        if several {
            explain_paths(&mut report);
        }
        opened.worst = opened.worst.max(report.worst());
        opened.findings.extend(Finding::all(&report, several.then_some(&name)));
        tell(&mut report, color, quiet);
        if let Some((inventory, facts)) = read {
            opened.inventories.push(inventory);
            opened.facts.push(facts);
            opened.sources.push(mem::take(&mut report.sources));
        }
        opened.paths.push(name);
    }
    (opened.inventories.len() == paths.len()).then_some(opened)
}

/// Tells those who gave the files of one export that each was taken for an export.
fn explain_paths(report: &mut Report) {
    let refused = report.diagnostics.iter_mut().filter(|finding| finding.code == Code::NotAnInventory);
    for finding in refused {
        finding.help = Some(
            "each path is an inventory of its own: put files that belong together into one folder, or join them with \
             `tunnelog import`"
                .to_owned(),
        );
    }
}

/// Writes the findings to the standard error, only errors where the user asked for quiet.
pub(crate) fn tell(report: &mut Report, color: Color, quiet: bool) {
    report.diagnostics.retain(|diagnostic| !quiet || diagnostic.severity() == Severity::Error);
    if report.diagnostics.is_empty() {
        return;
    }
    let screen = screen::errors(color);
    let mut stream = io::BufWriter::new(io::stderr().lock());
    // The answer is worth giving even where nobody reads what is doubtful about it.
    let _ = diagnostics::render(report, &mut stream, screen.colour, screen.width);
}

impl DenyArguments {
    /// How the program ends where `worst` is the greatest weight that was found.
    pub(crate) fn exit(self, worst: Option<Severity>) -> Exit {
        match (worst, self.deny) {
            (Some(Severity::Error), _) => Exit::Invalid,
            (Some(Severity::Warning), Some(Deny::Warnings)) => Exit::No,
            _ => Exit::Clean,
        }
    }
}
