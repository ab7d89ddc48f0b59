//! Which networks are joined with which, and how far apart they are.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::names::NameId;

/// The networks that are joined with each network, in the order of their numbers.
#[derive(Debug)]
pub(super) struct Neighbours {
    starts: Vec<usize>,
    others: Vec<NameId>,
}

impl Neighbours {
    /// The neighbours that `pairs` make, which are sorted and have the smaller number first. `count` is how many names there are.
    pub(super) fn new(count: usize, pairs: &[(NameId, NameId)]) -> Self {
        let mut starts = vec![0; count + 1];
        for (low, high) in pairs {
            starts[low.index() + 1] += 1;
            starts[high.index() + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let mut next = starts.clone();
        let mut others = vec![None; 2 * pairs.len()];
        // In the order of pairs each network meets the smaller numbers first, then the larger ones.
        for (low, high) in pairs {
            for (near, far) in [(low, high), (high, low)] {
                let place = &mut next[near.index()];
                others[*place] = Some(*far);
                *place += 1;
            }
        }
        Self { starts, others: others.into_iter().flatten().collect() }
    }

    /// The neighbours of `network`.
    pub(super) fn of(&self, network: NameId) -> &[NameId] {
        match self.starts.get(network.index()..network.index() + 2) {
            Some(ends) => &self.others[ends[0]..ends[1]],
            None => &[],
        }
    }
}

/// How far each network is from the nearest of `centres`, where that is no more than `hops`. `visit` calls back with
/// every network that is joined with the one given.
pub(super) fn distances(
    centres: &[NameId],
    hops: usize,
    mut visit: impl FnMut(NameId, &mut dyn FnMut(NameId)),
) -> FxHashMap<NameId, usize> {
    let mut distances: FxHashMap<NameId, usize> = centres.iter().map(|centre| (*centre, 0)).collect();
    let mut waiting: VecDeque<(NameId, usize)> = distances.iter().map(|(name, hop)| (*name, *hop)).collect();
    while let Some((network, hop)) = waiting.pop_front() {
        if hop == hops {
            continue;
        }
        visit(network, &mut |other| {
            distances.entry(other).or_insert_with(|| {
                waiting.push_back((other, hop + 1));
                hop + 1
            });
        });
    }
    distances
}
