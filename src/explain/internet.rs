//! The Internet as what is to be explained: the parts of it that bear on a question, and what they are called.

use super::{MOST_PARTS, Wanted};
use crate::facts::ids;
use crate::facts::ids::PrefixId;
use crate::prefix::{Family, Prefix};
use crate::select::Target;
use crate::solve::Component;

/// The parts of the Internet that bear on the target, in `part`, which has the Internet in the place of its networks, each address
/// family by itself. The halves of all addresses come first, so that they stand together.
pub(super) fn wanted(part: &Component<'_>, to: &Target) -> Wanted {
    let families = to.families_of_internet();
    let bears = |id: PrefixId| match to {
        Target::Network(..) => true,
        Target::Prefix(prefix) => part.table.addresses([id]).iter().any(|one| one.overlaps(*prefix)),
        Target::Address(address) => {
            part.table.addresses([id]).iter().any(|one| one.covers(Prefix::from(*address)))
        }
    };
    let all = part.network_parts.all().iter().map(|row| row.0);
    let mut ids: Vec<PrefixId> = all
        .filter(|id| families.contains(&part.table.prefix(*id).family()))
        .filter(|id| bears(*id))
        .collect();
    ids.sort_by_key(|id| (part.table.prefix(*id).length() > 1, *id));
    let family = |id: &PrefixId| part.table.prefix(*id).family();
    ids.sort_by_key(family);
    let chunks =
        ids.chunk_by(|one, other| family(one) == family(other)).flat_map(|ids| ids.chunks(MOST_PARTS));
    chunks.map(|ids| (ids::Target::INTERNET, ids.to_vec())).collect()
}

/// What the parts are called: by their prefixes, both halves of all addresses by the default route.
pub(super) fn named(part: &Component<'_>, ids: impl Iterator<Item = PrefixId>) -> Vec<Prefix> {
    let mut prefixes: Vec<Prefix> = ids.map(|id| part.table.prefix(id)).collect();
    for family in Family::ALL {
        let halves = Prefix::halves(family);
        if halves.iter().all(|half| prefixes.contains(half)) {
            prefixes.retain(|prefix| !halves.contains(prefix));
            prefixes.push(Prefix::default_route(family));
        }
    }
    prefixes.sort_unstable();
    prefixes
}

/// How sentences name a part.
pub(super) fn goal(part: Prefix) -> String {
    if part.length() <= 1 { "the Internet".to_owned() } else { part.to_string() }
}

/// What would lead clients there by custom routes: a gateway takes no default route for one.
pub(super) fn custom_routes(part: Prefix) -> String {
    if part.length() > 1 {
        return "a custom route".to_owned();
    }
    let [one, other] = Prefix::halves(part.family());
    format!("the custom routes {one} and {other}")
}
