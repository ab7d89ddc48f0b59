//! Changes that were tried: both sides, solved.

use crate::answer::{Analysis, GatewayAnswer, Request, Solver};
use crate::compare::{Comparison, Difference, FactDifference};
use crate::diagnostic::Diagnostic;
use crate::inventory::Inventory;
use crate::names::NameId;

/// The connected components that changes touch, before and after them, both solved.
pub struct Trial<'a> {
    pub(super) before: &'a Inventory,
    pub(super) comparison: &'a Comparison<'a>,
    pub(super) request: &'a Request,
    pub(super) solvers: [&'a Solver; 2],
    pub(super) diagnostics: &'a [Diagnostic],
    /// What comes and what goes.
    pub(super) warnings: (Vec<Diagnostic>, Vec<Diagnostic>),
}

impl<'a> Trial<'a> {
    /// The connected components as they are before the changes. Names have the same numbers after them.
    #[must_use]
    pub fn before(&self) -> &'a Inventory {
        self.before
    }

    /// The same after the changes, ready to be asked.
    #[must_use]
    pub fn after(&self) -> &'a Analysis<'a> {
        self.comparison.after()
    }

    /// The facts that differ.
    #[must_use]
    pub fn facts(&self) -> Vec<FactDifference> {
        self.comparison.facts()
    }

    /// What differs for clients, in the order of answers.
    #[must_use]
    pub fn differences(&self) -> Vec<Difference> {
        self.comparison.differences_of(self.request, self.solvers)
    }

    /// Gives `sink` each gateway with the rows of its clients before and after: all of them where `all` is true, otherwise those that
    /// are the same may be missing.
    pub fn rows(&self, all: bool, sink: impl FnMut(NameId, &GatewayAnswer, &GatewayAnswer)) {
        self.comparison.rows_of(self.request, self.solvers, all, sink);
    }

    /// What was found while the changes were made.
    #[must_use]
    pub fn diagnostics(&self) -> &'a [Diagnostic] {
        self.diagnostics
    }

    /// What is doubtful after the changes and was not before, and what was before and is no longer, where that was looked for.
    #[must_use]
    pub fn warnings(&self) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
        self.warnings.clone()
    }
}
