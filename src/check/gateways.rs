//! P2S settings that Azure refuses or that clients cannot use.

use super::{Context, Found};
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::{Client, Gateway, Os, Protocol};

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
                    format!("the gateway of {shown} hands out `{prefix}`, which Azure refuses"),
                )
                .at(context.element(gateway.origin, "custom_routes", *prefix), "expected a length above 0")
                .help(format!("hand out the two halves {halves} instead")),
            );
        }
    }
    for client in context.inventory.clients.iter().flatten() {
        client_protocol(context, client, found);
    }
}

fn protocols(context: &Context<'_>, gateway: &Gateway, found: &mut Found) {
    let has = |protocol| gateway.protocols.contains(&protocol);
    let shown = context.shown(gateway.vnet);
    let cell = context.cell(gateway.origin, "protocols");
    let beyond_sstp: Vec<String> = gateway
        .protocols
        .iter()
        .filter(|protocol| **protocol != Protocol::Sstp)
        .map(|protocol| format!("`{}`", protocol.word()))
        .collect();
    if gateway.is_basic() && !beyond_sstp.is_empty() {
        found.push(
            Diagnostic::new(
                Code::ProtocolUnsupported,
                format!(
                    "the gateway of {shown} is of the Basic SKU and cannot serve {}",
                    beyond_sstp.join(" or ")
                ),
            )
            .at(cell, "expected nothing but `SSTP`")
            .with(context.cell(gateway.origin, "sku"), "the Basic SKU")
            .help("use `VpnGw1` or above for IKEv2 and OpenVPN"),
        );
    } else if has(Protocol::Sstp) && has(Protocol::OpenVpn) {
        found.push(
            Diagnostic::new(
                Code::ProtocolUnsupported,
                format!("the gateway of {shown} cannot serve `SSTP` together with `OpenVPN`"),
            )
            .at(cell, "expected one of the two")
            .help("use `IkeV2` and `OpenVPN`, or `IkeV2` and `SSTP`"),
        );
    }
}

fn client_protocol(context: &Context<'_>, client: &Client, found: &mut Found) {
    let Some(protocol) = client.protocol else { return };
    let cell = context.cell(client.origin, "protocol");
    if protocol == Protocol::Sstp && client.os != Os::Windows {
        found.push(
            Diagnostic::new(
                Code::ProtocolUnsupported,
                format!("the client `{}` uses `SSTP`, which only Windows has", client.name),
            )
            .at(cell, "expected `IkeV2` or `OpenVPN`")
            .with(context.cell(client.origin, "os"), "not Windows")
            .help("give the client a protocol that it can use; under the profile `observed` it gets no routes until then"),
        );
    }
    let basic = context.topology.gateway(client.gateway).filter(|gateway| gateway.is_basic());
    if let Some(gateway) = basic
        && protocol != Protocol::Sstp
    {
        let shown = context.shown(client.gateway);
        found.push(
            Diagnostic::new(
                Code::ProtocolUnsupported,
                format!(
                    "the client `{}` uses `{}`, but the gateway of {shown} is of the Basic SKU",
                    client.name,
                    protocol.word()
                ),
            )
            .at(cell, "expected `SSTP`")
            .with(context.cell(gateway.origin, "sku"), "the Basic SKU")
            .help("use `VpnGw1` or above for IKEv2 and OpenVPN"),
        );
    }
}
