//! Which routes an Azure Point-to-Site VPN client gets, what it can reach, and why.
//!
//! An [`inventory`] is read, an [`answer::Analysis`] of it is asked, and rows come gateway by gateway:
//!
//! ```
//! use std::convert::Infallible;
//!
//! use tunnelog::answer::{Analysis, Request};
//! use tunnelog::import::load::load;
//!
//! let inventory = load("facts/s2s-chain-bgp".as_ref()).inventory.expect("an inventory without errors");
//! let mut statuses = Vec::new();
//! let Ok(()) = Analysis::new(&inventory).answer(&Request::default(), |_, rows| {
//!     statuses.extend(rows.reach.iter().map(|row| format!("{} {}", row.class.word(), row.status.word())));
//!     Ok::<(), Infallible>(())
//! });
//! assert_eq!(statuses[2..4], ["non-windows reachable", "windows reachable"]);
//! ```
//!
//! | to | use | example |
//! |---|---|---|
//! | read an inventory or an export | [`import::load::load`], [`check::check`] | `examples/read.rs` |
//! | work out routes and statuses | [`answer::Analysis`] | `examples/solve.rs` |
//! | ask questions | [`query`] | `examples/ask.rs` |
//! | make changes | [`change::apply`] | `examples/change.rs` |
//! | compare two inventories | [`compare::Comparison`] | `examples/compare.rs` |
//! | explain a status | [`explain`] | `examples/explain.rs` |
//! | find changes that help | [`fix::Planner`] | `examples/fix.rs` |
//! | draw | [`diagram::Diagram`] | |
//!
//! Nothing in the library prints, panics or ends the process.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, clippy::exit))]

pub mod answer;
pub mod change;
pub mod check;
pub mod class;
pub mod client_config;
pub mod compare;
pub mod diagnostic;
pub mod diagram;
pub mod explain;
pub mod facts;
pub mod fix;
pub mod generate;
pub mod import;
pub mod inventory;
pub mod language;
pub mod names;
pub mod prefix;
pub mod proof;
pub mod query;
pub mod relations;
pub mod rule;
mod rules;
pub mod scenarios;
pub mod schema;
pub mod select;
mod solve;
pub mod source;
pub mod staged;
pub mod sweep;
pub mod verify;
mod witness;
