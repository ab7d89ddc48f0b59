//! The values of one record, each checked where it is taken.

use csv::StringRecord;

use super::sheet::Column;
use super::suggest::{nearest, shortened};
use crate::diagnostic::{Code, Diagnostic};
use crate::prefix::{Prefix, PrefixError};
use crate::source::{Sources, Span};

/// One record of a file.
pub(super) struct Row<'run> {
    pub(super) record: &'run StringRecord,
    /// True where the record has as many cells as the header.
    pub(super) whole: bool,
    /// The whole record.
    pub(super) origin: Span,
    pub(super) sources: &'run Sources,
    pub(super) diagnostics: &'run mut Vec<Diagnostic>,
}

/// What the word says; none where it is neither true nor false.
pub(super) fn truth(text: &str) -> Option<bool> {
    const TRUE: [&str; 5] = ["true", "yes", "1", "enabled", "wahr"];
    const FALSE: [&str; 5] = ["false", "no", "0", "disabled", "falsch"];
    let is_one_of = |words: [&str; 5]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_one_of(TRUE) { Some(true) } else { is_one_of(FALSE).then_some(false) }
}

impl<'run> Row<'run> {
    /// Adds a finding.
    pub(super) fn push(&mut self, finding: Diagnostic) {
        self.diagnostics.push(finding);
    }

    /// The value of the cell without blanks around it; empty where the file has no such column.
    pub(super) fn text(&self, column: Column) -> &'run str {
        column.text(self.record)
    }

    /// Where the cell stands; the whole record where the file has no such column.
    pub(super) fn place(&self, column: Column) -> Span {
        column.index.map_or(self.origin, |index| self.sources.nth_cell(self.origin, index))
    }

    /// A value that must not be empty.
    pub(super) fn required(&mut self, column: Column) -> Option<&'run str> {
        let text = self.text(column);
        if text.is_empty() {
            self.empty(column);
            return None;
        }
        Some(text)
    }

    /// Says that the cell must not be empty. A column or cell that is not there was reported before.
    pub(super) fn empty(&mut self, column: Column) {
        if column.index.is_some_and(|index| index < self.record.len()) {
            let message = format!("`{}` is empty", column.name);
            self.push(Diagnostic::new(Code::EmptyValue, message).at(self.place(column), "expected a value"));
        }
    }

    /// True or false; the default where the cell is empty, and a finding where there is none.
    pub(super) fn boolean(&mut self, column: Column, default: Option<bool>) -> bool {
        let text = self.text(column);
        if let Some(value) = truth(text) {
            return value;
        }
        if text.is_empty() {
            return default.unwrap_or_else(|| {
                self.empty(column);
                false
            });
        }
        let message = format!("`{}` is neither true nor false", shortened(text));
        let finding = Diagnostic::new(Code::BadBoolean, message)
            .at(self.place(column), format!("expected true or false for `{}`", column.name))
            .help("write `true` or `false`; `yes` and `no`, `1` and `0`, `Enabled` and `Disabled` do too");
        self.push(finding);
        false
    }

    /// An autonomous system number; none where the cell is empty.
    pub(super) fn asn(&mut self, column: Column) -> Option<u32> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        match text.parse::<u32>() {
            Ok(number) if number > 0 => Some(number),
            _ => {
                let message = format!("`{}` is not an autonomous system number", shortened(text));
                let finding = Diagnostic::new(Code::BadNumber, message)
                    .at(self.place(column), "expected a number from 1 to 4294967295");
                self.push(match without_dot(text) {
                    Some(number) => finding.help(format!("did you mean `{number}`?")),
                    None => finding,
                });
                None
            }
        }
    }

    /// The prefixes of a list; each bad one is a finding of its own.
    pub(super) fn prefixes(&mut self, column: Column) -> Vec<Prefix> {
        let mut prefixes = Vec::new();
        for (index, element) in elements(self.text(column)).enumerate() {
            match element.parse() {
                Ok(prefix) => prefixes.push(prefix),
                Err(error) => {
                    let finding = bad_prefix(element, &error, self.place_of(column, index, element));
                    self.push(finding);
                }
            }
        }
        prefixes
    }

    /// The words of a list, each one of `all`.
    pub(super) fn words<T: Copy>(
        &mut self,
        column: Column,
        all: &[T],
        word: fn(T) -> &'static str,
        what: &str,
    ) -> Vec<T> {
        let mut words = Vec::new();
        for (index, element) in elements(self.text(column)).enumerate() {
            if let Some(value) = find(element, all, word) {
                words.push(value);
            } else {
                let place = self.place_of(column, index, element);
                self.push(bad_value(element, place, all, word, what));
            }
        }
        words
    }

    /// One of `all`; none where the cell is empty.
    pub(super) fn word<T: Copy>(
        &mut self,
        column: Column,
        all: &[T],
        word: fn(T) -> &'static str,
        what: &str,
    ) -> Option<T> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        let found = find(text, all, word);
        if found.is_none() {
            let place = self.place(column);
            self.push(bad_value(text, place, all, word, what));
        }
        found
    }

    /// Where element number `index` of a list stands.
    fn place_of(&self, column: Column, index: usize, element: &str) -> Span {
        let cell = self.place(column);
        let text = &self.sources.get(cell.file).text[cell.range()];
        // The marks that CSV doubles are marks between elements too, so both texts have the same elements.
        match elements(text).nth(index) {
            Some(found) if found == element => {
                let before = found.as_ptr().addr() - text.as_ptr().addr();
                let start = cell.start + u32::try_from(before).unwrap_or_default();
                Span { start, end: start + u32::try_from(found.len()).unwrap_or_default(), ..cell }
            }
            _ => cell,
        }
    }
}

