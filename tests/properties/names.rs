//! Names on random inventories: the solver and the simulator agree, and so do parts by themselves and the whole.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::IpAddr;

use proptest::prelude::*;
use tunnelog::answer::{Analysis, Evaluation};
use tunnelog::change::apply;
use tunnelog::compare::{Comparison, Difference, Pair};
use tunnelog::diagnostic::Report;
use tunnelog::inventory::Inventory;
use tunnelog::inventory::naming::{DnsServers, PrivateEndpoint, Resolver, ZoneLink};
use tunnelog::language::parse::parse_changes;
use tunnelog::names::LabelId;
use tunnelog::scenarios::Baseline;
use tunnelog::source::{Sources, Span};

use crate::agreement::{questions, request};
use crate::generate::inventories;
use crate::laws::fewer;
use crate::rows::Dice;
use crate::simulator::names::NameLine;
use crate::simulator::{Question, Simulator};

pub(crate) fn nowhere() -> Span {
    let file = Sources::default().add("names".to_owned(), String::new(), None);
    Span::beginning(file)
}

/// An address in a prefix of some network, or one that is nobody's.
fn address(inventory: &Inventory, dice: &mut Dice) -> IpAddr {
    let vnets = inventory.vnets.iter().flat_map(|row| &row.address_space);
    let sites = inventory.sites.iter().flat_map(|row| &row.address_space);
    let nets: Vec<_> = vnets.chain(sites).map(|prefix| prefix.net()).collect();
    match dice.below(12) {
        0 => [168, 63, 129, 16].into(),
        1 => [8, 8, 8, 8].into(),
        _ if nets.is_empty() => [10, 0, 0, 4].into(),
        _ => {
            let net = *dice.one(&nets);
            // The corner, as often as not, where longer prefixes of others lie.
            if dice.percent(50) { net.network() } else { net.broadcast() }
        }
    }
}

/// The zones that may be thrown over an inventory.
pub(crate) const ZONES: [&str; 3] = ["blob.example", "sql.example", "web.example"];

/// The inventory with servers, resolvers, zones and endpoints thrown over it.
pub(crate) fn named(mut inventory: Inventory, dice: &mut Dice) -> Inventory {
    let zones = ZONES.map(|zone| inventory.labels.intern(zone));
    let vnets: Vec<_> = inventory.vnets.iter().map(|row| row.name).collect();
    let mut addresses: Vec<IpAddr> = (0..4).map(|_| address(&inventory, dice)).collect();
    for vnet in &vnets {
        if dice.percent(70) {
            let servers = (0..=dice.below(2)).map(|_| *dice.one(&addresses)).collect();
            inventory.dns_servers.push(DnsServers { servers, ..DnsServers::new(*vnet, nowhere()) });
        }
        if dice.percent(50) {
            let name = inventory.labels.intern(&format!("resolver-{}", vnet.index()));
            let own = *dice.one(&addresses);
            let made = Resolver::new(name, *vnet, nowhere());
            inventory.resolvers.push(Resolver { addresses: vec![own], ..made });
        }
        for zone in zones {
            if dice.percent(30) {
                let link = ZoneLink::new(zone, nowhere());
                inventory.zone_links.push(ZoneLink { vnet: Some(*vnet), ..link });
            }
        }
        if dice.percent(20) {
            let name = inventory.labels.intern(&format!("endpoint-{}", vnet.index()));
            let zone = dice.percent(50).then(|| *dice.one(&zones));
            let addresses = vec![addresses.pop().unwrap_or_else(|| [10, 0, 0, 9].into())];
            let made = PrivateEndpoint::new(name, *vnet, nowhere());
            inventory.private_endpoints.push(PrivateEndpoint { addresses: addresses.clone(), zone, ..made });
        }
        if addresses.is_empty() {
            addresses.push(address(&inventory, dice));
        }
    }
    if dice.percent(30) {
        inventory.zone_links.push(ZoneLink::new(*dice.one(&zones), nowhere()));
    }
    if dice.percent(30) {
        hand_out_both(&mut inventory, zones[0], dice);
    }
    inventory.name_endpoints();
    inventory
}

/// A gateway hands out a resolver that stands in a VNet with a link to the zone and, beside it, a server in a VNet that may have none.
fn hand_out_both(inventory: &mut Inventory, zone: LabelId, dice: &mut Dice) {
    let with_clients = inventory.gateways.iter().find(|row| !row.client_pool.is_empty());
    let Some(hub) = with_clients.map(|row| row.vnet) else { return };
    let own = inventory.vnets.iter().find(|row| row.name == hub).and_then(|row| row.address_space.first());
    let Some(net) = own.map(|prefix| prefix.net()) else { return };
    let vnets: Vec<_> = inventory.vnets.iter().map(|row| row.name).collect();
    let linked = *dice.one(&vnets);
    let name = inventory.labels.intern("resolver-beside");
    let made = Resolver::new(name, linked, nowhere());
    inventory.resolvers.push(Resolver { addresses: vec![net.network()], ..made });
    // Where no zone is known, a resolver answers for any name.
    if dice.percent(70) {
        inventory.zone_links.push(ZoneLink { vnet: Some(linked), ..ZoneLink::new(zone, nowhere()) });
    }
    let servers = vec![net.network(), net.broadcast()];
    inventory.dns_servers.retain(|row| row.vnet != hub);
    inventory.dns_servers.push(DnsServers { servers, ..DnsServers::new(hub, nowhere()) });
}

