//! What was read: an inventory, or what is wrong with it.

use std::path::Path;

use tunnelog::diagnostic::Report;
use tunnelog::import::load::load;
use tunnelog::inventory::Inventory;

use crate::cli::arguments::{ChangeArguments, ModelArguments};
use crate::cli::shell::open::{self, Findings, Reading};
use crate::cli::verb::report::NarrowArguments;
use crate::cli::view::diagnostics;

/// The width of findings on a page.
const WIDTH: usize = 110;

/// The files as they were at one time.
pub(super) struct World {
    pub(super) path: String,
    pub(super) profile: ModelArguments,
    /// What the page is narrowed to.
    pub(super) narrow: NarrowArguments,
    /// Another number for each time the files were read.
    pub(super) version: u64,
    pub(super) content: Result<Read, Broken>,
}

/// An inventory without errors.
pub(super) struct Read {
    pub(super) inventory: Inventory,
    /// What was found while it was read, and the files.
    pub(super) report: Report,
    /// The same with what is wrong with what was read.
    pub(super) findings: Findings,
}

/// What is wrong.
pub(super) struct Broken {
    pub(super) findings: Findings,
    /// The same for people.
    pub(super) text: String,
}

impl World {
    /// Reads what is at `path` now.
    pub(super) fn read(path: &Path, narrow: NarrowArguments, profile: ModelArguments, version: u64) -> Self {
        let name = path.display().to_string();
        let content = load(path).map_err(|report| Broken::of(&report)).and_then(|loaded| {
            let (inventory, report) = (loaded.inventory, loaded.report);
            let none = ChangeArguments::default();
            let reading = open::changed(name.clone(), Some(inventory.clone()), report.clone(), &none);
            match reading.checked {
                Some(_) => Ok(Read { inventory, report, findings: reading.findings() }),
                None => Err(Broken::of(&reading.report)),
            }
        });
        Self { path: name, profile, narrow, version, content }
    }

    /// The inventory as verbs have it that read it and make `changes`.
    pub(super) fn changed(&self, read: &Read, changes: &[String], force: bool) -> Reading {
        let changes = ChangeArguments { with: changes.to_vec(), with_file: Vec::new(), force };
        open::changed(self.path.clone(), Some(read.inventory.clone()), read.report.clone(), &changes)
    }
}

impl Broken {
    fn of(report: &Report) -> Self {
        let mut findings = Findings::default();
        findings.add(report, None);
        let mut text = Vec::new();
        // Nothing that is written to memory fails.
        let _ = diagnostics::render(report, &mut text, false, WIDTH);
        Self { findings, text: String::from_utf8_lossy(&text).into_owned() }
    }
}
