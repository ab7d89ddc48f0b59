//! Files that look like exports and are none, with what to do instead.

use super::json::Object;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// Why a file is no export.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A deployment template or its parameters.
    Template,
    /// What `-o table` prints.
    PrintedTable,
    /// Nothing at all.
    Empty,
    /// Names without resource ids.
    NamesOnly,
    /// Tables of `CloudQuery`'s first provider.
    CloudQuery,
    /// Tables of Steampipe.
    Steampipe,
    /// Nodes of Cartography.
    Cartography,
    /// Sheets of Azure Resource Inventory.
    ResourceInventory,
    /// Resources by their ids, in fields or columns that nothing here knows.
    UnknownShape,
}

impl Refusal {
    /// Whether a JSON object is the root of something that is refused, and by which field that is told.
    pub(super) fn of(object: &Object<'_>) -> Option<(Self, &'static str)> {
        if object.has("$schema") && (object.has("resources") || object.has("parameters")) {
            return Some((Self::Template, "$schema"));
        }
        let is_expression = |field: &&str| {
            object.get(field).is_some_and(|raw| {
                ["[parameters(", "[variables(", "[concat(", "[format(", "[resourceId("]
                    .iter()
                    .any(|start| raw.get().trim_start_matches('"').starts_with(start))
            })
        };
        ["name", "id"].into_iter().find(is_expression).map(|field| (Self::Template, field))
    }

    /// Whose table it is that has these columns or fields, where it is one that says too little.
    pub(super) fn of_columns(has: impl Fn(&str) -> bool) -> Option<Self> {
        let all = |columns: &[&str]| columns.iter().all(|column| has(column));
        if has("properties") {
            None
        } else if has("virtual_network_cq_id") || all(&["cq_id", "subscription_id"]) {
            Some(Self::CloudQuery)
        } else if has("network_peerings") || all(&["akas", "subscription_id"]) {
            Some(Self::Steampipe)
        } else if all(&["firstseen", "lastupdated"]) {
            Some(Self::Cartography)
        } else if has("peering allow virtual networkaccess")
            || has("gateway subnet name")
            || all(&["address space", "subnet name"])
        {
            Some(Self::ResourceInventory)
        } else {
            None
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::Template => {
                "a deployment template or its parameters: values are expressions that only a deployment fills in"
            }
            Self::PrintedTable => "a printed table: long values are cut and ids are missing",
            Self::CloudQuery => "tables of CloudQuery, which have no local network gateways",
            Self::Steampipe => "tables of Steampipe, which have no local network gateways",
            Self::Cartography => "nodes of Cartography, which have no address spaces, peerings and gateways",
            Self::ResourceInventory => {
                "sheets of Azure Resource Inventory, which have no resource ids, no BGP of connections and no client pools"
            }
            Self::UnknownShape => {
                "resources of a network in fields or columns that are not those of Azure's exports"
            }
            Self::NamesOnly => {
                "neither JSON nor CSV with resource ids, without which nothing tells what belongs together"
            }
            Self::Empty => "the file is empty",
        }
    }

    /// The finding, as an error or, where the rest of the export stands without the file, as a note.
    pub(super) fn diagnostic(self, code: Code, span: Span) -> Diagnostic {
        let message = match code {
            Code::OutsideModel => format!("the file is left out: {}", self.message()),
            _ => self.message().to_owned(),
        };
        Diagnostic::new(code, message).at(span, "").help(match self {
            Self::PrintedTable => "run the command again with `-o json`",
            Self::Template => {
                "deploy it, then export with `az graph query` or with `az network … list -o json`"
            }
            _ => HOW_TO_EXPORT,
        })
    }
}

/// How to get an export that is enough.
pub(super) const HOW_TO_EXPORT: &str = "`tunnelog export-query` prints the query that exports a network from Azure; an \
    inventory written by hand is a folder with `vnets.csv`, which `tunnelog init` begins";
