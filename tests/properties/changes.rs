//! Changes to random inventories: the fact that is named, what comes along, and what they mean to clients.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseResult;
use tunnelog::answer::{Analysis, Evaluation, Request, Status};
use tunnelog::change::apply;
use tunnelog::class::Profile;
use tunnelog::compare::{Comparison, Difference, FactDifference, Pair};
use tunnelog::diagnostic::{Code, Report};
use tunnelog::inventory::write::write_folder;
use tunnelog::inventory::{Inventory, read_folder};
use tunnelog::language::parse::parse_changes;
use tunnelog::language::syntax::Change;
use tunnelog::scenarios::Baseline;

use crate::agreement::{questions, same_lines, solve};
use crate::clean::nearly_clean;
use crate::generate::inventories;
use crate::laws::fewer;
use crate::rows::Rows;

/// A change in terms of numbers, which mean something in every inventory.
#[derive(Clone, Debug)]
struct Case {
    add: bool,
    relation: &'static str,
    one: usize,
    other: usize,
    prefix: &'static str,
    number: u32,
}

const RELATIONS: [&str; 19] = [
    "address",
    "asn",
    "bgp",
    "client",
    "client_pool",
    "custom_route",
    "gateway",
    "gateway_transit",
    "manual_route",
    "os",
    "partly_peered",
    "peered",
    "peered_prefix",
    "s2s",
    "site",
    "static_route",
    "summarized_prefix",
    "transit_site",
    "vnet",
];

fn case() -> impl Strategy<Value = Case> {
    let relation = prop_oneof![
        1 => select(RELATIONS.to_vec()),
        2 => select(vec!["bgp", "s2s", "static_route", "gateway_transit", "peered", "peered_prefix", "partly_peered"]),
    ];
    let prefix = select(vec!["10.0.0.0/16", "10.1.0.0/16", "10.2.128.0/17", "192.168.1.0/24", "10.0.0.0/13"]);
    (any::<bool>(), relation, 0usize..10, 0usize..10, prefix, select(vec![65_100, 65_010, 65_515])).prop_map(
        |(add, relation, one, other, prefix, number)| Case { add, relation, one, other, prefix, number },
    )
}

type Facts = BTreeSet<(String, Vec<String>)>;

impl Case {
    /// The fact, with the names of the inventory or new ones.
    fn fact(&self, rows: &Rows) -> (String, Vec<String>) {
        let mut networks: Vec<String> = rows.vnets.iter().map(|row| row.name.clone()).collect();
        let vnets = networks.clone();
        networks.extend(rows.sites.iter().map(|row| row.name.clone()));
        let clients: Vec<String> = rows.clients.iter().flatten().map(|row| row.name.clone()).collect();
        let pick = |names: &[String], number: usize, new: &str| {
            names.get(number % (names.len() + 1)).cloned().unwrap_or_else(|| new.to_owned())
        };
        let any = |number: usize| networks[number % networks.len()].clone();
        let vnet = |number: usize| vnets[number % vnets.len()].clone();
        let system = ["windows", "linux"][self.other % 2].to_owned();
        let prefix = self.prefix.to_owned();
        let terms = match self.relation {
            "vnet" => vec![pick(&vnets, self.one, "New")],
            "site" => vec![pick(&networks[vnets.len()..], self.one, "Newer")],
            "gateway" => vec![vnet(self.one)],
            "transit_site" => vec![any(self.one)],
            "address" => vec![any(self.one), prefix],
            "client_pool" | "custom_route" | "summarized_prefix" => vec![vnet(self.one), prefix],
            "asn" => vec![any(self.one), self.number.to_string()],
            "peered" | "gateway_transit" | "partly_peered" => vec![vnet(self.one), vnet(self.other)],
            "peered_prefix" => vec![vnet(self.one), vnet(self.other), prefix],
            "s2s" | "bgp" => vec![any(self.one), any(self.other)],
            "static_route" => vec![any(self.one), any(self.other), prefix],
            "os" => vec![pick(&clients, self.one, "newcomer"), system],
            "client" => vec![pick(&clients, self.one, "newcomer"), vnet(self.other)],
            _ => vec![pick(&clients, self.one, "newcomer"), prefix],
        };
        (self.relation.to_owned(), terms)
    }
}

