//! The tuples of a relation, with indexes by the columns that questions bind.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::values::Value;

/// The most columns a relation has.
pub(super) const COLUMNS: usize = 5;

/// The values of some columns, and nothing for the others.
pub(super) type Key = [Option<Value>; COLUMNS];

/// A set of columns, a bit for each.
pub(super) type Columns = u8;

/// Tuples, each as wide as a relation can be.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<Key>,
    projections: FxHashMap<Columns, Projection>,
}

/// The different values of some columns, with indexes.
#[derive(Default)]
pub(super) struct Projection {
    pub(super) rows: Vec<Key>,
    indexes: FxHashMap<Columns, Index>,
}

/// Where the tuples with some values are: the first, and after each the next. Millions of them take two
/// allocations, and not one for each value.
#[derive(Default)]
struct Index {
    first: FxHashMap<Key, u32>,
    next: Vec<Option<u32>>,
}

impl Index {
    fn new(rows: &[Key], bound: Columns) -> Self {
        let mut index = Self { first: FxHashMap::default(), next: vec![None; rows.len()] };
        for ((number, row), next) in (0..).zip(rows).zip(&mut index.next) {
            *next = index.first.insert(only(row, bound), number);
        }
        index
    }

    fn matching(&self, key: &Key) -> impl Iterator<Item = usize> {
        std::iter::successors(self.first.get(key).copied(), |number| self.next[*number as usize])
            .map(|number| number as usize)
    }
}

impl Table {
    pub(super) fn push(&mut self, values: impl IntoIterator<Item = Value>) {
        let mut row = [None; COLUMNS];
        for (cell, value) in row.iter_mut().zip(values) {
            *cell = Some(value);
        }
        self.rows.push(row);
    }

    /// How many tuples there are, counting those given twice.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Forgets what was worked out before tuples were added.
    pub(super) fn grown(&mut self) {
        self.projections.clear();
    }

    /// The different values of the columns `kept`, indexed by `bound`.
    pub(super) fn projection(&mut self, kept: Columns, bound: Columns) -> &Projection {
        let rows = &self.rows;
        let projection = self.projections.entry(kept).or_insert_with(|| {
            let mut rows: Vec<Key> = rows.par_iter().map(|row| only(row, kept)).collect();
            rows.par_sort_unstable();
            rows.dedup();
            Projection { rows, indexes: FxHashMap::default() }
        });
        if bound != 0 {
            let rows = &projection.rows;
            projection.indexes.entry(bound).or_insert_with(|| Index::new(rows, bound));
        }
        projection
    }
}

impl Projection {
    /// The tuples whose columns `bound` are those of `key`. The index was made by [`Table::projection`].
    pub(super) fn matching(&self, bound: Columns, key: &Key) -> impl Iterator<Item = &Key> {
        let all = if bound == 0 { &self.rows[..] } else { &[] };
        let found = self.indexes.get(&bound).into_iter().flat_map(|index| index.matching(key));
        all.iter().chain(found.map(|number| &self.rows[number]))
    }
}

fn only(row: &Key, columns: Columns) -> Key {
    let mut cut = *row;
    for (column, cell) in cut.iter_mut().enumerate() {
        if columns & (1 << column) == 0 {
            *cell = None;
        }
    }
    cut
}
