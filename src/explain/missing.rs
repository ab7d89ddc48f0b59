//! What is missing where a packet gets no further, or where a client holds no route.

use super::evidence::{Asked, Walk, deepest};
use super::explanation::{Hop, Lost, Missing};
use super::graph::Graph;
use super::internet;
use super::places::NONE_LISTED;
use super::words::listed;
use crate::class::Class;
use crate::facts::ids::Target;
use crate::inventory::{Peering, Tunnel};
use crate::names::NameId;
use crate::prefix::{Family, Prefix};
use crate::proof::{Astray, Evidence, Tuple};
use crate::source::Span;
use crate::topology::{Lack, Topology, TunnelState};
use crate::witness::Via;

/// How many things are told of one place.
const MOST: usize = 4;

/// The next shorter entry of a router's table.
pub(super) fn runner_up(
    graph: &Graph<'_>,
    asked: &Asked<'_>,
    router: NameId,
    entry: Prefix,
) -> Option<Prefix> {
    let mut shorter = asked.covering(entry).into_iter().skip(1);
    shorter.find(|prefix| graph.has_entry(router, *prefix))
}

/// What is looked at to tell what is missing.
pub(super) struct Search<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) graph: &'a Graph<'a>,
    pub(super) topology: &'a Topology<'a>,
}

