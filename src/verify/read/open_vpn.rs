//! Profiles of OpenVPN and what its log says that the gateway gave: the same directives, one a line or between commas.

use std::net::IpAddr;
use std::ops::Range;

use ipnet::{IpNet, Ipv4Net};

use super::Reading;
use super::words::{Line, Word, lines, placed_lines};
use crate::prefix::Prefix;
use crate::verify::Entry;
use crate::verify::resolver::Resolver;

/// What stands before the directives that a gateway gave.
const REPLY: &str = "PUSH_REPLY";

/// True where a log tells what the gateway gave.
pub(super) fn is_reply(text: &str) -> bool {
    text.contains(REPLY)
}

/// True for a profile, or for the routes and DNS servers out of one.
pub(super) fn is_profile(text: &str) -> bool {
    let has = |wanted: &str| lines(text).any(|line| line.text(0) == Some(wanted) && line.words.len() > 1);
    let is_route = |line: &Line<'_>| match line.text(0) {
        Some("route") => line.text(1).is_some_and(|word| word.parse::<IpAddr>().is_ok()),
        Some("route-ipv6") => line.text(1).is_some_and(|word| word.parse::<IpNet>().is_ok()),
        _ => false,
    };
    has("remote") && (has("dev") || has("proto"))
        || has("dhcp-option")
        || lines(text).any(|line| is_route(&line))
}

/// Reads a profile. What stands between `<ca>` and `</ca>` and the like are keys.
pub(super) fn profile(reading: &mut Reading, text: &str) {
    let mut open: Option<String> = None;
    for line in lines(text) {
        let first = line.text(0).unwrap_or_default();
        if let Some(end) = &open {
            if first == end {
                open = None;
            }
        } else if let Some(name) = first.strip_prefix('<') {
            open = Some(format!("</{name}"));
        } else if !first.starts_with(['#', ';']) {
            reading.is_recognised |= matches!(first, "client" | "remote" | "dev" | "proto" | "dhcp-option");
            directive(reading, &line.words);
        }
    }
    reading.table.resolvers.iter_mut().for_each(Resolver::all_without_suffix);
}

/// Reads the last answer of the gateway in a log: a client that connects again is given its routes anew.
pub(super) fn reply(reading: &mut Reading, text: &str) {
    let mut is_continued = false;
    for (start, line) in placed_lines(text) {
        let Some((before, after)) = line.split_once(REPLY) else { continue };
        if !is_continued {
            reading.table.entries.clear();
            reading.table.resolvers.clear();
        }
        reading.is_recognised = true;
        let given = after.split(['\'', '"']).next().unwrap_or(after);
        let mut from = start + before.len() + REPLY.len();
        is_continued = false;
        for part in given.split_inclusive(',') {
            let words = words(part, from);
            from += part.len();
            // Long answers come in parts, of which all but the last say that more follows.
            is_continued |= words.iter().map(|word| word.text).eq(["push-continuation", "2"]);
            directive(reading, &words);
        }
    }
    reading.table.resolvers.iter_mut().for_each(Resolver::all_without_suffix);
}

/// The words of a directive that stands at `start`.
fn words(text: &str, start: usize) -> Vec<Word<'_>> {
    let text = text.trim_end_matches(',');
    let mut words = lines(text).next().map(|line| line.words).unwrap_or_default();
    for word in &mut words {
        word.range = word.range.start + start..word.range.end + start;
    }
    words
}

