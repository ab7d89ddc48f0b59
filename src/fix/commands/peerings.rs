//! Commands for peerings.

use super::{Script, quoted};
use crate::inventory::{Peering, Resource};
use crate::names::NameId;
use crate::topology::Topology;

impl Script<'_> {
    pub(super) fn peered(&mut self, add: bool, near: NameId, far: NameId) {
        let was_there = self.before.sides(near, far).next().is_some();
        let is_left = self.after.sides(near, far).next().is_some();
        if !add && is_left {
            self.set(near, far, "allowVirtualNetworkAccess=false");
        } else if !add {
            self.delete_side(near, far);
        } else if self.is_made_anew(near, far) {
            self.make_anew(near, far);
        } else if self.waits(near, far) && self.before.sides(near, far).any(|side| side.allow_vnet_access) {
            let (near, far) = (self.shown(near), self.shown(far));
            self.comment(&format!("the side of {near} is Connected as soon as {far} has its own"));
        } else if was_there {
            self.set(near, far, "allowVirtualNetworkAccess=true");
        } else {
            self.create_side(near, far);
        }
    }

    /// True where a side waits for the other one, which is not there yet: Azure connects both once it is.
    fn waits(&self, near: NameId, far: NameId) -> bool {
        let mut own = self.before.sides(near, far).peekable();
        own.peek().is_some()
            && own.all(Peering::is_initiated)
            && self.before.sides(far, near).next().is_none()
    }

    /// True where a side of the peering is to be connected that is not. Neither side can be connected alone.
    fn is_made_anew(&self, near: NameId, far: NameId) -> bool {
        [(near, far), (far, near)].into_iter().any(|(near, far)| {
            self.before.sides(near, far).next().is_some()
                && !self.waits(near, far)
                && !is_connected(&self.before, near, far)
                && is_connected(&self.after, near, far)
        })
    }

    fn make_anew(&mut self, near: NameId, far: NameId) {
        let mut pairs = [(near, far), (far, near)];
        for (near, far) in pairs {
            if self.before.sides(near, far).next().is_some() {
                self.delete_side(near, far);
            }
        }
        // A gateway can only be used that the other side lends already.
        pairs.sort_by_key(|(near, far)| self.after.sides(*near, *far).any(|side| side.use_remote_gateways));
        for (near, far) in pairs {
            if self.after.sides(near, far).next().is_some() {
                self.create_side(near, far);
            }
        }
    }

    fn delete_side(&mut self, near: NameId, far: NameId) {
        let peering = self.peering(near, far);
        self.az("network vnet peering delete", &peering);
    }

    /// A side with the flags that it has in the end.
    fn create_side(&mut self, near: NameId, far: NameId) {
        let mut rest = format!("{} --remote-vnet {}", self.peering(near, far), self.vnet_id(far));
        let mut option = |is_set: fn(&Peering) -> bool, option: &str| {
            if self.after.sides(near, far).any(is_set) {
                rest.push_str(option);
            }
        };
        option(|side| side.allow_vnet_access, " --allow-vnet-access");
        option(|side| side.allow_gateway_transit, " --allow-gateway-transit");
        option(|side| side.use_remote_gateways, " --use-remote-gateways");
        self.az("network vnet peering create", &rest);
    }

    pub(super) fn gateway_transit(&mut self, add: bool, hub: NameId, spoke: NameId) {
        if !add {
            self.set(spoke, hub, "useRemoteGateways=false");
            return;
        }
        // A side that is made anew is made with its flags.
        let is_anew = self.is_made_anew(hub, spoke);
        let is_there = |near, far| !is_anew && self.before.sides(near, far).next().is_some();
        let allows = self.before.sides(hub, spoke).any(|side| side.allow_gateway_transit);
        let uses = self.before.sides(spoke, hub).any(|side| side.use_remote_gateways);
        let (sets_hub, sets_spoke) = (!allows && is_there(hub, spoke), !uses && is_there(spoke, hub));
        if sets_hub {
            self.set(hub, spoke, "allowGatewayTransit=true");
        }
        if sets_spoke {
            self.set(spoke, hub, "useRemoteGateways=true");
        }
    }

    pub(super) fn sync(&mut self, near: NameId, far: NameId) {
        let peering = self.peering(near, far);
        self.comment("az sends a sync without names of subnets and without IPv6 alone: set these again where the peering has them");
        self.az("network vnet peering sync", &peering);
    }

    /// Lets both sides of a peering carry one more of the subnets of `far`. No inventory knows the names of subnets.
    pub(super) fn add_subnet(&mut self, near: NameId, far: NameId, prefix: &str) {
        self.subnets.push((near, far));
        let number = self.subnets.iter().filter(|other| **other == (near, far)).count();
        let subnet = self.numbered("SUBNET_OF", &[far], number);
        let shown = self.shown(far);
        self.comment(&format!(
            "{subnet} is the subnet of {shown} that holds {prefix}; where several do, the commands are for each of them"
        ));
        for (near, far, list) in [(near, far, "remoteSubnetNames"), (far, near, "localSubnetNames")] {
            let peering = self.peering(near, far);
            self.az("network vnet peering update", &format!("{peering} --add {list} {subnet}"));
        }
    }

    fn set(&mut self, near: NameId, far: NameId, setting: &str) {
        let peering = self.peering(near, far);
        self.az("network vnet peering update", &format!("{peering} --set {setting}"));
    }

    /// Where a side of a peering is found, and what it is called.
    fn peering(&self, near: NameId, far: NameId) -> String {
        let mut sides = self.before.sides(near, far);
        let name = match sides.find_map(|side| Resource::told(side.rare().resource.as_deref())) {
            Some(resource) => quoted(resource.name()).into_owned(),
            None => self.variable("PEERING", &[near, far]),
        };
        format!("{} --vnet-name {} --name {name}", self.scope(near), self.vnet_name(near))
    }
}

/// True where a row of the side is connected: an inventory may list a side twice, and one row is enough.
fn is_connected(topology: &Topology<'_>, near: NameId, far: NameId) -> bool {
    topology.sides(near, far).any(|side| side.rare().not_connected.is_none())
}
