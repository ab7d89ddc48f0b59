//! Recorded answers of Azure: every topology of them becomes an inventory or is clearly refused.
//!
//! The recordings are not part of this repository, so these tests do nothing where they are not
//! beside it.
#![expect(clippy::print_stdout, reason = "a test that did nothing has to say so")]

use std::path::{Path, PathBuf};

use crate::support::loaded::{Loaded, load};
use tunnelog::diagnostic::{Code, Report, Severity};
use tunnelog::import::read_plan;
use tunnelog::inventory::Inventory;

use crate::support::topologies::root;

fn recordings() -> Option<PathBuf> {
    let folder = root().join("../shared/exports");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no recordings at `{}`", folder.display());
    None
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

fn messages(loaded: &Loaded) -> Vec<&str> {
    loaded.report.diagnostics.iter().map(|found| found.message.as_str()).collect()
}

/// Reads what must be an inventory.
fn inventory(path: &Path) -> Inventory {
    let loaded = load(path);
    let said = messages(&loaded);
    let Some(inventory) = loaded.inventory else { panic!("{}: {said:#?}", path.display()) };
    inventory
}

/// How many VNets, gateways, sites, sides of peerings and tunnels there are.
fn counts(inventory: &Inventory) -> [usize; 5] {
    [
        inventory.vnets.len(),
        inventory.gateways.len(),
        inventory.sites.len(),
        inventory.peerings.len(),
        inventory.tunnels().len(),
    ]
}

#[test]
fn every_recording_is_read_or_refused() {
    let Some(recordings) = recordings() else { return };
    let folders = ["arm", "labs", "csv/arg-fullrow", "spec-examples/2018-12-01", "templates"];
    for path in folders.iter().flat_map(|folder| entries(&recordings.join(folder))) {
        let loaded = load(&path);
        let errors: Vec<_> =
            loaded.report.diagnostics.iter().filter(|found| found.severity() == Severity::Error).collect();
        if loaded.inventory.is_some() {
            assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
        } else {
            // One of Microsoft's examples gives a device the address 11.0.0.257.
            let is_clear = |code: Code, help: &Option<String>| {
                code == Code::BadValue || code == Code::NotAnInventory && help.is_some()
            };
            assert!(!errors.is_empty(), "{}: refused without a reason", path.display());
            assert!(errors.iter().all(|error| is_clear(error.code, &error.help)), "{errors:#?}");
        }
    }
}

#[test]
fn topologies_have_what_was_recorded() {
    let Some(recordings) = recordings() else { return };
    // Counted by hand in the recordings: VNets, gateways, sites, sides of peerings, tunnels.
    for (topology, expected) in [
        ("azcli-aa-vnet2vnet-bgp-gws", [2, 2, 0, 0, 0]),
        ("azcli-s2s-static-ipsec", [1, 1, 1, 0, 1]),
        ("azcli-subscription-51-vnets", [51, 0, 0, 3, 0]),
        ("azcli-vnet-peering-2rg", [2, 0, 0, 2, 0]),
        ("azcli-vnet-peering-gw-transit", [2, 1, 0, 2, 0]),
        ("azcli-vpn-gateway-3gw", [3, 3, 0, 0, 1]),
        ("java-peerings-2", [2, 0, 0, 2, 0]),
        ("java-s2s-static", [1, 1, 1, 0, 1]),
        ("java-vnet2vnet-static", [2, 2, 0, 0, 1]),
        // Three gateways were recorded at different moments, two of them in the same VNet, which is
        // not in the list.
        ("xplat-p2s-gateway", [2, 2, 1, 0, 0]),
        ("xplat-vnet2vnet-2rg", [2, 2, 0, 0, 1]),
        ("xplat-vnet2vnet-nobgp-field", [2, 2, 0, 0, 1]),
        ("xplat-vnets", [5, 0, 0, 0, 0]),
    ] {
        assert_eq!(counts(&inventory(&recordings.join("arm").join(topology))), expected, "{topology}");
    }
}

#[test]
fn a_prediction_that_nothing_changes_is_no_change() {
    let Some(recordings) = recordings() else { return };
    for topology in
        ["azcli-vnet-peering-gw-transit", "azcli-s2s-static-ipsec", "java-vnet2vnet-static", "xplat-vnets"]
    {
        let path = recordings.join("arm").join(topology);
        let mut changes = Vec::new();
        for file in entries(&path) {
            let recorded: serde_json::Value =
                serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
            for body in recorded["value"].as_array().unwrap() {
                changes.push(serde_json::json!({
                    "resourceId": body["id"], "changeType": "NoChange", "before": body, "after": body,
                }));
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let plan = folder.path().join("plan.json");
        let prediction = serde_json::json!({ "status": "Succeeded", "changes": changes });
        std::fs::write(&plan, prediction.to_string()).unwrap();
        // Laid over the recording itself, or alone.
        for estate in [None, Some(path.as_path())] {
            let planned = read_plan(&plan, estate, &mut Report::default()).unwrap();
            let recorded = counts(&inventory(&path));
            assert_eq!([counts(&planned.before), counts(&planned.after)], [recorded; 2], "{topology}");
        }
    }
}

#[test]
fn details_are_as_recorded() {
    let Some(recordings) = recordings() else { return };
    let read = |topology: &str| inventory(&recordings.join("arm").join(topology));
    let text = |prefixes: &[tunnelog::prefix::Prefix]| {
        prefixes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };

    let three = read("azcli-vpn-gateway-3gw");
    assert_eq!(text(&three.gateways[0].custom_routes), "101.168.0.6/32 102.168.0.6/32");
    assert!(three.gateways[1].is_basic());
    assert_eq!((three.gateways[2].bgp, three.gateways[2].asn), (true, Some(12345)));

    let clients = read("java-p2s-ikev2-openvpn");
    assert_eq!(text(&clients.gateways[0].client_pool), "172.16.201.0/24");
    assert_eq!(clients.gateways[0].protocols.len(), 2);

    let transit = read("azcli-vnet-peering-gw-transit");
    let sides: Vec<_> = transit
        .peerings
        .iter()
        .map(|side| {
            (side.allow_gateway_transit, side.use_remote_gateways, side.rare().not_connected.as_deref())
        })
        .collect();
    assert_eq!(sides, [(false, true, None), (true, false, Some("Initiated"))]);

    let stale = read("java-peerings-2");
    assert_eq!(stale.peerings.iter().filter(|side| side.rare().not_connected.is_some()).count(), 1);
    assert!(stale.peerings.iter().all(|side| !side.allow_vnet_access));

    let site = read("azcli-s2s-static-ipsec");
    assert_eq!(text(&site.connections[0].from_static), "10.61.0.0/16 10.62.0.0/16");
    assert_eq!(text(&site.sites[0].address_space), "10.61.0.0/16 10.62.0.0/16");

    // BGP on the connection while neither gateway has it on; still connecting.
    let mismatch = read("xplat-vnet2vnet-2rg");
    assert!(mismatch.connections[0].bgp && mismatch.gateways.iter().all(|gateway| !gateway.bgp));
    assert_eq!(mismatch.connections[0].down.as_deref(), Some("Connecting"));

    // Four of fifty-one VNets are called `vnet1`, and three `vm1VNET`.
    let many = read("azcli-subscription-51-vnets");
    let called =
        |end: &str| many.vnets.iter().filter(|vnet| many.names.text(vnet.name).ends_with(end)).count();
    assert_eq!((called("/vnet1"), called("/vm1VNET")), (4, 3));
    assert_eq!(many.names.len(), 51);
}

#[test]
fn saved_rows_are_the_bodies_they_were_saved_from() {
    let Some(recordings) = recordings() else { return };
    for (rows, bodies) in [
        ("51-vnets.csv", "azcli-subscription-51-vnets"),
        ("vpn-3gw-all-types.csv", "azcli-vpn-gateway-3gw"),
        ("p2s-all-types.bom-crlf.csv", "java-p2s-ikev2-openvpn"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut written = Vec::new();
        for path in [recordings.join("csv/arg-fullrow").join(rows), recordings.join("arm").join(bodies)] {
            tunnelog::inventory::write::write_folder(&inventory(&path), folder.path()).unwrap();
            let files = entries(folder.path());
            written.push(files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect::<Vec<_>>());
        }
        assert_eq!(written[0], written[1], "{rows}");
    }
}

#[test]
fn labs_say_what_they_lack() {
    let Some(recordings) = recordings() else { return };
    let hub = inventory(&recordings.join("labs/summarized-gw"));
    assert_eq!(counts(&hub), [3, 0, 0, 2, 0]);
    assert_eq!(hub.vnets.iter().filter(|vnet| vnet.external).count(), 2);
    let lab = inventory(&recordings.join("labs/vnra"));
    assert_eq!(counts(&lab), [4, 0, 0, 6, 0]);
    assert!(lab.peerings.iter().all(|side| !side.allow_vnet_access));
    // Its subnets use route tables that nobody exported.
    let said = "route tables that subnets use are not in the export, and steer nothing here: `rt-hub1-vnra`, `rt-hub2-vnra`, \
                `rt-spoke1`, `rt-spoke2`";
    assert!(messages(&load(&recordings.join("labs/vnra"))).contains(&said));
    let lone = load(&recordings.join("labs/vngbgp"));
    assert_eq!(
        messages(&lone),
        ["no virtual network in the export, which holds virtual network gateways (1)"]
    );
}

/// The lab printed the effective routes of a machine, of which one is a user route: `10.20.0.0/16` to `10.1.0.4`.
#[test]
fn a_lab_with_its_route_table_is_steered_as_its_effective_routes_say() {
    let Some(recordings) = recordings() else { return };
    let lab = recordings.join("labs/vnra");
    let vnets = std::fs::read_to_string(lab.join("vnets.json")).unwrap();
    let printed: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(lab.join("test1-effective-routes.json")).unwrap())
            .unwrap();
    let user = printed["value"].as_array().unwrap().iter().find(|route| route["source"] == "User").unwrap();
    let spoke = serde_json::from_str::<serde_json::Value>(&vnets).unwrap();
    let spoke = spoke.as_array().unwrap().iter().find(|vnet| vnet["name"] == "spoke1-vnet").unwrap().clone();
    // The table as the command line would have listed it.
    let table = serde_json::json!([{
        "id": spoke["subnets"][0]["routeTable"]["id"], "name": "rt-spoke1", "disableBgpRoutePropagation": false,
        "routes": [{ "name": user["name"], "addressPrefix": user["addressPrefix"][0], "nextHopType": user["nextHopType"],
            "nextHopIpAddress": user["nextHopIpAddress"][0] }],
        "subnets": [{ "id": spoke["subnets"][0]["id"] }],
    }]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("vnets.json"), vnets).unwrap();
    std::fs::write(folder.path().join("tables.json"), table.to_string()).unwrap();
    let written = folder.path().join("inventory");
    tunnelog::inventory::write::write_folder(&inventory(folder.path()), &written).unwrap();
    let file = |name: &str| std::fs::read_to_string(written.join(name)).unwrap();
    assert_eq!(
        file("subnets.csv"),
        "vnet,name,address_space,route_table\n\
         hub1-vnet,VirtualNetworkApplianceSubnet,10.1.0.0/24,\n\
         hub2-vnet,VirtualNetworkApplianceSubnet,10.2.0.0/24,\n\
         spoke1-vnet,vm-subnet,10.10.1.0/24,rt-spoke1\n\
         spoke2-vnet,vm-subnet,10.20.1.0/24,\n"
    );
    assert_eq!(
        file("routes.csv"),
        "route_table,prefix,next_hop,next_hop_address,name\n\
         rt-spoke1,10.20.0.0/16,VirtualAppliance,10.1.0.4,to-10-20-0-0x16\n"
    );
}
