//! The facts of subnets, route tables and appliances.

use std::net::IpAddr;

use super::components::UsersOfTables;
use super::{Grouping, Relation, sorted};
use crate::inventory::Inventory;
use crate::inventory::routing::Hop;
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;

/// The relations that say how packets are steered inside VNets.
pub(super) struct Tables {
    pub(super) subnet: Relation<(NameId, LabelId, Prefix)>,
    pub(super) uses_table: Relation<(NameId, LabelId, LabelId)>,
    pub(super) gateway_routes: Relation<LabelId>,
    pub(super) user_route: Relation<(LabelId, Prefix, Hop)>,
    pub(super) appliance: Relation<(LabelId, NameId, IpAddr)>,
    pub(super) stateful: Relation<LabelId>,
    pub(super) endpoint_policies: Relation<(NameId, LabelId)>,
}

impl Tables {
    pub(super) fn lower(inventory: &Inventory, grouping: &Grouping) -> Self {
        let subnets = inventory
            .subnets
            .iter()
            .flat_map(|subnet| subnet.address_space.iter().map(|prefix| (subnet.vnet, subnet.name, *prefix)));
        let used_tables = inventory
            .subnets
            .iter()
            .filter_map(|subnet| Some((subnet.vnet, subnet.name, subnet.route_table?)));
        let policies = inventory.subnets.iter().filter(|subnet| subnet.endpoint_policies);
        let policies = policies.map(|subnet| (subnet.vnet, subnet.name));
        // A table belongs to every component in which a subnet uses it, and one that none uses to no component.
        let users = UsersOfTables::new(inventory, &grouping.of);
        let none = u32::try_from(grouping.count).unwrap_or(u32::MAX);
        let users_of = |table: LabelId| {
            let mut of = users.of(table).peekable();
            let of_nobody = of.peek().is_none().then_some(none);
            of.chain(of_nobody)
        };
        let letting = inventory.route_tables.iter().filter(|table| table.gateway_routes);
        let letting =
            letting.flat_map(|table| users_of(table.name).map(move |component| (component, table.name)));
        let routes = inventory.user_routes.iter().flat_map(|route| {
            let rows = route.hops().map(move |hop| (route.route_table, route.prefix, hop));
            rows.flat_map(|row| users_of(row.0).map(move |component| (component, row)))
        });
        let addresses = inventory.appliances.iter().flat_map(|appliance| {
            appliance.addresses.iter().map(|address| (appliance.name, appliance.vnet, *address))
        });
        let stateful = inventory.appliances.iter().filter(|appliance| appliance.stateful);
        let stateful = stateful.map(|appliance| (grouping.of[appliance.vnet.index()], appliance.name));
        Self {
            subnet: Relation::new(sorted(subnets.collect()), grouping, |row| row.0),
            uses_table: Relation::new(sorted(used_tables.collect()), grouping, |row| row.0),
            gateway_routes: Relation::in_components(letting.collect(), grouping.count),
            user_route: Relation::in_components(routes.collect(), grouping.count),
            appliance: Relation::new(sorted(addresses.collect()), grouping, |row| row.1),
            stateful: Relation::in_components(stateful.collect(), grouping.count),
            endpoint_policies: Relation::new(sorted(policies.collect()), grouping, |row| row.0),
        }
    }
}
