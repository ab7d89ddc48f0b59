//! The command line of tunnelog.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
