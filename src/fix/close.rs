//! The measures that may close a way.
//!
//! Routes on clients are not among them, as a way without a route is still a way: whoever adds the
//! route walks it. Nor is the end of a gateway: its tunnels and spokes have to go before it does,
//! and nothing is left for its end to close.

use super::Goal;
use super::estate::Estate;
use super::measure::{Draft, Kind, Part};
use crate::names::NameId;
use crate::prefix::Prefix;

/// Every measure that may help to close `goals`.
pub(super) fn drafts(estate: &Estate<'_>, goals: &[Goal]) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut offer =
        |kind, line: String, parts: Vec<Part>| drafts.push(Draft { kind, lines: vec![line], parts });
    let pair = |relation: &str, one: NameId, other: NameId| {
        format!("- {relation}({}, {})", estate.text(one), estate.text(other))
    };
    let mut at_stake: Vec<Prefix> = Vec::new();
    for goal in goals {
        let names = [&goal.gateway, &goal.network].map(|text| estate.name(text));
        let [Some(gateway), Some(network)] = names else { continue };
        at_stake.extend(estate.pool(gateway));
        at_stake.extend(estate.wanted(goal, network));
        for hub in estate.peers(network).into_iter().filter(|hub| estate.attaches(*hub, network)) {
            let attaches = vec![Part::Attaches(hub, network)];
            offer(Kind::TransitFlag, pair("gateway_transit", hub, network), attaches.clone());
            offer(Kind::PeeringSide, pair("peered", hub, network), attaches.clone());
            offer(Kind::PeeringSide, pair("peered", network, hub), attaches);
        }
    }
    for (one, other) in estate.pairs() {
        let is_carried = estate.is_router(one) && estate.is_router(other);
        if !(is_carried && estate.between(one, other).any(|tunnel| tunnel.up)) {
            continue;
        }
        offer(Kind::TunnelState, pair("s2s", one, other), vec![Part::Up(one, other)]);
        if estate.between(one, other).any(|tunnel| tunnel.up && tunnel.bgp) {
            offer(Kind::Bgp, pair("bgp", one, other), vec![Part::Up(one, other)]);
        }
        for (near, far) in [(one, other), (other, one)] {
            let routed = estate.routed(near, far).into_iter();
            for prefix in routed.filter(|prefix| at_stake.iter().any(|other| other.overlaps(*prefix))) {
                let line = format!("- static_route({}, {}, {prefix})", estate.text(near), estate.text(far));
                offer(Kind::StaticRoutes, line, vec![Part::Up(one, other)]);
            }
        }
    }
    for site in estate.inventory.sites.iter().filter(|site| site.transit) {
        if estate.neighbours(site.name).len() < 2 {
            continue;
        }
        let line = format!("- transit_site({})", estate.text(site.name));
        offer(Kind::TransitSite, line, vec![Part::Relays(site.name)]);
    }
    drafts
}
