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

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

use clauses::Rules;
use mutants::{Mutant, program};
use scratch::{Scratch, Verdict};

/// The files of rules, each a program.
const FILES: [&str; 4] = ["src/rules.rs", "src/rules/tables.rs", "src/rules/ways.rs", "src/rules/names.rs"];

/// Mutants that no test can notice: a rule, what is different of it, and why it makes no difference.
const EQUIVALENT: &str = include_str!("equivalent.txt");

#[derive(Parser)]
struct Arguments {
    /// Lists the mutants and runs none.
    #[arg(long)]
    list: bool,

    /// Runs the mutants whose ids begin so, with or without their file.
    #[arg(long)]
    only: Vec<String>,

    /// Runs every N-th mutant, from the K-th on.
    #[arg(long, value_name = "K/N", value_parser = shard, default_value = "1/1")]
    shard: (usize, usize),

    /// How many random inventories each property is tried on.
    #[arg(long, default_value = "64")]
    cases: u32,
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
        let of_file = mutants::mutants(name(file), &rules);
        programs.push((file, program(&rules, &of_file, mutants.len() + 1)));
        mutants.extend(of_file.into_iter().flatten());
    }
    let equivalent = equivalent(&mutants)?;
    let (one, all) = arguments.shard;
    let is_asked = |mutant: &Mutant| {
        let id = &mutant.id;
        let within = id.split_once('/').map_or(&**id, |(_, rest)| rest);
        let begins = |start: &String| id.starts_with(&**start) || within.starts_with(&**start);
        arguments.only.is_empty() || arguments.only.iter().any(begins)
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
            println!("{:34} {}", mutant.id, mutant.what);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut scratch = Scratch::build(repository, &programs, arguments.cases)?;
    for file in asked.iter().map(|(_, mutant)| mutant.file).collect::<BTreeSet<_>>() {
        let start = Instant::now();
        scratch.measure(file)?;
        eprintln!("the rules as they are pass the tests of {file} in {:.1?}", start.elapsed());
    }
    report(&scratch, &asked, &equivalent)
}

/// What the rules of a file are called: its name without folders and ending.
fn name(file: &'static str) -> &'static str {
    Path::new(file).file_stem().and_then(|stem| stem.to_str()).unwrap_or(file)
}

/// Why mutants are equivalent, by id. What is no mutant is an error, so that no line outlives its clause.
fn equivalent(mutants: &[Mutant]) -> Result<BTreeMap<&str, &'static str>, String> {
    let of = |line: &'static str| {
        let told = |why: &str| format!("equivalent.txt: {why}: {line}");
        let cells: Vec<&str> = line.split(" | ").collect();
        let [rule, what, why] = cells[..] else { return Err(told("not three cells")) };
        let is_it = |mutant: &&Mutant| mutant.rule() == rule && mutant.what == what;
        let mutant = mutants.iter().find(is_it).ok_or_else(|| told("no such mutant"))?;
        Ok((&*mutant.id, why))
    };
    EQUIVALENT.lines().map(of).collect()
}

fn report(
    scratch: &Scratch,
    asked: &[(usize, &Mutant)],
    equivalent: &BTreeMap<&str, &str>,
) -> Result<ExitCode, String> {
    let (mut counts, mut is_well) = (BTreeMap::new(), true);
    println!("| mutant | change | outcome |\n|---|---|---|");
    for (number, mutant) in asked {
        let known = equivalent.get(&*mutant.id);
        let (word, more) = match &mutant.invalid {
            Some(why) => ("no program", why.clone()),
            None => match (scratch.test(mutant.file, *number)?, known) {
                (Verdict::Killed(by), None) => ("killed", by),
                (Verdict::Killed(by), Some(_)) => ("killed, but listed as equivalent", by),
                (Verdict::Survived, Some(why)) => ("equivalent", (*why).to_owned()),
                (Verdict::Survived, None) => ("survived", String::new()),
            },
        };
        is_well &= !matches!(word, "survived" | "killed, but listed as equivalent");
        *counts.entry((mutant.file, word)).or_insert(0) += 1;
        println!("| `{}` | `{}` | {word}: {more} |", mutant.id, mutant.what);
    }
    for file in FILES.map(name) {
        let of_file = counts.iter().filter(|((of, _), _)| *of == file);
        let counts: Vec<String> = of_file.map(|((_, word), count)| format!("{count} {word}")).collect();
        if !counts.is_empty() {
            println!("\n{file}: {}", counts.join(", "));
        }
    }
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
