//! The article's topologies as changes to each other: what a change makes of one is the other, to the letter.

use std::convert::Infallible;
use std::fs;

use tunnelog::answer::Status::{Blackhole, NeedsRoute, Reachable, Unreachable};
use tunnelog::answer::{Analysis, Request};
use tunnelog::change::apply;
use tunnelog::compare::{Comparison, Difference, Pair, Presence, ReachDifference};
use tunnelog::diagnostic::{Code, Report};
use tunnelog::inventory::Inventory;
use tunnelog::language::parse::parse_changes;
use tunnelog::language::syntax::Change;
use tunnelog::scenarios::Baseline;

use crate::support::topologies::{folder_of, topology};

fn changes(lines: &[&str]) -> Vec<Change> {
    let mut report = Report::default();
    let changes = parse_changes("changes", &lines.join("\n"), &mut report);
    assert_eq!(report.diagnostics, [], "{lines:?}");
    changes
}

fn changed(inventory: &Inventory, lines: &[&str]) -> Inventory {
    let mut report = Report::default();
    let changed = apply(inventory, &changes(lines), false, &mut report);
    changed.unwrap_or_else(|| panic!("{lines:?}: {:?}", report.diagnostics))
}

/// The rows of `routes.csv` and `reach.csv`.
fn answer(inventory: &Inventory) -> [Vec<String>; 2] {
    let (mut routes, mut reach) = (Vec::new(), Vec::new());
    let done: Result<(), Infallible> =
        Analysis::new(inventory).answer(&Request::default(), |gateway, rows| {
            let gateway = inventory.names.text(gateway);
            routes.extend(
                rows.routes
                    .iter()
                    .map(|row| format!("{gateway},{},{},{}", row.class.word(), row.prefix, row.reasons)),
            );
            reach.extend(rows.reach.iter().map(|row| {
                let (network, status) = (inventory.names.text(row.network), row.status.word());
                format!(
                    "{gateway},{},{network},{},{status},{}",
                    row.class.word(),
                    row.destination,
                    row.reasons
                )
            }));
            Ok(())
        });
    let Ok(()) = done;
    [routes, reach]
}

/// The rows that were written by hand for a topology.
fn expected(topology: &str) -> [Vec<String>; 2] {
    ["routes.csv", "reach.csv"].map(|file| {
        let text = fs::read_to_string(folder_of(topology).join("expected").join(file)).unwrap();
        text.lines().skip(1).map(str::to_owned).collect()
    })
}

fn differences(old: &Inventory, new: &Inventory) -> Vec<Difference> {
    let pair = Pair::new(old.clone(), new.clone());
    Comparison::between(&pair).all(&Request::default())
}

fn facts(old: &Inventory, new: &Inventory) -> Vec<String> {
    let pair = Pair::new(old.clone(), new.clone());
    let comparison = Comparison::between(&pair);
    let sign = |added| if added { '+' } else { '-' };
    comparison.facts().iter().map(|fact| format!("{} {fact}", sign(fact.added))).collect()
}

#[test]
fn bgp_turns_the_third_topology_into_the_fourth() {
    let after = changed(&topology("s2s-chain"), &["+ bgp(VNet1, VNet2)", "+ bgp(VNet2, VNet3)"]);
    assert_eq!(answer(&after), expected("s2s-chain-bgp"));
    // The order does not matter, nor which end is named first.
    let after = changed(&topology("s2s-chain"), &["+ bgp(VNet3, VNet2)", "+ bgp(vnet1, VNet2)"]);
    assert_eq!(answer(&after), expected("s2s-chain-bgp"));
}

#[test]
fn bgp_turns_the_fifth_topology_into_the_sixth() {
    let after = changed(&topology("branch-office"), &["+ bgp(VNet1, Site1)"]);
    assert_eq!(answer(&after), expected("branch-office-bgp"));
}

#[test]
fn bgp_turns_the_seventh_topology_into_the_eighth() {
    let bgp = ["+ bgp(VNet1, VNet2)", "+ bgp(VNet2, VNet3)", "+ bgp(VNet3, Site1)"];
    let without_lists = [
        &bgp[..],
        &[
            "- static_route(VNet1, VNet2, 10.2.0.0/16)",
            "- static_route(VNet1, VNet2, 10.3.0.0/16)",
            "- static_route(VNet1, VNet2, 10.101.0.0/16)",
        ],
    ]
    .concat();
    let after = changed(&topology("s2s-chain-branch"), &without_lists);
    assert_eq!(answer(&after), expected("s2s-chain-branch-bgp"));
    // The listed prefixes lead the same way, so they are one more reason and no other status.
    let after = changed(&topology("s2s-chain-branch"), &bgp);
    let statuses = |rows: &[String]| -> Vec<String> {
        rows.iter().map(|row| row.rsplit_once(',').unwrap().0.to_owned()).collect()
    };
    let ([_, reach], [_, wanted]) = (answer(&after), expected("s2s-chain-branch-bgp"));
    assert_eq!(statuses(&reach), statuses(&wanted));
}

