//! `verify` on machines of every system, by expectations that stand beside them.

use std::collections::BTreeMap;
use std::fs;

use super::verify::HEADER;
use crate::support::folders::folder;
use crate::support::program::run;
use crate::support::topologies::root;

/// Where the networks and machines are.
const FOLDER: &str = "tests/fixtures/machines";

/// The deviations of each file and class of a folder: the cells of a row from its kind to its reason, and its line.
type Expected = BTreeMap<(String, String), Vec<[String; 5]>>;

fn expected(folder: &str) -> Expected {
    let path = root().join(FOLDER).join(folder).join("expected.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    let mut expected = Expected::new();
    for record in reader.records() {
        let cells: Vec<String> = record.unwrap().iter().map(String::from).collect();
        let [file, class, row @ ..] = &cells[..] else { panic!("{cells:?}") };
        let rows = expected.entry((file.clone(), class.clone())).or_default();
        if !row[0].is_empty() {
            rows.push(row.to_vec().try_into().unwrap());
        }
    }
    expected
}

/// The exit code of `verify`, and the same cells of its rows.
fn found(folder: &str, gateway: &str, file: &str, class: &str) -> (Option<i32>, Vec<[String; 5]>) {
    let run = run(&format!(
        "verify {FOLDER}/{folder}/inventory --gateway {gateway} --class {class} {FOLDER}/{folder}/files/{file} --quiet"
    ));
    assert_eq!(run.stderr, "", "{folder} {file}");
    assert!(run.stdout.starts_with(HEADER), "{folder} {file}: {}", run.stdout);
    let mut reader = csv::Reader::from_reader(run.stdout.as_bytes());
    let row = |record: csv::StringRecord| [0, 1, 2, 3, 5].map(|at| record[at].to_owned());
    (run.code, reader.records().map(|record| row(record.unwrap())).collect())
}

#[test]
fn machines_are_told_the_truth_about() {
    let folders = [
        ("older-package", "Hub"),
        ("package-as-it-is", "Hub"),
        ("wider-by-a-bit", "Hub"),
        ("class-route", "VNet1"),
        ("class-b", "VNet1"),
        ("home-network", "Hub"),
        ("clients", "Hub"),
    ];
    for (folder, gateway) in folders {
        let expected = expected(folder);
        let mut files: Vec<String> = fs::read_dir(root().join(FOLDER).join(folder).join("files"))
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        for ((file, class), rows) in &expected {
            let code = Some(i32::from(!rows.is_empty()));
            assert_eq!(found(folder, gateway, file, class), (code, rows.clone()), "{folder} {file} {class}");
            files.retain(|name| Some(&**name) != file.split(' ').next());
        }
        assert_eq!(files, [""; 0], "files of {folder} that nothing is expected of");
    }
}

#[test]
fn what_import_reads_of_learned_routes_is_read_here_too() {
    let verify = |file: &str| {
        run(&format!(
            "verify facts/s2s-chain-branch-bgp --gateway VNet1 --quiet {FOLDER}/learned/files/{file}"
        ))
    };
    // The gateway learned 10.3.0.0/16, which VNet2 offers, and 10.5.0.0/16, which nobody of the inventory does.
    let rows = |line: usize| {
        format!(
            "{HEADER}missing,10.101.0.0/16,not-learned,,VNet2,,Look at what the neighbour advertises.\n\
             missing,10.2.0.0/16,not-learned,,VNet2,,Look at what the neighbour advertises.\n\
             surplus,10.5.0.0/16,not-in-inventory,,,{line},\"Add it to whoever advertises it, or see why it is advertised.\"\n"
        )
    };
    let read = [
        ("learned-convertto-json.json", 50),
        ("learned-export-csv.csv", 7),
        ("learned-export-csv-ps5.csv", 8),
    ];
    for (file, line) in read {
        let run = verify(file);
        assert_eq!((run.code, run.stdout), (Some(1), rows(line)), "{file}");
    }
    for file in ["learned-format-list.txt", "learned-o-table.txt", "learned-o-tsv.txt", "learned-o-yaml.yaml"]
    {
        let run = verify(file);
        assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{file}");
        assert!(run.stderr.contains("help: run the command again with `-o json`"), "{file}: {}", run.stderr);
    }
}

/// The rows of `verify` on a table of Linux, without their help.
fn rows(inventory: &str, options: &str, table: &str) -> Vec<String> {
    let file = folder(&[("routes", table)]);
    let path = file.path().join("routes");
    let run = run(&format!("verify {inventory} {options} --quiet {}", path.display()));
    assert_eq!(run.stderr, "");
    let mut reader = csv::Reader::from_reader(run.stdout.as_bytes());
    let row = |record: csv::StringRecord| record.iter().take(4).collect::<Vec<_>>().join(" ");
    reader.records().map(|record| row(record.unwrap())).collect()
}

const HUB: &str = "--gateway East --class non-windows";

#[test]
fn two_halves_and_a_default_route_are_told_apart() {
    let given = folder(&[
        ("vnets.csv", "name,address_space\nEast,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool,custom_routes\nEast,192.168.1.0/24,0.0.0.0/1;128.0.0.0/1\n"),
    ]);
    let inventory = given.path().to_str().unwrap();
    let table = |routes: &str| {
        let own = "default via 172.20.4.1 dev eth0 metric 100\n172.20.4.0/24 dev eth0\n\
                   192.168.1.2 dev tun0\n10.1.0.0/16 dev tun0\n";
        format!("{own}{routes}")
    };
    // The halves leave the LAN in its place, which is longer, and have to.
    let halves = "0.0.0.0/1 dev tun0\n128.0.0.0/1 dev tun0\n";
    assert_eq!(rows(inventory, HUB, &table(halves)), [""; 0]);
    // A default route with the worse metric takes nothing, and is not two halves; nor is one with the better.
    let lost = ["0.0.0.0/1", "128.0.0.0/1"].map(|half| format!("missing {half} custom-route custom-route"));
    assert_eq!(rows(inventory, HUB, &table("default dev tun0 metric 900\n")), lost);
    let with_default = [&lost[..], &["surplus 0.0.0.0/0 default-route ".to_owned()]].concat();
    assert_eq!(rows(inventory, HUB, &table("default dev tun0 metric 50\n")), with_default);
    // Nobody gives the halves of another network: together they are all traffic, and one of them is not.
    let other = folder(&[
        ("vnets.csv", "name,address_space\nEast,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\nEast,192.168.1.0/24\n"),
    ]);
    let other = other.path().to_str().unwrap();
    let surplus = ["0.0.0.0/1", "128.0.0.0/1"].map(|half| format!("surplus {half} default-route "));
    assert_eq!(rows(other, HUB, &table(halves)), surplus);
    let half = rows(other, HUB, &table("0.0.0.0/1 dev tun0\n"));
    assert_eq!(half, ["surplus 0.0.0.0/1 local-route "]);
}

#[test]
fn what_only_a_default_route_carries_has_no_route_of_its_own() {
    let network = folder(&[
        ("vnets.csv", "name,address_space\nEast,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\nEast,192.168.1.0/24\n"),
    ]);
    let table = "192.168.1.2 dev tun0\ndefault dev tun0\n";
    let expected = ["missing 10.1.0.0/16 not-delivered own-vnet", "surplus 0.0.0.0/0 default-route "];
    assert_eq!(rows(network.path().to_str().unwrap(), HUB, table), expected);
}

#[test]
fn routes_beside_the_tunnel_take_what_is_longer_or_has_the_better_metric() {
    let network = folder(&[
        ("vnets.csv", "name,address_space\nEast,\"10.1.0.0/16;fd00:1::/48\"\n"),
        ("gateways.csv", "vnet,client_pool\nEast,\"192.168.1.0/24;fd00:ffff::/64\"\n"),
    ]);
    let table = |more: &str| {
        format!(
            "192.168.1.2 dev tun0\n10.1.0.0/16 dev tun0 metric 50\nfd00:ffff::2 dev tun0\n\
             fd00:1::/48 dev tun0 metric 1024\n{more}"
        )
    };
    let told = |more: &str| rows(network.path().to_str().unwrap(), HUB, &table(more));
    let own = |prefix: &str| format!("missing {prefix} other-interface own-vnet");
    assert_eq!(told("10.1.0.0/16 dev eth0 metric 100\n"), [""; 0]);
    assert_eq!(told("10.1.0.0/16 dev eth0 metric 20\n"), [own("10.1.0.0/16")]);
    assert_eq!(told("10.0.0.0/8 dev eth0\nfd00::/8 dev eth0 metric 1\n"), [""; 0]);
    assert_eq!(told("fd00:1:0:5::/64 dev eth0 metric 1024\n"), [own("fd00:1:0:5::/64")]);
    assert_eq!(told("10.1.5.0/24 dev eth0\n10.1.5.9 dev eth0\n"), [own("10.1.5.0/24")]);
    // What the tunnel holds once more, and longer, is none of the other's.
    assert_eq!(told("10.1.5.0/24 dev eth0\n10.1.5.0/25 dev tun0\n"), [own("10.1.5.128/25")]);
    // Packets may end on the machine itself.
    assert_eq!(told("blackhole 10.1.5.0/24\n"), [own("10.1.5.0/24")]);
    // A table of its own is asked before the main one.
    let apart = "192.168.1.2 dev tun0\n10.1.0.0/16 dev tun0 table 220\nfd00:1::/48 dev tun0 table 220\n\
                 10.1.5.0/24 dev eth0\n";
    assert_eq!(
        rows(network.path().to_str().unwrap(), HUB, &apart.replace("dev tun0\n", "dev tun0 table 220\n")),
        [""; 0]
    );
}

#[test]
fn a_profile_that_includes_too_much_is_not_told_to_remove_it() {
    // Windows clients need a route to 10.2.0.0/15 for VNet2 and VNet3, and this one holds more.
    let profile = "<azvpnprofile><includeroutes><route><destination>10.2.0.0</destination><mask>15</mask></route>\
                   <route><destination>10.96.0.0</destination><mask>12</mask></route></includeroutes></azvpnprofile>";
    let windows = "--gateway VNet1 --class windows";
    let found = rows("facts/s2s-chain-branch-bgp", windows, profile);
    assert_eq!(found, ["surplus 10.96.0.0/12 wider-route "]);
}
