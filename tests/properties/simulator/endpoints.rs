//! Private endpoints: each as one more owner of one address, to which routes of their own lead.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;

use super::topology::{Owner, address_space, carried, nets};
use super::viewers::Viewer;
use super::walk::Action;
use super::{ReachLine, Simulator, Ways, fate, join};

/// An address of a private endpoint.
#[derive(Clone, Copy, Debug)]
pub(super) struct Endpoint {
    pub(super) name: NameId,
    pub(super) vnet: NameId,
    pub(super) address: IpAddr,
    /// Its subnet has network policies for routes.
    pub(super) policed: bool,
}

impl Endpoint {
    pub(super) fn net(&self) -> IpNet {
        IpNet::from(self.address)
    }

    /// True where the user route is long enough for the policies of the endpoint's subnet.
    pub(super) fn gives_way(&self, inventory: &Inventory, user_route: IpNet) -> bool {
        let space = address_space(inventory, self.vnet);
        self.policed
            && space
                .iter()
                .any(|net| net.contains(&self.address) && net.prefix_len() <= user_route.prefix_len())
    }
}

/// The addresses of all private endpoints.
fn endpoints(inventory: &Inventory) -> Vec<Endpoint> {
    let mut found = Vec::new();
    for row in &inventory.private_endpoints {
        let Some(name) = inventory.endpoint(row) else { continue };
        // Policies are those of the endpoint's interface, whichever of its addresses is asked for.
        let policed =
            inventory.subnets.iter().filter(|subnet| subnet.vnet == row.vnet && subnet.endpoint_policies);
        let policed: Vec<IpNet> = policed.flat_map(|subnet| nets(&subnet.address_space)).collect();
        let policed = row.addresses.iter().any(|address| policed.iter().any(|net| net.contains(address)));
        found.extend(row.addresses.iter().map(|address| Endpoint {
            name,
            vnet: row.vnet,
            address: *address,
            policed,
        }));
    }
    found
}

/// True where the route of the endpoint is in the VNet: its own, or one that is peered with it from both sides and gets it.
pub(super) fn has_route(inventory: &Inventory, vnet: NameId, endpoint: &Endpoint) -> bool {
    if vnet == endpoint.vnet {
        return true;
    }
    let works = |from: NameId, to: NameId| {
        inventory.peerings.iter().any(|side| {
            (side.vnet, side.remote_vnet) == (from, to)
                && side.rare().not_connected.is_none()
                && side.allow_vnet_access
        })
    };
    let space = address_space(inventory, endpoint.vnet);
    let sides =
        inventory.peerings.iter().filter(|side| (side.vnet, side.remote_vnet) == (vnet, endpoint.vnet));
    // A side that says nothing of parts brings the endpoint wherever it is.
    let is_whole = sides.clone().any(|side| side.rare().carried.is_none());
    let gets = || {
        is_whole
            || carried(inventory, vnet, endpoint.vnet, &space)
                .iter()
                .any(|net| net.contains(&endpoint.address))
    };
    works(vnet, endpoint.vnet) && works(endpoint.vnet, vnet) && gets()
}

impl Simulator<'_> {
    /// The same topology once the routes of private endpoints are there; none where there are no endpoints.
    pub(super) fn with_endpoints(&self) -> Option<Self> {
        let endpoints = endpoints(self.inventory);
        if endpoints.is_empty() {
            return None;
        }
        let mut simulator = Simulator::with(self.inventory, self.paths);
        for endpoint in &endpoints {
            simulator.named.insert(endpoint.net());
            // No neighbour is told of them, and no client.
            for gateway in &self.inventory.gateways {
                if has_route(self.inventory, gateway.vnet, endpoint) {
                    let route = (endpoint.net(), Action::Deliver(Owner::Network(endpoint.name)));
                    simulator.tables.get_mut(&gateway.vnet).expect("gateways are routers").push(route);
                }
            }
        }
        simulator.endpoints = endpoints;
        Some(simulator)
    }

    /// The routers that the endpoint's route leads to it from.
    pub(super) fn delivering(&self, endpoint: NameId) -> Vec<NameId> {
        let delivers = |(_, action): &(IpNet, Action)| *action == Action::Deliver(Owner::Network(endpoint));
        let tables = self.tables.iter().filter(|(_, table)| table.iter().any(delivers));
        tables.map(|(name, _)| *name).collect()
    }
}

/// Adds the lines of private endpoints for a viewer, where they differ from what `lines` say of the endpoint's VNet.
pub(super) fn judge(
    simulator: &Simulator<'_>,
    (viewer, routes): (&Viewer, &BTreeMap<IpNet, BTreeSet<&'static str>>),
    part: &BTreeSet<NameId>,
    lines: &mut Vec<ReachLine>,
) {
    let is_steered = simulator.inventory.subnets.iter().any(|subnet| part.contains(&subnet.vnet));
    let mut found = Vec::new();
    for endpoint in simulator.endpoints.iter().filter(|endpoint| part.contains(&endpoint.vnet)) {
        let (owner, net) = (Owner::Network(endpoint.name), endpoint.net());
        let ways = if is_steered {
            let starts = simulator.delivering(endpoint.name);
            let starts: Vec<_> = starts.into_iter().map(super::steered::Place::Router).collect();
            simulator.ways(viewer.gateway, owner, endpoint.address, &starts, part)
        } else {
            let there = simulator.arrives(viewer.gateway, owner, net);
            let from = simulator.delivering(endpoint.name);
            let back = simulator.some_gets_back(&from, viewer.gateway, net, part);
            Ways { there, back, symmetric: true }
        };
        let fate = fate(routes, net, ways);
        let line = ReachLine {
            client: viewer.client.clone(),
            gateway: simulator.text(viewer.gateway),
            class: viewer.class.to_owned(),
            network: simulator.text(endpoint.name),
            destination: net.to_string(),
            status: fate.status.to_owned(),
            reason: join(&fate.reasons),
        };
        let vnet = simulator.text(endpoint.vnet);
        let whose = |line: &ReachLine| [&line.client, &line.gateway, &line.class].map(Clone::clone);
        let around = lines.iter().filter(|other| whose(other) == whose(&line) && other.network == vnet);
        let length = |other: &ReachLine| other.destination.parse::<IpNet>().expect("a prefix").prefix_len();
        let around =
            around.filter(|other| other.destination.parse::<IpNet>().expect("a prefix").contains(&net));
        let is_same = around.max_by_key(|other| length(other)).is_some_and(|other| {
            other.status == line.status && (line.status == "reachable" || other.reason == line.reason)
        });
        if !is_same {
            found.push(line);
        }
    }
    lines.extend(found);
}
