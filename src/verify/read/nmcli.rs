//! What `nmcli device show` and `nmcli connection show NAME` say, with or without `-t`.
//!
//! A line is a key, a colon and a value. A device begins at its name or behind a blank line, and its routes are
//! `dst = 10.0.0.0/16, nh = 172.16.201.1, mt = 50`.

use std::net::IpAddr;
use std::ops::Range;

use super::Reading;
use super::words::placed_lines;

/// The name of a device that is not told.
const UNNAMED: &str = "the device";

/// True where a line is a route.
pub(super) fn is_it(text: &str) -> bool {
    text.lines().any(|line| line.split_once(':').is_some_and(|(key, _)| is_route(key)))
}

fn is_route(key: &str) -> bool {
    let key = key.trim();
    key.starts_with("IP4.ROUTE[") || key.starts_with("IP6.ROUTE[")
}

/// What was said of the device so far.
#[derive(Default)]
struct Device {
    name: Option<String>,
    addresses: Vec<IpAddr>,
}

pub(super) fn read(reading: &mut Reading, text: &str) {
    let mut device = Device::default();
    for (start, line) in placed_lines(text) {
        if line.trim().is_empty() {
            device = Device::default();
        }
        let Some((key, value)) = line.split_once(':') else { continue };
        let from = start + line.len() - value.trim_start().len();
        // Without blanks, colons of a value have a backslash before them.
        let plain = value.trim().replace("\\:", ":");
        let range = from..from + value.trim().len();
        let key = key.trim();
        if matches!(key, "GENERAL.DEVICE" | "GENERAL.DEVICES") {
            device = Device { name: Some(plain), ..Device::default() };
        } else if key.starts_with("IP4.ADDRESS[") || key.starts_with("IP6.ADDRESS[") {
            let address = plain.split('/').next().unwrap_or_default();
            device.addresses.extend(address.parse::<IpAddr>());
        } else if is_route(key) {
            route(reading, &plain, range, &device);
        }
    }
}

fn route(reading: &mut Reading, value: &str, range: Range<usize>, device: &Device) {
    let part = |key: &str| {
        let parts = value.split(',').filter_map(|part| part.split_once('='));
        parts.into_iter().find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim())
    };
    let Some(destination) = part("dst") else {
        reading.fault(range, "a route without a destination", "expected `dst = ` and a prefix");
        return;
    };
    let Some(prefix) = reading.prefix(destination, range.clone()) else { return };
    let next_hop: Option<IpAddr> = part("nh").and_then(|hop| hop.parse().ok());
    let net = prefix.net();
    let is_of_its_family = |address: &&IpAddr| address.is_ipv4() == net.addr().is_ipv4();
    let source = device.addresses.iter().find(is_of_its_family).copied();
    let entry = reading.entry(prefix, range);
    entry.next_hop = next_hop.filter(|hop| !hop.is_unspecified());
    entry.interface = Some(device.name.as_deref().unwrap_or(UNNAMED).into());
    entry.source = source;
    entry.metric = part("mt").and_then(|metric| metric.parse().ok());
    entry.routing_table = part("table").filter(|table| *table != "254").map(Into::into);
}
