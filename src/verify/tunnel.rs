//! Which routes of an operating system's table go through the VPN.

use std::net::IpAddr;

use super::table::{Entry, Table};
use crate::prefix::Prefix;

/// What tells the routes of the VPN from the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interface<'a> {
    /// The interface that the user names.
    Named(&'a str),
    /// Whatever has an address or a route inside the client pool.
    OfPool,
}

/// The routes of `table` that go through the VPN, whose clients have addresses of `pool`.
#[must_use]
pub fn through<'t>(table: &'t Table, pool: &[Prefix], interface: &Interface<'_>) -> Vec<&'t Entry> {
    apart(table, pool, interface).0
}

/// The routes of `table` that go through the VPN, and the others.
pub(super) fn apart<'t>(
    table: &'t Table,
    pool: &[Prefix],
    interface: &Interface<'_>,
) -> (Vec<&'t Entry>, Vec<&'t Entry>) {
    if !table.kind.is_of_a_system() {
        return (table.entries.iter().collect(), Vec::new());
    }
    let is_from_pool = |entry: &Entry| entry.source.is_some_and(|source| holds(pool, source));
    let is_through: Box<dyn Fn(&Entry) -> bool> = match interface {
        Interface::Named(name) => {
            let numbers: Vec<&str> = table
                .aliases
                .iter()
                .filter(|(_, alias)| alias.eq_ignore_ascii_case(name))
                .map(|(number, _)| &**number)
                .collect();
            Box::new(move |entry| {
                let Some(interface) = entry.interface.as_deref() else { return false };
                // `route print` calls the interface of an IPv4 route by its address, whatever its name.
                let is_by_address = !numbers.is_empty() && is_from_pool(entry);
                interface.eq_ignore_ascii_case(name) || numbers.contains(&interface) || is_by_address
            })
        }
        Interface::OfPool => {
            let found = of_pool(table, pool);
            Box::new(move |entry| {
                is_from_pool(entry) || entry.interface.as_deref().is_some_and(|name| found.contains(&name))
            })
        }
    };
    table.entries.iter().partition(|entry| is_through(entry))
}

/// The interfaces of `entries`, each once, by name where the table has one.
#[must_use]
pub fn interfaces<'t>(table: &'t Table, entries: &[&'t Entry]) -> Vec<&'t str> {
    let name = |interface: &'t str| {
        let alias = table.aliases.iter().find(|(number, _)| **number == *interface);
        alias.map_or(interface, |(_, alias)| alias)
    };
    let mut names: Vec<&str> =
        entries.iter().filter_map(|entry| Some(name(entry.interface.as_deref()?))).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The interfaces with a route on the link inside the pool.
///
/// One with a default route to somewhere else is the machine's way to the internet. It has a route
/// inside the pool where the kernel takes packets into the tunnel only after it has looked up a route,
/// as `strongSwan` does on Linux. A default route of the other family says nothing: systems give
/// every tunnel one of IPv6, to a next hop on the link.
fn of_pool<'t>(table: &'t Table, pool: &[Prefix]) -> Vec<&'t str> {
    let leads_out = |inside: &Entry| {
        table.entries.iter().any(|entry| {
            entry.prefix.is_default_route()
                && entry.prefix.covers(inside.prefix)
                && entry.interface == inside.interface
                && entry.next_hop.is_some_and(|hop| !holds(pool, hop))
        })
    };
    let mut names: Vec<&str> = table
        .entries
        .iter()
        .filter(|entry| pool.iter().any(|pool| pool.covers(entry.prefix)))
        .filter(|entry| entry.next_hop.is_none_or(|hop| holds(pool, hop)))
        .filter(|entry| !leads_out(entry))
        .filter_map(|entry| entry.interface.as_deref())
        .filter(|name| !is_loopback(name))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn is_loopback(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "lo" || name == "lo0" || name.starts_with("loopback") || name.starts_with("127.")
}

pub(super) fn holds(prefixes: &[Prefix], address: IpAddr) -> bool {
    let host = Prefix::from(address);
    prefixes.iter().any(|prefix| prefix.covers(host))
}
