//! Makes a change to an inventory, and works out what clients reach then.
//!
//! ```text
//! cargo run --example change
//! ```

#![expect(clippy::print_stdout, reason = "an example shows its answer")]

use std::error::Error;

use tunnelog::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", answer()?);
    Ok(())
}

pub(crate) fn answer() -> Result<String, Box<dyn Error>> {
    let loaded = load("facts/s2s-chain")?;
    // What Azure would refuse is an error.
    let after = changed(&loaded.inventory, "+ bgp(VNet1, VNet2)")?;
    let request = Request { classes: Some(vec![Class::NonWindows]), ..Request::default() };
    let analysis = Analysis::new(&after);
    let line = |row: Destination<'_>| format!("{}: {}\n", row.network, row.status.word());
    Ok(analysis.reach(&request).map(line).collect())
}
