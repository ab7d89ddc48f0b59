//! The data of a report page: what `report --format json` writes, and what a page has inside.
//!
//! A page may hold a hundred thousand rows, so networks are numbers there, and rows are lists.

mod networks;
mod patch;
mod states;

use serde::Serialize;
use tunnelog::document::Head;

pub(crate) use networks::{Members, NetworkShape, StopShape};
pub(crate) use patch::{Changed, Comparison as Differs, Moved, OtherClients, Patch, SCHEMA as PATCH, Sides};
pub(crate) use states::{
    Asked, ChangedClients, Clients, Comparison, ExplanationShape, FindingShape, FixShape, LeftOut, RowShape,
    State,
};

/// The whole document.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Document<'a> {
    /// What stands before the answer.
    #[serde(flatten)]
    pub(crate) head: Head<'a>,
    /// What stands at the head of the page.
    pub(crate) page: PageHead<'a>,
    /// What the page is narrowed to.
    pub(crate) narrowed: Narrowed<'a>,
    /// What words mean.
    pub(crate) vocabulary: Vocabulary,
    /// Every network of any state, sorted bytewise by name, and then the Internet where clients hold a route there.
    pub(crate) networks: Vec<NetworkShape<'a>>,
    /// The inventory as it is, or before and after.
    pub(crate) states: Vec<State<'a>>,
    /// What differs between two states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) comparison: Option<Comparison>,
}

/// What stands at the head of a page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PageHead<'a> {
    /// The program and its version.
    pub(crate) tool: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<&'a str>,
    /// The date as given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date: Option<&'a str>,
}

/// What a page is narrowed to.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Narrowed<'a> {
    /// Only the connected components of these gateways, and their clients.
    pub(crate) gateways: &'a [String],
    /// Only what lies around these networks.
    pub(crate) around: &'a [String],
    /// How many peerings and tunnels away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hops: Option<usize>,
}

/// What words mean.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Vocabulary {
    /// The statuses in the order of worth.
    pub(crate) statuses: Vec<StatusWord>,
    /// The classes that clients fall into.
    pub(crate) classes: Vec<Word>,
    /// Why a client holds a route, or what stands in the way.
    pub(crate) reasons: Vec<Word>,
}

/// A status with its mark.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StatusWord {
    /// The word of answers.
    pub(crate) word: &'static str,
    /// The mark of tables.
    pub(crate) mark: char,
    /// What it means.
    pub(crate) text: &'static str,
}

/// A word of answers in words for people.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Word {
    /// The word of answers.
    pub(crate) word: &'static str,
    /// What it means.
    pub(crate) text: String,
}
