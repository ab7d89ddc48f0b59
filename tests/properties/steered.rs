//! Route tables and appliances: solver and simulator agree on hubs with firewalls, right ones and wrong ones.

use std::collections::BTreeSet;
use std::convert::Infallible;

use proptest::prelude::*;
use tunnelog::answer::{Analysis, Evaluation};
use tunnelog::class::Profile;
use tunnelog::inventory::Inventory;

use crate::agreement::{ask, questions, request, same_lines};
use crate::hubs::{base, steered};
use crate::laws::config;
use crate::rows::{ApplianceRow, Dice, PeeringRow, Rows, UserRouteRow, list};
use crate::simulator::{Lines, Simulator};

/// Two more spokes for each, which differ from each other in name and prefix, and at times in one thing more.
fn with_twins(mut rows: Rows, dice: &mut Dice) -> Rows {
    let spokes = rows.vnets.iter().filter(|row| row.name.starts_with("Spoke")).count();
    for spoke in 0..spokes {
        let name = format!("Spoke{spoke}");
        let has_own_tables = dice.percent(60);
        for twin in [2, 3] {
            let named = |text: &str| {
                text.replace(&name, &format!("Twin{twin}{spoke}"))
                    .replace(&format!("10.1{spoke}."), &format!("10.{twin}{spoke}."))
                    .replace(&format!("fd00:1{spoke}:"), &format!("fd00:{twin}{spoke}:"))
            };
            let each = |list: &[String]| list.iter().map(|text| named(text)).collect::<Vec<String>>();
            add_twin(&mut rows, &name, named, each, has_own_tables.then_some(twin));
        }
        if dice.percent(40) {
            differ(&mut rows, &format!("Twin2{spoke}"), dice);
        }
    }
    rows
}

/// Another `spoke`, with tables of its own where it has a number for them.
fn add_twin(
    rows: &mut Rows,
    spoke: &str,
    named: impl Fn(&str) -> String,
    each: impl Fn(&[String]) -> Vec<String>,
    number: Option<usize>,
) {
    let mut vnet = rows.vnets.iter().find(|row| row.name == spoke).expect("it is there").clone();
    (vnet.name, vnet.space) = (named(&vnet.name), each(&vnet.space));
    let is_its = |vnet: &String, remote: &String| vnet == spoke || remote == spoke;
    let mut peerings = rows.peerings.clone();
    peerings.retain(|row| is_its(&row.vnet, &row.remote) && !is_between_spokes(row));
    for row in &mut peerings {
        (row.vnet, row.remote) = (named(&row.vnet), named(&row.remote));
        row.carried = row.carried.as_ref().map(|carried| each(carried));
    }
    let own_table =
        |table: &String| number.map_or_else(|| table.clone(), |number| format!("{table}-{spoke}-{number}"));
    let mut subnets = rows.subnets.clone();
    subnets.retain(|row| row.vnet == spoke);
    let used: std::collections::BTreeSet<String> =
        subnets.iter().filter_map(|row| row.table.clone()).collect();
    for row in &mut subnets {
        (row.vnet, row.space) = (named(&row.vnet), each(&row.space));
        row.table = row.table.as_ref().map(own_table);
    }
    for gateway in &mut rows.gateways {
        let more: Vec<String> = each(&gateway.custom);
        let more = more.into_iter().filter(|prefix| !gateway.custom.contains(prefix));
        gateway.custom.extend(more.collect::<Vec<String>>());
    }
    // What names the spoke in a table names its twin there too, and in a table of its own the twin alone.
    let mut more = Vec::new();
    for row in &rows.user_routes {
        let prefix = named(&row.prefix);
        if prefix != row.prefix {
            more.push(UserRouteRow { prefix: prefix.clone(), ..row.clone() });
        }
        if number.is_some() && used.contains(&row.table) {
            more.push(UserRouteRow { table: own_table(&row.table), prefix, ..row.clone() });
        }
    }
    if number.is_some() {
        let tables: Vec<(String, bool)> =
            rows.route_tables.iter().filter(|row| used.contains(&row.0)).cloned().collect();
        rows.route_tables.extend(tables.into_iter().map(|(table, lets_in)| (own_table(&table), lets_in)));
    }
    rows.vnets.push(vnet);
    rows.peerings.extend(peerings);
    rows.subnets.extend(subnets);
    rows.user_routes.extend(more);
}

