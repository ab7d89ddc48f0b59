//! The warnings that changes bring and those that they settle.

use crate::diagnostic::Diagnostic;
use serde::Serialize;

use super::head::Head;

/// What is doubtful only after changes, and what was only before.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Warnings {
    /// Warnings that changes bring.
    pub new: Vec<Warning>,
    /// Warnings that changes settle.
    pub gone: Vec<Warning>,
}

/// One warning that comes or goes with the changes of a scenario.
#[derive(Clone, Debug, Serialize)]
pub struct Warning {
    scenario: String,
    code: &'static str,
    message: String,
}

impl Warnings {
    /// Adds the warnings of another scenario.
    pub fn add(&mut self, other: Self) {
        self.new.extend(other.new);
        self.gone.extend(other.gone);
    }

    /// The warnings of one scenario.
    #[must_use]
    pub fn of(scenario: &str, new: &[Diagnostic], gone: &[Diagnostic]) -> Self {
        let warning = |finding: &Diagnostic| Warning {
            scenario: scenario.to_owned(),
            code: finding.code.name(),
            message: finding.message.clone(),
        };
        Self { new: new.iter().map(warning).collect(), gone: gone.iter().map(warning).collect() }
    }
}

/// What stands before the rows of the document of `whatif`.
#[derive(Clone, Debug, Serialize)]
pub struct WhatifHead<'a> {
    /// What documents have in common.
    #[serde(flatten)]
    pub head: Head<'a>,
    /// The warnings that come and go.
    pub warnings: &'a Warnings,
}
