//! Which DNS servers machines and profiles ask, and for which names.

use std::path::Path;

use tunnelog::answer::{Analysis, GatewayAnswer, Request};
use tunnelog::class::Class;
use tunnelog::client_config::GivenNames;
use tunnelog::diagnostic::{Code, Report};
use tunnelog::import::load::load;
use tunnelog::prefix::Prefix;
use tunnelog::verify::{Client, Interface, Kind, NamesOf, Table, read_bytes};

use super::verify::fixture;
use crate::support::folders::folder;

/// The table of a text, and what was noted, with the marked text.
fn read(text: &str) -> (Option<Table>, Vec<(Code, String)>) {
    let mut report = Report::default();
    let table = read_bytes(Path::new("names"), text.as_bytes().to_vec(), None, &mut report);
    let of = |finding: &tunnelog::diagnostic::Diagnostic| {
        let span = finding.span.unwrap();
        (finding.code, report.sources.get(span.file).text()[span.range()].to_owned())
    };
    let findings = report.diagnostics.iter().map(of).collect();
    (table, findings)
}

/// Each resolver: its interface, its servers, and behind an arrow the suffixes, `*` for all names.
fn shown(table: &Table) -> Vec<String> {
    let resolver = |it: &tunnelog::verify::Resolver| {
        let servers: Vec<String> = it.servers.iter().map(|server| server.address.to_string()).collect();
        let suffixes = it.suffixes.iter().map(|suffix| suffix.name.to_string());
        let all = it.takes_all.then(|| "*".to_owned());
        let names: Vec<String> = suffixes.chain(all).collect();
        let place = it.interface.as_deref().map(|name| format!("{name}: ")).unwrap_or_default();
        let scoped = if it.is_scoped { " scoped" } else { "" };
        format!("{place}{} <- {}{scoped}", servers.join(" "), names.join(" "))
    };
    table.resolvers.iter().map(resolver).collect()
}

fn given(servers: &[&str], zones: &[&str]) -> GivenNames {
    GivenNames {
        servers: servers.iter().map(|server| server.parse().unwrap()).collect(),
        unreached: Vec::new(),
        zones: zones.iter().map(|zone| Box::from(*zone)).collect(),
    }
}

/// Two servers and three zones, of which a client asks by four suffixes.
fn hub() -> GivenNames {
    let zones = ["privatelink.blob.core.windows.net", "privatelink.vaultcore.azure.net", "contoso.internal"];
    given(&["10.1.0.4", "10.1.0.5"], &zones)
}

struct Case<'a> {
    class: Class,
    given: &'a GivenNames,
    old: Option<&'a GivenNames>,
    interface: Interface<'a>,
}

impl<'a> Case<'a> {
    fn new(class: Class, given: &'a GivenNames) -> Self {
        Self { class, given, old: None, interface: Interface::OfPool }
    }

    /// What deviates, with its cause, and `@` where it has a place.
    fn deviations(&self, table: &Table) -> Vec<String> {
        let answer = GatewayAnswer::default();
        let known: Vec<Prefix> = vec!["10.0.0.0/8".parse().unwrap()];
        let client = Client {
            answer: &answer,
            class: self.class,
            pool: &[],
            known: &known,
            old: None,
            learned: &|_| Vec::new(),
            names: Some(NamesOf { given: self.given, old: self.old }),
        };
        let found = client.deviations(table, &self.interface);
        let line = |one: &tunnelog::verify::Deviation| {
            let at = if one.span.is_some() { " @" } else { "" };
            format!("{} {} {}{at}", one.kind.word(), one.what, one.cause.word())
        };
        found.iter().filter(|one| one.prefix().is_none()).map(line).collect()
    }
}

#[test]
fn links_of_linux_have_servers_and_suffixes() {
    let table = fixture("resolvectl.txt");
    assert_eq!(table.kind, Kind::Resolvectl);
    let all =
        "blob.core.windows.net vault.azure.net vaultcore.azure.net contoso.internal database.windows.net";
    let tunnel = format!("tun0: 10.1.0.4 10.1.0.5 <- {all}");
    assert_eq!(shown(&table), [" <- *", "enp0s3: 192.168.178.1 <- fritz.box *", &tunnel]);
    assert_eq!(Case::new(Class::NonWindows, &hub()).deviations(&table), [""; 0]);
    let more = given(&["10.1.0.4", "10.1.0.6"], &["privatelink.azurecr.io", "contoso.internal"]);
    let expected = [
        "missing-server 10.1.0.6 server-not-delivered",
        "missing-suffix azurecr.io needs-suffix",
        "surplus-server 10.1.0.5 not-handed-out @",
    ];
    let mut case = Case::new(Class::NonWindows, &more);
    assert_eq!(case.deviations(&table), expected);
    case.interface = Interface::Named("enp0s3");
    let elsewhere = [
        "missing-server 10.1.0.4 server-not-delivered",
        "missing-server 10.1.0.6 server-not-delivered",
        "missing-suffix azurecr.io needs-suffix",
        "missing-suffix contoso.internal needs-suffix",
    ];
    assert_eq!(case.deviations(&table), elsewhere);
}

