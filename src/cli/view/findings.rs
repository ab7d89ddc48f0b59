//! What `check` finds, in the forms that code scanning and build servers read.

pub(crate) mod github;
mod place;
pub(crate) mod sarif;
