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

/// The fewest prefixes that hold exactly the addresses of `cells`: two halves of a prefix become the prefix
/// until there are none.
pub(crate) fn fewest(cells: &[IpNet]) -> Vec<IpNet> {
    let mut fewest: BTreeSet<IpNet> = cells.iter().copied().collect();
    let whole = |half: &IpNet, all: &BTreeSet<IpNet>| {
        let whole = half.supernet()?;
        whole.subnets(half.prefix_len()).ok()?.all(|half| all.contains(&half)).then_some(whole)
    };
    while let Some(whole) = fewest.iter().find_map(|half| whole(half, &fewest)) {
        fewest.retain(|half| !whole.contains(half));
        fewest.insert(whole);
    }
    fewest.into_iter().collect()
}
