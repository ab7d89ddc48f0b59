//! What changes would do to goals, judged by the rules.

use rustc_hash::FxHashSet;

use super::naming;
use super::wish::{Direction, Goal, Wish, ZoneGoal, lookup};
use crate::change::{apply_to, networks_of};
use crate::class::Class;
use crate::diagnostic::Report;
use crate::facts::Facts;
use crate::facts::ids::{PrefixId, Target};
use crate::inventory::Inventory;
use crate::language::syntax::Change;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::solve::{Component, Derived, Evaluation, Known, Steered, is_steered, solve_for, steer};
use crate::topology::Topology;

/// An inventory to which changes are tried, with the goals in its names.
pub(super) struct Model {
    inventory: Inventory,
    direction: Direction,
    goals: Vec<NamedGoal>,
    zones: Vec<ZoneGoal>,
    /// Which names changes may leave unmade, as nothing of theirs matters.
    dropped: FxHashSet<NameId>,
}

/// A goal with its names as the inventory numbers them.
#[derive(Clone)]
pub(super) struct NamedGoal {
    pub(super) gateway: NameId,
    pub(super) class: Class,
    pub(super) client: Option<String>,
    pub(super) network: NameId,
    pub(super) within: Option<Prefix>,
}

/// What became of goals.
pub(super) struct Judged {
    met: bool,
    /// The tunnels, spokes and sites that a way goes over which is to be closed, and is still open.
    pub(super) way: Option<Way>,
}

/// What a way to a network and back rests on.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    pub(super) tunnels: FxHashSet<(NameId, NameId)>,
    pub(super) routers: FxHashSet<NameId>,
}

impl Judged {
    pub(super) fn is_met(&self) -> bool {
        self.met
    }
}

impl Model {
    pub(super) fn new(inventory: Inventory, wish: &Wish) -> Self {
        let names = lookup(&inventory, &wish.goals);
        let goal = |goal: &Goal| {
            Some(NamedGoal {
                gateway: *names.get(&goal.gateway)?,
                class: goal.class,
                client: goal.client.clone(),
                network: *names.get(&goal.network)?,
                within: goal.within,
            })
        };
        let goals = wish.goals.iter().filter_map(goal).collect();
        let zones = wish.zones.clone();
        Self { inventory, direction: wish.direction, goals, zones, dropped: FxHashSet::default() }
    }

    /// The same without the VNets that make no difference to the goals, so that trying changes costs little.
    ///
    /// A VNet without a gateway is only a destination, and destinations are independent where their addresses
    /// are. With one neighbour at most it holds nothing together. So where it is no goal, overlaps neither a
    /// goal nor a client pool, and says nothing about whether a change can be made, it can go.
    pub(super) fn without_leaves(inventory: Inventory, wish: &Wish) -> Self {
        let mut model = Self::new(inventory, wish);
        model.dropped = model.leaves();
        let (inventory, dropped) = (&mut model.inventory, &model.dropped);
        inventory.vnets.retain(|vnet| !dropped.contains(&vnet.name));
        inventory
            .peerings
            .retain(|side| !dropped.contains(&side.vnet) && !dropped.contains(&side.remote_vnet));
        model
    }

    /// The VNets that make no difference to the goals.
    fn leaves(&self) -> FxHashSet<NameId> {
        let topology = Topology::new(&self.inventory);
        let goals: FxHashSet<NameId> = self.goals.iter().map(|goal| goal.network).collect();
        let kept = self.kept(&topology, &goals);
        let pools = self.inventory.gateways.iter().flat_map(|gateway| &gateway.client_pool);
        let of_goals = goals.iter().flat_map(|goal| topology.address_space(*goal));
        let at_stake = Prefix::aggregate(pools.chain(of_goals).copied());
        let is_at_stake = |prefix: &Prefix| at_stake.iter().any(|other| prefix.overlaps(*other));
        let vnets = self.inventory.vnets.iter();
        vnets
            .filter(|vnet| !kept.contains(&vnet.name) && topology.peers(vnet.name).len() < 2)
            .filter(|vnet| !vnet.address_space.iter().any(is_at_stake))
            .map(|vnet| vnet.name)
            .collect()
    }

    /// The networks that stay whatever their addresses.
    fn kept(&self, topology: &Topology<'_>, goals: &FxHashSet<NameId>) -> FxHashSet<NameId> {
        let mut kept: FxHashSet<NameId> =
            self.goals.iter().flat_map(|goal| [goal.gateway, goal.network]).collect();
        kept.extend(self.inventory.gateways.iter().map(|gateway| gateway.vnet));
        kept.extend(self.inventory.connections.iter().flat_map(|row| [row.from, row.to]));
        // Whose gateway a goal uses already says whose it may use, and a spoke that uses that of a goal in vain
        // says that it cannot go.
        for side in self.inventory.peerings.iter().filter(|side| side.use_remote_gateways) {
            let (spoke, hub) = (side.vnet, side.remote_vnet);
            if goals.contains(&spoke) {
                kept.insert(hub);
            } else if goals.contains(&hub) && !topology.has_transit(hub, spoke) {
                kept.insert(spoke);
            }
        }
        kept
    }

