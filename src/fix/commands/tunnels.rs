//! Commands for tunnels.

use super::ends::End;
use super::{Script, list};
use crate::fix::estate::AZURE_ASNS;
use crate::inventory::Gateway;
use crate::names::NameId;

impl<'a> Script<'a> {
    pub(super) fn s2s(&mut self, add: bool, one: NameId, other: NameId) {
        if self.is_site(one) && self.is_site(other) {
            let what = if add { "bring up" } else { "take down" };
            let (one, other) = (self.shown(one), self.shown(other));
            self.comment(&format!("on the devices of {one} and {other}: {what} the connection between them"));
            return;
        }
        for end in self.connections(one, other) {
            match (&end.before, &end.after) {
                (Some(before), after)
                    if !add && before.up && !after.as_ref().is_some_and(|after| after.up) =>
                {
                    self.delete(&end);
                }
                (None, Some(_)) if add => {
                    self.lead(&end);
                    self.create(&end);
                }
                (Some(before), Some(after)) if add && !before.up && after.up => {
                    let (one, other) = (self.shown(one), self.shown(other));
                    let which = self.which(&end);
                    self.comment(&format!(
                        "the connection between {one} and {other}{which} is set up, and down: compare its shared keys and addresses"
                    ));
                    self.az("network vnet-gateway reset", &self.gateway_named(end.near));
                }
                _ => {}
            }
        }
    }

    pub(super) fn bgp(&mut self, add: bool, one: NameId, other: NameId) {
        if self.is_site(one) && self.is_site(other) {
            let what = if add { "a" } else { "no" };
            let (one, other) = (self.shown(one), self.shown(other));
            self.comment(&format!("on the devices of {one} and {other}: {what} BGP session between them"));
            return;
        }
        if add {
            self.turn_on(one, other);
        }
        let ends = self.connections(one, other);
        // A new tunnel is made with BGP.
        let kept = || ends.iter().filter_map(|end| Some((end, end.before.as_ref()?, end.after.as_ref()?)));
        for (end, before, after) in kept() {
            let has_local = self.is_site(end.far) || !before.listed.is_empty();
            if add && has_local && after.up && after.bgp {
                self.free_reserved(end.far);
                let (local, session) = (self.local_named(end), self.session(end.far));
                self.az("network local-gateway update", &format!("{local}{session}"));
            }
        }
        for site in [one, other] {
            if !self.is_site(site) {
                continue;
            }
            let what = if add { "a" } else { "no" };
            let shown = self.shown(site);
            self.comment(&format!("on the device of {shown}: {what} BGP session with the gateway"));
        }
        for (end, before, after) in kept() {
            if before.row.bgp != after.row.bgp {
                let (named, bgp) = (self.connection_named(end), after.row.bgp);
                self.az("network vpn-connection update", &format!("{named} --enable-bgp {bgp}"));
            }
            // Without BGP Azure routes what the local network gateway lists, and with BGP that may be nothing.
            let space = self.after.site(end.far).map(|site| list(&site.address_space)).unwrap_or_default();
            if before.row.bgp && !after.row.bgp && after.listed.is_empty() && !space.is_empty() {
                let local = self.local_named(end);
                self.az("network local-gateway update", &format!("{local} --local-address-prefixes {space}"));
            }
        }
    }

    /// BGP at the gateways of a pair where it is off.
    fn turn_on(&mut self, one: NameId, other: NameId) {
        for end in [one, other] {
            let is_off = |gateway: Option<&Gateway>| gateway.is_some_and(|row| !row.bgp);
            if is_off(self.gateway_before(end)) && !is_off(self.gateway_after(end)) {
                let gateway = self.gateway_named(end);
                self.az("network vnet-gateway update", &format!("{gateway} --enable-bgp true"));
            }
        }
    }

    /// Sets what an end routes into its tunnels to all that it is to route in the end.
    pub(super) fn static_routes(&mut self, near: NameId, far: NameId) {
        for end in self.ends(near, far).into_iter().filter(|end| end.near == near) {
            let Some(after) = &end.after else { continue };
            let listed = end.before.as_ref().map(|before| &before.listed[..]).unwrap_or_default();
            if listed == after.listed {
                continue;
            }
            if self.is_site(near) {
                let prefixes =
                    if after.listed.is_empty() { "nothing".to_owned() } else { list(&after.listed) };
                let (site, which, far) = (self.shown(near), self.which(&end), self.shown(far));
                self.comment(&format!(
                    "on the device of {site}: route {prefixes} into the connection to {far}{which}"
                ));
            } else if end.before.is_none() {
                // The connection was made so.
            } else if self.is_site(far) || !listed.is_empty() {
                let prefixes =
                    if after.listed.is_empty() { "\"[]\"".to_owned() } else { list(&after.listed) };
                let local = self.local_named(&end);
                self.az(
                    "network local-gateway update",
                    &format!("{local} --local-address-prefixes {prefixes}"),
                );
            } else {
                // The local network gateway of a VNet-to-VNet connection is hidden and cannot be changed.
                self.lead(&end);
                self.keep(&end);
                self.delete(&end);
                self.create(&end);
            }
        }
    }

