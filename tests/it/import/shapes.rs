//! Exports of one small network in every shape give the same inventory.

use std::path::{Path, PathBuf};

use crate::support::loaded::{Loaded, load};
use tunnelog::diagnostic::{Diagnostic, Report, Severity};
use tunnelog::inventory::write::write_folder;
use tunnelog::inventory::{Inventory, read_folder};

use super::describe::{describe, messages};
use crate::support::topologies::root;

/// The network of all fixtures: a hub with a spoke in the west, a hub in the east, a tunnel with BGP
/// between the two, a branch with BGP in the west and a depot without in the east.
const NETWORK: &str = "\
vnet hub-east 10.20.0.0/16 10.21.0.0/16
vnet hub-west 10.10.0.0/16
vnet shop 10.11.0.0/16
gateway hub-east VpnGw2 bgp 65020 pool[] custom[] protocols[]
gateway hub-west VpnGw2 bgp 65010 pool[172.16.10.0/24] custom[10.99.0.0/16] protocols[IkeV2 OpenVPN]
site depot 192.168.60.0/24
site branch 65500 192.168.50.0/24
peering hub-west shop allow-transit
peering shop hub-west use-remote
tunnel east-to-depot hub-east depot static[192.168.60.0/24] down NotConnected
tunnel east-to-west hub-east hub-west bgp static[]
tunnel west-to-branch hub-west branch bgp static[192.168.50.0/24]
tunnel west-to-east hub-west hub-east bgp static[]
";

fn fixture(name: &str) -> PathBuf {
    root().join("tests/fixtures/exports").join(name)
}

fn read(shape: &str) -> Loaded {
    let loaded = load(&fixture(shape));
    let described = loaded.inventory.as_ref().map(describe);
    assert_eq!(described.as_deref(), Some(NETWORK), "{shape}: {:#?}", messages(&loaded.report));
    loaded
}

#[test]
fn bodies_of_the_api() {
    assert_eq!(messages(&read("arm").report), [""; 0]);
    assert_eq!(messages(&read("examples").report), [""; 0]);
}

#[test]
fn output_of_the_command_line() {
    assert_eq!(messages(&read("cli").report), [""; 0]);
}

#[test]
fn pages_of_resource_graph() {
    assert_eq!(messages(&read("graph").report), [""; 0]);
}

#[test]
fn rows_that_the_portal_saves() {
    assert_eq!(messages(&read("portal").report), [""; 0]);
    read("portal/AzureResourceGraphResults-network.csv");
}

#[test]
fn columns_that_queries_project() {
    let loaded = read("queries");
    assert_eq!(
        messages(&loaded.report),
        [
            "client `vgw-west-IkeV2` has no operating system, and is left out",
            "client `vgw-west-OpenVPN` has no operating system, and is left out",
        ]
    );
    assert!(loaded.inventory.unwrap().clients.is_none());
}

#[test]
fn rows_that_powershell_saves() {
    assert_eq!(messages(&read("powershell").report), [""; 0]);
}

#[test]
fn a_page_that_is_missing_is_noted() {
    let loaded = load(&fixture("graph/page2.json"));
    assert!(loaded.inventory.is_some());
    assert!(messages(&loaded.report).contains(&"only 5 of the 11 rows of a query are in the export"));
}

#[test]
fn the_same_resource_twice_is_one() {
    let mut report = Report::default();
    let paths = [fixture("graph"), fixture("arm"), fixture("cli"), fixture("queries"), fixture("portal")];
    let inventory = tunnelog::import::read_export(&paths, &mut report).unwrap();
    assert_eq!(describe(&inventory), NETWORK);
    let others: Vec<&Diagnostic> =
        report.diagnostics.iter().filter(|found| !found.message.starts_with("client `vgw-west")).collect();
    assert!(others.is_empty(), "{others:#?}");
}

#[test]
fn resources_are_found_again_in_the_text() {
    let Loaded { inventory, report } = read("graph");
    let text = |span: tunnelog::source::Span| &report.sources.get(span.file).text()[span.range()];
    let inventory = inventory.unwrap();
    let shown: Vec<&str> = inventory.vnets.iter().map(|vnet| text(vnet.origin)).collect();
    assert_eq!(shown, ["hub-east", "hub-west", "shop"]);
    let shown: Vec<&str> = inventory.peerings.iter().map(|peering| text(peering.origin)).collect();
    assert_eq!(shown, ["to-shop", "to-hub"]);
    let Loaded { inventory, report } = read("portal");
    let text = |span: tunnelog::source::Span| &report.sources.get(span.file).text()[span.range()];
    let shown: Vec<&str> = inventory.as_ref().unwrap().peerings.iter().map(|it| text(it.origin)).collect();
    assert_eq!(shown, ["hub-west", "shop"]);
}

