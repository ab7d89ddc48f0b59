//! The Internet as a destination: which prefixes stand for it in a connected component, and what leads there.
//!
//! It is solved apart from networks, in a component that has it in their place: where a packet goes depends on nothing but the
//! prefixes that cover its destination. docs/proofs.md says why a component without a public route has no row of it.

use rustc_hash::FxHashSet;

use super::part::{ByPrefix, Component};
use super::slices::pools_of_a_slice;
use super::steered::{Asked, Steered, steer_to};
use crate::class::Class;
use crate::facts::ids::PrefixId;
use crate::facts::{Facts, Rows};
use crate::names::NameId;
use crate::prefix::{Family, Prefix};

/// The routes of clients in the component that may lead to the Internet. Where there is none, no client holds a route there.
pub(crate) fn public_routes(rows: &Rows<'_>) -> Vec<Prefix> {
    // The proof counts every fact that hands a route to clients, so it has to be read again for each new relation.
    let Rows {
        custom_route,
        manual_route,
        static_route,
        summarized_prefix,
        // Clients hold routes for these and for parts of these, which are of no network but their own.
        address: _,
        client_pool: _,
        peered_prefix: _,
        subnet: _,
        // No client is handed one of these.
        user_route: _,
        // These name no prefix.
        vnet: _,
        site: _,
        gateway: _,
        asn: _,
        peered: _,
        gateway_transit: _,
        partly_peered: _,
        s2s: _,
        bgp: _,
        transit_site: _,
        os: _,
        client: _,
        uses_table: _,
        gateway_routes: _,
        appliance: _,
        stateful: _,
        // About names, which change no route and no way.
        dns_server: _,
        resolver: _,
        private_zone: _,
        zone_link: _,
        // Asked by runs over private endpoints alone, which are about nothing else.
        private_endpoint: _,
        endpoint_policies: _,
    } = *rows;
    let given = custom_route.iter().map(|row| row.1).chain(manual_route.iter().map(|row| row.1));
    let told = static_route.iter().map(|row| row.2).chain(summarized_prefix.iter().map(|row| row.1));
    given
        .chain(told.filter(|prefix| !prefix.is_default_route()))
        .filter(|prefix| prefix.is_public())
        .collect()
}

/// True where one of the routes covers a part of the Internet in `part`, and not only of a network with public addresses.
pub(crate) fn leads_out(part: &Component<'_>, routes: &[Prefix]) -> bool {
    let parts = part.network_parts.all();
    routes.iter().filter_map(|route| part.table.id(*route)).any(|id| {
        let next = parts.partition_point(|row| row.0 < id);
        parts.get(next).is_some_and(|row| row.0 < part.table.end(id))
    })
}

impl<'facts> Component<'facts> {
    /// The component with the Internet in the place of all its networks. `rows` are those of the component, or of them those that
    /// answers by class rest on.
    pub(crate) fn of_internet(facts: &'facts Facts, number: usize, rows: &Rows<'_>) -> Self {
        let mut prefixes = rows.prefixes();
        prefixes.extend(Family::ALL.into_iter().flat_map(Prefix::halves));
        let mut part = Self::naming(facts, number, prefixes);
        let parts = parts(&part, rows);
        part.network_parts = ByPrefix::new(parts.into_iter().map(|id| (id, NameId::INTERNET)).collect());
        part
    }
}

/// The prefixes that stand for the Internet: the halves of all addresses, and every longer public prefix that a route names. What
/// lies in a prefix of a network or in a client pool is that network's, or the clients'.
fn parts(part: &Component<'_>, rows: &Rows<'_>) -> Vec<PrefixId> {
    let held: FxHashSet<PrefixId> =
        part.network_prefixes().iter().chain(part.client_pool.all()).map(|row| row.0).collect();
    let user_routes = rows.user_route.iter().map(|row| row.1).filter(|prefix| prefix.is_public());
    let named = public_routes(rows).into_iter().chain(user_routes);
    let halves = Family::ALL.into_iter().flat_map(Prefix::halves);
    let wanted = named.filter(|prefix| prefix.length() > 1).chain(halves);
    let mut parts: Vec<PrefixId> = wanted.filter_map(|prefix| part.table.id(prefix)).collect();
    parts.sort_unstable();
    parts.dedup();
    let is_held = |id: PrefixId| part.table.covering(id).any(|outer| held.contains(&outer));
    parts.retain(|id| part.table.has_part(*id) && !is_held(*id) && has_public_addresses(part, *id));
    parts
}

/// True where the part of the prefix is not made of private addresses and the like alone.
fn has_public_addresses(part: &Component<'_>, id: PrefixId) -> bool {
    let private = Prefix::not_of_the_internet();
    let is_in = |addresses: Prefix| private.iter().any(|range| range.overlaps(addresses));
    let prefix = part.table.prefix(id);
    if prefix.length() <= 1 || !is_in(prefix) {
        return true;
    }
    part.table.addresses([id]).into_iter().any(|addresses| !addresses.without(&private).is_empty())
}

/// Runs the rules over the ways to and from the parts of the Internet in `part`, some gateways at a time, and hands each result to `take`.
pub(crate) fn leave(part: &Component<'_>, serves: &[(NameId, Class)], mut take: impl FnMut(&Steered)) {
    for gateways in part.p2s_gateways().chunks(pools_of_a_slice(part)) {
        let asked = Asked::of(part, part.network_parts.all(), gateways);
        let wanted: FxHashSet<NameId> = gateways.iter().copied().collect();
        let serves: Vec<(NameId, Class)> =
            serves.iter().filter(|row| wanted.contains(&row.0)).copied().collect();
        take(&steer_to(part, &asked, &serves));
    }
}
