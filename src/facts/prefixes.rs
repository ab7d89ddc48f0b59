//! The prefixes that a connected component names, nested in each other, and the parts they are cut into.

use crate::facts::ids::PrefixId;
use crate::prefix::Prefix;

/// Every prefix that a connected component names, each once, in order.
///
/// A prefix also stands for its *part*: the addresses in it that no longer prefix of the table
/// holds. Which entries cover an address depends on its part alone, so parts are what is solved.
#[derive(Clone, Debug)]
pub struct PrefixTable {
    prefixes: Vec<Prefix>,
    parents: Vec<Option<PrefixId>>,
    ends: Vec<u32>,
    has_part: Vec<bool>,
}

impl PrefixTable {
    /// The table of `prefixes`, which may be in any order and repeat.
    #[must_use]
    pub fn new(mut prefixes: Vec<Prefix>) -> Self {
        prefixes.sort_unstable();
        prefixes.dedup();
        let count = u32::try_from(prefixes.len()).unwrap_or(u32::MAX);
        let mut parents = Vec::with_capacity(prefixes.len());
        let mut ends = vec![count; prefixes.len()];
        // Of 2^128 shares of each prefix, those that its direct children hold. Children do not
        // overlap, so the sum wraps round to nothing exactly when they hold everything.
        let mut held = vec![0u128; prefixes.len()];
        let mut has_children = vec![false; prefixes.len()];
        let mut open: Vec<PrefixId> = Vec::new();
        for (id, prefix) in (0..count).zip(&prefixes) {
            while let Some(outer) = open.pop_if(|outer| !prefixes[outer.index()].covers(*prefix)) {
                ends[outer.index()] = id;
            }
            parents.push(open.last().copied());
            if let Some(outer) = open.last() {
                let deeper = prefix.length() - prefixes[outer.index()].length();
                held[outer.index()] = held[outer.index()].wrapping_add(1 << (128 - deeper));
                has_children[outer.index()] = true;
            }
            open.push(PrefixId(id));
        }
        let has_part =
            held.iter().zip(&has_children).map(|(held, children)| *held != 0 || !children).collect();
        Self { prefixes, parents, ends, has_part }
    }

    /// How many prefixes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.prefixes.len()
    }

    /// True where no prefix is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.prefixes.is_empty()
    }

    /// The number of `prefix`; none where the part does not name it.
    #[must_use]
    pub fn id(&self, prefix: Prefix) -> Option<PrefixId> {
        self.prefixes.binary_search(&prefix).ok().and_then(|id| u32::try_from(id).ok()).map(PrefixId)
    }

    /// The prefix with that number.
    #[must_use]
    pub fn prefix(&self, id: PrefixId) -> Prefix {
        self.prefixes[id.index()]
    }

    /// The next shorter prefix that covers it.
    #[must_use]
    pub fn parent(&self, id: PrefixId) -> Option<PrefixId> {
        self.parents[id.index()]
    }

    /// The prefix itself and everything that covers it, longest first.
    pub fn covering(&self, id: PrefixId) -> impl Iterator<Item = PrefixId> + '_ {
        std::iter::successors(Some(id), |inner| self.parent(*inner))
    }

    /// The number after that of the last prefix inside it.
    #[must_use]
    pub fn end(&self, id: PrefixId) -> PrefixId {
        PrefixId(self.ends[id.index()])
    }

    /// True where some address of the prefix is in no longer one.
    #[must_use]
    pub fn has_part(&self, id: PrefixId) -> bool {
        self.has_part[id.index()]
    }

    /// The parts of a prefix; what lies inside a longer prefix for which `is_foreign` holds is left out.
    #[must_use]
    pub fn parts_of(&self, id: PrefixId, mut is_foreign: impl FnMut(PrefixId) -> bool) -> Vec<PrefixId> {
        let mut parts = Vec::new();
        let mut next = id;
        while next < self.end(id) {
            if next != id && is_foreign(next) {
                next = self.end(next);
                continue;
            }
            if self.has_part(next) {
                parts.push(next);
            }
            next = PrefixId(next.0 + 1);
        }
        parts
    }

    /// The addresses of parts, in the fewest prefixes.
    #[must_use]
    pub fn addresses(&self, parts: impl IntoIterator<Item = PrefixId>) -> Vec<Prefix> {
        Prefix::aggregate(parts.into_iter().flat_map(|part| {
            let inside = part.index() + 1..self.end(part).index();
            self.prefix(part).without(&self.prefixes[inside])
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefixes(texts: &[&str]) -> Vec<Prefix> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn parts_are_what_no_longer_prefix_holds() {
        let table =
            PrefixTable::new(prefixes(&["10.0.0.0/9", "10.0.0.0/8", "10.128.0.0/9", "10.1.0.0/16", "::/0"]));
        let id = |text: &str| table.id(text.parse().unwrap()).unwrap();
        assert!(!table.has_part(id("10.0.0.0/8")));
        assert!(table.has_part(id("10.0.0.0/9")));
        assert_eq!(table.parent(id("10.1.0.0/16")), Some(id("10.0.0.0/9")));
        assert_eq!(table.parent(id("::/0")), None);
        let parts = table.parts_of(id("10.0.0.0/8"), |_| false);
        assert_eq!(parts, [id("10.0.0.0/9"), id("10.1.0.0/16"), id("10.128.0.0/9")]);
        assert_eq!(table.addresses(parts), prefixes(&["10.0.0.0/8"]));
        let foreign = id("10.0.0.0/9");
        assert_eq!(table.parts_of(id("10.0.0.0/8"), |inner| inner == foreign), [id("10.128.0.0/9")]);
        assert_eq!(table.addresses([id("10.0.0.0/9")]).len(), 7);
    }

    #[test]
    fn a_default_route_cut_in_halves_has_no_part() {
        let table = PrefixTable::new(prefixes(&["::/0", "::/1", "8000::/1", "0.0.0.0/0", "0.0.0.0/1"]));
        assert!(!table.has_part(table.id("::/0".parse().unwrap()).unwrap()));
        assert!(table.has_part(table.id("0.0.0.0/0".parse().unwrap()).unwrap()));
    }
}
