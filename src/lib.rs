//! Which routes an Azure Point-to-Site VPN client gets, what it can reach, and why.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, clippy::exit))]

pub mod answer;
pub mod change;
pub mod class;
pub mod client_config;
pub mod compare;
pub mod diagnostic;
pub mod document;
pub mod explain;
pub mod facts;
pub mod fix;
pub mod generate;
pub mod inventory;
pub mod names;
pub mod parts;
pub mod prefix;
pub mod proof;
pub mod query;
pub mod relations;
mod rules;
pub mod scenarios;
pub mod select;
mod solve;
pub mod source;
pub mod staged;
pub mod sweep;
pub mod verify;
pub mod witness;
