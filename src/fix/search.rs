//! Sets of measures, the cheapest first, until enough of them fulfil a wish.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::measure::{Kind, Measure, Part};
use super::model::{Judged, Model, Way};
use super::naming::Wants;
use super::relaxed::Relaxed;
use super::wish::Limits;
use crate::language::syntax::Change;

/// Up to this many measures a set that does not close a way is tried with each other measure; beyond, with
/// those alone that the way rests on.
const FEW: usize = 64;

/// The most sets that wait to be tried.
const WAITING: usize = 200_000;

/// With this many tunnels more, a run of the rules counts for one run more.
const TUNNELS: usize = 16;

/// The same with this many subnets more.
const SUBNETS: usize = 64;

/// How many sets are looked at for each that the rules are run for, at the most, where there are few measures,
/// and how many measures are few.
const LOOKS: usize = 100;
const LOOKED_AT: usize = 128;

/// Up to this many changes every part of a plan is tried by itself.
const TRIMMED: usize = 10;

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// As many plans as wanted were found, and every cheaper set was tried.
    Enough,
    /// Every set was tried that is not more than another that does.
    Exhausted,
    /// The effort was spent; every set that costs less than this was tried.
    Effort(u32),
}

/// What a set needs at the least, asked before the rules are.
pub(super) struct Bounds<'a> {
    /// For networks; none where that is not proven.
    pub(super) relaxed: Option<&'a Relaxed>,
    /// For names.
    pub(super) wants: &'a Wants,
}

impl Bounds<'_> {
    /// The measures of which one at least is missing from the set; none where it may do.
    fn missing(&self, set: &[u16]) -> Option<Vec<u16>> {
        self.wants.missing(set).or_else(|| self.relaxed?.missing(set))
    }
}

/// The sets of measures that may be tried.
pub(super) struct Candidates<'a> {
    measures: &'a [Measure],
    model: &'a Model,
    bounds: Bounds<'a>,
    accept: &'a dyn Fn(&[Change]) -> bool,
    solved: Cell<usize>,
    /// The effort that was spent, and what one more run of the rules takes.
    spent: Cell<usize>,
    weight: usize,
    /// The measures on each way that was found open.
    ways: RefCell<Vec<Vec<u16>>>,
}

/// What became of a set.
enum Tried {
    Met,
    /// Of these measures one at least is missing.
    Lacks(Vec<u16>),
    /// It fails, and any measure might mend it.
    Fails,
}

impl<'a> Candidates<'a> {
    pub(super) fn new(
        measures: &'a [Measure],
        model: &'a Model,
        bounds: Bounds<'a>,
        accept: &'a dyn Fn(&[Change]) -> bool,
    ) -> Self {
        let inventory = model.inventory();
        let weight = 1 + inventory.connections.len() / TUNNELS + inventory.subnets.len() / SUBNETS;
        Self {
            measures,
            model,
            bounds,
            accept,
            solved: Cell::new(0),
            spent: Cell::new(0),
            weight,
            ways: RefCell::default(),
        }
    }

    fn changes(&self, set: &[u16]) -> Vec<Change> {
        set.iter().flat_map(|index| &self.measures[usize::from(*index)].changes).cloned().collect()
    }

    fn judge(&self, changes: &[Change]) -> Option<Judged> {
        self.solved.set(self.solved.get() + 1);
        self.spent.set(self.spent.get() + self.weight);
        self.model.judge(changes)
    }

    fn is_met(&self, changes: &[Change]) -> bool {
        self.judge(changes).is_some_and(|judged| judged.is_met()) && (self.accept)(changes)
    }

