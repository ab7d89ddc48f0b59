//! Long files of route tables, subnets and user routes about which there is nothing to say, read by all threads. Where there is, what they say here
//! is nothing, and the careful readers of [`super::routing`] go over the file.

use std::hash::{Hash, Hasher};

use rayon::prelude::*;
use rustc_hash::FxHasher;

use super::directory::{Directory, Tables};
use super::row::{fill_clean, find};
use super::sheet::Sheet;
use crate::inventory::columns::{ROUTE_TABLES, ROUTES, SUBNETS};
use crate::inventory::model::Vnet;
use crate::inventory::routing::{NextHop, RouteTable, Subnet, UserRoute};
use crate::names::{LabelId, Labels, NameId};
use crate::prefix::Prefix;
use crate::source::{Sources, Span};

/// What is known of the prefixes of VNets, by the numbers of their names.
pub(super) struct Spaces<'read>(Vec<&'read [Prefix]>);

impl<'read> Spaces<'read> {
    pub(super) fn new(vnets: &'read [Vnet]) -> Self {
        let count = vnets.iter().map(|vnet| vnet.name.index() + 1).max().unwrap_or_default();
        let mut spaces = vec![&[][..]; count];
        for vnet in vnets {
            spaces[vnet.name.index()] = &vnet.address_space[..];
        }
        Self(spaces)
    }

    /// The address space of the VNet where no prefix of it covers `inner`. Of a VNet without prefixes, they are not known.
    pub(super) fn without(&self, vnet: NameId, inner: Prefix) -> Option<&'read [Prefix]> {
        let space = self.0.get(vnet.index()).filter(|space| !space.is_empty())?;
        (!space.iter().any(|own| own.covers(inner))).then_some(*space)
    }
}

/// What the same column of the record before named: exports list together what belongs together.
struct Last<Id>(Option<(String, Id)>);

impl<Id> Default for Last<Id> {
    fn default() -> Self {
        Self(None)
    }
}

impl<Id: Copy> Last<Id> {
    fn named(&mut self, text: &str, look_up: impl FnOnce(&str) -> Option<Id>) -> Option<Id> {
        match &mut self.0 {
            Some((known, id)) if known == text => Some(*id),
            Some((known, id)) => {
                *id = look_up(text)?;
                text.clone_into(known);
                Some(*id)
            }
            None => {
                let id = look_up(text)?;
                self.0 = Some((text.to_owned(), id));
                Some(id)
            }
        }
    }
}

/// Where nothing has its name yet: a number that every [`Labels`] has.
fn unnamed() -> LabelId {
    Labels::default().intern("GatewaySubnet")
}

pub(super) fn route_tables(
    sheet: &Sheet,
    sources: &Sources,
    labels: &mut Labels,
    tables: &mut Tables,
) -> Option<Vec<RouteTable>> {
    struct Read<'text> {
        name: &'text str,
        place: Span,
        table: RouteTable,
    }
    let fields = sheet.place(&ROUTE_TABLES);
    let name = fields[0].cell;
    let unnamed = unnamed();
    let parse = |(): &mut (), record: &csv::StringRecord, origin| {
        let mut table = RouteTable::new(unnamed, origin);
        fill_clean(&fields, record, &mut table)?;
        let (name, place) = name.whole(record, origin, sources)?;
        Some(Read { name, place, table })
    };
    let stretches = sheet.clean_rows(sources, parse)?;
    let before = labels.len();
    if !labels.intern_distinct(stretches.iter().flatten().map(|row| row.name)) {
        return None;
    }
    let rows = stretches.into_iter().flatten().zip(labels.iter().skip(before));
    Some(
        rows.map(|(row, name)| {
            tables.define(name, row.place);
            RouteTable { name, ..row.table }
        })
        .collect(),
    )
}

