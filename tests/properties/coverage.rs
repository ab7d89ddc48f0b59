//! Random inventories are worth no more than the cases they reach, so what they must reach is listed here.

use std::collections::BTreeSet;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use tunnelog::answer::{Analysis, Evaluation};
use tunnelog::class::Profile;
use tunnelog::rule::Rule;

use crate::endpoints::with_endpoints;
use crate::generate::inventories;
use crate::rows::{Dice, Rows};
use crate::simulator::{Question, Simulator};

fn cases() -> Vec<Rows> {
    let mut runner = TestRunner::deterministic();
    let strategy = inventories();
    (0..150).map(|_| strategy.new_tree(&mut runner).expect("nothing is filtered").current()).collect()
}

#[test]
fn random_inventories_fire_every_rule() {
    let mut silent: BTreeSet<Rule> = Rule::ALL.iter().copied().collect();
    for (seed, rows) in (0..).zip(cases()) {
        for fired in Analysis::new(&with_endpoints(rows.inventory(), &mut Dice(seed)))
            .rules_fired(Profile::ALL, &[Evaluation::Whole, Evaluation::Single])
        {
            silent.remove(&fired);
        }
    }
    assert_eq!(silent, BTreeSet::new());
}

#[test]
fn random_inventories_give_every_status_for_every_reason() {
    let mut seen = BTreeSet::new();
    for rows in cases() {
        let inventory = rows.inventory();
        let simulator = Simulator::new(&inventory);
        for by_client in [false, true] {
            let lines = simulator.answer(Question { observed: true, by_client });
            for line in &lines.reach {
                let row = rows.vnets.iter().find(|row| row.name == line.network).map(|row| &row.space);
                let site = rows.sites.iter().find(|row| row.name == line.network).map(|row| &row.space);
                let whole = row.or(site).is_some_and(|space| space.contains(&line.destination));
                seen.insert(format!("{} {}", if whole { "all" } else { "part" }, line.status));
                seen.extend(line.reason.split(';').map(|reason| format!("{} {reason}", line.status)));
            }
        }
    }
    let wanted = [
        ("all", "blackhole needs-route reachable unreachable"),
        ("part", "blackhole needs-route reachable unreachable"),
        ("reachable", "bgp client-pool custom-route manual own-vnet static transit-spoke"),
        ("needs-route", "no-client-route"),
        ("blackhole", "no-way-back no-way-there"),
        ("unreachable", "no-client-route no-way-back no-way-there"),
    ];
    let wanted: BTreeSet<String> = wanted
        .iter()
        .flat_map(|(first, words)| words.split(' ').map(move |word| format!("{first} {word}")))
        .collect();
    assert_eq!(seen, wanted);
}
