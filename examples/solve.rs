//! Works out what clients of every gateway reach.
//!
//! ```text
//! cargo run --example solve
//! ```

#![expect(clippy::print_stdout, reason = "an example shows its answer")]

use std::error::Error;

use tunnelog::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", answer()?);
    Ok(())
}

pub(crate) fn answer() -> Result<String, Box<dyn Error>> {
    let loaded = load("facts/s2s-chain-bgp")?;
    let analysis = Analysis::new(&loaded.inventory);
    // Rows are solved a batch of gateways at a time, so that a large answer never has to fit into memory.
    let rows = analysis.reach(&Request::default());
    let line = |row: Destination<'_>| {
        format!("{} {} to {}: {}\n", row.gateway, row.class.word(), row.network, row.status.word())
    };
    Ok(rows.map(line).collect())
}
