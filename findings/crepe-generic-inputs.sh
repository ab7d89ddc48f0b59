#!/bin/sh
# crepe 0.2.0, Datalog in Rust.
#
# Relations may be generic, and a rule may name the parameter. But the program takes its parameters from its *inputs* alone: with a
# derived relation `Learned<T>` and inputs that are not generic, the macro makes a program without a parameter, whose code then
# names `T`, which does not compile ("cannot find type `T` in this scope"). An input that carries a `T` which nobody reads mends
# it, and nothing in the documentation says so.
#
# Seen:
#   without: cannot find type `T` in this scope
#   with an input that is generic: 1
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
program() {
    cat <<RUST
use crepe::crepe;

trait Mark: Copy + Eq + std::hash::Hash + Default {}
impl Mark for u8 {}

crepe! {
    @input
    struct Route(u32);

    $1

    @output
    struct Learned<T: Mark>(u32, T);

    Learned(route, T::default()) <- Route(route);
}

fn main() {
    let mut program = $2;
    program.extend([Route(1)]);
    let (learned,) = program.run();
    println!("{}", learned.len());
}
RUST
}
run() {
    cargo run --quiet --manifest-path "$folder/Cargo.toml" --target-dir "$folder/target"
}
program '' 'Crepe::<u8>::new()' >"$folder/src/main.rs"
if run >"$folder/said" 2>&1; then
    echo "it compiles now"
    exit 1
fi
grep -o "cannot find type .T. in this scope" "$folder/said" | head -n 1 >"$folder/seen"
program '@input struct Unread<T: Mark>(T);' 'Crepe::<u8>::new()' >"$folder/src/main.rs"
run >>"$folder/seen" 2>"$folder/said"
printf 'cannot find type `T` in this scope\n1\n' >"$folder/expected"
diff "$folder/expected" "$folder/seen"
