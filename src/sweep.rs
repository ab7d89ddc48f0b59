//! One change after the other over a whole inventory: which are worth trying, and how much each weighs.
//!
//! ```
//! use tunnelog::answer::Analysis;
//! use tunnelog::import::load::load;
//! use tunnelog::sweep::{Removal, removals};
//!
//! let inventory = load("facts/s2s-chain").unwrap().inventory;
//! let tunnels = removals(&Analysis::new(&inventory), Removal::S2s);
//! assert_eq!(tunnels, ["- s2s(VNet1, VNet2)", "- s2s(VNet2, VNet3)"]);
//! ```

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use rustc_hash::FxHashSet;

use crate::answer::{Analysis, Resolution, Status};
use crate::inventory::routing::{Appliance, Hop, Subnet, UserRoute};
use crate::language::print::quoted;
use crate::names::{LabelId, NameId};
use crate::scenarios::Outcome;

/// What a sweep takes away, one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Removal {
    /// Tunnels.
    S2s,
    /// Peerings, both links of each.
    Peered,
    /// BGP on tunnels.
    Bgp,
    /// Gateways.
    Gateway,
    /// User routes, with all their next hops.
    UserRoute,
    /// Appliances: what leads to one is dropped there.
    Appliance,
    /// The use of a route table by a subnet.
    UsesTable,
    /// DNS servers, resolvers among them: no VNet hands out the address any more.
    DnsServer,
    /// Links of private zones to VNets.
    ZoneLink,
}

/// What a sweep adds, one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Addition {
    /// BGP on tunnels without.
    Bgp,
    /// Gateway transit on peerings that have none.
    GatewayTransit,
}

/// The changes that take away each fact of a relation, or each thing that it is about, sorted. What takes several changes has one on
/// each line.
#[must_use]
pub fn removals(analysis: &Analysis<'_>, removal: Removal) -> Vec<String> {
    let facts = analysis.facts();
    let text = Text(analysis);
    let mut changes: Vec<String> = match removal {
        Removal::S2s => text.once(facts.s2s.all(), "- s2s"),
        Removal::Bgp => text.once(facts.bgp.all(), "- bgp"),
        Removal::Peered => text.peerings(facts.peered.all()),
        Removal::Gateway => {
            facts.gateway.all().iter().map(|name| format!("- gateway({})", text.name(*name))).collect()
        }
        Removal::UserRoute => analysis.inventory().user_routes.iter().map(|row| text.no_route(row)).collect(),
        Removal::Appliance => {
            analysis.inventory().appliances.iter().map(|row| text.no_appliance(row)).collect()
        }
        Removal::UsesTable => {
            let subnets = analysis.inventory().subnets.iter();
            subnets.filter_map(|row| text.no_table(row)).collect()
        }
        Removal::DnsServer => text.no_servers(facts.dns_server.all()),
        Removal::ZoneLink => {
            let link = |(zone, vnet): &(LabelId, NameId)| {
                format!("- zone_link({}, {})", text.label(*zone), text.name(*vnet))
            };
            facts.zone_link.all().iter().map(link).collect()
        }
    };
    changes.sort_unstable();
    changes
}

/// The changes that add a fact where the inventory has what it takes, sorted.
#[must_use]
pub fn additions(analysis: &Analysis<'_>, addition: Addition) -> Vec<String> {
    let facts = analysis.facts();
    let text = Text(analysis);
    let mut changes: Vec<String> = match addition {
        Addition::Bgp => {
            let sessions: FxHashSet<(NameId, NameId)> = facts.bgp.all().iter().copied().collect();
            let without: Vec<(NameId, NameId)> =
                facts.s2s.all().iter().filter(|pair| !sessions.contains(pair)).copied().collect();
            text.once(&without, "+ bgp")
        }
        Addition::GatewayTransit => {
            let gateways: FxHashSet<NameId> = facts.gateway.all().iter().copied().collect();
            let peered: FxHashSet<(NameId, NameId)> = facts.peered.all().iter().copied().collect();
            let transit: FxHashSet<(NameId, NameId)> = facts.gateway_transit.all().iter().copied().collect();
            let may_be_used = |(hub, spoke): &&(NameId, NameId)| {
                gateways.contains(hub)
                    && !gateways.contains(spoke)
                    && peered.contains(&(*spoke, *hub))
                    && !transit.contains(&(*hub, *spoke))
            };
            let pairs = facts.peered.all().iter().filter(may_be_used);
            pairs.map(|pair| text.change("+ gateway_transit", *pair)).collect()
        }
    };
    changes.sort_unstable();
    changes
}

/// Writes changes with the names of an inventory.
struct Text<'a>(&'a Analysis<'a>);

