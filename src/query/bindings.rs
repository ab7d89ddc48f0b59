//! The values that variables have so far.

use rustc_hash::FxHashSet;

use super::plan::{Pattern, Side, Slot};
use super::table::{COLUMNS, Key};
use super::values::Value;

/// Rows of values for all variables of a question; those not bound yet have none in any row.
#[derive(Clone)]
pub(super) struct Bindings {
    pub(super) width: usize,
    pub(super) count: usize,
    pub(super) cells: Vec<Option<Value>>,
}

impl Bindings {
    pub(super) fn clear(&mut self) {
        self.count = 0;
        self.cells.clear();
    }

    pub(super) fn row(&self, row: usize) -> &[Option<Value>] {
        &self.cells[row * self.width..(row + 1) * self.width]
    }

    pub(super) fn is_bound(&self, variable: usize) -> bool {
        self.cells.get(variable).is_some_and(Option::is_some)
    }

    /// True where the slot has a value in every row.
    pub(super) fn knows(&self, slot: Slot) -> bool {
        match slot {
            Slot::Constant(_) | Slot::Nowhere => true,
            Slot::Variable(variable) => self.is_bound(variable),
            Slot::Anything => false,
        }
    }

    pub(super) fn side(&self, row: usize, side: Side) -> Option<Value> {
        match side {
            Side::Value(value) => value,
            Side::Variable(variable) => self.row(row)[variable],
        }
    }

    /// The values that a row gives the columns of `pattern`.
    pub(super) fn key(&self, row: usize, pattern: &Pattern) -> Key {
        let mut key = [None; COLUMNS];
        for (cell, slot) in key.iter_mut().zip(&pattern.slots) {
            *cell = match slot {
                Slot::Constant(value) => Some(*value),
                Slot::Variable(variable) => self.row(row)[*variable],
                Slot::Anything | Slot::Nowhere => None,
            };
        }
        key
    }

    /// The rows for which `holds`.
    pub(super) fn kept(&self, holds: impl Fn(&Self, usize) -> bool) -> Self {
        let mut kept = Self { width: self.width, count: 0, cells: Vec::new() };
        for row in (0..self.count).filter(|row| holds(self, *row)) {
            kept.cells.extend_from_slice(self.row(row));
            kept.count += 1;
        }
        kept
    }

    /// The different values that a slot has in all rows; none where it is open.
    pub(super) fn values(&self, slot: Slot) -> Option<FxHashSet<Value>> {
        match slot {
            Slot::Constant(value) => Some(FxHashSet::from_iter([value])),
            Slot::Variable(variable) if self.is_bound(variable) => {
                Some((0..self.count).filter_map(|row| self.row(row)[variable]).collect())
            }
            _ => None,
        }
    }
}
