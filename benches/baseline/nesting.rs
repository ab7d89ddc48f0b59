//! The prefixes that a connected component names, and which of them lie in which.

use tunnelog::prefix::Prefix;

/// Prefixes in order, so that each stands before what it holds.
pub(crate) struct Nesting {
    pub(crate) prefixes: Vec<Prefix>,
    /// The next shorter prefix that holds each.
    pub(crate) parents: Vec<Option<usize>>,
    /// Behind the last prefix inside each.
    pub(crate) ends: Vec<usize>,
    /// What of each prefix is in no longer one, in the fewest prefixes.
    own: Vec<Vec<Prefix>>,
}

impl Nesting {
    pub(crate) fn new(mut prefixes: Vec<Prefix>) -> Self {
        prefixes.sort_unstable();
        prefixes.dedup();
        let mut parents = vec![None; prefixes.len()];
        let mut ends = vec![prefixes.len(); prefixes.len()];
        let mut children: Vec<Vec<Prefix>> = vec![Vec::new(); prefixes.len()];
        let mut open: Vec<usize> = Vec::new();
        for (index, prefix) in prefixes.iter().enumerate() {
            while let Some(outer) = open.pop_if(|outer| !prefixes[*outer].covers(*prefix)) {
                ends[outer] = index;
            }
            if let Some(&outer) = open.last() {
                parents[index] = Some(outer);
                children[outer].push(*prefix);
            }
            open.push(index);
        }
        let own = prefixes
            .iter()
            .zip(&children)
            .map(|(prefix, inside)| if inside.is_empty() { vec![*prefix] } else { prefix.without(inside) })
            .collect();
        Self { prefixes, parents, ends, own }
    }

    pub(crate) fn find(&self, prefix: Prefix) -> usize {
        self.prefixes.binary_search(&prefix).expect("every prefix of the part is in the list")
    }

    /// The addresses of a prefix that are in no longer one; none where longer ones hold them all.
    pub(crate) fn own(&self, index: usize) -> &[Prefix] {
        &self.own[index]
    }

    /// The prefix and what covers it, from the inside to the outside.
    pub(crate) fn covering(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(index), |inner| self.parents[*inner])
    }

    /// The parts of a prefix, without those in a longer prefix that is another's.
    pub(crate) fn parts(&self, index: usize, is_anothers: impl Fn(usize) -> bool) -> Vec<usize> {
        let mut parts = Vec::new();
        let mut next = index;
        while next < self.ends[index] {
            if next != index && is_anothers(next) {
                next = self.ends[next];
                continue;
            }
            if !self.own[next].is_empty() {
                parts.push(next);
            }
            next += 1;
        }
        parts
    }
}
