//! Packets inside VNets: subnets with their route tables, and appliances, walked one move at a time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;

use ipnet::IpNet;
use tunnelog::inventory::Inventory;
use tunnelog::inventory::routing::{NextHop, RouteTable, Subnet, UserRoute};
use tunnelog::names::{LabelId, NameId};

use super::endpoints::{Endpoint, has_route};
use super::internet::OUTSIDE;
use super::topology::{Owner, Router, address_space, carried, is_default, nets, uses_gateway_of};
use super::walk::{Action, Table};

/// Where a packet can be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Router(NameId),
    /// At a site, which sends it itself.
    Sender(NameId),
    /// In a subnet of the VNet with that route table.
    Subnet(NameId, Option<LabelId>),
    Appliance(Appliance),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Appliance {
    /// By its place in the inventory.
    Listed(usize),
    Assumed(NameId, IpAddr),
}

/// What becomes of a packet.
enum Move {
    Arrives(Owner),
    To(Place),
}

/// A component whose route tables are looked at.
pub(crate) struct Steering<'a> {
    pub(crate) inventory: &'a Inventory,
    pub(crate) routers: &'a BTreeMap<NameId, Router>,
    pub(crate) tables: &'a BTreeMap<NameId, Table>,
    pub(super) endpoints: &'a [Endpoint],
}

/// Everywhere that a packet can get, and where it can arrive.
struct Walk {
    places: BTreeSet<Place>,
    arrivals: BTreeSet<Owner>,
}

fn holds(space: &BTreeSet<IpNet>, address: IpAddr) -> bool {
    space.iter().any(|prefix| prefix.contains(&address))
}

/// The length of the longest of these prefixes that covers the address.
fn longest<'a>(prefixes: impl IntoIterator<Item = &'a IpNet>, address: IpAddr) -> Option<u8> {
    prefixes.into_iter().filter(|prefix| prefix.contains(&address)).map(IpNet::prefix_len).max()
}

