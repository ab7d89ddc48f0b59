//! Narrowing an answer to one network, prefix or address.
//!
//! ```
//! use tunnelog::import::load::load;
//! use tunnelog::select::Target;
//!
//! let inventory = load("facts/peered-vnets").unwrap().inventory;
//! assert!(Target::network(&inventory, "vnet2").is_some(), "names are compared without regard to case");
//! assert!(Target::network(&inventory, "VNet9").is_none());
//! ```

use std::net::IpAddr;

use rustc_hash::FxHashMap;

use crate::answer::{GatewayAnswer, ReachRow, RouteRow};
use crate::facts::Facts;
use crate::facts::ids::PrefixId;
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::prefix::{Family, Prefix};
use crate::solve::Component;

/// What an answer is narrowed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A network with its address space: its destinations, and the routes that overlap it.
    Network(NameId, Vec<Prefix>),
    /// A prefix: whatever overlaps it.
    Prefix(Prefix),
    /// An address: whatever covers it with the longest prefix.
    Address(IpAddr),
}

impl Target {
    /// The network called `name`, if the inventory has one; a private endpoint, or the Internet, where none has that name.
    #[must_use]
    pub fn network(inventory: &Inventory, name: &str) -> Option<Self> {
        if inventory.names.network(name) == Some(NameId::INTERNET) {
            let halves = Family::ALL.into_iter().flat_map(Prefix::halves);
            return Some(Self::Network(NameId::INTERNET, halves.collect()));
        }
        Self::of_inventory(inventory, name)
    }

    /// The address families of which it may be on the Internet: what [`crate::answer::Request::internet`] asks for.
    #[must_use]
    pub fn families_of_internet(&self) -> Vec<Family> {
        match self {
            Self::Network(name, _) if *name == NameId::INTERNET => Family::ALL.to_vec(),
            Self::Network(..) => Vec::new(),
            Self::Prefix(prefix) => prefix.is_public().then(|| prefix.family()).into_iter().collect(),
            Self::Address(address) => Self::Prefix(Prefix::from(*address)).families_of_internet(),
        }
    }

    fn of_inventory(inventory: &Inventory, text: &str) -> Option<Self> {
        let named = |name: NameId| {
            let vnet = inventory.vnets.iter().find(|vnet| vnet.name == name).map(|vnet| &vnet.address_space);
            let site =
                || inventory.sites.iter().find(|site| site.name == name).map(|site| &site.address_space);
            Some(Self::Network(name, vnet.or_else(site)?.clone()))
        };
        let endpoint = || {
            let name = inventory.names.endpoint(text)?;
            let row = inventory.private_endpoints.iter().find(|row| inventory.endpoint(row) == Some(name))?;
            Some(Self::Network(name, row.addresses.iter().map(|address| Prefix::from(*address)).collect()))
        };
        inventory.names.get(text).and_then(named).or_else(endpoint)
    }

    /// The routes of `answer` that bear on the target.
    #[must_use]
    pub fn routes(&self, answer: &GatewayAnswer) -> Vec<RouteRow> {
        match self {
            Self::Network(name, _) if *name == NameId::INTERNET => {
                keep(&answer.routes, |row| row.prefix.is_public())
            }
            Self::Network(_, address_space) => {
                keep(&answer.routes, |row| address_space.iter().any(|prefix| prefix.overlaps(row.prefix)))
            }
            Self::Prefix(prefix) => keep(&answer.routes, |row| row.prefix.overlaps(*prefix)),
            Self::Address(address) => {
                longest(&answer.routes, *address, |row| (row.class, row.client), |row| row.prefix)
            }
        }
    }

    /// The prefix that is asked for; none where a network is.
    fn prefix(&self) -> Option<Prefix> {
        match self {
            Self::Network(..) => None,
            Self::Prefix(prefix) => Some(*prefix),
            Self::Address(address) => Some(Prefix::from(*address)),
        }
    }
}

/// A target, with the networks that hold it.
///
/// A row of an answer may stand for a whole prefix where all destinations in it agree. So it is not the row that says whether an
/// address is a destination of the network, but the prefixes of networks and the listed subnets of VNets.
///
/// ```
/// use tunnelog::facts::Facts;
/// use tunnelog::import::load::load;
/// use tunnelog::select::{Narrowing, Target};
///
/// let inventory = load("facts/hub-and-firewall").unwrap().inventory;
/// let facts = Facts::lower(&inventory);
/// let hub = facts.component_of(inventory.names.get("Hub").unwrap());
/// // The second lies in the spoke's prefix, and in none of its subnets.
/// let held = ["10.1.1.4", "10.1.9.5"].map(|address| {
///     Narrowing::new(&facts, Target::Address(address.parse().unwrap())).networks(hub).len()
/// });
/// assert_eq!(held, [1, 0]);
/// ```
#[derive(Clone, Debug)]
pub struct Narrowing {
    target: Target,
    /// By connected component, where one has addresses of the target.
    holders: FxHashMap<usize, Holders>,
    /// The private endpoints that have addresses of the target, with their VNets, in the order of addresses.
    endpoints: Vec<(Prefix, NameId, NameId)>,
}

