//! A changed inventory: facts added and taken away as if they had been stated so from the start.
//!
//! Changes are made to what the inventory states, never to what follows from it. After `+ f` the
//! fact `f` holds and after `- f` it does not; everything else stays, as far as an inventory has a
//! form for that, and whatever comes along is said.
//!
//! ```
//! use tunnelog::change::apply;
//! use tunnelog::diagnostic::Report;
//! use tunnelog::import::load::load;
//! use tunnelog::language::parse::parse_changes;
//!
//! let inventory = load("facts/s2s-chain").unwrap().inventory;
//! let mut report = Report::default();
//! let changes = parse_changes("changes", "+ bgp(VNet1, VNet2)", &mut report);
//! let after = apply(&inventory, &changes, false, &mut report).unwrap();
//! assert!(!inventory.tunnels()[0].bgp && after.tunnels()[0].bgp);
//! ```

mod clients;
mod fact;
mod links;
mod networks;
mod tunnels;

use crate::diagnostic::{Code, Diagnostic, Report};
use crate::inventory::{Gateway, Inventory, nearest, shortened};
use crate::language::parse::parse_changes;
use crate::language::syntax::Change;
use crate::names::NameId;
use crate::schema::for_each_relation;
use crate::topology::{Rows, Topology};
use fact::{Edit, Fact};

/// The inventory after `changes`, made in order; none where one of them cannot be made.
///
/// With `force`, a change that Azure would refuse is made as far as it goes. What every change
/// brings along is added to `report`, which must hold the text that the changes were read from.
#[must_use]
pub fn apply(
    inventory: &Inventory,
    changes: &[Change],
    force: bool,
    report: &mut Report,
) -> Option<Inventory> {
    let mut after = inventory.clone();
    apply_to(&mut after, changes, force, report).then_some(after)
}

/// Takes out what changes took away and kept as it was set up, in case another brings it back: a tunnel that is
/// down, and a side of a peering without access. What is left is what an export shows once the changes were made.
pub fn settle(inventory: &mut Inventory) {
    inventory.connections.retain(|row| !row.is_taken_away);
    inventory.peerings.retain(|side| !side.is_taken_away);
}

/// The inventory after the changes in `text`, one a line, such as `+ bgp(VNet1, VNet2)`.
///
/// # Errors
/// The report, where a change has a mistake, cannot be made, or would be refused by Azure.
pub fn changed(inventory: &Inventory, text: &str) -> Result<Inventory, Report> {
    let mut report = Report::default();
    let changes = parse_changes("changes", text, &mut report);
    if report.has_errors() {
        return Err(report);
    }
    apply(inventory, &changes, false, &mut report).ok_or(report)
}

/// Makes `changes` in place; false where one of them cannot be made.
pub(crate) fn apply_to(
    inventory: &mut Inventory,
    changes: &[Change],
    force: bool,
    report: &mut Report,
) -> bool {
    let mut edits = Vec::with_capacity(changes.len());
    let mut is_valid = true;
    for change in changes {
        match fact::read(change) {
            Ok(edit) => edits.push(edit),
            Err(diagnostic) => {
                is_valid = false;
                report.push(diagnostic);
            }
        }
    }
    if !is_valid {
        return false;
    }
    let rows = Rows::of(inventory);
    let mut editor = Editor { inventory, rows, force, later: &edits, found: Vec::new(), failed: false };
    while let Some((edit, later)) = editor.later.split_first() {
        editor.later = later;
        editor.make(edit);
    }
    let (found, failed) = (editor.found, editor.failed);
    report.diagnostics.extend(found);
    !failed
}

/// The networks that a change names, those that the inventory does not have left out.
pub(crate) fn networks_of(inventory: &Inventory, change: &Change) -> Vec<NameId> {
    let (mut networks, mut clients) = (Vec::new(), Vec::new());
    fact::names(change, |name| networks.extend(inventory.names.get(name)), |name| clients.push(name));
    let listed = inventory.clients.iter().flatten().filter(|_| !clients.is_empty());
    for client in listed {
        if clients.iter().any(|name| same_text(name, &client.name)) {
            networks.push(client.gateway);
        }
    }
    networks
}

/// Makes changes to an inventory, one after the other.
struct Editor<'run> {
    inventory: &'run mut Inventory,
    /// Where rows stand, after every change.
    rows: Rows,
    force: bool,
    /// The changes after the one that is made.
    later: &'run [Edit<'run>],
    found: Vec<Diagnostic>,
    failed: bool,
}

macro_rules! editor {
    (
        stated { $(
            $stated:ident $stated_name:ident $given:ident
            ($($column:ident $label:literal $kind:ident),+) $meaning:literal $said:literal;
        )* }
        prepared { $($prepared:ident $prepared_name:ident ($($prepared_columns:tt)*) $prepared_meaning:literal $prepared_said:literal;)* }
        $($rest:tt)*
    ) => {
        impl Editor<'_> {
            /// Makes a change, by the method that is called as its relation.
            fn make(&mut self, edit: &Edit<'_>) {
                match edit.fact {
                    $(Fact::$stated($($column),+) => self.$stated_name(edit, $($column),+),)*
                    // No inventory states these, so that no change is read as one.
                    $(Fact::$prepared(..) => {})*
                }
            }
        }
    };
}
for_each_relation!(editor);

