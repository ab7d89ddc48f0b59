//! `route -n` and `netstat -rn` of Linux, whose headings may be in the language of the system.
//!
//! An IPv4 row is destination, gateway, mask, flags, three numbers and the interface; an IPv6 row is prefix,
//! next hop, flags, three numbers and the interface. `netstat` has other numbers in the place of the metric.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use super::Reading;
use super::words::{Line, Word, lines};
use crate::prefix::Prefix;

/// True where a line is a row.
pub(super) fn is_it(text: &str) -> bool {
    lines(text).any(|line| is_four(&line) || is_six(&line))
}

fn is_flags(text: Option<&str>) -> bool {
    text.is_some_and(|flags| {
        flags.starts_with(['U', '!']) && flags.chars().all(|flag| flag.is_ascii_alphabetic() || flag == '!')
    })
}

fn is_four(line: &Line<'_>) -> bool {
    let mask = line.text(2).and_then(|mask| mask.parse::<Ipv4Addr>().ok());
    line.words.len() >= 8 && mask.is_some() && is_flags(line.text(3))
}

fn is_six(line: &Line<'_>) -> bool {
    let prefix = line.text(0).map(without_brackets);
    line.words.len() == 7
        && prefix.is_some_and(|prefix| prefix.parse::<IpNet>().is_ok())
        && is_flags(line.text(2))
}

/// Newer versions write `[::]/0`.
fn without_brackets(text: &str) -> String {
    text.replace(['[', ']'], "")
}

pub(super) fn read(reading: &mut Reading, text: &str) {
    let mut has_metric = true;
    for line in lines(text) {
        if is_four(&line) {
            four(reading, &line, has_metric);
        } else if is_six(&line) {
            six(reading, &line);
        } else {
            has_metric &= !line.words.iter().any(|word| word.text == "irtt");
        }
    }
}

fn four(reading: &mut Reading, line: &Line<'_>, has_metric: bool) {
    let [destination, gateway, mask, _flags, metric, .., interface] = &line.words[..] else { return };
    let Some(prefix) = prefix(reading, destination, mask) else { return };
    let next_hop: Option<Ipv4Addr> = gateway.text.parse().ok();
    let entry = reading.entry(prefix, destination.range.clone());
    entry.next_hop = next_hop.filter(|hop| !hop.is_unspecified()).map(IpAddr::V4);
    entry.interface = Some(interface.text).filter(|name| *name != "-").map(Into::into);
    entry.metric = metric.text.parse().ok().filter(|_| has_metric);
}

fn prefix(reading: &mut Reading, destination: &Word<'_>, mask: &Word<'_>) -> Option<Prefix> {
    let address = match destination.text {
        "default" => Ok(Ipv4Addr::UNSPECIFIED),
        text => text.parse::<Ipv4Addr>(),
    };
    let Ok(address) = address else {
        let expected = "expected an address, which `route` writes with `-n`";
        reading.no_address(destination.text, destination.range.clone(), "an IPv4 address", expected);
        return None;
    };
    let length = mask.text.parse().ok().and_then(|mask| ipnet::ip_mask_to_prefix(mask).ok());
    let Some(net) = length.and_then(|length| Ipv4Net::new(address, length).ok()) else {
        let expected = "expected a mask such as `255.255.0.0`";
        reading.no_address(mask.text, mask.range.clone(), "the mask of a prefix", expected);
        return None;
    };
    if net.network() != address {
        let message = format!("`{}` has bits set that the mask leaves out", destination.text);
        reading.fault(destination.range.clone(), message, format!("expected `{}`", net.network()));
        return None;
    }
    Some(Prefix::from(IpNet::V4(net)))
}

fn six(reading: &mut Reading, line: &Line<'_>) {
    let [destination, hop, flags, metric, .., interface] = &line.words[..] else { return };
    let range = destination.range.clone();
    let Some(prefix) = reading.prefix(&without_brackets(destination.text), range.clone()) else { return };
    let next_hop: Option<IpAddr> = without_brackets(hop.text).parse().ok();
    let is_refused = flags.text.starts_with('!');
    let entry = reading.entry(prefix, range);
    entry.next_hop = next_hop.filter(|hop| !hop.is_unspecified());
    entry.interface = Some(interface.text).filter(|_| !is_refused).map(Into::into);
    entry.metric = metric.text.parse().ok();
}
