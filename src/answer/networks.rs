//! The prefixes of networks in one connected component, with the parts that rows tell of.

use std::ops::Range;

use super::reasons::{Reasons, Status};
use crate::facts::ids::PrefixId;
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::solve::Component;

/// The prefixes of networks, each with its parts.
///
/// There may be millions, so each list is one for all.
#[derive(Default)]
pub(super) struct Networks {
    /// By network and then by prefix, in the order of texts.
    prefixes: Vec<NetworkPrefix>,
    /// Those of listed subnets in one of these: of each there is a row where not all parts agree.
    subnets: Vec<NetworkPrefix>,
    parts: Vec<NetworkPart>,
}

/// A prefix of a network, and where its parts and subnets stand.
pub(super) struct NetworkPrefix {
    pub(super) network: NameId,
    pub(super) prefix: Prefix,
    parts: Range<u32>,
    subnets: Range<u32>,
}

/// A part's prefix, its place among all parts of networks, and its addresses where the prefix is cut into several parts.
pub(super) struct NetworkPart {
    pub(super) id: PrefixId,
    place: u32,
    addresses: Box<[Prefix]>,
}

impl NetworkPart {
    fn new(id: PrefixId, place: usize, addresses: Vec<Prefix>) -> Self {
        Self { id, place: number(place), addresses: addresses.into() }
    }

    pub(super) fn place(&self) -> usize {
        self.place as usize
    }
}

impl Networks {
    /// The networks of `part`.
    pub(super) fn new(part: &Component<'_>, inventory: &Inventory) -> Self {
        let mut networks = Self::default();
        for (id, network) in part.network_prefixes() {
            let prefix = networks.prefix(part, id, network);
            if !prefix.parts.is_empty() {
                networks.prefixes.push(prefix);
            }
        }
        networks.sorted(inventory)
    }

    /// Private endpoints, which are the networks of `part`, each address by itself.
    pub(super) fn of_endpoints(part: &Component<'_>, inventory: &Inventory) -> Self {
        let mut networks = Self::default();
        for (place, (id, network)) in part.network_parts.all().iter().enumerate() {
            let parts = networks.add_parts(std::iter::once(NetworkPart::new(*id, place, Vec::new())));
            let prefix = part.table.prefix(*id);
            networks.prefixes.push(NetworkPrefix { network: *network, prefix, parts, subnets: 0..0 });
        }
        networks.sorted(inventory)
    }

    /// The Internet, which is the only network of `part`, each half of all addresses and each longer prefix by itself, the halves of
    /// a family as one where they agree.
    pub(super) fn of_internet(part: &Component<'_>) -> Self {
        let mut networks = Self::default();
        let ids: Vec<PrefixId> = part.network_parts.all().iter().map(|row| row.0).collect();
        let (halves, longer): (Vec<PrefixId>, Vec<PrefixId>) =
            ids.into_iter().partition(|id| part.table.prefix(*id).length() == 1);
        let family = |id: PrefixId| part.table.prefix(id).family();
        for id in longer {
            let prefix = networks.of_all(part, &[id], part.table.prefix(id), 0..0);
            networks.prefixes.push(prefix);
        }
        for of_family in halves.chunk_by(|one, other| family(*one) == family(*other)) {
            let mut single = |id: &PrefixId| networks.of_all(part, &[*id], part.table.prefix(*id), 0..0);
            let halves: Vec<NetworkPrefix> = of_family.iter().map(&mut single).collect();
            if let [first, _] = of_family {
                let subnets = added(&mut networks.subnets, halves);
                let whole = Prefix::default_route(family(*first));
                let whole = networks.of_all(part, of_family, whole, subnets);
                networks.prefixes.push(whole);
            } else {
                networks.prefixes.extend(halves);
            }
        }
        networks.prefixes.sort_by_cached_key(|row| row.prefix.text_order());
        networks
    }

    /// A prefix of the Internet with these parts.
    fn of_all(
        &mut self,
        part: &Component<'_>,
        ids: &[PrefixId],
        prefix: Prefix,
        subnets: Range<u32>,
    ) -> NetworkPrefix {
        let placed = |id: &PrefixId| {
            let place = part.network_parts.position((*id, NameId::INTERNET))?;
            Some(NetworkPart::new(*id, place, Vec::new()))
        };
        let parts = self.add_parts(ids.iter().filter_map(placed));
        NetworkPrefix { network: NameId::INTERNET, prefix, parts, subnets }
    }

