//! Route tables: which nobody uses, which lead nowhere, and what GatewaySubnet cannot have.

use std::net::IpAddr;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Context, Found};
use crate::diagnostic::{Code, Diagnostic, few};
use crate::inventory::routing::{NextHop, RouteTable, Subnet, UserRoute};
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;

/// The most user routes of a table.
const ROUTES_OF_A_TABLE: usize = 400;

pub(super) fn check(context: &Context<'_>, found: &mut Found) {
    if context.inventory.route_tables.is_empty() {
        return;
    }
    let tables = Tables::new(context);
    for table in &context.inventory.route_tables {
        let users = tables.users.get(&table.name).map_or(&[][..], Vec::as_slice);
        if users.is_empty() {
            let message = format!("no subnet uses the route table {}", tables.shown(table.name));
            found.push(
                Diagnostic::new(Code::UnusedRouteTable, message)
                    .at(context.cell(table.origin, "name"), "expected a subnet with this `route_table`")
                    .help(
                        "associate it with the subnets that it is for, or take it away: so it steers nothing",
                    ),
            );
        }
        tables.of_gateway_subnet(table, users, found);
        tables.limit(table, found);
    }
    for route in &context.inventory.user_routes {
        tables.next_hop(route, found);
    }
}

struct Tables<'run> {
    context: &'run Context<'run>,
    /// The subnets that use each table.
    users: FxHashMap<LabelId, Vec<&'run Subnet>>,
    routes: FxHashMap<LabelId, Vec<&'run UserRoute>>,
    peers: FxHashMap<NameId, Vec<NameId>>,
    listed: FxHashSet<(NameId, IpAddr)>,
}

impl<'run> Tables<'run> {
    fn new(context: &'run Context<'run>) -> Self {
        let inventory = context.inventory;
        let mut users: FxHashMap<LabelId, Vec<&Subnet>> = FxHashMap::default();
        for subnet in &inventory.subnets {
            if let Some(table) = subnet.route_table {
                users.entry(table).or_default().push(subnet);
            }
        }
        let mut routes: FxHashMap<LabelId, Vec<&UserRoute>> = FxHashMap::default();
        for route in &inventory.user_routes {
            routes.entry(route.route_table).or_default().push(route);
        }
        let peered: FxHashSet<(NameId, NameId)> = context.facts.peered.all().iter().copied().collect();
        let mut peers: FxHashMap<NameId, Vec<NameId>> = FxHashMap::default();
        for (one, other) in context.facts.peered.all() {
            if peered.contains(&(*other, *one)) {
                peers.entry(*one).or_default().push(*other);
            }
        }
        let listed = inventory.appliances.iter();
        let listed =
            listed.flat_map(|row| row.addresses.iter().map(|address| (row.vnet, *address))).collect();
        Self { context, users, routes, peers, listed }
    }

    fn shown(&self, label: LabelId) -> String {
        format!("`{}`", self.context.inventory.labels.text(label))
    }

