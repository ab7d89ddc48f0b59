//! One connected component, with its facts by prefix: what a run of the rules is fed from.

use std::net::IpAddr;

use rustc_hash::FxHashSet;

use super::as_path::Paths;
use crate::facts::ids::PrefixId;
use crate::facts::{Facts, PrefixTable};
use crate::names::{LabelId, NameId};
use crate::prefix::{Family, Prefix};

/// The facts of one connected component.
pub(crate) struct Component<'facts> {
    pub(crate) facts: &'facts Facts,
    pub(crate) number: usize,
    pub(crate) table: PrefixTable,
    pub(crate) address: ByPrefix<NameId>,
    pub(crate) client_pool: ByPrefix<NameId>,
    pub(crate) custom_route: ByPrefix<NameId>,
    pub(crate) summarized_prefix: ByPrefix<NameId>,
    pub(crate) peered_prefix: ByPrefix<(NameId, NameId)>,
    pub(crate) static_route: ByPrefix<(NameId, NameId)>,
    /// The destinations: each network prefix's parts that are the network's, without repetition.
    pub(crate) network_parts: ByPrefix<NameId>,
    /// The parts of the client pools.
    pub(crate) pool_parts: ByPrefix<NameId>,
    /// The AS paths that routes start with.
    pub(crate) paths: Paths,
    /// The subnets by their prefixes.
    pub(super) subnets: Vec<(PrefixId, NameId, LabelId)>,
    /// The prefixes of those that are not reserved, with their VNets.
    pub(crate) listed: ByPrefix<NameId>,
    /// The addresses of private endpoints with their names and VNets, where these are in the place of networks.
    pub(crate) endpoints: ByPrefix<(NameId, NameId)>,
}

/// Rows that belong to a prefix, in the order of prefixes and without repetition.
pub(crate) struct ByPrefix<Value> {
    rows: Vec<(PrefixId, Value)>,
    /// Where the rows of each prefix begin, up to the last that has some; nothing where few have.
    starts: Vec<u32>,
}

impl<Value: Ord + Copy> ByPrefix<Value> {
    const EMPTY: Self = Self { rows: Vec::new(), starts: Vec::new() };

    pub(super) fn new(mut rows: Vec<(PrefixId, Value)>) -> Self {
        rows.sort_unstable();
        rows.dedup();
        let starts = starts(&rows).unwrap_or_default();
        Self { rows, starts }
    }

    pub(crate) fn all(&self) -> &[(PrefixId, Value)] {
        &self.rows
    }

    /// Where the first row of `id`, or of a later prefix, stands.
    fn place(&self, id: PrefixId) -> usize {
        match self.starts.get(id.index()) {
            Some(start) => *start as usize,
            None if self.starts.is_empty() => self.rows.partition_point(|(other, _)| *other < id),
            None => self.rows.len(),
        }
    }

    /// The rows of the prefixes from `first` to before `end`.
    fn between(&self, first: PrefixId, end: PrefixId) -> &[(PrefixId, Value)] {
        &self.rows[self.place(first)..self.place(end)]
    }

    pub(crate) fn of(&self, id: PrefixId) -> &[(PrefixId, Value)] {
        let rows = &self.rows[self.place(id)..];
        let length = rows.iter().take_while(|(other, _)| *other == id).count();
        &rows[..length]
    }

    /// Where `row` stands.
    pub(crate) fn position(&self, row: (PrefixId, Value)) -> Option<usize> {
        let place = self.place(row.0);
        let offset = self.of(row.0).iter().position(|known| *known == row)?;
        Some(place + offset)
    }
}

/// Where the rows of each prefix begin; none where a table of all prefixes would be much longer than that of the rows.
fn starts<Value>(rows: &[(PrefixId, Value)]) -> Option<Vec<u32>> {
    let count = rows.last()?.0.index() + 1;
    if count > 8 * rows.len() {
        return None;
    }
    let mut starts = Vec::with_capacity(count);
    for (place, (id, _)) in (0..).zip(rows) {
        if starts.len() <= id.index() {
            starts.resize(id.index() + 1, place);
        }
    }
    Some(starts)
}

