//! Names before and after a change, zone by zone.

use std::net::IpAddr;

use super::difference::NameDifference;
use super::rows::Until;
use crate::answer::{Analysis, Block, NameRow, ReachRow, are_named, given, names, names_by, status_of};
use crate::class::Class;
use crate::inventory::Inventory;

/// Names on both sides of a comparison, for one gateway or client.
pub(super) struct Names {
    rows: [Vec<NameRow>; 2],
    given: [Vec<IpAddr>; 2],
}

/// True where there is something to be said of names on one side.
pub(super) fn any(side: &Analysis<'_>, block: Option<&Block>) -> bool {
    block.is_some_and(|block| are_named(side, block.gateway))
}

impl Names {
    /// What `reach` of each side comes to.
    pub(super) fn new(sides: [(&Analysis<'_>, Option<&Block>, &[ReachRow]); 2]) -> Self {
        Self {
            rows: sides
                .map(|(side, block, reach)| block.map(|block| names(side, block, reach)).unwrap_or_default()),
            given: sides
                .map(|(side, block, _)| block.map(|block| given(side, block.gateway)).unwrap_or_default()),
        }
    }

    /// True where clients are given other servers.
    pub(super) fn servers_differ(&self) -> bool {
        self.given[0] != self.given[1]
    }

    /// What differs for clients of the class; `until` says what they have until they download the profile again, where they have to.
    pub(super) fn differences(
        &self,
        class: Class,
        (new, block, reach): (&Analysis<'_>, Option<&Block>, &[ReachRow]),
        until: Option<Until<'_>>,
        texts: &Inventory,
    ) -> Vec<NameDifference> {
        let [old, after] = self.rows.each_ref().map(|rows| rows.iter().filter(|row| row.class == class));
        let waiting: Option<Vec<NameRow>> = until.zip(block).map(|(until, block)| {
            let block = Block { classes: vec![class], ..block.clone() };
            let status = |class, server| until.of(status_of(reach, class, server), server.into());
            names_by(new, &block, &self.given[0], status)
        });
        let mut zones: Vec<_> = old.clone().chain(after.clone()).map(|row| row.zone).collect();
        zones.sort_by_cached_key(|zone| zone.map(|zone| texts.labels.text(zone)));
        zones.dedup();
        let found = zones.into_iter().map(|zone| {
            let (mut old, mut after) = (old.clone(), after.clone());
            let (before, after) = (old.find(|row| row.zone == zone), after.find(|row| row.zone == zone));
            let until = waiting.iter().flatten().find(|row| row.zone == zone);
            NameDifference {
                zone,
                before: before.map(|row| row.status),
                after: after.map(|row| row.status),
                until: until.filter(|_| after.is_some()).map(|row| row.status),
                reasons: after.or(before).map(|row| row.reasons).unwrap_or_default(),
            }
        });
        found
            .filter(|row| row.before != row.after || row.until.is_some_and(|until| Some(until) != row.after))
            .collect()
    }
}
