//! Compares two inventories as their clients would.
//!
//! ```text
//! cargo run --example compare
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
    let (old, new) = (load("facts/branch-office")?, load("facts/branch-office-bgp")?);
    let pair = Pair::new(old.inventory, new.inventory);
    let word = |status: Option<Status>| status.map_or("-", Status::word);
    let mut text = String::new();
    for difference in Comparison::between(&pair).all(&Request::default()) {
        for row in &difference.reach {
            let (class, network) = (difference.class.word(), pair.after().names.text(row.network));
            writeln!(text, "{class} to {network}: {} -> {}", word(row.before), word(row.after))?;
        }
    }
    Ok(text)
}
