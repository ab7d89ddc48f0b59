//! Reading folders of CSV files: what is understood, what is refused, and where it says so.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tunnelog::diagnostic::{Code, Report, Severity};
use tunnelog::inventory::{Inventory, Os, Peering, Protocol, Resource, read_folder};
use tunnelog::prefix::Prefix;

use crate::support::folders::folder;

const PEERINGS: &str = "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\n";

/// Code, file, line, column and marked text of a finding.
type Finding = (String, String, usize, usize, String);

pub(crate) fn finding(code: &str, file: &str, line: usize, column: usize, marked: &str) -> Finding {
    (code.to_owned(), file.to_owned(), line, column, marked.to_owned())
}

pub(crate) fn findings(report: &Report) -> Vec<Finding> {
    let sources = &report.sources;
    let one = |finding: &tunnelog::diagnostic::Diagnostic| {
        let code = finding.code.name().to_owned();
        let Some(span) = finding.span else { return (code, String::new(), 0, 0, String::new()) };
        let (source, position) = (sources.get(span.file), sources.position(span));
        let file = Path::new(&source.path).file_name().unwrap().to_str().unwrap().to_owned();
        (code, file, position.line, position.column, source.text()[span.range()].to_owned())
    };
    report.diagnostics.iter().map(one).collect()
}

pub(crate) fn read(files: &[(&str, &str)]) -> (Option<Inventory>, Report) {
    read_in(&folder(files))
}

/// Reads a `vnets.csv` that may be no text.
fn read_bytes(vnets: &[u8]) -> (Option<Inventory>, Report) {
    let folder = folder(&[]);
    std::fs::write(folder.path().join("vnets.csv"), vnets).unwrap();
    read_in(&folder)
}

fn read_in(folder: &TempDir) -> (Option<Inventory>, Report) {
    let mut report = Report::default();
    let inventory = read_folder(folder.path(), &mut report);
    (inventory, report)
}

/// The inventory of a folder in which nothing is to be found fault with.
fn clean(files: &[(&str, &str)]) -> Inventory {
    let (inventory, report) = read(files);
    assert_eq!(findings(&report), []);
    inventory.unwrap()
}

/// The names of the VNets with their address spaces.
fn vnets(inventory: &Inventory) -> Vec<(&str, String)> {
    let vnets = inventory.vnets.iter();
    vnets.map(|vnet| (inventory.names.text(vnet.name), list(&vnet.address_space))).collect()
}

