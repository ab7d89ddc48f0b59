//! The facts of subnets, route tables and appliances.

use std::net::IpAddr;

use rustc_hash::FxHashMap;

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
}

impl Tables {
    pub(super) fn lower(inventory: &Inventory, grouping: &Grouping) -> Self {
        let component = |vnet: NameId| grouping.of[vnet.index()];
        let mut subnets = Vec::new();
        let mut uses = Vec::new();
        // A table belongs to every component in which a subnet uses it. One that none uses is about no network: it
        // stands with the first component, so that it can be asked and is written.
        let mut components: FxHashMap<LabelId, Vec<u32>> = FxHashMap::default();
        for subnet in &inventory.subnets {
            subnets.extend(subnet.address_space.iter().map(|prefix| (subnet.vnet, subnet.name, *prefix)));
            if let Some(table) = subnet.route_table {
                uses.push((subnet.vnet, subnet.name, table));
                components.entry(table).or_default().push(component(subnet.vnet));
            }
        }
        for of in components.values_mut() {
            of.sort_unstable();
            of.dedup();
        }
        let of_nobody = || if grouping.count == 0 { Vec::new() } else { vec![0] };
        let users_of = |table: LabelId| components.get(&table).cloned().unwrap_or_else(of_nobody);
        let letting = inventory.route_tables.iter().filter(|table| table.gateway_routes);
        let letting = letting
            .flat_map(|table| users_of(table.name).into_iter().map(move |component| (component, table.name)));
        let routes = inventory.user_routes.iter().flat_map(|route| {
            let of = users_of(route.route_table);
            route.hops().flat_map(move |hop| {
                let row = (route.route_table, route.prefix, hop);
                of.clone().into_iter().map(move |component| (component, row))
            })
        });
        let addresses = inventory.appliances.iter().flat_map(|appliance| {
            appliance.addresses.iter().map(|address| (appliance.name, appliance.vnet, *address))
        });
        let stateful = inventory.appliances.iter().filter(|appliance| appliance.stateful);
        let stateful = stateful.map(|appliance| (component(appliance.vnet), appliance.name));
        Self {
            subnet: Relation::new(sorted(subnets), grouping, |row| row.0),
            uses_table: Relation::new(sorted(uses), grouping, |row| row.0),
            gateway_routes: Relation::in_components(letting.collect(), grouping.count),
            user_route: Relation::in_components(routes.collect(), grouping.count),
            appliance: Relation::new(sorted(addresses.collect()), grouping, |row| row.1),
            stateful: Relation::in_components(stateful.collect(), grouping.count),
        }
    }
}
