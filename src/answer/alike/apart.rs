//! Networks of a component that is alike but for static routes to them: the rules run for these alone.

use rustc_hash::FxHashMap;

use super::attached::{Attached, Attachment};
use crate::answer::analysis::of_part;
use crate::answer::reasons::{Reasons, Status};
use crate::answer::request::Wanted;
use crate::answer::solution::Solution;
use crate::class::Class;
use crate::facts::Facts;
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::prefix::{Family, Prefix};
use crate::solve::{Component, Reported, solve_returned};

/// With more prefixes on static routes a component is solved plainly.
const MOST: usize = 32;

/// The networks' prefixes that static routes lead to, solved.
pub(super) struct Apart {
    /// The places of the prefixes among those of networks.
    places: FxHashMap<Prefix, u32>,
    solution: Solution,
}

/// What is said of one prefix.
#[derive(Clone, Copy, Default)]
pub(super) struct Said {
    pub(super) route: Option<Reasons>,
    pub(super) verdict: Option<(Status, Reasons)>,
}

/// The component that is solved, and what is known of its routers.
pub(in crate::answer) struct Around<'a> {
    pub(in crate::answer) facts: &'a Facts,
    pub(in crate::answer) number: usize,
    pub(in crate::answer) inventory: &'a Inventory,
    pub(in crate::answer) serves: &'a FxHashMap<NameId, Vec<Class>>,
    pub(in crate::answer) follows_paths: bool,
}

impl Around<'_> {
    /// The classes that each gateway with clients serves.
    fn serves(&self, part: &Component<'_>) -> Vec<(NameId, Class)> {
        of_part(part, self.serves)
    }
}

impl Apart {
    /// Solves the prefixes in `led_to`; none where one of them is no network's prefix, or where there are many. `returns` says
    /// whether packets for the clients of a gateway, of a family, get there from a router.
    pub(super) fn new(
        around: &Around<'_>,
        led_to: impl Iterator<Item = Prefix>,
        (networks, attached): (&[(NameId, Prefix)], &Attached),
        returns: impl Fn(NameId) -> Vec<(NameId, Family)>,
    ) -> Option<Self> {
        let mut led_to: Vec<Prefix> = led_to.collect();
        led_to.sort_unstable();
        led_to.dedup();
        if led_to.len() > MOST {
            return None;
        }
        let own = (0..).zip(networks).filter(|(_, (_, prefix))| led_to.binary_search(prefix).is_ok());
        let places: FxHashMap<Prefix, u32> = own.map(|(place, (_, prefix))| (*prefix, place)).collect();
        if places.len() != led_to.len() {
            return None;
        }
        let mut routers: Vec<NameId> = places
            .values()
            .filter_map(|place| match attached.way(*place as usize) {
                Attachment::Own(router) | Attachment::Site(router) => Some(router),
                Attachment::Spoke { hub, .. } => Some(hub),
                Attachment::Nowhere => None,
            })
            .collect();
        routers.sort_unstable();
        routers.dedup();
        let of = |router: &NameId| {
            let router = *router;
            returns(router).into_iter().map(move |(gateway, family)| (router, gateway, family))
        };
        let returned = routers.iter().flat_map(of).collect();
        let part = Component::about(around.facts, around.number, led_to);
        let part = if around.follows_paths { part.following_paths() } else { part };
        let mut solution = Solution::new(&part, around.inventory);
        let derived = solve_returned(&part, returned, &around.serves(&part));
        solution.take(&part, &derived, Reported::ALL);
        solution.finish();
        Some(Self { places, solution })
    }

    /// The places of the prefixes among those of networks.
    pub(super) fn places(&self) -> impl Iterator<Item = u32> {
        self.places.values().copied()
    }

    /// What is said of each to clients of the class, by place.
    pub(super) fn said(
        &self,
        inventory: &Inventory,
        gateway: NameId,
        client: Option<u32>,
        class: Class,
    ) -> FxHashMap<u32, Said> {
        let mut said: FxHashMap<u32, Said> = self.places().map(|place| (place, Said::default())).collect();
        let rows = self.solution.rows(inventory, gateway, client, &[class], Wanted::Both);
        let place = |prefix: Prefix| self.places.get(&prefix).copied();
        for row in rows.routes {
            if let Some(said) = place(row.prefix).and_then(|place| said.get_mut(&place)) {
                said.route = Some(row.reasons);
            }
        }
        for row in rows.reach {
            if let Some(said) = place(row.destination).and_then(|place| said.get_mut(&place)) {
                said.verdict = Some((row.status, row.reasons));
            }
        }
        said
    }
}
