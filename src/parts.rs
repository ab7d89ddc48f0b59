//! Connected parts: networks joined by peerings and tunnels, whatever their state.
//!
//! What happens in one part never depends on another, so that parts are checked and solved on their own.

use crate::inventory::Inventory;
use crate::names::Name;

/// The number of the connected part that each name belongs to, by [`Name::index`].
///
/// Parts are numbered from 0 in the order of their first names, so the numbers are the same from run
/// to run. Every row of a peering or tunnel joins its two ends: one side alone, a peering that is not
/// Connected and a tunnel that is down join as well.
///
/// ```
/// use tunnelog::inventory::{Inventory, Peering};
/// # let mut sources = tunnelog::source::Sources::default();
/// # let file = sources.add("peerings.csv".into(), String::new(), None);
/// # let origin = tunnelog::source::Span { file, start: 0, end: 0 };
/// let mut inventory = Inventory::default();
/// let [hub, lone, spoke] = ["hub", "lone", "spoke"].map(|name| inventory.names.intern(name));
/// inventory.peerings.push(Peering {
///     vnet: spoke,
///     remote_vnet: hub,
///     allow_gateway_transit: false,
///     use_remote_gateways: false,
///     allow_vnet_access: true,
///     not_connected: Some("Disconnected".into()),
///     origin,
/// });
/// let parts = tunnelog::parts::parts(&inventory);
/// assert_eq!(parts[hub.index()], parts[spoke.index()]);
/// assert_ne!(parts[hub.index()], parts[lone.index()]);
/// ```
#[must_use]
pub fn parts(inventory: &Inventory) -> Vec<u32> {
    let mut forest = Forest::new(inventory.names.len());
    for peering in &inventory.peerings {
        forest.join(peering.vnet, peering.remote_vnet);
    }
    for connection in &inventory.connections {
        forest.join(connection.from, connection.to);
    }
    forest.numbers()
}

/// Disjoint sets of names. A root is the smallest index of its set.
struct Forest {
    parent: Vec<u32>,
}

impl Forest {
    fn new(names: usize) -> Self {
        Self { parent: (0..u32::try_from(names).unwrap_or(u32::MAX)).collect() }
    }

    fn root(&mut self, mut index: u32) -> u32 {
        loop {
            let parent = self.parent[index as usize];
            if parent == index {
                return index;
            }
            // Halving the path as it is walked keeps every later walk short.
            let grandparent = self.parent[parent as usize];
            self.parent[index as usize] = grandparent;
            index = grandparent;
        }
    }

    fn join(&mut self, one: Name, other: Name) {
        let [one, other] = [one, other].map(|name| u32::try_from(name.index()).unwrap_or(u32::MAX));
        let (one, other) = (self.root(one), self.root(other));
        // The smaller index stays the root, so that numbering the roots in order numbers the parts by first name.
        let (first, second) = if one < other { (one, other) } else { (other, one) };
        self.parent[second as usize] = first;
    }

    fn numbers(mut self) -> Vec<u32> {
        let mut numbers: Vec<u32> = Vec::with_capacity(self.parent.len());
        let mut next = 0;
        for index in 0..u32::try_from(self.parent.len()).unwrap_or(u32::MAX) {
            let root = self.root(index);
            if root == index {
                numbers.push(next);
                next += 1;
            } else {
                // A root is smaller than every other member, so its number is known.
                numbers.push(numbers[root as usize]);
            }
        }
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Connection;
    use crate::source::{Sources, Span};

    #[test]
    fn tunnels_chain_names_into_one_part_numbered_by_first_name() {
        let mut sources = Sources::default();
        let file = sources.add("s2s.csv".into(), String::new(), None);
        let mut inventory = Inventory::default();
        let names = ["a", "b", "c", "d", "e", "f"].map(|name| inventory.names.intern(name));
        for (from, to) in [(5, 3), (3, 1), (4, 2), (1, 5)] {
            inventory.connections.push(Connection {
                from: names[from],
                to: names[to],
                bgp: false,
                from_static: Vec::new(),
                to_static: Vec::new(),
                down: Some("NotConnected".into()),
                name: "".into(),
                origin: Span { file, start: 0, end: 0 },
            });
        }
        assert_eq!(parts(&inventory), [0, 1, 2, 1, 2, 1]);
    }
}
