//! The forms in which further tools of Windows, Linux and OpenVPN give their routes.

use std::path::Path;

use tunnelog::diagnostic::{Code, Report, Severity};
use tunnelog::verify::{Kind, Table, read_bytes};

fn read(text: &str, kind: Option<Kind>) -> Result<Table, Report> {
    let mut report = Report::default();
    read_bytes(Path::new("routes"), text.as_bytes().to_vec(), kind, &mut report).ok_or(report)
}

/// Kind and routes: prefix, interface, next hop and metric, as far as there are.
fn shown(text: &str) -> (Kind, Vec<String>) {
    let table = read(text, None).unwrap_or_else(|report| panic!("{:?}", report.diagnostics));
    let entry = |entry: &tunnelog::verify::Entry| {
        let mut words = vec![entry.prefix.to_string()];
        words.extend(entry.interface.as_deref().map(String::from));
        words.extend(entry.next_hop.map(|hop| format!("via {hop}")));
        words.extend(entry.metric.map(|metric| format!("metric {metric}")));
        words.join(" ")
    };
    (table.kind, table.entries.iter().map(entry).collect())
}

fn kind(kind: Kind, entries: &[&str]) -> (Kind, Vec<String>) {
    (kind, entries.iter().map(ToString::to_string).collect())
}

/// Code, line and marked text of every finding.
fn findings(text: &str) -> Vec<(Code, usize, String)> {
    let mut report = Report::default();
    let _ = read_bytes(Path::new("routes"), text.as_bytes().to_vec(), None, &mut report);
    let of = |finding: &tunnelog::diagnostic::Diagnostic| {
        let span = finding.span.unwrap();
        let marked = report.sources.get(span.file).text()[span.range()].to_owned();
        (finding.code, report.sources.position(span).line, marked)
    };
    report.diagnostics.iter().map(of).collect()
}

#[test]
fn power_shell_prints_tables_and_lists_and_json() {
    let printed = "\nifIndex DestinationPrefix NextHop     RouteMetric ifMetric PolicyStore\n\
                   ------- ----------------- -------     ----------- -------- -----------\n\
                   41      10.1.0.0/16       0.0.0.0               1 35       ActiveStore\n\
                   12      fd00::/8          fe80::1             256 25       ActiveStore\n\n";
    let both = kind(Kind::NetRoute, &["10.1.0.0/16 41 metric 36", "fd00::/8 12 via fe80::1 metric 281"]);
    assert_eq!(shown(printed), both);
    // Without the metric of the interface, that of the route says nothing.
    let list = "InterfaceIndex    : 41\nInterfaceAlias    : Hub, home\nDestinationPrefix : 10.1.0.0/16\n\
                NextHop           : 0.0.0.0\nRouteMetric       : 1\nStore : ActiveStore\n\n\
                InterfaceIndex    : 41\nInterfaceAlias    : Hub, home\nDestinationPrefix : 10.9.0.0/16\n\
                NextHop           : 0.0.0.0\nRouteMetric       : 1\nStore : PersistentStore\n";
    assert_eq!(shown(list), kind(Kind::NetRoute, &["10.1.0.0/16 41"]));
    assert_eq!(read(list, None).unwrap().aliases, [("41".into(), "Hub, home".into())]);
    let json = r#"{"value":[{"DestinationPrefix":"10.1.0.0/16","NextHop":"::","ifIndex":41,"RouteMetric":1,"InterfaceMetric":35}],"Count":1}"#;
    assert_eq!(shown(json), kind(Kind::NetRoute, &["10.1.0.0/16 41 metric 36"]));
    let dead = r#"[{"DestinationPrefix":"10.2.0.0/15","NextHop":"0.0.0.0","ifIndex":41,"State":"Dead"},
        {"DestinationPrefix":"10.1.0.0/16","NextHop":"0.0.0.0","ifIndex":41,"State":"Alive"}]"#;
    assert_eq!(shown(dead), kind(Kind::NetRoute, &["10.1.0.0/16 41"]));
    assert_eq!(findings(dead), [(Code::OutsideModel, 1, "10.2.0.0/15".to_owned())]);
    // Numbers are not documented: where they differ, one of them may mean that a route is not in use.
    let numbers = dead.replace("\"Dead\"", "1").replace("\"Alive\"", "0");
    assert_eq!(shown(&numbers), kind(Kind::NetRoute, &["10.2.0.0/15 41", "10.1.0.0/16 41"]));
    assert_eq!(findings(&numbers), [(Code::OutsideModel, 2, "0".to_owned())]);
    assert_eq!(findings(&numbers.replace("1}", "0}")), []);
    let faults = findings("DestinationPrefix : 10.1.0.9/16\n\nDestinationPrefix :\nNextHop : 0.0.0.0\n");
    let expected = [(Code::BadRoute, 1, "10.1.0.9/16"), (Code::BadRoute, 3, "DestinationPrefix :")];
    assert_eq!(faults, expected.map(|(code, line, text)| (code, line, text.to_owned())));
}

