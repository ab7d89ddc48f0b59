//! The rows of private endpoints, each of an address of its VNet that may be answered otherwise.

use rustc_hash::FxHashMap;

use super::analysis::{Analysis, of_part};
use super::request::{Appliances, GatewayAnswer, ReachRow, Wanted};
use super::solution::{Solution, kind};
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
            rows.retain(|row| {
                let around = self.around(&answer.reach, row);
                around.map(|around| kind((around.status, around.reasons)))
                    != Some(kind((row.status, row.reasons)))
            });
        }
        let key = |row: &ReachRow| (row.class, row.text_order(inventory));
        for row in rows {
            // Few among many that stand in order.
            let place = answer.reach.partition_point(|other| key(other) <= key(&row));
            answer.reach.insert(place, row);
        }
    }

    /// What is said of the endpoint's VNet where the endpoint's address is: the longest of the rows.
    fn around<'rows>(&self, rows: &'rows [ReachRow], endpoint: &ReachRow) -> Option<&'rows ReachRow> {
        let vnet = self.vnets.get(&endpoint.network)?;
        let first = rows.partition_point(|row| row.class < endpoint.class);
        let of_class = rows[first..].iter().take_while(|row| row.class == endpoint.class);
        let around =
            of_class.filter(|row| row.network == *vnet && row.destination.covers(endpoint.destination));
        around.max_by_key(|row| row.destination.length())
    }

    /// Appliances on the paths to the destinations of the gateway's rows.
    pub(super) fn appliances(&self, gateway: NameId, rows: &[ReachRow]) -> Appliances {
        self.solution.appliances(gateway, rows)
    }
}
