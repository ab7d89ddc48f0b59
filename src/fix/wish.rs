//! What is wanted, and how long is searched for it.

use rustc_hash::FxHashMap;

use crate::class::Class;
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::prefix::Prefix;

/// One network that clients of one class are to reach, or not to reach.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Goal {
    /// The VNet whose gateway the clients connect to.
    pub gateway: String,
    /// Their class.
    pub class: Class,
    /// The client, where one is meant; otherwise every client of the class.
    pub client: Option<String>,
    /// The network.
    pub network: String,
    /// The part of it that matters; none for all of it.
    pub within: Option<Prefix>,
}

/// One private zone whose names are to resolve for clients of one class.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ZoneGoal {
    /// The VNet whose gateway the clients connect to.
    pub gateway: String,
    /// Their class.
    pub class: Class,
    /// The client, where one is meant; otherwise every client of the class.
    pub client: Option<String>,
    /// The zone.
    pub zone: String,
}

/// Whether goals are to be reached or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Every goal is to be `reachable` in full.
    Open,
    /// No packet is to get to any goal and back, whether or not clients hold a route.
    Close,
}

/// What is wanted, together.
#[derive(Clone, Debug)]
pub struct Wish {
    /// To open or to close.
    pub direction: Direction,
    /// What is to be opened or closed.
    pub goals: Vec<Goal>,
    /// Whose names are to resolve besides; none of them can be wished not to.
    pub zones: Vec<ZoneGoal>,
}

/// How long is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The search ends with this many plans.
    pub plans: usize,
    /// The search ends once the rules were run for this many sets of measures; a run counts for more where
    /// there are many tunnels.
    pub effort: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { plans: 5, effort: 2_000 }
    }
}

/// Names by their texts, as goals give them.
pub(super) type Lookup = FxHashMap<String, NameId>;

/// The names of an inventory that goals mention.
pub(super) fn lookup(inventory: &Inventory, goals: &[Goal]) -> Lookup {
    let texts = goals.iter().flat_map(|goal| [&goal.gateway, &goal.network]);
    texts.filter_map(|text| Some((text.clone(), inventory.names.get(text)?))).collect()
}
