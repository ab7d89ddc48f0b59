//! The files of DNS servers, resolvers, private zones and private endpoints.

use rustc_hash::FxHashMap;

use super::Reading;
use super::cell::Cell;
use super::directory::{defined_twice, shown};
use super::machines::Machines;
use super::row::Row;
use super::sheet::Sheet;
use crate::inventory::columns::{DNS, PRIVATE_ENDPOINTS, RESOLVERS, ZONES};
use crate::inventory::naming::{DnsServers, PrivateEndpoint, Resolver, ZoneLink, zone_name};
use crate::inventory::wrong::bad_zone;
use crate::names::{LabelId, Labels, NameId};
use crate::source::Span;

impl Reading<'_> {
    pub(super) fn dns_servers(&mut self, sheet: &Sheet) {
        let fields = sheet.place(&DNS);
        let [vnet, servers] = fields.each_ref().map(|placed| placed.cell);
        let (directory, rows) = (&mut self.directory, &mut self.inventory.dns_servers);
        let mut first: FxHashMap<NameId, Span> = FxHashMap::default();
        sheet.rows(self.sources, self.diagnostics, |row| {
            if !row.whole {
                return;
            }
            let owner = directory.vnet(row, vnet);
            row.required(servers);
            let Some(made) = row.fill(&fields, owner.map(|owner| DnsServers::new(owner, row.origin))) else {
                return;
            };
            let place = row.place(vnet);
            if let Some(first) = first.insert(made.vnet, place) {
                let of = shown(directory.names.text(made.vnet));
                let message = format!("the DNS servers of {of} stand in two rows");
                row.push(
                    defined_twice(message, place, first)
                        .help("several servers stand in one row: `10.0.0.4;10.0.0.5`"),
                );
            }
            rows.push(made);
        });
    }

    pub(super) fn resolvers(&mut self, sheet: &Sheet) {
        let fields = sheet.place(&RESOLVERS);
        let cells = fields.each_ref().map(|placed| placed.cell);
        let (directory, inventory) = (&mut self.directory, &mut self.inventory);
        let mut machines = Machines::new("resolvers", cells, &inventory.vnets);
        sheet.rows(self.sources, self.diagnostics, |row| {
            if !row.whole {
                return;
            }
            let found = machines.find(row, directory, &mut inventory.labels);
            let resolver = found.map(|(name, vnet)| Resolver::new(name, vnet, row.origin));
            let Some(resolver) = row.fill(&fields, resolver) else { return };
            machines.check(row, directory, resolver.vnet, &resolver.addresses);
            inventory.resolvers.push(resolver);
        });
    }

    pub(super) fn zones(&mut self, sheet: &Sheet) {
        let fields = sheet.place(&ZONES);
        let [zone, vnet, _] = fields.each_ref().map(|placed| placed.cell);
        let (directory, inventory) = (&mut self.directory, &mut self.inventory);
        let mut first: FxHashMap<(LabelId, Option<NameId>), Span> = FxHashMap::default();
        sheet.rows(self.sources, self.diagnostics, |row| {
            if !row.whole {
                return;
            }
            row.required(zone);
            let name = named_zone(row, zone, &mut inventory.labels);
            let is_linked = !row.text(vnet).is_empty();
            let owner = if is_linked { directory.vnet(row, vnet) } else { None };
            let link = name
                .filter(|_| owner.is_some() == is_linked)
                .map(|name| ZoneLink { vnet: owner, ..ZoneLink::new(name, row.origin) });
            let Some(link) = row.fill(&fields, link) else { return };
            let place = row.place(zone);
            if let Some(first) = first.insert((link.zone, link.vnet), place) {
                let of = shown(inventory.labels.text(link.zone));
                let message = match link.vnet {
                    Some(vnet) => {
                        format!("the zone {of} is linked to {} twice", shown(directory.names.text(vnet)))
                    }
                    None => format!("the zone {of} without links stands in two rows"),
                };
                row.push(defined_twice(message, place, first));
            }
            inventory.zone_links.push(link);
        });
    }

    pub(super) fn private_endpoints(&mut self, sheet: &Sheet) {
        let fields = sheet.place(&PRIVATE_ENDPOINTS);
        let [name, vnet, address, zone] = fields.each_ref().map(|placed| placed.cell);
        let (directory, inventory) = (&mut self.directory, &mut self.inventory);
        let mut machines = Machines::new("private endpoints", [name, vnet, address], &inventory.vnets);
        sheet.rows(self.sources, self.diagnostics, |row| {
            if !row.whole {
                return;
            }
            let found = machines.find(row, directory, &mut inventory.labels);
            let zone = named_zone(row, zone, &mut inventory.labels);
            let endpoint = found
                .map(|(name, vnet)| PrivateEndpoint { zone, ..PrivateEndpoint::new(name, vnet, row.origin) });
            let Some(endpoint) = row.fill(&fields, endpoint) else { return };
            machines.check(row, directory, endpoint.vnet, &endpoint.addresses);
            inventory.private_endpoints.push(endpoint);
        });
    }
}

/// The zone that the cell names; none where it is empty, or names none, which is said.
fn named_zone(row: &mut Row<'_>, cell: Cell, labels: &mut Labels) -> Option<LabelId> {
    let text = row.text(cell);
    if text.is_empty() {
        return None;
    }
    let name = zone_name(text);
    if name.is_none() {
        row.push(bad_zone(text, row.place(cell)));
    }
    name.map(|name| labels.intern(name))
}
