//! Raw exports of Azure become inventories.
mod azapi;
mod carried;
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
mod summaries;
mod tables;
mod terraform;
mod unsettled;
mod what_if;
