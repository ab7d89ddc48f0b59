//! The command line of tunnelog.

mod cli;

fn main() {}
