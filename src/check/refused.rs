//! Addresses that Azure refuses for VNets and client pools.

use super::{Context, Found};
use crate::diagnostic::{Code, Diagnostic};
use crate::names::NameId;
use crate::prefix::{Family, Prefix};
use crate::source::Span;

/// What no VNet may have, by the FAQ of Azure Virtual Network.
const REFUSED: [(&str, &str); 5] = [
    ("127.0.0.0/8", "the loopback"),
    ("168.63.129.16/32", "Azure's own resolver and health probes"),
    ("169.254.0.0/16", "link-local addresses"),
    ("224.0.0.0/4", "multicast"),
    ("255.255.255.255/32", "the broadcast address"),
];

/// The longest IPv4 prefix that Azure takes for a subnet, and so for a VNet and a pool.
const LONGEST: u8 = 29;

pub(super) fn check(context: &Context<'_>, found: &mut Found) {
    let refused: Vec<(Prefix, &str)> =
        REFUSED.iter().filter_map(|(text, what)| Some((text.parse().ok()?, *what))).collect();
    let look = |network: &Network<'_>, found: &mut Found| {
        for prefix in network.prefixes {
            network.look(context, *prefix, &refused, found);
        }
    };
    for vnet in context.inventory.vnets.iter().filter(|vnet| !vnet.external) {
        let (name, origin, prefixes) = (vnet.name, vnet.origin, &vnet.address_space[..]);
        look(&Network { what: "the VNet", column: "address_space", name, origin, prefixes }, found);
    }
    for gateway in &context.inventory.gateways {
        let (name, origin, prefixes) = (gateway.vnet, gateway.origin, &gateway.client_pool[..]);
        look(&Network { what: "the address pool of", column: "client_pool", name, origin, prefixes }, found);
    }
}

/// A VNet, or a client pool.
struct Network<'run> {
    what: &'static str,
    column: &'static str,
    name: NameId,
    origin: Span,
    prefixes: &'run [Prefix],
}

impl Network<'_> {
    fn look(&self, context: &Context<'_>, prefix: Prefix, refused: &[(Prefix, &str)], found: &mut Found) {
        let why = match refused.iter().find(|(range, _)| range.overlaps(prefix)) {
            Some((range, what)) => format!("which shares addresses with `{range}`, {what}"),
            None if prefix.family() == Family::Ipv4 && prefix.length() > LONGEST => {
                format!("which is longer than `/{LONGEST}`")
            }
            None => return,
        };
        let message = format!("{} {} has `{prefix}`, {why}", self.what, context.shown(self.name));
        found.push(
            Diagnostic::new(Code::RefusedRange, message)
                .at(context.element(self.origin, self.column, prefix), "expected a prefix that Azure takes")
                .help("Azure refuses it; look at what the network really has"),
        );
    }
}
