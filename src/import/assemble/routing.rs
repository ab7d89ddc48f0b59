//! Subnets, route tables, user routes and appliances of the inventory.
//!
//! Every VNet of an export has subnets, and where nothing steers packets inside VNets they change no answer. So those of
//! a connected part are taken where a subnet of it uses a route table, an appliance is in it, or a route table that no
//! subnet uses leads to an address of it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::plan::{Plan, networks};
use super::unnamed::End;
use crate::diagnostic::{Code, Diagnostic, few};
use crate::groups::Groups;
use crate::import::id::ResourceId;
use crate::import::names;
use crate::import::resources::Resources;
use crate::import::routing::Subnet;
use crate::inventory::Inventory;
use crate::inventory::routing::{self, Appliance, RouteTable, UserRoute};
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::source::Span;

/// What the inventories of all sides have alike.
pub(super) struct Shared {
    /// The connected part of each network, by number.
    parts: BTreeMap<ResourceId, usize>,
    /// The parts of which the subnets are taken.
    steered: BTreeSet<usize>,
    tables: BTreeMap<ResourceId, String>,
    appliances: BTreeMap<ResourceId, String>,
    /// The names of inbound endpoints, and of private endpoints.
    pub(super) machines: BTreeMap<ResourceId, String>,
}

impl Shared {
    pub(super) fn of(sides: &[(&Resources, &Plan)]) -> Self {
        let tables = sides.iter().flat_map(|(resources, _)| &resources.routing.tables);
        let tables = tables.map(|(id, table)| (id, table.name.as_str()));
        let appliances = sides.iter().flat_map(|(_, plan)| &plan.appliances);
        let appliances = appliances.map(|appliance| (&appliance.id, appliance.id.name()));
        let (parts, steered) = parts(sides);
        let resolvers = sides.iter().flat_map(|(resources, _)| resources.naming.resolvers.keys());
        let endpoints = sides.iter().flat_map(|(resources, _)| resources.naming.endpoints.keys());
        let mut machines = shortest(resolvers.map(|id| (id, id.name())));
        machines.extend(shortest(endpoints.map(|id| (id, id.name()))));
        let (tables, appliances) = (shortest(tables), shortest(appliances));
        Self { parts, steered, tables, appliances, machines }
    }

    fn is_steered(&self, vnet: &ResourceId) -> bool {
        self.parts.get(vnet).is_some_and(|part| self.steered.contains(part))
    }
}

/// The shortest names of resources, by their ids.
fn shortest<'export>(
    all: impl Iterator<Item = (&'export ResourceId, &'export str)>,
) -> BTreeMap<ResourceId, String> {
    let all: BTreeMap<&ResourceId, &str> = all.collect();
    let all: Vec<(&ResourceId, &str)> = all.into_iter().collect();
    let named = names::shortest(&all);
    all.iter().zip(named).map(|((id, _), name)| ((*id).clone(), name)).collect()
}

/// The connected parts of all networks, and those in which something steers packets, or may be meant to, on any side.
fn parts(sides: &[(&Resources, &Plan)]) -> (BTreeMap<ResourceId, usize>, BTreeSet<usize>) {
    let marked: BTreeSet<ResourceId> =
        sides.iter().flat_map(|(resources, plan)| marked(resources, plan)).collect();
    if marked.is_empty() {
        return (BTreeMap::new(), BTreeSet::new());
    }
    let mut parts: Groups<ResourceId> = Groups::new();
    for (resources, plan) in sides {
        for peering in plan.peerings.iter().filter_map(|id| resources.peerings.get(id)) {
            parts.join(peering.vnet.clone(), peering.remote.clone());
        }
        for row in &plan.tunnels.rows {
            if let (End::Vnet(from) | End::Site(from), End::Vnet(to) | End::Site(to)) = (&row.from, &row.to) {
                parts.join(from.clone(), to.clone());
            }
        }
    }
    let steered = marked.into_iter().map(|vnet| parts.of(vnet)).collect();
    let all = sides.iter().flat_map(|(resources, plan)| networks(resources, plan));
    (all.map(|(id, _)| (id.clone(), parts.of(id.clone()))).collect(), steered)
}

