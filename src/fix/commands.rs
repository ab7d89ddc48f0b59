//! Changes as commands of Azure's command line.
//!
//! Where an inventory has ids, commands have the names, groups and subscriptions of Azure. What it does not know stands as
//! a variable of the shell for the engineer to set, such as `$RESOURCE_GROUP_OF_HUB`. What no command does, such as a setting of a
//! device on premises, stands as a comment.

mod ends;
mod named;
mod names;
mod peerings;
mod tables;
mod tunnels;
mod untold;

use std::borrow::Cow;
use std::cell::RefCell;

use crate::inventory::{Gateway, Inventory};
use crate::language::syntax::{Change, Term};
use crate::marks::is_unseen;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::topology::Topology;

/// The commands that make `changes`, which turn `before` into `after`; both number names alike.
pub(super) fn commands(before: &Inventory, after: &Inventory, changes: &[Change]) -> Commands {
    let mut script = Script::new(before, after);
    for change in changes {
        script.change(change);
    }
    script.finish()
}

/// The same for changes that are of no plan, each of which is told of: where no command makes it, a comment says why.
pub(super) fn told(before: &Inventory, after: &Inventory, changes: &[Change]) -> Vec<String> {
    let mut script = Script::new(before, after);
    for change in changes {
        let shown = shown(&change.to_string());
        if let Some(reason) = untold::reason(change, changes, script.hands_out_servers(change)) {
            script.comment(&format!("no command for `{shown}`: {reason}"));
            continue;
        }
        let count = script.lines.len();
        script.change(change);
        if script.lines.len() == count {
            script.comment(&format!(
                "no command for `{shown}` alone: those of other changes make it, or Azure has it so"
            ));
        }
    }
    script.finish().lines
}

struct Script<'a> {
    before: Topology<'a>,
    after: Topology<'a>,
    lines: Vec<String>,
    variables: RefCell<named::Variables>,
    /// Peerings that got a subnet, once for each.
    subnets: Vec<(NameId, NameId)>,
    /// Gateways that get a number of which the changes say nothing.
    renumbered: Vec<NameId>,
}

/// What makes a set of changes.
pub(super) struct Commands {
    pub(super) lines: Vec<String>,
    /// Gateways that get another ASN without a change that says so: one that Azure keeps for itself would have to stand
    /// in a local network gateway.
    pub(super) renumbered: Vec<NameId>,
}

impl<'a> Script<'a> {
    fn new(before: &'a Inventory, after: &'a Inventory) -> Self {
        Self {
            before: Topology::new(before),
            after: Topology::new(after),
            lines: Vec::new(),
            variables: RefCell::default(),
            subnets: Vec::new(),
            renumbered: Vec::new(),
        }
    }

    fn finish(mut self) -> Commands {
        // One command sets a list as a whole, and stands where it is first needed.
        let mut seen = rustc_hash::FxHashSet::default();
        self.lines.retain(|line| seen.insert(line.clone()));
        self.warn_of_updates();
        Commands { lines: self.lines, renumbered: self.renumbered }
    }

    /// True where the VNet that the change is about hands out a DNS server after all changes.
    fn hands_out_servers(&self, change: &Change) -> bool {
        let Some(Term::Constant(word)) = change.atom.terms.first() else { return false };
        let inventory = self.after.inventory();
        let vnet = inventory.names.get(&word.text);
        inventory.dns_servers.iter().any(|row| Some(row.vnet) == vnet)
    }

    fn change(&mut self, change: &Change) {
        let terms = &change.atom.terms;
        let text = |index: usize| match terms.get(index) {
            Some(Term::Constant(word)) => word.text.as_str(),
            _ => "",
        };
        let name = |index: usize| self.after.inventory().names.get(text(index));
        let (one, other) = (name(0), name(1));
        match (change.atom.relation.text.as_str(), one, other) {
            ("peered", Some(near), Some(far)) => self.peered(change.add, near, far),
            ("gateway_transit", Some(hub), Some(spoke)) => self.gateway_transit(change.add, hub, spoke),
            ("partly_peered", Some(near), Some(far)) => self.sync(near, far),
            ("peered_prefix", Some(near), Some(far)) => self.add_subnet(near, far, text(2)),
            ("s2s", Some(one), Some(other)) => self.s2s(change.add, one, other),
            ("bgp", Some(one), Some(other)) => self.bgp(change.add, one, other),
            ("static_route", Some(near), Some(far)) => self.static_routes(near, far),
            ("asn", Some(router), _) if change.add => self.asn(router, text(1)),
            ("custom_route", Some(gateway), _) => self.custom_routes(gateway),
            ("client_pool", Some(gateway), _) => self.client_pool(gateway),
            ("gateway", Some(vnet), _) => self.gateway(change.add, vnet),
            ("user_route", ..) => self.user_route(change.add, text(0), text(1), text(2)),
            ("gateway_routes", ..) => self.gateway_routes(change.add, text(0)),
            ("uses_table", Some(vnet), _) => self.uses_table(change.add, vnet, text(1), text(2)),
            ("dns_server", Some(vnet), _) => self.dns_servers(vnet),
            ("zone_link", _, Some(vnet)) => self.zone_link(text(0), vnet),
            ("transit_site", Some(site), _) => {
                let what = if change.add { "let it forward" } else { "let it no longer forward" };
                self.comment(&format!(
                    "on the device of {}: {what} between its connections",
                    self.shown(site)
                ));
            }
            ("manual_route", ..) => {
                let what = if change.add { "add a" } else { "delete the" };
                self.comment(&format!("on the client {}: {what} route to {}", shown(text(0)), text(1)));
            }
            // No measure consists of anything else.
            _ => {}
        }
    }

