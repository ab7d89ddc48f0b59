//! Outcomes for people: scenario by scenario, each statement with what was found below it.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use crate::cli::shell::screen::{Screen, one_line};
use crate::cli::view::columns::aligned;
use crate::cli::view::json::ask::{Found, Outcome};

/// The whole answer.
pub(crate) fn page(outcomes: &[Outcome], screen: Screen) -> String {
    let mut page = Page { text: String::new(), screen };
    let key = |outcome: &Outcome| (outcome.file.clone(), outcome.scenario.clone());
    for (index, group) in outcomes.chunk_by(|one, other| key(one) == key(other)).enumerate() {
        if index > 0 {
            page.text.push('\n');
        }
        let file = one_line(&group[0].file);
        let title = match &group[0].scenario {
            Some(scenario) => format!("{file}: {}", one_line(scenario)),
            None => file,
        };
        page.line(Style::new().bold(), &title);
        for outcome in group {
            page.outcome(outcome);
        }
    }
    if outcomes.is_empty() {
        page.line(Style::new(), "Nothing is asked or expected.");
    }
    page.summary(outcomes);
    page.text
}

struct Page {
    text: String,
    screen: Screen,
}

impl Page {
    fn outcome(&mut self, outcome: &Outcome) {
        let statement = one_line(&outcome.statement);
        match &outcome.found {
            Found::Answer(answer) => {
                self.text.push('\n');
                self.line(Style::new(), &format!("  {statement}"));
                if answer.0.columns.is_empty() || !answer.0.holds() {
                    self.line(Style::new(), if answer.0.holds() { "    yes" } else { "    no" });
                    return;
                }
                let head = answer.0.columns.iter().map(|name| format!("?{name}")).collect();
                let cells = |row: &Vec<String>| row.iter().map(|cell| one_line(cell)).collect();
                let rows: Vec<Vec<String>> =
                    std::iter::once(head).chain(answer.0.rows.iter().map(cells)).collect();
                let width = self.screen.wrap().map(|width| width.saturating_sub(2));
                for (index, line) in aligned(rows, width).enumerate() {
                    let style = if index == 0 { Style::new().dimmed() } else { Style::new() };
                    self.line(style, &format!("  {}", line.replace('\n', "\n  ")));
                }
            }
            Found::Verdict(verdict) if verdict.passed => {
                self.line(AnsiColor::Green.on_default(), &format!("  ✓ {statement}"));
            }
            Found::Verdict(verdict) => {
                self.line(AnsiColor::Red.on_default(), &format!("  ✗ {statement}  (line {})", outcome.line));
                let missing = verdict.missing.iter().filter(|text| !outcome.statement.ends_with(&**text));
                let missing = missing.map(|text| format!("      missing: {}", one_line(text)));
                let found = verdict.found.iter().map(|text| format!("      found: {}", one_line(text)));
                for line in missing.chain(found) {
                    self.line(Style::new(), &line);
                }
            }
        }
    }

    fn summary(&mut self, outcomes: &[Outcome]) {
        let verdicts = outcomes.iter().filter(|outcome| matches!(outcome.found, Found::Verdict(_))).count();
        let failed = outcomes.iter().filter(|outcome| outcome.failed()).count();
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let text = match (verdicts, failed) {
            (0, _) => return,
            (1, 0) => "the expectation holds".to_owned(),
            (all, 0) => format!("all {all} expectations hold"),
            (all, failed) => format!("{failed} of {all} expectation{} failed", plural(all)),
        };
        self.text.push('\n');
        self.line(Style::new().bold(), &text);
    }

    fn line(&mut self, style: Style, text: &str) {
        let style = if self.screen.colour { style } else { Style::new() };
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "{style}{text}{style:#}");
    }
}