/// What a connected component has of a target.
#[derive(Clone, Debug, Default)]
struct Holders {
    /// The addresses of each network that are destinations and overlap the target.
    held: FxHashMap<NameId, Vec<Prefix>>,
    /// True where a prefix of a network, or a client pool, covers the target, so that nothing of it is on the Internet.
    is_inside: bool,
    /// Where no network holds it: the VNets in whose prefix it lies, beside all of their listed subnets.
    beside: Vec<(NameId, Prefix)>,
}

impl Narrowing {
    /// Looks `target` up in every connected component.
    #[must_use]
    pub fn new(facts: &Facts, target: Target) -> Self {
        let mut holders = FxHashMap::default();
        if let Some(wanted) = target.prefix() {
            let rows = facts.address.all().iter().chain(facts.client_pool.all());
            for row in rows.filter(|row| row.1.overlaps(wanted)) {
                let number = facts.component_of(row.0);
                holders
                    .entry(number)
                    .or_insert_with(|| Holders::of(&Component::around(facts, number, wanted), wanted));
            }
        }
        let is_asked = |endpoint: NameId, address: Prefix| match (&target, target.prefix()) {
            (Target::Network(name, _), _) => *name == endpoint,
            (_, wanted) => wanted.is_some_and(|wanted| wanted.overlaps(address)),
        };
        let all = facts.private_endpoint.all().iter();
        let all = all.map(|(endpoint, vnet, address)| (Prefix::from(*address), *endpoint, *vnet));
        let mut endpoints: Vec<(Prefix, NameId, NameId)> = all.filter(|row| is_asked(row.1, row.0)).collect();
        endpoints.sort_unstable();
        Self { target, holders, endpoints }
    }

    /// What was looked up.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The networks of a connected component of which some destination overlaps the prefix that was looked up, or holds the address.
    #[must_use]
    pub fn networks(&self, component: usize) -> Vec<NameId> {
        let held = self.holders.get(&component).into_iter().flat_map(|holders| holders.held.keys());
        let mut networks: Vec<NameId> = held.copied().collect();
        networks.sort_unstable();
        networks
    }

    /// The connected components in which some network holds what was looked up, in order.
    #[must_use]
    pub fn components(&self) -> Vec<usize> {
        let holding = self.holders.iter().filter(|(_, holders)| !holders.held.is_empty());
        let mut components: Vec<usize> = holding.map(|(component, _)| *component).collect();
        components.sort_unstable();
        components
    }

    /// The VNets of a connected component in whose prefix the target lies, beside all subnets that are listed of them. There is none
    /// where some network holds it.
    #[must_use]
    pub fn beside_subnets(&self, component: usize) -> &[(NameId, Prefix)] {
        self.holders.get(&component).map_or(&[], |holders| &holders.beside)
    }

    /// The destinations of `answer` that bear on the target. The answer is that of a gateway of the connected component.
    #[must_use]
    pub fn reach(&self, component: usize, answer: &GatewayAnswer) -> Vec<ReachRow> {
        let wanted = match (&self.target, self.target.prefix()) {
            (Target::Network(name, _), _) if name.is_endpoint() => return self.of_endpoint(answer),
            (Target::Network(name, _), _) => return keep(&answer.reach, |row| row.network == *name),
            (_, None) => return Vec::new(),
            (_, Some(wanted)) => wanted,
        };
        let none = Holders::default();
        let holders = self.holders.get(&component).unwrap_or(&none);
        let may_leave = wanted.is_public() && !holders.is_inside;
        let is_of_endpoint = |row: &ReachRow| {
            let mut endpoints = self.endpoints.iter();
            endpoints.any(|(address, name, _)| (*address, *name) == (row.destination, row.network))
        };
        let is_held = |row: &ReachRow| {
            let held = holders.held.get(&row.network);
            held.is_some_and(|held| held.iter().any(|prefix| prefix.overlaps(row.destination)))
        };
        let rows = keep(&answer.reach, |row| {
            row.destination.overlaps(wanted)
                && if row.network == NameId::INTERNET {
                    may_leave
                } else {
                    is_held(row) || is_of_endpoint(row)
                }
        });
        match self.target {
            Target::Address(address) => {
                // What is said of the VNet is not said of the endpoint's address.
                let vnet = |row: &ReachRow| {
                    let placed = self.endpoints.iter().find(|placed| placed.1 == row.network);
                    placed.map(|placed| (row.class, row.client, placed.2))
                };
                let instead: Vec<_> = rows.iter().filter_map(vnet).collect();
                let rows = keep(&rows, |row| !instead.contains(&(row.class, row.client, row.network)));
                longest(&rows, address, |row| (row.class, row.client, row.network), |row| row.destination)
            }
            _ => rows,
        }
    }

