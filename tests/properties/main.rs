//! The solver and the project's own simulator of routers, which share nothing, agree on random inventories.

mod agreement;
mod article;
mod baseline;
mod by_hand;
mod cases;
mod changes;
mod clean;
mod client_config;
mod corners;
mod coverage;
mod endpoints;
mod fix;
mod generate;
mod hubs;
mod independence;
mod laws;
mod metamorphic;
mod names;
mod narrowing;
mod prefixes;
mod proofs;
mod relations;
mod rows;
mod settled;
mod simulator;
mod steered;
mod verify;

#[path = "../support"]
mod support {
    pub(crate) mod topologies;
}
