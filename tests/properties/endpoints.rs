//! Private endpoints on random inventories: solver, simulator and checker agree, and nothing else is answered otherwise.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::IpAddr;

use proptest::prelude::*;
use tunnelog::answer::{Analysis, Evaluation};
use tunnelog::change::apply;
use tunnelog::compare::{Comparison, Pair};
use tunnelog::diagnostic::Report;
use tunnelog::inventory::Inventory;
use tunnelog::inventory::naming::PrivateEndpoint;
use tunnelog::language::parse::parse_changes;
use tunnelog::scenarios::Baseline;

use crate::agreement::{ask, questions, request, same_lines};
use crate::generate::inventories;
use crate::hubs::steered;
use crate::laws::{config, fewer};
use crate::names::nowhere;
use crate::proofs::evidence_is_sound;
use crate::rows::Dice;
use crate::simulator::{Question, Simulator};

/// An address of the VNet: at an end of one of its prefixes or subnets, where longer prefixes of others may lie, or beside it.
fn address(inventory: &Inventory, vnet: usize, dice: &mut Dice) -> Option<IpAddr> {
    let row = &inventory.vnets[vnet];
    let subnets = inventory.subnets.iter().filter(|subnet| subnet.vnet == row.name);
    let nets = row.address_space.iter().chain(subnets.flat_map(|subnet| &subnet.address_space));
    let nets: Vec<_> = nets.map(|prefix| prefix.net()).collect();
    if nets.is_empty() {
        return None;
    }
    let net = *dice.one(&nets);
    Some(if dice.percent(50) { net.network() } else { net.broadcast() })
}

/// The inventory with private endpoints thrown over it, and network policies for routes.
pub(crate) fn with_endpoints(mut inventory: Inventory, dice: &mut Dice) -> Inventory {
    for vnet in 0..inventory.vnets.len() {
        for number in 0..dice.below(3) {
            let Some(first) = address(&inventory, vnet, dice) else { continue };
            let mut addresses = vec![first];
            addresses
                .extend(address(&inventory, vnet, dice).filter(|other| *other != first && dice.percent(20)));
            // Some are called as their VNet is.
            let own = inventory.vnets[vnet].name;
            let name = if number == 1 && dice.percent(30) {
                inventory.names.text(own).to_owned()
            } else {
                format!("endpoint-{vnet}-{number}")
            };
            let made = PrivateEndpoint::new(inventory.labels.intern(&name), own, nowhere());
            inventory.private_endpoints.push(PrivateEndpoint { addresses, ..made });
        }
    }
    for subnet in &mut inventory.subnets {
        subnet.endpoint_policies = dice.percent(35);
    }
    // A user route for one of them, as Azure's documentation has it.
    let addresses: Vec<IpAddr> =
        inventory.private_endpoints.iter().flat_map(|row| row.addresses.clone()).collect();
    if !addresses.is_empty() && dice.percent(50) {
        let address = (*dice.one(&addresses)).into();
        let count = inventory.user_routes.len();
        if count > 0 {
            let like = inventory.user_routes[dice.below(count)].clone();
            let is_free = |inventory: &Inventory| {
                let mut rows = inventory.user_routes.iter();
                rows.all(|row| (row.route_table, row.prefix) != (like.route_table, address))
            };
            if is_free(&inventory) {
                let made = tunnelog::inventory::routing::UserRoute { prefix: address, ..like.clone() };
                inventory.user_routes.push(made);
            }
        }
    }
    inventory.name_endpoints();
    inventory
}

fn observed() -> impl Iterator<Item = Question> {
    questions().filter(|question| question.observed)
}

fn solver_and_simulator_agree(inventory: &Inventory) -> Result<(), TestCaseError> {
    let simulator = Simulator::new(inventory);
    let analysis = Analysis::new(inventory);
    for question in observed() {
        let expected = simulator.answer(question);
        for evaluation in [Evaluation::Auto, Evaluation::Single] {
            same_lines(&expected, &ask(&analysis, &request(question, evaluation)))?;
        }
    }
    Ok(())
}

/// The answers without those of private endpoints.
fn of_networks(inventory: &Inventory, question: Question) -> Vec<String> {
    let mut lines = Vec::new();
    let request = request(question, Evaluation::Auto);
    let Ok(()) = Analysis::new(inventory).answer(&request, |gateway, answer| {
        for row in answer.reach.iter().filter(|row| !row.network.is_endpoint()) {
            let [gateway, network] = [gateway, row.network].map(|name| inventory.names.text(name));
            let whose = format!("{gateway} {:?} {}", row.client, row.class.word());
            let said = format!("{} {}", row.status.word(), row.reasons);
            lines.push(format!("{whose} {network} {} {said}", row.destination));
        }
        Ok::<(), Infallible>(())
    });
    lines
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn solver_and_simulator_agree_on_endpoints(rows in inventories(), seed in any::<u64>()) {
        let inventory = with_endpoints(rows.inventory(), &mut Dice(seed));
        let same = solver_and_simulator_agree(&inventory);
        prop_assert!(same.is_ok(), "{rows:?}\n{:?}\n{}", inventory.private_endpoints, same.unwrap_err());
    }

    #[test]
    fn solver_and_simulator_agree_on_endpoints_behind_route_tables(seed in any::<u64>()) {
        let rows = steered(seed);
        let inventory = with_endpoints(rows.inventory(), &mut Dice(seed));
        let same = solver_and_simulator_agree(&inventory);
        prop_assert!(same.is_ok(), "{rows:?}\n{:?}\n{}", inventory.private_endpoints, same.unwrap_err());
    }
}

