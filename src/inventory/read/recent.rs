//! Names that need not be looked for among a million: exports list together what belongs together, and mostly in the order of
//! the file that defines the names.

/// The two names that were met last, each with its number, and the number that was last found anew.
pub(super) struct Recent<'text, Id> {
    known: [Option<(&'text str, Id)>; 2],
    last: Option<Id>,
}

impl<Id> Default for Recent<'_, Id> {
    fn default() -> Self {
        Self { known: [None, None], last: None }
    }
}

impl<'text, Id: Copy> Recent<'text, Id> {
    /// The number of `text`: that of a name that was just met, or the one after the last where `is_next` gives it, or what
    /// `look_up` finds.
    pub(super) fn named(
        &mut self,
        text: &'text str,
        is_next: impl FnOnce(Id, &str) -> Option<Id>,
        look_up: impl FnOnce(&str) -> Option<Id>,
    ) -> Option<Id> {
        let [newest, older] = self.known;
        let is_known = |(known, _): &(&str, Id)| *known == text;
        if let Some((_, id)) = newest.filter(is_known) {
            return Some(id);
        }
        let found = older.filter(is_known);
        let id = if let Some((_, id)) = found {
            id
        } else {
            self.last = self.last.and_then(|last| is_next(last, text)).or_else(|| look_up(text));
            self.last?
        };
        self.known = [Some((text, id)), newest];
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_looked_up_where_it_is_neither_known_nor_next() {
        let names = ["hub", "spoke1", "spoke2", "other"];
        let mut recent = Recent::default();
        let mut looked_up = Vec::new();
        let texts =
            ["hub", "spoke1", "spoke1", "hub", "hub", "spoke2", "spoke2", "hub", "spoke1", "nobody", "other"];
        let found = texts.map(|text| {
            let is_next = |last: usize, text: &str| (names.get(last + 1) == Some(&text)).then_some(last + 1);
            recent.named(text, is_next, |text| {
                looked_up.push(text.to_owned());
                names.iter().position(|name| *name == text)
            })
        });
        let expected = texts.map(|text| names.iter().position(|name| *name == text));
        assert_eq!(found, expected);
        // The first name, the one that is neither of the last two nor next, one that nobody has, and the one after that.
        assert_eq!(looked_up, ["hub", "spoke1", "nobody", "other"]);
    }
}
