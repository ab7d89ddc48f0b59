//! What the servers that clients are given resolve, by the rules over what can be said of the servers' addresses.

use std::net::IpAddr;

use rustc_hash::{FxBuildHasher, FxHashSet};

use crate::class::Class;
use crate::facts::Rows;
use crate::inventory::naming::AZURE_RESOLVER;
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;
use crate::rules::names as rules;
use crate::rules::resolution::{NameReason, NameReasons, Resolution};

/// How names of a private zone resolve for clients of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resolved {
    pub(crate) class: Class,
    /// None where servers are given and no zone is known.
    pub(crate) zone: Option<LabelId>,
    pub(crate) status: Resolution,
    /// The servers that the status rests on, sorted.
    pub(crate) servers: Vec<IpAddr>,
    pub(crate) reasons: NameReasons,
}

/// True where names can be asked for in the component.
pub(crate) fn has_names(rows: &Rows<'_>) -> bool {
    !rows.dns_server.is_empty() || !rows.private_zone.is_empty()
}

/// Runs the rules for the clients of a gateway who are given some servers; `missed` says why clients of a class do not reach an address, and nothing where they do.
pub(crate) fn resolve(
    rows: &Rows<'_>,
    (gateway, classes): (NameId, &[Class]),
    given: &[IpAddr],
    missed: impl Fn(Class, IpAddr) -> Option<NameReason>,
) -> Vec<Resolved> {
    let mut program = rules::Crepe::new();
    program.extend(classes.iter().map(|class| rules::Serves(gateway, *class)));
    program.extend(rows.private_zone.iter().map(|zone| rules::PrivateZone(*zone)));
    program.extend(given.iter().map(|server| rules::DnsServer(gateway, *server)));
    // What stands at other addresses, and what other VNets are linked to, is asked by no clause.
    let mut asked: FxHashSet<NameId> = FxHashSet::default();
    for (vnet, address) in rows.resolver.iter().filter(|row| given.contains(&row.1)) {
        asked.insert(*vnet);
        program.extend([rules::Resolver(*vnet, *address)]);
    }
    for server in given {
        for vnet in holders(rows, *server) {
            asked.insert(vnet);
            program.extend([rules::Holds(vnet, *server)]);
        }
        for class in classes.iter().filter(|_| *server != AZURE_RESOLVER) {
            match missed(*class, *server) {
                None => program.extend([rules::Reached(gateway, *class, *server)]),
                Some(reason) => program.extend([rules::Missed(gateway, *class, *server, reason)]),
            }
        }
    }
    let links = rows.zone_link.iter().filter(|row| asked.contains(&row.1));
    program.extend(links.map(|(zone, vnet)| rules::ZoneLink(*zone, *vnet)));
    let (resolves, rests_on, because) = program.run_with_hasher::<FxBuildHasher>();
    let mut found: Vec<Resolved> = resolves
        .into_iter()
        .map(|rules::Resolves(_, class, zone, status)| {
            let is_it = |of: Class, asked: Option<LabelId>| (of, asked) == (class, zone);
            let servers = rests_on.iter().filter(|row| is_it(row.1, row.2));
            let mut servers: Vec<IpAddr> = servers.map(|row| row.3).collect();
            servers.sort_unstable();
            let mut reasons = NameReasons::default();
            because.iter().filter(|row| is_it(row.1, row.2)).for_each(|row| reasons.add(row.3));
            Resolved { class, zone, status, servers, reasons }
        })
        .collect();
    found.sort_unstable_by_key(|row| (row.class, row.zone));
    found
}

/// The VNets that hold the address by the longest prefix of the component; none where a site holds it.
pub(crate) fn holders(rows: &Rows<'_>, address: IpAddr) -> Vec<NameId> {
    let host = Prefix::from(address);
    let covering = rows.address.iter().filter(|(_, prefix)| prefix.covers(host));
    let Some(longest) = covering.clone().map(|(_, prefix)| prefix.length()).max() else { return Vec::new() };
    let holding = covering.filter(|(_, prefix)| prefix.length() == longest).map(|(network, _)| *network);
    holding.filter(|network| !rows.site.contains(network)).collect()
}
