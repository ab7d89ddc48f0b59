//! Joining prefixes that lie within each other without trying every pair.

use super::bindings::Bindings;
use super::plan::{Comparison, Condition, Pattern, Side, Slot};
use super::table::{Key, Projection};
use super::values::{Value, Values};
use crate::prefix::Prefix;

/// A column whose prefix a comparison that is still to be made ties to one that is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nested {
    column: usize,
    known: Side,
    /// True where the column holds the outer of the two.
    is_outer: bool,
}

impl Nested {
    /// Such a column of `pattern`, if there is one. An outer prefix is preferred: its candidates are few.
    pub(super) fn find(pattern: &Pattern, left: &[Condition], bindings: &Bindings) -> Option<Self> {
        let ties = left.iter().flat_map(|condition| match condition {
            Condition::Compare(Comparison::Within, [inner, outer])
            | Condition::Compare(Comparison::Contains, [outer, inner]) => {
                [Some((*outer, *inner, true)), Some((*inner, *outer, false))]
            }
            _ => [None, None],
        });
        let nested = ties.flatten().filter_map(|(open, known, is_outer)| {
            let Side::Variable(variable) = open else { return None };
            let column = pattern.slots.iter().position(|slot| *slot == Slot::Variable(variable))?;
            let is_tied = !bindings.is_bound(variable) && bindings.side(0, known).is_some();
            is_tied.then_some(Self { column, known, is_outer })
        });
        nested.max_by_key(|nested| nested.is_outer)
    }

    /// The column as a set of columns.
    pub(super) fn columns(self) -> u8 {
        1 << self.column
    }

    /// The different prefixes of the column, in order.
    pub(super) fn sorted(self, projection: &Projection, values: &Values<'_>) -> Vec<(Prefix, Value)> {
        let in_column = projection.rows.iter().filter_map(|row| row[self.column]);
        let mut sorted: Vec<_> = in_column.filter_map(|value| Some((values.prefix(value)?, value))).collect();
        sorted.sort_unstable();
        sorted.dedup();
        sorted
    }

    /// The keys to look up for a row: `key` with each candidate in the column.
    pub(super) fn keys(
        self,
        key: Key,
        bindings: &Bindings,
        row: usize,
        sorted: &[(Prefix, Value)],
        values: &Values<'_>,
    ) -> Vec<Key> {
        let Some(known) = bindings.side(row, self.known).and_then(|value| values.prefix(value)) else {
            return Vec::new();
        };
        let with = |value: Value| {
            let mut key = key;
            key[self.column] = Some(value);
            key
        };
        if self.is_outer {
            return known.and_wider().filter_map(|wider| values.known(wider)).map(with).collect();
        }
        // A prefix stands before everything inside it, and nothing else stands between.
        let start = sorted.partition_point(|(prefix, _)| *prefix < known);
        sorted[start..]
            .iter()
            .take_while(|(prefix, _)| known.covers(*prefix))
            .map(|(_, value)| with(*value))
            .collect()
    }
}
