//! What the servers that clients are given resolve, asked server by server.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;
use tunnelog::names::{LabelId, NameId};

use super::topology::connected_part;
use super::{Question, ReachLine, Simulator, viewers};

/// How names of a zone resolve, in words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NameLine {
    /// The client's name; empty where classes are listed.
    pub(crate) client: String,
    pub(crate) gateway: String,
    pub(crate) class: String,
    pub(crate) zone: String,
    pub(crate) server: String,
    pub(crate) status: String,
    pub(crate) reason: String,
}

/// What one server does with a question.
enum Answer {
    Knows,
    MayForward { is_told: bool },
    KnowsNot,
    Silent(String),
}

impl Simulator<'_> {
    /// What every class or client is told of every zone, where `reach` is what they reach.
    pub(crate) fn names(&self, question: Question, reach: &[ReachLine]) -> Vec<NameLine> {
        let mut lines = Vec::new();
        for viewer in viewers::viewers(self.inventory, question) {
            let part = connected_part(self.inventory, viewer.gateway);
            let given: BTreeSet<IpAddr> = self
                .inventory
                .dns_servers
                .iter()
                .filter(|row| row.vnet == viewer.gateway)
                .flat_map(|row| row.servers.iter().copied())
                .collect();
            let zones = self.zones(&part);
            let mut asked: Vec<Option<LabelId>> = zones.into_iter().map(Some).collect();
            if asked.is_empty() && !given.is_empty() {
                asked.push(None);
            }
            for zone in asked {
                let answers: Vec<(IpAddr, Answer)> = given
                    .iter()
                    .map(|server| {
                        let of_viewer = reach.iter().filter(|line| {
                            (&line.client, &line.gateway, &*line.class)
                                == (&viewer.client, &self.text(viewer.gateway), viewer.class)
                        });
                        (*server, self.ask(*server, zone, &part, of_viewer))
                    })
                    .collect();
                let (status, servers, reasons) = verdict(&answers);
                let servers: Vec<String> = servers.iter().map(ToString::to_string).collect();
                lines.push(NameLine {
                    client: viewer.client.clone(),
                    gateway: self.text(viewer.gateway),
                    class: viewer.class.to_owned(),
                    zone: zone.map_or_else(String::new, |zone| self.inventory.labels.text(zone).to_owned()),
                    server: servers.join(";"),
                    status: status.to_owned(),
                    reason: reasons.into_iter().collect::<Vec<_>>().join(";"),
                });
            }
        }
        lines.sort();
        lines
    }

    /// The zones that clients in the part may ask for.
    fn zones(&self, part: &BTreeSet<NameId>) -> BTreeSet<LabelId> {
        let mut zones = BTreeSet::new();
        for row in &self.inventory.zone_links {
            let links = self.inventory.zone_links.iter().filter(|other| other.zone == row.zone);
            let is_linked = links.clone().any(|other| other.vnet.is_some());
            let is_here = links.clone().any(|other| other.vnet.is_some_and(|vnet| part.contains(&vnet)));
            if is_here || !is_linked {
                zones.insert(row.zone);
            }
        }
        let here = self.inventory.private_endpoints.iter().filter(|row| part.contains(&row.vnet));
        zones.extend(here.filter_map(|row| row.zone));
        zones
    }

    fn ask<'line>(
        &self,
        server: IpAddr,
        zone: Option<LabelId>,
        part: &BTreeSet<NameId>,
        reach: impl Iterator<Item = &'line ReachLine>,
    ) -> Answer {
        if server.to_string() == "168.63.129.16" {
            return Answer::Silent("unreachable".to_owned());
        }
        let is_linked = |vnet: NameId| {
            let mut links = self.inventory.zone_links.iter();
            zone.is_none() || links.any(|link| Some(link.zone) == zone && link.vnet == Some(vnet))
        };
        match status(server, reach) {
            Some(status) if status == "reachable" => {}
            Some(status) => return Answer::Silent(status),
            None => return Answer::Silent("unreachable".to_owned()),
        }
        let resolvers = self.inventory.resolvers.iter();
        let mut standing =
            resolvers.filter(|row| part.contains(&row.vnet) && row.addresses.contains(&server)).peekable();
        if standing.peek().is_some() {
            return if standing.any(|row| is_linked(row.vnet)) { Answer::Knows } else { Answer::KnowsNot };
        }
        let around = self.around(server, part);
        Answer::MayForward { is_told: around.is_empty() || around.into_iter().any(is_linked) }
    }

    /// The VNets that hold the address most narrowly in the part.
    fn around(&self, server: IpAddr, part: &BTreeSet<NameId>) -> Vec<NameId> {
        let host = IpNet::from(server);
        for length in (0..=host.prefix_len()).rev() {
            let holds = |net: &&IpNet| net.prefix_len() == length && net.contains(&host);
            let held: Vec<NameId> = self
                .networks
                .iter()
                .filter(|(name, nets)| part.contains(*name) && nets.iter().any(|net| holds(&net)))
                .map(|(name, _)| *name)
                .collect();
            if !held.is_empty() {
                let is_vnet = |name: &NameId| self.inventory.vnets.iter().any(|vnet| vnet.name == *name);
                return held.into_iter().filter(is_vnet).collect();
            }
        }
        Vec::new()
    }
}

/// What is said of the narrowest destinations around an address: the best of it, where networks overlap.
fn status<'line>(server: IpAddr, reach: impl Iterator<Item = &'line ReachLine>) -> Option<String> {
    let host = IpNet::from(server);
    let mut found: Vec<(u8, usize, String)> = Vec::new();
    for line in reach.filter(|line| line.network != "Internet") {
        let net: IpNet = line.destination.parse().expect("a destination is a prefix");
        if net.contains(&host) {
            let worth = ["unreachable", "blackhole", "needs-route", "reachable"];
            let worth = worth.iter().position(|word| *word == line.status).expect("a status");
            found.push((net.prefix_len(), worth, line.status.clone()));
        }
    }
    found.into_iter().max().map(|(_, _, status)| status)
}

/// What all servers together come to.
fn verdict(answers: &[(IpAddr, Answer)]) -> (&'static str, Vec<IpAddr>, BTreeSet<String>) {
    let mut servers = Vec::new();
    let mut reasons = BTreeSet::new();
    for (server, answer) in answers {
        if matches!(answer, Answer::Knows) {
            servers.push(*server);
            reasons.insert("resolver".to_owned());
        }
    }
    if !servers.is_empty() {
        return ("resolves", servers, reasons);
    }
    for (server, answer) in answers {
        if let Answer::MayForward { is_told } = answer {
            servers.push(*server);
            reasons.insert("forwarder".to_owned());
            if !is_told {
                reasons.insert("no-link".to_owned());
            }
        }
    }
    if !servers.is_empty() {
        return ("depends", servers, reasons);
    }
    for (server, answer) in answers {
        servers.push(*server);
        match answer {
            Answer::Silent(status) => reasons.extend(["server-out-of-reach".to_owned(), status.clone()]),
            _ => reasons.extend(["no-link".to_owned()]),
        }
    }
    if servers.is_empty() {
        reasons.insert("no-server".to_owned());
    }
    ("no", servers, reasons)
}
