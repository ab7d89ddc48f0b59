//! Changes to peerings.

use super::Editor;
use super::fact::Edit;
use crate::inventory::{Carried, Peering};
use crate::names::NameId;
use crate::prefix::Prefix;

impl Editor<'_> {
    pub(super) fn peered(&mut self, edit: &Edit<'_>, vnet: &str, remote: &str) {
        let Some((vnet, remote)) = self.known_pair(edit, [vnet, remote], Self::known_vnet) else { return };
        if self.sides(vnet, remote).any(Peering::is_usable) == edit.add {
            self.nothing(edit);
            return;
        }
        if !edit.add {
            // A side that says who uses whose gateway goes on saying so, without carrying anything.
            self.inventory.peerings.retain(|side| {
                !(side.leads(vnet, remote) && side.is_usable())
                    || side.allow_gateway_transit
                    || side.use_remote_gateways
            });
            for side in self.sides_mut(vnet, remote).filter(|side| side.is_usable()) {
                (side.allow_vnet_access, side.is_taken_away, side.origin) = (false, true, edit.span);
            }
            let (vnet, remote) = (self.shown(vnet), self.shown(remote));
            self.note(edit, format!("the side of {vnet} alone; that of {remote} stays as it is"));
            return;
        }
        if let Some(side) = self.sides_mut(vnet, remote).next() {
            (side.allow_vnet_access, side.is_taken_away, side.origin) = (true, false, edit.span);
            side.rare_mut().not_connected = None;
        } else {
            self.add_side(edit, vnet, remote, true);
        }
        if !self.sides(remote, vnet).any(Peering::is_usable) {
            let (vnet, remote) = (self.shown(vnet), self.shown(remote));
            self.note(edit, format!("the side of {vnet} alone; nothing passes until {remote} has its own"));
        }
    }

    /// The sides that no change took away: what is kept of one in case it comes back holds up nothing.
    pub(super) fn sides_left(&self) -> impl Iterator<Item = &Peering> {
        self.inventory.peerings.iter().filter(|side| !side.is_taken_away)
    }

    /// For one question to look through all rows takes less time than to sort them first.
    fn sides(&self, vnet: NameId, remote: NameId) -> impl Iterator<Item = &Peering> {
        self.inventory.peerings.iter().filter(move |side| side.leads(vnet, remote))
    }

    fn sides_mut(&mut self, vnet: NameId, remote: NameId) -> impl Iterator<Item = &mut Peering> {
        self.inventory.peerings.iter_mut().filter(move |side| side.leads(vnet, remote))
    }

    fn add_side(&mut self, edit: &Edit<'_>, vnet: NameId, remote_vnet: NameId, allow_vnet_access: bool) {
        let side = Peering { allow_vnet_access, ..Peering::new(vnet, remote_vnet, edit.span) };
        self.inventory.peerings.push(side);
    }

    pub(super) fn gateway_transit(&mut self, edit: &Edit<'_>, hub: &str, spoke: &str) {
        let Some((hub, spoke)) = self.known_pair(edit, [hub, spoke], Self::known_vnet) else { return };
        let allows = self.sides(hub, spoke).any(|side| side.allow_gateway_transit);
        let uses = self.sides(spoke, hub).any(|side| side.use_remote_gateways);
        if (allows && uses) == edit.add {
            self.nothing(edit);
            return;
        }
        let (hub_shown, spoke_shown) = (self.shown(hub), self.shown(spoke));
        if !edit.add {
            for side in self.sides_mut(spoke, hub) {
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
        for (near, far) in [(hub, spoke), (spoke, hub)] {
            if self.sides(near, far).next().is_none() {
                // Without access, so that no peering comes into being that was not asked for.
                self.add_side(edit, near, far, false);
            }
        }
        if let (false, Some(side)) = (allows, self.sides_mut(hub, spoke).next()) {
            (side.allow_gateway_transit, side.origin) = (true, edit.span);
        }
        if let (false, Some(side)) = (uses, self.sides_mut(spoke, hub).next()) {
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

    pub(super) fn partly_peered(&mut self, edit: &Edit<'_>, vnet: &str, remote: &str) {
        let Some((vnet, remote)) = self.known_pair(edit, [vnet, remote], Self::known_vnet) else { return };
        if !self.has_side_to_cut(edit, vnet, remote) {
            return;
        }
        if Carried::of_side(self.sides(vnet, remote)).is_some() == edit.add {
            self.nothing(edit);
            return;
        }
        let space = self.topology().address_space(remote).to_vec();
        let carried = edit.add.then_some(Carried(space));
        for side in self.sides_mut(vnet, remote) {
            (side.rare_mut().carried, side.origin) = (carried.clone(), edit.span);
        }
        let (vnet, remote) = (self.shown(vnet), self.shown(remote));
        self.note(
            edit,
            if edit.add {
                format!("the side of {vnet} carries what {remote} holds now, and no more")
            } else {
                format!("the side of {vnet} carries all of {remote}, as after a sync of the peering")
            },
        );
    }

    pub(super) fn peered_prefix(&mut self, edit: &Edit<'_>, vnet: &str, remote: &str, prefix: Prefix) {
        let Some((vnet, remote)) = self.known_pair(edit, [vnet, remote], Self::known_vnet) else { return };
        if !self.has_side_to_cut(edit, vnet, remote) {
            return;
        }
        let space = self.topology().address_space(remote).to_vec();
        let part = Carried::of_side(self.sides(vnet, remote));
        let listed: Vec<Prefix> =
            part.as_ref().map_or_else(|| space.clone(), |part| part.of(&space).collect());
        if listed.iter().any(|own| own.covers(prefix)) == edit.add {
            self.nothing(edit);
            return;
        }
        let (vnet_shown, remote_shown) = (self.shown(vnet), self.shown(remote));
        if edit.add && !space.iter().any(|own| own.covers(prefix)) {
            let message = format!("`{prefix}` lies in no prefix of {remote_shown}, so no peering carries it");
            if !self.refuse(edit, message, "add it to the address space first") {
                return;
            }
        }
        let carried: Vec<Prefix> = if edit.add {
            listed.into_iter().chain([prefix]).collect()
        } else {
            // What lies inside the prefix and is listed by itself stays.
            let cut = |own: &Prefix| if own.covers(prefix) { own.without(&[prefix]) } else { vec![*own] };
            listed.iter().flat_map(cut).collect()
        };
        for side in self.sides_mut(vnet, remote) {
            (side.rare_mut().carried, side.origin) = (Some(Carried(carried.clone())), edit.span);
        }
        if part.is_none() {
            self.note(edit, format!("the side of {vnet_shown} carries a part of {remote_shown} from now on"));
        }
    }

    /// True where the side is there; where it is not, says so.
    fn has_side_to_cut(&mut self, edit: &Edit<'_>, vnet: NameId, remote: NameId) -> bool {
        if self.sides(vnet, remote).next().is_some() {
            return true;
        }
        if edit.add {
            let message = format!("{} is not peered with {}", self.shown(vnet), self.shown(remote));
            self.refuse(edit, message, "add `peered` first");
        } else {
            self.nothing(edit);
        }
        false
    }

    /// True where Azure lets `spoke` use the gateway of `hub`, or where it is forced.
    fn may_use(&mut self, edit: &Edit<'_>, hub: NameId, spoke: NameId) -> bool {
        let (hub_shown, spoke_shown) = (self.shown(hub), self.shown(spoke));
        if self.rows.gateway(hub).is_none()
            && !self.refuse(edit, format!("{hub_shown} has no gateway to use"), "add its gateway first")
        {
            return false;
        }
        if self.rows.gateway(spoke).is_some()
            && !self.refuse(
                edit,
                format!("{spoke_shown} has its own gateway, so it cannot use another"),
                "take its gateway away first, or join the two gateways by a connection",
            )
        {
            return false;
        }
        let other = self
            .sides_left()
            .find(|side| side.vnet == spoke && side.remote_vnet != hub && side.use_remote_gateways);
        if let Some(other) = other.map(|side| side.remote_vnet) {
            let other = self.shown(other);
            let message = format!("{spoke_shown} uses the gateway of {other}, and a VNet can use only one");
            if !self.refuse(edit, message, format!("take `gateway_transit` from {other} away first")) {
                return false;
            }
        }
        if self.sides(hub, spoke).next().is_some() && self.sides(spoke, hub).next().is_some() {
            return true;
        }
        self.refuse(
            edit,
            format!("{hub_shown} and {spoke_shown} are not peered from both sides"),
            "add `peered` for both sides first",
        )
    }
}