/// The VNets that hold an appliance, have a subnet with a route table, or are what one without subnets leads to.
fn marked(resources: &Resources, plan: &Plan) -> BTreeSet<ResourceId> {
    let routing = &resources.routing;
    let mut marked: BTreeSet<ResourceId> =
        plan.appliances.iter().map(|appliance| appliance.vnet.clone()).collect();
    let mut used = BTreeSet::new();
    for (id, subnet) in &routing.subnets {
        let table = routing.table_of(id, subnet).filter(|table| routing.tables.contains_key(table));
        if let (Some(table), Some(vnet)) = (table, id.owner("subnets")) {
            used.insert(table);
            marked.insert(vnet);
        }
    }
    let unused = routing.routes.values().filter(|route| !used.contains(&route.table));
    let addresses: BTreeSet<Prefix> =
        unused.flat_map(|route| &route.addresses).map(|address| Prefix::from(*address)).collect();
    let is_meant = |space: &[Prefix]| addresses.iter().any(|it| space.iter().any(|own| own.covers(*it)));
    let vnets = resources.vnets.iter().filter(|(_, vnet)| is_meant(&vnet.space));
    marked.extend(vnets.map(|(id, _)| id.clone()));
    marked
}

/// Adds what steers packets to the inventory, in which networks have these names.
pub(super) fn add(
    resources: &mut Resources,
    plan: &Plan,
    shared: &Shared,
    names: &BTreeMap<ResourceId, NameId>,
    inventory: &mut Inventory,
) {
    let spaces = inventory.vnets.iter().map(|row| (row.name, row.address_space.clone())).collect();
    let mut adding = Adding { resources, shared, names, spaces, inventory, notes: Vec::new() };
    adding.subnets();
    adding.tables();
    adding.appliances(plan);
    adding.what_does_not_forward(plan);
    adding.naming();
    let notes = adding.notes;
    resources.diagnostics.extend(notes);
}

pub(super) struct Adding<'build> {
    pub(super) resources: &'build Resources,
    pub(super) shared: &'build Shared,
    pub(super) names: &'build BTreeMap<ResourceId, NameId>,
    /// The prefixes of VNets; none where they are not known.
    spaces: BTreeMap<NameId, Vec<Prefix>>,
    pub(super) inventory: &'build mut Inventory,
    pub(super) notes: Vec<Diagnostic>,
}

