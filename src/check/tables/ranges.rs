//! User routes that longer routes of Azure may beat: for whole pools, and around the ranges that Azure keeps for private use.

use super::{Found, Tables, Users, reached};
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::routing::{NextHop, RouteTable, UserRoute};
use crate::names::NameId;
use crate::prefix::Prefix;

/// What Azure routes to `None` where the address space of a VNet has no part of it.
const RESERVED: [&str; 4] = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"];

impl Tables<'_> {
    pub(super) fn ranges(&self, table: &RouteTable, route: &UserRoute, users: &Users<'_>, found: &mut Found) {
        if table.gateway_routes && route.next_hop != NextHop::Gateway {
            self.whole_pool(table, route, users, found);
        }
        if !route.prefix.is_default_route() {
            self.reserved(table, route, users, found);
        }
    }

    /// A route for exactly a client pool, beside the routes of the gateway.
    fn whole_pool(&self, table: &RouteTable, route: &UserRoute, users: &Users<'_>, found: &mut Found) {
        let context = self.context;
        // What a gateway sends to its own clients does not go through its subnet.
        let senders = users.subnets.iter().filter(|subnet| !subnet.name.is_gateway_subnet());
        let gateway = senders.map(|subnet| subnet.vnet).find_map(|vnet| {
            let is_used = |hub: &NameId| *hub == vnet || context.topology.attaches(*hub, vnet);
            let serves = |hub: &NameId| context.topology.client_pool(*hub).contains(&route.prefix);
            let peers = context.topology.peers(vnet).iter().copied();
            std::iter::once(vnet).chain(peers).filter(serves).find(is_used)
        });
        let Some(gateway) = gateway else { return };
        let message = format!(
            "`{}` is the whole address pool of {}, and the route table {} lets gateway routes in",
            route.prefix,
            context.shown(gateway),
            self.shown(table.name)
        );
        found.push(
            Diagnostic::new(Code::PoolMayBeHalved, message)
                .at(context.cell(route.origin, "prefix"), "expected halves of the pool, or no gateway routes")
                .help("a gateway advertises a pool as two halves at times, which are longer and win: add a route for each half, or keep gateway routes out"),
        );
    }

    /// A route around a range that Azure routes to `None`, which is longer and wins.
    fn reserved(&self, table: &RouteTable, route: &UserRoute, users: &Users<'_>, found: &mut Found) {
        let context = self.context;
        let ranges = RESERVED.iter().filter_map(|text| text.parse().ok());
        for range in ranges.filter(|range: &Prefix| *range != route.prefix && route.prefix.covers(*range)) {
            let lost = users.vnets.iter().find_map(|vnet| Some((*vnet, self.lost(table, *vnet, range)?)));
            let Some((vnet, (network, prefix))) = lost else { continue };
            let message = format!(
                "`{}` does not carry `{prefix}` of {} from {}: Azure's route for `{range}` to `None` is longer",
                route.prefix,
                context.shown(network),
                context.shown(vnet)
            );
            found.push(
                Diagnostic::new(Code::ReservedRange, message)
                    .at(
                        context.cell(route.origin, "prefix"),
                        format!("expected a prefix inside of `{range}`, or `0.0.0.0/0`"),
                    )
                    .help(format!("add a route for `{prefix}`, or for `{range}`")),
            );
            return;
        }
    }

    /// A network or pool in the range that nothing longer than Azure's route leads the VNet to, where the VNet has no part of it.
    fn lost(&self, table: &RouteTable, vnet: NameId, range: Prefix) -> Option<(NameId, Prefix)> {
        let context = self.context;
        if context.topology.address_space(vnet).iter().any(|own| own.overlaps(range)) {
            return None;
        }
        let part = context.facts.component_of(vnet);
        // Routes of peerings are longer, and where gateway routes are let in, those for pools and sites.
        let near: Vec<NameId> = reached(context, vnet).collect();
        let is_led_to = |network: &NameId| {
            near.contains(network) || table.gateway_routes && context.topology.is_site(*network)
        };
        let addresses = context.facts.address.of(part).iter();
        let addresses = addresses.filter(|row| range.covers(row.1) && !is_led_to(&row.0));
        let pools = context.facts.client_pool.of(part).iter();
        let pools = pools.filter(|row| !table.gateway_routes && range.covers(row.1));
        let is_lost = |prefix: Prefix| {
            let steers = |route: &&UserRoute| range.covers(route.prefix) && route.prefix.overlaps(prefix);
            !self.routes_of(table.name).iter().any(steers)
        };
        addresses.chain(pools).find(|row| is_lost(row.1)).copied()
    }
}
