//! What clients are given for names: DNS servers, and the zones that resolve by them.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::answer::{GatewayAnswer, Resolution, Status, status_of};
use crate::inventory::Inventory;
use crate::names::NameId;

/// What the clients of one gateway and class, or one client, are given for names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GivenNames {
    /// The DNS servers that the VNet of the gateway hands out, in its order.
    pub servers: Vec<IpAddr>,
    /// Those of them that the clients do not reach.
    pub unreached: Vec<IpAddr>,
    /// The private zones that resolve for them, or do where a server forwards.
    pub zones: Vec<Box<str>>,
}

/// The label that Azure puts into the zones of private endpoints.
const PRIVATE_LINK: &str = "privatelink";

/// The zone of Key Vault, whose vaults are called otherwise.
const VAULTS: (&str, &str) = ("vaultcore.azure.net", "vault.azure.net");

impl GivenNames {
    /// What clients of `gateway` are given, by an answer of one class or client that has the rows of names; none where the inventory says
    /// nothing of DNS servers and zones.
    #[must_use]
    pub fn of(inventory: &Inventory, gateway: NameId, answer: &GatewayAnswer) -> Option<Self> {
        if inventory.dns_servers.is_empty() && inventory.zone_links.is_empty() {
            return None;
        }
        let rows = inventory.dns_servers.iter().filter(|row| row.vnet == gateway);
        let servers: Vec<IpAddr> = rows.flat_map(|row| row.servers.iter().copied()).collect();
        let class = answer.routes.first().map(|row| row.class);
        let status = |server: IpAddr| class.map(|class| status_of(&answer.reach, class, server));
        let is_reached = |server: &IpAddr| status(*server) == Some(Status::Reachable);
        let unreached = servers.iter().copied().filter(|server| !is_reached(server)).collect();
        let resolving = answer.names.iter().filter(|row| row.status != Resolution::No);
        let zones = resolving.filter_map(|row| row.zone);
        let mut zones: Vec<Box<str>> =
            zones.map(|zone| inventory.labels.text(zone).to_ascii_lowercase().into()).collect();
        zones.sort_unstable();
        zones.dedup();
        Some(Self { servers, unreached, zones })
    }

    /// The servers that clients reach, in order.
    pub fn reached(&self) -> impl Iterator<Item = IpAddr> + '_ {
        self.servers.iter().copied().filter(|server| !self.unreached.contains(server))
    }

    /// The suffixes whose names have to be asked of the servers, sorted, none inside another.
    ///
    /// A client asks for the public name of what has a private endpoint, such as `data.blob.core.windows.net`, and is led
    /// to `data.privatelink.blob.core.windows.net` by the answer. A suffix with `privatelink` in it would let the question go
    /// to the machine's own servers, which know the public address only; Microsoft lists the suffixes without it as
    /// *public DNS zone forwarders* (*Azure Private Endpoint private DNS zone values*).
    #[must_use]
    pub fn suffixes(&self) -> Vec<String> {
        let mut suffixes = BTreeSet::new();
        for zone in &self.zones {
            let labels: Vec<&str> = zone.split('.').filter(|label| *label != PRIVATE_LINK).collect();
            let suffix = labels.join(".");
            if suffix == VAULTS.0 {
                suffixes.insert(VAULTS.1.to_owned());
            }
            suffixes.insert(if suffix.is_empty() { zone.to_string() } else { suffix });
        }
        let is_inner =
            |suffix: &str| suffix.match_indices('.').any(|(dot, _)| suffixes.contains(&suffix[dot + 1..]));
        suffixes.iter().filter(|suffix| !is_inner(suffix)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_asked_for_without_the_label_of_private_endpoints() {
        let of = |zones: &[&str]| {
            let zones = zones.iter().map(|zone| Box::from(*zone)).collect();
            GivenNames { zones, ..GivenNames::default() }.suffixes()
        };
        assert_eq!(of(&["privatelink.blob.core.windows.net"]), ["blob.core.windows.net"]);
        assert_eq!(of(&["privatelink.westeurope.azmk8s.io"]), ["westeurope.azmk8s.io"]);
        // The registry's data endpoints lie in a zone below that of the registry.
        let registry = ["westeurope.data.privatelink.azurecr.io", "privatelink.azurecr.io"];
        assert_eq!(of(&registry), ["azurecr.io"]);
        assert_eq!(of(&["privatelink.vaultcore.azure.net"]), ["vault.azure.net", "vaultcore.azure.net"]);
        assert_eq!(of(&["contoso.internal", "app.contoso.internal"]), ["contoso.internal"]);
        assert_eq!(
            of(&["notcontoso.internal", "contoso.internal"]),
            ["contoso.internal", "notcontoso.internal"]
        );
        assert_eq!(of(&["privatelink"]), ["privatelink"]);
    }

    #[test]
    fn a_server_that_is_out_of_reach_is_none_to_write() {
        let servers: Vec<IpAddr> = ["10.0.0.4", "10.0.0.5"].map(|server| server.parse().unwrap()).to_vec();
        let given = GivenNames { unreached: servers[..1].to_vec(), servers, zones: Vec::new() };
        assert_eq!(given.reached().map(|server| server.to_string()).collect::<Vec<_>>(), ["10.0.0.5"]);
    }
}
