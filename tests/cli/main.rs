//! The program as scripts meet it: exit codes, streams, formats and options.
//!
//! Every expectation is written from the contract, none by the program.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod ask;
mod change_tables;
mod change_warnings;
mod client_config;
mod cover;
mod coverage;
mod documentation;
mod endpoints;
mod exits;
mod explain;
mod explain_steered;
mod faults;
mod field;
mod files;
mod fix;
mod formats;
mod given_names;
mod graph;
mod held;
mod hostile;
mod internet;
mod jobs;
mod machines;
mod mcp;
mod names;
mod narrowed;
mod narrowing;
mod outputs;
mod plans;
#[cfg(unix)]
mod releases;
mod report;
mod routed_exports;
mod routing;
mod scanning;
mod screens;
mod secrets;
mod serve;
mod serve_patch;
mod sessions;
mod settings;
mod start;
mod tables;
mod verify;
mod whatif;

#[path = "../support"]
mod support {
    pub(crate) mod folders;
    pub(crate) mod program;
    pub(crate) mod topologies;
}
