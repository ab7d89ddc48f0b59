#!/bin/sh
# ascent 0.8.1, Datalog in Rust.
#
# Relations of Datalog are sets. Those of ascent are vectors that the caller fills, and aggregates count what is in them: a row given twice
# is counted twice, though a relation derived from it holds it once. And a program that `run` has run takes all of its rows for new
# ones when it runs again, as one does after adding a row: joins stay right, and each aggregate sees every row once for each run. The counts of all
# runs stay side by side, so that one key has several.
#
# Seen, of `agg n = count() in link(from, _)` with the links 1-2, 1-2 and 1-3:
#   run 1: reach [(1, 2), (1, 3)] count [(1, 3)]
#   run 2: reach [(1, 2), (1, 3)] count [(1, 3), (1, 6)]
#   run 3: reach [(1, 2), (1, 3)] count [(1, 3), (1, 6), (1, 9)]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/src"
cat >"$folder/Cargo.toml" <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
ascent = { version = "=0.8.1", default-features = false }
TOML
cat >"$folder/src/main.rs" <<'RUST'
use ascent::{aggregators::count, ascent};

ascent! {
    relation link(u32, u32);
    relation reach(u32, u32);
    relation links(u32, usize);

    reach(from, to) <-- link(from, to);
    links(from, n) <-- link(from, _), agg n = count() in link(from, _);
}

fn main() {
    let mut program = AscentProgram { link: vec![(1, 2), (1, 2), (1, 3)], ..Default::default() };
    for run in 1..=3 {
        program.run();
        let mut reach = program.reach.clone();
        reach.sort_unstable();
        let mut links = program.links.clone();
        links.sort_unstable();
        println!("run {run}: reach {reach:?} count {links:?}");
    }
}
RUST
cargo run --quiet --manifest-path "$folder/Cargo.toml" --target-dir "$folder/target" >"$folder/seen" 2>"$folder/said"
cat >"$folder/expected" <<'SEEN'
run 1: reach [(1, 2), (1, 3)] count [(1, 3)]
run 2: reach [(1, 2), (1, 3)] count [(1, 3), (1, 6)]
run 3: reach [(1, 2), (1, 3)] count [(1, 3), (1, 6), (1, 9)]
SEEN
diff "$folder/expected" "$folder/seen"
