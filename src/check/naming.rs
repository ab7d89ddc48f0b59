//! What keeps names from resolving: no server, one out of reach, a zone that is not linked.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::net::IpAddr;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Context, Found};
use crate::answer::{Analysis, Request, Status, Wanted, status_of};
use crate::class::Class;
use crate::diagnostic::{Code, Diagnostic, few};
use crate::inventory::naming::{AZURE_RESOLVER, DnsServers, ZoneLink};
use crate::names::{LabelId, NameId};

pub(super) fn check(context: &Context<'_>, found: &mut Found) {
    if context.inventory.zone_links.is_empty() && context.inventory.dns_servers.is_empty() {
        return;
    }
    without_server(context, found);
    azure_resolver(context, found);
    unlinked(context, found);
    unlinked_at_resolver(context, found);
}

/// The rows of DNS servers whose VNet has a gateway with clients.
fn handed_out<'a>(context: &'a Context<'_>) -> impl Iterator<Item = &'a DnsServers> {
    let rows = context.inventory.dns_servers.iter();
    rows.filter(|row| !context.topology.client_pool(row.vnet).is_empty())
}

fn without_server(context: &Context<'_>, found: &mut Found) {
    let given: FxHashSet<NameId> = context.inventory.dns_servers.iter().map(|row| row.vnet).collect();
    let gateways = context.inventory.gateways.iter();
    for gateway in gateways.filter(|row| !row.client_pool.is_empty() && !given.contains(&row.vnet)) {
        let links = context.facts.zone_link.of(context.facts.component_of(gateway.vnet));
        let zones: BTreeSet<&str> = links.iter().map(|row| context.inventory.labels.text(row.0)).collect();
        if zones.is_empty() {
            continue;
        }
        let message = format!(
            "clients of {} are given no DNS server, so names of {} do not resolve for them",
            context.shown(gateway.vnet),
            few(zones)
        );
        found.push(
            Diagnostic::new(Code::NoDnsServer, message)
                .at(context.cell(gateway.origin, "vnet"), "expected a VNet that hands out a DNS server")
                .help(
                    "the VNet has Azure's own resolver, which answers inside Azure only: let it hand out the inbound endpoint of a \
                     DNS Private Resolver, or a server that forwards to Azure",
                ),
        );
    }
}

fn azure_resolver(context: &Context<'_>, found: &mut Found) {
    for row in handed_out(context).filter(|row| row.servers.contains(&AZURE_RESOLVER)) {
        let message = format!(
            "clients of {} are given `{AZURE_RESOLVER}`, which they do not reach",
            context.shown(row.vnet)
        );
        found.push(
            Diagnostic::new(Code::AzureResolverAsServer, message)
                .at(context.element(row.origin, "servers", AZURE_RESOLVER.into()), "expected a server that clients reach")
                .help("the address is virtual and answers inside Azure only: list the inbound endpoint of a DNS Private Resolver"),
        );
    }
}

fn unlinked(context: &Context<'_>, found: &mut Found) {
    let zones = context.inventory.unlinked_zones();
    for row in context.inventory.zone_links.iter().filter(|row| zones.contains(&row.zone)) {
        let zone = context.inventory.labels.text(row.zone);
        found.push(
            Diagnostic::new(Code::ZoneNotLinked, format!("the zone `{zone}` is linked to no VNet"))
                .at(context.cell_or(row.origin, "vnet", "zone"), "expected a VNet")
                .help("link it to the VNet of the resolver or server that clients are given"),
        );
    }
}

/// Zones of a part that are not linked to the VNet of a resolver that clients there are given.
fn unlinked_at_resolver(context: &Context<'_>, found: &mut Found) {
    let mut links: FxHashMap<LabelId, Vec<&ZoneLink>> = FxHashMap::default();
    for row in context.inventory.zone_links.iter().filter(|row| row.vnet.is_some()) {
        links.entry(row.zone).or_default().push(row);
    }
    let mut told: BTreeSet<(LabelId, NameId)> = BTreeSet::new();
    for row in handed_out(context) {
        let part = context.facts.component_of(row.vnet);
        let standing = context.facts.resolver.of(part).iter().filter(|(_, own)| row.servers.contains(own));
        for (vnet, address) in standing {
            for zone in context.facts.private_zone.of(part) {
                let Some(of_zone) = links.get(zone) else { continue };
                if of_zone.iter().any(|link| link.vnet == Some(*vnet)) || !told.insert((*zone, *vnet)) {
                    continue;
                }
                let message = format!(
                    "the zone `{}` is not linked to {}, whose resolver `{address}` clients of {} are given",
                    context.inventory.labels.text(*zone),
                    context.shown(*vnet),
                    context.shown(row.vnet)
                );
                found.push(
                    Diagnostic::new(Code::ZoneNotLinked, message)
                        .at(
                            context.cell(of_zone[0].origin, "zone"),
                            "expected a link to the VNet of the resolver too",
                        )
                        .with(
                            context.element(row.origin, "servers", (*address).into()),
                            "the server that clients are given",
                        )
                        .help(
                            "a resolver answers for the zones that are linked to the VNet that it stands in",
                        ),
                );
            }
        }
    }
}

/// The servers that clients are given and do not reach. This costs what the answer costs.
pub(super) fn check_reach(context: &Context<'_>) -> Found {
    let rows: FxHashMap<NameId, &DnsServers> = handed_out(context).map(|row| (row.vnet, row)).collect();
    let mut found = Found::new();
    let request = Request {
        gateways: Some(rows.keys().copied().collect()),
        wanted: Wanted::Reach,
        ..Request::default()
    };
    let Ok(()) =
        Analysis::with_facts(context.inventory, context.facts).answer(&request, |gateway, answer| {
            let Some(row) = rows.get(&gateway) else { return Ok::<(), Infallible>(()) };
            let mut classes: Vec<Class> = answer.reach.iter().map(|row| row.class).collect();
            classes.dedup();
            for server in row.servers.iter().filter(|server| **server != AZURE_RESOLVER) {
                let mut missed: BTreeMap<Status, Vec<Class>> = BTreeMap::new();
                for class in &classes {
                    let status = status_of(&answer.reach, *class, *server);
                    missed.entry(status).or_default().push(*class);
                }
                missed.remove(&Status::Reachable);
                for (status, of) in missed {
                    found.push(out_of_reach(
                        context,
                        row,
                        *server,
                        status,
                        (of.len() < classes.len()).then_some(&of[..]),
                    ));
                }
            }
            Ok(())
        });
    found
}

fn out_of_reach(
    context: &Context<'_>,
    row: &DnsServers,
    server: IpAddr,
    status: Status,
    classes: Option<&[Class]>,
) -> Diagnostic {
    let whose = classes.map_or_else(String::new, |classes| {
        let words: Vec<&str> = classes.iter().map(|class| class.word()).collect();
        format!("{} ", words.join(" and "))
    });
    let message = format!(
        "the DNS server `{server}` is `{}` for {whose}clients of {}, who are given it",
        status.word(),
        context.shown(row.vnet)
    );
    Diagnostic::new(Code::DnsOutOfReach, message)
        .at(context.element(row.origin, "servers", server.into()), "expected a server that clients reach")
        .help(match status {
            Status::NeedsRoute => "give clients a route for it, as with a custom route of the gateway",
            _ => "`tunnelog explain --to` with its address says what is missing",
        })
}
