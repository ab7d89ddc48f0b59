//! Statements as text, such that parsing them gives the same statements.

use std::borrow::Cow;
use std::fmt::{self, Write};

use super::syntax::{Atom, Change, Expectation, Goal, Query, Statement, Term, Word};
use crate::marks::is_unseen;

/// True where `letter` ends a word that stands without quotes.
pub(super) fn ends_word(letter: char) -> bool {
    letter.is_whitespace() || is_unseen(letter) || matches!(letter, ',' | '(' | ')' | '"')
}

/// True for a letter of an IPv4 or IPv6 address.
pub(super) fn is_of_address(letter: char) -> bool {
    letter.is_ascii_hexdigit() || matches!(letter, '.' | ':')
}

/// True for the next hop of a user route, such as `appliance(10.0.1.4)`, which is read as one word.
fn is_hop(text: &str) -> bool {
    let address = text.strip_prefix("appliance(").and_then(|rest| rest.strip_suffix(')'));
    address.is_some_and(|address| !address.is_empty() && address.chars().all(is_of_address))
}

/// `text` as a constant is written: in quotes where it would not be read as one word otherwise.
#[must_use]
pub fn quoted(text: &str) -> Cow<'_, str> {
    // A spreadsheet that takes a change for a formula finds a text where it would look for a program.
    let calls = |letter| matches!(letter, '|' | '!');
    let is_plain = !text.is_empty()
        && text != "_"
        && !text.starts_with(['?', '#'])
        && !text.contains(|letter| ends_word(letter) || calls(letter));
    if is_plain || is_hop(text) {
        return text.into();
    }
    let mut quoted = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            letter if is_unseen(letter) => quoted.extend(letter.escape_unicode()),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted.into()
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quoted(&self.text))
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant(word) => word.fmt(f),
            Self::Variable(name) => write!(f, "?{}", name.text),
            Self::Anything(_) => f.write_char('_'),
        }
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.relation.text)?;
        list(f, &self.terms)?;
        f.write_char(')')
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", if self.add { '+' } else { '-' }, self.atom)
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holds(atom) => atom.fmt(f),
            Self::Fails(atom) => write!(f, "not {atom}"),
            Self::Within(one, other) => write!(f, "{one} within {other}"),
            Self::Contains(one, other) => write!(f, "{one} contains {other}"),
            Self::Equal(one, other) => write!(f, "{one} = {other}"),
            Self::Different(one, other) => write!(f, "{one} != {other}"),
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, &self.goals)
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Some(query) => write!(f, "expect {query}"),
            Self::None(query) => write!(f, "expect no {query}"),
            Self::Only(patterns) => {
                f.write_str("expect only ")?;
                list(f, patterns)
            }
        }
    }
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Change(change) => change.fmt(f),
            Self::Ask(query) => write!(f, "? {query}"),
            Self::Expect(expectation) => expectation.fmt(f),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, items: &[impl fmt::Display]) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        item.fmt(f)?;
    }
    Ok(())
}
