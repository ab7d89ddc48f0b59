//! Files of routes as operating systems, profiles and Azure write them, and what is wrong in them.

use std::path::Path;

use tunnelog::diagnostic::{Code, Report};
use tunnelog::prefix::Prefix;
use tunnelog::verify::{Entry, Interface, Kind, Table, interfaces, read_bytes, read_file, through};

const POOL: &str = "192.168.0.0/24";

pub(super) fn fixture(name: &str) -> Table {
    let mut report = Report::default();
    let table = read_file(&Path::new("tests/fixtures/routes").join(name), None, &mut report);
    table.unwrap_or_else(|| panic!("{name}: {:?}", report.diagnostics))
}

fn read(text: &str, kind: Option<Kind>) -> Result<Table, Report> {
    let mut report = Report::default();
    read_bytes(Path::new("routes"), text.as_bytes().to_vec(), kind, &mut report).ok_or(report)
}

fn shown(entries: &[&Entry]) -> Vec<String> {
    entries.iter().map(|entry| entry.prefix.to_string()).collect()
}

/// The routes through the VPN and the interfaces that they go through.
fn of_vpn(table: &Table, interface: &Interface<'_>) -> (Vec<String>, Vec<String>) {
    let pool: Vec<Prefix> = vec![POOL.parse().unwrap()];
    let entries = through(table, &pool, interface);
    (shown(&entries), interfaces(table, &entries).into_iter().map(String::from).collect())
}

/// Code, line, column and marked text of every finding.
fn faults(text: &str, kind: Option<Kind>) -> Vec<(Code, usize, usize, String)> {
    let Err(report) = read(text, kind) else { panic!("read without a fault: {text}") };
    let of = |finding: &tunnelog::diagnostic::Diagnostic| {
        let span = finding.span.unwrap();
        let position = report.sources.position(span);
        let marked = report.sources.get(span.file).text()[span.range()].to_owned();
        assert!(!finding.label.is_empty(), "{finding:?}");
        (finding.code, position.line, position.column, marked)
    };
    report.diagnostics.iter().map(of).collect()
}

fn bad(line: usize, column: usize, marked: &str) -> (Code, usize, usize, String) {
    (Code::BadRoute, line, column, marked.to_owned())
}

#[test]
fn every_kind_is_told_by_its_content() {
    let kinds = [
        ("route-print.txt", Kind::RoutePrint),
        ("route-print-german.txt", Kind::RoutePrint),
        ("get-netroute.csv", Kind::NetRoute),
        ("ip-route.txt", Kind::IpRoute),
        ("ip-route-ipsec.txt", Kind::IpRoute),
        ("ip-route.json", Kind::IpRoute),
        ("netstat.txt", Kind::Netstat),
        ("VpnSettings.xml", Kind::VpnSettings),
        ("azurevpnconfig.xml", Kind::AzureVpnConfig),
        ("learned-routes.json", Kind::LearnedRoutes),
        ("advertised-routes.json", Kind::AdvertisedRoutes),
        ("effective-routes.json", Kind::EffectiveRoutes),
        ("resolvectl.txt", Kind::Resolvectl),
        ("scutil-dns.txt", Kind::Scutil),
        ("nrpt-policy.txt", Kind::Nrpt),
        ("nrpt-rules.json", Kind::Nrpt),
    ];
    for (name, kind) in kinds {
        let table = fixture(name);
        assert_eq!(table.kind, kind, "{name}");
        let mut report = Report::default();
        let forced = read_file(&Path::new("tests/fixtures/routes").join(name), Some(kind), &mut report);
        assert_eq!(forced, Some(table), "{name}");
    }
    let files = std::fs::read_dir("tests/fixtures/routes").unwrap().count();
    assert_eq!(files, kinds.len(), "a fixture is not listed here");
}

#[test]
fn windows_prints_what_is_on_each_interface() {
    let table = fixture("route-print.txt");
    let (routes, interfaces) = of_vpn(&table, &Interface::OfPool);
    let expected = [
        "10.1.0.0/16",
        "10.1.255.255/32",
        "10.9.0.0/16",
        "192.168.0.0/24",
        "192.168.0.2/32",
        "224.0.0.0/4",
        "255.255.255.255/32",
    ];
    assert_eq!(routes, expected);
    assert_eq!(interfaces, ["192.168.0.2"]);
    // The persistent route has no interface and is none of the active ones.
    assert!(table.entries.iter().all(|entry| entry.prefix.to_string() != "10.77.0.0/16"));
    // By its name an interface has its IPv6 routes too.
    let (named, interfaces) = of_vpn(&table, &Interface::Named("vnet1"));
    assert_eq!(named.last().map(String::as_str), Some("fe80::5c1:2d3e:4f50:6172/128"));
    assert_eq!(interfaces, ["192.168.0.2", "VNet1"]);
    assert_eq!(named.len(), expected.len() + 1);
}

