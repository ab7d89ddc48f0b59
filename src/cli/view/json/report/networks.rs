//! The networks, peerings and tunnels of a report page.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rustc_hash::FxHashMap;
use serde::Serialize;
use tunnelog::answer::Analysis;
use tunnelog::facts::components::{join, top};
use tunnelog::inventory::{Inventory, Peering, Tunnel};
use tunnelog::names::NameId;
use tunnelog::prefix::Prefix;
use tunnelog::source::Span;

/// A network of any state.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NetworkShape<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// `vnet` or `site`.
    pub(crate) kind: &'static str,
    /// The number of its connected component, over all states.
    pub(crate) part: usize,
}

/// What one state has of a network.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Holding {
    network: usize,
    addresses: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway: Option<GatewayShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asn: Option<u32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    transit: bool,
    at: String,
}

/// A gateway of a VNet.
#[derive(Clone, Debug, Serialize)]
struct GatewayShape {
    client_pool: Vec<String>,
    custom_routes: Vec<String>,
    bgp: bool,
    sku: String,
    protocols: Vec<&'static str>,
    at: String,
}

/// A peering or a tunnel.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Link {
    /// The hub of a peering with gateway transit; either end of another link.
    from: usize,
    to: usize,
    kind: &'static str,
    /// What else is to be known of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    at: Vec<String>,
}

/// The networks of a page with their numbers.
#[derive(Debug, Default)]
pub(crate) struct Members {
    names: Vec<NameId>,
    numbers: FxHashMap<NameId, usize>,
}

impl Members {
    /// The networks of `inventories`, whose names have the same numbers: all of them, or those that are
    /// no more than some peerings and tunnels away from one of `around`.
    #[must_use]
    pub(crate) fn new(inventories: &[&Inventory], around: Option<(&[NameId], usize)>) -> Self {
        let text = |name: NameId| {
            let of = inventories.iter().find(|inventory| name.index() < inventory.names.len());
            of.map_or("", |inventory| inventory.names.text(name))
        };
        let mut names: Vec<NameId> = match around {
            Some((around, hops)) => near(inventories, around, hops),
            None => inventories.iter().flat_map(|inventory| networks(inventory)).collect(),
        };
        names.sort_by(|one, other| text(*one).cmp(text(*other)));
        names.dedup();
        let numbers = names.iter().copied().zip(0..).collect();
        Self { names, numbers }
    }

    /// How many there are.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// The number of a network that is on the page.
    #[must_use]
    pub(crate) fn number(&self, name: NameId) -> Option<usize> {
        self.numbers.get(&name).copied()
    }

    /// The network of that number.
    #[must_use]
    pub(crate) fn name(&self, number: usize) -> NameId {
        self.names[number]
    }

