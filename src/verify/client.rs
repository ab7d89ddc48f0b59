//! What clients have, held against the answer for them.

mod names;
mod profile;
mod surplus;

use super::beside::{taken, widest};
use super::deviation::{Cause, Deviating, Deviation, in_order};
use super::table::{Entry, Kind, Table};
use super::tunnel::{Interface, apart};
use crate::answer::{GatewayAnswer, Reasons, RouteRow};
use crate::class::{Class, RouteReason};
use crate::client_config::GivenNames;
use crate::names::NameId;
use crate::prefix::Prefix;

/// What is known of a client, or of clients of one class.
pub struct Client<'a> {
    /// Their rows, of one client or class.
    pub answer: &'a GatewayAnswer,
    /// Their class.
    pub class: Class,
    /// Where their addresses come from.
    pub pool: &'a [Prefix],
    /// The prefixes of all networks of the inventory, sorted.
    pub known: &'a [Prefix],
    /// The same clients in an older inventory, where there is one.
    pub old: Option<Old<'a>>,
    /// Which neighbours the gateway learned prefixes from.
    pub learned: &'a Learned<'a>,
    /// What the clients are given for names; none where the inventory says nothing of names.
    pub names: Option<NamesOf<'a>>,
}

/// Tells which neighbours a gateway learned each of some prefixes from.
pub type Learned<'a> = dyn Fn(&[Prefix]) -> Vec<(NameId, Prefix)> + 'a;

/// The routes of clients by an older inventory.
#[derive(Clone, Copy)]
pub struct Old<'a> {
    /// The routes.
    pub routes: &'a [RouteRow],
}

/// What clients are given for names.
#[derive(Clone, Copy)]
pub struct NamesOf<'a> {
    /// By the inventory.
    pub given: &'a GivenNames,
    /// By the old inventory, where there is one.
    pub old: Option<&'a GivenNames>,
}

/// What a table holds, and what the clients had before.
struct Held<'a> {
    table: &'a Table,
    /// The routes through the tunnel.
    tunnel: Vec<&'a Entry>,
    /// All others.
    beside: Vec<&'a Entry>,
    /// The addresses that the clients had routes for by the old inventory.
    before: Option<Vec<Prefix>>,
}

impl Held<'_> {
    /// What the tunnel's routes cover, but for those that cover it only by the way: they go when the
    /// machine is set up as it should be, and so must not hide that a route of its own is missing.
    fn of_their_own(&self, surplus: &[Deviation], answer: &GatewayAnswer) -> Vec<Prefix> {
        let is_by_the_way = |entry: &Entry| {
            let of_entry = surplus.iter().find(|one| one.span == Some(entry.span));
            of_entry.is_some_and(|one| matches!(one.cause, Cause::ClassRoute | Cause::DefaultRoute))
        };
        let takes_default = answer.routes.iter().any(|row| row.prefix.is_default_route());
        let is_own = |entry: &&&Entry| {
            !entry.is_scoped && (takes_default || !entry.prefix.is_default_route()) && !is_by_the_way(entry)
        };
        self.tunnel.iter().filter(is_own).map(|entry| entry.prefix).collect()
    }
}

