//! The solved state of one connected component, kept small, and the rows that follow from it.

use rustc_hash::FxHashMap;

use super::networks::{NetworkPart, NetworkPrefix, Networks};
use super::reasons::{Obstacle, Reasons, Status};
use super::request::{Appliances, GatewayAnswer, OnTheWay, ReachRow, RouteRow, Wanted};
use crate::class::{Class, RouteReason};
use crate::facts::ids::{Direction, Machine, PrefixId, Target};
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::prefix::{Family, Prefix};
use crate::solve::{Component, Derived, Passed, Reported, Steered};

/// What the rules derived for one connected component, as far as rows need it.
pub(super) struct Solution {
    networks: Networks,
    /// The next shorter prefix of each.
    parents: Vec<Option<PrefixId>>,
    prefixes: Vec<Prefix>,
    /// The prefixes in the order of texts.
    by_text: Vec<PrefixId>,
    gateways: FxHashMap<NameId, GatewaySolution>,
}

#[derive(Default)]
struct GatewaySolution {
    advertised: Vec<(Class, PrefixId, RouteReason)>,
    delivered: Bits,
    accessible: Bits,
    /// The networks with a way back, and in which address family, sorted.
    way_back: Vec<(NameId, Family)>,
    /// The parts with a way back, where it depends on more than the network.
    parts_back: Bits,
    /// Appliances on the paths to parts and back, where these are wanted.
    passed: FxHashMap<PrefixId, Vec<(NameId, Direction, Machine)>>,
}

/// A set of places.
#[derive(Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn insert(&mut self, place: usize) {
        let word = place / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (place % 64);
    }

    fn contains(&self, place: usize) -> bool {
        self.0.get(place / 64).is_some_and(|word| word & (1 << (place % 64)) != 0)
    }
}

impl Solution {
    /// Nothing derived yet.
    pub(super) fn new(part: &Component<'_>, inventory: &Inventory) -> Self {
        Self::of_networks(part, Networks::new(part, inventory))
    }

    fn of_networks(part: &Component<'_>, networks: Networks) -> Self {
        let ids = || (0..).map(PrefixId).take(part.table.len());
        let mut by_text: Vec<PrefixId> = ids().collect();
        by_text.sort_by_cached_key(|id| part.table.prefix(*id).text_order());
        Self {
            by_text,
            networks,
            parents: ids().map(|id| part.table.parent(id)).collect(),
            prefixes: ids().map(|id| part.table.prefix(id)).collect(),
            gateways: part
                .p2s_gateways()
                .into_iter()
                .map(|name| (name, GatewaySolution::default()))
                .collect(),
        }
    }

    /// Nothing derived yet of private endpoints, which are the networks of `part`, each address by itself.
    pub(super) fn of_endpoints(part: &Component<'_>, inventory: &Inventory) -> Self {
        Self::of_networks(part, Networks::of_endpoints(part, inventory))
    }

    /// Nothing derived yet of the Internet, which is the only network of `part`, each half of all addresses and each longer prefix by
    /// itself, the halves of a family as one where they agree.
    pub(super) fn of_internet(part: &Component<'_>) -> Self {
        Self::of_networks(part, Networks::of_internet(part))
    }

    /// Takes over what a run derived about its home prefixes, and so about the prefixes that are like them.
    pub(super) fn take(&mut self, part: &Component<'_>, derived: &Derived<()>, home: Reported<'_>) {
        for row in derived.advertised.iter().filter(|row| home.holds(row.2)) {
            if let Some(gateway) = self.gateways.get_mut(&row.0) {
                gateway.advertised.push((row.1, row.2, row.3));
                gateway.advertised.extend(home.like(row.2).map(|(like, _)| (row.1, like, row.3)));
            }
        }
        let places = |id: PrefixId, network: NameId| {
            let itself = std::iter::once((id, network));
            itself.chain(home.like(id)).filter_map(|destination| part.network_parts.position(destination))
        };
        for row in &derived.delivered {
            if let Target::Network(network) = row.1
                && let Some(gateway) = self.gateways.get_mut(&row.0)
            {
                places(row.2, network).for_each(|place| gateway.delivered.insert(place));
            }
        }
        for row in &derived.accessible {
            if let Some(gateway) = self.gateways.get_mut(&row.0) {
                places(row.2, row.1).for_each(|place| gateway.accessible.insert(place));
            }
        }
        for row in &derived.way_back {
            if let Some(gateway) = self.gateways.get_mut(&row.0) {
                gateway.way_back.push((row.1, row.2));
                gateway.way_back.extend(home.delivered_like(row.1).map(|like| (like, row.2)));
            }
        }
    }

