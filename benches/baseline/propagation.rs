//! How routes for one prefix spread over BGP sessions.

use std::collections::VecDeque;

use super::topology::Router;

/// A router that announces the prefix without having learned it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Source {
    pub(crate) asn: u64,
    pub(crate) router: usize,
    /// The neighbour that a static route leads to, which is not told about it.
    pub(crate) but: Option<usize>,
}

/// Whom a router has told.
#[derive(Clone, Copy)]
enum Told {
    Nobody,
    AllBut(usize),
    Everybody,
}

/// What is needed again for every prefix.
pub(crate) struct Propagation {
    told: Vec<Told>,
    waiting: VecDeque<(usize, Option<usize>)>,
}

impl Propagation {
    pub(crate) fn new(routers: usize) -> Self {
        Self { told: vec![Told::Nobody; routers], waiting: VecDeque::new() }
    }

    /// Calls `learned` with every router that learns the prefix, and from whom.
    pub(crate) fn spread(
        &mut self,
        routers: &[Router],
        sources: &mut [Source],
        is_default: bool,
        refuses: &[bool],
        mut learned: impl FnMut(usize, usize),
    ) {
        // Routers refuse what started in their own AS, so starts in different ones spread differently.
        sources.sort_unstable();
        for of_asn in sources.chunk_by(|one, other| one.asn == other.asn) {
            let asn = of_asn[0].asn;
            self.told.fill(Told::Nobody);
            self.waiting.extend(of_asn.iter().map(|source| (source.router, source.but)));
            while let Some((router, but)) = self.waiting.pop_front() {
                let waiting = &mut self.waiting;
                let mut tell = |neighbour: usize| {
                    if refuses[neighbour] || routers[neighbour].asn == asn {
                        return;
                    }
                    learned(neighbour, router);
                    if routers[neighbour].relays && !is_default {
                        waiting.push_back((neighbour, Some(router)));
                    }
                };
                let sessions = &routers[router].sessions;
                self.told[router] = match (self.told[router], but) {
                    (Told::Nobody, None) => {
                        for neighbour in sessions {
                            tell(*neighbour);
                        }
                        Told::Everybody
                    }
                    (Told::Nobody, Some(but)) => {
                        for neighbour in sessions.iter().filter(|neighbour| **neighbour != but) {
                            tell(*neighbour);
                        }
                        Told::AllBut(but)
                    }
                    (Told::AllBut(last), but) if but != Some(last) => {
                        if sessions.binary_search(&last).is_ok() {
                            tell(last);
                        }
                        Told::Everybody
                    }
                    (told, _) => told,
                };
            }
        }
    }
}
