//! Each kind of warning is found where it stands, and nothing is found where nothing is wrong.
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use tunnelog::answer::{Analysis, GatewayAnswer, Request};
use tunnelog::check::{check, check_paths};
use tunnelog::class::{Class, Profile};
use tunnelog::diagnostic::{Code, Report, Severity};
use tunnelog::generate::{Plan, Shape, generate};
use tunnelog::inventory::read_folder;

use crate::support::folders::folder;
use crate::support::topologies::{folder_of, root};

/// A code, and where it is found: the file, the line and the column.
type Finding = (&'static str, &'static str, usize, usize);

/// What is found in the folder of that code under `tests/fixtures/diagnostics`.
const FOUND: [Finding; 53] = [
    ("one-sided-peering", "peerings.csv", 2, 5),
    ("peering-not-connected", "peerings.csv", 3, 22),
    ("peering-out-of-sync", "peerings.csv", 2, 22),
    ("transit-not-used", "peerings.csv", 3, 17),
    ("transit-not-allowed", "peerings.csv", 2, 11),
    ("remote-gateway-missing", "peerings.csv", 3, 17),
    ("spoke-with-gateway", "peerings.csv", 3, 17),
    ("several-remote-gateways", "peerings.csv", 5, 18),
    ("overlapping-address-space", "vnets.csv", 3, 19),
    ("pool-overlap", "gateways.csv", 2, 5),
    ("same-asn", "s2s.csv", 2, 11),
    ("duplicate-asn", "gateways.csv", 4, 6),
    ("repeated-asn", "gateways.csv", 5, 7),
    ("reserved-asn", "sites.csv", 2, 22),
    ("look-alike-names", "vnets.csv", 3, 1),
    ("bgp-without-asn", "s2s.csv", 2, 12),
    ("bgp-unsupported", "s2s.csv", 2, 13),
    ("bgp-unsupported", "s2s.csv", 3, 13),
    ("protocol-unsupported", "gateways.csv", 2, 27),
    ("protocol-unsupported", "gateways.csv", 3, 28),
    ("protocol-unsupported", "clients.csv", 2, 16),
    ("protocol-unsupported", "clients.csv", 3, 21),
    ("protocol-retired", "gateways.csv", 2, 29),
    ("protocol-disputed", "gateways.csv", 2, 26),
    ("tunnel-down", "s2s.csv", 2, 17),
    ("tunnel-without-gateway", "s2s.csv", 2, 6),
    ("static-inside-own", "s2s.csv", 2, 32),
    ("no-route-back", "s2s.csv", 2, 19),
    ("no-route-back", "s2s.csv", 4, 16),
    ("custom-route-nowhere", "gateways.csv", 2, 32),
    ("default-custom-route", "gateways.csv", 2, 20),
    ("doubtful-summary", "gateways.csv", 2, 11),
    ("doubtful-summary", "gateways.csv", 2, 11),
    ("assumed-appliance", "routes.csv", 3, 40),
    ("next-hop-unreachable", "routes.csv", 3, 40),
    ("appliance-loop", "routes.csv", 3, 40),
    ("asymmetric-path", "appliances.csv", 2, 1),
    ("forwarded-traffic-off", "peerings.csv", 3, 22),
    ("pool-may-be-halved", "routes.csv", 3, 13),
    ("reserved-range", "routes.csv", 4, 13),
    ("gateway-subnet-default", "routes.csv", 4, 11),
    ("gateway-subnet-propagation", "route_tables.csv", 2, 11),
    ("summary-on-gateway-subnet", "routes.csv", 2, 11),
    ("unused-route-table", "route_tables.csv", 4, 1),
    ("no-dns-server", "gateways.csv", 2, 1),
    ("dns-out-of-reach", "dns.csv", 2, 14),
    ("zone-not-linked", "zones.csv", 2, 1),
    ("zone-not-linked", "zones.csv", 3, 34),
    ("azure-resolver-as-server", "dns.csv", 2, 14),
    ("limit-exceeded", "gateways.csv", 2, 5),
    ("refused-range", "vnets.csv", 3, 19),
    ("refused-range", "vnets.csv", 4, 7),
    ("refused-range", "gateways.csv", 2, 5),
];

