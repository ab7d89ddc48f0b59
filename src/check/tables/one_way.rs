//! Stateful appliances that see one direction only of what clients ask for.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rayon::prelude::*;

use super::{Context, Found};
use crate::diagnostic::{Code, Diagnostic, few};
use crate::facts::ids::Machine;
use crate::names::NameId;
use crate::solve::{Component, Evaluation, is_steered, steer};
use crate::source::Span;

pub(in crate::check) fn check(context: &Context<'_>) -> Found {
    let parts = (0..context.facts.component_count).into_par_iter();
    let found: Vec<Found> =
        parts.filter(|part| is_steered(context.facts, *part)).map(|part| of_part(context, part)).collect();
    found.into_iter().flatten().collect()
}

fn of_part(context: &Context<'_>, number: usize) -> Found {
    let part = Component::new(context.facts, number);
    let text = |name: NameId| context.inventory.names.text(name);
    let mut networks: BTreeMap<(Machine, NameId), Vec<&str>> = BTreeMap::new();
    for (gateway, network, _, machine) in steer(&part, &[], Evaluation::Auto).one_way {
        networks.entry((machine, gateway)).or_default().push(text(network));
    }
    let mut found = Found::new();
    for ((machine, gateway), mut networks) in networks {
        networks.sort_unstable();
        networks.dedup();
        let place = match machine {
            Machine::Listed(appliance) => {
                let row = context.inventory.appliances.iter().find(|row| row.name == appliance);
                row.map(|row| context.cell(row.origin, "name"))
            }
            Machine::Assumed(_, address) => leads_to(context, address),
        };
        let shown = machine.text(context.inventory);
        let message = format!(
            "`{shown}` sees one direction only of what clients of {} ask of {}",
            context.shown(gateway),
            few(networks)
        );
        let finding = Diagnostic::new(Code::AsymmetricPath, message)
            .help("route answers back the way that the questions came: both past the appliance, or neither");
        found.push(match place {
            Some(place) => finding.at(place, "expected both directions, as it is stateful"),
            None => finding,
        });
    }
    found
}

/// The first user route that names the address.
fn leads_to(context: &Context<'_>, address: IpAddr) -> Option<Span> {
    let row = context.inventory.user_routes.iter().find(|row| row.addresses.contains(&address))?;
    Some(context.cell(row.origin, "next_hop_address"))
}
