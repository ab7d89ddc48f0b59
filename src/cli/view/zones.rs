//! How names resolve, put in words and marks for people.

use tunnelog::answer::{NameReason, NameReasons, Resolution, Status};

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
        NameReason::Unreachable => "no way to it",
    }
}
