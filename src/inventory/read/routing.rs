//! The files of subnets, route tables, user routes and appliances.

use rustc_hash::FxHashMap;

use super::Reading;
use super::cell::Cell;
use super::clean::{self, Spaces};
use super::directory::{defined_twice, shown};
use super::machines::{Machines, outside};
use super::row::Row;
use super::sheet::Sheet;
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::columns::{APPLIANCES, ROUTE_TABLES, ROUTES, SUBNETS};
use crate::inventory::model::Inventory;
use crate::inventory::routing::{Appliance, NextHop, RouteTable, Subnet, UserRoute, is_service_tag};
use crate::inventory::text::elements;
use crate::inventory::wrong::{bad_prefix, service_tag};
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;
use crate::source::Span;

impl Reading<'_> {
    pub(super) fn route_tables(&mut self, sheet: &Sheet) {
        let (tables, labels) = (&mut self.tables, &mut self.inventory.labels);
        if let Some(route_tables) = clean::route_tables(sheet, self.sources, labels, tables) {
            self.inventory.route_tables = route_tables.into();
            return;
        }
        let fields = sheet.place(&ROUTE_TABLES);
        let name = fields[0].cell;
        let (tables, inventory) = (&mut self.tables, &mut self.inventory);
        let all_read = sheet.rows(self.sources, self.diagnostics, |row| {
            let Some(text) = row.required(name) else { return };
            let label = inventory.labels.intern(text);
            let place = row.place(name);
            if let Some(first) = tables.define(label, place) {
                row.push(defined_twice(format!("two route tables are called {}", shown(text)), place, first));
            } else if row.whole {
                inventory.route_tables.extend(row.fill(&fields, Some(RouteTable::new(label, row.origin))));
            }
        });
        tables.all_known &= all_read && sheet.shows_all(name);
    }

    pub(super) fn subnets(&mut self, sheet: &Sheet) {
        let fields = sheet.place(&SUBNETS);
        let [vnet, name, address_space, route_table, _] = fields.each_ref().map(|placed| placed.cell);
        let (tables, directory, inventory) = (&mut self.tables, &mut self.directory, &mut self.inventory);
        let known = (&*directory, &*tables);
        let Inventory { vnets, labels, .. } = inventory;
        if let Some(subnets) = clean::subnets(sheet, self.sources, vnets, labels, known) {
            inventory.subnets = subnets.into();
            return;
        }
        let spaces = Spaces::new(&inventory.vnets);
        let mut first: FxHashMap<(NameId, LabelId), Span> = FxHashMap::default();
        let mut held: Vec<Held> = Vec::new();
        sheet.rows(self.sources, self.diagnostics, |row| {
            if !row.whole {
                return;
            }
            let owner = directory.vnet(row, vnet);
            let text = row.required(name);
            if elements(row.text(address_space)).next().is_none() {
                row.empty(address_space, "expected a value");
            }
            let used = tables.used(row, route_table, &inventory.labels);
            let subnet = owner.zip(text).map(|(owner, text)| {
                let label = inventory.labels.intern(text);
                let place = row.place(name);
                if let Some(first) = first.insert((owner, label), place) {
                    let of = shown(directory.names.text(owner));
                    let message = format!("two subnets of {of} are called {}", shown(text));
                    row.push(defined_twice(message, place, first));
                }
                Subnet { route_table: used, ..Subnet::new(owner, label, row.origin) }
            });
            let Some(subnet) = row.fill(&fields, subnet) else { return };
            for prefix in &subnet.address_space {
                let place = row.place(address_space);
                if let Some(space) = spaces.without(subnet.vnet, *prefix) {
                    let of = shown(directory.names.text(subnet.vnet));
                    let message = format!("the subnet prefix `{prefix}` lies in no prefix of the VNet {of}");
                    row.push(outside(message, place, space));
                }
                held.push(Held { vnet: subnet.vnet, prefix: *prefix, name: subnet.name, place });
            }
            inventory.subnets.push(subnet);
        });
        // In the order of prefixes, what overlaps a prefix follows the widest one around it.
        held.sort_by_key(|held| (held.vnet, held.prefix, held.place));
        for of_vnet in held.chunk_by(|one, other| one.vnet == other.vnet) {
            let mut widest = &of_vnet[0];
            for next in &of_vnet[1..] {
                if widest.prefix.covers(next.prefix) {
                    let (earlier, later) =
                        if widest.place <= next.place { (widest, next) } else { (next, widest) };
                    let message = format!(
                        "`{}` of the subnet {} and `{}` of the subnet {} of the same VNet overlap",
                        later.prefix,
                        shown(inventory.labels.text(later.name)),
                        earlier.prefix,
                        shown(inventory.labels.text(earlier.name)),
                    );
                    self.diagnostics.push(
                        Diagnostic::new(Code::OverlappingSubnets, message)
                            .at(later.place, "expected addresses that no other subnet has")
                            .with(earlier.place, "these have the same addresses")
                            .help("an address of a VNet is in one subnet at most"),
                    );
                } else {
                    widest = next;
                }
            }
        }
    }

    pub(super) fn routes(&mut self, sheet: &Sheet) {
        let fields = sheet.place(&ROUTES);
        let [table, prefix, next_hop, address, _] = fields.each_ref().map(|placed| placed.cell);
        let (tables, inventory) = (&mut self.tables, &mut self.inventory);
        if let Some(routes) = clean::routes(sheet, self.sources, &inventory.labels, tables) {
            inventory.user_routes = routes.into();
            return;
        }
        let mut first: FxHashMap<(LabelId, Prefix), Span> = FxHashMap::default();
        let mut service_tags: FxHashMap<LabelId, usize> = FxHashMap::default();
        sheet.rows(self.sources, self.diagnostics, |row| {
            if !row.whole {
                return;
            }
            let is_named = row.required(table).is_some();
            let used = is_named.then(|| tables.used(row, table, &inventory.labels)).flatten();
            let covered = covered(row, prefix);
            row.required(next_hop);
            let kind = row.word(next_hop, &NextHop::ALL, NextHop::word, "a kind of next hop");
            let route = match (used, covered, kind) {
                (Some(table), Some(Covered::Prefix(prefix)), Some(kind)) => {
                    Some(UserRoute::new(table, prefix, kind, row.origin))
                }
                (Some(table), Some(Covered::ServiceTag), _) => {
                    *service_tags.entry(table).or_default() += 1;
                    None
                }
                _ => None,
            };
            let Some(route) = row.fill(&fields, route) else { return };
            let needs_address = kind == Some(NextHop::Appliance);
            if needs_address && row.text(address).is_empty() {
                let message = "`VirtualAppliance` has no `next_hop_address`";
                row.push(
                    Diagnostic::new(Code::EmptyValue, message)
                        .at(row.place(address), "expected the address of the appliance"),
                );
            } else if !needs_address && !row.text(address).is_empty() {
                let message = format!("`{}` takes no address", route.next_hop.word());
                row.push(
                    Diagnostic::new(Code::BadValue, message)
                        .at(row.place(address), "expected nothing")
                        .help("an address belongs to the next hop `VirtualAppliance` alone"),
                );
            }
            let place = row.place(prefix);
            if let Some(first) = first.insert((route.route_table, route.prefix), place) {
                let text = shown(inventory.labels.text(route.route_table));
                row.push(
                    Diagnostic::new(
                        Code::DuplicateRoute,
                        format!("the route table {text} has two routes for `{}`", route.prefix),
                    )
                    .at(place, "named again here")
                    .with(first, "first named here")
                    .help("several next hops for one prefix stand in one row: `10.0.1.4;10.0.1.5`"),
                );
            }
            inventory.user_routes.push(route);
        });
        if !service_tags.is_empty() {
            for table in &mut inventory.route_tables {
                table.service_tags = service_tags.get(&table.name).copied().unwrap_or_default();
            }
        }
    }

    pub(super) fn appliances(&mut self, sheet: &Sheet) {
        let fields = sheet.place(&APPLIANCES);
        let [name, vnet, address, _] = fields.each_ref().map(|placed| placed.cell);
        let (directory, inventory) = (&mut self.directory, &mut self.inventory);
        let mut machines = Machines::new("appliances", [name, vnet, address], &inventory.vnets);
        sheet.rows(self.sources, self.diagnostics, |row| {
            if !row.whole {
                return;
            }
            let found = machines.find(row, directory, &mut inventory.labels);
            let appliance = found.map(|(name, vnet)| Appliance::new(name, vnet, row.origin));
            let Some(appliance) = row.fill(&fields, appliance) else { return };
            machines.check(row, directory, appliance.vnet, &appliance.addresses);
            inventory.appliances.push(appliance);
        });
    }
}

/// A prefix of a subnet, and where it stands.
struct Held {
    vnet: NameId,
    prefix: Prefix,
    name: LabelId,
    place: Span,
}

/// What a user route is for.
enum Covered {
    Prefix(Prefix),
    /// Public addresses that change: the route is left out.
    ServiceTag,
}

/// What a user route is for; none where the cell says nothing of the kind, which is said. A service tag is noted.
fn covered(row: &mut Row<'_>, cell: Cell) -> Option<Covered> {
    let text = row.required(cell)?;
    match text.parse() {
        Ok(prefix) => Some(Covered::Prefix(prefix)),
        Err(_) if is_service_tag(text) => {
            let place = row.place(cell);
            row.push(service_tag(text, place));
            Some(Covered::ServiceTag)
        }
        Err(error) => {
            let finding = bad_prefix(text, &error, row.place(cell));
            row.push(finding);
            None
        }
    }
}
