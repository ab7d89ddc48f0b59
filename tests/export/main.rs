//! Raw exports of Azure become inventories.

mod describe;
mod learned;
mod quirks;
mod refused;
mod resources;
mod shapes;
