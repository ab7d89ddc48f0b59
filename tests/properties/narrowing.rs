//! Narrowed to an address, every verb tells of the same networks.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::net::IpAddr;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use tunnelog::answer::{Analysis, Request, Status};
use tunnelog::class::{Class, Profile};
use tunnelog::explain::{Explanation, Origin, Question};
use tunnelog::facts::Facts;
use tunnelog::fix::goals;
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;
use tunnelog::prefix::Prefix;
use tunnelog::proof::HeldRoute;
use tunnelog::select::{Narrowing, Target};

use crate::generate::inventories;
use crate::hubs::steered;
use crate::laws::fewer;
use crate::rows::Dice;

/// The first and the last address of every prefix that says who holds what.
fn addresses(facts: &Facts) -> Vec<IpAddr> {
    let rows = facts.address.all().iter().chain(facts.client_pool.all()).map(|row| row.1);
    let routed = facts.static_route.all().iter().map(|row| row.2);
    let listed = facts.subnet.all().iter().map(|row| row.2);
    let ends = |prefix: Prefix| [prefix.net().network(), prefix.net().broadcast()];
    let all: BTreeSet<IpAddr> = rows.chain(routed).chain(listed).flat_map(ends).collect();
    all.into_iter().collect()
}

type Told = BTreeSet<(NameId, Class, Status)>;

/// What `reach` tells of the networks for clients of a gateway.
fn reached(analysis: &Analysis<'_>, gateway: NameId, to: &Narrowing) -> Told {
    let request = Request {
        gateways: Some(vec![gateway]),
        internet: to.target().families_of_internet(),
        ..Request::default()
    };
    let mut told = Told::new();
    let done: Result<(), Infallible> = analysis.answer(&request, |gateway, answer| {
        let rows = to.reach(analysis.facts().component_of(gateway), answer);
        told.extend(rows.into_iter().map(|row| (row.network, row.class, row.status)));
        Ok(())
    });
    let Ok(()) = done;
    told
}

/// What `explain` tells of networks. It alone knows clients of other gateways as destinations.
fn explained(analysis: &Analysis<'_>, gateway: NameId, to: &Target) -> Told {
    let from = Origin::Gateway(gateway);
    let question = Question { profile: Profile::Article, from, to, classes: None, all: false };
    let explanations = analysis.explain(&question).unwrap_or_default();
    let mut told = Told::new();
    for evidence in explanations.iter().map(Explanation::shown).filter(|one| one.target.is_network()) {
        let row = |route: &HeldRoute| (evidence.target.name(), route.class, evidence.status(route));
        told.extend(evidence.routes.iter().map(row));
    }
    told
}

/// The networks of one side of an answer.
fn networks(told: &Told) -> BTreeSet<NameId> {
    told.iter().map(|row| row.0).collect()
}

fn verbs_agree(inventory: &Inventory, seed: u64) -> TestCaseResult {
    let analysis = Analysis::new(inventory);
    let addresses = addresses(analysis.facts());
    let mut dice = Dice(seed);
    for _ in 0..3 {
        let target = Target::Address(*dice.one(&addresses));
        let narrowing = Narrowing::new(analysis.facts(), target.clone());
        for gateway in analysis.gateways() {
            let reached = reached(&analysis, gateway, &narrowing);
            let explained = explained(&analysis, gateway, &target);
            prop_assert_eq!(&reached, &explained, "{:?}", target);
            if reached.is_empty() {
                continue;
            }
            // No measure leads to the Internet.
            let mut networks = networks(&reached);
            if networks.remove(&NameId::INTERNET) {
                continue;
            }
            let name = inventory.names.text(gateway);
            let goals = goals(inventory, name, &[], std::slice::from_ref(&target), Profile::Article);
            let goals = goals.map_err(|unclear| TestCaseError::fail(unclear.to_string()))?;
            let wished = goals.iter().filter_map(|goal| inventory.names.get(&goal.network)).collect();
            prop_assert_eq!(networks, wished, "{:?}", target);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn reach_explain_and_fix_name_the_same_networks(rows in inventories(), seed in any::<u64>()) {
        verbs_agree(&rows.inventory(), seed)?;
    }

    #[test]
    fn reach_explain_and_fix_name_the_same_networks_where_subnets_are_listed(seed in any::<u64>()) {
        verbs_agree(&steered(seed).inventory(), seed)?;
    }
}