pub(crate) fn parsed(text: &str) -> Vec<Change> {
    let mut report = Report::default();
    let changes = parse_changes("changes", text, &mut report);
    assert_eq!(report.diagnostics, [], "{text}");
    changes
}

pub(crate) fn line(add: bool, fact: &(String, Vec<String>)) -> String {
    format!("{} {}({})", if add { '+' } else { '-' }, fact.0, fact.1.join(", "))
}

/// The changed inventory and the codes that were found; none where the change is refused.
fn changed(inventory: &Inventory, text: &str, force: bool) -> (Option<Inventory>, Vec<Code>) {
    let mut report = Report::default();
    let changes = parse_changes("changes", text, &mut report);
    let after = apply(inventory, &changes, force, &mut report);
    (after, report.diagnostics.iter().map(|finding| finding.code).collect())
}

/// What the inventory states, as text.
pub(crate) fn facts(inventory: &Inventory) -> Facts {
    let mut facts = Facts::new();
    let done: Result<(), Infallible> = Analysis::new(inventory).relations(Profile::Article, |relation| {
        if RELATIONS.contains(&relation.name) {
            facts.extend(relation.rows.into_iter().map(|row| (relation.name.to_owned(), row)));
        }
        Ok(())
    });
    let Ok(()) = done;
    facts
}

