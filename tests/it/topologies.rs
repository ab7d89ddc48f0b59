//! Every topology under `facts/` is answered as its `expected` folder says, byte for byte.
//!
//! The expectations were written by hand from the article and from what public reports describe.
//! Where the program disagrees, one of the two is wrong; they are never written by the program.
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};

use tunnelog::answer::{Analysis, Request};
use tunnelog::class::Profile;
use tunnelog::inventory::Inventory;

use crate::support::topologies::{folder_of, read, topologies};

/// The sections of the article, in its order.
const ARTICLE: [&str; 8] = [
    "isolated-vnet",
    "peered-vnets",
    "s2s-chain",
    "s2s-chain-bgp",
    "branch-office",
    "branch-office-bgp",
    "s2s-chain-branch",
    "s2s-chain-branch-bgp",
];

/// The files that a topology must expect, and those that it may.
const REQUIRED: [&str; 2] = ["reach.csv", "routes.csv"];
const OPTIONAL: [&str; 2] = ["reach.observed.csv", "routes.observed.csv"];
const OF_NAMES: &str = "names.csv";

fn folders() -> Vec<PathBuf> {
    topologies().iter().map(|name| folder_of(name)).collect()
}

fn file_names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// The answer as `routes.csv`, `reach.csv` and `names.csv`.
fn answer(inventory: &Inventory, profile: Profile) -> [String; 3] {
    let mut routes = csv::Writer::from_writer(Vec::new());
    let mut reach = csv::Writer::from_writer(Vec::new());
    routes.write_record(["gateway", "class", "prefix", "reason"]).unwrap();
    reach.write_record(["gateway", "class", "network", "destination", "status", "reason"]).unwrap();
    let mut names = csv::Writer::from_writer(Vec::new());
    names.write_record(["gateway", "class", "zone", "server", "status", "reason"]).unwrap();
    let request = Request { profile, names: true, ..Request::default() };
    let sink = |gateway, rows: &tunnelog::answer::GatewayAnswer| {
        let gateway = inventory.names.text(gateway);
        for row in &rows.routes {
            let (prefix, reasons) = (row.prefix.to_string(), row.reasons.to_string());
            routes.write_record([gateway, row.class.word(), &prefix, &reasons]).unwrap();
        }
        for row in &rows.reach {
            let (destination, reasons) = (row.destination.to_string(), row.reasons.to_string());
            let network = inventory.names.text(row.network);
            let status = row.status.word();
            reach.write_record([gateway, row.class.word(), network, &destination, status, &reasons]).unwrap();
        }
        for row in &rows.names {
            let zone = row.zone.map(|zone| inventory.labels.text(zone)).unwrap_or_default();
            let servers = row.servers.iter().map(ToString::to_string).collect::<Vec<_>>().join(";");
            let (status, reasons) = (row.status.word(), row.reasons.to_string());
            names.write_record([gateway, row.class.word(), zone, &servers, status, &reasons]).unwrap();
        }
        Ok::<(), Infallible>(())
    };
    Analysis::new(inventory).answer(&request, sink).unwrap();
    [routes, reach, names].map(|writer| String::from_utf8(writer.into_inner().unwrap()).unwrap())
}

