//! Raw exports of Azure become inventories.
#![expect(clippy::unwrap_used, reason = "a helper of tests that fails, fails the test")]

mod describe;
mod learned;
mod plans;
mod quirks;
mod refused;
mod resources;
mod shapes;
mod tables;
mod terraform;
mod what_if;