impl<'facts> Component<'facts> {
    pub(crate) fn new(facts: &'facts Facts, number: usize) -> Self {
        Self::about(facts, number, facts.of(number).prefixes())
    }

    /// The component as far as it is about `prefixes`, which are all that it names or overlap none of the others.
    pub(crate) fn about(facts: &'facts Facts, number: usize, prefixes: Vec<Prefix>) -> Self {
        let mut part = Self::listing(facts, number, prefixes);
        let networks = part.network_prefixes();
        part.network_parts = part.every_part(&networks, Self::parts_of_network);
        part
    }

    /// What decides which networks hold addresses of `wanted`. Its parts are those of the whole component as far as they
    /// lie in `wanted`, and tell nothing beside it.
    pub(crate) fn around(facts: &'facts Facts, number: usize, wanted: Prefix) -> Self {
        let rows = facts.of(number);
        let is_near = |row: &&(NameId, Prefix)| row.1.overlaps(wanted);
        let holders: FxHashSet<NameId> = rows.address.iter().filter(is_near).map(|row| row.0).collect();
        let near = rows.address.iter().chain(rows.client_pool).filter(is_near).map(|row| row.1);
        let subnets = rows.subnet.iter().filter(|row| holders.contains(&row.0)).map(|row| row.2);
        Self::listing(facts, number, near.chain(subnets).collect())
    }

    /// The component with its client pools and listed subnets, and no network's parts yet.
    fn listing(facts: &'facts Facts, number: usize, prefixes: Vec<Prefix>) -> Self {
        let mut part = Self::naming(facts, number, prefixes);
        let listed = part.subnets.iter().filter(|row| !row.2.is_reserved());
        part.listed = ByPrefix::new(listed.map(|row| (row.0, row.1)).collect());
        part
    }

    /// The component with its client pools, and no network's parts yet; every prefix that is asked for is among `prefixes`.
    pub(super) fn naming(facts: &'facts Facts, number: usize, prefixes: Vec<Prefix>) -> Self {
        let rows = facts.of(number);
        let table = PrefixTable::new(prefixes);
        let by_prefix = |rows: &[(NameId, Prefix)]| {
            ByPrefix::new(
                rows.iter().filter_map(|(name, prefix)| Some((table.id(*prefix)?, *name))).collect(),
            )
        };
        let address = by_prefix(rows.address);
        let client_pool = by_prefix(rows.client_pool);
        let custom_route = by_prefix(rows.custom_route);
        let summarized_prefix = by_prefix(rows.summarized_prefix);
        let of_pairs = |rows: &[(NameId, NameId, Prefix)]| {
            ByPrefix::new(
                rows.iter()
                    .filter_map(|(one, other, prefix)| Some((table.id(*prefix)?, (*one, *other))))
                    .collect(),
            )
        };
        let placed = rows.subnet.iter().filter_map(|row| Some((table.id(row.2)?, row.0, row.1)));
        let mut subnets: Vec<(PrefixId, NameId, LabelId)> = placed.collect();
        subnets.sort_unstable();
        let peered_prefix = of_pairs(rows.peered_prefix);
        let static_route = of_pairs(rows.static_route);
        let mut part = Self {
            facts,
            number,
            table,
            address,
            client_pool,
            custom_route,
            summarized_prefix,
            peered_prefix,
            static_route,
            network_parts: ByPrefix::EMPTY,
            pool_parts: ByPrefix::EMPTY,
            paths: Paths::of_origins(facts, number),
            subnets,
            listed: ByPrefix::EMPTY,
            endpoints: ByPrefix::EMPTY,
        };
        part.pool_parts = part.every_part(part.client_pool.all(), Self::parts_of_pool);
        part
    }

    /// The component with routes that carry the ASNs of all routers that they passed, where these can be followed.
    pub(crate) fn following_paths(self) -> Self {
        let paths = Paths::followed(self.facts, self.number);
        Self { paths: paths.unwrap_or(self.paths), ..self }
    }

