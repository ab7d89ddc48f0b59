//! How the networks of a component whose routers are alike are attached.

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use crate::names::NameId;
use crate::prefix::Prefix;

/// How networks are attached. There are few ways, and many networks.
#[derive(Clone, Default)]
pub(super) struct Attached {
    pub(super) ways: Vec<Attachment>,
    /// The place among these of each of the networks' prefixes.
    pub(super) of: Vec<u32>,
}

/// How a prefix is attached.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Attachment {
    /// The VNet of a gateway.
    Own(NameId),
    /// A VNet that would use a gateway, and which sides of the peering let it.
    Spoke {
        hub: NameId,
        there: bool,
        back: bool,
    },
    Site(NameId),
    /// A VNet that uses no gateway.
    Nowhere,
}

impl Attached {
    pub(super) fn new(
        networks: &[(NameId, Prefix)],
        hubs: &FxHashMap<NameId, Attachment>,
        islands: &FxHashMap<NameId, u32>,
        sites: &FxHashMap<NameId, Vec<u32>>,
    ) -> Self {
        let mut attached = Self::default();
        let mut places: FxHashMap<Attachment, u32> = FxHashMap::default();
        attached.of.reserve_exact(networks.len());
        for (network, _) in networks {
            // Most networks are spokes.
            let way = if let Some(spoke) = hubs.get(network) {
                *spoke
            } else if islands.contains_key(network) {
                Attachment::Own(*network)
            } else if sites.contains_key(network) {
                Attachment::Site(*network)
            } else {
                Attachment::Nowhere
            };
            // Networks come by name, and the spokes of one hub are mostly called alike.
            let last = attached.of.last().copied().filter(|last| attached.ways[*last as usize] == way);
            let place = last.unwrap_or_else(|| {
                *places.entry(way).or_insert_with(|| {
                    attached.ways.push(way);
                    last_of(&attached.ways)
                })
            });
            attached.of.push(place);
        }
        attached
    }

    pub(super) fn way(&self, network: usize) -> Attachment {
        self.ways[self.of[network] as usize]
    }

    /// The place of `way`, which is new where nothing was attached so.
    pub(super) fn place_of(&mut self, way: Attachment) -> u32 {
        if let Some(place) = (0..).zip(&self.ways).find_map(|(place, known)| (*known == way).then_some(place))
        {
            return place;
        }
        self.ways.push(way);
        last_of(&self.ways)
    }
}

fn last_of(ways: &[Attachment]) -> u32 {
    u32::try_from(ways.len() - 1).unwrap_or(u32::MAX)
}

/// How each VNet is attached that would use a hub; none where one would use several, or a router another's.
pub(super) fn hubs(
    gateway_transit: &[(NameId, NameId)],
    peered: &[(NameId, NameId)],
    islands: &FxHashMap<NameId, u32>,
    sites: &FxHashMap<NameId, Vec<u32>>,
) -> Option<FxHashMap<NameId, Attachment>> {
    if gateway_transit.is_empty() {
        return Some(FxHashMap::default());
    }
    let peered: FxHashSet<(NameId, NameId)> = peered.iter().copied().collect();
    let mut hubs = FxHashMap::with_capacity_and_hasher(gateway_transit.len(), FxBuildHasher);
    for &(hub, spoke) in gateway_transit {
        // A hub without a gateway delivers nothing.
        if !islands.contains_key(&hub) {
            continue;
        }
        let (there, back) = (peered.contains(&(hub, spoke)), peered.contains(&(spoke, hub)));
        let is_router = islands.contains_key(&spoke) || sites.contains_key(&spoke);
        if is_router || hubs.insert(spoke, Attachment::Spoke { hub, there, back }).is_some() {
            return None;
        }
    }
    Some(hubs)
}