/// Every finding about the folder, as code, file, line and column.
fn findings(folder: &Path) -> Vec<(&'static str, String, usize, usize)> {
    let (report, _) = checked(folder);
    let place = |finding: &tunnelog::diagnostic::Diagnostic| {
        let span = finding.span.unwrap();
        let path = Path::new(&report.sources.get(span.file).path);
        let position = report.sources.position(span);
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        (finding.code.name(), file, position.line, position.column)
    };
    report.diagnostics.iter().map(place).collect()
}

/// What is found in a folder, and the messages of it.
pub(crate) fn checked(folder: &Path) -> (Report, Vec<String>) {
    let mut report = Report::default();
    let inventory = read_folder(folder, &mut report).unwrap_or_else(|| panic!("{:?}", report.diagnostics));
    // Reading may or may not have checked already; what is tested is one check of what was read.
    report.diagnostics.clear();
    let facts = check(&inventory, &mut report);
    check_paths(&inventory, &facts, &mut report);
    let messages = report.diagnostics.iter().map(|finding| finding.message.clone()).collect();
    (report, messages)
}

fn fixture(code: &str) -> PathBuf {
    root().join("tests/fixtures/diagnostics").join(code)
}

fn codes(files: &[(&str, &str)]) -> Vec<&'static str> {
    let folder = folder(files);
    findings(folder.path()).into_iter().map(|(code, ..)| code).collect()
}

fn messages(files: &[(&str, &str)]) -> Vec<String> {
    checked(folder(files).path()).1
}

/// The messages without those about SSTP, whose days are counted however few use it.
fn limits(messages: Vec<String>) -> Vec<String> {
    messages.into_iter().filter(|message| !message.contains("which stops on")).collect()
}

#[test]
fn every_kind_of_warning_is_found_in_its_place_and_alone() {
    let codes: BTreeSet<&str> = FOUND.iter().map(|(code, ..)| *code).collect();
    for code in codes {
        let expected: Vec<_> = FOUND
            .iter()
            .filter(|(of, ..)| *of == code)
            .map(|(code, file, line, column)| (*code, (*file).to_owned(), *line, *column))
            .collect();
        let mut found = findings(&fixture(code));
        // A path that holds a number twice takes two routers that share it, which is told of by itself.
        found.retain(|finding| code != "repeated-asn" || finding.0 != "duplicate-asn");
        // SSTP goes with nothing, and with nobody for much longer.
        found.retain(|finding| code != "protocol-unsupported" || finding.0 != "protocol-retired");
        assert_eq!(found, expected, "{code}");
    }
}

#[test]
fn a_peering_of_single_subnets_is_noted_in_its_place_and_alone() {
    let found = findings(&fixture("peering-in-part"));
    assert_eq!(found, [("peering-in-part", "peerings.csv".to_owned(), 2, 22)]);
    let message = "the side of `Hub` of its peering with `Spoke` leaves out `10.1.128.0/17`";
    assert_eq!(checked(&fixture("peering-in-part")).1, [message]);
}

#[test]
fn what_a_side_of_a_peering_lacks_is_told_by_its_reason() {
    let told = |listed: &str| {
        messages(&[
            ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\nSpoke,10.1.0.0/16;10.2.0.0/16;fd00:1::/48\n"),
            ("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24;fd00:ffff::/64\n"),
            (
                "peerings.csv",
                &format!(
                    "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,remote_prefixes\n\
                     Hub,Spoke,true,false,{listed}\nSpoke,Hub,false,true,\n"
                ),
            ),
        ])
    };
    let side = "the side of `Hub` of its peering with `Spoke`";
    // Whole prefixes are missing, so the address space grew after the last sync.
    assert_eq!(told("10.1.0.0/16;fd00:1::/48"), [format!("{side} does not carry `10.2.0.0/16` yet")]);
    assert_eq!(
        told("10.1.0.0/16;10.2.0.0/16;10.3.0.0/16;fd00:1::/48"),
        [format!("{side} still carries `10.3.0.0/16`")]
    );
    // A prefix is cut, so single subnets are peered.
    assert_eq!(
        told("10.1.0.0/17;fd00:1::/48"),
        [format!("{side} leaves out `10.1.128.0/17`, `10.2.0.0/16`")]
    );
    assert_eq!(
        told("fd00:1::/48"),
        [format!("{side} carries IPv6 alone, and leaves out `10.1.0.0/16`, `10.2.0.0/16`")]
    );
    // All of it, in pieces or more than it.
    assert_eq!(told("10.1.0.0/17;10.1.128.0/17;10.2.0.0/16;fd00:1::/48"), Vec::<String>::new());
    assert_eq!(told("10.0.0.0/8;fd00::/16"), Vec::<String>::new());
    assert_eq!(told(""), Vec::<String>::new());
}

