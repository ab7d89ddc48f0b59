//! A connected component in slices of destinations, so that memory stays bounded and caches stay warm.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::destinations::{Destinations, attaching};
use super::part::Component;
use super::run::{Derived, Slice, run};
use crate::class::Class;
use crate::facts::ids::PrefixId;
use crate::names::NameId;
use crate::prefix::Family;
use crate::witness::Witness;

/// A part with at most this many pairs of a router and what it may be asked of is run as a whole.
const WHOLE: usize = 1 << 14;

/// How many such pairs a slice has.
const PAIRS_OF_A_SLICE: usize = 1 << 15;

/// The fewest prefixes or pools of a slice: below, feeding the topology would cost more than running the rules.
const FEWEST: usize = 16;

/// The runs that one batch holds in memory, so that threads have work while results stay bounded.
const BATCH: usize = 16;

/// How the rules are run. Answers do not depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Evaluation {
    /// What networks have in common is derived once; large connected components are run in slices that keep memory bounded.
    #[default]
    Auto,
    /// The rules are run over each connected component as a whole.
    Whole,
    /// The rules are run for one prefix or client pool at a time.
    Single,
}

/// The prefixes this run is responsible for.
#[derive(Clone, Copy)]
pub(crate) struct Reported<'run> {
    /// In order; none for all.
    ids: Option<&'run [PrefixId]>,
    /// The prefixes that one of them stands for; none where each is run by itself.
    destinations: Option<&'run Destinations>,
}

impl Reported<'static> {
    /// All of them, each by itself.
    pub(crate) const ALL: Self = Self { ids: None, destinations: None };
}

impl Reported<'_> {
    /// True for a prefix whose rows the run reports.
    pub(crate) fn holds(self, id: PrefixId) -> bool {
        self.ids.is_none_or(|ids| ids.binary_search(&id).is_ok())
    }

    /// The other prefixes for which the run reports the rows of `id`, with their networks.
    pub(crate) fn like(self, id: PrefixId) -> impl Iterator<Item = (PrefixId, NameId)> {
        self.destinations.map_or(&[][..], |destinations| destinations.like(id)).iter().copied()
    }

    /// The other networks that routers answer from as they do from `network`.
    pub(crate) fn delivered_like(self, network: NameId) -> impl Iterator<Item = NameId> {
        self.destinations.into_iter().flat_map(move |destinations| destinations.delivered_like(network))
    }
}

/// How many prefixes of the component a slice has. Any of the routers that speak BGP may learn each; what others hold is stated, and no more than
/// that however large the slice is.
pub(super) fn prefixes_of_a_slice(part: &Component<'_>) -> usize {
    FEWEST.max(PAIRS_OF_A_SLICE / part.speaker_count().max(1))
}

/// How many gateways' pools a slice has. Every router is asked whether it returns to each.
pub(super) fn pools_of_a_slice(part: &Component<'_>) -> usize {
    FEWEST.max(PAIRS_OF_A_SLICE / part.router_count().max(1))
}

