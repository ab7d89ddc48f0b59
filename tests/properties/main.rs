//! The solver and the project's own simulator of routers, which share nothing, agree on random inventories.

mod article;
mod generate;
mod laws;
mod rows;
mod simulator;
