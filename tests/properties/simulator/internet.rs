//! The Internet: which prefixes stand for it, which clients have a route there, and where packets for it leave.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use tunnelog::names::NameId;

use super::topology::{Owner, nets};
use super::viewers::Viewer;
use super::{ReachLine, Simulator, fate, join, space};

/// Ranges whose addresses are never on the Internet.
const NOWHERE: [&str; 11] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "224.0.0.0/4",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
    "ff00::/8",
];

fn net(text: &str) -> IpNet {
    text.parse().expect("a prefix")
}

/// The prefixes that some route names: of gateways, tunnels, clients and the route tables that are used.
fn routes(simulator: &Simulator<'_>, part: &BTreeSet<NameId>) -> BTreeSet<IpNet> {
    let inventory = simulator.inventory;
    let mut named = BTreeSet::new();
    for gateway in inventory.gateways.iter().filter(|gateway| part.contains(&gateway.vnet)) {
        named.extend(nets(&gateway.custom_routes));
        named.extend(nets(&gateway.summarized_prefixes));
    }
    // A tunnel that is down routes nothing.
    for router in part.iter().filter_map(|name| simulator.routers.get(name)) {
        named.extend(router.static_routes.iter().map(|(_, prefix)| *prefix));
    }
    for client in inventory.clients.iter().flatten().filter(|client| part.contains(&client.gateway)) {
        named.extend(nets(&client.manual_routes));
    }
    for subnet in inventory.subnets.iter().filter(|subnet| part.contains(&subnet.vnet)) {
        let rows = inventory.user_routes.iter();
        let of_table = rows.filter(|row| Some(row.route_table) == subnet.route_table);
        named.extend(of_table.map(|row| row.prefix.net()));
    }
    named
}

/// Each prefix that stands for the Internet, with the addresses that it stands for as stretches alike.
fn destinations(simulator: &Simulator<'_>, part: &BTreeSet<NameId>) -> BTreeMap<IpNet, Vec<IpNet>> {
    let named = routes(simulator, part);
    let mut taken: BTreeSet<IpNet> = BTreeSet::new();
    for name in part {
        taken.extend(simulator.networks.get(name).into_iter().flatten());
        taken.extend(simulator.pool(*name));
    }
    let private: BTreeSet<IpNet> = NOWHERE.iter().map(|text| net(text)).collect();
    let halves = ["0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"].map(net);
    let lies_in =
        |prefix: &IpNet, ranges: &BTreeSet<IpNet>| ranges.iter().any(|range| range.contains(prefix));
    let mut standing: BTreeSet<IpNet> = named
        .iter()
        .copied()
        .filter(|prefix| prefix.prefix_len() > 1 && !lies_in(prefix, &private))
        .collect();
    standing.extend(halves);
    standing.retain(|prefix| !lies_in(prefix, &taken));
    let mut all: BTreeSet<IpNet> = &simulator.named | &private;
    all.extend(halves);
    let mut found = BTreeMap::new();
    for prefix in &standing {
        let mut cells = space::cells(*prefix, &all);
        // What a longer prefix names is no part of it.
        let is_named = |cell: &IpNet| {
            let is_longer = |other: &&IpNet| other.prefix_len() > prefix.prefix_len() && other.contains(cell);
            simulator.named.iter().chain(&private).any(|other| is_longer(&other))
        };
        cells.retain(|cell| !is_named(cell));
        if !cells.is_empty() {
            found.insert(*prefix, cells);
        }
    }
    found
}

/// Adds the lines of the Internet for a viewer, where some client of the gateway holds a route there: one of `held`, or one added by hand.
pub(super) fn judge(
    simulator: &Simulator<'_>,
    (viewer, own): (&Viewer, &BTreeMap<IpNet, BTreeSet<&'static str>>),
    mut held: BTreeSet<IpNet>,
    part: &BTreeSet<NameId>,
    lines: &mut Vec<ReachLine>,
) {
    for client in simulator.inventory.clients.iter().flatten() {
        if client.gateway == viewer.gateway {
            held.extend(nets(&client.manual_routes));
        }
    }
    // Nothing public lies in what is private.
    let private = NOWHERE.map(net);
    held.retain(|route| !private.iter().any(|range| range.contains(route)));
    if held.is_empty() {
        return;
    }
    let found = destinations(simulator, part);
    for is_four in [true, false] {
        let of_family = || found.iter().filter(|(prefix, _)| prefix.addr().is_ipv4() == is_four);
        let is_held = of_family().any(|(prefix, _)| held.iter().any(|route| route.contains(prefix)));
        if !is_held {
            continue;
        }
        let mut fates = BTreeMap::new();
        for (prefix, cells) in of_family() {
            let address = space::sample(cells[0]);
            let exits = simulator.steering().exits(viewer.gateway, address);
            let ways = simulator.ways(viewer.gateway, OUTSIDE, address, &exits, part);
            fates.insert(*prefix, fate(own, *prefix, ways));
        }
        let halves: Vec<IpNet> = fates.keys().copied().filter(|prefix| prefix.prefix_len() == 1).collect();
        if let [one, other] = halves[..]
            && fates[&one].kind() == fates[&other].kind()
        {
            let mut both = fates.remove(&one).expect("it is there");
            both.reasons.extend(fates.remove(&other).expect("it is there").reasons);
            fates.insert(one.supernet().expect("a half has one"), both);
        }
        for (destination, fate) in fates {
            lines.push(ReachLine {
                client: viewer.client.clone(),
                gateway: simulator.text(viewer.gateway),
                class: viewer.class.to_owned(),
                network: "Internet".to_owned(),
                destination: destination.to_string(),
                status: fate.status.to_owned(),
                reason: join(&fate.reasons),
            });
        }
    }
}

/// Who holds addresses outside every network.
pub(super) const OUTSIDE: Owner = Owner::Network(NameId::INTERNET);
