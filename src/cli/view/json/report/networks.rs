//! The networks, peerings and tunnels of a report page.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use serde::Serialize;
use tunnelog::facts::ids::Machine;
use tunnelog::groups::{join, top};
use tunnelog::inventory::{Inventory, Peering, Tunnel};
use tunnelog::names::NameId;
use tunnelog::prefix::Prefix;
use tunnelog::source::Span;
use tunnelog::topology::{self, LinkState, PeeringState, Topology, TunnelState};

/// A network of any state.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NetworkShape<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// `vnet`, `site` or `internet`.
    pub(crate) kind: &'static str,
    /// The number of its connected component, over all states; the Internet has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) part: Option<usize>,
}

/// What one state has of a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct GatewayShape {
    client_pool: Vec<String>,
    custom_routes: Vec<String>,
    bgp: bool,
    sku: String,
    protocols: Vec<&'static str>,
    at: String,
}

/// An appliance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ApplianceShape {
    name: String,
    /// The number of the VNet that it stands in.
    network: usize,
    addresses: Vec<String>,
    stateful: bool,
    /// Its row; none where a user route alone tells of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
}

/// What packets pass: the number of a network, or the name of an appliance.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum StopShape {
    Network(usize),
    Appliance(String),
}

/// A peering or a tunnel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    /// no more than some peerings and tunnels away from one of `around`. The Internet comes after them.
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

    /// Those of the networks of `inventories` whose names `is_wanted`.
    #[must_use]
    pub(crate) fn among(inventories: &[&Inventory], is_wanted: impl Fn(&str) -> bool) -> Self {
        let mut all = Self::new(inventories, None);
        let text = |name: NameId| {
            let of = inventories.iter().find(|inventory| name.index() < inventory.names.len());
            of.map_or("", |inventory| inventory.names.text(name))
        };
        all.names.retain(|name| is_wanted(text(*name)));
        all.numbers = all.names.iter().copied().zip(0..).collect();
        all
    }

    /// How many there are, without the Internet.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// The number of a network that is on the page.
    #[must_use]
    pub(crate) fn number(&self, name: NameId) -> Option<usize> {
        if name == NameId::INTERNET { Some(self.names.len()) } else { self.numbers.get(&name).copied() }
    }

    /// The network of that number.
    #[must_use]
    pub(crate) fn name(&self, number: usize) -> NameId {
        self.names.get(number).copied().unwrap_or(NameId::INTERNET)
    }

    /// The networks as the page lists them, with the connected components that the links of `states` make, and the Internet where
    /// that is `told_of`.
    #[must_use]
    pub(crate) fn shapes<'a>(
        &self,
        inventories: &[&'a Inventory],
        states: &[&[Link]],
        told_of: bool,
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
            shapes.push(NetworkShape { name: name_text, kind, part: Some(part) });
        }
        let internet = inventories.first().filter(|_| told_of);
        let internet = internet.map(|inventory| inventory.names.text(NameId::INTERNET));
        shapes.extend(internet.map(|name| NetworkShape { name, kind: "internet", part: None }));
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

    /// The appliances of the inventory that stand in networks of the page, and those of `passed` that no row lists. `at` names places.
    pub(crate) fn appliances(
        &self,
        inventory: &Inventory,
        passed: &BTreeSet<Machine>,
        mut at: impl FnMut(Span) -> String,
    ) -> Vec<ApplianceShape> {
        let listed = inventory.appliances.iter().filter_map(|row| {
            Some(ApplianceShape {
                name: inventory.labels.text(row.name).to_owned(),
                network: self.number(row.vnet)?,
                addresses: row.addresses.iter().map(ToString::to_string).collect(),
                stateful: row.stateful,
                at: Some(at(row.origin)),
            })
        });
        let mut all: Vec<ApplianceShape> = listed.collect();
        all.extend(passed.iter().filter_map(|machine| {
            let Machine::Assumed(vnet, address) = *machine else { return None };
            let (name, network) = (machine.text(inventory), self.number(vnet)?);
            Some(ApplianceShape {
                name,
                network,
                addresses: vec![address.to_string()],
                stateful: true,
                at: None,
            })
        }));
        all.sort_by(|one, other| (&one.name, one.network).cmp(&(&other.name, other.network)));
        all
    }

    /// The peerings, then the tunnels, between networks of the page. `at` names places.
    pub(crate) fn links(&self, topology: &Topology<'_>, mut at: impl FnMut(Span) -> String) -> Vec<Link> {
        let inventory = topology.inventory();
        let mut peerings: Vec<(usize, usize, topology::Link, Vec<&Peering>)> = topology
            .peerings()
            .filter_map(|(link, sides)| {
                let (from, to) = self.ends(link)?;
                Some((from, to, link, sides))
            })
            .collect();
        peerings.sort_by_key(|(from, to, ..)| (*from.min(to), *from.max(to)));
        let mut links: Vec<Link> = peerings
            .into_iter()
            .map(|(from, to, link, sides)| Link {
                from,
                to,
                kind: link_kind(link.state),
                notes: notes_of_peering(inventory, link, &sides),
                at: sides.iter().map(|side| at(side.origin)).collect(),
            })
            .collect();
        let mut tunnels: Vec<Link> = topology
            .tunnel_links()
            .filter_map(|(link, tunnel)| {
                let (from, to) = self.ends(link)?;
                Some(Link {
                    from,
                    to,
                    kind: link_kind(link.state),
                    notes: notes_of_tunnel(inventory, tunnel),
                    at: topology.origins(tunnel).into_iter().map(&mut at).collect(),
                })
            })
            .collect();
        tunnels.sort_by_key(|link| (link.from.min(link.to), link.from.max(link.to)));
        links.append(&mut tunnels);
        links
    }

    /// The numbers of a link's ends, where both are on the page; of a peering whose ends are alike, the smaller first.
    fn ends(&self, link: topology::Link) -> Option<(usize, usize)> {
        let (from, to) = (self.number(link.ends.0)?, self.number(link.ends.1)?);
        let are_alike = matches!(
            link.state,
            LinkState::Peering(PeeringState::Plain | PeeringState::NotConnected | PeeringState::NoAccess)
        );
        Some(if are_alike { (from.min(to), from.max(to)) } else { (from, to) })
    }
}

