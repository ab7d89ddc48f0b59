//! Answers for people: a section for each class or client, closed by a matrix of all of them.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use comfy_table::{ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};
use tunnelog::answer::{ReachRow, Status};
use tunnelog::class::Class;
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;

use super::matrix::Matrix;
use super::screen::{self, Screen};
use super::words;

/// The answer over one inventory, written section by section.
pub(crate) struct Page<'a> {
    inventory: &'a Inventory,
    screen: Screen,
    text: String,
    matrix: Matrix,
    empty: bool,
}

impl<'a> Page<'a> {
    /// A page that begins with the path of the inventory, where there are several.
    pub(crate) fn new(inventory: &'a Inventory, path: Option<&str>, screen: Screen) -> Self {
        let mut page =
            Self { inventory, screen, text: String::new(), matrix: Matrix::new(screen.width), empty: true };
        if let Some(path) = path {
            page.line(Style::new().bold().underline(), &screen::one_line(path));
            page.text.push('\n');
        }
        page
    }

    /// What was written since the last call.
    pub(crate) fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// What closes the page.
    pub(crate) fn end(mut self) -> String {
        if self.empty {
            let text = if self.inventory.gateways.iter().all(|gateway| gateway.client_pool.is_empty()) {
                "No gateway has a client pool, so there is no Point-to-Site client."
            } else {
                "Nothing here is what was asked for."
            };
            self.text.push_str(text);
            self.text.push('\n');
        }
        let matrix = std::mem::replace(&mut self.matrix, Matrix::new(0));
        if let Some(text) = matrix.render(&self.inventory.names, self.screen) {
            self.text.push('\n');
            self.text.push_str(&text);
        }
        self.text
    }

    /// Whose rows follow.
    pub(crate) fn heading(&mut self, class: Class, gateway: NameId, client: Option<u32>) {
        if !self.empty {
            self.text.push('\n');
        }
        self.empty = false;
        let (system, protocol) = words::clients(class);
        let gateway = self.name(gateway);
        let text = match self.client(client) {
            Some(client) => format!("{client}: {system} client of {gateway}{protocol}"),
            None => format!("{system} clients of {gateway}{protocol}"),
        };
        self.line(Style::new().bold(), &text);
        self.text.push('\n');
    }

    /// Aligned rows, each in the colour of its status.
    pub(crate) fn table(&mut self, rows: Vec<Vec<String>>, status: impl Fn(usize) -> Option<Status>) {
        for (index, line) in aligned(rows, self.screen.wrap()).enumerate() {
            self.line(status(index).map_or(Style::new(), style), &line);
        }
    }

    /// Sentences below a table.
    pub(crate) fn sentences(&mut self, sentences: &[String]) {
        self.text.push('\n');
        for sentence in sentences {
            self.text.push_str(&wrapped(sentence, self.screen));
        }
    }

    /// Adds a line to the matrix.
    pub(crate) fn mark(&mut self, gateway: NameId, rows: &[ReachRow]) {
        let Some(first) = rows.first() else { return };
        let gateway = self.name(gateway);
        let whose = self.client(first.client).map_or_else(
            || format!("{gateway} {}", first.class.word()),
            |client| format!("{client} ({gateway} {})", first.class.word()),
        );
        self.matrix.add(whose, rows);
    }

    /// A network's name, fit for a terminal.
    pub(crate) fn name(&self, name: NameId) -> String {
        screen::one_line(self.inventory.names.text(name))
    }