/// A change to what endpoints are answered by, by throws of dice.
fn change(inventory: &Inventory, dice: &mut Dice) -> String {
    let sign = if dice.percent(50) { '+' } else { '-' };
    let text = |name| inventory.names.text(name);
    let count = inventory.vnets.len();
    if count == 0 {
        return "+ vnet(new)".to_owned();
    }
    let [one, other] = [0, 1].map(|_| text(inventory.vnets[dice.below(count)].name));
    let (endpoints, subnets) = (&inventory.private_endpoints, &inventory.subnets);
    match dice.below(4) {
        0 if !endpoints.is_empty() => {
            let row = &endpoints[dice.below(endpoints.len())];
            let (name, vnet) = (inventory.labels.text(row.name), text(row.vnet));
            format!("- private_endpoint({name}, {vnet}, {})", row.addresses[0])
        }
        1 if !subnets.is_empty() => {
            let row = &subnets[dice.below(subnets.len())];
            format!("{sign} endpoint_policies({}, {})", text(row.vnet), inventory.labels.text(row.name))
        }
        2 if one != other => format!("{sign} peered({one}, {other})"),
        _ => {
            let vnet = dice.below(count);
            let address = address(inventory, vnet, dice).unwrap_or_else(|| [10, 0, 0, 4].into());
            format!("+ private_endpoint(new, {}, {address})", text(inventory.vnets[vnet].name))
        }
    }
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn endpoints_change_no_answer_about_networks(seed in any::<u64>(), rows in inventories()) {
        for rows in [rows, steered(seed)] {
            let without = rows.inventory();
            let with = with_endpoints(rows.inventory(), &mut Dice(seed));
            // A user route for an endpoint is one for its VNet.
            let with = Inventory { user_routes: without.user_routes.clone(), ..with };
            for question in questions() {
                let expected = of_networks(&without, question);
                prop_assert_eq!(of_networks(&with, question), expected, "{:?}", rows);
            }
        }
    }

    #[test]
    fn the_checker_accepts_every_explanation_of_endpoints(seed in any::<u64>(), rows in inventories()) {
        for rows in [rows, steered(seed)] {
            evidence_is_sound(&with_endpoints(rows.inventory(), &mut Dice(seed)))?;
        }
    }

    #[test]
    fn parts_by_themselves_give_the_differences_of_endpoints(seed in any::<u64>(), rows in inventories()) {
        let mut dice = Dice(seed);
        let rows = if dice.percent(50) { rows } else { steered(seed) };
        let inventory = with_endpoints(rows.inventory(), &mut dice);
        let text: Vec<String> = (0..=dice.below(3)).map(|_| change(&inventory, &mut dice)).collect();
        let changes = parse_changes("changes", &text.join("\n"), &mut Report::default());
        let request = request(Question { observed: true, by_client: false }, Evaluation::Auto);
        let outcome = Baseline::new(&inventory, request.clone()).outcome(&changes, true);
        let whole = apply(&inventory, &changes, true, &mut Report::default());
        prop_assert_eq!(outcome.is_made, whole.is_some(), "{:?}", &text);
        if let Some(whole) = whole {
            let pair = Pair::new(inventory, whole);
            let lines = |differences: &[tunnelog::compare::Difference], names: &Inventory| -> Vec<String> {
                let line = |row: &tunnelog::compare::ReachDifference| {
                    let network = names.names.text(row.network);
                    format!("{network} {} {:?} {:?} {:?}", row.destination, row.before, row.after, row.reasons)
                };
                let rows = differences.iter().flat_map(|one| one.reach.iter().map(move |row| (one, row)));
                rows.map(|(one, row)| format!("{:?} {}", one.class, line(row))).collect()
            };
            let expected = lines(&Comparison::between(&pair).all(&request), pair.after());
            let found = lines(&outcome.differences, &outcome.inventory);
            prop_assert_eq!(found, expected, "{:?}\n{:?}", text, rows);
        }
    }
}

/// What the random inventories show, so that agreement means something.
#[test]
fn random_endpoints_show_every_outcome() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 0..200 {
        let plain = inventories().new_tree(&mut runner).expect("an inventory").current();
        for (kind, rows) in [("plain", plain), ("steered", steered(seed * 7_919))] {
            let inventory = with_endpoints(rows.inventory(), &mut Dice(seed * 7_919));
            let question = Question { observed: true, by_client: false };
            for line in ask(&Analysis::new(&inventory), &request(question, Evaluation::Auto)).reach {
                if line.network.starts_with("endpoint-") {
                    *seen.entry(format!("{kind} {}", line.status)).or_default() += 1;
                    *seen.entry(format!("{kind} {}", line.reason)).or_default() += 1;
                }
            }
        }
    }
    for wanted in [
        "plain reachable",
        "plain needs-route",
        "plain blackhole",
        "steered reachable",
        "steered needs-route",
        "steered blackhole",
        "steered asymmetric",
        "steered unreachable",
    ] {
        assert!(seen.get(wanted).is_some_and(|count| *count >= 4), "{wanted}: {seen:?}");
    }
}
