//! The ends of tunnels, each as it is and as it is to be.

use super::{Script, quoted};
use crate::inventory::{Connection, Inventory, Resource, Tunnel};
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::topology::Topology;

/// One end of a tunnel. Azure keeps a connection for it where it is a gateway.
pub(super) struct End<'a> {
    pub(super) near: NameId,
    pub(super) far: NameId,
    /// Which of the tunnels of its pair it belongs to, from one on, and how many there are.
    number: usize,
    count: usize,
    pub(super) before: Option<State<'a>>,
    pub(super) after: Option<State<'a>>,
}

/// What an inventory says of an end.
pub(super) struct State<'a> {
    /// The end's own row, or the only one.
    pub(super) row: &'a Connection,
    /// True where the tunnel is up, and where it has BGP.
    pub(super) up: bool,
    pub(super) bgp: bool,
    /// What the end is listed to route into the tunnel, in order.
    pub(super) listed: Vec<Prefix>,
    /// The name of the end's connection; empty where it is not known.
    name: &'a str,
    resource: Option<&'a Resource>,
}

impl<'a> State<'a> {
    fn new(inventory: &'a Inventory, tunnel: &Tunnel, near: NameId, is_far_site: bool) -> Option<Self> {
        let rows: Vec<&Connection> = tunnel.rows().filter_map(|row| inventory.connections.get(row)).collect();
        let own = rows.iter().copied().find(|row| row.from == near);
        // A site has no connection, so what a row calls one is the gateway's.
        let named = || rows.iter().copied().filter(|row| row.from == near || is_far_site);
        let resource = named().find_map(|row| Resource::told(row.resource.as_deref()));
        let name = named().map(|row| &*row.name).find(|name| !name.is_empty()).unwrap_or_default();
        let mut listed = tunnel.listed(near).to_vec();
        listed.sort_unstable();
        listed.dedup();
        Some(Self {
            row: own.or(rows.first().copied())?,
            up: tunnel.up,
            bgp: tunnel.bgp,
            listed,
            name,
            resource,
        })
    }
}

impl<'a> End<'a> {
    /// The end's connection as Azure calls it, where the inventory tells it.
    pub(super) fn resource(&self) -> Option<&'a Resource> {
        self.before.as_ref().or(self.after.as_ref()).and_then(|state| state.resource)
    }
}

impl<'a> Script<'a> {
    /// The ends of all tunnels of a pair, those of one tunnel side by side.
    ///
    /// Changes take away all rows of a pair or none, and add one only where there is none, so that the k-th
    /// tunnel stays the k-th.
    pub(super) fn ends(&self, one: NameId, other: NameId) -> Vec<End<'a>> {
        let old: Vec<&Tunnel> = self.before.tunnels(one, other).collect();
        let new: Vec<&Tunnel> = self.after.tunnels(one, other).collect();
        let count = old.len().max(new.len());
        let mut ends = Vec::with_capacity(2 * count);
        for place in 0..count {
            for (near, far) in [(one, other), (other, one)] {
                let state = |topology: &Topology<'a>, tunnels: &[&Tunnel]| {
                    State::new(topology.inventory(), tunnels.get(place)?, near, self.is_site(far))
                };
                let (before, after) = (state(&self.before, &old), state(&self.after, &new));
                ends.push(End { near, far, number: place + 1, count, before, after });
            }
        }
        ends
    }

    /// Those ends that Azure keeps a connection for.
    pub(super) fn connections(&self, one: NameId, other: NameId) -> Vec<End<'a>> {
        let mut ends = self.ends(one, other);
        ends.retain(|end| !self.is_site(end.near));
        ends
    }

    /// The routers that tunnels joined to `router`, in the order of rows.
    pub(super) fn neighbours(&self, router: NameId) -> Vec<NameId> {
        let mut neighbours = Vec::new();
        for tunnel in self.before.all_tunnels().iter().filter(|tunnel| tunnel.ends_at(router)) {
            let other = tunnel.far_end(router);
            if !neighbours.contains(&other) {
                neighbours.push(other);
            }
        }
        neighbours
    }

    /// The connection of an end, by its own name where the inventory has it.
    pub(super) fn connection(&self, end: &End<'a>) -> String {
        match name(end) {
            Some(name) => quoted(name).into_owned(),
            None => self.numbered("CONNECTION", &[end.near, end.far], end.number),
        }
    }

    /// The local network gateway that an end leads to.
    pub(super) fn local(&self, end: &End<'a>) -> String {
        if let Some(resource) = self.site_resource(end.far) {
            quoted(resource.name()).into_owned()
        } else if self.is_site(end.far) && end.number == 1 && self.is_new_site(end.far) {
            // An export calls a site by the name of its local network gateway.
            quoted(self.text(end.far)).into_owned()
        } else if self.is_site(end.far) {
            self.numbered("LOCAL_GATEWAY_OF", &[end.far], end.number)
        } else {
            self.numbered("LOCAL_GATEWAY", &[end.near, end.far], end.number)
        }
    }

    /// Which of several tunnels an end belongs to, for a comment.
    pub(super) fn which(&self, end: &End<'a>) -> String {
        if end.count < 2 {
            return String::new();
        }
        let connections = self.connections(end.near, end.far);
        let connection = connections.iter().find(|other| other.number == end.number);
        connection.map_or_else(String::new, |end| {
            let shown = name(end).map_or_else(|| self.connection(end), super::shown);
            format!(" of connection {shown}")
        })
    }
}

fn name<'a>(end: &End<'a>) -> Option<&'a str> {
    end.before.as_ref().or(end.after.as_ref()).map(|state| state.name).filter(|name| !name.is_empty())
}
