//! Differences as `whatif` and `diff` show them to people.

use anstyle::{AnsiColor, Style};
use tunnelog::answer::{Resolution, Status};
use tunnelog::class::Profile;
use tunnelog::compare::{Difference, FactDifference, NameDifference, Presence, ReachDifference};
use tunnelog::diagnostic::Diagnostic;
use tunnelog::inventory::Inventory;

use crate::cli::shell::screen;
use crate::cli::view::words::style;
use crate::cli::view::writing::{Medium, Writing};
use crate::cli::view::{words, zones};

/// Differences as people read them.
pub(crate) struct Text {
    written: Writing,
    is_empty: bool,
}

impl Text {
    pub(crate) fn new(medium: Medium) -> Self {
        Self { written: Writing::new(medium), is_empty: true }
    }

    /// What was written since the last call.
    pub(crate) fn take(&mut self) -> String {
        self.written.take()
    }

    /// The name of a scenario.
    pub(crate) fn scenario(&mut self, name: &str) {
        self.written.title(&screen::one_line(name));
    }

    /// The facts that differ.
    pub(crate) fn facts(&mut self, facts: &[FactDifference]) {
        let change = |fact: &FactDifference| format!("{} {fact}", sign(fact.added).0);
        self.written.changes(&facts.iter().map(change).collect::<Vec<_>>(), "  ");
    }

    /// The warnings that come and go with changes.
    pub(crate) fn warnings(&mut self, new: &[Diagnostic], gone: &[Diagnostic]) {
        if !(new.is_empty() && gone.is_empty()) {
            self.written.gap();
        }
        for (word, findings) in [("new", new), ("gone", gone)] {
            for finding in findings {
                let message = screen::one_line(&finding.message);
                self.written.sentence(&format!("  warning {word}: {message} [{}]", finding.code.name()));
            }
        }
    }

    /// What differs for the clients of one gateway and class, or for one client.
    pub(crate) fn difference(&mut self, difference: &Difference, names: &Inventory) {
        self.is_empty = false;
        let name = |name| screen::one_line(names.names.text(name));
        let (system, protocol) = words::clients(difference.class);
        let gateway = name(difference.gateway);
        let whose = match &difference.client {
            Some(client) => format!("{}: {system} client of {gateway}{protocol}", screen::one_line(client)),
            None => format!("{system} clients of {gateway}{protocol}"),
        };
        self.written.gap();
        self.written.heading(&whose);
        match difference.presence {
            Presence::Appears => self.written.plain("  They are new."),
            Presence::Disappears => self.written.plain("  They are no longer served."),
            Presence::Stays if difference.outage => {
                let text = "  The gateway is taken away and made anew: nobody connects while there is none, and then only with a \
                            new profile.";
                self.written.sentence(text);
            }
            Presence::Stays => {}
        }
        if !difference.routes.is_empty() {
            self.written.gap();
            let cells = difference.routes.iter().map(|route| {
                let prefix = format!("{} {}", sign(route.gained).0, route.prefix);
                vec!["route".to_owned(), prefix, words::reasons(route.reasons)]
            });
            let style = |row: usize| sign(difference.routes[row].gained).1;
            self.written.table(&["", "prefix", "reason"], cells.collect(), style);
        }
        let changed: Vec<&ReachDifference> =
            difference.reach.iter().filter(|row| row.before != row.after).collect();
        if !changed.is_empty() {
            self.written.gap();
            let word = |status: Option<Status>| status.map_or("not there", Status::word);
            let cells = changed.iter().map(|row| {
                let change = format!("{} → {}", word(row.before), word(row.after));
                vec![name(row.network), row.destination.to_string(), change, words::reasons(row.reasons)]
            });
            let style = |row: usize| changed[row].after.map_or(Style::new().dimmed(), style);
            self.written.table(&["network", "destination", "status", "reason"], cells.collect(), style);
        }
        let changed: Vec<&NameDifference> =
            difference.names.iter().filter(|row| row.before != row.after).collect();
        if !changed.is_empty() {
            self.written.gap();
            let word = |status: Option<Resolution>| status.map_or("not there", Resolution::word);
            let cells = changed.iter().map(|row| {
                let change = format!("{} → {}", word(row.before), word(row.after));
                vec!["names".to_owned(), zone(names, row), change, zones::reasons(row.reasons)]
            });
            let after = |row: usize| changed[row].after.map(zones::status_of);
            let style = |row: usize| after(row).map_or(Style::new().dimmed(), style);
            self.written.table(&["", "zone", "resolves", "reason"], cells.collect(), style);
        }
        if difference.download {
            self.written.gap();
            self.download(difference, &whose, names);
        }
    }

    /// Who has to download the profile again, and what is so until then.
    fn download(&mut self, difference: &Difference, whose: &str, names: &Inventory) {
        let mut until = Vec::new();
        for status in Status::ALL {
            let waiting =
                difference.reach.iter().filter(|row| row.until == Some(status) && row.until != row.after);
            let mut networks: Vec<String> =
                waiting.map(|row| screen::one_line(names.names.text(row.network))).collect();
            networks.dedup();
            if !networks.is_empty() {
                let verb = if networks.len() == 1 { "is" } else { "are" };
                until.push(format!("{} {verb} {}", words::list(&networks), status.word()));
            }
        }
        for row in difference.names.iter().filter(|row| row.until != row.after) {
            until.extend(row.until.map(|until| format!("{} {}", zone(names, row), zones::said(until))));
        }
        let (has, it) = if difference.client.is_some() { ("has", "it") } else { ("have", "them") };
        let text = if until.is_empty() {
            format!("  {whose} {has} to download the profile again; what {it} reaches is the same before.")
                .replace("them reaches", "they reach")
        } else {
            format!(
                "  {whose} {has} to download the profile again; until then, to {it}, {}.",
                until.join("; ")
            )
        };
        self.written.sentence(&text);
    }

    /// The model that the differences follow.
    pub(crate) fn model(&mut self, model: Profile) {
        self.written.model(model);
    }

    /// Says that there is no outcome to tell of.
    pub(crate) fn impossible(&mut self) {
        self.written.plain("The changes cannot be made.");
    }

    /// What closes the differences of one comparison.
    pub(crate) fn end(&mut self, has_facts: bool) {
        if self.is_empty {
            if has_facts {
                self.written.gap();
            }
            self.written.plain(if has_facts { "No impact on VPN clients." } else { "Nothing differs." });
        }
        self.is_empty = true;
    }
}

/// The zone of a difference, fit for a terminal.
fn zone(names: &Inventory, row: &NameDifference) -> String {
    row.zone.map_or_else(|| "any name".to_owned(), |zone| screen::one_line(names.labels.text(zone)))
}

fn sign(added: bool) -> (char, Style) {
    if added { ('+', AnsiColor::Green.on_default()) } else { ('-', AnsiColor::Red.on_default()) }
}
