//! Raw exports of Azure become inventories.
mod carried;
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