#[test]
fn an_interface_that_does_not_forward_is_found_where_a_route_leads_to_it() {
    let loaded = crate::support::loaded::load(&fixture("forwarding-off"));
    let found: Vec<_> =
        loaded.report.diagnostics.iter().map(|found| (found.code.name(), found.span)).collect();
    let [("forwarding-off", Some(span))] = found[..] else { panic!("{found:?}") };
    let position = loaded.report.sources.position(span);
    assert_eq!((position.line, position.column), (40, 18));
}

#[test]
fn every_kind_of_warning_has_a_fixture() {
    // These are about a question, a change or a plan, and are found where those are tested.
    // Whether an interface forwards is told by exports alone, and a file that is not read by the folder.
    let asked =
        [Code::NoSuchName, Code::ChangeForced, Code::UnknownValue, Code::ForwardingOff, Code::MisnamedFile];
    let warnings = Code::ALL.iter().filter(|code| code.severity() == Severity::Warning);
    let mut known: BTreeSet<&str> =
        warnings.filter(|code| !asked.contains(code)).map(|code| code.name()).collect();
    // A note, and found like warnings.
    known.insert(Code::ProtocolDisputed.name());
    assert_eq!(FOUND.iter().map(|(code, ..)| *code).collect::<BTreeSet<_>>(), known);
}

#[test]
fn every_warning_says_what_was_expected_and_what_to_do() {
    for (code, ..) in FOUND {
        for finding in checked(&fixture(code)).0.diagnostics {
            assert!(!finding.label.is_empty(), "{code}");
            assert!(finding.help.is_some(), "{code}");
            assert!(!finding.message.ends_with('.'), "{}", finding.message);
            assert!(!finding.message.starts_with(char::is_uppercase), "{}", finding.message);
        }
    }
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    for topology in [
        "isolated-vnet",
        "peered-vnets",
        "s2s-chain-bgp",
        "branch-office-bgp",
        "ring",
        "two-gateways",
        "dual-stack",
    ] {
        assert_eq!(findings(&folder_of(topology)), [], "{topology}");
    }
}

const PEERINGS: &str = "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\n";

#[test]
fn transit_that_cannot_be_used_is_no_oversight() {
    let vnets = ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\nOther,10.1.0.0/16\nSpoke,10.2.0.0/16\n");
    let peerings = format!("{PEERINGS}Hub,Spoke,true,false\nSpoke,Hub,false,false\n");
    let gateways = |rows: &str| format!("vnet,client_pool\n{rows}");
    let found = |rows: &str, peerings: &str| {
        codes(&[vnets, ("gateways.csv", &gateways(rows)), ("peerings.csv", peerings)])
    };
    assert_eq!(found("Hub,\n", &peerings), ["transit-not-used"]);
    assert_eq!(found("Other,\n", &peerings), [] as [&str; 0], "the hub has no gateway to use");
    assert_eq!(found("Hub,\nSpoke,\n", &peerings), [] as [&str; 0], "the spoke has its own");
    let both = format!("{peerings}Other,Spoke,true,false\nSpoke,Other,false,true\n");
    assert_eq!(found("Hub,\nOther,\n", &both), [] as [&str; 0], "the spoke uses another hub's");
}