#[test]
fn json_below_comments_is_json() {
    let routes = r#"[{"DestinationPrefix":"10.1.0.0/16","NextHop":"::","ifIndex":41}]"#;
    let of_linux = r#"[{"dst":"10.1.0.0/16","dev":"tun0"}]"#;
    let of_card = r#"[{"source":"Default","state":"Active","addressPrefix":["10.1.0.0/16"],"nextHopType":"VnetLocal"}]"#;
    let learned = r#"[{"network":"10.1.0.0/16","origin":"EBgp"}]"#;
    for text in [routes, of_linux, of_card, learned] {
        let below = format!("# written on Monday\n\n  {text}");
        assert_eq!(shown(&below), shown(text));
        assert_eq!(shown(text).1.len(), 1, "{text}");
    }
}

#[test]
fn netsh_speaks_the_language_of_the_system() {
    let text = "\r\nVeröff.  Typ       Met  Präfix                    Idx  Gateway/Schnittstelle\r\n\
                -------  --------  ---  ------------------------  ---  ------------------------\r\n\
                Nein     Manuell   0    0.0.0.0/0                  12  192.168.178.1\r\n\
                Nein     Manuell   1    10.1.0.0/16                41  Hub West\r\n\
                Nein     System    256  fd00:1::/48                41  Hub West\r\n";
    let expected = ["0.0.0.0/0 12 via 192.168.178.1", "10.1.0.0/16 41", "fd00:1::/48 41"];
    assert_eq!(shown(text), kind(Kind::Netsh, &expected));
    assert_eq!(read(text, None).unwrap().aliases, [("41".into(), "Hub West".into())]);
}

#[test]
fn net_tools_of_linux_have_a_metric_or_none() {
    let route = "Kernel IP routing table\n\
                 Destination     Gateway         Genmask         Flags Metric Ref    Use Iface\n\
                 default         192.168.178.1   0.0.0.0         UG    600    0        0 wlp2s0\n\
                 10.1.0.0        0.0.0.0         255.255.0.0     U     50     0        0 tun0\n\
                 10.9.0.0        -               255.255.0.0     !     0      -        0 -\n";
    let expected = [
        "0.0.0.0/0 wlp2s0 via 192.168.178.1 metric 600",
        "10.1.0.0/16 tun0 metric 50",
        "10.9.0.0/16 metric 0",
    ];
    assert_eq!(shown(route), kind(Kind::RouteN, &expected));
    let netstat = "Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n\
                   10.1.0.0        0.0.0.0         255.255.0.0     U         0 0          0 tun0\n";
    assert_eq!(shown(netstat), kind(Kind::RouteN, &["10.1.0.0/16 tun0"]));
    // `netstat -rn` is another table on every system.
    assert_eq!(read(netstat, Some(Kind::Netstat)).unwrap().kind, Kind::RouteN);
    let windows = "10.1.0.0 255.255.0.0 On-link 192.168.0.2 26\n";
    assert_eq!(read(windows, Some(Kind::Netstat)).unwrap().kind, Kind::RoutePrint);
    let six = "Kernel IPv6 routing table\n\
               Destination                    Next Hop                   Flag Met Ref Use If\n\
               fd00:1::/48                    [::]                       U    256 1     0 tun0\n\
               [::]/0                         fe80::1                    UG   100 2     0 wlp2s0\n\
               [::]/0                         [::]                       !n   -1  1     0 lo\n";
    let expected = ["fd00:1::/48 tun0 metric 256", "::/0 wlp2s0 via fe80::1 metric 100", "::/0"];
    assert_eq!(shown(six), kind(Kind::RouteN, &expected));
    let bad = "10.1.0.1 0.0.0.0 255.255.0.0 U 0 0 0 tun0\ngw 0.0.0.0 255.255.255.255 UH 0 0 0 tun0\n\
               10.2.0.0 0.0.0.0 255.0.255.0 U 0 0 0 tun0\n";
    let expected = [(1, "10.1.0.1"), (2, "gw"), (3, "255.0.255.0")];
    assert_eq!(findings(bad), expected.map(|(line, text)| (Code::BadRoute, line, text.to_owned())));
}

