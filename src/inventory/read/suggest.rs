//! Which known name was meant.

use std::cmp::Ordering;

use rayon::prelude::*;

/// At most this many letters of a value are repeated in a message.
const SHOWN: usize = 60;

/// How many letters are compared with one another in one run; beyond that, findings come without a suggestion.
const STEPS: usize = 100_000_000;

/// How many names are looked at on each side of where a wrong one would stand.
const NEIGHBOURS: usize = 8;

/// Many names, each with what it stands for, and what is left of the comparisons of one run.
///
/// A wrong name is compared with those that begin or end most like it and with no others, as to compare every wrong name
/// with every known one takes minutes.
pub(crate) struct Suggestions<Key> {
    known: Option<Known<Key>>,
    left: usize,
}

/// What names are sorted by.
type Order = fn(&str, &str) -> Ordering;

/// Names in small letters.
struct Known<Key> {
    names: Vec<(String, Key)>,
    /// The places of names sorted from their beginnings.
    forwards: Vec<usize>,
    /// The places of names sorted from their ends.
    backwards: Vec<usize>,
}

impl<Key> Default for Suggestions<Key> {
    fn default() -> Self {
        Self { known: None, left: STEPS }
    }
}

impl<Key: Copy + Sync> Suggestions<Key> {
    /// The nearest of the names of which `is_meant` is true, while comparisons are left. The names are those of the first call.
    pub(crate) fn nearest<'name, Names: Iterator<Item = (&'name str, Key)>>(
        &mut self,
        wrong: &str,
        names: impl FnOnce() -> Names,
        is_meant: impl Fn(Key) -> bool,
    ) -> Option<Key> {
        if self.left == 0 {
            return None;
        }
        let known = self.known.get_or_insert_with(|| Known::of(names()));
        let wrong = Wrong::new(wrong)?;
        let mut nearest = Nearest { best: None };
        for place in known.around(&wrong.text) {
            let (name, key) = &known.names[place];
            if is_meant(*key) {
                nearest.add(wrong.distance(name, &mut self.left), place);
            }
        }
        nearest.best.map(|(_, place)| known.names[place].1)
    }
}

impl<Key: Sync> Known<Key> {
    fn of<'name>(names: impl Iterator<Item = (&'name str, Key)>) -> Self {
        let names: Vec<_> = names.map(|(name, key)| (name.to_lowercase(), key)).collect();
        let sorted = |compare: Order| {
            let mut places: Vec<usize> = (0..names.len()).collect();
            places.par_sort_unstable_by(|one, other| {
                compare(&names[*one].0, &names[*other].0).then_with(|| one.cmp(other))
            });
            places
        };
        let (forwards, backwards) = (sorted(str::cmp), sorted(from_the_end));
        Self { names, forwards, backwards }
    }

    /// The places of the names that begin or end most like `wrong`, in their order.
    fn around(&self, wrong: &str) -> Vec<usize> {
        let mut places = Vec::with_capacity(4 * NEIGHBOURS);
        for (sorted, compare) in [(&self.forwards, str::cmp as Order), (&self.backwards, from_the_end)] {
            let at = sorted.partition_point(|place| compare(&self.names[*place].0, wrong).is_lt());
            places.extend(&sorted[at.saturating_sub(NEIGHBOURS)..sorted.len().min(at + NEIGHBOURS)]);
        }
        places.sort_unstable();
        places.dedup();
        places
    }
}

fn from_the_end(one: &str, other: &str) -> Ordering {
    one.bytes().rev().cmp(other.bytes().rev())
}

/// A name that is not known, in small letters.
struct Wrong {
    text: String,
    length: usize,
}

impl Wrong {
    /// None where it is nobody's slip of the pen: it is as long as a text, and comparing it is slow.
    fn new(wrong: &str) -> Option<Self> {
        const LONGEST: usize = 200;
        let text = wrong.to_lowercase();
        let length = text.chars().count();
        (length <= LONGEST).then_some(Self { text, length })
    }

    /// How far `name`, in small letters, is from this; none where it is too far. Comparing letters takes from `left`.
    fn distance(&self, name: &str, left: &mut usize) -> Option<usize> {
        const LONGEST: usize = 800;
        let length = name.chars().count();
        let allowed = self.length.max(length).max(3) / 3;
        let begins =
            self.length.min(length) >= 3 && (name.starts_with(&self.text) || self.text.starts_with(name));
        if name.len() > LONGEST || (!begins && self.length.abs_diff(length) > allowed) {
            return None;
        }
        *left = left.saturating_sub(self.length * length);
        let distance = strsim::osa_distance(&self.text, name);
        // One name inside another counts as one slip, however much is missing.
        let distance = if begins { distance.min(1) } else { distance };
        (distance <= allowed).then_some(distance)
    }
}

