//! What the route table of a GatewaySubnet cannot have, and what does nothing there.

use super::{Found, Tables, Users, reached};
use crate::diagnostic::{Code, Diagnostic, few};
use crate::inventory::routing::{RouteTable, UserRoute};
use crate::names::NameId;
use crate::prefix::Prefix;

impl Tables<'_> {
    pub(super) fn gateway_subnet(&self, table: &RouteTable, users: &Users<'_>, found: &mut Found) {
        let context = self.context;
        let of_gateways = users.subnets.iter().filter(|it| it.name.is_gateway_subnet());
        let of_gateways = of_gateways.map(|it| it.vnet).filter(|vnet| context.topology.has_gateway(*vnet));
        let Some(vnet) = of_gateways.min() else { return };
        let of = context.shown(vnet);
        if !table.gateway_routes {
            let message = format!(
                "the route table {} of GatewaySubnet in {of} keeps gateway routes out",
                self.shown(table.name)
            );
            found.push(
                Diagnostic::new(Code::GatewaySubnetPropagation, message)
                    .at(context.cell(table.origin, "gateway_routes"), "expected true")
                    .help("turn propagation of gateway routes on: Azure's gateway stops working without; the answer stands as if it did work"),
            );
        }
        let space = reached(context, vnet).flat_map(|network| context.topology.address_space(network));
        let mut space: Vec<Prefix> = space.copied().collect();
        space.sort_unstable();
        space.dedup();
        for route in self.routes_of(table.name) {
            if route.prefix.length() > 1 {
                self.summary(vnet, route, &space, found);
                continue;
            }
            let message = format!("`{}` is a route of GatewaySubnet in {of}", route.prefix);
            let help = if route.prefix.is_default_route() {
                "Azure does not permit it, so it is not counted; name the spokes' prefixes instead"
            } else {
                "halves of a default route get around what Azure does not permit; name the spokes' prefixes instead"
            };
            found.push(
                Diagnostic::new(Code::GatewaySubnetDefault, message)
                    .at(context.cell(route.origin, "prefix"), "expected the prefix of a spoke")
                    .help(help),
            );
        }
    }

    /// A user route that covers longer prefixes of the VNets in reach, which are `space`, and none of its own length.
    fn summary(&self, vnet: NameId, route: &UserRoute, space: &[Prefix], found: &mut Found) {
        if route.prefix.and_wider().any(|wider| space.binary_search(&wider).is_ok()) {
            return;
        }
        // In the order of prefixes, those inside one follow it.
        let first = space.partition_point(|own| *own < route.prefix);
        let inside = || space[first..].iter().take_while(|own| route.prefix.covers(**own));
        if inside().next().is_none() {
            return;
        }
        let of = self.context.shown(vnet);
        let message =
            format!("`{}` on GatewaySubnet in {of} loses to the longer {}", route.prefix, few(inside()));
        found.push(
            Diagnostic::new(Code::SummaryOnGatewaySubnet, message)
                .at(self.context.cell(route.origin, "prefix"), "expected the exact prefix of a spoke")
                .help("add a route for each of them: the longest prefix decides, and a user route wins against an equal one"),
        );
    }
}
