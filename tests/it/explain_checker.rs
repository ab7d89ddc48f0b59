//! The checker of proofs and certificates: it accepts the evidence for every answer about every shipped
//! topology, and refuses it after any change that matters.

use std::collections::BTreeSet;

use tunnelog::answer::{Analysis, Request};
use tunnelog::class::Profile;
use tunnelog::explain::{Origin, Question};
use tunnelog::names::NameId;
use tunnelog::prefix::Prefix;
use tunnelog::proof::{
    Astray, Branch, Checker, Evidence, Fact, Negation, Premise, Proof, Refusal, State, Tuple, Ways,
};
use tunnelog::rule::Rule;
use tunnelog::select::Target as Wanted;

use crate::support::topologies::{topologies, topology};

/// The evidence for every destination of every gateway and client.
fn evidence(analysis: &Analysis<'_>, profile: Profile) -> Vec<Evidence> {
    let inventory = analysis.inventory();
    let gateways = analysis.gateways().into_iter().map(Origin::Gateway);
    let clients = (0..).zip(inventory.clients.iter().flatten()).map(|(index, _)| Origin::Client(index));
    let mut all = Vec::new();
    for from in gateways.chain(clients) {
        let networks =
            inventory.vnets.iter().map(|row| row.name).chain(inventory.sites.iter().map(|row| row.name));
        let endpoints = inventory.private_endpoints.iter().filter_map(|row| inventory.endpoint(row));
        for network in networks.chain(endpoints).chain([NameId::INTERNET]) {
            let to = Wanted::Network(network, Vec::new());
            let question = Question { profile, from, to: &to, classes: None, all: true };
            let explanations = analysis.explain(&question).unwrap_or_default();
            all.extend(explanations.into_iter().flat_map(|explanation| explanation.evidence));
        }
        for pool in inventory.gateways.iter().flat_map(|row| &row.client_pool) {
            let to = Wanted::Prefix(*pool);
            let question = Question { profile, from, to: &to, classes: None, all: true };
            let explanations = analysis.explain(&question).unwrap_or_default();
            let evidence = explanations.into_iter().flat_map(|explanation| explanation.evidence);
            all.extend(evidence.filter(|evidence| !evidence.target.is_network()));
        }
    }
    all
}

/// Calls `act` with the evidence for every answer about every shipped topology in which no route table steers packets, and with
/// its checker.
fn each(mut act: impl FnMut(&str, &Checker, &Evidence)) {
    for name in topologies() {
        let inventory = topology(&name);
        let analysis = Analysis::new(&inventory);
        for profile in Profile::ALL {
            let all = evidence(&analysis, profile).into_iter();
            for evidence in all.filter(|evidence| evidence.steered().is_none()) {
                let checker = Checker::new(analysis.facts(), analysis.facts().component_of(evidence.gateway));
                act(&name, &checker, &evidence);
            }
        }
    }
}

/// The ways there and back.
fn routed(evidence: &mut Evidence) -> (&mut Branch<Astray>, &mut Branch<Vec<Astray>>) {
    match &mut evidence.ways {
        Ways::Routed { there, back } => (there, back),
        Ways::Steered(_) => panic!("no subnet is listed"),
    }
}

/// Every proof in the evidence.
fn proofs(evidence: &mut Evidence) -> Vec<&mut Proof> {
    let mut proofs = Vec::new();
    for route in &mut evidence.routes {
        if let Branch::Holds(of_route) = &mut route.given {
            proofs.extend(of_route);
        }
    }
    let Ways::Routed { there, back } = &mut evidence.ways else { return proofs };
    if let Branch::Holds(there) = there {
        proofs.extend(there);
    }
    if let Branch::Holds(back) = back {
        proofs.extend(back);
    }
    proofs
}

fn certificates(evidence: &mut Evidence) -> Vec<&mut Astray> {
    let mut all = Vec::new();
    let (there, back) = routed(evidence);
    if let Branch::Fails(there) = there {
        all.push(there);
    }
    if let Branch::Fails(back) = back {
        all.extend(back);
    }
    all
}

