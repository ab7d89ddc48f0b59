//! The texts that each kind of VPN client takes, with names quoted as it wants them.

use std::fmt::{self, Display, Write};
use std::io;

use ipnet::IpNet;
use quick_xml::Writer;
use quick_xml::events::{BytesText, Event};

use super::comment::{Wanted, lines};
use super::network_manager;
use crate::class::limits::{Limit, OPEN_VPN, OTHER_IKEV2, SELECTORS, WINDOWS_IKEV2};
use crate::marks::is_unseen;

/// Why a name cannot stand in a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    name: String,
    /// What a name may hold.
    pub allowed: &'static str,
}

impl Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` cannot be a name there", self.name)
    }
}

impl std::error::Error for NameError {}

impl NameError {
    pub(super) fn new(name: &str, allowed: &'static str) -> Self {
        Self { name: name.to_owned(), allowed }
    }
}

/// The part of `azurevpnconfig.xml` that makes the Azure VPN Client add the routes.
///
/// # Errors
/// None but those of writing into memory.
pub fn azure_vpn_config(wanted: &Wanted<'_>) -> io::Result<String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let (servers, suffixes) = (wanted.servers(), wanted.suffixes());
    let apply = if servers.is_empty() {
        "put `<includeroutes>` into `<clientconfig>` of `azurevpnconfig.xml` and import the profile again."
    } else {
        "put what is in `<clientconfig>` into that of `azurevpnconfig.xml`, in this order, and import the profile again."
    };
    let undo = "import the profile without it.";
    for sentence in wanted.heading(apply, undo, Some(OPEN_VPN)) {
        comment(&mut writer, &sentence)?;
    }
    writer.create_element("azvpnprofile").write_inner_content(|writer| {
        writer.create_element("clientconfig").write_inner_content(|writer| {
            let servers = servers.iter().map(ToString::to_string);
            elements(writer, "dnsservers", "dnsserver", servers)?;
            elements(writer, "dnssuffixes", "dnssuffix", suffixes.iter().map(|suffix| format!(".{suffix}")))?;
            let include = writer.create_element("includeroutes");
            if wanted.routes.is_empty() {
                include.write_empty()?;
                return Ok(());
            }
            include.write_inner_content(|writer| {
                for (route, told) in wanted.told() {
                    if let Some(sentence) = told {
                        comment(writer, &sentence)?;
                    }
                    let net = route.prefix.net();
                    let (address, length) = (net.addr().to_string(), net.prefix_len().to_string());
                    writer.create_element("route").write_inner_content(|writer| {
                        let destination = writer.create_element("destination");
                        destination.write_text_content(BytesText::new(&address))?;
                        writer.create_element("mask").write_text_content(BytesText::new(&length))?;
                        Ok(())
                    })?;
                }
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(())
    })?;
    let mut text = String::from_utf8(writer.into_inner()).map_err(io::Error::other)?;
    text.push('\n');
    Ok(text)
}

/// A list of texts, each in an element; nothing where there is none.
fn elements(
    writer: &mut Writer<Vec<u8>>,
    list: &str,
    element: &str,
    texts: impl ExactSizeIterator<Item = String>,
) -> io::Result<()> {
    if texts.len() > 0 {
        writer.create_element(list).write_inner_content(|writer| {
            for text in texts {
                writer.create_element(element).write_text_content(BytesText::new(&text))?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn comment(writer: &mut Writer<Vec<u8>>, sentence: &str) -> io::Result<()> {
    // Two hyphens would end the comment.
    let text = format!(" {} ", sentence.replace("--", "-\u{2010}"));
    writer.write_event(Event::Comment(BytesText::from_escaped(text)))
}

/// The comments over the routes, each line behind `#`.
fn heading(wanted: &Wanted<'_>, apply: &str, undo: &str, limit: Option<Limit>) -> String {
    wanted.heading(apply, undo, limit).iter().map(|sentence| lines("#", sentence)).collect()
}