/// True where `other` may come or go along with a change of `fact` to an inventory that states `before`.
fn comes_along(
    fact: &(String, Vec<String>),
    add: bool,
    other: &(String, Vec<String>),
    before: &Facts,
) -> bool {
    let (relation, terms) = (fact.0.as_str(), &fact.1);
    let same_first = other.1.first() == terms.first();
    let mentions = |name: &String| other.1.contains(name);
    let joins = mentions(&terms[0]) && terms.get(1).is_some_and(mentions);
    match (relation, other.0.as_str()) {
        // With a gateway go its clients, and what is said of them.
        ("vnet" | "gateway", "os" | "manual_route") if !add => {
            before.contains(&("client".to_owned(), vec![other.1[0].clone(), terms[0].clone()]))
        }
        // Everything said of a network or client goes with it.
        ("vnet" | "site" | "gateway", _) if !add => mentions(&terms[0]),
        // What there can be one of, and what goes with a client. A site without an ASN is unlike all others.
        ("client", "os" | "manual_route" | "client") | ("asn" | "gateway" | "site", "asn") | ("os", "os") => {
            same_first
        }
        ("asn", "bgp") | ("gateway", "s2s" | "bgp" | "static_route") => mentions(&terms[0]),
        // The far address space is what an end routes that lists nothing.
        ("address", "static_route") => other.1[1] == terms[0] && other.1[2] == terms[1],
        // What a side carries goes with the side, and is cut where a part of it goes.
        ("s2s", "s2s" | "bgp" | "static_route")
        | ("bgp", "static_route")
        | ("peered" | "partly_peered" | "peered_prefix", "partly_peered" | "peered_prefix") => joins,
        // Of what a side lists it carries what the far VNet holds.
        ("address", "peered_prefix") => other.1[1] == terms[0],
        // A gateway that begins to speak BGP does so on all its tunnels.
        ("bgp", "bgp") => terms.iter().any(mentions),
        _ => false,
    }
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn a_change_makes_its_fact_so_and_leaves_the_rest(rows in inventories(), case in case()) {
        let inventory = rows.inventory();
        let fact = case.fact(&rows);
        let before = facts(&inventory);
        let (Some(after), codes) = changed(&inventory, &line(case.add, &fact), false) else { return Ok(()) };
        let after = facts(&after);
        // A side that carries all of a VNet, or a wider prefix, is not said to carry each prefix of it too.
        let goes_without_saying =
            fact.0 == "peered_prefix" && case.add && codes.contains(&Code::ChangeOfNothing);
        if !goes_without_saying {
            prop_assert_eq!(after.contains(&fact), case.add, "{}", line(case.add, &fact));
        }
        let differs: Vec<_> = before.symmetric_difference(&after).filter(|other| **other != fact).collect();
        let unexpected: Vec<_> =
            differs.iter().filter(|other| !comes_along(&fact, case.add, other, &before)).collect();
        prop_assert!(unexpected.is_empty(), "{}: {:?}", line(case.add, &fact), unexpected);
        if codes.contains(&Code::ChangeOfNothing) {
            prop_assert_eq!(&before, &after);
            prop_assert!(goes_without_saying || before.contains(&fact) == case.add);
        }
    }

    #[test]
    fn facts_that_are_added_and_taken_away_leave_no_trace(rows in inventories(), cases in vec(case(), 1..5)) {
        let inventory = rows.inventory();
        let list: Vec<_> = cases.iter().map(|case| case.fact(&rows)).collect();
        let has = |relation: &str| cases.iter().any(|case| case.relation == relation);
        // An ASN, an operating system and a client's gateway take the place of what was there, and BGP
        // on a tunnel that had it on one end, or at a gateway that had it off, leaves that end or gateway on.
        // A static route turns what an end routes by default into a list, which nothing else changes then.
        let speaks = rows.gateways.iter().all(|row| row.bgp) && rows.tunnels.iter().all(|row| !row.bgp);
        let replaces = has("asn") || has("os") || has("client");
        let lists = has("static_route") && cases.len() > 1;
        if replaces || lists || has("bgp") && !speaks {
            return Ok(());
        }
        let before = facts(&inventory);
        let add: Vec<String> = list.iter().map(|fact| line(true, fact)).collect();
        let (Some(added), codes) = changed(&inventory, &add.join("\n"), false) else { return Ok(()) };
        if codes.contains(&Code::ChangeOfNothing) {
            return Ok(());
        }
        let remove: Vec<String> = list.iter().rev().map(|fact| line(false, fact)).collect();
        let (Some(again), _) = changed(&added, &remove.join("\n"), false) else { return Ok(()) };
        prop_assert_eq!(before, facts(&again), "{:?}", add);
    }

    #[test]
    fn a_changed_inventory_answers_like_one_written_so(rows in inventories(), cases in vec(case(), 1..4)) {
        let inventory = rows.inventory();
        let text: Vec<String> = cases.iter().map(|case| line(case.add, &case.fact(&rows))).collect();
        let (Some(changed), _) = changed(&inventory, &text.join("\n"), true) else { return Ok(()) };
        let folder = tempfile::tempdir()?;
        write_folder(&changed, folder.path())?;
        let mut report = Report::default();
        let Some(read) = read_folder(folder.path(), &mut report) else {
            return Err(TestCaseError::fail(format!("{text:?} {:?}", report.diagnostics)));
        };
        for question in questions() {
            let [one, other] = [&changed, &read].map(|from| solve(from, question, Evaluation::Auto));
            same_lines(&one, &other)?;
        }
    }

    #[test]
    fn parts_by_themselves_give_the_differences_of_the_whole(
        rows in prop_oneof![inventories(), nearly_clean()],
        cases in vec(case(), 1..4),
    ) {
        let inventory = rows.inventory();
        let text: Vec<String> = cases.iter().map(|case| line(case.add, &case.fact(&rows))).collect();
        let changes = parsed(&text.join("\n"));
        for profile in Profile::ALL {
            let request = Request { profile, ..Request::default() };
            let outcome = Baseline::new(&inventory, request.clone()).outcome(&changes, true);
            let whole = apply(&inventory, &changes, true, &mut Report::default());
            prop_assert_eq!(outcome.is_made, whole.is_some());
            let Some(whole) = whole else { continue };
            let pair = Pair::new(inventory.clone(), whole);
            let comparison = Comparison::between(&pair);
            prop_assert_eq!(&outcome.facts, &comparison.facts());
            // Every row is made and compared here, whether or not routers are alike.
            let in_full = Request { evaluation: Evaluation::Whole, ..request };
            let differences = comparison.all(&in_full);
            let of_part = written(&outcome.facts, &outcome.differences, &outcome.inventory);
            prop_assert_eq!(of_part, written(&comparison.facts(), &differences, pair.after()));
        }
    }

    #[test]
    fn differences_are_those_of_the_answers(one in inventories(), other in inventories()) {
        let pair = Pair::new(one.inventory(), other.inventory());
        for profile in Profile::ALL {
            let request = Request { profile, ..Request::default() };
            let comparison = Comparison::between(&pair);
            as_answered(pair.before(), pair.after(), &comparison.all(&request), &request)?;
        }
        let same = Pair::new(pair.before().clone(), pair.before().clone());
        prop_assert!(Comparison::between(&same).is_empty());
    }
}

