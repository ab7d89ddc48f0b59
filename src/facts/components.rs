//! The connected components of an inventory: networks joined by peerings and tunnels, whatever their state.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::groups::{join, top};
use crate::inventory::Inventory;
use crate::names::LabelId;

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

/// True where rows of both inventories join the same networks in the same order, so that they have the same components. They
/// may have the same components without. Both have the same names.
pub(super) fn are_joined_alike(before: &Inventory, after: &Inventory) -> bool {
    let sides = |inventory: &Inventory| inventory.peerings.len();
    let tunnels = |inventory: &Inventory| inventory.connections.len();
    let sides_are_alike = before.peerings.is_shared_with(&after.peerings)
        || sides(before) == sides(after)
            && (before.peerings.iter().zip(&after.peerings))
                .all(|(one, other)| (one.vnet, one.remote_vnet) == (other.vnet, other.remote_vnet));
    sides_are_alike
        && (before.connections.is_shared_with(&after.connections)
            || tunnels(before) == tunnels(after)
                && (before.connections.iter().zip(&after.connections))
                    .all(|(one, other)| (one.from, one.to) == (other.from, other.to)))
}

/// The connected components in which some subnet uses each route table.
pub(crate) struct UsersOfTables {
    /// One of them, by [`LabelId::index`]; a number that none has where no subnet uses the table.
    first: Vec<u32>,
    /// The others, of the few tables that have them.
    others: FxHashMap<LabelId, BTreeSet<u32>>,
}

/// In the place of a component, where there is none.
const NOBODY: u32 = u32::MAX;

impl UsersOfTables {
    /// `of` is what [`parts`] has of each name.
    pub(crate) fn new(inventory: &Inventory, of: &[u32]) -> Self {
        let mut users = Self { first: vec![NOBODY; inventory.labels.len()], others: FxHashMap::default() };
        for subnet in &inventory.subnets {
            let Some(table) = subnet.route_table else { continue };
            let component = of[subnet.vnet.index()];
            let first = &mut users.first[table.index()];
            if *first == NOBODY {
                *first = component;
            } else if *first != component {
                users.others.entry(table).or_default().insert(component);
            }
        }
        users
    }

    /// Each once; none of a table that nobody uses.
    pub(crate) fn of(&self, table: LabelId) -> impl Iterator<Item = u32> {
        let first = self.first.get(table.index()).copied().filter(|first| *first != NOBODY);
        first.into_iter().chain(self.others.get(&table).into_iter().flatten().copied())
    }
}
