//! Why names of a private zone resolve for clients, or why not: what each server that they are given comes to.
//!
//! What can be said of a server's address is explained like any destination, by [`Analysis::explain`].
//!
//! ```
//! use tunnelog::answer::{Analysis, Resolution};
//! use tunnelog::explain::names::NameQuestion;
//! use tunnelog::explain::Origin;
//! use tunnelog::import::load::load;
//!
//! let inventory = load("facts/names-resolver-in-hub").unwrap().inventory;
//! let from = Origin::gateway(&inventory, "Hub").unwrap();
//! let zone = inventory.labels.get("privatelink.database.windows.net").unwrap();
//! let question = NameQuestion::new(from, zone);
//! let explained = Analysis::new(&inventory).explain_names(&question).unwrap();
//! assert_eq!(explained[0].answer.status, Resolution::No);
//! assert_eq!(explained[0].servers[0].standing[0].link, None);
//! ```

use std::net::IpAddr;

use super::explanation::Origin;
use super::places::{Places, Stated};
use crate::answer::{Analysis, By, NameRow, ReachRow, Request, Wanted, destination_of};
use crate::class::{Class, Profile};
use crate::inventory::naming::AZURE_RESOLVER;
use crate::names::{LabelId, NameId};
use crate::proof::Fact;
use crate::solve::holders;

/// What is asked.
#[derive(Clone, Debug)]
pub struct NameQuestion {
    /// Which description of the clients' routes is followed.
    pub profile: Profile,
    /// Whose names.
    pub from: Origin,
    /// Of which zone.
    pub zone: LabelId,
    /// The classes to explain; none for all.
    pub classes: Option<Vec<Class>>,
}

impl NameQuestion {
    /// A question about all classes in the article's profile.
    #[must_use]
    pub fn new(from: Origin, zone: LabelId) -> Self {
        Self { profile: Profile::default(), from, zone, classes: None }
    }
}

/// Why names of the zone resolve for clients of a class, or why not.
#[derive(Clone, Debug)]
pub struct NameExplanation {
    /// The gateway.
    pub gateway: NameId,
    /// The answer.
    pub answer: NameRow,
    /// Every server that the clients are given, in the order of addresses.
    pub servers: Vec<ServerExplained>,
}

/// What a server that clients are given comes to.
#[derive(Clone, Debug)]
pub struct ServerExplained {
    /// Its address.
    pub address: IpAddr,
    /// Where it is given.
    pub given: Stated,
    /// What can be said of its address; none where no network of the part holds it.
    pub reach: Option<ReachRow>,
    /// What it is.
    pub kind: ServerKind,
    /// The VNets that it stands in, each with the link of the zone to it.
    pub standing: Vec<Standing>,
}

/// What a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerKind {
    /// Azure's own resolver, which answers inside Azure only.
    Azure,
    /// The inbound endpoint of a DNS Private Resolver.
    Resolver,
    /// Something else, which may forward.
    Forwarder,
}

/// A VNet that a server stands in.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The VNet.
    pub vnet: NameId,
    /// Where the resolver is stated; nowhere for a server that is none.
    pub resolver: Option<Stated>,
    /// Where the zone is linked to the VNet; none where it is not.
    pub link: Option<Stated>,
}

impl Analysis<'_> {
    /// Why names of a zone resolve for clients; none where there are no such clients, and nothing for a zone that is none of their part.
    #[must_use]
    pub fn explain_names(&self, question: &NameQuestion) -> Option<Vec<NameExplanation>> {
        let (gateway, by) = match question.from {
            Origin::Gateway(gateway) => (gateway, By::Class),
            Origin::Client(index) => {
                (self.inventory().clients.as_deref()?.get(index as usize)?.gateway, By::Client)
            }
        };
        let request = Request {
            profile: question.profile,
            by,
            gateways: Some(vec![gateway]),
            classes: question.classes.clone(),
            wanted: Wanted::Reach,
            names: true,
            ..Request::default()
        };
        let is_asked = |client: Option<u32>| match question.from {
            Origin::Gateway(_) => true,
            Origin::Client(index) => client == Some(index),
        };
        let mut found = None;
        let Ok(()) = self.answer(&request, |gateway, answer| {
            if answer.reach.first().is_none_or(|row| is_asked(row.client)) {
                let rows = answer.names.iter().filter(|row| row.zone == Some(question.zone));
                let explained = rows.map(|row| self.name_explained(gateway, row, &answer.reach));
                found = Some(explained.collect());
            }
            Ok::<(), std::convert::Infallible>(())
        });
        found
    }

    fn name_explained(&self, gateway: NameId, answer: &NameRow, reach: &[ReachRow]) -> NameExplanation {
        let rows = self.facts().of(self.facts().component_of(gateway));
        let places = Places::new(self);
        let link = |vnet: NameId| {
            let zone = answer.zone?;
            let is_linked = rows.zone_link.contains(&(zone, vnet));
            is_linked.then(|| places.stated(Fact::ZoneLink(zone, vnet)))
        };
        let servers = rows.dns_server.iter().filter(|row| row.0 == gateway).map(|(_, address)| {
            let of_resolvers = rows.resolver.iter().filter(|row| row.1 == *address);
            let resolvers: Vec<Standing> = of_resolvers
                .map(|(vnet, address)| Standing {
                    vnet: *vnet,
                    resolver: Some(places.stated(Fact::Resolver(*vnet, *address))),
                    link: link(*vnet),
                })
                .collect();
            let kind = match resolvers.first() {
                _ if *address == AZURE_RESOLVER => ServerKind::Azure,
                Some(_) => ServerKind::Resolver,
                None => ServerKind::Forwarder,
            };
            let standing = match kind {
                ServerKind::Azure => Vec::new(),
                ServerKind::Resolver => resolvers,
                ServerKind::Forwarder => holders(&rows, *address)
                    .into_iter()
                    .map(|vnet| Standing { vnet, resolver: None, link: link(vnet) })
                    .collect(),
            };
            let reach = destination_of(reach, answer.class, *address).filter(|_| kind != ServerKind::Azure);
            let given = places.stated(Fact::DnsServer(gateway, *address));
            ServerExplained { address: *address, given, reach: reach.copied(), kind, standing }
        });
        NameExplanation { gateway, answer: answer.clone(), servers: servers.collect() }
    }
}
