//! The values of one record, each checked where it is taken.

use std::net::IpAddr;
use std::ops::Range;
use std::str::FromStr;

use csv::StringRecord;

use super::cell::{Cell, Placed};
use super::line::Line;
use super::suggest::shortened;
use crate::asn;
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::client::Protocol;
use crate::inventory::columns::{NOTHING_CARRIED, States, Value};
use crate::inventory::model::Carried;
use crate::inventory::resource::is_id_of;
use crate::inventory::text::{elements, truth};
use crate::inventory::wrong::{
    bad_address, bad_asn, bad_boolean, bad_prefix, bad_state, bad_value, masked_prefix,
};
use crate::prefix::{Prefix, prefix_of_mask};
use crate::source::{Sources, Span};

/// What a word for a protocol is called where it is none.
const PROTOCOL: &str = "a protocol";

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

impl<'run> Row<'run> {
    /// Adds a finding.
    pub(super) fn push(&mut self, finding: Diagnostic) {
        self.diagnostics.push(finding);
    }

    /// Reads the fields of a row from their cells, and fills them where there is a row to fill: where a name is
    /// missing, what else is wrong is told all the same.
    pub(super) fn fill<Made>(&mut self, fields: &[Placed<Made>], mut made: Option<Made>) -> Option<Made> {
        for Placed { field, cell } in fields {
            self.fill_one(&field.value, *cell, field.column.default, made.as_mut());
        }
        made
    }

    fn fill_one<Made>(&mut self, value: &Value<Made>, cell: Cell, default: &str, made: Option<&mut Made>) {
        fn put<Made, T>(made: Option<&mut Made>, set: fn(&mut Made, T), value: T) {
            if let Some(made) = made {
                set(made, value);
            }
        }
        match value {
            Value::Key(_) => {}
            Value::Text { set, .. } => put(made, *set, self.text(cell)),
            Value::Id { set, collection, .. } => {
                let id = self.id(cell, collection);
                if let Some((made, id)) = made.zip(id) {
                    set(made, id);
                }
            }
            Value::Flag(at) => put(made, at.set, self.boolean(cell, default)),
            Value::Asn(at) => put(made, at.set, self.asn(cell)),
            Value::Prefixes(at) => put(made, at.set, self.prefixes(cell)),
            Value::Addresses(at) => put(made, at.set, self.addresses(cell)),
            Value::Protocols(at) => {
                put(made, at.set, self.words(cell, &Protocol::ALL, Protocol::word, PROTOCOL));
            }
            Value::Protocol(at) => {
                put(made, at.set, self.word(cell, &Protocol::ALL, Protocol::word, PROTOCOL));
            }
            Value::Carried(at) => put(made, at.set, self.carried(cell)),
            Value::State(at, states) => put(made, at.set, self.state(cell, *states)),
        }
    }

    /// The state as written where it is none of the usual ones; says so where it is no state.
    fn state(&mut self, cell: Cell, states: States) -> Option<Box<str>> {
        let text = self.text(cell);
        state(text, states).unwrap_or_else(|NoState| {
            self.push(bad_state(text, self.place(cell), states));
            None
        })
    }

