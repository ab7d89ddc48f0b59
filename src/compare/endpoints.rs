//! Private endpoints before and after a change. An endpoint without a row of its own is answered as its VNet is.

use super::difference::ReachDifference;
use super::rows::{Sides, Verdict};
use crate::answer::ReachRow;
use crate::names::NameId;
use crate::prefix::Prefix;

/// What can be said of private endpoints on both sides, where it differs; the rows are of one gateway and class.
pub(super) fn reach(sides: &Sides<'_>, old: &[ReachRow], new: &[ReachRow]) -> Vec<ReachDifference> {
    let rows = old.iter().chain(new).filter(|row| row.network.is_endpoint());
    let mut listed: Vec<(NameId, Prefix)> = rows.map(|row| (row.network, row.destination)).collect();
    listed.sort_unstable();
    listed.dedup();
    let difference = |(endpoint, address): (NameId, Prefix)| {
        let vnet = sides.old.vnet_of(endpoint).or_else(|| sides.new.vnet_of(endpoint));
        let said = |rows: &[ReachRow]| {
            let own = rows.iter().find(|row| (row.network, row.destination) == (endpoint, address));
            let around =
                rows.iter().filter(|row| Some(row.network) == vnet && row.destination.covers(address));
            own.or_else(|| around.max_by_key(|row| row.destination.length())).copied()
        };
        let (before, after) = (said(old), said(new));
        Verdict::new(before.as_ref(), after.as_ref(), sides.until, address).difference(endpoint, address)
    };
    listed.into_iter().filter_map(difference).collect()
}
