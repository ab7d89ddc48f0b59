//! Explains why clients do not reach a network.
//!
//! ```text
//! cargo run --example explain
//! ```

#![expect(clippy::print_stdout, reason = "an example shows its answer")]

use std::error::Error;
use std::fmt::Write;

use tunnelog::answer::Analysis;
use tunnelog::class::{Class, Profile};
use tunnelog::explain::{Origin, Question};
use tunnelog::import::load::load;
use tunnelog::select::Target;

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", answer()?);
    Ok(())
}

pub(crate) fn answer() -> Result<String, Box<dyn Error>> {
    let inventory =
        load("facts/spoke-without-transit".as_ref()).inventory.ok_or("the inventory has an error")?;
    let gateway = inventory.names.get("VNet1").ok_or("no such VNet")?;
    let target = Target::network(&inventory, "VNet3").ok_or("no such network")?;
    let question = Question {
        profile: Profile::Article,
        from: Origin::Gateway(gateway),
        to: &target,
        classes: Some(vec![Class::Windows]),
        all: false,
    };
    let analysis = Analysis::new(&inventory);
    let mut text = String::new();
    for explanation in analysis.explain(&question).ok_or("the gateway has no such clients")? {
        let evidence = explanation.shown();
        for route in &evidence.routes {
            writeln!(text, "{}", evidence.status(route).word())?;
        }
        for missing in explanation.there_missing.iter().flat_map(|lost| &lost.missing) {
            writeln!(text, "missing: {}", missing.text)?;
        }
    }
    Ok(text)
}
