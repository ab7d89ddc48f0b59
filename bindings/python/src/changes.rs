//! Changes, from texts to a changed inventory.

use tunnelog::change::{apply, settle};
use tunnelog::diagnostic::Report;
use tunnelog::language::parse::parse_changes;
use tunnelog::language::syntax::Change;

use crate::failure::{Failure, said};
use crate::state::State;

/// How findings call the text of changes.
pub(crate) const CHANGES: &str = "changes";

/// A report that findings about `state` and changes to it go to.
pub(crate) fn report(state: &State) -> Report {
    Report { diagnostics: Vec::new(), sources: state.sources.clone() }
}

/// The changes in `texts`, one a line, which become one file of `report`.
pub(crate) fn parsed(texts: &[String], report: &mut Report) -> Result<Vec<Change>, Failure> {
    let changes = parse_changes(CHANGES, &texts.join("\n"), report);
    if report.has_errors() { Err(Failure::Changes(said(report))) } else { Ok(changes) }
}

/// The inventory after the changes.
pub(crate) fn changed(state: &State, texts: &[String], force: bool) -> Result<State, Failure> {
    let mut report = report(state);
    let changes = parsed(texts, &mut report)?;
    let Some(mut after) = apply(&state.inventory, &changes, force, &mut report) else {
        return Err(Failure::Changes(said(&mut report)));
    };
    settle(&mut after);
    Ok(State::new(state.path.clone(), after, report))
}
