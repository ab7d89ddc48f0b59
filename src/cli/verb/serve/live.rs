//! What the page has besides the document of `report`.

use serde::Serialize;
use tunnelog::language::relations::{Kind, Relation};

/// What the page has besides the document of `report`.
#[derive(Serialize)]
pub(super) struct Live {
    version: u64,
    relations: Vec<RelationShape>,
}

/// A relation that changes may name.
#[derive(Serialize)]
struct RelationShape {
    name: &'static str,
    meaning: &'static str,
    columns: Vec<ColumnShape>,
}

#[derive(Serialize)]
struct ColumnShape {
    label: &'static str,
    is_network: bool,
    /// True for what may stand in quotes.
    is_name: bool,
}

impl Live {
    /// What the page needs to know of the files of that version.
    pub(super) fn new(version: u64) -> Self {
        let column = |column: &tunnelog::language::relations::Column| ColumnShape {
            label: column.label,
            is_network: column.kind == Kind::Network,
            is_name: matches!(column.kind, Kind::Network | Kind::Client | Kind::Label),
        };
        let relation = |relation: &Relation| RelationShape {
            name: relation.name(),
            meaning: relation.meaning(),
            columns: relation.columns().iter().map(column).collect(),
        };
        Self { version, relations: Relation::STATED.iter().map(relation).collect() }
    }
}
