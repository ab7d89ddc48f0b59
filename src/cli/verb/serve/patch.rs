//! What the page has to know of changes, and of a reason: as much as differs from the inventory as it was read.

use std::cell::RefCell;
use std::collections::BTreeSet;

use tunnelog::answer::{Analysis, Request};
use tunnelog::diagnostic::{Diagnostic, Report, Severity};
use tunnelog::facts::ids::Machine;
use tunnelog::fix::commands_of;
use tunnelog::language::syntax::Change;
use tunnelog::names::NameId;
use tunnelog::scenarios::Trial;
use tunnelog::source::Sources;

use crate::cli::verb::report::{Reasons, Rows, command, narrowed};
use crate::cli::verb::serve::answers::{Answer, Asked};
use crate::cli::view::json::report::{
    Changed, Differs, ExplanationShape, FindingShape, Members, Moved, OtherClients, PATCH, Patch, Sides,
};

impl Asked<'_> {
    /// What differs on the page once the changes are made, with the reason that is asked for where they bear on it.
    pub(super) fn patch(&self) -> Result<Vec<u8>, Answer> {
        let (changes, sources) = self.parsed("--with")?;
        let then = |trial: &Trial<'_>| self.changed_by(trial, &changes, &sources);
        let (_, diagnostics, given) = self.baseline.tried(&changes, self.body.force, Some(&sources), then);
        given.unwrap_or_else(|| Err(Answer::impossible(diagnostics, sources.clone())))
    }

    /// Why clients of a gateway reach a network after the changes, or do not.
    pub(super) fn reason(&self) -> Result<Vec<u8>, Answer> {
        let (gateway, _) = self.whom()?;
        let (changes, sources) = self.parsed("--with")?;
        let told = |analysis: &Analysis<'_>| self.reason_in(analysis, &sources);
        let known = self.read.inventory.names.get(gateway);
        let touched = self.baseline.touched(&changes);
        // What changes do not touch is as it was read.
        if let Some(known) = known.filter(|known| !touched.contains(&self.baseline.component(*known))) {
            return self.baseline.asked(known, told);
        }
        let then = |trial: &Trial<'_>| told(trial.after());
        let (_, diagnostics, given) = self.baseline.tried(&changes, self.body.force, None, then);
        given.unwrap_or_else(|| Err(Answer::impossible(diagnostics, sources.clone())))
    }

    /// The commands of Azure's command line that make the changes.
    pub(super) fn commands(&self) -> Result<Vec<u8>, Answer> {
        let (changes, sources) = self.parsed("--with")?;
        let commands = |trial: &Trial<'_>| commands_of(trial.before(), trial.after().inventory(), &changes);
        let (_, diagnostics, given) = self.baseline.tried(&changes, self.body.force, None, commands);
        let commands = given.ok_or_else(|| Answer::impossible(diagnostics, sources))?;
        Ok(serde_json::to_vec(&serde_json::json!({ "commands": commands }))?)
    }

    fn changed_by(
        &self,
        trial: &Trial<'_>,
        changes: &[Change],
        sources: &Sources,
    ) -> Result<Vec<u8>, Answer> {
        let inventories = [trial.before(), trial.after().inventory()];
        let shown = narrowed(&inventories, &self.world.narrow)?;
        let is_shown = |name: &str| shown.as_ref().is_none_or(|shown| shown.contains(name));
        let members = Members::among(&inventories, is_shown);
        let text = |name: NameId| inventories[1].names.text(name);
        let was_there = |name: NameId| self.visible.is_none_or(|visible| visible.contains(text(name)));
        let rows = Rows::new(sources, &self.world.path);
        let told = Rows::new(sources, &self.world.path);
        let (explanations, passed) = self.explanation(trial.after(), &members, sources, &told);
        let sides = Sides::new(inventories, &members, was_there, &passed, |span| rows.at(span));
        let findings = findings(trial, sources, &told);
        let mut clients = Vec::new();
        let is_named = |gateway: NameId| {
            let named = &self.world.narrow.gateway;
            named.is_empty() || named.iter().any(|name| inventories[1].names.get(name) == Some(gateway))
        };
        trial.rows(shown.is_some(), |gateway, before, after| {
            if is_named(gateway) {
                let labels = [&inventories[0].labels, &inventories[1].labels];
                clients.extend(OtherClients::of(gateway, [before, after], &members, was_there, labels));
            }
        });
        let mut differences = trial.differences();
        differences.retain(|difference| is_named(difference.gateway));
        let places: BTreeSet<&str> = sides.places().collect();
        let mut named = rows.only(&places);
        named.extend(told.shapes().0);
        let made: Vec<String> = changes.iter().map(ToString::to_string).collect();
        let profile = self.world.profile.get();
        let patch = Patch {
            schema: PATCH,
            profile: profile.word(),
            version: self.world.version,
            networks: sides.networks,
            changed: Some(Changed {
                command: command(&self.world.path, profile, &made, self.body.force),
                changes: made,
                holdings: sides.holdings,
                links: sides.links,
                appliances: sides.appliances,
                findings,
                clients,
                comparison: Differs::of(&trial.facts(), &differences, &members),
            }),
            explanations,
            rows: named,
        };
        Ok(serde_json::to_vec(&patch)?)
    }

    /// The reason alone, of the connected components that `analysis` is about.
    fn reason_in(&self, analysis: &Analysis<'_>, sources: &Sources) -> Result<Vec<u8>, Answer> {
        let inventories = [analysis.inventory()];
        let members = Members::new(&inventories, None);
        let told = Rows::new(sources, &self.world.path);
        let (explanations, _) = self.explanation(analysis, &members, sources, &told);
        let patch = Patch {
            schema: PATCH,
            profile: self.world.profile.get().word(),
            version: self.world.version,
            networks: members.shapes(&inventories, &[], true),
            changed: None,
            explanations,
            rows: told.shapes().0,
        };
        Ok(serde_json::to_vec(&patch)?)
    }

    /// The reason that is asked for, where the gateway is one of `members`, and the appliances that its ways pass.
    fn explanation(
        &self,
        analysis: &Analysis<'_>,
        members: &Members,
        sources: &Sources,
        rows: &Rows<'_>,
    ) -> (Vec<ExplanationShape>, BTreeSet<Machine>) {
        let Some((gateway, network)) = self.body.gateway.as_deref().zip(self.body.to.as_deref()) else {
            return (Vec::new(), BTreeSet::new());
        };
        let classes = &self.world.narrow.class;
        let request = Request {
            profile: self.world.profile.get(),
            classes: (!classes.is_empty()).then(|| classes.clone()),
            ..Request::default()
        };
        let (root, passed) = (self.world.path.as_str(), RefCell::default());
        let reasons = Reasons { analysis, sources, root, members, request: &request, rows, passed };
        let found = reasons.one(gateway, network).into_iter().collect();
        (found, reasons.passed.into_inner())
    }
}

/// The warnings that go and come.
fn findings(trial: &Trial<'_>, sources: &Sources, rows: &Rows<'_>) -> Moved<FindingShape> {
    let (mut come, gone) = trial.warnings();
    come.extend(trial.diagnostics().iter().cloned());
    let shapes = |diagnostics: Vec<Diagnostic>| {
        let mut report = Report { diagnostics, sources: sources.clone() };
        report.sort();
        let warnings = report.diagnostics.iter().filter(|one| one.severity() == Severity::Warning);
        warnings.map(|finding| FindingShape::of(finding, |span| rows.at(span))).collect()
    };
    Moved { gone: shapes(gone), come: shapes(come) }
}