#[test]
fn the_gateway_of_a_vnet_outside_the_inventory_is_not_called_missing() {
    let peerings = format!("{PEERINGS}Hub,Spoke,true,false\nSpoke,Hub,false,true\n");
    let found = |external: bool| {
        let vnets =
            format!("name,address_space,external\nHub,10.0.0.0/16,{external}\nSpoke,10.1.0.0/16,false\n");
        codes(&[("vnets.csv", &vnets), ("peerings.csv", &peerings)])
    };
    assert_eq!(found(false), ["remote-gateway-missing"]);
    assert_eq!(found(true), [] as [&str; 0]);
}

#[test]
fn networks_overlap_only_within_a_connected_part() {
    let vnets = "name,address_space\nA,10.0.0.0/8\nB,10.1.0.0/16\nC,10.1.0.0/16\nD,10.1.2.0/24;10.1.2.0/25\n";
    let of = |peerings: &str| {
        let peerings = format!("{PEERINGS}{peerings}");
        messages(&[("vnets.csv", vnets), ("peerings.csv", &peerings)])
    };
    assert_eq!(of(""), [] as [&str; 0]);
    assert_eq!(
        of("A,B,0,0\nB,A,0,0\nC,D,0,0\nD,C,0,0\n"),
        [
            "`10.1.0.0/16` of `B` overlaps `10.0.0.0/8` of `A`",
            "`10.1.2.0/24` of `D` overlaps `10.1.0.0/16` of `C`",
            "`10.1.2.0/25` of `D` overlaps `10.1.0.0/16` of `C`",
        ]
    );
    // A side alone joins two networks as well, and each prefix is reported once, with the nearest.
    assert_eq!(
        of("A,B,0,0\nB,A,0,0\nB,C,0,0\nC,B,0,0\nC,D,0,0\nD,C,0,0\n"),
        [
            "`10.1.0.0/16` of `B` overlaps `10.0.0.0/8` of `A`",
            "`10.1.0.0/16` of `C` overlaps `10.1.0.0/16` of `B`",
            "`10.1.2.0/24` of `D` overlaps `10.1.0.0/16` of `C`",
            "`10.1.2.0/25` of `D` overlaps `10.1.0.0/16` of `C`",
        ]
    );
}

#[test]
fn a_default_route_of_a_site_overlaps_nothing() {
    let found = |space: &str| {
        codes(&[
            ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\n"),
            ("gateways.csv", "vnet,client_pool,asn\nHub,192.168.0.0/24,65001\n"),
            ("sites.csv", &format!("name,address_space,asn\nOffice,{space},65101\n")),
            ("s2s.csv", "from,to,bgp,from_static,to_static\nHub,Office,true,,10.0.0.0/16\n"),
        ])
    };
    assert_eq!(found("0.0.0.0/0"), [] as [&str; 0]);
    // Two halves hold everything as well, and what is longer inside them decides.
    assert_eq!(found("0.0.0.0/1;128.0.0.0/1"), [] as [&str; 0]);
}

#[test]
fn a_pool_that_holds_others_is_reported_once() {
    let found = messages(&[
        ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\nSpoke,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\nHub,10.0.0.0/8\nSpoke,10.9.0.0/24\n"),
        ("peerings.csv", &format!("{PEERINGS}Hub,Spoke,0,0\nSpoke,Hub,0,0\n")),
    ]);
    assert_eq!(
        found,
        [
            "`10.0.0.0/8`, the address pool of `Hub`, overlaps `10.0.0.0/16` of `Hub`",
            "`10.9.0.0/24`, the address pool of `Spoke`, overlaps `10.0.0.0/8` of the address pool of `Hub`",
        ]
    );
}

#[test]
fn equal_numbers_matter_where_bgp_is_spoken() {
    let vnets = ("vnets.csv", "name,address_space\nA,10.1.0.0/16\nB,10.2.0.0/16\nC,10.3.0.0/16\n");
    let found = |bgp: &str, tunnels: &str| {
        let gateways = format!("vnet,bgp\nA,true\nB,{bgp}\nC,true\n");
        let tunnels = format!("from,to,bgp\n{tunnels}");
        codes(&[vnets, ("gateways.csv", &gateways), ("s2s.csv", &tunnels)])
    };
    assert_eq!(found("true", "A,B,false\nB,C,false\n"), [] as [&str; 0]);
    assert_eq!(found("false", "A,B,true\nB,C,false\n"), ["bgp-unsupported"]);
    // A and B, B and C are joined directly; A and C share the number at a distance.
    assert_eq!(found("true", "A,B,true\nB,C,true\n"), ["duplicate-asn", "same-asn", "same-asn"]);
    // Two rows are one tunnel, and one session.
    assert_eq!(found("true", "A,B,true\nB,A,true\n"), ["same-asn"]);
}