#[test]
fn values_of_older_versions_go_on_below() {
    // Version 245 writes each value in a line of its own; 252 leaves a colon out; later ones have a line of their own for the
    // default route.
    let text = "Global\n       LLMNR setting: no\n        DNS Servers 10.255.255.53\n\nLink 3 (tun0)\n      Current Scopes: DNS\n\
                DefaultRoute setting: yes\n       LLMNR setting: yes\n  Current DNS Server: 10.1.0.9\n         \
                DNS Servers: 10.1.0.4#dns.example\n                      fd00:1::4%3\n          DNS Domain: ~.\n                      \
                contoso.internal\n       Default Route: yes\n";
    let (table, findings) = read(text);
    assert_eq!(findings, []);
    let expected = ["10.255.255.53 <- *", "tun0: 10.1.0.4 fd00:1::4 <- contoso.internal *"];
    assert_eq!(shown(&table.unwrap()), expected);
    let (table, findings) =
        read("Link 3 (tun0)\n    Current Scopes: DNS\n   DNS Servers: dns.example 010.1.0.4\n");
    let bad = |text: &str| (Code::BadRoute, text.to_owned());
    assert_eq!((table, findings), (None, vec![bad("dns.example"), bad("010.1.0.4")]));
}

#[test]
fn what_serves_bound_programs_only_is_no_server_of_the_machine() {
    let table = fixture("scutil-dns.txt");
    assert_eq!(table.kind, Kind::Scutil);
    let expected = [
        "en0: 192.168.178.1 <- *",
        "utun4: 10.1.0.4 fd00:1::4 <- blob.core.windows.net",
        " <- local",
        "en0: 192.168.178.1 <- * scoped",
        "utun4: 10.1.0.5 <- * scoped",
    ];
    assert_eq!(shown(&table), expected);
    let expected = [
        "missing-server 10.1.0.5 scoped-server @",
        "missing-suffix contoso.internal needs-suffix",
        "missing-suffix vault.azure.net needs-suffix",
        "missing-suffix vaultcore.azure.net needs-suffix",
    ];
    assert_eq!(Case::new(Class::NonWindows, &hub()).deviations(&table), expected);
}

#[test]
fn rules_of_windows_are_for_suffixes_or_single_names() {
    let table = fixture("nrpt-policy.txt");
    assert_eq!(table.kind, Kind::Nrpt);
    let expected = [
        "10.1.0.4 10.1.0.5 <- blob.core.windows.net",
        "10.1.0.4 10.1.0.5 <- vaultcore.azure.net",
        "10.1.0.4 <- ",
        "10.9.0.4 <- vault.azure.net",
    ];
    assert_eq!(shown(&table), expected);
    let hub = hub();
    let mut case = Case::new(Class::Windows, &hub);
    let expected = [
        "missing-suffix contoso.internal needs-suffix",
        "missing-suffix vault.azure.net other-server @",
        "surplus-server 10.9.0.4 old-package @",
    ];
    assert_eq!(case.deviations(&table), expected);
    let old = given(&["10.9.0.4"], &[]);
    case.old = Some(&old);
    let expected = [expected[0], expected[1], "stale-server 10.9.0.4 old-package @"];
    assert_eq!(case.deviations(&table), expected);
}

#[test]
fn rules_are_read_as_json_too() {
    let table = fixture("nrpt-rules.json");
    assert_eq!(table.kind, Kind::Nrpt);
    let expected =
        ["10.1.0.4 10.1.0.5 <- blob.core.windows.net contoso.internal", "10.1.1.4 <- vault.azure.net"];
    assert_eq!(shown(&table), expected);
    let below = "# written on Monday\n".to_owned() + include_str!("../fixtures/routes/nrpt-rules.json");
    assert_eq!(shown(&read(&below).0.unwrap()), expected);
    // PowerShell prints four values of a list and leaves out the others.
    let cut = "Namespace : {.a.example, .b.example, .c.example, .d.example...}\nNameServers : 10.1.0.4\nNameEncoding : Disable\n";
    let (table, findings) = read(cut);
    assert_eq!(shown(&table.unwrap()), ["10.1.0.4 <- a.example b.example c.example d.example"]);
    assert_eq!(
        findings,
        [(Code::OutsideModel, "{.a.example, .b.example, .c.example, .d.example...}".to_owned())]
    );
    let every = "Namespace : .\nNameServers : 10.1.0.4\n";
    assert_eq!(shown(&read(every).0.unwrap()), ["10.1.0.4 <- *"]);
}

