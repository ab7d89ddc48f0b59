//! A plan laid over what there is.
//!
//! What a plan says of a resource takes the place of what an export says of it. Only what no plan
//! tells stays: the states of peerings and tunnels, the addresses of gateways, and what a tool does not know of a VNet.

use std::collections::BTreeSet;

use super::id::ResourceId;
use super::resources::{Gateway, Resources, Side};

impl Resources {
    /// The subscription that all networks and gateways lie in.
    pub(super) fn only_subscription(&self) -> Option<String> {
        let mut found = self.vnets.keys().chain(self.gateways.keys()).filter_map(ResourceId::subscription);
        let first = found.next()?;
        found.all(|other| other.eq_ignore_ascii_case(first)).then(|| first.to_owned())
    }

    /// Lays the resources of one side of a plan over these.
    pub(super) fn overlay(&mut self, mut plan: Self, side: Side) {
        let planned = std::mem::take(&mut plan.planned);
        let is_loose = |id: &ResourceId| planned.loose.contains(id);
        if !planned.gone.is_empty() {
            let left = self.sides_left(&planned.gone);
            self.remove(&planned.gone);
            self.disconnect(&left);
            plan.disconnect(&left);
            // What lists the parts of a resource may still have those that go.
            plan.routing.remove(&|id| planned.gone.contains(id));
            plan.naming.remove(&|id| planned.gone.contains(id));
        }
        for (id, mut vnet) in plan.vnets {
            if is_loose(&id) {
                self.add_vnet(id, vnet);
                continue;
            }
            if let Some(known) = self.vnets.remove(&id).filter(|_| !planned.made.contains(&id)) {
                vnet.summaries = vnet.summaries.or(known.summaries);
                vnet.servers = vnet.servers.or(known.servers);
            }
            self.vnets.insert(id, vnet);
        }
        for (id, mut peering) in plan.peerings {
            if is_loose(&id) {
                self.add_peering(id, peering);
                continue;
            }
            if let Some(known) = self.peerings.remove(&id) {
                let state = known.state.filter(|_| !planned.made.contains(&id));
                peering.state = peering.state.or(state);
                if peering.remote_space.is_empty() {
                    peering.remote_space = known.remote_space;
                }
            }
            self.peerings.insert(id, peering);
        }
        for (id, mut gateway) in plan.gateways {
            if is_loose(&id) {
                self.add_gateway(id, gateway);
                continue;
            }
            if let Some(known) = self.gateways.remove(&id) {
                gateway.take_addresses(known);
            }
            self.gateways.insert(id, gateway);
        }
        for (id, local) in plan.local_gateways {
            if is_loose(&id) {
                self.add_local_gateway(id, local);
            } else {
                self.local_gateways.insert(id, local);
            }
        }
        for (id, mut connection) in plan.connections {
            if is_loose(&id) {
                self.add_connection(id, connection);
                continue;
            }
            if let Some(known) = self.connections.remove(&id) {
                let status = known.status.filter(|_| !planned.made.contains(&id));
                connection.status = connection.status.or(status);
            }
            self.connections.insert(id, connection);
        }
        for (id, addresses) in plan.public_addresses {
            // An address that the plan does not know is the one that the export tells.
            let is_known = addresses.iter().any(|address| address.parse::<std::net::IpAddr>().is_ok());
            if is_known || !self.public_addresses.contains_key(&id) {
                self.public_addresses.insert(id, addresses);
            }
        }
        self.routing.overlay(plan.routing, &is_loose);
        self.naming.overlay(plan.naming, &is_loose);
        if side == Side::After {
            self.routing.dissociate(&planned.dissociated);
        }
        self.unmodelled.extend(plan.unmodelled);
        for (kind, found) in plan.others {
            let known = self.others.entry(kind).or_default();
            known.extend(
                found
                    .into_iter()
                    .filter(|new| side == Side::Before || !known.iter().any(|it| it.0 == new.0))
                    .collect::<Vec<_>>(),
            );
        }
        // What was set stays set when whatever set it goes, unless the plan itself makes or changes the resource.
        self.patches.retain(|patch| side == Side::Before || !planned.changed.contains(&patch.target));
        self.patches.extend(plan.patches);
        self.diagnostics.extend(plan.diagnostics);
        if side == Side::After {
            self.connect(&planned.made);
        }
    }

