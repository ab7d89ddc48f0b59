//! How names resolve, put in words and marks for people.

use std::net::IpAddr;

use tunnelog::answer::{NameReason, NameReasons, NameRow, Resolution, Status};
use tunnelog::names::LabelId;

use crate::cli::view::words;

/// More zones than this are counted in a line.
const NAMED: usize = 3;

/// What the owners of Windows clients have to know.
pub(crate) const DOWNLOAD: &str = "Download the profile again after a change to the DNS servers of the VNet: \
     until then Windows clients keep those of the last download.";

/// The marks with what they mean, in the order of worth.
pub(crate) const LEGEND: [(Status, &str); 3] = [
    (Status::Reachable, "resolves"),
    (Status::NeedsRoute, "depends on a server that forwards"),
    (Status::Unreachable, "does not resolve"),
];

/// The status of a destination whose mark and colour stands for it.
pub(crate) fn status_of(resolution: Resolution) -> Status {
    match resolution {
        Resolution::Resolves => Status::Reachable,
        Resolution::Depends => Status::NeedsRoute,
        Resolution::No => Status::Unreachable,
    }
}

/// Whether names of a zone resolve, to stand after the zone.
pub(crate) fn said(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::Resolves => "resolves",
        Resolution::Depends => "depends on a server that forwards",
        Resolution::No => "does not resolve",
    }
}

/// What clients of one class, or one client, get for names, in one line; none where nothing is to be said of names.
pub(crate) fn line(rows: &[&NameRow], label: impl Fn(LabelId) -> String) -> Option<String> {
    let first = rows.first()?;
    if first.reasons.has(NameReason::NoServer) {
        return Some("DNS: no server is given, so that no name of a private zone resolves.".to_owned());
    }
    let mut servers: Vec<IpAddr> = rows.iter().flat_map(|row| &row.servers).copied().collect();
    servers.sort_unstable();
    servers.dedup();
    let part = |status: Resolution| {
        let own: Vec<_> = rows.iter().filter(|row| row.status == status).collect();
        let zone = |row: &NameRow| row.zone.map_or_else(|| "any zone".to_owned(), &label);
        let zones = match own.len() {
            0 => return None,
            1..=NAMED => words::list(&own.iter().map(|row| zone(row)).collect::<Vec<_>>()),
            count => format!("{count} zones"),
        };
        let said = match status {
            Resolution::Resolves => "resolve".to_owned(),
            Resolution::Depends => "depend on a server that forwards".to_owned(),
            Resolution::No => {
                let mut why = NameReasons::default();
                let all = NameReason::ALL.into_iter();
                all.filter(|one| own.iter().any(|row| row.reasons.has(*one))).for_each(|one| why.add(one));
                format!("do not resolve ({})", reasons(why))
            }
        };
        Some(format!("names of {zones} {said}"))
    };
    let parts = [Resolution::Resolves, Resolution::Depends, Resolution::No].into_iter().filter_map(part);
    let servers: Vec<String> = servers.iter().map(ToString::to_string).collect();
    Some(format!("DNS by {}: {}.", words::list(&servers), parts.collect::<Vec<_>>().join("; ")))
}

/// Every reason of a row.
pub(crate) fn reasons(reasons: NameReasons) -> String {
    let all = NameReason::ALL.into_iter().filter(|one| reasons.has(*one));
    all.map(reason).collect::<Vec<_>>().join(", ")
}

/// Why names resolve, or do not.
fn reason(reason: NameReason) -> &'static str {
    match reason {
        NameReason::Blackhole => "no answer from it",
        NameReason::Forwarder => "a server of your own",
        NameReason::NeedsRoute => "no route to it on the client",
        NameReason::NoLink => "the zone is not linked to its VNet",
        NameReason::NoServer => "no DNS server is given",
        NameReason::Resolver => "a DNS Private Resolver",
        NameReason::ServerOutOfReach => "a server is out of reach",
        NameReason::Unreachable => "no forward path to it",
    }
}
