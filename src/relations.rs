//! Every relation as text: the facts of an inventory and what the rules derive from them.
//!
//! Other Datalog engines and databases read these rows, and tests hold them against a simulation.
//!
//! ```
//! use tunnelog::answer::Analysis;
//! use tunnelog::class::Profile;
//! use tunnelog::import::load::load;
//!
//! let inventory = load("facts/s2s-chain-bgp").unwrap().inventory;
//! let mut learned = 0;
//! let Ok(()) = Analysis::new(&inventory).relations(Profile::Article, |relation| {
//!     learned += if relation.name == "learned" { relation.rows.len() } else { 0 };
//!     Ok::<(), std::convert::Infallible>(())
//! });
//! assert!(learned > 0);
//! ```

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write;

use crate::answer::Analysis;
use crate::class::{Class, Profile, RouteReason};
use crate::facts::Rows;
use crate::facts::ids::{AsPath, PrefixId, Target};
use crate::inventory::Inventory;
use crate::names::NameId;
use crate::prefix::{Family, Prefix};
use crate::rules;
use crate::schema::{Cell, Fact, for_each_relation, row};
use crate::solve::{Component, Derived, Evaluation, Steered, is_steered, passed, routers, solve, steer_by};

/// Whether a relation is stated by the inventory or derived by a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Stated, or worked out before the rules run.
    Fact,
    /// Derived by the rules.
    Derived,
}

/// The rows of one relation in one connected component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelationRows {
    /// The name, such as `static_route`.
    pub name: &'static str,
    /// Fact or derived.
    pub kind: Kind,
    /// What each column holds.
    pub columns: &'static [&'static str],
    /// The rows, sorted. A part of a prefix is written as the prefix that it is cut from.
    pub rows: BTreeSet<Vec<String>>,
}

impl Analysis<'_> {
    /// Gives `sink` every relation of each connected component, the parts in the order of their first names, and then what is
    /// stated of none.
    ///
    /// # Errors
    /// The first error of `sink`, which ends the work.
    pub fn relations<E>(
        &self,
        profile: Profile,
        mut sink: impl FnMut(RelationRows) -> Result<(), E>,
    ) -> Result<(), E> {
        for number in 0..self.facts().component_count {
            let part = Component::new(self.facts(), number);
            let serves = self.serves_of_part(&part, profile);
            let text = Text { analysis: self, part: &part };
            let mut relations = Vec::new();
            if is_steered(self.facts(), number) {
                // Where packets go is steered by route tables, of which these relations know nothing: they stay empty.
                let routers = routers(&part, &serves);
                let relations = text.relations(text.prepared(&serves), &routers);
                let steered = steer_by(&part, &routers);
                relations.into_iter().chain(text.steered(&steered)).try_for_each(&mut sink)?;
                continue;
            }
            solve(&part, &serves, Evaluation::Whole, |derived, _| {
                relations.extend(text.relations(text.prepared(&serves), derived));
            });
            relations.into_iter().try_for_each(&mut sink)?;
        }
        let of_none = stated(self.inventory(), self.facts().of_none());
        of_none.into_iter().filter(|relation| !relation.rows.is_empty()).try_for_each(sink)
    }
}

/// Writes names and prefixes of one connected component.
struct Text<'part> {
    analysis: &'part Analysis<'part>,
    part: &'part Component<'part>,
}

