//! What shows only in the tables of routers: routes that lead nowhere, tunnels without a way back,
//! and limits on what BGP sessions and clients carry.
//!
//! Tables come from the rules that answers come from, run without destinations. A part is looked at only where
//! something in it can be found, and then for no more prefixes than matter.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Context, Found};
use crate::class::protocols_or_default;
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::{Gateway, Protocol, Tunnel};
use crate::names::Name;
use crate::prefix::Prefix;
use crate::solve::{ConnectedPart, Derived, tables};
use crate::source::Span;
use crate::witness::PrefixId;

const PREFIXES_OF_A_SESSION: usize = 4_000;
const ROUTES_OF_WINDOWS_IKEV2: usize = 255;
const ROUTES_OF_OTHER_IKEV2: usize = 256;
const ROUTES_OF_OPENVPN: usize = 1_000;

pub(super) fn check(context: &Context<'_>, found: &mut Found) {
    let mut questions: BTreeMap<usize, Vec<Question<'_>>> = BTreeMap::new();
    for gateway in &context.inventory.gateways {
        let part = context.facts.part_of(gateway.vnet);
        let has_clients = !gateway.client_pool.is_empty();
        // Fewer prefixes than a client takes need no counting.
        if has_clients && prefixes_at_most(context, part) > ROUTES_OF_WINDOWS_IKEV2 {
            questions.entry(part).or_default();
        }
        // A custom route of length 0 has a finding of its own.
        for prefix in gateway.custom_routes.iter().filter(|prefix| !prefix.is_default_route()) {
            questions.entry(part).or_default().push(Question {
                router: gateway.vnet,
                prefix: *prefix,
                about: About::CustomRoute(gateway),
            });
        }
    }
    let sessions: FxHashSet<(Name, Name)> = context.facts.bgp.all().iter().copied().collect();
    for (near, _) in context.facts.bgp.all() {
        let part = context.facts.part_of(*near);
        if prefixes_at_most(context, part) > PREFIXES_OF_A_SESSION {
            questions.entry(part).or_default();
        }
    }
    for tunnel in context.tunnels.iter().filter(|tunnel| tunnel.up) {
        if tunnel.bgp && sessions.contains(&(tunnel.from, tunnel.to)) {
            continue;
        }
        for (near, far) in [(tunnel.from, tunnel.to), (tunnel.to, tunnel.from)] {
            let Some(gateway) = context.gateway(near).filter(|_| is_router(context, far)) else { continue };
            for pool in &gateway.client_pool {
                questions.entry(context.facts.part_of(near)).or_default().push(Question {
                    router: far,
                    prefix: *pool,
                    about: About::WayBack(gateway, tunnel),
                });
            }
        }
    }
    let questions: Vec<(usize, Vec<Question<'_>>)> = questions.into_iter().collect();
    let answers: Vec<(Found, Counts)> =
        questions.par_iter().map(|(part, questions)| look(context, *part, questions)).collect();
    let mut counts = Counts::default();
    for (mut of_part, of_part_counts) in answers {
        found.append(&mut of_part);
        counts.sessions.extend(of_part_counts.sessions);
        counts.routes.extend(of_part_counts.routes);
    }
    limits(context, &counts, found);
}

/// What is asked of a router's table: whether it covers a prefix.
struct Question<'run> {
    router: Name,
    prefix: Prefix,
    about: About<'run>,
}

enum About<'run> {
    CustomRoute(&'run Gateway),
    WayBack(&'run Gateway, &'run Tunnel),
}

/// How many prefixes BGP sessions and clients carry.
#[derive(Default)]
struct Counts {
    /// By sender and receiver.
    sessions: FxHashMap<(Name, Name), usize>,
    /// By gateway.
    routes: FxHashMap<Name, Routes>,
}

/// How many routes the clients of one gateway get.
#[derive(Default)]
struct Routes {
    /// The native Windows client.
    package: usize,
    /// IKEv2 on anything but Windows.
    table: usize,
    /// OpenVPN.
    table_and_sites: usize,
}

fn is_router(context: &Context<'_>, name: Name) -> bool {
    context.site(name).is_some() || context.gateway(name).is_some()
}