    /// What is said of the private endpoint, or of its VNet where the endpoint is.
    fn of_endpoint(&self, answer: &GatewayAnswer) -> Vec<ReachRow> {
        let mut kept = Vec::new();
        for rows in answer.reach.chunk_by(|one, other| (one.class, one.client) == (other.class, other.client))
        {
            for (address, endpoint, vnet) in &self.endpoints {
                let own = rows.iter().find(|row| (row.destination, row.network) == (*address, *endpoint));
                let around =
                    rows.iter().filter(|row| row.network == *vnet && row.destination.covers(*address));
                kept.extend(own.or_else(|| around.max_by_key(|row| row.destination.length())));
            }
        }
        kept.dedup();
        kept
    }
}

impl Holders {
    fn of(part: &Component<'_>, wanted: Prefix) -> Self {
        let mut held: FxHashMap<NameId, Vec<Prefix>> = FxHashMap::default();
        let networks = part.network_prefixes();
        for (id, network) in &networks {
            let mut addresses = part.table.addresses(part.parts_of_network(*id, *network));
            addresses.retain(|prefix| prefix.overlaps(wanted));
            if !addresses.is_empty() {
                held.entry(*network).or_default().extend(addresses);
            }
        }
        let is_around = |row: &&(PrefixId, NameId)| part.table.prefix(row.0).covers(wanted);
        let around: Vec<(PrefixId, NameId)> =
            networks.iter().chain(part.client_pool.all()).filter(is_around).copied().collect();
        // Of prefixes that cover the same, the longest stands last.
        let deciding = around.iter().map(|row| row.0).max().filter(|_| held.is_empty());
        let decide = networks.iter().filter(|row| Some(row.0) == deciding);
        let beside = decide.filter(|row| !part.subnets_in(row.0, row.1).is_empty());
        let beside = beside.map(|(id, network)| (*network, part.table.prefix(*id))).collect();
        Self { held, is_inside: !around.is_empty(), beside }
    }
}

fn keep<Row: Copy>(rows: &[Row], holds: impl Fn(&Row) -> bool) -> Vec<Row> {
    rows.iter().copied().filter(holds).collect()
}

/// Of each owner, the rows with the longest prefix that covers `address`.
fn longest<Row: Copy, Owner: PartialEq>(
    rows: &[Row],
    address: IpAddr,
    owner: impl Fn(&Row) -> Owner,
    prefix: impl Fn(&Row) -> Prefix,
) -> Vec<Row> {
    let host = Prefix::from(address);
    let mut kept = Vec::new();
    for group in rows.chunk_by(|one, other| owner(one) == owner(other)) {
        let covering = || group.iter().filter(|row| prefix(row).covers(host));
        let length = covering().map(|row| prefix(row).length()).max();
        kept.extend(covering().filter(|row| Some(prefix(row).length()) == length));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Reasons;
    use crate::class::Class;

    fn route(class: Class, prefix: &str) -> RouteRow {
        RouteRow { class, client: None, prefix: prefix.parse().unwrap(), reasons: Reasons::default() }
    }

    fn texts(rows: &[RouteRow]) -> Vec<String> {
        rows.iter().map(|row| format!("{} {}", row.class.word(), row.prefix)).collect()
    }

    fn answer() -> GatewayAnswer {
        let routes = vec![
            route(Class::NonWindows, "10.0.0.0/8"),
            route(Class::NonWindows, "10.2.0.0/16"),
            route(Class::Windows, "10.0.0.0/8"),
            route(Class::Windows, "192.168.0.0/24"),
        ];
        GatewayAnswer { routes, ..GatewayAnswer::default() }
    }

    #[test]
    fn an_address_is_looked_up_by_longest_prefix_for_each_class() {
        let kept = Target::Address("10.2.0.9".parse().unwrap()).routes(&answer());
        assert_eq!(texts(&kept), ["non-windows 10.2.0.0/16", "windows 10.0.0.0/8"]);
        assert!(Target::Address("fd00::1".parse().unwrap()).routes(&answer()).is_empty());
    }

    #[test]
    fn a_prefix_keeps_what_overlaps_it() {
        let kept = Target::Prefix("192.168.0.0/16".parse().unwrap()).routes(&answer());
        assert_eq!(texts(&kept), ["windows 192.168.0.0/24"]);
        let kept = Target::Prefix("10.9.0.0/16".parse().unwrap()).routes(&answer());
        assert_eq!(texts(&kept), ["non-windows 10.0.0.0/8", "windows 10.0.0.0/8"]);
    }
}
