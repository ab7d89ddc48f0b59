//! The rows of private endpoints, each of an address of its VNet that may be answered otherwise.

use rustc_hash::{FxHashMap, FxHashSet};

use super::analysis::{Analysis, of_part};
use super::networks::kind;
use super::request::{Appliances, GatewayAnswer, ReachRow, Wanted};
use super::solution::Solution;
use crate::class::Class;
use crate::facts::Facts;
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::solve::{Component, Evaluation, Reported, is_steered, passed, solve_endpoints, steer_endpoints};

/// What the rules derived of ways to private endpoints, for the gateways of a connected component.
pub(super) struct Endpoints {
    solution: Solution,
    vnets: FxHashMap<NameId, NameId>,
}

impl Endpoints {
    /// Solves `part`, which has private endpoints in the place of its networks.
    pub(super) fn new(
        analysis: &Analysis<'_>,
        part: &Component<'_>,
        serves: &FxHashMap<NameId, Vec<Class>>,
        appliances: bool,
    ) -> Self {
        let serves = of_part(part, serves);
        let mut solution = Solution::of_endpoints(part, analysis.inventory());
        if is_steered(analysis.facts(), part.number) {
            steer_endpoints(part, &serves, |steered| solution.take_steered(part, steered));
            if appliances {
                solution.take_passed(passed(part, Evaluation::Whole));
            }
        } else {
            solve_endpoints(part, &serves, |derived| solution.take(part, derived, Reported::ALL));
            solution.finish();
        }
        let vnets = part.endpoints.all().iter().map(|(_, placed)| *placed).collect();
        Self { solution, vnets }
    }

    /// True where the component has private endpoints.
    pub(super) fn are_in(facts: &Facts, number: usize) -> bool {
        !facts.private_endpoint.of(number).is_empty()
    }

    /// Adds the rows of a gateway to `answer`: `all` of them, or those that differ from what is said of the VNet there.
    pub(super) fn add_rows(
        &self,
        inventory: &Inventory,
        (gateway, client, classes): (NameId, Option<u32>, &[Class]),
        all: bool,
        answer: &mut GatewayAnswer,
    ) {
        let mut rows = self.solution.rows(inventory, gateway, client, classes, Wanted::Reach).reach;
        if !all {
            let of_vnets = self.of_vnets(&answer.reach);
            rows.retain(|row| {
                let around = self.vnets.get(&row.network).and_then(|vnet| of_vnets.get(&(row.class, *vnet)));
                let around =
                    around.into_iter().flatten().filter(|around| around.destination.covers(row.destination));
                let longest = around.max_by_key(|around| around.destination.length());
                longest.map(|around| kind((around.status, around.reasons)))
                    != Some(kind((row.status, row.reasons)))
            });
        }
        if !rows.is_empty() {
            answer.reach.extend(rows);
            // Both lists stand in order, which makes little work of it.
            answer.reach.sort_by(|one, other| {
                let key = |row: &ReachRow| (row.class, row.text_order(inventory));
                key(one).cmp(&key(other))
            });
        }
    }

    /// The rows of VNets with private endpoints, by class.
    fn of_vnets(&self, rows: &[ReachRow]) -> FxHashMap<(Class, NameId), Vec<ReachRow>> {
        let vnets: FxHashSet<NameId> = self.vnets.values().copied().collect();
        let mut of_vnets: FxHashMap<(Class, NameId), Vec<ReachRow>> = FxHashMap::default();
        for row in rows.iter().filter(|row| vnets.contains(&row.network)) {
            of_vnets.entry((row.class, row.network)).or_default().push(*row);
        }
        of_vnets
    }

    /// Appliances on the paths to the destinations of the gateway's rows.
    pub(super) fn appliances(&self, gateway: NameId, rows: &[ReachRow]) -> Appliances {
        self.solution.appliances(gateway, rows)
    }
}
