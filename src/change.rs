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
mod machines;
mod naming;
mod networks;
mod tables;
mod tunnels;

use crate::diagnostic::{Code, Diagnostic, Report};
use crate::inventory::{Inventory, Suggestions, shortened};
use crate::language::parse::parse_changes;
use crate::language::syntax::Change;
use crate::names::NameId;
use crate::schema::for_each_relation;
use crate::topology::{Rows, Topology};
use fact::{Edit, Fact};
use rustc_hash::FxHashMap;

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
    let mut editor = Editor {
        inventory,
        rows,
        force,
        later: &edits,
        found: Vec::new(),
        failed: false,
        suggestions: Suggestions::default(),
        clients: None,
    };
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
    if let Ok(edit) = fact::read(change) {
        networks.extend(tables::networks_of(inventory, edit.fact));
    }
    networks
}

/// The networks whose answers the changes bear on together, besides those that one of them names.
pub(crate) fn networks_of_all(inventory: &Inventory, changes: &[Change]) -> Vec<NameId> {
    let facts = changes.iter().filter_map(|change| fact::read(change).ok());
    naming::networks_of(inventory, &facts.collect::<Vec<_>>())
}

/// What a name that is known stands for.
#[derive(Clone, Copy)]
enum Meant {
    Network(NameId),
    /// The gateway of this VNet, by its own name.
    Gateway(NameId),
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
    suggestions: Suggestions<Meant>,
    /// The rows of clients by their names in small letters, once one was looked for and while none has gone.
    clients: Option<FxHashMap<String, usize>>,
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

    /// Looks up where rows stand, once VNets, gateways or sites went.
    fn rows_moved(&mut self) {
        self.rows = Rows::of(self.inventory);
    }

    /// The VNet called so; where there is none, says so.
    fn known_vnet(&mut self, edit: &Edit<'_>, text: &str) -> Option<NameId> {
        let is_known = |rows: &Rows, name| rows.vnet(name).is_some();
        self.known(edit, text, "VNet", is_known, "`+ vnet(…)` and `+ address(…)` before this change add one")
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
        let is_known = |rows: &Rows, name| rows.vnet(name).is_some() || rows.site(name).is_some();
        self.known(edit, text, "network", is_known, "`+ vnet(…)` or `+ site(…)` before this change adds one")
    }

    /// The name that is known as a `what`; where it is not, says which one was probably meant, and what adds one.
    fn known(
        &mut self,
        edit: &Edit<'_>,
        text: &str,
        what: &str,
        is_known: fn(&Rows, NameId) -> bool,
        addition: &str,
    ) -> Option<NameId> {
        let (names, rows) = (&self.inventory.names, &self.rows);
        let name = names.get(text).filter(|name| is_known(rows, *name));
        if name.is_none() {
            let gateways = &self.inventory.gateways;
            let all = || {
                let own = gateways.iter().filter_map(|row| Some((row.own_name()?, Meant::Gateway(row.vnet))));
                names.iter().map(|name| (names.text(name), Meant::Network(name))).chain(own)
            };
            let meant =
                self.suggestions
                    .nearest(text, all, |(Meant::Network(name) | Meant::Gateway(name))| is_known(rows, name));
            let meant = meant.and_then(|meant| match meant {
                Meant::Network(name) => Some(names.text(name)),
                Meant::Gateway(vnet) => gateways[rows.gateway(vnet)?].own_name(),
            });
            let help = match meant {
                Some(name) => format!("did you mean `{name}`? {addition}"),
                None => addition.to_owned(),
            };
            self.unknown(edit, format!("no {what} is called `{}`", shortened(text)), help);
        }
        name
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