    pub(super) fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    pub(super) fn goals(&self) -> &[NamedGoal] {
        &self.goals
    }

    /// What becomes of the goals after `changes`; none where these cannot be made.
    pub(super) fn judge(&self, changes: &[Change]) -> Option<Judged> {
        self.changed(changes).map(|after| self.look(&after))
    }

    /// The inventory after `changes`; none where these cannot be made.
    pub(super) fn changed(&self, changes: &[Change]) -> Option<Inventory> {
        let mut after = self.inventory.clone();
        let matters = |change: &&Change| {
            !networks_of(&self.inventory, change).iter().any(|name| self.dropped.contains(name))
        };
        let is_made = if self.dropped.is_empty() {
            apply_to(&mut after, changes, false, &mut Report::default())
        } else {
            let changes: Vec<Change> = changes.iter().filter(matters).cloned().collect();
            apply_to(&mut after, &changes, false, &mut Report::default())
        };
        is_made.then_some(after)
    }

    /// What became of the goals in `after`.
    pub(super) fn look(&self, after: &Inventory) -> Judged {
        let facts = Facts::lower(after);
        let mut parts: Vec<usize> = self.goals.iter().map(|goal| facts.component_of(goal.gateway)).collect();
        parts.sort_unstable();
        parts.dedup();
        for number in parts {
            let goals: Vec<&NamedGoal> =
                self.goals.iter().filter(|goal| facts.component_of(goal.gateway) == number).collect();
            let part = Component::new(&facts, number);
            let is_wanted = |name: NameId| goals.iter().any(|goal| goal.network == name);
            let wanted = part.network_parts.all().iter().filter(|(_, network)| is_wanted(*network));
            let network_parts: Vec<(PrefixId, NameId)> = wanted.copied().collect();
            let serves: Vec<(NameId, Class)> = goals.iter().map(|goal| (goal.gateway, goal.class)).collect();
            let gateways: Vec<NameId> = goals.iter().map(|goal| goal.gateway).collect();
            let sight = if is_steered(&facts, number) {
                Sight::steered(after, &part, &steer(&part, &serves, Evaluation::Auto, &Known::default()))
            } else {
                Sight::new(after, &part, solve_for(&part, &network_parts, &gateways, &serves))
            };
            for goal in goals {
                let destinations = sight.destinations(goal);
                match self.direction {
                    Direction::Open => {
                        if destinations.is_empty() || !destinations.iter().all(|id| sight.reaches(goal, *id))
                        {
                            return Judged { met: false, way: None };
                        }
                    }
                    Direction::Close => {
                        if let Some(id) = destinations.into_iter().find(|id| sight.is_accessible(goal, *id)) {
                            return Judged { met: false, way: sight.way(goal, id) };
                        }
                    }
                }
            }
        }
        Judged { met: naming::resolve_all(after, &facts, &self.zones), way: None }
    }
}

/// What the rules derived for goals.
struct Sight<'a> {
    inventory: &'a Inventory,
    part: &'a Component<'a>,
    /// What a way rests on; none where route tables steer packets.
    derived: Option<Derived<()>>,
    accessible: FxHashSet<(NameId, NameId, PrefixId)>,
    advertised: FxHashSet<(NameId, Class, PrefixId)>,
}

impl<'a> Sight<'a> {
    fn new(inventory: &'a Inventory, part: &'a Component<'a>, derived: Derived<()>) -> Self {
        Self {
            inventory,
            part,
            accessible: derived.accessible.iter().map(|row| (row.0, row.1, row.2)).collect(),
            advertised: derived.advertised.iter().map(|row| (row.0, row.1, row.2)).collect(),
            derived: Some(derived),
        }
    }

    /// The same where route tables steer packets.
    fn steered(inventory: &'a Inventory, part: &'a Component<'a>, steered: &Steered) -> Self {
        Self {
            inventory,
            part,
            accessible: steered.accessible().collect(),
            advertised: steered.advertised().map(|row| (row.0, row.1, row.2)).collect(),
            derived: None,
        }
    }

    /// The parts of the goal's network that matter.
    fn destinations(&self, goal: &NamedGoal) -> Vec<PrefixId> {
        let own = self.part.network_parts.all().iter().filter(|row| row.1 == goal.network);
        let matters = |id: &PrefixId| {
            goal.within.is_none_or(|within| {
                let addresses = self.part.table.addresses([*id]);
                addresses.iter().any(|prefix| prefix.overlaps(within))
            })
        };
        own.map(|row| row.0).filter(matters).collect()
    }

