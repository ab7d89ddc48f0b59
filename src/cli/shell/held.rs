//! Routes that clients hold for what no network holds: packets go into the tunnel, and nothing answers.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::io::Write;

use tunnelog::answer::{Analysis, Reasons, Request, Wanted};
use tunnelog::class::RouteReason;
use tunnelog::inventory::{Gateway, Inventory};
use tunnelog::prefix::Prefix;
use tunnelog::select::{Narrowing, Target};

use crate::cli::shell::call::Call;
use crate::cli::shell::exit::Failure;
use crate::cli::shell::output::Output;
use crate::cli::shell::screen;
use crate::cli::view::{paragraph, words};

/// Tells people what became of packets: in the answer where that is a text, else as notes, as rows have no place for it.
pub(crate) fn tell(
    sentences: &[String],
    is_text: bool,
    call: &Call,
    output: &mut Output,
) -> Result<(), Failure> {
    for sentence in sentences {
        if is_text {
            output.write_all(paragraph::sentence(sentence, output.screen).as_bytes())?;
        } else {
            call.note(sentence);
        }
    }
    Ok(())
}

/// Why no network holds the target, and what becomes of packets for it by the routes of the clients that `request` asks about.
pub(crate) fn sentences(analysis: &Analysis<'_>, request: &Request, narrowing: &Narrowing) -> Vec<String> {
    let inventory = analysis.inventory();
    let target = narrowing.target();
    let to = shown(inventory, target);
    let mut gateways = analysis.gateways();
    gateways.retain(|gateway| request.gateways.as_ref().is_none_or(|wanted| wanted.contains(gateway)));
    let beside =
        gateways.iter().flat_map(|gateway| narrowing.beside_subnets(analysis.facts().component_of(*gateway)));
    let beside: BTreeSet<String> = beside
        .map(|(vnet, prefix)| {
            let vnet = screen::one_line(inventory.names.text(*vnet));
            format!(
                "{to}: in the prefix {prefix} of {vnet}, and in none of the subnets that are listed of it"
            )
        })
        .collect();
    let pools = pools(inventory, target);
    let request = Request { wanted: Wanted::Routes, ..request.clone() };
    let mut holders: BTreeMap<(String, Prefix, Reasons), Vec<String>> = BTreeMap::new();
    let done: Result<(), Infallible> = analysis.answer(&request, |gateway, answer| {
        for row in target.routes(answer) {
            let client = row.client.and_then(|index| inventory.clients.as_ref()?.get(index as usize));
            let who =
                client.map_or_else(|| row.class.word().to_owned(), |client| screen::one_line(&client.name));
            let gateway = screen::one_line(inventory.names.text(gateway));
            let who_hold = holders.entry((gateway, row.prefix, row.reasons)).or_default();
            if !who_hold.contains(&who) {
                who_hold.push(who);
            }
        }
        Ok(())
    });
    let Ok(()) = done;
    let sentence = |((gateway, prefix, reasons), who): ((String, Prefix, Reasons), Vec<String>)| {
        if reasons.routes().eq([RouteReason::ClientPool]) {
            return format!(
                "{to}: in the address pool {prefix} of {gateway}, whose clients have these addresses"
            );
        }
        let who = words::list(&who);
        let why = words::reasons(reasons);
        if let Some((_, other)) =
            pools.iter().find(|(pool, other)| *other != gateway && prefix.overlaps(*pool))
        {
            return format!(
                "{to}: clients of {gateway} ({who}) hold the route {prefix} ({why}); the gateway of {other} delivers to \
                 its own clients what gets there"
            );
        }
        format!(
            "{to}: clients of {gateway} ({who}) hold the route {prefix} ({why}), so packets go into the tunnel, and \
             no network connected to {gateway} answers"
        )
    };
    let foreign = |(_, other): &&(Prefix, String)| {
        gateways.iter().all(|gateway| screen::one_line(inventory.names.text(*gateway)) != *other)
    };
    let foreign = pools.iter().filter(foreign).map(|(pool, other)| {
        format!("{to}: in the address pool {pool} of {other}, whose clients have these addresses")
    });
    let held: Vec<String> = holders.into_iter().map(sentence).collect();
    beside.into_iter().chain(foreign).chain(held).collect()
}

/// The address pools that hold some of the target, each with the VNet of its gateway.
fn pools(inventory: &Inventory, target: &Target) -> Vec<(Prefix, String)> {
    let wanted = match target {
        Target::Network(..) => return Vec::new(),
        Target::Prefix(prefix) => *prefix,
        Target::Address(address) => Prefix::from(*address),
    };
    let of = |gateway: &'_ Gateway| {
        let name = screen::one_line(inventory.names.text(gateway.vnet));
        let held = gateway.client_pool.iter().filter(|pool| pool.overlaps(wanted));
        held.map(|pool| (*pool, name.clone())).collect::<Vec<_>>()
    };
    inventory.gateways.iter().flat_map(of).collect()
}

fn shown(inventory: &Inventory, target: &Target) -> String {
    match target {
        Target::Network(name, _) => screen::one_line(inventory.names.text(*name)),
        Target::Prefix(prefix) => prefix.to_string(),
        Target::Address(address) => address.to_string(),
    }
}
