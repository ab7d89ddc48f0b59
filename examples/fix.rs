//! Finds the cheapest changes that make a network reachable.
//!
//! ```text
//! cargo run --example fix
//! ```

#![expect(clippy::print_stdout, reason = "an example shows its answer")]

use std::error::Error;
use std::fmt::Write;

use tunnelog::answer::Request;
use tunnelog::class::{Class, Profile};
use tunnelog::fix::{Costs, Direction, Limits, Planner, Wish, goals};
use tunnelog::import::load::load;
use tunnelog::select::Target;

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", answer()?);
    Ok(())
}

pub(crate) fn answer() -> Result<String, Box<dyn Error>> {
    let inventory = load("facts/s2s-chain".as_ref()).inventory.ok_or("the inventory has an error")?;
    let target = Target::network(&inventory, "VNet2").ok_or("no such network")?;
    let goals = goals(&inventory, "VNet1", &[Class::NonWindows], &[target], Profile::Article)?;
    let wish = Wish { direction: Direction::Open, goals };
    let planner = Planner::new(&inventory, Request::default());
    let limits = Limits { plans: 2, ..Limits::default() };
    // Every plan was tried with the rules, and nothing can be left out of it.
    let answer = planner.plans(&wish, &Costs::default(), limits, |_| true);
    let mut text = String::new();
    for plan in &answer.plans {
        let changes: Vec<String> = plan.changes.iter().map(ToString::to_string).collect();
        writeln!(text, "{}: {}", plan.cost, changes.join("; "))?;
    }
    Ok(text)
}
