//! The texts that each kind of VPN client takes, with names quoted as it wants them.

use std::fmt::{self, Display, Write};
use std::io;

use ipnet::IpNet;
use quick_xml::Writer;
use quick_xml::events::{BytesText, Event};

use super::route::MissingRoute;

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

/// A sentence over the routes for whoever reads the file: `whose` are the clients.
fn heading(routes: &[MissingRoute], whose: &str) -> String {
    // A name may hold a line break, which would end a comment.
    let whose: String =
        whose.chars().map(|it| if it.is_control() { char::REPLACEMENT_CHARACTER } else { it }).collect();
    if routes.is_empty() {
        format!("No route is missing for {whose}.")
    } else {
        format!("The routes that are missing for {whose}.")
    }
}

/// The part of `azurevpnconfig.xml` that makes the Azure VPN Client add the routes.
///
/// # Errors
/// None but those of writing into memory.
pub fn azure_vpn_config(routes: &[MissingRoute], whose: &str) -> io::Result<String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Two hyphens would end the comment.
    let comment = format!(" {} ", heading(routes, whose).replace("--", "-\u{2010}"));
    writer.write_event(Event::Comment(BytesText::from_escaped(comment)))?;
    writer.create_element("azvpnprofile").write_inner_content(|writer| {
        writer.create_element("clientconfig").write_inner_content(|writer| {
            let include = writer.create_element("includeroutes");
            if routes.is_empty() {
                include.write_empty()?;
                return Ok(());
            }
            include.write_inner_content(|writer| {
                for route in routes {
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

/// Lines for an OpenVPN profile.
#[must_use]
pub fn open_vpn(routes: &[MissingRoute], whose: &str) -> String {
    let mut text = format!("# {}\n", heading(routes, whose));
    for route in routes {
        // Writing to a string does not fail.
        let _ = match route.prefix.net() {
            IpNet::V4(net) => writeln!(text, "route {} {}", net.addr(), net.netmask()),
            IpNet::V6(net) => writeln!(text, "route-ipv6 {net}"),
        };
    }
    text
}

/// A script for the native client of Windows; the connection is called `connection`.
#[must_use]
pub fn power_shell(routes: &[MissingRoute], whose: &str, connection: &str) -> String {
    let mut text = format!("# {}\n", heading(routes, whose));
    // PowerShell takes each of these for a quote that ends the text, and two of them for one.
    let is_quote = |letter: char| matches!(letter, '\'' | '\u{2018}'..='\u{201b}');
    let mut quoted = String::from("'");
    for letter in connection.chars() {
        quoted.extend(std::iter::repeat_n(letter, if is_quote(letter) { 2 } else { 1 }));
    }
    quoted.push('\'');
    for route in routes {
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

/// What `swanctl.conf` reads; a further child of the connection called `connection`.
///
/// # Errors
/// Where the name holds what strongSwan reads as something else.
pub fn strong_swan(routes: &[MissingRoute], whose: &str, connection: &str) -> Result<String, NameError> {
    named_connection(connection)?;
    let mut text = format!("# {}\n", heading(routes, whose));
    if routes.is_empty() {
        return Ok(text);
    }
    let prefixes: Vec<String> = routes.iter().map(|route| route.prefix.to_string()).collect();
    let _ = write!(
        text,
        "connections {{\n  {connection} {{\n    children {{\n      missing-routes {{\n        \
         local_ts = dynamic\n        remote_ts = {}\n        start_action = start\n      }}\n    }}\n  }}\n}}\n",
        prefixes.join(",")
    );
    Ok(text)
}

/// Checks that `name` can be that of a section of `swanctl.conf`.
///
/// # Errors
/// Where it cannot.
pub fn named_connection(name: &str) -> Result<(), NameError> {
    let is_bad =
        |letter: char| letter.is_whitespace() || letter.is_control() || ".,:{}=\"#/".contains(letter);
    if name.is_empty() || name.contains(is_bad) {
        let allowed = "neither blanks nor any of `.`, `,`, `:`, `{`, `}`, `=`, `\"`, `#` and `/`";
        return Err(NameError { name: name.to_owned(), allowed });
    }
    Ok(())
}

/// A script for shells of Linux and macOS, which takes the interface as its argument or uses `interface`.
///
/// # Errors
/// Where no shell can be told the name.
pub fn shell_script(routes: &[MissingRoute], whose: &str, interface: &str) -> Result<String, NameError> {
    let allowed = "anything but an empty text and NUL";
    let bad = || NameError { name: interface.to_owned(), allowed };
    let quoted = shlex::try_quote(interface).map_err(|_| bad())?;
    if interface.is_empty() {
        return Err(bad());
    }
    let mut text = format!("#!/bin/sh\n# {}\n", heading(routes, whose));
    if routes.is_empty() {
        return Ok(text);
    }
    let of_family = |is_wanted: fn(&IpNet) -> bool| {
        let nets = routes.iter().map(|route| route.prefix.net()).filter(is_wanted);
        nets.collect::<Vec<IpNet>>()
    };
    let (four, six) =
        (of_family(|net| matches!(net, IpNet::V4(_))), of_family(|net| matches!(net, IpNet::V6(_))));
    let _ = write!(text, "set -e\ninterface={quoted}\nif [ \"$#\" -gt 0 ]; then interface=$1; fi\n");
    text.push_str("if [ \"$(uname -s)\" = Darwin ]; then\n");
    for (nets, family) in [(&four, "-inet"), (&six, "-inet6")] {
        for net in nets {
            let _ = writeln!(text, "  route -n add {family} -net {net} -interface \"$interface\"");
        }
    }
    text.push_str("else\n");
    for (nets, family) in [(&four, "-4"), (&six, "-6")] {
        for net in nets {
            let _ = writeln!(text, "  ip {family} route add {net} dev \"$interface\"");
        }
    }
    text.push_str("fi\n");
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(prefixes: &[&str]) -> Vec<MissingRoute> {
        let route = |text: &&str| MissingRoute { prefix: text.parse().unwrap(), networks: Vec::new() };
        prefixes.iter().map(route).collect()
    }

    #[test]
    fn a_name_cannot_leave_the_comment_it_stands_in() {
        let whose = "clients of a--b\nroute 0.0.0.0 0.0.0.0";
        assert_eq!(open_vpn(&[], whose).lines().count(), 1);
        let xml = azure_vpn_config(&[], whose).unwrap();
        assert_eq!(xml.matches("--").count(), 2, "{xml}");
    }

    #[test]
    fn quotes_are_those_of_power_shell() {
        let text =
            power_shell(&routes(&["10.2.0.0/16"]), "windows clients of Hub", "it's \u{2019}my\u{2019} hub");
        let expected = "\u{feff}# The routes that are missing for windows clients of Hub.\n\
             Add-VpnConnectionRoute -ConnectionName 'it''s \u{2019}\u{2019}my\u{2019}\u{2019} hub' -DestinationPrefix '10.2.0.0/16'\n";
        assert_eq!(text, expected);
        assert!(power_shell(&routes(&["10.2.0.0/16"]), "x", "Hub").starts_with('#'));
    }

    #[test]
    fn names_that_cannot_be_told_are_refused() {
        for name in ["", "two words", "a.b", "a{", "#x"] {
            assert!(strong_swan(&routes(&["10.2.0.0/16"]), "x", name).is_err(), "{name:?}");
        }
        assert!(shell_script(&[], "x", "a\0b").is_err());
        let script = shell_script(&routes(&["10.2.0.0/16"]), "x", "tun$(reboot)'").unwrap();
        assert!(!script.contains("=tun$("), "{script}");
    }
}
