//! Answers to questions: conditions joined one after the other, the most bound and smallest first.

use std::fmt;

use rustc_hash::FxHashSet;

use super::bindings::Bindings;
use super::load::{Scope, Store, Whose};
use super::nested::Nested;
use super::plan::{Condition, Pattern, Plan, Slot};
use super::table::{Columns, Projection};
use super::values::{Value, Values};
use crate::answer::Analysis;
use crate::class::Profile;
use crate::language::relations::{Kind, Relation};
use crate::language::syntax::Query;
use crate::names::NameId;

/// The most rows a question may have in memory at a time.
const MOST_ROWS: usize = 10_000_000;

/// What a relation that is not loaded yet is taken to hold, so that facts come before it.
const UNKNOWN: usize = 1 << 32;

/// The answer to a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The variables, in the order of first mention, without question marks.
    pub columns: Vec<String>,
    /// The different values they take, sorted bytewise. A question without variables has one row,
    /// without cells, where the answer is yes.
    pub rows: Vec<Vec<String>>,
}

impl Rows {
    /// True where something matches.
    #[must_use]
    pub fn holds(&self) -> bool {
        !self.rows.is_empty()
    }
}

/// A question has more answers, or passes through more, than fit into memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyRows;

impl fmt::Display for TooManyRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the question has more than {MOST_ROWS} answers, or passes through as many")
    }
}

impl std::error::Error for TooManyRows {}

/// Answers questions about one inventory, and keeps what it had to solve for them.
pub struct Evaluator<'a> {
    analysis: &'a Analysis<'a>,
    store: Store<'a>,
}

impl<'a> Evaluator<'a> {
    /// Nothing is solved yet.
    #[must_use]
    pub fn new(analysis: &'a Analysis<'a>) -> Self {
        Self { analysis, store: Store::new(analysis) }
    }

    /// What is asked about.
    #[must_use]
    pub fn analysis(&self) -> &'a Analysis<'a> {
        self.analysis
    }

    /// The answer to `query`, which was parsed without mistakes.
    ///
    /// Only the connected components and gateways that the values bound so far lead to are solved.
    ///
    /// # Errors
    /// Where the question is too large.
    pub fn ask(&mut self, query: &Query, profile: Profile) -> Result<Rows, TooManyRows> {
        let Plan { variables, start, conditions } = Plan::new(query, &mut self.store.values);
        let mut bindings = Bindings { width: variables.len(), count: 1, cells: vec![None; variables.len()] };
        match start {
            Some(values) => bindings.cells = values,
            None => bindings.clear(),
        }
        let mut left = conditions;
        while bindings.count > 0
            && let Some(next) = self.next(&left, &bindings, profile)
        {
            let condition = left.swap_remove(next);
            bindings = self.apply(&condition, &left, &bindings, profile)?;
        }
        let mut numbers: Vec<usize> = (0..bindings.count).collect();
        numbers.sort_unstable_by_key(|row| bindings.row(*row));
        numbers.dedup_by_key(|row| bindings.row(*row));
        let text =
            |value: &Option<Value>| value.map(|value| self.store.values.text(value)).unwrap_or_default();
        let mut rows: Vec<Vec<String>> =
            numbers.into_iter().map(|row| bindings.row(row).iter().map(text).collect()).collect();
        rows.sort_unstable();
        Ok(Rows { columns: variables, rows })
    }

    /// Which of the conditions that are left is cheapest to go on with.
    fn next(&mut self, left: &[Condition], bindings: &Bindings, profile: Profile) -> Option<usize> {
        let cost = |condition: &Condition| match condition {
            Condition::Compare(_, sides) => {
                let is_bound = sides.iter().all(|side| bindings.side(0, *side).is_some());
                if is_bound { 0 } else { usize::MAX }
            }
            Condition::Holds(pattern) => self.cost(pattern, left, bindings, profile),
            Condition::Fails(pattern) => {
                let is_bound = pattern.variables().all(|variable| bindings.is_bound(variable));
                if is_bound { self.cost(pattern, left, bindings, profile) } else { usize::MAX }
            }
        };
        let costs: Vec<usize> = left.iter().map(cost).collect();
        (0..left.len()).min_by_key(|index| (costs[*index], *index))
    }

    /// A guess at how many rows a condition leads to for each row there is.
    fn cost(
        &mut self,
        pattern: &Pattern,
        left: &[Condition],
        bindings: &Bindings,
        profile: Profile,
    ) -> usize {
        let loaded = self.store.count(pattern.relation, profile);
        let mut bound = pattern.slots.iter().filter(|slot| bindings.knows(**slot)).count();
        let is_decided = bound == pattern.slots.len();
        if bound == 0 && Nested::find(pattern, left, bindings).is_some() {
            bound = 1;
        }
        match loaded {
            Some(_) if is_decided => 1,
            Some(count) if bound == 0 && bindings.count > 1 => 2 + count.saturating_mul(bindings.count),
            Some(count) => 2 + (count >> (8 * bound).min(60)),
            // Solving costs more than any join over facts; the more is bound, the less has to be solved.
            None => UNKNOWN >> bound,
        }
    }