#[test]
fn headings_may_be_in_any_language() {
    let table = fixture("route-print-german.txt");
    let (routes, _) = of_vpn(&table, &Interface::OfPool);
    assert_eq!(routes, ["10.1.0.0/16", "10.1.255.255/32", "192.168.0.0/24", "192.168.0.19/32"]);
    assert_eq!(table.entries.len(), 7);
}

#[test]
fn the_command_prompt_writes_in_an_old_character_set() {
    let mut bytes = b"St\x84ndige Routen:\r\n".to_vec();
    bytes.extend(b"10.1.0.0 255.255.0.0 Auf Verbindung 192.168.0.19 26\r\n");
    let mut report = Report::default();
    let table = read_bytes(Path::new("routes"), bytes, None, &mut report).unwrap();
    assert_eq!(shown(&table.entries.iter().collect::<Vec<_>>()), ["10.1.0.0/16"]);
    let other = b"10.1.0.0/16 dev tun\x840\n".to_vec();
    assert_eq!(read_bytes(Path::new("routes"), other, None, &mut report), None);
    assert_eq!(report.diagnostics[0].code, Code::UnreadableFile);
}

#[test]
fn power_shell_writes_utf16_and_quotes_commas() {
    let table = fixture("get-netroute.csv");
    let (routes, interfaces) = of_vpn(&table, &Interface::OfPool);
    assert_eq!(routes, ["10.1.0.0/16", "192.168.0.2/32", "10.2.0.0/16"]);
    assert_eq!(interfaces, ["VNet1, home"]);
    let text = "\u{feff}DestinationPrefix;InterfaceAlias\r\n10.1.0.0/16;VNet1\r\nfd00:1::/48;VNet1\r\n";
    let table = read(text, None).unwrap();
    assert_eq!(shown(&table.entries.iter().collect::<Vec<_>>()), ["10.1.0.0/16", "fd00:1::/48"]);
}

#[test]
fn linux_tells_the_tunnel_by_its_address() {
    let (routes, interfaces) = of_vpn(&fixture("ip-route.txt"), &Interface::OfPool);
    assert_eq!(routes, ["10.1.0.0/16", "10.2.0.0/16", "192.168.0.0/24"]);
    assert_eq!(interfaces, ["tun0"]);
    // With IPsec the routes go out of the machine's own interface, from an address of the pool.
    let (routes, interfaces) = of_vpn(&fixture("ip-route-ipsec.txt"), &Interface::OfPool);
    assert_eq!(routes, ["10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.101.0.0/16", "192.168.0.0/24"]);
    assert_eq!(interfaces, ["eth0"]);
    let (routes, _) = of_vpn(&fixture("ip-route.json"), &Interface::Named("wlp2s0"));
    assert_eq!(routes, ["0.0.0.0/0"]);
}

#[test]
fn linux_has_more_to_say_of_a_route() {
    let text = "default proto static metric 100\n\tnexthop via 172.20.4.1 dev eth0 weight 1\n\
                \tnexthop via 172.20.5.1 dev eth1 weight 1\nunreachable 10.9.0.0/16\n\
                unicast 10.8.0.1 dev tun0\n10.7.0.0/16 via inet6 fe80::1 dev tun0\n";
    let table = read(text, None).unwrap();
    let entries: Vec<_> = table
        .entries
        .iter()
        .map(|entry| format!("{} {}", entry.prefix, entry.interface.as_deref().unwrap_or_default()))
        .collect();
    let expected =
        ["0.0.0.0/0 eth0", "0.0.0.0/0 eth1", "10.9.0.0/16 ", "10.8.0.1/32 tun0", "10.7.0.0/16 tun0"];
    assert_eq!(entries, expected);
    // A next hop that is dead is not used, be it the only one or one of several.
    let text = "10.2.0.0/15 via 192.168.0.1 dev tun0 dead linkdown\n10.6.0.0/16 dev dead\n10.5.0.0/16 dev tun0 linkdown\n\
                10.4.0.0/16\n\tnexthop via 192.168.0.1 dev tun0 weight 1 dead linkdown\n\
                \tnexthop via 192.168.0.9 dev tun1 weight 1\n";
    let json = r#"[{"dst":"10.2.0.0/15","gateway":"192.168.0.1","dev":"tun0","flags":["dead","linkdown"]},
        {"dst":"10.6.0.0/16","dev":"dead","flags":[]},{"dst":"10.5.0.0/16","dev":"tun0","flags":["linkdown"]},
        {"dst":"10.4.0.0/16","flags":[],"nexthops":[{"gateway":"192.168.0.1","dev":"tun0","flags":["dead"]},
        {"gateway":"192.168.0.9","dev":"tun1","flags":[]}]}]"#;
    for text in [text, json] {
        let table = read(text, None).unwrap();
        let entries =
            table.entries.iter().map(|it| format!("{} {}", it.prefix, it.interface.as_deref().unwrap()));
        let expected = ["10.6.0.0/16 dead", "10.5.0.0/16 tun0", "10.4.0.0/16 tun1"];
        assert_eq!(entries.collect::<Vec<_>>(), expected, "{text}");
    }
    let six = "default dev tun0 metric 1024 pref medium\nfd00:1::/48 dev tun0 proto kernel metric 256 pref medium\n";
    let table = read(six, None).unwrap();
    assert_eq!(shown(&table.entries.iter().collect::<Vec<_>>()), ["::/0", "fd00:1::/48"]);
}

