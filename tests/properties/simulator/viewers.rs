//! Who looks at the network: classes of clients or single clients, and the routes they hold.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use tunnelog::inventory::{Client, Gateway, Inventory, Os, Protocol};
use tunnelog::names::NameId;

use super::Question;
use super::bgp::Learned;
use super::topology::{Owner, Router, is_default, nets};

/// A class of clients of one gateway, or one client as a member of a class.
pub(crate) struct Viewer {
    /// The client's name; empty for a whole class.
    pub(crate) client: String,
    pub(crate) gateway: NameId,
    pub(crate) class: &'static str,
    manual: BTreeSet<IpNet>,
}

/// Everybody whose answers are listed.
pub(crate) fn viewers(inventory: &Inventory, question: Question) -> Vec<Viewer> {
    let mut viewers = Vec::new();
    for gateway in inventory.gateways.iter().filter(|gateway| !gateway.client_pool.is_empty()) {
        let clients = inventory.clients.iter().flatten().filter(|client| client.gateway == gateway.vnet);
        for client in clients.filter(|_| question.by_client) {
            viewers.extend(classes_of(client, gateway, question).into_iter().map(|class| Viewer {
                client: client.name.to_string(),
                gateway: gateway.vnet,
                class,
                manual: nets(&client.manual_routes),
            }));
        }
        if !question.by_client {
            viewers.extend(all_classes(gateway, question).into_iter().map(|class| Viewer {
                client: String::new(),
                gateway: gateway.vnet,
                class,
                manual: BTreeSet::new(),
            }));
        }
    }
    viewers
}

fn protocols(gateway: &Gateway) -> Vec<Protocol> {
    if gateway.protocols.is_empty() {
        vec![Protocol::Ikev2, Protocol::OpenVpn]
    } else {
        gateway.protocols.clone()
    }
}

fn class_over(windows: bool, protocol: Protocol) -> Option<&'static str> {
    match (windows, protocol) {
        (true, Protocol::OpenVpn) => Some("windows-openvpn"),
        (true, _) => Some("windows-native"),
        (false, Protocol::OpenVpn) => Some("non-windows-openvpn"),
        (false, Protocol::Ikev2) => Some("non-windows-ikev2"),
        // SSTP is for Windows only.
        (false, Protocol::Sstp) => None,
    }
}

fn classes_of(client: &Client, gateway: &Gateway, question: Question) -> BTreeSet<&'static str> {
    let windows = client.os == Os::Windows;
    // Whoever is known to connect over a protocol is answered for it, whatever the classes of others are.
    let by_protocol = client.protocol.and_then(|protocol| class_over(windows, protocol));
    if !question.observed && by_protocol.is_none() {
        return BTreeSet::from([if windows { "windows" } else { "non-windows" }]);
    }
    let possible = client.protocol.map_or_else(|| protocols(gateway), |protocol| vec![protocol]);
    possible.into_iter().filter_map(|protocol| class_over(windows, protocol)).collect()
}

fn all_classes(gateway: &Gateway, question: Question) -> BTreeSet<&'static str> {
    if !question.observed {
        return BTreeSet::from(["windows", "non-windows"]);
    }
    let both = |protocol| [true, false].into_iter().filter_map(move |windows| class_over(windows, protocol));
    protocols(gateway).into_iter().flat_map(both).collect()
}

/// The routes on the client, each with every reason for it.
pub(crate) fn routes(
    inventory: &Inventory,
    viewer: &Viewer,
    routers: &BTreeMap<NameId, Router>,
    learned: &Learned,
) -> BTreeMap<IpNet, BTreeSet<&'static str>> {
    let router = &routers[&viewer.gateway];
    let mut held: BTreeMap<IpNet, BTreeSet<&'static str>> = BTreeMap::new();
    let mut add = |prefix: IpNet, reason| {
        held.entry(prefix).or_default().insert(reason);
    };
    for (owner, prefix) in &router.attached {
        let reason = match owner {
            Owner::Network(network) if *network == viewer.gateway => "own-vnet",
            Owner::Network(_) => "transit-spoke",
            Owner::Pool(_) => "client-pool",
        };
        add(*prefix, reason);
    }
    for gateway in inventory.gateways.iter().filter(|gateway| gateway.vnet == viewer.gateway) {
        for prefix in nets(&gateway.custom_routes) {
            add(prefix, "custom-route");
        }
    }
    for prefix in &viewer.manual {
        add(*prefix, "manual");
    }
    let told = learned[&viewer.gateway].values().flatten().map(|message| message.prefix);
    if !matches!(viewer.class, "windows" | "windows-native") {
        for prefix in told.filter(|prefix| !is_default(*prefix)) {
            add(prefix, "bgp");
        }
        let sites_too = matches!(viewer.class, "windows-openvpn" | "non-windows-openvpn");
        for (next_hop, prefix) in &router.static_routes {
            if !is_default(*prefix) && (sites_too || !routers[next_hop].is_site) {
                add(*prefix, "static");
            }
        }
    }
    held
}
