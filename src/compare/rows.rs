//! Rows of one gateway and class before and after a change, destination by destination.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::difference::{ReachDifference, RouteDifference};
use crate::answer::{Analysis, ReachRow, Reasons, RouteRow, Status};
use crate::class::RouteReason;
use crate::facts::PrefixTable;
use crate::facts::ids::PrefixId;
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::prefix::Prefix;

/// The routes that only one side has. Both sides stand in the order of texts.
pub(super) fn routes(old: &[RouteRow], new: &[RouteRow]) -> Vec<RouteDifference> {
    if old.len() == new.len() && old.iter().zip(new).all(|(one, other)| one.prefix == other.prefix) {
        return Vec::new();
    }
    // Most of many routes stay, and stand in the same order.
    let alike = old.iter().zip(new).take_while(|(one, other)| one.prefix == other.prefix).count();
    let (old, new) = (&old[alike..], &new[alike..]);
    let set = |rows: &[RouteRow]| rows.iter().map(|row| row.prefix).collect::<FxHashSet<Prefix>>();
    // Nothing is looked for among the routes of a gateway that comes or goes.
    let (before, after) =
        if old.is_empty() || new.is_empty() { Default::default() } else { (set(old), set(new)) };
    let difference =
        |row: &RouteRow, gained| RouteDifference { prefix: row.prefix, gained, reasons: row.reasons };
    let gained = new.iter().filter(|row| !before.contains(&row.prefix)).map(|row| difference(row, true));
    let lost = old.iter().filter(|row| !after.contains(&row.prefix)).map(|row| difference(row, false));
    gained.chain(lost).collect()
}

/// True where the routes that came with the profile are not the same.
pub(super) fn of_profile_differ(old: &[RouteRow], new: &[RouteRow]) -> bool {
    old != new && of_profile(old) != of_profile(new)
}

/// The routes that came with the profile or the connection, not from the user's hand; sorted.
fn of_profile(rows: &[RouteRow]) -> Vec<Prefix> {
    let given = |row: &&RouteRow| row.reasons.routes().any(|reason| reason != RouteReason::Manual);
    sorted(rows.iter().filter(given).map(|row| row.prefix))
}

/// What clients hold after a change that have not downloaded the profile again: the routes of the
/// old profile, and what their users have added by hand since. Sorted.
pub(super) fn until_download(old: &[RouteRow], new: &[RouteRow]) -> Vec<Prefix> {
    let by_hand = |row: &&RouteRow| row.reasons.routes().any(|reason| reason == RouteReason::Manual);
    sorted(of_profile(old).into_iter().chain(new.iter().filter(by_hand).map(|row| row.prefix)))
}

fn sorted(prefixes: impl Iterator<Item = Prefix>) -> Vec<Prefix> {
    let mut prefixes: Vec<Prefix> = prefixes.collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    prefixes
}

/// What clients have from a change until they download the profile again.
#[derive(Clone, Copy)]
pub(super) struct Until<'a> {
    /// The routes that they hold, sorted.
    pub(super) held: &'a [Prefix],
    /// False where the old profile leads to no gateway any more.
    pub(super) connects: bool,
}

impl Until<'_> {
    /// What can be said of a destination until a download, where `after` is what can be said of it then.
    pub(super) fn of(self, after: Status, destination: Prefix) -> Status {
        if !self.connects {
            return Status::Unreachable;
        }
        let has_route = destination.and_wider().any(|wider| self.held.binary_search(&wider).is_ok());
        let is_accessible = matches!(after, Status::Reachable | Status::NeedsRoute);
        match (has_route, is_accessible) {
            (true, true) => Status::Reachable,
            (false, true) => Status::NeedsRoute,
            (true, false) => Status::Blackhole,
            (false, false) => Status::Unreachable,
        }
    }
}

/// The two sides of a comparison for one gateway, and what is so until a download where there has to be one.
pub(super) struct Sides<'a> {
    pub(super) old: &'a Owners<'a>,
    pub(super) new: &'a Owners<'a>,
    pub(super) until: Option<Until<'a>>,
}

/// Which network each address belongs to in the connected component of a gateway.
pub(super) struct Owners<'a> {
    analysis: &'a Analysis<'a>,
    gateway: Option<NameId>,
    /// The prefixes of the component with their networks, sorted, once somebody asked.
    addresses: OnceCell<Vec<(Prefix, Owner)>>,
}

/// Whose addresses are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    Network(NameId),
    /// The clients of some gateway, who take only addresses of a site.
    Clients,
}

impl<'a> Owners<'a> {
    pub(super) fn new(analysis: &'a Analysis<'a>, gateway: Option<NameId>) -> Self {
        Self { analysis, gateway, addresses: OnceCell::new() }
    }

