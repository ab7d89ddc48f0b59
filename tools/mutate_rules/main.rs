//! Changes every clause of the rules in every small way, and looks whether a test notices.
//!
//! ```text
//! cargo run --example mutate_rules
//! ```
//!
//! All mutants are built into one copy of the program, under `target/mutants`, that runs the one which the environment chooses.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the table is the answer, the rest is progress"
)]

mod clauses;
mod mutants;
mod scratch;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;

use clauses::Rules;
use mutants::{Mutant, program};
use scratch::{Scratch, Verdict};

/// The files of rules, each a program.
const FILES: [&str; 4] = ["src/rules.rs", "src/rules/tables.rs", "src/rules/ways.rs", "src/rules/names.rs"];

/// Mutants that no test can notice, and why: an id and a reason a line.
const EQUIVALENT: &str = include_str!("equivalent.txt");

#[derive(Parser)]
struct Arguments {
    /// Lists the mutants and runs none.
    #[arg(long)]
    list: bool,

    /// Runs the mutants whose ids begin so.
    #[arg(long)]
    only: Vec<String>,

    /// Runs every N-th mutant, from the K-th on.
    #[arg(long, value_name = "K/N", value_parser = shard, default_value = "1/1")]
    shard: (usize, usize),

    /// How many random inventories each property is tried on.
    #[arg(long, default_value = "64")]
    cases: u32,

    /// A mutant that takes so many seconds for one set of tests is noticed, too.
    #[arg(long, default_value = "300")]
    seconds: u64,
}

fn shard(text: &str) -> Result<(usize, usize), String> {
    let numbers =
        text.split_once('/').and_then(|(one, other)| Some((one.parse().ok()?, other.parse().ok()?)));
    match numbers {
        Some((one, all)) if 0 < one && one <= all => Ok((one, all)),
        _ => Err("two numbers are expected, as in 1/4".to_owned()),
    }
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut programs, mut mutants): (Vec<(&str, String)>, Vec<Mutant>) = (Vec::new(), Vec::new());
    for file in FILES {
        let told = |error: String| format!("{file}: {error}");
        let text = std::fs::read_to_string(repository.join(file)).map_err(|error| told(error.to_string()))?;
        let rules = Rules::parse(&text).map_err(told)?;
        let of_file = mutants::mutants(&rules);
        programs.push((file, program(&rules, &of_file, mutants.len() + 1)));
        mutants.extend(of_file.into_iter().flatten());
    }
    let (one, all) = arguments.shard;
    let is_asked = |mutant: &Mutant| {
        arguments.only.is_empty() || arguments.only.iter().any(|start| mutant.id.starts_with(start))
    };
    let asked: Vec<(usize, &Mutant)> = (1..)
        .zip(&mutants)
        .filter(|(_, mutant)| is_asked(mutant))
        .enumerate()
        .filter(|(place, _)| place % all == one - 1)
        .map(|(_, numbered)| numbered)
        .collect();
    if arguments.list {
        for (_, mutant) in asked {
            println!("{:28} {}", mutant.id, mutant.what);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let scratch = Scratch::build(repository, &programs, arguments.cases)?;
    let limit = Duration::from_secs(arguments.seconds);
    let start = Instant::now();
    if let Verdict::Killed(by) = scratch.test(0, limit)? {
        return Err(format!("the rules as they are fail {by}"));
    }
    eprintln!("the rules as they are pass in {:.1?}", start.elapsed());
    report(&scratch, &asked, limit)
}

fn report(scratch: &Scratch, asked: &[(usize, &Mutant)], limit: Duration) -> Result<ExitCode, String> {
    let equivalent: BTreeMap<&str, &str> =
        EQUIVALENT.lines().filter_map(|line| line.split_once(' ')).collect();
    let (mut counts, mut is_well) = (BTreeMap::new(), true);
    println!("| mutant | change | outcome |\n|---|---|---|");
    for (number, mutant) in asked {
        let known = equivalent.get(&*mutant.id);
        let (word, more) = match &mutant.invalid {
            Some(why) => ("no program", why.clone()),
            None => match (scratch.test(*number, limit)?, known) {
                (Verdict::Killed(by), None) => ("killed", by),
                (Verdict::Killed(by), Some(_)) => ("killed, but listed as equivalent", by),
                (Verdict::Survived, Some(why)) => ("equivalent", (*why).to_owned()),
                (Verdict::Survived, None) => ("survived", String::new()),
            },
        };
        is_well &= !matches!(word, "survived" | "killed, but listed as equivalent");
        *counts.entry(word).or_insert(0) += 1;
        println!("| `{}` | `{}` | {word}: {more} |", mutant.id, mutant.what);
    }
    let counts: Vec<String> = counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
    println!("\n{}", counts.join(", "));
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
