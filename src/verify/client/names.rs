//! The DNS servers that clients ask, held against those that they are given.

use std::net::IpAddr;

use super::{Client, NamesOf};
use crate::prefix::Prefix;
use crate::source::Span;
use crate::verify::deviation::{Cause, Deviating, Deviation, What};
use crate::verify::resolver::Resolver;
use crate::verify::table::{Kind, Table};
use crate::verify::tunnel::Interface;

/// What a file says of names, and what it is held against.
struct Asked<'a> {
    kind: Kind,
    names: NamesOf<'a>,
    suffixes: Vec<String>,
    /// What programs ask that bind themselves to no interface.
    resolvers: Vec<&'a Resolver>,
    scoped: Vec<&'a Resolver>,
    /// True where the interface of the VPN was named, so that all that is left is the VPN's.
    is_named: bool,
}

impl Client<'_> {
    /// How the DNS servers and suffixes of `table` deviate.
    pub(super) fn unlike(
        &self,
        names: NamesOf<'_>,
        table: &Table,
        interface: &Interface<'_>,
    ) -> Vec<Deviation> {
        if !table.kind.tells_of_names() {
            return Vec::new();
        }
        let name = match interface {
            // Rules of Windows are of no interface.
            Interface::Named(name) if table.resolvers.iter().any(|it| it.interface.is_some()) => Some(*name),
            _ => None,
        };
        let is_of_vpn = |resolver: &&Resolver| {
            let own = resolver.interface.as_deref();
            name.is_none_or(|name| own.is_some_and(|own| own.eq_ignore_ascii_case(name)))
        };
        let (scoped, resolvers) =
            table.resolvers.iter().filter(is_of_vpn).partition(|resolver| resolver.is_scoped);
        let suffixes = names.given.suffixes();
        let is_named = name.is_some();
        let asked = Asked { kind: table.kind, names, suffixes, resolvers, scoped, is_named };
        let mut found = self.missing_servers(&asked);
        found.extend(asked.missing_suffixes());
        found.extend(self.surplus_servers(&asked));
        found
    }

    /// The servers that should be there and are not. Only what is handed out as it is need name what clients do not reach.
    fn missing_servers(&self, asked: &Asked<'_>) -> Vec<Deviation> {
        let kind = asked.kind;
        let given = asked.names.given;
        let wanted = |server: &IpAddr| kind.is_handed_out() || !given.unreached.contains(server);
        let missing = |server: &IpAddr| {
            let scoped = place(&asked.scoped, *server);
            let cause = if scoped.is_some() {
                Cause::ScopedServer
            } else if kind.is_a_profile() {
                Cause::NeedsServer
            } else if self.is_of_package(kind) {
                Cause::OldPackage
            } else {
                Cause::ServerNotDelivered
            };
            let deviation = Deviation::new(Deviating::MissingServer, What::Server(*server), cause);
            Deviation { span: scoped, ..deviation }
        };
        let servers = given.servers.iter().filter(|server| wanted(server));
        servers.filter(|server| place(&asked.resolvers, **server).is_none()).map(missing).collect()
    }

    /// The servers that are there and should not be. Where the VNet hands out none, those of a profile were added by hand,
    /// and a server that no network of the inventory holds is that of another network.
    fn surplus_servers(&self, asked: &Asked<'_>) -> Vec<Deviation> {
        let NamesOf { given, old } = asked.names;
        let holds = |server: IpAddr| {
            let is_held = |known: &Prefix| known.covers(Prefix::from(server)) && !known.is_default_route();
            self.known.iter().any(is_held)
        };
        let kind_of = |server: IpAddr| match old {
            _ if given.servers.contains(&server) => None,
            Some(old) => old.servers.contains(&server).then_some(Deviating::StaleServer),
            None => (!given.servers.is_empty() && holds(server)).then_some(Deviating::SurplusServer),
        };
        let is_delivered = !asked.kind.is_a_profile() && self.is_of_package(asked.kind);
        let cause = if is_delivered { Cause::OldPackage } else { Cause::NotHandedOut };
        let judged = asked.resolvers.iter().filter(|resolver| asked.is_of_vpn(resolver));
        let servers = judged.flat_map(|resolver| &resolver.servers);
        let surplus = servers.filter_map(|server| {
            let deviation = Deviation::new(kind_of(server.address)?, What::Server(server.address), cause);
            Some(Deviation { span: Some(server.span), ..deviation })
        });
        surplus.collect()
    }
}

impl Asked<'_> {
    /// True where a resolver is the VPN's, and not that of another network of the machine.
    fn is_of_vpn(&self, resolver: &Resolver) -> bool {
        let NamesOf { given, old } = self.names;
        let has_suffix =
            || self.suffixes.iter().any(|suffix| resolver.length(suffix).is_some_and(|it| it > 0));
        let has_server = || {
            let was_given = old.is_some_and(|old| resolver.has_one_of(&old.servers));
            was_given || resolver.has_one_of(&given.servers)
        };
        !self.kind.is_of_names() || self.is_named || has_server() || has_suffix()
    }

    /// The suffixes whose names are asked of no server that the clients are given.
    fn missing_suffixes(&self) -> Vec<Deviation> {
        if self.resolvers.is_empty() && !self.kind.is_of_names() {
            // The servers are told, and with them all names are asked of them.
            return Vec::new();
        }
        self.suffixes.iter().filter_map(|suffix| self.missing_suffix(suffix)).collect()
    }

    fn missing_suffix(&self, suffix: &str) -> Option<Deviation> {
        let matching =
            self.resolvers.iter().filter_map(|resolver| Some((resolver.length(suffix)?, resolver)));
        let longest = matching.clone().map(|(length, _)| length).max();
        let mut asked = matching.filter(|(length, _)| Some(*length) == longest).map(|(_, resolver)| resolver);
        if asked.clone().any(|resolver| resolver.has_one_of(&self.names.given.servers)) {
            return None;
        }
        if longest == Some(0) && !self.kind.is_of_names() {
            // The servers of a profile without suffixes are others, which was told of the servers.
            return None;
        }
        let other = asked.next().filter(|_| longest.is_some_and(|length| length > 0));
        let cause = if other.is_some() { Cause::OtherServer } else { Cause::NeedsSuffix };
        let deviation = Deviation::new(Deviating::MissingSuffix, What::Suffix(suffix.into()), cause);
        Some(Deviation { span: other.map(|resolver| resolver.span), ..deviation })
    }
}

/// Where a server stands; none where it is not there.
fn place(resolvers: &[&Resolver], address: IpAddr) -> Option<Span> {
    let mut servers = resolvers.iter().flat_map(|resolver| &resolver.servers);
    servers.find(|server| server.address == address).map(|server| server.span)
}
