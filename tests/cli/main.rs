//! The program as scripts meet it: exit codes, streams, formats and options.
//!
//! Every expectation is written from the contract, none by the program.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod ask;
mod documentation;
mod exits;
mod files;
mod formats;
mod narrowing;
mod program;
mod scanning;
mod screens;
mod whatif;