    /// The networks as the page lists them, with the connected components that the links of `states` make.
    #[must_use]
    pub(crate) fn shapes<'a>(
        &self,
        inventories: &[&'a Inventory],
        states: &[&[Link]],
    ) -> Vec<NetworkShape<'a>> {
        let mut above: Vec<usize> = (0..self.names.len()).collect();
        for link in states.iter().flat_map(|links| links.iter()) {
            join(&mut above, link.from, link.to);
        }
        let sites: BTreeSet<NameId> =
            inventories.iter().flat_map(|inventory| inventory.sites.iter().map(|site| site.name)).collect();
        let mut part_of_top = BTreeMap::new();
        let mut shapes = Vec::with_capacity(self.names.len());
        for (place, name) in self.names.iter().enumerate() {
            let next = part_of_top.len();
            let part = *part_of_top.entry(top(&mut above, place)).or_insert(next);
            let of = inventories.iter().find(|inventory| name.index() < inventory.names.len());
            let name_text = of.map_or("", |inventory| inventory.names.text(*name));
            let kind = if sites.contains(name) { "site" } else { "vnet" };
            shapes.push(NetworkShape { name: name_text, kind, part });
        }
        shapes
    }

    /// What the inventory has of each network of the page. `at` names places.
    pub(crate) fn holdings(&self, inventory: &Inventory, mut at: impl FnMut(Span) -> String) -> Vec<Holding> {
        let mut holdings: BTreeMap<usize, Holding> = BTreeMap::new();
        for vnet in &inventory.vnets {
            let Some(network) = self.number(vnet.name) else { continue };
            holdings.insert(network, Holding::new(network, &vnet.address_space, at(vnet.origin)));
        }
        for site in &inventory.sites {
            let Some(network) = self.number(site.name) else { continue };
            let holding = Holding::new(network, &site.address_space, at(site.origin));
            holdings.insert(network, Holding { asn: site.asn, transit: site.transit, ..holding });
        }
        for gateway in &inventory.gateways {
            let Some(holding) = self.number(gateway.vnet).and_then(|number| holdings.get_mut(&number)) else {
                continue;
            };
            holding.asn = Some(gateway.asn());
            holding.gateway = Some(GatewayShape {
                client_pool: texts(&gateway.client_pool),
                custom_routes: texts(&gateway.custom_routes),
                bgp: gateway.speaks_bgp(),
                sku: gateway.sku.clone(),
                protocols: gateway.protocols.iter().map(|protocol| protocol.word()).collect(),
                at: at(gateway.origin),
            });
        }
        holdings.into_values().collect()
    }

    /// The peerings, then the tunnels, between networks of the page. `at` names places.
    pub(crate) fn links(&self, analysis: &Analysis<'_>, mut at: impl FnMut(Span) -> String) -> Vec<Link> {
        let inventory = analysis.inventory();
        let gateways: BTreeSet<usize> =
            inventory.gateways.iter().filter_map(|row| self.number(row.vnet)).collect();
        let mut pairs: BTreeMap<(usize, usize), Vec<&Peering>> = BTreeMap::new();
        for side in &inventory.peerings {
            let (Some(one), Some(other)) = (self.number(side.vnet), self.number(side.remote_vnet)) else {
                continue;
            };
            pairs.entry((one.min(other), one.max(other))).or_default().push(side);
        }
        let mut links = Vec::new();
        for (pair, sides) in pairs {
            let mut link = self.peering(pair, &sides, &gateways, inventory);
            link.at = sides.iter().map(|side| at(side.origin)).collect();
            links.push(link);
        }
        let peerings = links.len();
        for tunnel in inventory.tunnels() {
            let (Some(from), Some(to)) = (self.number(tunnel.from), self.number(tunnel.to)) else { continue };
            let rows = [Some(tunnel.row), tunnel.other_row].into_iter().flatten();
            let rows = rows.map(|row| inventory.connections[row].origin);
            links.push(Link {
                from,
                to,
                kind: kind_of_tunnel(analysis, &tunnel),
                notes: notes_of_tunnel(inventory, &tunnel),
                at: rows.map(&mut at).collect(),
            });
        }
        links[peerings..].sort_by_key(|link| (link.from.min(link.to), link.from.max(link.to)));
        links
    }

    /// The peering of two VNets by the sides that it has.
    fn peering(
        &self,
        pair: (usize, usize),
        sides: &[&Peering],
        gateways: &BTreeSet<usize>,
        inventory: &Inventory,
    ) -> Link {
        let of = |vnet: usize| {
            sides.iter().filter(move |side| self.number(side.vnet) == Some(vnet)).collect::<Vec<_>>()
        };
        let text = |vnet: usize| inventory.names.text(self.names[vnet]);
        let (low, high) = pair;
        let link = |from, to, kind, notes| Link { from, to, kind, notes, at: Vec::new() };
        for (there, here) in [(low, high), (high, low)] {
            if of(there).is_empty() {
                let note = format!("only the side of {} is listed", text(here));
                return link(here, there, "peering-one-sided", vec![note]);
            }
        }
        let is_usable = |vnet| of(vnet).iter().any(|side| side.is_usable());
        if !(is_usable(low) && is_usable(high)) {
            let state = |side: &&Peering| match &side.not_connected {
                Some(state) => format!("{}: {state}", inventory.names.text(side.vnet)),
                None => format!("{}: no access allowed", inventory.names.text(side.vnet)),
            };
            let notes = sides.iter().filter(|side| !side.is_usable()).map(state).collect();
            return link(low, high, "peering-disconnected", notes);
        }
        for (hub, spoke) in [(low, high), (high, low)] {
            let allows = of(hub).iter().any(|side| side.allow_gateway_transit);
            let uses = of(spoke).iter().any(|side| side.use_remote_gateways);
            if allows && uses && gateways.contains(&hub) && !gateways.contains(&spoke) {
                return link(
                    hub,
                    spoke,
                    "gateway-transit",
                    vec![format!("{} uses the gateway of {}", text(spoke), text(hub))],
                );
            }
        }
        link(low, high, "peering", Vec::new())
    }
}

