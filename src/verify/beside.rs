//! What routes beside the tunnel take of what should go into it.
//!
//! A system sends a packet by the longest prefix that covers it, and among equal ones by the least
//! metric. A network at home inside an expected prefix, or one equal to it with the better metric,
//! therefore keeps its addresses out of the tunnel, however right the routes of the VPN are.

use super::table::Entry;
use crate::prefix::Prefix;
use crate::source::Span;

/// The part of an expected prefix that goes elsewhere, and the route that takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) prefix: Prefix,
    pub(super) span: Span,
}

/// What `beside` takes of `expected`, as far as `tunnel` holds it.
pub(super) fn taken(expected: Prefix, tunnel: &[&Entry], beside: &[&Entry]) -> Vec<Taken> {
    let holding = Prefix::aggregate(tunnel.iter().map(|own| own.prefix));
    let of_route = |other: &&Entry| {
        let Some(region) = other.prefix.common(expected) else { return Vec::new() };
        let stronger: Vec<Prefix> =
            tunnel.iter().filter(|own| wins(own, other)).map(|own| own.prefix).collect();
        let lost = region.without(&stronger);
        let parts = lost.iter().flat_map(|part| holding.iter().filter_map(|held| held.common(*part)));
        parts.map(|prefix| Taken { prefix, span: other.span }).collect::<Vec<_>>()
    };
    let rivals = beside.iter().filter(|other| {
        let is_asked = tunnel.iter().any(|own| own.routing_table == other.routing_table);
        is_asked && !other.is_scoped && !other.prefix.is_default_route()
    });
    rivals.flat_map(of_route).collect()
}

/// Leaves the widest of what overlaps: a network's own route, and not its hosts.
pub(super) fn widest<T>(mut found: Vec<(Taken, T)>) -> Vec<(Taken, T)> {
    let all: Vec<Prefix> = found.iter().map(|(taken, _)| taken.prefix).collect();
    found.retain(|(taken, _)| !all.iter().any(|other| *other != taken.prefix && other.covers(taken.prefix)));
    found
}

/// True where a route to the same prefix beside the tunnel has a better metric.
pub(super) fn is_beaten(own: &Entry, beside: &[&Entry]) -> bool {
    let is_equal = |other: &&&Entry| {
        other.prefix == own.prefix && other.routing_table == own.routing_table && !other.is_scoped
    };
    beside.iter().filter(is_equal).any(|other| has_less(other, own))
}

/// True where the tunnel's route `own` is chosen before `other`. Which of two tables of Linux is asked first is not
/// told; those of a VPN are.
fn wins(own: &Entry, other: &Entry) -> bool {
    if own.is_scoped {
        return false;
    }
    let (length, others) = (own.prefix.length(), other.prefix.length());
    own.routing_table != other.routing_table || length > others || length == others && !has_less(other, own)
}

/// True where the metric of `one` is known to be the lesser.
fn has_less(one: &Entry, other: &Entry) -> bool {
    one.metric.zip(other.metric).is_some_and(|(one, other)| one < other)
}
