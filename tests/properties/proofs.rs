//! Every answer has evidence, and a checker that knows neither the solver nor the explainer accepts it.

use std::convert::Infallible;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use tunnelog::answer::{Analysis, By, ReachRow, Request, Status};
use tunnelog::class::Profile;
use tunnelog::explain::{Explanation, Origin, Question};
use tunnelog::facts::ids::Target;
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;
use tunnelog::proof::{Checker, Clause, Onward, Steered, Walk, Ways};
use tunnelog::select::Target as Wanted;

use crate::clean::nearly_clean;
use crate::generate::inventories;
use crate::hubs::steered;
use crate::laws::{config, fewer};
use crate::support::topologies::{topologies, topology};

/// What the evidence of a class comes to.
fn status(explanation: &Explanation, place: usize) -> Status {
    let evidence = explanation.shown();
    match (evidence.routes[place].holds(), evidence.is_accessible()) {
        (true, true) => Status::Reachable,
        (false, true) => Status::NeedsRoute,
        (true, false) => Status::Blackhole,
        (false, false) => Status::Unreachable,
    }
}

/// The rows of `reach`, by gateway and client.
pub(crate) fn rows(
    analysis: &Analysis<'_>,
    profile: Profile,
    by: By,
) -> Vec<(NameId, Option<u32>, Vec<ReachRow>)> {
    let mut all = Vec::new();
    let done: Result<(), Infallible> = analysis.answer(
        &Request { profile, by, endpoints: true, ..Request::default() },
        |gateway, answer| {
            let client = answer.reach.first().and_then(|row| row.client);
            let mut reach = answer.reach.clone();
            // A private endpoint may be called as a VNet is.
            reach.sort_by_key(|row| (row.class, row.network));
            all.push((gateway, client, reach));
            Ok(())
        },
    );
    let Ok(()) = done;
    all
}

/// Explains every row, checks the evidence, and compares what it comes to with the row.
pub(crate) fn evidence_is_sound(inventory: &Inventory) -> TestCaseResult {
    let analysis = Analysis::new(inventory);
    for profile in Profile::ALL {
        for by in [By::Class, By::Client] {
            if by == By::Client && inventory.clients.is_none() {
                continue;
            }
            for (gateway, client, rows) in rows(&analysis, profile, by) {
                let from = client.map_or(Origin::Gateway(gateway), Origin::Client);
                let checker = Checker::new(analysis.facts(), analysis.facts().component_of(gateway));
                for rows in rows.chunk_by(|one, other| one.class == other.class) {
                    for rows in rows.chunk_by(|one, other| one.network == other.network) {
                        let to = Wanted::Network(rows[0].network, Vec::new());
                        let classes = Some(vec![rows[0].class]);
                        let question = Question { profile, from, to: &to, classes, all: true };
                        let mut explanations = analysis.explain(&question).expect("rows are of clients");
                        // Of the Internet a family may have no rows.
                        let family = |explanation: &Explanation| explanation.shown().destination.family();
                        let has_rows = |it| rows.iter().any(|row| row.destination.family() == it);
                        explanations.retain(|explanation| has_rows(family(explanation)));
                        agree(&checker, rows, &explanations)?;
                    }
                }
            }
        }
    }
    Ok(())
}

/// Asks about the clients of every other gateway, and checks the evidence.
fn evidence_of_pools_is_sound(inventory: &Inventory) -> TestCaseResult {
    let analysis = Analysis::new(inventory);
    for gateway in analysis.gateways() {
        let checker = Checker::new(analysis.facts(), analysis.facts().component_of(gateway));
        let from = Origin::Gateway(gateway);
        for (other, pool) in
            inventory.gateways.iter().flat_map(|row| row.client_pool.iter().map(|pool| (row.vnet, *pool)))
        {
            let to = Wanted::Prefix(pool);
            let question = Question { profile: Profile::Article, from, to: &to, classes: None, all: true };
            let explanations = analysis.explain(&question).expect("every gateway has clients");
            for evidence in explanations.iter().flat_map(|explanation| &explanation.evidence) {
                let verdict = checker.check(evidence);
                prop_assert!(verdict.is_ok(), "{verdict:?}\n{evidence:#?}");
                prop_assert_ne!(evidence.target, Target::Pool(gateway));
            }
            let is_told = explanations.iter().any(|one| one.shown().target == Target::Pool(other));
            let is_near = analysis.facts().component_of(other) == analysis.facts().component_of(gateway);
            prop_assert!(!is_told || is_near && other != gateway);
        }
    }
    Ok(())
}

/// Asserts that the checker accepts the evidence, and that the rows have the status that it comes to.
pub(crate) fn holds(checker: &Checker, rows: &[ReachRow], explanation: &Explanation) -> TestCaseResult {
    for evidence in &explanation.evidence {
        let verdict = checker.check(evidence);
        prop_assert!(verdict.is_ok(), "{verdict:?}\n{evidence:#?}");
    }
    let mine = status(explanation, 0);
    for destination in &explanation.destinations {
        // A row stands for what no longer prefix holds, so the longest row around the addresses is theirs.
        let inside: Vec<&ReachRow> = rows.iter().filter(|row| destination.covers(row.destination)).collect();
        let around = rows.iter().filter(|row| row.destination.covers(*destination));
        let longest = around.max_by_key(|row| row.destination.length());
        // What stands for the Internet is called by its own prefix.
        let itself: Vec<&ReachRow> = rows.iter().filter(|row| row.destination == *destination).collect();
        let is_internet = explanation.shown().target.name() == NameId::INTERNET;
        let inside = if is_internet { itself } else { inside };
        let told = if inside.is_empty() { longest.into_iter().collect() } else { inside };
        prop_assert!(!told.is_empty(), "{destination}: {rows:#?}");
        prop_assert!(told.iter().all(|row| row.status == mine), "{destination} {mine:?}: {rows:#?}");
    }
    Ok(())
}

