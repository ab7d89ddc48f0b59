//! What fuzzing has kept, replayed without a fuzzer: each input still does what is required of it.

#[path = "../fuzz/src/lib.rs"]
pub mod targets;

use std::path::Path;

/// Replays every input of a target; at least `least` of them, so that a lost folder is noticed.
#[expect(
    clippy::print_stdout,
    reason = "a failure says no more than what was wrong, so the input is told before"
)]
fn replay(target: &str, least: usize, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let entries = std::fs::read_dir(folder).expect("a corpus").map(|entry| entry.expect("a file").path());
    let mut inputs: Vec<_> = entries.collect();
    inputs.sort();
    assert!(inputs.len() >= least, "{target} has {} inputs", inputs.len());
    for input in inputs {
        println!("{}", input.display());
        run(&std::fs::read(input).expect("a file"));
    }
}

#[test]
fn folders() {
    replay("folder", 10, targets::folder);
}

#[test]
fn exports() {
    replay("export", 10, targets::export);
}

#[test]
fn queries() {
    replay("query", 8, targets::query);
}

#[test]
fn routes() {
    replay("routes", 10, targets::routes);
}

#[test]
fn solver() {
    replay("solver", 10, targets::solver);
}
