//! Who reaches what, at a glance: a line for each class or client, a column for each network.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use tunnelog::answer::{ReachRow, Status};
use tunnelog::names::{NameId, Names};

use crate::cli::shell::screen;
use crate::cli::shell::screen::Screen;
use crate::cli::view::columns::aligned;
use crate::cli::view::words;
use crate::cli::view::words::style;

/// The narrowest column: a mark and the space around it.
const COLUMN: usize = 3;

/// The marks of an inventory, as long as they can fit on the screen.
pub(crate) struct Matrix {
    columns: BTreeSet<NameId>,
    lines: Vec<(String, BTreeMap<NameId, Vec<Status>>)>,
    most_columns: usize,
}

impl Matrix {
    pub(crate) fn new(width: usize) -> Self {
        Self { columns: BTreeSet::new(), lines: Vec::new(), most_columns: width / COLUMN }
    }

    /// Adds the line of one class or client.
    pub(crate) fn add(&mut self, whose: String, rows: &[ReachRow]) {
        if self.columns.len() > self.most_columns {
            return;
        }
        let mut cells: BTreeMap<NameId, Vec<Status>> = BTreeMap::new();
        for row in rows {
            self.columns.insert(row.network);
            let statuses = cells.entry(row.network).or_default();
            if !statuses.contains(&row.status) {
                statuses.push(row.status);
            }
        }
        self.lines.push((whose, cells));
        if self.columns.len() > self.most_columns {
            self.lines.clear();
        }
    }

    /// The matrix with its legend; none where it does not fit or would show a single column.
    pub(crate) fn render(self, names: &Names, screen: Screen) -> Option<String> {
        if self.columns.len() > self.most_columns || self.columns.len() < 2 {
            return None;
        }
        let mut columns: Vec<NameId> = self.columns.into_iter().collect();
        columns.sort_by_key(|name| names.text(*name));
        let head = std::iter::once(String::new())
            .chain(columns.iter().map(|name| screen::one_line(names.text(*name))));
        let mut rows: Vec<Vec<String>> = vec![head.collect()];
        for (whose, cells) in &self.lines {
            let marks = columns.iter().map(|name| {
                cells
                    .get(name)
                    .map_or_else(String::new, |all| all.iter().map(|one| words::mark(*one)).collect())
            });
            rows.push(std::iter::once(whose.clone()).chain(marks).collect());
        }
        let lines: Vec<String> = aligned(rows, None).collect();
        // Wide letters count for one here, so a screen of them may still break lines.
        if lines.iter().any(|line| line.chars().count() > screen.width) {
            return None;
        }
        let mut text = String::new();
        let labels = std::iter::once("").chain(self.lines.iter().map(|(whose, _)| whose.as_str()));
        for (index, (line, label)) in lines.iter().zip(labels).enumerate() {
            // Names may hold the letters that are marks, and stand before the first mark.
            let start = line.find(label).map_or(0, |at| at + label.len());
            text.push_str(&line[..start]);
            if index == 0 {
                text.push_str(&line[start..]);
            } else {
                line[start..].chars().for_each(|letter| push(&mut text, letter, screen.colour));
            }
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

    fn rendered(width: usize, colour: bool, lines: &[(&str, &[(&str, Status)])]) -> Option<String> {
        let mut names = Names::default();
        let mut matrix = Matrix::new(width);
        for (whose, networks) in lines {
            matrix.add((*whose).to_owned(), &rows(&mut names, networks));
        }
        matrix.render(&names, Screen { colour, width, terminal: true })
    }

    #[test]
    fn columns_are_sorted_and_hold_each_mark_once() {
        use Status::{Blackhole, Reachable, Unreachable};
        let text = rendered(
            46,
            false,
            &[("A", &[("b", Reachable), ("b", Blackhole), ("b", Reachable)]), ("C", &[("a", Unreachable)])],
        );
        let expected = "     a  b
  A     ✓!
  C  ·

  ✓ reachable
  + reachable once a route is added by hand
  ! route held, no answer  · unreachable
";
        assert_eq!(text.as_deref(), Some(expected));
    }

    #[test]
    fn marks_in_names_are_not_coloured() {
        use Status::Reachable;
        let text = rendered(80, true, &[("a+b! ✓", &[("x!", Reachable), ("y", Reachable)])]).unwrap();
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("          x!  y"));
        assert_eq!(lines.next(), Some("  a+b! ✓  \u{1b}[32m✓\u{1b}[0m   \u{1b}[32m✓\u{1b}[0m"));
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        use Status::Reachable;
        let wide = [("a-name-of-sixteen", Reachable), ("another-long-name", Reachable)];
        assert!(rendered(60, false, &[("VNet1", &wide)]).is_some());
        assert!(rendered(40, false, &[("VNet1", &wide)]).is_none());
        let many: Vec<(String, Status)> = (0..21).map(|index| (index.to_string(), Reachable)).collect();
        let many: Vec<(&str, Status)> = many.iter().map(|(name, status)| (name.as_str(), *status)).collect();
        assert!(rendered(60, false, &[("VNet1", &many)]).is_none());
        assert!(rendered(60, false, &[("VNet1", &many[..1])]).is_none(), "one column says nothing new");
    }
}
