//! `netsh interface ip show route`, whose headings and words are in the language of the system: only the shape of
//! rows counts.
//!
//! A row is whether it is published, its type, the metric of the route, prefix, number of the interface, and
//! the next hop or, for what is on the link, the name of the interface.

use std::net::IpAddr;

use ipnet::IpNet;

use super::Reading;
use super::words::{Line, lines};

/// True where a line is a row.
pub(super) fn is_it(text: &str) -> bool {
    lines(text).any(|line| prefix_at(&line).is_some())
}

/// Where the prefix stands: between the metric and the number of the interface.
fn prefix_at(line: &Line<'_>) -> Option<usize> {
    let is_number = |index: usize| line.text(index).is_some_and(|word| word.parse::<u32>().is_ok());
    let is_prefix = |index: usize| line.text(index).is_some_and(|word| word.parse::<IpNet>().is_ok());
    let is_words = |end: usize| (0..end).all(|index| !is_number(index));
    (3..line.words.len())
        .find(|at| is_prefix(*at) && is_number(at - 1) && is_number(at + 1) && is_words(at - 1))
}

pub(super) fn read(reading: &mut Reading, text: &str) {
    for line in lines(text) {
        let Some(at) = prefix_at(&line) else { continue };
        let [destination, number, rest @ ..] = &line.words[at..] else { continue };
        let Some(prefix) = reading.prefix(destination.text, destination.range.clone()) else { continue };
        let next_hop: Option<IpAddr> = rest.first().and_then(|hop| hop.text.parse().ok());
        if let (None, [first, .., last] | [first @ last]) = (next_hop, rest) {
            let pair = (number.text.into(), text[first.range.start..last.range.end].into());
            if !reading.table.aliases.contains(&pair) {
                reading.table.aliases.push(pair);
            }
        }
        // The metric is that of the route alone, and Windows adds that of the interface.
        let entry = reading.entry(prefix, destination.range.clone());
        (entry.interface, entry.next_hop) = (Some(number.text.into()), next_hop);
    }
}
