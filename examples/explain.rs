//! Explains why clients do not reach a network.
//!
//! ```text
//! cargo run --example explain
//! ```

#![expect(clippy::print_stdout, reason = "an example shows its answer")]

use std::error::Error;

use tunnelog::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", answer()?);
    Ok(())
}

pub(crate) fn answer() -> Result<String, Box<dyn Error>> {
    let Loaded { inventory, .. } = load("facts/spoke-without-transit")?;
    let from = Origin::gateway(&inventory, "VNet1").ok_or("no such gateway")?;
    let to = Target::network(&inventory, "VNet3").ok_or("no such network")?;
    let question = Question { classes: Some(vec![Class::Windows]), ..Question::new(from, &to) };
    let mut text = String::new();
    for explanation in Analysis::new(&inventory).explain(&question).ok_or("no such clients")? {
        let evidence = explanation.shown();
        text.extend(evidence.routes.iter().map(|route| format!("{}\n", evidence.status(route).word())));
        let missing = explanation.there_missing.iter().flat_map(|lost| &lost.missing);
        text.extend(missing.map(|missing| format!("missing: {}\n", missing.text)));
    }
    Ok(text)
}
