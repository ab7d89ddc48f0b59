//! `netstat -rn` of macOS, which leaves out zeros at the end of a destination and the length that its class stands for.
//!
//! Of the flags four matter: `H` for a host, `I` for what only programs use that bind themselves to the
//! interface, and `W` and `b` for rows that are no routes but the kernel's copies of one and broadcast addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net};

use super::Reading;
use super::words::{Line, Word, lines};
use crate::prefix::{self, Prefix};

/// The link-local prefix without a host.
const NO_NEIGHBOUR: IpAddr = IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0));

/// True where a line is the header of a table.
pub(super) fn is_it(text: &str) -> bool {
    lines(text).any(|line| header(&line).is_some())
}

/// Where the interface stands in the rows below a header.
fn header(line: &Line<'_>) -> Option<usize> {
    let is_it = line.text(0)? == "Destination" && line.text(1)? == "Gateway" && line.text(2)? == "Flags";
    line.words.iter().position(|word| word.text == "Netif").filter(|_| is_it)
}

pub(super) fn read(reading: &mut Reading, text: &str) {
    let mut is_six = false;
    let mut interface_at = None;
    for line in lines(text) {
        if let Some(at) = header(&line) {
            reading.is_recognised = true;
            interface_at = Some(at);
        } else if line.words.len() == 1 || line.text(0) == Some("Routing") {
            is_six = line.text(0).is_some_and(|word| word.starts_with("Internet6"));
        } else if let Some(at) = interface_at {
            row(reading, &line, at, is_six);
        }
    }
}

fn row(reading: &mut Reading, line: &Line<'_>, interface_at: usize, is_six: bool) {
    let [destination, gateway, flags, ..] = &line.words[..] else {
        reading.fault(line.range(), "a row with too few cells", "expected destination, gateway and flags");
        return;
    };
    let Some(interface) = line.words.get(interface_at) else {
        reading.fault(line.range(), "a row without an interface", "expected the name of an interface");
        return;
    };
    if flags.text.contains(['W', 'b']) {
        return;
    }
    let is_host = flags.text.contains('H');
    let prefix = if is_six { six(reading, destination) } else { four(reading, destination, is_host) };
    let Some(prefix) = prefix else { return };
    // `fe80::%utun4` names the interface and no neighbour on it.
    let next_hop = without_zone(gateway.text).parse().ok().filter(|hop| *hop != NO_NEIGHBOUR);
    let (interface, is_scoped) = (interface.text.into(), flags.text.contains('I'));
    let entry = reading.entry(prefix, destination.range.clone());
    (entry.next_hop, entry.interface, entry.is_scoped) = (next_hop, Some(interface), is_scoped);
}

fn four(reading: &mut Reading, word: &Word<'_>, is_host: bool) -> Option<Prefix> {
    let prefix = if word.text == "default" { expanded("0/0", false) } else { expanded(word.text, is_host) };
    if prefix.is_none() {
        let expected = "expected a prefix such as `10.1/16`, an address or `default`";
        reading.no_address(word.text, word.range.clone(), "a destination", expected);
    }
    prefix
}

/// The prefix that an abbreviated destination stands for.
fn expanded(text: &str, is_host: bool) -> Option<Prefix> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(prefix::length(length)?)),
        None => (text, None),
    };
    let mut octets = [0; 4];
    let mut count = 0;
    for octet in address.split('.') {
        *octets.get_mut(count)? = prefix::length(octet)?;
        count += 1;
    }
    let address = Ipv4Addr::from(octets);
    let class = match octets[0] {
        0..128 => 8,
        128..192 => 16,
        _ => 24,
    };
    let written = u8::try_from(8 * count).ok()?;
    let length = length.unwrap_or(if is_host || count == 4 {
        32
    } else if Ipv4Net::new(address, class).is_ok_and(|net| net.network() == address) {
        class
    } else {
        written
    });
    let net = Ipv4Net::new(address, length).ok()?;
    (net.network() == address).then(|| Prefix::from(IpNet::V4(net)))
}

fn six(reading: &mut Reading, word: &Word<'_>) -> Option<Prefix> {
    if word.text == "default" {
        return reading.prefix("::/0", word.range.clone());
    }
    let (address, length) = word.text.split_once('/').unwrap_or((word.text, ""));
    let address = without_zone(address);
    let parsed = address.parse::<IpAddr>().ok();
    // The zone of a link-local prefix may stand where bits are that the length leaves out.
    let net = parsed.and_then(|address| match length {
        "" => Some(IpNet::from(address)),
        length => IpNet::new(address, prefix::length(length)?).ok(),
    });
    if net.is_none() {
        let expected = "expected a prefix such as `fd00:1::/48`, an address or `default`";
        reading.no_address(word.text, word.range.clone(), "a destination", expected);
    }
    net.map(Prefix::from)
}

/// The address without the interface that a link-local one is bound to.
fn without_zone(text: &str) -> &str {
    text.split('%').next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_told_by_the_class() {
        let cases = [
            ("10.1/16", false, Some("10.1.0.0/16")),
            ("10", false, Some("10.0.0.0/8")),
            ("127", false, Some("127.0.0.0/8")),
            ("169.254", false, Some("169.254.0.0/16")),
            // The third octet is a zero and left out, as the class tells that it belongs to the network.
            ("192.168", false, Some("192.168.0.0/24")),
            ("192.168.220", false, Some("192.168.220.0/24")),
            ("10.1.2", false, Some("10.1.2.0/24")),
            ("128.0/1", false, Some("128.0.0.0/1")),
            ("0/1", false, Some("0.0.0.0/1")),
            ("10.1.2.3", true, Some("10.1.2.3/32")),
            ("10.1.2.3/32", false, Some("10.1.2.3/32")),
            ("10.1.2.3/16", false, None),
            ("10.1/33", false, None),
            ("10..1", false, None),
            ("10.1.2.3.4", false, None),
            ("256", false, None),
            ("010.1/16", false, None),
            ("10.01/16", false, None),
            ("10.1/08", false, None),
        ];
        for (text, is_host, expected) in cases {
            assert_eq!(
                expanded(text, is_host).map(|prefix| prefix.to_string()).as_deref(),
                expected,
                "{text}"
            );
        }
    }
}
