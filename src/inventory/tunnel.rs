//! Which rows are the two ends of one tunnel.

use rustc_hash::FxHashMap;

use super::model::{Connection, Inventory};
use crate::names::NameId;
use crate::prefix::Prefix;

/// One tunnel between two routers, put together from the rows of its ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tunnel {
    /// The end that the first row comes from.
    pub from: NameId,
    /// The other end.
    pub to: NameId,
    /// True where no row says that the tunnel is down.
    pub up: bool,
    /// True where every row enables BGP.
    pub bgp: bool,
    /// What the rows list as routed into the tunnel by `from`.
    pub from_static: Vec<Prefix>,
    /// What the rows list as routed into the tunnel by `to`.
    pub to_static: Vec<Prefix>,
    /// The row in [`Inventory::connections`].
    pub row: usize,
    /// The row of the other end's connection, where the inventory has it.
    pub other_row: Option<usize>,
}

impl Tunnel {
    fn of(row: usize, connection: &Connection) -> Self {
        Self {
            from: connection.from,
            to: connection.to,
            up: connection.down.is_none(),
            bgp: connection.bgp,
            from_static: connection.from_static.clone(),
            to_static: connection.to_static.clone(),
            row,
            other_row: None,
        }
    }

    fn join(&mut self, row: usize, other_end: &Connection) {
        self.up &= other_end.down.is_none();
        self.bgp &= other_end.bgp;
        self.from_static.extend(&other_end.to_static);
        self.to_static.extend(&other_end.from_static);
        self.other_row = Some(row);
    }

    /// The rows in [`Inventory::connections`], one or two.
    pub fn rows(&self) -> impl Iterator<Item = usize> + Clone + use<> {
        [Some(self.row), self.other_row].into_iter().flatten()
    }

    /// True for a tunnel between the two routers, whichever way round.
    #[must_use]
    pub fn joins(&self, one: NameId, other: NameId) -> bool {
        (self.from, self.to) == (one, other) || (self.from, self.to) == (other, one)
    }

    /// True for a tunnel that ends at `router`.
    #[must_use]
    pub fn ends_at(&self, router: NameId) -> bool {
        self.from == router || self.to == router
    }

    /// The end that is not `near`.
    #[must_use]
    pub fn far_end(&self, near: NameId) -> NameId {
        if self.from == near { self.to } else { self.from }
    }

    /// The static prefixes that are listed for the end of `near`.
    #[must_use]
    pub fn listed(&self, near: NameId) -> &[Prefix] {
        if self.from == near { &self.from_static } else { &self.to_static }
    }
}

impl Inventory {
    /// The tunnels, in the order of their first rows.
    ///
    /// Azure keeps a connection for each end of a VNet-to-VNet tunnel. A row with the ends swapped
    /// is the other end's connection; the k-th row of one direction belongs with the k-th of the
    /// other, and rows of the same direction are parallel tunnels.
    #[must_use]
    pub fn tunnels(&self) -> Vec<Tunnel> {
        let mut tunnels: Vec<Tunnel> = Vec::with_capacity(self.connections.len());
        let mut waiting: FxHashMap<(NameId, NameId), std::collections::VecDeque<usize>> =
            FxHashMap::default();
        for (row, connection) in self.connections.iter().enumerate() {
            let swapped = (connection.to, connection.from);
            if let Some(first) = waiting.get_mut(&swapped).and_then(std::collections::VecDeque::pop_front) {
                tunnels[first].join(row, connection);
            } else {
                waiting.entry((connection.from, connection.to)).or_default().push_back(tunnels.len());
                tunnels.push(Tunnel::of(row, connection));
            }
        }
        tunnels
    }
}