impl Search<'_> {
    pub(super) fn text(&self, name: NameId) -> &str {
        self.asked.inventory.names.text(name)
    }

    /// A part of a client pool, as sentences name it.
    pub(super) fn pool(&self, gateway: NameId, part: Prefix) -> String {
        let own = self.topology.client_pool(gateway);
        if own.contains(&part) {
            format!("the address pool {part}")
        } else {
            format!("{part} of the address pool {}", listed(own))
        }
    }

    /// Why clients of the class get no route.
    pub(super) fn route(&self, class: Class, evidence: &Evidence, to: &str) -> Vec<Missing> {
        let gateway = evidence.gateway;
        let name = self.text(gateway);
        let mut found = Vec::new();
        for prefix in self.asked.covering(evidence.destination) {
            let next = self.graph.entries(gateway, prefix);
            for neighbour in next {
                let far = self.text(neighbour);
                let is_static = self.asked.is_static(gateway, neighbour, prefix);
                let tunnels = self.topology.tunnels(gateway, neighbour);
                let places = tunnels.flat_map(|tunnel| self.topology.origins(tunnel));
                let what = if prefix.is_default_route() {
                    format!(
                        "{name} has the default route {prefix} to {far}, and default routes are pushed \
                         to no client"
                    )
                } else if !is_static {
                    format!("{name} learned {prefix} from {far} by BGP, which is not pushed to them")
                } else if self.topology.is_site(neighbour) {
                    format!(
                        "the static prefix {prefix} of {name}'s connection to {far}, a site, is not pushed to them"
                    )
                } else {
                    format!(
                        "the static prefix {prefix} of {name}'s connection to {far} is not pushed to them"
                    )
                };
                found.push(Missing { text: what, places: places.collect() });
            }
        }
        if found.is_empty() {
            let text = format!("{name}'s gateway has no route to {to} that it could push to clients");
            let places = self.topology.gateway(gateway).map(|row| row.origin).into_iter().collect();
            found.push(Missing { text, places });
        }
        found.truncate(MOST);
        if evidence.is_accessible() {
            let then = if class.needs_download() {
                ", after which the profile has to be downloaded again"
            } else {
                ""
            };
            let is_internet = evidence.target == Target::INTERNET;
            let custom = if is_internet {
                internet::custom_routes(evidence.destination)
            } else {
                "a custom route".to_owned()
            };
            found.push(Missing {
                text: format!(
                    "what would give it: a route to {to} added by hand on the client, or {custom} of {name}'s \
                     gateway{then}"
                ),
                places: Vec::new(),
            });
        }
        found
    }

    /// How far the packet gets, and what is missing there.
    pub(super) fn lost(&self, astray: &Astray, to: &str) -> Lost {
        let walk = deepest(self.graph, &self.asked.inventory.names, astray);
        let hops = walk.path.windows(2).filter_map(|pair| self.hop(pair[0], pair[1], astray.destination));
        let missing = self.at(&walk, astray, to);
        Lost { start: Some(astray.from), hops: hops.collect(), passage: None, to: to.to_owned(), missing }
    }

    fn hop(&self, router: NameId, next: NameId, part: Prefix) -> Option<Hop> {
        let tuple = Tuple::Forwards(router, next, part);
        let entries = self.graph.steps(tuple).iter().filter_map(|step| match step.via {
            Via::Entry(id) => Some(self.asked.part.table.prefix(id)),
            _ => None,
        });
        let entry = entries.max_by_key(|entry| entry.length())?;
        Some(Hop { router, next, entry, runner_up: runner_up(self.graph, self.asked, router, entry) })
    }

    /// What is missing where the packet ends.
    fn at(&self, walk: &Walk, astray: &Astray, to: &str) -> Vec<Missing> {
        let router = walk.last.router;
        let name = self.text(router);
        let here = self.graph.here(router, astray.destination);
        if let Some(other) = here.iter().min_by_key(|target| self.text(target.name())) {
            let what = if other.is_network() { "network" } else { "address pool" };
            let text = format!(
                "{name} delivers it to the {what} of {}, which holds the same addresses",
                self.text(other.name())
            );
            return vec![Missing { text, places: self.where_is(other.name()) }];
        }
        let mut next: Vec<NameId> = self.graph.next(router, astray.destination).collect();
        next.sort_by_key(|name| self.text(*name));
        if let Some(first) = next.first() {
            let forwards = walk.last.starts || self.graph.relays(router);
            let text = if forwards {
                format!("{name} sends it to {}, where it has been before: a loop", self.text(*first))
            } else {
                format!(
                    "{name} does not forward between its connections: it is a site that is not marked as transit"
                )
            };
            let places = if forwards { Vec::new() } else { self.where_is(router) };
            return vec![Missing { text, places }];
        }
        self.no_route(router, astray, to)
    }

    /// Why a router has no entry for the packet.
    pub(super) fn no_route(&self, router: NameId, astray: &Astray, to: &str) -> Vec<Missing> {
        let name = self.text(router);
        let goal = self.standing(astray.target.name());
        let nearer = self.nearer(router, goal);
        let mut found: Vec<Missing> =
            nearer.iter().flat_map(|other| self.edge(router, *other, astray, to)).collect();
        if found.is_empty() {
            found.push(Missing {
                text: format!("{name} has no route to {to}"),
                places: self.where_is(router),
            });
        }
        found.truncate(MOST);
        found
    }

    /// The neighbours of `network` that are nearer to `goal`, whatever the state of what joins them, by name.
    fn nearer(&self, network: NameId, goal: NameId) -> Vec<NameId> {
        let distances = self.topology.around(&[goal], usize::MAX);
        let distance = |name: &NameId| distances.get(name).copied().unwrap_or(usize::MAX);
        let mut nearer = self.topology.neighbours(network);
        nearer.retain(|other| distance(other) < distance(&network));
        nearer.sort_by_key(|name| self.text(*name));
        nearer
    }

    pub(super) fn where_is(&self, name: NameId) -> Vec<Span> {
        let gateway = self.topology.gateway(name).map(|row| row.origin);
        let site = || self.topology.site(name).map(|row| row.origin);
        let vnet = || self.topology.vnet(name).map(|row| row.origin);
        gateway.or_else(site).or_else(vnet).into_iter().collect()
    }

    /// Why the router has no route over what joins it to its neighbour.
    fn edge(&self, router: NameId, neighbour: NameId, astray: &Astray, to: &str) -> Vec<Missing> {
        let tunnels = self.topology.tunnels(router, neighbour);
        let mut found: Vec<Missing> =
            tunnels.map(|tunnel| self.tunnel(tunnel, router, neighbour, astray, to)).collect();
        if self.topology.peers(router).contains(&neighbour) {
            let goal = astray.target.name();
            found.push(if goal.is_endpoint() {
                self.peering_of_endpoint(router, neighbour, goal, to)
            } else {
                self.peering(router, neighbour, goal, to)
            });
        }
        found
    }

    /// Why the router has no route into the tunnel.
    fn tunnel(&self, tunnel: &Tunnel, router: NameId, far: NameId, astray: &Astray, to: &str) -> Missing {
        let (near_text, far_text) = (self.text(router), self.text(far));
        let end = format!("{near_text}'s end of the connection to {far_text} has no route to {to}");
        let rows = self.topology.origins(tunnel);
        let (why, places) = match self.topology.tunnel_state(tunnel) {
            TunnelState::Down => {
                let mut parts = tunnel.rows().map(|row| &self.asked.inventory.connections[row]);
                let down = parts.find_map(|row| row.down.as_deref()).unwrap_or_default();
                let text = format!("the connection between {near_text} and {far_text} is down: {down}");
                return Missing { text, places: rows };
            }
            TunnelState::NoGateway => {
                let text = format!(
                    "the connection between {near_text} and {far_text} carries nothing: {far_text} holds no gateway"
                );
                return Missing { text, places: rows };
            }
            TunnelState::Bgp => {
                let (why, places) = self.not_learned(router, far, astray, to);
                return Missing { text: format!("{end}: {why}"), places: [rows, places].concat() };
            }
            TunnelState::NoSession => self.no_session(router, far),
            TunnelState::Static => ("no BGP".to_owned(), Vec::new()),
        };
        let prefixes = self.topology.routed(tunnel, router);
        let has = if prefixes.is_empty() {
            "it lists no static prefixes".to_owned()
        } else if tunnel.listed(router).is_empty() {
            format!("its static prefixes are {}, by default as {NONE_LISTED}", listed(prefixes))
        } else {
            format!("its static prefixes are {}", listed(prefixes))
        };
        Missing { text: format!("{end}: {why}, and {has}"), places: [rows, places].concat() }
    }

    /// Why BGP is enabled on a tunnel and does not run.
    fn no_session(&self, one: NameId, other: NameId) -> (String, Vec<Span>) {
        for name in [one, other] {
            if let Some(row) = self.topology.gateway(name).filter(|row| !row.speaks_bgp()) {
                let why = if row.is_basic() { "the Basic SKU does not speak BGP" } else { "BGP is off" };
                return (
                    format!("BGP never comes up, as {why} at {}'s gateway", self.text(name)),
                    vec![row.origin],
                );
            }
        }
        let number = self.topology.asn(one).map(|number| number.to_string());
        let places = [self.where_is(one), self.where_is(other)].concat();
        let number = number.unwrap_or_default();
        let text = format!(
            "BGP never comes up, as both ends have ASN {number}, and Azure is not known to run BGP inside one AS"
        );
        (text, places)
    }

    /// Why a router has no route from a neighbour with a session.
    fn not_learned(&self, router: NameId, far: NameId, astray: &Astray, to: &str) -> (String, Vec<Span>) {
        let (near_text, far_text) = (self.text(router), self.text(far));
        for prefix in self.asked.covering(astray.destination) {
            if !self.graph.has_entry(far, prefix) {
                continue;
            }
            let is_site = self.topology.is_site(router);
            let own = self.graph.attached_to(router).iter().find(|(target, own)| {
                let is_own = *own == prefix || !is_site && own.covers(prefix);
                target.is_network() && !own.is_default_route() && is_own
            });
            if let Some((_, own)) = own.filter(|_| is_site) {
                return (format!("{near_text} holds {own} itself"), self.where_is(router));
            }
            if let Some((target, own)) = own {
                let text = format!(
                    "{near_text} does not accept {prefix}, which lies inside {own}, the space of {} that it \
                     delivers itself",
                    self.text(target.name())
                );
                return (text, self.where_is(target.name()));
            }
            let summaries = self.topology.summarized_prefixes(far);
            let attached = self.graph.attached_to(far).iter().filter(|row| row.1 == prefix);
            let is_withheld = |target: &Target| {
                let stands_for = |summary: &Prefix| *target == Target::Network(far) || summary.covers(prefix);
                target.is_network() && summaries.iter().any(stands_for)
            };
            if attached.clone().next().is_some() && attached.clone().all(|row| is_withheld(&row.0)) {
                let text =
                    format!("{far_text}'s gateway advertises {} in place of {prefix}", listed(summaries));
                return (text, self.where_is(far));
            }
            let is_attached = attached.clone().next().is_some();
            if !is_attached && !self.graph.relays(far) {
                return (
                    format!(
                        "{far_text} does not re-advertise what it learns: it is a site that is not marked as transit"
                    ),
                    self.where_is(far),
                );
            }
            if !is_attached && prefix.is_default_route() {
                return (format!("{far_text} does not re-advertise the default route {prefix}"), Vec::new());
            }
            let only_from_here = self.graph.entries(far, prefix).all(|from| from == router);
            if !is_attached && only_from_here {
                continue;
            }
            return (
                format!(
                    "{near_text} does not accept {prefix} from {far_text}, as it was first advertised by a router with the same ASN"
                ),
                [self.where_is(router), self.where_is(far)].concat(),
            );
        }
        (format!("BGP runs, but {far_text} has no route to {to} that it could advertise"), Vec::new())
    }

    /// The network itself, or the VNet that a private endpoint stands in.
    fn standing(&self, network: NameId) -> NameId {
        let vnet = network.is_endpoint().then(|| self.asked.part.facts.vnet_of(network)).flatten();
        vnet.unwrap_or(network)
    }

    /// Why the route of a private endpoint does not get over a peering.
    fn peering_of_endpoint(&self, hub: NameId, other: NameId, endpoint: NameId, to: &str) -> Missing {
        let vnet = self.standing(endpoint);
        let [hub_text, other_text, vnet_text] = [hub, other, vnet].map(|name| self.text(name));
        let places = self.topology.sides(hub, other).chain(self.topology.sides(other, hub));
        let places = places.map(|side| side.origin).collect();
        let is_usable = |one, two| self.topology.sides(one, two).any(Peering::is_usable);
        let text = if other != vnet || self.topology.gateway(hub).is_none() {
            format!(
                "the route of a private endpoint goes into its own VNet and into those peered with it: {vnet_text} would have to \
                 be peered with a VNet that holds a gateway"
            )
        } else if is_usable(hub, vnet) && is_usable(vnet, hub) {
            format!("{hub_text}'s side of the peering with {vnet_text} does not carry {to}")
        } else {
            format!(
                "{hub_text} and {other_text} are not peered from both sides, so {to} has no route to the gateway"
            )
        };
        Missing { text, places }
    }

    /// Why a hub does not deliver to a VNet that it is peered with, or to what lies behind that.
    fn peering(&self, hub: NameId, spoke: NameId, goal: NameId, to: &str) -> Missing {
        let (hub_text, spoke_text, goal_text) = (self.text(hub), self.text(spoke), self.text(goal));
        let hub_sides: Vec<&Peering> = self.topology.sides(hub, spoke).collect();
        let spoke_sides: Vec<&Peering> = self.topology.sides(spoke, hub).collect();
        let places = hub_sides.iter().chain(&spoke_sides).map(|side| side.origin).collect();
        let mut faults = Vec::new();
        for (sides, owner) in [(&hub_sides, hub_text), (&spoke_sides, spoke_text)] {
            if sides.is_empty() {
                faults.push(format!("{owner}'s side is missing"));
            } else if !sides.iter().any(|side| side.is_usable()) {
                let state = sides.iter().find_map(|side| side.rare().not_connected.as_deref());
                faults.push(match state {
                    Some(state) => format!("{owner}'s side is not connected but {state}"),
                    None => format!("{owner}'s side does not allow access"),
                });
            }
        }
        if self.topology.gateway(hub).is_none() {
            return Missing {
                text: format!(
                    "{hub_text} holds no gateway, and peering is not transitive: {goal_text} would have \
                     to be peered with a VNet that holds one"
                ),
                places,
            };
        }
        if let Some(gateway) = self.topology.gateway(spoke) {
            let text = format!(
                "{hub_text} and {spoke_text} both hold a gateway, so neither can use the other's: they \
                 need a connection with BGP, or one has to give its gateway up"
            );
            return Missing { text, places: [places, vec![gateway.origin]].concat() };
        }
        if !hub_sides.is_empty() && !hub_sides.iter().any(|side| side.allow_gateway_transit) {
            faults.push(format!("{hub_text}'s side does not allow gateway transit"));
        }
        if !spoke_sides.is_empty() && !spoke_sides.iter().any(|side| side.use_remote_gateways) {
            faults.push(format!("{spoke_text}'s side does not use remote gateways"));
        }
        if let (true, true, Some(left_out)) =
            (faults.is_empty(), goal == spoke, self.topology.left_out(hub, spoke))
        {
            let side = format!("{hub_text}'s side of the peering with {spoke_text}");
            let text = match left_out.lack {
                Lack::Sync => format!("{side} carries {to} only once it is synced"),
                Lack::Subnets => format!("{side} carries single subnets, and {to} is in none of them"),
                Lack::Ipv4 => format!("{side} carries IPv6 alone"),
            };
            return Missing { text, places };
        }
        let text = if faults.is_empty() || goal != spoke {
            format!(
                "{spoke_text} is only peered with {hub_text}, and peering is not transitive: {goal_text} \
                 would have to be peered with {hub_text} itself"
            )
        } else {
            format!("{spoke_text} does not use {hub_text}'s gateway: {}", faults.join(", "))
        };
        Missing { text, places }
    }

    /// What is missing where clients have no address of the family; none where they have one.
    pub(super) fn no_address(&self, gateway: NameId, family: Family) -> Option<Lost> {
        let own = self.topology.client_pool(gateway);
        if own.iter().any(|pool| pool.family() == family) {
            return None;
        }
        let (name, to) = (self.text(gateway), format!("the address pool {}", listed(own)));
        let text = format!(
            "clients of {name} have no {} address: its address pool has no prefix of that family",
            family.word()
        );
        let missing = vec![Missing { text, places: self.where_is(gateway) }];
        Some(Lost { start: None, hops: Vec::new(), passage: None, to, missing })
    }

    /// What is missing where nothing leaves for the Internet, so that nothing comes back.
    pub(super) fn nothing_left(&self, gateway: NameId) -> Lost {
        let text = "answers start where packets leave for the Internet, and none leaves".to_owned();
        let to = format!("the address pool {}", listed(self.topology.client_pool(gateway)));
        let missing = vec![Missing { text, places: Vec::new() }];
        Lost { start: None, hops: Vec::new(), passage: None, to, missing }
    }

    /// What is missing where no router delivers to the network.
    pub(super) fn unattached(&self, network: NameId, gateway: NameId) -> Lost {
        if network.is_endpoint() {
            let vnet = self.standing(network);
            let name = self.text(vnet);
            let text =
                format!("no gateway stands in {name}, nor in a VNet that is peered with it from both sides");
            let to = format!("the address pool {}", listed(self.topology.client_pool(gateway)));
            let missing = vec![Missing { text, places: self.where_is(vnet) }];
            return Lost { start: None, hops: Vec::new(), passage: None, to, missing };
        }
        let name = self.text(network);
        let mut nearer = self.nearer(network, gateway);
        nearer.retain(|other| self.topology.peers(network).contains(other));
        let mut missing: Vec<Missing> =
            nearer.iter().map(|hub| self.peering(*hub, network, network, name)).collect();
        if missing.is_empty() {
            missing.push(Missing {
                text: format!("{name} holds no gateway and uses none"),
                places: self.where_is(network),
            });
        }
        missing.truncate(MOST);
        let own = self.topology.client_pool(gateway);
        let to = format!("the address pool {}", listed(own));
        Lost { start: None, hops: Vec::new(), passage: None, to, missing }
    }
}
