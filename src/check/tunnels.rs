//! Tunnels that are down, lead nowhere, cannot carry BGP, or route what their end delivers itself.

use super::{Context, Found};
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::{Connection, Tunnel};
use crate::names::NameId;
use crate::prefix::Prefix;

pub(super) fn check(context: &Context<'_>, found: &mut Found) {
    for row in &context.inventory.connections {
        if let Some(status) = &row.down {
            let (from, to) = (context.shown(row.from), context.shown(row.to));
            found.push(
                Diagnostic::new(
                    Code::TunnelDown,
                    format!("the connection between {from} and {to} has status `{status}`"),
                )
                .at(context.cell(row.origin, "status"), "expected `Connected`")
                .help("it counts as down; check the shared key, the addresses and the policy on both ends"),
            );
        }
        for (router, far, column, prefixes) in [
            (row.from, row.to, "from_static", &row.from_static),
            (row.to, row.from, "to_static", &row.to_static),
        ] {
            for prefix in prefixes {
                inside_own(context, row, (router, far), column, *prefix, found);
            }
        }
    }
    for tunnel in context.topology.all_tunnels() {
        for (end, column) in [(tunnel.from, "from"), (tunnel.to, "to")] {
            without_gateway(context, tunnel, end, column, found);
            if tunnel.bgp {
                bgp_unsupported(context, tunnel, end, found);
                without_asn(context, tunnel, end, found);
            }
        }
    }
}

fn inside_own(
    context: &Context<'_>,
    row: &Connection,
    (router, far): (NameId, NameId),
    column: &'static str,
    prefix: Prefix,
    found: &mut Found,
) {
    let covering = prefix.and_wider().find(|wider| {
        let is_announced_default = wider.is_default_route() && context.topology.is_site(router);
        !is_announced_default && context.attached_to(router).binary_search(&(router, *wider)).is_ok()
    });
    let Some(own) = covering.filter(|own| !is_meant(context, far, *own, prefix, router)) else { return };
    let shown = context.shown(router);
    found.push(
        Diagnostic::new(
            Code::StaticInsideOwn,
            format!("`{prefix}` lies inside `{own}`, which {shown} delivers itself"),
        )
        .at(context.element(row.origin, column, prefix), "expected a prefix behind the connection")
        .help(if own == prefix {
            "the route never decides: remove it"
        } else {
            "the longer route draws these addresses into the connection: remove it, unless that is meant"
        }),
    );
}

/// True where a site's own prefix is a summary, and the static prefix the way to something longer inside it.
fn is_meant(context: &Context<'_>, far: NameId, own: Prefix, prefix: Prefix, router: NameId) -> bool {
    let is_there = |other: Prefix| other != own && own.covers(other) && other.overlaps(prefix);
    let mut attached = context.attached_to(far).iter().map(|row| row.1);
    let pool = context.topology.client_pool(far);
    context.topology.is_site(router)
        && prefix != own
        && (attached.any(is_there) || pool.iter().any(|pool| is_there(*pool)))
}

fn without_gateway(context: &Context<'_>, tunnel: &Tunnel, end: NameId, column: &str, found: &mut Found) {
    let Some(vnet) = context.topology.vnet(end) else { return };
    if context.topology.has_gateway(end) {
        return;
    }
    let record = context.inventory.connections[tunnel.row].origin;
    let shown = context.shown(end);
    found.push(
        Diagnostic::new(
            Code::TunnelWithoutGateway,
            format!("a connection ends at {shown}, which has no gateway, so it carries nothing"),
        )
        .at(context.cell(record, column), "expected a site or a VNet with a gateway")
        .with(context.cell(vnet.origin, "name"), "it has no gateway in the inventory")
        .help(format!("add the gateway of {shown} to the inventory")),
    );
}

fn without_asn(context: &Context<'_>, tunnel: &Tunnel, end: NameId, found: &mut Found) {
    let Some(site) = context.topology.site(end).filter(|site| site.asn.is_none()) else { return };
    let record = context.inventory.connections[tunnel.row].origin;
    let shown = context.shown(end);
    found.push(
        Diagnostic::new(
            Code::BgpWithoutAsn,
            format!("a connection to {shown} has BGP enabled, and the ASN of {shown} is not known"),
        )
        .at(context.cell(record, "bgp"), "expected a site with an `asn`")
        .with(context.cell_or(site.origin, "asn", "name"), "it has none")
        .help("Azure turns BGP on only for a local network gateway with an ASN: add that of the device, or turn BGP off on the connection"),
    );
}

fn bgp_unsupported(context: &Context<'_>, tunnel: &Tunnel, end: NameId, found: &mut Found) {
    let Some(gateway) = context.topology.gateway(end).filter(|gateway| !gateway.speaks_bgp()) else { return };
    let shown = context.shown(end);
    let (cause, column, help) = if gateway.is_basic() {
        (
            "is of the Basic SKU",
            "sku",
            "BGP needs `VpnGw1AZ` or above: change the gateway, or turn BGP off on the connection",
        )
    } else {
        ("has BGP off", "bgp", "turn BGP on at the gateway, or off on the connection")
    };
    let record = context.inventory.connections[tunnel.row].origin;
    found.push(
        Diagnostic::new(
            Code::BgpUnsupported,
            format!("a connection of {shown} has BGP enabled, but its gateway {cause}"),
        )
        .at(context.cell(record, "bgp"), "expected false: no session runs")
        .with(context.cell_or(gateway.origin, column, "vnet"), format!("the gateway of {shown} {cause}"))
        .help(help),
    );
}
