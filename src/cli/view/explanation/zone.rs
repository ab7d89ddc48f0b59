//! Why names of a private zone resolve for clients, or why not, for people.

use tunnelog::answer::{NameReason, Resolution, Status};
use tunnelog::explain::clients;
use tunnelog::explain::names::{NameExplanation, ServerExplained, ServerKind};

use crate::cli::view::explanation::lines::{Kind, Line};
use crate::cli::view::explanation::text::Page;
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