#[test]
fn a_profile_names_servers_and_suffixes() {
    let profile = |inside: &str| {
        let text = format!("<AzVpnProfile><clientconfig>{inside}</clientconfig></AzVpnProfile>");
        read(&text)
    };
    let hub = hub();
    let case = Case::new(Class::Windows, &hub);
    let servers =
        "<dnsservers><dnsserver>\n  10.1.0.4\n</dnsserver><dnsserver>10.1.0.5</dnsserver></dnsservers>";
    let suffixes = "<dnssuffixes><dnssuffix>.core.windows.net</dnssuffix><dnssuffix>.Contoso.Internal</dnssuffix></dnssuffixes>";
    let (table, findings) = profile(&format!("{servers}{suffixes}"));
    let table = table.unwrap();
    assert_eq!(findings, []);
    assert_eq!(shown(&table), ["10.1.0.4 10.1.0.5 <- core.windows.net contoso.internal"]);
    let expected =
        ["missing-suffix vault.azure.net needs-suffix", "missing-suffix vaultcore.azure.net needs-suffix"];
    assert_eq!(case.deviations(&table), expected);
    // Without suffixes every name is asked of the servers.
    assert_eq!(case.deviations(&profile(servers).0.unwrap()), [""; 0]);
    let none = ["missing-server 10.1.0.4 needs-server", "missing-server 10.1.0.5 needs-server"];
    assert_eq!(case.deviations(&profile("<includeroutes/>").0.unwrap()), none);
    // What clients do not reach need not be there, and may be.
    let some = GivenNames { unreached: hub.servers[..1].to_vec(), ..hub.clone() };
    assert_eq!(Case::new(Class::Windows, &some).deviations(&profile("").0.unwrap()), none[1..]);
    assert_eq!(Case::new(Class::Windows, &some).deviations(&profile(servers).0.unwrap()), [""; 0]);
    let (table, findings) = profile("<dnsservers><dnsserver>x.x.x.x</dnsserver></dnsservers>");
    assert_eq!(findings, [(Code::OutsideModel, "x.x.x.x".to_owned())]);
    assert_eq!(shown(&table.unwrap()), [""; 0]);
}

#[test]
fn a_server_that_was_added_by_hand_is_none_too_many() {
    let text = "<AzVpnProfile><clientconfig><dnsservers><dnsserver>10.1.0.9</dnsserver></dnsservers></clientconfig></AzVpnProfile>";
    let table = read(text).0.unwrap();
    let nothing = GivenNames::default();
    assert_eq!(Case::new(Class::Windows, &nothing).deviations(&table), [""; 0]);
    let other = given(&["10.1.0.4"], &["contoso.internal"]);
    let expected = ["missing-server 10.1.0.4 needs-server", "surplus-server 10.1.0.9 not-handed-out @"];
    assert_eq!(Case::new(Class::Windows, &other).deviations(&table), expected);
}

#[test]
fn a_package_and_what_is_pushed_name_what_the_vnet_hands_out() {
    let table = fixture("VpnSettings.xml");
    assert_eq!(shown(&table), ["10.1.0.4 10.1.0.5 <- *"]);
    let hub = hub();
    assert_eq!(Case::new(Class::Windows, &hub).deviations(&table), [""; 0]);
    let other = given(&["10.1.0.6"], &["contoso.internal"]);
    let expected = [
        "missing-server 10.1.0.6 old-package",
        "surplus-server 10.1.0.4 old-package @",
        "surplus-server 10.1.0.5 old-package @",
    ];
    assert_eq!(Case::new(Class::Windows, &other).deviations(&table), expected);
    let reply = "PUSH: 'PUSH_REPLY,route 10.9.0.0 255.255.0.0,dhcp-option DNS 10.1.0.9'\n\
                 PUSH: 'PUSH_REPLY,route 10.1.0.0 255.255.0.0,dhcp-option DNS 10.1.0.4,topology subnet'\n";
    let table = read(reply).0.unwrap();
    assert_eq!((table.kind, shown(&table)), (Kind::PushReply, vec!["10.1.0.4 <- *".to_owned()]));
    let expected = ["missing-server 10.1.0.5 server-not-delivered"];
    assert_eq!(Case::new(Class::NonWindows, &hub).deviations(&table), expected);
}

