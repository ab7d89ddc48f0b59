//! Routes that are there and should not be, and why.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;

use super::{Client, Held, is_only};
use crate::answer::RouteRow;
use crate::class::RouteReason;
use crate::client_config::missing_routes;
use crate::prefix::Prefix;
use crate::verify::beside::is_beaten;
use crate::verify::deviation::{Cause, Deviating, Deviation};
use crate::verify::table::{Entry, Kind};

/// The longest length of routes that together stand for a default route.
const LONGEST_SHARE: u8 = 4;

/// What routes of a table are held against.
struct Measure {
    /// What clients should hold: each route, and their addresses in the fewest prefixes.
    routes: Vec<Prefix>,
    expected: Vec<Prefix>,
    /// What the gateway gives, where the table has to hold it: a profile that is laid over it does not.
    given: Vec<Prefix>,
    /// What answers and the gateway gives no route for.
    needed: Vec<Prefix>,
    /// What routes that should be there cover.
    right: Vec<Prefix>,
    /// What routes of at most [`LONGEST_SHARE`] bits cover together.
    shares: Vec<Prefix>,
}

impl Measure {
    fn is_expected(&self, prefix: Prefix) -> bool {
        // Two halves hold the addresses of a default route, and are no default route: they win over the machine's own.
        if prefix.is_default_route() {
            self.routes.contains(&prefix)
        } else {
            prefix.without(&self.expected).is_empty()
        }
    }

    /// True for a default route, and for each of several routes that together cover all that is public.
    fn stands_for_everything(&self, prefix: Prefix) -> bool {
        let everything = match prefix.net() {
            IpNet::V4(_) => IpNet::from(ipnet::Ipv4Net::default()),
            IpNet::V6(_) => IpNet::from(PUBLIC_SIX),
        };
        let is_share = prefix.length() <= LONGEST_SHARE;
        prefix.is_default_route() || is_share && Prefix::from(everything).without(&self.shares).is_empty()
    }

    /// True where `prefix` alone carries some of `wanted`.
    fn carries(&self, prefix: Prefix, wanted: &[Prefix]) -> bool {
        wanted.iter().any(|wanted| prefix.covers(*wanted) && !wanted.without(&self.right).is_empty())
    }
}

/// All addresses of the public internet.
const PUBLIC_SIX: ipnet::Ipv6Net =
    ipnet::Ipv6Net::new_assert(std::net::Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

impl Client<'_> {
    pub(super) fn surplus(&self, held: &Held<'_>) -> Vec<Deviation> {
        let measure = self.measure(held);
        let broadcasts = broadcasts(&held.tunnel);
        let mut found = Vec::new();
        for entry in &held.tunnel {
            let prefix = entry.prefix;
            let is_made_by_the_system = self.is_of_the_system(prefix) || broadcasts.contains(&prefix);
            // A default route with the worse metric leads nowhere.
            let is_idle = entry.is_scoped || prefix.is_default_route() && is_beaten(entry, &held.beside);
            if is_made_by_the_system || is_idle || measure.is_expected(prefix) {
                continue;
            }
            let cause = self.cause_of_surplus(prefix, held, &measure);
            let mut deviation = Deviation::new(Deviating::Surplus, prefix, cause);
            deviation.span = Some(entry.span);
            let was_there = held.before.as_ref().is_some_and(|before| prefix.without(before).is_empty());
            if was_there && !prefix.is_default_route() {
                deviation.kind = Deviating::Stale;
                deviation.cause = self.outdated(held.table.kind);
                let routes = self.old.map(|old| old.routes).unwrap_or_default();
                for row in routes.iter().filter(|row| row.prefix == prefix) {
                    deviation.reasons.merge(row.reasons);
                }
            }
            found.push(deviation);
        }
        found
    }

    fn measure(&self, held: &Held<'_>) -> Measure {
        let needed: Vec<Prefix> =
            missing_routes(&self.answer.reach).iter().map(|route| route.prefix).collect();
        let lists_needed = held.table.kind.is_a_profile();
        let routes: Vec<Prefix> = self.answer.routes.iter().map(|row| row.prefix).collect();
        let also = needed.iter().copied().filter(|_| lists_needed);
        let expected = Prefix::aggregate(routes.iter().copied().chain(also));
        let serving = || held.tunnel.iter().filter(|entry| !entry.is_scoped).map(|entry| entry.prefix);
        let shares = serving().filter(|prefix| (1..=LONGEST_SHARE).contains(&prefix.length()));
        let shares = Prefix::aggregate(shares);
        let is_given = |row: &&RouteRow| {
            let is_laid_over = lists_needed && !held.table.is_alone;
            !is_laid_over && !is_only(row.reasons, RouteReason::Manual) && !self.is_of_pool(row.prefix)
        };
        let given = self.answer.routes.iter().filter(is_given).map(|row| row.prefix).collect();
        let mut measure = Measure { routes, expected, given, needed, right: Vec::new(), shares };
        measure.right = Prefix::aggregate(serving().filter(|prefix| measure.is_expected(*prefix)));
        measure
    }

    fn cause_of_surplus(&self, prefix: Prefix, held: &Held<'_>, measure: &Measure) -> Cause {
        let is_class = |pool: &Prefix| class_of(*pool) == Some(prefix) && prefix != *pool;
        let is_known = |known: &Prefix| known.covers(prefix) && !known.is_default_route();
        let kind = held.table.kind;
        if measure.stands_for_everything(prefix) {
            Cause::DefaultRoute
        } else if self.pool.iter().any(is_class) {
            Cause::ClassRoute
        } else if prefix.without(&measure.needed).is_empty() {
            Cause::AddedByHand
        } else if self.old.is_none() && !kind.is_a_profile() && measure.carries(prefix, &measure.given) {
            self.outdated(kind)
        } else if measure.carries(prefix, &measure.given) || measure.carries(prefix, &measure.needed) {
            Cause::WiderRoute
        } else if self.old.is_none() && self.known.iter().any(is_known) {
            self.outdated(kind)
        } else {
            Cause::LocalRoute
        }
    }

    fn outdated(&self, kind: Kind) -> Cause {
        if self.is_of_package(kind) { Cause::OldPackage } else { Cause::OldSession }
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
        is_special || self.is_of_pool(prefix)
    }
}

/// The last addresses of routes, which Windows lists with every route on the link.
fn broadcasts(tunnel: &[&Entry]) -> BTreeSet<Prefix> {
    let last = |entry: &&Entry| match entry.prefix.net() {
        IpNet::V4(net) if net.prefix_len() < 31 => Some(Prefix::from(IpAddr::V4(net.broadcast()))),
        _ => None,
    };
    tunnel.iter().filter_map(last).collect()
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