/// The elements of a list: separated by `;`, `,`, `|` or blanks, or a JSON array.
pub(crate) fn elements(text: &str) -> impl Iterator<Item = &str> {
    let is_mark = |letter: char| matches!(letter, ';' | ',' | '|' | '[' | ']' | '{' | '}' | '"' | '\'');
    text.split(move |letter: char| is_mark(letter) || letter.is_whitespace())
        .filter(|element| !element.is_empty())
}

/// The number that stands for two halves with a dot between them, another way to write ASNs.
fn without_dot(text: &str) -> Option<u32> {
    let (high, low) = text.split_once('.')?;
    let number = (u32::from(high.parse::<u16>().ok()?) << 16) + u32::from(low.parse::<u16>().ok()?);
    (number > 0).then_some(number)
}

fn find<T: Copy>(text: &str, all: &[T], word: fn(T) -> &'static str) -> Option<T> {
    all.iter().copied().find(|value| word(*value).eq_ignore_ascii_case(text))
}

fn bad_value<T: Copy>(
    text: &str,
    place: Span,
    all: &[T],
    word: fn(T) -> &'static str,
    what: &str,
) -> Diagnostic {
    let words: Vec<String> = all.iter().map(|value| format!("`{}`", word(*value))).collect();
    let finding = Diagnostic::new(Code::BadValue, format!("`{}` is not {what}", shortened(text)))
        .at(place, format!("expected one of {}", words.join(", ")));
    match nearest(text, all.iter().map(|value| word(*value))) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding,
    }
}

fn bad_prefix(element: &str, error: &PrefixError, place: Span) -> Diagnostic {
    let message = format!("`{}` is not a canonical prefix", shortened(element));
    let finding = Diagnostic::new(Code::BadPrefix, message);
    match error {
        PrefixError::HostBits(canonical) => finding
            .at(place, "bits are set to the right of the length")
            .help(format!("did you mean `{canonical}`?")),
        PrefixError::NoLength(host) => {
            finding.at(place, "an address without a length").help(format!("did you mean `{host}`?"))
        }
        PrefixError::NotAPrefix => {
            finding.at(place, "expected a prefix such as `10.1.0.0/16` or `fd00:1::/48`")
        }
    }
}