#[test]
fn what_is_written_reads_back_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let written = read("arm").inventory.unwrap();
    write_folder(&written, folder.path()).unwrap();
    let loaded = load(folder.path());
    assert_eq!(loaded.report.worst(), None, "{:#?}", messages(&loaded.report));
    let read = loaded.inventory.unwrap();
    assert_eq!(describe(&read), NETWORK);
    let resources = |inventory: &Inventory| {
        let vnets = inventory.vnets.iter().map(|row| row.resource.clone());
        let gateways = inventory.gateways.iter().map(|row| row.resource.clone());
        let sites = inventory.sites.iter().map(|row| row.resource.clone());
        let peerings = inventory.peerings.iter().map(|row| row.rare().resource.clone());
        let connections = inventory.connections.iter().map(|row| row.resource.clone());
        vnets
            .chain(gateways)
            .chain(sites)
            .chain(peerings)
            .chain(connections)
            .collect::<Option<Vec<_>>>()
            .unwrap()
    };
    assert_eq!(resources(&read), resources(&written));
    let header = |file: &str| {
        let text = std::fs::read_to_string(folder.path().join(file)).unwrap();
        text.lines().next().unwrap().to_owned()
    };
    assert_eq!(header("vnets.csv"), "name,address_space,id,location");
    assert_eq!(header("s2s.csv"), "from,to,bgp,from_static,to_static,status,name,id");
    assert!(!folder.path().join("clients.csv").exists());
}

#[test]
fn every_field_survives_writing() {
    let source = tempfile::tempdir().unwrap();
    let files = [
        ("vnets.csv", "name,address_space,external\n\"hub, west\",10.1.0.0/16;fd00:1::/48,\npartner,,true\n"),
        (
            "gateways.csv",
            "vnet,client_pool,custom_routes,bgp,asn,sku,protocols\n\
             \"hub, west\",192.168.0.0/24,10.9.0.0/16;10.8.0.0/16,no,65001,VpnGw1,OpenVPN;SSTP\npartner,,,,,,\n",
        ),
        ("sites.csv", "name,address_space,asn,transit\nBranch,0.0.0.0/0;10.50.0.0/16,65100,yes\n"),
        (
            "peerings.csv",
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,allow_vnet_access,state\n\
             \"hub, west\",partner,yes,no,no,Initiated\n",
        ),
        (
            "s2s.csv",
            "from,to,bgp,from_static,to_static,status,name\n\
             \"hub, west\",Branch,no,10.50.0.0/16,10.1.0.0/16;192.168.0.0/24,Connecting,first\n",
        ),
        (
            "clients.csv",
            "name,gateway,os,protocol,manual_routes\nann,\"hub, west\",macos,OpenVPN,10.50.0.0/16\nbob,\"hub, west\",ios,,\n",
        ),
    ];
    for (file, text) in files {
        std::fs::write(source.path().join(file), text).unwrap();
    }
    let read = |folder: &Path| {
        let mut report = Report::default();
        let inventory = read_folder(folder, &mut report);
        assert!(report.worst() < Some(Severity::Error), "{:#?}", messages(&report));
        inventory.unwrap()
    };
    let first = read(source.path());
    let target = tempfile::tempdir().unwrap();
    write_folder(&first, target.path()).unwrap();
    let second = read(target.path());
    // Places in files differ, and nothing else may.
    let without_places = |inventory: &Inventory| {
        let text = format!(
            "{:#?}{:#?}{:#?}{:#?}{:#?}{:#?}",
            inventory.vnets,
            inventory.gateways,
            inventory.sites,
            inventory.peerings,
            inventory.connections,
            inventory.clients
        );
        let is_place = |line: &&str| !["start: ", "end: "].iter().any(|it| line.trim_start().starts_with(it));
        text.lines().filter(is_place).map(str::to_owned).collect::<Vec<_>>()
    };
    let names = |inventory: &Inventory| -> Vec<String> {
        inventory.names.iter().map(|name| inventory.names.text(name).to_owned()).collect()
    };
    assert_eq!(without_places(&first), without_places(&second));
    assert_eq!(names(&first), names(&second));
}

#[test]
fn the_header_of_vnets_tells_the_forms_apart() {
    let own = tempfile::tempdir().unwrap();
    std::fs::write(own.path().join("vnets.csv"), "Name;Address Space\nhub;10.0.0.0/16\n").unwrap();
    assert_eq!(describe(&load(own.path()).inventory.unwrap()), "vnet hub 10.0.0.0/16\n");
    assert_eq!(describe(&load(&own.path().join("vnets.csv")).inventory.unwrap()), "vnet hub 10.0.0.0/16\n");
    // A mistake in the header is a mistake, and no other form.
    // An `id` beside the required columns is no export; Azure's own spelling of them is.
    let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/vnet-hub";
    std::fs::write(
        own.path().join("vnets.csv"),
        format!("\u{feff}ID;Name;Address Space\n{id};hub;10.0.0.0/16\n"),
    )
    .unwrap();
    assert_eq!(describe(&load(own.path()).inventory.unwrap()), "vnet hub 10.0.0.0/16\n");
    std::fs::write(own.path().join("vnets.csv"), format!("id,name,addressSpace\n{id},vnet-hub,\n")).unwrap();
    assert_eq!(describe(&load(own.path()).inventory.unwrap()), "vnet vnet-hub external\n");

    std::fs::write(own.path().join("vnets.csv"), "name,adress\nhub,10.0.0.0/16\n").unwrap();
    let codes: Vec<&str> =
        load(own.path()).report.diagnostics.iter().map(|found| found.code.name()).collect();
    assert!(codes.contains(&"missing-column"), "{codes:?}");
}
