//! The plain solver that benches measure the rules against gives the same rows as the rules.
//!
//! It would be no measure if it left work out.

use std::convert::Infallible;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::Config;
use tunnelog::answer::{Analysis, Request};
use tunnelog::diagnostic::Report;
use tunnelog::generate::{Plan, Shape, generate};
use tunnelog::inventory::{Inventory, read_folder};

#[path = "../benches/baseline/solver.rs"]
mod baseline;
#[path = "properties/cases.rs"]
mod cases;
#[path = "properties/generate.rs"]
mod random;
#[expect(dead_code, reason = "random inventories are made of these rows, and other tests do more with them")]
#[path = "properties/rows.rs"]
mod rows;

fn of_rules(inventory: &Inventory) -> Vec<String> {
    let mut lines = Vec::new();
    let done: Result<(), Infallible> =
        Analysis::new(inventory).answer(&Request::default(), |gateway, answer| {
            lines.extend(answer.reach.iter().map(|row| {
                let [gateway, network] = [gateway, row.network].map(|name| inventory.names.text(name));
                let (class, status) = (row.class.word(), row.status.word());
                format!("{gateway},{class},{network},{},{status}", row.destination)
            }));
            Ok(())
        });
    let Ok(()) = done;
    lines
}

fn of_baseline(inventory: &Inventory) -> Vec<String> {
    let mut lines = Vec::new();
    baseline::rows(inventory, |row| {
        let [gateway, network] = [row.gateway, row.network].map(|name| inventory.names.text(name));
        lines.push(format!("{gateway},{},{network},{},{}", row.class, row.destination, row.status));
    });
    lines
}

/// The first row that differs; none where all rows agree, in number and order too.
fn first_difference(inventory: &Inventory) -> Option<String> {
    let (rules, baseline) = (of_rules(inventory), of_baseline(inventory));
    let length = rules.len().max(baseline.len());
    (0..length).find(|row| rules.get(*row) != baseline.get(*row)).map(|row| {
        format!("row {row} of the rules: {:?}, of the baseline: {:?}", rules.get(row), baseline.get(row))
    })
}

#[test]
fn every_shipped_topology_is_answered_alike() {
    let mut seen = 0;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("facts")).unwrap() {
        let folder = entry.unwrap().path();
        let inventory = read_folder(&folder, &mut Report::default()).unwrap();
        assert_eq!(first_difference(&inventory), None, "{}", folder.display());
        seen += 1;
    }
    assert!(seen >= 22, "only {seen} topologies");
}

#[test]
fn every_generated_shape_is_answered_alike() {
    for shape in Shape::ALL {
        let vnets = if shape == Shape::Dense { 4 } else { 210 };
        for (seed, faults) in [(1, 0.0), (2, 0.2), (3, 0.5)] {
            let inventory = generate(&Plan { shape, vnets, seed, faults });
            let rows = of_rules(&inventory).len();
            assert!(rows >= vnets, "{} gives {rows} rows", shape.word());
            assert_eq!(first_difference(&inventory), None, "{} with faults {faults}", shape.word());
        }
    }
}

proptest! {
    // Cases by the environment variable `PROPTEST_CASES`, otherwise 256.
    #![proptest_config(Config { failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() })]

    #[test]
    fn random_inventories_are_answered_alike(rows in random::inventories()) {
        prop_assert_eq!(first_difference(&rows.inventory()), None);
    }
}