fn list(prefixes: &[Prefix]) -> String {
    prefixes.iter().map(Prefix::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_fixture_has_the_findings_of_its_name_and_no_others() {
    let expected = [
        ("bad-boolean", vec![("peerings.csv", 3, 17, "maybe")]),
        ("bad-number", vec![("gateways.csv", 2, 5, "4294967296")]),
        (
            "bad-prefix",
            vec![
                ("vnets.csv", 2, 17, "10.2.0.1/16"),
                ("vnets.csv", 3, 21, "10.4.0.4"),
                ("vnets.csv", 4, 5, "10.5.0.0/33"),
            ],
        ),
        ("bad-value", vec![("clients.csv", 2, 12, "mac"), ("clients.csv", 3, 15, "WireGuard")]),
        ("duplicate-column", vec![("vnets.csv", 1, 20, "Address Space")]),
        ("duplicate-name", vec![("vnets.csv", 4, 1, "HUB"), ("gateways.csv", 4, 1, "hub")]),
        ("duplicate-route", vec![("routes.csv", 3, 8, "0.0.0.0/0")]),
        ("empty-value", vec![("vnets.csv", 3, 7, "")]),
        ("missing-column", vec![("vnets.csv", 1, 1, "name")]),
        ("name-clash", vec![("sites.csv", 2, 1, "hub")]),
        ("not-an-inventory", vec![("", 0, 0, "")]),
        (
            "outside-vnet",
            vec![("subnets.csv", 2, 19, "10.1.0.0/27"), ("appliances.csv", 2, 14, "10.0.1.4;10.2.1.4")],
        ),
        ("overlapping-subnets", vec![("subnets.csv", 3, 10, "10.0.1.128/25")]),
        ("self-reference", vec![("peerings.csv", 2, 5, "hub")]),
        ("unknown-column", vec![("vnets.csv", 1, 20, "owner"), ("gateways.csv", 1, 6, "client-pol")]),
        ("misnamed-file", vec![("", 0, 0, "")]),
        ("unknown-file", vec![("", 0, 0, ""), ("", 0, 0, "")]),
        ("unknown-name", vec![("peerings.csv", 2, 5, "Spook"), ("clients.csv", 2, 8, "Spoke")]),
        (
            "unreadable-csv",
            vec![
                ("vnets.csv", 2, 1, "Hub,10.1.0.0/16,10.2.0.0/16"),
                ("vnets.csv", 3, 6, "\"10.4.0.0/16\""),
                ("vnets.csv", 4, 1, "\"Far\"away,10.5.0.0/16"),
                ("vnets.csv", 5, 7, "\"10.3.0.0/16"),
            ],
        ),
        ("unreadable-file", vec![("vnets.csv", 3, 2, "\u{fffd}")]),
    ];
    for (code, places) in &expected {
        let mut report = Report::default();
        let path = PathBuf::from(format!("tests/fixtures/diagnostics/{code}"));
        let inventory = read_folder(&path, &mut report);
        let places: Vec<_> = places
            .iter()
            .map(|(file, line, column, marked)| finding(code, file, *line, *column, marked))
            .collect();
        assert_eq!(findings(&report), places);
        let is_error = report.worst() == Some(Severity::Error);
        assert_eq!(inventory.is_none(), is_error, "{code}");
    }
    let with_fixture: Vec<&str> = expected.iter().map(|(code, _)| *code).collect();
    let by_other_stages = [
        "unreadable-json",
        "no-vnet",
        "peering-in-part",
        "outside-model",
        "unmodelled",
        "incomplete",
        "protocol-disputed",
        // Queries and changes.
        "query-syntax",
        "unknown-relation",
        "wrong-arity",
        "bad-term",
        "unbound-variable",
        "derived-relation",
        "query-too-large",
        "bad-change",
        "change-impossible",
        "change-of-nothing",
        "change-carries-more",
        // What is set for every call.
        "bad-setting",
        // Files of routes.
        "unreadable-xml",
        "unknown-format",
        "bad-route",
    ];
    for code in Code::ALL.iter().filter(|code| code.severity() != Severity::Warning) {
        let (name, others) = (code.name(), &by_other_stages);
        assert!(with_fixture.contains(&name) != others.contains(&name), "{name}");
    }
}

#[test]
fn every_fault_is_found_in_one_run_and_in_file_order() {
    let (inventory, report) = read(&[
        (
            "clients.csv",
            "name,gateway,os\nanna,VNet1,windows\nANNA,VNet1,linux\nbert,VNet3,android\ncarl,VNet1,\n",
        ),
        ("s2s.csv", "from,to,bgp,from_static\nVNet1,Site1,perhaps,10.101.0.0/16 10.102.0.1/16\n"),
        ("vnets.csv", "name,address_space\nVNet1,10.1.0.0/16\nVNet2,10.2.0.0\nvnet1,10.3.0.0/16\n"),
        ("peerings.csv", &format!("{PEERINGS}VNet1,Site1,true,false\nVNet2,VNet2,false,true\n")),
        ("sites.csv", "name,address_space,asn\nSite1,,0\n"),
        ("gateways.csv", "vnet,client_pool\nVNet1,192.168.0.0/24\nVNet9,192.168.1.0/24\n"),
    ]);
    assert!(inventory.is_none());
    let expected = [
        finding("bad-prefix", "vnets.csv", 3, 7, "10.2.0.0"),
        finding("duplicate-name", "vnets.csv", 4, 1, "vnet1"),
        finding("unknown-name", "gateways.csv", 3, 1, "VNet9"),
        finding("bad-number", "sites.csv", 2, 8, "0"),
        finding("unknown-name", "peerings.csv", 2, 7, "Site1"),
        finding("self-reference", "peerings.csv", 3, 7, "VNet2"),
        finding("bad-boolean", "s2s.csv", 2, 13, "perhaps"),
        finding("bad-prefix", "s2s.csv", 2, 35, "10.102.0.1/16"),
        finding("duplicate-name", "clients.csv", 3, 1, "ANNA"),
        finding("unknown-name", "clients.csv", 4, 6, "VNet3"),
        finding("empty-value", "clients.csv", 5, 12, ""),
    ];
    assert_eq!(findings(&report), expected);
}

#[test]
fn findings_say_what_to_do() {
    let (_, report) = read(&[
        (
            "vnets.csv",
            "name,address_space\nHub West,10.1.0.1/16\nSpoke,10.2.0.4\nhub west,10.3.0.0/16\nLab,fd00::1/48\n",
        ),
        ("gateways.csv", "vnet,asn,protocols\nHubWest,,OpenVPN\nhub west,1.10,OpenVNP\n"),
        ("clients.csv", "name,gateway,os\nanna,Spoke,windows\n"),
    ]);
    let help: Vec<_> =
        report.diagnostics.iter().map(|finding| finding.help.as_deref().unwrap_or("")).collect();
    let expected = [
        "did you mean `10.1.0.0/16`?",
        "did you mean `10.2.0.4/32`?",
        "names are compared without regard to case",
        "did you mean `fd00::/48`?",
        "did you mean `Hub West`?",
        "did you mean `65546`?",
        "did you mean `OpenVPN`?",
        "the VNet `Spoke` has no gateway: no row of `gateways.csv` names it",
    ];
    assert_eq!(help, expected);
    let (first, _) = &report.diagnostics[2].related[0];
    assert_eq!(
        (report.sources.position(*first).line, &report.sources.get(first.file).text()[first.range()]),
        (2, "Hub West")
    );
}

#[test]
fn only_vnets_are_needed() {
    let inventory = clean(&[("vnets.csv", "name,address_space\nVNet1,10.1.0.0/16\n")]);
    assert_eq!(vnets(&inventory), [("VNet1", "10.1.0.0/16".to_owned())]);
    assert!(inventory.gateways.is_empty() && inventory.clients.is_none());
    let empty = clean(&[("vnets.csv", "name,address_space\n"), ("clients.csv", "name,gateway,os\n")]);
    assert!(empty.vnets.is_empty() && empty.names.is_empty());
    assert_eq!(empty.clients.map(|clients| clients.len()), Some(0));
}

#[test]
fn an_export_of_nothing_is_an_empty_file() {
    let inventory = clean(&[("vnets.csv", "name,address_space\nVNet1,10.1.0.0/16\n"), ("sites.csv", "")]);
    assert!(inventory.sites.is_empty());
    let (none, report) = read(&[("vnets.csv", "\u{feff}\r\n"), ("gateways.csv", "vnet\nVNet1\n")]);
    assert!(none.is_none());
    assert_eq!(findings(&report), [finding("not-an-inventory", "", 0, 0, "")]);
}

#[test]
fn marks_line_ends_and_delimiters_of_other_programs_are_understood() {
    let expected = [("VNet1", "10.1.0.0/16 10.11.0.0/16".to_owned()), ("VNet2", "10.2.0.0/16".to_owned())];
    let utf16: Vec<u8> =
        "\u{feff}name;address_space\r\nVNet1;10.1.0.0/16,10.11.0.0/16\r\nVNet2;10.2.0.0/16\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
    let texts: [&[u8]; 6] = [
        b"\xef\xbb\xbfname,address_space\nVNet1,10.1.0.0/16 10.11.0.0/16\nVNet2,10.2.0.0/16\n",
        b"name,address_space\r\nVNet1,10.1.0.0/16;10.11.0.0/16\r\n\r\nVNet2,10.2.0.0/16",
        b"name;address_space\nVNet1;10.1.0.0/16,10.11.0.0/16\nVNet2;10.2.0.0/16\n",
        b"\"name\";\"address_space\"\n\"VNet1\";\"10.1.0.0/16;10.11.0.0/16\"\n\"VNet2\";10.2.0.0/16\n",
        b"\n\nname,address_space\nVNet1,\"[\"\"10.1.0.0/16\"\", \"\"10.11.0.0/16\"\"]\"\nVNet2,\"{10.2.0.0/16}\"\n   \n",
        &utf16,
    ];
    for (number, text) in texts.into_iter().enumerate() {
        let (inventory, report) = read_bytes(text);
        assert_eq!(findings(&report), [], "text {number}");
        let inventory = inventory.unwrap();
        assert_eq!(vnets(&inventory), expected, "text {number}");
    }
}

#[test]
fn a_bad_element_of_a_list_is_marked_alone() {
    let (_, report) = read(&[(
        "vnets.csv",
        "name,address_space\nA,\"[\"\"10.1.0.0/16\"\",\"\"10.2.0.9/16\"\"]\"\nB,['x'|10.3.0.0/16\u{a0}10.4.0.9/16]\n",
    )]);
    let expected = [
        finding("bad-prefix", "vnets.csv", 2, 23, "10.2.0.9/16"),
        finding("bad-prefix", "vnets.csv", 3, 5, "x"),
        finding("bad-prefix", "vnets.csv", 3, 20, "10.4.0.9/16"),
    ];
    assert_eq!(findings(&report), expected);
}

#[test]
fn columns_stand_in_any_order_and_spelling() {
    let inventory = clean(&[
        ("VNETS.CSV", "Address-Space, NAME \n10.1.0.0/16, VNet1 \n10.2.0.0/16,VNet2\n"),
        (
            "Peerings.csv",
            "Use Remote Gateways,remotevnet,VNet,ALLOW_GATEWAY_TRANSIT\nfalse,VNet2,VNet1,true\n",
        ),
    ]);
    assert_eq!(vnets(&inventory)[0], ("VNet1", "10.1.0.0/16".to_owned()));
    let peering = &inventory.peerings[0];
    assert_eq!(inventory.names.text(peering.vnet), "VNet1");
    assert!(peering.allow_gateway_transit && !peering.use_remote_gateways);
}

#[test]
fn names_are_one_without_regard_to_case_and_kept_as_first_written() {
    let inventory = clean(&[
        ("vnets.csv", "name,address_space\nHub-West,10.1.0.0/16\nSPOKE,10.2.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\nHUB-WEST,192.168.0.0/24\n"),
        ("peerings.csv", &format!("{PEERINGS}hub-west,spoke,1,0\n")),
        ("clients.csv", "name,gateway,os\nHub-West,hub-WEST,LINUX\n"),
    ]);
    let peering = &inventory.peerings[0];
    let text = |name| inventory.names.text(name);
    assert_eq!((text(peering.vnet), text(peering.remote_vnet)), ("Hub-West", "SPOKE"));
    assert_eq!(text(inventory.gateways[0].vnet), "Hub-West");
    assert_eq!(&*inventory.clients.as_ref().unwrap()[0].name, "Hub-West");
    assert_eq!(inventory.names.len(), 2);
}

#[test]
fn both_families_are_read() {
    let inventory = clean(&[("vnets.csv", "name,address_space\nVNet1,10.1.0.0/16 FD00:1::/48\n")]);
    assert_eq!(vnets(&inventory)[0].1, "10.1.0.0/16 fd00:1::/48");
}

#[test]
fn empty_cells_take_the_default() {
    let inventory = clean(&[
        ("vnets.csv", "name,address_space,external\nVNet1,10.1.0.0/16,\nVNet2,,yes\n"),
        ("gateways.csv", "vnet,client_pool,custom_routes,bgp,asn,sku,protocols\nVNet1,,,,,,\n"),
        ("sites.csv", "name,address_space,asn,transit\nSite1,,,\n"),
        (
            "peerings.csv",
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,allow_vnet_access,state\nVNet1,VNet2,no,no,,\n",
        ),
        ("s2s.csv", "from,to,bgp,from_static,to_static,status,name\nVNet1,Site1,no,,,,\n"),
    ]);
    assert!(!inventory.vnets[0].external && inventory.vnets[1].external);
    let gateway = &inventory.gateways[0];
    assert!(gateway.bgp && gateway.asn.is_none() && gateway.client_pool.is_empty());
    assert!(gateway.sku.is_empty() && gateway.protocols.is_empty() && gateway.custom_routes.is_empty());
    let site = &inventory.sites[0];
    assert!(!site.transit && site.asn.is_none() && site.address_space.is_empty());
    assert!(inventory.peerings[0].is_usable());
    let tunnel = &inventory.connections[0];
    assert!(tunnel.down.is_none() && tunnel.from_static.is_empty() && tunnel.name.is_empty());
}

#[test]
fn every_column_arrives() {
    let inventory = clean(&[
        ("vnets.csv", "name,address_space\nVNet1,10.1.0.0/16\nVNet2,10.2.0.0/16\n"),
        (
            "gateways.csv",
            "vnet,client_pool,custom_routes,bgp,asn,sku,protocols\n\
             VNet1,192.168.0.0/24,10.9.0.0/16,Disabled,65010,VpnGw2,ikev2 openvpn;SSTP\n",
        ),
        ("sites.csv", "name,address_space,asn,transit\nSite1,10.101.0.0/16,4294967295,WAHR\n"),
        (
            "peerings.csv",
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,allow_vnet_access,state\n\
             VNet1,VNet2,TRUE,No,Falsch,Disconnected\nVNet2,VNet1,0,YES,1,connected\n",
        ),
        (
            "s2s.csv",
            "from,to,bgp,from_static,to_static,status,name\n\
             VNet1,Site1,Enabled,10.101.0.0/16,10.1.0.0/16 192.168.0.0/24,unknown,first\n\
             Site1,VNet1,false,,,NotConnected,second\nVNet2,Site1,false,,,CONNECTED,\n",
        ),
        (
            "clients.csv",
            "name,gateway,os,protocol,manual_routes\nanna,VNet1,MacOS,OPENVPN,10.2.0.0/16;10.3.0.0/16\n",
        ),
    ]);
    let gateway = &inventory.gateways[0];
    assert!(!gateway.bgp);
    assert_eq!((gateway.asn, gateway.sku.as_str()), (Some(65010), "VpnGw2"));
    assert_eq!(gateway.protocols, [Protocol::Ikev2, Protocol::OpenVpn, Protocol::Sstp]);
    assert_eq!(
        (list(&gateway.client_pool), list(&gateway.custom_routes)),
        ("192.168.0.0/24".into(), "10.9.0.0/16".into())
    );
    assert_eq!((inventory.sites[0].asn, inventory.sites[0].transit), (Some(u32::MAX), true));
    let [one, other] = &inventory.peerings[..] else { panic!("two sides") };
    assert!(one.allow_gateway_transit && !one.use_remote_gateways && !one.allow_vnet_access);
    assert_eq!(one.rare().not_connected.as_deref(), Some("Disconnected"));
    assert!(!other.allow_gateway_transit && other.use_remote_gateways && other.is_usable());
    let [up, down, also_up] = &inventory.connections[..] else { panic!("three rows") };
    assert!(up.bgp && up.down.is_none() && also_up.down.is_none());
    assert_eq!(
        (list(&up.from_static), list(&up.to_static)),
        ("10.101.0.0/16".into(), "10.1.0.0/16 192.168.0.0/24".into())
    );
    assert_eq!((down.down.as_deref(), &*up.name), (Some("NotConnected"), "first"));
    let client = &inventory.clients.as_ref().unwrap()[0];
    assert_eq!((client.os, client.protocol), (Os::Macos, Some(Protocol::OpenVpn)));
    assert_eq!(list(&client.manual_routes), "10.2.0.0/16 10.3.0.0/16");
}

#[test]
fn rows_know_what_azure_calls_them() {
    let group = "/subscriptions/s1/resourceGroups/Net/providers/Microsoft.Network";
    let header = "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,id";
    let inventory = clean(&[
        (
            "vnets.csv",
            &format!(
                "name,address_space,id,location\nHub,10.1.0.0/16,{group}/virtualNetworks/vnet hub,West Europe\n\
                 Spoke,10.2.0.0/16,,norwayeast\nLone,10.3.0.0/16,,\n"
            ),
        ),
        ("gateways.csv", &format!("vnet,id\nHub,{group}/virtualnetworkgateways/vgw\nSpoke,\n")),
        ("sites.csv", &format!("name,address_space,id\nDc,,{group}/localNetworkGateways/lng\n")),
        (
            "peerings.csv",
            &format!("{header}\nHub,Spoke,yes,no,{group}/virtualNetworks/h/virtualNetworkPeerings/p\n"),
        ),
        ("s2s.csv", &format!("from,to,bgp,name,id\nHub,Dc,no,c,{group}/connections/c\nSpoke,Dc,no,,\n")),
    ]);
    let hub = inventory.vnets[0].resource.as_ref().unwrap();
    assert_eq!(
        (hub.subscription(), hub.group(), hub.name(), &*hub.location),
        ("s1", "Net", "vnet hub", "West Europe")
    );
    let spoke = inventory.vnets[1].resource.as_ref().unwrap();
    assert_eq!((spoke.name(), &*spoke.location), ("", "norwayeast"));
    assert_eq!(inventory.vnets[2].resource, None);
    let name = |resource: &Option<Box<Resource>>| resource.as_ref().map(|it| it.name().to_owned());
    assert_eq!(
        inventory.gateways.iter().map(|it| name(&it.resource)).collect::<Vec<_>>(),
        [Some("vgw".into()), None]
    );
    assert_eq!(name(&inventory.sites[0].resource).as_deref(), Some("lng"));
    assert_eq!(name(&inventory.peerings[0].rare().resource).as_deref(), Some("p"));
    assert_eq!(
        inventory.connections.iter().map(|it| name(&it.resource)).collect::<Vec<_>>(),
        [Some("c".into()), None]
    );
}

#[test]
fn an_id_of_something_else_is_an_error() {
    let group = "/subscriptions/s1/resourceGroups/Net/providers/Microsoft.Network";
    let (inventory, report) = read(&[
        (
            "vnets.csv",
            &format!(
                "name,address_space,id\nHub,10.1.0.0/16,Hub\nSpoke,10.2.0.0/16,{group}/virtualNetworks/\n"
            ),
        ),
        ("gateways.csv", &format!("vnet,id\nHub,{group}/virtualNetworks/Hub\n")),
    ]);
    assert!(inventory.is_none());
    assert_eq!(
        findings(&report),
        [
            finding("bad-value", "vnets.csv", 2, 17, "Hub"),
            finding("bad-value", "vnets.csv", 3, 19, &format!("{group}/virtualNetworks/")),
            finding("bad-value", "gateways.csv", 2, 5, &format!("{group}/virtualNetworks/Hub")),
        ]
    );
}

#[test]
fn rows_know_where_they_come_from() {
    let (inventory, report) =
        read(&[("vnets.csv", "name,address_space\r\n\r\n\"a\nb\",10.1.0.0/16\r\nc,10.2.0.0/16")]);
    let rows: Vec<&str> = inventory
        .unwrap()
        .vnets
        .iter()
        .map(|vnet| &report.sources.get(vnet.origin.file).text()[vnet.origin.range()])
        .collect();
    assert_eq!(rows, ["\"a\nb\",10.1.0.0/16", "c,10.2.0.0/16"]);
}

#[test]
fn a_tunnel_may_end_at_a_vnet_without_gateway() {
    let inventory = clean(&[
        ("vnets.csv", "name,address_space\nVNet1,10.1.0.0/16\nVNet2,10.2.0.0/16\n"),
        ("s2s.csv", "from,to,bgp\nVNet1,VNet2,true\n"),
    ]);
    assert_eq!(inventory.connections.len(), 1);
}

#[test]
fn names_hidden_by_a_fault_are_not_called_unknown() {
    let others =
        [("gateways.csv", "vnet\nVNet1\n"), ("sites.csv", "name,address_space\nSite1,10.9.0.0/16\n")];
    let codes = |vnets: &str| {
        let (_, report) = read(&[("vnets.csv", vnets), others[0], others[1]]);
        findings(&report).into_iter().map(|(code, ..)| code).collect::<Vec<_>>()
    };
    assert_eq!(codes("title,address_space\nVNet1,10.1.0.0/16\n"), ["unknown-column", "missing-column"]);
    assert_eq!(codes("name,address_space\n\"VNet0,10.0.0.0/16\nVNet1,10.1.0.0/16\n"), ["unreadable-csv"]);
    assert_eq!(codes("name,address_space\n\"VNet0,10.0.0.0/16\n\"VNet1\",10.1.0.0/16\n"), ["unreadable-csv"]);
    assert_eq!(codes("name,\"address_space\nVNet1,10.1.0.0/16\n"), ["unreadable-csv"]);
    // Of a record with a cell too many, the name is still known.
    assert_eq!(codes("name,address_space\nVNet1,10.1.0.0/16,\n"), ["unreadable-csv"]);
    assert_eq!(codes("name,address_space\nVNet0,10.1.0.0/16\n"), ["unknown-name"]);
}

#[test]
fn gateways_hidden_by_a_fault_are_not_missed() {
    let (_, report) = read(&[
        ("vnets.csv", "name,address_space\nVNet1,10.1.0.0/16\n"),
        ("gateways.csv", "hub\nVNet1\n"),
        ("clients.csv", "name,gateway,os\nanna,VNet1,windows\n"),
    ]);
    let expected = [
        finding("missing-column", "gateways.csv", 1, 1, "hub"),
        finding("unknown-column", "gateways.csv", 1, 1, "hub"),
    ];
    assert_eq!(findings(&report), expected);
}

#[test]
fn folders_and_files_that_cannot_be_read_are_errors() {
    let mut report = Report::default();
    assert!(read_folder(Path::new("tests/no-such-folder"), &mut report).is_none());
    assert_eq!(report.diagnostics[0].code, Code::UnreadableFile);
    assert_eq!(report.diagnostics[0].message, "`tests/no-such-folder` cannot be read: it does not exist");

    let vnets = ("vnets.csv", "name,address_space\nVNet1,10.1.0.0/16\n");
    let holder = folder(&[vnets]);
    std::fs::create_dir(holder.path().join("sites.csv")).unwrap();
    let mut report = Report::default();
    assert!(read_folder(holder.path(), &mut report).is_none());
    assert_eq!(findings(&report), [finding("unreadable-file", "", 0, 0, "")]);

    let (none, report) = read_bytes(b"\xff\xfen\0\x00\xd8x\0");
    assert!(none.is_none());
    assert_eq!(findings(&report), [finding("unreadable-file", "vnets.csv", 1, 2, "\u{fffd}")]);
}

#[test]
fn files_whose_names_differ_in_case_are_an_error() {
    let vnets = "name,address_space\nVNet1,10.1.0.0/16\n";
    let holder = folder(&[("vnets.csv", vnets), ("VNets.csv", vnets)]);
    if std::fs::read_dir(holder.path()).unwrap().count() == 1 {
        // The file system does not tell the two apart.
        return;
    }
    let mut report = Report::default();
    assert!(read_folder(holder.path(), &mut report).is_none());
    assert_eq!(findings(&report), [finding("unreadable-file", "", 0, 0, "")]);
}

#[test]
fn long_files_are_read_like_short_ones() {
    // Long enough that several threads share the records; the fault at the end makes one thread read it all.
    let pairs = 40_000;
    let mut vnets = String::from("name,address_space\nHub,10.0.0.0/16\n");
    let mut peerings =
        String::from("vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,state,id\r\n");
    let hub = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/Hub";
    for spoke in 0..pairs {
        writeln!(vnets, "Spoke{spoke},172.16.{}.{}/32", spoke / 256 % 256, spoke % 256).unwrap();
        write!(peerings, "HUB,spoke{spoke},True,no,,{hub}/virtualNetworkPeerings/to-{spoke}\r\n").unwrap();
        write!(peerings, "spoke{spoke},Hub,0,yes,Disconnected,\r\n").unwrap();
    }
    assert!(peerings.len() > 2 << 20);
    let read = |peerings: &str| read(&[("vnets.csv", &vnets), ("peerings.csv", peerings)]);
    let (shared, report) = read(&peerings);
    assert_eq!(report.diagnostics, []);
    let (alone, _) = read(&format!("{peerings}\"Hub\",Spoke0,true,false,,\r\n"));
    let (shared, alone) = (shared.unwrap(), alone.unwrap());
    assert_eq!((shared.peerings.len(), alone.peerings.len()), (2 * pairs, 2 * pairs + 1));
    for (index, (one, other)) in shared.peerings.iter().zip(&alone.peerings).enumerate() {
        assert_eq!(format!("{one:?}"), format!("{other:?}"), "row {index}");
    }
    let last = &shared.peerings[2 * pairs - 1];
    assert_eq!(
        &report.sources.get(last.origin.file).text()[last.origin.range()],
        "spoke39999,Hub,0,yes,Disconnected,"
    );
    let named = shared
        .peerings
        .iter()
        .flat_map(|side| &side.rare().resource)
        .map(|resource| resource.name().to_owned());
    assert!(named.eq((0..pairs).map(|spoke| format!("to-{spoke}"))));
    // Comments and empty lines are no rows, wherever they stand.
    let (noted, report) = read(&peerings.replace("HUB,spoke1", "# a note\r\n\r\nHUB,spoke1"));
    assert_eq!(report.diagnostics, []);
    let noted = noted.unwrap().peerings;
    let text = |row: &Peering| report.sources.get(row.origin.file).text()[row.origin.range()].to_owned();
    assert!(peerings.lines().skip(1).map(str::to_owned).eq(noted.iter().map(text)));
    let (_, faulty) = read(&format!("{peerings}Hub,Spoke1,true,false,,{hub}\r\n"));
    assert_eq!(findings(&faulty), [finding("bad-value", "peerings.csv", 2 * pairs + 2, 24, hub)]);
    let (_, faulty) = read(&format!("{peerings}Hub,Spook1,true,false,,\r\n"));
    assert_eq!(faulty.diagnostics.len(), 1);
    assert_eq!(faulty.sources.position(faulty.diagnostics[0].span.unwrap()).line, 2 * pairs + 2);
}

#[test]
fn rows_of_empty_cells_are_no_rows() {
    let inventory = clean(&[(
        "vnets.csv",
        "name;address_space\r\nVNet1;10.1.0.0/16\r\n;;\r\n".replace(";;", ";").as_str(),
    )]);
    assert_eq!(vnets(&inventory), [("VNet1", "10.1.0.0/16".to_owned())]);
}

const ROUTING: [(&str, &str); 6] = [
    ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\nSpoke,10.1.0.0/16\n"),
    ("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\n"),
    (
        "subnets.csv",
        "vnet,name,address_space,route_table\nhub,GatewaySubnet,10.0.0.0/27,to-spokes\nSpoke,App,10.1.0.0/24;10.1.2.0/24,\n",
    ),
    ("route_tables.csv", "name,gateway_routes\nTo-Spokes,\nunused,no\n"),
    (
        "routes.csv",
        "route_table,prefix,next_hop,next_hop_address,name\nTO-SPOKES,10.1.0.0/16,virtualappliance,10.0.1.4;10.0.1.5,spoke\n\
         to-spokes,AzureCloud.WestEurope,Internet,,\nunused,0.0.0.0/0,None,,\n",
    ),
    ("appliances.csv", "name,vnet,address,stateful\nFirewall,Hub,10.0.1.4 10.0.1.5,false\n"),
];

#[test]
fn route_tables_and_appliances_are_read_and_written() {
    let (inventory, report) = read(&ROUTING);
    let left_out = finding("outside-model", "routes.csv", 3, 11, "AzureCloud.WestEurope");
    assert_eq!(findings(&report), [left_out]);
    let inventory = inventory.unwrap();
    let folder = tempfile::tempdir().unwrap();
    tunnelog::inventory::write::write_folder(&inventory, folder.path()).unwrap();
    let written = |file: &str| std::fs::read_to_string(folder.path().join(file)).unwrap();
    assert_eq!(
        written("subnets.csv"),
        "vnet,name,address_space,route_table\nHub,GatewaySubnet,10.0.0.0/27,To-Spokes\nSpoke,App,10.1.0.0/24;10.1.2.0/24,\n"
    );
    assert_eq!(written("route_tables.csv"), "name,gateway_routes\nTo-Spokes,true\nunused,false\n");
    assert_eq!(
        written("routes.csv"),
        "route_table,prefix,next_hop,next_hop_address,name\n\
         To-Spokes,10.1.0.0/16,VirtualAppliance,10.0.1.4;10.0.1.5,spoke\nunused,0.0.0.0/0,None,,\n"
    );
    assert_eq!(
        written("appliances.csv"),
        "name,vnet,address,stateful\nFirewall,Hub,10.0.1.4;10.0.1.5,false\n"
    );
    // A later inventory without them leaves none behind.
    let plain = clean(&ROUTING[..2]);
    tunnelog::inventory::write::write_folder(&plain, folder.path()).unwrap();
    assert!(!folder.path().join("subnets.csv").exists() && !folder.path().join("routes.csv").exists());
}

#[test]
fn every_fault_of_route_tables_and_appliances_is_found_in_its_place() {
    let faulty = [
        ROUTING[0],
        ROUTING[1],
        (
            "subnets.csv",
            "vnet,name,address_space,route_table\nHub,A,10.0.0.0/15,to-spoke\nHub,B,10.0.1.0/24,\nHub,b,10.0.1.128/25,\n\
             Moon,C,,\n",
        ),
        ("route_tables.csv", "name\nto-spokes\nTo-Spokes\n"),
        (
            "routes.csv",
            "route_table,prefix,next_hop,next_hop_address\nto-spokes,10.1.0.0/16,VirtualAppliance,\nto-spokes,10.1.0.0/16,Internet,10.0.1.4\n\
             nowhere,10.2.0.1/16,Firewall,10.0.1\n",
        ),
        ("appliances.csv", "name,vnet,address\nFirewall,Hub,10.1.0.4\nFIREWALL,Hub,\n"),
    ];
    let (inventory, report) = read(&faulty);
    assert!(inventory.is_none());
    let expected = [
        finding("outside-vnet", "subnets.csv", 2, 7, "10.0.0.0/15"),
        finding("unknown-name", "subnets.csv", 2, 19, "to-spoke"),
        finding("overlapping-subnets", "subnets.csv", 3, 7, "10.0.1.0/24"),
        finding("duplicate-name", "subnets.csv", 4, 5, "b"),
        finding("overlapping-subnets", "subnets.csv", 4, 7, "10.0.1.128/25"),
        finding("unknown-name", "subnets.csv", 5, 1, "Moon"),
        finding("empty-value", "subnets.csv", 5, 8, ""),
        finding("duplicate-name", "route_tables.csv", 3, 1, "To-Spokes"),
        finding("empty-value", "routes.csv", 2, 40, ""),
        finding("duplicate-route", "routes.csv", 3, 11, "10.1.0.0/16"),
        finding("bad-value", "routes.csv", 3, 32, "10.0.1.4"),
        finding("unknown-name", "routes.csv", 4, 1, "nowhere"),
        finding("bad-prefix", "routes.csv", 4, 9, "10.2.0.1/16"),
        finding("bad-value", "routes.csv", 4, 21, "Firewall"),
        finding("bad-value", "routes.csv", 4, 30, "10.0.1"),
        finding("outside-vnet", "appliances.csv", 2, 14, "10.1.0.4"),
        finding("duplicate-name", "appliances.csv", 3, 1, "FIREWALL"),
        finding("empty-value", "appliances.csv", 3, 14, ""),
    ];
    assert_eq!(findings(&report), expected);
}
