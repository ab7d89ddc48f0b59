//! Damaged files: whatever the bytes, reading ends with an inventory or an error that points into a file.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use tempfile::TempDir;
use tunnelog::diagnostic::{Report, Severity};
use tunnelog::inventory::read_folder;

const FILES: [(&str, &str); 6] = [
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
                assert!(source.text.get(span.range()).is_some(), "{name}: {shown:?} {finding:?}");
            }
        }
        if has_errors { refused += 1 } else { read += 1 }
    }
    // Both ends are reached often enough for the test to mean something.
    assert!(read > 100 && refused > 300, "{read} read, {refused} refused");
}
