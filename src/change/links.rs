//! Changes to peerings.

use super::Editor;
use super::fact::Edit;
use crate::inventory::Peering;
use crate::names::NameId;

impl Editor<'_> {
    pub(super) fn peered(&mut self, edit: &Edit<'_>, vnet: &str, remote: &str) {
        let Some((vnet, remote)) = self.known_pair(edit, [vnet, remote], Self::known_vnet) else { return };
        let is_side = |side: &Peering| side.vnet == vnet && side.remote_vnet == remote;
        let sides = || self.inventory.peerings.iter().filter(|side| is_side(side));
        if sides().any(Peering::is_usable) == edit.add {
            self.nothing(edit);
            return;
        }
        if !edit.add {
            // A side that says who uses whose gateway goes on saying so, without carrying anything.
            self.inventory.peerings.retain(|side| {
                !(is_side(side) && side.is_usable()) || side.allow_gateway_transit || side.use_remote_gateways
            });
            for side in self.inventory.peerings.iter_mut().filter(|side| is_side(side) && side.is_usable()) {
                (side.allow_vnet_access, side.origin) = (false, edit.span);
            }
            let (vnet, remote) = (self.shown(vnet), self.shown(remote));
            self.note(edit, format!("the side of {vnet} alone; that of {remote} stays as it is"));
            return;
        }
        if let Some(side) = self.inventory.peerings.iter_mut().find(|side| is_side(side)) {
            (side.allow_vnet_access, side.not_connected, side.origin) = (true, None, edit.span);
        } else {
            self.add_side(edit, vnet, remote, true);
        }
        let back = self
            .inventory
            .peerings
            .iter()
            .any(|side| side.vnet == remote && side.remote_vnet == vnet && side.is_usable());
        if !back {
            let (vnet, remote) = (self.shown(vnet), self.shown(remote));
            self.note(edit, format!("the side of {vnet} alone; nothing passes until {remote} has its own"));
        }
    }

    fn add_side(&mut self, edit: &Edit<'_>, vnet: NameId, remote_vnet: NameId, allow_vnet_access: bool) {
        let side = Peering { allow_vnet_access, ..Peering::new(vnet, remote_vnet, edit.span) };
        self.inventory.peerings.push(side);
    }

    pub(super) fn gateway_transit(&mut self, edit: &Edit<'_>, hub: &str, spoke: &str) {
        let Some((hub, spoke)) = self.known_pair(edit, [hub, spoke], Self::known_vnet) else { return };
        let rows = &self.inventory.peerings;
        let of_hub = |side: &Peering| side.vnet == hub && side.remote_vnet == spoke;
        let of_spoke = |side: &Peering| side.vnet == spoke && side.remote_vnet == hub;
        let allows = rows.iter().any(|side| of_hub(side) && side.allow_gateway_transit);
        let uses = rows.iter().any(|side| of_spoke(side) && side.use_remote_gateways);
        if (allows && uses) == edit.add {
            self.nothing(edit);
            return;
        }
        let (hub_shown, spoke_shown) = (self.shown(hub), self.shown(spoke));
        if !edit.add {
            for side in self.inventory.peerings.iter_mut().filter(|side| of_spoke(side)) {
                (side.use_remote_gateways, side.origin) = (false, edit.span);
            }
            let message =
                format!("{spoke_shown} no longer uses the gateway of {hub_shown}, which goes on allowing it");
            self.note(edit, message);
            return;
        }
        if !self.may_use(edit, hub, spoke) {
            return;
        }
        for (is_there, near, far) in [
            (rows_hold(&self.inventory.peerings, of_hub), hub, spoke),
            (rows_hold(&self.inventory.peerings, of_spoke), spoke, hub),
        ] {
            if !is_there {
                // Without access, so that no peering comes into being that was not asked for.
                self.add_side(edit, near, far, false);
            }
        }
        if let Some(side) = self.inventory.peerings.iter_mut().find(|side| of_hub(side) && !allows) {
            (side.allow_gateway_transit, side.origin) = (true, edit.span);
        }
        if let Some(side) = self.inventory.peerings.iter_mut().find(|side| of_spoke(side) && !uses) {
            (side.use_remote_gateways, side.origin) = (true, edit.span);
        }
        match (allows, uses) {
            (false, true) => {
                self.note(edit, format!("{hub_shown} allows what {spoke_shown} was set to use already"));
            }
            (true, false) => self.note(edit, format!("{spoke_shown} uses what {hub_shown} allowed already")),
            _ => self.note(edit, format!("{hub_shown} allows gateway transit and {spoke_shown} uses it")),
        }
    }

    /// True where Azure lets `spoke` use the gateway of `hub`, or where it is forced.
    fn may_use(&mut self, edit: &Edit<'_>, hub: NameId, spoke: NameId) -> bool {
        let (hub_shown, spoke_shown) = (self.shown(hub), self.shown(spoke));
        if self.gateway_row(hub).is_none()
            && !self.refuse(edit, format!("{hub_shown} has no gateway to use"), "add its gateway first")
        {
            return false;
        }
        if self.gateway_row(spoke).is_some()
            && !self.refuse(
                edit,
                format!("{spoke_shown} has its own gateway, so it cannot use another"),
                "take its gateway away first, or join the two gateways by a tunnel",
            )
        {
            return false;
        }
        let rows = &self.inventory.peerings;
        let other = rows
            .iter()
            .find(|side| side.vnet == spoke && side.remote_vnet != hub && side.use_remote_gateways);
        if let Some(other) = other.map(|side| side.remote_vnet) {
            let other = self.shown(other);
            let message = format!("{spoke_shown} uses the gateway of {other}, and a VNet can use only one");
            if !self.refuse(edit, message, format!("take `gateway_transit` from {other} away first")) {
                return false;
            }
        }
        let rows = &self.inventory.peerings;
        let is_peered =
            |near: NameId, far: NameId| rows.iter().any(|side| side.vnet == near && side.remote_vnet == far);
        if is_peered(hub, spoke) && is_peered(spoke, hub) {
            return true;
        }
        self.refuse(
            edit,
            format!("{hub_shown} and {spoke_shown} are not peered from both sides"),
            "add `peered` for both sides first",
        )
    }
}

fn rows_hold(rows: &[Peering], holds: impl Fn(&Peering) -> bool) -> bool {
    rows.iter().any(holds)
}
