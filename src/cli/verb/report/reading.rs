//! The inventories of a page: the one that is asked about, and the one that it is compared with.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use tunnelog::change;
use tunnelog::diagnostic::Report;
use tunnelog::import::load::load;
use tunnelog::inventory::Inventory;
use tunnelog::language::parse::parse;
use tunnelog::language::syntax::{Change, Scenario, Statement};

use crate::cli::arguments::{ChangeArguments, PathArguments};
use crate::cli::shell::changes;
use crate::cli::shell::exit::Failure;

/// What the page is about, and what that is compared with.
#[derive(Args, Debug)]
pub(super) struct ReadArguments {
    #[command(flatten)]
    inventory: PathArguments,

    /// Show what differs from this older inventory.
    #[arg(long, value_name = "OLD", value_hint = ValueHint::AnyPath)]
    pub(super) compare: Option<PathBuf>,

    /// Show what the changes of this query file would bring about; `-` reads the standard input.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Changes")]
    query: Option<PathBuf>,

    /// The scenario of the query file, where it has several.
    #[arg(long, value_name = "NAME", requires = "query", help_heading = "Changes")]
    scenario: Option<String>,

    #[command(flatten)]
    pub(super) changes: ChangeArguments,
}

/// One inventory of a page.
pub(crate) struct Side {
    pub(super) label: &'static str,
    pub(super) path: String,
    /// The changes made to it, as they are written.
    pub(super) changes: Vec<String>,
    pub(super) force: bool,
    pub(crate) inventory: Option<Inventory>,
    pub(crate) report: Report,
}

impl Side {
    /// An inventory as it is, with what was found when it was read; none where it has errors.
    pub(crate) fn new(
        label: &'static str,
        path: String,
        inventory: Option<Inventory>,
        report: Report,
    ) -> Self {
        Self { label, path, changes: Vec::new(), force: false, inventory, report }
    }

    fn read(label: &'static str, path: &Path) -> Self {
        let (inventory, report) = match load(path) {
            Ok(loaded) => (Some(loaded.inventory), loaded.report),
            Err(report) => (None, report),
        };
        Self::new(label, path.display().to_string(), inventory, report)
    }

    /// Makes changes, whose text is in the report; no inventory is left where one of them cannot be made.
    pub(crate) fn change(&mut self, changes: &[Change], force: bool) {
        self.force = force;
        let Some(inventory) = self.inventory.take() else { return };
        self.changes = changes.iter().map(ToString::to_string).collect();
        if !self.report.has_errors() {
            self.inventory = change::apply(&inventory, changes, force, &mut self.report);
        }
    }
}

/// The inventory as it is, or before and after.
pub(super) fn read(arguments: &ReadArguments) -> Result<Vec<Side>, Failure> {
    let path = &arguments.inventory.path;
    let own = &arguments.changes;
    let changes = !own.is_empty() || arguments.query.is_some();
    let mut sides = match (&arguments.compare, changes) {
        (None, false) => return Ok(vec![Side::read("now", path)]),
        (Some(old), _) => vec![Side::read("before", old), Side::read("after", path)],
        (None, true) => vec![Side::read("before", path), Side::read("after", path)],
    };
    // What cannot be read is told of once.
    if arguments.compare.is_none() && sides[0].report.has_errors() {
        sides.truncate(1);
        return Ok(sides);
    }
    if changes {
        let changes = changes_of(arguments, &mut sides[1].report)?;
        sides[1].change(&changes, own.force);
    }
    Ok(sides)
}

/// The changes of the call, in the order in which they are made.
fn changes_of(arguments: &ReadArguments, report: &mut Report) -> Result<Vec<Change>, Failure> {
    let mut all = changes::all(&arguments.changes, report);
    if let Some(path) = &arguments.query
        && let Some(text) = changes::read(path, report)
    {
        let name = changes::name(path);
        let file = parse(&name, &text, report);
        if !report.has_errors() {
            all.extend(scenario(file.scenarios, arguments.scenario.as_deref(), &name)?);
        }
    }
    Ok(all)
}

/// The changes of the one scenario that is meant.
fn scenario(all: Vec<Scenario>, wanted: Option<&str>, file: &str) -> Result<Vec<Change>, Failure> {
    let mut changing: Vec<(String, Vec<Change>)> = all
        .into_iter()
        .map(|scenario| {
            let name = scenario.name.map(|word| word.text).unwrap_or_default();
            let changes = scenario.statements.into_iter().filter_map(|(statement, _)| match statement {
                Statement::Change(change) => Some(change),
                Statement::Ask(_) | Statement::Expect(_) => None,
            });
            (name, changes.collect::<Vec<_>>())
        })
        .filter(|(_, changes)| !changes.is_empty())
        .collect();
    let names: Vec<String> = changing.iter().map(|(name, _)| format!("`{name}`")).collect();
    let one_of = format!("name one with `--scenario`: {}", names.join(", "));
    if let Some(wanted) = wanted {
        changing.retain(|(name, _)| name == wanted);
        if changing.is_empty() {
            let failure = Failure::new(format!("`{file}` has no scenario `{wanted}` with changes"));
            return Err(if names.is_empty() { failure } else { failure.help(one_of) });
        }
    }
    match changing.len() {
        0 => Err(Failure::new(format!("`{file}` has no changes"))),
        1 => Ok(changing.remove(0).1),
        _ => Err(Failure::new(format!("`{file}` has several scenarios with changes")).help(one_of)),
    }
}
