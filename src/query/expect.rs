//! Whether an expectation holds, and what was found instead.

use super::evaluate::{Evaluator, Rows, TooManyRows};
use crate::class::Profile;
use crate::language::relations::Relation;
use crate::language::syntax::{Atom, Expectation, Goal, Query, Term, Word};
use crate::source::Span;

/// How many tuples a verdict names.
const NAMED: usize = 10;

/// What became of an expectation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// What was expected and is not there.
    pub missing: Vec<String>,
    /// What is there and was not expected, or what is there in place of what is missing.
    pub found: Vec<String>,
    /// True where the expectation holds.
    pub passed: bool,
}

impl Evaluator<'_> {
    /// Whether `expectation`, which was parsed without mistakes, holds.
    ///
    /// # Errors
    /// Where one of its questions is too large.
    pub fn expect(&mut self, expectation: &Expectation, profile: Profile) -> Result<Verdict, TooManyRows> {
        match expectation {
            Expectation::Some(query) => {
                if self.ask(query, profile)?.holds() {
                    return Ok(Verdict { passed: true, ..Verdict::default() });
                }
                let found = self.instead(query, profile)?;
                Ok(Verdict { missing: vec![query.to_string()], found, passed: false })
            }
            Expectation::None(query) => {
                let rows = self.ask(query, profile)?;
                Ok(Verdict {
                    missing: Vec::new(),
                    found: cut(instances(query, &rows)),
                    passed: !rows.holds(),
                })
            }
            Expectation::Only(patterns) => self.only(patterns, profile),
        }
    }

    fn only(&mut self, patterns: &[Atom], profile: Profile) -> Result<Verdict, TooManyRows> {
        let mut missing = Vec::new();
        for pattern in patterns {
            if !self.ask(&query_of(Goal::Holds(pattern.clone()), pattern.span), profile)?.holds() {
                missing.push(pattern.to_string());
            }
        }
        let mut found = Vec::new();
        let mut relations: Vec<&str> = patterns.iter().map(|pattern| &*pattern.relation.text).collect();
        relations.sort_unstable();
        relations.dedup();
        for relation in relations {
            let of_relation = || patterns.iter().filter(|pattern| pattern.relation.text == relation);
            let Some(first) = of_relation().next() else { continue };
            let all = opened(first, "column", |_| true);
            let rows = self.ask(&query_of(Goal::Holds(all.clone()), first.span), profile)?;
            let is_surplus = |row: &&Vec<String>| !of_relation().any(|pattern| matches(pattern, row));
            found.extend(
                rows.rows.iter().filter(is_surplus).map(|row| filled(&all, &rows.columns, row).to_string()),
            );
        }
        let passed = missing.is_empty() && found.is_empty();
        Ok(Verdict { missing, found: cut(found), passed })
    }

    /// The tuples that come nearest to a question without an answer: with one constant left open,
    /// the last first, because the columns of a relation go from whom to what.
    fn instead(&mut self, query: &Query, profile: Profile) -> Result<Vec<String>, TooManyRows> {
        for (index, goal) in query.goals.iter().enumerate().rev() {
            let Goal::Holds(atom) = goal else { continue };
            for column in (0..atom.terms.len()).rev() {
                if !matches!(atom.terms[column], Term::Constant(_)) {
                    continue;
                }
                let mut relaxed = query.clone();
                relaxed.goals[index] = Goal::Holds(opened(atom, "column", |other| other == column));
                let rows = self.ask(&relaxed, profile)?;
                if rows.holds() {
                    return Ok(cut(instances(&relaxed, &rows)));
                }
            }
        }
        Ok(Vec::new())
    }
}

/// The question with each of its answers in place of the variables.
fn instances(query: &Query, rows: &Rows) -> Vec<String> {
    let instance = |row: &Vec<String>| {
        let atoms = query.goals.iter().filter_map(|goal| match goal {
            Goal::Holds(atom) => Some(filled(atom, &rows.columns, row).to_string()),
            _ => None,
        });
        atoms.collect::<Vec<_>>().join(", ")
    };
    let mut instances: Vec<String> = rows.rows.iter().map(instance).collect();
    instances.dedup();
    instances
}

fn cut(mut texts: Vec<String>) -> Vec<String> {
    let more = texts.len().saturating_sub(NAMED);
    if more > 0 {
        texts.truncate(NAMED);
        texts.push(format!("… and {more} more"));
    }
    texts
}

fn query_of(goal: Goal, span: Span) -> Query {
    Query { goals: vec![goal], span }
}

/// `atom` with a variable of its own, whose name begins with `prefix`, in each of the columns for which `open`.
pub(super) fn opened(atom: &Atom, prefix: &str, open: impl Fn(usize) -> bool) -> Atom {
    let mut opened = atom.clone();
    for (column, term) in opened.terms.iter_mut().enumerate() {
        if open(column) {
            // A blank keeps the name apart from all that can be written.
            *term = Term::Variable(Word { text: format!("{prefix} {column}"), span: atom.span });
        }
    }
    opened
}

/// `atom` with values in place of its variables.
pub(super) fn filled(atom: &Atom, columns: &[String], row: &[String]) -> Atom {
    let mut filled = atom.clone();
    for term in &mut filled.terms {
        if let Term::Variable(name) = term
            && let Some(index) = columns.iter().position(|column| *column == name.text)
        {
            *term = Term::Constant(Word { text: row[index].clone(), span: name.span });
        }
    }
    filled
}

/// True where `pattern` matches the tuple with those values. What is given in both directions matches in either.
fn matches(pattern: &Atom, row: &[String]) -> bool {
    let reversed: Vec<String> = row.iter().rev().cloned().collect();
    let is_symmetric = Relation::named(&pattern.relation.text).is_some_and(Relation::is_symmetric);
    matches_as_given(pattern, row) || (is_symmetric && matches_as_given(pattern, &reversed))
}

fn matches_as_given(pattern: &Atom, row: &[String]) -> bool {
    let mut bound: Vec<(&str, &str)> = Vec::new();
    pattern.terms.iter().zip(row).all(|(term, value)| match term {
        Term::Anything(_) => true,
        Term::Constant(word) => is_same(&word.text, value),
        Term::Variable(name) => {
            let first = bound.iter().find(|(known, _)| *known == name.text).map(|(_, first)| *first);
            if first.is_none() {
                bound.push((&name.text, value));
            }
            first.is_none_or(|first| first == value)
        }
    })
}

/// True where a constant and a value are the same, as names are compared and prefixes written.
fn is_same(constant: &str, value: &str) -> bool {
    let folded = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
    constant == value
        || folded(constant) == folded(value)
        || constant.parse::<crate::prefix::Prefix>().is_ok_and(|prefix| prefix.to_string() == value)
}
