//! How much an export holds of what may change answers and is not modelled, and where, in one line.

use std::collections::BTreeSet;

use super::resources::Resources;
use crate::diagnostic::{Code, Diagnostic, few};

/// The beginnings of the types that are of `ExpressRoute`, as all tools write them.
const EXPRESS_ROUTE: &[&str] = &["expressroute", "azurerm_express_route"];

/// The beginnings of the types that are of Virtual WAN.
const VIRTUAL_WAN: &[&str] = &[
    "azurerm_point_to_site_vpn_gateway",
    "azurerm_virtual_hub",
    "azurerm_virtual_wan",
    "azurerm_vpn_",
    "hubvirtualnetworkconnections",
    "p2svpngateways",
    "virtualhubs",
    "virtualwans",
    "vpngateways",
    "vpnsites",
];

/// The line; none where an export holds nothing of the kind.
pub(super) fn line(resources: &Resources) -> Option<Diagnostic> {
    let of_types = |starts: &[&str]| -> BTreeSet<String> {
        let others = resources.others.iter().filter(|(kind, _)| starts.iter().any(|it| kind.starts_with(it)));
        others.flat_map(|(_, found)| found.iter().map(|(name, _)| name.clone())).collect()
    };
    let is_express_route =
        |kind: &Option<String>| kind.as_ref().is_some_and(|kind| kind.eq_ignore_ascii_case("expressroute"));
    let gateways = resources.gateways.values().filter(|gateway| is_express_route(&gateway.kind));
    let mut express_route = of_types(EXPRESS_ROUTE);
    express_route.extend(gateways.map(|gateway| gateway.name.clone()));
    let mut virtual_wan = of_types(VIRTUAL_WAN);
    virtual_wan.extend(resources.unmodelled.in_hubs.iter().cloned());
    let to_hubs = resources.peerings.values().filter(|side| side.leads_to_wan_hub());
    virtual_wan.extend(to_hubs.map(|side| side.vnet.name().to_owned()));
    let unmodelled = &resources.unmodelled;
    let kinds = [
        ("network security groups that deny", unmodelled.guarded()),
        ("NAT rules", unmodelled.translating.clone()),
        ("ExpressRoute", express_route),
        ("Virtual WAN", virtual_wan),
        ("connected groups", unmodelled.connecting.clone()),
    ];
    let found = kinds.iter().filter(|(_, places)| !places.is_empty());
    let shown: Vec<String> =
        found.map(|(what, places)| format!("{what} at {} ({})", places.len(), few(places))).collect();
    let message = format!("what may change answers is not modelled: {}", shown.join("; "));
    let help = "an answer says that routes exist; look there too before you rely on it";
    (!shown.is_empty()).then(|| Diagnostic::new(Code::Unmodelled, message).help(help))
}
