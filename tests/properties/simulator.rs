//! A reference for the solver: routers that exchange messages and pass packets on, one after the other.
//!
//! Nothing is shared with the analyser but the inventory it reads and the words it prints, and nothing is
//! clever: every message of every round is sent again, and every packet is walked by itself. That is slow
//! and easy to believe, which is the point of a second opinion.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;
use tunnelog::inventory::{Inventory, Site};
use tunnelog::names::NameId;

pub(crate) use bgp::Paths;
use steered::{Place, Steering};
use topology::{Asn, Owner, Router};
use viewers::Viewer;

mod bgp;
mod endpoints;
mod internet;
pub(crate) mod names;
mod space;
mod steered;
mod topology;
mod viewers;
mod walk;

/// Which clients are asked about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question {
    /// Classes as users and labs report them, instead of the article's.
    pub(crate) observed: bool,
    /// Every client of the inventory by itself, instead of classes.
    pub(crate) by_client: bool,
}

/// A route that clients hold, in words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RouteLine {
    /// The client's name; empty where classes are listed.
    pub(crate) client: String,
    pub(crate) gateway: String,
    pub(crate) class: String,
    pub(crate) prefix: String,
    pub(crate) reason: String,
}

/// What can be said of a destination, in words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ReachLine {
    /// The client's name; empty where classes are listed.
    pub(crate) client: String,
    pub(crate) gateway: String,
    pub(crate) class: String,
    pub(crate) network: String,
    pub(crate) destination: String,
    pub(crate) status: String,
    pub(crate) reason: String,
}

/// The answers to one question, sorted bytewise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    pub(crate) routes: Vec<RouteLine>,
    pub(crate) reach: Vec<ReachLine>,
}

/// What every router does for itself, in words; destinations are in the fewest prefixes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Relations {
    /// Router, network or pool, prefix.
    pub(crate) attached: BTreeSet<(String, String, IpNet)>,
    /// Router, neighbour, prefix, and the number of the router where the announcement started.
    pub(crate) learned: BTreeSet<(String, String, IpNet, String)>,
    /// Router, network or pool, addresses.
    pub(crate) delivered: BTreeMap<(String, String), Vec<IpNet>>,
}

/// A topology whose routers have learned all they will ever learn.
pub(crate) struct Simulator<'inventory> {
    inventory: &'inventory Inventory,
    paths: Paths,
    /// Every network's address space, without the default routes of sites.
    networks: BTreeMap<NameId, BTreeSet<IpNet>>,
    routers: BTreeMap<NameId, Router>,
    learned: bgp::Learned,
    tables: BTreeMap<NameId, walk::Table>,
    /// Every prefix that the inventory names anywhere.
    named: BTreeSet<IpNet>,
    /// The private endpoints whose routes are looked at.
    endpoints: Vec<endpoints::Endpoint>,
}

/// How a client's packets for one stretch of addresses fare.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Fate {
    status: &'static str,
    reasons: BTreeSet<&'static str>,
}

/// What stretches in one row have in common: the status, and what is missing.
type Likeness = (&'static str, BTreeSet<&'static str>);

impl Fate {
    fn kind(&self) -> Likeness {
        let missing = if self.status == "reachable" { BTreeSet::new() } else { self.reasons.clone() };
        (self.status, missing)
    }
}

impl<'inventory> Simulator<'inventory> {
    pub(crate) fn new(inventory: &'inventory Inventory) -> Self {
        Self::with(inventory, Paths::Origin)
    }

    /// With routers that look at all of a path, or only at where it began.
    pub(crate) fn with(inventory: &'inventory Inventory, paths: Paths) -> Self {
        let routers = topology::routers(inventory);
        let learned = bgp::exchange(&routers, paths);
        let tables = routers.values().map(|router| (router.name, walk::table(router, &learned))).collect();
        Self {
            inventory,
            paths,
            networks: topology::networks(inventory),
            routers,
            learned,
            tables,
            named: topology::named_prefixes(inventory),
            endpoints: Vec::new(),
        }
    }

