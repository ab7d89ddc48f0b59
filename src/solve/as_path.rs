//! The AS paths that routes carry: the ASN of the router where they started, or all that they passed.
//!
//! A route whose path would hold an ASN twice is refused. Where every router of a component has an ASN of its own, that forbids no more
//! than a path that comes back to a router, and what such a path leads to, a shorter one leads to as well, unless it comes back to
//! where it started. So the ASN there is enough then. Where routers share ASNs, sets of shared ones tell paths apart, and
//! others need not be followed, for the same reason.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::facts::ids::AsPath;
use crate::facts::{Asn, Facts};
use crate::names::NameId;

/// How many shared ASNs are followed. Each may double the number of routes that differ.
pub(crate) const MOST_SHARED: usize = 8;

/// The path of a route that starts at each router.
pub(crate) struct Paths(FxHashMap<NameId, AsPath>);

impl Paths {
    /// Routes carry the ASN of the router where they started.
    pub(crate) fn of_origins(facts: &Facts, part: usize) -> Self {
        Self(facts.asn.of(part).iter().map(|(name, asn)| (*name, AsPath::new(*asn, 0))).collect())
    }

    /// Routes also carry all ASNs that they passed and that several routers with sessions have; none where these are too many.
    pub(crate) fn followed(facts: &Facts, part: usize) -> Option<Self> {
        let shared = shared(facts, part);
        if shared.len() > MOST_SHARED {
            return None;
        }
        let path = |asn: &Asn| {
            let bit = shared.keys().position(|number| number == asn).map_or(0, |place| 1 << place);
            AsPath::new(*asn, bit)
        };
        Some(Self(facts.asn.of(part).iter().map(|(name, asn)| (*name, path(asn))).collect()))
    }

    /// The shared ASNs on the path of a route that starts at the router, a bit for each that is followed.
    pub(super) fn shared_of(&self, router: NameId) -> u8 {
        self.0.get(&router).map_or(0, |path| path.shared())
    }

    /// Every session in both directions, with the paths of routes that start at both routers.
    pub(crate) fn of_sessions(
        &self,
        facts: &Facts,
        part: usize,
    ) -> impl Iterator<Item = (NameId, NameId, AsPath, AsPath)> {
        let sessions = facts.bgp.of(part).iter();
        sessions.filter_map(|(one, other)| Some((*one, *other, *self.0.get(one)?, *self.0.get(other)?)))
    }
}

/// The ASNs that several routers of the component announce with, and these routers.
pub(crate) fn shared(facts: &Facts, part: usize) -> BTreeMap<Asn, Vec<NameId>> {
    let mut routers: BTreeMap<Asn, Vec<NameId>> = BTreeMap::new();
    let mut speaking: Vec<NameId> = facts.bgp.of(part).iter().map(|row| row.0).collect();
    speaking.sort_unstable();
    speaking.dedup();
    for (name, asn) in facts.asn.of(part) {
        if speaking.binary_search(name).is_ok() {
            routers.entry(*asn).or_default().push(*name);
        }
    }
    routers.retain(|_, routers| routers.len() > 1);
    routers
}