#[test]
fn a_profile_of_open_vpn_has_two_ways_to_say_it() {
    let options = "client\nremote gw 443\ndev tun\ndhcp-option DNS 10.1.0.4\ndhcp-option DOMAIN contoso.internal\n\
                   dhcp-option DOMAIN-SEARCH blob.core.windows.net\ndhcp-option NTP 10.1.0.7\n";
    let expected = ["10.1.0.4 <- contoso.internal blob.core.windows.net"];
    assert_eq!(shown(&read(options).0.unwrap()), expected);
    let servers = "client\nremote gw 443\ndev tun\ndns server 0 address 10.1.0.4 10.1.0.5:53\n\
                   dns server 0 resolve-domains contoso.internal\n";
    assert_eq!(shown(&read(servers).0.unwrap()), ["10.1.0.4 10.1.0.5 <- contoso.internal"]);
    let alone = read("dhcp-option DNS 10.1.0.4\n").0.unwrap();
    assert_eq!((alone.kind, shown(&alone)), (Kind::OpenVpn, vec!["10.1.0.4 <- *".to_owned()]));
}

#[test]
fn always_on_has_a_rule_for_each_suffix() {
    let text = "<VPNProfile><NativeProfile/><DnsSuffix>corp.example</DnsSuffix>\
        <DomainNameInformation><DomainName>.contoso.internal</DomainName><DnsServers>10.1.0.4,10.1.0.5</DnsServers></DomainNameInformation>\
        <DomainNameInformation><DomainName>www.contoso.internal</DomainName></DomainNameInformation>\
        <Route><Address>10.1.0.0</Address><PrefixSize>16</PrefixSize></Route></VPNProfile>";
    let table = read(text).0.unwrap();
    assert_eq!(shown(&table), ["10.1.0.4 10.1.0.5 <- contoso.internal"]);
    let expected = [
        "missing-suffix blob.core.windows.net needs-suffix",
        "missing-suffix vault.azure.net needs-suffix",
        "missing-suffix vaultcore.azure.net needs-suffix",
    ];
    assert_eq!(Case::new(Class::Windows, &hub()).deviations(&table), expected);
}

#[test]
fn a_table_of_routes_says_nothing_of_names() {
    assert_eq!(Case::new(Class::NonWindows, &hub()).deviations(&fixture("netstat.txt")), [""; 0]);
}

/// What Windows clients of the hub are given: servers, those out of reach, and zones.
fn given_by(servers: &str) -> Option<[Vec<String>; 3]> {
    let names = [
        ("dns.csv", format!("vnet,servers\n{servers}")),
        ("resolvers.csv", "name,vnet,address\ninbound,Hub,10.0.0.4\n".to_owned()),
        ("zones.csv", "zone,vnet\nA.internal,Hub\nb.internal,Spoke\nc.internal,\n".to_owned()),
    ];
    let mut files = vec![
        ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\nSpoke,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\n"),
        // A zone that is linked to none of the VNets that are joined with the gateway's is no zone of its clients.
        (
            "peerings.csv",
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\nHub,Spoke,false,false\n\
             Spoke,Hub,false,false\n",
        ),
    ];
    if servers != "none" {
        files.extend(names.iter().map(|(name, text)| (*name, text.as_str())));
    }
    let folder = folder(&files);
    let inventory = load(folder.path()).unwrap().inventory;
    let mut found = None;
    let request = Request { classes: Some(vec![Class::Windows]), names: true, ..Request::default() };
    let Ok(()) = Analysis::new(&inventory).answer(&request, |gateway, rows| {
        found = GivenNames::of(&inventory, gateway, rows);
        Ok::<(), std::convert::Infallible>(())
    });
    let texts = |servers: &[std::net::IpAddr]| servers.iter().map(ToString::to_string).collect();
    found.map(|given| {
        let zones = given.zones.iter().map(ToString::to_string).collect();
        [texts(&given.servers), texts(&given.unreached), zones]
    })
}

#[test]
fn zones_resolve_by_the_servers_that_clients_reach() {
    let none: [&str; 0] = [];
    let given = |servers: &[&str], unreached: &[&str], zones: &[&str]| {
        let texts = |list: &[&str]| list.iter().map(ToString::to_string).collect();
        Some([texts(servers), texts(unreached), texts(zones)])
    };
    // A resolver of Azure knows the zones that its VNet is linked to.
    assert_eq!(given_by("Hub,10.0.0.4\n"), given(&["10.0.0.4"], &none, &["a.internal"]));
    // Any other server knows every zone, if it forwards.
    let all = ["a.internal", "b.internal", "c.internal"];
    assert_eq!(given_by("Hub,10.0.0.9\n"), given(&["10.0.0.9"], &none, &all));
    // The order is that of the VNet, and a server that no network holds is out of reach.
    let servers = ["10.9.0.4", "10.0.0.4", "10.1.0.9"];
    let expected = given(&servers, &["10.9.0.4", "10.1.0.9"], &["a.internal"]);
    assert_eq!(given_by("Hub,10.9.0.4;10.0.0.4;10.1.0.9\n"), expected);
    assert_eq!(given_by("Spoke,10.0.0.4\n"), given(&none, &none, &none));
    assert_eq!(given_by("none"), None);
}
