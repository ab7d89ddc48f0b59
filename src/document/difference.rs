//! The rows of `whatif` and `diff`.

use std::fmt::Display;

use crate::answer::{Resolution, Status};
use crate::compare::{Difference, FactDifference, Presence};
use crate::inventory::Inventory;
use crate::prefix::Prefix;
use serde::{Serialize, Serializer};

use super::row::{Cell, Origin, Row};

/// One difference: a fact, a route, the status of a destination, whether names resolve, or who is served.
#[derive(Clone, Debug, Serialize)]
pub struct Changed<'a> {
    #[serde(skip_serializing_if = "is_unnamed")]
    client: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'static str>,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    prefix: Option<Prefix>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until_download: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<String>,
}

impl<'a> Changed<'a> {
    /// The rows of all differences: facts first, then gateway by gateway.
    #[must_use]
    pub fn all(
        facts: &'a [FactDifference],
        differences: &'a [Difference],
        names: &'a Inventory,
        by_client: bool,
    ) -> Vec<Self> {
        let mut rows = Self::facts(facts, by_client);
        for difference in differences {
            Self::of(difference, names, |row| rows.push(row));
        }
        rows
    }

    /// The rows of facts, sorted.
    #[must_use]
    pub fn facts(facts: &'a [FactDifference], by_client: bool) -> Vec<Self> {
        let row = |fact: &FactDifference| Self {
            client: by_client.then_some(""),
            fact: Some(fact.to_string()),
            ..Self::empty(if fact.added { "fact-added" } else { "fact-removed" })
        };
        let mut rows: Vec<Self> = facts.iter().map(row).collect();
        rows.sort_by(|one, other| (one.kind, &one.fact).cmp(&(other.kind, &other.fact)));
        rows
    }

    /// Calls `give` with the rows of one difference, sorted.
    pub fn of(difference: &'a Difference, names: &'a Inventory, mut give: impl FnMut(Self)) {
        let row = |kind| Self {
            client: difference.client.as_deref(),
            gateway: Some(names.names.text(difference.gateway)),
            class: Some(difference.class.word()),
            ..Self::empty(kind)
        };
        match difference.presence {
            Presence::Appears => give(row("appears")),
            Presence::Disappears => give(row("disappears")),
            Presence::Stays => {}
        }
        if difference.download {
            give(row("download"));
        }
        if difference.outage {
            give(row("outage"));
        }
        for route in &difference.routes {
            let kind = if route.gained { "route-gained" } else { "route-lost" };
            give(Self { prefix: Some(route.prefix), reasons: route.reasons.words().collect(), ..row(kind) });
        }
        for reach in &difference.reach {
            give(Self {
                network: Some(names.names.text(reach.network)),
                prefix: Some(reach.destination),
                before: reach.before.map(Status::word),
                after: reach.after.map(Status::word),
                until_download: reach.until.map(Status::word),
                reasons: reach.reasons.words().collect(),
                ..row("status")
            });
        }
        for name in &difference.names {
            give(Self {
                network: name.zone.map(|zone| names.labels.text(zone)),
                before: name.before.map(Resolution::word),
                after: name.after.map(Resolution::word),
                until_download: name.until.map(Resolution::word),
                reasons: name.reasons.words().collect(),
                ..row("zone")
            });
        }
    }

    fn empty(kind: &'static str) -> Self {
        Self {
            client: None,
            gateway: None,
            class: None,
            kind,
            network: None,
            prefix: None,
            before: None,
            after: None,
            until_download: None,
            reasons: Vec::new(),
            fact: None,
        }
    }
}

impl Row for Changed<'_> {
    const COLUMNS: &'static [&'static str] = &[
        "gateway",
        "class",
        "kind",
        "network",
        "prefix",
        "before",
        "after",
        "until_download",
        "reason",
        "fact",
    ];

    fn origin(&self) -> Origin<'_> {
        Origin { inventory: None, client: self.client }
    }

    fn cells<Error>(&self, mut cell: impl FnMut(Cell<'_>) -> Result<(), Error>) -> Result<(), Error> {
        cell(Cell::Text(self.gateway.unwrap_or_default()))?;
        cell(Cell::Text(self.class.unwrap_or_default()))?;
        cell(Cell::Text(self.kind))?;
        cell(Cell::Text(self.network.unwrap_or_default()))?;
        match &self.prefix {
            Some(prefix) => cell(Cell::Shown(prefix as &dyn Display))?,
            None => cell(Cell::Text(""))?,
        }
        cell(Cell::Text(self.before.unwrap_or_default()))?;
        cell(Cell::Text(self.after.unwrap_or_default()))?;
        cell(Cell::Text(self.until_download.unwrap_or_default()))?;
        cell(Cell::Text(&self.reasons.join(";")))?;
        cell(Cell::Text(self.fact.as_deref().unwrap_or_default()))
    }
}

/// A difference that one of several scenarios makes.
#[derive(Clone, Debug, Serialize)]
pub struct InScenario<'a> {
    /// The name of the scenario; empty for one without a name.
    pub scenario: &'a str,
    /// The difference.
    #[serde(flatten)]
    pub row: Changed<'a>,
}

impl Row for InScenario<'_> {
    const COLUMNS: &'static [&'static str] = &[
        "scenario",
        "gateway",
        "class",
        "kind",
        "network",
        "prefix",
        "before",
        "after",
        "until_download",
        "reason",
        "fact",
    ];

    fn origin(&self) -> Origin<'_> {
        self.row.origin()
    }

    fn cells<Error>(&self, mut cell: impl FnMut(Cell<'_>) -> Result<(), Error>) -> Result<(), Error> {
        cell(Cell::Text(self.scenario))?;
        self.row.cells(cell)
    }
}

/// What one change of a sweep does, or two together.
#[derive(Clone, Debug, Serialize)]
pub struct Swept<'a> {
    /// The change, or two joined by `; `.
    pub change: String,
    /// How many networks clients lose, counted for each gateway and class.
    pub lost: usize,
    /// How many they gain.
    pub gained: usize,
    /// How many gateways have clients that must download the profile again.
    pub downloads: usize,
    /// The networks lost and gained.
    pub networks: &'a [String],
    /// Why the change cannot be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<&'a str>,
}

impl Row for Swept<'_> {
    const COLUMNS: &'static [&'static str] =
        &["change", "lost", "gained", "downloads", "networks", "refused"];

    fn origin(&self) -> Origin<'_> {
        Origin::default()
    }

    fn cells<Error>(&self, mut cell: impl FnMut(Cell<'_>) -> Result<(), Error>) -> Result<(), Error> {
        cell(Cell::Change(&self.change))?;
        cell(Cell::Shown(&self.lost))?;
        cell(Cell::Shown(&self.gained))?;
        cell(Cell::Shown(&self.downloads))?;
        cell(Cell::Text(&self.networks.join(";")))?;
        cell(Cell::Text(self.refused.unwrap_or_default()))
    }
}

#[expect(clippy::ref_option_ref, reason = "serde passes fields by reference")]
fn is_unnamed(client: &Option<&str>) -> bool {
    client.is_none_or(str::is_empty)
}

#[expect(clippy::ref_option, reason = "serde passes fields by reference")]
fn as_text<S: Serializer>(prefix: &Option<Prefix>, serializer: S) -> Result<S::Ok, S::Error> {
    match prefix {
        Some(prefix) => serializer.collect_str(prefix),
        None => serializer.serialize_none(),
    }
}
