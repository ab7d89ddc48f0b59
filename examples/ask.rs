//! Asks a question in the query language, and checks an expectation.
//!
//! ```text
//! cargo run --example ask
//! ```

#![expect(clippy::print_stdout, reason = "an example shows its answer")]

use std::error::Error;
use std::fmt::{self, Write};

use tunnelog::answer::Analysis;
use tunnelog::class::Profile;
use tunnelog::diagnostic::Report;
use tunnelog::import::load::load;
use tunnelog::language::parse::parse;
use tunnelog::query::evaluate::Evaluator;
use tunnelog::query::run::{Found, run};

const STATEMENTS: &str = "\
? access(VNet1, windows, ?network, needs-route)
expect access(VNet1, non-windows, VNet3, reachable)
";

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", answer()?);
    Ok(())
}

pub(crate) fn answer() -> Result<String, Box<dyn Error>> {
    let inventory = load("facts/s2s-chain-bgp".as_ref()).inventory.ok_or("the inventory has an error")?;
    let mut report = Report::default();
    let file = parse("statements", STATEMENTS, &mut report);
    if report.has_errors() {
        return Err("the statements have a mistake".into());
    }
    let analysis = Analysis::new(&inventory);
    let mut text = String::new();
    run(
        &mut Evaluator::new(&analysis),
        &file,
        Profile::Article,
        None,
        &mut report,
        |outcome| -> fmt::Result {
            match outcome.result {
                Found::Answer(rows) => {
                    let rows: Vec<String> = rows.rows.iter().map(|row| row.join(" ")).collect();
                    writeln!(text, "{}: {}", rows.join(", "), outcome.statement)
                }
                Found::Verdict(verdict) => {
                    let word = if verdict.passed { "holds" } else { "fails" };
                    writeln!(text, "{word}: {}", outcome.statement)
                }
            }
        },
    )?;
    Ok(text)
}
