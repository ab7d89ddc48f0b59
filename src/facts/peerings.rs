//! The facts of peerings: what the rows of both sides say together.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::inventory::{Carried, Inventory, Peering};
use crate::names::NameId;
use crate::prefix::Prefix;

/// How many rows are worth other threads' while: a thread that belongs to no pool would wait for one that does.
pub(super) const WORTH_JOINING: usize = 1 << 14;

/// The relations that say what peerings carry.
#[derive(Default)]
pub(super) struct Sides {
    pub(super) peered: Vec<(NameId, NameId)>,
    pub(super) gateway_transit: Vec<(NameId, NameId)>,
    pub(super) partly_peered: Vec<(NameId, NameId)>,
    pub(super) peered_prefix: Vec<(NameId, NameId, Prefix)>,
}

/// A side of a peering as far as facts need it. Sorted, both sides of a pair stand together, the first VNet's
/// before the other's: as many exports have them, so that there is little to sort.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::struct_excessive_bools, reason = "a side is its flags")]
struct Side {
    /// The two VNets, whichever way round.
    pair: (NameId, NameId),
    /// True for the side of the pair's second VNet.
    is_second: bool,
    is_usable: bool,
    allows: bool,
    uses: bool,
}

impl Side {
    fn of(row: &Peering) -> Self {
        let (vnet, remote) = (row.vnet, row.remote_vnet);
        Self {
            pair: (vnet.min(remote), vnet.max(remote)),
            is_second: vnet > remote,
            is_usable: row.is_usable(),
            allows: row.allow_gateway_transit,
            uses: row.use_remote_gateways,
        }
    }
}

impl Sides {
    pub(super) fn lower(inventory: &Inventory) -> Self {
        let rows = &inventory.peerings;
        let are_few = rows.len() <= WORTH_JOINING;
        let is_of_pair = |one: &Side, other: &Side| one.pair == other.pair;
        let mut lowered = if are_few {
            let mut sides: Vec<Side> = rows.iter().map(Side::of).collect();
            sides.sort_unstable();
            sides.chunk_by(is_of_pair).fold(Self::default(), Self::with_pair)
        } else {
            let mut sides: Vec<Side> = rows.par_iter().map(Side::of).collect();
            sides.par_sort_unstable();
            let of_pairs = sides.par_chunk_by(is_of_pair);
            of_pairs.fold(Self::default, Self::with_pair).reduce(Self::default, Self::followed_by)
        };
        let carries = Peering::carries_a_part;
        if if are_few { rows.iter().any(carries) } else { rows.par_iter().any(carries) } {
            lowered.carry(inventory);
        }
        lowered
    }

    /// The same with what all rows of one pair say.
    fn with_pair(mut self, rows: &[Side]) -> Self {
        let (low, high) = rows[0].pair;
        for (hub, spoke, is_second) in [(low, high, false), (high, low, true)] {
            let mut of_hub = rows.iter().filter(|side| side.is_second == is_second);
            let mut of_spoke = rows.iter().filter(|side| side.is_second != is_second);
            if of_hub.clone().any(|side| side.is_usable) {
                self.peered.push((hub, spoke));
            }
            if of_hub.any(|side| side.allows) && of_spoke.any(|side| side.uses) {
                self.gateway_transit.push((hub, spoke));
            }
        }
        self
    }

    /// The same with what `other` has, which is of pairs behind its own.
    fn followed_by(mut self, mut other: Self) -> Self {
        self.peered.append(&mut other.peered);
        self.gateway_transit.append(&mut other.gateway_transit);
        self.partly_peered.append(&mut other.partly_peered);
        self.peered_prefix.append(&mut other.peered_prefix);
        self
    }

    /// Adds what sides carry that do not carry all.
    fn carry(&mut self, inventory: &Inventory) {
        let ends = |row: &Peering| (row.vnet, row.remote_vnet);
        let listing = inventory.peerings.iter().filter(|row| row.carries_a_part());
        let mut sides: BTreeMap<(NameId, NameId), Vec<&Peering>> =
            listing.map(|row| (ends(row), Vec::new())).collect();
        for row in &inventory.peerings {
            if let Some(rows) = sides.get_mut(&ends(row)) {
                rows.push(row);
            }
        }
        let spaces: FxHashMap<NameId, &[Prefix]> =
            inventory.vnets.iter().map(|vnet| (vnet.name, &vnet.address_space[..])).collect();
        for ((vnet, remote), rows) in sides {
            let Some(part) = Carried::of_side(rows) else { continue };
            self.partly_peered.push((vnet, remote));
            let space = spaces.get(&remote).copied().unwrap_or_default();
            self.peered_prefix.extend(part.of(space).map(|prefix| (vnet, remote, prefix)));
        }
    }
}