    fn try_set(&self, set: &[u16]) -> Tried {
        if let Some(missing) = self.bounds.missing(set) {
            return Tried::Lacks(missing);
        }
        let misses = |way: &&Vec<u16>| !way.iter().any(|index| set.contains(index));
        if let Some(way) = self.ways.borrow().iter().find(misses) {
            return Tried::Lacks(way.clone());
        }
        let changes = self.changes(set);
        match self.judge(&changes) {
            Some(judged) if judged.is_met() => {
                if (self.accept)(&changes) {
                    Tried::Met
                } else {
                    Tried::Fails
                }
            }
            Some(Judged { way: Some(way), .. }) if self.measures.len() > FEW => {
                let on = self.on(&way);
                // Without BGP default routes come in, and a way over them is no way where BGP stays.
                if set.iter().all(|index| self.measures[usize::from(*index)].kind != Kind::Bgp) {
                    self.ways.borrow_mut().push(on.clone());
                }
                Tried::Lacks(on)
            }
            _ => Tried::Fails,
        }
    }

    /// The measures that take something away from a way.
    fn on(&self, way: &Way) -> Vec<u16> {
        let rests = |part: &Part| match part {
            Part::Up(one, other) => {
                way.tunnels.contains(&(*one, *other)) || way.tunnels.contains(&(*other, *one))
            }
            Part::Attaches(router, _) | Part::Relays(router) => way.routers.contains(router),
            _ => false,
        };
        let all = (0..).zip(self.measures);
        all.filter(|(_, measure)| measure.parts.iter().any(rests)).map(|(index, _)| index).collect()
    }

    /// The changes of a set that fulfils the wish, without those that are not needed in `whole`.
    pub(super) fn trimmed(&self, set: &[u16], whole: &Model) -> Vec<Change> {
        let all = self.changes(set);
        if all.len() == set.len() || all.len() > TRIMMED {
            return all;
        }
        let mut masks: Vec<u32> = (1..1 << all.len()).collect();
        masks.sort_by_key(|mask| mask.count_ones());
        let chosen = |mask: u32| -> Vec<Change> {
            let kept = all.iter().enumerate().filter(|(place, _)| mask & (1 << place) != 0);
            kept.map(|(_, change)| change.clone()).collect()
        };
        let is_whole =
            |changes: &Vec<Change>| all.windows(2).all(|pair| !is_led(pair) || keeps_both(changes, pair));
        let meets =
            |model: &Model, changes: &[Change]| model.judge(changes).is_some_and(|judged| judged.is_met());
        // What fails where leaves are left out fails in the whole, and takes less time to tell.
        let is_whole_already = std::ptr::eq(self.model, whole);
        let is_met = |changes: &Vec<Change>| {
            (is_whole_already || meets(self.model, changes))
                && meets(whole, changes)
                && (self.accept)(changes)
        };
        masks.into_iter().map(chosen).filter(is_whole).find(is_met).unwrap_or(all)
    }
}

/// A set that waits: its cost, how many changes it makes, its measures.
type Waiting = (u32, usize, Vec<u16>);

/// What a search found.
pub(super) struct Found {
    pub(super) already: bool,
    pub(super) sets: Vec<Vec<u16>>,
    pub(super) solved: usize,
    pub(super) end: End,
}

/// A search in progress.
pub(super) struct Search<'a> {
    candidates: &'a Candidates<'a>,
    limits: Limits,
    stop: &'a dyn Fn() -> bool,
    waiting: BTreeSet<Waiting>,
    seen: FxHashSet<Vec<u16>>,
    sets: Vec<Vec<u16>>,
    /// The cost of the cheapest set that was given up for want of room.
    given_up: Option<u32>,
}

impl<'a> Search<'a> {
    pub(super) fn new(candidates: &'a Candidates<'a>, limits: Limits, stop: &'a dyn Fn() -> bool) -> Self {
        Self {
            candidates,
            limits,
            stop,
            waiting: BTreeSet::new(),
            seen: FxHashSet::default(),
            sets: Vec::new(),
            given_up: None,
        }
    }