fn directive(reading: &mut Reading, words: &[Word<'_>]) {
    let [name, rest @ ..] = words else { return };
    let whole = name.range.start..rest.last().unwrap_or(name).range.end;
    match (name.text, rest) {
        ("route", [network, more @ ..]) => route(reading, network, more),
        ("route-ipv6", [network, more @ ..]) => {
            if let Some(prefix) = reading.prefix(network.text, network.range.clone()) {
                add(reading, prefix, network.range.clone(), is_kept_out(more.first()));
            }
        }
        ("route" | "route-ipv6", []) => {
            reading.fault(whole, "a route without a destination", "expected an address and a mask");
        }
        ("route-nopull", _) => reading.table.is_alone = true,
        ("pull-filter", [action, start @ ..]) if action.text != "accept" => {
            let start: Vec<&str> = start.iter().map(|word| word.text).collect();
            pull_filter(reading, &start.join(" "), whole);
        }
        ("redirect-gateway", options) => redirect(reading, whole, options),
        ("dhcp-option", [option, values @ ..]) => match option.text {
            "DNS" | "DNS6" => servers(reading, values),
            "DOMAIN" | "DOMAIN-SEARCH" | "ADAPTER_DOMAIN_SUFFIX" | "DOMAIN-ROUTE" => {
                suffixes(reading, values);
            }
            _ => {}
        },
        ("dns", [server, _, option, values @ ..]) if server.text == "server" => match option.text {
            "address" => servers(reading, values),
            "resolve-domains" => suffixes(reading, values),
            _ => {}
        },
        _ => {}
    }
}

/// What was told of names so far, at `word` for the first time.
fn names<'reading>(reading: &'reading mut Reading, word: &Word<'_>) -> &'reading mut Resolver {
    if reading.table.resolvers.is_empty() {
        let span = reading.span(word.range.clone());
        reading.table.resolvers.push(Resolver::new(span));
    }
    &mut reading.table.resolvers[0]
}

fn servers(reading: &mut Reading, words: &[Word<'_>]) {
    for word in words {
        let span = reading.span(word.range.clone());
        let address = word.text.parse::<IpAddr>();
        let socket = || Some(word.text.parse::<std::net::SocketAddr>().ok()?.ip());
        match address.ok().or_else(socket) {
            Some(address) => names(reading, word).server(address, span),
            None => reading.no_server(word.text, word.range.clone()),
        }
    }
}

fn suffixes(reading: &mut Reading, words: &[Word<'_>]) {
    for word in words {
        let span = reading.span(word.range.clone());
        names(reading, word).suffix(word.text, span);
    }
}

/// What begins with `start` is not taken from the gateway.
fn pull_filter(reading: &mut Reading, start: &str, whole: Range<usize>) {
    match start.trim_matches(['"', '\'']).trim() {
        "route" => reading.table.is_alone = true,
        start if start.starts_with("route ") => {
            let message = "the filter keeps a single route of the gateway away, and is left out";
            reading.note(whole, message, "expected to filter `route` as a whole");
        }
        _ => {}
    }
}

/// All traffic goes into the tunnel: with `def1` by two halves, which leave the machine's own default route in place.
fn redirect(reading: &mut Reading, whole: Range<usize>, options: &[Word<'_>]) {
    let has = |wanted: &str| options.iter().any(|option| option.text == wanted);
    let four: &[&str] = match (has("!ipv4"), has("def1")) {
        (true, _) => &[],
        (false, true) => &["0.0.0.0/1", "128.0.0.0/1"],
        (false, false) => &["0.0.0.0/0"],
    };
    let six: &[&str] = if has("ipv6") { &["2000::/3"] } else { &[] };
    for prefix in four.iter().chain(six).filter_map(|prefix| prefix.parse().ok()) {
        reading.entry(prefix, whole.clone());
    }
}

fn route(reading: &mut Reading, network: &Word<'_>, more: &[Word<'_>]) {
    if let Ok(IpNet::V4(net)) = network.text.parse::<IpNet>() {
        let message = format!("`{}` has a length and no mask", network.text);
        let expected = format!("expected `{} {}`", net.addr(), net.netmask());
        reading.fault(network.range.clone(), message, expected);
        return;
    }
    let Ok(address) = network.text.parse::<std::net::Ipv4Addr>() else {
        if crate::prefix::without_leading_zeros(network.text).is_some() {
            let expected = "expected an address and a mask";
            reading.no_address(network.text, network.range.clone(), "an address", expected);
            return;
        }
        let message = format!("the route to `{}` is left out", super::shortened(network.text));
        reading.note(
            network.range.clone(),
            message,
            "expected an address: a name is looked up only when the client connects",
        );
        return;
    };
    let mask = more.first().filter(|mask| mask.text != "default");
    let length = mask.map_or(Some(32), |mask| ipnet::ip_mask_to_prefix(mask.text.parse().ok()?).ok());
    let Some(net) = length.and_then(|length| Ipv4Net::new(address, length).ok()) else {
        let mask = mask.unwrap_or(network);
        let expected = "expected a mask such as `255.255.0.0`";
        reading.no_address(mask.text, mask.range.clone(), "the mask of a prefix", expected);
        return;
    };
    if net.network() != address {
        let message = format!("`{address}` has bits set that the mask leaves out");
        reading.fault(network.range.clone(), message, format!("expected `{}`", net.network()));
        return;
    }
    add(reading, Prefix::from(IpNet::V4(net)), network.range.clone(), is_kept_out(more.get(1)));
}

/// True where packets go by the machine's own way to the internet.
fn is_kept_out(gateway: Option<&Word<'_>>) -> bool {
    gateway.is_some_and(|gateway| matches!(gateway.text, "net_gateway" | "net_gateway_ipv6"))
}

fn add(reading: &mut Reading, prefix: Prefix, range: Range<usize>, is_excluded: bool) {
    if is_excluded {
        let span = reading.span(range);
        reading.table.excluded.push(Entry::new(prefix, span));
        reading.is_recognised = true;
    } else {
        reading.entry(prefix, range);
    }
}