    fn is_site(&self, name: NameId) -> bool {
        let facts = self.analysis.facts();
        self.gateway.is_some_and(|gateway| facts.site.of(facts.component_of(gateway)).contains(&name))
    }

    /// The VNet of a private endpoint.
    pub(super) fn vnet_of(&self, endpoint: NameId) -> Option<NameId> {
        self.analysis.facts().vnet_of(endpoint)
    }

    fn addresses(&self) -> &[(Prefix, Owner)] {
        self.addresses.get_or_init(|| self.sorted())
    }

    fn sorted(&self) -> Vec<(Prefix, Owner)> {
        let Some(gateway) = self.gateway else { return Vec::new() };
        let facts = self.analysis.facts();
        let part = facts.component_of(gateway);
        let networks = facts.address.of(part).iter().map(|(name, prefix)| (*prefix, Owner::Network(*name)));
        let pools = facts.client_pool.of(part).iter().map(|(_, prefix)| (*prefix, Owner::Clients));
        let mut addresses: Vec<(Prefix, Owner)> = networks.chain(pools).collect();
        addresses.sort_unstable();
        addresses
    }
}

/// What can be said of the destinations of networks on both sides, where it differs. Rows stand in the order of texts.
pub(super) fn reach(
    sides: &Sides<'_>,
    old: &[ReachRow],
    new: &[ReachRow],
    names: &Inventory,
) -> Vec<ReachDifference> {
    let mut found = Vec::new();
    if sides.until.is_none() && old == new {
        return found;
    }
    let text = |rows: &[ReachRow]| rows.first().map(|row| names.names.text(row.network));
    let mut before = old.chunk_by(|one, other| one.network == other.network).peekable();
    let mut after = new.chunk_by(|one, other| one.network == other.network).peekable();
    loop {
        let (left, right) = (before.peek().copied(), after.peek().copied());
        let (left, right) = match (left, right) {
            (None, None) => break,
            (Some(left), Some(right)) if text(left) == text(right) => (left, right),
            (Some(left), Some(right)) if text(left) < text(right) => (left, &right[..0]),
            (Some(left), Some(right)) => (&left[..0], right),
            (Some(left), None) => (left, &left[..0]),
            (None, Some(right)) => (&right[..0], right),
        };
        if !left.is_empty() {
            before.next();
        }
        if !right.is_empty() {
            after.next();
        }
        let are_same = left.len() == right.len()
            && left.iter().zip(right).all(|(one, other)| one.destination == other.destination);
        let is_cut =
            |row: &ReachRow| sides.until.is_some_and(|until| holds_inside(until.held, row.destination));
        if are_same && !right.iter().any(is_cut) {
            let pairs = left.iter().zip(right);
            found.extend(pairs.filter_map(|(one, other)| {
                Verdict::new(Some(one), Some(other), sides.until, one.destination)
                    .difference(one.network, one.destination)
            }));
        } else {
            let addresses = [sides.old.addresses(), sides.new.addresses()];
            if let Some(difference) = lone(addresses, [left, right], sides.until) {
                found.push(difference);
                continue;
            }
            let is_site = |name: NameId| sides.old.is_site(name) || sides.new.is_site(name);
            pieces(addresses, is_site, [left, right], sides.until, &mut found);
        }
    }
    found
}

/// True where a prefix of the sorted list lies strictly inside `outer`.
fn holds_inside(sorted: &[Prefix], outer: Prefix) -> bool {
    let next = sorted.partition_point(|prefix| *prefix <= outer);
    sorted.get(next).is_some_and(|prefix| outer.covers(*prefix))
}

/// What is said of one destination on both sides.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Verdict {
    before: Option<Status>,
    after: Option<Status>,
    until: Option<Status>,
    reasons: Reasons,
}

impl Verdict {
    pub(super) fn new(
        old: Option<&ReachRow>,
        new: Option<&ReachRow>,
        until: Option<Until<'_>>,
        destination: Prefix,
    ) -> Self {
        let until = new.zip(until).map(|(row, until)| until.of(row.status, destination));
        Self {
            before: old.map(|row| row.status),
            after: new.map(|row| row.status),
            until,
            reasons: new.or(old).map(|row| row.reasons).unwrap_or_default(),
        }
    }

    /// The difference, if there is one.
    pub(super) fn difference(self, network: NameId, destination: Prefix) -> Option<ReachDifference> {
        let waits = self.until.is_some() && self.until != self.after;
        (self.before != self.after || waits).then_some(ReachDifference {
            network,
            destination,
            before: self.before,
            after: self.after,
            until: self.until,
            reasons: self.reasons,
        })
    }
}

