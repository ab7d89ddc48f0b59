//! Answers for people: a section for each class or client, closed by a matrix of all of them.

use anstyle::Style;
use tunnelog::answer::{NameRow, ReachRow, Status};
use tunnelog::class::Class;
use tunnelog::inventory::Inventory;
use tunnelog::names::{LabelId, NameId};

use crate::cli::shell::screen;
use crate::cli::view::matrix::{Matrix, Whose};
use crate::cli::view::writing::{Medium, Writing};
use crate::cli::view::{words, zones};

/// The answer over one inventory, written section by section.
pub(crate) struct Page<'a> {
    inventory: &'a Inventory,
    medium: Medium,
    text: Writing,
    matrix: Matrix,
    counts: Vec<Vec<String>>,
    /// False where rows are left out by their status, so that counts would say little.
    pub(crate) is_whole: bool,
    empty: bool,
}

impl<'a> Page<'a> {
    /// A page that begins with the path of the inventory, where there are several.
    pub(crate) fn new(inventory: &'a Inventory, path: Option<&str>, is_whole: bool, medium: Medium) -> Self {
        let mut page = Self {
            inventory,
            medium,
            text: Writing::new(medium),
            matrix: Matrix::default(),
            counts: Vec::new(),
            is_whole,
            empty: true,
        };
        if let Some(path) = path {
            page.text.title(&screen::one_line(path));
        }
        page
    }

    /// What was written since the last call.
    pub(crate) fn take(&mut self) -> String {
        self.text.take()
    }

    /// What closes the page: `sentences`, the matrix and the model. `rows` counts those of which none was shown where it is empty.
    pub(crate) fn end(mut self, rows: usize, sentences: &[String], model: Option<&str>) -> String {
        if !self.counts.is_empty() {
            let mut counts = std::mem::take(&mut self.counts);
            if let Medium::Screen(_) = self.medium {
                counts.insert(0, words::COUNTS.map(str::to_owned).to_vec());
            }
            self.table(&words::COUNTS, counts, |_| None);
        } else if self.empty && rows > 0 {
            self.text.plain("No match: no row has a status that was asked for.");
        } else if self.empty && sentences.is_empty() {
            let text = if self.inventory.gateways.iter().all(|gateway| gateway.client_pool.is_empty()) {
                "No gateway of the inventory has an address pool, so there is no Point-to-Site client in it."
            } else {
                "No match: no network or route here is what was asked for."
            };
            self.text.plain(text);
        }
        if !sentences.is_empty() {
            if !self.empty {
                self.text.gap();
            }
            for sentence in sentences {
                self.text.sentence(sentence);
            }
        }
        // A ticket has a table for each class, and is as wide as it is.
        if let Medium::Screen(screen) = self.medium
            && let Some(text) = self.matrix.render(&self.inventory.names, screen)
        {
            self.text.gap();
            self.text.drawn(&text);
        }
        if let Some(model) = model {
            self.text.gap();
            self.text.sentence(model);
        }
        self.text.take()
    }

    /// Whose rows follow.
    pub(crate) fn heading(&mut self, class: Class, gateway: NameId, client: Option<u32>) {
        if !self.empty {
            self.text.gap();
        }
        self.empty = false;
        let (system, protocol) = words::clients(class);
        let gateway = self.name(gateway);
        let text = match self.client(client) {
            Some(client) => format!("{client}: {system} client of {gateway}{protocol}"),
            None => format!("{system} clients of {gateway}{protocol}"),
        };
        self.text.heading(&text);
        self.text.gap();
    }

    /// Rows, each in the colour of its status.
    pub(crate) fn table(
        &mut self,
        heads: &[&str],
        rows: Vec<Vec<String>>,
        status: impl Fn(usize) -> Option<Status>,
    ) {
        self.text.table(heads, rows, |row| status(row).map_or(Style::new(), words::style));
    }

    /// Adds a line to a table that is shown at the end.
    pub(crate) fn count(&mut self, cells: Vec<String>) {
        self.empty = false;
        self.counts.push(cells);
    }

    /// Sentences below a table.
    pub(crate) fn sentences(&mut self, sentences: &[String]) {
        self.text.gap();
        for sentence in sentences {
            self.text.sentence(sentence);
        }
    }

    /// A line below a table that says what the clients of it get for names.
    pub(crate) fn names(&mut self, rows: &[&NameRow]) {
        if let Some(line) = zones::line(rows, |zone| self.label(zone)) {
            self.text.sentence(&line);
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
}