fn agree(checker: &Checker, rows: &[ReachRow], explanations: &[Explanation]) -> TestCaseResult {
    for explanation in explanations {
        holds(checker, rows, explanation)?;
        for (held, missing) in explanation.shown().routes.iter().zip(&explanation.route_missing) {
            prop_assert_eq!(held.holds(), missing.is_empty());
        }
        prop_assert_eq!(explanation.shown().there_holds(), explanation.there_missing.is_none());
        prop_assert_eq!(explanation.shown().back_holds(), explanation.back_missing.is_empty());
        let lost = explanation.there_missing.iter().chain(&explanation.back_missing);
        prop_assert!(lost.clone().all(|lost| !lost.missing.is_empty()), "{explanation:#?}");
    }
    for row in rows {
        let is_explained = explanations.iter().any(|explanation| {
            explanation.destinations.iter().any(|prefix| prefix.overlaps(row.destination))
        });
        prop_assert!(is_explained, "{row:#?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_checker_accepts_every_explanation(rows in inventories()) {
        evidence_is_sound(&rows.inventory())?;
        evidence_of_pools_is_sound(&rows.inventory())?;
    }
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn the_checker_accepts_every_explanation_of_nearly_clean_inventories(rows in nearly_clean()) {
        evidence_is_sound(&rows.inventory())?;
    }
}

/// Every walk of the evidence.
fn walks(steered: &mut Steered) -> impl Iterator<Item = &mut Walk> {
    std::iter::once(&mut steered.there).chain(steered.back.iter_mut().flat_map(|answers| &mut answers.walks))
}

/// One change to the evidence, by a number: false where it changes nothing.
fn tamper(steered: &mut Steered, number: usize) -> bool {
    let count = walks(steered).count();
    let which = number / 8 % count;
    let (start, answered) = (steered.there.stops[0].node, steered.there.target.name());
    let Some(walk) = walks(steered).nth(which) else { return false };
    let place = number / 64 % walk.stops.len();
    let last = walk.stops.len() - 1;
    let at = &mut walk.stops[place];
    match number % 8 {
        0 => {
            walk.stops.remove(place);
        }
        1 => {
            if at.moves.pop().is_none() {
                return false;
            }
        }
        2 => {
            let Some(step) = at.moves.first_mut() else { return false };
            step.entry = "203.0.113.0/24".parse().expect("a prefix");
        }
        3 => {
            let Some(step) = at.moves.first_mut() else { return false };
            let place = Clause::ALL.iter().position(|clause| *clause == step.clause).expect("a known one");
            step.clause = Clause::ALL[(place + 1) % Clause::ALL.len()];
        }
        4 => {
            let Some(step) = at.moves.first_mut() else { return false };
            let to = Onward::To(start);
            let other = Onward::Arrives(Target::Pool(answered));
            step.onward = if step.onward == to { other } else { to };
        }
        5 => walk.stops.push(walk.stops[last].clone()),
        6 => {
            if steered.back.pop().is_none() {
                return false;
            }
        }
        _ => {
            let Some(answers) = steered.back.first_mut() else { return false };
            if answers.one_way.pop().is_none() {
                return false;
            }
        }
    }
    true
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn the_checker_accepts_every_explanation_where_route_tables_steer(seed in any::<u64>()) {
        evidence_is_sound(&steered(seed).inventory())?;
    }

    #[test]
    fn a_changed_walk_is_refused(seed in any::<u64>(), number in any::<u16>()) {
        let inventory = steered(seed).inventory();
        let analysis = Analysis::new(&inventory);
        for gateway in analysis.gateways() {
            let checker = Checker::new(analysis.facts(), analysis.facts().component_of(gateway));
            let networks = inventory.vnets.iter().map(|vnet| vnet.name);
            for network in networks.chain([NameId::INTERNET]) {
                let to = Wanted::Network(network, Vec::new());
                let question = Question::new(Origin::Gateway(gateway), &to);
                let all = analysis.explain(&question).unwrap_or_default();
                for evidence in all.into_iter().flat_map(|explanation| explanation.evidence) {
                    let mut changed = evidence.clone();
                    let Ways::Steered(steered) = &mut changed.ways else { continue };
                    if tamper(steered, number.into()) {
                        prop_assert!(checker.check(&changed).is_err(), "{:#?}\n{:#?}", evidence, changed);
                    }
                }
            }
        }
    }
}

#[test]
fn the_checker_accepts_every_explanation_of_shipped_topologies() {
    let mut count = 0;
    for name in topologies() {
        let sound = evidence_is_sound(&topology(&name));
        assert!(sound.is_ok(), "{name}: {sound:?}");
        count += 1;
    }
    assert!(count > 40, "only {count} topologies");
}
