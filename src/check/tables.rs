//! Route tables: which nobody uses, which lead nowhere or in circles, and what GatewaySubnet cannot have.

mod forwarded;
mod gateway_subnet;
mod hops;
pub(super) mod one_way;
mod ranges;

use std::net::IpAddr;

use rayon::prelude::*;
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
    let all = &context.inventory.route_tables;
    let of_table = |table: &RouteTable| tables.of_table(table);
    found.extend(all.par_iter().flat_map_iter(of_table).collect::<Found>());
    let of_routes = |table: &RouteTable| tables.of_routes(table);
    found.extend(all.par_iter().flat_map_iter(of_routes).collect::<Found>());
    tables.forwarded(found);
}

/// What uses a route table.
struct Users<'run> {
    subnets: &'run [&'run Subnet],
    /// Their VNets, each once.
    vnets: Vec<NameId>,
}

/// The VNets that hold an address that a user route of a table names, of those that a VNet with the table reaches.
type Holders = FxHashMap<(NameId, IpAddr), Vec<NameId>>;

/// What the rows of route tables and appliances say, by what they are looked up by.
struct Tables<'run> {
    context: &'run Context<'run>,
    users: ByTable<'run, Subnet>,
    routes: ByTable<'run, UserRoute>,
    /// The appliance that is listed with the address in the VNet.
    listed: FxHashMap<(NameId, IpAddr), &'run Appliance>,
}

/// Rows by the route table that they are about, each in the order of the inventory.
struct ByTable<'run, Row> {
    /// Where those of each table begin, by the number of its name.
    starts: Vec<u32>,
    rows: Vec<&'run Row>,
}

impl<'run, Row> ByTable<'run, Row> {
    fn new(labels: usize, all: &'run [Row], table: impl Fn(&Row) -> Option<LabelId>) -> Self {
        let mut starts = vec![0u32; labels + 1];
        let mut rows: Vec<&Row> = all.iter().filter(|row| table(row).is_some()).collect();
        for table in rows.iter().filter_map(|row| table(row)) {
            starts[table.index() + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let mut next = starts.clone();
        for row in rows.clone() {
            if let Some(table) = table(row) {
                let place = &mut next[table.index()];
                rows[*place as usize] = row;
                *place += 1;
            }
        }
        Self { starts, rows }
    }

    fn of(&self, table: LabelId) -> &[&'run Row] {
        let [start, end] = [0, 1].map(|more| self.starts[table.index() + more] as usize);
        &self.rows[start..end]
    }
}

/// Those that hold the address; none that was not asked about.
fn holders_of(holders: &Holders, vnet: NameId, address: IpAddr) -> &[NameId] {
    holders.get(&(vnet, address)).map_or(&[], Vec::as_slice)
}

impl<'run> Tables<'run> {
    fn new(context: &'run Context<'run>) -> Self {
        let inventory = context.inventory;
        let labels = inventory.labels.len();
        let listed = inventory
            .appliances
            .iter()
            .flat_map(|row| row.addresses.iter().map(move |address| ((row.vnet, *address), row)));
        Self {
            context,
            users: ByTable::new(labels, &inventory.subnets, |subnet| subnet.route_table),
            routes: ByTable::new(labels, &inventory.user_routes, |route| Some(route.route_table)),
            listed: listed.collect(),
        }
    }

    /// What is doubtful of a table as a whole.
    fn of_table(&self, table: &RouteTable) -> Found {
        let mut found = Found::new();
        let users = self.users_of(table.name);
        if users.subnets.is_empty() {
            let message = format!("no subnet uses the route table {}", self.shown(table.name));
            found.push(
                Diagnostic::new(Code::UnusedRouteTable, message)
                    .at(self.context.cell(table.origin, "name"), "expected a subnet with this `route_table`")
                    .help(
                        "associate it with the subnets that it is for, or take it away: so it steers nothing",
                    ),
            );
        }
        self.gateway_subnet(table, &users, &mut found);
        self.limits(table, &mut found);
        found
    }

    /// What is doubtful of the routes of a table.
    fn of_routes(&self, table: &RouteTable) -> Found {
        let mut found = Found::new();
        let users = self.users_of(table.name);
        let holders = self.holders(table.name, &users);
        for route in self.routes_of(table.name) {
            self.next_hop(route, &users, &holders, &mut found);
            self.ranges(table, route, &users, &mut found);
        }
        found
    }

    fn users_of(&self, table: LabelId) -> Users<'_> {
        let subnets = self.users.of(table);
        let mut vnets: Vec<NameId> = subnets.iter().map(|subnet| subnet.vnet).collect();
        vnets.sort_unstable();
        vnets.dedup();
        Users { subnets, vnets }
    }

    fn routes_of(&self, table: LabelId) -> &[&'run UserRoute] {
        self.routes.of(table)
    }

    fn holders(&self, table: LabelId, users: &Users<'_>) -> Holders {
        let mut holders = Holders::default();
        let routes = self.routes_of(table).iter().filter(|route| route.next_hop == NextHop::Appliance);
        for address in routes.flat_map(|route| &route.addresses) {
            for vnet in &users.vnets {
                let of_pair = holders.entry((*vnet, *address));
                of_pair.or_insert_with(|| holding(self.context, *vnet, *address));
            }
        }
        holders
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
fn holding(context: &Context<'_>, vnet: NameId, address: IpAddr) -> Vec<NameId> {
    let host = Prefix::from(address);
    let holds =
        |network: &NameId| context.topology.address_space(*network).iter().any(|own| own.covers(host));
    // A VNet has many peers, of which few hold the address.
    let candidates = std::iter::once(vnet).chain(context.topology.peers(vnet).iter().copied()).filter(holds);
    candidates.filter(|other| *other == vnet || context.topology.is_peered(vnet, *other)).collect()
}
