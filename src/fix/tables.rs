//! The measures of subnets: user routes, route tables, and the routes of gateways in these.

use std::fmt::Display;

use super::estate::Estate;
use super::measure::{Draft, Kind};
use super::wish::{Direction, Goal};
use crate::inventory::routing::{Hop, NextHop, RouteTable, Subnet, UserRoute};
use crate::language::relations::Relation;
use crate::language::syntax::Change;
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;

/// The most route tables that a subnet is offered, and appliances that a user route is.
const MOST: usize = 16;

/// Every measure of subnets that may help to open or close `goals`; none where no subnet is listed.
pub(super) fn drafts(estate: &Estate<'_>, goals: &[Goal], direction: Direction) -> Vec<Draft> {
    let mut tables = Tables { estate, direction, drafts: Vec::new() };
    if estate.inventory().subnets.is_empty() {
        return tables.drafts;
    }
    for goal in goals {
        let names = [&goal.gateway, &goal.network].map(|text| estate.name(text));
        let [Some(gateway), Some(network)] = names else { continue };
        let pool = estate.topology.client_pool(gateway).to_vec();
        let wanted = estate.wanted(goal, network);
        tables.of_tables(&[&pool[..], &wanted[..]].concat());
        for subnet in &estate.inventory().subnets {
            let is_of_goal = subnet.vnet == network && !subnet.name.is_reserved();
            let is_near = is_of_goal && overlaps(subnet, &wanted);
            if !(is_near || tables.steers(subnet)) {
                continue;
            }
            tables.without(subnet);
            if direction == Direction::Open {
                tables.others(subnet);
                tables.routes(subnet, &pool, &wanted);
            }
        }
    }
    tables.drafts
}

fn overlaps(subnet: &Subnet, prefixes: &[Prefix]) -> bool {
    subnet.address_space.iter().any(|own| prefixes.iter().any(|other| own.overlaps(*other)))
}

struct Tables<'a> {
    estate: &'a Estate<'a>,
    direction: Direction,
    drafts: Vec<Draft>,
}

