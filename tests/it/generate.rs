//! Generated inventories: the same for the same plan, without a finding where no faults are asked for,
//! and with many kinds of findings where they are.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt::Write as _;

use tunnelog::answer::{Analysis, GatewayAnswer, Request, Resolution, Status};
use tunnelog::check::check;
use tunnelog::diagnostic::{Code, Diagnostic, Report};
use tunnelog::generate::{Plan, Shape, generate, with_resolvers};
use tunnelog::inventory::{Inventory, read_folder, write};
use tunnelog::names::NameId;

/// Everything that an inventory states, but for where it was read.
fn contents(inventory: &Inventory) -> String {
    let mut text = String::new();
    let name = |name| inventory.names.text(name);
    for row in &inventory.vnets {
        writeln!(text, "vnet {} {:?} {}", name(row.name), row.address_space, row.external).unwrap();
    }
    for row in &inventory.gateways {
        let clients = (&row.client_pool, &row.custom_routes, &row.protocols);
        writeln!(text, "gateway {} {clients:?} {} {:?} {}", name(row.vnet), row.bgp, row.asn, row.sku)
            .unwrap();
    }
    for row in &inventory.sites {
        let own = (&row.address_space, row.asn, row.transit);
        writeln!(text, "site {} {own:?}", name(row.name)).unwrap();
    }
    for row in &inventory.peerings {
        let flags = (row.allow_gateway_transit, row.use_remote_gateways, row.allow_vnet_access);
        let ends = (name(row.vnet), name(row.remote_vnet));
        writeln!(text, "peering {ends:?} {flags:?} {:?}", row.rare().not_connected).unwrap();
    }
    for row in &inventory.connections {
        let ends = (name(row.from), name(row.to));
        let routes = (row.bgp, &row.from_static, &row.to_static);
        writeln!(text, "tunnel {ends:?} {routes:?} {:?} {}", row.down, row.name).unwrap();
    }
    let label = |label| inventory.labels.text(label);
    for row in &inventory.subnets {
        let table = row.route_table.map(label);
        writeln!(text, "subnet {} {} {:?} {table:?}", name(row.vnet), label(row.name), row.address_space)
            .unwrap();
    }
    for row in &inventory.route_tables {
        writeln!(text, "table {} {}", label(row.name), row.gateway_routes).unwrap();
    }
    for row in &inventory.user_routes {
        let leads = (row.prefix, row.next_hop, &row.addresses);
        writeln!(text, "route {} {leads:?}", label(row.route_table)).unwrap();
    }
    for row in &inventory.appliances {
        let own = (name(row.vnet), &row.addresses, row.stateful);
        writeln!(text, "appliance {} {own:?}", label(row.name)).unwrap();
    }
    assert!(inventory.clients.is_none(), "no shape lists clients");
    text
}

fn findings(inventory: &Inventory) -> Vec<Diagnostic> {
    let mut report = Report::default();
    report.sources.add("generated".to_owned(), String::new(), None);
    check(inventory, &mut report);
    report.diagnostics
}

/// A size at which every structure of the shape is there.
fn size(shape: Shape) -> usize {
    match shape {
        Shape::Dense => 20,
        Shape::Estate => 1_010,
        _ => 400,
    }
}

#[test]
fn the_plan_says_it_all() {
    for shape in Shape::ALL {
        for faults in [0.0, 0.3] {
            let plan = Plan { shape, vnets: size(shape), seed: 7, faults };
            let first = contents(&generate(&plan));
            assert!(first == contents(&generate(&plan)), "{} with faults {faults}", shape.word());
            let other = contents(&generate(&Plan { seed: 8, ..plan }));
            assert!(first != other, "{} with faults {faults}", shape.word());
        }
    }
}