impl Steering<'_> {
    fn space(&self, vnet: NameId) -> BTreeSet<IpNet> {
        address_space(self.inventory, vnet)
    }

    fn has_gateway(&self, vnet: NameId) -> bool {
        self.inventory.gateways.iter().any(|gateway| gateway.vnet == vnet)
    }

    /// The gateways that a VNet has or uses.
    fn gateways_of(&self, vnet: NameId) -> Vec<NameId> {
        if self.has_gateway(vnet) {
            return vec![vnet];
        }
        let hubs = self.inventory.gateways.iter().map(|gateway| gateway.vnet);
        hubs.filter(|hub| uses_gateway_of(self.inventory, vnet, *hub)).collect()
    }

    /// The VNets peered with `vnet` from both sides.
    fn peers(&self, vnet: NameId) -> BTreeSet<NameId> {
        let works = |from: NameId, to: NameId| {
            let mut sides = self.inventory.peerings.iter();
            sides.any(|side| {
                (side.vnet, side.remote_vnet) == (from, to)
                    && side.rare().not_connected.is_none()
                    && side.allow_vnet_access
            })
        };
        let others = self.inventory.vnets.iter().map(|other| other.name);
        others.filter(|other| *other != vnet && works(vnet, *other) && works(*other, vnet)).collect()
    }

    fn system(&self, vnet: NameId) -> Vec<(IpNet, NameId)> {
        let mut routes: Vec<(IpNet, NameId)> = self.space(vnet).into_iter().map(|net| (net, vnet)).collect();
        for peer in self.peers(vnet) {
            let through = carried(self.inventory, vnet, peer, &self.space(peer));
            routes.extend(through.into_iter().map(|net| (net, peer)));
        }
        let coming = self.endpoints.iter().filter(|endpoint| has_route(self.inventory, vnet, endpoint));
        routes.extend(coming.map(|endpoint| (endpoint.net(), endpoint.name)));
        routes
    }

    /// True where the owner is a private endpoint that the user route wins against, by the policies of the endpoint's subnet.
    fn gives_way(&self, owner: NameId, address: IpAddr, route: Option<&UserRoute>) -> bool {
        let mut endpoints = self.endpoints.iter().filter(|one| (one.name, one.address) == (owner, address));
        route.is_some_and(|route| endpoints.any(|one| one.gives_way(self.inventory, route.prefix.net())))
    }

    fn subnet_at(&self, vnet: NameId, address: IpAddr) -> Option<&Subnet> {
        let mut subnets = self.inventory.subnets.iter();
        subnets.find(|row| row.vnet == vnet && holds(&nets(&row.address_space), address))
    }

    fn route_table(&self, label: LabelId) -> &RouteTable {
        let mut tables = self.inventory.route_tables.iter();
        tables.find(|table| table.name == label).expect("a subnet names a table that there is")
    }

    fn appliances_at(&self, vnet: NameId, address: IpAddr) -> Vec<Appliance> {
        let candidates = [vnet].into_iter().chain(self.peers(vnet));
        let mut found = Vec::new();
        for owner in candidates.filter(|owner| holds(&self.space(*owner), address)) {
            let rows = self.inventory.appliances.iter().enumerate();
            let listed: Vec<Appliance> = rows
                .filter(|(_, row)| row.vnet == owner && row.addresses.contains(&address))
                .map(|(place, _)| Appliance::Listed(place))
                .collect();
            if listed.is_empty() {
                found.push(Appliance::Assumed(owner, address));
            }
            found.extend(listed);
        }
        found
    }

    fn is_stateful(&self, appliance: &Appliance) -> bool {
        match appliance {
            Appliance::Listed(place) => self.inventory.appliances[*place].stateful,
            Appliance::Assumed(..) => true,
        }
    }

    /// What follows from a user route.
    fn follow(&self, vnet: NameId, route: &UserRoute, address: IpAddr) -> Vec<Move> {
        match route.next_hop {
            NextHop::Appliance => {
                let machines = route.addresses.iter().flat_map(|at| self.appliances_at(vnet, *at));
                machines.map(|machine| Move::To(Place::Appliance(machine))).collect()
            }
            NextHop::Gateway => {
                self.gateways_of(vnet).into_iter().map(|gateway| Move::To(Place::Router(gateway))).collect()
            }
            NextHop::VnetLocal if holds(&self.space(vnet), address) => {
                let endpoints =
                    self.endpoints.iter().filter(|one| (one.vnet, one.address) == (vnet, address));
                let here = [vnet].into_iter().chain(endpoints.map(|one| one.name));
                here.map(|name| Move::Arrives(Owner::Network(name))).collect()
            }
            NextHop::Internet => vec![Move::Arrives(OUTSIDE)],
            NextHop::VnetLocal | NextHop::Nowhere => Vec::new(),
        }
    }

    fn user_route(
        &self,
        table: LabelId,
        address: IpAddr,
        fits: impl Fn(IpNet) -> bool,
    ) -> Option<&UserRoute> {
        let rows = self.inventory.user_routes.iter().filter(|row| row.route_table == table);
        let rows = rows.filter(|row| row.prefix.net().contains(&address) && fits(row.prefix.net()));
        rows.max_by_key(|row| row.prefix.length())
    }

    /// What a subnet does with a packet.
    fn moves_of_subnet(&self, vnet: NameId, table: Option<LabelId>, address: IpAddr) -> Vec<Move> {
        let user = table.and_then(|table| self.user_route(table, address, |_| true));
        let mut system = self.system(vnet);
        system.retain(|(_, owner)| !self.gives_way(*owner, address, user));
        let system_length = longest(system.iter().map(|(net, _)| net), address);
        let mut learned: Vec<(u8, NameId)> = Vec::new();
        let lets_in = table.is_none_or(|table| self.route_table(table).gateway_routes);
        if lets_in && system_length.is_none() {
            for gateway in self.gateways_of(vnet) {
                let own = self.tables[&gateway].iter().filter(|(_, action)| match action {
                    Action::Deliver(owner) => *owner == Owner::Pool(gateway),
                    Action::Forward(_) => true,
                });
                if let Some(length) = longest(own.map(|(net, _)| net), address) {
                    learned.push((length, gateway));
                }
            }
        }
        let user_length = user.map(|route| route.prefix.length());
        let gateway_length = learned.iter().map(|(length, _)| *length).max();
        let best = [user_length, system_length, gateway_length].into_iter().flatten().max();
        // Azure's own default route leads to the Internet, where no network has the address.
        let Some(best) = best else { return vec![Move::Arrives(OUTSIDE)] };
        match user {
            Some(route) if user_length == Some(best) => self.follow(vnet, route, address),
            _ if system_length == Some(best) => {
                let deciding =
                    system.iter().filter(|(net, _)| net.prefix_len() == best && net.contains(&address));
                deciding.map(|(_, owner)| Move::Arrives(Owner::Network(*owner))).collect()
            }
            _ => {
                let deciding = learned.iter().filter(|(length, _)| *length == best);
                deciding.map(|(_, gateway)| Move::To(Place::Router(*gateway))).collect()
            }
        }
    }

    /// What a router does with a packet that it sends on, whether it comes from elsewhere or not.
    fn moves_of_router(&self, router: NameId, address: IpAddr, sends: bool) -> Vec<Move> {
        let table = &self.tables[&router];
        let decided = longest(table.iter().map(|(net, _)| net), address);
        let entries: Vec<Action> = table
            .iter()
            .filter(|(net, _)| net.contains(&address) && Some(net.prefix_len()) == decided)
            .map(|(_, action)| *action)
            .collect();
        let owners: Vec<Owner> = entries
            .iter()
            .filter_map(|action| match action {
                Action::Deliver(owner) => Some(*owner),
                Action::Forward(_) => None,
            })
            .collect();
        if owners.is_empty() && decided.is_some() {
            let forwards = entries.iter().filter_map(|action| match action {
                Action::Forward(next) if sends => Some(Move::To(Place::Router(*next))),
                _ => None,
            });
            return forwards.collect();
        }
        let mut moves: Vec<Move> = owners
            .iter()
            .filter(|owner| matches!(owner, Owner::Pool(_)))
            .map(|owner| Move::Arrives(*owner))
            .collect();
        let networks: Vec<Owner> =
            owners.into_iter().filter(|owner| matches!(owner, Owner::Network(_))).collect();
        let is_of_pool = decided.is_some() && networks.is_empty();
        match self.of_gateway_subnet(router, address, decided, &networks) {
            // Clients are not let out to the Internet by a gateway itself.
            Some(route) if !is_of_pool && route.next_hop == NextHop::Internet => {}
            Some(route) if !is_of_pool => moves.extend(self.follow(router, route, address)),
            _ => moves.extend(networks.into_iter().map(Move::Arrives)),
        }
        // A site takes what only its default route covers out of its own network.
        if self.routers[&router].is_site && decided == Some(0) {
            moves.push(Move::Arrives(OUTSIDE));
        }
        moves
    }

    /// The user route of the GatewaySubnet that takes the place of an attached network of that length, or of nothing.
    fn of_gateway_subnet(
        &self,
        gateway: NameId,
        address: IpAddr,
        decided: Option<u8>,
        owners: &[Owner],
    ) -> Option<&UserRoute> {
        if !self.has_gateway(gateway) {
            return None;
        }
        let of_gateways = |row: &&Subnet| row.vnet == gateway && row.name.is_gateway_subnet();
        let table = self.inventory.subnets.iter().find(of_gateways)?.route_table?;
        let route = self.user_route(table, address, |net| !is_default(net))?;
        let least = decided.or_else(|| longest(self.system(gateway).iter().map(|(net, _)| net), address));
        let gives_way = owners.iter().any(|owner| self.gives_way(owner.name(), address, Some(route)));
        (gives_way || route.prefix.length() >= least.unwrap_or(0)).then_some(route)
    }

    fn moves(&self, place: &Place, address: IpAddr) -> Vec<Move> {
        match place {
            Place::Router(router) => self.moves_of_router(*router, address, self.routers[router].relays),
            Place::Sender(site) => self.moves_of_router(*site, address, true),
            Place::Subnet(vnet, table) => self.moves_of_subnet(*vnet, *table, address),
            Place::Appliance(machine) => {
                let stands: Vec<(NameId, IpAddr)> = match machine {
                    Appliance::Listed(row) => {
                        let row = &self.inventory.appliances[*row];
                        row.addresses.iter().map(|at| (row.vnet, *at)).collect()
                    }
                    Appliance::Assumed(vnet, at) => vec![(*vnet, *at)],
                };
                let tables = stands
                    .into_iter()
                    .map(|(vnet, at)| (vnet, self.subnet_at(vnet, at).and_then(|subnet| subnet.route_table)));
                tables.flat_map(|(vnet, table)| self.moves_of_subnet(vnet, table, address)).collect()
            }
        }
    }

    /// Everywhere that a packet from `start` can get without passing an appliance.
    fn walk(&self, start: &Place, address: IpAddr, without: Option<&Appliance>) -> Walk {
        let mut walk = Walk { places: BTreeSet::from([start.clone()]), arrivals: BTreeSet::new() };
        if let Place::Appliance(machine) = start
            && Some(machine) == without
        {
            return walk;
        }
        let mut waiting = VecDeque::from([start.clone()]);
        while let Some(place) = waiting.pop_front() {
            for next in self.moves(&place, address) {
                match next {
                    Move::Arrives(owner) => {
                        walk.arrivals.insert(owner);
                    }
                    Move::To(Place::Appliance(machine)) if Some(&machine) == without => {}
                    Move::To(place) => {
                        if walk.places.insert(place.clone()) {
                            waiting.push_back(place);
                        }
                    }
                }
            }
        }
        walk
    }

    pub(crate) fn arrives(&self, start: &Place, owner: Owner, address: IpAddr) -> bool {
        self.walk(start, address, None).arrivals.contains(&owner)
    }

    /// The stateful appliances that some way that arrives passes.
    fn passed(&self, start: &Place, owner: Owner, address: IpAddr) -> BTreeSet<Appliance> {
        let machines = self.walk(start, address, None).places.into_iter().filter_map(|place| match place {
            Place::Appliance(machine) => Some(machine),
            _ => None,
        });
        machines
            .filter(|machine| self.is_stateful(machine))
            .filter(|machine| self.arrives(&Place::Appliance(machine.clone()), owner, address))
            .collect()
    }

    fn avoids(&self, start: &Place, owner: Owner, address: IpAddr, machine: &Appliance) -> bool {
        self.walk(start, address, Some(machine)).arrivals.contains(&owner)
    }

    /// Where answers from an address of the network start.
    pub(crate) fn starts(&self, network: NameId, address: IpAddr) -> Vec<Place> {
        let listed = self.subnet_at(network, address).filter(|subnet| !subnet.name.is_reserved());
        if let Some(subnet) = listed {
            return vec![Place::Subnet(network, subnet.route_table)];
        }
        let attaching = self
            .routers
            .values()
            .filter(|router| router.attached.iter().any(|(owner, _)| *owner == Owner::Network(network)));
        attaching
            .map(|router| {
                let sends_itself = router.is_site && !router.relays;
                if sends_itself { Place::Sender(router.name) } else { Place::Router(router.name) }
            })
            .collect()
    }

    /// Where packets of the gateway's clients to an address outside all networks leave, and so what comes back starts.
    pub(crate) fn exits(&self, gateway: NameId, address: IpAddr) -> Vec<Place> {
        let leaves = |place: &Place| {
            let mut moves = self.moves(place, address).into_iter();
            moves.any(|next| matches!(next, Move::Arrives(owner) if owner == OUTSIDE))
        };
        let places = self.walk(&Place::Router(gateway), address, None).places;
        let exits = places.into_iter().filter(leaves).map(|place| match place {
            Place::Router(site) if !self.routers[&site].relays => Place::Sender(site),
            place => place,
        });
        exits.collect()
    }

    /// The stateful appliances that see one direction only of what the gateway's clients ask of the address and of answers that start there. None
    /// where answers do not get back to all clients.
    pub(crate) fn one_way(
        &self,
        gateway: NameId,
        there: Owner,
        address: IpAddr,
        start: &Place,
        pool: &[IpAddr],
    ) -> Option<BTreeSet<Appliance>> {
        let clients = Owner::Pool(gateway);
        let from = Place::Router(gateway);
        if !pool.iter().all(|client| self.arrives(start, clients, *client)) {
            return None;
        }
        let passed = self.passed(&from, there, address);
        let there_not_back = passed
            .into_iter()
            .filter(|machine| pool.iter().any(|client| self.avoids(start, clients, *client, machine)));
        let passed_back = pool.iter().flat_map(|client| self.passed(start, clients, *client));
        let back_not_there = passed_back.filter(|machine| self.avoids(&from, there, address, machine));
        Some(there_not_back.chain(back_not_there).collect())
    }

    /// The answers' ways: whether some of the starts gets all of them back, and whether one does past the same appliances.
    pub(crate) fn back(
        &self,
        gateway: NameId,
        there: Owner,
        address: IpAddr,
        starts: &[Place],
        pool: &[IpAddr],
    ) -> (bool, bool) {
        let returning: Vec<BTreeSet<Appliance>> =
            starts.iter().filter_map(|start| self.one_way(gateway, there, address, start, pool)).collect();
        (!returning.is_empty(), returning.iter().any(BTreeSet::is_empty))
    }

    /// What an appliance is called.
    pub(crate) fn text(&self, machine: &Appliance) -> String {
        match machine {
            Appliance::Listed(place) => {
                self.inventory.labels.text(self.inventory.appliances[*place].name).to_owned()
            }
            Appliance::Assumed(vnet, address) => format!("{}/{address}", self.inventory.names.text(*vnet)),
        }
    }
}
