//! Long files of route tables, subnets and user routes about which there is nothing to say, read by all threads. Where there is, what they say here
//! is nothing, and the careful readers of [`super::routing`] go over the file.

use std::hash::{Hash, Hasher};

use rayon::prelude::*;
use rustc_hash::FxHasher;

use super::directory::{Directory, Tables};
use super::line::Line;
use super::recent::Recent;
use super::row::{fill_clean, find};
use super::sheet::Sheet;
use crate::inventory::columns::{ROUTE_TABLES, ROUTES, SUBNETS};
use crate::inventory::model::Vnet;
use crate::inventory::routing::{NextHop, RouteTable, Subnet, UserRoute};
use crate::names::{LabelId, Labels, NameId, Names};
use crate::prefix::{Family, Prefix};
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
    let fields = sheet.place(&ROUTE_TABLES);
    let name = fields[0].cell;
    let blank = RouteTable::new(unnamed(), Span::NOWHERE);
    let fill = |(): &mut (), line: &Line<'_>, table: &mut RouteTable| {
        table.origin = line.origin();
        fill_clean(&fields, line, table)?;
        (!name.of(line).is_empty()).then_some(())
    };
    let mut rows = sheet.clean_rows(sources, blank, fill)?;
    let before = labels.len();
    let (names, places) = sheet.texts(sources, name, rows.par_iter().map(|table| table.origin));
    if !labels.intern_distinct(&names) {
        return None;
    }
    for ((row, name), place) in rows.iter_mut().zip(labels.iter().skip(before)).zip(places) {
        tables.define(name, place);
        row.name = name;
    }
    Some(rows)
}

pub(super) fn subnets<'text>(
    sheet: &Sheet,
    sources: &'text Sources,
    vnets: &[Vnet],
    labels: &mut Labels,
    (directory, tables): (&Directory, &Tables),
) -> Option<Vec<Subnet>> {
    let fields = sheet.place(&SUBNETS);
    let [vnet, name, _, route_table, _] = fields.each_ref().map(|placed| placed.cell);
    let spaces = Spaces::new(vnets);
    let known = &*labels;
    let nobody = Names::default().intern("");
    let blank = Subnet::new(nobody, unnamed(), Span::NOWHERE);
    let fill = |recent: &mut (Recent<'text, NameId>, Recent<'text, LabelId>),
                line: &Line<'text>,
                subnet: &mut Subnet| {
        let (owners, used) = recent;
        let is_next = |last, text: &str| directory.next_vnet(last, text);
        subnet.vnet = owners.named(vnet.of(line), is_next, |text| directory.known_vnet(text))?;
        subnet.origin = line.origin();
        fill_clean(&fields, line, subnet)?;
        let table = route_table.of(line);
        if !table.is_empty() {
            let is_next = |last, text: &str| tables.next(last, text, known);
            subnet.route_table = Some(used.named(table, is_next, |text| tables.known(text, known))?);
        }
        let is_outside = |prefix: &Prefix| spaces.without(subnet.vnet, *prefix).is_some();
        let is_inside = !subnet.address_space.is_empty() && !subnet.address_space.iter().any(is_outside);
        (is_inside && !name.of(line).is_empty()).then_some(())
    };
    let mut subnets = sheet.clean_rows(sources, blank, fill)?;
    let (names, _) = sheet.texts(sources, name, subnets.par_iter().map(|subnet| subnet.origin));
    for (subnet, name) in subnets.iter_mut().zip(labels.intern_all(&names)) {
        subnet.name = name;
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

pub(super) fn routes<'text>(
    sheet: &Sheet,
    sources: &'text Sources,
    labels: &Labels,
    tables: &Tables,
) -> Option<Vec<UserRoute>> {
    let fields = sheet.place(&ROUTES);
    let [table, prefix, next_hop, address, _] = fields.each_ref().map(|placed| placed.cell);
    let blank =
        UserRoute::new(unnamed(), Prefix::default_route(Family::Ipv4), NextHop::Nowhere, Span::NOWHERE);
    let fill = |used: &mut Recent<'text, LabelId>, line: &Line<'text>, route: &mut UserRoute| {
        let is_next = |last, text: &str| tables.next(last, text, labels);
        route.route_table = used.named(table.of(line), is_next, |text| tables.known(text, labels))?;
        // A service tag is no prefix, and there is something to say about it.
        route.prefix = prefix.of(line).parse().ok()?;
        route.next_hop = find(next_hop.of(line), &NextHop::ALL, NextHop::word)?;
        route.origin = line.origin();
        fill_clean(&fields, line, route)?;
        let has_address = !address.of(line).is_empty();
        (has_address == (route.next_hop == NextHop::Appliance)).then_some(())
    };
    let routes = sheet.clean_rows(sources, blank, fill)?;
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
