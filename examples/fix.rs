//! Finds the cheapest changes that make a network reachable.
//!
//! ```text
//! cargo run --example fix
//! ```

#![expect(clippy::print_stdout, reason = "an example shows its answer")]

use std::error::Error;
use std::fmt::Write;

use tunnelog::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", answer()?);
    Ok(())
}

pub(crate) fn answer() -> Result<String, Box<dyn Error>> {
    let loaded = load("facts/s2s-chain")?;
    let wish = Wish::open(&loaded.inventory, "VNet1", "VNet2")?.of_class(Class::NonWindows);
    let planner = Planner::new(&loaded.inventory, Request::default());
    let mut text = String::new();
    // Every plan was tried with the rules, and nothing can be left out of it.
    for plan in planner.cheapest(&wish, 2) {
        let changes: Vec<String> = plan.changes.iter().map(ToString::to_string).collect();
        writeln!(text, "{}: {}", plan.cost, changes.join("; "))?;
    }
    Ok(text)
}