fn solved(analysis: &Analysis<'_>, question: Question, evaluation: Evaluation) -> Vec<NameLine> {
    let inventory = analysis.inventory();
    let request = tunnelog::answer::Request { names: true, ..request(question, evaluation) };
    let mut lines = Vec::new();
    let Ok(()) = analysis.answer(&request, |gateway, answer| {
        lines.extend(answer.names.iter().map(|row| {
            let clients = inventory.clients.as_deref().unwrap_or_default();
            let client = row.client.map(|index| clients[index as usize].name.to_string());
            let servers: Vec<String> = row.servers.iter().map(ToString::to_string).collect();
            NameLine {
                client: client.unwrap_or_default(),
                gateway: inventory.names.text(gateway).to_owned(),
                class: row.class.word().to_owned(),
                zone: row.zone.map(|zone| inventory.labels.text(zone).to_owned()).unwrap_or_default(),
                server: servers.join(";"),
                status: row.status.word().to_owned(),
                reason: row.reasons.to_string(),
            }
        }));
        Ok::<(), Infallible>(())
    });
    lines
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn the_simulator_resolves_names_like_the_solver(rows in inventories(), seed in any::<u64>()) {
        let inventory = named(rows.inventory(), &mut Dice(seed));
        let simulator = Simulator::new(&inventory);
        let analysis = Analysis::new(&inventory);
        for question in questions() {
            let reach = simulator.answer(question).reach;
            let expected = simulator.names(question, &reach);
            for evaluation in [Evaluation::Auto, Evaluation::Whole] {
                prop_assert_eq!(&solved(&analysis, question, evaluation), &expected, "{:?}", rows);
            }
        }
    }
}

/// A change to what resolves names, by throws of dice.
fn change(inventory: &Inventory, dice: &mut Dice) -> String {
    let sign = if dice.percent(50) { '+' } else { '-' };
    let vnets: Vec<_> = inventory.vnets.iter().map(|row| row.name).collect();
    let vnet = if vnets.is_empty() { "none" } else { inventory.names.text(*dice.one(&vnets)) };
    let zone = dice.one(&["blob.example", "sql.example", "new.example"]);
    let servers: Vec<IpAddr> = inventory.dns_servers.iter().flat_map(|row| row.servers.clone()).collect();
    let server = if servers.is_empty() { address(inventory, dice) } else { *dice.one(&servers) };
    match dice.below(5) {
        0 => format!("{sign} dns_server({vnet}, {server})"),
        1 => format!("{sign} resolver({vnet}, {server})"),
        2 => format!("{sign} private_zone({zone})"),
        3 => format!("{sign} private_endpoint(endpoint-0, {vnet}, {server})"),
        _ => format!("{sign} zone_link({zone}, {vnet})"),
    }
}

fn written(differences: &[Difference], names: &Inventory) -> Vec<String> {
    let mut lines = Vec::new();
    for difference in differences {
        let gateway = names.names.text(difference.gateway);
        let whose = format!("{gateway} {:?} {}", difference.class, difference.download);
        lines.push(whose.clone());
        lines.extend(difference.names.iter().map(|row| {
            let zone = row.zone.map(|zone| names.labels.text(zone)).unwrap_or_default();
            format!("{whose} {zone} {:?} {:?} {:?} {}", row.before, row.after, row.until, row.reasons)
        }));
    }
    lines
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn parts_by_themselves_give_the_differences_of_names(rows in inventories(), seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let inventory = named(rows.inventory(), &mut dice);
        let text: Vec<String> = (0..=dice.below(3)).map(|_| change(&inventory, &mut dice)).collect();
        let changes = parse_changes("changes", &text.join("\n"), &mut Report::default());
        let request = request(Question { observed: false, by_client: false }, Evaluation::Auto);
        let outcome = Baseline::new(&inventory, request.clone()).outcome(&changes, true);
        let whole = apply(&inventory, &changes, true, &mut Report::default());
        prop_assert_eq!(outcome.is_made, whole.is_some(), "{:?}", &text);
        if let Some(whole) = whole {
            let pair = Pair::new(inventory, whole);
            let comparison = Comparison::between(&pair);
            let expected = written(&comparison.all(&request), pair.after());
            prop_assert_eq!(written(&outcome.differences, &outcome.inventory), expected, "{:?}\n{:?}", text, rows);
        }
    }
}

/// What the random inventories show, so that agreement means something.
#[test]
fn random_names_show_every_outcome() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 0..400 {
        let rows = inventories().new_tree(&mut runner).expect("an inventory").current();
        let inventory = named(rows.inventory(), &mut Dice(seed * 7_919));
        let question = Question { observed: false, by_client: false };
        for line in solved(&Analysis::new(&inventory), question, Evaluation::Auto) {
            *seen.entry(line.status).or_default() += 1;
            for reason in line.reason.split(';') {
                *seen.entry(reason.to_owned()).or_default() += 1;
            }
            *seen.entry(format!("zone {}", !line.zone.is_empty())).or_default() += 1;
        }
    }
    for wanted in [
        "resolves",
        "depends",
        "no",
        "resolver",
        "forwarder",
        "no-link",
        "no-server",
        "server-out-of-reach",
        "unreachable",
        "needs-route",
        "blackhole",
        "zone true",
        "zone false",
    ] {
        assert!(seen.get(wanted).is_some_and(|count| *count >= 4), "{wanted}: {seen:?}");
    }
}