    /// The VNet itself, and those peered with it from both sides.
    fn reached(&self, vnet: NameId) -> impl Iterator<Item = NameId> + '_ {
        std::iter::once(vnet).chain(self.peers.get(&vnet).into_iter().flatten().copied())
    }

    /// What the route table of a GatewaySubnet cannot have, and what does nothing there.
    fn of_gateway_subnet(&self, table: &RouteTable, users: &[&Subnet], found: &mut Found) {
        let is_used_so = |subnet: &&&Subnet| {
            subnet.name.is_gateway_subnet() && self.context.topology.has_gateway(subnet.vnet)
        };
        let Some(subnet) = users.iter().find(is_used_so) else { return };
        let of = self.context.shown(subnet.vnet);
        if !table.gateway_routes {
            let message = format!(
                "the route table {} of GatewaySubnet in {of} keeps gateway routes out",
                self.shown(table.name)
            );
            found.push(
                Diagnostic::new(Code::GatewaySubnetPropagation, message)
                    .at(self.context.cell(table.origin, "gateway_routes"), "expected true")
                    .help("turn propagation of gateway routes on: Azure's gateway stops working without; the answer stands as if it did work"),
            );
        }
        for route in self.routes.get(&table.name).into_iter().flatten() {
            let place = self.context.cell(route.origin, "prefix");
            if route.prefix.length() <= 1 {
                let message = format!("`{}` is a route of GatewaySubnet in {of}", route.prefix);
                let help = if route.prefix.is_default_route() {
                    "Azure does not permit it, so it is not counted; name the spokes' prefixes instead"
                } else {
                    "halves of a default route get around what Azure does not permit; name the spokes' prefixes instead"
                };
                found.push(
                    Diagnostic::new(Code::GatewaySubnetDefault, message)
                        .at(place, "expected the prefix of a spoke")
                        .help(help),
                );
            } else {
                self.summary(subnet.vnet, route, found);
            }
        }
    }

    /// A user route on GatewaySubnet that covers longer prefixes of VNets and none of its own length.
    fn summary(&self, vnet: NameId, route: &UserRoute, found: &mut Found) {
        let topology = &self.context.topology;
        let space = self.reached(vnet).flat_map(|network| topology.address_space(network));
        let mut inside: Vec<Prefix> = space.copied().filter(|own| route.prefix.overlaps(*own)).collect();
        inside.sort_unstable();
        inside.dedup();
        let beats = |own: &Prefix| own.length() > route.prefix.length();
        if inside.is_empty() || !inside.iter().all(beats) {
            return;
        }
        let message = format!(
            "`{}` on GatewaySubnet in {} loses to the longer {}",
            route.prefix,
            self.context.shown(vnet),
            few(&inside)
        );
        found.push(
            Diagnostic::new(Code::SummaryOnGatewaySubnet, message)
                .at(self.context.cell(route.origin, "prefix"), "expected the exact prefix of a spoke")
                .help("add a route for each of them: the longest prefix decides, and a user route wins against an equal one"),
        );
    }

    fn limit(&self, table: &RouteTable, found: &mut Found) {
        let count = self.routes.get(&table.name).map_or(0, Vec::len);
        if count > ROUTES_OF_A_TABLE {
            let message = format!(
                "the route table {} has {count} routes, more than the {ROUTES_OF_A_TABLE} of a route table",
                self.shown(table.name)
            );
            found.push(
                Diagnostic::new(Code::LimitExceeded, message)
                    .at(
                        self.context.cell(table.origin, "name"),
                        format!("expected {ROUTES_OF_A_TABLE} routes at most"),
                    )
                    .help("name fewer, wider prefixes"),
            );
        }
    }

    /// Whether the addresses of a route are in reach, and appliances.
    fn next_hop(&self, route: &UserRoute, found: &mut Found) {
        if route.next_hop != NextHop::Appliance {
            return;
        }
        let users = self.users.get(&route.route_table).map_or(&[][..], Vec::as_slice);
        let mut vnets: Vec<NameId> = users.iter().map(|subnet| subnet.vnet).collect();
        vnets.sort_unstable();
        vnets.dedup();
        let place = self.context.cell(route.origin, "next_hop_address");
        for address in &route.addresses {
            let holders = |vnet: NameId| {
                let host = Prefix::from(*address);
                let holds = move |network: &NameId| {
                    self.context.topology.address_space(*network).iter().any(|own| own.covers(host))
                };
                self.reached(vnet).filter(holds)
            };
            let lost: Vec<String> = vnets
                .iter()
                .filter(|vnet| holders(**vnet).next().is_none())
                .map(|vnet| self.context.inventory.names.text(*vnet).to_owned())
                .collect();
            if !lost.is_empty() {
                let message =
                    format!("`{address}` is in no VNet that {} reaches, so packets are dropped", few(&lost));
                found.push(
                    Diagnostic::new(Code::NextHopUnreachable, message)
                        .at(place, "expected an address in the VNet of the subnet, or in one peered with it from both sides")
                        .help("peer the VNets from both sides, or name an appliance in reach"),
                );
            }
            let assumed = vnets.iter().flat_map(|vnet| holders(*vnet));
            if let Some(vnet) = assumed.into_iter().find(|vnet| !self.listed.contains(&(*vnet, *address))) {
                let of = self.context.inventory.names.text(vnet);
                let message = format!("`{address}` is taken for a stateful appliance, `{of}/{address}`");
                found.push(
                    Diagnostic::new(Code::AssumedAppliance, message)
                        .at(place, "expected the address of a row of `appliances.csv`")
                        .help(format!("add the appliance: its name, `{of}`, and all of its addresses")),
                );
            }
        }
    }
}
