//! Packets, hop by hop.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;

use ipnet::IpNet;
use tunnelog::names::NameId;

use super::bgp::Learned;
use super::topology::{Owner, Router};

/// What a router does with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Deliver(Owner),
    Forward(NameId),
}

/// A router's forwarding table, in no order.
pub(crate) type Table = Vec<(IpNet, Action)>;

/// Attached prefixes, static routes and learned routes.
pub(crate) fn table(router: &Router, learned: &Learned) -> Table {
    let attached = router.attached.iter().map(|(owner, prefix)| (*prefix, Action::Deliver(*owner)));
    let fixed = router.static_routes.iter().map(|(next_hop, prefix)| (*prefix, Action::Forward(*next_hop)));
    let told = learned[&router.name].iter().flat_map(|(neighbour, messages)| {
        messages.iter().map(|message| (message.prefix, Action::Forward(*neighbour)))
    });
    attached.chain(fixed).chain(told).collect()
}

/// The actions of the longest prefix that holds `address`; those that deliver come before those that forward.
fn best(table: &Table, address: IpAddr) -> Vec<Action> {
    let covering = table.iter().filter(|(prefix, _)| prefix.contains(&address));
    let Some(longest) = covering.clone().map(|(prefix, _)| prefix.prefix_len()).max() else {
        return Vec::new();
    };
    let mut actions: Vec<Action> =
        covering.filter(|(prefix, _)| prefix.prefix_len() == longest).map(|(_, action)| *action).collect();
    if actions.iter().any(|action| matches!(action, Action::Deliver(_))) {
        actions.retain(|action| matches!(action, Action::Deliver(_)));
    }
    actions
}

/// Everywhere that a packet from `start` to `address` may arrive, whichever of equal next hops serves.
pub(crate) fn arrivals(
    tables: &BTreeMap<NameId, Table>,
    routers: &BTreeMap<NameId, Router>,
    start: NameId,
    address: IpAddr,
) -> BTreeSet<Owner> {
    let mut arrivals = BTreeSet::new();
    let mut visited = BTreeSet::from([start]);
    let mut waiting = VecDeque::from([start]);
    while let Some(at) = waiting.pop_front() {
        for action in best(&tables[&at], address) {
            match action {
                Action::Deliver(owner) => {
                    arrivals.insert(owner);
                }
                Action::Forward(next_hop) => {
                    let may_forward = at == start || routers[&at].relays;
                    if may_forward && visited.insert(next_hop) {
                        waiting.push_back(next_hop);
                    }
                }
            }
        }
    }
    arrivals
}
