//! A route that a client lacks.

use crate::names::NameId;
use crate::prefix::Prefix;

/// A route that a client lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingRoute {
    /// The route.
    pub prefix: Prefix,
    /// The networks that it leads to, in the order of the answer.
    pub networks: Vec<NameId>,
}