impl Text<'_> {
    fn name(&self, name: NameId) -> Cow<'_, str> {
        quoted(self.0.inventory().names.text(name))
    }

    fn label(&self, label: LabelId) -> Cow<'_, str> {
        quoted(self.0.inventory().labels.text(label))
    }

    fn user_route(&self, sign: char, route: &UserRoute, hop: Hop) -> String {
        format!("{sign} user_route({}, {}, {hop})", self.label(route.route_table), route.prefix)
    }

    fn no_route(&self, route: &UserRoute) -> String {
        let hops: Vec<String> = route.hops().map(|hop| self.user_route('-', route, hop)).collect();
        hops.join("\n")
    }

    fn no_table(&self, subnet: &Subnet) -> Option<String> {
        let (vnet, name) = (self.name(subnet.vnet), self.label(subnet.name));
        Some(format!("- uses_table({vnet}, {name}, {})", self.label(subnet.route_table?)))
    }

    /// The appliance is gone, and user routes lead to its addresses no longer. One that leads nowhere else stays and drops packets,
    /// as a route of Azure does whose next hop does not answer.
    fn no_appliance(&self, appliance: &Appliance) -> String {
        let (name, vnet) = (self.label(appliance.name), self.name(appliance.vnet));
        let addresses = appliance.addresses.iter();
        let mut changes: Vec<String> =
            addresses.map(|address| format!("- appliance({name}, {vnet}, {address})")).collect();
        for route in &self.0.inventory().user_routes {
            let is_its = |hop: &Hop| matches!(hop, Hop::Appliance(own) if appliance.addresses.contains(own));
            let its: Vec<Hop> = route.hops().filter(is_its).collect();
            changes.extend(its.iter().map(|hop| self.user_route('-', route, *hop)));
            if !its.is_empty() && its.len() == route.hops().count() {
                changes.push(self.user_route('+', route, Hop::Nowhere));
            }
        }
        changes.join("\n")
    }

    /// For each server, that it is gone wherever it is handed out.
    fn no_servers(&self, rows: &[(NameId, IpAddr)]) -> Vec<String> {
        let mut of_server: BTreeMap<IpAddr, Vec<String>> = BTreeMap::new();
        for (vnet, address) in rows {
            let change = format!("- dns_server({}, {address})", self.name(*vnet));
            of_server.entry(*address).or_default().push(change);
        }
        let joined = |mut changes: Vec<String>| {
            changes.sort_unstable();
            changes.join("\n")
        };
        of_server.into_values().map(joined).collect()
    }

    fn change(&self, start: &str, (one, other): (NameId, NameId)) -> String {
        format!("{start}({}, {})", self.name(one), self.name(other))
    }

    /// Each peering once: where one link is gone, the other carries nothing.
    fn peerings(&self, rows: &[(NameId, NameId)]) -> Vec<String> {
        let text = |name| self.0.inventory().names.text(name);
        let links: FxHashSet<(NameId, NameId)> = rows.iter().copied().collect();
        let of_peering = rows.iter().filter_map(|(one, other)| {
            let link = self.change("- peered", (*one, *other));
            if !links.contains(&(*other, *one)) {
                return Some(link);
            }
            let both = || format!("{link}\n{}", self.change("- peered", (*other, *one)));
            (text(*one) < text(*other)).then(both)
        });
        of_peering.collect()
    }

    /// Each pair of a symmetric relation once.
    fn once(&self, rows: &[(NameId, NameId)], start: &str) -> Vec<String> {
        let text = |name| self.0.inventory().names.text(name);
        rows.iter()
            .filter(|(one, other)| text(*one) < text(*other))
            .map(|row| self.change(start, *row))
            .collect()
    }
}

/// How much changes weigh for clients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// How many networks clients can no longer get an answer from, and zones whose names no longer resolve, counted for each gateway and class.
    pub lost: usize,
    /// How many they get an answer from for the first time.
    pub gained: usize,
    /// How many gateways have clients that must download the profile again.
    pub downloads: usize,
    /// The names of the networks and zones lost and gained, sorted.
    pub networks: Vec<String>,
}

impl Weight {
    /// The weight of what changes bring about.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        let answers = |status: Option<Status>| matches!(status, Some(Status::Reachable | Status::NeedsRoute));
        let mut downloads = BTreeSet::new();
        let (mut lost, mut gained) = (0, 0);
        let mut networks = BTreeSet::new();
        for difference in &outcome.differences {
            if difference.download {
                downloads.insert(difference.gateway);
            }
            let mut of_network: BTreeMap<NameId, (bool, bool)> = BTreeMap::new();
            for row in &difference.reach {
                let (before, after) = (answers(row.before), answers(row.after));
                let change = of_network.entry(row.network).or_default();
                change.0 |= before && !after;
                change.1 |= after && !before;
            }
            for (network, (is_lost, is_gained)) in of_network {
                lost += usize::from(is_lost);
                gained += usize::from(is_gained);
                if is_lost || is_gained {
                    networks.insert(outcome.inventory.names.text(network).to_owned());
                }
            }
            let resolves = |status| matches!(status, Some(Resolution::Resolves | Resolution::Depends));
            for row in &difference.names {
                let (before, after) = (resolves(row.before), resolves(row.after));
                lost += usize::from(before && !after);
                gained += usize::from(after && !before);
                if before != after {
                    networks.extend(row.zone.map(|zone| outcome.inventory.labels.text(zone).to_owned()));
                }
            }
        }
        Self { lost, gained, downloads: downloads.len(), networks: networks.into_iter().collect() }
    }
}
