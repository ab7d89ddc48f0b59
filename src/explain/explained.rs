//! An explanation of evidence: what is missing, what route tables do, and which entries decide over which.

use std::collections::BTreeMap;

use super::evidence::Asked;
use super::explanation::Explanation;
use super::graph::Graph;
use super::internet;
use super::missing::{Search, runner_up};
use super::passages::Teller;
use crate::facts::ids::Target;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::proof::{Evidence, Negation, Premise};

/// The explanation of destinations with that evidence.
pub(super) fn explained(
    asked: &Asked<'_>,
    graph: &Graph<'_>,
    destinations: Vec<Prefix>,
    evidence: Vec<Evidence>,
) -> Explanation {
    let shown = &evidence[0];
    let mut explanation = Explanation {
        destinations,
        route_missing: Vec::new(),
        there_missing: None,
        back_missing: Vec::new(),
        steered: None,
        runners_up: runners_up(graph, asked, shown),
        evidence: Vec::new(),
    };
    let search = Search { asked, graph, topology: &asked.places.topology };
    let is_internet = shown.target == Target::INTERNET;
    let part = explanation.shown_as(shown.destination);
    let part = if is_internet { internet::goal(shown.destination) } else { part };
    for route in &shown.routes {
        let missing = if route.holds() { Vec::new() } else { search.route(route.class, shown, &part) };
        explanation.route_missing.push(missing);
    }
    // A part that is a destination as a whole is called by its prefix alone.
    let is_whole = asked.steering.is_some() && explanation.destinations.contains(&shown.destination);
    let to = if is_whole && !is_internet { shown.destination.to_string() } else { part };
    for astray in shown.there_certificates() {
        explanation.there_missing = Some(search.lost(astray, &to));
    }
    for astray in shown.back_certificates() {
        let pool = search.pool(shown.gateway, astray.destination);
        explanation.back_missing.push(search.lost(astray, &pool));
    }
    if let Some((steered, steering)) = shown.steered().zip(asked.steering) {
        let teller = Teller { search: &search, steering, destinations: &explanation.destinations, to: &to };
        explanation.steered = Some(teller.passages(steered));
        explanation.there_missing = (!steered.there_holds()).then(|| teller.lost(&steered.there));
        explanation.back_missing = teller.lost_answers(steered);
    }
    if !shown.back_holds() && explanation.back_missing.is_empty() {
        let no_address = search.no_address(shown.gateway, shown.destination.family());
        let lost = no_address.unwrap_or_else(|| {
            if is_internet {
                search.nothing_left(shown.gateway)
            } else {
                search.unattached(shown.target.name(), shown.gateway)
            }
        });
        explanation.back_missing.push(lost);
    }
    explanation.evidence = evidence;
    explanation
}

/// For each entry that decides in a proof, the next shorter entry of that router, if it has one.
fn runners_up(
    graph: &Graph<'_>,
    asked: &Asked<'_>,
    evidence: &Evidence,
) -> BTreeMap<(NameId, Prefix), Prefix> {
    let mut found = BTreeMap::new();
    let proofs = [evidence.there_proofs(), evidence.back_proofs()].concat();
    for premise in proofs.iter().flat_map(|proof| &proof.steps).flat_map(|step| &step.premises) {
        if let Premise::Not(Negation::Beaten(router, entry, part)) = premise
            && let Some(shorter) = runner_up(graph, asked, *router, *entry)
        {
            found.insert((*router, *part), shorter);
        }
    }
    found
}
