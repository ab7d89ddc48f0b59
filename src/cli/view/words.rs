//! Answers put in words for people.

use std::borrow::Cow;

use anstyle::Style;
use tunnelog::answer::{Obstacle, Reasons, Status};
use tunnelog::class::{Class, Profile, RouteReason};

use crate::cli::view::look;

/// What the owners of Windows clients have to know.
pub(crate) const DOWNLOAD: &str = "Download the profile again after a change to peerings or topology: \
     until then Windows clients keep the routes of the last download.";

/// More names than this a short sentence counts.
const NAMED: usize = 4;

/// How many names a sentence takes.
const NAMES: usize = 12;

/// A word of a command, in quotes where a shell would take it for more than a word.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./:@%+=,".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A word as every shell takes it, in quotes where it holds anything but plain letters and a few signs; one that no shell takes is
/// shown as it is.
pub(crate) fn shell_word(word: &str) -> Cow<'_, str> {
    shlex::try_quote(word).unwrap_or(Cow::Borrowed(word))
}

/// The model that an answer follows.
pub(crate) fn model(model: Profile) -> String {
    format!("Model: {}.", model.word())
}

/// Behind the model where a client is answered by another one than was asked for.
pub(crate) const BY_PROTOCOL: &str = " The client's protocol is listed, and it is answered for that.";

/// So many of what `noun` names.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// The mark of a status in tables.
pub(crate) fn mark(status: Status) -> char {
    match status {
        Status::Reachable => '✓',
        Status::NeedsRoute => '+',
        Status::Blackhole => '!',
        Status::Unreachable => '·',
    }
}

/// The colour of a status.
pub(crate) fn style(status: Status) -> Style {
    look::status(status).terminal
}

/// The heads of a table of counts.
pub(crate) const COUNTS: [&str; 7] =
    ["", "", "destinations", "reachable", "needs-route", "blackhole", "unreachable"];

/// The marks with what they mean, in the order of worth.
pub(crate) const LEGEND: [(Status, &str); 4] = [
    (Status::Reachable, "reachable"),
    (Status::NeedsRoute, "client route missing"),
    (Status::Blackhole, "client route, no answer"),
    (Status::Unreachable, "unreachable"),
];

/// The clients of a class, and by what protocol they connect where that matters.
pub(crate) fn clients(class: Class) -> (&'static str, &'static str) {
    match class {
        Class::Windows => ("Windows", ""),
        Class::WindowsNative => ("Windows", " over IKEv2 or SSTP"),
        Class::WindowsOpenVpn => ("Windows", " over OpenVPN"),
        Class::NonWindows => ("Non-Windows", ""),
        Class::NonWindowsIkev2 => ("Non-Windows", " over IKEv2"),
        Class::NonWindowsOpenVpn => ("Non-Windows", " over OpenVPN"),
    }
}

/// What answers about changes leave out.
pub(crate) const VPN_CLIENTS_ONLY: &str =
    "VPN clients only: other traffic over the same connection is not looked at.";

/// Every reason of a row.
pub(crate) fn reasons(reasons: Reasons) -> String {
    let obstacles = reasons.obstacles().map(obstacle);
    obstacles.chain(reasons.routes().map(route_reason)).collect::<Vec<_>>().join(", ")
}

/// What stands between a client and a destination.
pub(crate) fn obstacle(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Asymmetric => "a firewall sees one direction only",
        Obstacle::NoClientRoute => "no route on the client",
        Obstacle::NoWayBack => "no return path",
        Obstacle::NoWayThere => "no forward path",
    }
}

/// Why a client holds a route.
pub(crate) fn route_reason(reason: RouteReason) -> &'static str {
    match reason {
        RouteReason::Bgp => "learned by BGP",
        RouteReason::ClientPool => "address pool",
        RouteReason::CustomRoute => "custom route",
        RouteReason::Manual => "added by hand",
        RouteReason::OwnVnet => "own VNet",
        RouteReason::Static => "static prefix of a connection",
        RouteReason::TransitSpoke => "spoke of the gateway",
    }
}

/// Why nothing answers, as the end of a sentence about clients that have a route, or none.
pub(crate) fn obstacles(status: Status, reasons: Reasons, gateway: &str, pool: &str) -> String {
    let holds = |wanted| reasons.obstacles().any(|obstacle| obstacle == wanted);
    let start = if status == Status::Blackhole { "client route, but" } else { "no client route, and" };
    let what = match (holds(Obstacle::NoWayThere), holds(Obstacle::NoWayBack)) {
        (true, true) => format!(
            "no forward path from the gateway of {gateway} and no return path to the address pool {pool}"
        ),
        (true, false) => format!("no forward path from the gateway of {gateway}"),
        (false, true) => format!("no return path to the address pool {pool}"),
        (false, false) => obstacle(Obstacle::Asymmetric).to_owned(),
    };
    format!("{start} {what}")
}

/// Names as a sentence lists them.
pub(crate) fn list(names: &[impl AsRef<str>]) -> String {
    first(names, NAMES)
}

/// The first names of many, and how many more there are; all where they are few.
pub(crate) fn shortened(names: &[String]) -> String {
    match names.len().saturating_sub(NAMED) {
        0 | 1 => list(names),
        _ => first(names, NAMED),
    }
}

/// So many names as a sentence lists them, and how many more there are.
pub(crate) fn first(names: &[impl AsRef<str>], most: usize) -> String {
    let more = names.len().saturating_sub(most);
    let more_text = format!("{more} more");
    let mut shown: Vec<&str> = names[..names.len() - more].iter().map(AsRef::as_ref).collect();
    if more > 0 {
        shown.push(&more_text);
    }
    match shown[..] {
        [] => String::new(),
        [one] => one.to_owned(),
        [ref first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_sentences_do() {
        assert_eq!(list(&["VNet1"]), "VNet1");
        assert_eq!(list(&["VNet1", "VNet2"]), "VNet1 and VNet2");
        assert_eq!(list(&["VNet1", "VNet2", "Site1"]), "VNet1, VNet2 and Site1");
        let many = ["x"; 14];
        assert_eq!(list(&many), format!("{}x and 2 more", "x, ".repeat(11)));
    }
}
