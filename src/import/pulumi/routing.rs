//! Subnets, route tables and what forwards, as the older provider of Pulumi writes them.

use crate::import::arm::{POLICIES, SUBNET_SPACE};
use crate::import::build::routing::{
    self, HolderNames, InterfaceNames, PolicyNames, RouteNames, SubnetNames, TableNames,
};
use crate::import::id::ResourceId;
use crate::import::json::Object;
use crate::import::resources::Resources;
use crate::import::routing::BalancingRule;
use crate::import::stated;

const SUBNET: SubnetNames = SubnetNames {
    space: SUBNET_SPACE,
    table: None,
    guard: &[],
    services: "serviceEndpoints",
    policies: PolicyNames {
        on: &["privateEndpointNetworkPoliciesEnabled"],
        off: &["enforcePrivateLinkEndpointNetworkPolicies"],
        ..POLICIES
    },
};

/// A subnet as its VNet lists it.
pub(super) const LISTED_SUBNET: SubnetNames =
    SubnetNames { table: Some("routeTableId"), guard: &["securityGroup"], ..SUBNET };

const TABLE: TableNames = TableNames {
    routes: "routes",
    route: ROUTE,
    lets_in: &["bgpRoutePropagationEnabled"],
    keeps_out: &["disableBgpRoutePropagation"],
    users: Some("subnets"),
    keeps_peering_out: "disablePeeringRoute",
};

const ROUTE: RouteNames = RouteNames {
    prefix: "addressPrefix",
    next_hop: "nextHopType",
    addresses: &["nextHopInIpAddress", "nextHopIpAddress"],
};

const HOLDER: HolderNames =
    HolderNames { configurations: "ipConfigurations", address: "privateIpAddress", subnet: "subnetId" };

const INTERFACE: InterfaceNames = InterfaceNames {
    forwards: &["ipForwardingEnabled", "enableIpForwarding"],
    machine: "virtualMachineId",
    holders: HOLDER,
    guard: None,
    pools: None,
};

/// Reads a resource that does nothing but join others, by its type; false where it does more.
pub(super) fn join(kind: &str, values: &Object<'_>, resources: &mut Resources) -> bool {
    let joined = |one: &str, other: &str, resources: &mut Resources| {
        let [one, other] = [one, other].map(|field| stated::reference(values, field, resources));
        one.zip(other)
    };
    if kind.ends_with(":SubnetRouteTableAssociation") {
        let joined = joined("subnetId", "routeTableId", resources);
        resources.routing.associations.extend(joined);
    } else if kind.ends_with(":NetworkInterfaceBackendAddressPoolAssociation") {
        if let Some((interface, pool)) = joined("networkInterfaceId", "backendAddressPoolId", resources) {
            resources.routing.pools.entry(pool).or_default().interfaces.insert(interface);
        }
    } else if kind.ends_with("NetworkSecurityGroupAssociation") {
        if let Some((subnet, group)) = joined("subnetId", "networkSecurityGroupId", resources) {
            resources.unmodelled.guard(subnet, group);
        }
    } else {
        return false;
    }
    true
}

/// Reads the resource called `id`, if it steers packets or forwards them; false where it does not.
pub(super) fn read(id: &ResourceId, name: &str, values: &Object<'_>, resources: &mut Resources) -> bool {
    let kind = id.kind().unwrap_or_default();
    let id = id.clone();
    match kind.strip_prefix("microsoft.network/").unwrap_or_default() {
        "virtualnetworks/subnets" => routing::subnet(id, values, &SUBNET, false, resources),
        "routetables" => routing::table(id, name, values, &TABLE, resources),
        "routetables/routes" => {
            if let Some(table) = id.owner("routes") {
                routing::route(id, &table, values, &ROUTE, false, resources);
            }
        }
        "azurefirewalls" => routing::firewall(id, name, values, &HOLDER, "virtualHub", resources),
        "networkinterfaces" => routing::interface(id, name, values, &INTERFACE, resources),
        "loadbalancers" => {
            for front in stated::objects(values, "frontendIpConfigurations", resources) {
                let Some(name) = front.text("name") else { continue };
                let id = id.child("frontendIPConfigurations", &name);
                routing::front(id, &front, "privateIpAddress", "subnetId", resources);
            }
        }
        "loadbalancers/backendaddresspools" => {
            let listed = values.list("backendIpConfigurations");
            let interfaces =
                listed.iter().filter_map(|(it, _)| ResourceId::new(it).owner("ipConfigurations"));
            resources.routing.pools.entry(id).or_default().interfaces.extend(interfaces);
        }
        "loadbalancers/loadbalancingrules" => {
            let pools = values.list("backendAddressPoolIds").into_iter().map(|(id, _)| ResourceId::new(&id));
            if let (Some(front), Some(balancer)) = (values.text("frontendIpConfigurationName"), id.outer()) {
                let front = balancer.child("frontendIPConfigurations", &front);
                let pools = pools.collect();
                resources.routing.rules.insert(id, BalancingRule { front, pools });
            }
        }
        _ => return false,
    }
    true
}