/// Makes every change that `change` makes to a copy of the evidence, until it makes none, and asserts that the checker
/// refuses each. Gives how many there were.
fn refused(
    name: &str,
    checker: &Checker,
    evidence: &Evidence,
    change: impl Fn(&mut Evidence, usize) -> bool,
) -> usize {
    let mut number = 0;
    loop {
        let mut changed = evidence.clone();
        if !change(&mut changed, number) {
            return number;
        }
        assert_ne!(&changed, evidence, "{name}: change {number} changes nothing");
        assert!(checker.check(&changed).is_err(), "{name}: change {number} is accepted\n{changed:#?}");
        number += 1;
    }
}

#[test]
fn the_evidence_for_every_answer_is_accepted_and_comes_to_that_answer() {
    let mut count = 0;
    for name in topologies() {
        let inventory = topology(&name);
        let analysis = Analysis::new(&inventory);
        for profile in Profile::ALL {
            let mut rows = Vec::new();
            let request = Request { profile, ..Request::default() };
            let done: Result<(), std::convert::Infallible> = analysis.answer(&request, |gateway, answer| {
                rows.extend(answer.reach.iter().map(|row| (gateway, *row)));
                Ok(())
            });
            let Ok(()) = done;
            let all = evidence(&analysis, profile);
            for (gateway, row) in rows {
                let of_row = all.iter().filter(|evidence| {
                    (evidence.gateway, evidence.target.name()) == (gateway, row.network)
                        && evidence
                            .routes
                            .iter()
                            .any(|route| route.client.is_none() && route.class == row.class)
                        && evidence.destination == row.destination
                });
                for evidence in of_row {
                    let route = evidence.routes.iter().find(|route| route.class == row.class);
                    let route = route.expect("the evidence is about the class");
                    assert_eq!(evidence.status(route), row.status, "{name}: {row:?}");
                    count += 1;
                }
            }
        }
    }
    assert!(count > 300, "only {count} answers were compared");
    let mut checked = 0;
    each(|name, checker, evidence| {
        assert_eq!(checker.check(evidence), Ok(()), "{name}: {evidence:#?}");
        checked += 1;
    });
    assert!(checked > 200, "only {checked} were checked");
}

#[test]
fn a_wrong_rule_is_refused() {
    let mut count = 0;
    each(|name, checker, evidence| {
        count += refused(name, checker, evidence, |changed, number| {
            let steps = proofs(changed).into_iter().flat_map(|proof| &mut proof.steps);
            let Some(step) = steps.into_iter().nth(number) else { return false };
            let place = Rule::ALL.iter().position(|rule| *rule == step.rule).expect("a known rule");
            step.rule = Rule::ALL[(place + 1) % Rule::ALL.len()];
            true
        });
    });
    assert!(count > 1000, "only {count} changes");
}

#[test]
fn every_other_rule_is_refused_for_a_step() {
    let inventory = topology("s2s-chain-branch-bgp");
    let analysis = Analysis::new(&inventory);
    for evidence in evidence(&analysis, Profile::Article) {
        let checker = Checker::new(analysis.facts(), 0);
        for shift in 1..Rule::ALL.len() {
            refused("s2s-chain-branch-bgp", &checker, &evidence, |changed, number| {
                let steps = proofs(changed).into_iter().flat_map(|proof| &mut proof.steps);
                let Some(step) = steps.into_iter().nth(number) else { return false };
                let place = Rule::ALL.iter().position(|rule| *rule == step.rule).expect("a known rule");
                step.rule = Rule::ALL[(place + shift) % Rule::ALL.len()];
                true
            });
        }
    }
}

#[test]
fn a_missing_premise_is_refused() {
    let mut count = 0;
    each(|name, checker, evidence| {
        count += refused(name, checker, evidence, |changed, number| {
            let mut left = number;
            for step in proofs(changed).into_iter().flat_map(|proof| &mut proof.steps) {
                if left < step.premises.len() {
                    step.premises.remove(left);
                    return true;
                }
                left -= step.premises.len();
            }
            false
        });
    });
    assert!(count > 3000, "only {count} changes");
}

/// A prefix that no shipped topology names.
fn elsewhere() -> Prefix {
    "203.0.113.0/24".parse().expect("a canonical prefix")
}