    /// Takes over what the rules derived for a component in which route tables steer packets.
    pub(super) fn take_steered(&mut self, part: &Component<'_>, steered: &Steered) {
        for row in steered.advertised() {
            if let Some(gateway) = self.gateways.get_mut(&row.0) {
                gateway.advertised.push((row.1, row.2, row.3));
            }
        }
        let mut mark = |(gateway, network, id), bits: fn(&mut GatewaySolution) -> &mut Bits| {
            if let Some(gateway) = self.gateways.get_mut(&gateway)
                && let Some(place) = part.network_parts.position((id, network))
            {
                bits(gateway).insert(place);
            }
        };
        for (router, target, id) in steered.delivered() {
            if let Target::Network(network) = target {
                mark((router, network, id), |gateway| &mut gateway.delivered);
            }
        }
        steered.way_back().for_each(|row| mark(row, |gateway| &mut gateway.parts_back));
        steered.accessible().for_each(|row| mark(row, |gateway| &mut gateway.accessible));
        self.finish();
    }

    /// Takes over the appliances on ways.
    pub(super) fn take_passed(&mut self, all: Vec<Passed>) {
        for Passed { gateway, network, part, direction, machine } in all {
            if let Some(gateway) = self.gateways.get_mut(&gateway) {
                gateway.passed.entry(part).or_default().push((network, direction, machine));
            }
        }
    }

    /// Appliances on the paths to the destinations of the gateway's rows.
    pub(super) fn appliances(&self, gateway: NameId, rows: &[ReachRow]) -> Appliances {
        let mut appliances = Appliances::new();
        let Some(solved) = self.gateways.get(&gateway).filter(|solved| !solved.passed.is_empty()) else {
            return appliances;
        };
        let mut of_network: FxHashMap<NameId, Vec<&NetworkPrefix>> = FxHashMap::default();
        for prefix in self.networks.prefixes() {
            of_network.entry(prefix.network).or_default().push(prefix);
        }
        for row in rows {
            let prefixes = of_network.get(&row.network).into_iter().flatten();
            let parts =
                prefixes.flat_map(|prefix| self.networks.told(prefix, &self.prefixes, row.destination));
            let passed = parts.filter_map(|part| solved.passed.get(&part.id)).flatten();
            let mut way = OnTheWay::default();
            for (_, direction, machine) in passed.filter(|passed| passed.0 == row.network) {
                match direction {
                    Direction::There => way.there.insert(*machine),
                    Direction::Back => way.back.insert(*machine),
                };
            }
            if way != OnTheWay::default() {
                appliances.insert((row.network, row.destination), way);
            }
        }
        appliances
    }

    /// Puts what was taken over in order.
    pub(super) fn finish(&mut self) {
        for gateway in self.gateways.values_mut() {
            gateway.advertised.sort_unstable();
            gateway.way_back.sort_unstable();
            gateway.way_back.dedup();
        }
    }

    /// The rows of a gateway for some classes, or for a client of it.
    pub(super) fn rows(
        &self,
        inventory: &Inventory,
        gateway: NameId,
        client: Option<u32>,
        classes: &[Class],
        wanted: Wanted,
    ) -> GatewayAnswer {
        let mut answer = GatewayAnswer::default();
        let Some(solved) = self.gateways.get(&gateway) else { return answer };
        for &class in classes {
            let held = self.held(inventory, solved, client, class);
            if wanted != Wanted::Routes {
                self.reach(solved, client, class, &self.longest(&held), &mut answer.reach);
            }
            if wanted == Wanted::Reach {
                continue;
            }
            let routes = self.by_text.iter().map(|id| (self.prefixes[id.index()], held[id.index()]));
            let routes = routes.filter(|(_, reasons)| !reasons.is_empty());
            let routes = routes.map(|(prefix, reasons)| RouteRow { class, client, prefix, reasons });
            answer.routes.extend(routes);
        }
        answer
    }

