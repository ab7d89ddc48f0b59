//! Stretches of addresses that no named prefix divides, each with one address that stands for all.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;

/// The largest prefixes inside `whole` that hold no named prefix but themselves.
pub(crate) fn cells(whole: IpNet, named: &BTreeSet<IpNet>) -> Vec<IpNet> {
    let divided = named.iter().any(|prefix| *prefix != whole && whole.contains(prefix));
    match whole.subnets(whole.prefix_len() + 1) {
        Ok(halves) if divided => halves.flat_map(|half| cells(half, named)).collect(),
        _ => vec![whole],
    }
}

/// An address of the cell. No named prefix tells it from the cell's other addresses.
pub(crate) fn sample(cell: IpNet) -> IpAddr {
    cell.broadcast()
}
