//! The measures that may close a way.
//!
//! Routes on clients are not among them, as a way without a route is still a way: whoever adds the
//! route walks it. Nor is the end of a gateway: its tunnels and spokes have to go before it does,
//! and nothing is left for its end to close.

use std::fmt::Display;

use super::estate::Estate;
use super::measure::{Draft, Kind, Part};
use super::wish::Goal;
use crate::language::relations::Relation;
use crate::language::syntax::Change;
use crate::prefix::Prefix;

/// Every measure that may help to close `goals`.
pub(super) fn drafts(estate: &Estate<'_>, goals: &[Goal]) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut offer = |kind, change: Change, parts: Vec<Part>| {
        drafts.push(Draft { kind, changes: vec![change], parts });
    };
    let mut at_stake: Vec<Prefix> = Vec::new();
    for goal in goals {
        let names = [&goal.gateway, &goal.network].map(|text| estate.name(text));
        let [Some(gateway), Some(network)] = names else { continue };
        at_stake.extend(estate.topology.client_pool(gateway));
        at_stake.extend(estate.wanted(goal, network));
        for hub in estate.peers(network).into_iter().filter(|hub| estate.topology.attaches(*hub, network)) {
            let attaches = vec![Part::Attaches(hub, network)];
            offer(Kind::TransitFlag, estate.remove(Relation::GatewayTransit, hub, network), attaches.clone());
            offer(Kind::PeeringSide, estate.remove(Relation::Peered, hub, network), attaches.clone());
            offer(Kind::PeeringSide, estate.remove(Relation::Peered, network, hub), attaches);
        }
    }
    for (one, other) in estate.pairs() {
        if !estate.topology.tunnels(one, other).any(|tunnel| tunnel.up) {
            continue;
        }
        offer(Kind::TunnelState, estate.remove(Relation::S2s, one, other), vec![Part::Up(one, other)]);
        if estate.topology.tunnels(one, other).any(|tunnel| tunnel.up && tunnel.bgp) {
            offer(Kind::Bgp, estate.remove(Relation::Bgp, one, other), vec![Part::Up(one, other)]);
        }
        for (near, far) in [(one, other), (other, one)] {
            let routed = estate.routed(near, far).into_iter();
            for prefix in routed.filter(|prefix| at_stake.iter().any(|other| other.overlaps(*prefix))) {
                let values: [&dyn Display; 3] = [&estate.text(near), &estate.text(far), &prefix];
                let change = Change::remove(Relation::StaticRoute, &values);
                offer(Kind::StaticRoutes, change, vec![Part::Up(one, other)]);
            }
        }
    }
    for site in estate.inventory().sites.iter().filter(|site| site.transit) {
        if estate.neighbours(site.name).len() < 2 {
            continue;
        }
        let change = Change::remove(Relation::TransitSite, &[&estate.text(site.name)]);
        offer(Kind::TransitSite, change, vec![Part::Relays(site.name)]);
    }
    drafts
}
