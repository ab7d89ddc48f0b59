//! Where an inventory states a fact.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::answer::Analysis;
use crate::inventory::{Gateway, Inventory, Peering, Site, Tunnel};
use crate::names::NameId;
use crate::proof::Fact;
use crate::source::Span;

/// Where a fact is stated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// The rows or resources, in the order of the inventory.
    pub spans: Vec<Span>,
    /// What holds where the inventory states nothing, and is taken from these rows.
    pub by_default: Option<&'static str>,
}

/// The rows of an inventory that are about one connected component, by what they say.
pub(super) struct Places<'inventory> {
    pub(super) inventory: &'inventory Inventory,
    tunnels: Vec<Tunnel>,
    of_pair: FxHashMap<(NameId, NameId), Vec<usize>>,
    sides: FxHashMap<(NameId, NameId), Vec<usize>>,
    vnets: FxHashMap<NameId, usize>,
    gateways: FxHashMap<NameId, usize>,
    sites: FxHashMap<NameId, usize>,
}

impl<'inventory> Places<'inventory> {
    /// The rows about the connected component with that number.
    pub(super) fn new(analysis: &Analysis<'inventory>, part: usize) -> Self {
        let inventory = analysis.inventory();
        let is_here = |name: NameId| analysis.facts().component_of(name) == part;
        let here = |names: &mut dyn Iterator<Item = NameId>| -> FxHashMap<NameId, usize> {
            names.zip(0..).filter(|(name, _)| is_here(*name)).collect()
        };
        let mut places = Self {
            inventory,
            tunnels: inventory.tunnels().into_iter().filter(|tunnel| is_here(tunnel.from)).collect(),
            of_pair: FxHashMap::default(),
            sides: FxHashMap::default(),
            vnets: here(&mut inventory.vnets.iter().map(|row| row.name)),
            gateways: here(&mut inventory.gateways.iter().map(|row| row.vnet)),
            sites: here(&mut inventory.sites.iter().map(|row| row.name)),
        };
        for (place, tunnel) in places.tunnels.iter().enumerate() {
            for pair in [(tunnel.from, tunnel.to), (tunnel.to, tunnel.from)] {
                places.of_pair.entry(pair).or_default().push(place);
            }
        }
        for (place, side) in inventory.peerings.iter().enumerate().filter(|(_, side)| is_here(side.vnet)) {
            places.sides.entry((side.vnet, side.remote_vnet)).or_default().push(place);
        }
        places
    }

