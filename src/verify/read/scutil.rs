//! `scutil --dns` of macOS: one resolver below the other, in the order in which they are asked.
//!
//! The second part, for scoped queries, serves programs that bind themselves to an interface, and no others.

use super::Reading;
use super::words::placed_lines;
use crate::verify::resolver::Resolver;

/// What stands above the resolvers of programs that bind themselves to an interface.
const SCOPED: &str = "DNS configuration (for scoped queries)";

/// True where a line is the heading of a resolver, and another has one of its values.
pub(super) fn is_it(text: &str) -> bool {
    let is_value = |line: &str| {
        let name = line.split_once(':').map(|(name, _)| name.trim());
        name.is_some_and(|name| name.starts_with("nameserver[") || matches!(name, "flags" | "reach"))
    };
    text.lines().any(is_heading) && text.lines().any(is_value)
}

fn is_heading(line: &str) -> bool {
    line.trim().strip_prefix("resolver #").is_some_and(|number| number.parse::<u32>().is_ok())
}

pub(super) fn read(reading: &mut Reading, text: &str) {
    let mut is_scoped = false;
    for (start, line) in placed_lines(text) {
        let trimmed = line.trim();
        let begin = start + line.len() - line.trim_start().len();
        if trimmed == SCOPED {
            is_scoped = true;
        } else if is_heading(line) {
            reading.is_recognised = true;
            let mut resolver = Resolver::new(reading.span(begin..begin + trimmed.len()));
            resolver.is_scoped = is_scoped;
            // One with a domain is asked for its names alone.
            resolver.takes_all = true;
            reading.table.resolvers.push(resolver);
        } else if let Some((name, value)) = line.split_once(':') {
            let from = start + line.len() - value.trim_start().len();
            cell(reading, name.trim(), value.trim(), from);
        }
    }
    only_the_first_takes_all(&mut reading.table.resolvers);
}

fn cell(reading: &mut Reading, name: &str, value: &str, from: usize) {
    let range = from..from + value.len();
    let span = reading.span(range.clone());
    if name.starts_with("nameserver[") {
        match value.split('%').next().unwrap_or(value).parse() {
            Ok(address) => {
                if let Some(resolver) = reading.table.resolvers.last_mut() {
                    resolver.server(address, span);
                }
            }
            Err(_) => reading.no_server(value, range),
        }
        return;
    }
    let Some(resolver) = reading.table.resolvers.last_mut() else { return };
    if name == "domain" {
        resolver.takes_all = false;
        resolver.suffix(value, span);
    } else if name == "if_index" {
        let interface = value.split_once('(').and_then(|(_, name)| name.strip_suffix(')'));
        resolver.interface = interface.map(Into::into);
    }
}

/// Of several resolvers without a domain the first is asked, and those after it where that fails.
fn only_the_first_takes_all(resolvers: &mut [Resolver]) {
    let mut is_first = true;
    for resolver in resolvers.iter_mut().filter(|resolver| resolver.takes_all && !resolver.is_scoped) {
        resolver.takes_all = is_first;
        is_first = false;
    }
}