/// Lines for an OpenVPN profile.
#[must_use]
pub fn open_vpn(wanted: &Wanted<'_>) -> String {
    let apply = "add these lines to the `.ovpn` profile and connect again.";
    let mut text = heading(wanted, apply, "take them out and connect again.", Some(OPEN_VPN));
    if !wanted.routes.is_empty() {
        network_manager::of_routes(wanted, &mut text);
    }
    for (route, told) in wanted.told() {
        if let Some(sentence) = told {
            text.push_str(&lines("#", &sentence));
        }
        // Writing to a string does not fail.
        let _ = match route.prefix.net() {
            IpNet::V4(net) => writeln!(text, "route {} {}", net.addr(), net.netmask()),
            IpNet::V6(net) => writeln!(text, "route-ipv6 {net}"),
        };
    }
    let servers = wanted.servers();
    if !servers.is_empty() {
        network_manager::of_names(wanted, &mut text);
    }
    for server in servers {
        let _ = writeln!(text, "dhcp-option DNS {server}");
    }
    let mut suffixes = wanted.suffixes().into_iter();
    if let Some(first) = suffixes.next() {
        text.push_str(&lines("#", "On Linux a script takes these, such as `update-systemd-resolved`."));
        let _ = writeln!(text, "dhcp-option DOMAIN {first}");
    }
    for suffix in suffixes {
        let _ = writeln!(text, "dhcp-option DOMAIN-SEARCH {suffix}");
    }
    text
}

/// A script for the native client of Windows; the connection is called `connection`.
#[must_use]
pub fn power_shell(wanted: &Wanted<'_>, connection: &str) -> String {
    let servers = wanted.servers();
    let (apply, undo) = if servers.is_empty() {
        (
            "run it in PowerShell, as the user of the connection, and connect again.",
            "`(Get-Content FILE) -replace '^Add-','Remove-' | Invoke-Expression`, and connect again.",
        )
    } else {
        (
            "run it in PowerShell as an administrator, signed in as the user of the connection, and connect again.",
            "`(Get-Content FILE) -replace '^Add-Vpn','Remove-Vpn' -notmatch '^Add-Dns' | Invoke-Expression`, and connect again.",
        )
    };
    let mut text = heading(wanted, apply, undo, Some(WINDOWS_IKEV2));
    let quoted = in_quotes(connection);
    for (route, told) in wanted.told() {
        if let Some(sentence) = told {
            text.push_str(&lines("#", &sentence));
        }
        let prefix = route.prefix;
        let _ =
            writeln!(text, "Add-VpnConnectionRoute -ConnectionName {quoted} -DestinationPrefix '{prefix}'");
    }
    if !servers.is_empty() {
        let servers: Vec<String> = servers.iter().map(|server| format!("'{server}'")).collect();
        let comment = in_quotes(&format!("tunnelog {connection}"));
        text.push_str(&lines("#", "Rules of an earlier run go first."));
        let _ = writeln!(
            text,
            "Get-DnsClientNrptRule | Where-Object Comment -eq {comment} | Remove-DnsClientNrptRule -Force"
        );
        for suffix in wanted.suffixes() {
            let servers = servers.join(",");
            let _ = writeln!(
                text,
                "Add-DnsClientNrptRule -Namespace '.{suffix}' -NameServers {servers} -Comment {comment}"
            );
        }
    }
    if text.is_ascii() {
        return text;
    }
    // Windows PowerShell takes a file without a mark to be in the old character set of the system.
    format!("\u{feff}{text}")
}

/// A text in quotes of PowerShell, which takes each of several letters for one that ends it, and two of them for one.
fn in_quotes(text: &str) -> String {
    let is_quote = |letter: char| matches!(letter, '\'' | '\u{2018}'..='\u{201b}');
    let mut quoted = String::from("'");
    for letter in text.chars() {
        quoted.extend(std::iter::repeat_n(letter, if is_quote(letter) { 2 } else { 1 }));
    }
    quoted.push('\'');
    quoted
}

