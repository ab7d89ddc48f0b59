//! What shows only in the tables of routers: routes that lead nowhere, and tunnels without a way back.
//!
//! Tables come from the rules that answers come from, run without destinations. A part is looked at
//! only where something in it is asked, and then for no more prefixes than matter.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Context, Found};
use crate::diagnostic::{Code, Diagnostic};
use crate::facts::ids::PrefixId;
use crate::inventory::routing::{NextHop, UserRoute};
use crate::inventory::{Gateway, Tunnel};
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::solve::{Component, tables};
use crate::source::Span;

pub(super) fn check(context: &Context<'_>, found: &mut Found) {
    let mut questions: BTreeMap<usize, Vec<Question<'_>>> = BTreeMap::new();
    // Without an address pool there are no clients that custom routes are pushed to.
    for gateway in context.inventory.gateways.iter().filter(|gateway| !gateway.client_pool.is_empty()) {
        let part = context.facts.component_of(gateway.vnet);
        // A custom route of length 0 has a finding of its own.
        for prefix in gateway.custom_routes.iter().filter(|prefix| !prefix.is_default_route()) {
            questions.entry(part).or_default().push(Question {
                router: gateway.vnet,
                prefix: *prefix,
                about: About::CustomRoute(gateway),
            });
        }
    }
    for tunnel in context.topology.all_tunnels().iter().filter(|tunnel| tunnel.up && !tunnel.bgp) {
        for (near, far) in [(tunnel.from, tunnel.to), (tunnel.to, tunnel.from)] {
            let Some(gateway) = context.topology.gateway(near).filter(|_| context.topology.is_router(far))
            else {
                continue;
            };
            // Nothing of another family goes into the tunnel, and so nothing has to come back.
            let routed = context.topology.routed(tunnel, near);
            let is_asked = |pool: &&Prefix| routed.iter().any(|prefix| prefix.family() == pool.family());
            for pool in gateway.client_pool.iter().filter(is_asked) {
                questions.entry(context.facts.component_of(near)).or_default().push(Question {
                    router: far,
                    prefix: *pool,
                    about: About::WayBack(gateway, tunnel),
                });
            }
        }
    }
    let questions: Vec<(usize, Vec<Question<'_>>)> = questions.into_iter().collect();
    let answers: Vec<Found> =
        questions.par_iter().map(|(part, questions)| look(context, *part, questions)).collect();
    found.extend(answers.into_iter().flatten());
}

/// What is asked of a router's table: whether it covers a prefix.
struct Question<'run> {
    router: NameId,
    prefix: Prefix,
    about: About<'run>,
}

enum About<'run> {
    CustomRoute(&'run Gateway),
    WayBack(&'run Gateway, &'run Tunnel),
}

/// Answers the questions about one connected component.
fn look(context: &Context<'_>, number: usize, questions: &[Question<'_>]) -> Found {
    let part = Component::new(context.facts, number);
    let mut relevant: Vec<PrefixId> = questions
        .iter()
        .filter_map(|question| part.table.id(question.prefix))
        .flat_map(|id| part.table.covering(id).chain((id.0..part.table.end(id).0).map(PrefixId)))
        .collect();
    relevant.sort_unstable();
    relevant.dedup();
    let asked: FxHashSet<NameId> = questions.iter().map(|question| question.router).collect();
    let mut entries: FxHashSet<(NameId, Prefix)> = FxHashSet::default();
    let statics = context.facts.static_route.of(number).iter();
    entries.extend(statics.filter(|row| asked.contains(&row.0)).map(|row| (row.0, row.2)));
    tables(&part, &relevant, |derived, _| {
        let attached = derived.attached.iter().map(|row| (row.0, row.2));
        let learned = derived.learned.iter().map(|row| (row.0, row.2));
        let in_tables = attached
            .chain(learned)
            .filter(|(router, id)| asked.contains(router) && relevant.binary_search(id).is_ok());
        entries.extend(in_tables.map(|(router, id)| (router, part.table.prefix(id))));
    });
    let mut by_router: FxHashMap<NameId, Vec<Prefix>> = FxHashMap::default();
    for (router, prefix) in entries {
        by_router.entry(router).or_default().push(prefix);
    }
    let mut found = Vec::new();
    for question in questions {
        let entries = by_router.get(&question.router).map_or(&[][..], Vec::as_slice);
        match question.about {
            About::CustomRoute(gateway)
                if !entries.iter().any(|entry| entry.covers(question.prefix))
                    && !is_steered(context, gateway.vnet, question.prefix) =>
            {
                found.push(leads_nowhere(context, gateway, question.prefix));
            }
            About::WayBack(gateway, tunnel) => {
                let missing = question.prefix.without(entries);
                if !missing.is_empty() {
                    found.push(no_route_back(context, gateway, tunnel, question, &missing));
                }
            }
            About::CustomRoute(_) => {}
        }
    }
    found
}

