//! BGP as rounds of messages: everybody tells every neighbour everything, until nobody hears news.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use tunnelog::names::NameId;

use super::topology::{Owner, Router, is_default};

/// A prefix, the router where its announcement started, and those that passed it on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Message {
    pub(crate) prefix: IpNet,
    pub(crate) origin: NameId,
    /// Nobody where only the beginning of a path matters.
    pub(crate) path: Vec<NameId>,
}

/// How much of a path a router looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paths {
    Origin,
    Whole,
}

/// What each router has accepted from each of its neighbours.
pub(crate) type Learned = BTreeMap<NameId, BTreeMap<NameId, BTreeSet<Message>>>;

/// Runs rounds until one changes nothing.
pub(crate) fn exchange(routers: &BTreeMap<NameId, Router>, paths: Paths) -> Learned {
    let mut learned: Learned = routers.keys().map(|name| (*name, BTreeMap::new())).collect();
    loop {
        let heard = round(routers, &learned, paths);
        if heard == learned {
            return learned;
        }
        learned = heard;
    }
}

fn round(routers: &BTreeMap<NameId, Router>, learned: &Learned, paths: Paths) -> Learned {
    let mut heard = Learned::new();
    for receiver in routers.values() {
        let neighbours = receiver.sessions.iter().map(|neighbour| {
            let mut messages = offers(&routers[neighbour], &learned[neighbour], receiver.name, paths);
            messages.retain(|message| accepts(receiver, message, routers));
            (*neighbour, messages)
        });
        heard.insert(receiver.name, neighbours.collect());
    }
    heard
}

/// Everything that `sender` tells `receiver`.
fn offers(
    sender: &Router,
    learned: &BTreeMap<NameId, BTreeSet<Message>>,
    receiver: NameId,
    paths: Paths,
) -> BTreeSet<Message> {
    let own = |prefix: IpNet| Message { prefix, origin: sender.name, path: Vec::new() };
    let onward = |message: &Message| {
        let mut message = message.clone();
        if paths == Paths::Whole {
            message.path.push(sender.name);
        }
        message
    };
    let is_summarized = |owner: Owner, prefix: IpNet| match owner {
        Owner::Network(network) if network == sender.name => !sender.summaries.is_empty(),
        Owner::Network(_) => sender.summaries.iter().any(|summary| summary.contains(&prefix)),
        Owner::Pool(_) => false,
    };
    let told = sender.attached.iter().filter(|(owner, prefix)| !is_summarized(*owner, *prefix));
    let told = told.map(|(_, prefix)| *prefix).chain(sender.summaries.iter().copied());
    let mut messages: BTreeSet<Message> = told.map(own).collect();
    if sender.relays {
        let elsewhere = sender.static_routes.iter().filter(|(next_hop, _)| *next_hop != receiver);
        messages
            .extend(elsewhere.map(|(_, prefix)| own(*prefix)).filter(|message| !is_default(message.prefix)));
        let others = learned.iter().filter(|(neighbour, _)| **neighbour != receiver);
        let passed_on = others.flat_map(|(_, told)| told).filter(|message| !is_default(message.prefix));
        messages.extend(passed_on.map(onward));
    }
    messages
}

/// A gateway refuses its own networks and what lies inside them, a site its own prefixes. Either refuses what started
/// at, or passed, a router of its ASN.
fn accepts(receiver: &Router, message: &Message, routers: &BTreeMap<NameId, Router>) -> bool {
    let is_claimed = |prefix: &IpNet| {
        if receiver.is_site { *prefix == message.prefix } else { prefix.contains(&message.prefix) }
    };
    let own = receiver.attached.iter().any(|(owner, prefix)| {
        matches!(owner, Owner::Network(_)) && !is_default(*prefix) && is_claimed(prefix)
    });
    let mut passed = message.path.iter().chain([&message.origin]);
    !own && passed.all(|router| routers[router].asn != receiver.asn)
}