/// How many gateways, gateways with P2S, sites, sides of peerings and tunnels there are.
fn counts(shape: Shape, vnets: usize) -> [usize; 5] {
    let inventory = generate(&Plan { shape, vnets, seed: 1, faults: 0.0 });
    assert_eq!(inventory.vnets.len(), vnets);
    let with_pool = inventory.gateways.iter().filter(|gateway| !gateway.client_pool.is_empty()).count();
    let links = [inventory.peerings.len(), inventory.connections.len()];
    [inventory.gateways.len(), with_pool, inventory.sites.len(), links[0], links[1]]
}

#[test]
fn shapes_have_the_structure_that_they_promise() {
    // 5 parts of 4 hubs with 49 spokes; 3 tunnels a part.
    assert_eq!(counts(Shape::Hubs, 1_000), [20, 5, 0, 2 * 20 * 49, 15]);
    assert_eq!(counts(Shape::Landing, 1_000), counts(Shape::Hubs, 1_000));
    // 50 parts of 20 hubs with 100 spokes; a ring a part.
    assert_eq!(counts(Shape::Estate, 101_000), [1_000, 500, 0, 2 * 100_000, 1_000]);
    // A tree of gateways with 2 spokes.
    assert_eq!(counts(Shape::Onepart, 4_500), [1_500, 1_500, 0, 2 * 3_000, 1_499]);
    assert_eq!(counts(Shape::Chain, 1_500), [1_500, 30, 0, 0, 1_499]);
    // 30 tunnels a gateway, each with two ends.
    assert_eq!(counts(Shape::Mesh, 1_000), [1_000, 100, 0, 0, 15_000]);
    // 10 parts of two gateways and two sites; the gateways are joined too.
    assert_eq!(counts(Shape::Dense, 20), [20, 10, 20, 0, 30]);
    let dense = generate(&Plan { shape: Shape::Dense, vnets: 2, seed: 1, faults: 0.0 });
    let listed: Vec<usize> = dense.connections.iter().map(|row| row.from_static.len()).collect();
    assert_eq!(listed, [0, 1_000, 1_000]);
}

#[test]
fn a_resolver_answers_the_clients_of_each_gateway() {
    for shape in [Shape::Hubs, Shape::Landing, Shape::Onepart] {
        let plain = generate(&Plan { shape, vnets: 200, seed: 1, faults: 0.0 });
        let inventory = with_resolvers(plain.clone());
        assert_eq!(contents(&plain), contents(&inventory), "{}", shape.word());
        assert_eq!(findings(&inventory), [], "{}", shape.word());
        let mut rows = 0;
        let sink = |_, answer: &GatewayAnswer| {
            rows += answer.names.len();
            assert!(answer.names.iter().all(|row| row.status == Resolution::Resolves), "{}", shape.word());
            Ok::<(), Infallible>(())
        };
        let Ok(()) = Analysis::new(&inventory).answer(&Request { names: true, ..Request::default() }, sink);
        let with_pool = inventory.gateways.iter().filter(|gateway| !gateway.client_pool.is_empty()).count();
        assert_eq!(rows, 2 * with_pool, "{}", shape.word());
    }
}

#[test]
fn a_landing_zone_sends_all_by_its_firewall() {
    let inventory = generate(&Plan { shape: Shape::Landing, vnets: 1_000, seed: 1, faults: 0.0 });
    // A firewall in each of 20 hubs; a table for each GatewaySubnet and each of 980 spokes, which have three subnets.
    assert_eq!(inventory.appliances.len(), 20);
    assert_eq!(inventory.route_tables.len(), 20 + 980);
    assert_eq!(inventory.subnets.len(), 2 * 20 + 3 * 980);
    // A route to each spoke, and one from it.
    assert_eq!(inventory.user_routes.len(), 2 * 980);
    let tableless = generate(&Plan { shape: Shape::Hubs, vnets: 1_000, seed: 1, faults: 0.0 });
    assert_eq!([tableless.subnets.len(), tableless.user_routes.len()], [0, 0]);
    // The right hub and firewall lets pass what there would be without.
    assert_eq!(answers(&inventory), answers(&tableless));
}

