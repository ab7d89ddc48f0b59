//! `route print`, whose headings are in the language of the system: only the shape of rows counts.
//!
//! An IPv4 row is destination, mask, gateway, address of the interface and metric, and the gateway of what is on the
//! link is a word or two. A row of persistent routes has no interface and stands in the table once more
//! while it is in use. An IPv6 row is number of the interface, metric, destination and gateway.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use super::Reading;
use super::words::{Line, Word, lines};
use crate::prefix::Prefix;

/// True where a line is a row of a table.
pub(super) fn is_it(text: &str) -> bool {
    lines(text).any(|line| {
        let address = |index: usize| line.text(index).and_then(|word| word.parse::<Ipv4Addr>().ok());
        let is_mask = |mask: Ipv4Addr| ipnet::ip_mask_to_prefix(IpAddr::V4(mask)).is_ok();
        let is_six = |text: &str| text.parse::<IpNet>().is_ok_and(|net| matches!(net, IpNet::V6(_)));
        let is_number = |index| line.text(index).is_some_and(is_digits);
        let count = line.words.len();
        count >= 5 && address(0).is_some() && address(1).is_some_and(is_mask) && address(count - 2).is_some()
            || count >= 3 && is_number(0) && is_number(1) && line.text(2).is_some_and(is_six)
    })
}

pub(super) fn read(reading: &mut Reading, text: &str) {
    for line in lines(text) {
        if let Some((number, name)) = interface(&line, text) {
            reading.table.aliases.push((number.into(), name.into()));
        } else if is_four(&line) {
            four(reading, &line);
        } else if is_six(&line) {
            six(reading, &line);
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// True for what can only be an address with dots, be it a wrong one.
fn is_dotted(text: &str) -> bool {
    text.contains('.') && text.starts_with(|letter: char| letter.is_ascii_digit()) && !text.contains("..")
}

/// A line of the list of interfaces: the number and the name, with dots between.
fn interface<'text>(line: &Line<'_>, text: &'text str) -> Option<(&'text str, &'text str)> {
    let whole = &text[line.range()];
    let (number, rest) = whole.split_once("...")?;
    let name = rest.rsplit("..").next()?.trim_start_matches('.').trim();
    (is_digits(number) && !name.is_empty()).then_some((number, name))
}

fn is_four(line: &Line<'_>) -> bool {
    let is_dotted = |index| line.text(index).is_some_and(is_dotted);
    line.words.len() >= 4 && is_dotted(0) && is_dotted(1)
}

fn four(reading: &mut Reading, line: &Line<'_>) {
    let [destination, mask, between @ .., interface, metric] = &line.words[..] else { return };
    let destination_address = address(reading, destination);
    let length = length(reading, mask);
    // A row of persistent routes has a next hop or a word there.
    let Some(between) = between.first().filter(|_| is_dotted(interface.text)) else { return };
    let source = address(reading, interface);
    let (Some(address), Some(length), Some(source)) = (destination_address, length, source) else { return };
    let Ok(net) = Ipv4Net::new(address, length) else { return };
    let prefix = Prefix::from(IpNet::V4(net));
    if net.network() != address {
        let message = format!("`{}` has bits set that the mask leaves out", destination.text);
        reading.fault(destination.range.clone(), message, format!("expected `{}`", net.network()));
        return;
    }
    let entry = reading.entry(prefix, destination.range.start..mask.range.end);
    entry.interface = Some(interface.text.into());
    entry.source = Some(IpAddr::V4(source));
    entry.next_hop = between.text.parse().ok();
    entry.metric = metric.text.parse().ok();
}

fn is_six(line: &Line<'_>) -> bool {
    let is_number = |index| line.text(index).is_some_and(is_digits);
    let is_prefix = |text: &str| text.contains(':') && text.contains('/');
    line.words.len() >= 3 && is_number(0) && is_number(1) && line.text(2).is_some_and(is_prefix)
}

fn six(reading: &mut Reading, line: &Line<'_>) {
    let [interface, metric, destination, rest @ ..] = &line.words[..] else { return };
    let Some(prefix) = reading.prefix(destination.text, destination.range.clone()) else { return };
    let entry = reading.entry(prefix, destination.range.clone());
    entry.interface = Some(interface.text.into());
    entry.next_hop = rest.first().and_then(|hop| hop.text.parse().ok());
    entry.metric = metric.text.parse().ok();
}

fn address(reading: &mut Reading, word: &Word<'_>) -> Option<Ipv4Addr> {
    let address = word.text.parse().ok();
    if address.is_none() {
        let expected = "expected an address such as `10.1.0.0`";
        reading.no_address(word.text, word.range.clone(), "an IPv4 address", expected);
    }
    address
}

fn length(reading: &mut Reading, word: &Word<'_>) -> Option<u8> {
    let mask = address(reading, word)?;
    let length = ipnet::ip_mask_to_prefix(IpAddr::V4(mask)).ok();
    if length.is_none() {
        let message = format!("`{}` is not the mask of a prefix", word.text);
        reading.fault(word.range.clone(), message, "expected a mask such as `255.255.0.0`");
    }
    length
}