    fn apply(
        &mut self,
        condition: &Condition,
        left: &[Condition],
        bindings: &Bindings,
        profile: Profile,
    ) -> Result<Bindings, TooManyRows> {
        match condition {
            Condition::Compare(comparison, sides) => {
                let values = &self.store.values;
                Ok(bindings.kept(|bindings, row| {
                    let [one, other] = sides.map(|side| bindings.side(row, side));
                    let (Some(one), Some(other)) = (one, other) else { return false };
                    comparison.holds(one, other, values)
                }))
            }
            Condition::Holds(pattern) => self.join(pattern, left, bindings, profile),
            Condition::Fails(pattern) => {
                let joined = self.lookup(pattern, None, bindings, profile);
                let Some((bound, projection, _)) = joined else { return Ok(bindings.clone()) };
                Ok(bindings.kept(|bindings, row| {
                    let key = bindings.key(row, pattern);
                    projection.matching(bound, &key).next().is_none()
                }))
            }
        }
    }

    /// The tuples that `pattern` can match, and the columns they are looked up by; none where a
    /// value of the pattern is unknown.
    fn lookup(
        &mut self,
        pattern: &Pattern,
        nested: Option<Nested>,
        bindings: &Bindings,
        profile: Profile,
    ) -> Option<(Columns, &Projection, &Values<'a>)> {
        if pattern.slots.contains(&Slot::Nowhere) {
            return None;
        }
        let (mut kept, mut bound) = (0, nested.map_or(0, Nested::columns));
        for (column, slot) in pattern.slots.iter().enumerate() {
            if *slot != Slot::Anything {
                kept |= 1 << column;
            }
            if bindings.knows(*slot) {
                bound |= 1 << column;
            }
        }
        let scope = scope(pattern, bindings, &self.store.values);
        let (table, values) = self.store.table(pattern.relation, profile, &scope);
        Some((bound, table.projection(kept, bound), values))
    }

    fn join(
        &mut self,
        pattern: &Pattern,
        left: &[Condition],
        bindings: &Bindings,
        profile: Profile,
    ) -> Result<Bindings, TooManyRows> {
        let is_open = !pattern.slots.iter().any(|slot| bindings.knows(*slot));
        let nested = if is_open { Nested::find(pattern, left, bindings) } else { None };
        let mut joined = Bindings { width: bindings.width, count: 0, cells: Vec::new() };
        let Some((bound, projection, values)) = self.lookup(pattern, nested, bindings, profile) else {
            return Ok(joined);
        };
        let sorted = nested.map(|nested| nested.sorted(projection, values)).unwrap_or_default();
        let mut extended = Vec::new();
        for row in 0..bindings.count {
            let key = bindings.key(row, pattern);
            let keys = match nested {
                Some(nested) => nested.keys(key, bindings, row, &sorted, values),
                None => vec![key],
            };
            for tuple in keys.iter().flat_map(|key| projection.matching(bound, key)) {
                extended.clear();
                extended.extend_from_slice(bindings.row(row));
                let agrees = pattern.slots.iter().zip(tuple).all(|(slot, value)| match slot {
                    Slot::Variable(variable) => agree(&mut extended[*variable], *value),
                    _ => true,
                });
                if agrees {
                    joined.cells.extend_from_slice(&extended);
                    joined.count += 1;
                }
                if joined.count > MOST_ROWS {
                    return Err(TooManyRows);
                }
            }
        }
        Ok(joined)
    }
}

/// True where `cell` has the value, from now on if it had none.
fn agree(cell: &mut Option<Value>, value: Option<Value>) -> bool {
    if cell.is_none() {
        *cell = value;
    }
    *cell == value
}

/// How much of a relation has to be solved for the rows there are.
fn scope(pattern: &Pattern, bindings: &Bindings, values: &Values<'_>) -> Scope {
    let by_gateway = matches!(pattern.relation, Relation::Advertised | Relation::Access);
    let mut scope = Scope { whose: Whose::Anybodys, prefixes: None, is_internet: false };
    if pattern.relation.is_fact() {
        // Facts are there whole.
        return scope;
    }
    for (index, (slot, column)) in pattern.slots.iter().zip(pattern.relation.columns()).enumerate() {
        if *slot == Slot::Constant(Value::Network(NameId::INTERNET)) {
            scope.is_internet = true;
        }
        match column.kind {
            Kind::Network if scope.whose == Whose::Anybodys => {
                let Some(bound) = bindings.values(*slot) else { continue };
                let names: FxHashSet<NameId> = bound.into_iter().filter_map(Value::network).collect();
                if names.contains(&NameId::INTERNET) {
                    // It is of every component.
                    continue;
                }
                scope.whose =
                    if by_gateway && index == 0 { Whose::Gateways(names) } else { Whose::PartsOf(names) };
            }
            Kind::Prefix => {
                let bound = bindings.values(*slot);
                scope.prefixes =
                    bound.map(|bound| bound.into_iter().filter_map(|value| values.prefix(value)).collect());
            }
            _ => {}
        }
    }
    scope
}