/// The same kind of fact about something that is not so.
fn false_fact(fact: Fact) -> Option<Fact> {
    Some(match fact {
        Fact::Gateway(name) => Fact::Site(name),
        Fact::Site(name) | Fact::TransitSite(name) => Fact::Gateway(name),
        Fact::Address(name, _) => Fact::Address(name, elsewhere()),
        Fact::ClientPool(name, _) => Fact::ClientPool(name, elsewhere()),
        Fact::CustomRoute(name, _) => Fact::CustomRoute(name, elsewhere()),
        Fact::SummarizedPrefix(name, _) => Fact::SummarizedPrefix(name, elsewhere()),
        Fact::Peered(one, _) => Fact::Peered(one, one),
        Fact::GatewayTransit(one, other) => Fact::GatewayTransit(other, one),
        Fact::PartlyPeered(hub, spoke) => Fact::PartlyPeered(spoke, hub),
        Fact::PeeredPrefix(hub, spoke, _) => Fact::PeeredPrefix(hub, spoke, elsewhere()),
        Fact::S2s(one, _) => Fact::S2s(one, one),
        Fact::Bgp(one, _) => Fact::Bgp(one, one),
        Fact::StaticRoute(near, far, _) => Fact::StaticRoute(near, far, elsewhere()),
        Fact::PrivateEndpoint(name, vnet, _) => {
            Fact::PrivateEndpoint(name, vnet, elsewhere().net().addr())
        }
        Fact::Covers(_, inner) => Fact::Covers(elsewhere(), inner),
        Fact::PartOfNetwork(name, _) => Fact::PartOfNetwork(name, elsewhere()),
        Fact::PartOfPool(name, _) => Fact::PartOfPool(name, elsewhere()),
        Fact::Vnet(_)
        | Fact::Os(..)
        | Fact::Client(..)
        | Fact::DefaultRoute(_)
        | Fact::OfFamily(..)
        | Fact::Summarizes(_)
        | Fact::PoolComplete(..)
        | Fact::HasAsn(..)
        | Fact::Serves(..)
        | Fact::FollowsTable(_)
        | Fact::FollowsSiteRoutes(_)
        | Fact::ManualRoute(..)
        // No proof rests on these.
        | Fact::Subnet(..)
        | Fact::UsesTable(..)
        | Fact::GatewayRoutes(_)
        | Fact::UserRoute(..)
        | Fact::Appliance(..)
        | Fact::Stateful(_)
        | Fact::EndpointPolicies(..)
        // No proof rests on names.
        | Fact::DnsServer(..)
        | Fact::Resolver(..)
        | Fact::PrivateZone(_)
        | Fact::ZoneLink(..) => return None,
    })
}

#[test]
fn a_fact_that_is_not_there_is_refused() {
    let mut kinds = BTreeSet::new();
    each(|name, checker, evidence| {
        refused(name, checker, evidence, |changed, number| {
            let premises = proofs(changed).into_iter().flat_map(|proof| &mut proof.steps);
            let premises = premises.flat_map(|step| &mut step.premises);
            let mut facts = premises.filter_map(|premise| match premise {
                Premise::Fact(fact) => false_fact(*fact).map(|other| (premise, other)),
                _ => None,
            });
            let Some((premise, other)) = facts.nth(number) else { return false };
            *premise = Premise::Fact(other);
            true
        });
        let mut evidence = evidence.clone();
        for premise in
            proofs(&mut evidence).into_iter().flat_map(|proof| &proof.steps).flat_map(|step| &step.premises)
        {
            if let Premise::Fact(fact) = premise {
                kinds.insert(format!("{fact:?}").split('(').next().expect("a word").to_owned());
            }
        }
    });
    assert!(kinds.len() >= 17, "only {kinds:?}");
}

