//! Why names of a private zone resolve for clients, or why not, for people and for programs.

use serde::Serialize;
use tunnelog::answer::{NameReason, Resolution, Status};
use tunnelog::explain::Stated;
use tunnelog::explain::clients;
use tunnelog::explain::names::{NameExplanation, ServerExplained, ServerKind, Standing};

use crate::cli::view::explanation::lines::{Kind, Line};
use crate::cli::view::explanation::text::Page;
use crate::cli::view::json::{Context, Head, NameOf};
use crate::cli::view::{words, zones};

impl Page<'_> {
    /// All that is said of names of a zone, and behind each that does not resolve the command that looks for a cure.
    pub(crate) fn of_zone(&self, explanations: &[NameExplanation], cure: &str) -> Vec<Vec<Line>> {
        let each = explanations.iter().map(|each| {
            let mut lines = self.zone_lines(each);
            lines.extend((each.answer.status == Resolution::No).then(|| Line::new(Kind::Command, cure)));
            lines
        });
        each.collect()
    }

    fn zone_lines(&self, explanation: &NameExplanation) -> Vec<Line> {
        let answer = &explanation.answer;
        let gateway = self.name(explanation.gateway);
        let zone = answer.zone.map_or("", |zone| self.label(zone));
        let whom = match self.client_of(answer.client) {
            Some(client) => format!("{client}, a client of {gateway}"),
            None => format!("{} clients of {gateway}", clients(answer.class)),
        };
        let status = zones::status_of(answer.status);
        let title = format!("Names of {zone} for {whom}");
        let said = format!("{} {}: {}", words::mark(status), answer.status.word(), means(answer.status));
        let mut lines = vec![Line::new(Kind::Title, title), Line::new(Kind::Status(status), said)];
        if answer.reasons.has(NameReason::NoServer) {
            lines.push(Line::new(Kind::Heading, "The servers that clients are given"));
            let text = format!(
                "{gateway} hands out no DNS server, and so uses Azure's own, which answers inside Azure only"
            );
            lines.push(Line::new(Kind::Fails, text));
        }
        for server in &explanation.servers {
            lines.push(Line::new(Kind::Heading, format!("The server {}", server.address)));
            let given = format!("{gateway} hands it out");
            lines.push(Line::new(Kind::Holds, given).at(self.at(&server.given.spans)));
            self.server_lines(server, zone, &mut lines);
        }
        lines
    }

    fn server_lines(&self, server: &ServerExplained, zone: &str, lines: &mut Vec<Line>) {
        if server.kind == ServerKind::Azure {
            let text = "it is Azure's own resolver, a virtual address that clients do not get to";
            lines.push(Line::new(Kind::Fails, text));
            return;
        }
        lines.push(match &server.reach {
            Some(row) => {
                let kind = if row.status == Status::Reachable { Kind::Holds } else { Kind::Fails };
                let (network, reasons) = (self.name(row.network), words::reasons(row.reasons));
                let text =
                    format!("it is {} in {network}, {}: {reasons}", row.status.word(), row.destination);
                Line::new(kind, text)
            }
            None => Line::new(Kind::Fails, "no network connected to the gateway holds it"),
        });
        for standing in &server.standing {
            let vnet = self.name(standing.vnet);
            if let Some(resolver) = &standing.resolver {
                let text = format!("a DNS Private Resolver has its inbound endpoint there, in {vnet}");
                lines.push(Line::new(Kind::Holds, text).at(self.at(&resolver.spans)));
            }
            lines.push(match &standing.link {
                Some(link) => {
                    Line::new(Kind::Holds, format!("{zone} is linked to {vnet}")).at(self.at(&link.spans))
                }
                None => Line::new(Kind::Fails, format!("{zone} is not linked to {vnet}")),
            });
        }
        if server.kind == ServerKind::Forwarder {
            let text =
                "it is no resolver of Azure: whether it forwards to Azure, the inventory does not tell";
            lines.push(Line::new(Kind::Step(2), text));
        }
    }
}

/// What a status means for clients.
fn means(status: Resolution) -> &'static str {
    match status {
        Resolution::Resolves => "a resolver that they reach knows the zone",
        Resolution::Depends => "a server that they reach may forward to Azure",
        Resolution::No => "no server that they are given and reach knows the zone",
    }
}

/// The explanations as one document.
#[derive(Serialize)]
pub(crate) struct ZoneDocument<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    explanations: Vec<ZoneShape<'a>>,
}

#[derive(Serialize)]
struct ZoneShape<'a> {
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

impl<'a> Page<'a> {
    /// The document about names of a zone.
    pub(crate) fn zone_document<'d>(
        &'d self,
        head: Head<'d>,
        explanations: &'d [NameExplanation],
        context: Context<'d>,
    ) -> ZoneDocument<'d> {
        let shape = |explanation: &'d NameExplanation| ZoneShape {
            answer: context.name(explanation.gateway, &explanation.answer),
            given: explanation.servers.iter().map(|server| self.server_shape(server)).collect(),
        };
        ZoneDocument { head, explanations: explanations.iter().map(shape).collect() }
    }

    fn server_shape(&self, server: &ServerExplained) -> ServerShape<'a> {
        let stands = |standing: &Standing| StandingShape {
            vnet: self.name(standing.vnet),
            resolver: standing.resolver.as_ref().map(|stated| self.named(stated)),
            link: standing.link.as_ref().map(|stated| self.named(stated)),
        };
        let reach = server.reach.as_ref();
        ServerShape {
            address: server.address.to_string(),
            kind: match server.kind {
                ServerKind::Azure => "azure",
                ServerKind::Resolver => "resolver",
                ServerKind::Forwarder => "forwarder",
            },
            stated: self.named(&server.given),
            network: reach.map(|row| self.name(row.network)),
            destination: reach.map(|row| row.destination.to_string()),
            status: reach.map(|row| row.status.word()),
            stands: server.standing.iter().map(stands).collect(),
        }
    }

    /// Where something is stated, as `file:line`.
    fn named(&self, stated: &Stated) -> Vec<String> {
        self.places(&stated.spans).into_iter().map(|(name, _)| name).collect()
    }
}
