//! The shapes, one function each.

use std::iter::once;

use super::{Builder, pool, subnet};
use crate::names::Name;
use crate::prefix::Prefix;

/// Where a hub stands and what it has.
struct Hub {
    part: usize,
    index: usize,
    spokes: usize,
    serves_p2s: bool,
}

/// A hub with its spokes, the addresses counted on from the hub's place in the part.
fn hub(builder: &mut Builder, hub: &Hub, vnets: usize) -> Option<Name> {
    let room = vnets - builder.inventory.vnets.len();
    if room == 0 {
        return None;
    }
    let first = hub.index * (hub.spokes + 1);
    let (part, index) = (hub.part, hub.index);
    let name = builder.vnet(&format!("hub-{part:05}-{index:04}"), subnet(first, 24));
    builder.gateway(name, index, hub.serves_p2s.then(|| pool(index)));
    for spoke in 1..=hub.spokes.min(room - 1) {
        builder.spoke(name, &format!("spoke-{part:05}-{index:04}-{spoke:03}"), subnet(first + spoke, 24));
    }
    Some(name)
}

pub(super) fn hubs(builder: &mut Builder, vnets: usize) {
    for part in 0..vnets.div_ceil(200) {
        let hubs: Vec<Name> = (0..4)
            .filter_map(|index| hub(builder, &Hub { part, index, spokes: 49, serves_p2s: index == 0 }, vnets))
            .collect();
        for pair in hubs.windows(2) {
            builder.tunnel(pair[0], pair[1], true, Vec::new(), Vec::new());
        }
    }
}

pub(super) fn estate(builder: &mut Builder, vnets: usize) {
    let hubs_of_part = vnets.div_ceil(50 * 101).max(1);
    for part in 0..50 {
        let hubs: Vec<Name> = (0..hubs_of_part)
            .filter_map(|index| {
                hub(builder, &Hub { part, index, spokes: 100, serves_p2s: index % 2 == 0 }, vnets)
            })
            .collect();
        for (index, near) in hubs.iter().enumerate().filter(|_| hubs.len() > 1) {
            // Two hubs are joined once, not round both ways.
            if index + 1 < hubs.len() || hubs.len() > 2 {
                builder.tunnel(*near, hubs[(index + 1) % hubs.len()], true, Vec::new(), Vec::new());
            }
        }
    }
}

pub(super) fn onepart(builder: &mut Builder, vnets: usize) {
    let mut hubs: Vec<Name> = Vec::new();
    while let Some(name) =
        hub(builder, &Hub { part: 0, index: hubs.len(), spokes: 2, serves_p2s: true }, vnets)
    {
        // A tree of 20 branches a gateway keeps every gateway within the tunnels of its SKU.
        if let Some(above) = hubs.len().checked_sub(1).map(|last| hubs[last / 20]) {
            builder.tunnel(above, name, true, Vec::new(), Vec::new());
        }
        hubs.push(name);
    }
}

pub(super) fn chain(builder: &mut Builder, vnets: usize) {
    let mut last: Option<Name> = None;
    let mut index = 0;
    while let Some(name) =
        hub(builder, &Hub { part: 0, index, spokes: 0, serves_p2s: index % 50 == 0 }, vnets)
    {
        if let Some(last) = last {
            builder.tunnel(last, name, true, Vec::new(), Vec::new());
        }
        last = Some(name);
        index += 1;
    }
}

pub(super) fn mesh(builder: &mut Builder, vnets: usize) {
    let hubs: Vec<Name> = (0..vnets)
        .filter_map(|index| {
            hub(builder, &Hub { part: 0, index, spokes: 0, serves_p2s: index % 10 == 0 }, vnets)
        })
        .collect();
    // Each is joined to the 15 after it and so to the 15 before it.
    for (index, near) in hubs.iter().enumerate() {
        for step in 1..=15.min((hubs.len() - 1) / 2) {
            builder.tunnel(*near, hubs[(index + step) % hubs.len()], true, Vec::new(), Vec::new());
        }
    }
}

pub(super) fn dense(builder: &mut Builder, vnets: usize) {
    let mut part = 0;
    while let Some(near) = hub(builder, &Hub { part, index: 0, spokes: 0, serves_p2s: true }, vnets) {
        let site = builder.site(&format!("site-{part:05}"), subnet(1 << 8, 16), 1);
        let listed = nested(builder);
        builder.tunnel(near, site, false, listed, vec![pool(0)]);
        if let Some(far) = hub(builder, &Hub { part, index: 1, spokes: 0, serves_p2s: true }, vnets) {
            let listed = nested(builder);
            builder.tunnel(near, far, false, listed, vec![pool(0), subnet(0, 24)]);
        }
        part += 1;
    }
}

/// A thousand prefixes, many of them inside each other.
fn nested(builder: &mut Builder) -> Vec<Prefix> {
    let mut listed: Vec<Prefix> = once(subnet(0, 10)).collect();
    listed.extend((1..1000).map(|_| {
        let length = 16 + u8::try_from(builder.below(9)).unwrap_or_default();
        subnet(builder.below(1 << (length - 10)) as usize, length)
    }));
    listed.sort_unstable();
    listed.dedup();
    listed
}
