//! The rows of the Internet, which belongs to no network.

use rustc_hash::{FxHashMap, FxHashSet};

use super::analysis::{Analysis, of_part};
use super::request::{Appliances, GatewayAnswer, ReachRow, Wanted};
use super::solution::Solution;
use crate::class::Class;
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::prefix::{Family, Prefix};
use crate::solve::{Component, Evaluation, leave, passed};

/// What the rules derived of ways to the Internet, for the gateways of a connected component.
pub(super) struct Internet {
    solution: Solution,
    /// The gateways with a client that holds a route there, and in which address family.
    listed: FxHashSet<(NameId, Family)>,
}

impl Internet {
    /// Solves `part`, which has the Internet in the place of its networks; `by_hand` are the routes that clients added.
    pub(super) fn new(
        analysis: &Analysis<'_>,
        part: &Component<'_>,
        by_hand: &[(u32, Prefix)],
        serves: &FxHashMap<NameId, Vec<Class>>,
        appliances: bool,
    ) -> Self {
        let serves = of_part(part, serves);
        let inventory = analysis.inventory();
        let mut solution = Solution::of_internet(part);
        leave(part, &serves, |steered| solution.take_steered(part, steered));
        if appliances {
            solution.take_passed(passed(part, Evaluation::Whole));
        }
        let mut listed: FxHashSet<(NameId, Family)> = FxHashSet::default();
        for (gateway, class) in &serves {
            let led = solution.families_led(inventory, *gateway, None, *class);
            listed.extend(led.into_iter().map(|family| (*gateway, family)));
        }
        // What a user added by hand is held whatever the class.
        let clients = inventory.clients.as_deref().unwrap_or_default();
        for of_client in by_hand.chunk_by(|one, other| one.0 == other.0) {
            let client = of_client[0].0;
            let Some(row) = clients.get(client as usize) else { continue };
            let led = solution.families_led(inventory, row.gateway, Some(client), Class::Windows);
            listed.extend(led.into_iter().map(|family| (row.gateway, family)));
        }
        Self { solution, listed }
    }

    /// Adds the rows of a gateway to `answer`, where a client of it holds a route there or the family is `asked` for.
    pub(super) fn add_rows(
        &self,
        inventory: &Inventory,
        (gateway, client, classes): (NameId, Option<u32>, &[Class]),
        asked: &[Family],
        answer: &mut GatewayAnswer,
    ) {
        let mut rows = self.solution.rows(inventory, gateway, client, classes, Wanted::Reach).reach;
        rows.retain(|row| {
            let family = row.destination.family();
            asked.contains(&family) || self.listed.contains(&(gateway, family))
        });
        let key = |row: &ReachRow| (row.class, row.text_order(inventory));
        for row in rows {
            // Few among many that stand in order.
            let place = answer.reach.partition_point(|other| key(other) <= key(&row));
            answer.reach.insert(place, row);
        }
    }

    /// Appliances on the paths to the destinations of the gateway's rows.
    pub(super) fn appliances(&self, gateway: NameId, rows: &[ReachRow]) -> Appliances {
        self.solution.appliances(gateway, rows)
    }
}
