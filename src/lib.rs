//! Which routes an Azure Point-to-Site VPN client gets, what it can reach, and why.
//!
//! An inventory is [loaded](import::load::load), an [`answer::Analysis`] of it is asked, and rows come one by one:
//!
//! ```
//! use tunnelog::prelude::*;
//!
//! # fn main() -> Result<(), Report> {
//! let loaded = load("facts/s2s-chain-bgp")?;
//! let analysis = Analysis::new(&loaded.inventory);
//! let statuses: Vec<Status> = analysis.reach(&Request::default()).map(|row| row.status).collect();
//! assert_eq!(statuses[2..4], [Status::Reachable, Status::Reachable]);
//! # Ok(())
//! # }
//! ```
//!
//! | to | use | example |
//! |---|---|---|
//! | read an inventory or an export | [`import::load::load`], [`check::check`] | `examples/read.rs` |
//! | work out routes and statuses | [`answer::Analysis`] | `examples/solve.rs` |
//! | ask questions | [`query::run::answers`] | `examples/ask.rs` |
//! | make changes | [`change::changed`] | `examples/change.rs` |
//! | compare two inventories | [`compare::Pair`], [`compare::Comparison`] | `examples/compare.rs` |
//! | explain a status | [`explain::Question`] | `examples/explain.rs` |
//! | find changes that help | [`fix::Planner`] | `examples/fix.rs` |
//! | draw | [`diagram::Diagram`] | |
//! | write rows and documents as the program does | [`document`] | |
//!
//! The [`prelude`] has what most programs need. Nothing in the library prints or ends the process, and no input makes it
//! panic: the few functions that panic on numbers from another inventory say so.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, clippy::exit))]

pub mod answer;
mod asn;
pub mod change;
pub mod check;
pub mod class;
pub mod client_config;
pub mod compare;
pub mod diagnostic;
pub mod diagram;
pub mod document;
pub mod explain;
pub mod facts;
pub mod fix;
pub mod generate;
pub mod groups;
pub mod import;
pub mod inventory;
pub mod language;
pub mod marks;
pub mod names;
pub mod prefix;
pub mod prelude;
pub mod proof;
pub mod query;
pub mod relations;
pub mod rule;
mod rules;
pub mod scenarios;
pub mod schema;
mod secrets;
pub mod select;
mod solve;
pub mod source;
pub mod staged;
pub mod sweep;
pub mod topology;
pub mod verify;
mod witness;
