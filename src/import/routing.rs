//! What steers packets inside VNets as exports tell it: subnets, route tables, and what forwards. By ids.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::fill::{fill, fill_list};
use super::id::ResourceId;
use crate::inventory::routing::NextHop;
use crate::prefix::Prefix;
use crate::source::Span;

/// Everything of it that the files of one export hold.
#[derive(Clone, Default)]
pub(super) struct Routing {
    pub(super) subnets: BTreeMap<ResourceId, Subnet>,
    pub(super) tables: BTreeMap<ResourceId, RouteTable>,
    pub(super) routes: BTreeMap<ResourceId, UserRoute>,
    /// The routes for service tags, by their tables.
    pub(super) service_tags: BTreeMap<ResourceId, BTreeSet<ResourceId>>,
    /// The tables of subnets by resources that do nothing but associate them.
    pub(super) associations: BTreeMap<ResourceId, ResourceId>,
    /// The tables of subnets as the tables list them.
    pub(super) users: BTreeMap<ResourceId, ResourceId>,
    pub(super) firewalls: BTreeMap<ResourceId, Firewall>,
    pub(super) interfaces: BTreeMap<ResourceId, Interface>,
    /// The machines of interfaces as the machines tell them.
    pub(super) machines: BTreeMap<ResourceId, ResourceId>,
    /// The front ends of internal load balancers.
    pub(super) fronts: BTreeMap<ResourceId, Front>,
    pub(super) rules: BTreeMap<ResourceId, BalancingRule>,
    pub(super) pools: BTreeMap<ResourceId, Pool>,
}

/// A subnet of a VNet.
#[derive(Clone, PartialEq)]
pub(super) struct Subnet {
    /// Its prefixes; empty where only the table is told.
    pub(super) space: Vec<Prefix>,
    pub(super) table: Option<ResourceId>,
    /// False where whatever tells of the subnet does not know its table.
    pub(super) tells_table: bool,
    /// Whether user routes count for its private endpoints, where told.
    pub(super) policies: Option<bool>,
    pub(super) origin: Span,
}

/// A route table.
#[derive(Clone)]
pub(super) struct RouteTable {
    pub(super) name: String,
    pub(super) gateway_routes: Option<bool>,
    pub(super) origin: Span,
}

/// A user route, which lies in its table.
#[derive(Clone)]
pub(super) struct UserRoute {
    pub(super) table: ResourceId,
    pub(super) name: String,
    pub(super) prefix: Prefix,
    pub(super) next_hop: NextHop,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) origin: Span,
}

/// An address, with the VNet in which it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) vnet: ResourceId,
    pub(super) address: IpAddr,
}

/// An Azure Firewall in a VNet.
#[derive(Clone)]
pub(super) struct Firewall {
    pub(super) places: Vec<Place>,
    pub(super) origin: Span,
}

/// A network interface.
#[derive(Clone)]
pub(super) struct Interface {
    pub(super) machine: Option<ResourceId>,
    /// IP forwarding is on.
    pub(super) forwards: bool,
    pub(super) places: Vec<Place>,
    pub(super) origin: Span,
}

/// A front end of an internal load balancer.
#[derive(Clone)]
pub(super) struct Front {
    pub(super) place: Place,
    pub(super) origin: Span,
}

/// What a load balancer sends from a front end to which back ends.
#[derive(Clone)]
pub(super) struct BalancingRule {
    pub(super) front: ResourceId,
    pub(super) pools: Vec<ResourceId>,
}

/// The back ends of a load balancer: interfaces by their ids, and addresses.
#[derive(Clone, Default)]
pub(super) struct Pool {
    pub(super) interfaces: BTreeSet<ResourceId>,
    pub(super) places: BTreeSet<Place>,
}

impl Subnet {
    /// Takes from another file what this one does not tell; false where the two differ.
    fn complete(&mut self, other: Self) -> bool {
        let is_other_space = !self.space.is_empty() && !other.space.is_empty() && self.space != other.space;
        let is_other_table = self.tells_table && other.tells_table && self.table != other.table;
        fill_list(&mut self.space, other.space);
        fill(&mut self.table, other.table);
        fill(&mut self.policies, other.policies);
        self.tells_table |= other.tells_table;
        !(is_other_space || is_other_table)
    }
}

impl Routing {
    /// Adds a subnet; false where it is known and not alike. What the subnet itself says stands before what its VNet lists.
    pub(super) fn add_subnet(&mut self, id: ResourceId, mut subnet: Subnet, is_listed: bool) -> bool {
        let Some(known) = self.subnets.get_mut(&id) else { return self.subnets.insert(id, subnet).is_none() };
        if !is_listed {
            std::mem::swap(known, &mut subnet);
        }
        known.complete(subnet)
    }

    /// Adds a table; false where it is known and not alike, and the first is taken.
    pub(super) fn add_table(&mut self, id: ResourceId, table: RouteTable) -> bool {
        let Some(known) = self.tables.get_mut(&id) else { return self.tables.insert(id, table).is_none() };
        let is_alike = [known.gateway_routes, table.gateway_routes].iter().any(Option::is_none)
            || known.gateway_routes == table.gateway_routes;
        fill(&mut known.gateway_routes, table.gateway_routes);
        is_alike
    }

