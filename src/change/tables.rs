//! Changes to subnets, route tables, user routes and appliances.

use std::net::IpAddr;

use super::fact::{Edit, Fact};
use super::{Editor, put};
use crate::inventory::routing::{Appliance, Hop, NextHop, RouteTable, Subnet, UserRoute};
use crate::inventory::{Inventory, nearest, shortened};
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;

/// The networks that a change to a route table or an appliance, which names none, is about.
pub(super) fn networks_of(inventory: &Inventory, fact: Fact<'_>) -> Vec<NameId> {
    let label = |text: &str| inventory.labels.get(text);
    match fact {
        // One that is taken from a subnet may be used by others afterwards.
        Fact::GatewayRoutes(table) | Fact::UserRoute(table, ..) | Fact::UsesTable(_, _, table) => {
            let Some(table) = label(table) else { return Vec::new() };
            let users = inventory.subnets.iter().filter(|subnet| subnet.route_table == Some(table));
            users.map(|subnet| subnet.vnet).collect()
        }
        Fact::Stateful(appliance) => {
            let Some(appliance) = label(appliance) else { return Vec::new() };
            let rows = inventory.appliances.iter().filter(|row| row.name == appliance);
            rows.map(|row| row.vnet).collect()
        }
        _ => Vec::new(),
    }
}

