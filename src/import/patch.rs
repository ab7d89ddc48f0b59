//! Properties that are set of resources which something else makes.

use super::resources::{Carried, CarriedPatch, Patch, Resources};

fn set<T>(field: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *field = new;
    }
}

impl Carried {
    fn apply(&mut self, patch: CarriedPatch) {
        let before = (self.is_complete, self.subnets.clone());
        set(&mut self.is_complete, patch.is_complete);
        set(&mut self.subnets, patch.subnets);
        set(&mut self.is_ipv6_only, patch.is_ipv6_only);
        // What Azure listed for other subnets says nothing of these.
        let is_listed_anew = before != (self.is_complete, self.subnets.clone());
        set(&mut self.prefixes, patch.prefixes.or_else(|| is_listed_anew.then(Vec::new)));
    }
}

impl Resources {
    /// Sets what is set of resources that something else makes, in the order of reading.
    pub(super) fn apply_patches(&mut self) {
        for patch in std::mem::take(&mut self.patches) {
            let (source, origin) = (patch.source.clone(), patch.origin);
            let name = patch.target.name().to_owned();
            if !self.apply(patch) {
                let message = format!("`{source}` sets properties of `{name}`, which is not in the export");
                self.incomplete(origin, message);
            }
        }
    }

    /// Sets the properties of one resource; false where it is not there.
    fn apply(&mut self, patch: Patch) -> bool {
        let id = &patch.target;
        if let Some(vnet) = self.vnets.get_mut(id) {
            set(&mut vnet.space, patch.space);
            set(&mut vnet.summaries, patch.summaries.map(Some));
            set(&mut vnet.servers, patch.servers.map(Some));
        } else if let Some(side) = self.peerings.get_mut(id) {
            set(&mut side.allow_gateway_transit, patch.allow_gateway_transit);
            set(&mut side.use_remote_gateways, patch.use_remote_gateways);
            set(&mut side.allow_vnet_access, patch.allow_vnet_access);
            set(&mut side.allow_forwarded_traffic, patch.allow_forwarded_traffic);
            side.carried.apply(patch.carried);
        } else if let Some(gateway) = self.gateways.get_mut(id) {
            set(&mut gateway.bgp, patch.bgp.map(Some));
            set(&mut gateway.asn, patch.asn.map(Some));
            set(&mut gateway.sku, patch.sku.map(Some));
            set(&mut gateway.pools, patch.pools);
            set(&mut gateway.custom_routes, patch.custom_routes);
            set(&mut gateway.protocols, patch.protocols);
            set(&mut gateway.default_site, patch.default_site.map(Some));
        } else if let Some(local) = self.local_gateways.get_mut(id) {
            set(&mut local.space, patch.space);
            set(&mut local.asn, patch.asn.map(Some));
            set(&mut local.endpoint, patch.endpoint.map(Some));
        } else if let Some(connection) = self.connections.get_mut(id) {
            set(&mut connection.bgp, patch.bgp.map(Some));
        } else if let Some(subnet) = self.routing.subnets.get_mut(id) {
            set(&mut subnet.space, patch.space);
            set(&mut subnet.table, patch.table.map(Some));
        } else if let Some(table) = self.routing.tables.get_mut(id) {
            set(&mut table.gateway_routes, patch.gateway_routes.map(Some));
        } else {
            return self.public_addresses.contains_key(id);
        }
        true
    }
}
