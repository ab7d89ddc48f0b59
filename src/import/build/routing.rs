//! Subnets, route tables and what forwards, from their fields.

use std::net::IpAddr;

use super::{Names, stated_or_before};
use crate::diagnostic::Code;
use crate::import::fields::Fields;
use crate::import::id::ResourceId;
use crate::import::resources::Resources;
use crate::import::routing::{Firewall, Front, Interface, Place, RouteTable, Subnet, UserRoute};
use crate::import::stated;
use crate::inventory::routing::{NextHop, is_service_tag};
use crate::inventory::wrong;
use crate::source::Span;

/// What the fields of a subnet are called.
pub(in crate::import) struct SubnetNames {
    pub(in crate::import) space: Names,
    /// Its route table; none where whatever tells of the subnet does not know that.
    pub(in crate::import) table: Option<&'static str>,
    /// Its network security group.
    pub(in crate::import) guard: Names,
    /// Its service endpoints.
    pub(in crate::import) services: &'static str,
    pub(in crate::import) policies: PolicyNames,
}

/// What says whether user routes count for the private endpoints of a subnet.
#[derive(Clone, Copy)]
pub(in crate::import) struct PolicyNames {
    /// One of four words.
    pub(in crate::import) word: &'static str,
    /// Older flags: one that is true where they count, and one that is false there.
    pub(in crate::import) on: Names,
    pub(in crate::import) off: Names,
}

/// What the fields of a route table are called.
pub(in crate::import) struct TableNames {
    pub(in crate::import) routes: &'static str,
    pub(in crate::import) route: RouteNames,
    /// A flag that is true where gateway routes are let in, and one that is false there.
    pub(in crate::import) lets_in: Names,
    pub(in crate::import) keeps_out: Names,
    /// The ids of the subnets that use it.
    pub(in crate::import) users: Option<&'static str>,
    /// Other routes that it keeps out, which the model does not cover.
    pub(in crate::import) keeps_peering_out: &'static str,
}

/// What the fields of a user route are called.
pub(in crate::import) struct RouteNames {
    pub(in crate::import) prefix: &'static str,
    pub(in crate::import) next_hop: &'static str,
    pub(in crate::import) addresses: Names,
}

/// What the fields of a network interface are called.
pub(in crate::import) struct InterfaceNames {
    pub(in crate::import) forwards: Names,
    pub(in crate::import) machine: &'static str,
    pub(in crate::import) holders: HolderNames,
    /// Its network security group.
    pub(in crate::import) guard: Option<&'static str>,
    /// The ids of the pools of load balancers that it is in.
    pub(in crate::import) pools: Option<&'static str>,
}

/// What the fields of configurations with an address each are called.
pub(in crate::import) struct HolderNames {
    pub(in crate::import) configurations: &'static str,
    pub(in crate::import) address: &'static str,
    pub(in crate::import) subnet: &'static str,
}

const LEFT_OUT: &str = "the route is left out";

/// Adds the subnets that a VNet tells in `list`.
pub(in crate::import) fn subnets(
    vnet: &ResourceId,
    fields: &impl Fields,
    list: &str,
    names: &SubnetNames,
    resources: &mut Resources,
) {
    for inner in stated::objects(fields, list, resources) {
        if let Some(name) = inner.text("name") {
            subnet(vnet.child("subnets", &name), &inner, names, true, resources);
        }
    }
}

/// Adds the subnet called `id`, which lies in a VNet. `is_listed` where that is what its VNet says.
pub(in crate::import) fn subnet(
    id: ResourceId,
    fields: &impl Fields,
    names: &SubnetNames,
    is_listed: bool,
    resources: &mut Resources,
) {
    let space = stated::first_list(fields, names.space, resources);
    let space = resources.prefixes(space);
    let table = names.table.and_then(|name| stated::target(fields, name, resources));
    for name in names.guard {
        if let Some(group) = stated::reference(fields, name, resources) {
            resources.unmodelled.guard(id.clone(), group);
        }
    }
    if fields.is_filled(names.services) {
        resources.naming.served.insert(id.clone(), fields.span_of(names.services));
    }
    if space.is_empty() && table.is_none() {
        return;
    }
    let is_unknown = names.table.is_some_and(|name| table.is_none() && fields.is_unknown(name));
    let tells_table = names.table.is_some() && !is_unknown;
    let policies = policies(fields, &names.policies, resources);
    let (origin, name) = (fields.span(), id.name().to_owned());
    let subnet = Subnet { space, table, tells_table, policies, origin };
    let is_alike = resources.routing.add_subnet(id, subnet, is_listed);
    tell_unlike(is_alike, origin, &format!("subnet `{name}`"), resources);
}

