//! Makes changes to an inventory, and works out what clients reach then.
//!
//! ```text
//! cargo run --example change
//! ```

#![expect(clippy::print_stdout, reason = "an example shows its answer")]

use std::error::Error;
use std::fmt::{self, Write};

use tunnelog::answer::{Analysis, Request};
use tunnelog::change::apply;
use tunnelog::class::Class;
use tunnelog::diagnostic::Report;
use tunnelog::import::load::load;
use tunnelog::language::parse::parse_changes;

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", answer()?);
    Ok(())
}

pub(crate) fn answer() -> Result<String, Box<dyn Error>> {
    let inventory = load("facts/s2s-chain".as_ref()).inventory.ok_or("the inventory has an error")?;
    let mut report = Report::default();
    let changes = parse_changes("changes", "+ bgp(VNet1, VNet2)", &mut report);
    // What Azure would refuse is no change, unless it is forced.
    let after = apply(&inventory, &changes, false, &mut report).ok_or("Azure would refuse that")?;
    let request = Request { classes: Some(vec![Class::NonWindows]), ..Request::default() };
    let mut text = String::new();
    Analysis::new(&after).answer(&request, |_, rows| -> fmt::Result {
        for row in &rows.reach {
            writeln!(text, "{}: {}", after.names.text(row.network), row.status.word())?;
        }
        Ok(())
    })?;
    Ok(text)
}
