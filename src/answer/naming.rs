//! The rows of names: what the servers that clients are given resolve.

use std::net::IpAddr;

use super::analysis::{Analysis, Block};
use super::reasons::Status;
use super::request::{NameRow, ReachRow};
use crate::class::Class;
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::rules::resolution::NameReason;
use crate::solve::{has_names, resolve};

/// True where there is something to be said of names to the clients of the gateway.
pub(crate) fn are_named(analysis: &Analysis<'_>, gateway: NameId) -> bool {
    has_names(&analysis.facts().of(analysis.facts().component_of(gateway)))
}

/// The DNS servers that clients of the gateway are given, sorted.
pub(crate) fn given(analysis: &Analysis<'_>, gateway: NameId) -> Vec<IpAddr> {
    let rows = analysis.facts().dns_server.of(analysis.facts().component_of(gateway));
    rows.iter().filter(|row| row.0 == gateway).map(|row| row.1).collect()
}

/// The rows of a block, whose destinations are solved.
pub(crate) fn names(analysis: &Analysis<'_>, block: &Block, reach: &[ReachRow]) -> Vec<NameRow> {
    if !are_named(analysis, block.gateway) {
        return Vec::new();
    }
    let status = |class, server| status_of(reach, class, server);
    names_by(analysis, block, &given(analysis, block.gateway), status)
}

/// The rows of a block whose clients have these servers, where `status` says what can be said of an address.
pub(crate) fn names_by(
    analysis: &Analysis<'_>,
    block: &Block,
    given: &[IpAddr],
    status: impl Fn(Class, IpAddr) -> Status,
) -> Vec<NameRow> {
    let facts = analysis.facts().of(analysis.facts().component_of(block.gateway));
    let missed = |class, server| missed(status(class, server));
    let resolved = resolve(&facts, (block.gateway, &block.classes), given, missed);
    let mut rows: Vec<NameRow> = resolved
        .into_iter()
        .map(|row| NameRow {
            class: row.class,
            client: block.client,
            zone: row.zone,
            servers: row.servers,
            status: row.status,
            reasons: row.reasons,
        })
        .collect();
    let labels = &analysis.inventory().labels;
    rows.sort_by_cached_key(|row| (row.class, row.zone.map(|zone| labels.text(zone))));
    rows
}

/// What can be said of an address to clients of the class, whose destinations stand together: the best of what is said of the longest
/// destinations that cover it, as networks may overlap. What no network holds is out of reach.
pub(crate) fn status_of(reach: &[ReachRow], class: Class, address: IpAddr) -> Status {
    destination_of(reach, class, address).map_or(Status::Unreachable, |row| row.status)
}

/// The row that says so.
pub(crate) fn destination_of(reach: &[ReachRow], class: Class, address: IpAddr) -> Option<&ReachRow> {
    let host = Prefix::from(address);
    let first = reach.partition_point(|row| row.class < class);
    let of_class = reach[first..].iter().take_while(|row| row.class == class);
    let covering = of_class.filter(|row| row.network != NameId::INTERNET && row.destination.covers(host));
    covering.max_by_key(|row| (row.destination.length(), goodness(row.status)))
}

fn goodness(status: Status) -> usize {
    match status {
        Status::Unreachable => 0,
        Status::Blackhole => 1,
        Status::NeedsRoute => 2,
        Status::Reachable => 3,
    }
}

fn missed(status: Status) -> Option<NameReason> {
    match status {
        Status::Reachable => None,
        Status::NeedsRoute => Some(NameReason::NeedsRoute),
        Status::Blackhole => Some(NameReason::Blackhole),
        Status::Unreachable => Some(NameReason::Unreachable),
    }
}