/// Whether user routes count for the private endpoints of a subnet, where it says so.
fn policies(fields: &impl Fields, names: &PolicyNames, resources: &mut Resources) -> Option<bool> {
    if let Some(word) = stated::word(fields, &[names.word], stated::ENDPOINT_POLICIES, resources) {
        return Some(word == "Enabled" || word == "RouteTableEnabled");
    }
    let on = stated::flag(fields, names.on, resources);
    on.or_else(|| stated::flag(fields, names.off, resources).map(|is_off| !is_off))
}

/// Adds the route table called `id`.
pub(in crate::import) fn table(
    id: ResourceId,
    name: &str,
    fields: &impl Fields,
    names: &TableNames,
    resources: &mut Resources,
) {
    routes(&id, fields, names, resources);
    let users = names.users.map(|users| stated::lists(fields, &[users], resources)).unwrap_or_default();
    let users = users.into_iter().map(|(subnet, _)| (ResourceId::new(&subnet), id.clone()));
    resources.routing.users.extend(users);
    if stated::text(fields, &[names.keeps_peering_out], resources)
        .is_some_and(|which| !which.eq_ignore_ascii_case("none"))
    {
        let message =
            format!("route table `{name}` keeps routes of peerings out, and counts as if it did not");
        resources.outside(fields.span_of(names.keeps_peering_out), message);
    }
    let table = RouteTable {
        gateway_routes: lets_in(fields, names, resources),
        origin: fields.span(),
        name: name.to_owned(),
    };
    let origin = table.origin;
    let is_alike = resources.routing.add_table(id, table);
    tell_unlike(is_alike, origin, &format!("route table `{name}`"), resources);
}

/// Whether a route table lets in the routes of the gateway, where that is stated.
pub(in crate::import) fn lets_in(
    fields: &impl Fields,
    names: &TableNames,
    resources: &mut Resources,
) -> Option<bool> {
    let flags: Vec<&str> = names.lets_in.iter().chain(names.keeps_out).copied().collect();
    super::lacks_flag(fields, &flags, "gateway routes are taken to be let in", resources);
    let lets_in = stated_or_before(fields, names.lets_in, resources);
    lets_in.or_else(|| stated_or_before(fields, names.keeps_out, resources).map(|it| !it))
}

/// Adds the routes that the table called `id` lists.
pub(in crate::import) fn routes(
    id: &ResourceId,
    fields: &impl Fields,
    names: &TableNames,
    resources: &mut Resources,
) {
    for inner in stated::objects(fields, names.routes, resources) {
        let name = inner.text("name").or_else(|| inner.text(names.route.prefix)).unwrap_or_default();
        let route = id.child("routes", &name.replace('/', "-"));
        self::route(route, id, &inner, &names.route, true, resources);
    }
}

/// Adds the user route called `id` of `table`. `is_listed` where that is what its table says.
pub(in crate::import) fn route(
    id: ResourceId,
    table: &ResourceId,
    fields: &impl Fields,
    names: &RouteNames,
    is_listed: bool,
    resources: &mut Resources,
) {
    let name = fields.text("name").filter(|name| !name.contains('/'));
    let name = name.unwrap_or_else(|| id.name().to_owned());
    let word = stated::word(fields, &[names.next_hop], stated::NEXT_HOP, resources);
    let Some(prefix) = stated::text(fields, &[names.prefix], resources) else {
        lost(fields, names.prefix, &name, table, resources);
        return;
    };
    let Some(word) = word else {
        // A word that is none has been told.
        if fields.json(names.next_hop).is_none() {
            lost(fields, names.next_hop, &name, table, resources);
        }
        return;
    };
    let place = fields.span_of(names.prefix);
    if is_service_tag(&prefix) {
        resources.diagnostics.push(wrong::service_tag(&prefix, place));
        resources.routing.service_tags.entry(table.clone()).or_default().insert(id);
        return;
    }
    let Some(&prefix) = resources.prefixes([(prefix, place)]).first() else { return };
    let next_hop = NextHop::ALL.into_iter().find(|hop| hop.word() == word).unwrap_or(NextHop::Appliance);
    if next_hop == NextHop::Gateway && prefix.net().addr().is_ipv6() {
        let message = format!(
            "a user route sends `{prefix}` to the virtual network gateway, which Azure does not do for IPv6"
        );
        resources.outside(fields.span(), message).help =
            Some("the gateway advertises its own routes for IPv6; take the user route away".into());
        return;
    }
    let mut addresses = Vec::new();
    if next_hop == NextHop::Appliance {
        let texts = stated::addresses(fields, names.addresses, resources);
        addresses.extend(texts.iter().filter_map(|text| text.parse::<IpAddr>().ok()));
        if addresses.is_empty() {
            if names.addresses.iter().all(|name| !fields.states(name)) {
                lost(fields, names.addresses[0], &name, table, resources);
            }
            return;
        }
    }
    let origin = fields.span();
    let route = UserRoute { table: table.clone(), name, prefix, next_hop, addresses, origin };
    let shown = format!("route `{}` of route table `{}`", route.name, table.name());
    let is_alike = resources.routing.add_route(id, route, is_listed);
    tell_unlike(is_alike, origin, &shown, resources);
}