/// True where a user route of GatewaySubnet leads what no entry of the gateway's table covers to an appliance.
fn is_steered(context: &Context<'_>, gateway: NameId, prefix: Prefix) -> bool {
    let mut subnets = context.inventory.subnets.iter();
    let subnet = subnets.find(|row| row.vnet == gateway && row.name.is_gateway_subnet());
    let Some(table) = subnet.and_then(|row| row.route_table) else { return false };
    let leads_on = |route: &UserRoute| {
        let is_steering = route.next_hop == NextHop::Appliance && !route.prefix.is_default_route();
        is_steering && route.prefix.covers(prefix)
    };
    let mut routes = context.inventory.user_routes.iter().filter(|row| row.route_table == table);
    routes.any(leads_on)
}

fn leads_nowhere(context: &Context<'_>, gateway: &Gateway, prefix: Prefix) -> Diagnostic {
    let shown = context.shown(gateway.vnet);
    Diagnostic::new(
        Code::CustomRouteNowhere,
        format!("the gateway of {shown} pushes `{prefix}` to clients, but its table has no entry that covers it"),
    )
    .at(
        context.element(gateway.origin, "custom_routes", prefix),
        "expected a prefix that the gateway attaches, routes or learns",
    )
    .help("clients send these packets into the tunnel, and the gateway drops them: remove the route, or connect the network")
}

fn no_route_back(
    context: &Context<'_>,
    gateway: &Gateway,
    tunnel: &Tunnel,
    question: &Question<'_>,
    missing: &[Prefix],
) -> Diagnostic {
    let (shown, far) = (context.shown(gateway.vnet), context.shown(question.router));
    let pool = question.prefix;
    let what = match missing {
        [only] if *only == pool => format!("`{pool}`"),
        [first, ..] => format!("all of `{pool}`: `{first}` is missing"),
        [] => String::new(),
    };
    let help = if context.topology.is_site(question.router) {
        format!("route `{pool}` into the connection on the device of {far} and list it here, or use BGP")
    } else {
        format!("list `{pool}` among the static prefixes of the end of {far}, or use BGP on the connection")
    };
    Diagnostic::new(
        Code::NoRouteBack,
        format!(
            "{far} has no route to the clients of {shown}, so nothing answers them through this connection"
        ),
    )
    .at(far_end(context, tunnel, question.router), format!("expected a route for {what}"))
    .with(context.element(gateway.origin, "client_pool", pool), format!("the address pool of {shown}"))
    .help(help)
}

/// Where the static prefixes of an end of a tunnel are listed.
fn far_end(context: &Context<'_>, tunnel: &Tunnel, far: NameId) -> Span {
    let rows = &context.inventory.connections;
    let own = tunnel.rows().find(|row| rows[*row].from == far);
    match own {
        Some(row) => context.cell_or(rows[row].origin, "from_static", "from"),
        None => context.cell_or(rows[tunnel.row].origin, "to_static", "to"),
    }
}