#[test]
fn network_manager_tells_addresses_before_routes() {
    let text = "GENERAL.DEVICE:      tun0\nIP4.ADDRESS[1]:      192.168.0.2/24\nIP4.GATEWAY:         --\n\
                IP4.ROUTE[1]:        dst = 10.1.0.0/16, nh = 192.168.0.1, mt = 50\n\
                IP6.ROUTE[1]:        dst = fe80::/64, nh = ::, mt = 1024\n\n\
                GENERAL.DEVICE:      wlp2s0\n\
                IP4.ROUTE[1]:        dst = 0.0.0.0/0, nh = 172.20.4.1, mt = 600\n";
    let expected = [
        "10.1.0.0/16 tun0 via 192.168.0.1 metric 50",
        "fe80::/64 tun0 metric 1024",
        "0.0.0.0/0 wlp2s0 via 172.20.4.1 metric 600",
    ];
    assert_eq!(shown(text), kind(Kind::Nmcli, &expected));
    let source = read(text, None).unwrap().entries[0].source;
    assert_eq!(source.map(|source| source.to_string()).as_deref(), Some("192.168.0.2"));
    let terse = "GENERAL.DEVICES:tun0\nIP6.ROUTE[1]:dst = fd00\\:1\\:\\:/48, nh = \\:\\:, mt = 50\n";
    assert_eq!(shown(terse), kind(Kind::Nmcli, &["fd00:1::/48 tun0 metric 50"]));
    let bad = "IP4.ROUTE[1]: nh = 10.1.0.1\nIP4.ROUTE[2]: dst = 10.1.0.9/16, nh = 0.0.0.0\n";
    let expected = [(1, "nh = 10.1.0.1"), (2, "dst = 10.1.0.9/16, nh = 0.0.0.0")];
    assert_eq!(findings(bad), expected.map(|(line, text)| (Code::BadRoute, line, text.to_owned())));
}

#[test]
fn open_vpn_writes_profiles_and_a_log() {
    let profile = "client\nremote gw.example 443\ndev tun\n# route 10.9.0.0 255.255.0.0\n\
                   route 10.1.0.0 255.255.0.0 vpn_gateway 5\nroute 10.1.9.0 255.255.255.0 net_gateway\n\
                   route-ipv6 fd00:1::/48\nroute 10.2.0.4\n<ca>\nroute 10.8.0.0 255.255.0.0\n</ca>\n";
    assert_eq!(shown(profile), kind(Kind::OpenVpn, &["10.1.0.0/16", "fd00:1::/48", "10.2.0.4/32"]));
    let table = read(profile, None).unwrap();
    assert_eq!((table.excluded.len(), table.is_alone), (1, false));
    for line in ["route-nopull\n", "pull-filter ignore \"route\"\n"] {
        assert!(read(&format!("{profile}{line}"), None).unwrap().is_alone, "{line}");
    }
    let all = |options: &str| shown(&format!("{profile}redirect-gateway {options}\n")).1[3..].to_vec();
    assert_eq!(all(""), ["0.0.0.0/0"]);
    assert_eq!(all("def1 ipv6"), ["0.0.0.0/1", "128.0.0.0/1", "2000::/3"]);
    assert_eq!(all("!ipv4"), [""; 0]);
    // A client that connects again is given its routes anew, and a long answer comes in parts.
    let log = "12:00 PUSH: Received control message: 'PUSH_REPLY,route 10.9.0.0 255.255.0.0,ifconfig 192.168.0.2 255.255.255.0'\n\
               12:30 PUSH: Received control message: 'PUSH_REPLY,route 10.1.0.0 255.255.0.0,push-continuation 2'\n\
               12:30 PUSH: Received control message: 'PUSH_REPLY,route-ipv6 fd00:1::/48,push-continuation 1'\n";
    assert_eq!(shown(log), kind(Kind::PushReply, &["10.1.0.0/16", "fd00:1::/48"]));
}

