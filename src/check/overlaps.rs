//! Address spaces and client pools that share addresses within a connected component.
//!
//! Of sorted prefixes each stands before what it holds, so one pass with a stack of the prefixes
//! that are still open finds what covers each. Equal prefixes are kept on the stack once, so the
//! stack is no higher than a prefix is long.

use rayon::prelude::*;

use super::{Context, Found};
use crate::diagnostic::{Code, Diagnostic};
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::source::Span;

pub(super) fn check(context: &Context<'_>, found: &mut Found) {
    let parts = 0..context.facts.component_count;
    let found_in_parts: Vec<Found> = parts.into_par_iter().map(|part| look(context, part)).collect();
    found.extend(found_in_parts.into_iter().flatten());
}

/// What overlaps in one connected component.
fn look(context: &Context<'_>, part: usize) -> Found {
    let (addresses, pools) = (context.facts.address.of(part), context.facts.client_pool.of(part));
    let entry = |(name, prefix): &(NameId, Prefix), is_pool: bool, record: Span| Entry {
        prefix: *prefix,
        is_pool,
        is_site: false,
        record,
        name: *name,
    };
    let network = |row: &(NameId, Prefix)| {
        let vnet = context.topology.vnet(row.0).map(|vnet| vnet.origin);
        // A default route that a site announces is no address space: everything lies inside it.
        let site =
            || context.topology.site(row.0).filter(|_| !row.1.is_default_route()).map(|site| site.origin);
        let is_site = vnet.is_none();
        Some(Entry { is_site, ..entry(row, false, vnet.or_else(site)?) })
    };
    let pool = |row: &(NameId, Prefix)| Some(entry(row, true, context.topology.gateway(row.0)?.origin));
    let mut entries: Vec<Entry> =
        addresses.iter().filter_map(network).chain(pools.iter().filter_map(pool)).collect();
    entries.par_sort_unstable();
    let mut found = Vec::new();
    networks_overlap(context, &entries, &mut found);
    if !pools.is_empty() {
        pools_overlap(context, &entries, &mut found);
    }
    found
}

/// A prefix of a network or pool. Networks stand before pools of the same prefix.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    prefix: Prefix,
    is_pool: bool,
    is_site: bool,
    record: Span,
    name: NameId,
}

impl Entry {
    fn place(&self, context: &Context<'_>) -> Span {
        context.element(self.record, if self.is_pool { "client_pool" } else { "address_space" }, self.prefix)
    }

    fn shown(&self, context: &Context<'_>) -> String {
        let name = context.shown(self.name);
        if self.is_pool { format!("the address pool of {name}") } else { name }
    }

    fn covers(&self, other: &Self) -> bool {
        self.prefix.covers(other.prefix)
    }

    /// True where this is a site's summary of what lies behind it, such as all private addresses or half of
    /// all there are: the longer prefix decides, and both work.
    fn is_summary_of(&self, other: &Self) -> bool {
        self.is_site && self.prefix != other.prefix
    }

    fn is_alike(&self, other: &Self) -> bool {
        (self.prefix, self.is_pool, self.is_site) == (other.prefix, other.is_pool, other.is_site)
    }
}

/// Each prefix that lies inside one of another network, once, with the nearest.
fn networks_overlap(context: &Context<'_>, entries: &[Entry], found: &mut Found) {
    let mut open: Vec<Entry> = Vec::new();
    for entry in entries.iter().filter(|entry| !entry.is_pool) {
        while open.last().is_some_and(|outer| !outer.covers(entry)) {
            open.pop();
        }
        let outer = open.iter().rev().find(|outer| outer.name != entry.name && !outer.is_summary_of(entry));
        if let Some(outer) = outer {
            let (name, other) = (context.shown(entry.name), context.shown(outer.name));
            found.push(
                Diagnostic::new(
                    Code::OverlappingAddressSpace,
                    format!("`{}` of {name} overlaps `{}` of {other}", entry.prefix, outer.prefix),
                )
                .at(entry.place(context), format!("expected addresses that {other} does not use"))
                .with(outer.place(context), format!("the address space of {other}"))
                .help("connected networks need address spaces of their own: give one of them another"),
            );
        }
        // Another entry of the same prefix matters to what follows only where it is of another network.
        let same = open.iter().rev().filter(|other| other.is_alike(entry)).take(2);
        if same.clone().count() < 2 && same.clone().all(|other| other.name != entry.name) {
            open.push(*entry);
        }
    }
}

/// Each pool that lies inside a network or another pool, and each that holds one, once.
fn pools_overlap(context: &Context<'_>, entries: &[Entry], found: &mut Found) {
    struct Open {
        entry: Entry,
        reported: bool,
    }
    let mut open: Vec<Open> = Vec::new();
    for entry in entries {
        while open.last().is_some_and(|outer| !outer.entry.covers(entry)) {
            open.pop();
        }
        if entry.is_pool {
            let outer = open.iter().rev().find(|outer| !outer.entry.is_summary_of(entry));
            if let Some(outer) = outer {
                found.push(pool_overlap(context, entry, &outer.entry));
            }
        } else if let Some(pool) = open.iter_mut().rev().find(|outer| outer.entry.is_pool && !outer.reported)
        {
            pool.reported = true;
            found.push(pool_overlap(context, &pool.entry, entry));
        }
        if !open.iter().any(|outer| outer.entry.is_alike(entry)) {
            open.push(Open { entry: *entry, reported: false });
        }
    }
}

fn pool_overlap(context: &Context<'_>, pool: &Entry, other: &Entry) -> Diagnostic {
    let (shown, other_shown) = (pool.shown(context), other.shown(context));
    let message = format!("`{}`, {shown}, overlaps `{}` of {other_shown}", pool.prefix, other.prefix);
    Diagnostic::new(Code::PoolOverlap, message)
        .at(pool.place(context), "expected addresses that nothing else uses")
        .with(other.place(context), format!("the addresses of {other_shown}"))
        .help("give the clients a pool of their own, and let them download the profile again")
}
