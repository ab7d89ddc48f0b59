//! Asks a question in the query language, and checks an expectation.
//!
//! ```text
//! cargo run --example ask
//! ```

#![expect(clippy::print_stdout, reason = "an example shows its answer")]

use std::error::Error;
use std::fmt::Write;

use tunnelog::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", answer()?);
    Ok(())
}

const STATEMENTS: &str = "\
? access(VNet1, windows, ?network, needs-route)
expect access(VNet1, non-windows, VNet3, reachable)
";

pub(crate) fn answer() -> Result<String, Box<dyn Error>> {
    let loaded = load("facts/s2s-chain-bgp")?;
    let mut text = String::new();
    for outcome in answers(&Analysis::new(&loaded.inventory), STATEMENTS)? {
        let found = match outcome.result {
            Found::Answer(rows) => rows.rows.concat().join(", "),
            Found::Verdict(verdict) => if verdict.passed { "holds" } else { "fails" }.to_owned(),
        };
        writeln!(text, "{found}: {}", outcome.statement)?;
    }
    Ok(text)
}