    /// The value of the cell without blanks around it; empty where the file has no such column.
    pub(super) fn text(&self, cell: Cell) -> &'run str {
        cell.text(self.record)
    }

    /// Where the cell stands; the whole record where the file has no such column.
    pub(super) fn place(&self, cell: Cell) -> Span {
        cell.index.map_or(self.origin, |index| self.sources.nth_cell(self.origin, index))
    }

    /// A value that must not be empty.
    pub(super) fn required(&mut self, cell: Cell) -> Option<&'run str> {
        let text = self.text(cell);
        if text.is_empty() {
            self.empty(cell, "expected a value");
            return None;
        }
        Some(text)
    }

    /// Says that the cell must not be empty. A column or cell that is not there was reported before.
    pub(super) fn empty(&mut self, cell: Cell, expected: &str) {
        if cell.index.is_some_and(|index| index < self.record.len()) {
            let message = format!("`{}` is empty", cell.name);
            self.push(Diagnostic::new(Code::EmptyValue, message).at(self.place(cell), expected));
        }
    }

    /// True or false; what an empty cell stands for where it is empty, and a finding where it must not be.
    fn boolean(&mut self, cell: Cell, default: &str) -> bool {
        let text = self.text(cell);
        if let Some(value) = truth(if text.is_empty() { default } else { text }) {
            return value;
        }
        if text.is_empty() {
            self.empty(cell, "expected `true` or `false`");
            return false;
        }
        self.push(bad_boolean(text, cell.name, self.place(cell)));
        false
    }

    /// The id of a resource of Azure in a collection; none where the cell is empty.
    fn id(&mut self, cell: Cell, collection: &str) -> Option<&'run str> {
        let text = self.text(cell);
        if text.is_empty() || is_id_of(text, collection) {
            return Some(text).filter(|text| !text.is_empty());
        }
        let message = format!("`{}` is not the id of such a resource", shortened(text));
        let expected = format!("expected an id that ends in `/{collection}/` and a name");
        self.push(Diagnostic::new(Code::BadValue, message).at(self.place(cell), expected).help(
            "an id is what Azure prints under `id`: `/subscriptions/…/resourceGroups/…/providers/…`; leave it empty where it is not known",
        ));
        None
    }

    /// An autonomous system number; none where the cell is empty.
    fn asn(&mut self, cell: Cell) -> Option<u32> {
        let text = self.text(cell);
        if text.is_empty() {
            return None;
        }
        let number = asn::parse(text);
        number.map_err(|error| self.push(bad_asn(text, error, self.place(cell)))).ok()
    }

    /// The prefixes of a list; each bad one is a finding of its own.
    fn prefixes(&mut self, cell: Cell) -> Vec<Prefix> {
        // An address with its mask behind it is one prefix in two elements, of which one finding is enough.
        let mut elements = elements(self.text(cell)).peekable();
        while let Some(address) = elements.next() {
            if let Some(prefix) = elements.peek().and_then(|mask| prefix_of_mask(address, mask)) {
                let place = self.place(cell);
                self.push(masked_prefix(self.text(cell), prefix, place));
                return Vec::new();
            }
        }
        self.list(cell, str::parse, |element, error, place| bad_prefix(element, &error, place))
    }

    /// The addresses of a list; each bad one is a finding of its own.
    fn addresses(&mut self, cell: Cell) -> Vec<IpAddr> {
        self.list(cell, str::parse, |element, _, place| bad_address(element, place))
    }

    /// What a side of a peering carries.
    fn carried(&mut self, cell: Cell) -> Option<Carried> {
        let text = self.text(cell);
        let is_nothing = text.eq_ignore_ascii_case(NOTHING_CARRIED);
        let list = |row: &mut Self| if is_nothing { Vec::new() } else { row.prefixes(cell) };
        (!text.is_empty()).then(|| Carried(list(self)))
    }

    /// The words of a list, each one of `all`.
    fn words<T: Copy>(&mut self, cell: Cell, all: &[T], word: fn(T) -> &'static str, what: &str) -> Vec<T> {
        let known = all.iter().map(|value| word(*value));
        let read = |element: &str| find(element, all, word).ok_or(());
        self.list(cell, read, |element, (), place| bad_value(element, place, known.clone(), what))
    }

    /// The values of a list; each element that `read` refuses is a finding of its own.
    fn list<T, Refusal>(
        &mut self,
        cell: Cell,
        read: impl Fn(&str) -> Result<T, Refusal>,
        wrong: impl Fn(&str, Refusal, Span) -> Diagnostic,
    ) -> Vec<T> {
        let mut values = Vec::new();
        let mut places = Places::default();
        for (index, element) in elements(self.text(cell)).enumerate() {
            match read(element) {
                Ok(value) => values.push(value),
                Err(refusal) => {
                    let place = self.place_of(cell, &mut places, index, element);
                    self.push(wrong(element, refusal, place));
                }
            }
        }
        values
    }

    /// One of `all`; none where the cell is empty.
    pub(super) fn word<T: Copy>(
        &mut self,
        cell: Cell,
        all: &[T],
        word: fn(T) -> &'static str,
        what: &str,
    ) -> Option<T> {
        let text = self.text(cell);
        if text.is_empty() {
            return None;
        }
        let found = find(text, all, word);
        if found.is_none() {
            let place = self.place(cell);
            self.push(bad_value(text, place, all.iter().map(|value| word(*value)), what));
        }
        found
    }

    /// Where element number `index` of a list stands.
    fn place_of(&self, cell: Cell, places: &mut Places, index: usize, element: &str) -> Span {
        let (whole, ranges) = places.0.get_or_insert_with(|| {
            let whole = self.place(cell);
            let text = &self.sources.get(whole.file).text()[whole.range()];
            let range = |element: &str| {
                let start = element.as_ptr().addr() - text.as_ptr().addr();
                start..start + element.len()
            };
            // The marks that CSV doubles are marks between elements too, so both texts have the same elements.
            (whole, elements(text).map(range).collect())
        });
        let text = &self.sources.get(whole.file).text()[whole.range()];
        match ranges.get(index) {
            Some(range) if &text[range.clone()] == element => whole.within(range.clone()),
            _ => *whole,
        }
    }
}

