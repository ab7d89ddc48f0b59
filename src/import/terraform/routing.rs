//! Subnets, route tables and what forwards, in the shapes of all releases of the provider azurerm.

use std::collections::BTreeSet;

use super::instances::Instances;
use super::kinds::{
    BALANCER, BALANCING_RULE, FIREWALL, GROUP_OF_INTERFACE, GROUP_OF_SUBNET, INTERFACE, JOINS, MACHINES,
    POOL, POOL_ADDRESS, POOL_OF_INTERFACE, ROUTE, ROUTE_TABLE, SECURITY_GROUP, SECURITY_RULE, SUBNET,
    TABLE_OF_SUBNET,
};
use super::values::Values;
use crate::import::build::routing::{
    self, HolderNames, InterfaceNames, PolicyNames, RouteNames, SubnetNames, TableNames,
};
use crate::import::fields::Fields;
use crate::import::id::ResourceId;
use crate::import::resources::Resources;
use crate::import::routing::{BalancingRule, Place};
use crate::import::stated;

const SUBNET_SPACE: &[&str] = &["address_prefixes", "address_prefix"];

const SUBNET_NAMES: SubnetNames = SubnetNames {
    space: SUBNET_SPACE,
    table: None,
    guard: &["network_security_group_id"],
    services: SERVICES,
    policies: POLICIES,
};

/// What the service endpoints of a subnet are called.
const SERVICES: &str = "service_endpoints";

/// What says whether user routes count for private endpoints, in the fourth version of the provider, the third, and before.
const POLICIES: PolicyNames = PolicyNames {
    word: "private_endpoint_network_policies",
    on: &["private_endpoint_network_policies_enabled"],
    off: &["enforce_private_link_endpoint_network_policies"],
};

/// A subnet as its VNet lists it.
pub(super) const LISTED_SUBNET: SubnetNames = SubnetNames {
    space: SUBNET_SPACE,
    table: Some("route_table_id"),
    guard: &["security_group", "network_security_group_id"],
    services: SERVICES,
    policies: POLICIES,
};

const TABLE_NAMES: TableNames = TableNames {
    routes: "route",
    route: ROUTE_NAMES,
    lets_in: &["bgp_route_propagation_enabled"],
    keeps_out: &["disable_bgp_route_propagation"],
    users: Some("subnets"),
    keeps_peering_out: "disable_peering_route",
};

const ROUTE_NAMES: RouteNames = RouteNames {
    prefix: "address_prefix",
    next_hop: "next_hop_type",
    addresses: &["next_hop_in_ip_address", "next_hop_ip_address"],
};

const HOLDER_NAMES: HolderNames =
    HolderNames { configurations: "ip_configuration", address: "private_ip_address", subnet: "subnet_id" };

const INTERFACE_NAMES: InterfaceNames = InterfaceNames {
    forwards: &["ip_forwarding_enabled", "enable_ip_forwarding"],
    machine: "virtual_machine_id",
    holders: HOLDER_NAMES,
    guard: None,
    pools: None,
};

/// True for the types that steer packets, or forward them.
pub(super) fn is_read(kind: &str) -> bool {
    let own = [BALANCER, BALANCING_RULE, FIREWALL, INTERFACE, POOL, ROUTE, ROUTE_TABLE, SECURITY_RULE];
    own.contains(&kind) || JOINS.contains(&kind)
}

/// The subnets that resources of their own associate with route tables, as far as their ids are known.
pub(super) fn associated(instances: &Instances<'_>) -> BTreeSet<ResourceId> {
    let joins = instances.values().filter(|instance| instance.kind == TABLE_OF_SUBNET);
    joins
        .filter_map(|instance| instance.values.text("subnet_id"))
        .map(|subnet| ResourceId::new(&subnet))
        .collect()
}