fn answers(inventory: &Inventory) -> Vec<(NameId, GatewayAnswer)> {
    let mut answers = Vec::new();
    let sink = |gateway: NameId, answer: &GatewayAnswer| {
        assert!(answer.reach.iter().all(|row| matches!(row.status, Status::Reachable | Status::NeedsRoute)));
        answers.push((gateway, answer.clone()));
        Ok::<(), Infallible>(())
    };
    let Ok(()) = Analysis::new(inventory).answer(&Request::default(), sink);
    answers
}

#[test]
fn a_mesh_joins_no_two_gateways_twice() {
    for vnets in 0..35 {
        let inventory = generate(&Plan { shape: Shape::Mesh, vnets, seed: 1, faults: 0.0 });
        let ends = inventory.connections.iter().map(|row| (row.from.min(row.to), row.from.max(row.to)));
        assert_eq!(ends.collect::<BTreeSet<_>>().len(), inventory.connections.len(), "{vnets}");
    }
}

#[test]
fn without_faults_nothing_is_found() {
    for shape in Shape::ALL {
        // The largest has as many routes as a client can take; dense parts are alike.
        let largest = match shape {
            Shape::Hubs | Shape::Landing => 1_000,
            Shape::Estate => 4_040,
            Shape::Onepart => 700,
            Shape::Chain | Shape::Mesh => 900,
            Shape::Dense => 20,
        };
        for vnets in [0, 1, 2, 3, 50, 205, largest].into_iter().filter(|vnets| *vnets <= largest) {
            let inventory = generate(&Plan { shape, vnets, seed: 3, faults: 0.0 });
            assert_eq!(inventory.vnets.len(), vnets);
            let mut found = findings(&inventory);
            // That there is nothing is no fault, and is said.
            found.retain(|finding| vnets > 0 || finding.code != Code::NoVnet);
            assert_eq!(found, [], "{} of {vnets} VNets", shape.word());
        }
    }
}

#[test]
fn faults_are_of_many_kinds() {
    let mut all = BTreeSet::new();
    for shape in Shape::ALL {
        // Enough for some of the few P2S gateways and sites to be at fault.
        let vnets = match shape {
            Shape::Dense => 100,
            Shape::Chain => 700,
            _ => size(shape),
        };
        let inventory = generate(&Plan { shape, vnets, seed: 5, faults: 0.2 });
        let codes: BTreeSet<&str> = findings(&inventory).iter().map(|finding| finding.code.name()).collect();
        assert!(codes.len() >= 8, "{}: {codes:?}", shape.word());
        all.extend(codes);
    }
    for code in [
        "one-sided-peering",
        "peering-not-connected",
        "transit-not-used",
        "transit-not-allowed",
        "remote-gateway-missing",
        "spoke-with-gateway",
        "several-remote-gateways",
        "overlapping-address-space",
        "pool-overlap",
        "same-asn",
        "duplicate-asn",
        "reserved-asn",
        "bgp-unsupported",
        "protocol-unsupported",
        "tunnel-down",
        "static-inside-own",
        "no-route-back",
        "custom-route-nowhere",
        "default-custom-route",
    ] {
        assert!(all.contains(code), "{code}");
    }
}

#[test]
fn what_is_written_is_read_back() {
    for shape in Shape::ALL {
        for faults in [0.0, 0.3] {
            let inventory = generate(&Plan { shape, vnets: size(shape), seed: 11, faults });
            let folder = tempfile::tempdir().unwrap();
            write::write_folder(&inventory, folder.path()).unwrap();
            let mut report = Report::default();
            let read = read_folder(folder.path(), &mut report).unwrap();
            assert_eq!(report.diagnostics, [], "{}", shape.word());
            assert!(contents(&read) == contents(&inventory), "{} with faults {faults}", shape.word());
        }
    }
}
