//! Who reaches what, at a glance: a line for each network, a column for each class or client.

use std::collections::BTreeMap;
use std::fmt::Write;

use tunnelog::answer::{ReachRow, Status};
use tunnelog::names::{NameId, Names};

use crate::cli::shell::screen;
use crate::cli::shell::screen::Screen;
use crate::cli::view::columns::aligned;
use crate::cli::view::words;
use crate::cli::view::words::style;

/// Nobody takes in more networks at a glance.
const MOST: usize = 60;

/// The marks of an inventory, as long as there are not too many networks.
#[derive(Default)]
pub(crate) struct Matrix {
    /// The marks of each network, by column.
    lines: BTreeMap<NameId, BTreeMap<usize, Vec<Status>>>,
    columns: Vec<Whose>,
}

/// The two lines at the head of a column.
pub(crate) type Whose = [String; 2];

impl Matrix {
    /// Adds the column of one class or client.
    pub(crate) fn add(&mut self, whose: Whose, rows: &[ReachRow]) {
        let column = self.columns.len();
        self.columns.push(whose);
        for row in rows {
            if self.lines.len() > MOST {
                return;
            }
            let statuses = self.lines.entry(row.network).or_default().entry(column).or_default();
            if !statuses.contains(&row.status) {
                statuses.push(row.status);
            }
        }
    }

    /// The matrix with its legend, or why it is left out; none where the list above says as much.
    pub(crate) fn render(&self, names: &Names, screen: Screen) -> Option<String> {
        if self.lines.len() < 2 || self.columns.len() < 2 {
            return None;
        }
        if self.lines.len() > MOST {
            return Some(format!(
                "No matrix, as there are more than {MOST} networks: `--summary` counts them, and `--format xlsx` has it.\n"
            ));
        }
        let mut networks: Vec<NameId> = self.lines.keys().copied().collect();
        networks.sort_by_key(|name| names.text(*name));
        let labels: Vec<String> = networks.iter().map(|name| screen::one_line(names.text(*name))).collect();
        let head =
            |line: usize| std::iter::once("").chain(self.columns.iter().map(move |whose| &*whose[line]));
        let mut rows: Vec<Vec<String>> =
            [head(0), head(1)].map(|cells| cells.map(str::to_owned).collect()).into();
        for (network, label) in networks.iter().zip(&labels) {
            let marks = (0..self.columns.len()).map(|column| {
                let statuses = self.lines[network].get(&column).into_iter().flatten();
                statuses.map(|status| words::mark(*status)).collect()
            });
            rows.push(std::iter::once(label.clone()).chain(marks).collect());
        }
        let lines: Vec<String> = aligned(rows, None).collect();
        // Wide letters count for one here, so a screen of them may still break lines.
        if lines.iter().any(|line| line.chars().count() > screen.width) {
            return Some(format!(
                "No matrix, as {} classes or clients are too wide for {} columns: `--format xlsx` has it.\n",
                self.columns.len(),
                screen.width
            ));
        }
        let mut text = String::new();
        for (line, label) in lines.iter().zip([None, None].into_iter().chain(labels.iter().map(Some))) {
            // Names may hold the letters that are marks, and stand before the first mark.
            let start =
                label.map_or(line.len(), |label| line.find(&**label).map_or(0, |at| at + label.len()));
            text.push_str(&line[..start]);
            line[start..].chars().for_each(|letter| push(&mut text, letter, screen.colour));
            text.push('\n');
        }
        text.push('\n');
        legend(&mut text, screen);
        Some(text)
    }
}

/// What each mark means, on as many lines as the screen needs.
fn legend(text: &mut String, screen: Screen) {
    let mut column = 0;
    for (status, meaning) in words::LEGEND {
        let width = meaning.chars().count() + 4;
        if column > 0 && column + width > screen.width {
            text.push('\n');
            column = 0;
        }
        text.push_str("  ");
        push(text, words::mark(status), screen.colour);
        text.push(' ');
        text.push_str(meaning);
        column += width;
    }
    text.push('\n');
}

fn push(text: &mut String, letter: char, colour: bool) {
    let status = Status::ALL.into_iter().find(|status| words::mark(*status) == letter);
    match status.filter(|_| colour).map(style) {
        Some(style) => {
            // Writing to a string does not fail.
            let _ = write!(text, "{style}{letter}{style:#}");
        }
        None => text.push(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tunnelog::answer::Reasons;
    use tunnelog::class::Class;

    fn rows(names: &mut Names, networks: &[(&str, Status)]) -> Vec<ReachRow> {
        let row = |(network, status): &(&str, Status)| ReachRow {
            class: Class::Windows,
            client: None,
            network: names.intern(network),
            destination: "10.0.0.0/8".parse().unwrap(),
            status: *status,
            reasons: Reasons::default(),
        };
        networks.iter().map(row).collect()
    }

    fn rendered(width: usize, colour: bool, columns: &[(&str, &[(&str, Status)])]) -> Option<String> {
        let mut names = Names::default();
        let mut matrix = Matrix::default();
        for (whose, networks) in columns {
            matrix.add([(*whose).to_owned(), "windows".to_owned()], &rows(&mut names, networks));
        }
        matrix.render(&names, Screen { colour, width, terminal: true })
    }

    #[test]
    fn networks_are_sorted_and_hold_each_mark_once() {
        use Status::{Blackhole, Reachable, Unreachable};
        let text = rendered(
            46,
            false,
            &[("A", &[("b", Reachable), ("b", Blackhole), ("b", Reachable)]), ("C", &[("a", Unreachable)])],
        );
        let expected = "     A        C
     windows  windows
  a           ·
  b  ✓!

  ✓ reachable  + client route missing
  ! client route, no answer  · unreachable
";
        assert_eq!(text.as_deref(), Some(expected));
    }

    #[test]
    fn marks_in_names_are_not_coloured() {
        use Status::Reachable;
        let both = [("x!", Reachable), ("y", Reachable)];
        let text = rendered(80, true, &[("a+b! ✓", &both), ("c", &both)]).unwrap();
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("      a+b! ✓   c"));
        assert_eq!(lines.next(), Some("      windows  windows"));
        assert_eq!(lines.next(), Some("  x!  \u{1b}[32m✓\u{1b}[0m        \u{1b}[32m✓\u{1b}[0m"));
    }

    #[test]
    fn what_does_not_fit_is_told_of() {
        use Status::Reachable;
        let two = [("x", Reachable), ("y", Reachable)];
        let wide = [("a-gateway-of-nineteen", &two[..]), ("another-long-name", &two)];
        assert!(rendered(50, false, &wide).unwrap().starts_with("     a-gateway"));
        assert_eq!(
            rendered(40, false, &wide).as_deref(),
            Some("No matrix, as 2 classes or clients are too wide for 40 columns: `--format xlsx` has it.\n")
        );
        let many: Vec<(String, Status)> = (0..61).map(|index| (index.to_string(), Reachable)).collect();
        let many: Vec<(&str, Status)> = many.iter().map(|(name, status)| (name.as_str(), *status)).collect();
        let said =
            |count: usize| rendered(60, false, &[("A", &many[..count]), ("B", &many[..count])]).unwrap();
        assert!(said(60).contains("\n  59  ✓        ✓\n"), "{}", said(60));
        assert_eq!(
            said(61),
            "No matrix, as there are more than 60 networks: `--summary` counts them, and `--format xlsx` has it.\n"
        );
        assert!(rendered(60, false, &[("A", &two)]).is_none(), "the list says as much");
        assert!(rendered(60, false, &[("A", &two[..1]), ("B", &two[..1])]).is_none(), "so it does here");
    }
}
