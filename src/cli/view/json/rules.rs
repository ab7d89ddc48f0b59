//! The rules as a document.

use serde::Serialize;
use tunnelog::explain::rulebook::Clause;

/// The name and version of the JSON document.
const SCHEMA: &str = "tunnelog/rules/1";

/// Every rule with its source.
#[derive(Debug, Serialize)]
pub(crate) struct Document<'a> {
    schema: &'static str,
    rules: Vec<RuleShape<'a>>,
}

#[derive(Debug, Serialize)]
struct RuleShape<'a> {
    id: &'static str,
    /// What follows from it, in one sentence.
    sentence: &'a str,
    source: &'a str,
    /// What the source says in other words, or why the rule is an inference.
    says: &'a str,
    clause: &'a str,
    /// A command whose answer rests on the rule.
    example: String,
}

impl<'a> Document<'a> {
    /// The document of these rules, each with its example.
    pub(crate) fn new(rules: impl Iterator<Item = (&'a Clause, String)>) -> Self {
        let shape = |(clause, example): (&'a Clause, String)| RuleShape {
            id: clause.id,
            sentence: clause.rule.map_or(clause.says.as_str(), |rule| rule.sentence()),
            source: &clause.source,
            says: &clause.says,
            clause: &clause.text,
            example,
        };
        Self { schema: SCHEMA, rules: rules.map(shape).collect() }
    }
}
