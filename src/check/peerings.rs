//! Peerings that do not carry what their sides say.

use super::{Context, Found};
use crate::diagnostic::{Code, Diagnostic, few};
use crate::inventory::Peering;
use crate::names::NameId;
use crate::topology::{Lack, each_peering};

pub(super) fn check(context: &Context<'_>, found: &mut Found) {
    each_peering(context.inventory, |rows| sides(context, rows, found));
    let mut using: Vec<Option<&Peering>> = vec![None; context.inventory.names.len()];
    for row in &context.inventory.peerings {
        if let Some(state) = &row.rare().not_connected {
            found.push(not_connected(context, row, state));
        }
        if row.use_remote_gateways {
            remote_gateway(context, row, found);
            let first = *using[row.vnet.index()].get_or_insert(row);
            if first.remote_vnet != row.remote_vnet {
                found.push(several(context, first, row));
            }
        }
    }
}

/// Looks at all rows of one pair of VNets.
fn sides(context: &Context<'_>, pair: &[&Peering], found: &mut Found) {
    let first = pair[0];
    let Some(other) = pair.iter().find(|row| row.vnet != first.vnet) else {
        found.push(one_sided(context, first));
        return;
    };
    let (one, other) = (first.vnet, other.vnet);
    if pair.iter().any(|row| row.carries_a_part()) {
        found
            .extend([(one, other), (other, one)].into_iter().filter_map(|ends| in_part(context, ends, pair)));
    }
    let of = |vnet: NameId| pair.iter().copied().filter(move |row| row.vnet == vnet);
    for (hub, spoke) in [(one, other), (other, one)] {
        let (allowed, used) =
            (of(hub).find(|row| row.allow_gateway_transit), of(spoke).find(|row| row.use_remote_gateways));
        match (allowed, used) {
            (Some(allowed), None) if may_use(context, hub, spoke) => {
                let (hub, spoke_name) = (context.shown(hub), context.shown(spoke));
                let Some(side) = of(spoke).next() else { continue };
                found.push(
                    Diagnostic::new(
                        Code::TransitNotUsed,
                        format!("{hub} allows gateway transit, but {spoke_name} does not use its gateway"),
                    )
                    .at(context.cell(side.origin, "use_remote_gateways"), "expected true")
                    .with(context.cell(allowed.origin, "allow_gateway_transit"), "gateway transit is allowed here")
                    .help(format!(
                        "set `use_remote_gateways` on the side of {spoke_name} where clients of {hub} should reach it"
                    )),
                );
            }
            (None, Some(used)) => {
                let (hub_name, spoke) = (context.shown(hub), context.shown(spoke));
                let Some(side) = of(hub).next() else { continue };
                found.push(
                    Diagnostic::new(
                        Code::TransitNotAllowed,
                        format!(
                            "{spoke} uses remote gateways, but {hub_name} does not allow gateway transit"
                        ),
                    )
                    .at(context.cell(side.origin, "allow_gateway_transit"), "expected true")
                    .with(context.cell(used.origin, "use_remote_gateways"), "remote gateways are used here")
                    .help(format!("set `allow_gateway_transit` on the side of {hub_name}")),
                );
            }
            _ => {}
        }
    }
}

/// What a side leaves out of the other VNet.
fn in_part(context: &Context<'_>, (vnet, remote): (NameId, NameId), pair: &[&Peering]) -> Option<Diagnostic> {
    let left_out = context.topology.left_out(vnet, remote)?;
    let side = pair.iter().find(|row| row.vnet == vnet)?;
    let place = context.cell(side.origin, "remote_prefixes");
    let (vnet, remote) = (context.shown(vnet), context.shown(remote));
    let (prefixes, gone) = (few(&left_out.prefixes), few(&left_out.gone));
    let side = format!("the side of {vnet} of its peering with {remote}");
    Some(match left_out.lack {
        Lack::Sync => {
            let what = match (prefixes.is_empty(), gone.is_empty()) {
                (false, true) => format!("does not carry {prefixes} yet"),
                (true, _) => format!("still carries {gone}"),
                (false, false) => format!("does not carry {prefixes} yet, and still carries {gone}"),
            };
            Diagnostic::new(Code::PeeringOutOfSync, format!("{side} {what}"))
                .at(place, format!("expected the address space of {remote}"))
                .help("sync the peering: `az network vnet peering sync` on this side, or \"Sync\" in the portal")
        }
        Lack::Subnets => Diagnostic::new(Code::PeeringInPart, format!("{side} leaves out {prefixes}"))
            .at(place, "only these subnets are peered")
            .help("nothing else of it is reached over this peering; name its subnets on both sides where clients should"),
        Lack::Ipv4 => Diagnostic::new(Code::PeeringInPart, format!("{side} carries IPv6 alone, and leaves out {prefixes}"))
            .at(place, "only IPv6 is peered")
            .help("IPv4 takes a peering that is made anew without `enableOnlyIPv6Peering`"),
    })
}