fn is_between_spokes(row: &PeeringRow) -> bool {
    !row.vnet.starts_with("Hub") && !row.remote.starts_with("Hub")
}

/// Makes one thing of a spoke different.
fn differ(rows: &mut Rows, spoke: &str, dice: &mut Dice) {
    let base = base(&rows.vnets.iter().find(|row| row.name == spoke).expect("it is there").space[0]);
    let tables: Vec<String> = rows.route_tables.iter().map(|row| row.0.clone()).collect();
    match dice.below(6) {
        0 => rows.subnets.retain(|row| row.vnet != spoke || row.name != "App"),
        1 => {
            for row in rows.subnets.iter_mut().filter(|row| row.vnet == spoke) {
                row.table = Some(dice.one(&tables).clone());
            }
        }
        2 => rows.user_routes.retain(|row| !row.prefix.starts_with(&base)),
        3 => rows.peerings.retain(|row| row.vnet != spoke),
        4 => rows.gateways.iter_mut().for_each(|row| row.custom.retain(|one| !one.starts_with(&base))),
        _ => rows.appliances.push(ApplianceRow {
            name: format!("{spoke}-nva"),
            vnet: spoke.to_owned(),
            addresses: list(&format!("{base}.2.9")),
            stateful: true,
        }),
    }
}

/// The same networks under other names, with other numbers and addresses, in another order.
fn copy(rows: &Rows, number: u32, seed: u64) -> Rows {
    let mut rows = rows.renamed(|name| format!("{name}-{number}"));
    let label = |name: &mut String| *name = format!("{number}-{name}");
    let subnets = rows.subnets.iter_mut();
    subnets.flat_map(|row| &mut row.table).for_each(label);
    rows.route_tables.iter_mut().for_each(|row| label(&mut row.0));
    rows.user_routes.iter_mut().for_each(|row| label(&mut row.table));
    rows.appliances.iter_mut().for_each(|row| label(&mut row.name));
    for row in &mut rows.gateways {
        row.asn = row.asn.map(|asn| asn - 100 * number);
    }
    // What stands first among 10.0.0.0/16 and so on stands last.
    let moved = |text: &mut String| {
        let mut numbers = text.splitn(3, '.').map(str::to_owned).collect::<Vec<String>>();
        if numbers[0] == "10" && text != "10.0.0.0/8" {
            let second: u32 = numbers[1].parse().expect("a number follows");
            numbers[1] = (100 * number - second).to_string();
            *text = numbers.join(".");
        }
    };
    rows.vnets.iter_mut().flat_map(|row| &mut row.space).for_each(moved);
    rows.gateways.iter_mut().flat_map(|row| &mut row.custom).for_each(moved);
    rows.peerings.iter_mut().flat_map(|row| &mut row.carried).flatten().for_each(moved);
    rows.tunnels
        .iter_mut()
        .flat_map(|row| row.from_static.iter_mut().chain(&mut row.to_static))
        .for_each(moved);
    rows.subnets.iter_mut().flat_map(|row| &mut row.space).for_each(moved);
    rows.user_routes
        .iter_mut()
        .flat_map(|row| row.addresses.iter_mut().chain([&mut row.prefix]))
        .for_each(moved);
    rows.appliances.iter_mut().flat_map(|row| &mut row.addresses).for_each(moved);
    rows.shuffled(seed)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn components_that_are_alike_get_the_same_as_each_by_itself(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let first = steered(seed);
        let mut rows = first.clone();
        for number in [1, 2] {
            let mut other = copy(&first, number, dice.0);
            if dice.percent(40) {
                differ(&mut other, &format!("Spoke0-{number}"), &mut dice);
            }
            rows = rows.beside(&other);
        }
        let inventory = rows.inventory();
        let analysis = Analysis::new(&inventory);
        for question in questions().take(1) {
            let [whole, auto] = [Evaluation::Whole, Evaluation::Auto]
                .map(|evaluation| ask(&analysis, &request(question, evaluation)));
            let same = same_lines(&whole, &auto);
            prop_assert!(same.is_ok(), "{rows:?}\n{}", same.unwrap_err());
        }
    }

    #[test]
    fn spokes_that_are_alike_get_the_same_as_each_by_itself(seed in any::<u64>()) {
        let rows = with_twins(steered(seed), &mut Dice(seed));
        let inventory = rows.inventory();
        let analysis = Analysis::new(&inventory);
        for question in questions().take(1) {
            let [whole, auto] = [Evaluation::Whole, Evaluation::Auto]
                .map(|evaluation| ask(&analysis, &request(question, evaluation)));
            let same = same_lines(&whole, &auto);
            prop_assert!(same.is_ok(), "{rows:?}\n{}", same.unwrap_err());
        }
    }

    #[test]
    fn solver_and_simulator_agree_on_route_tables(seed in any::<u64>()) {
        agree(&steered(seed))?;
    }
}