    /// The address families in which clients of the class, or the client, hold a route for some part of a network.
    pub(super) fn families_led(
        &self,
        inventory: &Inventory,
        gateway: NameId,
        client: Option<u32>,
        class: Class,
    ) -> Vec<Family> {
        let Some(solved) = self.gateways.get(&gateway) else { return Vec::new() };
        let longest = self.longest(&self.held(inventory, solved, client, class));
        let parts_of = |row| self.networks.parts_of(row).iter();
        let parts =
            self.networks.prefixes().iter().flat_map(|row| parts_of(row).map(|part| (row.prefix, part.id)));
        parts.filter(|(_, id)| !longest[id.index()].is_empty()).map(|(prefix, _)| prefix.family()).collect()
    }

    /// Why clients hold each prefix as a route.
    fn held(
        &self,
        inventory: &Inventory,
        solved: &GatewaySolution,
        client: Option<u32>,
        class: Class,
    ) -> Vec<Reasons> {
        let mut held = vec![Reasons::default(); self.prefixes.len()];
        for (of, id, reason) in &solved.advertised {
            if *of == class {
                held[id.index()].add_route(*reason);
            }
        }
        let client = client.and_then(|index| inventory.clients.as_ref()?.get(index as usize));
        for manual in client.map(|client| &client.manual_routes).into_iter().flatten() {
            if let Ok(index) = self.prefixes.binary_search(manual) {
                held[index].add_route(RouteReason::Manual);
            }
        }
        held
    }

    /// Why clients hold the longest route that covers each prefix.
    fn longest(&self, held: &[Reasons]) -> Vec<Reasons> {
        let mut longest = held.to_vec();
        for (index, parent) in self.parents.iter().enumerate() {
            if let (true, Some(parent)) = (longest[index].is_empty(), parent) {
                longest[index] = longest[parent.index()];
            }
        }
        longest
    }

    fn reach(
        &self,
        solved: &GatewaySolution,
        client: Option<u32>,
        class: Class,
        longest: &[Reasons],
        rows: &mut Vec<ReachRow>,
    ) {
        for of_network in self.networks.prefixes().chunk_by(|one, other| one.network == other.network) {
            let network = of_network[0].network;
            let is_answered = |family| solved.way_back.binary_search(&(network, family)).is_ok();
            let by_family = Family::ALL.map(is_answered);
            let first = rows.len();
            for prefix in of_network {
                let way_back = by_family[prefix.prefix.family() as usize];
                let judge =
                    |part: &NetworkPart| solved.judge(part.place(), longest[part.id.index()], way_back);
                let row = |destination, (status, reasons)| ReachRow {
                    class,
                    client,
                    network,
                    destination,
                    status,
                    reasons,
                };
                let mut give = |destination, verdict| rows.push(row(destination, verdict));
                self.networks.judge(prefix, &judge, &mut give);
            }
            if rows.len() - first > of_network.len() {
                // A network that names a prefix and a longer one inside it gives the longer one twice
                // where the shorter one is told in parts.
                let mut of_network = rows.split_off(first);
                of_network.sort_by_cached_key(|row| row.destination.text_order());
                of_network.dedup_by_key(|row| row.destination);
                rows.append(&mut of_network);
            }
        }
    }
}

impl GatewaySolution {
    fn judge(&self, place: usize, route: Reasons, way_back: bool) -> (Status, Reasons) {
        let accessible = self.accessible.contains(place);
        let has_route = !route.is_empty();
        let status = match (has_route, accessible) {
            (true, true) => return (Status::Reachable, route),
            (false, true) => Status::NeedsRoute,
            (true, false) => Status::Blackhole,
            (false, false) => Status::Unreachable,
        };
        let way_back = way_back || self.parts_back.contains(place);
        let way_there = self.delivered.contains(place);
        let mut obstacles = Reasons::default();
        if !has_route {
            obstacles.add_obstacle(Obstacle::NoClientRoute);
        }
        if !way_back {
            obstacles.add_obstacle(Obstacle::NoWayBack);
        }
        if !way_there {
            obstacles.add_obstacle(Obstacle::NoWayThere);
        }
        if way_there && way_back && !accessible {
            obstacles.add_obstacle(Obstacle::Asymmetric);
        }
        (status, obstacles)
    }
}