impl Holding {
    fn new(network: usize, addresses: &[Prefix], at: String) -> Self {
        Self { network, addresses: texts(addresses), gateway: None, asn: None, transit: false, at }
    }
}

fn texts(prefixes: &[Prefix]) -> Vec<String> {
    prefixes.iter().map(ToString::to_string).collect()
}

fn kind_of_tunnel(analysis: &Analysis<'_>, tunnel: &Tunnel) -> &'static str {
    let facts = analysis.facts();
    let part = facts.component_of(tunnel.from);
    let ends = (tunnel.from, tunnel.to);
    let carries = tunnel.up && facts.s2s.of(part).binary_search(&ends).is_ok();
    let has_session = tunnel.bgp && facts.bgp.of(part).binary_search(&ends).is_ok();
    match (carries, has_session, tunnel.bgp) {
        (false, ..) => "tunnel-down",
        (true, true, _) => "tunnel-bgp",
        (true, false, true) => "tunnel-bgp-idle",
        (true, false, false) => "tunnel-static",
    }
}

fn notes_of_tunnel(inventory: &Inventory, tunnel: &Tunnel) -> Vec<String> {
    let text = |name: NameId| inventory.names.text(name);
    let rows = || {
        let rows = [Some(tunnel.row), tunnel.other_row].into_iter().flatten();
        rows.map(|row| &inventory.connections[row])
    };
    let named = rows().map(|row| &row.name).find(|name| !name.is_empty());
    let mut notes: Vec<String> = named.map(|name| format!("connection {name}")).into_iter().collect();
    notes.extend(rows().filter_map(|row| row.down.as_ref()).map(|status| format!("status {status}")));
    for (near, listed) in [(tunnel.from, &tunnel.from_static), (tunnel.to, &tunnel.to_static)] {
        if !listed.is_empty() {
            notes.push(format!("{} routes {} into it", text(near), texts(listed).join(", ")));
        }
    }
    notes
}

fn networks(inventory: &Inventory) -> impl Iterator<Item = NameId> {
    let vnets = inventory.vnets.iter().map(|vnet| vnet.name);
    vnets.chain(inventory.sites.iter().map(|site| site.name))
}

/// The networks that are no more than `hops` peerings and tunnels, of whatever state, away from one of `around`.
fn near(inventories: &[&Inventory], around: &[NameId], hops: usize) -> Vec<NameId> {
    let mut joined: FxHashMap<NameId, Vec<NameId>> = FxHashMap::default();
    for inventory in inventories {
        let peerings = inventory.peerings.iter().map(|side| (side.vnet, side.remote_vnet));
        let tunnels = inventory.connections.iter().map(|row| (row.from, row.to));
        for (one, other) in peerings.chain(tunnels) {
            joined.entry(one).or_default().push(other);
            joined.entry(other).or_default().push(one);
        }
    }
    let mut distance: FxHashMap<NameId, usize> = around.iter().map(|name| (*name, 0)).collect();
    let mut found: Vec<NameId> = distance.keys().copied().collect();
    let mut queue: VecDeque<NameId> = found.iter().copied().collect();
    while let Some(network) = queue.pop_front() {
        let next = distance[&network] + 1;
        if next > hops {
            continue;
        }
        for other in joined.get(&network).into_iter().flatten() {
            if !distance.contains_key(other) {
                distance.insert(*other, next);
                found.push(*other);
                queue.push_back(*other);
            }
        }
    }
    found
}
