//! Private endpoints before and after a change. An endpoint without a row of its own is answered as its VNet is.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::difference::ReachDifference;
use super::rows::{Sides, Verdict};
use crate::answer::ReachRow;
use crate::names::NameId;
use crate::prefix::Prefix;

/// What can be said of private endpoints on both sides, where it differs; the rows are of one gateway and class.
pub(super) fn reach(sides: &Sides<'_>, old: &[ReachRow], new: &[ReachRow]) -> Vec<ReachDifference> {
    let rows = old.iter().chain(new).filter(|row| row.network.is_endpoint());
    let listed: BTreeSet<(NameId, Prefix)> = rows.map(|row| (row.network, row.destination)).collect();
    let [before, after] = [old, new].map(by_network);
    let difference = |(endpoint, address): (NameId, Prefix)| {
        let vnet = sides.old.vnet_of(endpoint).or_else(|| sides.new.vnet_of(endpoint));
        let said = |rows: &FxHashMap<NameId, Vec<ReachRow>>| {
            let around = |network: NameId| {
                let rows = rows.get(&network)?.iter().filter(|row| row.destination.covers(address));
                rows.max_by_key(|row| row.destination.length()).copied()
            };
            around(endpoint).or_else(|| around(vnet?))
        };
        let (before, after) = (said(&before), said(&after));
        Verdict::new(before.as_ref(), after.as_ref(), sides.until, address).difference(endpoint, address)
    };
    listed.into_iter().filter_map(difference).collect()
}

fn by_network(rows: &[ReachRow]) -> FxHashMap<NameId, Vec<ReachRow>> {
    let mut map: FxHashMap<NameId, Vec<ReachRow>> = FxHashMap::default();
    for row in rows {
        map.entry(row.network).or_default().push(*row);
    }
    map
}
