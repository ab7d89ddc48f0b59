//! Who reaches what, at a glance: a line for each class or client, a column for each network.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use tunnelog::answer::{ReachRow, Status};
use tunnelog::names::{Name, Names};

use super::people::{aligned, style};
use super::screen::{self, Screen};
use super::words;

/// The narrowest column: a mark and the space around it.
const COLUMN: usize = 3;

/// The marks of an inventory, as long as they can fit on the screen.
pub(crate) struct Matrix {
    columns: BTreeSet<Name>,
    lines: Vec<(String, BTreeMap<Name, Vec<Status>>)>,
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
        let mut cells: BTreeMap<Name, Vec<Status>> = BTreeMap::new();
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
        let mut columns: Vec<Name> = self.columns.into_iter().collect();
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
        let lines: Vec<String> = aligned(rows).collect();
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