    /// Sets the new number of a router wherever a local network gateway stands for it.
    pub(super) fn renumber(&mut self, router: NameId, number: &str) {
        for neighbour in self.neighbours(router) {
            for end in self.connections(neighbour, router).into_iter().filter(|end| end.far == router) {
                let Some(before) = &end.before else { continue };
                let is_kept = end.after.as_ref().is_some_and(|after| after.bgp);
                let speaks = before.bgp && !before.listed.is_empty() && is_kept;
                if self.is_site(router) || speaks {
                    let local = self.local_named(&end);
                    self.az("network local-gateway update", &format!("{local} --asn {number}"));
                }
            }
        }
    }

    /// Deletes every connection from and to a gateway, those of tunnels that are down too: they hold it.
    pub(super) fn disconnect(&mut self, vnet: NameId) {
        for neighbour in self.neighbours(vnet) {
            for end in self.connections(vnet, neighbour) {
                if end.before.is_some() && self.gateway_before(end.near).is_some() {
                    self.delete(&end);
                }
            }
        }
    }

    /// What a new connection leads to, where Azure does not have it yet.
    fn lead(&mut self, end: &End<'a>) {
        let Some(after) = &end.after else { return };
        let is_site = self.is_site(end.far);
        if !is_site && after.listed.is_empty() {
            return;
        }
        let local = self.local_named(end);
        if self.has_bgp(end) {
            self.free_reserved(end.far);
        }
        let session = if self.has_bgp(end) { self.session(end.far) } else { String::new() };
        if self.is_known_site(end.far) {
            if !session.is_empty() {
                self.az("network local-gateway update", &format!("{local}{session}"));
            }
            return;
        }
        let mut prefixes = after.listed.clone();
        if prefixes.is_empty() && !after.bgp {
            prefixes = self.after.site(end.far).map(|site| site.address_space.clone()).unwrap_or_default();
        }
        let prefixes = if prefixes.is_empty() {
            String::new()
        } else {
            format!(" --local-address-prefixes {}", list(&prefixes))
        };
        let (address, location) = (self.variable("PUBLIC_IP_OF", &[end.far]), self.location(end.near));
        self.az(
            "network local-gateway create",
            &format!("{local} {location} --gateway-ip-address {address}{prefixes}{session}"),
        );
    }

    fn create(&mut self, end: &End<'a>) {
        let Some(after) = &end.after else { return };
        let has_bgp = self.has_bgp(end);
        if has_bgp {
            self.turn_on(end.near, end.far);
        }
        let (connection, location) = (self.connection_named(end), self.location(end.near));
        // A bare name is looked for in the group of the command, which is that of the connection.
        let gateway =
            if end.resource().is_some() { self.gateway_id(end.near) } else { self.gateway_name(end.near) };
        let far = if self.is_site(end.far) || !after.listed.is_empty() {
            format!("--local-gateway2 {}", self.local_reference(end))
        } else {
            format!("--vnet-gateway2 {}", self.gateway_id(end.far))
        };
        let bgp = if has_bgp { " --enable-bgp" } else { "" };
        self.az(
            "network vpn-connection create",
            &format!(
                "{connection} {location} --vnet-gateway1 {gateway} {far} --shared-key \"$SHARED_KEY\"{bgp}"
            ),
        );
    }

    fn delete(&mut self, end: &End<'a>) {
        self.az("network vpn-connection delete", &self.connection_named(end));
    }

    /// Reads what a connection that is made anew would lose: the key, and for the engineer whatever else it has.
    fn keep(&mut self, end: &End<'a>) {
        let connection = self.connection_named(end);
        self.comment(
            "keep what this prints: IPsec policies, traffic selectors, NAT rules, custom BGP addresses, DPD timeout, mode and weight go with the connection, and have to be set on the new one",
        );
        self.az("network vpn-connection show", &connection);
        self.lines.push(format!(
            "SHARED_KEY=\"$(az network vpn-connection shared-key show {} --query value --output tsv)\"",
            connection.replacen("--name", "--connection-name", 1)
        ));
    }

    /// Gives a gateway another number than one that Azure keeps for itself, as no local network gateway may have that.
    fn free_reserved(&mut self, router: NameId) {
        if self.is_site(router) || !self.has_reserved(router) {
            return;
        }
        if !self.renumbered.contains(&router) {
            self.renumbered.push(router);
        }
        let (gateway, number) = (self.gateway_named(router), self.variable("ASN_OF", &[router]));
        self.comment("no local network gateway may have an ASN that Azure keeps for itself: set a private one that no router has");
        self.az("network vnet-gateway update", &format!("{gateway} --asn {number}"));
        self.renumber(router, &number);
    }

    fn has_reserved(&self, router: NameId) -> bool {
        self.after.asn(router).is_some_and(|number| AZURE_ASNS.contains(&number))
    }

    /// True where the connection is to have BGP: its own row says so, and its gateway can speak it.
    fn has_bgp(&self, end: &End<'a>) -> bool {
        let gateway = self.gateway_after(end.near);
        end.after.as_ref().is_some_and(|after| after.row.bgp) && gateway.is_some_and(Gateway::speaks_bgp)
    }

    /// What a local network gateway has to know of a BGP speaker.
    fn session(&self, router: NameId) -> String {
        let number = self.after.asn(router).filter(|_| !self.has_reserved(router));
        let number = number.map_or_else(|| self.variable("ASN_OF", &[router]), |number| number.to_string());
        format!(" --asn {number} --bgp-peering-address {}", self.variable("BGP_ADDRESS_OF", &[router]))
    }
}