impl Editor<'_> {
    /// Says why a change cannot be made; true where it is made all the same, as far as it goes.
    fn refuse(&mut self, edit: &Edit<'_>, why: impl Into<String>, help: impl Into<String>) -> bool {
        let (code, label) = if self.force {
            (Code::ChangeForced, "made as far as it goes")
        } else {
            (Code::ChangeImpossible, verb(edit))
        };
        self.found.push(Diagnostic::new(code, why).at(edit.span, label).help(help));
        self.failed |= !self.force;
        self.force
    }

    /// Says that a name is not known, which no force can mend.
    fn unknown(&mut self, edit: &Edit<'_>, message: String, help: impl Into<String>) {
        self.found.push(Diagnostic::new(Code::UnknownName, message).at(edit.span, verb(edit)).help(help));
        self.failed = true;
    }

    /// Says that the inventory is already as the change would have it.
    fn nothing(&mut self, edit: &Edit<'_>) {
        let message = if edit.add { "the fact holds already" } else { "the fact does not hold anyway" };
        self.found.push(
            Diagnostic::new(Code::ChangeOfNothing, message).at(edit.span, "this change makes no difference"),
        );
    }

    /// Says what else a change brings about.
    fn note(&mut self, edit: &Edit<'_>, message: impl Into<String>) {
        self.found.push(Diagnostic::new(Code::ChangeCarriesMore, message).at(edit.span, "by this change"));
    }

    /// The name as messages show it.
    fn shown(&self, name: NameId) -> String {
        format!("`{}`", self.inventory.names.text(name))
    }

    /// The inventory as it is between two changes.
    fn topology(&self) -> Topology<'_> {
        Topology::with_rows(self.inventory, &self.rows)
    }

    /// Looks up where rows stand, once VNets, gateways or sites came or went.
    fn rows_moved(&mut self) {
        self.rows = Rows::of(self.inventory);
    }

    /// The VNet called so; where there is none, says so.
    fn known_vnet(&mut self, edit: &Edit<'_>, text: &str) -> Option<NameId> {
        let name = self.inventory.names.get(text).filter(|name| self.rows.vnet(*name).is_some());
        if name.is_none() {
            let names = self.inventory.vnets.iter().map(|vnet| vnet.name);
            let help = self.meant(text, names, "`+ vnet(…)` and `+ address(…)` before this change add one");
            self.unknown(edit, format!("no VNet is called `{}`", shortened(text)), help);
        }
        name
    }

    /// The VNet with a gateway called so; where there is none, says so.
    fn known_gateway(&mut self, edit: &Edit<'_>, text: &str) -> Option<NameId> {
        let name = self.known_vnet(edit, text)?;
        if self.rows.gateway(name).is_none() {
            let message = format!("the VNet {} has no gateway", self.shown(name));
            self.unknown(edit, message, "`+ gateway(…)` before this change adds one");
            return None;
        }
        Some(name)
    }

    /// The VNet or site called so; where there is none, says so.
    fn known_network(&mut self, edit: &Edit<'_>, text: &str) -> Option<NameId> {
        let name = self.inventory.names.get(text);
        let is_known = |name: &NameId| self.rows.vnet(*name).is_some() || self.rows.site(*name).is_some();
        let name = name.filter(is_known);
        if name.is_none() {
            let vnets = self.inventory.vnets.iter().map(|vnet| vnet.name);
            let names = vnets.chain(self.inventory.sites.iter().map(|site| site.name));
            let help = self.meant(text, names, "`+ vnet(…)` or `+ site(…)` before this change adds one");
            self.unknown(edit, format!("no network is called `{}`", shortened(text)), help);
        }
        name
    }

    /// The name that was probably meant, and what makes the one given known.
    fn meant(&self, text: &str, names: impl Iterator<Item = NameId>, addition: &str) -> String {
        let names = names.map(|name| self.inventory.names.text(name));
        match nearest(text, names.chain(self.inventory.gateways.iter().filter_map(Gateway::own_name))) {
            Some(name) => format!("did you mean `{name}`? {addition}"),
            None => addition.to_owned(),
        }
    }

    /// Two different networks; where they are not, says so.
    fn known_pair(
        &mut self,
        edit: &Edit<'_>,
        texts: [&str; 2],
        known: impl Fn(&mut Self, &Edit<'_>, &str) -> Option<NameId>,
    ) -> Option<(NameId, NameId)> {
        let ends = texts.map(|text| known(self, edit, text));
        let [Some(one), Some(other)] = ends else { return None };
        if one == other {
            let message = format!("the change joins {} to itself", self.shown(one));
            self.found.push(
                Diagnostic::new(Code::SelfReference, message).at(edit.span, "expected another network"),
            );
            self.failed = true;
            return None;
        }
        Some((one, other))
    }
}

fn verb(edit: &Edit<'_>) -> &'static str {
    if edit.add { "cannot be added" } else { "cannot be taken away" }
}

/// Equal without regard to case.
fn same_text(one: &str, other: &str) -> bool {
    one == other || one.to_lowercase() == other.to_lowercase()
}

/// Puts `value` in the list or takes it out; true where that makes a difference.
fn put<Value: PartialEq>(list: &mut Vec<Value>, value: Value, add: bool) -> bool {
    let held = list.contains(&value);
    if add && !held {
        list.push(value);
    } else if !add && held {
        list.retain(|other| *other != value);
    }
    add != held
}

/// Names as a sentence lists them.
fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
