//! Commands for peerings.

use super::{Script, quoted};
use crate::inventory::{Inventory, Peering};
use crate::names::Name;

impl Script<'_> {
    pub(super) fn peered(&mut self, add: bool, near: Name, far: Name) {
        let before = sides(self.before, near, far).next();
        let is_left = sides(self.after, near, far).next().is_some();
        let peering = self.peering(near, far);
        match (before, add) {
            (None, true) => self.create(near, far),
            (Some(side), true) if side.not_connected.is_some() => {
                self.az("network vnet peering delete", &peering);
                self.create(near, far);
            }
            (_, true) => self.set(near, far, "allowVirtualNetworkAccess=true"),
            (_, false) if is_left => self.set(near, far, "allowVirtualNetworkAccess=false"),
            (_, false) => self.az("network vnet peering delete", &peering),
        }
    }

    /// A side with the flags that it has in the end.
    fn create(&mut self, near: Name, far: Name) {
        let mut rest = format!("{} --remote-vnet {}", self.peering(near, far), quoted(self.text(far)));
        rest.push_str(" --allow-vnet-access");
        for side in sides(self.after, near, far) {
            if side.allow_gateway_transit {
                rest.push_str(" --allow-gateway-transit");
            }
            if side.use_remote_gateways {
                rest.push_str(" --use-remote-gateways");
            }
        }
        self.az("network vnet peering create", &rest);
    }

    pub(super) fn gateway_transit(&mut self, add: bool, hub: Name, spoke: Name) {
        let holds = |inventory, near, far, flag: fn(&Peering) -> bool| sides(inventory, near, far).any(flag);
        let is_there = |near, far| sides(self.before, near, far).any(|side| side.not_connected.is_none());
        if !add {
            self.set(spoke, hub, "useRemoteGateways=false");
            return;
        }
        // A side that is made anew is made with its flags.
        let allows =
            !holds(self.before, hub, spoke, |side| side.allow_gateway_transit) && is_there(hub, spoke);
        let uses = !holds(self.before, spoke, hub, |side| side.use_remote_gateways) && is_there(spoke, hub);
        if allows {
            self.set(hub, spoke, "allowGatewayTransit=true");
        }
        if uses {
            self.set(spoke, hub, "useRemoteGateways=true");
        }
    }

    fn set(&mut self, near: Name, far: Name, setting: &str) {
        let peering = self.peering(near, far);
        self.az("network vnet peering update", &format!("{peering} --set {setting}"));
    }

    /// A side of a peering, whose own name no inventory has.
    fn peering(&self, near: Name, far: Name) -> String {
        let name = self.variable("PEERING", &[near, far]);
        format!("--vnet-name {} --name {name}", quoted(self.text(near)))
    }
}

fn sides(inventory: &Inventory, near: Name, far: Name) -> impl Iterator<Item = &Peering> {
    inventory.peerings.iter().filter(move |side| side.vnet == near && side.remote_vnet == far)
}
