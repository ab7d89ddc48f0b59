//! Damaged files: whatever the bytes, reading ends with what they hold or an error that points into a file.

use crate::support::loaded::load;
use tempfile::TempDir;
use tunnelog::diagnostic::{Report, Severity};
use tunnelog::import::read_plan;
use tunnelog::inventory::read_folder;
use tunnelog::prefix::Prefix;
use tunnelog::verify::{Interface, interfaces, read_bytes, through};

const FILES: [(&str, &str); 14] = [
    (
        "vnets.csv",
        "\u{feff}name;address_space;external\r\nZürich;[\"10.1.0.0/16\",\"fd00:1::/48\"];\r\n\"Sp;oke\";10.2.0.0/16, 10.3.0.0/16;false\r\nFar;;true\r\n",
    ),
    (
        "gateways.csv",
        "vnet,client_pool,custom_routes,bgp,asn,sku,protocols\nZÜRICH,192.168.0.0/24,\"0.0.0.0/1;128.0.0.0/1\",yes,65010,VpnGw1,OpenVPN IkeV2\n",
    ),
    ("sites.csv", "name,address_space,asn,transit\nOffice,10.101.0.0/16,65020,1\n"),
    (
        "peerings.csv",
        "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,allow_vnet_access,state\nZürich,Sp;oke,true,false,true,Connected\nSp;oke,Zürich,false,true,,\n",
    ),
    (
        "s2s.csv",
        "from,to,bgp,from_static,to_static,status,name\nZürich,Office,true,10.101.0.0/16,,Connected,\"a \"\"b\"\"\"\n",
    ),
    (
        "clients.csv",
        "name,gateway,os,protocol,manual_routes,note\nanna,Zürich,windows,IkeV2,10.101.0.0/16,new\n",
    ),
    (
        "subnets.csv",
        "vnet,name,address_space,route_table\nzürich,GatewaySubnet,10.1.0.0/27,Hub-Table\n\"Sp;oke\",App,10.2.0.0/24,\n",
    ),
    ("route_tables.csv", "name,gateway_routes\nhub-table,no\n"),
    (
        "routes.csv",
        "route_table,prefix,next_hop,next_hop_address,name\nHub-table,10.2.0.0/16,virtualappliance,\"10.1.1.4;10.1.1.5\",to\nhub-table,Storage,Internet,,\n",
    ),
    ("appliances.csv", "name,vnet,address,stateful\nFirewall,Zürich,10.1.1.4 10.1.1.5,0\n"),
    ("dns.csv", "vnet,servers\nzürich,\"10.1.1.9;10.101.0.53, fd00:1::9\"\n"),
    ("resolvers.csv", "name,vnet,address\nInbound,Zürich,10.1.1.9 fd00:1::9\n"),
    (
        "zones.csv",
        "zone,vnet,id\nprivatelink.blob.core.windows.net.,Zürich,/subscriptions/s1/resourceGroups/dns/providers/Microsoft.Network/privateDnsZones/\
         privatelink.blob.core.windows.net\ncorp.example,,\n",
    ),
    (
        "private_endpoints.csv",
        "name,vnet,address,zone\nstorage,\"Sp;oke\",10.2.9.4,privatelink.blob.core.windows.net\n",
    ),
];

/// Bytes that mean something to the reader, which plain chance would seldom hit.
const TELLING: &[u8] = b"\"\",;\n\r\t []/\\0\xff\xfe\xc3\x00";

/// The numbers of Knuth's linear congruential generator: the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

fn mangle(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    if bytes.is_empty() {
        return;
    }
    let at = numbers.below(bytes.len());
    let telling = TELLING[numbers.below(TELLING.len())];
    match numbers.below(6) {
        0 => bytes[at] = telling,
        1 => bytes.insert(at, telling),
        2 => {
            bytes.remove(at);
        }
        3 => bytes.truncate(at + 1),
        4 => bytes[at] ^= 1 << numbers.below(8),
        _ => {
            let end = (at + numbers.below(20)).min(bytes.len());
            let copy = bytes[at..end].to_vec();
            let to = numbers.below(bytes.len());
            bytes.splice(to..to, copy);
        }
    }
}

