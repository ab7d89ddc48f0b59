//! Peerings that what appliances forward has to cross, and that do not take it.

use rustc_hash::FxHashSet;

use super::{Found, Tables, holders_of};
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::Peering;
use crate::inventory::routing::{NextHop, Subnet, UserRoute};
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;

impl Tables<'_> {
    pub(super) fn forwarded(&self, found: &mut Found) {
        let context = self.context;
        let sides = context.inventory.peerings.iter().filter(|side| !side.rare().allow_forwarded_traffic);
        let sides: Vec<&Peering> = sides.filter(|side| !side.is_taken_away).collect();
        if sides.is_empty() {
            return;
        }
        let mut sends_through: FxHashSet<(NameId, NameId)> = FxHashSet::default();
        let mut sent_by_gateway: Vec<(NameId, Prefix)> = Vec::new();
        for table in &context.inventory.route_tables {
            self.led(table.name, |route, user, holder| {
                if user.name.is_gateway_subnet() {
                    sent_by_gateway.push((holder, route.prefix));
                } else {
                    sends_through.insert((user.vnet, holder));
                }
            });
        }
        sent_by_gateway.sort_unstable();
        let is_sent_to = |from: NameId, own: Prefix| {
            let is_there = |wider: Prefix| sent_by_gateway.binary_search(&(from, wider)).is_ok();
            // In the order of prefixes, those inside one follow it.
            let next = sent_by_gateway.partition_point(|row| *row < (from, own));
            let inside = sent_by_gateway.get(next).is_some_and(|row| row.0 == from && own.covers(row.1));
            inside || own.and_wider().any(is_there)
        };
        let mut told: FxHashSet<(NameId, NameId)> = FxHashSet::default();
        for side in sides {
            let (to, from) = (side.vnet, side.remote_vnet);
            let space = context.topology.address_space(to);
            let is_crossed =
                sends_through.contains(&(to, from)) || space.iter().any(|own| is_sent_to(from, *own));
            if is_crossed && told.insert((to, from)) {
                let message = format!(
                    "the side of {} of its peering with {} does not allow forwarded traffic, which an appliance there sends",
                    context.shown(to),
                    context.shown(from)
                );
                found.push(
                    Diagnostic::new(Code::ForwardedTrafficOff, message)
                        .at(context.cell_or(side.origin, "allow_forwarded_traffic", "vnet"), "expected true")
                        .help("allow forwarded traffic on this side: Azure's documentation asks for it, though packets were seen to pass without; the answer stands as if they did"),
                );
            }
        }
    }

    /// Calls `each` with every user route of the table to an appliance, a subnet that uses it, and a VNet that holds the address.
    fn led(&self, table: LabelId, mut each: impl FnMut(&UserRoute, &Subnet, NameId)) {
        let users = self.users_of(table);
        let holders = self.holders(table, &users);
        let routes = self.routes_of(table).iter();
        for route in routes.filter(|route| route.next_hop == NextHop::Appliance) {
            for user in users.subnets {
                for holder in
                    route.addresses.iter().flat_map(|address| holders_of(&holders, user.vnet, *address))
                {
                    if *holder != user.vnet || user.name.is_gateway_subnet() {
                        each(route, user, *holder);
                    }
                }
            }
        }
    }
}
