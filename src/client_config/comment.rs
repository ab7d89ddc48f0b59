//! Comments of what is written: which network each route leads to, how to apply the whole, and how to undo it.

use std::fmt::Write;
use std::net::IpAddr;

use super::names::GivenNames;
use super::route::MissingRoute;
use crate::class::limits::Limit;
use crate::marks::is_unseen;
use crate::names::Names;

/// How long a line becomes, in letters, before it goes on below.
const WIDTH: usize = 100;
/// The bytes of a line at the most. OpenVPN refuses a profile with a line of 256.
const BYTES: usize = 240;

/// What a configuration is written from.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// The routes, in order.
    pub routes: &'a [MissingRoute],
    /// The names of networks.
    pub names: &'a Names,
    /// Whom the routes are for, as a sentence names them.
    pub whose: &'a str,
    /// Which model the routes follow, in sentences.
    pub model: &'a str,
    /// How many routes these clients hold already.
    pub held: usize,
    /// What these clients are given for names; none where the inventory says nothing of names.
    pub given: Option<&'a GivenNames>,
}

impl Wanted<'_> {
    /// What is wrong with so many routes where `limit` holds; none where they fit.
    #[must_use]
    pub fn exceeds(&self, limit: Limit) -> Option<String> {
        if self.routes.is_empty() { None } else { limit.exceeded(self.held + self.routes.len()) }
    }

    /// What stands over the routes: whose they are, how to apply and how to undo them, and what they exceed.
    pub(super) fn heading(&self, apply: &str, undo: &str, limit: Option<Limit>) -> Vec<String> {
        let mut sentences = self.about();
        if !self.is_empty() {
            sentences.extend([format!("Apply: {apply}"), format!("Undo: {undo}")]);
        }
        sentences.extend(limit.and_then(|limit| self.exceeds(limit)).map(|what| format!("Warning: {what}.")));
        sentences
    }

    /// What is written, and for whom.
    pub(super) fn about(&self) -> Vec<String> {
        let whose = harmless(self.whose);
        let routes = if self.routes.is_empty() {
            format!("No route is missing for {whose}.")
        } else {
            format!("The routes that are missing for {whose}.")
        };
        let mut sentences = vec![routes, harmless(self.model)];
        sentences.extend(self.of_names());
        sentences
    }

    /// The DNS servers to write; none where no zone resolves by them.
    #[must_use]
    pub fn servers(&self) -> Vec<IpAddr> {
        let given = self.given.filter(|given| !given.zones.is_empty());
        given.map(|given| given.reached().collect()).unwrap_or_default()
    }

    /// The suffixes whose names are asked of these.
    #[must_use]
    pub fn suffixes(&self) -> Vec<String> {
        self.given.filter(|_| !self.servers().is_empty()).map(GivenNames::suffixes).unwrap_or_default()
    }

    /// True where there is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        self.routes.is_empty() && self.servers().is_empty()
    }

    /// What is said of names: which servers are written, and which are left out.
    fn of_names(&self) -> Vec<String> {
        let Some(given) = self.given else { return Vec::new() };
        let shown = |servers: &[IpAddr]| -> String {
            servers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        let mut sentences = Vec::new();
        if !self.servers().is_empty() {
            sentences.push(
                "The DNS servers are those that the gateway's VNet hands out, for the names of the private zones that resolve by \
                 them."
                    .to_owned(),
            );
        } else if given.servers.is_empty() {
            sentences.push(
                "The gateway's VNet hands out no DNS server, so that names of private zones do not resolve."
                    .to_owned(),
            );
        } else {
            sentences.push(format!(
                "No private zone resolves by the DNS servers {}, which are left out.",
                shown(&given.servers)
            ));
            return sentences;
        }
        if !given.unreached.is_empty() {
            sentences.push(format!(
                "Left out are the DNS servers {}, which these clients do not reach.",
                shown(&given.unreached)
            ));
        }
        sentences
    }

    /// The routes with what is said of each; nothing where it is what was said of the one before.
    pub(super) fn told(&self) -> impl Iterator<Item = (&MissingRoute, Option<String>)> {
        self.routes.iter().enumerate().map(|(index, route)| {
            let is_said = index > 0 && self.routes[index - 1].networks == route.networks;
            (route, (!is_said).then(|| self.networks(route)))
        })
    }

    /// Which networks a route leads to, and why it is written.
    pub(super) fn networks(&self, route: &MissingRoute) -> String {
        let mut names: Vec<String> =
            route.networks.iter().map(|network| harmless(self.names.text(*network))).collect();
        names.sort_unstable();
        let (names, answers) = match &names[..] {
            [one] => (one.clone(), "it answers"),
            [first @ .., last] => (format!("{} and {last}", first.join(", ")), "they answer"),
            [] => (String::new(), "it answers"),
        };
        format!("For {names}: {answers}, and the gateway gives no route.")
    }
}

/// A sentence as comment lines, each behind `mark`. Lines that go on are indented, so that none begins with a name.
pub(super) fn lines(mark: &str, sentence: &str) -> String {
    let mut text = String::new();
    let mut line = String::new();
    for word in sentence.split(' ') {
        for piece in pieces(word) {
            let is_full =
                line.chars().count() + piece.chars().count() >= WIDTH || line.len() + piece.len() >= BYTES;
            if is_full && !line.is_empty() {
                let _ = writeln!(text, "{mark} {line}");
                line = String::from(" ");
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(piece);
        }
    }
    let _ = writeln!(text, "{mark} {line}");
    text
}

/// A word in pieces that fit into a line.
fn pieces(word: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = word;
    while rest.len() > BYTES / 2 {
        let end = (0..=BYTES / 2).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
        let (piece, more) = rest.split_at(end);
        pieces.push(piece);
        rest = more;
    }
    pieces.push(rest);
    pieces
}

/// A text without line ends and marks: in a comment it can neither end it nor look like another.
fn harmless(text: &str) -> String {
    text.chars().map(|letter| if is_unseen(letter) { char::REPLACEMENT_CHARACTER } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_short_whatever_stands_in_it() {
        let sentence = format!("For {} and {}: they answer.", "ü".repeat(1000), "a b ".repeat(300));
        let text = lines("#", &sentence);
        assert!(text.lines().all(|line| line.len() < 256 && line.starts_with("# ")), "{text}");
        assert_eq!(text.matches('ü').count(), 1000);
        assert_eq!(text.matches('a').count(), 302);
        // No line after the first begins with what a name holds.
        assert!(text.lines().skip(1).all(|line| line.starts_with("#   ")), "{text}");
        assert_eq!(lines("#", "short"), "# short\n");
    }
}
