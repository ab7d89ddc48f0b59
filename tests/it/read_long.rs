//! Long files of subnets, route tables and user routes are read like short ones: by several threads where there is nothing to say about
//! them, and otherwise by one, which a quote in the last row asks for.

use std::fmt::Write as _;

use tunnelog::diagnostic::{Code, Report};
use tunnelog::inventory::routing::{RouteTable, Subnet, UserRoute};
use tunnelog::inventory::{Inventory, read_folder};

use crate::support::folders::folder;

const SPOKES: usize = 1_100;

/// The table of a spoke: a long name makes a long file of few rows.
fn table(spoke: usize) -> String {
    format!("From-{}{spoke}", "a-spoke-in-the-north-".repeat(48))
}

/// The files of a hub and spokes with two subnets and a table each, every one but the last long enough to be shared.
fn files() -> Vec<(&'static str, String)> {
    let mut vnets = String::from("name,address_space\nHub,10.0.0.0/16\n");
    let mut subnets =
        String::from("vnet,name,address_space,route_table\nHub,GatewaySubnet,10.0.0.0/27,To-Spokes\n");
    let mut tables = String::from("name,gateway_routes\nTo-Spokes,\n");
    let mut routes = String::from("route_table,prefix,next_hop,next_hop_address,name\n");
    for spoke in 0..SPOKES {
        let table = table(spoke);
        let prefix = format!("172.{}.{}", 16 + spoke / 256, spoke % 256);
        writeln!(vnets, "Spoke{spoke},{prefix}.0/24").unwrap();
        writeln!(subnets, "spoke{spoke},Web,{prefix}.0/26,{}", table.to_lowercase()).unwrap();
        writeln!(subnets, "Spoke{spoke},App{},{prefix}.64/26;{prefix}.128/26,", spoke % 7).unwrap();
        writeln!(tables, "{table},{}", if spoke % 2 == 0 { "no" } else { "TRUE" }).unwrap();
        writeln!(routes, "to-spokes,{prefix}.0/24,VirtualAppliance,10.0.1.4 10.0.1.5,").unwrap();
        writeln!(routes, "{table},0.0.0.0/0,virtualappliance,10.0.1.4,all of it").unwrap();
        writeln!(routes, "{table},{prefix}.0/24,VnetLocal,,").unwrap();
    }
    vec![("vnets.csv", vnets), ("subnets.csv", subnets), ("route_tables.csv", tables), ("routes.csv", routes)]
}

/// What is read where `row` is the last of `file`.
fn read(file: &str, row: &str) -> (Option<Inventory>, Report) {
    let mut files = files();
    for (name, text) in &mut files {
        if *name == file {
            assert!(text.len() > 1 << 20, "{file} is too short: {}", text.len());
            text.push_str(row);
        }
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut report = Report::default();
    let inventory = read_folder(folder(&files).path(), &mut report);
    (inventory, report)
}

/// The rows that steer, as text, and where they stand.
fn rows(inventory: &Inventory) -> [Vec<String>; 3] {
    let label = |label| inventory.labels.text(label);
    let subnet = |row: &Subnet| {
        let (vnet, table) = (inventory.names.text(row.vnet), row.route_table.map(label));
        format!("{vnet} {} {:?} {table:?} {:?}", label(row.name), row.address_space, row.origin)
    };
    let table = |row: &RouteTable| format!("{} {} {:?}", label(row.name), row.gateway_routes, row.origin);
    let route = |row: &UserRoute| {
        let to = (row.prefix, row.next_hop, &row.addresses, &row.name);
        format!("{} {to:?} {:?}", label(row.route_table), row.origin)
    };
    [
        inventory.subnets.iter().map(subnet).collect(),
        inventory.route_tables.iter().map(table).collect(),
        inventory.user_routes.iter().map(route).collect(),
    ]
}

#[test]
fn several_threads_read_what_one_does() {
    let (shared, report) = read("", "");
    assert_eq!(report.diagnostics, []);
    let shared = rows(&shared.unwrap());
    assert_eq!(shared.each_ref().map(Vec::len), [2 * SPOKES + 1, SPOKES + 1, 3 * SPOKES]);
    for (index, (file, row)) in [
        ("subnets.csv", "\"Hub\",Other,10.0.1.0/24,\n"),
        ("route_tables.csv", "\"other\",\n"),
        ("routes.csv", "\"to-spokes\",10.9.0.0/16,None,,\n"),
        // Of a VNet whose other subnets stand elsewhere.
        ("subnets.csv", "Hub,Other,10.0.1.0/24,\n"),
    ]
    .into_iter()
    .enumerate()
    {
        let (alone, report) = read(file, row);
        assert_eq!(report.diagnostics, [], "{file}");
        let alone = rows(&alone.unwrap());
        let changed = index % 3;
        let mut expected = shared.clone();
        expected[changed].push(alone[changed].last().unwrap().clone());
        assert!(alone[changed].len() == shared[changed].len() + 1);
        for (one, other) in alone.iter().zip(&expected) {
            let differs = one.iter().zip(other).find(|(one, other)| one != other);
            assert_eq!((one.len(), differs), (other.len(), None), "{file}");
        }
    }
}

#[test]
fn what_is_wrong_in_a_long_file_is_found() {
    for (file, row, code) in [
        ("subnets.csv", "Moon,Web,10.0.1.0/24,\n", Code::UnknownName),
        ("subnets.csv", "Hub,Web,10.0.1.0/24,from-nobody-at-all\n", Code::UnknownName),
        ("subnets.csv", "Hub,Web,10.1.1.0/24,\n", Code::OutsideVnet),
        ("subnets.csv", "Spoke1099,web,172.20.75.192/26,\n", Code::DuplicateName),
        ("subnets.csv", "Spoke1099,Data,172.20.75.32/27,\n", Code::OverlappingSubnets),
        ("subnets.csv", "Hub,Web,,\n", Code::EmptyValue),
        ("route_tables.csv", "TO-SPOKES,\n", Code::DuplicateName),
        ("route_tables.csv", "other,perhaps\n", Code::BadBoolean),
        ("routes.csv", "to-spokes,172.16.0.0/24,Internet,,\n", Code::DuplicateRoute),
        ("routes.csv", "to-spokes,10.9.0.0/16,VirtualAppliance,,\n", Code::EmptyValue),
        ("routes.csv", "to-spokes,10.9.0.0/16,VnetLocal,10.0.1.4,\n", Code::BadValue),
        ("routes.csv", "to-spokes,10.9.0.0/16,VirtualAppliance,10.0.1,\n", Code::BadValue),
        ("routes.csv", "to-spokes,Storage,Internet,,\n", Code::OutsideModel),
    ] {
        let (_, report) = read(file, row);
        let found: Vec<Code> = report.diagnostics.iter().map(|finding| finding.code).collect();
        assert_eq!(found, [code], "{file}: {row}");
    }
}
