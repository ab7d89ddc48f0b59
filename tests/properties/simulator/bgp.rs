//! BGP as rounds of messages: everybody tells every neighbour everything, until nobody hears news.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use tunnelog::names::Name;

use super::topology::{Owner, Router, is_default};

/// A prefix, and the router where its announcement started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Message {
    pub(crate) prefix: IpNet,
    pub(crate) origin: Name,
}

/// What each router has accepted from each of its neighbours.
pub(crate) type Learned = BTreeMap<Name, BTreeMap<Name, BTreeSet<Message>>>;

/// Runs rounds until one changes nothing.
pub(crate) fn exchange(routers: &BTreeMap<Name, Router>) -> Learned {
    let mut learned: Learned = routers.keys().map(|name| (*name, BTreeMap::new())).collect();
    loop {
        let heard = round(routers, &learned);
        if heard == learned {
            return learned;
        }
        learned = heard;
    }
}

fn round(routers: &BTreeMap<Name, Router>, learned: &Learned) -> Learned {
    let mut heard = Learned::new();
    for receiver in routers.values() {
        let neighbours = receiver.sessions.iter().map(|neighbour| {
            let mut messages = offers(&routers[neighbour], &learned[neighbour], receiver.name);
            messages.retain(|message| accepts(receiver, *message, routers));
            (*neighbour, messages)
        });
        heard.insert(receiver.name, neighbours.collect());
    }
    heard
}

/// Everything that `sender` tells `receiver`.
fn offers(sender: &Router, learned: &BTreeMap<Name, BTreeSet<Message>>, receiver: Name) -> BTreeSet<Message> {
    let own = |prefix: IpNet| Message { prefix, origin: sender.name };
    let mut messages: BTreeSet<Message> = sender.attached.iter().map(|(_, prefix)| own(*prefix)).collect();
    if sender.relays {
        let elsewhere = sender.static_routes.iter().filter(|(next_hop, _)| *next_hop != receiver);
        messages
            .extend(elsewhere.map(|(_, prefix)| own(*prefix)).filter(|message| !is_default(message.prefix)));
        let others = learned.iter().filter(|(neighbour, _)| **neighbour != receiver);
        messages.extend(others.flat_map(|(_, told)| told).filter(|message| !is_default(message.prefix)));
    }
    messages
}

/// A router refuses its own networks and their subsets, and what started at a router of its ASN.
fn accepts(receiver: &Router, message: Message, routers: &BTreeMap<Name, Router>) -> bool {
    let own = receiver.attached.iter().any(|(owner, prefix)| {
        matches!(owner, Owner::Network(_)) && !is_default(*prefix) && prefix.contains(&message.prefix)
    });
    !own && routers[&message.origin].asn != receiver.asn
}
