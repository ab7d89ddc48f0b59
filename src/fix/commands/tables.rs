//! Commands for route tables, user routes and subnets.

use super::named::asked;
use super::{Script, quoted};
use crate::inventory::Inventory;
use crate::inventory::routing::{Hop, UserRoute};
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;

/// The route of the table for the prefix.
fn route<'a>(inventory: &'a Inventory, table: &str, prefix: Prefix) -> Option<&'a UserRoute> {
    let table = inventory.labels.get(table)?;
    inventory.user_routes.iter().find(|route| route.route_table == table && route.prefix == prefix)
}

fn has_table(inventory: &Inventory, table: &str) -> bool {
    let is_meant = |label: LabelId| inventory.route_tables.iter().any(|row| row.name == label);
    inventory.labels.get(table).is_some_and(is_meant)
}

impl Script<'_> {
    /// Where a route table is found, and what it is called.
    fn table_named(&self, table: &str) -> String {
        format!("{} --name {}", self.table_scope(table), quoted(table))
    }

    /// Where a route table is found: a new one in the group of the VNet that is to use it.
    fn table_scope(&self, table: &str) -> String {
        match self.user(table) {
            Some(vnet) if !has_table(self.before.inventory(), table) => self.scope(vnet),
            user => {
                // A route table and the VNets that use it are in one subscription.
                let subscription = user.map_or_else(String::new, |vnet| self.subscription(vnet));
                let group = self.text_variable("RESOURCE_GROUP_OF_TABLE", table);
                format!("--resource-group {group}{subscription}")
            }
        }
    }

    /// The VNet of the first subnet that uses the table, or is to use it.
    fn user(&self, table: &str) -> Option<NameId> {
        let user_in = |inventory: &Inventory| {
            let label = inventory.labels.get(table)?;
            inventory
                .subnets
                .iter()
                .find(|subnet| subnet.route_table == Some(label))
                .map(|subnet| subnet.vnet)
        };
        user_in(self.before.inventory()).or_else(|| user_in(self.after.inventory()))
    }

    pub(super) fn user_route(&mut self, add: bool, table: &str, prefix: &str, hop: &str) {
        let (Ok(prefix), Ok(hop)) = (prefix.parse::<Prefix>(), hop.parse::<Hop>()) else { return };
        self.create_table(table);
        let was_there = route(self.before.inventory(), table, prefix).is_some();
        let (scope, route_name) = (self.table_scope(table), self.route_name(table, prefix));
        let named = format!("{scope} --route-table-name {} --name {route_name}", quoted(table));
        let is_left = route(self.after.inventory(), table, prefix).is_some();
        if !add {
            // What leads elsewhere in the end is updated.
            if !is_left {
                self.az("network route-table route delete", &named);
            }
            return;
        }
        let address = match hop {
            Hop::Appliance(address) => format!(" --next-hop-ip-address {address}"),
            // An update keeps the address that it is not told to take away.
            _ if was_there => " --remove nextHopIpAddress".to_owned(),
            _ => String::new(),
        };
        let kind = hop.kind().word();
        if was_there {
            self.az("network route-table route update", &format!("{named} --next-hop-type {kind}{address}"));
        } else {
            let route = format!("{named} --address-prefix {prefix} --next-hop-type {kind}{address}");
            self.az("network route-table route create", &route);
        }
    }

    /// Makes a route table that is not there yet, in the region of the VNet that is to use it.
    fn create_table(&mut self, table: &str) {
        if has_table(self.before.inventory(), table) {
            return;
        }
        let location = self.user(table).map_or_else(String::new, |vnet| format!(" {}", self.location(vnet)));
        let named = self.table_named(table);
        self.az("network route-table create", &format!("{named}{location}"));
    }

    /// The name of a route: its own, or that of a new one, which says what it is for.
    fn route_name(&self, table: &str, prefix: Prefix) -> String {
        match route(self.before.inventory(), table, prefix) {
            Some(route) if !route.name.is_empty() => quoted(&route.name).into_owned(),
            Some(_) => self.text_variable("ROUTE_OF", &format!("{table} {prefix}")),
            None => format!("to-{}", prefix.to_string().replace(['/', ':'], "-")),
        }
    }

    pub(super) fn gateway_routes(&mut self, add: bool, table: &str) {
        let is_off = if add { "false" } else { "true" };
        let named = self.table_named(table);
        self.az("network route-table update", &format!("{named} --disable-bgp-route-propagation {is_off}"));
    }

    pub(super) fn uses_table(&mut self, add: bool, vnet: NameId, subnet: &str, table: &str) {
        let table = if add {
            let named = self.table_named(table);
            format!("--route-table {}", asked("network route-table", &named, "id"))
        } else {
            "--remove routeTable".to_owned()
        };
        let named =
            format!("{} --vnet-name {} --name {}", self.scope(vnet), self.vnet_name(vnet), quoted(subnet));
        self.az("network vnet subnet update", &format!("{named} {table}"));
    }
}
