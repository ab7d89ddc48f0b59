//! Who is who: the names that an inventory defines, and what a name in a cell refers to.

use rustc_hash::FxHashMap;

use super::cell::Cell;
use super::row::Row;
use super::suggest::{Suggestions, shortened};
use crate::diagnostic::{Code, Diagnostic};
use crate::names::{LabelId, Labels, NameId, Names};
use crate::source::Span;

/// The help of findings about a name that is there already.
const COMPARED: &str = "names are compared without regard to case";

/// The networks and gateways read so far.
pub(super) struct Directory {
    /// The names of networks, VNets first.
    pub(super) names: Names,
    /// Where each name is defined, by its index.
    defined: Vec<Span>,
    /// How many of them are VNets.
    vnets: usize,
    /// Where the gateway of a VNet is defined.
    gateways: FxHashMap<NameId, Span>,
    /// False where a fault hides names of networks, so that an unknown name proves nothing.
    pub(super) all_networks_known: bool,
    /// The same for gateways.
    pub(super) all_gateways_known: bool,
    suggestions: Suggestions<NameId>,
}

impl Default for Directory {
    fn default() -> Self {
        Self {
            names: Names::default(),
            defined: Vec::new(),
            vnets: 0,
            gateways: FxHashMap::default(),
            all_networks_known: true,
            all_gateways_known: true,
            suggestions: Suggestions::default(),
        }
    }
}

impl Directory {
    /// The name of the network that the row defines; none where it is empty or taken.
    pub(super) fn define(&mut self, row: &mut Row<'_>, cell: Cell, is_site: bool) -> Option<NameId> {
        let text = row.required(cell)?;
        let name = self.names.intern(text);
        if let Some(first) = self.defined.get(name.index()) {
            let both_same = self.is_site(name) == is_site;
            row.push(taken(text, *first, row.place(cell), is_site, both_same));
            return None;
        }
        self.defined.push(row.place(cell));
        self.vnets += usize::from(!is_site);
        Some(name)
    }

    /// Defines the first VNets, each by its name and where that stands; they are numbered in their order.
    /// False where a name is taken; then nothing has changed.
    pub(super) fn define_vnets(&mut self, names: &[&str], places: Vec<Span>) -> bool {
        if !self.defined.is_empty() || !self.names.intern_distinct(names) {
            return false;
        }
        self.vnets = self.names.len();
        self.defined = places;
        true
    }

    /// The VNet whose gateway the row defines; none where it is unknown or has one.
    pub(super) fn define_gateway(&mut self, row: &mut Row<'_>, cell: Cell) -> Option<NameId> {
        let vnet = self.vnet(row, cell)?;
        if let Some(first) = self.gateways.get(&vnet) {
            let message = format!("the VNet {} has two gateways", shown(self.names.text(vnet)));
            row.push(
                Diagnostic::new(Code::DuplicateName, message)
                    .at(row.place(cell), "defined again here")
                    .with(*first, "first defined here")
                    .help("a VNet holds one VPN gateway at most"),
            );
            return None;
        }
        self.gateways.insert(vnet, row.place(cell));
        Some(vnet)
    }

    fn is_site(&self, name: NameId) -> bool {
        name.index() >= self.vnets
    }

    /// The VNet of that name, if there is one.
    pub(super) fn known_vnet(&self, text: &str) -> Option<NameId> {
        self.names.get(text).filter(|name| !self.is_site(*name))
    }

    /// The VNet after `name` in the order of their rows, if that is how `text` writes it.
    pub(super) fn next_vnet(&self, name: NameId, text: &str) -> Option<NameId> {
        self.names.next_if(name, text).filter(|name| !self.is_site(*name))
    }

    /// The VNet that the cell names.
    pub(super) fn vnet(&mut self, row: &mut Row<'_>, cell: Cell) -> Option<NameId> {
        let text = row.required(cell)?;
        let Some(name) = self.names.get(text) else {
            self.unknown(row, cell, text, "a VNet", self.vnets);
            return None;
        };
        if self.is_site(name) {
            row.push(
                Diagnostic::new(Code::UnknownName, format!("{} is a site, not a VNet", shown(text)))
                    .at(row.place(cell), "expected the name of a VNet")
                    .with(self.defined[name.index()], "the site is defined here"),
            );
            return None;
        }
        Some(name)
    }

    /// The VNet or site that the cell names.
    pub(super) fn router(&mut self, row: &mut Row<'_>, cell: Cell) -> Option<NameId> {
        let text = row.required(cell)?;
        let name = self.names.get(text);
        if name.is_none() {
            self.unknown(row, cell, text, "a VNet or a site", self.names.len());
        }
        name
    }

