//! The connected parts of an inventory: networks joined by peerings and tunnels, whatever their state.

use crate::inventory::Inventory;
use crate::names::Name;

/// The number of each name's connected part, by [`Name::index`]. Parts are numbered in the order of
/// the first name they hold.
#[must_use]
pub fn parts(inventory: &Inventory) -> Vec<u32> {
    let peerings = inventory.peerings.iter().map(|side| (side.vnet, side.remote_vnet));
    let tunnels = inventory.connections.iter().map(|row| (row.from, row.to));
    let mut above: Vec<usize> = (0..inventory.names.len()).collect();
    for (one, other) in peerings.chain(tunnels) {
        join(&mut above, one, other);
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

fn join(above: &mut [usize], one: Name, other: Name) {
    let (one, other) = (top(above, one.index()), top(above, other.index()));
    // The smaller index stays on top, so that a part's top is its first name.
    above[one.max(other)] = one.min(other);
}

/// Follows the links to the top and halves the way for the next time.
fn top(above: &mut [usize], mut index: usize) -> usize {
    while above[index] != index {
        above[index] = above[above[index]];
        index = above[index];
    }
    index
}