/// The nearest so far, the first among equals.
struct Nearest<Key> {
    best: Option<(usize, Key)>,
}

impl<Key> Nearest<Key> {
    fn add(&mut self, distance: Option<usize>, key: Key) {
        if let Some(distance) = distance
            && self.best.as_ref().is_none_or(|(least, _)| distance < *least)
        {
            self.best = Some((distance, key));
        }
    }
}

/// The first of a few names most like `wrong`: few letters differ, or one begins with the other.
pub(crate) fn nearest<'name>(wrong: &str, names: impl Iterator<Item = &'name str>) -> Option<&'name str> {
    let wrong = Wrong::new(wrong)?;
    let mut nearest = Nearest { best: None };
    let mut left = usize::MAX;
    for name in names {
        nearest.add(wrong.distance(&name.to_lowercase(), &mut left), name);
    }
    nearest.best.map(|(_, name)| name)
}

/// A value as it is repeated in a message: of one that is very long, the beginning.
pub(crate) fn shortened(value: &str) -> std::borrow::Cow<'_, str> {
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &value[..end]).into(),
        None => value.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested() {
        let names = ["hub-west", "hub-east", "macos", "windows"];
        let suggest = |wrong| nearest(wrong, names.into_iter());
        assert_eq!(suggest("Hub-Eats"), Some("hub-east"));
        assert_eq!(suggest("mac"), Some("macos"));
        assert_eq!(suggest("Windows 11"), Some("windows"));
        assert_eq!(suggest("spoke"), None);
        assert_eq!(suggest(""), None);
    }

    fn suggested<'a>(
        suggestions: &mut Suggestions<&'a str>,
        wrong: &str,
        names: &'a [String],
    ) -> Option<&'a str> {
        let names = || names.iter().map(|name| (name.as_str(), name.as_str()));
        suggestions.nearest(wrong, names, |name| !name.starts_with("site"))
    }

    #[test]
    fn a_slip_anywhere_in_one_of_many_names_is_told() {
        let number = |number: usize| format!("spoke-{:03}-{:03}", number / 1000, number % 1000);
        let mut names: Vec<String> = (0..20_000).map(number).collect();
        names.extend(["Frankfurt".to_owned(), "site-1".to_owned()]);
        let mut suggestions = Suggestions::default();
        for (wrong, meant) in [
            ("spoke-007-1234", Some("spoke-007-123")),
            ("spoek-007-123", Some("spoke-007-123")),
            ("sp0ke-019-999", Some("spoke-019-999")),
            ("spoke-0x7-123", Some("spoke-007-123")),
            ("frankfrut", Some("Frankfurt")),
            ("Frank", Some("Frankfurt")),
            ("site-2", None),
            ("Paris", None),
        ] {
            assert_eq!(suggested(&mut suggestions, wrong, &names), meant, "{wrong}");
        }
    }

    #[test]
    fn what_a_wrong_name_costs_does_not_grow_with_the_names() {
        let mut suggestions = Suggestions::default();
        let names: Vec<String> = (0..20_000).map(|number| format!("spoke-{number:06}")).collect();
        let lookups = 2_000;
        for number in 0..lookups {
            let wrong = format!("spoke_{number:06}");
            assert!(suggested(&mut suggestions, &wrong, &names).is_some(), "{wrong}");
        }
        let most = lookups * 4 * NEIGHBOURS * "spoke-000000".len().pow(2);
        assert!(STEPS - suggestions.left <= most, "{} steps", STEPS - suggestions.left);
    }

    #[test]
    fn suggestions_end_when_the_comparisons_do() {
        let names = ["hub".to_owned(), "spoke".to_owned()];
        let mut suggestions = Suggestions { left: 3, ..Suggestions::default() };
        assert_eq!(suggested(&mut suggestions, "hubs", &names), Some("hub"));
        assert_eq!(suggested(&mut suggestions, "hubs", &names), None);
    }

    #[test]
    fn a_long_value_is_cut_between_letters() {
        assert_eq!(shortened("ü"), "ü");
        assert_eq!(shortened(&"ü".repeat(61)), format!("{}…", "ü".repeat(60)));
    }
}
