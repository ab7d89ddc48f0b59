//! `resolvectl status` of systemd-resolved.
//!
//! Values wrap, and older versions write each in a line of its own: a line without a name goes on with the one before it.
//! Version 252 leaves out the colon behind `DNS Servers` of `Global`.

use std::net::{IpAddr, SocketAddr};

use super::Reading;
use super::words::{Line, Word, lines};
use crate::verify::resolver::Resolver;

/// What a value is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Servers,
    Domains,
    Protocols,
    Other,
}

/// True where a line is the heading of the system or of a link, and another names servers or settings.
pub(super) fn is_it(text: &str) -> bool {
    let is_heading = |line: Line<'_>| heading(&line).is_some();
    let is_setting = |line: Line<'_>| {
        let name: Vec<&str> = line.words.iter().take(2).map(|word| word.text).collect();
        matches!(
            name[..],
            ["Current", "Scopes:"] | ["resolv.conf", "mode:"] | ["LLMNR", "setting:"] | ["DNS", "Servers:"]
        )
    };
    lines(text).any(is_heading) && lines(text).any(is_setting)
}

/// The name of the link whose heading a line is; an empty one for what holds for the system.
fn heading<'text>(line: &Line<'text>) -> Option<&'text str> {
    let words: Vec<&str> = line.words.iter().map(|word| word.text).collect();
    match words[..] {
        ["Global"] if !line.is_indented => Some(""),
        ["Link", number, name] if !line.is_indented && number.parse::<u32>().is_ok() => {
            name.strip_prefix('(')?.strip_suffix(')')
        }
        _ => None,
    }
}

pub(super) fn read(reading: &mut Reading, text: &str) {
    let mut of = Of::Other;
    for line in lines(text) {
        if let Some(name) = heading(&line) {
            let mut resolver = Resolver::new(reading.span(line.range()));
            resolver.interface = (!name.is_empty()).then(|| name.into());
            resolver.takes_all = name.is_empty();
            reading.table.resolvers.push(resolver);
            reading.is_recognised = true;
            of = Of::Other;
            continue;
        }
        let values = named(&line).map_or(&line.words[..], |(next, values)| {
            of = next;
            values
        });
        for word in values {
            value(reading, of, word);
        }
    }
}

/// What a line says by its name, and the words behind that.
fn named<'line, 'text>(line: &'line Line<'text>) -> Option<(Of, &'line [Word<'text>])> {
    let words: Vec<&str> = line.words.iter().map(|word| word.text.trim_end_matches(':')).collect();
    let (of, count) = match words[..] {
        ["DNS", "Servers", ..] => (Of::Servers, 2),
        ["DNS", "Domain", ..] => (Of::Domains, 2),
        ["Protocols", ..] => (Of::Protocols, 1),
        ["DefaultRoute", "setting", ..] => (Of::Protocols, 2),
        _ => {
            let end = line.words.iter().position(|word| word.text.ends_with(':'))?;
            (Of::Other, end + 1)
        }
    };
    Some((of, &line.words[count..]))
}

fn value(reading: &mut Reading, of: Of, word: &Word<'_>) {
    let span = reading.span(word.range.clone());
    match of {
        Of::Servers => {
            let Some(address) = address(word.text) else {
                reading.no_server(word.text, word.range.clone());
                return;
            };
            if let Some(resolver) = reading.table.resolvers.last_mut() {
                resolver.server(address, span);
            }
        }
        Of::Domains => {
            if let Some(resolver) = reading.table.resolvers.last_mut() {
                resolver.suffix(word.text, span);
            }
        }
        Of::Protocols => {
            if let Some(resolver) = reading.table.resolvers.last_mut() {
                resolver.takes_all |= matches!(word.text, "+DefaultRoute" | "yes");
            }
        }
        Of::Other => {}
    }
}

/// The address of a server, which may have a zone, a port, and behind a `#` the name of its certificate.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.split('#').next()?;
    let socket = || Some(text.parse::<SocketAddr>().ok()?.ip());
    text.split('%').next()?.parse().ok().or_else(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_may_have_zone_port_and_name() {
        let forms = [
            "10.0.0.4",
            "10.0.0.4:5353",
            "10.0.0.4#dns.example",
            "10.0.0.4:853#dns.example",
            "10.0.0.4%tun0",
        ];
        for text in forms {
            assert_eq!(address(text), "10.0.0.4".parse().ok(), "{text}");
        }
        for text in ["fe80::1%2", "[fe80::1]:53", "fe80::1"] {
            assert_eq!(address(text), "fe80::1".parse().ok(), "{text}");
        }
        assert_eq!(address("dns.example"), None);
    }
}