    pub(super) fn gateway(&self, name: NameId) -> Option<&'inventory Gateway> {
        self.gateways.get(&name).map(|place| &self.inventory.gateways[*place])
    }

    pub(super) fn site(&self, name: NameId) -> Option<&'inventory Site> {
        self.sites.get(&name).map(|place| &self.inventory.sites[*place])
    }

    /// The tunnels between two routers, whatever their state.
    pub(super) fn tunnels(&self, one: NameId, other: NameId) -> impl Iterator<Item = &Tunnel> {
        self.of_pair.get(&(one, other)).into_iter().flatten().map(|place| &self.tunnels[*place])
    }

    /// A VNet's sides of peerings with another, whatever their state.
    pub(super) fn sides(&self, vnet: NameId, remote: NameId) -> impl Iterator<Item = &'inventory Peering> {
        self.sides.get(&(vnet, remote)).into_iter().flatten().map(|place| &self.inventory.peerings[*place])
    }

    /// How many peerings and tunnels, of whatever state, lie between each network and the goal.
    pub(super) fn distances(&self, goal: NameId) -> FxHashMap<NameId, usize> {
        let mut joined: FxHashMap<NameId, Vec<NameId>> = FxHashMap::default();
        for &(one, other) in self.sides.keys().chain(self.of_pair.keys()) {
            joined.entry(one).or_default().push(other);
            joined.entry(other).or_default().push(one);
        }
        let mut distances = FxHashMap::from_iter([(goal, 0)]);
        let mut queue = VecDeque::from([goal]);
        while let Some(network) = queue.pop_front() {
            let next = distances[&network] + 1;
            for &other in joined.get(&network).into_iter().flatten() {
                distances.entry(other).or_insert_with(|| {
                    queue.push_back(other);
                    next
                });
            }
        }
        distances
    }

    /// The rows of a tunnel.
    pub(super) fn rows(&self, tunnel: &Tunnel) -> Vec<Span> {
        let rows = [Some(tunnel.row), tunnel.other_row].into_iter().flatten();
        rows.map(|row| self.inventory.connections[row].origin).collect()
    }

    fn network(&self, name: NameId) -> Option<Span> {
        let vnet = self.vnets.get(&name).map(|place| self.inventory.vnets[*place].origin);
        vnet.or_else(|| self.site(name).map(|site| site.origin))
    }

    /// Where the fact is stated; nowhere for one that is worked out.
    pub(super) fn stated(&self, fact: Fact) -> Stated {
        let at = |span: Option<Span>| Stated { spans: span.into_iter().collect(), by_default: None };
        match fact {
            Fact::Gateway(name) | Fact::ClientPool(name, _) | Fact::CustomRoute(name, _) => {
                at(self.gateway(name).map(|row| row.origin))
            }
            Fact::Site(name) | Fact::TransitSite(name) => at(self.site(name).map(|row| row.origin)),
            Fact::HasAsn(name, _) => {
                let stated = |is_stated: bool, default| (!is_stated).then_some(default);
                let gateway = self.gateway(name).map(|row| {
                    let by_default = stated(row.asn.is_some(), "no ASN is stated, so it has Azure's");
                    Stated { spans: vec![row.origin], by_default }
                });
                let site = || {
                    let row = self.site(name)?;
                    let by_default =
                        stated(row.asn.is_some(), "no ASN is stated, so it is unlike all others");
                    Some(Stated { spans: vec![row.origin], by_default })
                };
                gateway.or_else(site).unwrap_or_default()
            }
            Fact::Vnet(name) | Fact::Address(name, _) => at(self.network(name)),
            Fact::Peered(one, other) => {
                at(self.sides(one, other).find(|side| side.is_usable()).map(|side| side.origin))
            }
            Fact::GatewayTransit(hub, spoke) => {
                let allows = self.sides(hub, spoke).find(|side| side.allow_gateway_transit);
                let uses = self.sides(spoke, hub).find(|side| side.use_remote_gateways);
                let spans = allows.into_iter().chain(uses).map(|side| side.origin).collect();
                Stated { spans, by_default: None }
            }
            Fact::S2s(one, other) => {
                let up = self.tunnels(one, other).find(|tunnel| tunnel.up);
                Stated { spans: up.map(|tunnel| self.rows(tunnel)).unwrap_or_default(), by_default: None }
            }
            Fact::Bgp(one, other) => {
                let running = self.tunnels(one, other).find(|tunnel| tunnel.up && tunnel.bgp);
                Stated {
                    spans: running.map(|tunnel| self.rows(tunnel)).unwrap_or_default(),
                    by_default: None,
                }
            }
            Fact::StaticRoute(near, far, prefix) => {
                let up = || self.tunnels(near, far).filter(|tunnel| tunnel.up);
                let listed = up().find(|tunnel| tunnel.listed(near).contains(&prefix));
                let default = || up().find(|tunnel| !tunnel.bgp && tunnel.listed(near).is_empty());
                let by_default = listed.is_none().then_some(NONE_LISTED);
                let tunnel = listed.or_else(default);
                Stated { spans: tunnel.map(|tunnel| self.rows(tunnel)).unwrap_or_default(), by_default }
            }
            Fact::Os(client, _) | Fact::Client(client, _) | Fact::ManualRoute(client, _) => {
                let clients = self.inventory.clients.as_deref().unwrap_or_default();
                at(clients.get(client as usize).map(|client| client.origin))
            }
            Fact::Covers(..)
            | Fact::DefaultRoute(_)
            | Fact::PoolComplete(_)
            | Fact::PartOfNetwork(..)
            | Fact::PartOfPool(..)
            | Fact::Serves(..)
            | Fact::FollowsTable(_)
            | Fact::FollowsSiteRoutes(_) => Stated::default(),
        }
    }
}

/// Why an end of a tunnel routes the far network's address space.
pub(super) const NONE_LISTED: &str = "no static prefixes are listed";

impl Tunnel {
    /// The static prefixes that are listed for the end of `near`.
    pub(super) fn listed(&self, near: NameId) -> &[crate::prefix::Prefix] {
        if self.from == near { &self.from_static } else { &self.to_static }
    }
}
