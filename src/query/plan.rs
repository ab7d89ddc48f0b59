//! A question with its variables numbered and its constants looked up.

use super::values::{Value, Values};
use crate::language::relations::{Kind, Relation};
use crate::language::syntax::{Atom, Goal, Query, Term, Word};

/// What stands in a column of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Constant(Value),
    /// A variable by its number.
    Variable(usize),
    Anything,
    /// A constant that the inventory does not have, which nothing matches.
    Nowhere,
}

/// A relation with a slot for each column.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) relation: Relation,
    pub(super) slots: Vec<Slot>,
}

impl Pattern {
    pub(super) fn variables(&self) -> impl Iterator<Item = usize> {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Variable(variable) => Some(*variable),
            _ => None,
        })
    }
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Within,
    Contains,
    Equal,
    Different,
}

impl Comparison {
    pub(super) fn holds(self, one: Value, other: Value, values: &Values<'_>) -> bool {
        let covers = |outer, inner| match (values.prefix(outer), values.prefix(inner)) {
            (Some(outer), Some(inner)) => outer.covers(inner),
            _ => false,
        };
        match self {
            Self::Within => covers(other, one),
            Self::Contains => covers(one, other),
            Self::Equal => one == other,
            Self::Different => one != other,
        }
    }
}

/// One side of a comparison.
#[derive(Clone, Copy, Debug)]
pub(super) enum Side {
    Value(Option<Value>),
    Variable(usize),
}

/// A condition of a question.
#[derive(Debug)]
pub(super) enum Condition {
    Holds(Pattern),
    Fails(Pattern),
    Compare(Comparison, [Side; 2]),
}

/// What is to be evaluated.
pub(super) struct Plan {
    /// The variables in the order of first mention.
    pub(super) variables: Vec<String>,
    /// What each variable is from the start on; none where the question has no answer.
    pub(super) start: Option<Vec<Option<Value>>>,
    pub(super) conditions: Vec<Condition>,
}

impl Plan {
    pub(super) fn new(query: &Query, values: &mut Values<'_>) -> Self {
        let kinds = kinds(query);
        let mut planner = Planner { values, variables: variables(query), kinds };
        let mut start = Some(vec![None; planner.variables.len()]);
        let mut conditions = Vec::new();
        for goal in &query.goals {
            match goal {
                Goal::Holds(atom) => conditions.extend(planner.pattern(atom).map(Condition::Holds)),
                Goal::Fails(atom) => conditions.extend(planner.pattern(atom).map(Condition::Fails)),
                Goal::Within(one, other) => conditions.push(planner.compare(Comparison::Within, one, other)),
                Goal::Contains(one, other) => {
                    conditions.push(planner.compare(Comparison::Contains, one, other));
                }
                Goal::Different(one, other) => match planner.sides(one, other) {
                    // Everything differs from a name that the inventory does not have.
                    [Side::Value(None), _] | [_, Side::Value(None)] => {}
                    sides => conditions.push(Condition::Compare(Comparison::Different, sides)),
                },
                Goal::Equal(one, other) => match planner.sides(one, other) {
                    [Side::Variable(variable), Side::Value(value)]
                    | [Side::Value(value), Side::Variable(variable)] => {
                        start = start.and_then(|start| bind(start, variable, value?));
                    }
                    sides => conditions.push(Condition::Compare(Comparison::Equal, sides)),
                },
            }
        }
        Self { variables: planner.variables, start, conditions }
    }
}

/// `start` with a value for a variable; none where it has another already.
fn bind(mut start: Vec<Option<Value>>, variable: usize, value: Value) -> Option<Vec<Option<Value>>> {
    (*start[variable].get_or_insert(value) == value).then_some(start)
}

struct Planner<'a, 'inventory> {
    values: &'a mut Values<'inventory>,
    variables: Vec<String>,
    kinds: Vec<(String, Kind)>,
}

impl Planner<'_, '_> {
    /// A pattern for `atom`; none for a relation that does not exist, which parsing reports.
    fn pattern(&mut self, atom: &Atom) -> Option<Pattern> {
        let relation = Relation::named(&atom.relation.text)?;
        let slots = atom.terms.iter().zip(relation.columns()).map(|(term, column)| match term {
            Term::Constant(word) => {
                self.values.constant(&word.text, column.kind).map_or(Slot::Nowhere, Slot::Constant)
            }
            Term::Variable(name) => self.variable(name).map_or(Slot::Nowhere, Slot::Variable),
            Term::Anything(_) => Slot::Anything,
        });
        let slots = slots.collect();
        Some(Pattern { relation, slots })
    }

    fn variable(&self, name: &Word) -> Option<usize> {
        self.variables.iter().position(|known| *known == name.text)
    }

    fn compare(&mut self, comparison: Comparison, one: &Term, other: &Term) -> Condition {
        Condition::Compare(comparison, self.sides(one, other))
    }

    /// The sides of a comparison; a constant is of the kind that the other side has.
    fn sides(&mut self, one: &Term, other: &Term) -> [Side; 2] {
        let kind_of = |term: &Term| match term {
            Term::Variable(name) => {
                self.kinds.iter().find(|(known, _)| *known == name.text).map(|(_, kind)| *kind)
            }
            _ => None,
        };
        let kind = kind_of(one).or(kind_of(other)).unwrap_or(Kind::Prefix);
        [one, other].map(|term| match term {
            Term::Constant(word) => Side::Value(self.values.constant(&word.text, kind)),
            Term::Variable(name) => self.variable(name).map_or(Side::Value(None), Side::Variable),
            Term::Anything(_) => Side::Value(None),
        })
    }
}

/// The variables of a question in the order of first mention.
fn variables(query: &Query) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut add = |term: &Term| {
        if let Term::Variable(name) = term
            && !names.contains(&name.text)
        {
            names.push(name.text.clone());
        }
    };
    for goal in &query.goals {
        match goal {
            Goal::Holds(atom) | Goal::Fails(atom) => atom.terms.iter().for_each(&mut add),
            Goal::Within(one, other)
            | Goal::Contains(one, other)
            | Goal::Equal(one, other)
            | Goal::Different(one, other) => [one, other].into_iter().for_each(&mut add),
        }
    }
    names
}

/// What each variable holds, from the conditions that give it a value.
fn kinds(query: &Query) -> Vec<(String, Kind)> {
    let mut kinds = Vec::new();
    for goal in &query.goals {
        let Goal::Holds(atom) = goal else { continue };
        let columns = Relation::named(&atom.relation.text).map_or(&[][..], Relation::columns);
        for (term, column) in atom.terms.iter().zip(columns) {
            if let Term::Variable(name) = term {
                kinds.push((name.text.clone(), column.kind));
            }
        }
    }
    kinds
}