    pub(super) fn run(mut self) -> Found {
        self.waiting.insert((0, 0, Vec::new()));
        let looks = self.limits.effort.saturating_mul(LOOKS);
        let mut looks = looks / (1 + self.candidates.measures.len() / LOOKED_AT);
        let end = loop {
            let Some((cost, _, set)) = self.waiting.pop_first() else {
                break self.given_up.map_or(End::Exhausted, End::Effort);
            };
            if self.given_up.is_some_and(|given_up| given_up <= cost) {
                break End::Effort(cost);
            }
            if self.sets.iter().any(|found| is_inside(found, &set)) {
                continue;
            }
            if looks == 0 || self.candidates.spent.get() >= self.limits.effort || (self.stop)() {
                break End::Effort(cost);
            }
            looks -= 1;
            match self.candidates.try_set(&set) {
                Tried::Met if set.is_empty() => {
                    return Found {
                        already: true,
                        sets: Vec::new(),
                        solved: self.solved(),
                        end: End::Exhausted,
                    };
                }
                Tried::Met => {
                    self.keep(set);
                    if self.sets.len() >= self.limits.plans {
                        break End::Enough;
                    }
                }
                Tried::Lacks(missing) => missing.into_iter().for_each(|index| self.extend(&set, index)),
                Tried::Fails => {
                    let count = u16::try_from(self.candidates.measures.len()).unwrap_or(u16::MAX);
                    (0..count).for_each(|index| self.extend(&set, index));
                }
            }
        };
        Found { already: false, solved: self.solved(), sets: self.sets, end }
    }

    fn solved(&self) -> usize {
        self.candidates.solved.get()
    }

    /// Lets `set` with one more measure wait for its turn.
    fn extend(&mut self, set: &[u16], index: u16) {
        let Err(place) = set.binary_search(&index) else { return };
        let mut larger = set.to_vec();
        larger.insert(place, index);
        if !self.seen.insert(larger.clone()) {
            return;
        }
        let measures = larger.iter().map(|index| &self.candidates.measures[usize::from(*index)]);
        let (mut cost, mut count) = (0u32, 0);
        for measure in measures {
            cost = cost.saturating_add(measure.cost);
            count += measure.changes.len();
        }
        self.waiting.insert((cost, count, larger));
        if self.waiting.len() > WAITING
            && let Some((cost, ..)) = self.waiting.pop_last()
        {
            self.given_up = Some(self.given_up.map_or(cost, |given_up| given_up.min(cost)));
        }
    }

    /// Keeps a set that fulfils the wish, unless a part of it does.
    ///
    /// Cheaper sets come first, and no set is left out that could do, so no part of this one does. That is
    /// made sure of all the same.
    fn keep(&mut self, set: Vec<u16>) {
        if set.len() <= TRIMMED {
            for mask in 1u32..(1 << set.len()) - 1 {
                let places = set.iter().enumerate().filter(|(place, _)| mask & (1 << place) != 0);
                let part: Vec<u16> = places.map(|(_, index)| *index).collect();
                if self.candidates.is_met(&self.candidates.changes(&part)) {
                    self.sets.push(part);
                    return;
                }
            }
        }
        self.sets.push(set);
    }
}

/// True where every measure of `inner` is one of `outer`; both are sorted.
fn is_inside(inner: &[u16], outer: &[u16]) -> bool {
    inner.iter().all(|index| outer.binary_search(index).is_ok())
}

/// True where the first change takes a user route away that the second makes anew with another hop. The second alone would let
/// packets go either way.
fn is_led(pair: &[Change]) -> bool {
    let [taken, made] = pair else { return false };
    let of = |change: &Change| change.atom.terms.iter().take(2).map(ToString::to_string).collect::<Vec<_>>();
    let is_route = |change: &Change| change.atom.relation.text == "user_route";
    !taken.add && made.add && is_route(taken) && is_route(made) && of(taken) == of(made)
}

/// True where both changes are kept, or neither is.
fn keeps_both(changes: &[Change], pair: &[Change]) -> bool {
    changes.contains(&pair[0]) == changes.contains(&pair[1])
}
