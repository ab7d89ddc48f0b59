//! Which known name was meant.

/// At most this many letters of a value are repeated in a message.
const SHOWN: usize = 60;

/// How many names are compared in one run; beyond that, findings come without a suggestion.
///
/// With a million names and a million wrong ones, every comparison would take hours.
const COMPARISONS: usize = 10_000_000;

/// What is left of the comparisons of one run.
pub(super) struct Suggestions {
    left: usize,
}

impl Default for Suggestions {
    fn default() -> Self {
        Self { left: COMPARISONS }
    }
}

impl Suggestions {
    /// The nearest of `count` names, while comparisons are left.
    pub(super) fn nearest<'name>(
        &mut self,
        wrong: &str,
        count: usize,
        names: impl Iterator<Item = &'name str>,
    ) -> Option<&'name str> {
        self.left = self.left.checked_sub(count)?;
        nearest(wrong, names)
    }
}

/// The first of the names most like `wrong`: few letters differ, or one begins with the other.
pub(crate) fn nearest<'name>(wrong: &str, names: impl Iterator<Item = &'name str>) -> Option<&'name str> {
    let wrong = wrong.to_lowercase();
    let length = wrong.chars().count();
    // A word as long as a text is nobody's slip of the pen, and comparing it is slow.
    if length > 200 {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for name in names.filter(|name| name.len() <= 800) {
        let candidate_length = name.chars().count();
        let allowed = length.max(candidate_length).max(3) / 3;
        let begins = length.min(candidate_length) >= 3 && {
            let candidate = name.to_lowercase();
            candidate.starts_with(&wrong) || wrong.starts_with(&candidate)
        };
        if !begins && length.abs_diff(candidate_length) > allowed {
            continue;
        }
        let distance = strsim::osa_distance(&wrong, &name.to_lowercase());
        // One name inside another counts as one slip, however much is missing.
        let distance = if begins { distance.min(1) } else { distance };
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
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

    #[test]
    fn suggestions_end_when_the_comparisons_do() {
        let mut suggestions = Suggestions { left: 3 };
        assert_eq!(suggestions.nearest("hubs", 2, ["hub", "spoke"].into_iter()), Some("hub"));
        assert_eq!(suggestions.nearest("hubs", 2, ["hub", "spoke"].into_iter()), None);
    }

    #[test]
    fn a_long_value_is_cut_between_letters() {
        assert_eq!(shortened("ü"), "ü");
        assert_eq!(shortened(&"ü".repeat(61)), format!("{}…", "ü".repeat(60)));
    }
}
