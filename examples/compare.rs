//! Compares two inventories as their clients would.
//!
//! ```text
//! cargo run --example compare
//! ```

#![expect(clippy::print_stdout, reason = "an example shows its answer")]

use std::error::Error;
use std::fmt::{self, Write};

use tunnelog::answer::{Request, Status};
use tunnelog::compare::{Comparison, Pair};
use tunnelog::import::load::load;

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", answer()?);
    Ok(())
}

pub(crate) fn answer() -> Result<String, Box<dyn Error>> {
    let old = load("facts/branch-office".as_ref()).inventory.ok_or("the old inventory has an error")?;
    let new = load("facts/branch-office-bgp".as_ref()).inventory.ok_or("the new inventory has an error")?;
    // Names are numbers, which mean the same on both sides of a pair.
    let pair = Pair::new(old, new);
    let comparison = Comparison::between(&pair);
    let names = &comparison.names().names;
    let mut text = String::new();
    comparison.differences(&Request::default(), |difference| -> fmt::Result {
        for row in &difference.reach {
            let word = |status: Option<Status>| status.map_or("-", Status::word);
            let (network, class) = (names.text(row.network), difference.class.word());
            writeln!(text, "{class} to {network}: {} -> {}", word(row.before), word(row.after))?;
        }
        Ok(())
    })?;
    Ok(text)
}