/// True where the spoke could use the hub's gateway: the hub has one, and the spoke neither has one
/// itself nor uses another hub's.
fn may_use(context: &Context<'_>, hub: NameId, spoke: NameId) -> bool {
    context.topology.has_gateway(hub)
        && !context.topology.has_gateway(spoke)
        && !context.uses_gateway[spoke.index()]
}

fn one_sided(context: &Context<'_>, row: &Peering) -> Diagnostic {
    let (vnet, remote) = (context.shown(row.vnet), context.shown(row.remote_vnet));
    Diagnostic::new(Code::OneSidedPeering, format!("the peering of {vnet} with {remote} has no other side"))
        .at(context.cell(row.origin, "remote_vnet"), format!("expected a row for the side of {remote} too"))
        .help(format!(
            "create the peering from {remote} to {vnet}, or add it to the inventory; until then it counts as missing"
        ))
}

fn not_connected(context: &Context<'_>, row: &Peering, state: &str) -> Diagnostic {
    let (vnet, remote) = (context.shown(row.vnet), context.shown(row.remote_vnet));
    let is_alone = context.topology.sides(row.remote_vnet, row.vnet).next().is_none();
    let help = if is_alone && row.is_initiated() {
        format!("create the peering from {remote} to {vnet}: both sides are `Connected` then")
    } else {
        "delete both sides and create them again, or sync the peering where an address space has changed"
            .to_owned()
    };
    Diagnostic::new(
        Code::PeeringNotConnected,
        format!("the side of {vnet} of its peering with {remote} is in state `{state}`"),
    )
    .at(context.cell(row.origin, "state"), "expected `Connected`")
    .help(help)
}

fn remote_gateway(context: &Context<'_>, row: &Peering, found: &mut Found) {
    // Almost every row has nothing to say, so what a finding needs is made only for one.
    let names = || (context.shown(row.vnet), context.shown(row.remote_vnet));
    let cell = || context.cell(row.origin, "use_remote_gateways");
    // Of a VNet known only from here it is not known whether it has a gateway.
    let hub = context.topology.vnet(row.remote_vnet).filter(|hub| !hub.external);
    if let Some(hub) = hub
        && !context.topology.has_gateway(row.remote_vnet)
    {
        let (vnet, remote) = names();
        found.push(
            Diagnostic::new(
                Code::RemoteGatewayMissing,
                format!("{vnet} uses the gateway of {remote}, which has none"),
            )
            .at(cell(), format!("expected a gateway in {remote}"))
            .with(context.cell(hub.origin, "name"), "it has no gateway in the inventory")
            .help(format!(
                "add the gateway of {remote} to the inventory, or peer {vnet} with a hub that has one"
            )),
        );
    }
    if let Some(gateway) = context.topology.gateway(row.vnet) {
        let (vnet, remote) = names();
        found.push(
            Diagnostic::new(
                Code::SpokeWithGateway,
                format!("{vnet} uses the gateway of {remote}, but has a gateway of its own"),
            )
            .at(cell(), "expected false for a VNet with a gateway")
            .with(context.cell(gateway.origin, "vnet"), "its own gateway")
            .help("join the two gateways by a connection with BGP, or remove the spoke's gateway"),
        );
    }
}

fn several(context: &Context<'_>, first: &Peering, row: &Peering) -> Diagnostic {
    let (vnet, hub, other) =
        (context.shown(row.vnet), context.shown(first.remote_vnet), context.shown(row.remote_vnet));
    Diagnostic::new(
        Code::SeveralRemoteGateways,
        format!("{vnet} uses the gateways of both {hub} and {other}"),
    )
    .at(
        context.cell(row.origin, "use_remote_gateways"),
        "expected at most one peering of a VNet to use remote gateways",
    )
    .with(context.cell(first.origin, "use_remote_gateways"), "first used here")
    .help("Azure allows one: leave it on for the hub whose clients should reach the VNet")
}
