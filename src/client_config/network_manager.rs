//! What `NetworkManager` leaves out or adds when it imports a profile, and the commands that mend it, as comments.

use std::fmt::Write;
use std::net::IpAddr;

use ipnet::IpNet;

use super::comment::{Wanted, lines};
use super::route::MissingRoute;

const MODIFY: &str = "#   nmcli connection modify NAME";
/// As many bytes of suffixes in a line as leave room for the command in the 254 that OpenVPN reads.
const SUFFIXES: usize = 150;

/// It takes the default route, and leaves `route-ipv6` out.
pub(super) fn of_routes(wanted: &Wanted<'_>, text: &mut String) {
    text.push_str(&lines(
        "#",
        "NetworkManager sends everything into the tunnel of a profile that it imported, until",
    ));
    // Writing to a string does not fail.
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

/// It leaves `dhcp-option` out.
pub(super) fn of_names(wanted: &Wanted<'_>, text: &mut String) {
    text.push_str(&lines("#", "NetworkManager leaves `dhcp-option` out of a profile. It takes the same by"));
    let servers = wanted.servers();
    let (four, six): (Vec<&IpAddr>, Vec<&IpAddr>) = servers.iter().partition(|server| server.is_ipv4());
    for (family, servers) in [("ipv4", &four), ("ipv6", &six)] {
        let servers: Vec<String> = servers.iter().map(ToString::to_string).collect();
        if !servers.is_empty() {
            let _ = writeln!(text, "{MODIFY} {family}.dns '{}'", servers.join(","));
        }
    }
    // The first command takes the place of what an earlier call has set, the others add to it.
    let mut setting = if four.is_empty() { "ipv6.dns-search" } else { "ipv4.dns-search" }.to_owned();
    let mut part = String::new();
    for suffix in wanted.suffixes() {
        if !part.is_empty() && part.len() + suffix.len() > SUFFIXES {
            let _ = writeln!(text, "{MODIFY} {setting} '{part}'");
            part.clear();
            if !setting.starts_with('+') {
                setting.insert(0, '+');
            }
        }
        let comma = if part.is_empty() { "" } else { "," };
        let _ = write!(part, "{comma}~{suffix}");
    }
    let _ = writeln!(text, "{MODIFY} {setting} '{part}'");
}