    fn is_accessible(&self, goal: &NamedGoal, id: PrefixId) -> bool {
        self.accessible.contains(&(goal.gateway, goal.network, id))
    }

    fn reaches(&self, goal: &NamedGoal, id: PrefixId) -> bool {
        let manual = || {
            let client = goal.client.as_deref()?;
            let row = self.inventory.clients.iter().flatten().find(|row| *row.name == *client)?;
            Some(&row.manual_routes)
        };
        let holds = |covering: PrefixId| {
            self.advertised.contains(&(goal.gateway, goal.class, covering))
                || manual().is_some_and(|routes| routes.contains(&self.part.table.prefix(covering)))
        };
        self.is_accessible(goal, id) && self.part.table.covering(id).any(holds)
    }

    /// What one way to the part and back rests on; none where route tables steer packets.
    fn way(&self, goal: &NamedGoal, id: PrefixId) -> Option<Way> {
        let walker = Walker { part: self.part, derived: self.derived.as_ref()? };
        Some(walker.way(goal, id))
    }
}

/// Follows packets over what routers hold.
struct Walker<'a> {
    part: &'a Component<'a>,
    derived: &'a Derived<()>,
}

impl Walker<'_> {
    fn way(&self, goal: &NamedGoal, id: PrefixId) -> Way {
        let mut way = Way::default();
        let Some(last) = self.walk(goal.gateway, Target::Network(goal.network), id, &mut way) else {
            return way;
        };
        // Packets come back from some router that attaches the network, if need be another one.
        let pools = self.part.pool_parts.all().iter().filter(|row| row.1 == goal.gateway);
        let pools: Vec<PrefixId> = pools.map(|row| row.0).collect();
        let attaching = self.derived.attached.iter().filter(|row| row.1 == Target::Network(goal.network));
        let mut starts: Vec<NameId> = attaching.map(|row| row.0).collect();
        starts.sort_unstable_by_key(|name| (*name != last, *name));
        starts.dedup();
        let returns = |start: &&NameId| {
            self.derived.returns.iter().any(|row| (row.0, row.1) == (**start, goal.gateway))
        };
        if let Some(start) = starts.iter().find(returns) {
            way.routers.insert(*start);
            for pool in pools {
                self.walk(*start, Target::Pool(goal.gateway), pool, &mut way);
            }
        }
        way
    }

    /// Follows packets from a router until they arrive, and notes what they and their routes went through.
    fn walk(&self, start: NameId, target: Target, id: PrefixId, way: &mut Way) -> Option<NameId> {
        let mut at = vec![vec![start]];
        let mut seen: FxHashSet<NameId> = FxHashSet::default();
        seen.insert(start);
        let mut next = 0;
        while next < at.len() {
            let path = at[next].clone();
            next += 1;
            let here = *path.last()?;
            let has_arrived =
                self.derived.arrives.iter().any(|row| (row.0, row.1, row.2) == (here, target, id));
            if has_arrived {
                for pair in path.windows(2) {
                    way.tunnels.insert((pair[0], pair[1]));
                    self.learned(pair[0], pair[1], id, way);
                }
                way.routers.extend(path);
                return Some(here);
            }
            let relays = here == start || self.derived.relays.iter().any(|row| row.0 == here);
            let onward = self.derived.forwards.iter().filter(|row| relays && (row.0, row.2) == (here, id));
            let mut onward: Vec<NameId> = onward.map(|row| row.1).collect();
            onward.sort_unstable();
            for neighbour in onward {
                if seen.insert(neighbour) {
                    at.push([&path[..], &[neighbour]].concat());
                }
            }
        }
        None
    }

    /// Notes the sessions over which a router came to know the routes to a neighbour that cover a destination.
    fn learned(&self, router: NameId, neighbour: NameId, id: PrefixId, way: &mut Way) {
        let covering: Vec<PrefixId> = self.part.table.covering(id).collect();
        let mut open = vec![(router, neighbour)];
        let mut seen: FxHashSet<(NameId, NameId)> = FxHashSet::default();
        while let Some((to, from)) = open.pop() {
            let is_learned = self
                .derived
                .learned
                .iter()
                .any(|row| (row.0, row.1) == (to, from) && covering.contains(&row.2));
            if is_learned && seen.insert((to, from)) {
                way.tunnels.insert((to, from));
                way.routers.extend([to, from]);
                let before =
                    self.derived.learned.iter().filter(|row| row.0 == from && covering.contains(&row.2));
                open.extend(before.map(|row| (row.0, row.1)));
            }
        }
    }
}