#[test]
fn what_bgp_on_the_chain_brings_about() {
    let before = topology("s2s-chain");
    let after = changed(&before, &["+ bgp(VNet1, VNet2)", "+ bgp(VNet2, VNet3)"]);
    let expected = [
        "+ bgp(VNet1, VNet2)",
        "+ bgp(VNet2, VNet3)",
        "- static_route(VNet1, VNet2, 10.2.0.0/16)",
        "- static_route(VNet2, VNet1, 10.1.0.0/16)",
        "- static_route(VNet2, VNet3, 10.3.0.0/16)",
        "- static_route(VNet3, VNet2, 10.2.0.0/16)",
    ];
    assert_eq!(facts(&before, &after), expected);
    let found = differences(&before, &after);
    let row = |row: &ReachDifference| {
        (row.destination.to_string(), row.before.unwrap(), row.after.unwrap(), row.until)
    };
    let rows = |index: usize| found[index].reach.iter().map(row).collect::<Vec<_>>();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].class.word(), "non-windows");
    assert_eq!(
        rows(0),
        [
            ("10.2.0.0/16".to_owned(), Blackhole, Reachable, None),
            ("10.3.0.0/16".to_owned(), Unreachable, Reachable, None)
        ]
    );
    let gained: Vec<String> = found[0].routes.iter().map(|route| route.prefix.to_string()).collect();
    assert_eq!(gained, ["10.3.0.0/16"]);
    // What Windows clients hold is the same, so there is nothing to download.
    assert_eq!((found[1].class.word(), found[1].download, found[1].routes.len()), ("windows", false, 0));
    assert_eq!(
        rows(1),
        [
            ("10.2.0.0/16".to_owned(), Unreachable, NeedsRoute, None),
            ("10.3.0.0/16".to_owned(), Unreachable, NeedsRoute, None)
        ]
    );
}

#[test]
fn windows_clients_of_a_hub_wait_for_the_download() {
    // VNet1 is the hub of a spoke in the second topology: with its gateway transit the spoke's
    // routes go from the profile, and until the download they lead nowhere.
    let before = topology("peered-vnets");
    let after = changed(&before, &["- gateway_transit(VNet1, VNet2)"]);
    let found = differences(&before, &after);
    let windows = found.iter().find(|one| one.class.word() == "windows").unwrap();
    assert!(windows.download);
    let row = windows.reach.iter().find(|row| row.destination.to_string() == "10.2.0.0/16").unwrap();
    assert_eq!(row.before, Some(Reachable));
    assert_eq!(row.after, Some(Unreachable));
    assert_eq!(row.until, Some(Blackhole));
    // Other clients get their routes anew each time they connect.
    let others = found.iter().find(|one| one.class.word() == "non-windows").unwrap();
    assert!(!others.download && others.reach.iter().all(|row| row.until.is_none()));
    // The other way round the spoke answers at once, and the route is missing until the download.
    let found = differences(&after, &before);
    let windows = found.iter().find(|one| one.class.word() == "windows").unwrap();
    let row = windows.reach.iter().find(|row| row.destination.to_string() == "10.2.0.0/16").unwrap();
    assert_eq!(row.until, Some(NeedsRoute));
}

#[test]
fn an_old_route_cuts_a_destination_until_the_download() {
    // A custom route to the upper half of a spoke that the profile does not hold.
    let before = changed(
        &topology("peered-vnets"),
        &["- gateway_transit(VNet1, VNet2)", "+ custom_route(VNet1, 10.2.128.0/17)"],
    );
    let after = changed(&before, &["- custom_route(VNet1, 10.2.128.0/17)"]);
    let found = differences(&before, &after);
    let windows = found.iter().find(|one| one.class.word() == "windows").unwrap();
    let rows: Vec<_> = windows
        .reach
        .iter()
        .map(|row| (row.destination.to_string(), row.before, row.after, row.until))
        .collect();
    let upper = ("10.2.128.0/17".to_owned(), Some(Blackhole), Some(Unreachable), Some(Blackhole));
    assert_eq!(rows, [upper]);
}