/// How many prefixes a part names, repetitions counted.
fn prefixes_at_most(context: &Context<'_>, part: usize) -> usize {
    let facts = context.facts;
    facts.address.of(part).len()
        + facts.client_pool.of(part).len()
        + facts.custom_route.of(part).len()
        + facts.static_route.of(part).len()
}

/// Answers the questions about one connected part, and counts where a limit may be exceeded.
fn look(context: &Context<'_>, number: usize, questions: &[Question<'_>]) -> (Found, Counts) {
    let part = ConnectedPart::new(context.facts, number);
    let counting = part.table.len() > ROUTES_OF_WINDOWS_IKEV2;
    let mut relevant: Vec<PrefixId> = questions
        .iter()
        .filter_map(|question| part.table.id(question.prefix))
        .flat_map(|id| part.table.covering(id).chain((id.0..part.table.end(id).0).map(PrefixId)))
        .collect();
    relevant.sort_unstable();
    relevant.dedup();
    let all = || (0..u32::try_from(part.table.len()).unwrap_or(u32::MAX)).map(PrefixId).collect();
    let wanted: Vec<PrefixId> = if counting { all() } else { relevant.clone() };
    let asked: FxHashSet<Name> = questions.iter().map(|question| question.router).collect();
    let mut entries: FxHashSet<(Name, Prefix)> = FxHashSet::default();
    let statics = context.facts.static_route.of(number).iter();
    entries.extend(statics.filter(|row| asked.contains(&row.0)).map(|row| (row.0, row.2)));
    let mut counts = Counts::default();
    tables(&part, &wanted, |derived, home| {
        let attached = derived.attached.iter().map(|row| (row.0, row.2));
        let learned = derived.learned.iter().map(|row| (row.0, row.2));
        let in_tables = attached
            .chain(learned)
            .filter(|(router, id)| asked.contains(router) && relevant.binary_search(id).is_ok());
        entries.extend(in_tables.map(|(router, id)| (router, part.table.prefix(id))));
        if counting {
            counts.add(context, &part, derived, home);
        }
    });
    let mut by_router: FxHashMap<Name, Vec<Prefix>> = FxHashMap::default();
    for (router, prefix) in entries {
        by_router.entry(router).or_default().push(prefix);
    }
    let mut found = Vec::new();
    for question in questions {
        let entries = by_router.get(&question.router).map_or(&[][..], Vec::as_slice);
        match question.about {
            About::CustomRoute(gateway) if !entries.iter().any(|entry| entry.covers(question.prefix)) => {
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
    (found, counts)
}

impl Counts {
    /// Adds what a run shows of its home prefixes. Each prefix is at home in one run.
    fn add(
        &mut self,
        context: &Context<'_>,
        part: &ConnectedPart<'_>,
        derived: &Derived<()>,
        home: &[PrefixId],
    ) {
        let is_home = |id: PrefixId| home.binary_search(&id).is_ok();
        let mut sent: FxHashSet<(Name, Name, PrefixId)> = FxHashSet::default();
        // A route may come for several reasons, and is one route.
        let mut package: FxHashSet<(Name, PrefixId)> = FxHashSet::default();
        let mut table: FxHashSet<(Name, PrefixId)> = FxHashSet::default();
        let mut sites: FxHashSet<(Name, PrefixId)> = FxHashSet::default();
        let has_clients =
            |name: Name| context.gateway(name).is_some_and(|gateway| !gateway.client_pool.is_empty());
        package.extend(derived.attached.iter().map(|row| (row.0, row.2)));
        for row in &derived.learned {
            if is_home(row.2) && sent.insert((row.1, row.0, row.2)) {
                *self.sessions.entry((row.1, row.0)).or_default() += 1;
            }
            if !part.table.prefix(row.2).is_default_route() {
                table.insert((row.0, row.2));
            }
        }
        for &id in home {
            package.extend(part.custom_route.of(id).iter().map(|(_, gateway)| (*gateway, id)));
            if !part.table.prefix(id).is_default_route() {
                for (_, (near, far)) in part.static_route.of(id) {
                    let set = if context.gateway(*far).is_some() { &mut table } else { &mut sites };
                    set.insert((*near, id));
                }
            }
        }
        let counted = |(gateway, id): &&(Name, PrefixId)| is_home(*id) && has_clients(*gateway);
        for (gateway, _) in package.iter().filter(counted) {
            self.routes.entry(*gateway).or_default().package += 1;
        }
        for (gateway, _) in package.union(&table).filter(counted) {
            self.routes.entry(*gateway).or_default().table += 1;
        }
        table.extend(sites);
        for (gateway, _) in package.union(&table).filter(counted) {
            self.routes.entry(*gateway).or_default().table_and_sites += 1;
        }
    }
}

fn leads_nowhere(context: &Context<'_>, gateway: &Gateway, prefix: Prefix) -> Diagnostic {
    let shown = context.shown(gateway.vnet);
    Diagnostic::new(
        Code::CustomRouteNowhere,
        format!("the gateway of {shown} hands out `{prefix}`, but its table has no entry that covers it"),
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
    let help = if context.site(question.router).is_some() {
        format!("route `{pool}` into the tunnel on the device of {far} and list it here, or use BGP")
    } else {
        format!("list `{pool}` among the static prefixes of the end of {far}, or use BGP on the tunnel")
    };
    Diagnostic::new(
        Code::NoRouteBack,
        format!("{far} has no route to the clients of {shown}, so nothing answers them through this tunnel"),
    )
    .at(far_end(context, tunnel, question.router), format!("expected a route for {what}"))
    .with(context.element(gateway.origin, "client_pool", pool), format!("the client pool of {shown}"))
    .help(help)
}

/// Where the static prefixes of an end of a tunnel are listed.
fn far_end(context: &Context<'_>, tunnel: &Tunnel, far: Name) -> Span {
    let rows = &context.inventory.connections;
    let own = [Some(tunnel.row), tunnel.other_row].into_iter().flatten().find(|row| rows[*row].from == far);
    match own {
        Some(row) => context.cell_or(rows[row].origin, "from_static", "from"),
        None => context.cell_or(rows[tunnel.row].origin, "to_static", "to"),
    }
}

fn limits(context: &Context<'_>, counts: &Counts, found: &mut Found) {
    for tunnel in context.tunnels.iter().filter(|tunnel| tunnel.up && tunnel.bgp) {
        for (sender, receiver) in [(tunnel.from, tunnel.to), (tunnel.to, tunnel.from)] {
            let count = counts.sessions.get(&(sender, receiver)).copied().unwrap_or_default();
            if count > PREFIXES_OF_A_SESSION && context.gateway(receiver).is_some() {
                let (sender, receiver) = (context.shown(sender), context.shown(receiver));
                found.push(
                    Diagnostic::new(
                        Code::LimitExceeded,
                        format!("{sender} sends {receiver} {count} prefixes over BGP; {PREFIXES_OF_A_SESSION} is the limit of a session"),
                    )
                    .at(
                        context.cell(context.inventory.connections[tunnel.row].origin, "bgp"),
                        format!("expected at most {PREFIXES_OF_A_SESSION} prefixes"),
                    )
                    .help("the session drops beyond the limit: announce fewer and wider prefixes"),
                );
            }
        }
    }
    for gateway in &context.inventory.gateways {
        let Some(routes) = counts.routes.get(&gateway.vnet) else { continue };
        let protocols = protocols_or_default(&gateway.protocols);
        let limits = [
            (
                Protocol::Ikev2,
                routes.package,
                ROUTES_OF_WINDOWS_IKEV2,
                "on Windows get",
                "over IKEv2, and old builds of Windows take 25",
            ),
            (Protocol::Ikev2, routes.table, ROUTES_OF_OTHER_IKEV2, "on other systems get", "over IKEv2"),
            (Protocol::OpenVpn, routes.table_and_sites, ROUTES_OF_OPENVPN, "get", "over OpenVPN"),
        ];
        for (protocol, count, most, verb, how) in limits {
            if count > most && protocols.contains(&protocol) {
                let shown = context.shown(gateway.vnet);
                found.push(
                    Diagnostic::new(
                        Code::LimitExceeded,
                        format!("clients of {shown} {verb} {count} routes; {most} is the limit {how}"),
                    )
                    .at(context.cell(gateway.origin, "vnet"), format!("expected at most {most} routes"))
                    .help("give spokes and sites address spaces that lie together, so that fewer and wider prefixes are routed"),
                );
            }
        }
    }
}
