//! What differs between two components whose routers are alike: the prefixes whose positions differ.

use rustc_hash::FxHashMap;

use super::apart::Apart;
use super::attached::Attachment;
use super::{AlikePart, Member};
use crate::answer::request::{GatewayAnswer, ReachRow, RouteRow, Wanted};
use crate::answer::view::{Position, Seen, View};
use crate::class::Class;
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::prefix::Prefix;

/// A prefix and where it stands on both sides, as far as it is there.
struct Moved {
    prefix: Prefix,
    /// The place of a network's prefix; none of a pool.
    place: Option<u32>,
    positions: [Option<Position>; 2],
}

impl AlikePart {
    /// The rows of a gateway that may differ between this part and another, on both sides; none where the two
    /// do not name the same prefixes of the same networks, so that they have to be compared in full.
    ///
    /// No two prefixes overlap on either side, so what is said of one position bears on no other prefix.
    pub(in crate::answer) fn differing(
        &self,
        other: &Self,
        (view, inventories): (&View, [&Inventory; 2]),
        gateway: NameId,
        clients: [Option<u32>; 2],
        classes: &[Class],
    ) -> Option<[GatewayAnswer; 2]> {
        let sides = [self, other];
        if self.networks != other.networks || self.wanted != other.wanted {
            return None;
        }
        let [Some(one), Some(two)] = sides.map(|side| side.member(gateway)) else { return None };
        let from = [one, two];
        let answers = sides.map(|side| side.answers(gateway));
        // What is said of these is no matter of positions alone.
        let mut apart: Vec<u32> =
            sides.iter().filter_map(|side| side.apart.as_ref()).flat_map(Apart::places).collect();
        apart.sort_unstable();
        let mut moved: Vec<(u32, [Option<Seen>; 2])> = Vec::new();
        let mut moved_routes = self.moved_pools(other, from);
        let stands = Positions::new(sides, from);
        for (place, (_, prefix)) in (0..).zip(&*self.networks) {
            let has_answers = answers.map(|answers| answers[prefix.family() as usize]);
            let is_apart = apart.binary_search(&place).is_ok();
            if !is_apart && !stands.may_differ(place) && has_answers[0] == has_answers[1] {
                continue;
            }
            let positions = stands.of(place);
            let seen = [0, 1].map(|side| {
                positions[side].map(|position| Seen { position, has_answers: has_answers[side] })
            });
            if is_apart || seen[0] != seen[1] {
                moved.push((place, seen));
                moved_routes.push(Moved { prefix: *prefix, place: Some(place), positions });
            }
        }
        if self.wanted == Wanted::Reach {
            moved_routes.clear();
        }
        moved_routes.sort_by_cached_key(|moved| moved.prefix.text_order());
        Some([0, 1].map(|side| {
            let client = clients[side];
            let mut answer = GatewayAnswer::default();
            for &class in classes {
                let apart = sides[side].apart.as_ref();
                let apart = apart.map(|apart| apart.said(inventories[side], gateway, client, class));
                let said = |place: u32| apart.as_ref()?.get(&place);
                answer.routes.extend(moved_routes.iter().filter_map(|moved| {
                    let reasons = match moved.place.and_then(said) {
                        Some(said) => said.route?,
                        None => view.route(class, moved.positions[side]?)?,
                    };
                    Some(RouteRow { class, client, prefix: moved.prefix, reasons })
                }));
                answer.reach.extend(moved.iter().filter_map(|(place, seen)| {
                    let (network, destination) = self.networks[*place as usize];
                    let (status, reasons) = match said(*place) {
                        Some(said) => said.verdict?,
                        None => view.verdict(class, seen[side]?)?,
                    };
                    Some(ReachRow { class, client, network, destination, status, reasons })
                }));
            }
            answer
        }))
    }

    /// The client pools that stand elsewhere, or on one side alone.
    fn moved_pools(&self, other: &Self, from: [Member; 2]) -> Vec<Moved> {
        let mut pools: FxHashMap<Prefix, [Option<Position>; 2]> = FxHashMap::default();
        for (side, part) in [self, other].into_iter().enumerate() {
            for (prefix, gateway) in &part.pools {
                pools.entry(*prefix).or_default()[side] = part.pool_position(from[side], *gateway);
            }
        }
        let moved = pools.into_iter().filter(|(_, positions)| positions[0] != positions[1]);
        moved.map(|(prefix, positions)| Moved { prefix, place: None, positions }).collect()
    }
}

/// Where networks stand on both sides, way by way.
struct Positions<'a> {
    sides: [&'a AlikePart; 2],
    /// The positions of the ways in which each side attaches networks.
    of_ways: [Vec<Option<Position>>; 2],
    /// The places of the other side's ways among those of the first; one beyond where there is none.
    first: Vec<u32>,
    /// For each way of the first, whether it leads to another position on the other side.
    moves: Vec<bool>,
}

impl<'a> Positions<'a> {
    fn new(sides: [&'a AlikePart; 2], from: [Member; 2]) -> Self {
        let [ways, others] = sides.map(|side| &side.attached.ways);
        let position = |side: usize, way: &Attachment| sides[side].position(from[side], *way);
        let places: FxHashMap<Attachment, u32> = ways.iter().copied().zip(0..).collect();
        let beyond = u32::MAX;
        Self {
            sides,
            of_ways: [
                ways.iter().map(|way| position(0, way)).collect(),
                others.iter().map(|way| position(1, way)).collect(),
            ],
            first: others.iter().map(|way| places.get(way).copied().unwrap_or(beyond)).collect(),
            moves: ways.iter().map(|way| position(0, way) != position(1, way)).collect(),
        }
    }

    /// False where the network at that place stands in the same position on both sides.
    fn may_differ(&self, place: u32) -> bool {
        let [one, other] = self.sides.map(|side| side.attached.of[place as usize]);
        one != self.first[other as usize] || self.moves[one as usize]
    }

    fn of(&self, place: u32) -> [Option<Position>; 2] {
        [0, 1].map(|side| self.of_ways[side][self.sides[side].attached.of[place as usize] as usize])
    }
}
