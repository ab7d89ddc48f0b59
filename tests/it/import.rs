//! Raw exports of Azure become inventories.
mod describe;
mod learned;
mod others;
mod plans;
mod projections;
mod pulumi;
mod quirks;
mod refused;
mod resources;
mod shapes;
mod tables;
mod terraform;
mod what_if;
