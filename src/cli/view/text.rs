//! Answers for people: a section for each class or client, closed by a matrix of all of them.

use std::fmt::Write;

use anstyle::Style;
use tunnelog::answer::{NameRow, ReachRow, Status};
use tunnelog::class::Class;
use tunnelog::inventory::Inventory;
use tunnelog::names::{LabelId, NameId};

use crate::cli::shell::screen;
use crate::cli::shell::screen::Screen;
use crate::cli::view::columns::aligned;
use crate::cli::view::matrix::{Matrix, Whose};
use crate::cli::view::{paragraph, words, zones};

/// The answer over one inventory, written section by section.
pub(crate) struct Page<'a> {
    inventory: &'a Inventory,
    screen: Screen,
    text: String,
    matrix: Matrix,
    counts: Vec<Vec<String>>,
    /// False where rows are left out by their status, so that counts would say little.
    pub(crate) is_whole: bool,
    empty: bool,
}

impl<'a> Page<'a> {
    /// A page that begins with the path of the inventory, where there are several.
    pub(crate) fn new(inventory: &'a Inventory, path: Option<&str>, is_whole: bool, screen: Screen) -> Self {
        let mut page = Self {
            inventory,
            screen,
            text: String::new(),
            matrix: Matrix::default(),
            counts: Vec::new(),
            is_whole,
            empty: true,
        };
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

    /// What closes the page: `sentences`, and the matrix. `rows` counts those of which none was shown where it is empty.
    pub(crate) fn end(mut self, rows: usize, sentences: &[String]) -> String {
        if !self.counts.is_empty() {
            let head = words::COUNTS.map(str::to_owned).to_vec();
            let counts = std::mem::take(&mut self.counts);
            self.table(std::iter::once(head).chain(counts).collect(), |_| None);
        } else if self.empty && rows > 0 {
            self.text.push_str("No match: no row has a status that was asked for.\n");
        } else if self.empty && sentences.is_empty() {
            let text = if self.inventory.gateways.iter().all(|gateway| gateway.client_pool.is_empty()) {
                "No gateway of the inventory has an address pool, so there is no Point-to-Site client in it."
            } else {
                "No match: no network or route here is what was asked for."
            };
            self.text.push_str(text);
            self.text.push('\n');
        }
        if !sentences.is_empty() {
            if !self.empty {
                self.text.push('\n');
            }
            for sentence in sentences {
                self.text.push_str(&paragraph::sentence(sentence, self.screen));
            }
        }
        if let Some(text) = self.matrix.render(&self.inventory.names, self.screen) {
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
            self.line(status(index).map_or(Style::new(), words::style), &line);
        }
    }

    /// Adds a line to a table that is shown at the end.
    pub(crate) fn count(&mut self, cells: Vec<String>) {
        self.empty = false;
        self.counts.push(cells);
    }

    /// Sentences below a table.
    pub(crate) fn sentences(&mut self, sentences: &[String]) {
        self.text.push('\n');
        for sentence in sentences {
            self.text.push_str(&paragraph::sentence(sentence, self.screen));
        }
    }

    /// A line below a table that says what the clients of it get for names.
    pub(crate) fn names(&mut self, rows: &[&NameRow]) {
        if let Some(line) = zones::line(rows, |zone| self.label(zone)) {
            self.text.push_str(&paragraph::sentence(&line, self.screen));
        }
    }

    /// Adds a column to the matrix.
    pub(crate) fn mark(&mut self, gateway: NameId, rows: &[ReachRow]) {
        let Some(first) = rows.first() else { return };
        self.matrix.add(self.whose(gateway, first.class, first.client), rows);
    }

    /// A gateway and class, or a client with them.
    pub(crate) fn whose(&self, gateway: NameId, class: Class, client: Option<u32>) -> Whose {
        let (gateway, class) = (self.name(gateway), class.word());
        match self.client(client) {
            Some(client) => [client, format!("{gateway} {class}")],
            None => [gateway, class.to_owned()],
        }
    }

    /// A network's name, fit for a terminal.
    pub(crate) fn name(&self, name: NameId) -> String {
        screen::one_line(self.inventory.names.text(name))
    }

    /// The name of what is no network, fit for a terminal.
    pub(crate) fn label(&self, label: LabelId) -> String {
        screen::one_line(self.inventory.labels.text(label))
    }

    /// The client pool of a gateway.
    pub(crate) fn pool(&self, gateway: NameId) -> String {
        let gateway = self.inventory.gateways.iter().find(|other| other.vnet == gateway);
        let pool = gateway.map(|gateway| &gateway.client_pool[..]).unwrap_or_default();
        let prefixes: Vec<_> = pool.iter().map(ToString::to_string).collect();
        words::list(&prefixes)
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
