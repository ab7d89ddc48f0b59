//! The solver and the project's own simulator of routers, which share nothing, agree on random inventories.

mod article;
mod by_hand;
mod changes;
mod clean;
mod coverage;
mod generate;
mod laws;
mod rows;
mod simulator;
