//! Differences as `whatif` and `diff` show them to people.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use tunnelog::answer::{Resolution, Status};
use tunnelog::compare::{Difference, FactDifference, NameDifference, Presence, ReachDifference};
use tunnelog::diagnostic::Diagnostic;
use tunnelog::inventory::Inventory;

use crate::cli::shell::screen;
use crate::cli::shell::screen::Screen;
use crate::cli::view::columns::aligned;
use crate::cli::view::words::style;
use crate::cli::view::{paragraph, words, zones};

/// Differences as people read them.
pub(crate) struct Text {
    written: String,
    screen: Screen,
    is_empty: bool,
}

impl Text {
    pub(crate) fn new(screen: Screen) -> Self {
        Self { written: String::new(), screen, is_empty: true }
    }

    /// What was written since the last call.
    pub(crate) fn take(&mut self) -> String {
        std::mem::take(&mut self.written)
    }

    /// The name of a scenario.
    pub(crate) fn scenario(&mut self, name: &str) {
        self.line(Style::new().bold().underline(), &screen::one_line(name));
        self.written.push('\n');
    }

    /// The facts that differ.
    pub(crate) fn facts(&mut self, facts: &[FactDifference]) {
        for fact in facts {
            let (sign, style) = sign(fact.added);
            self.line(style, &format!("  {sign} {}", screen::one_line(&fact.to_string())));
        }
    }

    /// The warnings that come and go with changes.
    pub(crate) fn warnings(&mut self, new: &[Diagnostic], gone: &[Diagnostic]) {
        if !(new.is_empty() && gone.is_empty()) {
            self.written.push('\n');
        }
        for (word, findings) in [("new", new), ("gone", gone)] {
            for finding in findings {
                let message = screen::one_line(&finding.message);
                self.wrapped(&format!("  warning {word}: {message} [{}]", finding.code.name()));
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
        self.written.push('\n');
        self.line(Style::new().bold(), &whose);
        match difference.presence {
            Presence::Appears => self.line(Style::new(), "  They are new."),
            Presence::Disappears => self.line(Style::new(), "  They are no longer served."),
            Presence::Stays if difference.outage => {
                let text = "  The gateway is taken away and made anew: nobody connects while there is none, and then only with a \
                            new profile.";
                self.wrapped(text);
            }
            Presence::Stays => {}
        }
        if !difference.routes.is_empty() {
            self.written.push('\n');
            let cells = difference.routes.iter().map(|route| {
                let prefix = format!("{} {}", sign(route.gained).0, route.prefix);
                vec!["route".to_owned(), prefix, words::reasons(route.reasons)]
            });
            for (line, route) in aligned(cells.collect(), self.screen.wrap()).zip(&difference.routes) {
                self.line(sign(route.gained).1, &line);
            }
        }
        let changed: Vec<&ReachDifference> =
            difference.reach.iter().filter(|row| row.before != row.after).collect();
        if !changed.is_empty() {
            self.written.push('\n');
            let word = |status: Option<Status>| status.map_or("not there", Status::word);
            let cells = changed.iter().map(|row| {
                let change = format!("{} → {}", word(row.before), word(row.after));
                vec![name(row.network), row.destination.to_string(), change, words::reasons(row.reasons)]
            });
            for (line, row) in aligned(cells.collect(), self.screen.wrap()).zip(&changed) {
                self.line(row.after.map_or(Style::new().dimmed(), style), &line);
            }
        }
        let changed: Vec<&NameDifference> =
            difference.names.iter().filter(|row| row.before != row.after).collect();
        if !changed.is_empty() {
            self.written.push('\n');
            let word = |status: Option<Resolution>| status.map_or("not there", Resolution::word);
            let cells = changed.iter().map(|row| {
                let change = format!("{} → {}", word(row.before), word(row.after));
                vec!["names".to_owned(), zone(names, row), change, zones::reasons(row.reasons)]
            });
            for (line, row) in aligned(cells.collect(), self.screen.wrap()).zip(&changed) {
                let after = row.after.map(zones::status_of);
                self.line(after.map_or(Style::new().dimmed(), style), &line);
            }
        }
        if difference.download {
            self.written.push('\n');
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
        self.written.push_str(&paragraph::sentence(&text, self.screen));
    }

    /// Says that there is no outcome to tell of.
    pub(crate) fn impossible(&mut self) {
        self.line(Style::new(), "The changes cannot be made.");
    }

    /// What closes the differences of one comparison.
    pub(crate) fn end(&mut self, has_facts: bool) {
        if self.is_empty {
            let text = if has_facts { "\nNo impact on VPN clients." } else { "Nothing differs." };
            self.line(Style::new(), text);
        }
        self.is_empty = true;
    }

    fn wrapped(&mut self, text: &str) {
        self.written.push_str(&paragraph::sentence(text, self.screen));
    }

    fn line(&mut self, style: Style, text: &str) {
        let style = if self.screen.colour { style } else { Style::new() };
        // Writing to a string does not fail.
        let _ = writeln!(self.written, "{style}{text}{style:#}");
    }
}

/// The zone of a difference, fit for a terminal.
fn zone(names: &Inventory, row: &NameDifference) -> String {
    row.zone.map_or_else(|| "any name".to_owned(), |zone| screen::one_line(names.labels.text(zone)))
}

fn sign(added: bool) -> (char, Style) {
    if added { ('+', AnsiColor::Green.on_default()) } else { ('-', AnsiColor::Red.on_default()) }
}
