//! What has to hold whatever comes in: one function for each kind of input, which panics where it does not.
//!
//! Fuzzers call these functions, and so does the test that replays what the fuzzers kept.

mod export;
mod files;
mod folder;
mod inventory;
mod query;
mod routes;
mod solver;

#[path = "../../tests/properties"]
#[expect(dead_code, reason = "the property tests ask for more")]
mod reference {
    pub(crate) mod agreement;
    pub(crate) mod cases;
    pub(crate) mod rows;
    pub(crate) mod simulator;
}

pub use export::export;
pub use folder::folder;
pub use query::query;
pub use routes::routes;
pub use solver::solver;
