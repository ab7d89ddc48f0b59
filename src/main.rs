//! The command line of tunnelog.

fn main() {}
