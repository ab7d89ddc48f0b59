//! Which routes an Azure Point-to-Site VPN client gets, what it can reach, and why.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, clippy::exit))]

pub mod answer;
pub mod diagnostic;
pub mod document;
pub mod inventory;
pub mod names;
pub mod prefix;
pub mod select;
pub mod solve;
pub mod source;