pub(super) fn subnets(
    sheet: &Sheet,
    sources: &Sources,
    vnets: &[Vnet],
    labels: &mut Labels,
    (directory, tables): (&Directory, &Tables),
) -> Option<Vec<Subnet>> {
    struct Read<'text> {
        name: &'text str,
        subnet: Subnet,
    }
    let fields = sheet.place(&SUBNETS);
    let [vnet, name, _, route_table, _] = fields.each_ref().map(|placed| placed.cell);
    let spaces = Spaces::new(vnets);
    let unnamed = unnamed();
    let known = &*labels;
    let parse = |(owners, used): &mut (Last<NameId>, Last<LabelId>), record: &csv::StringRecord, origin| {
        let owner = owners.named(vnet.text(record), |text| directory.known_vnet(text))?;
        let mut subnet = Subnet::new(owner, unnamed, origin);
        fill_clean(&fields, record, &mut subnet)?;
        let table = route_table.text(record);
        if !table.is_empty() {
            subnet.route_table = Some(used.named(table, |text| tables.known(text, known))?);
        }
        let is_outside = |prefix: &Prefix| spaces.without(owner, *prefix).is_some();
        if subnet.address_space.is_empty() || subnet.address_space.iter().any(is_outside) {
            return None;
        }
        let (name, _) = name.whole(record, origin, sources)?;
        Some(Read { name, subnet })
    };
    let stretches = sheet.clean_rows(sources, parse)?;
    let mut subnets = Vec::with_capacity(stretches.iter().map(Vec::len).sum());
    for stretch in stretches {
        let named = |row: Read<'_>| Subnet { name: labels.intern(row.name), ..row.subnet };
        subnets.extend(stretch.into_iter().map(named));
    }
    are_apart(&subnets).then_some(subnets)
}

/// True where the subnets of each VNet stand together, have names of their own, and do not overlap.
fn are_apart(subnets: &[Subnet]) -> bool {
    let of_one = |one: &Subnet, other: &Subnet| one.vnet == other.vnet;
    let mut vnets: Vec<NameId> = subnets.chunk_by(of_one).map(|of_vnet| of_vnet[0].vnet).collect();
    vnets.par_sort_unstable();
    let stand_together = vnets.windows(2).all(|pair| pair[0] != pair[1]);
    stand_together
        && subnets.par_chunk_by(of_one).all(|of_vnet| {
            let mut names: Vec<LabelId> = of_vnet.iter().map(|subnet| subnet.name).collect();
            names.sort_unstable();
            let mut prefixes: Vec<Prefix> =
                of_vnet.iter().flat_map(|subnet| &subnet.address_space).copied().collect();
            prefixes.sort_unstable();
            // Sorted, whatever overlaps at all overlaps its neighbour too.
            names.windows(2).all(|pair| pair[0] != pair[1])
                && prefixes.windows(2).all(|pair| !pair[0].overlaps(pair[1]))
        })
}

pub(super) fn routes(
    sheet: &Sheet,
    sources: &Sources,
    labels: &Labels,
    tables: &Tables,
) -> Option<Vec<UserRoute>> {
    let fields = sheet.place(&ROUTES);
    let [table, prefix, next_hop, address, _] = fields.each_ref().map(|placed| placed.cell);
    let parse = |used: &mut Last<LabelId>, record: &csv::StringRecord, origin| {
        let table = used.named(table.text(record), |text| tables.known(text, labels))?;
        // A service tag is no prefix, and there is something to say about it.
        let prefix = prefix.text(record).parse().ok()?;
        let kind = find(next_hop.text(record), &NextHop::ALL, NextHop::word)?;
        let mut route = UserRoute::new(table, prefix, kind, origin);
        fill_clean(&fields, record, &mut route)?;
        let has_address = !address.text(record).is_empty();
        (has_address == (kind == NextHop::Appliance)).then_some(route)
    };
    let stretches = sheet.clean_rows(sources, parse)?;
    let mut routes = Vec::with_capacity(stretches.iter().map(Vec::len).sum());
    for mut stretch in stretches {
        routes.append(&mut stretch);
    }
    are_distinct(&routes).then_some(routes)
}

/// True where no table surely has two routes for one prefix: two that only seem to be the same are left to the careful reader.
fn are_distinct(routes: &[UserRoute]) -> bool {
    let hash = |route: &UserRoute| {
        let mut hasher = FxHasher::default();
        (route.route_table, route.prefix).hash(&mut hasher);
        hasher.finish()
    };
    let mut hashes: Vec<u64> = routes.par_iter().map(hash).collect();
    hashes.par_sort_unstable();
    hashes.par_windows(2).all(|pair| pair[0] != pair[1])
}
