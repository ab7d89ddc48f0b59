//! Summaries that gateways announce in place of prefixes.

use super::{Context, Found};
use crate::diagnostic::{Code, Diagnostic, few};
use crate::inventory::Gateway;
use crate::prefix::Prefix;

pub(super) fn check(context: &Context<'_>, found: &mut Found) {
    let summarizing = context.inventory.gateways.iter().filter(|row| !row.summarized_prefixes.is_empty());
    for gateway in summarizing.filter(|gateway| gateway.speaks_bgp()) {
        own_left_out(context, gateway, found);
        others_covered(context, gateway, found);
    }
}

/// What the gateway's VNet holds and no summary covers is announced no more.
fn own_left_out(context: &Context<'_>, gateway: &Gateway, found: &mut Found) {
    let summaries = &gateway.summarized_prefixes;
    let own = context.topology.address_space(gateway.vnet).iter();
    let left_out: Vec<Prefix> = own.flat_map(|prefix| prefix.without(summaries)).collect();
    if left_out.is_empty() {
        return;
    }
    let shown = context.shown(gateway.vnet);
    found.push(
        Diagnostic::new(
            Code::DoubtfulSummary,
            format!(
                "no summary of {shown}'s gateway covers {} of its VNet, so its BGP neighbours do not learn it",
                few(&left_out)
            ),
        )
        .at(context.cell(gateway.origin, "summarized_prefixes"), "expected summaries that cover the VNet")
        .help("with summaries a gateway no longer advertises its own VNet: add one that covers it"),
    );
}

/// What a summary covers, another router delivers and the gateway does not.
fn others_covered(context: &Context<'_>, gateway: &Gateway, found: &mut Found) {
    let attached = &context.attached[context.facts.component_of(gateway.vnet)];
    let own = context.attached_to(gateway.vnet);
    let is_own = |prefix: Prefix| own.binary_search(&(gateway.vnet, prefix)).is_ok();
    for summary in &gateway.summarized_prefixes {
        let is_drawn = |prefix: Prefix| summary.covers(prefix) && !prefix.and_wider().any(is_own);
        let mut drawn = attached.iter().filter(|row| row.0 != gateway.vnet && is_drawn(row.1));
        let Some((router, prefix)) = drawn.next() else { continue };
        let more = match drawn.count() {
            0 => String::new(),
            count => format!(", and {count} more prefixes"),
        };
        let (shown, other) = (context.shown(gateway.vnet), context.shown(*router));
        found.push(
            Diagnostic::new(
                Code::DoubtfulSummary,
                format!(
                    "`{summary}`, a summary of {shown}'s gateway, covers `{prefix}`, which {other} delivers and \
                     that gateway does not{more}"
                ),
            )
            .at(
                context.element(gateway.origin, "summarized_prefixes", *summary),
                "expected space that the gateway delivers",
            )
            .help(
                "a summary is advertised and not delivered: routers that have no longer route send such packets to \
                 the gateway; advertise narrower summaries",
            ),
        );
    }
}