    /// The prefixes that are destinations: every address but a site's default routes.
    pub(crate) fn network_prefixes(&self) -> Vec<(PrefixId, NameId)> {
        let is_site = |name: NameId| self.facts.site.of(self.number).contains(&name);
        let is_default = |id: PrefixId| self.table.prefix(id).is_default_route();
        self.address.all().iter().filter(|(id, name)| !(is_default(*id) && is_site(*name))).copied().collect()
    }

    /// The parts of a network's prefix; what lies in a longer prefix of another network is that network's, and
    /// of a site's prefix what lies in a longer client pool is the clients'. Where subnets of the prefix are listed, what
    /// lies in none of them holds nobody.
    pub(crate) fn parts_of_network(&self, prefix: PrefixId, network: NameId) -> Vec<PrefixId> {
        let is_site = || self.facts.site.of(self.number).contains(&network);
        let mut parts = self.table.parts_of(prefix, |inner| {
            let is_anothers = self.address.of(inner).iter().any(|(_, owner)| *owner != network);
            is_anothers || !self.client_pool.of(inner).is_empty() && is_site()
        });
        let subnets = self.subnets_in(prefix, network);
        if !subnets.is_empty() {
            let is_in = |part: PrefixId, subnet: PrefixId| subnet <= part && part < self.table.end(subnet);
            parts.retain(|part| subnets.iter().any(|subnet| is_in(*part, *subnet)));
        }
        parts
    }

    /// The prefixes of listed subnets in a prefix of the network.
    pub(crate) fn subnets_in(&self, prefix: PrefixId, network: NameId) -> Vec<PrefixId> {
        let inside = self.listed.between(prefix, self.table.end(prefix)).iter();
        inside.filter(|(_, vnet)| *vnet == network).map(|(id, _)| *id).collect()
    }

    /// The parts of a client pool; what lies in a longer prefix of any network is the network's.
    pub(crate) fn parts_of_pool(&self, prefix: PrefixId, _: NameId) -> Vec<PrefixId> {
        self.table.parts_of(prefix, |inner| !self.address.of(inner).is_empty())
    }

    fn every_part(
        &self,
        owned: &[(PrefixId, NameId)],
        parts_of: impl Fn(&Self, PrefixId, NameId) -> Vec<PrefixId>,
    ) -> ByPrefix<NameId> {
        let parts = owned.iter().flat_map(|(prefix, owner)| {
            parts_of(self, *prefix, *owner).into_iter().map(move |part| (part, *owner))
        });
        ByPrefix::new(parts.collect())
    }

    /// The networks whose address space holds the address.
    pub(super) fn holding(&self, address: IpAddr) -> impl Iterator<Item = NameId> + '_ {
        let around = Prefix::from(address).and_wider().filter_map(|prefix| self.table.id(prefix));
        around.flat_map(|id| self.address.of(id)).map(|row| row.1)
    }

    /// How many routers there are.
    pub(crate) fn router_count(&self) -> usize {
        self.facts.asn.of(self.number).len()
    }

    /// How many routers have BGP sessions.
    pub(crate) fn speaker_count(&self) -> usize {
        self.facts.bgp.of(self.number).chunk_by(|one, other| one.0 == other.0).count()
    }

    /// The gateways, each with the address families in which its clients have addresses.
    pub(crate) fn answered_families(&self) -> Vec<(NameId, Family)> {
        let pools = self.facts.client_pool.of(self.number);
        let mut families: Vec<(NameId, Family)> =
            pools.iter().map(|(gateway, pool)| (*gateway, pool.family())).collect();
        families.sort_unstable();
        families.dedup();
        families
    }

    /// The gateways that announce summaries, each once.
    pub(crate) fn summarizing(&self) -> Vec<NameId> {
        let mut gateways: Vec<NameId> =
            self.summarized_prefix.all().iter().map(|(_, gateway)| *gateway).collect();
        gateways.sort_unstable();
        gateways.dedup();
        gateways
    }

    /// The gateways with a client pool, each once, in the order of names' numbers.
    pub(crate) fn p2s_gateways(&self) -> Vec<NameId> {
        let mut gateways: Vec<NameId> =
            self.facts.client_pool.of(self.number).iter().map(|row| row.0).collect();
        gateways.sort_unstable();
        gateways.dedup();
        gateways
    }
}
