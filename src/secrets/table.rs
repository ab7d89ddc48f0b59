//! Secrets in tables: columns whose heading is the name of a secret.

use std::net::IpAddr;
use std::ops::Range;

use super::name::is_secret;
use crate::prefix::Prefix;

/// Comments before a table are no more lines than this.
const MOST_LINES: usize = 100;

/// The first line of a table.
pub(crate) fn heading(text: &str) -> Option<&str> {
    let is_heading = |line: &&str| !line.trim().is_empty() && !line.starts_with(['#', '{', '[', '<']);
    text.split_inclusive('\n').take(MOST_LINES).find(is_heading)
}

/// Adds the cells of secret columns in the records that `text` is, if `heading` names such columns.
///
/// In a record with more or fewer cells than the heading nobody knows which cell is the secret one: all of it is hidden
/// that is no address.
pub(super) fn columns(heading: &str, text: &str, found: &mut Vec<Range<usize>>) {
    let count = |mark: &u8| memchr::memchr_iter(*mark, heading.as_bytes()).count();
    let Some(delimiter) = [b',', b';', b'\t', b'|'].into_iter().max_by_key(count) else { return };
    let (names, _) = cells(heading, 0, delimiter);
    let is_name = |cell: &Range<usize>| is_secret(heading[cell.clone()].trim().trim_matches('"'));
    let is_of_secrets: Vec<bool> = names.iter().map(is_name).collect();
    if names.len() < 2 || !is_of_secrets.contains(&true) {
        return;
    }
    // The heading is no record.
    let mut at = text.find(heading).map_or(0, |at| at + heading.len());
    while at < text.len() {
        let (record, next) = cells(text, at, delimiter);
        if record.len() == names.len() {
            let secret = record.into_iter().zip(&is_of_secrets).filter(|(_, is_secret)| **is_secret);
            found.extend(secret.map(|(cell, _)| cell));
            at = next;
            continue;
        }
        // A quote that nothing closes swallows lines: each of them is a record then.
        let end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
        for cell in text[at..end].split(char::from(delimiter)) {
            if !is_plain(cell.trim().trim_matches('"')) {
                found.push(at..at + cell.len());
            }
            at += cell.len() + 1;
        }
        at = end;
    }
}

/// True for what cannot be a secret: prefixes and addresses.
fn is_plain(cell: &str) -> bool {
    cell.is_empty() || cell.parse::<Prefix>().is_ok() || cell.parse::<IpAddr>().is_ok()
}

/// The cells of the record at `start`, and where the next record begins.
fn cells(text: &str, start: usize, delimiter: u8) -> (Vec<Range<usize>>, usize) {
    let bytes = text.as_bytes();
    let (mut cells, mut from, mut at) = (Vec::new(), start, start);
    let mut is_quoted = false;
    while at < bytes.len() {
        match bytes[at] {
            b'"' if is_quoted || at == from => is_quoted = !is_quoted,
            // A doubled quote closes and opens again.
            b'"' if bytes[at - 1] == b'"' => is_quoted = true,
            b'\n' if !is_quoted => break,
            byte if byte == delimiter && !is_quoted => {
                cells.push(from..at);
                from = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    cells.push(from..at);
    (cells, (at + 1).min(text.len()))
}