impl Tables<'_> {
    fn offer(&mut self, kind: Kind, changes: Vec<Change>) {
        self.drafts.push(Draft { kind, changes, parts: Vec::new() });
    }

    /// A measure that takes packets off an appliance is one of its own kind: who wants a firewall wants none of it.
    fn offer_around(&mut self, kind: Kind, is_around: bool, changes: Vec<Change>) {
        let opens = self.direction == Direction::Open;
        self.offer(if opens && is_around { Kind::Bypass } else { kind }, changes);
    }

    /// True where the table leads to an appliance.
    fn leads_to_appliance(&self, table: LabelId) -> bool {
        self.routes_of(table).any(|route| route.next_hop == NextHop::Appliance)
    }

    fn label(&self, label: LabelId) -> &str {
        self.estate.inventory().labels.text(label)
    }

    fn table(&self, label: LabelId) -> Option<&RouteTable> {
        self.estate.inventory().route_tables.iter().find(|table| table.name == label)
    }

    fn routes_of(&self, table: LabelId) -> impl Iterator<Item = &UserRoute> {
        self.estate.inventory().user_routes.iter().filter(move |route| route.route_table == table)
    }

    fn users(&self, table: LabelId) -> impl Iterator<Item = &Subnet> {
        self.estate.inventory().subnets.iter().filter(move |subnet| subnet.route_table == Some(table))
    }

    /// True for a subnet of gateways, and for one that holds an appliance.
    fn steers(&self, subnet: &Subnet) -> bool {
        let is_of_gateway = subnet.name.is_gateway_subnet() && self.estate.topology.has_gateway(subnet.vnet);
        is_of_gateway || self.holds_appliance(subnet)
    }

    fn holds_appliance(&self, subnet: &Subnet) -> bool {
        let mut rows = self.estate.inventory().appliances.iter().filter(|row| row.vnet == subnet.vnet);
        rows.any(|row| row.addresses.iter().any(|address| overlaps(subnet, &[Prefix::from(*address)])))
    }

    /// The next hops that packets from the VNet can be sent to: appliances in it and in what is peered with it from both sides.
    fn hops(&self, vnet: NameId) -> Vec<Hop> {
        let topology = &self.estate.topology;
        let is_near = |other: NameId| other == vnet || topology.is_peered(vnet, other);
        let rows = self.estate.inventory().appliances.iter().filter(|row| is_near(row.vnet));
        let mut hops: Vec<Hop> =
            rows.flat_map(|row| row.addresses.iter().copied().map(Hop::Appliance)).collect();
        hops.sort_unstable();
        hops.dedup();
        hops.truncate(MOST);
        hops
    }

    fn uses(&self, add: bool, subnet: &Subnet, table: &str) -> Change {
        let values: [&dyn Display; 3] = [&self.estate.text(subnet.vnet), &self.label(subnet.name), &table];
        change(add, Relation::UsesTable, &values)
    }

    /// The routes of gateways in each route table that is used, and user routes taken away that may stand in the way.
    fn of_tables(&mut self, at_stake: &[Prefix]) {
        let inventory = self.estate.inventory();
        for table in &inventory.route_tables {
            let is_used = self.users(table.name).next().is_some();
            let is_of_gateway = self.users(table.name).any(|subnet| subnet.name.is_gateway_subnet());
            // Azure's gateway stops working without them.
            if is_used && !(is_of_gateway && table.gateway_routes) {
                let values: [&dyn Display; 1] = [&self.label(table.name)];
                let change = change(!table.gateway_routes, Relation::GatewayRoutes, &values);
                let is_senders = self.users(table.name).any(|subnet| !self.steers(subnet));
                let is_around = !table.gateway_routes && is_senders && self.leads_to_appliance(table.name);
                self.offer_around(Kind::GatewayRoutes, is_around, vec![change]);
            }
        }
        for route in &inventory.user_routes {
            let matters = at_stake.iter().any(|prefix| prefix.overlaps(route.prefix));
            if matters && self.users(route.route_table).next().is_some() {
                let is_around = route.next_hop == NextHop::Appliance;
                let changes = self.taken(route);
                self.offer_around(Kind::UserRoute, is_around, changes);
            }
        }
    }

    /// What takes a user route away, hop by hop.
    fn taken(&self, route: &UserRoute) -> Vec<Change> {
        let table = self.label(route.route_table);
        let remove = |hop: Hop| {
            let values: [&dyn Display; 3] = [&table, &route.prefix, &hop];
            change(false, Relation::UserRoute, &values)
        };
        route.hops().map(remove).collect()
    }

    /// The subnet without its route table.
    fn without(&mut self, subnet: &Subnet) {
        if let Some(table) = subnet.route_table {
            let change = self.uses(false, subnet, self.label(table));
            self.offer_around(Kind::RouteTable, self.leads_to_appliance(table), vec![change]);
        }
    }

    /// Another route table that is there, of those that other subnets of the VNet use, or nobody.
    fn others(&mut self, subnet: &Subnet) {
        let inventory = self.estate.inventory();
        let mut found: Vec<LabelId> = Vec::new();
        for table in inventory.route_tables.iter().filter(|table| Some(table.name) != subnet.route_table) {
            let mut users = self.users(table.name).peekable();
            let is_free = users.peek().is_none();
            let is_near = users.any(|user| user.vnet == subnet.vnet);
            if (is_free || is_near) && self.may_use(subnet, table) {
                found.push(table.name);
            }
        }
        found.sort_by_key(|table| self.label(*table));
        // What is wrong in the table that it has is mended there.
        let is_around = subnet.route_table.is_some_and(|table| self.leads_to_appliance(table));
        for table in found.into_iter().take(MOST) {
            let change = self.uses(true, subnet, self.label(table));
            self.offer_around(Kind::RouteTable, is_around, vec![change]);
        }
    }

    /// What Azure permits on GatewaySubnet: gateway routes, and no default route.
    fn may_use(&self, subnet: &Subnet, table: &RouteTable) -> bool {
        let mut routes = self.routes_of(table.name);
        !subnet.name.is_gateway_subnet()
            || table.gateway_routes && !routes.any(|route| route.prefix.is_default_route())
    }

    /// User routes of the subnet: to the goal where gateways and appliances send by it, and to clients where answers go by it.
    fn routes(&mut self, subnet: &Subnet, pool: &[Prefix], wanted: &[Prefix]) {
        let hops = self.hops(subnet.vnet);
        let is_gateway = subnet.name.is_gateway_subnet();
        let holds = self.holds_appliance(subnet);
        // An appliance does not send to itself.
        let own =
            |hop: &Hop| matches!(hop, Hop::Appliance(address) if overlaps(subnet, &[Prefix::from(*address)]));
        let others: Vec<Hop> = hops.iter().copied().filter(|hop| !own(hop)).collect();
        if is_gateway || holds {
            self.routes_to(subnet, wanted, if holds { &others } else { &hops });
        }
        if !is_gateway {
            let back = [if holds { &others[..] } else { &hops[..] }, &[Hop::Gateway]].concat();
            self.routes_to(subnet, pool, &back);
        }
    }

    /// A user route for each prefix, in the subnet's table or in a new one, to each of the hops.
    fn routes_to(&mut self, subnet: &Subnet, prefixes: &[Prefix], hops: &[Hop]) {
        let prefixes: Vec<Prefix> =
            prefixes.iter().copied().filter(|prefix| !prefix.is_default_route()).collect();
        for hop in hops {
            let is_like = |prefix: &&Prefix| match hop {
                Hop::Appliance(address) => Prefix::from(*address).family() == prefix.family(),
                _ => true,
            };
            let fitting: Vec<Prefix> = prefixes.iter().filter(is_like).copied().collect();
            match subnet.route_table.and_then(|table| self.table(table)).map(|table| table.name) {
                Some(table) => {
                    let is_around =
                        *hop == Hop::Gateway && !self.steers(subnet) && self.leads_to_appliance(table);
                    for prefix in fitting.into_iter().chain(self.around(table, &prefixes)) {
                        let changes = self.led(table, prefix, *hop);
                        self.offer_around(Kind::UserRoute, is_around, changes);
                    }
                }
                None if fitting.is_empty() => {}
                None => {
                    let name = self.unused_name(subnet);
                    let route = |prefix: &Prefix| {
                        let values: [&dyn Display; 3] = [&name, prefix, hop];
                        change(true, Relation::UserRoute, &values)
                    };
                    let mut changes: Vec<Change> = fitting.iter().map(route).collect();
                    changes.push(self.uses(true, subnet, &name));
                    self.offer(Kind::RouteTable, changes);
                }
            }
        }
    }

    /// What makes the route for the prefix lead to the hop; nothing where it does.
    fn led(&self, table: LabelId, prefix: Prefix, hop: Hop) -> Vec<Change> {
        let known = self.routes_of(table).find(|route| route.prefix == prefix);
        if known.is_some_and(|route| route.hops().any(|held| held == hop)) {
            return Vec::new();
        }
        let mut changes = known.map(|route| self.taken(route)).unwrap_or_default();
        let values: [&dyn Display; 3] = [&self.label(table), &prefix, &hop];
        changes.push(change(true, Relation::UserRoute, &values));
        changes
    }

    /// The prefixes of the table's routes around one of the prefixes: what leads elsewhere may be led anew.
    fn around(&self, table: LabelId, prefixes: &[Prefix]) -> Vec<Prefix> {
        let is_around = |route: &&UserRoute| {
            prefixes.iter().any(|prefix| route.prefix.covers(*prefix) && route.prefix != *prefix)
        };
        self.routes_of(table).filter(is_around).map(|route| route.prefix).collect()
    }

    /// What a new route table of the subnet can be called.
    fn unused_name(&self, subnet: &Subnet) -> String {
        let inventory = self.estate.inventory();
        let name = format!("routes-of-{}-{}", self.estate.text(subnet.vnet), self.label(subnet.name));
        let is_free = |name: &String| {
            let label = inventory.labels.get(name);
            label.is_none_or(|label| self.table(label).is_none())
        };
        let numbered = (2..).map(|number: u32| format!("{name}-{number}"));
        std::iter::once(name.clone()).chain(numbered).find(is_free).unwrap_or(name)
    }
}

fn change(add: bool, relation: Relation, values: &[&dyn Display]) -> Change {
    if add { Change::add(relation, values) } else { Change::remove(relation, values) }
}