impl Client<'_> {
    /// Says how `table` deviates from what the clients should have, in order.
    #[must_use]
    pub fn deviations(&self, table: &Table, interface: &Interface<'_>) -> Vec<Deviation> {
        let mut found = self.names.map_or_else(Vec::new, |names| self.unlike(names, table, interface));
        if !table.kind.is_of_names() {
            found.extend(self.routes(table, interface));
        }
        in_order(found)
    }

    fn routes(&self, table: &Table, interface: &Interface<'_>) -> Vec<Deviation> {
        let (tunnel, beside) = apart(table, self.pool, interface);
        let before = self.old.map(|old| Prefix::aggregate(old.routes.iter().map(|row| row.prefix)));
        let held = Held { table, tunnel, beside, before };
        let surplus = self.surplus(&held);
        let taken = self.taken(&held);
        let mut found = self.missing(&held, &surplus, &taken);
        found.extend(taken);
        found.extend(surplus);
        found
    }

    /// True for what lies in the client pool: an interface that has an address of it has the route by itself, whatever else
    /// gives the same prefix.
    fn is_of_pool(&self, prefix: Prefix) -> bool {
        self.pool.iter().any(|pool| pool.covers(prefix))
    }

    /// The routes that a table of the kind should have.
    ///
    /// What users add by hand is no part of the package, and to a profile that is laid over what the
    /// gateway gives all but what is added by hand comes when it connects.
    fn expected(&self, kind: Kind) -> impl Iterator<Item = &RouteRow> {
        self.answer.routes.iter().filter(move |row| {
            !kind.is_handed_out() || row.reasons.routes().any(|reason| reason != RouteReason::Manual)
        })
    }

    /// What goes out beside the tunnel of what the tunnel holds. Beside a route to half of all addresses
    /// or more, everything of a machine's own is longer, and has to be.
    fn taken(&self, held: &Held<'_>) -> Vec<Deviation> {
        let mut rows: Vec<&RouteRow> = self
            .answer
            .routes
            .iter()
            .filter(|row| row.prefix.length() > 1 && !self.is_of_pool(row.prefix))
            .collect();
        // What lies in several is told of the longest.
        rows.sort_by_key(|row| std::cmp::Reverse(row.prefix.length()));
        let of_row = |row: &RouteRow| {
            let reasons = row.reasons;
            taken(row.prefix, &held.tunnel, &held.beside).into_iter().map(move |part| (part, reasons))
        };
        let of_rows = rows.into_iter().flat_map(of_row);
        let found = widest(of_rows.filter(|(part, _)| !self.is_of_pool(part.prefix)).collect());
        let deviation = |(part, reasons): (super::beside::Taken, Reasons)| Deviation {
            reasons,
            span: Some(part.span),
            ..Deviation::new(Deviating::Missing, part.prefix, Cause::OtherInterface)
        };
        found.into_iter().map(deviation).collect()
    }

    fn missing(&self, held: &Held<'_>, surplus: &[Deviation], taken: &[Deviation]) -> Vec<Deviation> {
        let table = held.table;
        let mut covered = held.of_their_own(surplus, self.answer);
        let mut found = Vec::new();
        if table.kind.is_a_profile() {
            if !table.is_alone {
                let given = self.answer.routes.iter();
                let given = given.filter(|row| !is_only(row.reasons, RouteReason::Manual));
                covered.extend(given.map(|row| row.prefix));
            }
            found = self.excluded(table);
            found.extend(self.needed(&Prefix::aggregate(covered.iter().copied())));
        }
        covered.extend(taken.iter().filter_map(Deviation::prefix));
        let is_connected = !table.kind.is_of_a_system() || !held.tunnel.is_empty();
        if table.kind.is_of_a_system() && is_connected {
            covered.extend(self.pool);
        }
        let covered = Prefix::aggregate(covered);
        let (missing, there): (Vec<_>, Vec<_>) = self
            .expected(table.kind)
            .filter(|row| !(is_connected && self.is_of_pool(row.prefix)))
            .map(|row| (row, lacking(row.prefix, &covered)))
            .partition(|(_, parts)| !parts.is_empty());
        // Where nothing is there at all, it is no matter of one neighbour, and a file tells nothing of sessions.
        let tells_of_sessions =
            !there.is_empty() && (table.kind.is_of_a_system() || table.kind == Kind::PushReply);
        let down = if tells_of_sessions { self.down(&missing) } else { Vec::new() };
        for (row, parts) in missing {
            let neighbours = neighbours_of(&down, row.prefix);
            let cause = if !is_connected {
                Cause::NotConnected
            } else if neighbours.is_empty() {
                self.cause(row, held)
            } else {
                Cause::BgpDown
            };
            for prefix in parts {
                let deviation = Deviation::new(Deviating::Missing, prefix, cause);
                let neighbours = neighbours.clone();
                found.push(Deviation { reasons: row.reasons, neighbours, ..deviation });
            }
        }
        found
    }

    /// True for what the clients have as of the last download.
    fn is_of_package(&self, kind: Kind) -> bool {
        self.class.needs_download() || kind.is_a_package()
    }

    /// Why an expected route is missing, where that is no matter of BGP.
    fn cause(&self, row: &RouteRow, held: &Held<'_>) -> Cause {
        let kind = held.table.kind;
        let is_of_package = self.is_of_package(kind);
        let was_there = held.before.as_ref().is_some_and(|before| row.prefix.without(before).is_empty());
        if is_only(row.reasons, RouteReason::Manual) {
            Cause::ManualRoute
        } else if held.table.is_alone {
            if kind == Kind::OpenVpn { Cause::ExcludedRoute } else { Cause::NeedsRoute }
        } else if row.reasons.routes().any(|reason| reason == RouteReason::CustomRoute) {
            Cause::CustomRoute
        } else if is_of_package && !was_there {
            Cause::OldPackage
        } else {
            Cause::NotDelivered
        }
    }

    /// The neighbours of which everything that was learned from them is missing, with what that is.
    fn down(&self, missing: &[(&RouteRow, Vec<Prefix>)]) -> Vec<(NameId, Prefix)> {
        let by_bgp = |row: &RouteRow| {
            row.reasons.routes().any(|reason| reason == RouteReason::Bgp) && !self.is_of_pool(row.prefix)
        };
        if !missing.iter().any(|(row, _)| by_bgp(row)) {
            return Vec::new();
        }
        let wanted: Vec<Prefix> =
            self.answer.routes.iter().filter(|row| by_bgp(row)).map(|row| row.prefix).collect();
        let mut learned = (self.learned)(&wanted);
        learned.sort_unstable();
        learned.dedup();
        let is_missing =
            |prefix: Prefix| missing.iter().any(|(row, parts)| row.prefix == prefix && parts[..] == [prefix]);
        let neighbours = learned.chunk_by(|one, other| one.0 == other.0);
        neighbours.filter(|rows| rows.iter().all(|row| is_missing(row.1))).flatten().copied().collect()
    }
}

/// The parts of `prefix` that are not covered. Half of all addresses is told whole: what lies in it is routed anyway.
fn lacking(prefix: Prefix, covered: &[Prefix]) -> Vec<Prefix> {
    let parts = prefix.without(covered);
    if prefix.length() <= 1 && !parts.is_empty() { vec![prefix] } else { parts }
}

fn is_only(reasons: Reasons, wanted: RouteReason) -> bool {
    reasons.routes().all(|reason| reason == wanted)
}

fn neighbours_of(down: &[(NameId, Prefix)], prefix: Prefix) -> Vec<NameId> {
    down.iter().filter(|(_, learned)| *learned == prefix).map(|(neighbour, _)| *neighbour).collect()
}
