//! Quotes that do not enclose a cell, which the CSV reader would take without a word.
//!
//! A quote that is closed late swallows records and joins their cells to one, often with as many
//! cells as expected. So a record with quotes is looked at once more.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Sources, Span};

/// What is wrong with a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    NeverClosed,
    TextAfter,
    BlankBefore,
}

/// The first cell with a quote that does not enclose it: where the quote stands, and the fault.
pub(super) fn fault(record: &[u8], delimiter: u8) -> Option<(usize, Fault)> {
    if !record.contains(&b'"') {
        return None;
    }
    let mut at = 0;
    loop {
        let blanks = record[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if record.get(at + blanks) == Some(&b'"') {
            let quote = at + blanks;
            if blanks > 0 {
                return Some((quote, Fault::BlankBefore));
            }
            let Some(end) = end_of_quoted(record, quote + 1) else {
                return Some((quote, Fault::NeverClosed));
            };
            let rest = record[end..].split(|byte| *byte == delimiter).next().unwrap_or_default();
            if !rest.trim_ascii().is_empty() {
                return Some((quote, Fault::TextAfter));
            }
            at = end;
        }
        at += record[at..].iter().position(|byte| *byte == delimiter)? + 1;
    }
}

/// The place after the quote that closes the cell whose text begins at `at`.
fn end_of_quoted(record: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += record[at..].iter().position(|byte| *byte == b'"')? + 1;
        if record.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

/// The finding that the quote at `quote` in the record at `origin` has that fault.
pub(super) fn finding(sources: &Sources, origin: Span, quote: usize, fault: Fault) -> Diagnostic {
    let rest = &sources.get(origin.file).text()[origin.range()][quote..];
    let line = rest.lines().next().unwrap_or_default();
    let place = origin.within(quote..quote + line.len());
    let (message, label, help) = match fault {
        Fault::NeverClosed => (
            "a quote is never closed",
            "opened here",
            "close the quote, or take it away; a quote inside a quoted cell is written twice",
        ),
        Fault::TextAfter => (
            "text follows a quote that is closed",
            "the quote that opens the cell",
            "quote the cell as a whole; a quote inside a quoted cell is written twice",
        ),
        Fault::BlankBefore => (
            "a blank stands before a quote",
            "expected the quote at the beginning of the cell",
            "take the blank away; a quote encloses a cell only where the cell begins with it",
        ),
    };
    Diagnostic::new(Code::UnreadableCsv, message).at(place, label).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_that_enclose_a_cell_are_no_fault() {
        for record in ["", "a,b", "\"\"", "\"a,\"\"b\n\",c", "\"a\" ,\"b\"\t", "5\" pipe,b", ",\"\","] {
            assert_eq!(fault(record.as_bytes(), b','), None, "{record}");
        }
    }

    #[test]
    fn other_quotes_are_found_with_their_place() {
        let cases = [
            ("a,\"b", (2, Fault::NeverClosed)),
            ("a,\"", (2, Fault::NeverClosed)),
            ("\"a\"\"", (0, Fault::NeverClosed)),
            ("\"a,b\n\"c\",d", (0, Fault::TextAfter)),
            ("a,\"b\"c\",d", (2, Fault::TextAfter)),
            ("a, \"b\"", (3, Fault::BlankBefore)),
        ];
        for (record, expected) in cases {
            assert_eq!(fault(record.as_bytes(), b','), Some(expected), "{record}");
        }
    }
}
