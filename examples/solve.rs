//! Works out what clients of every gateway reach.
//!
//! ```text
//! cargo run --example solve
//! ```

#![expect(clippy::print_stdout, reason = "an example shows its answer")]

use std::error::Error;
use std::fmt::{self, Write};

use tunnelog::answer::{Analysis, Request};
use tunnelog::import::load::load;

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", answer()?);
    Ok(())
}

pub(crate) fn answer() -> Result<String, Box<dyn Error>> {
    let inventory = load("facts/s2s-chain-bgp".as_ref()).inventory.ok_or("the inventory has an error")?;
    let analysis = Analysis::new(&inventory);
    let mut text = String::new();
    // Answers come gateway by gateway, so that a large one never has to fit into memory.
    analysis.answer(&Request::default(), |gateway, rows| -> fmt::Result {
        for row in &rows.reach {
            let (from, to) = (inventory.names.text(gateway), inventory.names.text(row.network));
            writeln!(text, "{from} {} to {to}: {}", row.class.word(), row.status.word())?;
        }
        Ok(())
    })?;
    Ok(text)
}
