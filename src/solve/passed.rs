//! The appliances on ways that arrive, in a component in which route tables steer packets.

use std::collections::BTreeSet;

use super::part::Component;
use super::slices::{Evaluation, pools_of_a_slice};
use super::spokes::Spokes;
use super::trace::Trace;
use crate::facts::ids::{Direction, Machine, Node, PrefixId, Target};
use crate::names::NameId;

/// An appliance on some way that arrives, between a gateway's clients and a part of a network.
pub(crate) struct Passed {
    pub(crate) gateway: NameId,
    pub(crate) network: NameId,
    pub(crate) part: PrefixId,
    pub(crate) direction: Direction,
    pub(crate) machine: Machine,
}

/// Appliances on the paths between all gateways with clients and all parts of networks in `part`, or of the Internet. The way back
/// counts from where answers get to every client.
pub(crate) fn passed(part: &Component<'_>, evaluation: Evaluation) -> Vec<Passed> {
    let spokes = if evaluation == Evaluation::Auto { Spokes::of(part) } else { Spokes::default() };
    let solved = part.network_parts.all().iter().filter(|row| spokes.is_solved(row.0));
    let solved: Vec<(PrefixId, NameId)> = solved.copied().collect();
    let mut found = Vec::new();
    for gateways in part.p2s_gateways().chunks(pools_of_a_slice(part)) {
        let trace = Trace::new(part, &solved, gateways);
        for gateway in gateways {
            for (id, network) in &solved {
                let mut give = |direction, machine| {
                    let like = spokes.like(*id).iter().copied();
                    for (part, network) in std::iter::once((*id, *network)).chain(like) {
                        found.push(Passed { gateway: *gateway, network, part, direction, machine });
                    }
                };
                for machine in there(&trace, *gateway, *network, *id) {
                    give(Direction::There, machine);
                }
                for machine in back(&trace, part, *gateway, *network, *id) {
                    give(Direction::Back, machine);
                }
            }
        }
    }
    found
}

fn there(trace: &Trace, gateway: NameId, network: NameId, id: PrefixId) -> BTreeSet<Machine> {
    trace.passed(Node::Router(gateway), Target::Network(network), id).collect()
}

fn back(
    trace: &Trace,
    part: &Component<'_>,
    gateway: NameId,
    network: NameId,
    id: PrefixId,
) -> BTreeSet<Machine> {
    let home = Target::Pool(gateway);
    let family = part.table.prefix(id).family();
    let is_answered =
        |row: &&(PrefixId, NameId)| row.1 == gateway && part.table.prefix(row.0).family() == family;
    let clients: Vec<PrefixId> = part.pool_parts.all().iter().filter(is_answered).map(|row| row.0).collect();
    let starts = trace.starts(part, gateway, network, id).into_iter();
    let arriving = starts.filter(|start| clients.iter().all(|client| trace.delivers(*start, home, *client)));
    arriving
        .flat_map(|start| clients.iter().flat_map(move |client| trace.passed(start, home, *client)))
        .collect()
}
