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

use crate::answer::{GatewayAnswer, ReachRow, RouteRow};
use crate::class::Class;
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::prefix::{Family, Prefix};

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
    /// The network called `name`, if the inventory has one; the Internet where none has that name.
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

    fn of_inventory(inventory: &Inventory, name: &str) -> Option<Self> {
        let name = inventory.names.get(name)?;
        let vnet = inventory.vnets.iter().find(|vnet| vnet.name == name).map(|vnet| &vnet.address_space);
        let site = || inventory.sites.iter().find(|site| site.name == name).map(|site| &site.address_space);
        Some(Self::Network(name, vnet.or_else(site)?.clone()))
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

    /// The destinations of `answer` that bear on the target.
    #[must_use]
    pub fn reach(&self, answer: &GatewayAnswer) -> Vec<ReachRow> {
        match self {
            Self::Network(name, _) => keep(&answer.reach, |row| row.network == *name),
            Self::Prefix(prefix) => {
                let is_of_network = |row: &ReachRow| row.network != NameId::INTERNET;
                let is_held =
                    answer.reach.iter().any(|row| is_of_network(row) && row.destination.covers(*prefix));
                let is_outside = prefix.is_public() && !is_held;
                keep(&answer.reach, |row| {
                    row.destination.overlaps(*prefix) && (is_outside || is_of_network(row))
                })
            }
            Self::Address(address) => {
                let is_public = Prefix::from(*address).is_public();
                let rows = keep(&answer.reach, |row| is_public || row.network != NameId::INTERNET);
                longest(&rows, *address, |row| (row.class, row.client), |row| row.destination)
            }
        }
    }
}

fn keep<Row: Copy>(rows: &[Row], holds: impl Fn(&Row) -> bool) -> Vec<Row> {
    rows.iter().copied().filter(holds).collect()
}

/// Of each class or client, the rows with the longest prefix that covers `address`.
fn longest<Row: Copy>(
    rows: &[Row],
    address: IpAddr,
    owner: impl Fn(&Row) -> (Class, Option<u32>),
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
