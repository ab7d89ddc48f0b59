//! The plain solver that benches measure the rules against gives the same rows as the rules.
//!
//! It would be no measure if it left work out.

use std::cell::Cell;
use std::convert::Infallible;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tunnelog::answer::{Analysis, Request};
use tunnelog::generate::{Plan, Shape, generate};
use tunnelog::inventory::Inventory;

use crate::generate::inventories;
use crate::laws::config;
use crate::support::topologies::{folder_of, topologies, topology};

#[path = "../../benches/baseline/solver.rs"]
mod solver;

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
    solver::rows(inventory, |row| {
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
    // The plain program knows no route tables.
    let steered = |name: &String| folder_of(name).join("subnets.csv").exists();
    for name in topologies().into_iter().filter(|name| !steered(name)) {
        assert_eq!(first_difference(&topology(&name)), None, "{name}");
        seen += 1;
    }
    assert!(seen >= 22, "only {seen} topologies");
}

#[test]
fn every_generated_shape_is_answered_alike() {
    // The plain solver knows nothing of route tables.
    for shape in Shape::ALL.into_iter().filter(|shape| *shape != Shape::Landing) {
        let vnets = if shape == Shape::Dense { 4 } else { 210 };
        for (seed, faults) in [(1, 0.0), (2, 0.2), (3, 0.5)] {
            let inventory = generate(&Plan { shape, vnets, seed, faults });
            let rows = of_rules(&inventory).len();
            assert!(rows >= vnets, "{} gives {rows} rows", shape.word());
            assert_eq!(first_difference(&inventory), None, "{} with faults {faults}", shape.word());
        }
    }
}

#[test]
fn random_inventories_are_answered_alike() {
    let (outward, mut runner) = (Cell::new([0usize; 2]), TestRunner::new(config()));
    let answered = runner.run(&inventories(), |rows| {
        let inventory = rows.inventory();
        prop_assert_eq!(first_difference(&inventory), None);
        let [mut reached, mut all] = outward.get();
        for line in of_rules(&inventory).iter().filter(|line| line.contains(",Internet,")) {
            reached += usize::from(line.ends_with(",reachable"));
            all += 1;
        }
        outward.set([reached, all]);
        Ok(())
    });
    if let Err(error) = answered {
        panic!("{error}\n{runner}");
    }
    let [reached, all] = outward.get();
    // A few cases may show none.
    let cases = config().cases as usize;
    assert!(all >= cases / 4 && reached >= cases / 100, "{reached} of {all} rows of the Internet");
}