#[test]
fn a_pool_may_be_routed_back_in_pieces_or_by_default() {
    let found = |statics: &str| {
        codes(&[
            ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\n"),
            ("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\n"),
            ("sites.csv", "name,address_space\nOffice,10.101.0.0/16\n"),
            ("s2s.csv", &format!("from,to,bgp,to_static\nHub,Office,false,{statics}\n")),
        ])
    };
    assert_eq!(found("192.168.0.0/25;192.168.0.128/25"), [] as [&str; 0]);
    assert_eq!(found("0.0.0.0/0"), [] as [&str; 0]);
    assert_eq!(found("192.168.0.0/25;192.168.0.128/26"), ["no-route-back"]);
    assert_eq!(found(""), ["no-route-back"]);
}

#[test]
fn a_pool_has_to_come_back_in_the_families_that_go_into_the_tunnel() {
    let found = |space: &str| {
        codes(&[
            ("vnets.csv", "name,address_space\nHub,10.0.0.0/16;fd00::/48\n"),
            ("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24;fd00:f::/64\n"),
            ("sites.csv", &format!("name,address_space\nOffice,{space}\n")),
            ("s2s.csv", "from,to,bgp,to_static\nHub,Office,false,192.168.0.0/24\n"),
        ])
    };
    assert_eq!(found("10.101.0.0/16"), [] as [&str; 0]);
    assert_eq!(found("10.101.0.0/16;fd00:101::/48"), ["no-route-back"]);
}

#[test]
fn a_way_back_may_be_learned_over_another_tunnel() {
    let found = |second: &str| {
        codes(&[
            ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\nEast,10.1.0.0/16\nWest,10.2.0.0/16\n"),
            ("gateways.csv", "vnet,client_pool,asn\nHub,192.168.0.0/24,65001\nEast,,65002\nWest,,65003\n"),
            ("s2s.csv", &format!("from,to,bgp\nHub,East,false\nHub,West,true\nWest,East,{second}\n")),
        ])
    };
    assert_eq!(found("true"), [] as [&str; 0]);
    assert_eq!(found("false"), ["no-route-back"]);
}

#[test]
fn a_custom_route_leads_somewhere_where_any_entry_covers_it() {
    let found = |route: &str| {
        codes(&[
            ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\n"),
            (
                "gateways.csv",
                &format!("vnet,client_pool,custom_routes,asn\nHub,192.168.0.0/24,{route},65001\n"),
            ),
            ("sites.csv", "name,address_space,asn\nOffice,10.101.0.0/16,65101\n"),
            ("s2s.csv", "from,to,bgp\nHub,Office,true\n"),
        ])
    };
    assert_eq!(found("10.101.7.0/24"), [] as [&str; 0], "learned");
    assert_eq!(found("10.0.7.0/24"), [] as [&str; 0], "attached");
    assert_eq!(found("10.100.0.0/15"), ["custom-route-nowhere"], "half of it leads nowhere");
}

/// The rows of `count` VNets in 10.0.0.0/8, each a /24, called V0 and so on.
fn vnets(count: usize) -> String {
    (0..count).fold(String::new(), |mut rows, row| {
        writeln!(rows, "V{row},10.{}.{}.0/24", row / 256, row % 256).unwrap();
        rows
    })
}

/// `count` prefixes in 11.0.0.0/8 as a list.
fn list(count: usize) -> String {
    let prefixes = (0..count).map(|row| format!("11.{}.{}.0/24", row / 256, row % 256));
    prefixes.collect::<Vec<_>>().join(";")
}