impl Text<'_> {
    fn cell(&self, cell: Cell) -> String {
        cell.text(self.analysis.inventory())
    }

    /// What route tables and appliances make of a component.
    fn steered(&self, steered: &Steered) -> [RelationRows; 3] {
        let inventory = self.analysis.inventory();
        let (name, label) =
            (|name| inventory.names.text(name).to_owned(), |label| inventory.labels.text(label).to_owned());
        let effective = self.analysis.effective_routes(self.part.number).into_iter().map(|route| {
            let (prefix, hop) = (route.prefix.to_string(), route.hop.to_string());
            vec![name(route.vnet), label(route.subnet), prefix, route.source.word().to_owned(), hop]
        });
        let one_way = steered.one_way().map(|row| vec![name(row.0), name(row.1), row.3.text(inventory)]);
        let passes = passed(self.part, Evaluation::Whole).into_iter().map(|row| {
            let appliance = row.machine.text(inventory);
            vec![name(row.gateway), name(row.network), appliance, row.direction.word().to_owned()]
        });
        let rows = |name, columns, rows| RelationRows { name, kind: Kind::Derived, columns, rows };
        [
            rows("effective", &["vnet", "subnet", "prefix", "source", "hop"], effective.collect()),
            rows("asymmetric", &["gateway", "network", "appliance"], one_way.collect()),
            rows("passes", &["gateway", "network", "appliance", "direction"], passes.collect()),
        ]
    }

    /// What is worked out before the rules run.
    fn prepared(&self, serves: &[(NameId, Class)]) -> Prepared {
        let table = &self.part.table;
        let ids = || (0..).map(PrefixId).take(table.len());
        let prefixes = || ids().map(|id| table.prefix(id));
        let covers = ids().flat_map(|id| table.covering(id).map(move |outer| (outer, id)));
        let parts = |rows: &[(PrefixId, NameId)], fact: fn(NameId, Prefix) -> Fact| {
            rows.iter().map(|(id, name)| fact(*name, table.prefix(*id))).collect()
        };
        let classes = |wanted: fn(Class) -> bool, fact: fn(Class) -> Fact| {
            Class::ALL.into_iter().filter(|class| wanted(*class)).map(fact).collect()
        };
        Prepared {
            covers: covers
                .map(|(outer, inner)| Fact::Covers(table.prefix(outer), table.prefix(inner)))
                .collect(),
            default_route: prefixes()
                .filter(|prefix| prefix.is_default_route())
                .map(Fact::DefaultRoute)
                .collect(),
            summarizes: self.part.summarizing().into_iter().map(Fact::Summarizes).collect(),
            part_of_network: parts(self.part.network_parts.all(), Fact::PartOfNetwork),
            part_of_pool: parts(self.part.pool_parts.all(), Fact::PartOfPool),
            pool_complete: self
                .part
                .answered_families()
                .into_iter()
                .map(|(gateway, family)| Fact::PoolComplete(gateway, family))
                .collect(),
            of_family: prefixes().map(|prefix| Fact::OfFamily(prefix, prefix.family())).collect(),
            serves: serves.iter().map(|(gateway, class)| Fact::Serves(*gateway, *class)).collect(),
            follows_table: classes(Class::follows_table, Fact::FollowsTable),
            follows_site_routes: classes(Class::follows_site_routes, Fact::FollowsSiteRoutes),
        }
    }
}

/// A relation of facts.
fn facts(
    inventory: &Inventory,
    name: &'static str,
    columns: &'static [&'static str],
    facts: impl Iterator<Item = Fact>,
) -> RelationRows {
    let rows = facts.map(|fact| fact.cells().map(|cell| cell.text(inventory)).collect()).collect();
    RelationRows { name, kind: Kind::Fact, columns, rows }
}

