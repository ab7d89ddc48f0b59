//! Plans are all the sets of measures, and only those, that every set tried one by one shows to be needed and enough.

use std::collections::BTreeSet;
use std::convert::Infallible;

use proptest::prelude::*;
use proptest::sample::subsequence;
use tunnelog::answer::{Analysis, By, GatewayAnswer, Request, Resolution, Status};
use tunnelog::change::apply;
use tunnelog::class::{Class, Profile};
use tunnelog::diagnostic::Report;
use tunnelog::fix::{Costs, Direction, End, Goal, Kind, Limits, Measure, Planner, Wish, ZoneGoal};
use tunnelog::inventory::Inventory;
use tunnelog::language::syntax::Change;
use tunnelog::prefix::Prefix;

use crate::clean::nearly_clean;
use crate::generate::sized;
use crate::laws::config;
use crate::names::{ZONES, named};
use crate::rows::{Dice, Rows};

/// So many measures have few enough sets to try them all.
const MEASURES: usize = 7;

#[derive(Clone, Debug)]
struct Case {
    close: bool,
    observed: bool,
    /// Clients and a network, each by a number, and whether it is one client.
    goals: Vec<(usize, usize, bool)>,
    /// Servers, resolvers and zones thrown over the inventory by this seed, and clients whose names of a zone are to resolve.
    names: Option<(u64, usize, bool, usize)>,
    /// What part of networks matters.
    within: Option<&'static str>,
    /// Kinds are given up in this order until few measures are left.
    given_up: Vec<Kind>,
    cheap: Vec<Kind>,
}

fn case() -> impl Strategy<Value = Case> {
    let within = prop_oneof![
        4 => Just(None),
        1 => proptest::sample::select(vec!["10.0.0.0/13", "10.1.128.0/17", "10.2.0.0/16"]).prop_map(Some),
    ];
    (
        prop::bool::weighted(0.3),
        any::<bool>(),
        proptest::collection::vec((0usize..16, 0usize..8, any::<bool>()), 0..3),
        proptest::option::weighted(0.25, (any::<u64>(), 0usize..16, any::<bool>(), 0usize..3)),
        within,
        Just(Kind::ALL.to_vec()).prop_shuffle(),
        subsequence(Kind::ALL.to_vec(), 0..4),
    )
        .prop_map(|(close, observed, goals, names, within, given_up, cheap)| Case {
            close: close && names.is_none(),
            observed,
            goals,
            names,
            within,
            given_up,
            cheap,
        })
}

impl Case {
    fn profile(&self) -> Profile {
        Profile::ALL[usize::from(self.observed)]
    }

    fn wish(&self, rows: &Rows, inventory: &Inventory) -> Wish {
        let networks: Vec<&String> =
            rows.vnets.iter().map(|row| &row.name).chain(rows.sites.iter().map(|row| &row.name)).collect();
        // Rows give a prefix as a whole although a part of it is another network's.
        let within = self.within.filter(|_| !overlap(inventory));
        let within = within.map(|text| text.parse::<Prefix>().expect("a prefix"));
        let goal = |(whom, network, by_client): &(usize, usize, bool)| {
            let served = served(inventory, self.profile(), if *by_client { By::Client } else { By::Class });
            let (gateway, client, class) = served.get(whom % served.len().max(1))?.clone();
            let network = networks[network % networks.len()].clone();
            Some(Goal { gateway, class, client, network, within })
        };
        let zone = |(_, whom, by_client, zone): &(u64, usize, bool, usize)| {
            let served = served(inventory, self.profile(), if *by_client { By::Client } else { By::Class });
            let (gateway, client, class) = served.get(whom % served.len().max(1))?.clone();
            Some(ZoneGoal { gateway, class, client, zone: ZONES[*zone].to_owned() })
        };
        let direction = if self.close { Direction::Close } else { Direction::Open };
        let zones = self.names.iter().filter_map(zone).collect();
        Wish { direction, goals: self.goals.iter().filter_map(goal).collect(), zones }
    }
}

/// Whoever has rows in the answer: gateway, client and class.
fn served(inventory: &Inventory, profile: Profile, by: By) -> Vec<(String, Option<String>, Class)> {
    let mut served = BTreeSet::new();
    let sink = |gateway, answer: &GatewayAnswer| {
        let gateway = inventory.names.text(gateway);
        served.extend(
            answer.reach.iter().map(|row| (gateway.to_owned(), client(inventory, row.client), row.class)),
        );
        Ok::<(), Infallible>(())
    };
    let Ok(()) = Analysis::new(inventory).answer(&Request { profile, by, ..Request::default() }, sink);
    served.into_iter().collect()
}

fn client(inventory: &Inventory, index: Option<u32>) -> Option<String> {
    let clients = inventory.clients.as_ref()?;
    Some(clients[index? as usize].name.to_string())
}

/// True where an address belongs to two prefixes of networks.
fn overlap(inventory: &Inventory) -> bool {
    let vnets = inventory.vnets.iter().flat_map(|vnet| &vnet.address_space);
    let all: Vec<&Prefix> =
        vnets.chain(inventory.sites.iter().flat_map(|site| &site.address_space)).collect();
    all.iter().enumerate().any(|(place, one)| all[place + 1..].iter().any(|other| one.overlaps(**other)))
}