#[test]
fn mac_os_abbreviates() {
    let (routes, interfaces) = of_vpn(&fixture("netstat.txt"), &Interface::OfPool);
    let expected = [
        "10.1.0.0/16",
        "10.2.0.0/16",
        "10.3.0.0/16",
        "10.77.1.4/32",
        "192.168.0.2/32",
        "fe80::/64",
        "ff00::/8",
    ];
    assert_eq!(routes, expected);
    assert_eq!(interfaces, ["utun4"]);
    let old = "Destination        Gateway            Flags        Refs      Use   Netif Expire\n\
               10                 192.168.0.2        UGSc            3        0   utun1\n\
               192.168            link#9             UCS             1        0   utun1   1177\n";
    let (routes, _) = of_vpn(&read(old, None).unwrap(), &Interface::OfPool);
    assert_eq!(routes, ["10.0.0.0/8", "192.168.0.0/24"]);
}

#[test]
fn a_route_inside_the_pool_is_not_the_tunnels_where_it_leads_elsewhere() {
    // Somebody's network at home overlaps the pool; nothing says that its interface is the VPN's.
    let text = "default via 172.20.4.1 dev eth0\n192.168.0.64/26 via 172.20.4.9 dev eth1\n\
                192.168.0.128/26 dev eth0 proto kernel scope link\n192.168.0.0/24 dev lo\n";
    assert_eq!(of_vpn(&read(text, None).unwrap(), &Interface::OfPool), (Vec::new(), Vec::new()));
}

#[test]
fn profiles_list_their_routes() {
    let all = |table: &Table| shown(&table.entries.iter().collect::<Vec<_>>());
    assert_eq!(all(&fixture("VpnSettings.xml")), ["10.1.0.0/16", "192.168.0.0/24", "10.9.0.0/16"]);
    let table = fixture("azurevpnconfig.xml");
    assert_eq!(all(&table), ["10.2.0.0/16", "10.55.0.0/16"]);
    assert_eq!(shown(&table.excluded.iter().collect::<Vec<_>>()), ["10.1.7.0/24"]);
    let none =
        read("<azvpnprofile><clientconfig><includeroutes/></clientconfig></azvpnprofile>", None).unwrap();
    assert_eq!((all(&none), none.kind), (Vec::new(), Kind::AzureVpnConfig));
}

#[test]
fn what_a_gateway_has_of_itself_is_told_apart() {
    let table = fixture("learned-routes.json");
    let own: Vec<bool> = table.entries.iter().map(|entry| entry.is_own).collect();
    assert_eq!(own, [true, true, false, false, false]);
    assert!(fixture("advertised-routes.json").entries.iter().all(|entry| !entry.is_own));
    let bare = "[{\"Network\":\"10.2.0.0/16\",\"Origin\":\"EBgp\",\"SourcePeer\":\"10.2.0.4\"}]";
    assert_eq!(read(bare, None).unwrap().kind, Kind::LearnedRoutes);
}

