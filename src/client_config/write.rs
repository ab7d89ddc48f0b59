//! The texts that each kind of VPN client takes, with names quoted as it wants them.

use std::fmt::{self, Display, Write};
use std::io;

use ipnet::IpNet;
use quick_xml::Writer;
use quick_xml::events::{BytesText, Event};

use super::comment::{Wanted, lines};
use super::route::MissingRoute;
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
    let apply =
        "put `<includeroutes>` into `<clientconfig>` of `azurevpnconfig.xml` and import the profile again.";
    let undo = "import the profile without it.";
    for sentence in wanted.heading(apply, undo, Some(OPEN_VPN)) {
        comment(&mut writer, &sentence)?;
    }
    writer.create_element("azvpnprofile").write_inner_content(|writer| {
        writer.create_element("clientconfig").write_inner_content(|writer| {
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
        network_manager(wanted, &mut text);
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
    text
}

/// What `NetworkManager` leaves out or adds when it imports a profile, and the commands that mend it.
fn network_manager(wanted: &Wanted<'_>, text: &mut String) {
    const MODIFY: &str = "#   nmcli connection modify NAME";
    text.push_str(&lines(
        "#",
        "NetworkManager sends everything into the tunnel of a profile that it imported, until",
    ));
    let _ = writeln!(text, "{MODIFY} ipv4.never-default yes ipv6.never-default yes");
    let is_six = |route: &&MissingRoute| matches!(route.prefix.net(), IpNet::V6(_));
    let six: Vec<String> =
        wanted.routes.iter().filter(is_six).map(|route| route.prefix.to_string()).collect();
    if six.is_empty() {
        return;
    }
    text.push_str(&lines(
        "#",
        "It leaves `route-ipv6` out. It takes these routes, and with `-ipv6.routes` loses them, by",
    ));
    // A line holds three of the longest.
    for part in six.chunks(3) {
        let _ = writeln!(text, "{MODIFY} +ipv6.routes '{}'", part.join(","));
    }
}

/// A script for the native client of Windows; the connection is called `connection`.
#[must_use]
pub fn power_shell(wanted: &Wanted<'_>, connection: &str) -> String {
    let apply = "run it in PowerShell, as the user of the connection, and connect again.";
    let undo = "`(Get-Content FILE) -replace '^Add-','Remove-' | Invoke-Expression`, and connect again.";
    let mut text = heading(wanted, apply, undo, Some(WINDOWS_IKEV2));
    // PowerShell takes each of these for a quote that ends the text, and two of them for one.
    let is_quote = |letter: char| matches!(letter, '\'' | '\u{2018}'..='\u{201b}');
    let mut quoted = String::from("'");
    for letter in connection.chars() {
        quoted.extend(std::iter::repeat_n(letter, if is_quote(letter) { 2 } else { 1 }));
    }
    quoted.push('\'');
    for (route, told) in wanted.told() {
        if let Some(sentence) = told {
            text.push_str(&lines("#", &sentence));
        }
        let prefix = route.prefix;
        let _ =
            writeln!(text, "Add-VpnConnectionRoute -ConnectionName {quoted} -DestinationPrefix '{prefix}'");
    }
    if text.is_ascii() {
        return text;
    }
    // Windows PowerShell takes a file without a mark to be in the old character set of the system.
    format!("\u{feff}{text}")
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
    let mut text = heading(wanted, apply, undo, Some(OTHER_IKEV2));
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
        write(&Wanted { routes: &routes, names: &names, whose, held: 2 })
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
        assert_eq!(xml.matches("-->").count(), 4, "{xml}");
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