#[test]
fn a_proof_of_facts_that_the_inventory_lost_is_refused() {
    // Each proof is about the chain with BGP; the facts are those of the same chain without it.
    let (with, without) = (topology("s2s-chain-bgp"), topology("s2s-chain"));
    let (with, without) = (Analysis::new(&with), Analysis::new(&without));
    let far = with.inventory().names.get("VNet3").expect("a network");
    let checker = Checker::new(without.facts(), 0);
    let of_far =
        evidence(&with, Profile::Article).into_iter().filter(|evidence| evidence.target.name() == far);
    let refusals: Vec<_> = of_far.map(|evidence| checker.check(&evidence)).collect();
    assert_eq!(refusals.len(), 1);
    assert!(matches!(refusals[0], Err(Refusal::Table(_))), "{refusals:?}");
}

#[test]
fn another_next_hop_is_refused() {
    let mut count = 0;
    each(|name, checker, evidence| {
        count += refused(name, checker, evidence, |changed, number| {
            let steps = proofs(changed).into_iter().flat_map(|proof| &mut proof.steps);
            let mut hops = steps.filter_map(|step| match &mut step.conclusion {
                Tuple::Forwards(router, next, _) | Tuple::NextHop(router, next, _) => Some((router, next)),
                _ => None,
            });
            let Some((router, next)) = hops.nth(number) else { return false };
            *next = *router;
            true
        });
    });
    assert!(count > 200, "only {count} changes");
}

#[test]
fn a_conclusion_about_something_else_is_refused() {
    each(|name, checker, evidence| {
        refused(name, checker, evidence, |changed, number| {
            let Some(proof) = proofs(changed).into_iter().nth(number) else { return false };
            proof.steps.pop();
            true
        });
        refused(name, checker, evidence, |changed, number| {
            let Some(proof) = proofs(changed).into_iter().nth(number) else { return false };
            proof.steps.clear();
            true
        });
    });
}

#[test]
fn a_step_that_rests_on_a_later_one_is_refused() {
    let mut count = 0;
    each(|name, checker, evidence| {
        count += refused(name, checker, evidence, |changed, number| {
            let steps = proofs(changed).into_iter().flat_map(|proof| proof.steps.iter_mut().zip(0..));
            let mut premises =
                steps.flat_map(|(step, place)| step.premises.iter_mut().map(move |premise| (premise, place)));
            let Some((premise, place)) =
                premises.by_ref().filter(|(premise, _)| matches!(premise, Premise::Step(_))).nth(number)
            else {
                return false;
            };
            *premise = Premise::Step(place);
            true
        });
    });
    assert!(count > 500, "only {count} changes");
}

#[test]
fn what_holds_cannot_be_denied() {
    // With BGP VNet2 learned 10.3.0.0/16, so an entry for everything that holds it would be beaten.
    let inventory = topology("supernet-route");
    let analysis = Analysis::new(&inventory);
    let checker = Checker::new(analysis.facts(), 0);
    let mut count = 0;
    for evidence in evidence(&analysis, Profile::Article) {
        count += refused("supernet-route", &checker, &evidence, |changed, number| {
            let steps = proofs(changed).into_iter().flat_map(|proof| &mut proof.steps);
            let denied = steps.flat_map(|step| &mut step.premises).filter_map(|premise| match premise {
                Premise::Not(Negation::Beaten(_, entry, _)) => Some(entry),
                _ => None,
            });
            let Some(entry) = denied.into_iter().nth(number) else { return false };
            *entry = "0.0.0.0/0".parse().expect("a canonical prefix");
            true
        });
    }
    assert!(count > 10, "only {count} changes");
}

#[test]
fn a_learned_route_more_or_less_is_refused() {
    let mut count = 0;
    each(|name, checker, evidence| {
        count += refused(name, checker, evidence, |changed, number| {
            let mut left = number;
            for tables in &mut changed.tables {
                if left < tables.learned.len() {
                    tables.learned.remove(left);
                    return true;
                }
                left -= tables.learned.len();
            }
            false
        });
        // A router learns nothing from itself.
        refused(name, checker, evidence, |changed, number| {
            let mut routes = changed
                .tables
                .iter_mut()
                .filter_map(|tables| tables.learned.first().copied().map(|route| (tables, route)));
            let Some((tables, route)) = routes.nth(number) else { return false };
            tables.learned.push(tunnelog::proof::LearnedRoute { neighbour: route.router, ..route });
            true
        });
        refused(name, checker, evidence, |changed, number| {
            if number < changed.tables.len() && !proofs(changed).is_empty() {
                changed.tables.clear();
                return number == 0;
            }
            false
        });
    });
    assert!(count > 500, "only {count} changes");
}

