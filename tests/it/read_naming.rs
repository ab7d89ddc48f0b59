//! The files of DNS servers, resolvers, private zones and private endpoints: read, written, and with every fault in its place.

use crate::read::{finding, findings, read};

const NAMING: [(&str, &str); 6] = [
    ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\nSpoke,10.1.0.0/16\n"),
    ("subnets.csv", "vnet,name,address_space,endpoint_policies\nSpoke,Data,10.1.0.0/24,yes\n"),
    ("dns.csv", "vnet,servers\nhub,10.0.0.4 fd00::4\n"),
    ("resolvers.csv", "name,vnet,address\nInbound,HUB,10.0.0.4;10.0.0.5\n"),
    (
        "zones.csv",
        "zone,vnet,id\nPrivatelink.blob.core.windows.net.,hub,/subscriptions/s1/resourceGroups/dns/providers/Microsoft.Network/\
         privateDnsZones/privatelink.blob.core.windows.net\nprivatelink.blob.core.windows.net,spoke,\ncorp.example,,\n",
    ),
    (
        "private_endpoints.csv",
        "name,vnet,address,zone\nstorage,spoke,10.1.0.4,privatelink.BLOB.core.windows.net\nweb,spoke,10.1.0.5;10.1.0.6,\n",
    ),
];

#[test]
fn what_resolves_names_is_read_and_written() {
    let (inventory, report) = read(&NAMING);
    assert_eq!(findings(&report), []);
    let inventory = inventory.unwrap();
    let folder = tempfile::tempdir().unwrap();
    tunnelog::inventory::write::write_folder(&inventory, folder.path()).unwrap();
    let written = |file: &str| std::fs::read_to_string(folder.path().join(file)).unwrap();
    assert_eq!(
        written("subnets.csv"),
        "vnet,name,address_space,route_table,endpoint_policies\nSpoke,Data,10.1.0.0/24,,true\n"
    );
    assert_eq!(written("dns.csv"), "vnet,servers\nHub,10.0.0.4;fd00::4\n");
    assert_eq!(written("resolvers.csv"), "name,vnet,address\nInbound,Hub,10.0.0.4;10.0.0.5\n");
    assert_eq!(
        written("zones.csv"),
        "zone,vnet,id\nPrivatelink.blob.core.windows.net,Hub,/subscriptions/s1/resourceGroups/dns/providers/Microsoft.Network/\
         privateDnsZones/privatelink.blob.core.windows.net\nPrivatelink.blob.core.windows.net,Spoke,\ncorp.example,,\n"
    );
    assert_eq!(
        written("private_endpoints.csv"),
        "name,vnet,address,zone\nstorage,Spoke,10.1.0.4,Privatelink.blob.core.windows.net\nweb,Spoke,10.1.0.5;10.1.0.6,\n"
    );
    // A later inventory without them leaves none behind.
    let (plain, _) = read(&NAMING[..1]);
    tunnelog::inventory::write::write_folder(&plain.unwrap(), folder.path()).unwrap();
    for (file, _) in &NAMING[1..] {
        assert!(!folder.path().join(file).exists(), "{file}");
    }
}

#[test]
fn every_fault_of_what_resolves_names_is_found_in_its_place() {
    let faulty = [
        NAMING[0],
        ("sites.csv", "name,address_space\nOffice,10.101.0.0/16\n"),
        (
            "dns.csv",
            "vnet,servers\nHub,\nHubb,10.0.0.4\nOffice,10.101.0.4\nSpoke,10.0.0.04;dc1\nSPOKE,10.0.0.5\n",
        ),
        ("resolvers.csv", "name,vnet,address\nInbound,Hub,10.1.0.4\nINBOUND,Hub,10.0.0.5\n,Moon,\n"),
        (
            "zones.csv",
            "zone,vnet,id\ncorp.example,Hub,\nCORP.example,hub,\ncorp.example,,\ncorp.example.,,\n,Spoke,\n\
             two words,Moon,not-an-id\n",
        ),
        (
            "private_endpoints.csv",
            "name,vnet,address,zone\nstorage,Spoke,10.0.0.4,https://corp.example\nstorage,Spoke,,\n",
        ),
    ];
    let (inventory, report) = read(&faulty);
    assert!(inventory.is_none());
    let expected = [
        finding("empty-value", "dns.csv", 2, 5, ""),
        finding("unknown-name", "dns.csv", 3, 1, "Hubb"),
        finding("unknown-name", "dns.csv", 4, 1, "Office"),
        finding("bad-value", "dns.csv", 5, 7, "10.0.0.04"),
        finding("bad-value", "dns.csv", 5, 17, "dc1"),
        finding("duplicate-name", "dns.csv", 6, 1, "SPOKE"),
        finding("outside-vnet", "resolvers.csv", 2, 13, "10.1.0.4"),
        finding("duplicate-name", "resolvers.csv", 3, 1, "INBOUND"),
        finding("empty-value", "resolvers.csv", 4, 1, ""),
        finding("unknown-name", "resolvers.csv", 4, 2, "Moon"),
        finding("empty-value", "resolvers.csv", 4, 7, ""),
        finding("duplicate-name", "zones.csv", 3, 1, "CORP.example"),
        finding("duplicate-name", "zones.csv", 5, 1, "corp.example."),
        finding("empty-value", "zones.csv", 6, 1, ""),
        finding("bad-value", "zones.csv", 7, 1, "two words"),
        finding("unknown-name", "zones.csv", 7, 11, "Moon"),
        finding("bad-value", "zones.csv", 7, 16, "not-an-id"),
        finding("outside-vnet", "private_endpoints.csv", 2, 15, "10.0.0.4"),
        finding("bad-value", "private_endpoints.csv", 2, 24, "https://corp.example"),
        finding("duplicate-name", "private_endpoints.csv", 3, 1, "storage"),
        finding("empty-value", "private_endpoints.csv", 3, 15, ""),
    ];
    assert_eq!(findings(&report), expected);
}
