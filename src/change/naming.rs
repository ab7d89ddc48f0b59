//! Changes to DNS servers, resolvers, private zones and private endpoints.

use std::net::IpAddr;

use super::fact::{Edit, Fact};
use super::{Editor, put};
use crate::inventory::naming::{DnsServers, PrivateEndpoint, Resolver, ZoneLink, zone_name};
use crate::inventory::wrong::bad_zone;
use crate::inventory::{Inventory, shortened};
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;

/// The networks whose answers rest on a zone that changes besides the VNet that it is linked to: one that keeps a link, so that the zone stays
/// known to be linked, and where none does, every gateway with clients, as a zone without links is missed by all.
pub(super) fn networks_of(inventory: &Inventory, edits: &[Edit<'_>]) -> Vec<NameId> {
    let zone = |edit: &Edit<'_>| match edit.fact {
        Fact::PrivateZone(zone) | Fact::ZoneLink(zone, _) => inventory.labels.get(zone_name(zone)?),
        _ => None,
    };
    let mut networks = Vec::new();
    let mut zones: Vec<LabelId> = edits.iter().filter_map(zone).collect();
    zones.sort_unstable();
    zones.dedup();
    let is_new = |edit: &Edit<'_>| matches!(edit.fact, Fact::PrivateZone(_)) && zone(edit).is_none();
    let mut is_missed = edits.iter().any(is_new);
    for changed in zones {
        let named = edits.iter().filter(|edit| zone(edit) == Some(changed));
        let named: Vec<NameId> = named
            .filter_map(|edit| match edit.fact {
                Fact::ZoneLink(_, vnet) => inventory.names.get(vnet),
                _ => None,
            })
            .collect();
        let mut links = inventory.zone_links.iter().filter(|link| link.zone == changed);
        let kept = links.find_map(|link| link.vnet.filter(|vnet| !named.contains(vnet)));
        is_missed |= kept.is_none();
        networks.extend(kept);
        // A zone that goes takes all its links with it.
        let goes = |edit: &Edit<'_>| matches!(edit.fact, Fact::PrivateZone(_)) && zone(edit) == Some(changed);
        if edits.iter().any(goes) {
            let links = inventory.zone_links.iter().filter(|link| link.zone == changed);
            networks.extend(links.filter_map(|link| link.vnet));
        }
        // What names the zone keeps it known, too.
        let naming = inventory.private_endpoints.iter().filter(|row| row.zone == Some(changed));
        networks.extend(naming.map(|row| row.vnet));
    }
    if is_missed {
        let with_clients = inventory.gateways.iter().filter(|row| !row.client_pool.is_empty());
        networks.extend(with_clients.map(|row| row.vnet));
    }
    networks
}