#[test]
fn every_fault_is_found_at_its_place() {
    let windows = "10.1.0.0 255.255.0.0 On-link 192.168.0.2 26\n\
                   10.2.0.0 255.0.255.0 On-link 192.168.0.2 26\n\
                   10.3.0 255.255.0.0 On-link 192.168.0.2 26\n\
                   10.4.0.1 255.255.0.0 On-link 192.168.0.2 26\n\
                   10.5.0.0 255.255.0.0 On-link 192.168.0.300 26\n";
    let expected =
        [bad(2, 10, "255.0.255.0"), bad(3, 1, "10.3.0"), bad(4, 1, "10.4.0.1"), bad(5, 30, "192.168.0.300")];
    assert_eq!(faults(windows, None), expected);

    let linux = "10.1.0.0/16 dev tun0\n10.2.0.1/16 dev tun0\nnonsense dev tun0\n10.3.0.0/16 dev\n";
    let expected = [bad(2, 1, "10.2.0.1/16"), bad(3, 1, "nonsense"), bad(4, 1, "10.3.0.0/16 dev")];
    assert_eq!(faults(linux, None), expected);

    let mac = "Destination Gateway Flags Netif Expire\n10.1/16 link#3 UCS utun1\n10.300/16 link#3 UCS utun1\n10.2/16 link#3 UCS\n";
    assert_eq!(faults(mac, None), [bad(3, 1, "10.300/16"), bad(4, 1, "10.2/16 link#3 UCS")]);

    let csv = "DestinationPrefix,InterfaceAlias\n10.1.0.0/33,VNet1\n10.2.0.0/16\n\"10.3.0.9/16\",VNet1\n";
    let expected = [
        bad(2, 1, "10.1.0.0/33"),
        (Code::UnreadableCsv, 3, 1, "10.2.0.0/16".to_owned()),
        bad(4, 2, "10.3.0.9/16"),
    ];
    assert_eq!(faults(csv, None), expected);

    let json = "[{\"dst\":\"10.1.0.1/16\",\"dev\":\"tun0\"},\n {\"dst\":\"10.2.0.0/16\",\"dev\":\"tun0\"},\n {\"dev\":\"tun0\"}, 7]";
    assert_eq!(faults(json, None), [bad(1, 10, "10.1.0.1/16"), bad(3, 2, "{"), bad(3, 18, "7")]);

    let settings = "<VpnProfile>\n<Routes>10.1.0.0/16, 10.2.0.9/16</Routes></VpnProfile>";
    assert_eq!(faults(settings, None), [bad(2, 22, "10.2.0.9/16")]);

    let include = "<azvpnprofile><includeroutes>\n<route><destination>10.2.0.9</destination><mask>16</mask></route>\n\
                   <route><destination>ten</destination><mask>40</mask></route>\n<route><mask>16</mask></route>\n\
                   </includeroutes></azvpnprofile>";
    let expected = [bad(2, 21, "10.2.0.9"), bad(3, 21, "ten"), bad(4, 23, "</route>")];
    assert_eq!(faults(include, None), expected);
}

#[test]
fn a_file_that_is_cut_off_is_not_taken_for_a_short_one() {
    let cases = [
        ("[{\"dst\":\"10.1.0.0/16\",\"dev\":\"tun0\"},", Code::UnreadableJson),
        ("{\"value\": [{\"network\": \"10.1.0.0/16\",", Code::UnreadableJson),
        ("<VpnProfile><Routes>10.1.0.0/16</Routes>", Code::UnreadableXml),
        ("<azvpnprofile><includeroutes></clientconfig>", Code::UnreadableXml),
        ("<VpnProfile></VpnProfile>", Code::BadRoute),
    ];
    for (text, code) in cases {
        let codes: Vec<Code> = faults(text, None).into_iter().map(|fault| fault.0).collect();
        assert_eq!(codes, [code], "{text}");
    }
}

#[test]
fn what_is_no_table_says_what_would_be() {
    for text in ["", "hello\n", "name,address_space\nHub,10.1.0.0/16\n", "<nothing/>", "{\"a\": 1}", "7"] {
        let Err(report) = read(text, None) else { panic!("{text:?} was read") };
        let [finding] = &report.diagnostics[..] else { panic!("{:?}", report.diagnostics) };
        assert_eq!(finding.code, Code::UnknownFormat, "{text:?}");
        let help = finding.help.as_deref().unwrap_or_default();
        assert!(Kind::ALL.iter().all(|kind| help.contains(kind.word())), "{help}");
    }
    let Err(empty) = read("{\"value\": []}", None) else { panic!("an empty list was read") };
    assert!(empty.diagnostics[0].help.as_deref().is_some_and(|help| help.contains("`--kind`")));
    assert_eq!(read("{\"value\": []}", Some(Kind::LearnedRoutes)).unwrap().entries, []);
    let forced = faults("nothing of the kind", Some(Kind::RoutePrint));
    assert_eq!(forced[0].0, Code::UnknownFormat);
    let column = faults("a,b\n1,2\n", Some(Kind::NetRoute));
    assert_eq!(column, [(Code::MissingColumn, 1, 1, "a,b".to_owned())]);
}

#[test]
fn what_is_wrong_with_a_profile_is_told_in_one_line() {
    let text = format!("<VpnServer>a</Vpn {}\n{}>", "x".repeat(100), "y".repeat(100));
    let Err(report) = read(&text, Some(Kind::VpnSettings)) else { panic!("read without a fault") };
    for finding in &report.diagnostics {
        assert!(!finding.message.contains('\n') && finding.message.len() < 120, "{finding:?}");
    }
    assert_eq!(report.diagnostics[0].code, Code::UnreadableXml);
}
