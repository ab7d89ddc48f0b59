//! A solver without Datalog, written by hand to be fast and plain: what the rules are measured against.
//!
//! It shares nothing with the analyser past the inventory and its prefixes. Connected parts are solved one
//! after the other. In each, the prefixes that it names are gone through from the outside to the inside,
//! with the routers' decisions for what covers the present one on a stack: routes spread breadth first over
//! BGP sessions, and packets for the destinations are followed back, breadth first, from where they arrive.

use std::collections::HashMap;

use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;
use tunnelog::prefix::Prefix;

use answer::Answer;
use topology::Part;

mod answer;
mod internet;
mod nesting;
mod propagation;
mod topology;
mod walk;

/// What is said of one destination, for profile `article`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) gateway: NameId,
    pub(crate) class: &'static str,
    pub(crate) network: NameId,
    pub(crate) destination: Prefix,
    pub(crate) status: &'static str,
}

/// Gives `sink` every row, in the order of the columns as texts.
pub(crate) fn rows(inventory: &Inventory, mut sink: impl FnMut(Row)) {
    let text = |name: NameId| inventory.names.text(name);
    let parts = topology::parts(inventory);
    let mut questions = asked(inventory);
    questions.sort_unstable_by_key(|gateway| text(*gateway));
    let mut unanswered: HashMap<usize, usize> = HashMap::new();
    for gateway in &questions {
        *unanswered.entry(parts.of[gateway.index()]).or_default() += 1;
    }
    let mut solved: HashMap<usize, Answer> = HashMap::new();
    for gateway in questions {
        let number = parts.of[gateway.index()];
        let answer = solved
            .entry(number)
            .or_insert_with(|| Answer::new(inventory, &Part::new(&parts.members[number])));
        answer.rows(gateway, false, &mut sink);
        answer.rows(gateway, true, &mut sink);
        if let Some(left) = unanswered.get_mut(&number) {
            *left -= 1;
            if *left == 0 {
                solved.remove(&number);
            }
        }
    }
}

/// The gateways with clients.
fn asked(inventory: &Inventory) -> Vec<NameId> {
    let with_pool = inventory.gateways.iter().filter(|gateway| !gateway.client_pool.is_empty());
    with_pool.map(|gateway| gateway.vnet).collect()
}
