//! Changes to tunnels.

use super::fact::Edit;
use super::{Editor, list, put};
use crate::inventory::{Connection, Tunnel};
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::topology::TunnelState;

/// The status of a tunnel that a change took down, in Azure's word.
const TAKEN_DOWN: &str = "NotConnected";

impl Editor<'_> {
    pub(super) fn s2s(&mut self, edit: &Edit<'_>, one: &str, other: &str) {
        let Some((one, other)) = self.known_pair(edit, [one, other], Self::known_network) else { return };
        let tunnels = self.tunnels_between(one, other);
        let are_routers = self.are_routers(one, other);
        let is_up = are_routers && tunnels.iter().any(|tunnel| tunnel.up);
        if is_up == edit.add {
            self.nothing(edit);
            return;
        }
        if !edit.add {
            self.take_down(edit, &tunnels);
            return;
        }
        for end in [one, other] {
            if !self.topology().is_router(end) {
                let message = format!("{} has no gateway for a connection to end at", self.shown(end));
                if !self.refuse(edit, message, "add its gateway first") {
                    return;
                }
            }
        }
        let mut rising: Vec<usize> = tunnels
            .iter()
            .flat_map(Tunnel::rows)
            .filter(|row| self.inventory.connections[*row].is_taken_away)
            .collect();
        if rising.is_empty() {
            rising = tunnels.first().into_iter().flat_map(Tunnel::rows).collect();
        }
        for row in &rising {
            let row = &mut self.inventory.connections[*row];
            (row.down, row.is_taken_away, row.origin) = (None, false, edit.span);
        }
        let (shown, other_shown) = (self.shown(one), self.shown(other));
        if rising.is_empty() {
            self.inventory.connections.push(Connection::new(one, other, edit.span));
            self.note(
                edit,
                format!("the new connection between {shown} and {other_shown} has no BGP, and each end routes the other's address space"),
            );
        } else {
            self.note(
                edit,
                format!("the connection between {shown} and {other_shown} comes up as it is set up"),
            );
        }
    }

    /// Takes the tunnels of a pair down. What `+ s2s` would add just the same is removed instead.
    fn take_down(&mut self, edit: &Edit<'_>, tunnels: &[Tunnel]) {
        let mut rows: Vec<usize> = tunnels.iter().flat_map(Tunnel::rows).collect();
        rows.sort_unstable();
        let is_plain = |row: &Connection| {
            !row.bgp
                && row.from_static.is_empty()
                && row.to_static.is_empty()
                && row.down.is_none()
                && row.name.is_empty()
        };
        if rows.iter().all(|row| is_plain(&self.inventory.connections[*row])) {
            for row in rows.into_iter().rev() {
                self.inventory.connections.remove(row);
            }
            self.note(edit, "the connection goes from both ends, with the routes that lead into it");
            return;
        }
        for tunnel in tunnels.iter().filter(|tunnel| tunnel.up) {
            for row in tunnel.rows() {
                let row = &mut self.inventory.connections[row];
                (row.down, row.is_taken_away, row.origin) = (Some(TAKEN_DOWN.into()), true, edit.span);
            }
        }
        self.note(edit, "the connection is down at both ends, with the routes that lead into it");
    }

    pub(super) fn bgp(&mut self, edit: &Edit<'_>, one: &str, other: &str) {
        let Some((one, other)) = self.known_pair(edit, [one, other], Self::known_network) else { return };
        let tunnels: Vec<Tunnel> =
            self.tunnels_between(one, other).into_iter().filter(|tunnel| tunnel.up).collect();
        let has_session = tunnels.iter().any(|tunnel| self.topology().has_session(tunnel));
        if has_session == edit.add {
            self.nothing(edit);
            return;
        }
        let (shown, other_shown) = (self.shown(one), self.shown(other));
        if !edit.add {
            for row in tunnels.iter().flat_map(Tunnel::rows) {
                let row = &mut self.inventory.connections[row];
                (row.bgp, row.origin) = (false, edit.span);
            }
            let defaults =
                tunnels.iter().any(|tunnel| tunnel.from_static.is_empty() || tunnel.to_static.is_empty());
            if defaults {
                self.note(edit, "an end that lists no static prefixes now routes the far address space");
            }
            return;
        }
        let is_carried = !tunnels.is_empty() && self.are_routers(one, other);
        if !is_carried
            && !self.refuse(
                edit,
                format!("no connection between {shown} and {other_shown} is up"),
                "add `s2s` between them first",
            )
        {
            return;
        }
        if !self.may_speak(edit, one, other) {
            return;
        }
        for end in [one, other] {
            let Some(row) = self.rows.gateway(end) else { continue };
            let gateway = &mut self.inventory.gateways[row];
            if !gateway.bgp && !gateway.is_basic() {
                (gateway.bgp, gateway.origin) = (true, edit.span);
                self.turned_on(edit, end, [one, other]);
            }
        }
        let before: Vec<&Tunnel> = tunnels.iter().filter(|tunnel| !tunnel.bgp).collect();
        let had_defaults =
            before.iter().any(|tunnel| tunnel.from_static.is_empty() || tunnel.to_static.is_empty());
        for row in tunnels.iter().flat_map(Tunnel::rows) {
            let row = &mut self.inventory.connections[row];
            (row.bgp, row.origin) = (true, edit.span);
        }
        if tunnels.iter().any(|tunnel| tunnel.other_row.is_some()) {
            self.note(edit, "the connections of both ends have BGP enabled");
        }
        if had_defaults {
            self.note(
                edit,
                "BGP takes the place of the routes to the far address space where an end lists none",
            );
        }
    }

    /// True where both ends can speak BGP to each other, or where it is forced.
    fn may_speak(&mut self, edit: &Edit<'_>, one: NameId, other: NameId) -> bool {
        for end in [one, other] {
            let basic = self.rows.gateway(end).is_some_and(|row| self.inventory.gateways[row].is_basic());
            if basic {
                let message =
                    format!("the gateway of {} is of the Basic SKU, which has no BGP", self.shown(end));
                if !self.refuse(edit, message, "BGP needs `VpnGw1AZ` or above") {
                    return false;
                }
            }
        }
        let topology = self.topology();
        let (asn, other_asn) = (topology.asn(one), topology.asn(other));
        if let (Some(asn), Some(other_asn)) = (asn, other_asn)
            && asn == other_asn
        {
            let message = format!("{} and {} both have the ASN {asn}", self.shown(one), self.shown(other));
            return self.refuse(edit, message, "add another `asn` to one of them first");
        }
        true
    }

    /// Says that BGP was turned on at a gateway, and which other tunnels that brings up.
    fn turned_on(&mut self, edit: &Edit<'_>, gateway: NameId, pair: [NameId; 2]) {
        let shown = self.shown(gateway);
        self.note(edit, format!("BGP is turned on at the gateway of {shown}"));
        let mut others = self.sessions_of(gateway);
        others.retain(|other| !pair.contains(other));
        let others: Vec<String> = others.into_iter().map(|other| self.shown(other)).collect();
        if !others.is_empty() {
            self.note(edit, format!("so BGP also runs on the connection of {shown} to {}", list(&others)));
        }
    }

    pub(super) fn static_route(&mut self, edit: &Edit<'_>, near: &str, far: &str, prefix: Prefix) {
        let Some((near, far)) = self.known_pair(edit, [near, far], Self::known_network) else { return };
        let is_carried = self.are_routers(near, far);
        let tunnels: Vec<Tunnel> =
            self.tunnels_between(near, far).into_iter().filter(|tunnel| tunnel.up && is_carried).collect();
        let is_routed = tunnels.iter().any(|tunnel| self.topology().routed(tunnel, near).contains(&prefix));
        if is_routed == edit.add {
            self.nothing(edit);
            return;
        }
        if !edit.add {
            self.remove_static(edit, &tunnels, near, prefix);
            return;
        }
        let Some(tunnel) = tunnels.first() else {
            let (near, far) = (self.shown(near), self.shown(far));
            self.refuse(
                edit,
                format!("no connection between {near} and {far} is up"),
                "add `s2s` between them first",
            );
            return;
        };
        let is_default = tunnel.listed(near).is_empty();
        let defaults = if is_default { self.topology().routed(tunnel, near).to_vec() } else { Vec::new() };
        let end = self.end_of(tunnel, near);
        let entries = self.listed_at(end, near);
        entries.extend(&defaults);
        entries.push(prefix);
        self.inventory.connections[end].origin = edit.span;
        if !defaults.is_empty() {
            let near = self.shown(near);
            self.note(
                edit,
                format!("what {near} routed by default is now listed, as the list takes its place"),
            );
        }
    }

    fn remove_static(&mut self, edit: &Edit<'_>, tunnels: &[Tunnel], near: NameId, prefix: Prefix) {
        for tunnel in tunnels {
            let before = self.topology().routed(tunnel, near).to_vec();
            if !before.contains(&prefix) {
                continue;
            }
            let left: Vec<Prefix> = before.into_iter().filter(|entry| *entry != prefix).collect();
            let far = tunnel.far_end(near);
            let is_default = tunnel.listed(near).is_empty();
            if left.is_empty() && !tunnel.bgp && !self.topology().address_space(far).is_empty() {
                let (near, far) = (self.shown(near), self.shown(far));
                let message = format!(
                    "`{prefix}` is all that {near} routes to {far}, and an end without BGP that lists nothing routes the address space of {far}"
                );
                let help =
                    "take the connection away by `s2s`, or add the static route that is to take its place";
                // What an empty list stands for cannot be shortened to nothing by any list.
                if !self.refuse(edit, message, help) || is_default {
                    return;
                }
            }
            for row in tunnel.rows() {
                if put(self.listed_at(row, near), prefix, false) {
                    self.inventory.connections[row].origin = edit.span;
                }
            }
            if is_default {
                let end = self.end_of(tunnel, near);
                *self.listed_at(end, near) = left;
                self.inventory.connections[end].origin = edit.span;
                let near = self.shown(near);
                self.note(edit, format!("what else {near} routed by default is now listed"));
            }
        }
    }

    /// For one question to look through all tunnels takes less time than to sort them first.
    fn tunnels_between(&self, one: NameId, other: NameId) -> Vec<Tunnel> {
        self.inventory.tunnels().into_iter().filter(|tunnel| tunnel.joins(one, other)).collect()
    }

    fn are_routers(&self, one: NameId, other: NameId) -> bool {
        let topology = self.topology();
        topology.is_router(one) && topology.is_router(other)
    }

    /// The routers that a router has BGP sessions with.
    pub(super) fn sessions_of(&self, name: NameId) -> Vec<NameId> {
        let topology = self.topology();
        let of_name = topology.all_tunnels().iter().filter(|tunnel| tunnel.ends_at(name));
        let sessions = of_name.filter(|tunnel| tunnel.up && topology.has_session(tunnel));
        sessions.map(|tunnel| tunnel.far_end(name)).collect()
    }

    /// The routers that route the address space of `far` into a tunnel because they list nothing.
    pub(super) fn neighbours_by_default(&self, far: NameId) -> Vec<NameId> {
        let topology = self.topology();
        let mut neighbours: Vec<NameId> = topology
            .all_tunnels()
            .iter()
            .filter(|tunnel| tunnel.ends_at(far) && topology.tunnel_state(tunnel) == TunnelState::Static)
            .filter(|tunnel| tunnel.listed(tunnel.far_end(far)).is_empty())
            .map(|tunnel| tunnel.far_end(far))
            .collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        neighbours
    }

    /// The row of a tunnel that is the connection of `near`, or the only one.
    fn end_of(&self, tunnel: &Tunnel, near: NameId) -> usize {
        tunnel.rows().find(|row| self.inventory.connections[*row].from == near).unwrap_or(tunnel.row)
    }

    fn listed_at(&mut self, row: usize, near: NameId) -> &mut Vec<Prefix> {
        let row = &mut self.inventory.connections[row];
        if row.from == near { &mut row.from_static } else { &mut row.to_static }
    }
}