impl Holding {
    pub(super) fn network(&self) -> usize {
        self.network
    }

    pub(super) fn places(&self) -> impl Iterator<Item = &str> {
        [&self.at].into_iter().chain(self.gateway.as_ref().map(|gateway| &gateway.at)).map(String::as_str)
    }

    fn new(network: usize, addresses: &[Prefix], at: String) -> Self {
        Self { network, addresses: texts(addresses), gateway: None, asn: None, transit: false, at }
    }
}

impl ApplianceShape {
    pub(super) fn network(&self) -> usize {
        self.network
    }

    pub(super) fn places(&self) -> impl Iterator<Item = &str> {
        self.at.iter().map(String::as_str)
    }
}

impl Link {
    pub(super) fn ends(&self) -> [usize; 2] {
        [self.from, self.to]
    }

    pub(super) fn places(&self) -> impl Iterator<Item = &str> {
        self.at.iter().map(String::as_str)
    }
}

fn texts(prefixes: &[Prefix]) -> Vec<String> {
    prefixes.iter().map(ToString::to_string).collect()
}

/// How the document calls a state.
fn link_kind(state: LinkState) -> &'static str {
    match state {
        LinkState::Peering(PeeringState::Transit) => "gateway-transit",
        LinkState::Peering(PeeringState::Plain) => "peering",
        LinkState::Peering(PeeringState::OneSided) => "peering-one-sided",
        LinkState::Peering(PeeringState::NotConnected) => "peering-disconnected",
        LinkState::Peering(PeeringState::NoAccess) => "peering-without-access",
        LinkState::Tunnel(TunnelState::Bgp) => "tunnel-bgp",
        LinkState::Tunnel(TunnelState::Static) => "tunnel-static",
        LinkState::Tunnel(TunnelState::NoSession) => "tunnel-bgp-idle",
        LinkState::Tunnel(TunnelState::Down) => "tunnel-down",
        LinkState::Tunnel(TunnelState::NoGateway) => "tunnel-without-gateway",
    }
}

fn notes_of_peering(inventory: &Inventory, link: topology::Link, sides: &[&Peering]) -> Vec<String> {
    let text = |name: NameId| inventory.names.text(name);
    let (from, to) = link.ends;
    match link.state {
        LinkState::Peering(PeeringState::OneSided) => {
            vec![format!("only the side of {} is listed", text(from))]
        }
        LinkState::Peering(PeeringState::NotConnected | PeeringState::NoAccess) => {
            let fault = |side: &&Peering| match &side.rare().not_connected {
                Some(state) => format!("{}: {state}", text(side.vnet)),
                None => format!("{}: no access allowed", text(side.vnet)),
            };
            sides.iter().filter(|side| !side.is_usable()).map(fault).collect()
        }
        LinkState::Peering(PeeringState::Transit) => {
            vec![format!("{} uses the gateway of {}", text(to), text(from))]
        }
        LinkState::Peering(PeeringState::Plain) | LinkState::Tunnel(_) => Vec::new(),
    }
}

fn notes_of_tunnel(inventory: &Inventory, tunnel: &Tunnel) -> Vec<String> {
    let text = |name: NameId| inventory.names.text(name);
    let rows = || tunnel.rows().map(|row| &inventory.connections[row]);
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

/// The networks that are no more than `hops` peerings and tunnels away from one of `around`, in any of `inventories`.
fn near(inventories: &[&Inventory], around: &[NameId], hops: usize) -> Vec<NameId> {
    let topologies: Vec<Topology<'_>> =
        inventories.iter().map(|inventory| Topology::new(inventory)).collect();
    let topologies: Vec<&Topology<'_>> = topologies.iter().collect();
    topology::around(&topologies, around, hops).into_keys().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::view::look::Stroke;

    const DRAWING: &str = include_str!("../../../../../assets/report/drawing.js");

    #[test]
    fn the_page_calls_links_by_the_words_of_graph() {
        let words = include_str!("../../../../../assets/report/data.js");
        for state in LinkState::ALL {
            let word = format!("  \"{}\": \"{}\",\n", link_kind(state), state.word());
            assert!(words.contains(&word), "{word}");
        }
        assert_eq!(words.matches("\",\n").count(), LinkState::ALL.len());
    }

    #[test]
    fn the_page_has_the_lines_of_the_table() {
        let wire = |word: &str, stroke: Stroke| {
            let look = stroke.look();
            let arrow = if look.is_arrow { ", arrow: true" } else { "" };
            let broken = if stroke == Stroke::Broken { ", broken: true" } else { "" };
            format!(
                "  \"{word}\": {{ width: {}, style: \"{}\"{arrow}{broken} }},",
                look.width,
                look.dash.word()
            )
        };
        for state in LinkState::ALL {
            let wanted = wire(link_kind(state), Stroke::of_link(state));
            assert!(DRAWING.contains(&wanted), "{wanted}");
        }
        for (word, stroke) in
            [("clients", Stroke::Clients), ("inside", Stroke::Appliance), ("way-out", Stroke::WayOut)]
        {
            assert!(DRAWING.contains(&wire(word, stroke)), "{word}");
        }
    }
}