    /// The routes and destinations of every class or client of every P2S gateway.
    pub(crate) fn answer(&self, question: Question) -> Lines {
        if !question.by_client && self.inventory.clients.is_some() {
            // Classes are answered as if no client were known by name.
            let without = Inventory { clients: None, ..self.inventory.clone() };
            return Simulator::with(&without, self.paths).answer(question);
        }
        let mut lines = Lines::default();
        let viewers = viewers::viewers(self.inventory, question);
        let with_endpoints = if question.observed { self.with_endpoints() } else { None };
        let held: Vec<BTreeMap<IpNet, BTreeSet<&'static str>>> = viewers
            .iter()
            .map(|viewer| viewers::routes(self.inventory, viewer, &self.routers, &self.learned))
            .collect();
        for (viewer, routes) in viewers.iter().zip(&held) {
            for (prefix, reasons) in routes {
                lines.routes.push(RouteLine {
                    client: viewer.client.clone(),
                    gateway: self.text(viewer.gateway),
                    class: viewer.class.to_owned(),
                    prefix: prefix.to_string(),
                    reason: join(reasons),
                });
            }
            let part = topology::connected_part(self.inventory, viewer.gateway);
            for network in self.networks.keys().filter(|network| part.contains(network)) {
                self.judge(viewer, routes, *network, &part, &mut lines.reach);
            }
            if let Some(simulator) = &with_endpoints {
                endpoints::judge(simulator, (viewer, routes), &part, &mut lines.reach);
            }
            let of_gateway = viewers.iter().zip(&held).filter(|(other, _)| other.gateway == viewer.gateway);
            let of_gateway: BTreeSet<IpNet> =
                of_gateway.flat_map(|(_, routes)| routes.keys().copied()).collect();
            internet::judge(self, (viewer, routes), of_gateway, &part, &mut lines.reach);
        }
        lines.routes.sort();
        lines.reach.sort();
        lines
    }

    /// One line for each prefix of `network`, or for the stretches of one whose parts fare differently.
    fn judge(
        &self,
        viewer: &Viewer,
        routes: &BTreeMap<IpNet, BTreeSet<&'static str>>,
        network: NameId,
        part: &BTreeSet<NameId>,
        lines: &mut Vec<ReachLine>,
    ) {
        let is_steered = self.inventory.subnets.iter().any(|subnet| part.contains(&subnet.vnet));
        let mut rows: BTreeMap<(IpNet, Likeness), BTreeSet<&'static str>> = BTreeMap::new();
        for prefix in &self.networks[&network] {
            let way_back = self.answers_get_back(network, viewer.gateway, *prefix, part);
            let mut fates: BTreeMap<IpNet, Fate> = BTreeMap::new();
            for cell in self.parts_of(Owner::Network(network), *prefix, part) {
                let ways = if is_steered {
                    self.steered(viewer.gateway, network, cell, part)
                } else {
                    let there = self.arrives(viewer.gateway, Owner::Network(network), cell);
                    Ways { there, back: way_back, symmetric: true }
                };
                fates.insert(cell, fate(routes, cell, ways));
            }
            let subnets = self.subnets_in(network, *prefix);
            let agree = fates.values().map(Fate::kind).collect::<BTreeSet<_>>().len() == 1;
            if agree || subnets.is_empty() {
                show(*prefix, &fates, &mut rows);
                continue;
            }
            for subnet in subnets {
                let inside = fates.iter().filter(|(cell, _)| subnet.contains(*cell));
                let inside = inside.map(|(cell, fate)| (*cell, fate.clone())).collect();
                show(subnet, &inside, &mut rows);
            }
        }
        for ((destination, (status, _)), reasons) in rows {
            lines.push(ReachLine {
                client: viewer.client.clone(),
                gateway: self.text(viewer.gateway),
                class: viewer.class.to_owned(),
                network: self.text(network),
                destination: destination.to_string(),
                status: status.to_owned(),
                reason: join(&reasons),
            });
        }
    }

    /// What the routers hold, learn and deliver.
    pub(crate) fn relations(&self) -> Relations {
        let mut relations = Relations::default();
        for router in self.routers.values() {
            let name = self.text(router.name);
            for (owner, prefix) in &router.attached {
                relations.attached.insert((name.clone(), self.owner_text(*owner), *prefix));
            }
            for (neighbour, messages) in &self.learned[&router.name] {
                for message in messages {
                    let origin = match self.routers[&message.origin].asn {
                        Asn::Number(number) => number.to_string(),
                        Asn::OnlyOf(site) => format!("unknown:{}", self.text(site)),
                    };
                    let row = (name.clone(), self.text(*neighbour), message.prefix, origin);
                    relations.learned.insert(row);
                }
            }
            let part = topology::connected_part(self.inventory, router.name);
            for (owner, prefixes) in self.destinations(&part) {
                let arriving: Vec<IpNet> = prefixes
                    .iter()
                    .flat_map(|prefix| self.parts_of(owner, *prefix, &part))
                    .filter(|cell| self.arrives(router.name, owner, *cell))
                    .collect();
                if !arriving.is_empty() {
                    let key = (name.clone(), self.owner_text(owner));
                    relations.delivered.insert(key, space::fewest(&arriving));
                }
            }
        }
        relations
    }

