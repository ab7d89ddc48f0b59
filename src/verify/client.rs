//! What clients have, held against the answer for them.

use ipnet::IpNet;

use super::deviation::{Cause, Deviating, Deviation, in_order};
use super::table::{Entry, Kind, Table};
use super::tunnel::{Interface, through};
use crate::answer::{GatewayAnswer, Reasons, RouteRow};
use crate::class::{Class, RouteReason};
use crate::client_config::missing_routes;
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
}

/// Tells which neighbours a gateway learned each of some prefixes from.
pub type Learned<'a> = dyn Fn(&[Prefix]) -> Vec<(NameId, Prefix)> + 'a;

/// The routes of clients by an older inventory.
#[derive(Clone, Copy)]
pub struct Old<'a> {
    /// The routes.
    pub routes: &'a [RouteRow],
}

impl Client<'_> {
    /// Says how `table` deviates from what the clients should have, in order.
    #[must_use]
    pub fn deviations(&self, table: &Table, interface: &Interface<'_>) -> Vec<Deviation> {
        let entries = through(table, self.pool, interface);
        let before = self.old.map(|old| Prefix::aggregate(old.routes.iter().map(|row| row.prefix)));
        let mut found = self.missing(table, &entries, before.as_deref());
        found.extend(self.surplus(table.kind, &entries, before.as_deref()));
        in_order(found)
    }

    /// The routes that a table of the kind should have.
    ///
    /// What users add by hand is no part of the package, and to the Azure VPN Client all but what is
    /// added by hand comes when it connects.
    fn expected(&self, kind: Kind) -> impl Iterator<Item = &RouteRow> {
        self.answer.routes.iter().filter(move |row| {
            kind != Kind::VpnSettings || row.reasons.routes().any(|reason| reason != RouteReason::Manual)
        })
    }

    fn missing(&self, table: &Table, entries: &[&Entry], before: Option<&[Prefix]>) -> Vec<Deviation> {
        let mut held: Vec<Prefix> = entries.iter().map(|entry| entry.prefix).collect();
        let mut found = Vec::new();
        if table.kind == Kind::AzureVpnConfig {
            let given = self.answer.routes.iter().filter(|row| !is_only(row.reasons, RouteReason::Manual));
            held.extend(given.map(|row| row.prefix));
            found = self.excluded(table);
            found.extend(self.needed(&Prefix::aggregate(held.iter().copied())));
        }
        let is_connected = !table.kind.is_of_a_system() || !entries.is_empty();
        let held = Prefix::aggregate(held);
        let (missing, there): (Vec<_>, Vec<_>) = self
            .expected(table.kind)
            .filter(|row| !(is_connected && is_only(row.reasons, RouteReason::ClientPool)))
            .map(|row| (row, row.prefix.without(&held)))
            .partition(|(_, parts)| !parts.is_empty());
        // Where nothing is there at all, it is no matter of one neighbour, and a package tells nothing of sessions.
        let tells_of_sessions = !there.is_empty() && table.kind != Kind::VpnSettings;
        let down = if tells_of_sessions { self.down(&missing) } else { Vec::new() };
        for (row, parts) in missing {
            let neighbours = neighbours_of(&down, row.prefix);
            let cause = if !is_connected {
                Cause::NotConnected
            } else if neighbours.is_empty() {
                self.cause(row, table.kind, before)
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

    /// What a profile keeps out of the tunnel, of what should go through it.
    fn excluded(&self, table: &Table) -> Vec<Deviation> {
        let excluded = Prefix::aggregate(table.excluded.iter().map(|entry| entry.prefix));
        let of_row = |row: &RouteRow| {
            let (route, reasons) = (row.prefix, row.reasons);
            let overlapping = excluded.iter().filter(move |other| other.overlaps(route));
            let deviations = overlapping.map(move |other| {
                let prefix = if other.covers(route) { route } else { *other };
                Deviation { reasons, ..Deviation::new(Deviating::Missing, prefix, Cause::ExcludedRoute) }
            });
            deviations.collect::<Vec<_>>()
        };
        self.answer.routes.iter().flat_map(of_row).collect()
    }

    /// The routes that the client lacks, as far as they are not in `held`.
    fn needed(&self, held: &[Prefix]) -> Vec<Deviation> {
        let lacking = missing_routes(&self.answer.reach);
        let parts = lacking.iter().flat_map(|route| route.prefix.without(held));
        parts.map(|part| Deviation::new(Deviating::Missing, part, Cause::NeedsRoute)).collect()
    }

    /// Why an expected route is missing, where that is no matter of BGP.
    fn cause(&self, row: &RouteRow, kind: Kind, before: Option<&[Prefix]>) -> Cause {
        let is_of_package = self.class.needs_download() || kind == Kind::VpnSettings;
        let was_there = before.is_some_and(|before| row.prefix.without(before).is_empty());
        if is_only(row.reasons, RouteReason::Manual) {
            Cause::ManualRoute
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
        let by_bgp = |row: &RouteRow| row.reasons.routes().any(|reason| reason == RouteReason::Bgp);
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

    fn surplus(&self, kind: Kind, entries: &[&Entry], before: Option<&[Prefix]>) -> Vec<Deviation> {
        let needed: Vec<Prefix> =
            missing_routes(&self.answer.reach).iter().map(|route| route.prefix).collect();
        let is_profile = kind == Kind::AzureVpnConfig;
        let expected = self.answer.routes.iter().map(|row| row.prefix);
        let expected = Prefix::aggregate(expected.chain(needed.iter().copied().filter(|_| is_profile)));
        let mut found = Vec::new();
        for entry in entries {
            let prefix = entry.prefix;
            if self.is_of_the_system(prefix) || prefix.without(&expected).is_empty() {
                continue;
            }
            let mut deviation =
                Deviation::new(Deviating::Surplus, prefix, self.cause_of_surplus(prefix, &needed));
            deviation.span = Some(entry.span);
            if before.is_some_and(|before| prefix.without(before).is_empty()) {
                deviation.kind = Deviating::Stale;
                deviation.cause = self.outdated();
                let routes = self.old.map(|old| old.routes).unwrap_or_default();
                for row in routes.iter().filter(|row| row.prefix == prefix) {
                    deviation.reasons.merge(row.reasons);
                }
            }
            found.push(deviation);
        }
        found
    }

    fn cause_of_surplus(&self, prefix: Prefix, needed: &[Prefix]) -> Cause {
        let is_class = |pool: &Prefix| class_of(*pool) == Some(prefix) && prefix != *pool;
        let is_known = |known: &Prefix| known.covers(prefix) && !known.is_default_route();
        // Two halves of everything stand for a default route, and leave the machine's own in its place.
        if prefix.length() <= 1 {
            Cause::DefaultRoute
        } else if self.pool.iter().any(is_class) {
            Cause::ClassRoute
        } else if prefix.without(needed).is_empty() {
            Cause::AddedByHand
        } else if self.old.is_none() && self.known.iter().any(is_known) {
            self.outdated()
        } else {
            Cause::LocalRoute
        }
    }

    fn outdated(&self) -> Cause {
        if self.class.needs_download() { Cause::OldPackage } else { Cause::OldSession }
    }

    /// True for routes that an operating system makes by itself with every interface, for addresses
    /// of the client pool, and for the host route to the gateway's public address.
    fn is_of_the_system(&self, prefix: Prefix) -> bool {
        let net = prefix.net();
        let is_host = net.prefix_len() == net.max_prefix_len();
        let is_special = match net {
            IpNet::V4(net) => {
                let address = net.addr();
                let is_private = address.is_private() || address.octets()[0] == 100;
                net.prefix_len() >= 4 && address.is_multicast()
                    || net.prefix_len() >= 16 && address.is_link_local()
                    || net.prefix_len() >= 8 && address.is_loopback()
                    || is_host && (address.is_broadcast() || !is_private)
            }
            IpNet::V6(net) => {
                let address = net.addr();
                net.prefix_len() >= 8 && address.is_multicast()
                    || net.prefix_len() >= 10 && address.is_unicast_link_local()
                    || is_host && !address.is_unique_local()
            }
        };
        is_special || self.pool.iter().any(|pool| pool.covers(prefix))
    }
}

fn is_only(reasons: Reasons, wanted: RouteReason) -> bool {
    reasons.routes().all(|reason| reason == wanted)
}

fn neighbours_of(down: &[(NameId, Prefix)], prefix: Prefix) -> Vec<NameId> {
    down.iter().filter(|(_, learned)| *learned == prefix).map(|(neighbour, _)| *neighbour).collect()
}

/// The network of class A, B or C that a pool lies in.
fn class_of(pool: Prefix) -> Option<Prefix> {
    let IpNet::V4(net) = pool.net() else { return None };
    let length = match net.addr().octets()[0] {
        0..128 => 8,
        128..192 => 16,
        192..224 => 24,
        _ => return None,
    };
    let class = ipnet::Ipv4Net::new(net.addr(), length).ok()?;
    Some(Prefix::from(IpNet::V4(class))).filter(|class| class.covers(pool))
}
