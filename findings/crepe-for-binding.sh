#!/bin/sh
# crepe 0.2.0, Datalog in Rust.
#
# `for hop in […]` in the body of a rule binds nothing. A later atom that names `hop` takes it for a new variable, so the join is a
# cross product. It compiles; of the mistake there is no more than rustc's remark that a variable is not used, which
# attributes and macros around the rules often silence. The owner of 99 is no owner of one of the two hops, and is among the answers.
#
# Seen:
#   [(1, 100), (1, 110), (1, 990)]      where [(1, 100), (1, 110)] was meant
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/src"
cat >"$folder/Cargo.toml" <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2024"

[dependencies]
crepe = "=0.2.0"
TOML
cat >"$folder/src/main.rs" <<'RUST'
use crepe::crepe;

crepe! {
    @input
    struct Route(u32, u32);

    @input
    struct Owner(u32, u32);

    @output
    struct Reaches(u32, u32);

    Reaches(route, owner) <-
        Route(route, first),
        for hop in [first, first + 1],
        Owner(hop, owner);
}

fn main() {
    let mut program = Crepe::new();
    program.extend([Route(1, 10)]);
    program.extend([Owner(10, 100), Owner(11, 110), Owner(99, 990)]);
    let (reaches,) = program.run();
    let mut rows: Vec<_> = reaches.into_iter().map(|row| (row.0, row.1)).collect();
    rows.sort_unstable();
    println!("{rows:?}");
}
RUST
cargo run --quiet --manifest-path "$folder/Cargo.toml" --target-dir "$folder/target" >"$folder/seen" 2>"$folder/said"
echo '[(1, 100), (1, 110), (1, 990)]' >"$folder/expected"
diff "$folder/expected" "$folder/seen"