/// What `swanctl.conf` reads; further children of the connection called `connection`, none with more traffic
/// selectors than the protocol can tell.
///
/// # Errors
/// Where the name holds what strongSwan reads as something else.
pub fn strong_swan(wanted: &Wanted<'_>, connection: &str) -> Result<String, NameError> {
    named_connection(connection)?;
    let apply = "save it in `/etc/swanctl/conf.d` and run `swanctl --load-conns`.";
    let undo = "delete the file and run `swanctl --load-conns` again, which closes what it opened.";
    let mut text = if wanted.routes.is_empty() {
        // Whatever is said of names is a comment, and nothing to apply.
        wanted.about().iter().map(|sentence| lines("#", sentence)).collect()
    } else {
        heading(wanted, apply, undo, Some(OTHER_IKEV2))
    };
    let servers: Vec<String> = wanted.servers().iter().map(ToString::to_string).collect();
    if !servers.is_empty() {
        let sentence = format!(
            "DNS servers: {}. strongSwan takes those that the gateway gives, by its plugin `resolve`; a connection has no place for \
             others, and none for suffixes.",
            servers.join(", ")
        );
        text.push_str(&lines("#", &sentence));
    }
    if wanted.routes.is_empty() {
        return Ok(text);
    }
    let _ = write!(text, "connections {{\n  {connection} {{\n    children {{\n");
    for (number, routes) in (1..).zip(wanted.routes.chunks(SELECTORS.most)) {
        let _ = writeln!(text, "      {} {{\n        local_ts = dynamic", child(number));
        // They stand in one line, so each is named in the comment.
        for route in routes {
            text.push_str(&lines("        #", &format!("{}: {}", route.prefix, wanted.networks(route))));
        }
        let prefixes: Vec<String> = routes.iter().map(|route| route.prefix.to_string()).collect();
        let _ = writeln!(
            text,
            "        remote_ts = {}\n        start_action = start\n      }}",
            prefixes.join(",")
        );
    }
    text.push_str("    }\n  }\n}\n");
    Ok(text)
}

/// The name of the child number `number`.
fn child(number: usize) -> String {
    if number == 1 { "missing-routes".to_owned() } else { format!("missing-routes-{number}") }
}

