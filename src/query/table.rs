//! The tuples of a relation, with indexes by the columns that questions bind.

use rustc_hash::{FxHashMap, FxHashSet};

use super::values::Value;

/// The most columns a relation has.
pub(super) const COLUMNS: usize = 4;

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
    indexes: FxHashMap<Columns, FxHashMap<Key, Vec<u32>>>,
}

impl Table {
    pub(super) fn push<const WIDTH: usize>(&mut self, values: [Value; WIDTH]) {
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
            let mut seen: FxHashSet<Key> = FxHashSet::default();
            seen.reserve(rows.len());
            let cut = rows.iter().map(|row| only(row, kept));
            Projection { rows: cut.filter(|row| seen.insert(*row)).collect(), indexes: FxHashMap::default() }
        });
        let rows = &projection.rows;
        projection.indexes.entry(bound).or_insert_with(|| {
            let mut index: FxHashMap<Key, Vec<u32>> = FxHashMap::default();
            if bound != 0 {
                for (number, row) in (0..).zip(rows) {
                    index.entry(only(row, bound)).or_default().push(number);
                }
            }
            index
        });
        projection
    }
}

impl Projection {
    /// The tuples whose columns `bound` are those of `key`. The index was made by [`Table::projection`].
    pub(super) fn matching(&self, bound: Columns, key: &Key) -> impl Iterator<Item = &Key> {
        let all = if bound == 0 { &self.rows[..] } else { &[] };
        let found = self.indexes.get(&bound).and_then(|index| index.get(key)).map_or(&[][..], Vec::as_slice);
        all.iter().chain(found.iter().map(|number| &self.rows[*number as usize]))
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