#[test]
fn a_vnet_takes_500_peerings() {
    let found = |count: usize| {
        let vnets = format!("name,address_space\nHub,192.168.0.0/16\n{}", vnets(count));
        let mut peerings = PEERINGS.to_owned();
        for row in 0..count {
            writeln!(peerings, "Hub,V{row},false,false\nV{row},Hub,false,false").unwrap();
        }
        let folder = folder(&[("vnets.csv", &vnets), ("peerings.csv", &peerings)]);
        findings(folder.path())
    };
    assert_eq!(found(500), []);
    // The header, two rows for each of 500 spokes, and then the first beyond.
    assert_eq!(found(502), [("limit-exceeded", "peerings.csv".to_owned(), 1_002, 1)]);
}

#[test]
fn an_end_of_a_tunnel_takes_1000_static_prefixes() {
    let found = |count: usize| {
        messages(&[
            ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\n"),
            ("gateways.csv", "vnet,client_pool\nHub,\n"),
            ("sites.csv", "name,address_space\nOffice,12.0.0.0/8\n"),
            ("s2s.csv", &format!("from,to,bgp,from_static\nHub,Office,false,{}\n", list(count))),
        ])
    };
    assert_eq!(found(1_000), [] as [&str; 0]);
    assert_eq!(
        found(1_001),
        ["`Hub` routes 1001 prefixes into one connection; 1000 is the limit of a local network gateway"]
    );
}

#[test]
fn a_gateway_takes_clients_by_its_sku() {
    let found = |sku: &str, protocol: &str, count: usize| {
        let mut clients = "name,gateway,os,protocol\n".to_owned();
        for row in 0..count {
            writeln!(clients, "client{row},Hub,windows,{protocol}").unwrap();
        }
        limits(messages(&[
            ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\n"),
            ("gateways.csv", &format!("vnet,client_pool,sku\nHub,172.16.0.0/12,{sku}\n")),
            ("clients.csv", &clients),
        ]))
    };
    assert_eq!(found("VpnGw1AZ", "IkeV2", 250), [] as [&str; 0]);
    assert_eq!(
        found("VpnGw1AZ", "IkeV2", 251),
        ["the gateway of `Hub` has 251 clients; 250 is the limit of the SKU `VpnGw1`"]
    );
    assert_eq!(found("VpnGw2", "IkeV2", 251), [] as [&str; 0]);
    assert_eq!(found("VpnGw2", "SSTP", 128), [] as [&str; 0]);
    assert_eq!(
        found("VpnGw2", "SSTP", 129),
        ["the gateway of `Hub` has 129 clients over SSTP; 128 is the limit of every SKU"]
    );
}

#[test]
fn a_gateway_takes_600_prefixes_of_its_vnet_and_spokes() {
    let found = |count: usize| {
        let spaces = list(count);
        codes(&[
            ("vnets.csv", &format!("name,address_space\nHub,10.0.0.0/16\nSpoke,{spaces}\n")),
            ("gateways.csv", "vnet,client_pool\nHub,\n"),
            ("peerings.csv", &format!("{PEERINGS}Hub,Spoke,true,false\nSpoke,Hub,false,true\n")),
        ])
    };
    assert_eq!(found(599), [] as [&str; 0]);
    assert_eq!(found(600), ["limit-exceeded"]);
}

