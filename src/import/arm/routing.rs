//! Subnets, route tables and what forwards, as Azure Resource Manager writes them.

use crate::import::build::routing::{
    self, HolderNames, InterfaceNames, PolicyNames, RouteNames, SubnetNames, TableNames,
};
use crate::import::fields::Fields;
use crate::import::id::ResourceId;
use crate::import::resources::Resources;
use crate::import::routing::{BalancingRule, Place};
use crate::import::stated;

/// What of a subnet is read.
pub(in crate::import) const SUBNET: SubnetNames = SubnetNames {
    space: SUBNET_SPACE,
    table: Some("routeTable"),
    guard: &["networkSecurityGroup"],
    services: "serviceEndpoints",
    policies: POLICIES,
};

/// What says whether user routes count for private endpoints.
pub(in crate::import) const POLICIES: PolicyNames =
    PolicyNames { word: "privateEndpointNetworkPolicies", on: &[], off: &[] };

/// What a subnet's prefixes are called.
pub(in crate::import) const SUBNET_SPACE: &[&str] = &["addressPrefixes", "addressPrefix"];

pub(super) const TABLE: TableNames = TableNames {
    routes: "routes",
    route: ROUTE,
    lets_in: &[],
    keeps_out: &["disableBgpRoutePropagation"],
    users: Some("subnets[].id"),
    keeps_peering_out: "disablePeeringRoute",
};

const ROUTE: RouteNames = RouteNames {
    prefix: "addressPrefix",
    next_hop: "nextHopType",
    addresses: &["nextHopIpAddress", "nextHop.nextHopIpAddresses"],
};

const FIREWALL: HolderNames =
    HolderNames { configurations: "ipConfigurations", address: "privateIPAddress", subnet: "subnet" };

const INTERFACE: InterfaceNames = InterfaceNames {
    forwards: &["enableIPForwarding"],
    machine: "virtualMachine",
    holders: FIREWALL,
    guard: Some("networkSecurityGroup"),
    pools: Some("ipConfigurations[].loadBalancerBackendAddressPools[].id"),
};

/// Types that are read.
pub(super) const READ: &[&str] =
    &["azurefirewalls", "loadbalancers", "networkinterfaces", "routetables", "routetables/routes"];

/// Interfaces of the machines of a scale set are of a type of their own.
pub(super) const OF_SCALE_SETS: &str =
    "microsoft.compute/virtualmachinescalesets/virtualmachines/networkinterfaces";

/// The fields of a type of which one is there where anything is told of a resource.
pub(super) fn telling(kind: &str) -> &'static [&'static str] {
    match kind {
        "azurefirewalls" => &["ipconfigurations", "hubipaddresses", "virtualhub"],
        "loadbalancers" => &["frontendipconfigurations", "backendaddresspools", "loadbalancingrules"],
        "networkinterfaces" => &["ipconfigurations", "enableipforwarding"],
        "routetables" => &["routes", "subnets", "disablebgproutepropagation"],
        "routetables/routes" => &["addressprefix", "nexthoptype"],
        _ => &[],
    }
}

/// True for types of which others often list nothing but names.
pub(super) fn is_often_named(kind: &str) -> bool {
    ["loadbalancers", "networkinterfaces", "virtualnetworks/subnets"].contains(&kind)
}

/// Reads the body of a resource of this type.
pub(super) fn body(kind: &str, id: ResourceId, name: &str, object: &impl Fields, resources: &mut Resources) {
    match kind {
        "virtualnetworks/subnets" => routing::subnet(id, object, &SUBNET, false, resources),
        "routetables" => routing::table(id, name, object, &TABLE, resources),
        "routetables/routes" => {
            if let Some(table) = id.owner("routes") {
                routing::route(id, &table, object, &ROUTE, false, resources);
            }
        }
        "azurefirewalls" => {
            let hub = if object.is_filled("hubIPAddresses") { "hubIPAddresses" } else { "virtualHub" };
            routing::firewall(id, name, object, &FIREWALL, hub, resources);
        }
        "networkinterfaces" => routing::interface(id, name, object, &INTERFACE, resources),
        "loadbalancers" => balancer(&id, object, resources),
        _ => {}
    }
}

/// What lies in `object` in `collection`, each with its id.
fn parts<F: Fields>(
    id: &ResourceId,
    object: &F,
    collection: &str,
    resources: &mut Resources,
) -> Vec<(ResourceId, F)> {
    let called = |part: F| {
        let own = part.text("id").filter(|id| id.starts_with('/')).map(|id| ResourceId::new(&id));
        Some((own.or_else(|| Some(id.child(collection, &part.text("name")?)))?, part))
    };
    stated::objects(object, collection, resources).into_iter().filter_map(called).collect()
}

fn balancer(id: &ResourceId, object: &impl Fields, resources: &mut Resources) {
    for (front, part) in parts(id, object, "frontendIPConfigurations", resources) {
        routing::front(front, &part, "privateIPAddress", "subnet", resources);
    }
    for (id, part) in parts(id, object, "backendAddressPools", resources) {
        let mut holders = stated::lists(&part, &["backendIPConfigurations[].id"], resources);
        let mut places = Vec::new();
        for address in stated::objects(&part, "loadBalancerBackendAddresses", resources) {
            holders.extend(stated::lists(&address, &["networkInterfaceIPConfiguration.id"], resources));
            let mut told = |holder, name| stated::reference(holder, name, resources);
            let vnet = told(&address, "virtualNetwork").or_else(|| told(&part, "virtualNetwork"));
            let vnet = vnet.or_else(|| told(&address, "subnet")?.owner("subnets"));
            let own = stated::address(&address, "ipAddress", resources).and_then(|text| text.parse().ok());
            places.extend(vnet.zip(own).map(|(vnet, address)| Place { vnet, address }));
        }
        let interfaces =
            holders.iter().filter_map(|(holder, _)| ResourceId::new(holder).owner("ipConfigurations"));
        let pool = resources.routing.pools.entry(id).or_default();
        pool.interfaces.extend(interfaces);
        pool.places.extend(places);
    }
    for (id, part) in parts(id, object, "loadBalancingRules", resources) {
        let pools = stated::lists(&part, &["backendAddressPools[].id"], resources);
        let pools = pools.into_iter().map(|(pool, _)| ResourceId::new(&pool));
        let pools = pools.chain(stated::reference(&part, "backendAddressPool", resources)).collect();
        if let Some(front) = stated::reference(&part, "frontendIPConfiguration", resources) {
            resources.routing.rules.insert(id, BalancingRule { front, pools });
        }
    }
}
