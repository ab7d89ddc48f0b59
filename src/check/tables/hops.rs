//! Whether the addresses of user routes are in reach, are appliances, and do not send back to themselves.

use std::net::IpAddr;

use super::{Found, Holders, Tables, Users, holders_of};
use crate::diagnostic::{Code, Diagnostic, few};
use crate::inventory::routing::{NextHop, Subnet, UserRoute};
use crate::names::NameId;
use crate::prefix::Prefix;

impl Tables<'_> {
    pub(super) fn next_hop(
        &self,
        route: &UserRoute,
        users: &Users<'_>,
        holders: &Holders,
        found: &mut Found,
    ) {
        if route.next_hop != NextHop::Appliance {
            return;
        }
        let context = self.context;
        let place = context.cell(route.origin, "next_hop_address");
        for address in &route.addresses {
            let is_lost = |vnet: &&NameId| holders_of(holders, **vnet, *address).is_empty();
            let mut lost = users.vnets.iter().filter(is_lost).peekable();
            if lost.peek().is_some() {
                let names = lost.map(|vnet| context.inventory.names.text(*vnet));
                let message =
                    format!("`{address}` is in no VNet that {} reaches, so packets are dropped", few(names));
                found.push(
                    Diagnostic::new(Code::NextHopUnreachable, message)
                        .at(place, "expected an address in the VNet of the subnet, or in one peered with it from both sides")
                        .help("peer the VNets from both sides, or name an appliance in reach"),
                );
            }
            let mut holding = users.vnets.iter().flat_map(|vnet| holders_of(holders, *vnet, *address));
            if let Some(vnet) = holding.find(|vnet| !self.listed.contains_key(&(**vnet, *address))) {
                let of = context.inventory.names.text(*vnet);
                let message = format!("`{address}` is taken for a stateful appliance, `{of}/{address}`");
                found.push(
                    Diagnostic::new(Code::AssumedAppliance, message)
                        .at(place, "expected the address of a row of `appliances.csv`")
                        .help(format!("add the appliance: its name, `{of}`, and all of its addresses")),
                );
            }
            if let Some(subnet) = self.own_subnet(*address, users, holders) {
                let message = format!(
                    "{} stands in the subnet {} of {}, whose route for `{}` sends back to it",
                    self.machine(subnet.vnet, *address),
                    self.shown(subnet.name),
                    context.shown(subnet.vnet),
                    route.prefix
                );
                found.push(
                    Diagnostic::new(Code::ApplianceLoop, message)
                        .at(place, "expected an address of another appliance")
                        .with(context.cell(subnet.origin, "route_table"), "the appliance sends by this table")
                        .help("give the subnet of the appliance a table of its own, or none: what it forwards comes back to it"),
                );
            }
        }
    }

    /// The first subnet with the table in which the appliance that has the address stands.
    fn own_subnet<'run>(
        &self,
        address: IpAddr,
        users: &Users<'run>,
        holders: &Holders,
    ) -> Option<&'run Subnet> {
        let stands_in = |subnet: &&&Subnet| {
            let is_there = holders_of(holders, subnet.vnet, address).contains(&subnet.vnet);
            let others = self.listed.get(&(subnet.vnet, address)).map_or(&[][..], |row| &row.addresses);
            let in_subnet =
                |own: &IpAddr| subnet.address_space.iter().any(|prefix| prefix.covers(Prefix::from(*own)));
            is_there && (in_subnet(&address) || others.iter().any(in_subnet))
        };
        users.subnets.iter().find(stands_in).copied()
    }
}
