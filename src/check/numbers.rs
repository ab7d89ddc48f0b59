//! Autonomous system numbers that keep BGP sessions down or make routers refuse routes.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Context, Found};
use crate::diagnostic::{Code, Diagnostic};
use crate::names::NameId;
use crate::source::Span;

/// The numbers that Azure does not accept for a site, and the last of all, which no router may have (RFC 7300). Those
/// that are no number of a router at all are refused where they are read.
const RESERVED: [(u32, u32); 7] = [
    (8_074, 8_075),
    (12_076, 12_076),
    (64_496, 64_511),
    (65_515, 65_515),
    (65_517, 65_520),
    (65_535, 65_551),
    (u32::MAX, u32::MAX),
];

pub(super) fn check(context: &Context<'_>, found: &mut Found) {
    for site in &context.inventory.sites {
        if let Some(asn) = site.asn
            && RESERVED.iter().any(|(first, last)| (*first..=*last).contains(&asn))
        {
            let site_name = context.shown(site.name);
            found.push(
                Diagnostic::new(Code::ReservedAsn, format!("{site_name} has ASN {asn}, which is reserved"))
                    .at(context.cell(site.origin, "asn"), "expected a number that Azure accepts for a site")
                    .help("use a private number from 64512 to 65514 or 65521 to 65534, or one that is registered for the site"),
            );
        }
    }
    let mut speaking: FxHashSet<NameId> = FxHashSet::default();
    let mut same: FxHashSet<(NameId, NameId)> = FxHashSet::default();
    for tunnel in context.topology.all_tunnels().iter().filter(|tunnel| tunnel.bgp) {
        let ends = [tunnel.from, tunnel.to];
        if !ends.iter().all(|end| context.topology.speaks_bgp(*end)) {
            continue;
        }
        speaking.extend(ends);
        let [Some((from, from_place)), Some((to, to_place))] = ends.map(|end| number(context, end)) else {
            continue;
        };
        let Some(asn) = from.filter(|_| from == to) else { continue };
        let [one, other] = ends.map(|end| context.shown(end));
        same.extend([(tunnel.from, tunnel.to), (tunnel.to, tunnel.from)]);
        let record = context.inventory.connections[tunnel.row].origin;
        found.push(
            Diagnostic::new(
                Code::SameAsn,
                format!("{one} and {other} both have ASN {asn}, so BGP between them never comes up"),
            )
            .at(context.cell(record, "bgp"), "expected two routers with different ASNs")
            .with(from_place, format!("the ASN of {one}"))
            .with(to_place, format!("the ASN of {other}"))
            .help("give one of them another ASN, as Azure is not known to run BGP inside one AS; a gateway has 65515 until it is set"),
        );
    }
    duplicates(context, &speaking, &same, found);
}

/// Routers of one part that speak BGP with the same number, though not with each other.
fn duplicates(
    context: &Context<'_>,
    speaking: &FxHashSet<NameId>,
    same: &FxHashSet<(NameId, NameId)>,
    found: &mut Found,
) {
    let mut routers: Vec<(Span, NameId, u32)> = speaking
        .iter()
        .filter_map(|name| {
            let (asn, place) = number(context, *name)?;
            Some((place, *name, asn?))
        })
        .collect();
    routers.sort_unstable();
    let mut groups: FxHashMap<(usize, u32), Vec<(Span, NameId)>> = FxHashMap::default();
    for (place, name, asn) in routers {
        let group = groups.entry((context.facts.component_of(name), asn)).or_default();
        // A pair that is joined directly has a finding of its own, so no more than that is looked through.
        if let Some((first_place, first)) = group.iter().find(|(_, other)| !same.contains(&(name, *other))) {
            let (shown, first) = (context.shown(name), context.shown(*first));
            found.push(
                Diagnostic::new(
                    Code::DuplicateAsn,
                    format!("{shown} has ASN {asn}, and so has {first} in the same connected component"),
                )
                .at(place, "expected an ASN of its own")
                .with(*first_place, format!("the ASN of {first}"))
                .help("a router refuses routes that started in its own ASN, so these two do not learn each other's networks"),
            );
        }
        group.push((place, name));
    }
}

/// Where the number of a router stands, or would stand.
pub(super) fn place(context: &Context<'_>, router: NameId) -> Option<Span> {
    number(context, router).map(|(_, place)| place)
}

/// The number of a router where it is known, and its place. None for what is no router.
fn number(context: &Context<'_>, router: NameId) -> Option<(Option<u32>, Span)> {
    if let Some(gateway) = context.topology.gateway(router) {
        return Some((Some(gateway.asn()), context.cell_or(gateway.origin, "asn", "vnet")));
    }
    let site = context.topology.site(router)?;
    Some((site.asn, context.cell_or(site.origin, "asn", "name")))
}
