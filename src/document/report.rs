//! The data of a report page: what `report --format json` writes, and what a page has inside.
//!
//! A page may hold a hundred thousand rows, so networks are numbers there, and rows are lists.

mod networks;
mod states;

use serde::Serialize;

use super::Head;
pub use networks::{Members, NetworkShape};
pub use states::{
    Asked, ChangedClients, Clients, Comparison, ExplanationShape, Fact, FindingShape, FixShape, LeftOut,
    LineShape, PlanLines, RelatedShape, RowShape, RowsShape, State,
};

/// The whole document.
#[derive(Clone, Debug, Serialize)]
pub struct Document<'a> {
    /// What stands before the answer.
    #[serde(flatten)]
    pub head: Head<'a>,
    /// What the page is narrowed to.
    pub narrowed: Narrowed<'a>,
    /// What words mean.
    pub vocabulary: Vocabulary,
    /// Every network of any state, sorted bytewise by name.
    pub networks: Vec<NetworkShape<'a>>,
    /// The inventory as it is, or before and after.
    pub states: Vec<State<'a>>,
    /// What differs between two states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
}

/// What a page is narrowed to.
#[derive(Clone, Debug, Serialize)]
pub struct Narrowed<'a> {
    /// Only the connected parts of these gateways, and their clients.
    pub gateways: &'a [String],
    /// Only what lies around these networks.
    pub around: &'a [String],
    /// How many peerings and tunnels away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hops: Option<usize>,
}

/// What words mean.
#[derive(Clone, Debug, Serialize)]
pub struct Vocabulary {
    /// The statuses in the order of worth.
    pub statuses: Vec<StatusWord>,
    /// The classes that clients fall into.
    pub classes: Vec<Word>,
    /// Why a client holds a route, or what stands in the way.
    pub reasons: Vec<Word>,
}

/// A status with its mark.
#[derive(Clone, Debug, Serialize)]
pub struct StatusWord {
    /// The word of answers.
    pub word: &'static str,
    /// The mark of tables.
    pub mark: char,
    /// What it means.
    pub text: &'static str,
}

/// A word of answers in words for people.
#[derive(Clone, Debug, Serialize)]
pub struct Word {
    /// The word of answers.
    pub word: &'static str,
    /// What it means.
    pub text: String,
}
