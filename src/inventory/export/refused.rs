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
    /// Names without resource ids.
    NamesOnly,
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

    fn message(self) -> &'static str {
        match self {
            Self::Template => {
                "a deployment template or its parameters: values are expressions that only a deployment fills in"
            }
            Self::PrintedTable => "a printed table: long values are cut and ids are missing",
            Self::UnknownShape => {
                "resources of a network in fields or columns that are not those of Azure's exports"
            }
            Self::NamesOnly => {
                "a list without resource ids: which gateway, peering and connection belong together cannot be told"
            }
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
            Self::NamesOnly | Self::UnknownShape => HOW_TO_EXPORT,
        })
    }
}

/// How to get an export that is enough.
pub(super) const HOW_TO_EXPORT: &str = "export virtual networks, virtual network gateways, local network gateways and \
    connections with `az graph query` or with `az network … list -o json`";