#[test]
fn a_longer_prefix_of_a_network_keeps_its_own_status() {
    // Two spokes claim the upper half of one of them, to which clients have a route that leads nowhere.
    let before = changed(
        &topology("peered-vnets"),
        &[
            "- gateway_transit(VNet1, VNet2)",
            "+ address(VNet2, 10.2.128.0/17)",
            "+ address(VNet3, 10.2.128.0/17)",
            "+ custom_route(VNet1, 10.2.128.0/17)",
        ],
    );
    let after = changed(&before, &["- address(VNet2, 10.2.0.0/16)"]);
    let found = differences(&before, &after);
    let of_others = found.iter().find(|one| one.class.word() == "non-windows").unwrap();
    let rows: Vec<_> =
        of_others.reach.iter().map(|row| (row.destination.to_string(), row.before, row.after)).collect();
    assert_eq!(rows, [("10.2.0.0/17".to_owned(), Some(Unreachable), None)]);
}

#[test]
fn nothing_differs_from_itself_or_after_there_and_back() {
    for name in ["isolated-vnet", "peered-vnets", "s2s-chain-branch", "ring", "dual-stack"] {
        let (one, other) = (topology(name), topology(name));
        assert_eq!(facts(&one, &other), Vec::<String>::new(), "{name}");
        assert_eq!(differences(&one, &other), [], "{name}");
    }
    let before = topology("s2s-chain");
    for there_and_back in [
        ["- s2s(VNet1, VNet2)", "+ s2s(VNet1, VNet2)"],
        ["+ s2s(VNet1, VNet3)", "- s2s(VNet3, VNet1)"],
        ["+ static_route(VNet1, VNet2, 10.3.0.0/16)", "- static_route(VNet1, VNet2, 10.3.0.0/16)"],
        ["+ vnet(VNet4)", "- vnet(vnet4)"],
    ] {
        let after = changed(&before, &there_and_back);
        assert_eq!(facts(&before, &after), Vec::<String>::new(), "{there_and_back:?}");
        assert_eq!(differences(&before, &after), [], "{there_and_back:?}");
    }
}

#[test]
fn gateways_appear_and_disappear() {
    let before = topology("s2s-chain");
    let after = changed(&before, &["+ client_pool(VNet3, 192.168.3.0/24)"]);
    let found = differences(&before, &after);
    let of = |index: usize| {
        let one = &found[index];
        (after.names.text(one.gateway), one.class.word(), one.presence, one.download)
    };
    assert_eq!(of(0), ("VNet3", "non-windows", Presence::Appears, false));
    assert_eq!(of(1), ("VNet3", "windows", Presence::Appears, false));
    assert!(found[0].reach.iter().all(|row| row.before.is_none() && row.after.is_some()));
    let back = differences(&after, &before);
    assert!(back.iter().all(|one| one.presence == Presence::Disappears && !one.download));
}

#[test]
fn a_tunnel_between_two_parts_joins_them() {
    let mut names = topology("two-gateways");
    let connections = names.connections.len();
    let report = &mut Report::default();
    let both = apply(
        &names,
        &changes(&["+ vnet(Far)", "+ address(Far, 10.77.0.0/16)", "+ gateway(Far)", "+ asn(Far, 65077)"]),
        false,
        report,
    );
    names = both.unwrap();
    let hub = names.names.text(names.gateways[0].vnet).to_owned();
    let join = format!("+ s2s(Far, {hub})");
    let outcome = Baseline::new(&names, Request::default()).outcome(&changes(&[&join]), false);
    assert!(outcome.is_made, "{:?}", outcome.diagnostics);
    assert_eq!(outcome.inventory.connections.len(), connections + 1);
    let networks: Vec<&str> = outcome
        .differences
        .iter()
        .flat_map(|one| one.reach.iter().map(|row| outcome.inventory.names.text(row.network)))
        .collect();
    assert!(networks.contains(&"Far"), "{networks:?}");
}

#[test]
fn a_scenario_that_cannot_be_made_has_no_differences() {
    let inventory = topology("s2s-chain");
    let outcome =
        Baseline::new(&inventory, Request::default()).outcome(&changes(&["+ bgp(VNet1, VNet3)"]), false);
    assert!(!outcome.is_made && outcome.differences.is_empty() && outcome.facts.is_empty());
    let codes: Vec<Code> = outcome.diagnostics.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::ChangeImpossible]);
}