#[test]
fn a_state_less_is_refused() {
    let mut count = 0;
    each(|name, checker, evidence| {
        count += refused(name, checker, evidence, |changed, number| {
            let mut left = number;
            for astray in certificates(changed) {
                if left < astray.states.len() {
                    astray.states.remove(left);
                    return true;
                }
                left -= astray.states.len();
            }
            false
        });
    });
    assert!(count > 100, "only {count} changes");
}

#[test]
fn a_router_that_the_network_hangs_on_cannot_be_left_out() {
    let mut count = 0;
    each(|name, checker, evidence| {
        count += refused(name, checker, evidence, |changed, number| {
            let Branch::Fails(each) = routed(changed).1 else { return false };
            if number >= each.len() {
                return false;
            }
            each.remove(number);
            true
        });
    });
    assert!(count > 20, "only {count} changes");
}

#[test]
fn no_certificate_denies_what_holds() {
    let (mut denied, mut arrivals, mut exits) = (0, 0, 0);
    each(|name, checker, evidence| {
        let target = evidence.target;
        if let Some(proof) = evidence.there_proofs().first() {
            // Every state that the proven way passes, with the router where the packet arrives and without it.
            let mut states = BTreeSet::new();
            states.insert(State { router: evidence.gateway, starts: true });
            let mut goal = evidence.gateway;
            for step in &proof.steps {
                match step.conclusion {
                    Tuple::Forwards(_, router, _) => {
                        states.insert(State { router, starts: false });
                    }
                    Tuple::Arrives(router, ..) => goal = router,
                    _ => {}
                }
            }
            let all: Vec<State> = states.into_iter().collect();
            let without: Vec<State> = all.iter().copied().filter(|state| state.router != goal).collect();
            for states in [all, without] {
                let (from, destination) = (evidence.gateway, evidence.destination);
                let mut changed = evidence.clone();
                *routed(&mut changed).0 = Branch::Fails(Astray { from, target, destination, states });
                match checker.check(&changed) {
                    Err(Refusal::Arrival(_)) => arrivals += 1,
                    Err(Refusal::Exit(..) | Refusal::Start(_)) => exits += 1,
                    other => panic!("{name}: {other:?}"),
                }
            }
        }
        if evidence.back_holds() {
            let mut changed = evidence.clone();
            *routed(&mut changed).1 = Branch::Fails(Vec::new());
            assert!(matches!(checker.check(&changed), Err(Refusal::Attaching(_))), "{name}");
        }
        denied += refused(name, checker, evidence, |changed, number| {
            let mut held = changed.routes.iter_mut().filter(|route| route.holds());
            let Some(route) = held.nth(number) else { return false };
            (route.by_hand, route.given) = (None, Branch::Fails(()));
            true
        });
    });
    assert!(denied > 200 && arrivals > 100 && exits > 100, "{denied} {arrivals} {exits}");
}

#[test]
fn no_proof_is_made_of_nothing() {
    each(|name, checker, evidence| {
        refused(name, checker, evidence, |changed, number| {
            if changed.there_holds() || number > 0 {
                return false;
            }
            *routed(changed).0 = Branch::Holds(Vec::new());
            true
        });
        refused(name, checker, evidence, |changed, number| {
            if changed.back_holds() || number > 0 {
                return false;
            }
            *routed(changed).1 = Branch::Holds(Vec::new());
            true
        });
        refused(name, checker, evidence, |changed, number| {
            let mut lacking = changed.routes.iter_mut().filter(|route| !route.holds());
            let Some(route) = lacking.nth(number) else { return false };
            route.given = Branch::Holds(Vec::new());
            true
        });
    });
}

#[test]
fn a_destination_of_another_network_is_refused() {
    each(|name, checker, evidence| {
        let mut changed = evidence.clone();
        changed.destination = elsewhere();
        assert!(checker.check(&changed).is_err(), "{name}");
    });
}
