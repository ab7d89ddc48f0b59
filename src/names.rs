//! The names of networks and clients as small numbers: equal without regard to case, printed as first written.

use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// The number of a name in its [`Names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(u32);

impl Name {
    /// The place of the name in the order of first mention, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Every name of an inventory, each once.
///
/// ```
/// let mut names = tunnelog::names::Names::default();
/// let hub = names.intern("Hub-West");
/// assert_eq!(names.get("hub-west"), Some(hub));
/// assert_eq!(names.text(hub), "Hub-West");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Names {
    text: String,
    ends: Vec<usize>,
    table: HashTable<Name>,
}

impl Names {
    /// The number of `name`, which is new where no name equal to it was interned before.
    ///
    /// # Panics
    /// After 2³² names, which no inventory that fits into memory holds.
    pub fn intern(&mut self, name: &str) -> Name {
        if let Some(known) = self.get(name) {
            return known;
        }
        let number = Name(u32::try_from(self.ends.len()).expect("fewer than 2^32 names"));
        self.text.push_str(name);
        self.ends.push(self.text.len());
        let (text, ends) = (&self.text, &self.ends);
        self.table.insert_unique(hash(name), number, |&other| hash(slice(text, ends, other)));
        number
    }

    /// Makes room for `count` more names, so that the table need not grow in steps.
    pub fn reserve(&mut self, count: usize) {
        let (text, ends) = (&self.text, &self.ends);
        self.table.reserve(count, |&other| hash(slice(text, ends, other)));
        self.ends.reserve(count);
    }

    /// The number of `name` if it was interned, in whatever case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Name> {
        self.table.find(hash(name), |&other| equal(self.text(other), name)).copied()
    }

    /// The name as it was first written.
    #[must_use]
    pub fn text(&self, name: Name) -> &str {
        slice(&self.text, &self.ends, name)
    }

    /// How many different names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True where nothing was interned yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All names in the order of first mention.
    pub fn iter(&self) -> impl Iterator<Item = Name> + use<> {
        (0..u32::try_from(self.ends.len()).unwrap_or(u32::MAX)).map(Name)
    }
}

fn slice<'names>(text: &'names str, ends: &[usize], name: Name) -> &'names str {
    let start = name.index().checked_sub(1).map_or(0, |previous| ends[previous]);
    &text[start..ends[name.index()]]
}

fn folded(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().flat_map(char::to_lowercase)
}

fn equal(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || (!(one.is_ascii() && other.is_ascii()) && folded(one).eq(folded(other)))
}

/// Equal for names that are equal without regard to case.
fn hash(name: &str) -> u64 {
    if name.is_ascii() {
        hash_of_bytes(name.as_bytes())
    } else {
        hash_of_bytes(folded(name).collect::<String>().as_bytes())
    }
}

/// Eight bytes at a time. The bit that tells an ASCII capital from a small letter is set everywhere:
/// that some other bytes meet too costs nothing but a comparison.
fn hash_of_bytes(name: &[u8]) -> u64 {
    const CASE: u64 = 0x2020_2020_2020_2020;
    let mut hasher = FxHasher::default();
    let (words, rest) = name.as_chunks::<8>();
    for word in words {
        hasher.write_u64(u64::from_le_bytes(*word) | CASE);
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    hasher.write_u64(u64::from_le_bytes(last) | CASE);
    hasher.write_usize(name.len());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_tell_names_apart() {
        let mut names = Names::default();
        let hub = names.intern("Zürich");
        assert_eq!(names.intern("ZÜRICH"), hub);
        assert_ne!(names.intern("Zurich"), hub);
        // The Kelvin sign folds to an ASCII letter, so the two spellings must meet in one bucket.
        let kelvin = names.intern("\u{212a}elvin");
        assert_eq!(names.intern("kelvin"), kelvin);
        assert_eq!(names.text(hub), "Zürich");
        assert_eq!(names.len(), 3);
    }
}
