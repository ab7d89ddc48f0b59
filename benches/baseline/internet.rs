//! The Internet as a destination: which prefixes stand for it, and what is said of them.

use std::sync::LazyLock;

use tunnelog::prefix::{Family, Prefix};

use super::answer::status;
use super::nesting::Nesting;
use super::topology::{Part, Router};
use super::walk::{Walked, family};

/// Ranges whose addresses are never on the Internet.
static PRIVATE: LazyLock<Vec<Prefix>> = LazyLock::new(|| {
    let texts = [
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/4",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
        "ff00::/8",
    ];
    texts.iter().map(|text| text.parse().expect("a prefix")).collect()
});

/// The halves of all addresses, of both families.
pub(crate) fn halves() -> impl Iterator<Item = Prefix> {
    Family::ALL.into_iter().flat_map(Prefix::halves)
}

/// The routes of the part by which clients may hold one for the Internet. Without any, no client does.
pub(crate) fn routes(part: &Part) -> Vec<Prefix> {
    let routers = || part.routers.iter();
    let custom = routers().flat_map(|router| &router.custom_routes).copied();
    let told = routers().flat_map(|router| {
        router.static_routes.iter().map(|(_, prefix)| *prefix).chain(router.summaries.iter().copied())
    });
    let all = custom.chain(told.filter(|prefix| !prefix.is_default_route()));
    all.filter(|prefix| !PRIVATE.iter().any(|range| range.covers(*prefix))).collect()
}

/// The prefixes that stand for the Internet, sorted: the halves, and what `routes` name inside them, but for what is a network's or clients'.
pub(crate) fn parts(part: &Part, nesting: &Nesting, routes: &[Prefix]) -> Vec<usize> {
    if routes.is_empty() {
        return Vec::new();
    }
    let mut is_held = vec![false; nesting.prefixes.len()];
    let pools = part.routers.iter().flat_map(Router::pools);
    for prefix in part.networks.iter().flat_map(|(_, space)| space).copied().chain(pools) {
        is_held[nesting.find(prefix)] = true;
    }
    for prefix in 0..is_held.len() {
        is_held[prefix] |= nesting.parents[prefix].is_some_and(|outer| is_held[outer]);
    }
    let longer = routes.iter().copied().filter(|prefix| prefix.length() > 1);
    let mut parts: Vec<usize> = longer.chain(halves()).map(|prefix| nesting.find(prefix)).collect();
    parts.sort_unstable();
    parts.dedup();
    let is_public = |addresses: &Prefix| !addresses.without(&PRIVATE).is_empty();
    parts.retain(|prefix| !is_held[*prefix] && nesting.own(*prefix).iter().any(is_public));
    parts
}

/// What is said of `parts` to clients of `router` that hold the prefixes `held`, in the order of texts; nothing in a family in which no client of the
/// gateway, which together hold `held_by_some`, has a route there.
pub(crate) fn rows(
    (nesting, walked, parts): (&Nesting, &Walked, &[usize]),
    router: usize,
    held: &[bool],
    held_by_some: &[bool],
) -> Vec<(Prefix, &'static str)> {
    let is_listed = [0, 1].map(|number| {
        parts.iter().any(|part| held_by_some[*part] && family(nesting.prefixes[*part]) == number)
    });
    let mut rows = Vec::new();
    let mut of_halves = Vec::new();
    for &part in parts {
        let prefix = nesting.prefixes[part];
        if !is_listed[family(prefix)] {
            continue;
        }
        let exits = walked.exits.get(&(router, part)).map_or(&[][..], Vec::as_slice);
        let returns = &walked.returns[router][family(prefix)];
        let said = status(held[part], exits.iter().any(|site| returns.contains(*site)));
        if prefix.length() == 1 { &mut of_halves } else { &mut rows }.push((prefix, said, !exits.is_empty()));
    }
    for halves in of_halves.chunk_by(|one, other| one.0.family() == other.0.family()) {
        match halves {
            [(one, said, arrives), (_, same, too)] if (said, arrives) == (same, too) => {
                rows.push((Prefix::default_route(one.family()), *said, *arrives));
            }
            _ => rows.extend(halves),
        }
    }
    rows.sort_by_cached_key(|row| row.0.to_string());
    rows.into_iter().map(|(prefix, said, _)| (prefix, said)).collect()
}
