#!/bin/sh
# ctrlc 3.5.2 with its feature `termination`, on Linux.
#
# `nohup` starts a program with SIGHUP ignored, and a shell starts what it puts into the background of a script with SIGINT ignored, so
# that these go on. `ctrlc::set_handler` puts its handler in the place of that without a look at what was there: a program that
# asked for nothing but an orderly end on SIGTERM ends on SIGHUP below `nohup`. `try_set_handler` is no way round: where one of the three
# signals is ignored it fails for all of them, and SIGTERM ends the program without its handler.
# To block signals and wait for them does not help by itself either: Linux keeps an ignored signal that is blocked.
#
# Seen:
#   none: survived
#   set_handler: handled
#   try_set_handler: refused, survived
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/src"
cat >"$folder/Cargo.toml" <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
ctrlc = { version = "=3.5.2", features = ["termination"] }
TOML
cat >"$folder/src/main.rs" <<'RUST'
use std::io::Write;
use std::time::Duration;

fn say(text: &str) {
    print!("{text}");
    std::io::stdout().flush().unwrap();
}

fn main() {
    let handler = || {
        say("handled");
        std::process::exit(0);
    };
    match std::env::args().nth(1).as_deref() {
        Some("set_handler") => ctrlc::set_handler(handler).unwrap(),
        Some("try_set_handler") if ctrlc::try_set_handler(handler).is_err() => say("refused, "),
        _ => {}
    }
    std::fs::write(std::env::args().nth(2).unwrap(), "").unwrap();
    std::thread::sleep(Duration::from_secs(2));
    say("survived");
}
RUST
cargo build --quiet --manifest-path "$folder/Cargo.toml"
for way in none set_handler try_set_handler; do
    nohup "$folder/target/debug/probe" "$way" "$folder/ready-$way" >"$folder/out" 2>/dev/null &
    while [ ! -e "$folder/ready-$way" ]; do sleep 0.1; done
    kill -HUP $!
    wait $! || true
    echo "$way: $(cat "$folder/out")"
done >"$folder/seen"
cat >"$folder/expected" <<'SEEN'
none: survived
set_handler: handled
try_set_handler: refused, survived
SEEN
diff "$folder/expected" "$folder/seen"
