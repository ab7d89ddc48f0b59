//! Commands for tunnels.

use super::{Script, list, quoted};
use crate::inventory::{Connection, Inventory, Tunnel};
use crate::names::Name;
use crate::prefix::Prefix;

impl Script<'_> {
    pub(super) fn s2s(&mut self, add: bool, one: Name, other: Name) {
        let was_there = between(self.before, one, other).next().is_some();
        if self.is_site(one) && self.is_site(other) {
            let what = if add { "bring up" } else { "take down" };
            let (one, other) = (self.shown(one), self.shown(other));
            self.comment(&format!("on the devices of {one} and {other}: {what} the tunnel between them"));
            return;
        }
        if !add {
            for connection in self.connections(one, other) {
                self.az("network vpn-connection delete", &format!("--name {connection}"));
            }
            return;
        }
        if was_there {
            let (one_shown, other_shown) = (self.shown(one), self.shown(other));
            self.comment(&format!(
                "the tunnel between {one_shown} and {other_shown} is set up, and down: compare its shared keys and addresses"
            ));
            for (gateway, _) in self.ends(one, other) {
                let gateway = self.gateway_name(gateway);
                self.az("network vnet-gateway reset", &format!("--name {gateway}"));
            }
            return;
        }
        let bgp = self.after.tunnels().iter().any(|tunnel| joins(tunnel, one, other) && tunnel.bgp);
        let bgp = if bgp { " --enable-bgp" } else { "" };
        for (near, far) in self.ends(one, other) {
            let connection = self.variable("CONNECTION", &[near, far]);
            let gateway = self.gateway_name(near);
            let end = if self.is_site(far) {
                format!("--local-gateway2 {}", self.local_gateway(far))
            } else {
                format!("--vnet-gateway2 {}", self.gateway_name(far))
            };
            self.az(
                "network vpn-connection create",
                &format!(
                    "--name {connection} --vnet-gateway1 {gateway} {end} --shared-key \"$SHARED_KEY\"{bgp}"
                ),
            );
        }
    }

    pub(super) fn bgp(&mut self, add: bool, one: Name, other: Name) {
        // A new tunnel is made with BGP.
        if between(self.before, one, other).next().is_none() {
            return;
        }
        for end in [one, other] {
            let is_off =
                |inventory: &Inventory| inventory.gateways.iter().any(|row| row.vnet == end && !row.bgp);
            if add && is_off(self.before) && !is_off(self.after) {
                let gateway = self.gateway_name(end);
                self.az("network vnet-gateway update", &format!("--name {gateway} --enable-bgp true"));
            }
        }
        for site in [one, other] {
            if !self.is_site(site) {
                continue;
            }
            let shown = self.shown(site);
            if add {
                let (local, peer) = (self.local_gateway(site), self.variable("BGP_ADDRESS_OF", &[site]));
                let number = self.before.sites.iter().find(|row| row.name == site).and_then(|row| row.asn);
                let number =
                    number.map_or_else(|| self.variable("ASN_OF", &[site]), |number| number.to_string());
                self.az(
                    "network local-gateway update",
                    &format!("--name {local} --asn {number} --bgp-peering-address {peer}"),
                );
                self.comment(&format!("on the device of {shown}: a BGP session with the gateway"));
            } else {
                self.comment(&format!("on the device of {shown}: no BGP session with the gateway"));
            }
        }
        for connection in self.connections(one, other) {
            self.az("network vpn-connection update", &format!("--name {connection} --enable-bgp {add}"));
        }
    }

    /// Sets what an end routes into its tunnel to all that it is to route in the end.
    pub(super) fn static_routes(&mut self, near: Name, far: Name) {
        let routes = self.routed(near, far);
        let prefixes = list(&routes);
        if self.is_site(near) {
            let (site, far) = (self.shown(near), self.shown(far));
            self.comment(&format!("on the device of {site}: route {prefixes} into the tunnel to {far}"));
            return;
        }
        let is_listed = between(self.before, near, far).any(|row| {
            let listed = if row.from == near { &row.from_static } else { &row.to_static };
            !listed.is_empty()
        });
        let local = if self.is_site(far) {
            self.local_gateway(far)
        } else {
            self.variable("LOCAL_GATEWAY", &[near, far])
        };
        if self.is_site(far) || is_listed {
            self.az(
                "network local-gateway update",
                &format!("--name {local} --local-address-prefixes {prefixes}"),
            );
            return;
        }
        // The local network gateway of a VNet-to-VNet connection is hidden and cannot be changed.
        let address = self.variable("PUBLIC_IP_OF", &[far]);
        self.az(
            "network local-gateway create",
            &format!("--name {local} --gateway-ip-address {address} --local-address-prefixes {prefixes}"),
        );
        let connection = self.connection(near, far);
        let gateway = self.gateway_name(near);
        let bgp = self.after.tunnels().iter().any(|tunnel| joins(tunnel, near, far) && tunnel.bgp);
        let bgp = if bgp { " --enable-bgp" } else { "" };
        if between(self.before, near, far).next().is_some() {
            self.az("network vpn-connection delete", &format!("--name {connection}"));
        }
        self.az(
            "network vpn-connection create",
            &format!("--name {connection} --vnet-gateway1 {gateway} --local-gateway2 {local} --shared-key \"$SHARED_KEY\"{bgp}"),
        );
    }

    /// What an end routes into its tunnels in the end.
    fn routed(&self, near: Name, far: Name) -> Vec<Prefix> {
        let tunnels = self.after.tunnels();
        let of_pair = tunnels.iter().filter(|tunnel| joins(tunnel, near, far));
        let listed = of_pair.flat_map(|tunnel| {
            if tunnel.from == near { tunnel.from_static.clone() } else { tunnel.to_static.clone() }
        });
        let mut routes: Vec<Prefix> = listed.collect();
        routes.sort_unstable();
        routes.dedup();
        routes
    }

    /// The connections of a tunnel: one at each end that is a gateway.
    fn connections(&self, one: Name, other: Name) -> Vec<String> {
        self.ends(one, other).into_iter().map(|(near, far)| self.connection(near, far)).collect()
    }

    fn ends(&self, one: Name, other: Name) -> Vec<(Name, Name)> {
        let mut ends = vec![(one, other), (other, one)];
        ends.retain(|(near, _)| !self.is_site(*near));
        ends
    }

    /// The connection of an end, by its own name where the inventory has it.
    fn connection(&self, near: Name, far: Name) -> String {
        let own = between(self.before, near, far).find(|row| row.from == near && !row.name.is_empty());
        own.map_or_else(|| self.variable("CONNECTION", &[near, far]), |row| quoted(&row.name).into_owned())
    }
}

fn joins(tunnel: &Tunnel, one: Name, other: Name) -> bool {
    (tunnel.from, tunnel.to) == (one, other) || (tunnel.from, tunnel.to) == (other, one)
}

fn between(inventory: &Inventory, one: Name, other: Name) -> impl Iterator<Item = &Connection> {
    inventory
        .connections
        .iter()
        .filter(move |row| (row.from, row.to) == (one, other) || (row.from, row.to) == (other, one))
}