/// Checks that `name` can be that of a section of `swanctl.conf`.
///
/// # Errors
/// Where it cannot.
pub fn named_connection(name: &str) -> Result<(), NameError> {
    let is_bad = |letter: char| letter.is_whitespace() || is_unseen(letter) || ".,:{}=\"#/".contains(letter);
    if name.is_empty() || name.contains(is_bad) {
        let allowed = "neither blanks nor any of `.`, `,`, `:`, `{`, `}`, `=`, `\"`, `#` and `/`";
        return Err(NameError::new(name, allowed));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::names::GivenNames;
    use super::super::route::MissingRoute;
    use super::super::shell::shell_script;
    use super::*;
    use crate::names::Names;

    /// What `write` makes of these routes, each with the network that it leads to.
    fn of<T>(routes: &[(&str, &str)], whose: &str, write: impl Fn(&Wanted<'_>) -> T) -> T {
        let mut names = Names::default();
        let route = |(prefix, network): &(&str, &str)| MissingRoute {
            prefix: prefix.parse().unwrap(),
            networks: vec![names.intern(network)],
        };
        let routes: Vec<MissingRoute> = routes.iter().map(route).collect();
        write(&Wanted {
            routes: &routes,
            names: &names,
            whose,
            model: "Model: article.",
            held: 2,
            given: None,
        })
    }

    /// What `write` makes of a route and of two servers, of which clients reach the first, and two zones.
    fn with_names<T>(write: impl Fn(&Wanted<'_>) -> T) -> T {
        let given = GivenNames {
            servers: ["10.1.0.4", "10.9.0.4"].iter().map(|server| server.parse().unwrap()).collect(),
            unreached: vec!["10.9.0.4".parse().unwrap()],
            zones: vec!["privatelink.blob.core.windows.net".into(), "contoso.internal".into()],
        };
        of(&[("10.2.0.0/16", "Spoke")], "x", |wanted| write(&Wanted { given: Some(&given), ..*wanted }))
    }

    /// The lines that are no comments.
    fn orders(text: &str) -> Vec<&str> {
        text.lines().filter(|line| !line.trim_start().starts_with('#')).collect()
    }

    #[test]
    fn servers_and_suffixes_are_written_as_each_client_takes_them() {
        let xml = with_names(azure_vpn_config).unwrap();
        let inside = "  <clientconfig>\n    <dnsservers>\n      <dnsserver>10.1.0.4</dnsserver>\n    </dnsservers>\n    <dnssuffixes>\n      \
                      <dnssuffix>.blob.core.windows.net</dnssuffix>\n      <dnssuffix>.contoso.internal</dnssuffix>\n    \
                      </dnssuffixes>\n    <includeroutes>\n";
        assert!(xml.contains(inside), "{xml}");
        assert!(
            xml.contains("<!-- Left out are the DNS servers 10.9.0.4, which these clients do not reach. -->"),
            "{xml}"
        );
        let expected = [
            "route 10.2.0.0 255.255.0.0",
            "dhcp-option DNS 10.1.0.4",
            "dhcp-option DOMAIN blob.core.windows.net",
            "dhcp-option DOMAIN-SEARCH contoso.internal",
        ];
        let profile = with_names(open_vpn);
        assert_eq!(orders(&profile), expected);
        let mended = "\n# NetworkManager leaves `dhcp-option` out of a profile. It takes the same by\n\
                      #   nmcli connection modify NAME ipv4.dns '10.1.0.4'\n\
                      #   nmcli connection modify NAME ipv4.dns-search '~blob.core.windows.net,~contoso.internal'\n\
                      dhcp-option DNS 10.1.0.4\n";
        assert!(profile.contains(mended), "{profile}");
        let expected = [
            "Add-VpnConnectionRoute -ConnectionName 'it''s' -DestinationPrefix '10.2.0.0/16'",
            "Get-DnsClientNrptRule | Where-Object Comment -eq 'tunnelog it''s' | Remove-DnsClientNrptRule -Force",
            "Add-DnsClientNrptRule -Namespace '.blob.core.windows.net' -NameServers '10.1.0.4' -Comment 'tunnelog it''s'",
            "Add-DnsClientNrptRule -Namespace '.contoso.internal' -NameServers '10.1.0.4' -Comment 'tunnelog it''s'",
        ];
        let script = with_names(|wanted| power_shell(wanted, "it's"));
        assert_eq!(orders(&script), expected);
        // What undoes it leaves the line that takes the rules away, and no other of rules.
        assert!(script.contains("-replace '^Add-Vpn','Remove-Vpn' -notmatch '^Add-Dns'"), "{script}");
        let script = with_names(|wanted| shell_script(wanted, "tun0")).unwrap();
        assert!(
            script.contains("\nnames '10.1.0.4' '~blob.core.windows.net' '~contoso.internal'\n"),
            "{script}"
        );
        let swan = with_names(|wanted| strong_swan(wanted, "azure")).unwrap();
        assert!(
            swan.contains("# DNS servers: 10.1.0.4. ") && !orders(&swan).concat().contains("10.1.0.4"),
            "{swan}"
        );
    }

    #[test]
    fn where_no_zone_resolves_no_server_is_written() {
        let given = |servers: &[&str]| GivenNames {
            servers: servers.iter().map(|server| server.parse().unwrap()).collect(),
            ..GivenNames::default()
        };
        let written = |given: &GivenNames| {
            of(&[], "x", |wanted| open_vpn(&Wanted { given: Some(given), ..*wanted })).replace("\n#  ", "")
        };
        let none = "# No route is missing for x.\n# Model: article.\n";
        let text = written(&given(&[]));
        assert_eq!(
            text,
            format!(
                "{none}# The gateway's VNet hands out no DNS server, so that names of private zones do not resolve.\n"
            )
        );
        let text = written(&given(&["10.1.0.4"]));
        assert_eq!(
            text,
            format!("{none}# No private zone resolves by the DNS servers 10.1.0.4, which are left out.\n")
        );
        // Servers alone are worth a file: it says how to apply it.
        let mut both = given(&["10.1.0.4"]);
        both.zones.push("contoso.internal".into());
        let text = of(&[], "x", |wanted| open_vpn(&Wanted { given: Some(&both), ..*wanted }));
        assert_eq!(orders(&text), ["dhcp-option DNS 10.1.0.4", "dhcp-option DOMAIN contoso.internal"]);
        assert!(text.contains("# Apply: ") && !text.contains("never-default"), "{text}");
        let script =
            of(&[], "x", |wanted| shell_script(&Wanted { given: Some(&both), ..*wanted }, "tun0")).unwrap();
        assert!(
            script.contains("\nnames '10.1.0.4' '~contoso.internal'\n") && !script.contains("\neach 4"),
            "{script}"
        );
    }

    /// Some routes, each to a network of its own.
    fn many(count: u8) -> Vec<(String, String)> {
        (0..count).map(|index| (format!("10.{index}.0.0/24"), format!("Site{index}"))).collect()
    }

    #[test]
    fn a_name_cannot_leave_the_comment_it_stands_in() {
        let whose = "clients of a--b\nroute 0.0.0.0 0.0.0.0";
        let network = "-->\r\n\u{2028}route 0.0.0.0 0.0.0.0 $(reboot) `reboot` #> <# \" ' \\";
        let routes = [("10.2.0.0/16", network)];
        for text in [
            of(&routes, whose, open_vpn),
            of(&routes, whose, |wanted| power_shell(wanted, "Hub")).trim_start_matches('\u{feff}').to_owned(),
            of(&routes, whose, |wanted| strong_swan(wanted, "azure")).unwrap(),
        ] {
            let orders = text.lines().filter(|line| !line.trim_start().starts_with("# "));
            assert!(
                orders.clone().all(|line| !line.contains("reboot") && !line.contains(" 0.0.0.0")),
                "{text}"
            );
            assert!(text.contains("reboot") && !text.contains('\u{2028}'), "{text}");
        }
        let xml = of(&routes, whose, azure_vpn_config).unwrap();
        assert_eq!(xml.matches("<!--").count(), xml.matches("--").count() / 2, "{xml}");
        assert_eq!(xml.matches("-->").count(), 5, "{xml}");
    }

    #[test]
    fn quotes_are_those_of_power_shell() {
        let routes = [("10.2.0.0/16", "Spoke")];
        let text = of(&routes, "x", |wanted| power_shell(wanted, "it's \u{2019}my\u{2019} hub"));
        let call = "Add-VpnConnectionRoute -ConnectionName 'it''s \u{2019}\u{2019}my\u{2019}\u{2019} hub' \
                    -DestinationPrefix '10.2.0.0/16'\n";
        assert!(text.starts_with("\u{feff}# ") && text.ends_with(call), "{text}");
        assert!(of(&routes, "x", |wanted| power_shell(wanted, "Hub")).starts_with('#'));
    }

    #[test]
    fn names_that_cannot_be_told_are_refused() {
        let routes = [("10.2.0.0/16", "Spoke")];
        for name in ["", "two words", "a.b", "a{", "#x"] {
            assert!(of(&routes, "x", |wanted| strong_swan(wanted, name)).is_err(), "{name:?}");
        }
        assert!(of(&[], "x", |wanted| shell_script(wanted, "a\0b")).is_err());
        let script = of(&routes, "x", |wanted| shell_script(wanted, "tun$(reboot)'")).unwrap();
        assert!(!script.contains("=tun$("), "{script}");
    }

    #[test]
    fn a_child_has_no_more_selectors_than_an_octet_counts() {
        let mut routes = many(255);
        let count = |routes: &[(String, String)]| {
            let routes: Vec<_> = routes.iter().map(|(prefix, network)| (&**prefix, &**network)).collect();
            let text = of(&routes, "x", |wanted| strong_swan(wanted, "azure")).unwrap();
            let selectors = text.lines().filter_map(|line| line.trim().strip_prefix("remote_ts = "));
            let counts: Vec<usize> = selectors.map(|line| line.split(',').count()).collect();
            let children = text.lines().filter(|line| line.contains("missing-routes") && line.ends_with('{'));
            assert_eq!(children.count(), counts.len(), "{text}");
            assert_eq!(text.matches("10.254.0.0/24").count(), 2 * usize::from(routes.len() > 254));
            (counts, text.contains("# Warning: "))
        };
        assert_eq!(count(&routes), (vec![255], true));
        routes.push(("10.255.0.0/24".to_owned(), "Site255".to_owned()));
        assert_eq!(count(&routes), (vec![255, 1], true));
        assert_eq!(count(&routes[..254]), (vec![254], false));
    }

    #[test]
    fn what_network_manager_drops_is_said_where_there_is_some() {
        let both = [("10.2.0.0/16", "Spoke"), ("fd00:2::/48", "Spoke"), ("fd00:3::/48", "Site")];
        let text = of(&both, "x", open_vpn);
        assert!(
            text.contains("#   nmcli connection modify NAME +ipv6.routes 'fd00:2::/48,fd00:3::/48'\n"),
            "{text}"
        );
        let four = of(&both[..1], "x", open_vpn);
        assert!(four.contains("ipv4.never-default yes") && !four.contains("ipv6.routes"), "{four}");
        assert!(!of(&[], "x", open_vpn).contains("nmcli"));
    }
}
