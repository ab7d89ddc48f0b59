//! P2S settings that Azure refuses or that clients cannot use.

use super::{Context, Found};
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::{Client, Gateway, Os, Protocol};
use crate::source::Span;

pub(super) fn check(context: &Context<'_>, found: &mut Found) {
    for gateway in &context.inventory.gateways {
        protocols(context, gateway, found);
        for prefix in gateway.custom_routes.iter().filter(|prefix| prefix.is_default_route()) {
            let shown = context.shown(gateway.vnet);
            let halves = if prefix.to_string() == "::/0" {
                "`::/1` and `8000::/1`"
            } else {
                "`0.0.0.0/1` and `128.0.0.0/1`"
            };
            found.push(
                Diagnostic::new(
                    Code::DefaultCustomRoute,
                    format!("the gateway of {shown} pushes `{prefix}` to clients, which Azure refuses"),
                )
                .at(context.element(gateway.origin, "custom_routes", *prefix), "expected a length above 0")
                .help(format!("push the two halves {halves} instead")),
            );
        }
    }
    for client in context.inventory.clients.iter().flatten() {
        client_protocol(context, client, found);
    }
}

/// Where Microsoft says what about IKEv2 of the Basic SKU.
const BASIC_AND_IKEV2: &str = "`ikev2-openvpn-from-sstp` says that Basic gateways made since November 2025 serve it, \
    `about-gateway-skus` and `point-to-site-about` that none does; `VpnGw1AZ` or above serves it in any case";

fn protocols(context: &Context<'_>, gateway: &Gateway, found: &mut Found) {
    let has = |protocol| gateway.protocols.contains(&protocol);
    let shown = context.shown(gateway.vnet);
    let cell = context.cell(gateway.origin, "protocols");
    if gateway.is_basic() && has(Protocol::OpenVpn) {
        found.push(
            Diagnostic::new(
                Code::ProtocolUnsupported,
                format!("the gateway of {shown} is of the Basic SKU and cannot serve `OpenVPN`"),
            )
            .at(cell, "expected no `OpenVPN`")
            .with(context.cell(gateway.origin, "sku"), "the Basic SKU")
            .help("use `VpnGw1AZ` or above for OpenVPN"),
        );
    } else if has(Protocol::Sstp) && has(Protocol::OpenVpn) {
        found.push(
            Diagnostic::new(
                Code::ProtocolUnsupported,
                format!("the gateway of {shown} cannot serve `SSTP` together with `OpenVPN`"),
            )
            .at(cell, "expected one of the two")
            .help("use `IkeV2` and `OpenVPN`"),
        );
    }
    if gateway.is_basic() && has(Protocol::Ikev2) {
        found.push(
            Diagnostic::new(
                Code::ProtocolDisputed,
                format!("the gateway of {shown} is of the Basic SKU, and Microsoft's pages disagree on whether that serves `IkeV2`"),
            )
            .at(cell, "expected a SKU that serves it for certain")
            .with(context.cell(gateway.origin, "sku"), "the Basic SKU")
            .help(BASIC_AND_IKEV2),
        );
    }
    if has(Protocol::Sstp) {
        found.push(retired(format!("the gateway of {shown} serves `SSTP`, which stops on 2027-03-31"), cell));
    }
}

/// What uses SSTP, which stops on one day for everybody.
fn retired(message: String, cell: Span) -> Diagnostic {
    Diagnostic::new(Code::ProtocolRetired, message)
        .at(cell, "expected `IkeV2` or `OpenVPN`")
        .help("move the clients to IKEv2 or OpenVPN; since 2026-03-31 SSTP cannot be turned on again once it is off")
}

fn client_protocol(context: &Context<'_>, client: &Client, found: &mut Found) {
    let Some(protocol) = client.protocol else { return };
    let cell = context.cell(client.origin, "protocol");
    let gateway = context.topology.gateway(client.gateway);
    if protocol == Protocol::Sstp && client.os != Os::Windows {
        found.push(
            Diagnostic::new(
                Code::ProtocolUnsupported,
                format!("the client `{}` uses `SSTP`, which only Windows has", client.name),
            )
            .at(cell, "expected `IkeV2` or `OpenVPN`")
            .with(context.cell(client.origin, "os"), "not Windows")
            .help("give the client a protocol that it can use; under the model `observed` it gets no routes until then"),
        );
    } else if protocol == Protocol::Sstp && gateway.is_some_and(|gateway| gateway.protocols.is_empty()) {
        // Where the gateway states its protocols, it is told of there.
        found.push(retired(
            format!("the client `{}` uses `SSTP`, which stops on 2027-03-31", client.name),
            cell,
        ));
    }
    let Some(gateway) = gateway.filter(|gateway| gateway.is_basic()) else { return };
    let shown = context.shown(client.gateway);
    let uses = format!("the client `{}` uses `{}`", client.name, protocol.word());
    let finding = match protocol {
        Protocol::Sstp => return,
        Protocol::OpenVpn => Diagnostic::new(
            Code::ProtocolUnsupported,
            format!("{uses}, but the gateway of {shown} is of the Basic SKU"),
        )
        .at(cell, "expected no `OpenVPN`")
        .help("use `VpnGw1AZ` or above for OpenVPN"),
        Protocol::Ikev2 => Diagnostic::new(
            Code::ProtocolDisputed,
            format!("{uses}, and Microsoft's pages disagree on whether the Basic SKU of {shown} serves it"),
        )
        .at(cell, "expected a SKU that serves it for certain")
        .help(BASIC_AND_IKEV2),
    };
    found.push(finding.with(context.cell(gateway.origin, "sku"), "the Basic SKU"));
}