    /// Adds a route; false where it is known and not alike. What the route itself says stands before what its table lists.
    pub(super) fn add_route(&mut self, id: ResourceId, route: UserRoute, is_listed: bool) -> bool {
        let told = |route: &UserRoute| (route.prefix, route.next_hop, route.addresses.clone());
        let Some(known) = self.routes.get(&id) else { return self.routes.insert(id, route).is_none() };
        let is_alike = told(known) == told(&route);
        if !is_listed {
            self.routes.insert(id, route);
        }
        is_alike
    }

    /// Adds a firewall, or what another row tells of it.
    pub(super) fn add_firewall(&mut self, id: ResourceId, firewall: Firewall) {
        match self.firewalls.get_mut(&id) {
            Some(known) => known.places.extend(firewall.places),
            None => drop(self.firewalls.insert(id, firewall)),
        }
    }

    /// Adds an interface, or what another row tells of it.
    pub(super) fn add_interface(&mut self, id: ResourceId, interface: Interface) {
        let Some(known) = self.interfaces.get_mut(&id) else {
            self.interfaces.insert(id, interface);
            return;
        };
        known.forwards |= interface.forwards;
        fill(&mut known.machine, interface.machine);
        known.places.extend(interface.places);
    }

    /// The table of a subnet, by whoever tells it first hand.
    pub(super) fn table_of<'own>(
        &'own self,
        id: &ResourceId,
        subnet: &'own Subnet,
    ) -> Option<&'own ResourceId> {
        self.associations.get(id).or(subnet.table.as_ref()).or_else(|| self.users.get(id))
    }

    /// Takes resources away, with what lies in them.
    pub(super) fn remove(&mut self, is_gone: &impl Fn(&ResourceId) -> bool) {
        for tables in [&mut self.associations, &mut self.users] {
            tables.retain(|subnet, table| !is_gone(subnet) && !is_gone(table));
        }
        for subnet in self.subnets.values_mut() {
            subnet.table = subnet.table.take().filter(|table| !is_gone(table));
        }
        self.subnets.retain(|id, _| !is_gone(id));
        self.tables.retain(|id, _| !is_gone(id));
        self.routes.retain(|id, _| !is_gone(id));
        self.firewalls.retain(|id, _| !is_gone(id));
        self.interfaces.retain(|id, _| !is_gone(id));
        self.machines.retain(|id, machine| !is_gone(id) && !is_gone(machine));
        self.fronts.retain(|id, _| !is_gone(id));
        self.rules.retain(|id, _| !is_gone(id));
        self.pools.retain(|id, _| !is_gone(id));
    }

    /// Lays one side of a plan over these. What the plan leaves alone completes what is known, and what it makes or
    /// changes takes its place.
    pub(super) fn overlay(&mut self, plan: Self, is_loose: &impl Fn(&ResourceId) -> bool) {
        fn lay<T>(
            known: &mut BTreeMap<ResourceId, T>,
            planned: BTreeMap<ResourceId, T>,
            is_loose: &impl Fn(&ResourceId) -> bool,
        ) {
            for (id, new) in planned {
                if !is_loose(&id) || !known.contains_key(&id) {
                    known.insert(id, new);
                }
            }
        }
        for id in plan.tables.keys().filter(|id| !is_loose(id)) {
            self.routes.retain(|_, route| route.table != *id);
        }
        self.users.extend(plan.users);
        for (id, mut subnet) in plan.subnets {
            if subnet.tells_table {
                // What its table lists may be what was before.
                self.users.remove(&id);
            }
            match self.subnets.get(&id) {
                Some(_) if is_loose(&id) => {
                    self.add_subnet(id, subnet, true);
                    continue;
                }
                Some(known) if !subnet.tells_table => {
                    subnet.table.clone_from(&known.table);
                    subnet.tells_table = known.tells_table;
                }
                _ => {}
            }
            self.subnets.insert(id, subnet);
        }
        lay(&mut self.tables, plan.tables, is_loose);
        lay(&mut self.routes, plan.routes, is_loose);
        self.associations.extend(plan.associations);
        lay(&mut self.firewalls, plan.firewalls, is_loose);
        lay(&mut self.interfaces, plan.interfaces, is_loose);
        self.machines.extend(plan.machines);
        lay(&mut self.fronts, plan.fronts, is_loose);
        lay(&mut self.rules, plan.rules, is_loose);
        for (id, pool) in plan.pools {
            let known = self.pools.entry(id).or_default();
            known.interfaces.extend(pool.interfaces);
            known.places.extend(pool.places);
        }
    }

    /// Takes tables from subnets that a plan leaves without one.
    pub(super) fn dissociate(&mut self, subnets: &BTreeSet<ResourceId>) {
        for id in subnets {
            self.associations.remove(id);
            self.users.remove(id);
            if let Some(subnet) = self.subnets.get_mut(id) {
                subnet.table = None;
            }
        }
    }
}
