//! Limits of Azure that can be counted in the rows of an inventory.
//!
//! The limit of 1,000 VNets counts for a subscription and region, which inventories do not name.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Context, Found};
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::{Gateway, Protocol};
use crate::names::NameId;

const PEERINGS_OF_A_VNET: usize = 500;
const VNET_PREFIXES_OF_A_GATEWAY: usize = 600;
const STATIC_PREFIXES_OF_AN_END: usize = 1_000;
const SSTP_CLIENTS: usize = 128;

/// How many tunnels and P2S clients a gateway of a SKU takes.
struct Size {
    sku: &'static str,
    tunnels: usize,
    clients: usize,
}

/// The sizes by SKU. A SKU of availability zones, such as `VpnGw1AZ`, is like the one without.
const SIZES: [Size; 6] = [
    Size { sku: "Basic", tunnels: 10, clients: 128 },
    Size { sku: "VpnGw1", tunnels: 30, clients: 250 },
    Size { sku: "VpnGw2", tunnels: 30, clients: 500 },
    Size { sku: "VpnGw3", tunnels: 30, clients: 1_000 },
    Size { sku: "VpnGw4", tunnels: 100, clients: 5_000 },
    Size { sku: "VpnGw5", tunnels: 100, clients: 10_000 },
];

/// What no SKU exceeds: for gateways whose SKU is not known.
const LARGEST: Size = Size { sku: "", tunnels: 100, clients: 10_000 };

pub(super) fn check(context: &Context<'_>, found: &mut Found) {
    peerings(context, found);
    static_prefixes(context, found);
    let mut tunnels: FxHashMap<NameId, usize> = FxHashMap::default();
    for tunnel in context.topology.all_tunnels() {
        *tunnels.entry(tunnel.from).or_default() += 1;
        *tunnels.entry(tunnel.to).or_default() += 1;
    }
    let (mut clients, mut sstp) =
        (FxHashMap::<NameId, usize>::default(), FxHashMap::<NameId, usize>::default());
    for client in context.inventory.clients.iter().flatten() {
        *clients.entry(client.gateway).or_default() += 1;
        if client.protocol == Some(Protocol::Sstp) {
            *sstp.entry(client.gateway).or_default() += 1;
        }
    }
    for gateway in &context.inventory.gateways {
        let of = |counts: &FxHashMap<NameId, usize>| counts.get(&gateway.vnet).copied().unwrap_or_default();
        let size = size(gateway);
        let sku =
            if size.sku.is_empty() { "of any SKU".to_owned() } else { format!("of the SKU `{}`", size.sku) };
        let limits = [
            (of(&tunnels), size.tunnels, "connections", sku.clone(), "sku"),
            (of(&clients), size.clients, "clients", sku, "sku"),
            (of(&sstp), SSTP_CLIENTS, "clients over SSTP", "of every SKU".to_owned(), "protocols"),
            (
                context.attached_to(gateway.vnet).len(),
                VNET_PREFIXES_OF_A_GATEWAY,
                "prefixes of its VNet and spokes",
                "of every SKU".to_owned(),
                "vnet",
            ),
        ];
        for (count, most, what, whose, column) in limits {
            if count > most {
                let shown = context.shown(gateway.vnet);
                found.push(
                    Diagnostic::new(
                        Code::LimitExceeded,
                        format!("the gateway of {shown} has {count} {what}; {most} is the limit {whose}"),
                    )
                    .at(
                        context.cell_or(gateway.origin, column, "vnet"),
                        format!("expected at most {most} {what}"),
                    )
                    .help(if column == "sku" {
                        "use a larger SKU"
                    } else {
                        "share the load with another gateway"
                    }),
                );
            }
        }
    }
}

fn size(gateway: &Gateway) -> Size {
    let sku = gateway.sku.to_ascii_lowercase();
    let plain = sku.strip_suffix("az").unwrap_or(&sku);
    SIZES.into_iter().find(|size| size.sku.eq_ignore_ascii_case(plain)).unwrap_or(LARGEST)
}

fn peerings(context: &Context<'_>, found: &mut Found) {
    let rows = || context.inventory.peerings.iter();
    let mut sides = vec![0_usize; context.inventory.names.len()];
    for row in rows() {
        sides[row.vnet.index()] += 1;
    }
    // Rows may name a pair twice, which only a VNet with many rows is looked at for.
    let mut seen: FxHashSet<(NameId, NameId)> = FxHashSet::default();
    let mut counts: FxHashMap<NameId, usize> = FxHashMap::default();
    let mut first_beyond = Vec::new();
    for row in rows().filter(|row| sides[row.vnet.index()] > PEERINGS_OF_A_VNET) {
        if seen.insert((row.vnet, row.remote_vnet)) {
            let count = counts.entry(row.vnet).or_default();
            *count += 1;
            if *count == PEERINGS_OF_A_VNET + 1 {
                first_beyond.push(row);
            }
        }
    }
    for row in first_beyond {
        let (shown, count) = (context.shown(row.vnet), counts[&row.vnet]);
        found.push(
            Diagnostic::new(
                Code::LimitExceeded,
                format!("{shown} has {count} peerings; {PEERINGS_OF_A_VNET} is the limit of a VNet"),
            )
            .at(context.cell(row.origin, "vnet"), format!("the first peering beyond {PEERINGS_OF_A_VNET}"))
            .help("share the spokes between several hubs; Azure Virtual Network Manager makes up to 1,000"),
        );
    }
}

fn static_prefixes(context: &Context<'_>, found: &mut Found) {
    for row in &context.inventory.connections {
        for (router, column, prefixes) in
            [(row.from, "from_static", &row.from_static), (row.to, "to_static", &row.to_static)]
        {
            let count = prefixes.len();
            if count > STATIC_PREFIXES_OF_AN_END {
                let shown = context.shown(router);
                found.push(
                    Diagnostic::new(
                        Code::LimitExceeded,
                        format!(
                            "{shown} routes {count} prefixes into one connection; {STATIC_PREFIXES_OF_AN_END} is the limit of a local network gateway"
                        ),
                    )
                    .at(
                        context.cell(row.origin, column),
                        format!("expected at most {STATIC_PREFIXES_OF_AN_END} prefixes"),
                    )
                    .help("put neighbouring prefixes together, or use BGP"),
                );
            }
        }
    }
}
