//! A small inventory with one prefix of each position, and what the rules say of it.

use std::sync::OnceLock;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use rustc_hash::FxHashMap;

use super::reasons::{Reasons, Status};
use super::request::Wanted;
use super::solution::Solution;
use crate::class::Class;
use crate::facts::Facts;
use crate::inventory::{Connection, Gateway, Inventory, Peering, Site, Vnet};
use crate::names::NameId;
use crate::prefix::{Family, Prefix};
use crate::solve::{Component, Evaluation, solve};
use crate::source::{Sources, Span};

/// Where something stands, seen from a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Where {
    /// At the gateway.
    Here,
    /// At another gateway that sessions lead to.
    Elsewhere,
    /// At a gateway that no sessions lead to.
    Outside,
}

impl Where {
    const ALL: [Self; 3] = [Self::Here, Self::Elsewhere, Self::Outside];

    fn word(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Elsewhere => "elsewhere",
            Self::Outside => "outside",
        }
    }
}

/// All that matters of a prefix, seen from a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Position {
    /// The VNet of a gateway.
    Own(Where),
    /// A VNet that would use a gateway; whether the hub's and the spoke's sides of the peering are usable.
    Spoke { hub: Where, there: bool, back: bool },
    /// The client pool of a gateway.
    Pool(Where),
    /// A site, with a session to a gateway within reach or none.
    Site { within_reach: bool },
    /// A VNet that uses no gateway.
    Nowhere,
}

/// A prefix, seen from a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) position: Position,
    /// True where the gateway's clients have addresses of the prefix's family.
    pub(super) has_answers: bool,
}

impl Position {
    const COUNT: usize = 21;

    fn index(self) -> usize {
        match self {
            Self::Own(place) => place as usize,
            Self::Pool(place) => 3 + place as usize,
            Self::Site { within_reach } => 6 + usize::from(within_reach),
            Self::Nowhere => 8,
            Self::Spoke { hub, there, back } => {
                9 + 4 * (hub as usize) + 2 * usize::from(there) + usize::from(back)
            }
        }
    }
}

/// What the rules say of each position, by class.
pub(super) struct View {
    routes: Table<Reasons>,
    verdicts: Table<(Status, Reasons)>,
    /// Where the clients have no address of the destination's family.
    unanswered: Table<(Status, Reasons)>,
}

type Table<Cell> = [[Option<Cell>; Position::COUNT]; Class::ALL.len()];

/// What the run gave, once it was asked for.
static VIEW: OnceLock<View> = OnceLock::new();

impl View {
    /// What the rules say; they run once a process.
    pub(super) fn get() -> &'static Self {
        VIEW.get_or_init(Self::new)
    }

    fn new() -> Self {
        let (routes, verdicts) = Self::run(Family::Ipv4);
        let (_, unanswered) = Self::run(Family::Ipv6);
        Self { routes, verdicts, unanswered }
    }

    /// Runs the rules, without any shortcut, over the small inventory, whose networks are of IPv4 and whose clients'
    /// addresses are of that family.
    fn run(clients: Family) -> (Table<Reasons>, Table<(Status, Reasons)>) {
        let model = Model::new(clients);
        let facts = Facts::lower(&model.inventory);
        let part = Component::new(&facts, facts.component_of(model.here));
        let serves = Class::ALL.map(|class| (model.here, class));
        let mut solution = Solution::new(&part, &model.inventory);
        solve(&part, &serves, Evaluation::Whole, |derived, home| solution.take(&part, derived, home));
        solution.finish();
        let rows = solution.rows(&model.inventory, model.here, None, &Class::ALL, Wanted::Both);
        let mut routes = [[None; Position::COUNT]; Class::ALL.len()];
        let mut verdicts = [[None; Position::COUNT]; Class::ALL.len()];
        for row in &rows.routes {
            if let Some(position) = model.positions.get(&row.prefix) {
                routes[row.class as usize][position.index()] = Some(row.reasons);
            }
        }
        for row in &rows.reach {
            if let Some(position) = model.positions.get(&row.destination) {
                verdicts[row.class as usize][position.index()] = Some((row.status, row.reasons));
            }
        }
        (routes, verdicts)
    }

    /// Why clients of the class hold a route for a prefix of that position; none where they hold none.
    pub(super) fn route(&self, class: Class, position: Position) -> Option<Reasons> {
        self.routes[class as usize][position.index()]
    }

    /// What can be said of a network's prefix that is seen so.
    pub(super) fn verdict(&self, class: Class, seen: Seen) -> Option<(Status, Reasons)> {
        let table = if seen.has_answers { &self.verdicts } else { &self.unanswered };
        table[class as usize][seen.position.index()]
    }
}