    /// A prefix of a network, with its parts and subnets.
    fn prefix(&mut self, part: &Component<'_>, id: PrefixId, network: NameId) -> NetworkPrefix {
        let inside = part.subnets_in(id, network).into_iter().filter(|subnet| *subnet != id);
        let inside: Vec<NetworkPrefix> = inside.map(|subnet| self.prefix(part, subnet, network)).collect();
        let subnets = added(&mut self.subnets, inside);
        let ids = part.parts_of_network(id, network);
        // What is told by subnets is never told by addresses.
        let by_addresses = ids.len() > 1 && subnets.is_empty();
        let parts = self.add_parts(ids.into_iter().filter_map(|id| {
            let place = part.network_parts.position((id, network))?;
            let addresses = if by_addresses { part.table.addresses([id]) } else { Vec::new() };
            Some(NetworkPart::new(id, place, addresses))
        }));
        NetworkPrefix { network, prefix: part.table.prefix(id), parts, subnets }
    }

    fn add_parts(&mut self, parts: impl Iterator<Item = NetworkPart>) -> Range<u32> {
        added(&mut self.parts, parts)
    }

    fn sorted(mut self, inventory: &Inventory) -> Self {
        let text = |row: &NetworkPrefix| (inventory.names.text(row.network), row.prefix.text_order());
        self.prefixes.sort_by_cached_key(text);
        self
    }

    /// The prefixes of networks, by network and then by prefix, in the order of texts.
    pub(super) fn prefixes(&self) -> &[NetworkPrefix] {
        &self.prefixes
    }

    /// The parts of a prefix.
    pub(super) fn parts_of(&self, prefix: &NetworkPrefix) -> &[NetworkPart] {
        stretch(&self.parts, &prefix.parts)
    }

    /// The parts of a prefix of which the row of a destination tells.
    pub(super) fn told<'a>(
        &'a self,
        prefix: &'a NetworkPrefix,
        prefixes: &'a [Prefix],
        destination: Prefix,
    ) -> impl Iterator<Item = &'a NetworkPart> {
        let is_told = move |part: &&NetworkPart| {
            if prefix.network == NameId::INTERNET {
                // What is longer has a row of its own.
                let own = prefixes[part.id.index()];
                return own == destination || own.length() == 1 && destination.covers(own);
            }
            let is_whole = part.addresses.is_empty() && prefix.prefix.overlaps(destination);
            is_whole || part.addresses.iter().any(|address| address.overlaps(destination))
        };
        self.parts_of(prefix).iter().filter(is_told)
    }

    /// Gives the whole prefix where its parts agree, otherwise each of its subnets by itself or, where there are
    /// none, the parts of each kind in the fewest prefixes.
    pub(super) fn judge(
        &self,
        prefix: &NetworkPrefix,
        judge: &impl Fn(&NetworkPart) -> (Status, Reasons),
        give: &mut impl FnMut(Prefix, (Status, Reasons)),
    ) {
        let parts = self.parts_of(prefix);
        let mut verdicts = parts.iter().map(judge);
        let Some((status, mut reasons)) = verdicts.next() else { return };
        let first = kind((status, reasons));
        let agrees = |verdict: (Status, Reasons)| {
            reasons.merge(verdict.1);
            kind(verdict) == first
        };
        if verdicts.all(agrees) {
            give(prefix.prefix, (status, reasons));
            return;
        }
        let subnets = stretch(&self.subnets, &prefix.subnets);
        if !subnets.is_empty() {
            for subnet in subnets {
                self.judge(subnet, judge, give);
            }
            return;
        }
        let verdicts: Vec<(Status, Reasons)> = parts.iter().map(judge).collect();
        let mut kinds: Vec<(Status, Reasons)> = verdicts.iter().copied().map(kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        for of_kind in kinds {
            let alike = || parts.iter().zip(&verdicts).filter(|(_, verdict)| kind(**verdict) == of_kind);
            let addresses = alike().flat_map(|(part, _)| part.addresses.iter().copied());
            for destination in Prefix::aggregate(addresses) {
                let mut reasons = Reasons::default();
                for (part, verdict) in alike() {
                    if part.addresses.iter().any(|address| address.overlaps(destination)) {
                        reasons.merge(verdict.1);
                    }
                }
                give(destination, (of_kind.0, reasons));
            }
        }
    }
}

/// What parts in one row have in common: the status and what stands in the way. Which routes lead to a
/// reachable part makes no difference to it.
pub(super) fn kind((status, reasons): (Status, Reasons)) -> (Status, Reasons) {
    (status, if status == Status::Reachable { Reasons::default() } else { reasons })
}

/// Where `more` stand, now behind `all`.
fn added<Row>(all: &mut Vec<Row>, more: impl IntoIterator<Item = Row>) -> Range<u32> {
    let start = number(all.len());
    all.extend(more);
    start..number(all.len())
}

fn stretch<'all, Row>(all: &'all [Row], range: &Range<u32>) -> &'all [Row] {
    &all[range.start as usize..range.end as usize]
}

/// A place in a list. Prefixes are 32-bit numbers, and no list has more than one row for each and its networks.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
