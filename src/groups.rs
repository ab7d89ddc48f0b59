//! What belongs together: groups that grow as pairs are joined.

use std::collections::BTreeMap;

/// Puts two groups together. `above` has, for each index, one that is nearer to the top of its group.
pub fn join(above: &mut [usize], one: usize, other: usize) {
    let (one, other) = (top(above, one), top(above, other));
    // The smaller index stays on top, so that a group's top is its first member.
    above[one.max(other)] = one.min(other);
}

/// Follows the links to the top and halves the way for the next time.
#[must_use]
pub fn top(above: &mut [usize], mut index: usize) -> usize {
    while above[index] != index {
        above[index] = above[above[index]];
        index = above[index];
    }
    index
}

/// Things in groups. Whatever was never joined is a group of its own.
pub(crate) struct Groups<Thing> {
    numbers: BTreeMap<Thing, usize>,
    above: Vec<usize>,
}

impl<Thing: Ord> Groups<Thing> {
    pub(crate) fn new() -> Self {
        Self { numbers: BTreeMap::new(), above: Vec::new() }
    }

    /// The number of the group that `thing` is in.
    pub(crate) fn of(&mut self, thing: Thing) -> usize {
        let next = self.above.len();
        let number = *self.numbers.entry(thing).or_insert(next);
        if number == next {
            self.above.push(next);
        }
        top(&mut self.above, number)
    }

    /// Puts two things, and all that are with them, into one group.
    pub(crate) fn join(&mut self, one: Thing, other: Thing) {
        let (one, other) = (self.of(one), self.of(other));
        join(&mut self.above, one, other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_grow_into_one_another() {
        let mut groups = Groups::new();
        for (one, other) in [(1, 2), (3, 4), (5, 6), (4, 1)] {
            groups.join(one, other);
        }
        assert!([2, 3, 4].iter().all(|thing| groups.of(*thing) == groups.of(1)));
        assert_eq!(groups.of(5), groups.of(6));
        assert_ne!(groups.of(5), groups.of(1));
        assert_ne!(groups.of(7), groups.of(5));
    }
}