#[test]
fn a_profile_of_open_vpn_has_every_fault_told_and_names_left_out() {
    let text = "remote gw 443\ndev tun\nroute 10.1.0.1 255.255.0.0\nroute 10.2.0.0/16\nroute 10.3.0.0 255.0.255.0\n\
                route\nroute intranet.example 255.255.255.255\nroute-ipv6 fd00:1::1/48\n\
                pull-filter ignore \"route 10.9.\"\n";
    let expected = [
        (Code::BadRoute, 3, "10.1.0.1"),
        (Code::BadRoute, 4, "10.2.0.0/16"),
        (Code::BadRoute, 5, "255.0.255.0"),
        (Code::BadRoute, 6, "route"),
        (Code::OutsideModel, 7, "intranet.example"),
        (Code::BadRoute, 8, "fd00:1::1/48"),
        (Code::OutsideModel, 9, "pull-filter ignore \"route 10.9."),
    ];
    let found = findings(text);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for ((code, line, marked), expected) in found.iter().zip(expected) {
        assert!((*code, *line) == (expected.0, expected.1) && marked.starts_with(expected.2), "{found:?}");
    }
    assert_eq!(Code::OutsideModel.severity(), Severity::Note);
}

#[test]
fn always_on_has_routes_of_its_own() {
    let profile = |policy: &str| {
        format!(
            "<VPNProfile><NativeProfile><RoutingPolicyType>{policy}</RoutingPolicyType></NativeProfile>\n\
             <Route><Address>10.1.0.0</Address><PrefixSize>16</PrefixSize></Route>\n\
             <Route><Address>10.1.9.0</Address><PrefixSize>24</PrefixSize><ExclusionRoute>true</ExclusionRoute></Route>\n\
             <Route><Address>fd00:1::</Address><PrefixSize>48</PrefixSize></Route></VPNProfile>"
        )
    };
    let split = profile("SplitTunnel");
    assert_eq!(shown(&split), kind(Kind::ProfileXml, &["10.1.0.0/16", "fd00:1::/48"]));
    let table = read(&split, None).unwrap();
    assert_eq!((table.excluded.len(), table.is_alone), (1, true));
    assert_eq!(shown(&profile("ForceTunnel")).1[..2], ["0.0.0.0/0", "::/0"]);
    let bad = "<VPNProfile><AlwaysOn>true</AlwaysOn>\n<Route><Address>10.1.0.9</Address><PrefixSize>16</PrefixSize></Route>\n\
               <Route><Address>10.1.0.0</Address></Route></VPNProfile>";
    let expected = [(2, "10.1.0.9"), (3, "</Route>")];
    assert_eq!(findings(bad), expected.map(|(line, text)| (Code::BadRoute, line, text.to_owned())));
}

#[test]
fn the_package_has_a_list_of_its_own() {
    let text = "REMOVE_GATEWAY\nADD 10.1.0.0 MASK 255.255.0.0 default METRIC default IF default\n\
                add 10.2.0.0 mask 255.0.255.0 default METRIC default IF default\n";
    let expected =
        [(Code::OutsideModel, 1, "REMOVE_GATEWAY"), (Code::BadRoute, 3, "10.2.0.0 mask 255.0.255.0")];
    assert_eq!(findings(text), expected.map(|(code, line, text)| (code, line, text.to_owned())));
    let right = text.split("add").next().unwrap();
    assert_eq!(shown(right), kind(Kind::PackageRoutes, &["10.1.0.0/16"]));
}

