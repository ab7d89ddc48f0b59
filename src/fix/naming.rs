//! The measures that let names resolve, and what names are at the least in want of.
//!
//! Clients get names of a private zone from the inbound endpoint of a DNS Private Resolver: where they are given its address, reach it, and
//! the zone is linked to the VNet that it stands in.

use std::net::IpAddr;

use super::estate::Estate;
use super::measure::{Draft, Kind, Measure};
use super::wish::{Goal, ZoneGoal};
use crate::answer::{
    Analysis, Block, By, GatewayAnswer, Request, Resolution, Solver, Status, Wanted, status_of,
};
use crate::facts::Facts;
use crate::inventory::Inventory;
use crate::language::relations::Relation;
use crate::language::syntax::Change;
use crate::names::NameId;
use crate::prefix::Prefix;

/// The most resolvers that clients are offered.
const MOST: usize = 16;

/// The inbound endpoints in the part of the gateway.
fn resolvers(facts: &Facts, gateway: NameId) -> impl Iterator<Item = (NameId, IpAddr)> {
    facts.resolver.of(facts.component_of(gateway)).iter().copied()
}

fn is_given(inventory: &Inventory, gateway: NameId, address: IpAddr) -> bool {
    inventory.dns_servers.iter().any(|row| row.vnet == gateway && row.servers.contains(&address))
}

fn is_linked(inventory: &Inventory, zone: &str, vnet: NameId) -> bool {
    let zone = inventory.labels.get(zone);
    inventory.zone_links.iter().any(|link| Some(link.zone) == zone && link.vnet == Some(vnet))
}

fn gives(estate: &Estate<'_>, gateway: NameId, address: IpAddr) -> Change {
    Change::add(Relation::DnsServer, &[&estate.text(gateway), &address])
}

fn links(estate: &Estate<'_>, zone: &str, vnet: NameId) -> Change {
    Change::add(Relation::ZoneLink, &[&zone, &estate.text(vnet)])
}

/// Every measure of names that may help with `zones`, and what clients are to reach besides: the resolvers that are out of their reach.
pub(super) fn drafts(estate: &Estate<'_>, zones: &[ZoneGoal]) -> (Vec<Draft>, Vec<Goal>) {
    let (mut drafts, mut servers) = (Vec::new(), Vec::new());
    if zones.is_empty() {
        return (drafts, servers);
    }
    let inventory = estate.inventory();
    let facts = Facts::lower(inventory);
    let analysis = Analysis::with_facts(inventory, &facts);
    let mut offer = |kind, change| drafts.push(Draft { kind, changes: vec![change], parts: Vec::new() });
    for goal in zones {
        let Some(gateway) = estate.name(&goal.gateway) else { continue };
        let reach = answer(&analysis, goal).reach;
        let mut found: Vec<(NameId, IpAddr)> = resolvers(&facts, gateway).collect();
        // What is half set up comes first.
        found.sort_by_key(|(vnet, address)| {
            let is_known = (is_given(inventory, gateway, *address), is_linked(inventory, &goal.zone, *vnet));
            (std::cmp::Reverse(is_known), estate.text(*vnet), *address)
        });
        for (vnet, address) in found.into_iter().take(MOST) {
            if !is_given(inventory, gateway, address) {
                offer(Kind::DnsServer, gives(estate, gateway, address));
            }
            if !is_linked(inventory, &goal.zone, vnet) {
                offer(Kind::ZoneLink, links(estate, &goal.zone, vnet));
            }
            if status_of(&reach, goal.class, address) != Status::Reachable {
                servers.push(Goal {
                    gateway: goal.gateway.clone(),
                    class: goal.class,
                    client: goal.client.clone(),
                    network: estate.text(vnet).to_owned(),
                    within: Some(Prefix::from(address)),
                });
            }
        }
    }
    (drafts, servers)
}

/// The rows of the goal's clients; none where nobody serves them.
fn answer(analysis: &Analysis<'_>, goal: &ZoneGoal) -> GatewayAnswer {
    let inventory = analysis.inventory();
    let request = Request {
        profile: goal.class.profile(),
        by: if goal.client.is_some() { By::Client } else { By::Class },
        gateways: Some(inventory.names.get(&goal.gateway).into_iter().collect()),
        classes: Some(vec![goal.class]),
        wanted: Wanted::Reach,
        names: true,
        ..Request::default()
    };
    let is_meant = |block: &Block| {
        let client = block.client.and_then(|index| inventory.clients.as_ref()?.get(index as usize));
        client.map(|client| &*client.name) == goal.client.as_deref()
    };
    let Some(block) = analysis.blocks(&request).into_iter().find(is_meant) else {
        return GatewayAnswer::default();
    };
    let mut solver = Solver::new(analysis, &request);
    solver.solve(analysis, std::iter::once(analysis.facts().component_of(block.gateway)));
    solver.rows(analysis, &block)
}

/// True where names of every zone resolve.
pub(super) fn resolve_all(inventory: &Inventory, facts: &Facts, zones: &[ZoneGoal]) -> bool {
    let analysis = Analysis::with_facts(inventory, facts);
    zones.iter().all(|goal| {
        let zone = inventory.labels.get(&goal.zone);
        let rows = answer(&analysis, goal).names;
        rows.iter().any(|row| row.zone.is_some() && row.zone == zone && row.status == Resolution::Resolves)
    })
}

/// What each zone is in want of, whatever clients reach: a resolver that they are given, in a VNet that the zone is linked to.
pub(super) struct Wants(Vec<Vec<Way>>);

/// One resolver: the measures that give it to clients, and those that link the zone. None where that is so already.
struct Way {
    gives: Option<Vec<u16>>,
    links: Option<Vec<u16>>,
}

impl Wants {
    pub(super) fn new(inventory: &Inventory, zones: &[ZoneGoal], measures: &[Measure]) -> Self {
        if zones.is_empty() {
            return Self(Vec::new());
        }
        let estate = Estate::new(inventory, inventory);
        let facts = Facts::lower(inventory);
        let making = |change: &Change| -> Vec<u16> {
            let made = (0..).zip(measures).filter(|(_, measure)| measure.changes.contains(change));
            made.map(|(index, _)| index).collect()
        };
        let of_goal = |goal: &ZoneGoal| {
            let Some(gateway) = estate.name(&goal.gateway) else { return Vec::new() };
            let way = |(vnet, address): (NameId, IpAddr)| Way {
                gives: (!is_given(inventory, gateway, address))
                    .then(|| making(&gives(&estate, gateway, address))),
                links: (!is_linked(inventory, &goal.zone, vnet))
                    .then(|| making(&links(&estate, &goal.zone, vnet))),
            };
            resolvers(&facts, gateway).map(way).collect()
        };
        Self(zones.iter().map(of_goal).collect())
    }

    /// The measures of which one at least is missing from the set; none where no zone is in want of any.
    pub(super) fn missing(&self, set: &[u16]) -> Option<Vec<u16>> {
        let has =
            |of: &Option<Vec<u16>>| of.as_ref().is_none_or(|of| of.iter().any(|index| set.contains(index)));
        let wanting =
            self.0.iter().find(|ways| !ways.iter().any(|way| has(&way.gives) && has(&way.links)))?;
        let parts = wanting.iter().flat_map(|way| [&way.gives, &way.links]).filter(|part| !has(part));
        let mut missing: Vec<u16> = parts.flatten().flatten().copied().collect();
        missing.sort_unstable();
        missing.dedup();
        Some(missing)
    }
}