/// True where names of every zone resolve in `inventory`, read off the rows of its answers.
fn are_resolved(inventory: &Inventory, wish: &Wish, profile: Profile) -> bool {
    wish.zones.iter().all(|goal| {
        let by = if goal.client.is_some() { By::Client } else { By::Class };
        let mut resolves = false;
        let sink = |gateway, answer: &GatewayAnswer| {
            resolves |= answer.names.iter().any(|row| {
                inventory.names.text(gateway) == goal.gateway
                    && client(inventory, row.client) == goal.client
                    && row.class == goal.class
                    && row.zone.is_some_and(|zone| inventory.labels.text(zone) == goal.zone)
                    && row.status == Resolution::Resolves
            });
            Ok::<(), Infallible>(())
        };
        let request = Request { profile, by, names: true, ..Request::default() };
        let Ok(()) = Analysis::new(inventory).answer(&request, sink);
        resolves
    })
}

/// True where every goal is met in `inventory`, read off the rows of its answers.
fn is_met(inventory: &Inventory, wish: &Wish, profile: Profile) -> bool {
    are_resolved(inventory, wish, profile) && is_reached(inventory, wish, profile)
}

fn is_reached(inventory: &Inventory, wish: &Wish, profile: Profile) -> bool {
    wish.goals.iter().all(|goal| {
        let by = if goal.client.is_some() { By::Client } else { By::Class };
        let mut statuses: Vec<Status> = Vec::new();
        let sink = |gateway, answer: &GatewayAnswer| {
            for row in &answer.reach {
                if inventory.names.text(gateway) == goal.gateway
                    && client(inventory, row.client) == goal.client
                    && row.class == goal.class
                    && inventory.names.text(row.network) == goal.network
                    && goal.within.is_none_or(|within| within.overlaps(row.destination))
                {
                    statuses.push(row.status);
                }
            }
            Ok::<(), Infallible>(())
        };
        let Ok(()) = Analysis::new(inventory).answer(&Request { profile, by, ..Request::default() }, sink);
        match wish.direction {
            Direction::Open => {
                !statuses.is_empty() && statuses.iter().all(|status| *status == Status::Reachable)
            }
            Direction::Close => {
                !statuses.iter().any(|status| matches!(status, Status::Reachable | Status::NeedsRoute))
            }
        }
    })
}

/// Every set of measures that does and has no part that does, tried one by one.
fn by_force(
    inventory: &Inventory,
    wish: &Wish,
    measures: &[Measure],
    profile: Profile,
) -> BTreeSet<Vec<usize>> {
    let mut enough: Vec<usize> = Vec::new();
    for set in 0..1usize << measures.len() {
        if enough.iter().any(|smaller| smaller & set == *smaller) {
            continue;
        }
        let chosen = measures.iter().enumerate().filter(|(place, _)| set & (1 << place) != 0);
        let changes: Vec<Change> = chosen.flat_map(|(_, measure)| measure.changes.clone()).collect();
        let after = apply(inventory, &changes, false, &mut Report::default());
        if after.is_some_and(|after| is_met(&after, wish, profile)) {
            enough.push(set);
        }
    }
    // A set comes after its parts, as these are smaller numbers.
    enough
        .into_iter()
        .map(|set| (0..measures.len()).filter(|place| set & (1 << place) != 0).collect())
        .collect()
}

fn agree(rows: &Rows, case: &Case) -> Result<(), TestCaseError> {
    let mut inventory = rows.inventory();
    if let Some((seed, ..)) = case.names {
        inventory = named(inventory, &mut Dice(seed));
    }
    let wish = case.wish(rows, &inventory);
    prop_assume!(!(wish.goals.is_empty() && wish.zones.is_empty()));
    let planner = Planner::new(&inventory, Request::default());
    let mut costs = Costs::default();
    for kind in &case.cheap {
        costs.set(*kind, Some(1));
    }
    let mut given_up = case.given_up.iter();
    let measures = loop {
        let measures = planner.vocabulary(&wish, &costs);
        if measures.len() <= MEASURES {
            break measures;
        }
        let Some(kind) = given_up.next() else { break measures };
        costs.set(*kind, None);
    };
    let limits = Limits { plans: 1 << MEASURES, effort: 1_000_000 };
    let answer = planner.plans(&wish, &costs, limits, |_| true);
    prop_assert_eq!(answer.end, End::Exhausted);
    let needed = by_force(&inventory, &wish, &measures, case.profile());
    if answer.already {
        prop_assert_eq!(needed, BTreeSet::from([Vec::new()]));
        return Ok(());
    }
    let place = |measure: &Measure| measures.iter().position(|other| other == measure).expect("a measure");
    let found: Vec<Vec<usize>> =
        answer.plans.iter().map(|plan| plan.measures.iter().map(place).collect()).collect();
    let lines: Vec<Vec<String>> =
        measures.iter().map(|measure| measure.changes.iter().map(ToString::to_string).collect()).collect();
    prop_assert_eq!(found.iter().cloned().collect::<BTreeSet<_>>(), needed, "{:?} {:?}", wish, lines);
    prop_assert_eq!(found.len(), found.iter().collect::<BTreeSet<_>>().len());
    prop_assert!(answer.plans.is_sorted_by_key(|plan| plan.cost));
    for plan in &answer.plans {
        prop_assert_eq!(plan.cost, plan.measures.iter().map(|measure| measure.cost).sum::<u32>());
        let after = apply(&inventory, &plan.changes, false, &mut Report::default());
        prop_assert!(after.is_some_and(|after| is_met(&after, &wish, case.profile())), "{:?}", plan.changes);
        prop_assert!(!plan.commands.is_empty());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 1 << 20, max_shrink_iters: 2_000, ..config() })]

    #[test]
    fn plans_are_what_trying_every_set_shows(rows in sized([2..5, 0..3, 0..4, 1..5]), case in case()) {
        agree(&rows, &case)?;
    }

    #[test]
    fn plans_for_regular_networks_are_too(rows in nearly_clean(), case in case()) {
        agree(&rows, &case)?;
    }
}