/// What `ip -c route` of iproute2 6.1 writes, what a page has in its source, and what comes of joining files.
#[test]
fn what_came_into_a_text_on_its_way_is_named_and_does_no_harm() {
    let coloured = "default via \u{1b}[36m172.20.4.1 \u{1b}[0mdev \u{1b}[36meth0 \u{1b}[0m\n\
                    \u{1b}[36m10.1.0.0/16 \u{1b}[0mdev \u{1b}[36mtun0 \u{1b}[0mscope link \n\
                    \u{1b}[34mfd00:1::/48 \u{1b}[0mdev \u{1b}[36mtun0 \u{1b}[0mmetric 1024 pref medium\n";
    let plain = [
        "0.0.0.0/0 eth0 via 172.20.4.1 metric 0",
        "10.1.0.0/16 tun0 metric 0",
        "fd00:1::/48 tun0 metric 1024",
    ];
    let expected = kind(Kind::IpRoute, &plain);
    let note = |line: usize, marked: &str| vec![(Code::OutsideModel, line, marked.to_owned())];
    let bare = coloured.replace('\u{1b}', "");
    let page = coloured.replace("\u{1b}[36m", "").replace("\u{1b}[34m", "").replace("\u{1b}[0m", "");
    let source = page.replace("/16 dev", "&#47;16&nbsp;dev");
    let (first, second) = page.split_at(page.find('\n').unwrap() + 1);
    let joined = format!("{first}\u{feff}{second}");
    for (text, found) in
        [(coloured, note(1, "")), (&bare, note(1, "")), (&source, note(2, "/")), (&joined, note(2, ""))]
    {
        assert_eq!(shown(text), expected, "{text:?}");
        assert_eq!(findings(text), found, "{text:?}");
    }
    assert_eq!(findings(&page), []);
    // Where the text is no longer known, nothing is guessed.
    let moved = format!("{first}\u{1b}[1A{second}");
    assert_eq!(findings(&moved), [(Code::UnreadableFile, 2, "\u{fffd}".to_owned())]);
    let of_two_bytes: String = page.chars().flat_map(|letter| [letter, '\0']).collect();
    assert_eq!(findings(&of_two_bytes)[0].0, Code::UnreadableFile);
    let saved = format!("<html><pre>{page}</pre></html>");
    assert_eq!(findings(&saved), [(Code::UnknownFormat, 1, String::new())]);
}

#[test]
fn text_of_xml_may_be_cut_by_entities_comments_and_sections() {
    let profile = |address: &str, mask: &str| {
        format!(
            "<azvpnprofile><clientconfig><includeroutes>\n<route><destination>{address}</destination>\
             <mask>{mask}</mask></route>\n</includeroutes></clientconfig></azvpnprofile>"
        )
    };
    let expected = kind(Kind::AzureVpnConfig, &["10.2.0.0/16"]);
    assert_eq!(shown(&profile("10&#46;2.0&#x2e;0", "1&#54;")), expected);
    assert_eq!(shown(&profile("<![CDATA[10.2.0.0]]>", "1<!-- of the hub -->6")), expected);
    let found = findings(&profile("10.2.0.0", "16&nbsp;"));
    assert_eq!(found, [(Code::BadRoute, 2, "&nbsp;".to_owned())]);
    let package = "<VpnProfile><Routes>10.1.0.0&#47;16,10.2.0.0/16\n10.3.0.0/16</Routes></VpnProfile>";
    assert_eq!(shown(package), kind(Kind::VpnSettings, &["10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"]));
    // A profile that was itself written with entities is one once they are read.
    let escaped = profile("10.2.0.0", "16").replace('<', "&lt;").replace('>', "&gt;");
    assert_eq!(shown(&escaped), expected);
}
