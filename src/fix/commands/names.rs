//! Commands for DNS servers and private zones.

use std::net::IpAddr;

use super::named::scope_of;
use super::{Script, quoted};
use crate::inventory::Resource;
use crate::inventory::naming::AZURE_RESOLVER;
use crate::names::NameId;
use crate::topology::Topology;

/// The servers that a VNet hands out, in the order in which they are asked.
fn servers<'a>(topology: &Topology<'a>, vnet: NameId) -> &'a [IpAddr] {
    let row = topology.inventory().dns_servers.iter().find(|row| row.vnet == vnet);
    row.map(|row| &row.servers[..]).unwrap_or_default()
}

impl Script<'_> {
    /// Sets the DNS servers of a VNet as a whole, for clients of its gateway and for its machines.
    pub(super) fn dns_servers(&mut self, vnet: NameId) {
        let (before, after) = (servers(&self.before, vnet), servers(&self.after, vnet));
        self.comment(&format!(
            "machines of {} ask these servers too, each once it has renewed its DHCP lease",
            self.shown(vnet)
        ));
        if let Some(first) = before.first().filter(|first| **first != AZURE_RESOLVER) {
            self.comment(&format!(
                "{first} is asked first, and where it says that there is no such name, no other server is: \
                 let it forward the zone, or put the new one before it"
            ));
        }
        let list: Vec<String> = after.iter().map(ToString::to_string).collect();
        let named = format!("{} --name {}", self.scope(vnet), self.vnet_name(vnet));
        self.az("network vnet update", &format!("{named} --dns-servers {}", list.join(" ")));
    }

    /// Links a private zone to a VNet.
    pub(super) fn zone_link(&mut self, zone: &str, vnet: NameId) {
        self.comment(&format!(
            "machines of {} get names of the zone from it alone from now on: one that it lacks they no longer get from the \
             Internet (`--resolution-policy NxDomainRedirect` keeps that for zones of Private Link)",
            self.shown(vnet)
        ));
        let inventory = self.before.inventory();
        let label = inventory.labels.get(zone);
        let mut rows = inventory.zone_links.iter().filter(|row| Some(row.zone) == label);
        let scope = match rows.find_map(|row| Resource::told(row.resource.as_deref())) {
            Some(resource) => scope_of(resource),
            None => format!("--resource-group {}", self.text_variable("RESOURCE_GROUP_OF_ZONE", zone)),
        };
        let link = format!("link-to-{}", self.vnet_name(vnet));
        let link = format!("{scope} --zone-name {} --name {link} --registration-enabled false", quoted(zone));
        let vnet = self.vnet_id(vnet);
        self.az("network private-dns link vnet create", &format!("{link} --virtual-network {vnet}"));
    }
}