    fn destinations(&self, part: &BTreeSet<NameId>) -> Vec<(Owner, BTreeSet<IpNet>)> {
        let networks = self.networks.iter().map(|(name, space)| (Owner::Network(*name), space.clone()));
        let pools = self.routers.keys().map(|name| (Owner::Pool(*name), self.pool(*name)));
        networks.chain(pools).filter(|(owner, _)| part.contains(&owner.name())).collect()
    }

    /// The parts of `prefix` that are destinations of `owner`: no longer prefix of another network holds them, and
    /// those of a site no client has.
    fn parts_of(&self, owner: Owner, prefix: IpNet, part: &BTreeSet<NameId>) -> Vec<IpNet> {
        let mut cells = space::cells(prefix, &self.named);
        cells.retain(|cell| {
            !self.networks.iter().any(|(network, space)| {
                part.contains(network)
                    && Owner::Network(*network) != owner
                    && space
                        .iter()
                        .any(|other| other.prefix_len() > prefix.prefix_len() && other.contains(cell))
            })
        });
        let is_of_site = |site: &Site| Owner::Network(site.name) == owner;
        if self.inventory.sites.iter().any(is_of_site) {
            let pools = || part.iter().flat_map(|gateway| self.pool(*gateway));
            let has_client = |cell: &IpNet| {
                pools().any(|pool| pool.prefix_len() > prefix.prefix_len() && pool.contains(cell))
            };
            cells.retain(|cell| !has_client(cell));
        }
        if let Owner::Network(network) = owner {
            let subnets = self.subnets_in(network, prefix);
            cells.retain(|cell| subnets.is_empty() || subnets.iter().any(|subnet| subnet.contains(cell)));
        }
        cells
    }

    /// The prefixes of subnets inside a network's prefix, without those that Azure keeps to itself.
    fn subnets_in(&self, network: NameId, prefix: IpNet) -> Vec<IpNet> {
        let rows = self.inventory.subnets.iter();
        let rows = rows.filter(|row| row.vnet == network && !row.name.is_reserved());
        rows.flat_map(|row| topology::nets(&row.address_space)).filter(|net| prefix.contains(net)).collect()
    }

    /// How packets for a cell fare where route tables steer them.
    fn steered(&self, gateway: NameId, network: NameId, cell: IpNet, part: &BTreeSet<NameId>) -> Ways {
        let steering = self.steering();
        let address = space::sample(cell);
        let starts = steering.starts(network, address);
        self.ways(gateway, Owner::Network(network), address, &starts, part)
    }

    fn steering(&self) -> Steering<'_> {
        let (routers, tables) = (&self.routers, &self.tables);
        Steering { inventory: self.inventory, routers, tables, endpoints: &self.endpoints }
    }

    /// How packets for an address get there, and answers from where they start back to all clients.
    fn ways(
        &self,
        gateway: NameId,
        owner: Owner,
        address: IpAddr,
        starts: &[Place],
        part: &BTreeSet<NameId>,
    ) -> Ways {
        let steering = self.steering();
        let there = steering.arrives(&Place::Router(gateway), owner, address);
        let clients = self.clients(gateway, address, part);
        let (back, symmetric) = clients
            .map_or((false, false), |clients| steering.back(gateway, owner, address, starts, &clients));
        Ways { there, back, symmetric }
    }

    /// An address for each part of the gateway's pool of the family of `address`. None where there is no such pool.
    fn clients(&self, gateway: NameId, address: IpAddr, part: &BTreeSet<NameId>) -> Option<Vec<IpAddr>> {
        let mut pools = self.pool(gateway);
        pools.retain(|pool| pool.addr().is_ipv4() == address.is_ipv4());
        let parts = pools.iter().flat_map(|pool| self.parts_of(Owner::Pool(gateway), *pool, part));
        let clients = parts.map(space::sample).collect();
        (!pools.is_empty()).then_some(clients)
    }

    /// Gateway, network and stateful appliance, where that sees one direction only of connections to some address of the network.
    pub(crate) fn asymmetric(&self) -> BTreeSet<(String, String, String)> {
        let steering = self.steering();
        let mut found = BTreeSet::new();
        for gateway in self.routers.keys().copied() {
            let part = topology::connected_part(self.inventory, gateway);
            for (network, prefixes) in self.networks.iter().filter(|(network, _)| part.contains(network)) {
                let owner = Owner::Network(*network);
                let cells = prefixes.iter().flat_map(|prefix| self.parts_of(owner, *prefix, &part));
                for address in cells.map(space::sample) {
                    let Some(clients) = self.clients(gateway, address, &part) else { continue };
                    let starts = steering.starts(*network, address);
                    let one_way = starts
                        .iter()
                        .filter_map(|start| steering.one_way(gateway, owner, address, start, &clients));
                    found.extend(
                        one_way.flatten().map(|machine| {
                            (self.text(gateway), self.text(*network), steering.text(&machine))
                        }),
                    );
                }
            }
        }
        found
    }

    fn pool(&self, gateway: NameId) -> BTreeSet<IpNet> {
        let attached = self.routers.get(&gateway).map_or(&[][..], |router| &router.attached);
        attached
            .iter()
            .filter(|(owner, _)| *owner == Owner::Pool(gateway))
            .map(|(_, prefix)| *prefix)
            .collect()
    }

    /// True where a packet sent by `router` to an address of `cell` may arrive at `owner`.
    fn arrives(&self, router: NameId, owner: Owner, cell: IpNet) -> bool {
        walk::arrivals(&self.tables, &self.routers, router, space::sample(cell)).contains(&owner)
    }

    /// True where clients have addresses of the family of `destination`, and some router of `network` gets packets for
    /// every one of these to the gateway.
    fn answers_get_back(
        &self,
        network: NameId,
        gateway: NameId,
        destination: IpNet,
        part: &BTreeSet<NameId>,
    ) -> bool {
        let attaching = self
            .routers
            .values()
            .filter(|router| router.attached.iter().any(|(owner, _)| *owner == Owner::Network(network)));
        let from: Vec<NameId> = attaching.map(|router| router.name).collect();
        self.some_gets_back(&from, gateway, destination, part)
    }

    /// True where clients have addresses of the family of `destination`, and one of the routers gets packets for every one of
    /// these to the gateway.
    fn some_gets_back(
        &self,
        from: &[NameId],
        gateway: NameId,
        destination: IpNet,
        part: &BTreeSet<NameId>,
    ) -> bool {
        let pool = Owner::Pool(gateway);
        let is_like = |prefix: &IpNet| prefix.addr().is_ipv4() == destination.addr().is_ipv4();
        let sources: Vec<IpNet> = self.pool(gateway).into_iter().filter(is_like).collect();
        if sources.is_empty() {
            return false;
        }
        let cells: Vec<IpNet> =
            sources.iter().flat_map(|prefix| self.parts_of(pool, *prefix, part)).collect();
        from.iter().any(|router| cells.iter().all(|cell| self.arrives(*router, pool, *cell)))
    }

    fn text(&self, name: NameId) -> String {
        self.inventory.names.text(name).to_owned()
    }

    fn owner_text(&self, owner: Owner) -> String {
        match owner {
            Owner::Network(name) => self.text(name),
            Owner::Pool(name) => format!("pool of {}", self.text(name)),
        }
    }
}

