//! Why packets get no further where route tables steer them.

use std::collections::BTreeSet;

use super::explanation::Missing;
use super::passages::Teller;
use crate::facts::ids::{Context, Node, Target};
use crate::inventory::routing::Hop;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::proof::{Astray, Fact, Onward, Walk};
use crate::source::Span;

impl Teller<'_> {
    /// Why a packet gets no further than the node.
    pub(super) fn missing(&self, walk: &Walk, node: Node, to: &str) -> Vec<Missing> {
        let (who, is_one) = self.sender(node);
        let verb = |one: &str, many: &str| if is_one { one.to_owned() } else { many.to_owned() };
        if let Some(step) = walk.moves(node).first() {
            let text = match step.onward {
                Onward::Arrives(other) => {
                    let what = if other.is_network() { "network" } else { "address pool" };
                    let delivers = verb("delivers", "deliver");
                    format!(
                        "{who} {delivers} it to the {what} of {}, which holds the same addresses",
                        self.name(other.name())
                    )
                }
                Onward::To(next) => format!(
                    "{who} {} it to {}, where it has been before: a loop",
                    verb("sends", "send"),
                    self.node(next)
                ),
            };
            let facts = self.rests_on(node, step, step.context).0;
            return vec![Missing { text, places: self.places(&facts) }];
        }
        match node {
            Node::Subnet(context) => vec![self.dropped(node, context, walk, to)],
            Node::Machine(machine) => {
                let contexts = self.steering.contexts(machine).into_iter();
                contexts.map(|context| self.dropped(node, context, walk, to)).collect()
            }
            Node::Router(router) | Node::Origin(router) => self.at_router(router, walk, to),
        }
    }

    fn places(&self, facts: &[Fact]) -> Vec<Span> {
        let mut places: Vec<Span> =
            facts.iter().flat_map(|fact| self.search.asked.places.stated(*fact).spans).collect();
        let mut seen = BTreeSet::new();
        places.retain(|place| seen.insert(*place));
        places
    }

    /// Why a router that no packet leaves drops it.
    fn at_router(&self, router: NameId, walk: &Walk, to: &str) -> Vec<Missing> {
        let (search, part) = (self.search, walk.destination);
        let entry = self.steering.entry(search.graph, router, part);
        let steering = self.steering.steering_route(search.graph, router, part, entry);
        if let Some((context, route)) = steering {
            let name = self.name(router);
            let mut found = self.by_user_route(Node::Router(router), context, route, walk);
            if entry.is_none() {
                found.text = format!("no entry of {name}'s gateway covers {to}, and {}", found.text);
            }
            return vec![found];
        }
        if entry.is_some() {
            let text = format!(
                "{} does not forward between its connections: it is a site that is not marked as transit",
                self.name(router)
            );
            return vec![Missing { text, places: search.where_is(router) }];
        }
        if walk.target == Target::INTERNET {
            return vec![self.no_way_out(router, to)];
        }
        let (target, destination) = (walk.target, part);
        let astray = Astray { from: router, target, destination, states: Vec::new() };
        search.no_route(router, &astray, to)
    }

    /// Why a router has no way to the Internet.
    fn no_way_out(&self, router: NameId, to: &str) -> Missing {
        let name = self.name(router);
        let text = if self.search.topology.is_site(router) {
            format!(
                "{name} has no route to {to}: a site is a way to the Internet where its address space has a default \
                 route"
            )
        } else {
            format!("{name}'s gateway has no route to {to}, and a gateway by itself sends no client there")
        };
        Missing { text, places: self.search.where_is(router) }
    }

    /// Why nothing leads on from the subnets of a context.
    fn dropped(&self, node: Node, context: Context, walk: &Walk, to: &str) -> Missing {
        let part = walk.destination;
        let (who, is_one) = self.sender(node);
        let routes = self.steering.user_routes(context.table, part);
        // Nothing is on the way from here, so whatever decides is a user route, or nothing does.
        if let Some(route) = routes.first() {
            return self.by_user_route(node, context, *route, walk);
        }
        let mut text = format!("{who} {} no route that covers {to}", if is_one { "has" } else { "have" });
        let gateways = self.gateways(context.vnet);
        if gateways.is_empty() {
            text = format!("{text}: {} holds no gateway and uses none", self.name(context.vnet));
        }
        if let Some(table) = context.table {
            let keeps_out = !self
                .search
                .asked
                .part
                .facts
                .gateway_routes
                .of(self.search.asked.part.number)
                .contains(&table);
            let known = gateways.iter().find_map(|gateway| {
                let entry = self.steering.entry(self.search.graph, *gateway, part)?;
                Some((*gateway, entry))
            });
            let whose = self.of_whom(node, context);
            let comma = if whose.contains(", ") { "," } else { "" };
            if let (true, Some((gateway, entry))) = (keeps_out, known) {
                let of = self.name(gateway);
                text = format!(
                    "{text}: {whose}{comma} keeps gateway routes out, and {entry} of {of}'s gateway is one"
                );
            }
            let mut places = self.places(&[Fact::GatewayRoutes(table)]);
            places.extend(self.places(&self.uses_table(node, context)));
            return Missing { text, places };
        }
        if gateways.is_empty() {
            text.push_str(", and user routes it has none");
        }
        Missing { text, places: self.search.where_is(context.vnet) }
    }

    /// The gateways that a VNet has or uses.
    fn gateways(&self, vnet: NameId) -> Vec<NameId> {
        let topology = self.search.topology;
        if topology.has_gateway(vnet) {
            return vec![vnet];
        }
        topology.peers(vnet).iter().copied().filter(|hub| topology.attaches(*hub, vnet)).collect()
    }

    /// Why a user route that decides leads nowhere.
    fn by_user_route(&self, node: Node, context: Context, route: Prefix, walk: &Walk) -> Missing {
        let part = walk.destination;
        let vnet = self.name(context.vnet);
        let hops: Vec<Hop> = self.steering.hops(context.table, route).collect();
        let of_table = self.user_route(node, context, route);
        let told = |hop: &Hop| match hop {
            Hop::Appliance(address) => format!(
                "{of_table} leads to {address}, which is in no VNet that {vnet} reaches: it is out of reach, and \
                 packets are dropped"
            ),
            Hop::Gateway if matches!(node, Node::Router(_)) => {
                format!("{of_table} leads back to the gateway, which drops packets")
            }
            Hop::Gateway => format!("{of_table} leads to the gateway, and {vnet} holds none and uses none"),
            Hop::VnetLocal => format!("{of_table} leads into {vnet} itself, which does not hold {part}"),
            Hop::Internet if walk.target == Target::INTERNET => {
                format!("{of_table} leads to the Internet, and a gateway sends no client there")
            }
            Hop::Internet => {
                format!("{of_table} leads to the Internet, so packets for a network are dropped")
            }
            Hop::Nowhere => format!("{of_table} drops packets: its next hop is None"),
        };
        let text: Vec<String> = hops.iter().map(told).collect();
        let table = context.table;
        let mut facts: Vec<Fact> =
            hops.iter().filter_map(|hop| Some(Fact::UserRoute(table?, route, *hop))).collect();
        facts.extend(self.uses_table(node, context));
        Missing { text: text.join(", and "), places: self.places(&facts) }
    }
}