/// Where a cell stands and the elements of its list in it, once that has been looked up.
#[derive(Default)]
struct Places(Option<(Span, Vec<Range<usize>>)>);

/// Reads the fields of a row where there is nothing to say about them; `None` where there is.
pub(super) fn fill_clean<Made>(fields: &[Placed<Made>], line: &Line<'_>, made: &mut Made) -> Option<()> {
    for placed in fields {
        match &placed.field.value {
            Value::Key(_) => {}
            Value::Flag(at) => (at.set)(made, truth(placed.text_or_default(line))?),
            Value::Text { set, .. } => set(made, placed.cell.of(line)),
            Value::Id { set, collection, .. } => match placed.cell.of(line) {
                "" => {}
                id if is_id_of(id, collection) => set(made, id),
                _ => return None,
            },
            Value::State(at, states) => (at.set)(made, state(placed.cell.of(line), *states).ok()?),
            Value::Prefixes(at) => (at.set)(made, clean_list(placed.cell.of(line))?),
            Value::Addresses(at) => (at.set)(made, clean_list(placed.cell.of(line))?),
            Value::Carried(_) | Value::Asn(_) | Value::Protocols(_) | Value::Protocol(_)
                if placed.cell.of(line).is_empty() => {}
            Value::Carried(at) => {
                let text = placed.cell.of(line);
                let is_nothing = text.eq_ignore_ascii_case(NOTHING_CARRIED);
                let prefixes = if is_nothing { Vec::new() } else { clean_list(text)? };
                (at.set)(made, Some(Carried(prefixes)));
            }
            // No long file has these, so the careful reader is fast enough.
            Value::Asn(_) | Value::Protocols(_) | Value::Protocol(_) => return None,
        }
    }
    Some(())
}

/// The values of a list in which nothing is wrong. Most have one, which need not be looked through for marks.
fn clean_list<T: FromStr>(text: &str) -> Option<Vec<T>> {
    if let Ok(value) = text.parse() {
        return Some(vec![value]);
    }
    elements(text).map(|element| element.parse().ok()).collect()
}

/// A word that is none for a state.
struct NoState;

/// The text where it is a word for a state that is not usual, and nothing where it is empty or usual.
fn state(text: &str, states: States) -> Result<Option<Box<str>>, NoState> {
    if text.is_empty() || states.is_usual(text) {
        return Ok(None);
    }
    let word = states.word(text).ok_or(NoState)?;
    Ok((!states.is_usual(word)).then(|| text.into()))
}

/// The one of `all` whose word `text` is.
pub(super) fn find<T: Copy>(text: &str, all: &[T], word: fn(T) -> &'static str) -> Option<T> {
    all.iter().copied().find(|value| word(*value).eq_ignore_ascii_case(text))
}
