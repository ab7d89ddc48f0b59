//! Which routes routers refuse as their own, by hand.

use std::collections::BTreeSet;

use tunnelog::answer::Analysis;
use tunnelog::class::Profile;
use tunnelog::import::load::load;

use crate::support::folders::folder;

/// What each router learned: router, neighbour, prefix.
fn learned(files: &[(&str, &str)]) -> BTreeSet<[String; 3]> {
    let folder = folder(files);
    let inventory = load(folder.path()).unwrap().inventory;
    let mut learned = BTreeSet::new();
    let Ok(()) = Analysis::new(&inventory).relations(Profile::Article, |relation| {
        if relation.name == "learned" {
            let rows = relation.rows.into_iter();
            learned.extend(rows.map(|row| [row[0].clone(), row[1].clone(), row[2].clone()]));
        }
        Ok::<(), std::convert::Infallible>(())
    });
    learned
}

fn rows(rows: &[[&str; 3]]) -> BTreeSet<[String; 3]> {
    rows.iter().map(|row| row.map(str::to_owned)).collect()
}

#[test]
fn a_site_takes_what_lies_inside_its_prefix_and_refuses_the_same() {
    let found = learned(&[
        ("vnets.csv", "name,address_space\nHub,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,asn\nHub,65001\n"),
        (
            "sites.csv",
            "name,address_space,asn,transit\nWide,10.0.0.0/8,65101,true\nOther,10.0.0.0/8 10.2.0.0/16,65102,false\n",
        ),
        ("s2s.csv", "from,to,bgp\nHub,Wide,true\nWide,Other,true\n"),
    ]);
    // `Wide` passes on what it takes; of the two that hold 10.0.0.0/8, neither takes it from the other.
    let wanted = [
        ["Hub", "Wide", "10.0.0.0/8"],
        ["Hub", "Wide", "10.2.0.0/16"],
        ["Other", "Wide", "10.1.0.0/16"],
        ["Wide", "Hub", "10.1.0.0/16"],
        ["Wide", "Other", "10.2.0.0/16"],
    ];
    assert_eq!(found, rows(&wanted));
}

#[test]
fn a_gateway_refuses_what_lies_inside_its_networks_and_takes_what_holds_one() {
    let found = learned(&[
        ("vnets.csv", "name,address_space\nHub,10.1.0.0/16\nSpoke,10.2.0.0/16\n"),
        ("gateways.csv", "vnet,asn,client_pool\nHub,65001,10.3.0.0/16\n"),
        (
            "peerings.csv",
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\nHub,Spoke,true,false\nSpoke,Hub,false,true\n",
        ),
        (
            "sites.csv",
            "name,address_space,asn\nSite,10.0.0.0/8 10.1.0.0/16 10.1.1.0/24 10.2.3.0/24 10.3.0.0/24,65101\n",
        ),
        ("s2s.csv", "from,to,bgp\nHub,Site,true\n"),
    ]);
    // Its clients' pool is no network of its own.
    let wanted = [
        ["Hub", "Site", "10.0.0.0/8"],
        ["Hub", "Site", "10.3.0.0/24"],
        ["Site", "Hub", "10.2.0.0/16"],
        ["Site", "Hub", "10.3.0.0/16"],
    ];
    assert_eq!(found, rows(&wanted));
}

#[test]
fn a_default_route_in_an_address_space_refuses_nothing() {
    let found = learned(&[
        ("vnets.csv", "name,address_space\nAll,0.0.0.0/0\n"),
        ("gateways.csv", "vnet,asn\nAll,65001\n"),
        (
            "sites.csv",
            "name,address_space,asn,transit\nOne,0.0.0.0/0 10.1.0.0/16,65101,true\nTwo,0.0.0.0/0 10.2.0.0/16,65102,true\n",
        ),
        ("s2s.csv", "from,to,bgp\nAll,One,true\nOne,Two,true\n"),
    ]);
    // Each tells its neighbours of its own default route, and nobody tells of another's.
    let wanted = [
        ["All", "One", "0.0.0.0/0"],
        ["All", "One", "10.1.0.0/16"],
        ["All", "One", "10.2.0.0/16"],
        ["One", "All", "0.0.0.0/0"],
        ["One", "Two", "0.0.0.0/0"],
        ["One", "Two", "10.2.0.0/16"],
        ["Two", "One", "0.0.0.0/0"],
        ["Two", "One", "10.1.0.0/16"],
    ];
    assert_eq!(found, rows(&wanted));
}
