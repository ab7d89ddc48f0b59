//! What forwards becomes appliances: firewalls, machines, and load balancers with what stands behind them.
//!
//! Front ends over the same back ends, and the interfaces of one machine, are one appliance with several addresses.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::groups::Groups;
use crate::import::id::ResourceId;
use crate::import::resources::Resources;
use crate::import::routing::{Interface, Place, Routing};
use crate::source::Span;

/// An appliance before names are given.
pub(super) struct Planned {
    /// The resource that it is called by.
    pub(super) id: ResourceId,
    pub(super) vnet: ResourceId,
    pub(super) addresses: BTreeSet<IpAddr>,
    /// True for a load balancer before machines that are in the export, of which none forwards.
    pub(super) leads_nowhere: bool,
    pub(super) origin: Span,
}

/// What may stand together.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// A machine, or an interface without one.
    Machine(ResourceId),
    /// An address of a machine or of a back end.
    Place(Place),
    Pool(ResourceId),
    Front(ResourceId),
}

/// The parts of one appliance, if it is one.
#[derive(Default)]
struct Candidate<'export> {
    /// A machine forwards, or a user route leads to a front end.
    is_one: bool,
    /// Some interface is known.
    is_known: bool,
    /// Where packets reach it, each with what is there.
    places: Vec<(&'export Place, Span)>,
    machines: BTreeSet<&'export ResourceId>,
    fronts: BTreeSet<&'export ResourceId>,
}

/// The machine of an interface; the interface itself where it has none.
pub(super) fn machine_of<'export>(
    routing: &'export Routing,
    id: &'export ResourceId,
    interface: &'export Interface,
) -> &'export ResourceId {
    interface.machine.as_ref().or_else(|| routing.machines.get(id)).unwrap_or(id)
}

/// The appliances of an export, by their ids.
pub(super) fn plan(resources: &Resources) -> Vec<Planned> {
    let routing = &resources.routing;
    let mut planned: Vec<Planned> = Vec::new();
    for (id, firewall) in &routing.firewalls {
        extend(&mut planned, id, firewall.places.iter().map(|place| (place, firewall.origin)));
    }
    let mut groups = together(routing);
    let mut candidates: BTreeMap<usize, Candidate<'_>> = BTreeMap::new();
    for (id, interface) in &routing.interfaces {
        let machine = machine_of(routing, id, interface);
        let candidate = candidates.entry(groups.of(Part::Machine(machine.clone()))).or_default();
        candidate.is_known = true;
        if interface.forwards {
            candidate.is_one = true;
            candidate.machines.insert(machine);
            candidate.places.extend(interface.places.iter().map(|place| (place, interface.origin)));
        }
    }
    // A load balancer of which nothing shows whether it stands before appliances does where a user route leads to it.
    let named: BTreeSet<IpAddr> =
        routing.routes.values().flat_map(|route| route.addresses.iter().copied()).collect();
    for (id, front) in &routing.fronts {
        let candidate = candidates.entry(groups.of(Part::Front(id.clone()))).or_default();
        candidate.is_one |= named.contains(&front.place.address);
        candidate.fronts.insert(id);
        candidate.places.push((&front.place, front.origin));
    }
    let known: BTreeSet<&Place> = routing.interfaces.values().flat_map(|it| &it.places).collect();
    for pool in routing.pools.values() {
        // Of a back end without an interface in the export, the address is all that is known.
        for place in pool.places.iter().filter(|place| !known.contains(place)) {
            let group = groups.of(Part::Place(place.clone()));
            if let Some(candidate) = candidates.get_mut(&group) {
                let origin = candidate.places.first().map(|(_, origin)| *origin);
                candidate.places.extend(origin.map(|origin| (place, origin)));
            }
        }
    }
    // Front ends of one load balancer over different back ends are appliances of their own.
    let mut balancers: BTreeMap<ResourceId, usize> = BTreeMap::new();
    for candidate in candidates.values().filter(|it| it.is_one) {
        let of: BTreeSet<ResourceId> = candidate.fronts.iter().filter_map(|front| front.outer()).collect();
        for balancer in of {
            *balancers.entry(balancer).or_default() += 1;
        }
    }
    for candidate in candidates.into_values().filter(|it| it.is_one) {
        let front = candidate.fronts.first().map(|front| {
            let balancer = front.outer().filter(|balancer| balancers.get(balancer) == Some(&1));
            balancer.unwrap_or_else(|| (*front).clone())
        });
        let id = front.or_else(|| candidate.machines.first().map(|it| (*it).clone()));
        if let Some(id) = id {
            let first = planned.len();
            let leads_nowhere = candidate.machines.is_empty() && candidate.is_known;
            extend(&mut planned, &id, candidate.places.into_iter());
            planned[first..].iter_mut().for_each(|it| it.leads_nowhere = leads_nowhere);
        }
    }
    planned.sort_by(|one, other| (&one.id, &one.vnet).cmp(&(&other.id, &other.vnet)));
    planned
}

/// Adds an appliance for each VNet of the places.
fn extend<'export>(
    planned: &mut Vec<Planned>,
    id: &ResourceId,
    places: impl Iterator<Item = (&'export Place, Span)>,
) {
    let mut by_vnet: BTreeMap<&ResourceId, Planned> = BTreeMap::new();
    for (place, origin) in places {
        let (id, vnet) = (id.clone(), place.vnet.clone());
        let new = || Planned { id, vnet, addresses: BTreeSet::new(), leads_nowhere: false, origin };
        by_vnet.entry(&place.vnet).or_insert_with(new).addresses.insert(place.address);
    }
    let several = by_vnet.len() > 1;
    planned.extend(by_vnet.into_values().map(|appliance| Planned {
        id: if several { appliance.id.child("in", appliance.vnet.name()) } else { appliance.id },
        ..appliance
    }));
}

/// The parts of machines and load balancers, in groups of those that stand together.
fn together(routing: &Routing) -> Groups<Part> {
    let mut groups = Groups::new();
    for (id, interface) in &routing.interfaces {
        let machine = Part::Machine(machine_of(routing, id, interface).clone());
        for place in &interface.places {
            groups.join(machine.clone(), Part::Place(place.clone()));
        }
    }
    for (id, pool) in &routing.pools {
        for interface in &pool.interfaces {
            let known = routing.interfaces.get(interface);
            let machine = known.map_or(interface, |known| machine_of(routing, interface, known));
            groups.join(Part::Pool(id.clone()), Part::Machine(machine.clone()));
        }
        for place in &pool.places {
            groups.join(Part::Pool(id.clone()), Part::Place(place.clone()));
        }
    }
    // What only a public front end leads to is not behind an internal one.
    for rule in routing.rules.values().filter(|rule| routing.fronts.contains_key(&rule.front)) {
        for pool in &rule.pools {
            groups.join(Part::Front(rule.front.clone()), Part::Pool(pool.clone()));
        }
    }
    groups
}