#[test]
fn every_topology_is_answered_as_written_by_hand() {
    let mut wrong = Vec::new();
    for folder in folders() {
        let inventory = read(&folder);
        for (suffix, profile) in [("", Profile::Article), (".observed", Profile::Observed)] {
            let [routes, reach, names] = answer(&inventory, profile);
            for (stem, given) in [("routes", routes), ("reach", reach), ("names", names)] {
                let file = folder.join(format!("expected/{stem}{suffix}.csv"));
                // That the required files exist is the matter of another test.
                let Ok(expected) = fs::read_to_string(&file) else { continue };
                if expected != given {
                    wrong.push(format!("{}\n{}", file.display(), difference(&expected, &given)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn difference(expected: &str, given: &str) -> String {
    let lines = |text: &str| text.split_inclusive('\n').map(str::to_owned).collect::<Vec<_>>();
    let (expected, given) = (lines(expected), lines(given));
    let missing = expected.iter().filter(|line| !given.contains(line)).map(|line| format!("- {line}"));
    let surplus = given.iter().filter(|line| !expected.contains(line)).map(|line| format!("+ {line}"));
    let changed: String = missing.chain(surplus).collect();
    if changed.is_empty() { "the same lines in another order\n".to_owned() } else { changed }
}

#[test]
fn routes_are_derived_for_classes_that_the_gateway_serves() {
    for folder in folders() {
        let inventory = read(&folder);
        for profile in Profile::ALL {
            let (mut serves, mut advertised) = (BTreeSet::new(), BTreeSet::new());
            let done: Result<(), Infallible> = Analysis::new(&inventory).relations(profile, |relation| {
                let pairs = relation.rows.iter().map(|row| (row[0].clone(), row.get(1).cloned()));
                match relation.name {
                    "serves" => serves.extend(pairs),
                    "advertised" => advertised.extend(pairs),
                    _ => {}
                }
                Ok(())
            });
            let Ok(()) = done;
            assert_eq!(advertised, serves, "{} {}", folder.display(), profile.word());
        }
    }
}

#[test]
fn every_topology_expects_both_answers_and_nothing_unknown() {
    for folder in folders() {
        let files = file_names(&folder.join("expected"));
        let shown = folder.display();
        for required in REQUIRED {
            assert!(files.contains(required), "{shown} expects no {required}");
        }
        let observed = OPTIONAL.iter().filter(|name| files.contains(**name)).count();
        assert!(observed != 1, "{shown} expects one of {OPTIONAL:?} without the other");
        let has_names = ["dns.csv", "zones.csv"].iter().any(|file| folder.join(file).exists());
        assert_eq!(files.contains(OF_NAMES), has_names, "{shown}");
        let known: BTreeSet<String> =
            REQUIRED.iter().chain(&OPTIONAL).chain([&OF_NAMES]).map(ToString::to_string).collect();
        let surplus: Vec<&String> = files.difference(&known).collect();
        assert!(surplus.is_empty(), "{shown} expects {surplus:?}, which nothing compares");
    }
}

#[test]
fn every_topology_holds_an_inventory_and_says_why() {
    let known: BTreeSet<&str> = [
        "README.md",
        "appliances.csv",
        "clients.csv",
        "dns.csv",
        "expected",
        "gateways.csv",
        "peerings.csv",
        "private_endpoints.csv",
        "resolvers.csv",
        "route_tables.csv",
        "routes.csv",
        "s2s.csv",
        "sites.csv",
        "subnets.csv",
        "vnets.csv",
        "zones.csv",
    ]
    .into();
    for folder in folders() {
        let files = file_names(&folder);
        let shown = folder.display();
        let surplus: Vec<&String> = files.iter().filter(|name| !known.contains(name.as_str())).collect();
        assert!(surplus.is_empty(), "{shown} holds {surplus:?}, which nothing reads");
        let readme = fs::read_to_string(folder.join("README.md")).unwrap();
        assert!(readme.contains("\nWhy"), "{shown}/README.md does not say why");
    }
}

#[test]
fn the_article_is_there_in_full_and_named_as_the_source() {
    let all = folders();
    let name = |folder: &PathBuf| folder.file_name().unwrap().to_str().unwrap().to_owned();
    let of_article: BTreeSet<String> = all
        .iter()
        .filter(|folder| {
            let readme = fs::read_to_string(folder.join("README.md")).unwrap();
            readme.contains("\nSource: Microsoft's \"About Point-to-Site VPN routing\", §")
        })
        .map(name)
        .collect();
    assert_eq!(of_article, ARTICLE.map(str::to_owned).into());
    assert!(all.len() >= ARTICLE.len() + 14, "only {} topologies", all.len());
}