#[test]
fn clients_take_routes_by_protocol_and_system() {
    // The hub announces its own prefix and the pool besides those of the spoke and the office.
    let found = |spoke: usize, office: usize, protocol: &str| {
        let offices = (0..office).map(|row| format!("12.{}.{}.0/24", row / 256, row % 256));
        let offices = offices.collect::<Vec<_>>().join(";");
        limits(messages(&[
            ("vnets.csv", &format!("name,address_space\nHub,10.0.0.0/16\nSpoke,{}\n", list(spoke))),
            (
                "gateways.csv",
                &format!("vnet,client_pool,asn,protocols\nHub,192.168.0.0/24,65001,{protocol}\n"),
            ),
            ("sites.csv", &format!("name,address_space,asn\nOffice,{offices},65101\n")),
            ("peerings.csv", &format!("{PEERINGS}Hub,Spoke,true,false\nSpoke,Hub,false,true\n")),
            ("s2s.csv", "from,to,bgp\nHub,Office,true\n"),
        ]))
    };
    let windows = "clients of `Hub` on Windows get 256 routes; 255 is the limit over IKEv2, and old builds of Windows take 25";
    assert_eq!(found(253, 1, "IkeV2"), [] as [&str; 0]);
    assert_eq!(found(254, 0, "IkeV2"), [windows]);
    assert_eq!(
        found(253, 2, "IkeV2"),
        ["clients of `Hub` on other systems get 257 routes; 256 is the limit over IKEv2"]
    );
    assert_eq!(found(253, 745, "OpenVPN"), [] as [&str; 0]);
    assert_eq!(
        found(253, 746, "OpenVPN"),
        ["clients of `Hub` get 1001 routes; 1000 is the limit over OpenVPN"]
    );
    assert_eq!(found(400, 400, "SSTP"), [] as [&str; 0]);
}

#[test]
fn routes_are_counted_as_they_are_answered() {
    for (shape, vnets) in [(Shape::Onepart, 300), (Shape::Hubs, 400), (Shape::Dense, 8)] {
        let mut inventory = generate(&Plan { shape, vnets, seed: 7, faults: 0.005 });
        // Generated gateways serve what their number of routes allows; here each serves everything.
        inventory.gateways.iter_mut().for_each(|gateway| gateway.protocols.clear());
        let mut report = Report::default();
        report.sources.add("generated".to_owned(), String::new(), None);
        check(&inventory, &mut report);
        let counted: BTreeSet<String> = report
            .diagnostics
            .iter()
            .filter(|finding| {
                finding.code == Code::LimitExceeded && finding.message.starts_with("clients of")
            })
            .map(|finding| finding.message.split(" routes;").next().unwrap().to_owned())
            .collect();
        let mut answered = BTreeSet::new();
        let request = Request { profile: Profile::Observed, ..Request::default() };
        let sink = |gateway, rows: &GatewayAnswer| {
            for (class, verb, most) in [
                (Class::WindowsNative, "on Windows get", 255),
                (Class::NonWindowsIkev2, "on other systems get", 256),
                (Class::NonWindowsOpenVpn, "get", 1_000),
            ] {
                let count = rows.routes.iter().filter(|row| row.class == class).count();
                if count > most {
                    let gateway = inventory.names.text(gateway);
                    answered.insert(format!("clients of `{gateway}` {verb} {count}"));
                }
            }
            Ok::<(), Infallible>(())
        };
        Analysis::new(&inventory).answer(&request, sink).unwrap();
        assert_eq!(counted, answered, "{shape:?}");
        // Parts of hubs are small; the others exceed a limit, so that there is something to compare.
        assert_eq!(counted.is_empty(), shape == Shape::Hubs, "{shape:?}");
    }
}

#[test]
fn a_session_takes_4000_prefixes() {
    let found = |count: usize| {
        let folder = folder(&[
            ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\n"),
            ("gateways.csv", "vnet,asn\nHub,65001\n"),
            ("sites.csv", &format!("name,address_space,asn\nOffice,{},65101\n", list(count))),
            ("s2s.csv", "from,to,bgp\nHub,Office,true\n"),
        ]);
        findings(folder.path())
    };
    assert_eq!(found(4_000), []);
    assert_eq!(found(4_001), [("limit-exceeded", "s2s.csv".to_owned(), 2, 12)]);
}

#[test]
fn what_summaries_stand_for_is_not_counted() {
    let spoke = |number: u32| format!("10.{}.{}.0/24", 1 + number / 256, number % 256);
    let (mut spokes, mut sides) = (String::new(), String::new());
    for number in 0..257 {
        writeln!(spokes, "S{number},{}", spoke(number)).unwrap();
        writeln!(sides, "Hub,S{number},true,false\nS{number},Hub,false,true").unwrap();
    }
    let found = |summaries: &str| {
        codes(&[
            ("vnets.csv", &format!("name,address_space\nHub,10.0.0.0/16\nWest,10.200.0.0/16\n{spokes}")),
            (
                "gateways.csv",
                &format!(
                    "vnet,client_pool,asn,summarized_prefixes\nHub,,65001,{summaries}\nWest,192.168.0.0/24,65002,\n"
                ),
            ),
            ("peerings.csv", &format!("vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\n{sides}")),
            ("s2s.csv", "from,to,bgp\nHub,West,true\n"),
        ])
    };
    assert_eq!(found(""), ["limit-exceeded"]);
    assert_eq!(found("10.0.0.0/9"), [] as [&str; 0]);
    assert_eq!(found("172.16.0.0/12"), ["doubtful-summary", "limit-exceeded"]);
}