/// Runs the rules over all of `part` and hands `take` each result with the prefixes that it reports.
pub(crate) fn solve<W: Witness + Send + Sync>(
    part: &Component<'_>,
    serves: &[(NameId, Class)],
    evaluation: Evaluation,
    mut take: impl FnMut(&Derived<W>, Reported<'_>),
) {
    let destinations = (evaluation == Evaluation::Auto).then(|| Destinations::of(part));
    let destinations = destinations.as_ref();
    let each = || (0..).map(PrefixId).take(part.table.len()).collect();
    let all: Vec<PrefixId> = destinations.map_or_else(each, |destinations| destinations.first.clone());
    let gateways = part.p2s_gateways();
    let pairs = (part.speaker_count().max(1) * all.len()).max(part.router_count() * gateways.len());
    let (prefixes, pools) = match evaluation {
        Evaluation::Whole => (all.len(), gateways.len()),
        Evaluation::Auto if pairs <= WHOLE => (all.len(), gateways.len()),
        Evaluation::Auto => (prefixes_of_a_slice(part), pools_of_a_slice(part)),
        Evaluation::Single => (1, 1),
    };
    if prefixes >= all.len() && pools >= gateways.len() {
        let slice = Slice {
            network_parts: all.iter().flat_map(|id| part.network_parts.of(*id)).copied().collect(),
            relevant: all,
            pool_parts: part.pool_parts.all().to_vec(),
            complete: part.answered_families(),
            returned: Vec::new(),
            all_pairs: evaluation == Evaluation::Whole,
        };
        take(&run(part, &slice, serves), Reported { ids: None, destinations });
        return;
    }
    let mut returns: FxHashMap<NameId, Vec<(NameId, Family)>> = FxHashMap::default();
    for batch in gateways.chunks(pools).collect::<Vec<_>>().chunks(BATCH) {
        let results: Vec<Derived<W>> =
            batch.par_iter().map(|gateways| run(part, &pool_slice(part, gateways), &[])).collect();
        for derived in &results {
            for row in &derived.returns {
                returns.entry(row.0).or_default().push((row.1, row.2));
            }
            take(derived, Reported { ids: Some(&[]), destinations });
        }
    }
    let attaching = attaching(part);
    for batch in all.chunks(prefixes).collect::<Vec<_>>().chunks(BATCH) {
        let results: Vec<(Derived<W>, &[PrefixId])> = batch
            .par_iter()
            .map(|home| (run(part, &network_slice(part, home, &returns, &attaching), serves), *home))
            .collect();
        for (derived, home) in &results {
            take(derived, Reported { ids: Some(home), destinations });
        }
    }
}

/// Runs the rules for the tables of routers only, without destinations, and hands `take` each result
/// with the prefixes among `wanted`, which are sorted, that it reports.
pub(crate) fn tables(
    part: &Component<'_>,
    wanted: &[PrefixId],
    mut take: impl FnMut(&Derived<()>, &[PrefixId]),
) {
    let prefixes = prefixes_of_a_slice(part);
    for batch in wanted.chunks(prefixes).collect::<Vec<_>>().chunks(BATCH) {
        let results: Vec<(Derived<()>, &[PrefixId])> = batch
            .par_iter()
            .map(|home| {
                let slice = Slice {
                    relevant: relevant(part, home.iter().copied()),
                    network_parts: Vec::new(),
                    pool_parts: Vec::new(),
                    complete: Vec::new(),
                    returned: Vec::new(),
                    all_pairs: false,
                };
                (run(part, &slice, &[]), *home)
            })
            .collect();
        for (derived, home) in &results {
            take(derived, home);
        }
    }
}

/// Runs the rules once over some parts of networks and the whole client pools of some gateways.
pub(crate) fn solve_for<W: Witness>(
    part: &Component<'_>,
    network_parts: &[(PrefixId, NameId)],
    gateways: &[NameId],
    serves: &[(NameId, Class)],
) -> Derived<W> {
    let mut slice = pool_slice(part, gateways);
    let ids = network_parts.iter().chain(&slice.pool_parts).map(|(id, _)| *id);
    slice.relevant = relevant(part, ids);
    slice.network_parts = network_parts.to_vec();
    run(part, &slice, serves)
}

/// Runs the rules once over all networks of `part`, where it is known which routers return to which gateways.
pub(crate) fn solve_returned(
    part: &Component<'_>,
    returned: Vec<(NameId, NameId, Family)>,
    serves: &[(NameId, Class)],
) -> Derived<()> {
    let network_parts = part.network_parts.all().to_vec();
    let slice = Slice {
        relevant: relevant(part, network_parts.iter().map(|(id, _)| *id)),
        network_parts,
        pool_parts: Vec::new(),
        complete: Vec::new(),
        returned,
        all_pairs: false,
    };
    run(part, &slice, serves)
}

/// The parts of the client pools of `gateways`.
fn pool_slice(part: &Component<'_>, gateways: &[NameId]) -> Slice {
    let wanted: FxHashSet<NameId> = gateways.iter().copied().collect();
    let pool_parts: Vec<(PrefixId, NameId)> =
        part.pool_parts.all().iter().filter(|(_, gateway)| wanted.contains(gateway)).copied().collect();
    let mut complete = part.answered_families();
    complete.retain(|(gateway, _)| wanted.contains(gateway));
    Slice {
        relevant: relevant(part, pool_parts.iter().map(|(id, _)| *id)),
        network_parts: Vec::new(),
        pool_parts,
        complete,
        returned: Vec::new(),
        all_pairs: false,
    }
}

/// The parts of networks in the prefixes `home`.
fn network_slice(
    part: &Component<'_>,
    home: &[PrefixId],
    returns: &FxHashMap<NameId, Vec<(NameId, Family)>>,
    attaching: &FxHashMap<NameId, Vec<NameId>>,
) -> Slice {
    let network_parts: Vec<(PrefixId, NameId)> =
        home.iter().flat_map(|id| part.network_parts.of(*id)).copied().collect();
    let routers: FxHashSet<NameId> = network_parts
        .iter()
        .flat_map(|(_, network)| attaching.get(network).into_iter().flatten())
        .copied()
        .collect();
    let returned = |router| {
        let of_router = returns.get(&router).into_iter().flatten();
        of_router.map(move |(gateway, family)| (router, *gateway, *family))
    };
    let returned = routers.into_iter().flat_map(returned).collect();
    Slice {
        relevant: relevant(part, home.iter().copied()),
        network_parts,
        pool_parts: Vec::new(),
        complete: Vec::new(),
        returned,
        all_pairs: false,
    }
}

/// The prefixes and everything that covers them, in order.
pub(super) fn relevant(part: &Component<'_>, ids: impl Iterator<Item = PrefixId>) -> Vec<PrefixId> {
    let mut relevant: Vec<PrefixId> = ids.flat_map(|id| part.table.covering(id)).collect();
    // A way back starts at any router that delivers to the network, if to another part of it. Only where a peering carries a
    // part of the network may that router not show by what covers the prefix.
    if !part.peered_prefix.all().is_empty() {
        let networks: FxHashSet<NameId> =
            relevant.iter().flat_map(|id| part.address.of(*id)).map(|row| row.1).collect();
        let carried = part.peered_prefix.all().iter().filter(|(_, (_, spoke))| networks.contains(spoke));
        relevant.extend(carried.flat_map(|(id, _)| part.table.covering(*id)));
    }
    // So may the other addresses of a private endpoint, which no prefix joins.
    if !part.endpoints.all().is_empty() {
        let names: FxHashSet<NameId> =
            relevant.iter().flat_map(|id| part.endpoints.of(*id)).map(|row| row.1.0).collect();
        let others = part.endpoints.all().iter().filter(|row| names.contains(&row.1.0));
        relevant.extend(others.flat_map(|row| part.table.covering(row.0)));
    }
    relevant.sort_unstable();
    relevant.dedup();
    relevant
}
