//! The connected components of an inventory: networks joined by peerings and tunnels, whatever their state.

use crate::groups::{join, top};
use crate::inventory::Inventory;

/// The number of each name's connected component, by [`NameId::index`](crate::names::NameId::index). Parts are numbered in the order of
/// the first name they hold.
#[must_use]
pub fn parts(inventory: &Inventory) -> Vec<u32> {
    let peerings = inventory.peerings.iter().map(|side| (side.vnet, side.remote_vnet));
    let tunnels = inventory.connections.iter().map(|row| (row.from, row.to));
    let mut above: Vec<usize> = (0..inventory.names.len()).collect();
    for (one, other) in peerings.chain(tunnels) {
        join(&mut above, one.index(), other.index());
    }
    let mut next = 0;
    let mut number = vec![u32::MAX; above.len()];
    for index in 0..above.len() {
        let top = top(&mut above, index);
        if number[top] == u32::MAX {
            number[top] = next;
            next += 1;
        }
        number[index] = number[top];
    }
    number
}