    /// Takes resources away, with what lies in them and what cannot be without them.
    fn remove(&mut self, gone: &BTreeSet<ResourceId>) {
        let is_gone = |id: &ResourceId| is_gone(id, gone);
        self.vnets.retain(|id, _| !is_gone(id));
        self.peerings.retain(|id, _| !is_gone(id));
        self.gateways.retain(|id, _| !is_gone(id));
        self.local_gateways.retain(|id, _| !is_gone(id));
        self.connections.retain(|id, _| !is_gone(id));
        self.public_addresses.retain(|id, _| !is_gone(id));
        self.routing.remove(&is_gone);
        self.naming.remove(&is_gone);
        self.unmodelled.remove(&is_gone);
        self.remove_orphans(&is_gone);
    }

    /// Drops sides of peerings that a plan takes away, which a VNet that it leaves alone may still list.
    pub(super) fn drop_sides(&mut self, gone: &BTreeSet<ResourceId>) {
        let left = self.sides_left(gone);
        self.peerings.retain(|id, _| !is_gone(id, gone));
        self.disconnect(&left);
    }

    /// The far sides of peerings of which the near side goes, each as a VNet and the one it leads to.
    fn sides_left(&self, gone: &BTreeSet<ResourceId>) -> BTreeSet<(ResourceId, ResourceId)> {
        let going = self.peerings.iter().filter(|(id, _)| is_gone(id, gone));
        going.map(|(_, side)| (side.remote.clone(), side.vnet.clone())).collect()
    }

    /// A side that stays behind is disconnected.
    fn disconnect(&mut self, left: &BTreeSet<(ResourceId, ResourceId)>) {
        for side in self.peerings.values_mut() {
            if left.contains(&(side.vnet.clone(), side.remote.clone())) {
                side.state = Some("Disconnected".to_owned());
            }
        }
    }

    /// Takes away what refers to resources that are gone, with a note each.
    fn remove_orphans(&mut self, is_gone: &impl Fn(&ResourceId) -> bool) {
        let mut notes = Vec::new();
        self.peerings.retain(|id, side| {
            let is_orphan = is_gone(&side.remote);
            if is_orphan {
                let message = format!(
                    "peering `{}` of `{}` leads to a VNet that the plan takes away, and is left out",
                    id.name(),
                    side.vnet.name()
                );
                notes.push((side.origin, message));
            }
            !is_orphan
        });
        self.gateways.retain(|_, gateway| {
            let is_orphan = gateway.vnet.as_ref().is_some_and(is_gone);
            if let (true, Some(origin)) = (is_orphan, gateway.origin) {
                let message = format!(
                    "gateway `{}` lies in a VNet that the plan takes away, and is left out",
                    gateway.name
                );
                notes.push((origin, message));
            }
            !is_orphan
        });
        self.connections.retain(|_, connection| {
            let ends = [&connection.gateway, &connection.far_gateway, &connection.local_gateway];
            let is_orphan = ends.into_iter().flatten().any(is_gone);
            if let (true, Some(origin)) = (is_orphan, connection.origin) {
                let message = format!(
                    "connection `{}` leads to a gateway that the plan takes away, and is left out",
                    connection.name
                );
                notes.push((origin, message));
            }
            !is_orphan
        });
        for (origin, message) in notes {
            self.incomplete(origin, message);
        }
    }

    /// Connects peerings of which the plan makes a side, so that both are there.
    fn connect(&mut self, made: &BTreeSet<ResourceId>) {
        let others: BTreeSet<(ResourceId, ResourceId)> = made
            .iter()
            .filter_map(|id| self.peerings.get(id))
            .map(|side| (side.remote.clone(), side.vnet.clone()))
            .collect();
        if others.is_empty() {
            return;
        }
        for side in self.peerings.values_mut() {
            if others.contains(&(side.vnet.clone(), side.remote.clone())) {
                side.state = None;
            }
        }
    }
}

/// True for what goes, and for whatever lies in it.
fn is_gone(id: &ResourceId, gone: &BTreeSet<ResourceId>) -> bool {
    gone.contains(id) || id.outer().is_some_and(|outer| is_gone(&outer, gone))
}

impl Gateway {
    /// Takes what only a running gateway tells from what was known of it before.
    fn take_addresses(&mut self, known: Self) {
        let lists = [
            (&mut self.peer_addresses, known.peer_addresses),
            (&mut self.public_addresses, known.public_addresses),
        ];
        for (list, known) in lists {
            if list.is_empty() {
                *list = known;
            }
        }
        if self.public_address_ids.is_empty() {
            self.public_address_ids = known.public_address_ids;
        }
    }
}