macro_rules! written {
    (
        stated { $(
            $stated:ident $stated_name:ident $given:ident
            ($($stated_column:ident $label:literal $stated_kind:ident),+) $stated_meaning:literal $stated_said:literal;
        )* }
        prepared { $(
            $prepared:ident $prepared_name:ident
            ($($prepared_column:ident $prepared_kind:ident),+) $prepared_meaning:literal $prepared_said:literal;
        )* }
        derived { $($derived:ident $derived_name:ident ($($field:ident),+) $columns:tt;)* }
        $($rest:tt)*
    ) => {
        /// What is worked out before the rules run, by relation.
        struct Prepared {
            $($prepared_name: Vec<Fact>,)*
        }

        /// What an inventory states, in the order of the table.
        fn stated(inventory: &Inventory, rows: Rows<'_>) -> Vec<RelationRows> {
            vec![$(facts(
                inventory,
                stringify!($stated_name),
                &[$(stringify!($stated_column)),+],
                rows.$stated_name.iter().map(|&row!($($stated_column),+)| Fact::$stated($($stated_column),+)),
            ),)*]
        }

        impl Text<'_> {
            /// Every relation, in the order of the table.
            fn relations(&self, prepared: Prepared, derived: &Derived<()>) -> Vec<RelationRows> {
                let inventory = self.analysis.inventory();
                let mut relations = stated(inventory, self.part.facts.of(self.part.number));
                relations.extend([
                    $(facts(
                        inventory,
                        stringify!($prepared_name),
                        &[$(stringify!($prepared_column)),+],
                        prepared.$prepared_name.into_iter(),
                    ),)*
                    $(RelationRows {
                        name: stringify!($derived_name),
                        kind: Kind::Derived,
                        columns: &$columns,
                        rows: derived
                            .$derived_name
                            .iter()
                            .map(|rules::$derived($($field),+, ())| {
                                let mut cells = Vec::new();
                                $($field.write(self, &mut cells);)+
                                cells
                            })
                            .collect(),
                    },)*
                ]);
                relations
            }
        }
    };
}
for_each_relation!(written);

/// A field of a derived relation, in one column or two.
trait Written {
    fn write(&self, text: &Text<'_>, cells: &mut Vec<String>);
}

impl Written for NameId {
    fn write(&self, text: &Text<'_>, cells: &mut Vec<String>) {
        cells.push(text.cell(Cell::Network(*self)));
    }
}

impl Written for Target {
    fn write(&self, text: &Text<'_>, cells: &mut Vec<String>) {
        cells.push(if self.is_network() { "network" } else { "pool" }.to_owned());
        self.name().write(text, cells);
    }
}

impl Written for PrefixId {
    fn write(&self, text: &Text<'_>, cells: &mut Vec<String>) {
        cells.push(text.part.table.prefix(*self).to_string());
    }
}

impl Written for AsPath {
    fn write(&self, text: &Text<'_>, cells: &mut Vec<String>) {
        cells.push(text.cell(Cell::Number(self.origin())));
    }
}

impl Written for Class {
    fn write(&self, _: &Text<'_>, cells: &mut Vec<String>) {
        cells.push(self.word().to_owned());
    }
}

impl Written for Family {
    fn write(&self, text: &Text<'_>, cells: &mut Vec<String>) {
        cells.push(text.cell(Cell::Family(*self)));
    }
}

impl Written for RouteReason {
    fn write(&self, _: &Text<'_>, cells: &mut Vec<String>) {
        cells.push(self.word().to_owned());
    }
}

/// A cell as it stands in a line of cells with tabs between them: the inside of a JSON string.
///
/// Backslashes, quotes, control characters and what else ends a line anywhere are escaped, so that a line is a row, a tab parts
/// two cells, and no cell begins with a quote, whatever names hold.
///
/// ```
/// assert_eq!(tunnelog::relations::escaped("hub\t\"a\\b\"\n"), r#"hub\t\"a\\b\"\n"#);
/// ```
#[must_use]
pub fn escaped(cell: &str) -> Cow<'_, str> {
    let is_plain =
        |letter: char| !(letter.is_control() || matches!(letter, '\\' | '"' | '\u{2028}' | '\u{2029}'));
    if cell.chars().all(is_plain) {
        return cell.into();
    }
    let mut text = String::with_capacity(cell.len() + 8);
    for letter in cell.chars() {
        match letter {
            '\\' | '"' => text.extend(['\\', letter]),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            _ if is_plain(letter) => text.push(letter),
            // None of them is beyond what four digits say, and a string refuses nothing that is written to it.
            _ => {
                let _ = write!(text, "\\u{:04x}", u32::from(letter));
            }
        }
    }
    text.into()
}
