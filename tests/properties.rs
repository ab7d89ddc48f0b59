//! The solver and the project's own simulator of routers, which share nothing, agree on random inventories.

mod common {
    pub(crate) mod rows;
    pub(crate) mod simulator;
}
mod properties {
    mod article;
}