    /// The VNet with a gateway that the cell names.
    pub(super) fn gateway(&mut self, row: &mut Row<'_>, cell: Cell) -> Option<NameId> {
        let vnet = self.vnet(row, cell)?;
        if !self.gateways.contains_key(&vnet) && self.all_gateways_known {
            let text = shown(self.names.text(vnet));
            row.push(
                Diagnostic::new(Code::UnknownName, format!("{text} is not a VNet with a gateway"))
                    .at(row.place(cell), "expected the VNet of a gateway")
                    .with(self.defined[vnet.index()], "the VNet is defined here")
                    .help(format!("the VNet {text} has no gateway: no row of `gateways.csv` names it")),
            );
            return None;
        }
        Some(vnet)
    }

    /// Says that the cell does not name one of the first names, which are as many as `candidates`.
    fn unknown(&mut self, row: &mut Row<'_>, cell: Cell, text: &str, what: &str, candidates: usize) {
        if !self.all_networks_known {
            return;
        }
        let names = &self.names;
        let all = || names.iter().map(|name| (names.text(name), name));
        let near = self.suggestions.nearest(text, all, |name| name.index() < candidates);
        let known_by = if what == "a VNet" {
            "a VNet is known by its row in `vnets.csv`"
        } else {
            "a VNet is known by its row in `vnets.csv`, a site by its row in `sites.csv`"
        };
        unknown_name(row, cell, what, near.map(|near| names.text(near)), known_by);
    }
}

/// The route tables that `route_tables.csv` defines.
pub(super) struct Tables {
    /// Where each is, by the number of its name.
    defined: Vec<Option<Span>>,
    /// False where a fault hides names, so that an unknown name proves nothing.
    pub(super) all_known: bool,
    suggestions: Suggestions<LabelId>,
}

impl Default for Tables {
    fn default() -> Self {
        Self { defined: Vec::new(), all_known: true, suggestions: Suggestions::default() }
    }
}

impl Tables {
    /// Notes where a route table is defined, and gives where it was before.
    pub(super) fn define(&mut self, label: LabelId, place: Span) -> Option<Span> {
        let index = label.index();
        if self.defined.len() <= index {
            self.defined.resize(index + 1, None);
        }
        self.defined[index].replace(place)
    }

    fn is_defined(&self, label: LabelId) -> bool {
        self.defined.get(label.index()).is_some_and(Option::is_some)
    }

    /// The route table of that name, if there is one.
    pub(super) fn known(&self, text: &str, labels: &Labels) -> Option<LabelId> {
        labels.get(text).filter(|label| self.is_defined(*label))
    }

    /// The route table after `label` in the order of their rows, if that is how `text` writes it.
    pub(super) fn next(&self, label: LabelId, text: &str, labels: &Labels) -> Option<LabelId> {
        labels.next_if(label, text).filter(|label| self.is_defined(*label))
    }

    /// The route table that the cell names; none where it is empty, or unknown, which is said.
    pub(super) fn used(&mut self, row: &mut Row<'_>, cell: Cell, labels: &Labels) -> Option<LabelId> {
        let text = row.text(cell);
        if text.is_empty() {
            return None;
        }
        let label = self.known(text, labels);
        if label.is_none() && self.all_known {
            let all = || labels.iter().map(|label| (labels.text(label), label));
            let is_defined = |label: LabelId| self.defined.get(label.index()).is_some_and(Option::is_some);
            let near = self.suggestions.nearest(text, all, is_defined);
            let known_by = "a route table is known by its row in `route_tables.csv`";
            unknown_name(row, cell, "a route table", near.map(|near| labels.text(near)), known_by);
        }
        label
    }
}

/// Says that the cell names no `what` of the inventory: the one that was meant, or how one is known.
fn unknown_name(row: &mut Row<'_>, cell: Cell, what: &str, near: Option<&str>, known_by: &'static str) {
    let message = format!("{} is not {what} of the inventory", shown(row.text(cell)));
    let finding = Diagnostic::new(Code::UnknownName, message)
        .at(row.place(cell), format!("expected the name of {what}"));
    row.push(match near {
        Some(near) => finding.help(format!("did you mean {}?", shown(near))),
        None => finding.help(known_by),
    });
}

fn taken(text: &str, first: Span, place: Span, is_site: bool, both_same: bool) -> Diagnostic {
    if both_same {
        let what = if is_site { "sites" } else { "VNets" };
        return defined_twice(format!("two {what} are called {}", shown(text)), place, first);
    }
    Diagnostic::new(Code::NameClash, format!("a VNet and a site are called {}", shown(text)))
        .at(place, "the site is defined here")
        .with(first, "the VNet is defined here")
        .help(COMPARED)
}

/// The finding that a name is given to two of a kind, which `message` says.
pub(super) fn defined_twice(message: String, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::DuplicateName, message)
        .at(place, "defined again here")
        .with(first, "first defined here")
        .help(COMPARED)
}

/// A name as it stands in a message.
pub(super) fn shown(name: &str) -> String {
    format!("`{}`", shortened(name))
}
