//! The shape of `explain --zone --format json`: of each server that clients are given, what it knows of the zone.

use serde::Serialize;

use super::answer::{Context, NameOf};
use super::head::Head;
use crate::explain::Stated;
use crate::explain::names::{NameExplanation, ServerExplained, ServerKind, Standing};
use crate::inventory::Inventory;
use crate::source::{Sources, Span};

/// The whole document.
#[derive(Serialize)]
pub struct Document<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    explanations: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    #[serde(flatten)]
    answer: NameOf<'a>,
    given: Vec<ServerShape<'a>>,
}

#[derive(Serialize)]
struct ServerShape<'a> {
    address: String,
    kind: &'static str,
    stated: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    stands: Vec<StandingShape<'a>>,
}

#[derive(Serialize)]
struct StandingShape<'a> {
    vnet: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolver: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<Vec<String>>,
}

impl<'a> Document<'a> {
    /// What is said of names of a zone in `inventory`, which was read from `sources` at the path `root`: files are named by what follows that.
    #[must_use]
    pub fn new(
        head: Head<'a>,
        explanations: &[NameExplanation],
        inventory: &'a Inventory,
        sources: &Sources,
        root: &str,
    ) -> Self {
        let root = format!("{}/", root.trim_end_matches(['/', '\\']));
        let shaper = Shaper { inventory, sources, root: &root };
        let context = Context { inventory, path: None };
        let item = |explanation: &NameExplanation| Item {
            answer: context.name(explanation.gateway, &explanation.answer),
            given: explanation.servers.iter().map(|server| shaper.server(server)).collect(),
        };
        Self { head, explanations: explanations.iter().map(item).collect() }
    }
}

/// What servers are shaped with.
struct Shaper<'a, 's> {
    inventory: &'a Inventory,
    sources: &'s Sources,
    root: &'s str,
}

impl<'a> Shaper<'a, '_> {
    fn server(&self, server: &ServerExplained) -> ServerShape<'a> {
        let names = &self.inventory.names;
        let stands = |standing: &Standing| StandingShape {
            vnet: names.text(standing.vnet),
            resolver: standing.resolver.as_ref().map(|stated| self.rows(stated)),
            link: standing.link.as_ref().map(|stated| self.rows(stated)),
        };
        let reach = server.reach.as_ref();
        ServerShape {
            address: server.address.to_string(),
            kind: match server.kind {
                ServerKind::Azure => "azure",
                ServerKind::Resolver => "resolver",
                ServerKind::Forwarder => "forwarder",
            },
            stated: self.rows(&server.given),
            network: reach.map(|row| names.text(row.network)),
            destination: reach.map(|row| row.destination.to_string()),
            status: reach.map(|row| row.status.word()),
            stands: server.standing.iter().map(stands).collect(),
        }
    }

    /// Where something is stated, as `file:line`.
    fn rows(&self, stated: &Stated) -> Vec<String> {
        let row = |span: &Span| {
            let path = &self.sources.get(span.file).path;
            let path = path.strip_prefix(self.root).unwrap_or(path);
            format!("{path}:{}", self.sources.position(*span).line)
        };
        stated.spans.iter().map(row).collect()
    }
}