/// What differs of a network whose one destination is there on one side alone, and is nobody else's.
fn lone(
    addresses: [&[(Prefix, Owner)]; 2],
    rows: [&[ReachRow]; 2],
    until: Option<Until<'_>>,
) -> Option<ReachDifference> {
    let (side, row) = match rows {
        [[row], []] => (0, row),
        [[], [row]] => (1, row),
        _ => return None,
    };
    let (network, destination) = (row.network, row.destination);
    if until.is_some() || network == NameId::INTERNET {
        return None;
    }
    let is_cut = |owners: &&[(Prefix, Owner)]| {
        let next = owners.partition_point(|(prefix, _)| *prefix <= destination);
        owners.get(next).is_some_and(|(prefix, _)| destination.covers(*prefix))
    };
    if addresses.iter().any(is_cut)
        || addresses[side].binary_search(&(destination, Owner::Network(network))).is_err()
    {
        return None;
    }
    let [before, after] = rows.map(<[ReachRow]>::first);
    Verdict::new(before, after, None, destination).difference(network, destination)
}

/// Cuts the destinations of one network wherever either side or a route held cuts them, and gives
/// what differs in the fewest prefixes.
fn pieces(
    addresses: [&[(Prefix, Owner)]; 2],
    is_site: impl Fn(NameId) -> bool,
    [old, new]: [&[ReachRow]; 2],
    until: Option<Until<'_>>,
    found: &mut Vec<ReachDifference>,
) {
    let Some(network) = old.first().or(new.first()).map(|row| row.network) else { return };
    let is_site = is_site(network);
    let is_internet = network == NameId::INTERNET;
    let mut cuts: Vec<Prefix> = old.iter().chain(new).map(|row| row.destination).collect();
    if is_internet {
        // A row of the Internet stands for what no network holds, and clients hold halves of all addresses.
        cuts = cuts.into_iter().flat_map(in_halves).collect();
    }
    let destinations = if is_internet { Vec::new() } else { cuts.clone() };
    for outer in destinations {
        if let Some(Until { held, .. }) = until {
            let from = held.partition_point(|prefix| *prefix < outer);
            cuts.extend(held[from..].iter().take_while(|prefix| outer.covers(**prefix)));
        }
        for side in addresses {
            let from = side.partition_point(|(prefix, _)| *prefix < outer);
            let inside = side[from..].iter().take_while(|(prefix, _)| outer.covers(*prefix));
            cuts.extend(inside.map(|(prefix, _)| *prefix));
        }
    }
    let table = PrefixTable::new(cuts);
    let mut groups: BTreeMap<Verdict, Vec<PrefixId>> = BTreeMap::new();
    for id in (0..u32::try_from(table.len()).unwrap_or(u32::MAX)).map(PrefixId) {
        if !table.has_part(id) {
            continue;
        }
        let piece = table.prefix(id);
        let of = |rows: &'_ [ReachRow], owners: &[(Prefix, Owner)]| -> Option<ReachRow> {
            // Where prefixes of a network nest, the wider row stands for what the longer ones leave.
            let covering = rows.iter().filter(|row| row.destination.covers(piece));
            let row = covering.max_by_key(|row| row.destination.length())?;
            (is_internet || owns(owners, network, is_site, piece)).then_some(*row)
        };
        let (one, other) = (of(old, addresses[0]), of(new, addresses[1]));
        groups.entry(Verdict::new(one.as_ref(), other.as_ref(), until, piece)).or_default().push(id);
    }
    let mut of_network: Vec<ReachDifference> = groups
        .into_iter()
        .flat_map(|(verdict, ids)| {
            let destinations = if is_internet {
                Prefix::aggregate(ids.into_iter().map(|id| table.prefix(id)))
            } else {
                table.addresses(ids)
            };
            destinations.into_iter().filter_map(move |prefix| verdict.difference(network, prefix))
        })
        .collect();
    of_network.sort_by_cached_key(|row| row.destination.to_string());
    found.append(&mut of_network);
}

/// A default route as its halves, and any other prefix as it is.
fn in_halves(prefix: Prefix) -> Vec<Prefix> {
    if prefix.is_default_route() { Prefix::halves(prefix.family()).to_vec() } else { vec![prefix] }
}

/// True where the longest of the prefixes that covers `piece` is one of the network's. Client pools matter to sites alone.
fn owns(addresses: &[(Prefix, Owner)], network: NameId, is_site: bool, piece: Prefix) -> bool {
    for wider in piece.and_wider() {
        let from = addresses.partition_point(|(prefix, _)| *prefix < wider);
        let owners = addresses[from..].iter().take_while(|(prefix, _)| *prefix == wider).map(|row| row.1);
        let mut owners = owners.filter(|owner| is_site || *owner != Owner::Clients).peekable();
        if owners.peek().is_some() {
            return owners.any(|owner| owner == Owner::Network(network));
        }
    }
    false
}
