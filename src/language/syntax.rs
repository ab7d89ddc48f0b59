//! What a query file says, with the place of every word.

use std::fmt::Display;

use super::relations::Relation;
use crate::source::Span;

/// A relation with a term for each of its columns, such as `bgp(VNet1, ?router)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Atom {
    /// The name of the relation.
    pub relation: Word,
    /// What stands between the parentheses.
    pub terms: Vec<Term>,
    /// From the name to the closing parenthesis.
    pub span: Span,
}

/// A name, a number or a prefix, without the quotes it may have been written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What it says.
    pub text: String,
    /// Where it stands, with its quotes or its question mark.
    pub span: Span,
}

/// What stands in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A value.
    Constant(Word),
    /// `?name`: a value that is the same wherever the name occurs. The word has no question mark.
    Variable(Word),
    /// `_`: any value.
    Anything(Span),
}

/// A fact to add or to take away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// True for `+`, false for `-`.
    pub add: bool,
    /// The fact.
    pub atom: Atom,
}

impl Change {
    /// The change that adds a fact, such as `+ bgp(VNet1, VNet2)`, which stands in no text.
    #[must_use]
    pub fn add(relation: Relation, values: &[&dyn Display]) -> Self {
        Self { add: true, atom: Atom::of(relation, values) }
    }

    /// The change that takes a fact away, which stands in no text.
    #[must_use]
    pub fn remove(relation: Relation, values: &[&dyn Display]) -> Self {
        Self { add: false, atom: Atom::of(relation, values) }
    }
}

impl Atom {
    /// A fact with a value for each column of its relation. Nobody wrote it, so no word has a place.
    fn of(relation: Relation, values: &[&dyn Display]) -> Self {
        let word = |text: String| Word { text, span: Span::NOWHERE };
        Self {
            relation: word(relation.name().to_owned()),
            terms: values.iter().map(|value| Term::Constant(word(value.to_string()))).collect(),
            span: Span::NOWHERE,
        }
    }
}

/// One condition of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// A tuple of the relation matches.
    Holds(Atom),
    /// `not`: no tuple of the relation matches.
    Fails(Atom),
    /// The first is a prefix equal to or inside the second.
    Within(Term, Term),
    /// The first is a prefix equal to or around the second.
    Contains(Term, Term),
    /// Both are the same value.
    Equal(Term, Term),
    /// The two differ.
    Different(Term, Term),
}

/// Conditions that have to hold together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The conditions, as written.
    pub goals: Vec<Goal>,
    /// All of them.
    pub span: Span,
}

/// What has to be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// `expect`: the question has an answer.
    Some(Query),
    /// `expect no`: the question has none.
    None(Query),
    /// `expect only`: each pattern matches a tuple, and each tuple of the relations named matches a pattern.
    Only(Vec<Atom>),
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// `+` or `-`.
    Change(Change),
    /// `?`.
    Ask(Query),
    /// `expect`.
    Expect(Expectation),
}

/// Lines that belong together: changes, and what is asked and expected after them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scenario {
    /// The rest of the `scenario` line; none for the lines before the first.
    pub name: Option<Word>,
    /// The lines, each with its place.
    pub statements: Vec<(Statement, Span)>,
}

/// A query file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryFile {
    /// Its scenarios, in order.
    pub scenarios: Vec<Scenario>,
}
