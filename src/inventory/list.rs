//! Rows that copies of an inventory share until one of them changes.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// The rows of one table, in their order.
///
/// A copy shares the rows. They are copied where one of the two is changed: an inventory to which a change is tried has most
/// rows in common with the one before, and what follows from these need not be worked out again.
///
/// ```
/// use tunnelog::inventory::List;
///
/// let mut list = List::from(vec![1, 2]);
/// let copy = list.clone();
/// assert!(list.is_shared_with(&copy));
/// list.push(3);
/// assert_eq!((list.len(), copy.len(), list.is_shared_with(&copy)), (3, 2, false));
/// ```
#[derive(Debug)]
pub struct List<Row>(Arc<Vec<Row>>);

impl<Row> List<Row> {
    /// True where both are the very same rows, or none, so that nothing differs. Two lists may be equal without.
    #[must_use]
    pub fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.is_empty() && other.is_empty()
    }
}

impl<Row> Clone for List<Row> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<Row> Default for List<Row> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<Row> Deref for List<Row> {
    type Target = Vec<Row>;

    fn deref(&self) -> &Vec<Row> {
        &self.0
    }
}

impl<Row: Clone> DerefMut for List<Row> {
    fn deref_mut(&mut self) -> &mut Vec<Row> {
        Arc::make_mut(&mut self.0)
    }
}

impl<Row> From<Vec<Row>> for List<Row> {
    fn from(rows: Vec<Row>) -> Self {
        Self(Arc::new(rows))
    }
}

impl<Row> FromIterator<Row> for List<Row> {
    fn from_iter<Rows: IntoIterator<Item = Row>>(rows: Rows) -> Self {
        Vec::from_iter(rows).into()
    }
}

impl<'a, Row> IntoIterator for &'a List<Row> {
    type Item = &'a Row;
    type IntoIter = std::slice::Iter<'a, Row>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, Row: Clone> IntoIterator for &'a mut List<Row> {
    type Item = &'a mut Row;
    type IntoIter = std::slice::IterMut<'a, Row>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl<Row: Clone> IntoIterator for List<Row> {
    type Item = Row;
    type IntoIter = std::vec::IntoIter<Row>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::unwrap_or_clone(self.0).into_iter()
    }
}