impl Adding<'_> {
    pub(super) fn note(&mut self, code: Code, origin: Span, message: String) -> &mut Diagnostic {
        self.notes.push(Diagnostic::new(code, message).at(origin, ""));
        let last = self.notes.len() - 1;
        &mut self.notes[last]
    }

    fn is_in_vnet(&self, vnet: NameId, prefix: Prefix) -> bool {
        let space = self.spaces.get(&vnet).map_or(&[][..], Vec::as_slice);
        space.is_empty() || space.iter().any(|own| own.covers(prefix))
    }

    /// Those of the addresses that are in a VNet; says so of others.
    pub(super) fn inside(
        &mut self,
        vnet: NameId,
        addresses: BTreeSet<IpAddr>,
        what: &str,
        origin: Span,
    ) -> Vec<IpAddr> {
        let (inside, outside): (Vec<_>, Vec<_>) =
            addresses.into_iter().partition(|address| self.is_in_vnet(vnet, Prefix::from(*address)));
        if !outside.is_empty() {
            let message = format!("{} of {what} is in no prefix of its VNet, and is left out", few(&outside));
            self.note(Code::Incomplete, origin, message);
        }
        inside
    }

    fn subnets(&mut self) {
        let mut taken: BTreeMap<NameId, Vec<Prefix>> = BTreeMap::new();
        let mut missing: BTreeMap<&ResourceId, Span> = BTreeMap::new();
        let mut idle: BTreeMap<ResourceId, Span> = BTreeMap::new();
        let routing = &self.resources.routing;
        for (id, subnet) in &routing.subnets {
            let table = routing.table_of(id, subnet);
            if let Some(table) = table.filter(|table| !routing.tables.contains_key(table)) {
                missing.entry(table).or_insert(subnet.origin);
            }
            let table = table.filter(|table| routing.tables.contains_key(table));
            let Some(vnet) = id.owner("subnets") else { continue };
            let Some(&owner) = self.names.get(&vnet).filter(|_| self.shared.is_steered(&vnet)) else {
                if self.names.contains_key(&vnet) {
                    idle.entry(vnet).or_insert(subnet.origin);
                }
                continue;
            };
            let table = table.and_then(|table| self.shared.tables.get(table)).cloned();
            let others = taken.entry(owner).or_default();
            let address_space = self.held(id, subnet, owner, others, table.as_deref());
            others.extend(&address_space);
            if address_space.is_empty() {
                continue;
            }
            let labels = &mut self.inventory.labels;
            let (name, route_table) = (labels.intern(id.name()), table.map(|table| labels.intern(&table)));
            let row = routing::Subnet {
                address_space,
                route_table,
                endpoint_policies: subnet.policies.unwrap_or_default(),
                ..routing::Subnet::new(owner, name, subnet.origin)
            };
            self.inventory.subnets.push(row);
        }
        self.note_missing(&missing);
        self.note_unknown_users();
        if let Some(&origin) = idle.values().next().filter(|_| !self.inventory.subnets.is_empty()) {
            let vnets = few(idle.keys().map(ResourceId::name));
            let message = format!(
                "subnets of VNets whose connected component has no route table and no appliance are left out: {vnets}"
            );
            self.note(Code::OutsideModel, origin, message);
        }
    }

    /// The prefixes of a subnet that are in its VNet and in no other subnet, as Azure has it; says so of others.
    fn held(
        &mut self,
        id: &ResourceId,
        subnet: &Subnet,
        vnet: NameId,
        others: &[Prefix],
        table: Option<&str>,
    ) -> Vec<Prefix> {
        let shown = format!("subnet `{}`", id.in_vnet());
        if let (true, Some(table)) = (subnet.space.is_empty(), table) {
            let message = format!(
                "{shown} uses route table `{table}`, and its prefixes are not in the export; it is left out"
            );
            self.note(Code::Incomplete, subnet.origin, message);
        }
        let mut held = Vec::new();
        for &prefix in &subnet.space {
            let is_inside = self.is_in_vnet(vnet, prefix);
            let is_free = !others.iter().any(|other| other.overlaps(prefix));
            if is_inside && is_free {
                held.push(prefix);
                continue;
            }
            let why = if is_inside { "overlaps another subnet" } else { "is in no prefix of the VNet" };
            let message = format!("`{prefix}` of {shown} {why}, and is left out");
            self.note(Code::Incomplete, subnet.origin, message).help =
                Some("export again, so that all files show the same moment".into());
        }
        held
    }

    fn note_missing(&mut self, missing: &BTreeMap<&ResourceId, Span>) {
        let Some(&origin) = missing.values().next() else { return };
        let tables = few(missing.keys().map(|table| table.name()));
        let message =
            format!("route tables that subnets use are not in the export, and steer nothing here: {tables}");
        self.note(Code::Incomplete, origin, message).help =
            Some("export them too: `tunnelog export-query` asks for them".into());
    }

    /// Notes subnets that only their tables and associations tell of.
    fn note_unknown_users(&mut self) {
        let routing = &self.resources.routing;
        let users = routing.associations.iter().chain(&routing.users);
        let lost: BTreeMap<&ResourceId, &ResourceId> =
            users.filter(|(subnet, _)| !routing.subnets.contains_key(subnet)).collect();
        let origin = lost.values().find_map(|table| routing.tables.get(table)).map(|table| table.origin);
        if let Some(origin) = origin {
            let names = few(lost.keys().map(|id| id.in_vnet()));
            let message = format!("subnets that use route tables are not in the export: {names}");
            self.note(Code::Incomplete, origin, message).help =
                Some("export the virtual networks with their subnets".into());
        }
    }

    fn tables(&mut self) {
        for (id, table) in &self.resources.routing.tables {
            let name = self.inventory.labels.intern(&self.shared.tables[id]);
            let gateway_routes = table.gateway_routes.unwrap_or(true);
            let service_tags = self.resources.routing.service_tags.get(id).map_or(0, BTreeSet::len);
            let row = RouteTable { gateway_routes, service_tags, ..RouteTable::new(name, table.origin) };
            self.inventory.route_tables.push(row);
        }
        let mut seen: BTreeSet<(&ResourceId, Prefix)> = BTreeSet::new();
        for route in self.resources.routing.routes.values() {
            let shown = format!("route `{}` of route table `{}`", route.name, route.table.name());
            let is_known = self.resources.routing.tables.contains_key(&route.table);
            let Some(name) = self.shared.tables.get(&route.table).filter(|_| is_known).cloned() else {
                let message = format!("{shown} is left out, as the table is not in the export");
                self.note(Code::Incomplete, route.origin, message);
                continue;
            };
            if !seen.insert((&route.table, route.prefix)) {
                let message = format!("{shown} is the second for `{}`, and is left out", route.prefix);
                self.note(Code::Incomplete, route.origin, message).help =
                    Some("export again, so that all files show the same moment".into());
                continue;
            }
            let table = self.inventory.labels.intern(&name);
            let row = UserRoute::new(table, route.prefix, route.next_hop, route.origin);
            let (addresses, name) = (route.addresses.clone(), route.name.as_str().into());
            self.inventory.user_routes.push(UserRoute { addresses, name, ..row });
        }
    }

    fn appliances(&mut self, plan: &Plan) {
        for appliance in &plan.appliances {
            let name = &self.shared.appliances[&appliance.id];
            let Some(&vnet) = self.names.get(&appliance.vnet) else {
                let message = format!(
                    "appliance `{name}` is left out, as VNet `{}` is not in the export",
                    appliance.vnet.name()
                );
                self.note(Code::Incomplete, appliance.origin, message);
                continue;
            };
            let what = format!("appliance `{name}`");
            let inside = self.inside(vnet, appliance.addresses.clone(), &what, appliance.origin);
            if !inside.is_empty() {
                let label = self.inventory.labels.intern(name);
                let row = Appliance::new(label, vnet, appliance.origin);
                self.inventory.appliances.push(Appliance { addresses: inside, ..row });
            }
        }
    }

    /// Warns of user routes to interfaces that do not forward, and to load balancers before nothing else.
    fn what_does_not_forward(&mut self, plan: &Plan) {
        let routing = &self.resources.routing;
        let mut users: BTreeMap<&ResourceId, BTreeSet<usize>> = BTreeMap::new();
        for (id, subnet) in &routing.subnets {
            let part = id.owner("subnets").and_then(|vnet| self.shared.parts.get(&vnet).copied());
            if let (Some(table), Some(part)) = (routing.table_of(id, subnet), part) {
                users.entry(table).or_default().insert(part);
            }
        }
        let mut silent: BTreeMap<IpAddr, Vec<(&ResourceId, String, Span)>> = BTreeMap::new();
        for (id, interface) in routing.interfaces.iter().filter(|(_, interface)| !interface.forwards) {
            for place in &interface.places {
                let what = format!("interface `{}`, which has IP forwarding off", id.name());
                silent.entry(place.address).or_default().push((&place.vnet, what, interface.origin));
            }
        }
        for balancer in plan.appliances.iter().filter(|appliance| appliance.leads_nowhere) {
            for address in &balancer.addresses {
                let name = balancer.id.name();
                let what = format!("load balancer `{name}`, behind which no interface has IP forwarding on");
                silent.entry(*address).or_default().push((&balancer.vnet, what, balancer.origin));
            }
        }
        for route in routing.routes.values() {
            let of_users = |vnet: &ResourceId| {
                let part = self.shared.parts.get(vnet);
                part.is_some_and(|part| users.get(&route.table).is_some_and(|parts| parts.contains(part)))
            };
            let found = route.addresses.iter().filter_map(|address| Some((address, silent.get(address)?)));
            let found = found.flat_map(|(address, all)| all.iter().map(move |it| (address, it)));
            for (address, (_, what, origin)) in found.filter(|(_, (vnet, ..))| of_users(vnet)) {
                let message = format!("`{address}` is the address of {what}");
                self.notes.push(
                    Diagnostic::new(Code::ForwardingOff, message)
                        .at(route.origin, "expected the address of what forwards")
                        .with(*origin, "this does not forward")
                        .help("turn IP forwarding on, as `az network nic update --ip-forwarding true` does: Azure drops what comes there; the answer stands as if it were forwarded"),
                );
            }
        }
    }
}