impl Editor<'_> {
    /// Takes away the links of private zones to the VNet. A zone that has no other stays, without links.
    pub(super) fn unlink_all(&mut self, vnet: NameId) {
        for row in (0..self.inventory.zone_links.len()).rev() {
            if self.inventory.zone_links[row].vnet == Some(vnet) {
                self.unlink(row);
            }
        }
    }

    /// Takes away a link. A zone that has no other stays, without links.
    fn unlink(&mut self, row: usize) {
        let links = &mut self.inventory.zone_links;
        let zone = links[row].zone;
        if links.iter().filter(|link| link.zone == zone).count() > 1 {
            links.remove(row);
        } else {
            links[row].vnet = None;
        }
    }

    pub(super) fn dns_server(&mut self, edit: &Edit<'_>, vnet: &str, address: IpAddr) {
        let Some(vnet) = self.known_vnet(edit, vnet) else { return };
        let row = self.inventory.dns_servers.iter().position(|row| row.vnet == vnet);
        let Some(row) = row else {
            if edit.add {
                let made = DnsServers { servers: vec![address], ..DnsServers::new(vnet, edit.span) };
                self.inventory.dns_servers.push(made);
            } else {
                self.nothing(edit);
            }
            return;
        };
        let held = &mut self.inventory.dns_servers[row];
        if !put(&mut held.servers, address, edit.add) {
            self.nothing(edit);
            return;
        }
        held.origin = edit.span;
        if held.servers.is_empty() {
            self.inventory.dns_servers.remove(row);
            let message =
                format!("{} hands out no DNS server any more, and uses Azure's own", self.shown(vnet));
            self.note(edit, message);
        }
    }

    pub(super) fn resolver(&mut self, edit: &Edit<'_>, vnet: &str, address: IpAddr) {
        let Some(vnet) = self.known_vnet(edit, vnet) else { return };
        if !self.is_in_vnet(edit, vnet, Prefix::from(address), &format!("`{address}`")) {
            return;
        }
        let resolvers = &mut self.inventory.resolvers;
        let row = resolvers.iter().position(|row| row.vnet == vnet && row.addresses.contains(&address));
        if row.is_some() == edit.add {
            self.nothing(edit);
        } else if let Some(row) = row {
            put(&mut resolvers[row].addresses, address, false);
            resolvers[row].origin = edit.span;
            if resolvers[row].addresses.is_empty() {
                resolvers.remove(row);
            }
        } else {
            // A fact tells no name, and a VNet has no two of one address.
            let name = format!("{}-{address}", self.inventory.names.text(vnet));
            let made = Resolver::new(self.inventory.labels.intern(&name), vnet, edit.span);
            self.inventory.resolvers.push(Resolver { addresses: vec![address], ..made });
        }
    }

    /// The zone of that name; where it is none that a zone can have, says so.
    fn named_zone(&mut self, edit: &Edit<'_>, zone: &str) -> Option<LabelId> {
        let name = zone_name(zone).map(|name| self.inventory.labels.intern(name));
        if name.is_none() {
            self.found.push(bad_zone(zone, edit.span));
            self.failed = true;
        }
        name
    }

    fn is_zone(&self, zone: LabelId) -> bool {
        self.inventory.zone_links.iter().any(|link| link.zone == zone)
            || self.inventory.private_endpoints.iter().any(|row| row.zone == Some(zone))
    }

    pub(super) fn private_zone(&mut self, edit: &Edit<'_>, zone: &str) {
        let Some(zone) = self.named_zone(edit, zone) else { return };
        if self.is_zone(zone) == edit.add {
            self.nothing(edit);
            return;
        }
        if edit.add {
            self.inventory.zone_links.push(ZoneLink::new(zone, edit.span));
            return;
        }
        let is_linked = self.inventory.zone_links.iter().any(|link| link.zone == zone && link.vnet.is_some());
        if is_linked {
            let message = format!("the zone `{}` is linked to VNets", self.inventory.labels.text(zone));
            if !self.refuse(edit, message, "take its links away before it: `- zone_link(…)`") {
                return;
            }
        }
        self.inventory.zone_links.retain(|link| link.zone != zone);
        let mut is_named = false;
        for endpoint in self.inventory.private_endpoints.iter_mut().filter(|row| row.zone == Some(zone)) {
            (endpoint.zone, is_named) = (None, true);
        }
        if is_named {
            self.note(edit, "private endpoints no longer have their names there");
        }
    }

    pub(super) fn zone_link(&mut self, edit: &Edit<'_>, zone: &str, vnet: &str) {
        let (Some(zone), Some(vnet)) = (self.named_zone(edit, zone), self.known_vnet(edit, vnet)) else {
            return;
        };
        let is_known = self.is_zone(zone);
        let links = &mut self.inventory.zone_links;
        let row = links.iter().position(|link| link.zone == zone && link.vnet == Some(vnet));
        if row.is_some() == edit.add {
            self.nothing(edit);
        } else if let Some(row) = row {
            links[row].origin = edit.span;
            self.unlink(row);
        } else {
            let without = links.iter_mut().find(|link| link.zone == zone && link.vnet.is_none());
            match without {
                Some(link) => (link.vnet, link.origin) = (Some(vnet), edit.span),
                None => links.push(ZoneLink { vnet: Some(vnet), ..ZoneLink::new(zone, edit.span) }),
            }
            if !is_known {
                let message = format!("the private zone `{}` is new", self.inventory.labels.text(zone));
                self.note(edit, message);
            }
        }
    }

    pub(super) fn private_endpoint(&mut self, edit: &Edit<'_>, endpoint: &str, vnet: &str, address: IpAddr) {
        if self.stand::<PrivateEndpoint>(edit, endpoint, vnet, address) {
            self.inventory.names.intern_endpoint(endpoint);
            self.note(edit, format!("the private endpoint `{}` is new", shortened(endpoint)));
        }
    }
}
