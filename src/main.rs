//! The command line of tunnelog.

mod cli;

/// Reading and solving allocate millions of small lists, which this allocator gives and takes back faster than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::run()
}
