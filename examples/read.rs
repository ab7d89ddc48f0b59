//! Reads an inventory, and tells what is wrong or doubtful in it.
//!
//! ```text
//! cargo run --example read
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
    // A folder of CSV files, or an export of Azure.
    let Loaded { inventory, mut report } = load("facts/s2s-chain")?;
    check(&inventory, &mut report);
    let mut text = format!("{} VNets, {} connections\n", inventory.vnets.len(), inventory.tunnels().len());
    for finding in &report.diagnostics {
        writeln!(text, "{}: {}", finding.code.name(), finding.message)?;
    }
    Ok(text)
}