    fn custom_routes(&mut self, gateway: NameId) {
        let routes = self.gateway_after(gateway).map(|row| list(&row.custom_routes)).unwrap_or_default();
        let routes = if routes.is_empty() {
            "--remove customRoutes".into()
        } else {
            format!("--custom-routes {routes}")
        };
        self.az("network vnet-gateway update", &format!("{} {routes}", self.gateway_named(gateway)));
    }

    fn client_pool(&mut self, gateway: NameId) {
        // What a gateway that is deleted serves goes with it.
        let Some(row) = self.gateway_after(gateway) else { return };
        let pool = if row.client_pool.is_empty() {
            "--remove vpnClientConfiguration".to_owned()
        } else {
            format!("--address-prefixes {}", list(&row.client_pool))
        };
        self.az("network vnet-gateway update", &format!("{} {pool}", self.gateway_named(gateway)));
    }

    fn asn(&mut self, router: NameId, number: &str) {
        // A new gateway gets its number when it is created.
        if self.gateway_before(router).is_some() {
            self.az("network vnet-gateway update", &format!("{} --asn {number}", self.gateway_named(router)));
        }
        self.renumber(router, number);
        if self.is_site(router) {
            self.comment(&format!("on the device of {}: set its ASN to {number}", self.shown(router)));
        }
    }

    fn gateway(&mut self, add: bool, vnet: NameId) {
        if !add {
            self.disconnect(vnet);
            self.az("network vnet-gateway delete", &self.gateway_named(vnet));
            return;
        }
        let (scope, location, network) = (self.scope(vnet), self.location(vnet), self.vnet_name(vnet));
        let (subnet, address) =
            (self.variable("GATEWAY_SUBNET_OF", &[vnet]), self.variable("PUBLIC_IP_NAME_OF", &[vnet]));
        let number = self.gateway_after(vnet).map(|row| format!(" --asn {}", row.asn())).unwrap_or_default();
        self.az(
            "network vnet subnet create",
            &format!("{scope} --vnet-name {network} --name GatewaySubnet --address-prefixes {subnet}"),
        );
        self.az(
            "network public-ip create",
            &format!("{scope} --name {address} {location} --sku Standard --zone 1 2 3"),
        );
        let named = self.gateway_named(vnet);
        self.az(
            "network vnet-gateway create",
            &format!(
                "{named} {location} --vnet {network} --public-ip-addresses {address} --gateway-type Vpn --vpn-type RouteBased --sku VpnGw1AZ{number}"
            ),
        );
    }

    /// Says once what updates leave out, as each reads a resource and sends it back. The versions are those of azure-cli 2.91.
    fn warn_of_updates(&mut self) {
        const UPDATES: [&str; 3] = ["vnet-gateway update", "vpn-connection update", "local-gateway update"];
        let is_update =
            |line: &String| UPDATES.iter().any(|it| line.starts_with(&format!("az network {it} ")));
        if let Some(place) = self.lines.iter().position(is_update) {
            let text = "# az sends back what it knows: settings newer than API version 2025-01-01 (local network gateways: 2021-08-01) are lost; \
                        where a resource may have such, compare `az rest --method get --url ID?api-version=NEWEST` before and after";
            self.lines.insert(place, text.to_owned());
        }
    }

    fn az(&mut self, command: &str, rest: &str) {
        self.lines.push(format!("az {command} {rest}"));
    }

    fn comment(&mut self, text: &str) {
        self.lines.push(format!("# {text}"));
    }

    fn gateway_before(&self, vnet: NameId) -> Option<&'a Gateway> {
        self.before.gateway(vnet)
    }

    fn gateway_after(&self, vnet: NameId) -> Option<&'a Gateway> {
        self.after.gateway(vnet)
    }

    fn is_site(&self, name: NameId) -> bool {
        self.after.is_site(name)
    }

    fn text(&self, name: NameId) -> &str {
        self.after.inventory().names.text(name)
    }

    /// The name as a comment has it, on one line.
    fn shown(&self, name: NameId) -> String {
        shown(self.text(name))
    }
}

/// `text` as one word of a shell.
fn quoted(text: &str) -> Cow<'_, str> {
    // What no shell can be given is given without it.
    shlex::try_quote(text).unwrap_or_else(|_| text.replace('\0', "").escape_default().to_string().into())
}

fn shown(text: &str) -> String {
    text.chars().map(|letter| if is_unseen(letter) { '\u{fffd}' } else { letter }).collect()
}

/// Prefixes as words of a shell.
fn list(prefixes: &[Prefix]) -> String {
    prefixes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
