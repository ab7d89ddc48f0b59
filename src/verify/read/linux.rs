//! `ip route` and `ip -6 route`, as text or, with `-j`, as JSON.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use ipnet::IpNet;

use super::words::{Line, Word, lines};
use super::{Reading, gateway};
use crate::import::Object;
use crate::prefix::{Family, Prefix};
use crate::verify::Entry;

/// Words before the destination, of which only the first means that packets go out somewhere. The last three
/// mean that they go nowhere.
const TYPES: [&str; 10] = [
    "unicast",
    "local",
    "broadcast",
    "multicast",
    "anycast",
    "nat",
    "throw",
    "unreachable",
    "prohibit",
    "blackhole",
];

/// The word for a next hop that the kernel does not use: its interface is down.
const DEAD: &str = "dead";

const DEAD_HOP: &str = "a route whose next hop is dead, which the kernel does not use,";

/// True for a type of route that packets end at, or go out by.
fn takes_packets(kind: &str) -> bool {
    matches!(kind, "unicast" | "unreachable" | "prohibit" | "blackhole")
}

/// True where a line is a route.
pub(super) fn is_it(text: &str) -> bool {
    lines(text).any(|line| {
        let first = line.text(0).filter(|word| TYPES.contains(word)).map_or(0, |_| 1);
        let is_destination =
            |text: &str| text == "default" || text.parse::<IpNet>().is_ok() || text.parse::<IpAddr>().is_ok();
        let is_told = line.words.iter().any(|word| matches!(word.text, "dev" | "via" | "proto"));
        line.text(first).is_some_and(is_destination) && is_told
    })
}

pub(super) fn read(reading: &mut Reading, text: &str) {
    if gateway::is_json(text) {
        json(reading, text);
        return;
    }
    let is_six = |line: &Line<'_>| {
        line.words
            .iter()
            .any(|word| word.text.parse::<Ipv6Addr>().is_ok() || word.text.parse::<ipnet::Ipv6Net>().is_ok())
    };
    let all_six = lines(text).any(|line| is_six(&line))
        && !lines(text).any(|line| {
            line.words.iter().any(|word| {
                word.text.parse::<Ipv4Addr>().is_ok() || word.text.parse::<ipnet::Ipv4Net>().is_ok()
            })
        });
    let mut several: Option<(Prefix, Range<usize>)> = None;
    for line in lines(text) {
        if line.is_indented && line.text(0) == Some("nexthop") {
            if let Some((prefix, range)) = several.clone() {
                way(reading, prefix, range, &line);
            }
            continue;
        }
        several = route(reading, &line, all_six);
    }
}

/// Reads a route; where it lists several next hops on further lines, gives where it leads.
fn route(reading: &mut Reading, line: &Line<'_>, all_six: bool) -> Option<(Prefix, Range<usize>)> {
    let of_type = line.text(0).filter(|word| TYPES.contains(word));
    let destination = line.words.get(usize::from(of_type.is_some()))?;
    if of_type.is_some_and(|word| !takes_packets(word)) {
        reading.is_recognised = true;
        return None;
    }
    let prefix = if destination.text == "default" {
        let hop = after(line, "via").and_then(|word| word.text.parse::<IpAddr>().ok());
        let is_six = hop.map_or(all_six, |hop| hop.is_ipv6());
        everything(is_six)
    } else {
        reading.prefix(destination.text, destination.range.clone())?
    };
    reading.is_recognised = true;
    let goes_out = of_type.is_none_or(|word| word == "unicast");
    if goes_out && after(line, "dev").is_none() && after(line, "via").is_none() {
        if line.words.iter().any(|word| matches!(word.text, "dev" | "via")) {
            reading.fault(
                line.range(),
                "a route without an interface",
                "expected `dev` and the name of an interface",
            );
        }
        return Some((prefix, destination.range.clone()));
    }
    way(reading, prefix, destination.range.clone(), line);
    None
}

/// Reads where a route goes out.
fn way(reading: &mut Reading, prefix: Prefix, range: Range<usize>, line: &Line<'_>) {
    // An interface may be called so too.
    if line.words.windows(2).any(|pair| pair[1].text == DEAD && pair[0].text != "dev") {
        reading.unused(range, DEAD_HOP);
        return;
    }
    let address = |key| after(line, key).and_then(|word| word.text.parse::<IpAddr>().ok());
    let (source, next_hop) = (address("src"), address("via").or_else(|| address("inet6")));
    let text = |key| after(line, key).map(|word| word.text);
    let entry = reading.entry(prefix, range);
    (entry.interface, entry.source, entry.next_hop) = (text("dev").map(Into::into), source, next_hop);
    rank(entry, text("metric"), text("table"));
}

/// Notes what the kernel chooses a route by. Without a metric it is 0, which `ip` leaves out.
fn rank(entry: &mut Entry, metric: Option<&str>, table: Option<&str>) {
    entry.metric = metric.map_or(Some(0), |metric| metric.parse().ok());
    entry.routing_table = table.filter(|table| !matches!(*table, "main" | "254")).map(Into::into);
}

/// The word behind the word `key`.
fn after<'line, 'text>(line: &'line Line<'text>, key: &str) -> Option<&'line Word<'text>> {
    let at = line.words.iter().position(|word| word.text == key)?;
    line.words.get(at + 1)
}

fn everything(is_six: bool) -> Prefix {
    Prefix::default_route(if is_six { Family::Ipv6 } else { Family::Ipv4 })
}

fn json(reading: &mut Reading, text: &str) {
    for object in gateway::objects(reading, text) {
        reading.is_recognised = true;
        if object.text("type").is_some_and(|kind| !takes_packets(&kind)) {
            continue;
        }
        let span = object.span_of("dst");
        let range = span.range();
        let Some(destination) = object.text("dst") else {
            reading.fault(range, "a route without a destination", "expected `dst`");
            continue;
        };
        let hop = |object: &Object<'_>| object.text("gateway").and_then(|hop| hop.parse::<IpAddr>().ok());
        let prefix = if destination == "default" {
            Some(everything(hop(&object).is_some_and(|hop| hop.is_ipv6())))
        } else {
            reading.prefix(&destination, range.clone())
        };
        let Some(prefix) = prefix else { continue };
        let ways = object.objects("nexthops");
        let ways = if ways.is_empty() { vec![&object] } else { ways.iter().collect() };
        for way in ways {
            if way.list("flags").iter().any(|(flag, _)| flag == DEAD) {
                reading.unused(range.clone(), DEAD_HOP);
                continue;
            }
            let source = object.text("prefsrc").and_then(|source| source.parse().ok());
            let (interface, next_hop) = (way.text("dev").map(Into::into), hop(way));
            let entry = reading.entry(prefix, range.clone());
            (entry.interface, entry.source, entry.next_hop) = (interface, source, next_hop);
            rank(entry, object.text("metric").as_deref(), object.text("table").as_deref());
        }
    }
}