/// Says that two places tell different things of one resource. A plan tells what is and what will be, which may differ.
fn tell_unlike(is_alike: bool, origin: Span, what: &str, resources: &mut Resources) {
    if !is_alike && !resources.planned.is_plan {
        resources.differs(origin, what);
    }
}

/// Says that a route lacks something without which it is none.
fn lost(fields: &impl Fields, field: &str, name: &str, table: &ResourceId, resources: &mut Resources) {
    if !fields.note_unknown(field, LEFT_OUT, resources) {
        let message = format!(
            "route `{name}` of route table `{}` does not tell `{field}`, and is left out",
            table.name()
        );
        resources.note(unknown(resources), fields.span(), message);
    }
}

/// The code for what is not told: a plan may tell it once it is applied.
fn unknown(resources: &Resources) -> Code {
    if resources.planned.is_plan { Code::UnknownValue } else { Code::Incomplete }
}

/// The addresses of configurations, each in the VNet of its subnet, or of that of the first that tells one.
pub(super) fn places(
    configurations: &[impl Fields],
    names: &HolderNames,
    resources: &mut Resources,
) -> Vec<Place> {
    let mut vnet = |holder| stated::reference(holder, names.subnet, resources)?.owner("subnets");
    let vnets: Vec<Option<ResourceId>> = configurations.iter().map(&mut vnet).collect();
    let first = vnets.iter().flatten().next().cloned();
    let mut places = Vec::new();
    for (holder, vnet) in configurations.iter().zip(vnets) {
        let address = stated::address(holder, names.address, resources).and_then(|text| text.parse().ok());
        if let (Some(address), Some(vnet)) = (address, vnet.or_else(|| first.clone())) {
            places.push(Place { vnet, address });
        }
    }
    places
}

/// Adds the Azure Firewall called `id`; `hub` is the field that is filled for one of Virtual WAN.
pub(in crate::import) fn firewall(
    id: ResourceId,
    name: &str,
    fields: &impl Fields,
    names: &HolderNames,
    hub: &str,
    resources: &mut Resources,
) {
    let configurations = stated::objects(fields, names.configurations, resources);
    let (places, origin) = (places(&configurations, names, resources), fields.span());
    if places.is_empty() && fields.is_filled(hub) {
        let message = format!("firewall `{name}` is in a hub of Virtual WAN, and is left out");
        resources.outside(origin, message);
        resources.unmodelled.is_in_hub(name);
        return;
    }
    if places.is_empty() {
        let message = format!("the private address of firewall `{name}` is not told, and it is left out");
        resources.note(unknown(resources), origin, message);
        return;
    }
    resources.routing.add_firewall(id, Firewall { places, origin });
}

/// Adds the network interface called `id`.
pub(in crate::import) fn interface(
    id: ResourceId,
    name: &str,
    fields: &impl Fields,
    names: &InterfaceNames,
    resources: &mut Resources,
) {
    let forwards = stated_or_before(fields, names.forwards, resources).unwrap_or(false);
    let configurations = stated::objects(fields, names.holders.configurations, resources);
    let (places, origin) = (places(&configurations, &names.holders, resources), fields.span());
    if forwards && places.is_empty() {
        let message =
            format!("interface `{name}` forwards, and its private address is not told; it is left out");
        resources.note(unknown(resources), origin, message);
    }
    for pool in names.pools.map(|path| stated::lists(fields, &[path], resources)).unwrap_or_default() {
        let pool = resources.routing.pools.entry(ResourceId::new(&pool.0)).or_default();
        pool.interfaces.insert(id.clone());
    }
    let machine = stated::reference(fields, names.machine, resources);
    if let Some(group) = names.guard.and_then(|name| stated::reference(fields, name, resources)) {
        resources.unmodelled.guard(id.clone(), group);
    }
    resources.routing.add_interface(id, Interface { machine, forwards, places, origin });
}

/// Adds the front end called `id` of a load balancer, if it is an internal one.
pub(in crate::import) fn front(
    id: ResourceId,
    fields: &impl Fields,
    address: &str,
    subnet: &str,
    resources: &mut Resources,
) {
    let address = stated::address(fields, address, resources).and_then(|text| text.parse().ok());
    let vnet = stated::reference(fields, subnet, resources).and_then(|subnet| subnet.owner("subnets"));
    if let (Some(address), Some(vnet)) = (address, vnet) {
        let origin: Span = fields.span();
        resources.routing.fronts.insert(id, Front { place: Place { vnet, address }, origin });
    }
}