/// All differences as texts, with names in the place of numbers.
fn written(facts: &[FactDifference], differences: &[Difference], names: &Inventory) -> Vec<String> {
    let text = |name| names.names.text(name);
    let mut lines: Vec<String> = facts.iter().map(|fact| format!("{} {fact}", fact.added)).collect();
    lines.sort();
    for difference in differences {
        let whose = format!("{:?} {} {:?}", difference.client, text(difference.gateway), difference.class);
        lines.push(format!("{whose} {:?} {}", difference.presence, difference.download));
        lines.extend(difference.routes.iter().map(|route| format!("{whose} {route:?}")));
        lines.extend(difference.reach.iter().map(|row| {
            let (network, reasons) = (text(row.network), row.reasons);
            format!(
                "{whose} {network} {} {:?} {:?} {:?} {reasons:?}",
                row.destination, row.before, row.after, row.until
            )
        }));
    }
    lines
}

type RouteKey = (String, String, String);
type ReachKey = (String, String, String, String);

/// The routes and the statuses of an inventory, by gateway and class.
fn answered(inventory: &Inventory, request: &Request) -> (BTreeSet<RouteKey>, BTreeMap<ReachKey, String>) {
    let (mut routes, mut reach) = (BTreeSet::new(), BTreeMap::new());
    let text = |name| inventory.names.text(name).to_owned();
    let done: Result<(), Infallible> = Analysis::new(inventory).answer(request, |gateway, answer| {
        routes.extend(
            answer.routes.iter().map(|row| (text(gateway), row.class.word().into(), row.prefix.to_string())),
        );
        reach.extend(answer.reach.iter().map(|row| {
            let key =
                (text(gateway), row.class.word().into(), text(row.network), row.destination.to_string());
            (key, row.status.word().to_owned())
        }));
        Ok(())
    });
    let Ok(()) = done;
    (routes, reach)
}

/// Asserts that routes gained and lost are what the answers differ in, and that a destination that
/// both answers have is told of where, and only where, its status differs.
fn as_answered(old: &Inventory, new: &Inventory, found: &[Difference], request: &Request) -> TestCaseResult {
    let ((old_routes, old_reach), (new_routes, new_reach)) = (answered(old, request), answered(new, request));
    let text = |name| new.names.text(name).to_owned();
    let routes = |gained: bool| -> BTreeSet<RouteKey> {
        let of = |one: &Difference| {
            let key = |prefix: String| (text(one.gateway), one.class.word().into(), prefix);
            let routes = one.routes.iter().filter(|route| route.gained == gained);
            routes.map(|route| key(route.prefix.to_string())).collect::<Vec<_>>()
        };
        found.iter().flat_map(of).collect()
    };
    prop_assert_eq!(routes(true), new_routes.difference(&old_routes).cloned().collect::<BTreeSet<_>>());
    prop_assert_eq!(routes(false), old_routes.difference(&new_routes).cloned().collect::<BTreeSet<_>>());
    let mut told: BTreeMap<ReachKey, (Option<&str>, Option<&str>)> = BTreeMap::new();
    for one in found {
        for row in &one.reach {
            let key =
                (text(one.gateway), one.class.word().into(), text(row.network), row.destination.to_string());
            told.insert(key, (row.before.map(Status::word), row.after.map(Status::word)));
        }
    }
    for (key, status) in &old_reach {
        if let (Some(after), Some((before, now))) = (new_reach.get(key), told.get(key)) {
            prop_assert_eq!((Some(status.as_str()), Some(after.as_str())), (*before, *now), "{:?}", key);
        }
        // A network whose destinations are cut alike is told of destination by destination.
        let of_network = |reach: &BTreeMap<ReachKey, String>| -> Vec<ReachKey> {
            let same = |other: &&ReachKey| (&other.0, &other.1, &other.2) == (&key.0, &key.1, &key.2);
            reach.keys().filter(same).cloned().collect()
        };
        if new_reach.get(key).is_some_and(|after| after != status)
            && of_network(&old_reach) == of_network(&new_reach)
            && !key.1.starts_with("windows")
        {
            prop_assert!(told.contains_key(key), "{:?} is not told of", key);
        }
    }
    Ok(())
}
