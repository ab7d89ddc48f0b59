//! Address pools of other gateways as what is to be explained: whether clients reach clients.

use super::{MOST_PARTS, Wanted};
use crate::facts::ids;
use crate::facts::ids::PrefixId;
use crate::names::{NameId, Names};
use crate::prefix::Prefix;
use crate::select::Target;
use crate::solve::Component;

/// The parts of other gateways' address pools that bear on the target, by the gateways' names. A network is asked about
/// without its clients, and a gateway hands packets for its own clients to them.
pub(super) fn wanted(part: &Component<'_>, gateway: NameId, to: &Target, names: &Names) -> Wanted {
    let bears = |id: PrefixId| {
        part.table.addresses([id]).iter().any(|prefix| match to {
            Target::Network(..) => false,
            Target::Prefix(wanted) => prefix.overlaps(*wanted),
            Target::Address(address) => prefix.covers(Prefix::from(*address)),
        })
    };
    let mut own: Vec<(NameId, PrefixId)> =
        part.pool_parts.all().iter().map(|row| (row.1, row.0)).filter(|row| row.0 != gateway).collect();
    own.retain(|row| bears(row.1));
    own.sort_by_key(|(other, id)| (names.text(*other), *id));
    own.dedup();
    let of_gateways = own.chunk_by(|one, next| one.0 == next.0);
    let chunks = of_gateways.flat_map(|rows| rows.chunks(MOST_PARTS));
    chunks.map(|rows| (ids::Target::Pool(rows[0].0), rows.iter().map(|row| row.1).collect())).collect()
}
