//! An inventory without errors, with what was found in it.

use std::path::Path;
use std::sync::OnceLock;

use tunnelog::answer::Analysis;
use tunnelog::check::check;
use tunnelog::diagnostic::{Diagnostic, Report};
use tunnelog::facts::Facts;
use tunnelog::source::Sources;

use crate::failure::{Failure, said};

/// An inventory with what was found in it and the files it was read from, which changed inventories share.
pub(crate) struct State {
    pub(crate) path: String,
    pub(crate) inventory: tunnelog::inventory::Inventory,
    pub(crate) sources: Sources,
    /// What was found while it was read, or changed.
    notes: Vec<Diagnostic>,
    facts: OnceLock<Facts>,
    /// The notes with the warnings.
    found: OnceLock<Vec<Diagnostic>>,
}

impl State {
    /// The inventory that `report` tells of, in which nothing was looked for yet.
    pub(crate) fn new(path: String, inventory: tunnelog::inventory::Inventory, report: Report) -> Self {
        let Report { diagnostics, sources } = report;
        Self { path, inventory, sources, notes: diagnostics, facts: OnceLock::new(), found: OnceLock::new() }
    }

    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let loaded = tunnelog::import::load::load(path);
        let loaded = loaded.map_err(|mut report| Failure::Inventory(said(&mut report)))?;
        let state = Self::new(path.display().to_string(), loaded.inventory, loaded.report);
        let report = state.report();
        if report.has_errors() {
            return Err(Failure::Inventory(said(&mut state.report())));
        }
        Ok(state)
    }

    /// The analysis, whose facts are worked out once.
    pub(crate) fn analysis(&self) -> Analysis<'_> {
        Analysis::with_facts(&self.inventory, self.facts())
    }

    pub(crate) fn facts(&self) -> &Facts {
        self.facts.get_or_init(|| Facts::lower(&self.inventory))
    }

    /// All that is found in the inventory, in file order.
    pub(crate) fn report(&self) -> Report {
        let found = self.found.get_or_init(|| {
            let mut report = Report { diagnostics: self.notes.clone(), sources: self.sources.clone() };
            let facts = check(&self.inventory, &mut report);
            // Where they were worked out before, these are the same.
            let _ = self.facts.set(facts);
            report.diagnostics
        });
        Report { diagnostics: found.clone(), sources: self.sources.clone() }
    }
}