/// The small inventory. Everything stands in one connected component: what no session or usable peering
/// joins is joined by a peering or tunnel that does not work.
struct Model {
    inventory: Inventory,
    here: NameId,
    /// The family of the addresses of clients.
    clients: Family,
    positions: FxHashMap<Prefix, Position>,
    origin: Span,
}

impl Model {
    fn new(clients: Family) -> Self {
        let file = Sources::default().add("view".to_owned(), String::new(), None);
        let mut inventory = Inventory::default();
        let here = inventory.names.intern(Where::Here.word());
        let mut model =
            Self { inventory, here, clients, positions: FxHashMap::default(), origin: Span::beginning(file) };
        for place in Where::ALL {
            model.gateway(place);
        }
        let [here, elsewhere, outside] = Where::ALL.map(|place| model.inventory.names.intern(place.word()));
        let nowhere = model.vnet("nowhere", Position::Nowhere);
        model.peering(here, nowhere, false, false, false);
        model.peering(here, outside, false, false, false);
        let near = model.site("site within reach", Position::Site { within_reach: true });
        let far = model.site("site out of reach", Position::Site { within_reach: false });
        model.tunnel(here, elsewhere, true);
        model.tunnel(elsewhere, near, true);
        model.tunnel(here, far, false);
        model
    }

    /// The next prefix, for `position`.
    fn prefix(&mut self, position: Position) -> Prefix {
        let next = u8::try_from(self.positions.len()).unwrap_or(u8::MAX);
        let prefix = match (position, self.clients) {
            (Position::Pool(_), Family::Ipv6) => {
                IpNet::from(Ipv6Net::new_assert([0xfd00, next.into(), 0, 0, 0, 0, 0, 0].into(), 32)).into()
            }
            _ => IpNet::from(Ipv4Net::new_assert([10, next, 0, 0].into(), 16)).into(),
        };
        self.positions.insert(prefix, position);
        prefix
    }

    fn vnet(&mut self, name: &str, position: Position) -> NameId {
        let name = self.inventory.names.intern(name);
        let address_space = vec![self.prefix(position)];
        self.inventory.vnets.push(Vnet { address_space, ..Vnet::new(name, self.origin) });
        name
    }

    /// A gateway with a pool and a spoke for each state of the two sides of a peering.
    fn gateway(&mut self, place: Where) {
        let vnet = self.vnet(place.word(), Position::Own(place));
        let client_pool = vec![self.prefix(Position::Pool(place))];
        self.inventory.gateways.push(Gateway {
            client_pool,
            asn: Some(1 + place as u32),
            ..Gateway::new(vnet, self.origin)
        });
        for (there, back) in [(false, false), (false, true), (true, false), (true, true)] {
            let name = format!("spoke {} {there} {back}", place.word());
            let spoke = self.vnet(&name, Position::Spoke { hub: place, there, back });
            self.peering(vnet, spoke, true, false, there);
            self.peering(spoke, vnet, false, true, back);
        }
    }

    fn site(&mut self, name: &str, position: Position) -> NameId {
        let name = self.inventory.names.intern(name);
        let address_space = vec![self.prefix(position)];
        self.inventory.sites.push(Site { address_space, ..Site::new(name, self.origin) });
        name
    }

    fn peering(&mut self, vnet: NameId, remote_vnet: NameId, allows: bool, uses: bool, is_usable: bool) {
        self.inventory.peerings.push(Peering {
            allow_gateway_transit: allows,
            use_remote_gateways: uses,
            allow_vnet_access: is_usable,
            ..Peering::new(vnet, remote_vnet, self.origin)
        });
    }

    fn tunnel(&mut self, from: NameId, to: NameId, is_up: bool) {
        self.inventory.connections.push(Connection {
            bgp: true,
            down: (!is_up).then(|| "NotConnected".into()),
            ..Connection::new(from, to, self.origin)
        });
    }
}