/// Asserts that solver and simulator answer alike, and name the same appliances that see one direction only. Gives the answer.
pub(crate) fn agree(rows: &Rows) -> Result<Lines, TestCaseError> {
    let inventory = rows.inventory();
    let simulator = Simulator::new(&inventory);
    let question = questions().next().expect("there are some");
    let actual = ask(&Analysis::new(&inventory), &request(question, Evaluation::Auto));
    if let Err(error) = same_lines(&simulator.answer(question), &actual) {
        return Err(TestCaseError::fail(format!("{rows:?}\n{error}")));
    }
    prop_assert_eq!(simulator.asymmetric(), asymmetric(&inventory), "{:?}", rows);
    Ok(actual)
}

/// Gateway, network and appliance of the relation `asymmetric`.
fn asymmetric(inventory: &Inventory) -> BTreeSet<(String, String, String)> {
    let mut found = BTreeSet::new();
    let done: Result<(), Infallible> = Analysis::new(inventory).relations(Profile::default(), |relation| {
        if relation.name == "asymmetric" {
            found.extend(
                relation.rows.into_iter().map(|row| (row[0].clone(), row[1].clone(), row[2].clone())),
            );
        }
        Ok(())
    });
    let Ok(()) = done;
    found
}

/// What the random inventories show, so that agreement means something.
#[test]
fn random_route_tables_show_every_outcome() {
    let mut seen: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for seed in 0..150 {
        let inventory = steered(seed * 7_919).inventory();
        let request = request(questions().next().expect("there are some"), Evaluation::Auto);
        for row in ask(&Analysis::new(&inventory), &request).reach {
            if row.network == "Internet" {
                *seen.entry(format!("Internet {}", row.status)).or_default() += 1;
                if row.reason.split(';').any(|reason| reason == "asymmetric") {
                    *seen.entry("Internet asymmetric".to_owned()).or_default() += 1;
                }
                continue;
            }
            let network = inventory.names.get(&row.network).expect("a row names a network");
            let is_whole = inventory.vnets.iter().any(|vnet| {
                vnet.name == network
                    && vnet.address_space.iter().any(|prefix| prefix.to_string() == row.destination)
            });
            let is_subnet = inventory.subnets.iter().any(|subnet| {
                subnet.vnet == network
                    && subnet.address_space.iter().any(|prefix| prefix.to_string() == row.destination)
            });
            *seen.entry(row.status).or_default() += 1;
            for reason in
                row.reason.split(';').filter(|reason| reason.starts_with("no-") || *reason == "asymmetric")
            {
                *seen.entry(reason.to_owned()).or_default() += 1;
            }
            *seen.entry(format!("whole {is_whole}, subnet {is_subnet}")).or_default() += 1;
        }
    }
    println!("{seen:?}");
    // It takes a route of a client and one of an appliance there.
    for wanted in ["Internet reachable", "Internet asymmetric"] {
        assert!(seen.get(wanted).is_some_and(|count| *count >= 4), "{wanted}: {seen:?}");
    }
    for wanted in [
        "Internet blackhole",
        "asymmetric",
        "blackhole",
        "needs-route",
        "no-client-route",
        "no-way-back",
        "no-way-there",
        "reachable",
        "unreachable",
        "whole true, subnet false",
        "whole false, subnet true",
        "whole false, subnet false",
    ] {
        assert!(seen.get(wanted).is_some_and(|count| *count >= 20), "{wanted}: {seen:?}");
    }
}