impl Editor<'_> {
    fn subnet_row(&self, vnet: NameId, name: LabelId) -> Option<usize> {
        self.inventory.subnets.iter().position(|row| row.vnet == vnet && row.name == name)
    }

    fn table_row(&self, text: &str) -> Option<usize> {
        let label = self.inventory.labels.get(text)?;
        self.inventory.route_tables.iter().position(|row| row.name == label)
    }

    fn appliance_row(&self, text: &str) -> Option<usize> {
        let label = self.inventory.labels.get(text)?;
        self.inventory.appliances.iter().position(|row| row.name == label)
    }

    /// Says that an address or a prefix lies outside of the VNet; true where it does not, or that does not matter.
    pub(super) fn is_in_vnet(&mut self, edit: &Edit<'_>, vnet: NameId, inner: Prefix, what: &str) -> bool {
        let space = self.topology().address_space(vnet).to_vec();
        if !edit.add || space.is_empty() || space.iter().any(|own| own.covers(inner)) {
            return true;
        }
        let message = format!("{what} lies in no prefix of the VNet {}", self.shown(vnet));
        self.refuse(edit, message, "`+ address(…)` before this change adds one")
    }

    pub(super) fn subnet(&mut self, edit: &Edit<'_>, vnet: &str, subnet: &str, prefix: Prefix) {
        let Some(vnet) = self.known_vnet(edit, vnet) else { return };
        if !self.is_in_vnet(edit, vnet, prefix, &format!("`{prefix}`")) {
            return;
        }
        let known = self.inventory.labels.get(subnet);
        let row = known.and_then(|label| self.subnet_row(vnet, label));
        if edit.add {
            let is_other = |(number, other): &(usize, &Subnet)| other.vnet == vnet && Some(*number) != row;
            let others = self.inventory.subnets.iter().enumerate().filter(is_other);
            let taken = others.flat_map(|(_, other)| &other.address_space).find(|own| own.overlaps(prefix));
            if let Some(taken) = taken.copied() {
                let message = format!("`{prefix}` overlaps `{taken}` of another subnet of the VNet");
                if !self.refuse(edit, message, "an address of a VNet is in one subnet at most") {
                    return;
                }
            }
        }
        let Some(row) = row else {
            if edit.add {
                let label = self.inventory.labels.intern(subnet);
                let mut made = Subnet::new(vnet, label, edit.span);
                made.address_space.push(prefix);
                self.inventory.subnets.push(made);
            } else {
                self.nothing(edit);
            }
            return;
        };
        let held = &mut self.inventory.subnets[row];
        if !put(&mut held.address_space, prefix, edit.add) {
            self.nothing(edit);
            return;
        }
        held.origin = edit.span;
        if held.address_space.is_empty() {
            let used_table = self.inventory.subnets.remove(row).route_table.is_some();
            if used_table {
                self.note(
                    edit,
                    format!("the subnet `{}` is gone, and no longer uses its route table", shortened(subnet)),
                );
            }
        }
    }

    /// The row of the VNet's subnet called so; where there is none, says so.
    fn known_subnet(&mut self, edit: &Edit<'_>, vnet: &str, subnet: &str) -> Option<usize> {
        let vnet = self.known_vnet(edit, vnet)?;
        let known = self.inventory.labels.get(subnet);
        let row = known.and_then(|label| self.subnet_row(vnet, label));
        if row.is_none() {
            let message = format!("{} has no subnet `{}`", self.shown(vnet), shortened(subnet));
            let subnets = self.inventory.subnets.iter().filter(|row| row.vnet == vnet);
            let meant = self.meant(subnet, subnets.map(|row| row.name));
            self.unknown(edit, message, meant + "`+ subnet(…)` before this change adds one");
        }
        row
    }

    pub(super) fn uses_table(&mut self, edit: &Edit<'_>, vnet: &str, subnet: &str, table: &str) {
        let Some(row) = self.known_subnet(edit, vnet, subnet) else { return };
        let Some(table) = self.table_row(table).map(|row| self.inventory.route_tables[row].name) else {
            self.unknown_table(edit, table);
            return;
        };
        let before = self.inventory.subnets[row].route_table;
        if (before == Some(table)) == edit.add {
            self.nothing(edit);
            return;
        }
        let held = &mut self.inventory.subnets[row];
        (held.route_table, held.origin) = (edit.add.then_some(table), edit.span);
        if let Some(before) = before.filter(|_| edit.add) {
            let before = self.inventory.labels.text(before).to_owned();
            self.note(
                edit,
                format!("the subnet `{}` no longer uses the route table `{before}`", shortened(subnet)),
            );
        }
    }

    pub(super) fn endpoint_policies(&mut self, edit: &Edit<'_>, vnet: &str, subnet: &str) {
        let Some(row) = self.known_subnet(edit, vnet, subnet) else { return };
        let held = &mut self.inventory.subnets[row];
        if held.endpoint_policies == edit.add {
            self.nothing(edit);
        } else {
            (held.endpoint_policies, held.origin) = (edit.add, edit.span);
        }
    }

    /// The label that is like the text, as the beginning of a help; nothing where none is.
    fn meant(&self, text: &str, labels: impl Iterator<Item = LabelId>) -> String {
        let labels = labels.map(|label| self.inventory.labels.text(label));
        nearest(text, labels).map(|label| format!("did you mean `{label}`? ")).unwrap_or_default()
    }

    fn unknown_table(&mut self, edit: &Edit<'_>, table: &str) {
        let message = format!("no route table is called `{}`", shortened(table));
        let meant = self.meant(table, self.inventory.route_tables.iter().map(|row| row.name));
        let made = "`+ user_route(…)` or `+ gateway_routes(…)` before this change makes one";
        self.unknown(edit, message, meant + made);
    }

    pub(super) fn gateway_routes(&mut self, edit: &Edit<'_>, table: &str) {
        let Some(row) = self.table_row(table) else {
            if edit.add {
                let label = self.inventory.labels.intern(table);
                self.inventory.route_tables.push(RouteTable::new(label, edit.span));
            } else {
                self.unknown_table(edit, table);
            }
            return;
        };
        let held = &mut self.inventory.route_tables[row];
        if held.gateway_routes == edit.add {
            self.nothing(edit);
        } else {
            (held.gateway_routes, held.origin) = (edit.add, edit.span);
        }
    }

    pub(super) fn user_route(&mut self, edit: &Edit<'_>, table: &str, prefix: Prefix, hop: Hop) {
        let table = match self.table_row(table) {
            Some(row) => self.inventory.route_tables[row].name,
            None if edit.add => {
                let label = self.inventory.labels.intern(table);
                self.inventory.route_tables.push(RouteTable::new(label, edit.span));
                self.note(
                    edit,
                    format!("the route table `{}` is new, and lets in gateway routes", shortened(table)),
                );
                label
            }
            None => return self.unknown_table(edit, table),
        };
        let routes = &mut self.inventory.user_routes;
        let row = routes.iter().position(|route| route.route_table == table && route.prefix == prefix);
        let Some(row) = row else {
            if edit.add {
                routes.push(led_to(UserRoute::new(table, prefix, hop.kind(), edit.span), hop));
            } else {
                self.nothing(edit);
            }
            return;
        };
        let route = &mut routes[row];
        if route.hops().any(|held| held == hop) == edit.add {
            self.nothing(edit);
            return;
        }
        route.origin = edit.span;
        match hop {
            Hop::Appliance(address) if route.next_hop == NextHop::Appliance => {
                put(&mut route.addresses, address, edit.add);
                if route.addresses.is_empty() {
                    routes.remove(row);
                }
            }
            _ if edit.add => {
                let before: Vec<String> = route.hops().map(|hop| hop.to_string()).collect();
                let made = UserRoute::new(table, prefix, hop.kind(), edit.span);
                *route = led_to(UserRoute { name: route.name.clone(), ..made }, hop);
                self.note(
                    edit,
                    format!("the route for `{prefix}` no longer leads to `{}`", before.join(", ")),
                );
            }
            _ => {
                routes.remove(row);
            }
        }
    }

    pub(super) fn appliance(&mut self, edit: &Edit<'_>, appliance: &str, vnet: &str, address: IpAddr) {
        if self.stand::<Appliance>(edit, appliance, vnet, address) {
            self.note(edit, format!("the appliance `{}` is new, and stateful", shortened(appliance)));
        }
    }

    pub(super) fn stateful(&mut self, edit: &Edit<'_>, appliance: &str) {
        let Some(row) = self.appliance_row(appliance) else {
            let message = format!("no appliance is called `{}`", shortened(appliance));
            let meant = self.meant(appliance, self.inventory.appliances.iter().map(|row| row.name));
            self.unknown(edit, message, meant + "`+ appliance(…)` before this change adds one");
            return;
        };
        let held = &mut self.inventory.appliances[row];
        if held.stateful == edit.add {
            self.nothing(edit);
        } else {
            (held.stateful, held.origin) = (edit.add, edit.span);
        }
    }
}

fn led_to(mut route: UserRoute, hop: Hop) -> UserRoute {
    if let Hop::Appliance(address) = hop {
        route.addresses.push(address);
    }
    route
}
