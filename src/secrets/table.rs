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

/// Adds the cells of secret columns in the records that `text` is, if `heading` names such columns, and the cells that no column
/// is named for.
///
/// In a record with more or fewer cells than the heading nobody knows which cell is the secret one: all of it is hidden
/// that is no address. Where another cell was left out, the count is right and the rest of a secret with a delimiter in it
/// stands in the next cell.
pub(super) fn columns(heading: &str, text: &str, found: &mut Vec<Range<usize>>) {
    let count = |mark: &u8| memchr::memchr_iter(*mark, heading.as_bytes()).count();
    let Some(delimiter) = [b',', b';', b'\t', b'|'].into_iter().max_by_key(count) else { return };
    let (names, _) = cells(heading, 0, delimiter);
    let names: Vec<&str> = names.into_iter().map(|cell| heading[cell].trim().trim_matches('"')).collect();
    let is_of_secrets: Vec<bool> = names.iter().map(|name| is_secret(name)).collect();
    let has_secrets = is_of_secrets.contains(&true);
    if names.len() < 2 || !(has_secrets || names.iter().all(|name| is_name(name))) {
        return;
    }
    // The heading is no record.
    let mut at = text.find(heading).map_or(0, |at| at + heading.len());
    while at < text.len() {
        let (record, next) = cells(text, at, delimiter);
        if record.len() == names.len() || (record.len() < names.len() && !has_secrets) {
            let goes_on = |index: usize, cell: &Range<usize>| {
                let before = index.checked_sub(1).filter(|before| is_of_secrets[*before]);
                before.is_some_and(|before| {
                    let secret = text[record[before].clone()].trim();
                    let is_cut = !secret.is_empty() && !secret.starts_with('"');
                    is_cut && may_be_rest(text[cell.clone()].trim().trim_matches('"'), names[index])
                })
            };
            let hidden = record.iter().enumerate();
            let hidden = hidden.filter(|(index, cell)| is_of_secrets[*index] || goes_on(*index, cell));
            found.extend(hidden.map(|(_, cell)| cell.clone()));
            at = next;
            continue;
        }
        // A quote that nothing closes swallows lines: each of them is a record then.
        let end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
        let known = if has_secrets { 0 } else { names.len() };
        for (index, cell) in text[at..end].split(char::from(delimiter)).enumerate() {
            if index >= known && !is_plain(cell.trim().trim_matches('"')) {
                found.push(at..at + cell.len());
            }
            at += cell.len() + 1;
        }
        at = end;
    }
}

/// True for what may be the name of a column, and is no part of a line that has commas for other reasons.
fn is_name(heading: &str) -> bool {
    heading.starts_with(|letter: char| letter.is_alphabetic())
        && heading.chars().all(|letter| letter.is_alphanumeric() || " _-./()".contains(letter))
        && !heading.split_whitespace().any(|word| word.parse::<IpAddr>().is_ok())
}

/// True for a cell under `heading` that may be the rest of the secret before it: whatever is no prefix, number, name or word of
/// the field.
fn may_be_rest(cell: &str, heading: &str) -> bool {
    const WORDS: [&str; 14] = [
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "connected",
        "notconnected",
        "connecting",
        "disconnected",
        "initiated",
        "unknown",
        "ipsec",
        "vnet2vnet",
    ];
    const OF_NAMES: [&str; 6] = ["name", "vnet", "network", "gateway", "site", "client"];
    let heading = heading.to_ascii_lowercase();
    let is_of_names =
        ["from", "to", "id"].contains(&&*heading) || OF_NAMES.iter().any(|part| heading.contains(part));
    let is_of_name = |letter: char| letter.is_alphanumeric() || "_-./".contains(letter);
    !(cell.chars().all(|letter| letter.is_ascii_digit())
        || cell.split([';', '|', ' ']).all(is_plain)
        || WORDS.contains(&&*cell.to_ascii_lowercase())
        || is_of_names && cell.chars().all(is_of_name))
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
