//! Changes to networks and gateways.

use super::fact::Edit;
use super::{Editor, list, put};
use crate::inventory::{DEFAULT_ASN, Gateway, Site, Vnet};
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::schema::Asn;

impl Editor<'_> {
    pub(super) fn vnet(&mut self, edit: &Edit<'_>, text: &str) {
        let known = self.inventory.names.get(text);
        let row = known.and_then(|name| self.rows.vnet(name));
        if row.is_some() == edit.add {
            self.nothing(edit);
        } else {
            match (known, row) {
                (Some(name), Some(row)) => self.remove_vnet(edit, name, row),
                (Some(name), None) if self.rows.site(name).is_some() => self.clash(edit, name, "a site"),
                _ => {
                    let name = self.inventory.names.intern(text);
                    // Of a VNet without prefixes, the files say that they are not known.
                    self.inventory.vnets.push(Vnet { external: true, ..Vnet::new(name, edit.span) });
                    self.rows.add_vnet(name, self.inventory);
                }
            }
        }
    }

    pub(super) fn site(&mut self, edit: &Edit<'_>, text: &str) {
        let known = self.inventory.names.get(text);
        let row = known.and_then(|name| self.rows.site(name));
        if row.is_some() == edit.add {
            self.nothing(edit);
        } else {
            match (known, row) {
                (Some(name), Some(row)) => self.remove_site(edit, name, row),
                (Some(name), None) if self.rows.vnet(name).is_some() => self.clash(edit, name, "a VNet"),
                _ => {
                    let name = self.inventory.names.intern(text);
                    self.inventory.sites.push(Site::new(name, edit.span));
                    self.rows.add_site(name, self.inventory);
                }
            }
        }
    }

    /// `--force` cannot give two networks the same name.
    fn clash(&mut self, edit: &Edit<'_>, name: NameId, what: &str) {
        let message = format!("{} is {what} already", self.shown(name));
        self.refuse(edit, message, "a name stands for a VNet or for a site, never for both");
    }

    fn remove_vnet(&mut self, edit: &Edit<'_>, name: NameId, row: usize) {
        let has_gateway = self.rows.gateway(name).is_some();
        let has_sides = self.sides_left().any(|side| side.vnet == name || side.remote_vnet == name);
        let mut parts = Vec::new();
        parts.extend(has_gateway.then(|| "a gateway".to_owned()));
        parts.extend(has_sides.then(|| "peerings".to_owned()));
        parts.extend(self.has_tunnels(name).then(|| "connections".to_owned()));
        if !parts.is_empty() {
            let message = format!("the VNet {} has {}", self.shown(name), list(&parts));
            if !self.refuse(edit, message, "take these away before the VNet") {
                return;
            }
        }
        self.inventory.vnets.remove(row);
        self.inventory.gateways.retain(|gateway| gateway.vnet != name);
        self.rows_moved();
        self.inventory.peerings.retain(|side| side.vnet != name && side.remote_vnet != name);
        self.inventory.connections.retain(|tunnel| tunnel.from != name && tunnel.to != name);
        self.inventory.subnets.retain(|subnet| subnet.vnet != name);
        self.inventory.appliances.retain(|appliance| appliance.vnet != name);
        self.inventory.dns_servers.retain(|servers| servers.vnet != name);
        self.inventory.resolvers.retain(|resolver| resolver.vnet != name);
        self.inventory.private_endpoints.retain(|endpoint| endpoint.vnet != name);
        self.unlink_all(name);
        self.remove_clients_of(name);
        let message = format!(
            "the subnets, appliances, DNS settings and clients of {} are removed too",
            self.shown(name)
        );
        self.note(edit, message);
    }

    fn remove_site(&mut self, edit: &Edit<'_>, name: NameId, row: usize) {
        if self.has_tunnels(name) {
            let message = format!("the site {} has connections", self.shown(name));
            if !self.refuse(edit, message, "take these away before the site") {
                return;
            }
        }
        self.inventory.sites.remove(row);
        self.rows_moved();
        self.inventory.connections.retain(|tunnel| tunnel.from != name && tunnel.to != name);
        let message = format!("the connections of {} are removed too", self.shown(name));
        self.note(edit, message);
    }

    /// True where tunnels that are up end at the network. Those that are down, by a change or before, hold up nothing.
    fn has_tunnels(&self, name: NameId) -> bool {
        let mut tunnels = self.inventory.connections.iter().filter(|tunnel| tunnel.down.is_none());
        tunnels.any(|tunnel| tunnel.from == name || tunnel.to == name)
    }

    fn remove_clients_of(&mut self, gateway: NameId) {
        if let Some(clients) = &mut self.inventory.clients {
            clients.retain(|client| client.gateway != gateway);
            self.clients = None;
        }
    }

    pub(super) fn address(&mut self, edit: &Edit<'_>, network: &str, prefix: Prefix) {
        let Some(name) = self.known_network(edit, network) else { return };
        let made = if let Some(row) = self.rows.vnet(name) {
            let vnet = &mut self.inventory.vnets[row];
            let made = put(&mut vnet.address_space, prefix, edit.add);
            if made {
                vnet.origin = edit.span;
                vnet.external = vnet.address_space.is_empty();
            }
            made
        } else if let Some(row) = self.rows.site(name) {
            let site = &mut self.inventory.sites[row];
            let made = put(&mut site.address_space, prefix, edit.add);
            if made {
                site.origin = edit.span;
            }
            made
        } else {
            false
        };
        if !made {
            self.nothing(edit);
            return;
        }
        let by_default = self.neighbours_by_default(name);
        if !by_default.is_empty() {
            let (shown, verb) = (self.shown(name), if edit.add { "too" } else { "no longer" });
            let routers = list(&by_default.iter().map(|router| self.shown(*router)).collect::<Vec<_>>());
            self.note(
                edit,
                format!("{routers} routes the address space of {shown} by default, so `{prefix}` {verb}"),
            );
        }
    }

    pub(super) fn gateway(&mut self, edit: &Edit<'_>, vnet: &str) {
        let Some(name) = self.known_vnet(edit, vnet) else { return };
        match (edit.add, self.rows.gateway(name)) {
            (true, None) => self.add_gateway(edit, name),
            (false, Some(row)) => self.remove_gateway(edit, name, row),
            _ => self.nothing(edit),
        }
    }

    fn add_gateway(&mut self, edit: &Edit<'_>, name: NameId) {
        let hub = self.sides_left().find(|side| side.vnet == name && side.use_remote_gateways);
        if let Some(hub) = hub.map(|side| side.remote_vnet) {
            let (shown, hub) = (self.shown(name), self.shown(hub));
            let message = format!("{shown} uses the gateway of {hub}, so it cannot have its own");
            let help = format!("take `gateway_transit({hub}, {shown})` away first").replace('`', "");
            if !self.refuse(edit, message, help) {
                return;
            }
        }
        self.inventory.gateways.push(Gateway::new(name, edit.span));
        self.rows.add_gateway(name, self.inventory);
        let shown = self.shown(name);
        self.note(edit, format!("the gateway of {shown} has Azure's ASN {DEFAULT_ASN} until another is set"));
        if self.has_tunnels(name) {
            self.note(
                edit,
                format!("the connections that end at {shown} now carry what they are set up for"),
            );
        }
    }

    fn remove_gateway(&mut self, edit: &Edit<'_>, name: NameId, row: usize) {
        let serves = !self.inventory.gateways[row].client_pool.is_empty();
        let lends = self.sides_left().any(|side| side.remote_vnet == name && side.use_remote_gateways);
        let mut uses = Vec::new();
        uses.extend(self.has_tunnels(name).then(|| "connections".to_owned()));
        uses.extend(serves.then(|| "Point-to-Site clients".to_owned()));
        uses.extend(lends.then(|| "spokes that use it".to_owned()));
        if !uses.is_empty() {
            let message = format!("the gateway of {} has {}", self.shown(name), list(&uses));
            if !self.refuse(edit, message, "take these away before the gateway") {
                return;
            }
        }
        self.inventory.gateways.remove(row);
        self.rows_moved();
        self.remove_clients_of(name);
        let shown = self.shown(name);
        self.note(
            edit,
            format!("the settings of the gateway of {shown} go with it, and its connections carry nothing"),
        );
    }

    pub(super) fn client_pool(&mut self, edit: &Edit<'_>, vnet: &str, prefix: Prefix) {
        let Some(row) = self.gateway_to_set(edit, vnet) else { return };
        let gateway = &mut self.inventory.gateways[row];
        if !put(&mut gateway.client_pool, prefix, edit.add) {
            self.nothing(edit);
            return;
        }
        gateway.origin = edit.span;
        let count = gateway.client_pool.len();
        let shown = self.shown(self.inventory.gateways[row].vnet);
        if edit.add && count == 1 {
            self.note(edit, format!("the gateway of {shown} begins to serve Point-to-Site clients"));
        } else if count == 0 {
            self.note(edit, format!("the gateway of {shown} no longer serves Point-to-Site clients"));
        }
    }

    pub(super) fn custom_route(&mut self, edit: &Edit<'_>, vnet: &str, prefix: Prefix) {
        let Some(row) = self.gateway_to_set(edit, vnet) else { return };
        let held = self.inventory.gateways[row].custom_routes.contains(&prefix);
        if edit.add && !held && prefix.is_default_route() {
            let message = format!("Azure refuses the custom route `{prefix}`");
            if !self.refuse(edit, message, "the two halves, such as `0.0.0.0/1` and `128.0.0.0/1`, are taken")
            {
                return;
            }
        }
        let gateway = &mut self.inventory.gateways[row];
        if put(&mut gateway.custom_routes, prefix, edit.add) {
            gateway.origin = edit.span;
        } else {
            self.nothing(edit);
        }
    }

    pub(super) fn summarized_prefix(&mut self, edit: &Edit<'_>, vnet: &str, prefix: Prefix) {
        let Some(row) = self.gateway_to_set(edit, vnet) else { return };
        let gateway = &mut self.inventory.gateways[row];
        if !put(&mut gateway.summarized_prefixes, prefix, edit.add) {
            self.nothing(edit);
            return;
        }
        gateway.origin = edit.span;
        let count = gateway.summarized_prefixes.len();
        let shown = self.shown(self.inventory.gateways[row].vnet);
        if edit.add && count == 1 {
            self.note(edit, format!("{shown}'s gateway advertises summaries in place of its own prefixes"));
        } else if count == 0 {
            self.note(
                edit,
                format!("{shown}'s gateway advertises the prefixes of its VNet and spokes again"),
            );
        }
    }

    /// The row of a gateway; where there is none, nothing can be taken away from it.
    fn gateway_to_set(&mut self, edit: &Edit<'_>, vnet: &str) -> Option<usize> {
        let name = self.known_gateway(edit, vnet)?;
        self.rows.gateway(name)
    }

    pub(super) fn asn(&mut self, edit: &Edit<'_>, router: &str, asn: Asn) {
        let Asn::Number(number) = asn else { return };
        let Some(name) = self.known_network(edit, router) else { return };
        let gateway = self.rows.gateway(name);
        let site = self.rows.site(name);
        if gateway.is_none() && site.is_none() {
            self.known_gateway(edit, router);
            return;
        }
        let present = self.topology().asn(name);
        if (present == Some(number)) == edit.add {
            self.nothing(edit);
            return;
        }
        if !edit.add && gateway.is_some() && number == DEFAULT_ASN {
            let message = format!("{DEFAULT_ASN} is what a gateway has where no other ASN is set");
            self.refuse(edit, message, "add the ASN that it is to have instead");
            return;
        }
        let after = edit.add.then_some(number);
        let clashing = self.clashing(name, after.or(gateway.map(|_| DEFAULT_ASN)));
        if !clashing.is_empty() {
            let others = list(&clashing.iter().map(|other| self.shown(*other)).collect::<Vec<_>>());
            let message = format!(
                "{} would have the ASN of {others}, and the BGP session between them would end",
                self.shown(name)
            );
            if !self.refuse(edit, message, "ASNs on both ends of a BGP connection have to differ") {
                return;
            }
        }
        let shown = self.shown(name);
        if let Some(row) = gateway {
            let gateway = &mut self.inventory.gateways[row];
            let before = gateway.asn();
            (gateway.asn, gateway.origin) = (after, edit.span);
            let now = gateway.asn();
            self.note(edit, format!("the ASN of {shown} was {before} and is {now}"));
        } else if let Some(row) = site {
            let site = &mut self.inventory.sites[row];
            let before = site.asn;
            (site.asn, site.origin) = (after, edit.span);
            match (before, after) {
                (Some(before), Some(now)) => {
                    self.note(edit, format!("the ASN of {shown} was {before} and is {now}"));
                }
                (_, None) => self.note(edit, format!("the ASN of {shown} is taken to be unlike all others")),
                (None, Some(_)) => {}
            }
        }
    }

    /// The routers with a BGP session to `router` that have the ASN which it is to have.
    fn clashing(&self, router: NameId, new: Option<u32>) -> Vec<NameId> {
        let Some(new) = new else { return Vec::new() };
        let topology = self.topology();
        let sessions = self.sessions_of(router).into_iter();
        sessions.filter(|other| topology.asn(*other) == Some(new)).collect()
    }

    pub(super) fn transit_site(&mut self, edit: &Edit<'_>, text: &str) {
        let Some(name) = self.known_network(edit, text) else { return };
        let Some(row) = self.rows.site(name) else {
            let message = format!("{} is a VNet, not a site", self.shown(name));
            self.unknown(edit, message, "every gateway forwards between its connections by itself");
            return;
        };
        let site = &mut self.inventory.sites[row];
        if site.transit == edit.add {
            self.nothing(edit);
        } else {
            (site.transit, site.origin) = (edit.add, edit.span);
        }
    }
}