    /// The client pool of a gateway.
    pub(crate) fn pool(&self, gateway: NameId) -> String {
        let gateway = self.inventory.gateways.iter().find(|other| other.vnet == gateway);
        let pool = gateway.map(|gateway| &gateway.client_pool[..]).unwrap_or_default();
        let prefixes: Vec<_> = pool.iter().map(ToString::to_string).collect();
        words::list(&prefixes.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn client(&self, client: Option<u32>) -> Option<String> {
        let clients = self.inventory.clients.as_deref()?;
        Some(screen::one_line(&clients.get(client? as usize)?.name))
    }

    fn line(&mut self, style: Style, text: &str) {
        let style = if self.screen.colour { style } else { Style::new() };
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "{style}{text}{style:#}");
    }
}

/// The colour of a status.
pub(crate) fn style(status: Status) -> Style {
    match status {
        Status::Reachable => AnsiColor::Green.on_default(),
        Status::NeedsRoute => AnsiColor::Yellow.on_default(),
        Status::Blackhole => AnsiColor::Red.on_default(),
        Status::Unreachable => Style::new().dimmed(),
    }
}

/// A sentence, indented, and broken where the screen ends.
pub(crate) fn wrapped(text: &str, screen: Screen) -> String {
    let width = screen.width.max(40);
    let mut written = String::from(" ");
    let mut column = 1;
    for word in text.trim_start().split(' ') {
        let length = word.chars().count() + 1;
        if column + length > width {
            written.push_str("\n   ");
            column = 3;
        }
        written.push(' ');
        written.push_str(word);
        column += length;
    }
    written.push('\n');
    written
}

/// What stands between two rows while a table is cut into them; no text for a screen holds it.
const BETWEEN: char = '\u{1}';

/// Stands for a blank at which no line ends.
pub(crate) const TIE: &str = "\u{a0}";

/// Blanks between columns.
const GAP: u16 = 2;

/// Rows whose cells stand below each other, each on one line, or on as many as it takes within `width`.
///
/// Words stay whole, so that a prefix can be copied: where `width` is too little for them, lines are as long as they are.
pub(crate) fn aligned(rows: Vec<Vec<String>>, width: Option<usize>) -> impl Iterator<Item = String> {
    let count = rows.len();
    let mut longest_words: Vec<u16> = Vec::new();
    for row in &rows {
        longest_words.resize(row.len().max(longest_words.len()), 0);
        for (cell, longest) in row.iter().zip(&mut longest_words) {
            let words = cell.split(' ').map(|word| u16::try_from(word.chars().count()).unwrap_or(u16::MAX));
            *longest = words.fold(*longest, u16::max);
        }
    }
    let mut table = Table::new();
    table.load_style(TableStyle::new().row_separator(LineStyle::none().fill(BETWEEN))).add_rows(rows);
    let mut least = 0_usize;
    for (index, (column, longest)) in table.column_iter_mut().zip(longest_words).enumerate() {
        let indent = if index == 0 { GAP } else { 0 };
        column.set_padding((indent, GAP));
        let whole = longest.saturating_add(indent + GAP);
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(whole)));
        least += usize::from(whole);
    }
    if let Some(width) = width.filter(|width| *width >= least) {
        let width = u16::try_from(width).unwrap_or(u16::MAX);
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    let rows: Vec<String> =
        lines.split(|line| line.starts_with(BETWEEN)).map(|row| row.join("\n").replace(TIE, " ")).collect();
    // Without a row there is still a text, which is empty.
    rows.into_iter().take(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_is_too_wide_goes_on_below_its_own_columns() {
        let row = |network: &str, reasons: &str| {
            vec![
                network.to_owned(),
                "10.2.0.0/16".to_owned(),
                "reachable → unreachable".to_owned(),
                reasons.to_owned(),
            ]
        };
        let all = "no route on the client, no way back, no way there";
        let rows = || vec![row("VNet2", all), row("VNet3", "no way back")];
        let wide = [
            "  VNet2  10.2.0.0/16  reachable → unreachable  no route on the client, no way back, no way there",
            "  VNet3  10.2.0.0/16  reachable → unreachable  no way back",
        ];
        assert_eq!(aligned(rows(), None).collect::<Vec<_>>(), wide);
        assert_eq!(aligned(rows(), Some(120)).collect::<Vec<_>>(), wide);
        let narrow = [
            "  VNet2  10.2.0.0/16  reachable → unreachable  no route on the client, no way\n\
             \x20                                              back, no way there",
            "  VNet3  10.2.0.0/16  reachable → unreachable  no way back",
        ];
        assert_eq!(aligned(rows(), Some(80)).collect::<Vec<_>>(), narrow);
        assert_eq!(aligned(rows(), Some(30)).collect::<Vec<_>>(), wide, "words stay whole");
    }
}