/// How packets get there, and how answers get back.
#[derive(Clone, Copy)]
struct Ways {
    there: bool,
    back: bool,
    /// Past the same appliances, some way back.
    symmetric: bool,
}

/// The whole prefix where all of it fares alike, else what does in the fewest prefixes.
fn show(
    prefix: IpNet,
    fates: &BTreeMap<IpNet, Fate>,
    rows: &mut BTreeMap<(IpNet, Likeness), BTreeSet<&'static str>>,
) {
    for kind in fates.values().map(Fate::kind).collect::<BTreeSet<_>>() {
        let agreeing: Vec<IpNet> =
            fates.iter().filter(|(_, fate)| fate.kind() == kind).map(|(cell, _)| *cell).collect();
        let shown = if agreeing.len() == fates.len() { vec![prefix] } else { space::fewest(&agreeing) };
        for destination in shown {
            let row = rows.entry((destination, kind.clone())).or_default();
            for cell in agreeing.iter().filter(|cell| destination.contains(*cell)) {
                row.extend(&fates[cell].reasons);
            }
        }
    }
}

/// Status and reasons by the table of the three parts: route, way there, way back.
fn fate(routes: &BTreeMap<IpNet, BTreeSet<&'static str>>, cell: IpNet, ways: Ways) -> Fate {
    let Ways { there, back, symmetric } = ways;
    let works = there && back && symmetric;
    let best = routes
        .iter()
        .filter(|(prefix, _)| prefix.contains(&cell))
        .max_by_key(|(prefix, _)| prefix.prefix_len());
    let status = match (best.is_some(), works) {
        (true, true) => "reachable",
        (false, true) => "needs-route",
        (true, false) => "blackhole",
        (false, false) => "unreachable",
    };
    let reasons = match best {
        Some((_, reasons)) if works => reasons.clone(),
        _ => {
            let obstacles = [
                (!(there && back) || symmetric, "asymmetric"),
                (best.is_some(), "no-client-route"),
                (back, "no-way-back"),
                (there, "no-way-there"),
            ];
            obstacles.into_iter().filter(|(passed, _)| !passed).map(|(_, word)| word).collect()
        }
    };
    Fate { status, reasons }
}

fn join(words: &BTreeSet<&'static str>) -> String {
    words.iter().copied().collect::<Vec<_>>().join(";")
}