#[test]
fn a_thousand_mangled_folders_give_an_inventory_or_an_error() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    for (name, text) in FILES {
        write(name, text.as_bytes());
    }
    let mut report = Report::default();
    assert!(read_folder(folder.path(), &mut report).is_some(), "{:?}", report.diagnostics);

    let mut numbers = Numbers(2026);
    let (mut read, mut refused) = (0, 0);
    for round in 0..1000 {
        let (name, text) = FILES[round % FILES.len()];
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..=numbers.below(3) {
            mangle(&mut bytes, &mut numbers);
        }
        write(name, &bytes);
        let mut report = Report::default();
        let inventory = read_folder(folder.path(), &mut report);
        write(name, text.as_bytes());

        let has_errors = report.worst() == Some(Severity::Error);
        let shown = String::from_utf8_lossy(&bytes);
        assert_eq!(inventory.is_none(), has_errors, "{name}: {shown:?} {:?}", report.diagnostics);
        for finding in &report.diagnostics {
            for span in finding.span.iter().chain(finding.related.iter().map(|(span, _)| span)) {
                let source = report.sources.get(span.file);
                assert!(source.text().get(span.range()).is_some(), "{name}: {shown:?} {finding:?}");
            }
        }
        if has_errors { refused += 1 } else { read += 1 }
    }
    // Both ends are reached often enough for the test to mean something.
    assert!(read > 100 && refused > 300, "{read} read, {refused} refused");
}

#[test]
fn mangled_plans_and_exports_give_inventories_or_an_error() {
    let folder = TempDir::new().unwrap();
    let mut numbers = Numbers(11);
    let (mut read, mut refused) = (0, 0);
    for (name, is_plan) in [
        ("terraform/chain-state.json", false),
        ("terraform/chain-to-bgp.json", true),
        ("terraform/new-hub.json", true),
        ("what-if/chain-to-bgp.json", true),
        ("exports/governance/tenant_VirtualNetworks.csv", false),
        ("exports/powershell/connections.csv", false),
        ("exports/powershell/vnets.csv", false),
    ] {
        let whole = std::fs::read(format!("tests/fixtures/{name}")).unwrap();
        let path = folder.path().join(name.replace('/', "-"));
        for _ in 0..100 {
            let mut bytes = whole.clone();
            for _ in 0..=numbers.below(4) {
                mangle(&mut bytes, &mut numbers);
            }
            std::fs::write(&path, &bytes).unwrap();
            let (is_read, report) = if is_plan {
                let mut report = Report::default();
                (read_plan(&path, None, &mut report).is_some(), report)
            } else {
                let loaded = load(&path);
                (loaded.inventory.is_some(), loaded.report)
            };
            assert_eq!(is_read, report.worst() != Some(Severity::Error), "{name}: {:?}", report.diagnostics);
            for span in report.diagnostics.iter().filter_map(|finding| finding.span) {
                let source = report.sources.get(span.file);
                assert!(source.text().get(span.range()).is_some(), "{name}: {span:?}");
            }
            if is_read { read += 1 } else { refused += 1 }
        }
    }
    assert!(read > 100 && refused > 100, "{read} read, {refused} refused");
}

#[test]
fn mangled_files_of_routes_give_a_table_or_an_error() {
    let pool: [Prefix; 1] = ["192.168.0.0/24".parse().unwrap()];
    let mut entries: Vec<_> =
        std::fs::read_dir("tests/fixtures/routes").unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let mut numbers = Numbers(7);
    let (mut read, mut refused) = (0, 0);
    for path in &entries {
        let whole = std::fs::read(path).unwrap();
        for round in 0..300 {
            let mut bytes = whole.clone();
            for _ in 0..=numbers.below(4) {
                mangle(&mut bytes, &mut numbers);
            }
            let mut report = Report::default();
            // What is forced to be of another kind has to be read without harm as well.
            let forced = (round % 3 == 0)
                .then(|| tunnelog::verify::Kind::ALL[numbers.below(tunnelog::verify::Kind::ALL.len())]);
            let table = read_bytes(path, bytes.clone(), forced, &mut report);
            let shown = String::from_utf8_lossy(&bytes);
            let has_errors = report.worst() == Some(Severity::Error);
            assert_eq!(table.is_none(), has_errors, "{path:?}: {shown:?} {:?}", report.diagnostics);
            for span in report.diagnostics.iter().filter_map(|finding| finding.span) {
                let source = report.sources.get(span.file);
                assert!(source.text().get(span.range()).is_some(), "{path:?}: {shown:?} {span:?}");
            }
            let Some(table) = table else {
                refused += 1;
                continue;
            };
            read += 1;
            for entry in table.entries.iter().chain(&table.excluded) {
                assert!(report.sources.get(entry.span.file).text().get(entry.span.range()).is_some());
            }
            let vpn = through(&table, &pool, &Interface::OfPool);
            assert!(interfaces(&table, &vpn).len() <= vpn.len());
        }
    }
    assert!(read > 400 && refused > 800, "{read} read, {refused} refused");
}
