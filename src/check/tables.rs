//! Route tables: which nobody uses, which lead nowhere or in circles, and what GatewaySubnet cannot have.

mod forwarded;
mod gateway_subnet;
mod hops;
pub(super) mod one_way;
mod ranges;

use std::net::IpAddr;

use rustc_hash::FxHashMap;

use super::{Context, Found};
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::routing::{Appliance, NextHop, RouteTable, Subnet, UserRoute};
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;

/// The most user routes of a table, and the most of them that are for service tags.
const ROUTES_OF_A_TABLE: usize = 400;
const SERVICE_TAGS_OF_A_TABLE: usize = 25;

pub(super) fn check(context: &Context<'_>, found: &mut Found) {
    if context.inventory.route_tables.is_empty() {
        return;
    }
    let tables = Tables::new(context);
    for table in &context.inventory.route_tables {
        let users = tables.users_of(table.name);
        if users.subnets.is_empty() {
            let message = format!("no subnet uses the route table {}", tables.shown(table.name));
            found.push(
                Diagnostic::new(Code::UnusedRouteTable, message)
                    .at(context.cell(table.origin, "name"), "expected a subnet with this `route_table`")
                    .help(
                        "associate it with the subnets that it is for, or take it away: so it steers nothing",
                    ),
            );
        }
        tables.gateway_subnet(table, users, found);
        tables.limits(table, found);
    }
    for table in &context.inventory.route_tables {
        let users = tables.users_of(table.name);
        for route in tables.routes_of(table.name) {
            tables.next_hop(route, users, found);
            tables.ranges(table, route, users, found);
        }
    }
    tables.forwarded(found);
}

/// What uses a route table.
#[derive(Default)]
struct Users<'run> {
    subnets: Vec<&'run Subnet>,
    /// Their VNets, each once.
    vnets: Vec<NameId>,
}

/// What the rows of route tables and appliances say, by what they are looked up by.
struct Tables<'run> {
    context: &'run Context<'run>,
    users: FxHashMap<LabelId, Users<'run>>,
    routes: FxHashMap<LabelId, Vec<&'run UserRoute>>,
    /// The appliance that is listed with the address in the VNet.
    listed: FxHashMap<(NameId, IpAddr), &'run Appliance>,
    /// The VNets that hold an address that a user route names, of those that the VNet with the route reaches.
    holders: FxHashMap<(NameId, IpAddr), Vec<NameId>>,
    /// What nobody uses.
    nobody: Users<'run>,
}

impl<'run> Tables<'run> {
    fn new(context: &'run Context<'run>) -> Self {
        let inventory = context.inventory;
        let mut users: FxHashMap<LabelId, Users<'run>> = FxHashMap::default();
        for subnet in &inventory.subnets {
            if let Some(table) = subnet.route_table {
                users.entry(table).or_default().subnets.push(subnet);
            }
        }
        for of_table in users.values_mut() {
            of_table.vnets = of_table.subnets.iter().map(|subnet| subnet.vnet).collect();
            of_table.vnets.sort_unstable();
            of_table.vnets.dedup();
        }
        let mut routes: FxHashMap<LabelId, Vec<&UserRoute>> = FxHashMap::default();
        for route in &inventory.user_routes {
            routes.entry(route.route_table).or_default().push(route);
        }
        let listed = inventory
            .appliances
            .iter()
            .flat_map(|row| row.addresses.iter().map(move |address| ((row.vnet, *address), row)));
        let mut tables = Self {
            context,
            users,
            routes,
            listed: listed.collect(),
            holders: FxHashMap::default(),
            nobody: Users::default(),
        };
        for route in inventory.user_routes.iter().filter(|route| route.next_hop == NextHop::Appliance) {
            for vnet in tables.users.get(&route.route_table).into_iter().flat_map(|users| &users.vnets) {
                for address in &route.addresses {
                    let of_pair = tables.holders.entry((*vnet, *address));
                    of_pair.or_insert_with(|| holders(context, *vnet, *address));
                }
            }
        }
        tables
    }

    fn users_of(&self, table: LabelId) -> &Users<'run> {
        self.users.get(&table).unwrap_or(&self.nobody)
    }

    fn routes_of(&self, table: LabelId) -> &[&'run UserRoute] {
        self.routes.get(&table).map_or(&[], Vec::as_slice)
    }

    fn holders_of(&self, vnet: NameId, address: IpAddr) -> &[NameId] {
        self.holders.get(&(vnet, address)).map_or(&[], Vec::as_slice)
    }

    fn shown(&self, label: LabelId) -> String {
        format!("`{}`", self.context.inventory.labels.text(label))
    }

    /// The appliance with the address in the VNet, as messages show it.
    fn machine(&self, vnet: NameId, address: IpAddr) -> String {
        match self.listed.get(&(vnet, address)) {
            Some(appliance) => self.shown(appliance.name),
            None => format!("`{}/{address}`", self.context.inventory.names.text(vnet)),
        }
    }

    fn limits(&self, table: &RouteTable, found: &mut Found) {
        let counts = [
            (self.routes_of(table.name).len() + table.service_tags, "routes", ROUTES_OF_A_TABLE),
            (table.service_tags, "routes for service tags", SERVICE_TAGS_OF_A_TABLE),
        ];
        for (count, what, most) in counts {
            if count > most {
                let shown = self.shown(table.name);
                found.push(
                    Diagnostic::new(
                        Code::LimitExceeded,
                        format!("the route table {shown} has {count} {what}; {most} is the limit of a table"),
                    )
                    .at(self.context.cell(table.origin, "name"), format!("expected at most {most} {what}"))
                    .help("name fewer, wider prefixes"),
                );
            }
        }
    }
}

/// The VNet itself, and those peered with it from both sides.
fn reached(context: &Context<'_>, vnet: NameId) -> impl Iterator<Item = NameId> {
    let topology = &context.topology;
    let peers = topology.peers(vnet).iter().copied();
    std::iter::once(vnet).chain(peers.filter(move |peer| topology.is_peered(vnet, *peer)))
}

/// Those of them that hold the address.
fn holders(context: &Context<'_>, vnet: NameId, address: IpAddr) -> Vec<NameId> {
    let host = Prefix::from(address);
    let holds =
        |network: &NameId| context.topology.address_space(*network).iter().any(|own| own.covers(host));
    // A VNet has many peers, of which few hold the address.
    let candidates = std::iter::once(vnet).chain(context.topology.peers(vnet).iter().copied()).filter(holds);
    candidates.filter(|other| *other == vnet || context.topology.is_peered(vnet, *other)).collect()
}
