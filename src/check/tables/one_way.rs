//! Stateful appliances that see one direction only of what clients ask for.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Found;
use crate::diagnostic::{Code, Diagnostic, few};
use crate::facts::Facts;
use crate::facts::ids::Machine;
use crate::inventory::Inventory;
use crate::names::{LabelId, NameId};
use crate::solve::{Component, Evaluation, Known, is_steered, steer};
use crate::source::{Sources, Span};

/// The networks of which an appliance sees one direction only, from the clients of a gateway.
type OneWay<'a> = BTreeMap<(Machine, NameId), Vec<&'a str>>;

pub(in crate::check) fn check(inventory: &Inventory, facts: &Facts, sources: &Sources) -> Found {
    let parts = (0..facts.component_count).into_par_iter().filter(|part| is_steered(facts, *part));
    let known = Known::default();
    let found: Vec<OneWay<'_>> = parts.map(|part| of_part(inventory, facts, part, &known)).collect();
    if found.iter().all(BTreeMap::is_empty) {
        return Found::new();
    }
    // Of several rows that name one, the first is shown.
    let mut listed: FxHashMap<LabelId, Span> = FxHashMap::default();
    for row in &inventory.appliances {
        listed.entry(row.name).or_insert(row.origin);
    }
    let mut named: FxHashMap<IpAddr, Span> = FxHashMap::default();
    for row in &inventory.user_routes {
        for address in &row.addresses {
            named.entry(*address).or_insert(row.origin);
        }
    }
    let finding = |((machine, gateway), networks): ((Machine, NameId), Vec<&str>)| {
        let place = match machine {
            Machine::Listed(appliance) => listed.get(&appliance).map(|row| sources.cell(*row, "name")),
            Machine::Assumed(_, address) => {
                named.get(&address).map(|row| sources.cell(*row, "next_hop_address"))
            }
        };
        let message = format!(
            "`{}` sees one direction only of what clients of `{}` ask of {}",
            machine.text(inventory),
            inventory.names.text(gateway),
            few(networks)
        );
        let finding = Diagnostic::new(Code::AsymmetricPath, message)
            .help("route answers back the way that the questions came: both past the appliance, or neither");
        match place {
            Some(place) => finding.at(place, "expected both directions, as it is stateful"),
            None => finding,
        }
    };
    found.into_iter().flatten().map(finding).collect()
}

fn of_part<'a>(inventory: &'a Inventory, facts: &Facts, number: usize, known: &Known) -> OneWay<'a> {
    let part = Component::new(facts, number);
    let mut found = OneWay::new();
    for (gateway, network, _, machine) in steer(&part, &[], Evaluation::Auto, known).one_way() {
        found.entry((machine, gateway)).or_default().push(inventory.names.text(network));
    }
    for networks in found.values_mut() {
        networks.sort_unstable();
        networks.dedup();
    }
    found
}
