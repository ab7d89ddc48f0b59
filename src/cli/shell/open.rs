//! The inventories of a call, with what was found in them.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tunnelog::check::check;
use tunnelog::class::Profile;
use tunnelog::diagnostic::{Code, Diagnostic, Report, Severity};
use tunnelog::facts::Facts;
use tunnelog::import::load::load;
use tunnelog::inventory::Inventory;
use tunnelog::source::Sources;

use crate::cli::arguments::ChangeArguments;
use crate::cli::shell::changes;
use crate::cli::view::json::{Finding, Head};

/// What was found in the inventories of a call.
#[derive(Clone, Default)]
pub(crate) struct Findings {
    /// The inventories, as given.
    pub(crate) paths: Vec<String>,
    pub(crate) all: Vec<Finding>,
    pub(crate) worst: Option<Severity>,
}

impl Findings {
    /// Adds what `report` says; `path` is that of the inventory, where there are several.
    pub(crate) fn add(&mut self, report: &Report, path: Option<&str>) {
        self.worst = self.worst.max(report.worst());
        self.all.extend(Finding::all(report, path));
    }

    /// Adds what was found in an inventory that this one is held against.
    pub(crate) fn join(&mut self, other: &Self) {
        let path = other.paths.first();
        self.worst = self.worst.max(other.worst);
        self.all.extend(other.all.iter().map(|finding| finding.of_inventory(path)));
    }

    /// What stands before the rows of a document of this shape.
    pub(crate) fn head(&self, schema: &'static str, profile: impl Into<Option<Profile>>) -> Head<'_> {
        Head {
            schema,
            profile: profile.into().map(Profile::word),
            inventories: &self.paths,
            diagnostics: Some(&self.all),
        }
    }
}

/// One inventory as it was read, before what was found in it is reported.
pub(crate) struct Reading {
    path: String,
    /// `None` where it has errors.
    pub(crate) checked: Option<(Inventory, Facts)>,
    pub(crate) report: Report,
}

impl Reading {
    /// What was found so far.
    pub(crate) fn findings(&self) -> Findings {
        let mut findings = Findings { paths: vec![self.path.clone()], ..Findings::default() };
        findings.add(&self.report, None);
        findings
    }

    /// The inventory, or what is wrong with it.
    pub(crate) fn opened(mut self) -> Result<Opened, Findings> {
        let findings = self.findings();
        self.report.diagnostics.clear();
        match self.checked {
            Some((inventory, facts)) => Ok(Opened { inventory, facts, report: self.report, findings }),
            None => Err(findings),
        }
    }
}

/// One inventory without errors, what was found in it being reported.
pub(crate) struct Opened {
    pub(crate) inventory: Inventory,
    pub(crate) facts: Facts,
    /// The files, and no finding.
    pub(crate) report: Report,
    pub(crate) findings: Findings,
}

impl Opened {
    /// Takes down findings that the answer tells itself, so that nobody reads them twice.
    pub(crate) fn note_down(&mut self, told: Vec<Diagnostic>) {
        let shown = std::mem::replace(&mut self.report.diagnostics, told);
        self.findings.add(&self.report, None);
        self.report.diagnostics = shown;
    }
}

/// The inventories of a call that takes several, all without errors.
#[derive(Default)]
pub(crate) struct OpenedAll {
    pub(crate) inventories: Vec<Inventory>,
    /// The facts of each.
    pub(crate) facts: Vec<Facts>,
    /// The files of each.
    pub(crate) sources: Vec<Sources>,
    pub(crate) findings: Findings,
}

impl OpenedAll {
    /// Reads another inventory and takes down what was found in it.
    pub(crate) fn add(
        &mut self,
        path: &Path,
        changes: &ChangeArguments,
        several: bool,
    ) -> (Option<(Inventory, Facts)>, Report) {
        let Reading { path, checked, mut report } = read_with(path, changes);
        if several {
            explain_paths(&mut report);
        }
        self.findings.add(&report, several.then_some(&path));
        self.findings.paths.push(path);
        (checked, report)
    }

    /// Keeps an inventory that has no errors.
    pub(crate) fn keep(&mut self, checked: Option<(Inventory, Facts)>, sources: Sources) {
        if let Some((inventory, facts)) = checked {
            self.inventories.push(inventory);
            self.facts.push(facts);
            self.sources.push(sources);
        }
    }
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

/// Reads one inventory, makes changes to it, and checks what comes of it, which takes its facts.
pub(crate) fn read_with(path: &Path, changes: &ChangeArguments) -> Reading {
    let began = SystemTime::now();
    let (inventory, mut report) = match load(path) {
        Ok(loaded) => (Some(loaded.inventory), loaded.report),
        Err(report) => (None, report),
    };
    // Most answers need no text any more, and it is a third of what a large inventory takes.
    report.sources.let_go(began);
    changed(path.display().to_string(), inventory, report, changes)
}

/// Makes changes to an inventory that was read already, and checks what comes of it, which takes its facts.
pub(crate) fn changed(
    path: String,
    inventory: Option<Inventory>,
    mut report: Report,
    changes: &ChangeArguments,
) -> Reading {
    let inventory = inventory.and_then(|inventory| changes::made(inventory, changes, &mut report));
    let checked = inventory.map(|inventory| {
        let facts = check(&inventory, &mut report);
        (inventory, facts)
    });
    report.sort();
    let checked = checked.filter(|_| !report.has_errors());
    Reading { path, checked, report }
}

/// Reads one inventory as it is, and checks it.
pub(crate) fn read(path: &Path) -> Reading {
    read_with(path, &ChangeArguments::default())
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
