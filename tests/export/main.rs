//! Raw exports of Azure become inventories.
#![expect(clippy::unwrap_used, reason = "a helper of tests that fails, fails the test")]

mod describe;
mod learned;
mod quirks;
mod refused;
mod resources;
mod shapes;
mod tables;
mod terraform;
