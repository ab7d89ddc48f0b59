//! The shape of what is said of the clients of one gateway and class, or of one client.

use std::net::IpAddr;

use serde::Serialize;
use tunnelog::client_config::MissingRoute;
use tunnelog::document::{Cell, Head, Origin, Row};
use tunnelog::inventory::Inventory;
use tunnelog::prefix::Prefix;

/// What stands before the rows of a document about one client, or one class of them.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct OfClient<'a> {
    /// What stands before the rows of every document.
    #[serde(flatten)]
    pub(crate) head: Head<'a>,
    /// The client, where one is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client: Option<&'a str>,
    /// The VNet whose gateway the clients connect to; none where it is about a subnet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gateway: Option<&'a str>,
    /// Their class; none where it is about the gateway itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) class: Option<&'static str>,
}

/// What stands before the routes that clients lack.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct OfConfig<'a> {
    /// Whom the routes are for.
    #[serde(flatten)]
    pub(crate) of: OfClient<'a>,
    /// The DNS servers to write.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) servers: Vec<IpAddr>,
    /// The suffixes whose names are asked of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) suffixes: Vec<String>,
}

/// A route that clients lack.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Lacking<'a> {
    #[serde(serialize_with = "tunnelog::document::as_text")]
    prefix: Prefix,
    networks: Vec<&'a str>,
}

impl<'a> Lacking<'a> {
    /// The row of `route`.
    #[must_use]
    pub(crate) fn new(route: &MissingRoute, inventory: &'a Inventory) -> Self {
        let mut networks: Vec<&str> =
            route.networks.iter().map(|network| inventory.names.text(*network)).collect();
        networks.sort_unstable();
        Self { prefix: route.prefix, networks }
    }
}

impl Row for Lacking<'_> {
    const COLUMNS: &'static [&'static str] = &["prefix", "networks"];

    fn origin(&self) -> Origin<'_> {
        Origin::default()
    }

    fn cells<Error>(&self, mut cell: impl FnMut(Cell<'_>) -> Result<(), Error>) -> Result<(), Error> {
        cell(Cell::Shown(&self.prefix))?;
        cell(Cell::Text(&self.networks.join(";")))
    }
}