#[test]
fn what_a_session_carries_is_bounded_where_there_is_too_much_to_count() {
    // 1,300 offices with a session each make more than five million rows of all tables.
    let (mut sites, mut tunnels) = (format!("Large,{},65101\n", list(4_001)), String::new());
    for row in 0..1_300 {
        writeln!(sites, "Office{row},12.{}.{}.0/24,{}", row / 256, row % 256, 4_200_000_000u32 + row)
            .unwrap();
        writeln!(tunnels, "Hub,Office{row},true").unwrap();
    }
    let found = messages(&[
        ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\nEast,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,asn\nHub,65001\nEast,65002\n"),
        ("sites.csv", &format!("name,address_space,asn\n{sites}")),
        ("s2s.csv", &format!("from,to,bgp\n{tunnels}Hub,Large,true\nHub,East,true\n")),
    ]);
    // East is sent all but its own prefix: the hub's, those of the offices and of the large site.
    assert_eq!(
        found,
        [
            "the gateway of `Hub` has 1302 connections; 100 is the limit of any SKU",
            "`Large` sends `Hub` 4001 prefixes over BGP; 4000 is the limit of a session",
            "`Hub` sends `East` up to 5302 prefixes over BGP; 4000 is the limit of a session",
        ]
    );
}

#[test]
fn what_is_said_of_protocols_goes_with_the_sku_and_the_client() {
    let found = |gateway: &str, client: &str| {
        codes(&[
            ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\n"),
            ("gateways.csv", &format!("vnet,client_pool,sku,protocols\nHub,172.16.0.0/12,{gateway}\n")),
            ("clients.csv", &format!("name,gateway,os,protocol\nann,Hub,windows,{client}\n")),
        ])
    };
    assert_eq!(found("Basic,", "OpenVPN"), ["protocol-unsupported"]);
    assert_eq!(found("Basic,", "IkeV2"), ["protocol-disputed"]);
    assert_eq!(found("Basic,", "SSTP"), ["protocol-retired"]);
    assert_eq!(found("Basic,SSTP", ""), ["protocol-retired"]);
    assert_eq!(found("Basic,IkeV2;OpenVPN", ""), ["protocol-unsupported", "protocol-disputed"]);
    assert_eq!(found("VpnGw1AZ,IkeV2;OpenVPN", "IkeV2"), [] as [&str; 0]);
    // Said at the gateway, it is not said again of every client.
    assert_eq!(found("VpnGw1AZ,IkeV2;SSTP", "SSTP"), ["protocol-retired"]);
}

#[test]
fn each_element_of_a_long_cell_has_its_own_place() {
    let prefixes: Vec<String> = (0..200).map(|number| format!("10.0.{number}.0/24")).collect();
    let folder = folder(&[
        ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\n"),
        ("sites.csv", "name,address_space\nSite,10.9.0.0/16\n"),
        (
            "s2s.csv",
            &format!(
                "from,to,bgp,from_static,to_static\nHub,Site,false,{},192.168.0.0/24\n",
                prefixes.join(";")
            ),
        ),
    ]);
    let mut report = Report::default();
    let inventory = read_folder(folder.path(), &mut report).expect("it is clean");
    check(&inventory, &mut report);
    let found = report.diagnostics.iter().filter(|finding| finding.code == Code::StaticInsideOwn);
    let marked = found.map(|finding| {
        let span = finding.span.expect("it stands somewhere");
        report.sources.get(span.file).text()[span.range()].to_owned()
    });
    assert_eq!(marked.collect::<Vec<_>>(), prefixes);
}