/// Reads an instance that does nothing but join others; false where it does more.
pub(super) fn join(key: &str, values: &Values<'_, '_, '_>, resources: &mut Resources) -> bool {
    let target = |field: &str, resources: &mut Resources| stated::target(values, field, resources);
    match values.instance.kind.as_str() {
        TABLE_OF_SUBNET => {
            let (subnet, table) = (target("subnet_id", resources), target("route_table_id", resources));
            if let (Some(subnet), Some(table)) = (subnet, table) {
                resources.routing.associations.insert(subnet, table);
            }
        }
        POOL_OF_INTERFACE => {
            let own = target("network_interface_id", resources);
            if let (Some(own), Some(pool)) = (own, target("backend_address_pool_id", resources)) {
                resources.routing.pools.entry(pool).or_default().interfaces.insert(own);
            }
        }
        POOL_ADDRESS => {
            let address = stated::address(values, "ip_address", resources).and_then(|text| text.parse().ok());
            let vnet = stated::reference(values, "virtual_network_id", resources);
            let pool = stated::reference(values, "backend_address_pool_id", resources);
            if let (Some(address), Some(vnet), Some(pool)) = (address, vnet, pool) {
                let place = Place { vnet, address };
                resources.routing.pools.entry(pool).or_default().places.insert(place);
            }
        }
        GROUP_OF_SUBNET | GROUP_OF_INTERFACE => {
            let mut told = |field| stated::reference(values, field, resources);
            let user = told("subnet_id").or_else(|| told("network_interface_id"));
            if let (Some(user), Some(group)) = (user, told("network_security_group_id")) {
                resources.unmodelled.guard(user, group);
            }
        }
        SECURITY_RULE => {
            let group = values.known.ids.get(key).and_then(ResourceId::outer);
            if let Some(group) = group {
                resources.unmodelled.rule(group, values);
            }
        }
        _ => return false,
    }
    true
}

/// Reads what matters of an instance that is left out.
pub(super) fn left_out(key: &str, values: &Values<'_, '_, '_>, resources: &mut Resources) {
    let name = || values.instance.address.clone();
    match values.instance.kind.as_str() {
        SECURITY_GROUP => {
            if let Some(id) = values.known.ids.get(key) {
                let rules = stated::objects(values, "security_rule", resources);
                resources.unmodelled.group(id, &rules, Vec::new());
            }
        }
        "azurerm_virtual_network_gateway_nat_rule" => resources.unmodelled.translates(&name()),
        "azurerm_network_manager_connectivity_configuration" => resources.unmodelled.connects(&name()),
        _ => {}
    }
}

/// Reads the instance of the resource called `id`.
pub(super) fn read(id: ResourceId, name: &str, values: &Values<'_, '_, '_>, resources: &mut Resources) {
    match values.instance.kind.as_str() {
        SUBNET => {
            // A data source knows the table too.
            let names = if values.instance.is_data { &LISTED_SUBNET } else { &SUBNET_NAMES };
            routing::subnet(id, values, names, false, resources);
        }
        ROUTE_TABLE => {
            // What a plan has of the subnets is what they were before it.
            let users = TABLE_NAMES.users.filter(|_| !resources.planned.is_plan);
            routing::table(id, name, values, &TableNames { users, ..TABLE_NAMES }, resources);
        }
        ROUTE => {
            if let Some(table) = id.owner("routes") {
                routing::route(id, &table, values, &ROUTE_NAMES, false, resources);
            }
        }
        FIREWALL => routing::firewall(id, name, values, &HOLDER_NAMES, "virtual_hub", resources),
        INTERFACE => routing::interface(id, name, values, &INTERFACE_NAMES, resources),
        BALANCER => {
            for front in stated::objects(values, "frontend_ip_configuration", resources) {
                let Some(name) = front.text("name") else { continue };
                let id = id.child("frontendIPConfigurations", &name);
                routing::front(id, &front, "private_ip_address", "subnet_id", resources);
            }
        }
        POOL => {
            let listed = values.list("backend_ip_configurations");
            let interfaces =
                listed.iter().filter_map(|(it, _)| ResourceId::new(it).owner("ipConfigurations"));
            resources.routing.pools.entry(id).or_default().interfaces.extend(interfaces);
        }
        BALANCING_RULE => {
            let front = values.text("frontend_ip_configuration_name");
            let balancer = id.outer();
            if let (Some(front), Some(balancer)) = (front, balancer) {
                let front = balancer.child("frontendIPConfigurations", &front);
                let pools = ["backend_address_pool_ids", "backend_address_pool_id"];
                let pools = pools.iter().flat_map(|field| values.referred_all(field)).collect();
                resources.routing.rules.insert(id, BalancingRule { front, pools });
            }
        }
        kind if MACHINES.contains(&kind) => {
            let interfaces = values.referred_all("network_interface_ids");
            let machines = interfaces.into_iter().map(|interface| (interface, id.clone()));
            resources.routing.machines.extend(machines);
        }
        _ => {}
    }
}
